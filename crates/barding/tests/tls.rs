//! `barding tls` against servers with every fault that badssl.com shows: each yields what its name promises.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

#[path = "../../barding_live/tests/servers/free_port.rs"]
mod free_port;
#[path = "tls/old_server.rs"]
mod old_server;
#[path = "../../barding_live/tests/servers/support.rs"]
#[expect(dead_code, reason = "the tests of barding_live use the rest")]
mod support;

use barding_live::tls::Time;
use old_server::OldServer;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;
use support::{AUTHORITY as OF_AN_AUTHORITY, Authority, Wanted, nginx, s_server};

static AUTHORITY: LazyLock<Authority> = LazyLock::new(Authority::new);

/// Good from a month ago for almost two years.
static FROM: LazyLock<String> = LazyLock::new(|| in_days(-30));
static UNTIL: LazyLock<String> = LazyLock::new(|| in_days(700));

fn in_days(days: i64) -> String {
    let day = Time(Time::now().0 + days * 86_400).date().to_string();
    day.replace('-', "") + "000000Z"
}

fn usual() -> Wanted<'static> {
    Wanted { from: &FROM, until: &UNTIL, ..Wanted::default() }
}

/// The report as JSON, and the exit code.
fn report(arguments: &[&str]) -> (Value, Option<i32>) {
    let root = AUTHORITY.path("root.pem");
    let mut command = Command::new(env!("CARGO_BIN_EXE_barding"));
    let done =
        command.arg("tls").args(arguments).args(["--format", "json", "--ca"]).arg(root).output().unwrap();
    let text = String::from_utf8_lossy(&done.stdout);
    let report = serde_json::from_str(&text)
        .unwrap_or_else(|error| panic!("{error}: {text}{}", String::from_utf8_lossy(&done.stderr)));
    (report, done.status.code())
}

/// The ids of the rules that found something, and the exit code.
fn found(arguments: &[&str]) -> (BTreeSet<String>, Option<i32>) {
    let (report, code) = report(arguments);
    let findings = report["findings"].as_array().expect("a list of findings");
    (findings.iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect(), code)
}

fn of_server(host: &str, wanted: &Wanted<'_>, chain: Option<&Path>, more: &[&str]) -> BTreeSet<String> {
    let server = s_server(&AUTHORITY.make(wanted), chain, more);
    found(&[&format!("{host}:{}", server.port), "--ip", "127.0.0.1"]).0
}

fn has(found: &BTreeSet<String>, id: &str) -> bool {
    found.contains(id)
}

/// Ids of rules about the certificate itself.
fn about_certificates(found: &BTreeSet<String>) -> BTreeSet<&str> {
    let names = found.iter().map(String::as_str);
    names.filter(|id| id.starts_with("certificate-") || id.starts_with("must-staple")).collect()
}

