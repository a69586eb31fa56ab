//! What functions from outside the project do with their arguments.

use super::taint::Marks;
use super::{FlowKind, Variant};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A call that does harm with some of its arguments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sink {
    pub(super) kind: FlowKind,
    pub(super) variant: Variant,
    /// Positions and names of the arguments concerned; an empty name for those without.
    pub(super) arguments: &'static [(usize, &'static str)],
    /// What else must hold.
    pub(super) when: When,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// A shell reads the arguments.
    Shell,
    /// No shell reads the arguments.
    NoShell,
    /// The content type is HTML, or another that runs scripts.
    HtmlContent,
    /// The function that makes a mail says that its body is HTML: `content_subtype = "html"`.
    HtmlBody,
    /// The YAML loader builds any object.
    UnsafeYaml,
    /// `allow_pickle=True` and the like.
    PickleAllowed,
    /// The file is only looked for.
    Probe,
    /// The receiver is a query of the ORM.
    Query,
    /// The pattern is constant and takes exponential time.
    SlowPattern,
    /// Text that looks like SQL, unless the receiver is surely a cursor.
    LooksLikeSql,
}

const ALL: usize = usize::MAX;
/// An argument that is given by name alone.
const KEYWORD: usize = ALL - 1;
const FIRST: &[(usize, &str)] = &[(0, "")];
const EVERY: &[(usize, &str)] = &[(ALL, "")];

const fn sink(kind: FlowKind, arguments: &'static [(usize, &'static str)]) -> Sink {
    Sink { kind, variant: Variant::Plain, arguments, when: When::Always }
}

impl Sink {
    const fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    const fn variant(mut self, variant: Variant) -> Self {
        self.variant = variant;
        self
    }
}

use FlowKind as K;

