//! What several server rules ask: which files are deployed, what a location inherits, what a service publishes.

use barding_finding::{Confidence, Evidence, Role, Severity};
use barding_project::servers::dockerfile::Instruction;
use barding_project::servers::nginx::{Directive, NginxFile, Server};
use barding_project::servers::yaml::Node;
use barding_project::servers::{StartCommand, dockerfile, is_for_development};
use barding_project::stated::Layer;
use barding_project::{Project, SettingsModule, SettingsRole};
use barding_source::{FileId, SourceFile, Span};

/// The nginx files of the deployment: not those of tests, examples or documentation.
pub(super) fn nginx_files(project: &Project) -> impl Iterator<Item = &NginxFile> {
    project.servers.nginx.iter().filter(|file| deployed(&file.file))
}

/// The Apache files of the deployment.
pub(super) fn apache_files(project: &Project) -> impl Iterator<Item = &NginxFile> {
    project.servers.apache.iter().filter(|file| deployed(&file.file))
}

/// The Caddyfiles of the deployment.
pub(super) fn caddy_files(project: &Project) -> impl Iterator<Item = &NginxFile> {
    project.servers.caddy.iter().filter(|file| deployed(&file.file))
}

/// A directive and everything inside it, in file order.
pub(super) fn visit<'a>(directive: &'a Directive, see: &mut dyn FnMut(&'a Directive)) {
    see(directive);
    directive.block.iter().flatten().for_each(|inner| visit(inner, see));
}

/// Whether the configuration says that TLS ends, or the redirect happens, before the web server.
pub(super) fn tls_ends_before(project: &Project) -> bool {
    let before = |layer| matches!(layer, Some(Layer::LoadBalancer | Layer::Platform));
    before(project.deployment.tls_ends_at) || before(project.deployment.redirects_to_https)
}

/// The request header that production reads the scheme from, and the settings that say so.
pub(super) fn trusted_scheme_header(project: &Project) -> Option<(&SettingsModule, String)> {
    project.settings.iter().filter(|settings| settings.role == SettingsRole::Production).find_map(
        |settings| {
            let value = settings.get("SECURE_PROXY_SSL_HEADER").value()?;
            let name = value.items()?.first()?.text()?.strip_prefix("HTTP_")?.replace('_', "-");
            Some((settings, name))
        },
    )
}

/// Whether a file belongs to the deployment, by its path.
pub(super) fn deployed(file: &SourceFile) -> bool {
    !is_for_development(file)
}

/// A step of evidence at a directive.
pub(super) fn place_of(directive: &Directive, note: &str) -> Evidence {
    Evidence::at(Role::Defined, directive.span, note)
}

/// Whether a level includes files that may say more and are not among the project's, so that it cannot be judged.
pub(super) fn includes_more(scope: &[&Directive]) -> bool {
    scope
        .iter()
        .rev()
        .take_while(|level| level.name != "http")
        .any(|level| level.children("include").any(|include| !include.argument(0).contains("mime.types")))
}

/// The suites of a list that protect nothing, as OpenSSL writes lists.
pub(super) fn weak_ciphers(list: &str) -> Vec<&str> {
    const WEAK: &[&str] = &[
        "RC4", "3DES", "DES", "MD5", "NULL", "ENULL", "ANULL", "ADH", "AECDH", "EXP", "EXPORT", "LOW", "CBC3",
    ];
    let listed: Vec<&str> = list.split([':', ',', ' ']).collect();
    let excluded = |weak: &str| {
        listed
            .iter()
            .any(|word| word.strip_prefix(['!', '-']).is_some_and(|out| out.eq_ignore_ascii_case(weak)))
    };
    let is_weak = |part: &str| {
        let part = part.to_ascii_uppercase();
        WEAK.contains(&part.as_str()) && !excluded(&part)
    };
    let offered = listed.iter().filter(|word| !word.starts_with(['!', '-', '@', '+']));
    offered.filter(|word| word.split(['-', '+']).any(is_weak)).copied().collect()
}