#[test]
fn certificates_with_one_fault_each() {
    let intermediate = AUTHORITY.path("intermediate.pem");
    let cases: Vec<(&str, &str, Wanted<'_>, bool, &[&str])> = vec![
        ("sound", "localhost", usual(), true, &[]),
        (
            "long-validity",
            "localhost",
            Wanted { until: "20401101000000Z", ..usual() },
            true,
            &["certificate-lifetime-too-long"],
        ),
        (
            "expired",
            "localhost",
            Wanted { from: "20240101000000Z", until: "20240401000000Z", ..usual() },
            true,
            &["certificate-expired"],
        ),
        (
            "future",
            "localhost",
            Wanted { from: "20390101000000Z", until: "20400401000000Z", ..usual() },
            true,
            &["certificate-not-yet-valid"],
        ),
        // Asked for under a public name, a certificate for `localhost` also names what no public authority may.
        (
            "wrong-host",
            "wrong.example",
            usual(),
            true,
            &["certificate-internal-names", "certificate-wrong-name"],
        ),
        ("no-common-name", "localhost", Wanted { subject: "/O=Nobody", ..usual() }, true, &[]),
        ("no-san", "localhost", Wanted { names: "", ..usual() }, true, &["certificate-wrong-name"]),
        ("self-signed", "localhost", Wanted { issuer: "", ..usual() }, false, &["certificate-self-signed"]),
        ("incomplete-chain", "localhost", usual(), false, &["certificate-chain-incomplete"]),
        ("rsa1024", "localhost", Wanted { key: "rsa:1024", ..usual() }, true, &["certificate-weak-key"]),
        ("rsa8192", "localhost", Wanted { key: "rsa:2048", digest: "sha512", ..usual() }, true, &[]),
        (
            "client-only",
            "localhost",
            Wanted { extensions: "extendedKeyUsage=clientAuth", ..usual() },
            true,
            &["certificate-not-for-servers"],
        ),
        (
            "must-staple",
            "localhost",
            Wanted { extensions: "tlsfeature=status_request", ..usual() },
            true,
            &["must-staple-without-staple"],
        ),
        (
            "inner",
            "localhost",
            Wanted { names: "DNS:localhost,DNS:shop.example,DNS:db.corp", ..usual() },
            true,
            &[],
        ),
    ];
    for (name, host, wanted, complete, promised) in cases {
        let wanted = Wanted { name, ..wanted };
        let level = ["-cipher", "DEFAULT:@SECLEVEL=0"];
        let found = of_server(host, &wanted, complete.then_some(intermediate.as_path()), &level);
        assert_eq!(about_certificates(&found), promised.iter().copied().collect(), "{name}");
    }
    let sha1 = Wanted { name: "sha1", key: "rsa:2048", digest: "sha1", ..usual() };
    let found = of_server("localhost", &sha1, Some(&intermediate), &["-cipher", "DEFAULT:@SECLEVEL=0"]);
    assert!(has(&found, "certificate-weak-signature"), "{found:?}");
}

#[test]
fn protocols_and_suites_with_one_fault_each() {
    let intermediate = AUTHORITY.path("intermediate.pem");
    let rsa = |name| Wanted { name, key: "rsa:2048", ..Wanted::default() };
    let cases: [(&str, &[&str], &[&str], &[&str]); 8] = [
        (
            "tls-v1-0",
            &["-tls1", "-cipher", "DEFAULT:@SECLEVEL=0"],
            &["obsolete-protocol", "beast"],
            &["tls13-missing"],
        ),
        ("tls-v1-1", &["-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0"], &["obsolete-protocol"], &["beast"]),
        ("tls-v1-2", &["-tls1_2"], &["tls13-missing"], &["obsolete-protocol"]),
        (
            "null",
            &["-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"],
            &["insecure-cipher-suite"],
            &["obsolete-protocol"],
        ),
        ("anonymous", &["-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"], &["insecure-cipher-suite"], &["sweet32"]),
        (
            "cbc",
            &["-tls1_2", "-cipher", "AES128-SHA"],
            &["weak-cipher-suite", "no-forward-secrecy"],
            &["insecure-cipher-suite"],
        ),
        ("static-rsa", &["-tls1_2", "-cipher", "AES128-GCM-SHA256"], &["no-forward-secrecy"], &["lucky13"]),
        (
            "modern",
            &["-tls1_3"],
            &["post-quantum-missing"],
            &["weak-cipher-suite", "obsolete-protocol", "robot"],
        ),
    ];
    for (name, options, promised, not) in cases {
        let found = of_server("localhost", &rsa(name), Some(&intermediate), options);
        for id in promised {
            assert!(has(&found, id), "{name} has not {id}: {found:?}");
        }
        for id in not {
            assert!(!has(&found, id), "{name} has {id}");
        }
    }
}