/// Sinks by dotted name.
static SINKS: &[(&[&str], Sink)] = &[
    // SQL.
    (
        &["django.db.models.expressions.RawSQL", "django.db.models.RawSQL"],
        sink(K::Sql, &[(0, "sql")]).variant(Variant::RawSql),
    ),
    (
        &[
            "django.db.models.Func",
            "django.db.models.expressions.Func",
            "django.db.models.Aggregate",
            "django.db.models.aggregates.Aggregate",
            "django.db.models.Window",
            "django.db.models.Subquery",
            "django.db.models.Exists",
        ],
        sink(K::Sql, &[(KEYWORD, "template"), (KEYWORD, "function"), (KEYWORD, "arg_joiner")]),
    ),
    (
        &["sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"],
        sink(K::Sql, &[(0, "text")]),
    ),
    (
        &["pandas.read_sql", "pandas.read_sql_query", "pandas.io.sql.read_sql"],
        sink(K::Sql, &[(0, "sql")]).when(When::LooksLikeSql),
    ),
    (&["django.db.migrations.RunSQL"], sink(K::Sql, &[(0, "sql"), (1, "reverse_sql")])),
    // HTML.
    (
        &[
            "django.utils.safestring.mark_safe",
            "django.utils.safestring.SafeString",
            "django.utils.safestring.SafeText",
            "django.utils.safestring.SafeBytes",
            "django.utils.safestring.SafeUnicode",
            "django.utils.html.mark_safe",
            "django.utils.html.SafeString",
            "django.utils.html.SafeText",
        ],
        sink(K::Html, &[(0, "s")]).variant(Variant::MarkSafe),
    ),
    (
        &["markupsafe.Markup", "jinja2.Markup", "jinja2.utils.Markup", "flask.Markup", "django_jinja.Markup"],
        sink(K::Html, &[(0, "base")]).variant(Variant::MarkSafe),
    ),
    (&["django.utils.html.format_html"], sink(K::Html, &[(0, "format_string")]).variant(Variant::FormatHtml)),
    (
        &["django.utils.html.format_html_join"],
        sink(K::Html, &[(1, "format_string")]).variant(Variant::FormatHtml),
    ),
    (
        &[
            "django.http.HttpResponse",
            "django.http.response.HttpResponse",
            "django.http.HttpResponseNotFound",
            "django.http.HttpResponseBadRequest",
            "django.http.HttpResponseForbidden",
            "django.http.HttpResponseServerError",
            "django.http.HttpResponseGone",
            "django.http.StreamingHttpResponse",
            "django.http.response.HttpResponseNotFound",
            "django.http.response.HttpResponseBadRequest",
            "django.http.response.HttpResponseForbidden",
            "django.http.response.HttpResponseServerError",
        ],
        sink(K::Html, &[(0, "content"), (0, "streaming_content")])
            .variant(Variant::Response)
            .when(When::HtmlContent),
    ),
    // Commands.
    (
        &[
            "os.system",
            "os.popen",
            "os.popen2",
            "os.popen3",
            "os.popen4",
            "popen2.popen2",
            "popen2.popen3",
            "popen2.popen4",
            "popen2.Popen3",
            "popen2.Popen4",
            "commands.getoutput",
            "commands.getstatusoutput",
            "subprocess.getoutput",
            "subprocess.getstatusoutput",
            "asyncio.create_subprocess_shell",
        ],
        sink(K::Command, &[(0, "cmd"), (0, "command")]),
    ),
    (
        &[
            "subprocess.run",
            "subprocess.call",
            "subprocess.check_call",
            "subprocess.check_output",
            "subprocess.Popen",
        ],
        sink(K::Command, &[(0, "args")]).when(When::Shell),
    ),
    (
        &[
            "subprocess.run",
            "subprocess.call",
            "subprocess.check_call",
            "subprocess.check_output",
            "subprocess.Popen",
        ],
        sink(K::Command, &[(0, "args")]).when(When::NoShell).variant(Variant::Program),
    ),
    (
        &[
            "os.execl",
            "os.execle",
            "os.execlp",
            "os.execlpe",
            "os.execv",
            "os.execve",
            "os.execvp",
            "os.execvpe",
            "os.startfile",
            "os.posix_spawn",
            "os.posix_spawnp",
            "pty.spawn",
            "asyncio.create_subprocess_exec",
        ],
        sink(K::Command, FIRST).variant(Variant::Program),
    ),
    (
        &[
            "os.spawnl",
            "os.spawnle",
            "os.spawnlp",
            "os.spawnlpe",
            "os.spawnv",
            "os.spawnve",
            "os.spawnvp",
            "os.spawnvpe",
        ],
        sink(K::Command, &[(1, ""), (2, "")]).variant(Variant::Program),
    ),
    (
        &["paramiko.SSHClient().exec_command", "paramiko.client.SSHClient().exec_command"],
        sink(K::Command, FIRST),
    ),
    (&["django.core.management.call_command"], sink(K::Command, FIRST).variant(Variant::Program)),
    // Code.
    (&["builtins.eval", "builtins.exec", "builtins.execfile"], sink(K::Code, FIRST)),
    (&["builtins.compile"], sink(K::Code, FIRST)),
    (
        &["numexpr.evaluate", "pandas.eval", "code.interact", "code.InteractiveInterpreter().runsource"],
        sink(K::Code, FIRST),
    ),
    (
        &[
            "builtins.__import__",
            "importlib.import_module",
            "django.utils.module_loading.import_string",
            "django.utils.importlib.import_module",
            "pydoc.locate",
            "ctypes.CDLL",
            "imp.load_source",
            "runpy.run_path",
            "runpy.run_module",
        ],
        sink(K::Attribute, FIRST),
    ),
    (&["builtins.getattr", "builtins.setattr"], sink(K::Attribute, &[(1, "")])),
    // Templates.
    (
        &[
            "django.template.Template",
            "django.template.base.Template",
            "jinja2.Template",
            "jinja2.environment.Template",
            "mako.template.Template",
            "jinja2.Environment().from_string",
            "jinja2.environment.Environment().from_string",
            "jinja2.sandbox.SandboxedEnvironment().from_string",
            "django.template.engines[].from_string",
            "django.template.Engine().from_string",
            "django.template.engine.Engine().from_string",
            "django.template.Engine.get_default().from_string",
            "flask.render_template_string",
        ],
        sink(K::Template, &[(0, "template_string"), (0, "source"), (0, "text")]),
    ),
    (
        &["django.shortcuts.render", "django.template.response.TemplateResponse"],
        sink(K::TemplateName, &[(1, "template_name"), (1, "template")]),
    ),
    (
        &[
            "django.template.loader.render_to_string",
            "django.template.loader.get_template",
            "django.template.loader.select_template",
            "django.shortcuts.render_to_response",
        ],
        sink(K::TemplateName, &[(0, "template_name")]),
    ),
    // Objects from bytes.
    (
        &[
            "pickle.loads",
            "pickle.load",
            "pickle.Unpickler",
            "cPickle.loads",
            "cPickle.load",
            "cPickle.Unpickler",
            "_pickle.loads",
            "_pickle.load",
            "dill.loads",
            "dill.load",
            "dill.Unpickler",
            "cloudpickle.loads",
            "cloudpickle.load",
            "joblib.load",
            "marshal.loads",
            "marshal.load",
            "shelve.open",
            "jsonpickle.decode",
            "jsonpickle.unpickler.decode",
            "pandas.read_pickle",
            "yaml.unsafe_load",
            "yaml.unsafe_load_all",
            "torch.load",
            "django.core.serializers.deserialize",
        ],
        sink(K::Deserialize, &[(0, ""), (1, "")]),
    ),
    (&["yaml.load", "yaml.load_all"], sink(K::Deserialize, FIRST).when(When::UnsafeYaml)),
    (&["numpy.load"], sink(K::Deserialize, FIRST).when(When::PickleAllowed)),
    // XML.
    (
        &[
            "xml.etree.ElementTree.parse",
            "xml.etree.ElementTree.fromstring",
            "xml.etree.ElementTree.XML",
            "xml.etree.ElementTree.iterparse",
            "xml.etree.cElementTree.parse",
            "xml.etree.cElementTree.fromstring",
            "xml.etree.cElementTree.iterparse",
            "xml.dom.minidom.parse",
            "xml.dom.minidom.parseString",
            "xml.dom.pulldom.parse",
            "xml.dom.pulldom.parseString",
            "xml.sax.parse",
            "xml.sax.parseString",
            "xml.sax.make_parser().parse",
            "lxml.etree.parse",
            "lxml.etree.fromstring",
            "lxml.etree.XML",
            "lxml.etree.iterparse",
            "lxml.etree.XSLT",
            "lxml.objectify.parse",
            "lxml.objectify.fromstring",
            "xmltodict.parse",
        ],
        sink(K::Xml, &[(0, "source"), (0, "text"), (0, "string")]),
    ),
    (&["lxml.etree.XPath"], sink(K::XPath, FIRST)),
    // Files.
    (
        &["builtins.open", "io.open", "codecs.open", "os.open", "builtins.file", "aiofiles.open"],
        sink(K::Path, &[(0, "file"), (0, "filename")]),
    ),
    (
        &[
            "os.remove",
            "os.unlink",
            "os.rmdir",
            "os.removedirs",
            "os.mkdir",
            "os.makedirs",
            "os.chmod",
            "os.chown",
            "os.truncate",
            "os.utime",
            "shutil.rmtree",
        ],
        sink(K::Path, &[(0, "path"), (0, "name")]).variant(Variant::Written),
    ),
    (
        &[
            "os.rename",
            "os.renames",
            "os.replace",
            "os.link",
            "os.symlink",
            "shutil.copy",
            "shutil.copy2",
            "shutil.copyfile",
            "shutil.copytree",
            "shutil.move",
        ],
        sink(K::Path, &[(0, "src"), (1, "dst")]).variant(Variant::Written),
    ),
    (
        &[
            "os.path.isfile",
            "os.path.exists",
            "os.path.isdir",
            "os.path.getsize",
            "os.path.getmtime",
            "os.stat",
        ],
        sink(K::Path, &[(0, "path")]).when(When::Probe),
    ),
    (
        &["os.listdir", "os.scandir", "os.walk", "os.readlink", "glob.glob", "glob.iglob"],
        sink(K::Path, &[(0, "path"), (0, "top")]),
    ),
    (
        &[
            "pathlib.Path().open",
            "pathlib.Path().read_text",
            "pathlib.Path().read_bytes",
            "pathlib.Path().write_text",
            "pathlib.Path().write_bytes",
            "pathlib.Path().unlink",
            "pathlib.Path().mkdir",
            "pathlib.Path().rmdir",
            "pathlib.Path().iterdir",
            "pathlib.Path().touch",
        ],
        sink(K::Path, &[(RECEIVER, "")]),
    ),
    (&["django.views.static.serve"], sink(K::Path, &[(2, "document_root")])),
    (&["django_sendfile.sendfile", "sendfile.sendfile"], sink(K::Path, &[(1, "filename")])),
    (
        &["zipfile.ZipFile", "tarfile.open", "tarfile.TarFile", "sqlite3.connect", "PIL.Image.open"],
        // Files that are open already are welcome here too.
        sink(K::Path, FIRST).when(When::Probe),
    ),
    (&["shutil.unpack_archive", "django.utils.archive.extract"], sink(K::Archive, FIRST)),
    (
        &["zipfile.ZipFile().extractall", "tarfile.open().extractall", "tarfile.TarFile().extractall"],
        sink(K::Archive, &[(RECEIVER, "")]),
    ),
    // Addresses the server fetches.
    (
        &[
            "requests.get",
            "requests.post",
            "requests.put",
            "requests.patch",
            "requests.delete",
            "requests.head",
            "requests.options",
            "requests.Session().get",
            "requests.Session().post",
            "requests.Session().put",
            "requests.Session().patch",
            "requests.Session().delete",
            "requests.Session().head",
            "requests.Session().options",
            "requests.session().get",
            "requests.session().post",
            "requests.sessions.Session().get",
            "requests.sessions.Session().post",
            "httpx.get",
            "httpx.post",
            "httpx.put",
            "httpx.patch",
            "httpx.delete",
            "httpx.head",
            "httpx.Client().get",
            "httpx.Client().post",
            "httpx.AsyncClient().get",
            "httpx.AsyncClient().post",
            "aiohttp.ClientSession().get",
            "aiohttp.ClientSession().post",
            "aiohttp.ClientSession().put",
            "urllib.request.urlopen",
            "urllib.request.Request",
            "urllib.request.urlretrieve",
            "urllib.request.URLopener().open",
            "urllib.request.FancyURLopener().open",
            "urllib.request.build_opener().open",
            "urllib2.urlopen",
            "urllib2.Request",
            "urllib2.build_opener().open",
            "urllib.urlopen",
            "urllib.urlretrieve",
            "six.moves.urllib.request.urlopen",
            "six.moves.urllib.request.Request",
            "six.moves.urllib.request.urlretrieve",
            "future.moves.urllib.request.urlopen",
            "httplib2.Http().request",
            "feedparser.parse",
            "pdfkit.from_url",
            "imgkit.from_url",
            "wget.download",
            "cairosvg.svg2png",
        ],
        sink(K::Url, &[(0, "url"), (0, "fullurl"), (0, "uri")]),
    ),
    (
        &[
            "requests.request",
            "requests.Session().request",
            "httpx.request",
            "httpx.stream",
            "httpx.Client().request",
            "httpx.AsyncClient().request",
            "aiohttp.request",
            "aiohttp.ClientSession().request",
            "urllib3.PoolManager().request",
            "urllib3.PoolManager().urlopen",
            "urllib3.request",
        ],
        sink(K::Url, &[(1, "url")]),
    ),
    (
        &[
            "http.client.HTTPConnection",
            "http.client.HTTPSConnection",
            "httplib.HTTPConnection",
            "httplib.HTTPSConnection",
            "six.moves.http_client.HTTPConnection",
            "six.moves.http_client.HTTPSConnection",
            "socket.create_connection",
            "smtplib.SMTP",
            "smtplib.SMTP_SSL",
            "ftplib.FTP",
            "ftplib.FTP_TLS",
            "telnetlib.Telnet",
            "imaplib.IMAP4",
            "imaplib.IMAP4_SSL",
            "poplib.POP3",
            "socket.socket().connect",
            "paramiko.SSHClient().connect",
        ],
        sink(K::Url, &[(0, "host"), (0, "address")]),
    ),
    // Addresses the browser is sent to.
    (
        &[
            "django.http.HttpResponseRedirect",
            "django.http.HttpResponsePermanentRedirect",
            "django.http.response.HttpResponseRedirect",
            "django.http.response.HttpResponsePermanentRedirect",
        ],
        sink(K::Redirect, &[(0, "redirect_to")]),
    ),
    (&["django.shortcuts.redirect", "django.shortcuts.resolve_url"], sink(K::Redirect, &[(0, "to")])),
    // Mail.
    (
        &["django.core.mail.send_mail"],
        // Django itself refuses line ends.
        sink(K::Mail, &[(0, "subject"), (2, "from_email"), (3, "recipient_list")]).when(When::Probe),
    ),
    (
        &["django.core.mail.EmailMessage", "django.core.mail.EmailMultiAlternatives"],
        sink(
            K::Mail,
            &[
                (0, "subject"),
                (2, "from_email"),
                (3, "to"),
                (4, "bcc"),
                (KEYWORD, "reply_to"),
                (KEYWORD, "headers"),
            ],
        )
        .when(When::Probe),
    ),
    (
        &["django.core.mail.EmailMessage", "django.core.mail.EmailMultiAlternatives"],
        sink(K::Html, &[(1, "body")]).variant(Variant::Mail).when(When::HtmlBody),
    ),
    // The HTML part of a mail is a page.
    (&["django.core.mail.send_mail"], sink(K::Html, &[(8, "html_message")]).variant(Variant::Mail)),
    (
        &["django.core.mail.mail_admins", "django.core.mail.mail_managers"],
        sink(K::Html, &[(4, "html_message")]).variant(Variant::Mail),
    ),
    (
        &["smtplib.SMTP().sendmail", "smtplib.SMTP_SSL().sendmail"],
        sink(K::Mail, &[(0, ""), (1, ""), (2, "")]),
    ),
    // Regular expressions.
    (
        &[
            "re.match",
            "re.search",
            "re.fullmatch",
            "re.findall",
            "re.finditer",
            "re.sub",
            "re.subn",
            "re.split",
        ],
        sink(K::Regex, &[(0, "pattern")]),
    ),
    // Text that a slow pattern is matched against.
    (
        &["re.match", "re.search", "re.fullmatch", "re.findall", "re.finditer", "re.split"],
        sink(K::Cost, &[(1, "string")]).variant(Variant::Pattern).when(When::SlowPattern),
    ),
    (
        &["re.sub", "re.subn"],
        sink(K::Cost, &[(2, "string")]).variant(Variant::Pattern).when(When::SlowPattern),
    ),
    (
        &[
            "re.compile().match",
            "re.compile().search",
            "re.compile().fullmatch",
            "re.compile().findall",
            "re.compile().finditer",
            "re.compile().split",
        ],
        sink(K::Cost, &[(0, "string")]).variant(Variant::Pattern).when(When::SlowPattern),
    ),
    (
        &["re.compile().sub", "re.compile().subn"],
        sink(K::Cost, &[(1, "string")]).variant(Variant::Pattern).when(When::SlowPattern),
    ),
    // Compiling alone costs little; what is compiled may never be matched.
    (&["re.compile"], sink(K::Regex, &[(0, "pattern")]).when(When::Probe)),
    // Logs.
    (&["builtins.print", "pprint.pprint"], sink(K::Log, EVERY).variant(Variant::Sensitive)),
    (
        &[
            "logging.debug",
            "logging.info",
            "logging.warning",
            "logging.warn",
            "logging.error",
            "logging.exception",
            "logging.critical",
            "logging.log",
            "logging.getLogger().debug",
            "logging.getLogger().info",
            "logging.getLogger().warning",
            "logging.getLogger().warn",
            "logging.getLogger().error",
            "logging.getLogger().exception",
            "logging.getLogger().critical",
            "logging.getLogger().log",
            "structlog.get_logger().info",
            "structlog.get_logger().warning",
            "structlog.get_logger().error",
            "structlog.get_logger().debug",
            "loguru.logger.debug",
            "loguru.logger.info",
            "loguru.logger.warning",
            "loguru.logger.error",
            "loguru.logger.exception",
        ],
        sink(K::Log, EVERY),
    ),
    // Spreadsheets.
    (&["csv.writer().writerow", "csv.DictWriter().writerow", "csv.writer().writerows"], sink(K::Csv, FIRST)),
    // Cost.
    (&["time.sleep", "asyncio.sleep"], sink(K::Cost, FIRST)),
];

