//! nginx, as Django sites run it.

use crate::support::{Authority, Wanted, nginx, seen};
use barding_live::tls::{Answer, Order, Protocol, Scope};

#[test]
fn a_site_with_two_keys_and_hsts() {
    let authority = Authority::new();
    let (ec, rsa) = (
        Wanted { name: "ec", ..Wanted::default() },
        Wanted { name: "rsa", key: "rsa:2048", ..Wanted::default() },
    );
    authority.make(&ec);
    authority.make(&rsa);
    authority.bundle("ec-full.pem", &["ec.pem", "intermediate.pem"]);
    authority.bundle("rsa-full.pem", &["rsa.pem", "intermediate.pem"]);
    let at = |file: &str| authority.path(file).display().to_string();
    let server = nginx(
        &authority,
        "good",
        &format!(
            "ssl_certificate {};\nssl_certificate_key {};\nssl_certificate {};\nssl_certificate_key {};\n\
             ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256;\n\
             ssl_prefer_server_ciphers off;\nadd_header Strict-Transport-Security 'max-age=63072000' always;",
            at("ec-full.pem"),
            at("ec.key"),
            at("rsa-full.pem"),
            at("rsa.key")
        ),
    );
    let seen = seen(server.port, Scope::Everything, &[authority.store()]);
    assert_eq!(seen.hsts.as_deref(), Some("max-age=63072000"));
    assert!(seen.server_header.as_deref().is_some_and(|server| server.starts_with("nginx")));
    assert_eq!(seen.chains.len(), 2, "one chain for each key");
    assert!(seen.chains.iter().all(|chain| chain.is_trusted()));
    let suites = &seen.protocol(Protocol::Tls12).unwrap();
    assert_eq!((suites.suites.len(), suites.order), (2, Order::Client));
    assert!(seen.refuses(Protocol::Tls10) && seen.refuses(Protocol::Tls11) && seen.offers(Protocol::Tls13));
    assert_eq!(seen.vulnerabilities.heartbleed, Answer::No);
    assert_eq!(seen.vulnerabilities.ccs_injection, Answer::No);
    assert_eq!(seen.vulnerabilities.robot, Answer::No);
    assert!(seen.session.tolerant.is_yes() && seen.session.secure_renegotiation.is_yes());
    assert!(seen.problems.is_empty(), "{:?}", seen.problems);
}

#[test]
fn an_old_site_with_weak_parameters_and_a_client_certificate() {
    let authority = Authority::new();
    authority.make(&Wanted { name: "old", key: "rsa:2048", ..Wanted::default() });
    authority.openssl(&["dhparam", "-dsaparam", "-out", "dh1024.pem", "1024"]);
    let at = |file: &str| authority.path(file).display().to_string();
    let server = nginx(
        &authority,
        "old",
        &format!(
            "ssl_certificate {};\nssl_certificate_key {};\nssl_protocols TLSv1 TLSv1.1 TLSv1.2;\n\
             ssl_ciphers 'DHE-RSA-AES128-SHA:AES128-SHA:@SECLEVEL=0';\nssl_prefer_server_ciphers on;\nssl_dhparam {};\n\
             ssl_verify_client optional;\nssl_client_certificate {};",
            at("old.pem"),
            at("old.key"),
            at("dh1024.pem"),
            at("root.pem"),
        ),
    );
    let seen = seen(server.port, Scope::Everything, &[authority.store()]);
    for protocol in [Protocol::Tls10, Protocol::Tls11, Protocol::Tls12] {
        let names: Vec<String> =
            seen.protocol(protocol).unwrap().suites.iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            ["TLS_DHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA"],
            "{protocol:?}"
        );
        assert_eq!(seen.protocol(protocol).unwrap().order, Order::Server);
    }
    assert!(seen.refuses(Protocol::Tls13));
    assert_eq!(seen.dh[0].bits, 1024);
    assert_eq!(seen.dh[0].is_prime, Answer::Yes);
    assert_eq!(seen.asks_client_certificate, Answer::Yes);
    assert_eq!(seen.vulnerabilities.robot, Answer::No, "OpenSSL reacts to every fault alike");
    assert_eq!(
        seen.chains[0].stores[0].trust,
        barding_live::tls::Trust::IssuerMissing,
        "the intermediate is not sent"
    );
}