/// Whether a command names a server that runs the application as in production.
pub(super) fn names_application_server(command: &str) -> bool {
    ["gunicorn", "uwsgi", "daphne", "hypercorn", "uvicorn"].iter().any(|server| command.contains(server))
}

/// The image that a `FROM` builds on, its options left out.
pub(super) fn base_image(from: &Instruction) -> Option<&str> {
    from.arguments.split_whitespace().find(|word| !word.starts_with("--"))
}

/// An image of nginx whose version its tag tells in full.
pub(super) struct NginxImage {
    /// As written.
    pub(super) name: String,
    /// Its version.
    pub(super) version: (u32, u32, u32),
    /// Where it is named.
    pub(super) place: Span,
}

/// The images of nginx that the deployment runs.
pub(super) fn nginx_images(project: &Project) -> Vec<NginxImage> {
    let files = project.servers.dockerfiles.iter().filter(|file| deployed(&file.file));
    let froms = files.flat_map(|file| file.last_stage().filter(|instruction| instruction.name == "FROM"));
    let froms = froms.filter_map(|from| Some((base_image(from)?.to_owned(), from.span)));
    let services = compose_services(project);
    let images = services.iter().filter(|service| !service.for_development);
    let images = images.filter_map(|service| {
        let node = service.node.get("image")?;
        Some((node.text()?.to_owned(), node.span))
    });
    froms
        .chain(images)
        .filter_map(|(name, place)| {
            let (image, tag) = name.split_once(':')?;
            let is_nginx = matches!(image.rsplit('/').next(), Some("nginx" | "nginx-unprivileged"));
            let version = tag.split(['-', '@']).next().filter(|_| is_nginx)?;
            let mut numbers = version.split('.').map(str::parse::<u32>);
            let version = (numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?);
            Some(NginxImage { name, version, place })
        })
        .collect()
}

/// Whether a variable's name and value say that a secret is written out: not a reference, a path or a placeholder.
pub(super) fn is_written_secret(name: &str, value: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let is_secret = ["SECRET", "PASSWORD", "PASSWD", "TOKEN", "API_KEY", "PRIVATE_KEY"]
        .iter()
        .any(|word| upper.contains(word))
        && !["FILE", "PATH", "URL", "NAME", "EXPIR"].iter().any(|end| upper.ends_with(end));
    // `scheme://user:password@host`
    let in_address = || {
        let (_, rest) = value.split_once("://")?;
        let (login, _) = rest.split_once('@')?;
        login.split_once(':').map(|(_, password)| password)
    };
    let text = match (is_secret, in_address()) {
        (_, Some(password)) => password,
        (true, None) => value,
        (false, None) => return false,
    };
    let lower = text.to_ascii_lowercase();
    const PLACEHOLDERS: &[&str] =
        &["change", "your", "xxx", "example", "secret_key", "replace", "todo", "...", "dummy"];
    const GUESSED: &[&str] =
        &["postgres", "password", "admin", "root", "secret", "django", "test", "guest", "user", "pass"];
    text.len() >= 4
        && !text.contains(['$', '%', '{', '<', '}', ' '])
        && !PLACEHOLDERS.iter().any(|word| lower.contains(word))
        && !GUESSED.contains(&lower.as_str())
        && !matches!(lower.as_str(), "true" | "false" | "none" | "null")
}

/// The server block of a scope.
pub(super) fn server_of<'a>(scope: &[&'a Directive]) -> Option<Server<'a>> {
    scope.iter().find(|outer| outer.name == "server").map(|server| Server { server, http: None })
}

