//! Certificates made for a test, and real servers on the loopback that end with it.

use crate::free_port::start_on_free_port;
use barding_live::dial::{Dialer, Limits};
use barding_live::tls::x509::Store;
use barding_live::tls::{Endpoint, Scope, Starttls, Target, look};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

/// A folder with an authority that signs whatever a test needs.
pub(crate) struct Authority {
    folder: tempfile::TempDir,
}

/// A certificate to be made.
pub(crate) struct Wanted<'a> {
    pub name: &'a str,
    /// What follows `-newkey`: `rsa:2048`, `ec`, `ed25519`.
    pub key: &'a str,
    pub digest: &'a str,
    /// Subject alternative names as OpenSSL writes them; none when empty.
    pub names: &'a str,
    pub extensions: &'a str,
    /// `YYYYMMDDHHMMSSZ`.
    pub from: &'a str,
    pub until: &'a str,
    pub subject: &'a str,
    /// `root`, `intermediate`, or empty for a self-signed one.
    pub issuer: &'a str,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Self {
            name: "leaf",
            key: "ec",
            digest: "sha256",
            names: "DNS:localhost,IP:127.0.0.1",
            extensions: "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=serverAuth",
            from: "20261001000000Z",
            until: "20361001000000Z",
            subject: "/CN=localhost",
            issuer: "intermediate",
        }
    }
}

/// What makes a certificate an authority's.
pub(crate) const AUTHORITY: &str = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign";

