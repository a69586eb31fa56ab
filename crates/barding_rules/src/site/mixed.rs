//! What pages over HTTPS load over plain HTTP.

use super::{add, cut, pages};
use crate::Findings;
use barding_finding::Confidence;
use barding_live::site::Site;
use barding_live::site::html::{Element, elements};

/// Adds a finding for each page that loads something over plain HTTP; `attributes` names where an element says what it
/// loads, and nothing for elements that are not asked about.
pub(super) fn judge(
    site: &Site,
    found: &mut Findings<'_>,
    attributes: impl Fn(&Element) -> &'static [&'static str],
) {
    for page in pages(site, found).into_iter().filter(|page| page.is_secure()) {
        let mut hits: Vec<String> = Vec::new();
        for element in elements(&page.body) {
            let addresses = attributes(&element).iter().filter_map(|name| element.attribute(name));
            hits.extend(addresses.filter(|address| is_plain(address)).map(str::to_owned));
        }
        if let Some(first) = hits.first() {
            let more = if hits.len() > 1 { format!(" and {} more", hits.len() - 1) } else { String::new() };
            add(
                found,
                page,
                Confidence::High,
                format!("`{}`{more} is loaded over plain HTTP", cut(first, 100)),
                format!("it is on {}", cut(&page.path(), 80)),
            );
        }
    }
}

fn is_plain(address: &str) -> bool {
    address.trim().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"))
}
