//! What the clear handshakes tell besides suites: chains, groups, Diffie-Hellman parameters, signatures, extensions.

use super::{Asker, Chains, RawChain, Until, best_clear};
use crate::tls::wire::hello::extension;
use crate::tls::wire::{ClientHello, End, Flight, KeyExchange, hello};
use crate::tls::x509::natural::Natural;
use crate::tls::x509::sha256;
use crate::tls::{Answer, DhParameters, Endpoint, GroupSort, Protocol, Suite, groups, signature_schemes};
use std::thread;

pub(super) fn look(asker: &Asker<'_>, seen: &mut Endpoint, found: &mut Chains) {
    let clear = best_clear(seen);
    let has_13 = seen.offers(Protocol::Tls13);
    thread::scope(|threads| {
        let clear = clear.as_ref();
        let in_13 =
            threads.spawn(move || if has_13 { groups_of_13(asker) } else { (Vec::new(), Answer::Yes) });
        let in_12 =
            threads.spawn(move || clear.map(|(protocol, suites)| groups_of_12(asker, *protocol, suites)));
        let parameters = threads.spawn(move || clear.map(|(protocol, suites)| dh(asker, *protocol, suites)));
        let schemes =
            threads.spawn(move || clear.map(|(protocol, suites)| schemes(asker, *protocol, suites)));
        let (mut names, mut groups_seen) = in_13.join().unwrap_or_default();
        if let Some((more, also)) = in_12.join().ok().flatten() {
            names.extend(more.into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
            if !also.is_yes() {
                groups_seen = also;
            }
        }
        let parameters = parameters.join().ok().flatten().unwrap_or_default();
        let schemes = schemes.join().ok().flatten().unwrap_or_default();
        (seen.groups, seen.groups_seen, seen.dh, seen.signature_schemes) =
            (names, groups_seen, parameters, schemes);
    });
    if let Some((protocol, suites)) = &clear {
        extensions(asker, *protocol, suites, seen, found);
        chains(asker, *protocol, suites, seen, found);
    } else {
        let modern = || Answer::unknown("the server speaks TLS 1.3 only, which has no such thing");
        seen.session.secure_renegotiation = modern();
        seen.session.client_renegotiation = modern();
        seen.session.extended_master_secret = modern();
        seen.session.compression = Answer::No;
    }
    fallback(asker, seen);
    tolerance(asker, seen);
}

/// A hello with everything in it that a server may answer in the clear.
fn extensions(
    asker: &Asker<'_>,
    protocol: Protocol,
    suites: &[u16],
    seen: &mut Endpoint,
    found: &mut Chains,
) {
    let mut hello = full_hello(asker, protocol, suites);
    hello.compressions = vec![1, 0];
    let mut flight = asker.ask(&hello, Until::Done);
    if flight.hello.is_none() {
        hello.compressions = vec![0];
        flight = asker.ask(&hello, Until::Done);
    }
    let Some(answer) = &flight.hello else {
        asker.problem(format!("a hello with all extensions failed in {}", protocol.name()));
        return;
    };
    let session = &mut seen.session;
    let echoed = |number| Answer::from(answer.extension(number).is_some());
    session.compression = (answer.compression != 0).into();
    session.secure_renegotiation = echoed(extension::RENEGOTIATION);
    session.extended_master_secret =
        if protocol == Protocol::Ssl3 { Answer::No } else { echoed(extension::EXTENDED_MASTER_SECRET) };
    if protocol == Protocol::Ssl3 {
        session.secure_renegotiation = Answer::unknown("SSL 3.0 has no extensions");
    }
    seen.asks_client_certificate = flight.asks_certificate.into();
    found.add(RawChain::of(&flight));
    let cbc: Vec<u16> = suites.iter().copied().filter(|code| is(*code, |info| info.mode == "CBC")).collect();
    if !cbc.is_empty() && protocol != Protocol::Ssl3 {
        let hello = full_hello(asker, protocol, &cbc);
        if let Some(answer) = asker.agreed(&hello) {
            seen.session.encrypt_then_mac = answer.extension(extension::ENCRYPT_THEN_MAC).is_some().into();
        }
    }
    if seen.offers(Protocol::Tls13) && protocol >= Protocol::Tls10 {
        let mark: &[u8] = if protocol == Protocol::Tls12 { b"DOWNGRD\x01" } else { b"DOWNGRD\x00" };
        seen.session.downgrade_marked = answer.random.ends_with(mark).into();
    }
    application_protocols(asker, protocol, suites, seen);
}

fn full_hello(asker: &Asker<'_>, protocol: Protocol, suites: &[u16]) -> ClientHello {
    let mut offer = suites.to_vec();
    if protocol == Protocol::Ssl3 {
        // The signal in place of the extension.
        offer.push(0x00FF);
    }
    ClientHello::new(protocol, asker.target.server_name(), offer)
        .with(extension::RENEGOTIATION, [0])
        .with(extension::EXTENDED_MASTER_SECRET, [])
        .with(extension::ENCRYPT_THEN_MAC, [])
        .with(extension::TICKET, [])
        .with(extension::STATUS_REQUEST, [1, 0, 0, 0, 0])
        .with(extension::TIMESTAMPS, [])
}

fn application_protocols(asker: &Asker<'_>, protocol: Protocol, suites: &[u16], seen: &mut Endpoint) {
    if protocol == Protocol::Ssl3 || seen.starttls.is_some() {
        return;
    }
    for name in ["h2", "http/1.1"] {
        let hello = ClientHello::new(protocol, asker.target.server_name(), suites.to_vec())
            .with(extension::ALPN, hello::alpn(&[name]));
        if asker.agreed(&hello).is_some_and(|answer| answer.extension(extension::ALPN).is_some()) {
            seen.alpn.push(name.to_owned());
        }
    }
    let foreign = ClientHello::new(protocol, asker.target.server_name(), suites.to_vec())
        .with(extension::ALPN, hello::alpn(&["ftp"]));
    seen.session.refuses_unknown_alpn = match asker.ask(&foreign, Until::Hello) {
        Flight { end: End::Alert(_), .. } => Answer::Yes,
        Flight { hello: Some(_), .. } => Answer::No,
        _ => Answer::unknown("the server did not answer"),
    };
}

/// The chains for clients that take one sort of key only, and the one for clients that name no host.
fn chains(asker: &Asker<'_>, protocol: Protocol, suites: &[u16], seen: &mut Endpoint, found: &mut Chains) {
    for sort in ["ECDSA", "RSA", "DSS"] {
        let of_sort: Vec<u16> =
            suites.iter().copied().filter(|code| is(*code, |info| info.authentication == sort)).collect();
        if !of_sort.is_empty() && of_sort.len() < suites.len() {
            let flight = asker.ask(&full_hello(asker, protocol, &of_sort), Until::Done);
            found.add(RawChain::of(&flight));
        }
    }
    let Some(name) = asker.target.server_name() else { return };
    let flight = asker.ask(&ClientHello::new(protocol, None, suites.to_vec()), Until::Done);
    if !flight.certificates.is_empty()
        && found.list.iter().all(|have| have.certificates != flight.certificates)
    {
        found.without_name = Some(RawChain::of(&flight));
    }
    let unknown = format!("barding-unknown-{}.invalid", name.len());
    let flight = asker.ask(&ClientHello::new(protocol, Some(&unknown), suites.to_vec()), Until::Hello);
    seen.session.refuses_unknown_name = match flight {
        Flight { hello: Some(_), .. } => Answer::No,
        Flight { end: End::Alert(_), .. } => Answer::Yes,
        _ => Answer::unknown("the server did not answer"),
    };
}

fn is(code: u16, what: impl Fn(&crate::tls::SuiteInfo) -> bool) -> bool {
    Suite(code.into()).info().is_some_and(what)
}

/// Groups of TLS 1.3: without a share the server must name the one it likes, and then we take that one away.
fn groups_of_13(asker: &Asker<'_>) -> (Vec<String>, Answer) {
    let mut left: Vec<u16> =
        groups().iter().filter(|group| group.sort != GroupSort::Explicit).map(|group| group.code).collect();
    let mut found = Vec::new();
    while !left.is_empty() {
        let mut hello = ClientHello::new(
            Protocol::Tls13,
            asker.target.server_name(),
            super::protocols::offer(Protocol::Tls13, 0),
        );
        hello.groups = left.clone();
        hello.shares = Vec::new();
        let flight = asker.ask(&hello, Until::Hello);
        let Some(group) = flight
            .hello
            .as_ref()
            .filter(|answer| answer.is(Protocol::Tls13))
            .and_then(|answer| answer.group())
        else {
            return match flight.end {
                End::Alert(_) | End::Closed => (found, Answer::Yes),
                _ => (found, Answer::unknown("the server stopped answering")),
            };
        };
        let Some(at) = left.iter().position(|code| *code == group) else {
            return (found, Answer::unknown("the server chose a group that was not offered"));
        };
        left.remove(at);
        found.extend(group_name(group));
    }
    (found, Answer::Yes)
}

/// Curves up to TLS 1.2, as the key exchange shows them.
fn groups_of_12(asker: &Asker<'_>, protocol: Protocol, suites: &[u16]) -> (Vec<String>, Answer) {
    let curves: Vec<u16> =
        suites.iter().copied().filter(|code| is(*code, |info| info.key_exchange == "ECDHE")).collect();
    let mut left: Vec<u16> =
        groups().iter().filter(|group| group.sort == GroupSort::Curve).map(|group| group.code).collect();
    let mut found = Vec::new();
    if curves.is_empty() || protocol == Protocol::Ssl3 {
        return (found, Answer::Yes);
    }
    while !left.is_empty() {
        let mut hello = ClientHello::new(protocol, asker.target.server_name(), curves.clone());
        hello.groups = left.clone();
        let flight = asker.ask(&hello, Until::Done);
        let Some(KeyExchange::Curve { group, .. }) = flight.key_exchange else {
            return match flight.end {
                End::Alert(_) | End::Closed => (found, Answer::Yes),
                _ => (found, Answer::unknown("the server stopped answering")),
            };
        };
        let Some(at) = left.iter().position(|code| *code == group) else {
            // Old servers take their own curve whatever is offered.
            found.extend(group_name(group));
            return (found, Answer::Yes);
        };
        left.remove(at);
        found.extend(group_name(group));
    }
    (found, Answer::Yes)
}

fn group_name(code: u16) -> Option<String> {
    groups().iter().find(|group| group.code == code).map(|group| group.name.to_owned())
}

/// The parameters of each sort of Diffie-Hellman suite: ordinary, export and anonymous ones may have their own.
fn dh(asker: &Asker<'_>, protocol: Protocol, suites: &[u16]) -> Vec<DhParameters> {
    let sorts: [fn(&crate::tls::SuiteInfo) -> bool; 3] = [
        |info| !info.is_export() && !info.is_anonymous(),
        |info| info.is_export(),
        |info| info.is_anonymous(),
    ];
    let mut found: Vec<DhParameters> = Vec::new();
    for sort in sorts {
        let offer: Vec<u16> = suites
            .iter()
            .copied()
            .filter(|code| is(*code, |info| info.key_exchange == "DHE" && sort(info)))
            .collect();
        if offer.is_empty() {
            continue;
        }
        let ask = || {
            let flight = asker
                .ask(&ClientHello::new(protocol, asker.target.server_name(), offer.clone()), Until::Done);
            let suite = flight.hello.as_ref().map(|hello| Suite(hello.suite.into()));
            match flight.key_exchange {
                Some(KeyExchange::Dh { prime, value, .. }) => Some((prime, value, suite)),
                _ => None,
            }
        };
        let Some((prime, value, suite)) = ask() else { continue };
        let again = ask();
        let print = sha256(&prime);
        if found.iter().any(|have| have.sha256 == print) {
            continue;
        }
        let number = Natural::from_bytes(&prime[..prime.len().min(2048)]);
        found.push(DhParameters {
            bits: number.bits(),
            is_prime: is_prime(&print, &number),
            sha256: print,
            value_reused: match again {
                Some((_, second, _)) => (second == value).into(),
                None => Answer::unknown("the second handshake failed"),
            },
            suite,
        });
    }
    found
}

fn is_prime(print: &str, number: &Natural) -> Answer {
    match crate::tls::known_prime(print) {
        Some(known) => known.is_prime.into(),
        None if number.bits() > 4096 => Answer::unknown("more than 4096 bits; not tested"),
        None => number.is_probably_prime().into(),
    }
}

/// The signature schemes of TLS 1.2, by taking away what the server used.
fn schemes(asker: &Asker<'_>, protocol: Protocol, suites: &[u16]) -> Vec<String> {
    let signed: Vec<u16> = suites
        .iter()
        .copied()
        .filter(|code| is(*code, |info| matches!(info.key_exchange, "DHE" | "ECDHE") && !info.is_anonymous()))
        .collect();
    let mut found = Vec::new();
    if protocol != Protocol::Tls12 || signed.is_empty() {
        return found;
    }
    let mut left: Vec<u16> = signature_schemes().map(|(code, _, _)| code).collect();
    while !left.is_empty() {
        let mut hello = ClientHello::new(protocol, asker.target.server_name(), signed.clone());
        hello.signatures = left.clone();
        let flight = asker.ask(&hello, Until::Done);
        let Some(scheme) = flight.signature_scheme() else { break };
        let name = signature_schemes().find(|(code, _, _)| *code == scheme).map(|(_, name, _)| name);
        let Some(at) = left.iter().position(|code| *code == scheme) else {
            // It signs as it likes, whatever is offered.
            found.extend(name.filter(|name| !found.iter().any(|have| have == name)).map(str::to_owned));
            break;
        };
        left.remove(at);
        found.extend(name.map(str::to_owned));
    }
    found
}

/// A client that steps down and says so must be refused.
fn fallback(asker: &Asker<'_>, seen: &mut Endpoint) {
    let offered: Vec<_> = seen
        .protocols
        .iter()
        .filter(|seen| seen.offered.is_yes() && seen.protocol >= Protocol::Ssl3)
        .collect();
    let best = offered.iter().map(|seen| seen.protocol).max();
    let lower = offered.iter().filter(|seen| Some(seen.protocol) < best).max_by_key(|seen| seen.protocol);
    let Some(lower) = lower else {
        seen.session.fallback_protected = Answer::unknown("there is no lower version to fall back to");
        return;
    };
    let mut suites: Vec<u16> = lower.suites.iter().map(|suite| suite.0 as u16).collect();
    suites.push(0x5600);
    let flight =
        asker.ask(&ClientHello::new(lower.protocol, asker.target.server_name(), suites), Until::Hello);
    seen.session.fallback_protected = match (&flight.hello, &flight.end) {
        (Some(_), _) => Answer::No,
        (None, End::Alert(86)) => Answer::Yes,
        (None, End::Alert(_) | End::Closed) => Answer::Yes,
        _ => Answer::unknown("the server did not answer"),
    };
}

/// What comes tomorrow must not break a server today: unknown suites, extensions and groups, and a long hello.
fn tolerance(asker: &Asker<'_>, seen: &mut Endpoint) {
    let best = seen.protocols.iter().filter(|seen| seen.offered.is_yes()).map(|seen| seen.protocol).max();
    let Some(best) = best.filter(|best| *best >= Protocol::Tls10) else { return };
    let mut suites = super::protocols::offer(best, 0);
    if let Some(accepted) = seen.protocol(best) {
        suites = accepted.suites.iter().map(|suite| suite.0 as u16).collect();
    }
    suites.insert(0, 0x5A5A);
    let mut hello = ClientHello::new(best, asker.target.server_name(), suites);
    hello.groups.insert(0, 0x7A7A);
    // Padding (21) makes the hello as long as one with a post-quantum share.
    let hello = hello.with(0x6A6A, []).with(0x8A8A, [0]).with(21, vec![0; 1800]);
    seen.session.tolerant = match asker.ask(&hello, Until::Hello) {
        Flight { hello: Some(_), .. } => Answer::Yes,
        Flight { end: End::Alert(_) | End::Closed | End::Silent, .. } => Answer::No,
        _ => Answer::unknown("the server did not answer"),
    };
}
