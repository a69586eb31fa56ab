//! `/.well-known/security.txt` (RFC 9116): where people report weaknesses.

use crate::site::Site;
use crate::wishes::Wishes;

/// The file. It holds for a year from the first of this month, so that the same month gives the same bytes.
pub fn security_txt(site: &Site, wishes: &Wishes, expires: Option<&str>) -> String {
    let domain = site.main_domain();
    let contact = match wishes.contact.as_deref().map(str::trim) {
        Some(contact)
            if contact.starts_with("https://")
                || contact.starts_with("mailto:")
                || contact.starts_with("tel:") =>
        {
            contact.to_owned()
        }
        Some(contact) if contact.contains('@') => format!("mailto:{contact}"),
        Some(contact) if !contact.is_empty() => format!("https://{}", contact.trim_start_matches("http://")),
        _ => format!("mailto:security@{domain}"),
    };
    let contact: String = contact.chars().filter(|letter| !letter.is_control() && *letter != ' ').collect();
    let expires = expires.map_or_else(|| next_year(&wishes.today), str::to_owned);
    let mut out = String::from(
        "# Where to report a weakness of this site (RFC 9116). Made by `barding generate security-txt`.\n",
    );
    if wishes.contact.is_none() {
        out.push_str("# Somebody must read this address; --contact names another one.\n");
    }
    out.push_str(&format!("Contact: {contact}\n"));
    out.push_str("# Readers take an expired file for abandoned: renew it before that day.\n");
    out.push_str(&format!("Expires: {expires}\n"));
    out.push_str(&format!("Canonical: https://{domain}/.well-known/security.txt\n"));
    let language = site.language.as_deref().unwrap_or("en");
    let language = language.split(['-', '_']).next().unwrap_or("en");
    if language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase()) {
        let also = if language == "en" { "" } else { ", en" };
        out.push_str(&format!("Preferred-Languages: {language}{also}\n"));
    }
    out
}

/// The first of this month, a year later, at midnight UTC.
fn next_year(today: &str) -> String {
    let mut parts = today.splitn(3, '-');
    let year: u32 = parts.next().and_then(|year| year.parse().ok()).unwrap_or(2026);
    let month: u32 = parts.next().and_then(|month| month.parse().ok()).unwrap_or(1);
    format!("{:04}-{month:02}-01T00:00:00Z", year + 1)
}