/// Whether Django may read the scheme of a request from this header.
pub(super) fn is_scheme_header(name: &str) -> bool {
    ["X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Protocol", "X-Scheme", "X-Url-Scheme"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether losing this response header loses protection.
pub(super) fn is_security_header(name: &str) -> bool {
    [
        "Strict-Transport-Security",
        "Content-Security-Policy",
        "X-Frame-Options",
        "X-Content-Type-Options",
        "Referrer-Policy",
        "Permissions-Policy",
        "Cross-Origin-Opener-Policy",
    ]
    .iter()
    .any(|known| known.eq_ignore_ascii_case(name))
}

/// The folders of the images that hold the whole project: a WORKDIR into which `COPY . …` copies.
pub(super) fn image_folders(project: &Project) -> Vec<String> {
    let mut folders = Vec::new();
    for file in &project.servers.dockerfiles {
        let mut workdir = String::new();
        for instruction in &file.instructions {
            match instruction.name.as_str() {
                "FROM" => workdir.clear(),
                "WORKDIR" => instruction.arguments.trim_end_matches('/').clone_into(&mut workdir),
                "COPY" | "ADD" => {
                    let words: Vec<&str> = instruction
                        .arguments
                        .split_whitespace()
                        .filter(|word| !word.starts_with("--"))
                        .collect();
                    if let [".", target] = words[..] {
                        let target = target.trim_end_matches('/');
                        folders.push(if matches!(target, "." | "") {
                            workdir.clone()
                        } else {
                            target.to_owned()
                        });
                    }
                }
                _ => {}
            }
        }
    }
    folders.retain(|folder| folder.starts_with('/') && folder.len() > 1);
    folders
}

/// A service of a compose file.
pub(super) struct Service<'a> {
    /// The file it stands in.
    pub(super) file: FileId,
    /// Its name.
    pub(super) name: &'a str,
    /// What it says.
    pub(super) node: &'a Node,
    /// Whether the file's name says that it serves development or tests.
    pub(super) for_development: bool,
}

/// Every service of every compose file.
pub(super) fn compose_services(project: &Project) -> Vec<Service<'_>> {
    let mut services = Vec::new();
    for file in &project.servers.compose {
        for document in &file.documents {
            let Some(list) = document.get("services") else { continue };
            for (name, node) in list.pairs() {
                services.push(Service {
                    file: file.file.id,
                    name: name.text().unwrap_or_default(),
                    node,
                    for_development: is_for_development(&file.file),
                });
            }
        }
    }
    services
}

impl Service<'_> {
    /// How bad and how sure a finding about it is: what serves development only is low in both.
    pub(super) fn weight(&self, severity: Severity, confidence: Confidence) -> (Severity, Confidence) {
        if self.for_development { (Severity::Low, Confidence::Low) } else { (severity, confidence) }
    }

    /// The image it starts; empty when it is built here.
    pub(super) fn image(&self) -> String {
        self.node.get("image").and_then(Node::text).unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether it is built from the project.
    pub(super) fn builds(&self) -> bool {
        self.node.get("build").is_some()
    }

    /// Whether it serves in production for certain: its file says so, or it starts a server that developers do not use.
    pub(super) fn serves_for_certain(&self) -> bool {
        let command = self.node.get("command");
        let words = command.map(|node| match node.text() {
            Some(text) => text.to_owned(),
            None => node.items().iter().filter_map(Node::text).collect::<Vec<_>>().join(" "),
        });
        words.is_some_and(|words| names_application_server(&words) && !words.contains("--reload"))
    }

    /// What `environment:` sets.
    pub(super) fn environment(&self) -> Vec<(String, Option<String>, Span)> {
        self.node.get("environment").map(Node::assignments).unwrap_or_default()
    }

    /// The ports that are published on every address, as written, with their places.
    pub(super) fn published(&self) -> Vec<(String, Span)> {
        let mut ports = Vec::new();
        for item in self.node.get("ports").map(Node::items).unwrap_or_default() {
            if let Some(text) = item.text() {
                if is_open(text) {
                    ports.push((text.to_owned(), item.span));
                }
                continue;
            }
            let word = |key: &str| item.get(key).and_then(Node::text);
            let host = word("host_ip").unwrap_or_default();
            if let (Some(published), Some(target), false) =
                (word("published"), word("target"), is_loopback(host))
            {
                ports.push((format!("{published}:{target}"), item.span));
            }
        }
        ports
    }
}