/// The object a method is called on, as a position.
pub(super) const RECEIVER: usize = usize::MAX - 2;
/// Every argument, as a position.
pub(super) const EVERY_ARGUMENT: usize = ALL;

/// Sinks by the last name of what is called, whatever the object.
static METHOD_SINKS: &[(&str, Sink)] = &[
    ("execute", sink(K::Sql, &[(0, "sql"), (0, "query"), (0, "operation")]).when(When::LooksLikeSql)),
    ("executemany", sink(K::Sql, &[(0, "sql"), (0, "query")]).when(When::LooksLikeSql)),
    ("executescript", sink(K::Sql, FIRST).when(When::LooksLikeSql)),
    ("mogrify", sink(K::Sql, FIRST).when(When::LooksLikeSql)),
    ("copy_expert", sink(K::Sql, FIRST).when(When::LooksLikeSql)),
    ("callproc", sink(K::Sql, FIRST).when(When::LooksLikeSql)),
    ("read_sql", sink(K::Sql, FIRST).when(When::LooksLikeSql)),
    ("raw", sink(K::Sql, &[(0, "raw_query")]).when(When::LooksLikeSql)),
    (
        "extra",
        sink(K::Sql, &[(0, "select"), (1, "where"), (3, "tables"), (4, "order_by")]).variant(Variant::Extra),
    ),
    ("order_by", sink(K::Lookup, EVERY)),
    ("values", sink(K::Lookup, EVERY).when(When::Query)),
    ("values_list", sink(K::Lookup, EVERY).when(When::Query)),
    ("only", sink(K::Lookup, EVERY).when(When::Query)),
    ("defer", sink(K::Lookup, EVERY).when(When::Query)),
    ("latest", sink(K::Lookup, EVERY).when(When::Query)),
    ("earliest", sink(K::Lookup, EVERY).when(When::Query)),
    ("select_related", sink(K::Lookup, EVERY).when(When::Query)),
    ("prefetch_related", sink(K::Lookup, EVERY).when(When::Query)),
    ("search_s", sink(K::Ldap, &[(2, "filterstr")])),
    ("search_ext_s", sink(K::Ldap, &[(2, "filterstr")])),
    ("xpath", sink(K::XPath, FIRST)),
    ("exec_command", sink(K::Command, FIRST)),
    ("from_string", sink(K::Template, FIRST)),
    ("attach_alternative", sink(K::Html, &[(0, "content")]).when(When::HtmlContent).variant(Variant::Mail)),
    ("email_user", sink(K::Html, &[(KEYWORD, "html_message")]).variant(Variant::Mail)),
];

