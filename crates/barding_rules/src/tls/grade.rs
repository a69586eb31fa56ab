//! The grade of the SSL Server Rating Guide, version 2009r.

use super::{covers, leaves, on_path, suites_that};
use barding_live::tls::{
    Certificate, ChainSeen, Endpoint, GroupSort, Hash, KeyKind, KeyWeakness, Protocol, Revocation, SuiteInfo,
    Trust, groups,
};

/// A grade and what made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// `A+` to `F`, `T` for trust and `M` for a name that does not match.
    pub letter: String,
    /// The letter if the certificate were trusted and for this name.
    pub without_trust: String,
    /// The points, at most 100.
    pub points: u32,
    /// Points for protocols, key exchange and ciphers.
    pub parts: (u32, u32, u32),
    /// The letters that known faults allow at most, with the fault; the lowest counts.
    pub caps: Vec<(char, String)>,
    /// What turns an A into an A-.
    pub warnings: Vec<String>,
}

/// The grade; `None` when something it needs was not seen.
pub fn grade(endpoint: &Endpoint) -> Option<Grade> {
    let offered: Vec<_> = endpoint.protocols.iter().filter(|seen| seen.offered.is_yes()).collect();
    let suites = suites_that(endpoint, |info| !info.is_signal());
    if offered.is_empty() || suites.is_empty() || endpoint.chains.iter().all(|chain| chain.sent.is_empty()) {
        return None;
    }
    let protocol = mean(offered.iter().map(|seen| protocol_points(seen.protocol)))?;
    let key_exchange = key_points(endpoint, &suites)?;
    let cipher = mean(suites.iter().map(|(info, _)| cipher_points(info.effective_bits())))?;
    // Halves of points are kept until the end.
    let sum = if protocol == 0 || key_exchange == 0 || cipher == 0 {
        0
    } else {
        30 * protocol + 60 * key_exchange + 40 * cipher
    };
    let points = (sum + 100) / 200;
    let caps = caps(endpoint, &suites);
    let warnings = warnings(endpoint);
    let mut letter = match sum {
        16_000.. => 'A',
        13_000.. => 'B',
        10_000.. => 'C',
        7_000.. => 'D',
        4_000.. => 'E',
        _ => 'F',
    };
    if let Some(lowest) = caps.iter().map(|(cap, _)| *cap).max() {
        letter = letter.max(lowest);
    }
    let without_trust = match letter {
        'A' if !warnings.is_empty() => "A-".to_owned(),
        'A' if caps.is_empty() => "A+".to_owned(),
        other => other.to_string(),
    };
    let letter = trust(endpoint).map_or_else(|| without_trust.clone(), |letter| letter.to_string());
    Some(Grade {
        letter,
        without_trust,
        points,
        parts: (protocol / 2, key_exchange, cipher / 2),
        caps,
        warnings,
    })
}

/// Twice the mean of the best and the worst, so that it stays a whole number.
fn mean(points: impl Iterator<Item = u32> + Clone) -> Option<u32> {
    Some(points.clone().max()? + points.min()?)
}

fn protocol_points(protocol: Protocol) -> u32 {
    match protocol {
        Protocol::Ssl2 => 0,
        Protocol::Ssl3 => 80,
        Protocol::Tls10 => 90,
        Protocol::Tls11 => 95,
        Protocol::Tls12 | Protocol::Tls13 => 100,
    }
}

fn cipher_points(bits: u32) -> u32 {
    match bits {
        0 => 0,
        1..128 => 20,
        128..256 => 80,
        _ => 100,
    }
}

