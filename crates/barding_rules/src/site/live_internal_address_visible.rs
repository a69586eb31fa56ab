//! `live-internal-address-visible`: an address of the inner network is told.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::{Piece, pieces};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-internal-address-visible"),
        title: "An address of the inner network is told",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[200],
        django_checks: &[],
        consequence: "An attacker learns how the network is laid out.",
        advice: "Pass the `Host` on in the proxy, and take headers of inner servers away.",
        since: "0.1.0",
        page: include_str!("live_internal_address_visible.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if site.is_inside {
        return found.nothing_to_judge("the site itself was looked at from inside");
    }
    for exchange in site.answers().filter(|exchange| exchange.wall().is_none()) {
        for (name, value) in exchange.headers.iter().take(100) {
            let inside = in_header(&name.to_ascii_lowercase(), value);
            if let Some((what, inside)) = inside {
                add(
                    found,
                    exchange,
                    Confidence::Medium,
                    format!("`{}` names `{}`, {what}", cut(name, 40), cut(&inside, 60)),
                    header(exchange, name),
                );
                return;
            }
        }
    }
    for page in site.pages() {
        for piece in pieces(&page.body) {
            let Some((confidence, inside, decisive)) = in_page(&piece) else { continue };
            let message = format!("The page names `{}`, which is inside", cut(&inside, 60));
            add(found, page, confidence, message, decisive);
            return;
        }
    }
}

/// What a header tells about the inner network, and in which words.
fn in_header(name: &str, value: &str) -> Option<(&'static str, String)> {
    // Headers of policies and reports hold lists of versions and hosts by design.
    let is_other = matches!(
        name,
        "content-security-policy" | "content-security-policy-report-only" | "etag" | "set-cookie" | "date"
    );
    if is_other {
        return None;
    }
    if let Some(inside) = words(value).find(|word| is_internal(word)).or_else(|| local_address(value)) {
        return Some(("which is inside", inside.to_owned()));
    }
    let names_a_machine = ["host", "server", "served", "backend", "container", "upstream", "instance", "pod"]
        .iter()
        .any(|part| name.contains(part));
    (names_a_machine && is_container_id(value)).then(|| ("the id of a container", value.to_owned()))
}

/// What a piece of a page tells about the inner network. Text and links for reading may be about networks; comments, and
/// what the page loads or posts to, are not.
fn in_page(piece: &Piece) -> Option<(Confidence, String, String)> {
    match piece {
        Piece::Comment(text) => {
            let host = hosts(text).find(|host| is_internal(host));
            let bare = || words(text).find(|word| word.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_private()));
            let (confidence, inside) = match host {
                Some(host) => (Confidence::Medium, host),
                None => (Confidence::Low, bare().or_else(|| local_address(text))?),
            };
            Some((confidence, inside.to_owned(), format!("a comment has `{}`", cut(inside, 60))))
        }
        Piece::Open(element) => {
            let name = match element.name.as_str() {
                "form" => "action",
                "link" => "href",
                "script" | "img" | "iframe" | "source" | "video" | "audio" | "embed" => "src",
                _ => return None,
            };
            let value = element.attribute(name)?;
            let host =
                hosts(value).next().filter(|host| is_internal(host) || local_address(host).is_some())?;
            let decisive = format!("`<{} {name}=\"{}\">`", element.name, cut(value, 100));
            Some((Confidence::Medium, host.to_owned(), decisive))
        }
        Piece::Close(_) | Piece::Text(_) => None,
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
        .filter(|word| !word.is_empty())
}

/// The hosts of the addresses in a text.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("//").map(|(at, slashes)| {
        let rest = &text[at + slashes.len()..];
        let inner = rest.strip_prefix('[').unwrap_or(rest);
        let end = if inner.len() < rest.len() {
            inner.find(']')
        } else {
            inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
        };
        &inner[..end.unwrap_or(inner.len())]
    })
}

fn is_internal(word: &str) -> bool {
    match word.parse::<Ipv4Addr>() {
        Ok(address) => address.is_private(),
        Err(_) => [".internal", ".local", ".svc.cluster.local", ".lan"]
            .iter()
            .any(|ending| word.ends_with(ending) && word.len() > ending.len() + 1),
    }
}

/// A unique local address of IPv6 (`fd00::/8`).
fn local_address(text: &str) -> Option<&str> {
    text.split(|c: char| !(c.is_ascii_hexdigit() || c == ':'))
        .filter(|word| word.len() > 6)
        .find(|word| word.parse::<Ipv6Addr>().is_ok_and(|address| address.octets()[0] == 0xfd))
}

/// What Docker gives a container for a host name: twelve hexadecimal digits, or all sixty-four of its id.
fn is_container_id(value: &str) -> bool {
    let is_hex = value.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_mixed = value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_lowercase());
    matches!(value.len(), 12 | 64) && is_hex && is_mixed
}