static BY_NAME: LazyLock<FxHashMap<&str, Vec<&Sink>>> = LazyLock::new(|| {
    let mut map: FxHashMap<&str, Vec<&Sink>> = FxHashMap::default();
    for (names, sink) in SINKS {
        for name in *names {
            map.entry(name).or_default().push(sink);
        }
    }
    map
});

static BY_METHOD: LazyLock<FxHashMap<&str, &Sink>> =
    LazyLock::new(|| METHOD_SINKS.iter().map(|(name, sink)| (*name, sink)).collect());

/// The sinks of that dotted name.
pub(super) fn sinks(name: &str) -> &'static [&'static Sink] {
    BY_NAME.get(name).map_or(&[], |sinks| sinks.as_slice())
}

/// The sink of a method of that name.
pub(super) fn method_sink(name: &str) -> Option<&'static Sink> {
    BY_METHOD.get(name).copied()
}

/// What a function from outside gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gives {
    /// Something that can do no harm: a number, a date, a hash, an object of the database.
    Harmless,
    /// The first argument, unable to do these kinds of harm.
    Cleaned(Marks),
    /// The first argument itself, unchanged in what matters.
    Same,
    /// A new text made of the arguments.
    Made,
    /// The first argument as an absolute path.
    Resolved,
    /// Something of its own, whatever the arguments.
    Own,
    /// Not known.
    Unknown,
}

