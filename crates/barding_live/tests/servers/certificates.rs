//! Certificates made for each case, read from the wire and from files.

use crate::support::{Authority, Wanted};
use barding_live::tls::x509::{Store, certificates, chain};
use barding_live::tls::{ChainSeen, Hash, KeyKind, Time, Trust};
use proptest::prelude::*;
use std::fs;
use std::sync::LazyLock;

static AUTHORITY: LazyLock<Authority> = LazyLock::new(Authority::new);

/// The chain of some files of the authority, in the test's own store.
fn of(parts: &[&str]) -> ChainSeen {
    let bytes: Vec<Vec<u8>> =
        parts.iter().flat_map(|part| certificates(&fs::read(AUTHORITY.path(part)).unwrap())).collect();
    chain(&bytes, &[AUTHORITY.store()], "2026-11-23".parse().unwrap())
}

#[test]
fn keys_and_signatures_of_every_sort() {
    let cases = [
        ("rsa512", "rsa:512", "sha256", KeyKind::Rsa, 512, Hash::Sha2),
        ("rsa1024", "rsa:1024", "sha384", KeyKind::Rsa, 1024, Hash::Sha2),
        ("rsa4096", "rsa:4096", "sha512", KeyKind::Rsa, 4096, Hash::Sha2),
        ("p384", "ec:P-384", "sha256", KeyKind::Ec, 384, Hash::Sha2),
        ("secp160", "ec:secp160r1", "sha256", KeyKind::Ec, 160, Hash::Sha2),
        ("ed", "ed25519", "sha256", KeyKind::Ed25519, 256, Hash::Sha2),
        ("sha1", "ec", "sha1", KeyKind::Ec, 256, Hash::Sha1),
    ];
    for (name, key, digest, kind, bits, hash) in cases {
        AUTHORITY.make(&Wanted { name, key, digest, ..Wanted::default() });
        let seen = of(&[&format!("{name}.pem"), "intermediate.pem"]);
        let leaf = seen.leaf().unwrap();
        assert_eq!((leaf.key.kind, leaf.key.bits, leaf.signature.hash), (kind, bits, hash), "{name}");
        assert_eq!(leaf.key.weakness, None, "{name}");
        let wanted = if hash == Hash::Sha1 { Trust::NotKnown } else { Trust::Trusted };
        assert_eq!(seen.stores[0].trust, wanted, "{name}");
        assert!(leaf.problems.is_empty(), "{name}: {:?}", leaf.problems);
    }
}

#[test]
fn rsa_signatures_are_verified_for_every_length_and_hash() {
    for (bits, digest) in [("512", "sha1"), ("1024", "sha256"), ("2048", "sha384"), ("3072", "sha512")] {
        let name = format!("self{bits}");
        AUTHORITY.make(&Wanted {
            name: &name,
            key: &format!("rsa:{bits}"),
            digest,
            issuer: "",
            ..Wanted::default()
        });
        let seen = of(&[&format!("{name}.pem")]);
        assert!(seen.sent[0].is_self_signed, "{bits} {digest}");
        assert_eq!(seen.stores[0].trust, Trust::SelfSigned);
        let mut bytes = certificates(&fs::read(AUTHORITY.path(&format!("{name}.pem"))).unwrap()).remove(0);
        *bytes.last_mut().unwrap() ^= 1;
        let spoilt = chain(&[bytes], &[], Time::now());
        assert!(!spoilt.sent[0].is_self_signed, "{bits} with a spoilt signature");
    }
}