/// OpenSSL refuses to serve smaller primes, so only the sound size is shown here.
#[test]
fn diffie_hellman_of_a_sound_size_is_fine() {
    let intermediate = AUTHORITY.path("intermediate.pem");
    let wanted = Wanted { name: "dh2048", key: "rsa:2048", ..Wanted::default() };
    let options = ["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0"];
    let found = of_server("localhost", &wanted, Some(&intermediate), &options);
    assert!(!has(&found, "weak-dh-parameters") && !has(&found, "logjam"), "{found:?}");
}

#[test]
fn files_and_what_cannot_be_asked() {
    AUTHORITY.make(&Wanted { name: "file", ..usual() });
    let bundle = AUTHORITY.bundle("file-full.pem", &["file.pem", "intermediate.pem"]).display().to_string();
    assert_eq!(found(&["--file", &bundle]), (BTreeSet::new(), Some(0)));
    let (ids, code) = found(&["--file", &bundle, "shop.example"]);
    assert_eq!(
        (ids.into_iter().collect::<Vec<_>>(), code),
        (vec!["certificate-internal-names".to_owned(), "certificate-wrong-name".to_owned()], Some(1))
    );
    let closed = free_port::free_port();
    let refused = Command::new(env!("CARGO_BIN_EXE_barding"))
        .args(["tls", &format!("127.0.0.1:{closed}")])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("the audit did not happen") && said.contains("the port is closed"), "{said}");
}

