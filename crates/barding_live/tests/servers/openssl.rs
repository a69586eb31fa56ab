//! OpenSSL's own server, with old protocols and ciphers turned on.

use crate::support::{Authority, Wanted, s_server, seen};
use barding_live::tls::{Answer, Order, Protocol, Scope, Trust};
use std::collections::BTreeSet;
use std::process::Command;

/// What OpenSSL itself says it would accept, by its own names.
fn listed(version: &str, ciphers: &str) -> BTreeSet<String> {
    let done =
        Command::new("openssl").args(["ciphers", "-s", version, ciphers]).output().expect("openssl runs");
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    text.trim().split(':').map(str::to_owned).collect()
}

#[test]
fn every_suite_and_group_of_openssl_is_found() {
    let authority = Authority::new();
    let leaf = authority.make(&Wanted { key: "rsa:2048", ..Wanted::default() });
    let all = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
    let server = s_server(&leaf, Some(&authority.path("intermediate.pem")), &["-cipher", all, "-serverpref"]);
    let seen = seen(server.port, Scope::Handshakes, &[authority.store()]);
    println!("{}", serde_json::to_string_pretty(&seen).unwrap());
    assert!(seen.problems.is_empty(), "{:?}", seen.problems);
    for (protocol, flag) in
        [(Protocol::Tls10, "-tls1"), (Protocol::Tls11, "-tls1_1"), (Protocol::Tls12, "-tls1_2")]
    {
        let found = seen.protocol(protocol).expect("it was asked");
        assert_eq!(found.offered, Answer::Yes, "{protocol:?}");
        assert_eq!(found.order, Order::Server, "{protocol:?}");
        let names: BTreeSet<String> =
            found.suites.iter().map(|suite| suite.info().unwrap().openssl.unwrap().to_owned()).collect();
        // An RSA certificate serves neither ECDSA nor DSS suites, and no key was shared beforehand.
        let wanted: BTreeSet<String> = listed(flag, all)
            .into_iter()
            .filter(|name| !["ECDSA", "DSS", "PSK", "SRP"].iter().any(|part| name.contains(part)))
            .collect();
        assert_eq!(names, wanted, "{protocol:?}");
    }
    assert!(seen.refuses(Protocol::Ssl2) && seen.refuses(Protocol::Ssl3));
    assert_eq!(seen.protocol(Protocol::Tls13).unwrap().suites.len(), 3);
    for group in ["x25519", "secp256r1", "x448", "secp384r1", "ffdhe2048"] {
        assert!(seen.groups.iter().any(|name| name == group), "{group} of {:?}", seen.groups);
    }
    assert_eq!(seen.chains.len(), 1);
    assert_eq!(seen.chains[0].stores[0].trust, Trust::Trusted, "{:?}", seen.chains[0].stores);
    assert_eq!(seen.chains[0].stores[0].path, [0, 1]);
    assert!(seen.session.secure_renegotiation.is_yes() && seen.session.extended_master_secret.is_yes());
    assert!(seen.session.compression.is_no() && seen.session.downgrade_marked.is_yes());
    assert!(seen.session.fallback_protected.is_yes());
    assert!(seen.http_seen.is_yes());
}
