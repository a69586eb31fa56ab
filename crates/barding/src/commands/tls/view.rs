//! What was seen, for a terminal: the chain drawn, the protocols, the groups, the grade.

use crate::context::Context;
use barding_live::tls::{
    Answer, Certificate, ChainSeen, Endpoint, KeyKind, Order, Protocol, ProtocolSeen, Strength, Trust,
};
use barding_rules::tls::{Profile, deviations, grade, named_weaknesses};
use std::fmt::Write;

/// One endpoint, in full or with its certificate alone.
pub(super) fn endpoint(seen: &Endpoint, certificate_only: bool, context: &Context) -> String {
    let mut text = String::new();
    let paint = Paint(context.color);
    let at = if seen.address.is_empty() { String::new() } else { format!(" at {}", seen.address) };
    let port = if seen.port == 0 { String::new() } else { format!(":{}", seen.port) };
    let _ = writeln!(text, "{}{at}", paint.bold(&format!("{}{port}", seen.host)));
    if !seen.speaks_tls.is_yes() {
        let _ = writeln!(text, "  {}\n", words(&seen.speaks_tls, "speaks TLS", "does not speak TLS"));
        return barding_report::clean(&text).into_owned();
    }
    if !certificate_only && let Some(grade) = grade(seen) {
        let (protocol, key_exchange, cipher) = grade.parts;
        let _ = writeln!(
            text,
            "  Grade {}  ({} points: protocols {protocol}, key exchange {key_exchange}, ciphers {cipher})",
            paint.bold(&grade.letter),
            grade.points
        );
        for (letter, why) in &grade.caps {
            let _ = writeln!(text, "    at most {letter}: {why}");
        }
        for warning in &grade.warnings {
            let _ = writeln!(text, "    at most A-: {warning}");
        }
    }
    for chain in &seen.chains {
        draw(chain, seen, &mut text);
    }
    if let Some(chain) = &seen.without_name {
        let names = chain.leaf().map(|leaf| leaf.dns_names.join(", ")).unwrap_or_default();
        let _ = writeln!(text, "  Without a host name another certificate is sent: {}", cut(&names, 70));
    }
    if !certificate_only && !seen.protocols.is_empty() {
        protocols(seen, &mut text);
        details(seen, &mut text);
    }
    text.push('\n');
    clean_but_colours(&text, context.color)
}

/// Certificates bring texts of strangers; nothing but our own colours may reach the terminal.
fn clean_but_colours(text: &str, color: bool) -> String {
    if !color {
        return barding_report::clean(text).into_owned();
    }
    text.lines()
        .map(|line| {
            // Our own marks stand around the first word of a line only.
            match line.strip_prefix(BOLD).and_then(|rest| rest.split_once(PLAIN)) {
                Some((bold, rest)) => {
                    format!("{BOLD}{}{PLAIN}{}\n", barding_report::clean(bold), barding_report::clean(rest))
                }
                None => format!("{}\n", barding_report::clean(&line.replace(BOLD, "").replace(PLAIN, ""))),
            }
        })
        .collect()
}

fn draw(chain: &ChainSeen, seen: &Endpoint, text: &mut String) {
    let _ = writeln!(text, "  Chain, as sent");
    for (at, certificate) in chain.sent.iter().enumerate() {
        let (branch, rest) = match at {
            0 => ("", "   "),
            _ => ("└─ ", "      "),
        };
        let indent = "   ".repeat(at.min(6));
        let days = seen.seen_at.days_until(certificate.not_after);
        let good = if days >= 0 {
            format!("{days} days left")
        } else {
            format!("expired {} days ago", certificate.not_after.days_until(seen.seen_at))
        };
        let _ = writeln!(text, "    {indent}{branch}{}", cut(&certificate.subject_or_names(), 80));
        let _ = writeln!(
            text,
            "    {indent}{rest}{}, {}, {} to {} ({good})",
            key(certificate),
            certificate.signature.name,
            certificate.not_before.date(),
            certificate.not_after.date(),
        );
        if at == 0 && !(certificate.dns_names.is_empty() && certificate.ip_names.is_empty()) {
            let names: Vec<&str> =
                certificate.dns_names.iter().chain(&certificate.ip_names).map(String::as_str).collect();
            let _ = writeln!(text, "    {indent}{rest}for {}", cut(&names.join(", "), 90));
        }
    }
    if let Some(told) = timestamps(chain) {
        let _ = writeln!(text, "       {told}");
    }
    let indent = "   ".repeat(chain.sent.len().min(6));
    for store in &chain.stores {
        let verdict = match store.trust {
            Trust::Trusted => format!("trusted: {}", store.root),
            Trust::IssuerMissing => format!("not sent and no root: {}", store.root),
            Trust::UnknownRoot => format!("not a root of this store: {}", store.root),
            Trust::SelfSigned => "self-signed".to_owned(),
            Trust::Broken => "a signature is wrong".to_owned(),
            Trust::NotKnown => "could not be verified".to_owned(),
        };
        let _ = writeln!(text, "    {indent}└─ {} roots: {}", store.store, cut(&verdict, 80));
    }
}