const fn marks(kinds: &[FlowKind]) -> Marks {
    let mut all = Marks::NONE;
    let mut at = 0;
    while at < kinds.len() {
        all = all.with(Marks::of(kinds[at]));
        at += 1;
    }
    all
}

const HTML: Marks = marks(&[K::Html]);
/// What percent encoding takes away.
const QUOTED: Marks = marks(&[K::Html, K::Header, K::Mail, K::Log, K::Sql, K::Command, K::Code, K::Template]);

/// What a function of that dotted name gives back.
pub(super) fn result(name: &str) -> Gives {
    use Gives::*;
    match name {
        // Judged where it is called; what comes after repeats it.
        "django.utils.safestring.mark_safe"
        | "django.utils.html.mark_safe"
        | "django.utils.safestring.SafeString"
        | "django.utils.safestring.SafeText"
        | "django.utils.html.SafeString"
        | "markupsafe.Markup"
        | "django.utils.html.escape"
        | "django.utils.html.conditional_escape"
        | "django.utils.html.format_html_join"
        | "django.utils.html.json_script"
        | "html.escape"
        | "cgi.escape"
        | "markupsafe.escape"
        | "jinja2.escape"
        | "xml.sax.saxutils.escape"
        | "bleach.clean"
        | "bleach.linkify"
        | "nh3.clean"
        | "nh3.clean_text"
        | "lxml.html.clean.clean_html"
        | "django.template.defaultfilters.force_escape"
        | "django.template.defaultfilters.escape_filter"
        | "django.utils.html.escapejs"
        | "django.template.defaultfilters.linebreaksbr" => Cleaned(HTML),
        "shlex.quote" | "pipes.quote" | "subprocess.list2cmdline" => Cleaned(marks(&[K::Command])),
        "django.utils.text.get_valid_filename" | "werkzeug.utils.secure_filename" => {
            Cleaned(marks(&[K::Path, K::Redirect, K::Url, K::Sql, K::Html, K::Header, K::Command, K::Log]))
        }
        "os.path.basename" | "ntpath.basename" | "posixpath.basename" => {
            Cleaned(marks(&[K::Path, K::Redirect]))
        }
        "django.utils._os.safe_join" | "werkzeug.utils.safe_join" | "werkzeug.security.safe_join" => {
            Cleaned(marks(&[K::Path]))
        }
        "django.utils.text.slugify" | "django.template.defaultfilters.slugify" | "slugify.slugify" => {
            Harmless
        }
        "re.escape" => Cleaned(marks(&[K::Regex])),
        "ldap.filter.escape_filter_chars" | "ldap3.utils.conv.escape_filter_chars" => {
            Cleaned(marks(&[K::Ldap]))
        }
        "django.utils.http.urlencode"
        | "urllib.parse.quote"
        | "urllib.parse.quote_plus"
        | "urllib.parse.urlencode"
        | "urllib.quote"
        | "urllib.quote_plus"
        | "urllib.urlencode"
        | "six.moves.urllib.parse.quote"
        | "six.moves.urllib.parse.urlencode"
        | "django.utils.http.urlquote"
        | "django.utils.http.urlquote_plus"
        | "django.utils.encoding.iri_to_uri_component" => Cleaned(QUOTED),
        "django.utils.encoding.escape_uri_path" | "django.utils.encoding.iri_to_uri" => {
            Cleaned(marks(&[K::Header]))
        }
        "django.utils.http.escape_leading_slashes" => Cleaned(marks(&[K::Redirect])),
        "django.utils.http.content_disposition_header" => Cleaned(marks(&[K::Header])),
        "psycopg2.sql.Identifier"
        | "psycopg2.sql.Literal"
        | "psycopg.sql.Identifier"
        | "psycopg.sql.Literal"
        | "psycopg2.sql.Placeholder"
        | "psycopg.sql.Placeholder" => Cleaned(marks(&[K::Sql])),
        "os.path.realpath"
        | "os.path.abspath"
        | "os.path.normpath"
        | "os.path.commonpath"
        | "os.path.commonprefix" => Resolved,
        "builtins.str"
        | "builtins.unicode"
        | "builtins.bytes"
        | "django.utils.encoding.force_str"
        | "django.utils.encoding.force_text"
        | "django.utils.encoding.smart_str"
        | "django.utils.encoding.smart_text"
        | "django.utils.encoding.force_bytes"
        | "django.utils.encoding.smart_bytes"
        | "django.utils.encoding.force_unicode"
        | "django.utils.encoding.smart_unicode"
        | "six.text_type"
        | "os.fspath"
        | "os.fsencode"
        | "os.fsdecode"
        | "copy.copy"
        | "copy.deepcopy"
        | "typing.cast"
        | "sys.intern"
        | "asgiref.sync.sync_to_async"
        | "asyncio.shield" => Same,
        "builtins.int"
        | "builtins.float"
        | "builtins.long"
        | "builtins.bool"
        | "builtins.len"
        | "builtins.abs"
        | "builtins.round"
        | "builtins.sum"
        | "builtins.ord"
        | "builtins.hash"
        | "builtins.id"
        | "builtins.isinstance"
        | "builtins.issubclass"
        | "builtins.hasattr"
        | "builtins.callable"
        | "builtins.any"
        | "builtins.all"
        | "builtins.range"
        | "builtins.hex"
        | "builtins.bin"
        | "builtins.oct"
        | "builtins.complex"
        | "builtins.divmod"
        | "decimal.Decimal"
        | "fractions.Fraction"
        | "uuid.UUID"
        | "uuid.uuid4"
        | "uuid.uuid1"
        | "datetime.datetime.strptime"
        | "datetime.datetime.fromtimestamp"
        | "datetime.datetime.fromisoformat"
        | "datetime.date.fromisoformat"
        | "datetime.datetime.now"
        | "datetime.datetime.utcnow"
        | "datetime.date.today"
        | "datetime.datetime"
        | "datetime.date"
        | "datetime.timedelta"
        | "time.strptime"
        | "time.time"
        | "dateutil.parser.parse"
        | "dateutil.parser.isoparse"
        | "django.utils.dateparse.parse_date"
        | "django.utils.dateparse.parse_datetime"
        | "django.utils.dateparse.parse_time"
        | "django.utils.timezone.now"
        | "ipaddress.ip_address"
        | "ipaddress.ip_network"
        | "django.shortcuts.get_object_or_404"
        | "django.shortcuts.get_list_or_404"
        | "rest_framework.generics.get_object_or_404"
        | "django.urls.reverse"
        | "django.urls.reverse_lazy"
        | "django.core.urlresolvers.reverse"
        | "django.core.urlresolvers.reverse_lazy"
        | "rest_framework.reverse.reverse"
        | "django.template.loader.render_to_string"
        | "django.template.loader.get_template"
        | "django.shortcuts.render"
        | "django.contrib.auth.authenticate"
        | "django.contrib.auth.get_user"
        | "django.contrib.auth.get_user_model"
        | "django.contrib.auth.hashers.make_password"
        | "django.contrib.auth.hashers.check_password"
        | "django.utils.crypto.get_random_string"
        | "django.utils.crypto.constant_time_compare"
        | "django.utils.crypto.salted_hmac"
        | "django.middleware.csrf.get_token"
        | "django.templatetags.static.static"
        | "django.contrib.staticfiles.storage.staticfiles_storage.url"
        | "django.contrib.staticfiles.templatetags.staticfiles.static"
        | "hmac.compare_digest"
        | "hmac.new"
        | "secrets.token_hex"
        | "secrets.token_urlsafe"
        | "random.random"
        | "random.randint"
        | "django.http.JsonResponse"
        | "django.utils.translation.get_language"
        | "django.core.paginator.Paginator"
        | "django.contrib.contenttypes.models.ContentType.objects.get_for_model"
        | "django.apps.apps.get_model"
        | "mimetypes.guess_type"
        | "os.getpid"
        | "os.path.getsize"
        | "os.path.getmtime"
        | "os.path.exists"
        | "os.path.isfile"
        | "os.path.isdir"
        | "os.stat"
        | "zlib.crc32"
        | "tempfile.mkdtemp"
        | "tempfile.mkstemp"
        | "tempfile.NamedTemporaryFile"
        | "tempfile.TemporaryDirectory"
        | "tempfile.gettempdir" => Harmless,
        "django.utils.html.format_html" => Cleaned(HTML),
        "os.path.join"
        | "posixpath.join"
        | "pathlib.Path"
        | "pathlib.PurePath"
        | "pathlib.PosixPath"
        | "urllib.parse.urljoin"
        | "urlparse.urljoin"
        | "six.moves.urllib.parse.urljoin"
        | "urllib.parse.unquote"
        | "urllib.parse.unquote_plus"
        | "urllib.unquote"
        | "urllib.parse.urlparse"
        | "urllib.parse.urlsplit"
        | "urllib.parse.parse_qs"
        | "urllib.parse.parse_qsl"
        | "urllib.parse.urlunparse"
        | "urllib.parse.urlunsplit"
        | "urlparse.urlparse"
        | "urlparse.urlsplit"
        | "json.loads"
        | "json.load"
        | "json.dumps"
        | "simplejson.loads"
        | "simplejson.dumps"
        | "ujson.loads"
        | "orjson.loads"
        | "yaml.safe_load"
        | "yaml.load"
        | "ast.literal_eval"
        | "base64.b64decode"
        | "base64.b64encode"
        | "base64.urlsafe_b64decode"
        | "base64.urlsafe_b64encode"
        | "base64.decodebytes"
        | "binascii.unhexlify"
        | "binascii.a2b_base64"
        | "codecs.decode"
        | "codecs.encode"
        | "zlib.decompress"
        | "gzip.decompress"
        | "io.StringIO"
        | "io.BytesIO"
        | "StringIO.StringIO"
        | "cStringIO.StringIO"
        | "django.utils.html.strip_tags"
        | "django.utils.html.linebreaks"
        | "django.utils.html.urlize"
        | "django.utils.text.normalize_newlines"
        | "django.utils.text.Truncator"
        | "django.template.defaultfilters.linebreaks"
        | "django.template.defaultfilters.urlize"
        | "django.template.defaultfilters.striptags"
        | "markdown.markdown"
        | "markdown.Markdown().convert"
        | "markdown2.markdown"
        | "mistune.html"
        | "mistune.markdown"
        | "textwrap.dedent"
        | "textwrap.fill"
        | "unicodedata.normalize"
        | "re.sub"
        | "re.split"
        | "re.findall"
        | "re.match"
        | "re.search"
        | "re.fullmatch"
        | "re.finditer"
        | "html.unescape"
        | "csv.reader"
        | "csv.DictReader"
        | "itertools.chain"
        | "builtins.list"
        | "builtins.tuple"
        | "builtins.set"
        | "builtins.frozenset"
        | "builtins.sorted"
        | "builtins.reversed"
        | "builtins.iter"
        | "builtins.next"
        | "builtins.enumerate"
        | "builtins.zip"
        | "builtins.map"
        | "builtins.filter"
        | "builtins.repr"
        | "builtins.ascii"
        | "builtins.format"
        | "builtins.max"
        | "builtins.min"
        | "builtins.getattr"
        | "builtins.vars"
        | "builtins.bytearray"
        | "builtins.memoryview"
        | "builtins.chr"
        | "builtins.dict"
        | "collections.OrderedDict"
        | "collections.defaultdict"
        | "functools.partial"
        | "functools.reduce"
        | "operator.itemgetter"
        | "django.utils.datastructures.MultiValueDict"
        | "django.http.QueryDict"
        | "django.http.request.QueryDict"
        | "django.utils.functional.lazy"
        | "django.utils.translation.gettext"
        | "django.utils.translation.gettext_lazy"
        | "django.utils.translation.ugettext"
        | "django.utils.translation.ugettext_lazy"
        | "django.utils.translation.ngettext"
        | "django.utils.translation.pgettext"
        | "string.Template"
        | "os.path.dirname"
        | "os.path.split"
        | "os.path.splitext"
        | "os.path.expanduser"
        | "os.path.expandvars"
        | "os.path.relpath"
        | "posixpath.normpath"
        | "tarfile.open"
        | "zipfile.ZipFile" => Made,
        _ => by_family(name),
    }
}