/// What badssl.com shows with suites and numbers that OpenSSL of today does not serve any more.
#[test]
fn suites_and_diffie_hellman_of_old_servers() {
    let wanted = Wanted { name: "ancient", key: "rsa:2048", ..Wanted::default() };
    let made = AUTHORITY.make(&wanted);
    let certificate =
        || barding_live::tls::x509::certificates(&std::fs::read(&made.certificate).unwrap()).remove(0);
    let prime = |bits: &str| {
        let said = AUTHORITY.openssl(&["prime", "-generate", "-bits", bits, "-hex"]);
        let digits = said.trim();
        (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
    };
    let none = Vec::new;
    // Odd and divisible by three.
    let composite = || vec![0xFF; 256];
    let cases: Vec<(&str, &'static [u16], Vec<u8>, &[&str], &[&str])> = vec![
        ("rc4", &[0x0005, 0x009C], none(), &["insecure-cipher-suite", "tls-grade-below-a"], &["sweet32"]),
        ("rc4-md5", &[0x0004], none(), &["insecure-cipher-suite"], &["sweet32"]),
        ("3des", &[0x000A, 0x009C], none(), &["sweet32", "weak-cipher-suite"], &["insecure-cipher-suite"]),
        ("null", &[0x0002], none(), &["insecure-cipher-suite"], &["sweet32"]),
        ("export", &[0x0003], none(), &["freak", "insecure-cipher-suite"], &["logjam"]),
        ("static-rsa", &[0x009C], none(), &["no-forward-secrecy"], &["weak-dh-parameters", "freak"]),
        ("dh480", &[0x009E], prime("480"), &["weak-dh-parameters", "logjam"], &["no-forward-secrecy"]),
        ("dh512", &[0x009E], prime("512"), &["weak-dh-parameters", "logjam"], &["freak"]),
        ("dh1024", &[0x009E], prime("1024"), &["weak-dh-parameters"], &["logjam"]),
        ("dh2048", &[0x009E], prime("2048"), &[], &["weak-dh-parameters", "logjam"]),
        ("dh-composite", &[0x009E], composite(), &["weak-dh-parameters"], &["logjam"]),
    ];
    for (name, suites, prime, promised, not) in cases {
        let port = OldServer { certificate: certificate(), suites, prime }.start();
        let (found, _) = found(&[&format!("localhost:{port}"), "--ip", "127.0.0.1"]);
        for id in promised {
            assert!(has(&found, id), "{name} has not {id}: {found:?}");
        }
        for id in not {
            assert!(!has(&found, id), "{name} has {id}");
        }
    }
}

/// More names of badssl.com: whose certificate it is, how the chain comes, and how much is in it.
#[test]
fn chains_and_certificates_of_badssl() {
    let intermediate = AUTHORITY.path("intermediate.pem");
    let names = |count: usize| {
        let all: Vec<String> = (0..count).map(|number| format!("DNS:n{number}.shop.example")).collect();
        format!("DNS:localhost,{}", all.join(","))
    };
    let level = ["-cipher", "DEFAULT:@SECLEVEL=0"];
    for (name, wanted, chain, promised) in [
        (
            "1000-sans",
            Wanted { names: &names(1000), ..usual() },
            Some(intermediate.as_path()),
            vec!["certificate-internal-names"],
        ),
        (
            "10000-sans",
            Wanted { names: &names(10_000), ..usual() },
            Some(intermediate.as_path()),
            vec!["certificate-internal-names"],
        ),
        ("no-subject", Wanted { subject: "/", ..usual() }, Some(intermediate.as_path()), vec![]),
        (
            "wildcard-too-deep",
            Wanted { names: "DNS:*.test", ..usual() },
            Some(intermediate.as_path()),
            vec!["certificate-wrong-name"],
        ),
        (
            "secp160",
            Wanted { key: "ec:secp160r1", ..usual() },
            Some(intermediate.as_path()),
            vec!["certificate-weak-key"],
        ),
    ] {
        let found = of_server("localhost", &Wanted { name, ..wanted }, chain, &level);
        assert_eq!(about_certificates(&found), promised.into_iter().collect(), "{name}");
    }
    // An authority that nobody knows: its root is sent, and is in no store.
    let foreign = Authority::new();
    foreign.make(&Wanted { name: "foreign", ..usual() });
    let both = foreign.bundle("foreign-chain.pem", &["intermediate.pem", "root.pem"]);
    let made =
        support::Certified { certificate: foreign.path("foreign.pem"), key: foreign.path("foreign.key") };
    let server = s_server(&made, Some(&both), &[]);
    let (untrusted, code) = found(&[&format!("localhost:{}", server.port), "--ip", "127.0.0.1"]);
    assert!(has(&untrusted, "certificate-untrusted"), "{untrusted:?}");
    assert_eq!(code, Some(1));
    // The root before the intermediate, though a trusted root lets a path pass it by.
    let root = foreign.path("root.pem");
    for (names, disordered) in [
        (&["foreign.pem", "root.pem", "intermediate.pem"][..], true),
        (&["foreign.pem", "intermediate.pem"][..], false),
    ] {
        let bundle = foreign.bundle("bundle.pem", names);
        let (told, _) = found(&["--file", bundle.to_str().unwrap(), "--ca", root.to_str().unwrap()]);
        assert_eq!(has(&told, "certificate-chain-disordered"), disordered, "{told:?}");
    }
}

/// Whoever asks for a client's certificate, or pins keys as nobody does any more, has a sound certificate all the same.
#[test]
fn client_certificates_are_told_and_pins_ignored() {
    let intermediate = AUTHORITY.path("intermediate.pem");
    let root = AUTHORITY.path("root.pem").display().to_string();
    let made = AUTHORITY.make(&Wanted { name: "asks", ..usual() });
    for version in ["-tls1_2", "-tls1_3"] {
        let server = s_server(
            &made,
            Some(&intermediate),
            &[version, "-Verify", "1", "-CAfile", &root, "-verify_return_error"],
        );
        let facts = AUTHORITY.path("facts.json");
        let at = format!("localhost:{}", server.port);
        let (seen, _) = found(&[&at, "--ip", "127.0.0.1", "--facts", facts.to_str().unwrap()]);
        assert_eq!(about_certificates(&seen), BTreeSet::new(), "{version}");
        let facts: Value = serde_json::from_slice(&std::fs::read(facts).unwrap()).unwrap();
        assert_eq!(facts[0]["asks_client_certificate"], "yes", "{version}");
        let shown = Command::new(env!("CARGO_BIN_EXE_barding"))
            .args(["tls", &at, "--ip", "127.0.0.1", "--color", "never"])
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&shown.stdout);
        let line = shown.lines().find(|line| line.contains("Asks for a client certificate"));
        assert!(line.is_some_and(|line| line.trim_end().ends_with("yes")), "{version}: {line:?}");
    }
    AUTHORITY.make(&Wanted { name: "pins", ..usual() });
    let bundle = AUTHORITY.bundle("pins-full.pem", &["pins.pem", "intermediate.pem"]).display().to_string();
    let key = AUTHORITY.path("pins.key").display().to_string();
    let pin = "pin-sha256=\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"; max-age=5184000";
    let lines = format!(
        "ssl_certificate {bundle};\nssl_certificate_key {key};\nadd_header Public-Key-Pins '{pin}' always;\n\
         add_header Expect-CT 'max-age=86400, enforce' always;"
    );
    let server = nginx(&AUTHORITY, "pins", &lines);
    let (seen, _) = found(&[&format!("localhost:{}", server.port), "--ip", "127.0.0.1"]);
    assert_eq!(about_certificates(&seen), BTreeSet::new());
}