#[test]
fn chains_complete_reversed_incomplete_and_strange() {
    AUTHORITY.make(&Wanted { name: "site", ..Wanted::default() });
    AUTHORITY.make(&Wanted { name: "alone", issuer: "", ..Wanted::default() });
    let other = Authority::new();
    fs::copy(other.path("root.pem"), AUTHORITY.path("other-root.pem")).unwrap();
    let cases: [(&[&str], Trust, &[usize]); 8] = [
        (&["site.pem", "intermediate.pem"], Trust::Trusted, &[0, 1]),
        (&["site.pem", "intermediate.pem", "root.pem"], Trust::Trusted, &[0, 1]),
        (&["site.pem", "root.pem", "intermediate.pem"], Trust::Trusted, &[0, 2]),
        (&["site.pem", "site.pem", "intermediate.pem"], Trust::Trusted, &[0, 2]),
        (&["site.pem"], Trust::IssuerMissing, &[0]),
        // A root of the same name and another key, as an impostor would make it: the real one is in the store.
        (&["site.pem", "intermediate.pem", "other-root.pem"], Trust::Trusted, &[0, 1]),
        (&["alone.pem"], Trust::SelfSigned, &[0]),
        (&["intermediate.pem", "site.pem"], Trust::Trusted, &[0]),
    ];
    for (parts, trust, path) in cases {
        let seen = of(parts);
        assert_eq!((seen.stores[0].trust, seen.stores[0].path.as_slice()), (trust, path), "{parts:?}");
    }
    let bytes = |part: &str| certificates(&fs::read(AUTHORITY.path(part)).unwrap()).remove(0);
    let foreign = chain(&[bytes("site.pem"), bytes("intermediate.pem")], &[other.store()], Time::now());
    assert_eq!(foreign.stores[0].trust, Trust::Broken, "the store has a root of that name with another key");
    let mozilla = chain(
        &[bytes("site.pem"), bytes("intermediate.pem"), bytes("root.pem")],
        &[Store::mozilla()],
        Time::now(),
    );
    assert_eq!(mozilla.stores[0].trust, Trust::UnknownRoot);
    // A leaf that signs another certificate is no authority.
    AUTHORITY.make(&Wanted {
        name: "forged",
        issuer: "site",
        subject: "/CN=bank.example",
        names: "DNS:bank.example",
        ..Wanted::default()
    });
    let forged = chain(
        &[bytes("forged.pem"), bytes("site.pem"), bytes("intermediate.pem")],
        &[AUTHORITY.store()],
        Time::now(),
    );
    assert_ne!(forged.stores[0].trust, Trust::Trusted);
}

#[test]
fn names_uses_and_dates() {
    AUTHORITY.make(&Wanted {
        name: "odd",
        names: "DNS:*.shop.example,DNS:xn--bcher-kva.example,IP:192.0.2.7,IP:2001:db8::7",
        extensions: "basicConstraints=critical,CA:TRUE,pathlen:0\nextendedKeyUsage=clientAuth\ntlsfeature=status_request\n\
                     authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/issuer.crt\n\
                     crlDistributionPoints=URI:http://ca.example/list.crl",
        from: "20260401000000Z",
        until: "20270503235959Z",
        ..Wanted::default()
    });
    let seen = of(&["odd.pem", "intermediate.pem"]);
    let leaf = seen.leaf().unwrap();
    assert_eq!(leaf.dns_names, ["*.shop.example", "xn--bcher-kva.example"]);
    assert_eq!(leaf.ip_names, ["192.0.2.7", "2001:db8::7"]);
    assert_eq!(leaf.extended_key_usage.as_deref(), Some(&["clientAuth".to_owned()][..]));
    assert!(leaf.is_authority && leaf.must_staple);
    assert_eq!((leaf.path_length, leaf.lifetime_days()), (Some(0), 398));
    assert_eq!(leaf.ocsp_urls, ["http://ocsp.example/"]);
    assert_eq!(leaf.issuer_urls, ["http://ca.example/issuer.crt"]);
    assert_eq!(leaf.crl_urls, ["http://ca.example/list.crl"]);
    let said = AUTHORITY.openssl(&["x509", "-in", "odd.pem", "-noout", "-fingerprint", "-sha256"]);
    let print = said.trim().rsplit('=').next().unwrap().replace(':', "").to_lowercase();
    assert_eq!(leaf.sha256, print);
}

#[test]
fn ten_thousand_names_are_read_quickly() {
    let names: Vec<String> = (0..10_000).map(|number| format!("DNS:n{number}.shop.example")).collect();
    AUTHORITY.make(&Wanted { name: "many", names: &names.join(","), ..Wanted::default() });
    let started = std::time::Instant::now();
    let seen = of(&["many.pem", "intermediate.pem"]);
    assert_eq!(seen.leaf().unwrap().dns_names.len(), 10_000);
    assert!(started.elapsed().as_millis() < 2_000);
}

static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    AUTHORITY.make(&Wanted { name: "sample", key: "rsa:1024", ..Wanted::default() });
    certificates(&fs::read(AUTHORITY.path("sample.pem")).unwrap()).remove(0)
});

proptest! {
    #[test]
    fn spoilt_certificates_do_no_harm_and_are_not_trusted(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes = SAMPLE.clone();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        if bytes != *SAMPLE {
            let intermediate = certificates(&fs::read(AUTHORITY.path("intermediate.pem")).unwrap()).remove(0);
            let seen = chain(&[bytes.clone(), intermediate], &[AUTHORITY.store()], Time::now());
            // Trailing bytes aside, any change breaks the signature.
            prop_assert!(seen.stores.iter().all(|store| store.trust != Trust::Trusted) || seen.sent[0].sha256.is_empty());
        }
        bytes.truncate(cut.index(bytes.len()));
        let _ = chain(&[bytes], &[AUTHORITY.store()], Time::now());
    }
}

