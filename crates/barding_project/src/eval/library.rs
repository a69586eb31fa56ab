//! What lies outside the project, by dotted name: the standard library, Django, and the libraries settings use.

use super::Evaluator;
use super::call::Keywords;
use super::paths;
use super::val::{CallVal, ClassInfo, InstanceInfo, Object, ROOT, Val};
use crate::value::{Unknown, Why};
use barding_source::Span;
use std::rc::Rc;
use std::sync::Arc;

/// Functions that get namespaces or lists in their hands and are evaluated here.
pub(super) fn is_modelled(name: &str) -> bool {
    super::builtins::is_builtin(name)
        || matches!(
            name,
            "django_heroku.settings"
                | "mezzanine.utils.conf.set_dynamic_settings"
                | "split_settings.tools.include"
                | "copy.copy"
                | "copy.deepcopy"
                | "sys.path.append"
                | "sys.path.insert"
                | "operator.add"
        )
        || matches!(name.split('.').next(), Some("os" | "posixpath" | "json" | "ast" | "pathlib"))
}

/// Functions outside the project that do not change what they are given, as far as their kind tells.
pub(super) fn leaves_arguments_alone(name: &str) -> bool {
    const HARMLESS: &[&str] = &[
        "django",
        "rest_framework",
        "logging",
        "datetime",
        "collections",
        "functools",
        "itertools",
        "re",
        "operator",
        "sentry_sdk",
        "celery",
        "kombu",
        "corsheaders",
        "environ",
        "decouple",
        "environs",
        "dj_database_url",
        "urllib",
        "math",
        "random",
        "string",
        "uuid",
        "hashlib",
        "base64",
        "typing",
        "structlog",
        "warnings",
        "tempfile",
        "yaml",
        "toml",
        "tomllib",
        "json",
        "drf_spectacular",
        "drf_yasg",
        "graphene_django",
        "wagtail",
        "debug_toolbar",
        "super",
        "object",
        "dict",
        "list",
        "set",
        "tuple",
        "path",
        "re_path",
        "url",
        "include",
        "ldap",
        "django_auth_ldap",
        "redis",
        "channels",
        "strawberry",
        "oauth2_provider",
        "allauth",
        "rest_framework_nested",
        "sys",
        "types",
        "importlib_metadata",
        "pkg_resources",
        "packaging",
        "dynaconf",
        "configurations",
        "crispy_forms",
    ];
    name.is_empty() || HARMLESS.contains(&name.split(['.', '(']).next().unwrap_or_default())
}