/// Whether a short port mapping binds every address: `host:container` without an address, or with `0.0.0.0`.
fn is_open(mapping: &str) -> bool {
    let mapping = mapping.split('/').next().unwrap_or_default();
    // `${ADDRESS}:5432:5432` may bind the loopback; a container port alone gets a random host port.
    match mapping.rsplitn(3, ':').nth(2) {
        Some(address) => matches!(address, "0.0.0.0" | "[::]" | "::"),
        None => mapping.contains(':') && !mapping.starts_with("${"),
    }
}

fn is_loopback(address: &str) -> bool {
    address.starts_with("127.") || address == "localhost" || address == "::1" || address.starts_with('$')
}

/// What follows an option of a command; empty for a switch.
pub(super) fn option_of<'a>(command: &'a StartCommand, option: &str) -> Option<&'a str> {
    command.words.iter().enumerate().find_map(|(at, word)| match word.strip_prefix(option)? {
        "" => {
            let next = command.words.get(at + 1).map_or("", String::as_str);
            Some(if next.starts_with("--") { "" } else { next })
        }
        rest => rest.strip_prefix('='),
    })
}

/// A variable that an image, a service or a unit sets.
pub(super) struct DeployedVariable {
    /// Its name.
    pub(super) name: String,
    /// Its value as written.
    pub(super) value: String,
    /// Where it is set.
    pub(super) place: Span,
    /// Who sets it, in words.
    pub(super) holder: String,
}

/// Every variable that the deployment sets; files for development and tests are left out.
pub(super) fn deployed_variables(project: &Project) -> Vec<DeployedVariable> {
    let mut variables = Vec::new();
    let mut add = |name: String, value: String, place, holder: String| {
        variables.push(DeployedVariable { name, value, place, holder });
    };
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for (instruction, name, value) in file.variables() {
            add(name, value, instruction.span, format!("the image ({})", instruction.name));
        }
    }
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        for (name, value, place) in service.environment() {
            if let Some(value) = value {
                add(name, value, place, format!("service `{}`", service.name));
            }
        }
    }
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        for entry in unit.all("Service", "Environment") {
            for word in dockerfile::split(&entry.value) {
                if let Some((name, value)) = word.split_once('=') {
                    add(name.to_owned(), value.to_owned(), entry.span, "the unit".to_owned());
                }
            }
        }
    }
    variables
}

/// A pod of a manifest: what stands below `spec` beside its containers.
pub(super) struct Pod<'a> {
    /// Its specification.
    pub(super) spec: &'a Node,
    /// Where its containers are listed.
    pub(super) place: Span,
}

impl<'a> Pod<'a> {
    /// Its containers.
    pub(super) fn containers(&self) -> &'a [Node] {
        let spec: &'a Node = self.spec;
        spec.get("containers").map(Node::items).unwrap_or_default()
    }

    /// Whether one of its containers starts an application server.
    pub(super) fn serves(&self) -> bool {
        let words = self.containers().iter().flat_map(|container| {
            ["command", "args"].into_iter().filter_map(|key| container.get(key)).flat_map(Node::items)
        });
        words.filter_map(Node::text).any(names_application_server)
    }
}

/// Every pod that the manifests of the deployment describe.
pub(super) fn pods(project: &Project) -> Vec<Pod<'_>> {
    fn down<'a>(node: &'a Node, depth: usize, pods: &mut Vec<Pod<'a>>) {
        if depth > 20 {
            return;
        }
        for (key, value) in node.pairs() {
            if key.text() == Some("containers") {
                pods.push(Pod { spec: node, place: key.span });
            }
            down(value, depth + 1, pods);
        }
        node.items().iter().for_each(|item| down(item, depth + 1, pods));
    }
    let mut pods = Vec::new();
    for file in project.servers.kubernetes.iter().filter(|file| deployed(&file.file)) {
        file.documents.iter().for_each(|document| down(document, 0, &mut pods));
    }
    pods
}
