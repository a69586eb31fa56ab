//! Which protocols the server speaks, with which suites, and whose order counts.

use super::{Asker, Until, order};
use crate::tls::wire::{ClientHello, End, goodbye, ssl2};
use crate::tls::{Answer, Endpoint, Order, Protocol, ProtocolSeen, Suite, SuiteInfo, suites};
use std::io::Write;
use std::thread;

/// Fewer than 128 suites at once: some servers choke on more.
const AT_ONCE: usize = 100;

pub(super) fn look(asker: &Asker<'_>, seen: &mut Endpoint) {
    seen.protocols = thread::scope(|threads| {
        let started: Vec<_> = Protocol::ALL
            .iter()
            .map(|protocol| (*protocol, threads.spawn(move || one(asker, *protocol))))
            .collect();
        let failed = |protocol| ProtocolSeen {
            protocol,
            offered: Answer::unknown("the question failed"),
            suites: Vec::new(),
            order: Order::Unknown,
        };
        started
            .into_iter()
            .map(|(protocol, thread)| thread.join().unwrap_or_else(|_| failed(protocol)))
            .collect()
    });
    if seen.starttls.is_some() && !seen.protocols.iter().any(|seen| seen.offered.is_yes()) {
        asker.problem("TLS did not start after STARTTLS".to_owned());
    }
}

fn one(asker: &Asker<'_>, protocol: Protocol) -> ProtocolSeen {
    if protocol == Protocol::Ssl2 {
        return ssl2_seen(asker);
    }
    let chunks = offers(protocol);
    // The common suites first and alone: when the server does not speak the protocol at all, one question is enough.
    let mut found = accepted(asker, protocol, &chunks[0]);
    let refused_version = matches!(found.end, End::Alert(70)) && found.suites.is_empty();
    if !refused_version && !matches!(found.offered, Answer::Unknown(_)) {
        let rest: Vec<Accepted> = thread::scope(|threads| {
            let started: Vec<_> = chunks[1..]
                .iter()
                .map(|chunk| threads.spawn(move || accepted(asker, protocol, chunk)))
                .collect();
            started.into_iter().filter_map(|thread| thread.join().ok()).collect()
        });
        let several = rest.iter().any(|more| !more.suites.is_empty()) && !found.suites.is_empty();
        for more in rest {
            found.suites.extend(more.suites);
            if more.offered.is_yes() {
                found.offered = Answer::Yes;
            }
        }
        if several {
            // The order within each chunk is known, the order among them is not.
            let again = accepted(asker, protocol, &found.suites);
            if again.suites.len() == found.suites.len() {
                found.suites = again.suites;
            }
        }
    }
    let servers =
        (found.suites.len() > 1).then(|| is_servers_order(asker, protocol, &found.suites)).flatten();
    let mut list: Vec<Suite> = found.suites.iter().map(|code| Suite((*code).into())).collect();
    if servers != Some(true) {
        list.sort();
    }
    ProtocolSeen { protocol, offered: found.offered, suites: list, order: order(servers) }
}

struct Accepted {
    offered: Answer,
    suites: Vec<u16>,
    end: End,
}

/// Offers, takes what is chosen away, offers again, until the server refuses.
fn accepted(asker: &Asker<'_>, protocol: Protocol, offer: &[u16]) -> Accepted {
    let mut left = offer.to_vec();
    let mut chosen = Vec::new();
    loop {
        if left.is_empty() {
            return Accepted { offered: Answer::Yes, suites: chosen, end: End::Enough };
        }
        let hello = ClientHello::new(protocol, asker.target.server_name(), left.clone());
        let flight = asker.ask(&hello, Until::Hello);
        let answer = flight.hello.filter(|answer| answer.is(protocol));
        if let Some(answer) = answer {
            let Some(at) = left.iter().position(|suite| *suite == answer.suite) else {
                asker.problem(format!(
                    "in {} the server chose {}, which was not offered",
                    protocol.name(),
                    Suite(answer.suite.into())
                ));
                return Accepted { offered: Answer::Yes, suites: chosen, end: End::Enough };
            };
            chosen.push(left.remove(at));
            continue;
        }
        let offered = if !chosen.is_empty() {
            Answer::Yes
        } else {
            match &flight.end {
                // The server spoke of another version, gave an alert, or hung up twice: all say no.
                End::Enough | End::Alert(_) | End::Closed => Answer::No,
                End::Silent => Answer::unknown("the server fell silent"),
                End::TooMuch => {
                    Answer::unknown("the server sent too much, or too many connections were needed")
                }
                End::Malformed(what) => {
                    asker.problem(format!("{}: {what}", protocol.name()));
                    Answer::unknown(*what)
                }
            }
        };
        if !chosen.is_empty() && matches!(flight.end, End::Silent | End::TooMuch | End::Malformed(_)) {
            asker.problem(format!(
                "the list of suites of {} may be incomplete: the server stopped answering",
                protocol.name()
            ));
        }
        return Accepted { offered, suites: chosen, end: flight.end };
    }
}

