//! The weaknesses with a name of their own, each with a verdict: vulnerable, not vulnerable, or why we cannot tell.

use super::suites_that;
use barding_live::tls::{Answer, Endpoint, Protocol, SuiteInfo};

/// Each weakness and whether the server has it. `Yes` means vulnerable.
pub fn named_weaknesses(endpoint: &Endpoint) -> Vec<(&'static str, Answer)> {
    let found = &endpoint.vulnerabilities;
    let session = &endpoint.session;
    let is_old = |protocol: &Protocol| matches!(protocol, Protocol::Ssl3 | Protocol::Tls10);
    let not_ssl2 = |info: &SuiteInfo| info.since != Protocol::Ssl2;
    let accepts = |is: &dyn Fn(&SuiteInfo, &[Protocol]) -> bool| by_suites(endpoint, is);
    let short_dh = endpoint.dh.iter().any(|parameters| parameters.bits > 0 && parameters.bits < 1024);
    vec![
        ("Heartbleed", found.heartbleed.clone()),
        ("CCS injection", found.ccs_injection.clone()),
        ("ROBOT", found.robot.clone()),
        ("Ticketbleed", found.ticketbleed.clone()),
        ("Insecure renegotiation", insecure_renegotiation(endpoint)),
        ("POODLE (SSL 3.0)", accepts(&|info, in_| info.mode == "CBC" && in_.contains(&Protocol::Ssl3))),
        ("POODLE (TLS), padding oracles", found.cbc_oracle.clone()),
        ("FREAK", accepts(&|info, _| not_ssl2(info) && info.is_export() && info.key_exchange == "RSA")),
        (
            "Logjam",
            if short_dh {
                Answer::Yes
            } else {
                accepts(&|info, _| info.is_export() && info.key_exchange.starts_with("DH"))
            },
        ),
        ("DROWN", drown(endpoint)),
        ("SWEET32", accepts(&|info, _| not_ssl2(info) && info.has_short_blocks())),
        ("BEAST", accepts(&|info, in_| info.mode == "CBC" && in_.iter().any(is_old))),
        ("CRIME", session.compression.clone()),
        ("RC4", accepts(&|info, _| not_ssl2(info) && info.cipher == "RC4")),
        (
            "LUCKY13 (only possible)",
            match accepts(&|info, _| not_ssl2(info) && info.mode == "CBC") {
                Answer::Yes if session.encrypt_then_mac.is_yes() => Answer::No,
                Answer::Yes => Answer::unknown("CBC suites are accepted; timing was not measured"),
                other => other,
            },
        ),
    ]
}

/// A weakness of suites: not there only when every protocol could be asked.
fn by_suites(endpoint: &Endpoint, is: &dyn Fn(&SuiteInfo, &[Protocol]) -> bool) -> Answer {
    let accepted = suites_that(endpoint, |info| !info.is_signal());
    if accepted.iter().any(|(info, protocols)| is(info, protocols)) {
        return Answer::Yes;
    }
    let is_open = |seen: &barding_live::tls::ProtocolSeen| matches!(seen.offered, Answer::Unknown(_));
    match endpoint.protocols.iter().find(|seen| is_open(seen)) {
        None if endpoint.protocols.is_empty() => Answer::default(),
        None => Answer::No,
        Some(seen) => Answer::unknown(format!("{} could not be asked", seen.protocol.name())),
    }
}

fn insecure_renegotiation(endpoint: &Endpoint) -> Answer {
    let session = &endpoint.session;
    let has_none = endpoint.offers(Protocol::Tls13)
        && endpoint.protocols.iter().all(|seen| seen.protocol == Protocol::Tls13 || seen.offered.is_no());
    match (&session.secure_renegotiation, &session.client_renegotiation) {
        _ if has_none => Answer::No,
        (Answer::Yes, _) | (_, Answer::No) => Answer::No,
        (Answer::No, Answer::Yes) => Answer::Yes,
        (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => Answer::unknown(why.clone()),
    }
}

fn drown(endpoint: &Endpoint) -> Answer {
    if endpoint.offers(Protocol::Ssl2) || endpoint.vulnerabilities.drown_elsewhere.is_yes() {
        return Answer::Yes;
    }
    if endpoint.refuses(Protocol::Ssl2) { Answer::No } else { Answer::unknown("SSL 2.0 could not be asked") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_live::tls::{ProtocolSeen, Suite};

    fn site(protocols: &[(Protocol, Answer, &[&str])]) -> Endpoint {
        let seen = |(protocol, offered, suites): &(Protocol, Answer, &[&str])| ProtocolSeen {
            protocol: *protocol,
            offered: offered.clone(),
            suites: suites.iter().map(|name| Suite::try_from((*name).to_owned()).expect("a suite")).collect(),
            order: Default::default(),
        };
        Endpoint { protocols: protocols.iter().map(seen).collect(), ..Endpoint::default() }
    }

    fn verdict(endpoint: &Endpoint, name: &str) -> Answer {
        let all = named_weaknesses(endpoint);
        all.into_iter().find(|(have, _)| *have == name).map(|(_, answer)| answer).expect("it has that name")
    }

    #[test]
    fn each_weakness_follows_from_what_was_seen() {
        let old = site(&[
            (Protocol::Ssl2, Answer::Yes, &[]),
            (
                Protocol::Ssl3,
                Answer::Yes,
                &["TLS_RSA_WITH_3DES_EDE_CBC_SHA", "TLS_RSA_EXPORT_WITH_RC4_40_MD5"],
            ),
            (Protocol::Tls12, Answer::Yes, &["TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA"]),
        ]);
        for name in ["POODLE (SSL 3.0)", "FREAK", "Logjam", "DROWN", "SWEET32", "BEAST", "RC4"] {
            assert!(verdict(&old, name).is_yes(), "{name}");
        }
        let new = site(&[
            (Protocol::Ssl2, Answer::No, &[]),
            (Protocol::Ssl3, Answer::No, &[]),
            (Protocol::Tls13, Answer::Yes, &["TLS_AES_128_GCM_SHA256"]),
        ]);
        for name in [
            "POODLE (SSL 3.0)",
            "FREAK",
            "Logjam",
            "DROWN",
            "SWEET32",
            "BEAST",
            "RC4",
            "Insecure renegotiation",
        ] {
            assert!(verdict(&new, name).is_no(), "{name}");
        }
        let silent = site(&[(Protocol::Ssl3, Answer::unknown("silence"), &[])]);
        for name in ["POODLE (SSL 3.0)", "FREAK", "Logjam", "DROWN", "Heartbleed", "Insecure renegotiation"] {
            assert!(matches!(verdict(&silent, name), Answer::Unknown(_)), "{name}");
        }
    }

    #[test]
    fn lucky13_is_never_claimed() {
        let mut site = site(&[(Protocol::Tls12, Answer::Yes, &["TLS_RSA_WITH_AES_128_CBC_SHA"])]);
        assert!(matches!(verdict(&site, "LUCKY13 (only possible)"), Answer::Unknown(_)));
        site.session.encrypt_then_mac = Answer::Yes;
        assert!(verdict(&site, "LUCKY13 (only possible)").is_no());
    }
}