fn by_family(name: &str) -> Gives {
    const OWN: &[&str] = &[
        "django.db.",
        "django.core.cache.",
        "django.contrib.messages.",
        "django.contrib.auth.",
        "django.core.mail.",
        "django.core.management.",
        "django.contrib.contenttypes.",
        "django.contrib.sites.",
        "django.conf.",
        "django.dispatch.",
        "hashlib.",
        "logging.",
        "random.",
        "secrets.",
        "datetime.",
        "time.",
        "uuid.",
        "math.",
        "requests.",
        "httpx.",
        "urllib.request.",
        "urllib2.",
        "subprocess.",
        "rest_framework.response.",
        "rest_framework.status.",
        "rest_framework.serializers.",
        "rest_framework.exceptions.",
        "django.core.signing.",
        "django.core.exceptions.",
        "django.http.",
        "django.forms.",
        "django.core.files.storage.",
        "django.template.",
        "celery.",
    ];
    if name.contains(".objects.")
        || name.contains("._default_manager.")
        || OWN.iter().any(|start| name.starts_with(start))
    {
        Gives::Own
    } else {
        Gives::Unknown
    }
}

/// Methods that only texts have, and that add nothing to them but fixed letters.
pub(super) fn is_text_method(name: &str) -> bool {
    matches!(
        name,
        "split"
            | "rsplit"
            | "splitlines"
            | "partition"
            | "rpartition"
            | "zfill"
            | "ljust"
            | "rjust"
            | "center"
            | "expandtabs"
            | "translate"
    )
}