/// How many certificate logs promised to publish the certificate, and of how many the signature was verified.
fn timestamps(chain: &ChainSeen) -> Option<String> {
    let all = || chain.leaf().into_iter().flat_map(|leaf| &leaf.timestamps).chain(&chain.timestamps);
    let count = |is_so: fn(&Answer) -> bool| all().filter(|one| is_so(&one.verified)).count();
    let (all, good, wrong) = (all().count(), count(Answer::is_yes), count(Answer::is_no));
    let verified = match (good, wrong) {
        (0, 0) => "signatures not verified".to_owned(),
        (good, 0) => format!("{good} verified"),
        (good, wrong) => format!("{good} verified, {wrong} with a wrong signature"),
    };
    (all > 0).then(|| format!("{all} timestamps of certificate logs, {verified}"))
}

fn key(certificate: &Certificate) -> String {
    let key = &certificate.key;
    match key.kind {
        KeyKind::Rsa | KeyKind::RsaPss => format!("RSA {}", key.bits),
        KeyKind::Ec => format!("ECDSA {}", key.curve.as_deref().unwrap_or("curve not known")),
        KeyKind::Ed25519 => "Ed25519".to_owned(),
        KeyKind::Ed448 => "Ed448".to_owned(),
        KeyKind::Dsa => format!("DSA {}", key.bits),
        KeyKind::MlDsa => "ML-DSA".to_owned(),
        KeyKind::Other => "a key of another sort".to_owned(),
    }
}

fn protocols(seen: &Endpoint, text: &mut String) {
    let _ = writeln!(text, "  Protocols and suites");
    let mut before: Option<&ProtocolSeen> = None;
    for protocol in &seen.protocols {
        let order = match protocol.order {
            Order::Server => ", the server chooses",
            Order::Client => ", the client chooses",
            Order::Unknown => "",
        };
        let state = match &protocol.offered {
            Answer::Yes => format!("yes, {} suites{order}", protocol.suites.len()),
            Answer::No => "no".to_owned(),
            Answer::Unknown(why) => format!("could not tell: {why}"),
        };
        let mark = match (protocol.protocol >= Protocol::Tls12, &protocol.offered) {
            (false, Answer::Yes) => "!",
            _ => " ",
        };
        let _ = writeln!(text, "   {mark}{:8} {state}", protocol.protocol.name());
        // Old protocols mostly share one list, which is long.
        if let Some(before) =
            before.filter(|before| before.suites.len() > 3 && before.suites == protocol.suites)
        {
            let _ = writeln!(text, "             the same suites as in {}", before.protocol.name());
            continue;
        }
        before = Some(protocol);
        for suite in &protocol.suites {
            let strength = match suite.info().map(|info| info.strength()) {
                Some(Strength::Recommended | Strength::Secure) => "",
                Some(Strength::Weak) => "  weak",
                Some(Strength::Insecure) => "  insecure",
                None => "  not known",
            };
            let _ = writeln!(text, "             {suite}{strength}");
        }
    }
}