impl Authority {
    /// A root and an intermediate.
    pub(crate) fn new() -> Self {
        let authority = Self { folder: tempfile::tempdir().expect("a folder for certificates") };
        let part = |name, subject, issuer| Wanted {
            name,
            subject,
            issuer,
            names: "",
            extensions: AUTHORITY,
            from: "20200101000000Z",
            until: "20450101000000Z",
            ..Wanted::default()
        };
        authority.make(&part("root", "/O=Test/CN=Test Root", ""));
        authority.make(&part("intermediate", "/O=Test/CN=Test Intermediate", "root"));
        authority
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes `<name>.pem` and `<name>.key`.
    pub(crate) fn make(&self, wanted: &Wanted<'_>) -> Certified {
        let name = wanted.name;
        let file = |ending: &str| self.path(&format!("{name}.{ending}")).display().to_string();
        let mut key = vec!["genpkey", "-out"];
        let key_file = file("key");
        key.push(&key_file);
        let option;
        match wanted.key.split_once(':') {
            Some(("rsa", bits)) => {
                option = format!("rsa_keygen_bits:{bits}");
                key.extend(["-algorithm", "RSA", "-pkeyopt", &option]);
            }
            Some(("ec", curve)) => {
                option = format!("ec_paramgen_curve:{curve}");
                key.extend(["-algorithm", "EC", "-pkeyopt", &option]);
            }
            _ if wanted.key == "ec" => {
                key.extend(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
            }
            _ => key.extend(["-algorithm", wanted.key]),
        }
        self.openssl(&key);
        let names = if wanted.names.is_empty() {
            String::new()
        } else {
            format!("subjectAltName={}\n", wanted.names)
        };
        let database = file("database");
        fs::write(&database, "").expect("the database is written");
        let configuration = format!(
            "[ca]\ndefault_ca=one\n[one]\ndatabase={database}\nnew_certs_dir={}\nserial={}\npolicy=any\ndefault_md=sha256\n\
             unique_subject=no\nemail_in_dn=no\n[any]\ncountryName=optional\norganizationName=optional\n\
             commonName=optional\n[extensions]\n{}\n{names}[req]\ndistinguished_name=dn\n[dn]\n",
            self.folder.path().display(),
            file("serial"),
            wanted.extensions,
        );
        fs::write(file("serial"), format!("{:016X}\n", serial(name))).expect("the serial number is written");
        fs::write(file("cnf"), configuration).expect("the configuration is written");
        let (request, cnf, out) = (file("csr"), file("cnf"), file("pem"));
        self.openssl(&[
            "req",
            "-new",
            "-key",
            &key_file,
            "-subj",
            wanted.subject,
            "-config",
            &cnf,
            "-out",
            &request,
        ]);
        let (issuer_key, issuer_pem);
        let mut sign = vec![
            "ca",
            "-batch",
            "-notext",
            "-config",
            &cnf,
            "-in",
            &request,
            "-out",
            &out,
            "-startdate",
            wanted.from,
            "-enddate",
            wanted.until,
            "-extensions",
            "extensions",
            "-md",
            wanted.digest,
        ];
        if wanted.issuer.is_empty() {
            sign.extend(["-selfsign", "-keyfile", &key_file]);
        } else {
            issuer_key = self.path(&format!("{}.key", wanted.issuer)).display().to_string();
            issuer_pem = self.path(&format!("{}.pem", wanted.issuer)).display().to_string();
            sign.extend(["-keyfile", &issuer_key, "-cert", &issuer_pem]);
        }
        self.openssl(&sign);
        Certified { certificate: out.into(), key: key_file.into() }
    }

    pub(crate) fn openssl(&self, arguments: &[&str]) -> String {
        let done = Command::new("openssl").args(arguments).current_dir(self.folder.path()).output();
        let done = done.expect("openssl runs");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "openssl {arguments:?}\n{said}");
        String::from_utf8_lossy(&done.stdout).into_owned()
    }

    /// Files one after another in a new file.
    pub(crate) fn bundle(&self, name: &str, parts: &[&str]) -> PathBuf {
        let whole: String = parts
            .iter()
            .map(|part| fs::read_to_string(self.path(part)).expect("the part is there"))
            .collect();
        let path = self.path(name);
        fs::write(&path, whole).expect("the bundle is written");
        path
    }

    /// The root as a store of its own.
    pub(crate) fn store(&self) -> Store {
        Store::from_file("test", &fs::read(self.path("root.pem")).expect("the root is there"))
    }
}

fn serial(name: &str) -> u64 {
    name.bytes().fold(0x7711u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
        & 0x7FFF_FFFF_FFFF
}

pub(crate) struct Certified {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// A server that ends with the test.
pub(crate) struct Server {
    child: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program that will listen on the port it is given.
pub(crate) fn start(what: &str, command: impl FnMut(u16) -> Command) -> Server {
    let (child, port) = start_on_free_port(what, Duration::from_secs(20), command);
    Server { child, port }
}

/// `openssl s_server` with everything old that it still has.
pub(crate) fn s_server(certified: &Certified, chain: Option<&Path>, more: &[&str]) -> Server {
    start(&format!("openssl s_server {}", more.join(" ")), |port| {
        let mut command = Command::new("openssl");
        let at = format!("127.0.0.1:{port}");
        command.args(["s_server", "-quiet", "-naccept", "100000", "-www", "-accept", &at]);
        command.arg("-cert").arg(&certified.certificate).arg("-key").arg(&certified.key);
        if let Some(chain) = chain {
            command.arg("-cert_chain").arg(chain);
        }
        command.args(more);
        command
    })
}

/// nginx on a port that stands for `PORT` in the lines of its server.
pub(crate) fn nginx(authority: &Authority, name: &str, lines: &str) -> Server {
    let folder = authority.path("");
    let folder = folder.display();
    let configuration = |port: u16| {
        let lines = lines.replace("PORT", &port.to_string());
        format!(
            "daemon off;\nmaster_process off;\npid {folder}/{name}.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n\
             access_log off;\nclient_body_temp_path {folder}/a;\nproxy_temp_path {folder}/b;\nfastcgi_temp_path {folder}/c;\n\
             uwsgi_temp_path {folder}/d;\nscgi_temp_path {folder}/e;\nserver {{\nlisten 127.0.0.1:{port} ssl;\n\
             server_name localhost;\n{lines}\nlocation / {{ return 200 'ok'; }}\n}}\n}}\n"
        )
    };
    let path = authority.path(&format!("{name}.conf"));
    start("nginx", |port| {
        fs::write(&path, configuration(port)).expect("the configuration is written");
        let mut command = Command::new("nginx");
        command.arg("-c").arg(&path).arg("-e").arg("stderr").arg("-p").arg(authority.path(""));
        command
    })
}

pub(crate) fn address(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}

/// Looks at a server on this machine by the name `localhost`.
pub(crate) fn seen(port: u16, scope: Scope, stores: &[Store]) -> Endpoint {
    seen_as("localhost", port, None, scope, stores)
}

pub(crate) fn seen_as(
    host: &str,
    port: u16,
    starttls: Option<Starttls>,
    scope: Scope,
    stores: &[Store],
) -> Endpoint {
    let target = Target { host: host.to_owned(), port, starttls, ask_authorities: true, ..Target::default() };
    look_at(&target, scope, stores)
}

/// Looks at a target on this machine.
pub(crate) fn look_at(target: &Target, scope: Scope, stores: &[Store]) -> Endpoint {
    let limits =
        Limits { connect: Duration::from_secs(5), whole: Duration::from_secs(5), ..Limits::default() };
    look(target, address(target.port), scope, stores, &Dialer::new(limits))
}