type Accepted = [(&'static SuiteInfo, Vec<Protocol>)];

/// The weakest of certificate keys, Diffie-Hellman parameters and curves.
fn key_points(endpoint: &Endpoint, suites: &Accepted) -> Option<u32> {
    let keys = leaves(endpoint).map(|(_, leaf)| certificate_points(leaf));
    let parameters = endpoint.dh.iter().map(|parameters| modulus_points(parameters.bits));
    let curves = groups().iter().filter(|group| {
        group.sort == GroupSort::Curve && endpoint.groups.iter().any(|name| name == group.name)
    });
    let curves = curves.map(|group| curve_points(group.bits));
    let anonymous = suites.iter().any(|(info, _)| info.is_anonymous());
    let export = suites.iter().any(|(info, _)| info.is_export());
    let flaws =
        [(anonymous, 0), (export, 40)].into_iter().filter(|(is_so, _)| *is_so).map(|(_, points)| points);
    keys.chain(parameters).chain(curves).chain(flaws).min()
}

fn certificate_points(certificate: &Certificate) -> u32 {
    let key = &certificate.key;
    if key.weakness.is_some() {
        return 0;
    }
    match key.kind {
        KeyKind::Ec => curve_points(key.bits),
        KeyKind::Ed25519 | KeyKind::Ed448 | KeyKind::MlDsa => 100,
        _ => modulus_points(key.bits),
    }
}

fn modulus_points(bits: u32) -> u32 {
    match bits {
        0..512 => 20,
        512..1024 => 40,
        1024..2048 => 80,
        2048..4096 => 90,
        _ => 100,
    }
}

fn curve_points(bits: u32) -> u32 {
    match bits {
        0..110 => 20,
        110..123 => 40,
        123..163 => 80,
        163..225 => 90,
        _ => 100,
    }
}

fn caps(endpoint: &Endpoint, suites: &Accepted) -> Vec<(char, String)> {
    let offers = |protocol| endpoint.offers(protocol);
    let any = |is: &dyn Fn(&SuiteInfo) -> bool| suites.iter().any(|(info, _)| is(info));
    let in_new = |is: &dyn Fn(&SuiteInfo) -> bool| {
        suites.iter().any(|(info, protocols)| {
            is(info) && protocols.iter().any(|protocol| *protocol >= Protocol::Tls11)
        })
    };
    let is_rc4 = |info: &SuiteInfo| info.cipher == "RC4";
    let best = endpoint.protocols.iter().filter(|seen| seen.offered.is_yes()).map(|seen| seen.protocol).max();
    let least_key = leaves(endpoint)
        .filter(|(_, leaf)| matches!(leaf.key.kind, KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa));
    let least_key = least_key
        .map(|(_, leaf)| leaf.key.bits)
        .chain(endpoint.dh.iter().map(|dh| dh.bits))
        .filter(|bits| *bits > 0)
        .min();
    let found = &endpoint.vulnerabilities;
    let session = &endpoint.session;
    let modern = offers(Protocol::Tls12) || offers(Protocol::Tls13);
    let incomplete = endpoint
        .chains
        .iter()
        .any(|chain| chain.best().is_some_and(|best| best.trust == Trust::IssuerMissing));
    let md5 =
        |certificate: &&Certificate| matches!(certificate.signature.hash, Hash::Md2 | Hash::Md4 | Hash::Md5);
    let with_md5 = endpoint.chains.iter().flat_map(on_path).filter(|one| !one.is_root()).any(|one| md5(&one));
    let rules = [
        (offers(Protocol::Ssl2), 'F', "SSL 2.0 is spoken"),
        (
            session.secure_renegotiation.is_no() && session.client_renegotiation.is_yes(),
            'F',
            "insecure renegotiation",
        ),
        (with_md5, 'F', "a certificate is signed with MD5 or MD2"),
        (
            least_key.is_some_and(|bits| bits < 1024),
            'F',
            "a key or Diffie-Hellman parameters under 1024 bits",
        ),
        (best == Some(Protocol::Ssl3), 'F', "SSL 3.0 is the best protocol"),
        (suites.iter().all(|(info, _)| is_rc4(info)), 'F', "only RC4 is accepted"),
        (any(&|info| info.effective_bits() < 112), 'F', "suites under 112 bits are accepted"),
        (any(&SuiteInfo::is_anonymous), 'F', "suites without authentication are accepted"),
        (found.heartbleed.is_yes(), 'F', "Heartbleed"),
        (found.ccs_injection.is_yes(), 'F', "CCS injection"),
        (found.robot.is_yes(), 'F', "ROBOT"),
        (found.ticketbleed.is_yes(), 'F', "Ticketbleed"),
        (found.cbc_oracle.is_yes(), 'F', "a padding oracle"),
        (found.drown_elsewhere.is_yes(), 'F', "DROWN"),
        (
            suites.iter().any(|(info, protocols)| info.mode == "CBC" && protocols.contains(&Protocol::Ssl3)),
            'C',
            "POODLE",
        ),
        (session.compression.is_yes(), 'C', "compression (CRIME)"),
        (in_new(&is_rc4), 'C', "RC4 with TLS 1.1 or newer"),
        (!modern, 'C', "neither TLS 1.2 nor TLS 1.3"),
        (in_new(&SuiteInfo::has_short_blocks), 'C', "blocks of 64 bits with TLS 1.1 or newer"),
        (
            least_key.is_some_and(|bits| bits < 2048),
            'B',
            "a key or Diffie-Hellman parameters under 2048 bits",
        ),
        (offers(Protocol::Ssl3), 'B', "SSL 3.0 is spoken"),
        (any(&is_rc4), 'B', "RC4 is accepted"),
        (incomplete, 'B', "the chain is not complete"),
        (!any(&SuiteInfo::has_forward_secrecy), 'B', "no forward secrecy"),
        (!any(&SuiteInfo::is_aead), 'B', "no AEAD suite"),
        (offers(Protocol::Tls10) || offers(Protocol::Tls11), 'B', "TLS 1.0 or TLS 1.1 is spoken"),
    ];
    rules
        .into_iter()
        .filter(|(is_so, _, _)| *is_so)
        .map(|(_, letter, why)| (letter, why.to_owned()))
        .collect()
}

/// Half a year.
const LONG_ENOUGH: u64 = 15_768_000;

fn warnings(endpoint: &Endpoint) -> Vec<String> {
    let mut warnings = Vec::new();
    if endpoint.refuses(Protocol::Tls13) {
        warnings.push("no TLS 1.3".to_owned());
    }
    if endpoint.session.secure_renegotiation.is_no() {
        warnings.push("no secure renegotiation".to_owned());
    }
    // What was not seen lowers nothing; a database has no such header at all.
    if endpoint.http_seen.is_yes()
        && endpoint.hsts.as_deref().and_then(max_age).is_none_or(|age| age < LONG_ENOUGH)
    {
        warnings.push("no HSTS of half a year or more".to_owned());
    }
    warnings
}

/// The `max-age` of an HSTS header.
fn max_age(header: &str) -> Option<u64> {
    let mut parts = header.split(';').filter_map(|part| part.split_once('='));
    let (_, value) = parts.find(|(name, _)| name.trim().eq_ignore_ascii_case("max-age"))?;
    value.trim().trim_matches('"').parse().ok()
}

fn trust(endpoint: &Endpoint) -> Option<char> {
    let is_distrusted = |chain: &ChainSeen| {
        let path = on_path(chain);
        let dated = path
            .iter()
            .any(|one| one.not_after < endpoint.seen_at || one.not_before.0 > endpoint.seen_at.0 + 300);
        let sha1 = path.iter().any(|one| !one.is_root() && one.signature.hash == Hash::Sha1);
        let published = path.iter().any(|one| one.key.weakness == Some(KeyWeakness::Published));
        let no_root =
            chain.best().is_some_and(|best| !matches!(best.trust, Trust::Trusted | Trust::IssuerMissing));
        dated || sha1 || published || no_root || matches!(chain.revocation, Revocation::Revoked(_))
    };
    if leaves(endpoint).any(|(_, leaf)| !covers(leaf, &endpoint.host)) {
        return Some('M');
    }
    endpoint.chains.iter().any(is_distrusted).then_some('T')
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_live::tls::{Answer, Key, ProtocolSeen, StoreVerdict, Suite, Time};

    fn endpoint(protocols: &[(Protocol, &[&str])], key: Key) -> Endpoint {
        let suite = |name: &&str| Suite::try_from((*name).to_owned()).unwrap();
        let seen = |(protocol, suites): &(Protocol, &[&str])| ProtocolSeen {
            protocol: *protocol,
            offered: Answer::Yes,
            suites: suites.iter().map(suite).collect(),
            order: Default::default(),
        };
        let now: Time = "2026-11-23".parse().unwrap();
        let leaf = Certificate {
            dns_names: vec!["shop.example".to_owned()],
            not_before: now.plus_days(-30),
            not_after: now.plus_days(60),
            key,
            ..Certificate::default()
        };
        let trusted = StoreVerdict {
            store: "Mozilla".to_owned(),
            trust: Trust::Trusted,
            path: vec![0],
            root: String::new(),
        };
        Endpoint {
            host: "shop.example".to_owned(),
            seen_at: now,
            protocols: protocols.iter().map(seen).collect(),
            chains: vec![ChainSeen { sent: vec![leaf], stores: vec![trusted], ..ChainSeen::default() }],
            groups: vec!["x25519".to_owned(), "secp256r1".to_owned()],
            http_seen: Answer::Yes,
            hsts: Some("max-age=31536000; includeSubDomains".to_owned()),
            ..Endpoint::default()
        }
    }

    fn rsa(bits: u32) -> Key {
        Key { kind: KeyKind::Rsa, bits, ..Key::default() }
    }

    const GOOD: (Protocol, &[&str]) = (
        Protocol::Tls12,
        &["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"],
    );
    const NEW: (Protocol, &[&str]) = (Protocol::Tls13, &["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"]);

    #[test]
    fn the_guides_own_examples() {
        // Protocols 100, key exchange 90, ciphers (80 + 100) / 2: 93 points.
        let site = endpoint(&[GOOD, NEW], rsa(2048));
        let graded = grade(&site).unwrap();
        assert_eq!((graded.letter.as_str(), graded.points, graded.parts), ("A+", 93, (100, 90, 90)));
        let without_hsts = Endpoint { hsts: None, ..site.clone() };
        assert_eq!(grade(&without_hsts).unwrap().letter, "A-");
        let with_old =
            endpoint(&[(Protocol::Tls10, &["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"]), GOOD, NEW], rsa(2048));
        let graded = grade(&with_old).unwrap();
        assert_eq!((graded.letter.as_str(), graded.points), ("B", 92));
        let old_only = endpoint(&[GOOD], rsa(2048));
        assert_eq!(
            grade(&old_only).unwrap().letter,
            "A+",
            "TLS 1.3 was not asked for, so nothing is known of it"
        );
    }

    #[test]
    fn faults_cap_the_grade() {
        let letter = |site: &Endpoint| grade(site).unwrap().letter;
        assert_eq!(letter(&endpoint(&[GOOD, NEW], rsa(1024))), "B");
        assert_eq!(letter(&endpoint(&[GOOD, NEW], rsa(1023))), "F");
        let suite = |name| {
            endpoint(&[(Protocol::Tls12, &["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", name]), NEW], rsa(2048))
        };
        assert_eq!(letter(&suite("TLS_RSA_WITH_3DES_EDE_CBC_SHA")), "C");
        assert_eq!(letter(&suite("TLS_RSA_WITH_RC4_128_SHA")), "C");
        assert_eq!(letter(&suite("TLS_RSA_WITH_NULL_SHA")), "F");
        assert_eq!(letter(&suite("TLS_ECDH_anon_WITH_AES_128_CBC_SHA")), "F");
        assert_eq!(letter(&endpoint(&[(Protocol::Ssl3, &["TLS_RSA_WITH_AES_128_CBC_SHA"])], rsa(2048))), "F");
        let mut ssl2 = endpoint(&[GOOD, NEW], rsa(2048));
        ssl2.protocols.push(ProtocolSeen {
            protocol: Protocol::Ssl2,
            offered: Answer::Yes,
            suites: Vec::new(),
            order: Default::default(),
        });
        assert_eq!(letter(&ssl2), "F");
        let mut renegotiates = endpoint(&[GOOD, NEW], rsa(2048));
        renegotiates.session.secure_renegotiation = Answer::No;
        assert_eq!(letter(&renegotiates), "A-");
        renegotiates.session.client_renegotiation = Answer::Yes;
        assert_eq!(letter(&renegotiates), "F");
    }

    #[test]
    fn trust_and_names_have_letters_of_their_own() {
        let mut site = endpoint(&[GOOD, NEW], rsa(2048));
        site.host = "other.example".to_owned();
        assert_eq!(
            grade(&site).map(|graded| (graded.letter, graded.without_trust)),
            Some(("M".to_owned(), "A+".to_owned()))
        );
        site.host = "shop.example".to_owned();
        site.chains[0].sent[0].not_after = site.seen_at.plus_days(-1);
        assert_eq!(grade(&site).unwrap().letter, "T");
        assert_eq!(grade(&Endpoint::default()), None);
    }
}