fn details(seen: &Endpoint, text: &mut String) {
    if !seen.groups.is_empty() {
        let _ = writeln!(text, "  Groups: {}", seen.groups.join(", "));
    }
    for parameters in &seen.dh {
        let with = parameters.suite.map(|suite| format!(", with {suite}")).unwrap_or_default();
        let _ = writeln!(text, "  Diffie-Hellman: {} bits{with}", parameters.bits);
    }
    if !seen.alpn.is_empty() {
        let _ = writeln!(text, "  Application protocols: {}", seen.alpn.join(", "));
    }
    let session = &seen.session;
    let lines = [
        ("Secure renegotiation", &session.secure_renegotiation),
        ("Renegotiation by the client", &session.client_renegotiation),
        ("Compression", &session.compression),
        ("Refuses a needless step down", &session.fallback_protected),
        ("Extended master secret", &session.extended_master_secret),
        ("Resumes by ticket, to TLS 1.2", &session.resumes_by_ticket),
        ("Resumes by id, to TLS 1.2", &session.resumes_by_id),
        ("Resumes in TLS 1.3", &session.resumes_tls13),
        ("Asks for a client certificate", &seen.asks_client_certificate),
    ];
    let _ = writeln!(text, "  Sessions");
    for (name, answer) in lines {
        let _ = writeln!(text, "    {name:30} {}", words(answer, "yes", "no"));
    }
    if let Some(seconds) = session.ticket_lifetime {
        let _ = writeln!(text, "    {:30} {}", "Tickets are good for", span(seconds));
    }
    if let Some(bytes) = session.early_data {
        let said = if bytes == 0 { "no".to_owned() } else { format!("yes, {bytes} bytes") };
        let _ = writeln!(text, "    {:30} {said}", "Early data (0-RTT)");
    }
    let _ = writeln!(text, "  Weaknesses");
    for (name, answer) in named_weaknesses(seen) {
        let mark = if answer.is_yes() { "!" } else { " " };
        let _ = writeln!(text, "   {mark}{name:30} {}", words(&answer, "vulnerable", "not vulnerable"));
    }
    web(seen, text);
    let met: Vec<&str> = Profile::ALL
        .into_iter()
        .filter(|profile| deviations(seen, *profile).is_empty())
        .map(Profile::name)
        .collect();
    let met = if met.is_empty() { "none".to_owned() } else { met.join(", ") };
    let _ = writeln!(text, "  Mozilla's profiles met: {met}");
    let _ = writeln!(text, "  {} connections", seen.connections);
}

/// What stands beside TLS: HSTS, the way from plain HTTP, and the authorities that the DNS allows.
fn web(seen: &Endpoint, text: &mut String) {
    if seen.http_seen.is_yes() {
        let _ = writeln!(
            text,
            "  HSTS: {}",
            seen.hsts.as_deref().map_or("not sent".to_owned(), |value| cut(value, 90))
        );
    }
    match &seen.http_redirects {
        Answer::Yes => text.push_str("  Plain HTTP: leads to HTTPS\n"),
        Answer::No => text.push_str("  Plain HTTP: answers without leading to HTTPS\n"),
        Answer::Unknown(why) if why.starts_with("it was not") => {}
        Answer::Unknown(why) => {
            let _ = writeln!(text, "  Plain HTTP: {}", cut(why, 90));
        }
    }
    if let Some(caa) = &seen.caa {
        let issue: Vec<&str> =
            caa.records.iter().filter(|one| one.tag == "issue").map(|one| one.value.as_str()).collect();
        let said = match (issue.is_empty(), caa.found_at.is_empty()) {
            (_, true) => "any, for there is no CAA record".to_owned(),
            (true, false) => format!("any, for {} names none", caa.found_at),
            (false, false) => format!("{} (at {})", issue.join(", "), caa.found_at),
        };
        let _ = writeln!(text, "  Authorities that the DNS allows: {}", cut(&said, 90));
    }
}

fn span(seconds: u32) -> String {
    match seconds {
        0 => "a time that is not said".to_owned(),
        172_800.. => format!("{} days", seconds / 86_400),
        7_200.. => format!("{} hours", seconds / 3_600),
        120.. => format!("{} minutes", seconds / 60),
        _ => format!("{seconds} seconds"),
    }
}

fn words(answer: &Answer, yes: &str, no: &str) -> String {
    match answer {
        Answer::Yes => yes.to_owned(),
        Answer::No => no.to_owned(),
        Answer::Unknown(why) => format!("could not tell: {why}"),
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most).chain(['…']).collect()
}

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

struct Paint(bool);

impl Paint {
    fn bold(&self, text: &str) -> String {
        if self.0 { format!("{BOLD}{text}{PLAIN}") } else { text.to_owned() }
    }
}