#[test]
fn what_shows_only_beside_another_certificate() {
    // One key, ordered for twice.
    let first = AUTHORITY.make(&Wanted { name: "first", ..usual() });
    AUTHORITY.openssl(
        &[
            &[
                "x509",
                "-req",
                "-in",
                "first.csr",
                "-CA",
                "intermediate.pem",
                "-CAkey",
                "intermediate.key",
                "-days",
                "90",
            ][..],
            &[
                "-set_serial",
                "77",
                "-extfile",
                "first.cnf",
                "-extensions",
                "extensions",
                "-out",
                "second.pem",
            ],
        ]
        .concat(),
    );
    AUTHORITY.make(&Wanted { name: "third", ..usual() });
    let of = |name: &str| {
        AUTHORITY.bundle(&format!("{name}-full.pem"), &[&format!("{name}.pem"), "intermediate.pem"])
    };
    let files = |names: [&str; 2]| {
        let [one, two] = names.map(|name| of(name).display().to_string());
        has(&found(&["--file", &one, "--file", &two]).0, "certificate-key-reused")
    };
    assert!(files(["first", "second"]));
    assert!(!files(["first", "third"]) && !files(["first", "first"]), "another key, or the same certificate");
    let intermediate = AUTHORITY.path("intermediate.pem");
    let second = support::Certified { certificate: AUTHORITY.path("second.pem"), key: first.key.clone() };
    let servers = [s_server(&first, Some(&intermediate), &[]), s_server(&second, Some(&intermediate), &[])];
    let [one, two] = servers.each_ref().map(|server| format!("localhost:{}", server.port));
    let (told, _) = report(&[&one, &two, "--ip", "127.0.0.1", "--expiry"]);
    let reused: Vec<&Value> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "certificate-key-reused")
        .collect();
    assert_eq!(reused.len(), 2, "each of the two is told of the other");
    assert!(reused[0].to_string().contains(&two) && reused[1].to_string().contains(&one), "{reused:?}");

    // An intermediate certificate that ends before the leaf.
    let soon = in_days(400);
    AUTHORITY.make(&Wanted {
        name: "short",
        issuer: "root",
        subject: "/CN=Short Intermediate",
        names: "",
        extensions: OF_AN_AUTHORITY,
        until: &soon,
        ..usual()
    });
    AUTHORITY.make(&Wanted { name: "outlives", issuer: "short", ..usual() });
    let bundle = AUTHORITY.bundle("outlives-full.pem", &["outlives.pem", "short.pem"]).display().to_string();
    assert_eq!(
        about_certificates(&found(&["--file", &bundle]).0),
        ["certificate-issuer-expires-first"].into()
    );
}