/// Methods of texts, containers, matches and files, which hand on what they hold.
pub(super) fn is_plain_method(name: &str) -> bool {
    method_result(name) != Gives::Unknown
        || is_text_method(name)
        || matches!(
            name,
            "join"
                | "replace"
                | "format"
                | "format_map"
                | "get"
                | "getlist"
                | "pop"
                | "popitem"
                | "popleft"
                | "setdefault"
                | "group"
                | "groups"
                | "groupdict"
                | "readline"
                | "readlines"
                | "open"
                | "json"
                | "geturl"
                | "urlencode"
                | "lists"
                | "hex"
                | "tobytes"
                | "__getitem__"
                | "__next__"
                | "union"
                | "most_common"
                | "with_suffix"
                | "with_name"
                | "joinpath"
                | "as_string"
                | "get_payload"
                | "get_all"
                | "getvalue"
                | "namelist"
                | "infolist"
                | "extractfile"
                | "getmembers"
        )
}

/// How a method of text, or of an unknown object, changes it.
pub(super) fn method_result(name: &str) -> Gives {
    use Gives::*;
    match name {
        "strip" | "lstrip" | "rstrip" | "lower" | "upper" | "casefold" | "decode" | "encode" | "copy"
        | "title" | "capitalize" | "swapcase" | "dict" | "deepcopy" | "__str__" | "read" | "chunks"
        | "getvalue" | "items" | "values" | "keys" | "as_posix" | "expanduser" | "removeprefix"
        | "removesuffix" => Same,
        "resolve" | "absolute" => Resolved,
        "isdigit" | "isalnum" | "isalpha" | "isnumeric" | "isdecimal" | "isidentifier" | "isspace"
        | "islower" | "isupper" | "startswith" | "endswith" | "count" | "find" | "rfind" | "index"
        | "rindex" | "exists" | "is_valid" | "is_file" | "is_dir" | "hexdigest" | "digest" | "has_key"
        | "timestamp" | "date" | "isoformat" | "bit_length" | "has_perm" | "has_perms" | "check_password"
        | "fileno" | "tell" | "seek" => Harmless,
        // What the ORM gives back comes from the database, whatever was asked for.
        "filter" | "exclude" | "all" | "first" | "last" | "get_or_create" | "update_or_create" | "create"
        | "aggregate" | "annotate" | "select_related" | "prefetch_related" | "values_list" | "distinct"
        | "order_by" | "delete" | "update" | "save" | "bulk_create" | "get_object_or_404"
        | "get_queryset" | "get_object" | "earliest" | "latest" | "none" | "using" | "raw" | "extra"
        | "execute" | "fetchone" | "fetchall" | "fetchmany" | "in_bulk" | "full_clean" | "clean" | "info"
        | "debug" | "warning" | "error" | "write" | "send" | "delay" | "apply_async" | "add_error"
        | "get_full_name" | "has_changed" => Own,
        _ => Unknown,
    }
}
