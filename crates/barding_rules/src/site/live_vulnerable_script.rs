//! `live-vulnerable-script`: a script library with known weaknesses is loaded.

use super::{add, cut, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::elements;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-vulnerable-script"),
        title: "A script library with known weaknesses is loaded",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[1104],
        django_checks: &[],
        consequence: "Weaknesses of the library are weaknesses of the page.",
        advice: "Upgrade the library.",
        since: "0.1.0",
        page: include_str!("live_vulnerable_script.md"),
    },
    check: Check::Site(check),
};

/// Name in addresses, the first version without the weakness, and what it was.
const LIBRARIES: [(&str, [u32; 3], &str); 7] = [
    ("jquery-ui", [1, 13, 2], "CVE-2022-31160"),
    ("jquery", [3, 5, 0], "CVE-2020-11022"),
    ("bootstrap", [3, 4, 1], "CVE-2019-8331"),
    ("angular", [1, 8, 0], "CVE-2020-7676"),
    ("moment", [2, 29, 4], "CVE-2022-31129"),
    ("lodash", [4, 17, 21], "CVE-2021-23337"),
    ("handlebars", [4, 7, 7], "CVE-2021-23383"),
];

fn check(site: &Site, found: &mut Findings<'_>) {
    for page in pages(site, found) {
        for element in elements(&page.body).iter().filter(|element| element.name == "script") {
            let Some(address) = element.attribute("src") else { continue };
            // The jQuery inside Django's admin is Django's to mend.
            if address.contains("admin/js/vendor") {
                continue;
            }
            let Some((name, version, fixed, weakness)) = library(&address.to_ascii_lowercase()) else {
                continue;
            };
            let text = version.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            let fixed = fixed.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
            add(
                found,
                page,
                Confidence::Medium,
                format!("{name} {text} is loaded, which has {weakness}"),
                format!("`{}`", cut(address, 100)),
            )
            .advice(format!("Use {name} {fixed} or newer."));
        }
    }
}

fn library(address: &str) -> Option<(&'static str, [u32; 3], [u32; 3], &'static str)> {
    for (name, fixed, weakness) in LIBRARIES {
        for at in address.match_indices(name).map(|(at, _)| at) {
            let rest = &address[at + name.len()..];
            let rest = rest.trim_start_matches(".min").trim_start_matches(".js");
            let Some(rest) = rest.strip_prefix(['-', '@', '/']) else { continue };
            let mut parts = rest.split(|c: char| !c.is_ascii_digit());
            let numbers: Vec<u32> = parts.by_ref().take(3).map_while(|part| part.parse().ok()).collect();
            if let [major, minor, patch] = numbers[..] {
                let version = [major, minor, patch];
                return (version < fixed).then_some((name, version, fixed, weakness));
            }
        }
    }
    None
}