/// Whether the server's order counts: it chooses the same when the offer is turned around.
fn is_servers_order(asker: &Asker<'_>, protocol: Protocol, suites: &[u16]) -> Option<bool> {
    let first = |offer: Vec<u16>| {
        let hello = ClientHello::new(protocol, asker.target.server_name(), offer);
        asker.agreed(&hello).map(|answer| answer.suite)
    };
    let reversed: Vec<u16> = suites.iter().rev().copied().collect();
    let chosen = first(reversed)?;
    Some(chosen == first(suites.to_vec())?)
}

/// The first chunk of what is offered.
pub(super) fn offer(protocol: Protocol, chunk: usize) -> Vec<u16> {
    offers(protocol).into_iter().nth(chunk).unwrap_or_default()
}

/// Everything that may be offered in a protocol, in chunks, the common suites first.
fn offers(protocol: Protocol) -> Vec<Vec<u16>> {
    let is_13 = protocol == Protocol::Tls13;
    let fits = |info: &&SuiteInfo| {
        !info.is_signal()
            && info.since != Protocol::Ssl2
            && (info.since == Protocol::Tls13) == is_13
            // Servers of SSL 3.0 took the suites of TLS 1.0 as well.
            && (info.since <= protocol || (protocol == Protocol::Ssl3 && info.since == Protocol::Tls10))
    };
    let mut list: Vec<&SuiteInfo> = suites().iter().filter(fits).collect();
    list.sort_by_key(|info| !is_common(info));
    let common = list.iter().filter(|info| is_common(info)).count();
    let (common, rest) = list.split_at(common);
    let codes = |part: &[&SuiteInfo]| part.iter().map(|info| info.suite.0 as u16).collect::<Vec<u16>>();
    let mut chunks = vec![codes(common)];
    chunks.extend(rest.chunks(AT_ONCE).map(codes));
    chunks
}

/// What web servers are configured with: a certificate of RSA or ECDSA and a cipher that is still around.
fn is_common(info: &SuiteInfo) -> bool {
    let key = matches!(info.key_exchange, "RSA" | "DHE" | "ECDHE" | "tls13");
    let cipher = matches!(
        info.cipher,
        "AES"
            | "CHACHA20-POLY1305"
            | "3DES"
            | "RC4"
            | "CAMELLIA"
            | "DES"
            | "NULL"
            | "SM4"
            | "AEGIS-256"
            | "AEGIS-128L"
    );
    info.since == Protocol::Tls13
        || (key
            && matches!(info.authentication, "RSA" | "ECDSA" | "anon")
            && cipher
            && info.openssl.is_some())
}

fn ssl2_seen(asker: &Asker<'_>) -> ProtocolSeen {
    let mut seen = ProtocolSeen {
        protocol: Protocol::Ssl2,
        offered: Answer::No,
        suites: Vec::new(),
        order: Order::Unknown,
    };
    let answer = match asker.connect() {
        Ok(mut connection) => match connection.write_all(&ssl2::hello()) {
            Ok(()) => {
                let answer = ssl2::answer(&mut connection);
                let _ = connection.write_all(&goodbye(0x0300));
                answer
            }
            Err(_) => ssl2::Answer2::Not(End::Closed),
        },
        Err(_) => ssl2::Answer2::Not(End::Silent),
    };
    match answer {
        ssl2::Answer2::Hello { suites, .. } => {
            // Even without any cipher in its list the server can be made to use one (CVE-2015-3197).
            seen.offered = Answer::Yes;
            seen.suites = suites;
        }
        ssl2::Answer2::Not(End::TooMuch) => {
            seen.offered = Answer::unknown("too many connections were needed")
        }
        // A server that waits for the rest of what it takes for a long record does not speak SSL 2.0.
        ssl2::Answer2::Not(_) => {}
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_offered_where_it_belongs() {
        let of = |protocol| offers(protocol).into_iter().flatten().collect::<Vec<u16>>();
        let in_12 = of(Protocol::Tls12);
        let unasked = suites().iter().filter(|info| {
            let code = info.suite.0 as u16;
            info.since != Protocol::Ssl2
                && !info.is_signal()
                && !in_12.contains(&code)
                && !of(Protocol::Tls13).contains(&code)
        });
        assert_eq!(unasked.count(), 0);
        assert!(offers(Protocol::Tls12).iter().all(|chunk| chunk.len() < 128));
        assert!(of(Protocol::Tls10).contains(&0xC013) && of(Protocol::Ssl3).contains(&0xC013));
        assert!(!of(Protocol::Tls10).contains(&0xC02F) && !in_12.contains(&0x1301));
    }
}
