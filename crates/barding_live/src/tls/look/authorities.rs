//! Asks the authorities whose addresses stand in a certificate: for the issuer that was not sent, their OCSP service
//! and their list of revoked certificates. Only when the user said so, for the addresses come from a stranger.

use super::{Asker, RawChain, is_inside};
use crate::dial::addresses;
use crate::tls::x509::{self, Store};
use crate::tls::{Answer, ChainSeen, Revocation, Time, Trust};
use std::io::{self, ErrorKind, Read, Write};
use std::net::IpAddr;

/// Completes what is known about a chain.
pub(super) fn ask(asker: &Asker<'_>, raw: &RawChain, chain: &mut ChainSeen, stores: &[Store], now: Time) {
    let Some(leaf) = chain.leaf().cloned() else { return };
    let mut issuer = raw.certificates.get(1).cloned();
    if chain.best().is_some_and(|best| best.trust == Trust::IssuerMissing) {
        chain.fetchable = Answer::No;
        let last = chain.best().and_then(|best| best.path.last().copied()).unwrap_or(0);
        let urls = chain.sent.get(last).map(|one| one.issuer_urls.clone()).unwrap_or_default();
        for file in urls.iter().take(2).filter_map(|url| fetch(asker, url).ok()) {
            let fetched = x509::issuers_in(&file);
            let whole: Vec<Vec<u8>> = raw.certificates.iter().chain(&fetched).cloned().collect();
            if x509::chain(&whole, stores, now).is_trusted() {
                chain.fetchable = Answer::Yes;
                issuer = issuer.or_else(|| fetched.first().cloned());
            }
        }
    }
    if let (true, Some(issuer), Some(bytes)) = (is_open(chain), &issuer, raw.certificates.first()) {
        for url in leaf.ocsp_urls.iter().take(2) {
            let asked = x509::ocsp_question(bytes, issuer);
            let Some(Ok(answer)) = asked.map(|question| exchange(asker, url, Some(&question))) else {
                continue;
            };
            chain.revocation = x509::service_says(&answer, bytes, issuer, now);
            if !is_open(chain) {
                break;
            }
        }
    }
    if is_open(chain) && !leaf.crl_urls.is_empty() {
        chain.revocation = match (&issuer, raw.certificates.first()) {
            (Some(issuer), Some(bytes)) => revoked(asker, &leaf.crl_urls, bytes, issuer, now),
            _ => Revocation::Unknown("the issuer's certificate is needed to verify the list".to_owned()),
        };
    }
}

/// Whether it is still not known if the certificate was revoked.
fn is_open(chain: &ChainSeen) -> bool {
    matches!(chain.revocation, Revocation::Unknown(_))
}

fn revoked(asker: &Asker<'_>, urls: &[String], leaf: &[u8], issuer: &[u8], now: Time) -> Revocation {
    let mut answer = Revocation::Unknown("no list has an address that can be asked".to_owned());
    for url in urls.iter().take(2) {
        answer = match fetch(asker, url) {
            Ok(list) => x509::list_says(&list, leaf, issuer, now)
                .unwrap_or_else(|| Revocation::Unknown("the authority's list cannot be read".to_owned())),
            Err(error) => Revocation::Unknown(format!(
                "the authority's list could not be had: {}",
                super::in_words(&error)
            )),
        };
        if !matches!(answer, Revocation::Unknown(_)) {
            break;
        }
    }
    answer
}

/// The body of a plain HTTP answer.
fn fetch(asker: &Asker<'_>, url: &str) -> io::Result<Vec<u8>> {
    exchange(asker, url, None)
}

/// The same; with a question, which is one to an OCSP service, it is posted.
fn exchange(asker: &Asker<'_>, url: &str, question: Option<&[u8]>) -> io::Result<Vec<u8>> {
    let odd = || io::Error::new(ErrorKind::InvalidInput, "not an address of HTTP");
    let rest = url.strip_prefix("http://").ok_or_else(odd)?;
    let (place, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, port) = match place.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| odd())?),
        None => (place, 80),
    };
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
    if host.is_empty() || !is_plain(host) || !is_plain(path) {
        return Err(odd());
    }
    let found = addresses(host, port)?;
    // A certificate of the open internet must not make us knock on doors inside.
    let may_be_asked = |ip: IpAddr| !is_inside(ip) || is_inside(asker.address.ip());
    let address = found.into_iter().find(|address| may_be_asked(address.ip())).ok_or_else(odd)?;
    let mut connection = asker.dialer.connect(address)?;
    let (method, about) = match question {
        None => ("GET", String::new()),
        Some(bytes) => {
            ("POST", format!("Content-Type: application/ocsp-request\r\nContent-Length: {}\r\n", bytes.len()))
        }
    };
    let head = format!(
        "{method} /{path} HTTP/1.0\r\nHost: {place}\r\nUser-Agent: barding\r\n{about}Connection: close\r\n\r\n"
    );
    connection.write_all(&[head.as_bytes(), question.unwrap_or_default()].concat())?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(odd)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    if head.split_whitespace().nth(1) != Some("200") {
        return Err(io::Error::new(ErrorKind::NotFound, "the authority did not answer with a file"));
    }
    Ok(answer.split_off(end + 4))
}