/// Answers every request on a port with one file, as an authority does.
fn authority_serving(file: &'static str) -> u16 {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 2000]);
            let body = fs::read(AUTHORITY.path(file)).unwrap();
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n");
            let _ = stream.write_all(&body);
        }
    });
    port
}

#[test]
fn revoked_certificates_and_missing_issuers_are_found_with_the_authority() {
    let lists = authority_serving("list.der");
    let issuers = authority_serving("intermediate.pem");
    let extensions = format!(
        "crlDistributionPoints=URI:http://127.0.0.1:{lists}/l\nauthorityInfoAccess=caIssuers;URI:http://127.0.0.1:{issuers}/i"
    );
    let made: Vec<_> = ["kept", "taken"]
        .into_iter()
        .map(|name| AUTHORITY.make(&Wanted { name, extensions: &extensions, ..Wanted::default() }))
        .collect();
    let authority = ["-keyfile", "intermediate.key", "-cert", "intermediate.pem"];
    let of =
        |more: &[&str]| AUTHORITY.openssl(&[&["ca", "-config", "taken.cnf"], &authority[..], more].concat());
    of(&["-revoke", "taken.pem", "-crl_reason", "keyCompromise"]);
    of(&["-gencrl", "-crldays", "30", "-out", "list.pem"]);
    AUTHORITY.openssl(&["crl", "-in", "list.pem", "-outform", "DER", "-out", "list.der"]);
    let intermediate = AUTHORITY.path("intermediate.pem");
    for (certified, is_revoked) in made.iter().zip([false, true]) {
        let server = crate::support::s_server(certified, Some(&intermediate), &[]);
        let seen =
            crate::support::seen(server.port, barding_live::tls::Scope::Certificate, &[AUTHORITY.store()]);
        let said = &seen.chains[0].revocation;
        assert_eq!(matches!(said, barding_live::tls::Revocation::Revoked(_)), is_revoked, "{said:?}");
        assert_eq!(matches!(said, barding_live::tls::Revocation::Good(_)), !is_revoked, "{said:?}");
    }
    let server = crate::support::s_server(&made[0], None, &[]);
    let seen = crate::support::seen(server.port, barding_live::tls::Scope::Certificate, &[AUTHORITY.store()]);
    assert_eq!(seen.chains[0].stores[0].trust, Trust::IssuerMissing);
    assert!(seen.chains[0].fetchable.is_yes());
}

#[test]
fn a_stapled_response_is_believed_when_the_issuer_signed_it() {
    AUTHORITY.make(&Wanted { name: "stapled", ..Wanted::default() });
    AUTHORITY.make(&Wanted { name: "withdrawn", ..Wanted::default() });
    let intermediate = AUTHORITY.path("intermediate.pem");
    let serial = |name: &str| {
        let said = AUTHORITY.openssl(&["x509", "-in", &format!("{name}.pem"), "-noout", "-serial"]);
        said.trim().rsplit('=').next().unwrap().to_owned()
    };
    let index = format!(
        "V\t361001000000Z\t\t{}\tunknown\t/CN=localhost\nR\t361001000000Z\t261101000000Z,keyCompromise\t{}\tunknown\t/CN=localhost\n",
        serial("stapled"),
        serial("withdrawn")
    );
    fs::write(AUTHORITY.path("index.txt"), index).unwrap();
    for (name, is_revoked) in [("stapled", false), ("withdrawn", true)] {
        let (pem, request, response) =
            (format!("{name}.pem"), format!("{name}.request"), format!("{name}.response"));
        AUTHORITY.openssl(&[
            "ocsp",
            "-issuer",
            "intermediate.pem",
            "-cert",
            &pem,
            "-reqout",
            &request,
            "-no_nonce",
        ]);
        AUTHORITY.openssl(&[
            "ocsp",
            "-index",
            "index.txt",
            "-rsigner",
            "intermediate.pem",
            "-rkey",
            "intermediate.key",
            "-CA",
            "intermediate.pem",
            "-reqin",
            &request,
            "-respout",
            &response,
            "-ndays",
            "7",
        ]);
        let made = crate::support::Certified {
            certificate: AUTHORITY.path(&pem),
            key: AUTHORITY.path(&format!("{name}.key")),
        };
        let response = AUTHORITY.path(&response).display().to_string();
        let server = crate::support::s_server(&made, Some(&intermediate), &["-status_file", &response]);
        let seen =
            crate::support::seen(server.port, barding_live::tls::Scope::Certificate, &[AUTHORITY.store()]);
        assert!(seen.chains[0].stapled.is_yes());
        let said = &seen.chains[0].revocation;
        assert_eq!(matches!(said, barding_live::tls::Revocation::Revoked(_)), is_revoked, "{said:?}");
        assert_eq!(matches!(said, barding_live::tls::Revocation::Good(_)), !is_revoked, "{said:?}");
    }
}