impl<'a> Evaluator<'a> {
    fn kept(&mut self, name: &str, arguments: Vec<Val<'a>>, keywords: Keywords<'a>, place: Span) -> Val<'a> {
        Val::Call(Rc::new(CallVal { callee: name.into(), arguments, keywords, place }))
    }

    fn machine(&mut self, what: &str, place: Span) -> Val<'a> {
        self.unknown(Why::Machine, format!("`{what}` depends on the machine"), Some(place))
    }

    pub(super) fn library_call(
        &mut self,
        name: &Arc<str>,
        arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        if let Some(value) = self.url_call(name, &arguments, &keywords, place) {
            return value;
        }
        if let Some(value) = self.builtin_call(name, &arguments, &keywords, place) {
            return value;
        }
        if let Some(value) = self.environment_call(name, &arguments, &keywords, place) {
            return value;
        }
        if let Some(value) = self.path_call(name, &arguments, place) {
            return value;
        }
        if let Some(value) = self.settings_call(name, &arguments, &keywords, place) {
            return value;
        }
        let first = arguments.first().cloned();
        match (&**name, first) {
            ("pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" | "path.Path" | "environ.Path", _) => {
                if &**name == "path.Path" {
                    return self.kept(name, arguments, keywords, place);
                }
                if &**name == "environ.Path" {
                    let folder = keywords
                        .iter()
                        .any(|(name, value)| &**name == "is_file" && matches!(value, Val::Bool(true)));
                    return self.each_of(&arguments, &mut |me, parts| me.environ_path(parts, folder, place));
                }
                self.each_of(&arguments, &mut |me, parts| {
                    let mut path = String::new();
                    for part in parts {
                        match part {
                            Val::Text(part) | Val::Path(part) => path = paths::join(&path, part),
                            other => return me.text_unknown(other, place),
                        }
                    }
                    Val::Path(paths::pure(&path).into())
                })
            }
            ("pathlib.Path.cwd" | "os.getcwd" | "pathlib.Path.home" | "os.path.expanduser", _) => {
                self.machine(name, place)
            }
            ("copy.copy" | "copy.deepcopy", Some(value)) => {
                self.copied(&value, &**name == "copy.deepcopy", 0)
            }
            (
                "json.loads" | "json.load" | "simplejson.loads" | "ujson.loads" | "orjson.loads"
                | "simplejson.load",
                Some(value),
            ) => self.each(&value, &mut |me, value| match me.readable(value, place) {
                Ok(text) => me.json_text(&text, place),
                Err(value) => value,
            }),
            (
                "tomllib.load" | "tomllib.loads" | "tomli.load" | "tomli.loads" | "toml.load" | "toml.loads",
                Some(value),
            ) => self.each(&value, &mut |me, value| {
                let readable = match (&**name, value) {
                    ("toml.load", Val::Text(_) | Val::Path(_)) => me.file_text(value, place),
                    _ => me.readable(value, place),
                };
                match readable {
                    Ok(text) => me.toml_text(&text, place),
                    Err(value) => value,
                }
            }),
            ("yaml.load" | "yaml.safe_load" | "yaml.full_load", Some(value)) => {
                self.each(&value, &mut |me, value| match me.readable(value, place) {
                    Ok(text) => me.yaml_text(&text, place),
                    Err(value) => value,
                })
            }
            ("ast.literal_eval", Some(value)) => self.each(&value, &mut |me, value| match value {
                Val::Text(text) => me.literal(&text.clone(), place),
                Val::Env(env) if env.cast == crate::value::Cast::Text => {
                    Val::Env(Rc::new(crate::value::EnvValue {
                        variable: env.variable.clone(),
                        cast: crate::value::Cast::Other,
                        place,
                    }))
                }
                Val::Unknown(_) => value.clone(),
                Val::Env(env) => Val::Unknown(super::ops::environment(&env.variable, place)),
                _ => me.raised("ValueError", "only a text can be read as a literal", Some(place)),
            }),
            (
                "distutils.util.strtobool" | "setuptools._distutils.util.strtobool" | "str2bool.str2bool",
                Some(value),
            ) if name.ends_with("strtobool") => {
                self.each(&value, &mut |me, value| me.strtobool(value, place))
            }
            ("importlib.import_module", Some(value)) => self.each(&value, &mut |me, value| match value {
                Val::Text(module) => me.import_module(&module.clone(), place),
                _ => me.unknown(Why::RunsCode, "which module is imported is not known", Some(place)),
            }),
            ("sys.path.append" | "sys.path.insert", _) => {
                if let Some(Val::Text(path) | Val::Path(path)) = arguments.last()
                    && let Some(inside) = paths::inside(path)
                {
                    let root = camino::Utf8PathBuf::from(inside);
                    if !self.roots.contains(&root) {
                        let at = if name.ends_with("insert") { 0 } else { self.roots.len() };
                        self.roots.insert(at, root);
                    }
                }
                Val::None
            }
            ("sys.exit" | "os._exit", _) => {
                self.may_raise(&super::cond::Cond::always(), "SystemExit");
                self.exits = Some(self.path.clone());
                self.unknown(Why::RunsCode, "the program ends here", Some(place))
            }
            (
                "socket.gethostname"
                | "socket.getfqdn"
                | "platform.node"
                | "platform.system"
                | "platform.machine"
                | "os.uname"
                | "time.time"
                | "random.random"
                | "random.choice"
                | "random.SystemRandom"
                | "secrets.token_hex"
                | "secrets.token_urlsafe"
                | "secrets.token_bytes"
                | "uuid.uuid4"
                | "os.urandom"
                | "os.cpu_count"
                | "os.getpid"
                | "os.getuid"
                | "os.geteuid"
                | "os.getlogin"
                | "getpass.getuser"
                | "tempfile.gettempdir"
                | "tempfile.mkdtemp"
                | "multiprocessing.cpu_count"
                | "datetime.datetime.now"
                | "datetime.datetime.utcnow"
                | "datetime.date.today"
                | "socket.gethostbyname"
                | "platform.platform"
                | "shutil.which"
                | "subprocess.check_output"
                | "subprocess.run"
                | "subprocess.Popen"
                | "socket.gethostbyname_ex"
                | "os.scandir"
                | "django.utils.crypto.get_random_string",
                _,
            ) if &**name != "django.utils.crypto.get_random_string" => self.machine(name, place),
            ("os.listdir" | "glob.glob" | "os.walk", Some(path)) => {
                let found = self.each(&path, &mut |me, path| me.folder_listing(name, path, place));
                if matches!(found, Val::Unknown(_)) { self.machine(name, place) } else { found }
            }
            (
                "os.makedirs"
                | "os.mkdir"
                | "os.chdir"
                | "os.umask"
                | "warnings.filterwarnings"
                | "warnings.simplefilter"
                | "os.path.abspath.cache",
                _,
            ) => Val::None,
            ("collections.OrderedDict" | "collections.UserDict", _) => {
                let Val::Object(id) = self.dict(Vec::new()) else { return Val::None };
                for other in &arguments {
                    self.update_dict(id, other, place);
                }
                self.update_keywords(id, keywords, place);
                Val::Object(id)
            }
            ("object.__init__", _) => Val::None,
            ("itertools.chain", _) => {
                let mut items = Vec::new();
                for argument in &arguments {
                    items.extend(self.iterate(argument, place));
                }
                self.list(items)
            }
            ("typing.cast", Some(_)) => arguments.get(1).cloned().unwrap_or(Val::None),
            ("re.compile", _) => self.kept(name, arguments, keywords, place),
            ("urllib.parse.urlparse" | "urllib.parse.urlsplit", Some(Val::Text(url)))
                if !url.contains(ROOT) =>
            {
                self.url_parts(&url.clone(), name, place)
            }
            ("urllib.parse.quote" | "urllib.parse.quote_plus", Some(Val::Text(text)))
                if text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-~".contains(c)) =>
            {
                Val::Text(text)
            }
            ("textwrap.dedent", Some(Val::Text(text))) if !text.contains('\n') => Val::Text(text),
            _ => self.kept(name, arguments, keywords, place),
        }
    }

    fn url_parts(&mut self, url: &str, callee: &str, place: Span) -> Val<'a> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return self.kept(callee, vec![Val::text(url)], Vec::new(), place);
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let netloc = &rest[..end];
        let path_end = rest[end..].find(['?', '#']).map_or(rest.len(), |at| end + at);
        let host = netloc.rsplit('@').next().unwrap_or_default();
        let (hostname, port) = match host.rsplit_once(':') {
            Some((name, port)) if !host.starts_with('[') => (name, port.parse::<i64>().ok()),
            _ => (host, None),
        };
        let parts = [
            ("scheme", Val::text(scheme.to_lowercase())),
            ("netloc", Val::text(netloc)),
            ("path", Val::text(&rest[end..path_end])),
            ("hostname", if hostname.is_empty() { Val::None } else { Val::text(hostname.to_lowercase()) }),
            ("port", port.map_or(Val::None, Val::Int)),
        ];
        let keywords = parts.into_iter().map(|(name, value)| (Arc::from(name), value)).collect();
        self.kept("urllib.parse.ParseResult", Vec::new(), keywords, place)
    }

    /// `copy.copy` and `copy.deepcopy`.
    fn copied(&mut self, value: &Val<'a>, deep: bool, depth: usize) -> Val<'a> {
        if depth > 40 {
            return self.unknown(Why::TooDeep, "the value is too large", None);
        }
        match value {
            Val::Object(id) => {
                let mut object = self.heap.get(*id).clone();
                if deep {
                    match &mut object {
                        Object::List(items) | Object::Set(items) => {
                            for item in items.iter_mut() {
                                *item = self.copied(&item.clone(), deep, depth + 1);
                            }
                        }
                        Object::Dict(entries) => {
                            for (_, item) in entries.iter_mut() {
                                *item = self.copied(&item.clone(), deep, depth + 1);
                            }
                        }
                        _ => {}
                    }
                }
                Val::Object(self.heap.add(object))
            }
            Val::Tuple(items) if deep => {
                Val::Tuple(items.to_vec().iter().map(|item| self.copied(item, deep, depth + 1)).collect())
            }
            Val::OneOf(_) => self.each(value, &mut |me, value| me.copied(value, deep, depth + 1)),
            _ => value.clone(),
        }
    }

    pub(super) fn import_module(&mut self, name: &Arc<str>, place: Span) -> Val<'a> {
        match self.load(name) {
            Ok(module) => Val::Module(module),
            Err(super::import::Found::Missing) => {
                let text = format!("`{name}` is not among the files");
                self.may_raise(&super::cond::Cond::always(), "ModuleNotFoundError");
                self.unknown(Why::FileMissing, text, Some(place))
            }
            Err(_) => Val::Name(name.clone()),
        }
    }

    /// A Python literal in a text.
    pub(super) fn literal(&mut self, text: &str, place: Span) -> Val<'a> {
        let trimmed = text.trim();
        match trimmed {
            "True" => return Val::Bool(true),
            "False" => return Val::Bool(false),
            "None" => return Val::None,
            _ => {}
        }
        if let Some(number) = super::builtins::int_of(trimmed) {
            let digits = trimmed.trim_start_matches(['+', '-']);
            if digits.starts_with('0') && number != 0 {
                return self.raised("SyntaxError", "a number may not begin with zero", Some(place));
            }
            return Val::Int(number);
        }
        let plain = trimmed.len() > 1
            && (trimmed.starts_with('\'') && trimmed.ends_with('\'')
                || trimmed.starts_with('"') && trimmed.ends_with('"'));
        if plain {
            let inner = &trimmed[1..trimmed.len() - 1];
            if !inner.contains(['\\', '\'', '"', '\n']) {
                return Val::text(inner);
            }
        }
        match trimmed {
            "[]" => self.list(Vec::new()),
            "{}" => self.dict(Vec::new()),
            "()" => Val::Tuple(Rc::from([])),
            _ if trimmed.starts_with('[') && trimmed.ends_with(']') => {
                let inner = trimmed[1..trimmed.len() - 1].trim().trim_end_matches(',');
                if inner.contains(['[', '{', '(', '\\']) {
                    return self.not_modelled(place);
                }
                let parts: Vec<String> = inner.split(',').map(str::to_owned).collect();
                let mut items = Vec::new();
                for part in parts {
                    match self.literal(&part, place) {
                        Val::Unknown(_) => return self.not_modelled(place),
                        item => items.push(item),
                    }
                }
                self.list(items)
            }
            _ if trimmed.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
                self.raised("ValueError", "the text is not a literal", Some(place))
            }
            _ => self.not_modelled(place),
        }
    }

    /// `exec(…)` of a file of the project runs it here; of anything else, it may set any name.
    pub(super) fn exec(&mut self, name: &str, arguments: &[Val<'a>], place: Span) -> Val<'a> {
        let source = arguments.first().cloned().unwrap_or(Val::None);
        let path = match &source {
            Val::Call(call) if &*call.callee == "compile" => match call.arguments.first() {
                Some(Val::Text(_)) => call.arguments.get(1).cloned(),
                _ => None,
            },
            _ => None,
        };
        let path = path.or_else(|| if name == "execfile" { Some(source.clone()) } else { None });
        let names = match arguments.get(1) {
            Some(Val::Object(id)) => match self.heap.get(*id) {
                Object::View(names) => *names,
                _ => self.local_names(),
            },
            _ => self.local_names(),
        };
        let found = match (&path, &source) {
            (Some(path), _) => self.python_file(path),
            // `exec(open(path).read())`: the text is the file's, so the file is looked for by its text.
            (None, Val::Text(text)) => self.file_of_text(text),
            _ => None,
        };
        if let Some(path) = found
            && self.execute_here(&path, place)
        {
            return Val::None;
        }
        if let Val::Unknown(unknown) = &source
            && unknown.why == Why::FileMissing
            && self.tries > 0
        {
            self.optional.push((**unknown).clone());
            return source;
        }
        let why = match &source {
            Val::Unknown(unknown) => (**unknown).clone(),
            _ => {
                Unknown::new(Why::RunsCode, "`exec` of code that is not known may set any name", Some(place))
            }
        };
        self.forget_names_with(names, &Rc::new(why));
        Val::None
    }

    fn python_file(&mut self, path: &Val<'a>) -> Option<camino::Utf8PathBuf> {
        match path {
            Val::Text(path) | Val::Path(path) => {
                let path = camino::Utf8PathBuf::from(paths::inside(path)?);
                self.modules.sources().read_unlisted(&path).map(|file| file.path.clone())
            }
            _ => None,
        }
    }

    fn file_of_text(&mut self, text: &Arc<str>) -> Option<camino::Utf8PathBuf> {
        self.read_texts.iter().find(|(known, _)| Arc::ptr_eq(known, text)).map(|(_, path)| path.clone())
    }

    // ---- attributes ----

    pub(super) fn library_attribute(&mut self, owner: &str, name: &str, place: Span) -> Val<'a> {
        let dotted = format!("{owner}.{name}");
        if owner == "django.conf.settings"
            && let Some(value) = self.url_setting(name, place)
        {
            return self.demand(value, "AttributeError", "the setting may not be set", Some(place));
        }
        match dotted.as_str() {
            "os.sep" | "os.path.sep" => Val::text("/"),
            "os.pathsep" => Val::text(":"),
            "os.linesep" => Val::text("\n"),
            "os.name" => Val::text("posix"),
            "os.curdir" => Val::text("."),
            "os.pardir" => Val::text(".."),
            "string.ascii_letters" => Val::text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.ascii_lowercase" => Val::text("abcdefghijklmnopqrstuvwxyz"),
            "string.ascii_uppercase" => Val::text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.digits" => Val::text("0123456789"),
            "typing.TYPE_CHECKING" => Val::Bool(false),
            "logging.DEBUG" => Val::Int(10),
            "logging.INFO" => Val::Int(20),
            "logging.WARNING" | "logging.WARN" => Val::Int(30),
            "logging.ERROR" => Val::Int(40),
            "logging.CRITICAL" | "logging.FATAL" => Val::Int(50),
            name if message_level(name).is_some() => Val::Int(message_level(name).unwrap_or_default()),
            "django.VERSION" => match self.assumptions.django {
                Some((major, minor)) => Val::Tuple(Rc::from([
                    Val::Int(i64::from(major)),
                    Val::Int(i64::from(minor)),
                    self.unknown(Why::NotOurs, "Django's patch release", Some(place)),
                    self.unknown(Why::NotOurs, "Django's release level", Some(place)),
                    self.unknown(Why::NotOurs, "Django's serial", Some(place)),
                ])),
                None => self.unknown(Why::NotOurs, "Django's version is not known", Some(place)),
            },
            "sys.platform" | "sys.executable" | "sys.prefix" | "sys.base_prefix" | "sys.maxsize"
            | "sys.stdout" | "sys.stdin" => self.machine(&dotted, place),
            "sys.version_info" => {
                let unknown = self.unknown(Why::Machine, "Python's minor version is not known", Some(place));
                Val::Tuple(Rc::from([
                    Val::Int(3),
                    unknown.clone(),
                    unknown.clone(),
                    unknown.clone(),
                    unknown,
                ]))
            }
            "sys.version_info.major" => Val::Int(3),
            "sys.version_info.minor" | "sys.version" => self.machine(&dotted, place),
            "http.HTTPStatus.OK" => Val::Name(dotted.into()),
            _ => {
                // Aliases of one thing.
                let known = match dotted.as_str() {
                    "posixpath" => "os.path",
                    "django.conf.urls.url" => "django.conf.urls.url",
                    "os.environb" => "os.environb",
                    "io.open" | "codecs.open" => "open",
                    "collections.abc.Mapping" => "collections.abc.Mapping",
                    other => other,
                };
                Val::Name(known.into())
            }
        }
    }

    pub(super) fn library_set_attribute(
        &mut self,
        _owner: &str,
        _name: &str,
        _value: &Val<'a>,
        _place: Span,
    ) {
    }

    pub(super) fn library_iterate(&mut self, val: &Val<'a>, place: Span) -> Option<Vec<Val<'a>>> {
        match val {
            Val::Name(name) if matches!(&**name, "os.environ" | "sys.argv" | "sys.path") => {
                let text = format!("what is in `{name}` is not known");
                Some(vec![Val::Rest(Rc::new(Unknown::new(Why::Machine, text, Some(place))))])
            }
            _ => None,
        }
    }

    pub(super) fn library_contains(
        &mut self,
        item: &Val<'a>,
        owner: &Val<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let owner = match owner {
            Val::Name(name) => name.clone(),
            Val::Call(call) if &*call.callee == "os.environ" => "os.environ".into(),
            _ => return None,
        };
        match &*owner {
            "os.environ" => Some(match item {
                Val::Text(name) => {
                    let value = self.variable(name, place);
                    self.each(&value, &mut |_, value| Val::Bool(!value.is_unset()))
                }
                _ => self.not_modelled(place),
            }),
            // A server runs: neither a test run nor a management command such as `migrate`.
            "sys.argv" => match item {
                Val::Text(word)
                    if matches!(&**word, "test" | "pytest" | "jenkins" | "harvest" | "behave") =>
                {
                    Some(Val::Bool(false))
                }
                _ => None,
            },
            "sys.modules" => match item {
                Val::Text(word)
                    if matches!(&**word, "pytest" | "unittest" | "nose" | "IPython" | "doctest") =>
                {
                    Some(Val::Bool(false))
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn library_item(&mut self, owner: &Val<'a>, key: &Val<'a>, place: Span) -> Option<Val<'a>> {
        match owner {
            Val::Name(name) if &**name == "os.environ" => Some(match key {
                Val::Text(name) => self.variable(&name.clone(), place),
                _ => self.not_modelled(place),
            }),
            Val::Name(name) if &**name == "sys.modules" => Some(match key {
                Val::Text(module) => match self.loaded.get(module) {
                    Some(module) => Val::Module(module.clone()),
                    None => self.not_modelled(place),
                },
                _ => self.not_modelled(place),
            }),
            Val::Name(name) if matches!(&**name, "sys.argv" | "sys.path") => Some(self.machine(name, place)),
            Val::Call(call) if &*call.callee == "environ.Path" || call.callee.ends_with(".parents") => None,
            _ => self.reader_item(owner, key, place),
        }
    }

    /// Writes to `os.environ`.
    pub(super) fn library_set_item(
        &mut self,
        owner: &Val<'a>,
        key: &Val<'a>,
        value: &Val<'a>,
        place: Span,
    ) -> bool {
        match owner {
            Val::Name(name) if &**name == "os.environ" => {
                let environ = self.environ;
                self.put(environ, key, value.clone(), place);
                true
            }
            Val::Call(call) => {
                self.ini_forget(&call.clone());
                true
            }
            Val::Name(_) => true,
            _ => false,
        }
    }

    // ---- paths ----

    /// `environ.Path(start, *more)`: kept as a call whose only argument is the path.
    fn environ_path(&mut self, parts: &[Val<'a>], folder: bool, place: Span) -> Val<'a> {
        let mut path = String::new();
        for part in parts {
            match part {
                Val::Text(part) | Val::Path(part) => path = paths::join(&path, part),
                other => return self.text_unknown(other, place),
            }
        }
        if !path.starts_with('/') && !path.starts_with(ROOT) {
            return self.machine("environ.Path", place);
        }
        let mut path = paths::normpath(&path);
        if folder {
            path = paths::dirname(&path);
        }
        self.kept("environ.Path", vec![Val::text(path)], Vec::new(), place)
    }

    /// What an `environ.Path` stands for.
    pub(super) fn environ_path_of(val: &Val<'a>) -> Option<Arc<str>> {
        match val {
            Val::Call(call) if &*call.callee == "environ.Path" => match call.arguments.as_slice() {
                [Val::Text(path)] => Some(path.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// `root - 2`, `root + "x"`.
    pub(super) fn environ_path_binary(
        &mut self,
        left: &Val<'a>,
        op: ruff_python_ast::Operator,
        right: &Val<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let path = Self::environ_path_of(left)?;
        Some(match (op, right) {
            (ruff_python_ast::Operator::Sub, Val::Int(up)) if (0..50).contains(up) => {
                let mut path = path.to_string();
                for _ in 0..*up {
                    path = paths::dirname(&path);
                }
                self.kept("environ.Path", vec![Val::text(path)], Vec::new(), place)
            }
            (ruff_python_ast::Operator::Add | ruff_python_ast::Operator::Div, Val::Text(more)) => {
                let joined = paths::normpath(&paths::join(&path, more));
                self.kept("environ.Path", vec![Val::text(joined)], Vec::new(), place)
            }
            _ => self.machine("environ.Path", place),
        })
    }

    /// `root("media")` and `root.path("media")`.
    pub(super) fn environ_path_join(
        &mut self,
        path: &Arc<str>,
        arguments: &[Val<'a>],
        as_text: bool,
        place: Span,
    ) -> Val<'a> {
        self.each_of(arguments, &mut |me, arguments| {
            let mut joined = path.to_string();
            for argument in arguments {
                match argument {
                    Val::Text(more) | Val::Path(more) => joined = paths::join(&joined, more),
                    other => return me.text_unknown(other, place),
                }
            }
            let joined = Val::text(paths::normpath(&joined));
            if as_text { joined } else { me.kept("environ.Path", vec![joined], Vec::new(), place) }
        })
    }

    fn path_call(&mut self, name: &str, arguments: &[Val<'a>], place: Span) -> Option<Val<'a>> {
        let function = name.strip_prefix("os.path.").or_else(|| name.strip_prefix("posixpath."))?;
        let function: Arc<str> = function.into();
        Some(match &*function {
            "exists" | "lexists" => self.exists(arguments.first()?, "any", place),
            "isfile" => self.exists(arguments.first()?, "file", place),
            "isdir" => self.exists(arguments.first()?, "folder", place),
            _ => self.each_of(arguments, &mut |me, arguments| {
                let mut texts: Vec<&str> = Vec::new();
                for argument in arguments {
                    match argument {
                        Val::Text(text) | Val::Path(text) => texts.push(text),
                        Val::Rest(rest) => return Val::Unknown(rest.clone()),
                        other => return me.text_unknown(other, place),
                    }
                }
                match (&*function, texts.as_slice()) {
                    ("join", [first, rest @ ..]) => {
                        let joined =
                            rest.iter().fold((*first).to_owned(), |base, more| paths::join(&base, more));
                        Val::text(joined)
                    }
                    ("dirname", [path]) => Val::text(paths::dirname(path)),
                    ("basename", [path]) => match paths::basename(path) {
                        Some(name) => Val::text(name),
                        None => me.machine("the name of the project's folder", place),
                    },
                    ("normpath", [path]) => Val::text(paths::normpath(path)),
                    ("abspath" | "realpath", [path]) if path.starts_with('/') || path.starts_with(ROOT) => {
                        Val::text(paths::normpath(path))
                    }
                    ("abspath" | "realpath" | "expanduser" | "expandvars", [path])
                        if function.starts_with("expand") && !path.contains(['~', '$']) =>
                    {
                        Val::text(*path)
                    }
                    ("isabs", [path]) => Val::Bool(path.starts_with('/') || path.starts_with(ROOT)),
                    ("split", [path]) => match paths::basename(path) {
                        Some(name) => {
                            Val::Tuple(Rc::from([Val::text(paths::dirname(path)), Val::text(name)]))
                        }
                        None => me.machine("the name of the project's folder", place),
                    },
                    ("splitext", [path]) => {
                        let name = path.rsplit('/').next().unwrap_or_default();
                        let at = name.rfind('.').filter(|at| name[..*at].chars().any(|c| c != '.'));
                        let cut = at.map_or(path.len(), |at| path.len() - name.len() + at);
                        Val::Tuple(Rc::from([Val::text(&path[..cut]), Val::text(&path[cut..])]))
                    }
                    _ => me.machine(&format!("os.path.{function}"), place),
                }
            }),
        })
    }

    pub(super) fn path_attribute(&mut self, path: &Arc<str>, name: &str, place: Span) -> Val<'a> {
        let last = paths::basename(path);
        match name {
            "parent" => Val::Path(paths::parent(path).into()),
            "parents" => {
                let mut items = Vec::new();
                let mut at = path.to_string();
                for _ in 0..40 {
                    let next = paths::parent(&at);
                    if next == at {
                        break;
                    }
                    items.push(Val::Path(next.as_str().into()));
                    at = next;
                }
                Val::Tuple(items.into())
            }
            "name" => match last {
                Some(name) => Val::text(name),
                None => self.machine("the name of the project's folder", place),
            },
            "stem" | "suffix" => match last {
                Some(file) => {
                    let at =
                        file.rfind('.').filter(|at| *at > 0 && at + 1 < file.len()).unwrap_or(file.len());
                    Val::text(if name == "stem" { &file[..at] } else { &file[at..] })
                }
                None => self.machine("the name of the project's folder", place),
            },
            _ => Val::Method(Rc::new((Val::Path(path.clone()), name.into()))),
        }
    }

    pub(super) fn path_method(
        &mut self,
        path: &Arc<str>,
        name: &str,
        arguments: Vec<Val<'a>>,
        place: Span,
    ) -> Val<'a> {
        let own = Val::Path(path.clone());
        match name {
            "resolve" | "absolute" if path.starts_with('/') || path.starts_with(ROOT) => {
                let resolved = if name == "resolve" { paths::normpath(path) } else { path.to_string() };
                Val::Path(resolved.into())
            }
            "joinpath" => self.each_of(&arguments, &mut |me, parts| {
                let mut joined = path.to_string();
                for part in parts {
                    match part {
                        Val::Text(part) | Val::Path(part) => joined = paths::join(&joined, part),
                        other => return me.text_unknown(other, place),
                    }
                }
                Val::Path(paths::pure(&joined).into())
            }),
            "as_posix" | "__str__" | "__fspath__" => Val::Text(path.clone()),
            "exists" => self.exists(&own, "any", place),
            "is_file" => self.exists(&own, "file", place),
            "is_dir" => self.exists(&own, "folder", place),
            "read_text" => match self.file_text(&own, place) {
                Ok(text) => Val::Text(text),
                Err(value) => value,
            },
            "read_bytes" => match self.file_text(&own, place) {
                Ok(text) => Val::Bytes(text.as_bytes().into()),
                Err(value) => value,
            },
            "open" => self.kept("open", vec![own], Vec::new(), place),
            "mkdir" | "touch" | "unlink" | "write_text" | "chmod" => Val::None,
            "with_suffix" | "with_name" => match (name, arguments.first(), paths::basename(path)) {
                ("with_name", Some(Val::Text(new)), Some(_)) => {
                    Val::Path(paths::pure(&paths::join(&paths::parent(path), new)).into())
                }
                _ => self.machine("this path", place),
            },
            _ => self.machine(&format!("Path.{name}"), place),
        }
    }

    // ---- classes of libraries ----

    /// A call of an instance whose class comes from outside.
    pub(super) fn instance_call(
        &mut self,
        instance: &Rc<InstanceInfo<'a>>,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let _ = (instance, arguments, keywords, place);
        None
    }

    pub(super) fn instance_method(
        &mut self,
        instance: &Rc<InstanceInfo<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let _ = place;
        self.pydantic_method(instance, name, arguments, keywords)
    }

    /// Instances of classes that libraries give their meaning to.
    pub(super) fn library_instance(
        &mut self,
        class: &Rc<ClassInfo<'a>>,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let bases = self.outside_bases(class);
        self.reader_instance(class, &bases, arguments, keywords, place)
    }

    /// Attributes that are computed when they are read through an instance.
    pub(super) fn library_descriptor(
        &mut self,
        _instance: &Rc<InstanceInfo<'a>>,
        value: Val<'a>,
        _name: &str,
        _place: Span,
    ) -> Val<'a> {
        value
    }

    /// Library calls that change settings as a whole.
    fn settings_call(
        &mut self,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        match name {
            name if name.starts_with("configurations.values.") => {
                let call = Rc::new(CallVal {
                    callee: name.into(),
                    arguments: arguments.to_vec(),
                    keywords: keywords.clone(),
                    place,
                });
                Some(self.configured_now(&call, place).unwrap_or(Val::Call(call)))
            }
            "django_heroku.settings" | "django_on_heroku.settings" => {
                if let Some(Val::Object(id)) = arguments.first()
                    && let Object::View(names) = self.heap.get(*id)
                {
                    let names = *names;
                    self.heroku(names, keywords, place);
                }
                Some(Val::None)
            }
            "mezzanine.utils.conf.set_dynamic_settings" => {
                if let Some(Val::Object(id)) = arguments.first()
                    && let Object::View(names) = self.heap.get(*id)
                {
                    let names = *names;
                    self.mezzanine(names, place);
                }
                Some(Val::None)
            }
            // Files and variables override whatever the module sets.
            "dynaconf.DjangoDynaconf"
            | "dynaconf.contrib.DjangoDynaconf"
            | "dynaconf.contrib.django_dynaconf_v2.DjangoDynaconf" => {
                self.forget_here(
                    "dynaconf may set or replace any setting from its files and the environment",
                    place,
                );
                Some(self.kept(name, arguments.to_vec(), keywords.clone(), place))
            }
            "split_settings.tools.optional" => Some(self.kept(name, arguments.to_vec(), Vec::new(), place)),
            "split_settings.tools.include" => {
                let arguments = arguments.to_vec();
                for argument in arguments {
                    self.each(&argument, &mut |me, argument| {
                        me.include(argument, place);
                        Val::None
                    });
                }
                Some(Val::None)
            }
            _ => None,
        }
    }

    /// `set_dynamic_settings(globals())`: Mezzanine's tweaks depend on what is installed and on the command, but not
    /// which settings they may touch.
    fn mezzanine(&mut self, names: super::val::Id, place: Span) {
        const SETS: &[&str] = &[
            "AUTHENTICATION_BACKENDS",
            "COMMENTS_APP",
            "COMPRESS_OFFLINE_CONTEXT",
            "DATABASES",
            "DEBUG_TOOLBAR_PATCH_SETTINGS",
            "DEV_SERVER",
            "GRAPPELLI_INSTALLED",
            "INSTALLED_APPS",
            "INTERNAL_IPS",
            "LANGUAGES",
            "MESSAGE_STORAGE",
            "MIDDLEWARE",
            "STATICFILES_FINDERS",
            "TESTING",
            "USE_I18N",
            "USE_MODELTRANSLATION",
        ];
        // Of older releases.
        const SET_BEFORE: &[&str] =
            &["MIDDLEWARE_CLASSES", "TEMPLATE_CONTEXT_PROCESSORS", "TEMPLATE_LOADERS", "TEMPLATES"];
        let text = "`mezzanine.utils.conf.set_dynamic_settings()` may change it";
        for name in SETS {
            let unknown = self.unknown(Why::NotOurs, text, Some(place));
            self.bind(names, name, unknown, place);
        }
        for name in SET_BEFORE {
            if self.slot(names, name).is_some() {
                let unknown = self.unknown(Why::NotOurs, text, Some(place));
                self.bind(names, name, unknown, place);
            }
        }
        // Filled in where the project leaves them empty.
        for name in ["ALLOWED_HOSTS", "TIME_ZONE"] {
            let before = self.slot(names, name).unwrap_or(Val::Unset);
            let there = self.as_bool(&before, name, Some(place));
            if !matches!(there, Val::Bool(true)) {
                let unknown = self.unknown(Why::NotOurs, text, Some(place));
                self.bind(names, name, unknown, place);
            }
        }
    }

    /// `django_heroku.settings(locals())`: what the platform's helper sets.
    fn heroku(&mut self, names: super::val::Id, keywords: &Keywords<'a>, place: Span) {
        let wanted = |part: &str| {
            !keywords.iter().any(|(name, value)| &**name == part && matches!(value, Val::Bool(false)))
        };
        let unknown =
            |me: &mut Self| me.unknown(Why::NotOurs, "`django_heroku.settings()` sets it", Some(place));
        if wanted("databases") {
            let variable: Arc<str> = "DATABASE_URL".into();
            let found = self.variable(&variable, place);
            let before = self.slot(names, "DATABASES").unwrap_or(Val::Unset);
            let value = self.each(&found, &mut |me, found| match found {
                Val::Unset => before.clone(),
                _ => unknown(me),
            });
            self.bind(names, "DATABASES", value, place);
        }
        if wanted("test_runner") {
            let variable: Arc<str> = "CI".into();
            let found = self.variable(&variable, place);
            let before = self.slot(names, "TEST_RUNNER").unwrap_or(Val::Unset);
            let value = self.each(&found, &mut |_, found| match found {
                Val::Unset => before.clone(),
                _ => Val::text("django_heroku.HerokuDiscoverRunner"),
            });
            self.bind(names, "TEST_RUNNER", value, place);
        }
        if wanted("staticfiles") {
            let base = self.slot(names, "BASE_DIR").unwrap_or(Val::Unset);
            let root = self.each(&base, &mut |me, base| match base {
                Val::Text(base) | Val::Path(base) => Val::text(paths::join(base, "staticfiles")),
                _ => unknown(me),
            });
            self.bind(names, "STATIC_ROOT", root, place);
            self.bind(names, "STATIC_URL", Val::text("/static/"), place);
            let classes = self.slot(names, "MIDDLEWARE_CLASSES");
            let name = if classes.is_some() { "MIDDLEWARE_CLASSES" } else { "MIDDLEWARE" };
            let before = self.slot(names, name).unwrap_or(Val::Unset);
            let mut items = vec![Val::text("whitenoise.middleware.WhiteNoiseMiddleware")];
            items.extend(self.iterate(&before, place));
            self.bind(names, name, Val::Tuple(items.into()), place);
            let storage = Val::text("whitenoise.storage.CompressedManifestStaticFilesStorage");
            self.bind(names, "STATICFILES_STORAGE", storage, place);
        }
        if wanted("allowed_hosts") {
            let value = self.list(vec![Val::text("*")]);
            self.bind(names, "ALLOWED_HOSTS", value, place);
        }
        if wanted("logging") {
            let value = unknown(self);
            self.bind(names, "LOGGING", value, place);
        }
        if wanted("secret_key") {
            let variable: Arc<str> = "SECRET_KEY".into();
            let found = self.variable(&variable, place);
            let before = self.slot(names, "SECRET_KEY").unwrap_or(Val::Unset);
            let value = self
                .each(&found, &mut |_, found| if found.is_unset() { before.clone() } else { found.clone() });
            self.bind(names, "SECRET_KEY", value, place);
        }
    }

    /// One file or pattern of split-settings.
    fn include(&mut self, file: &Val<'a>, place: Span) {
        let (pattern, optional) = match file {
            Val::Text(pattern) | Val::Path(pattern) => (pattern.clone(), false),
            Val::Call(call) if &*call.callee == "split_settings.tools.optional" => {
                match call.argument(0, "filename") {
                    Some(Val::Text(pattern) | Val::Path(pattern)) => (pattern.clone(), true),
                    Some(Val::None) => return,
                    _ => return self.forget_here("which file is included is not known", place),
                }
            }
            Val::None => return,
            _ => return self.forget_here("which file is included is not known", place),
        };
        if pattern.is_empty() {
            return;
        }
        let Some(own) = self.modules.sources().path(self.file()) else { return };
        let folder = own.parent().map_or("", |parent| parent.as_str());
        let base = format!("{ROOT}/{folder}");
        let Some(inside) = paths::inside(&paths::join(base.trim_end_matches('/'), &pattern)) else {
            return self.forget_here("the included file is outside the project", place);
        };
        let files: Vec<camino::Utf8PathBuf> = if inside.contains(['*', '?', '[']) {
            let Ok(glob) = globset::GlobBuilder::new(&inside).literal_separator(true).build() else { return };
            let matcher = glob.compile_matcher();
            self.modules
                .sources()
                .paths()
                .iter()
                .filter(|path| matcher.is_match(path.as_str()))
                .cloned()
                .collect()
        } else {
            vec![camino::Utf8PathBuf::from(inside.as_str())]
        };
        let mut found = false;
        for path in files {
            found |= self.execute_here(&path, place);
        }
        if !found {
            let text =
                format!("`{inside}` is not among the files; where it exists it may change any setting");
            let unknown = Unknown::new(Why::FileMissing, text, Some(place));
            if optional || inside.contains('*') {
                self.optional.push(unknown);
            } else {
                let names = self.local_names();
                self.forget_names_with(names, &Rc::new(unknown));
            }
        }
    }

    fn forget_here(&mut self, text: &str, place: Span) {
        let names = self.local_names();
        self.forget_names_with(names, &Rc::new(Unknown::new(Why::RunsCode, text, Some(place))));
    }

    /// What `strtobool` gives: 1 or 0.
    fn strtobool(&mut self, value: &Val<'a>, place: Span) -> Val<'a> {
        match value {
            Val::Text(text) => match text.to_lowercase().as_str() {
                "y" | "yes" | "t" | "true" | "on" | "1" => Val::Int(1),
                "n" | "no" | "f" | "false" | "off" | "0" => Val::Int(0),
                _ => self.raised("ValueError", format!("'{text}' is no truth value"), Some(place)),
            },
            Val::Env(env) => {
                let reads = Val::Env(Rc::new(crate::value::EnvValue {
                    variable: env.variable.clone(),
                    cast: crate::value::Cast::Bool,
                    place,
                }));
                let as_bool = self.as_bool(&reads, "", Some(place));
                self.each(&as_bool, &mut |_, value| Val::Int(i64::from(matches!(value, Val::Bool(true)))))
            }
            Val::Unknown(_) => value.clone(),
            _ => self.raised("AttributeError", "only a text is a truth value", Some(place)),
        }
    }
}

/// A level of Django's messages.
fn message_level(name: &str) -> Option<i64> {
    let level = name.strip_prefix("django.contrib.messages.")?;
    Some(match level.strip_prefix("constants.").unwrap_or(level) {
        "DEBUG" => 10,
        "INFO" => 20,
        "SUCCESS" => 25,
        "WARNING" => 30,
        "ERROR" => 40,
        _ => return None,
    })
}