#[test]
fn each_address_of_a_name_is_looked_at() {
    AUTHORITY.make(&Wanted { name: "new", ..usual() });
    AUTHORITY.make(&Wanted { name: "old", from: "20240101000000Z", until: "20240401000000Z", ..usual() });
    let lines = |name: &str| {
        let bundle =
            AUTHORITY.bundle(&format!("{name}-full.pem"), &[&format!("{name}.pem"), "intermediate.pem"]);
        let key = AUTHORITY.path(&format!("{name}.key"));
        format!("ssl_certificate {};\nssl_certificate_key {};\n", bundle.display(), key.display())
    };
    let both = format!("{}}}\nserver {{ listen 127.0.0.2:PORT ssl;\n{}", lines("new"), lines("old"));
    let server = nginx(&AUTHORITY, "addresses", &both);
    let at = format!("localhost:{}", server.port);
    let (told, code) = report(&[&at, "--ip", "127.0.0.1", "--ip", "127.0.0.2", "--expiry"]);
    let expired: Vec<String> = told["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "certificate-expired")
        .map(ToString::to_string)
        .collect();
    assert!(expired.len() == 1 && expired[0].contains("127.0.0.2"), "{expired:?}");
    assert_eq!(code, Some(1));
}

#[test]
fn a_revoked_certificate_is_found_with_the_authority() {
    let made = AUTHORITY.make(&Wanted { name: "revoked", ..Wanted::default() });
    let serial = AUTHORITY.openssl(&["x509", "-in", "revoked.pem", "-noout", "-serial"]);
    let serial = serial.trim().rsplit('=').next().unwrap().to_owned();
    let line = format!("R\t401001000000Z\t261101000000Z,keyCompromise\t{serial}\tunknown\t/CN=localhost\n");
    std::fs::write(AUTHORITY.path("revoked.txt"), line).unwrap();
    let port = responder();
    let extensions = format!("authorityInfoAccess=OCSP;URI:http://127.0.0.1:{port}/");
    drop(made);
    let wanted = Wanted { name: "revoked", extensions: &extensions, ..Wanted::default() };
    let server = s_server(&AUTHORITY.make(&wanted), Some(&AUTHORITY.path("intermediate.pem")), &[]);
    let at = format!("localhost:{}", server.port);
    let (asked, _) = found(&[&at, "--ip", "127.0.0.1", "--online"]);
    assert!(has(&asked, "certificate-revoked"), "{asked:?}");
    let (quiet, _) = found(&[&at, "--ip", "127.0.0.1"]);
    assert!(!has(&quiet, "certificate-revoked"), "nobody is asked unless told so");
}

/// An OCSP service: hands each question to OpenSSL, which answers from the list of what was revoked.
fn responder() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut asked = Vec::new();
            let mut part = [0; 2000];
            let body = loop {
                let read = stream.read(&mut part).unwrap_or(0);
                asked.extend(&part[..read]);
                let end = asked.windows(4).position(|four| four == b"\r\n\r\n");
                match end {
                    Some(end) if asked.len() > end + 4 => break asked[end + 4..].to_vec(),
                    _ if read == 0 => return,
                    _ => {}
                }
            };
            std::fs::write(AUTHORITY.path("question"), body).unwrap();
            let names =
                ["-index", "revoked.txt", "-rsigner", "intermediate.pem", "-rkey", "intermediate.key"];
            let files =
                ["-CA", "intermediate.pem", "-ndays", "7", "-reqin", "question", "-respout", "answer"];
            AUTHORITY.openssl(&[&["ocsp"], &names[..], &files[..]].concat());
            let answer = std::fs::read(AUTHORITY.path("answer")).unwrap();
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: application/ocsp-response\r\n\r\n");
            let _ = stream.write_all(&answer);
        }
    });
    port
}
