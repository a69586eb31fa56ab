//! `live-vulnerable-script`: a script library with known weaknesses is loaded.

use super::{add, cut, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::elements;
use barding_live::site::{Exchange, Purpose, Site};
use std::collections::BTreeSet;
use std::sync::LazyLock;

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

/// Versions of a library that have a weakness.
struct Range {
    library: &'static str,
    /// What the library is called in addresses, in small letters.
    names: Vec<&'static str>,
    /// What stands before the version in its files, in small letters.
    banners: Vec<String>,
    from: Version,
    fixed: Version,
    weakness: &'static str,
}

type Version = [u32; 3];

static RANGES: LazyLock<Vec<Range>> = LazyLock::new(|| {
    let lines = include_str!("data/scripts.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(range).collect()
});

fn range(line: &'static str) -> Option<Range> {
    let columns: Vec<&'static str> = line.split('\t').collect();
    let [library, names, banners, from, fixed, weakness] = columns[..] else { return None };
    Some(Range {
        library,
        names: names.split(',').collect(),
        banners: banners
            .split('|')
            .filter(|banner| !banner.is_empty())
            .map(|banner| banner.replace("\\n", "\n"))
            .collect(),
        from: version(from)?,
        fixed: version(fixed)?,
        weakness,
    })
}

/// Letters of a file among which its banner stands.
const BANNER: usize = 600;

fn check(site: &Site, found: &mut Findings<'_>) {
    let mut told = BTreeSet::new();
    for page in pages(site, found) {
        for element in elements(&page.body).iter().filter(|element| element.name == "script") {
            let Some(address) = element.attribute("src") else { continue };
            // The jQuery inside Django's admin is Django's to mend.
            if address.contains("admin/js/vendor") {
                continue;
            }
            if let Some((range, version)) = by_address(&address.to_ascii_lowercase())
                && told.insert((range.library, version))
            {
                tell(found, page, range, version, format!("`{}`", cut(address, 100)));
            }
        }
    }
    for script in site.answered(Purpose::Static).filter(|script| script.is_success()) {
        if script.url().path().contains("admin/js/vendor") {
            continue;
        }
        let start: String = script.body.chars().take(BANNER).collect::<String>().to_ascii_lowercase();
        if let Some((range, version, banner)) = by_banner(&start)
            && told.insert((range.library, version))
        {
            tell(
                found,
                script,
                range,
                version,
                format!("the file begins with `{}`", cut(banner.trim(), 100)),
            );
        }
    }
}

fn tell(found: &mut Findings<'_>, exchange: &Exchange, range: &Range, version: Version, decisive: String) {
    let text = |version: Version| version.map(|part| part.to_string()).join(".");
    let Range { library, weakness, fixed, .. } = range;
    add(
        found,
        exchange,
        Confidence::Medium,
        format!("{library} {} is loaded, which has {weakness}", text(version)),
        decisive,
    )
    .advice(format!("Use {library} {} or newer.", text(*fixed)));
}

/// The library that an address names with a version in which it is weak.
fn by_address(address: &str) -> Option<(&'static Range, Version)> {
    RANGES.iter().find_map(|range| {
        let version = range.names.iter().find_map(|name| version_in_address(address, name))?;
        range.has(version).then_some((range, version))
    })
}

/// The version behind a name: `jquery-1.12.4.min.js`, `jquery@1.12.4`, `jquery/1.12.4/jquery.min.js`.
fn version_in_address(address: &str, name: &str) -> Option<Version> {
    address.match_indices(name).find_map(|(at, _)| {
        if address[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && !address[..at].ends_with("www.")
        {
            return None;
        }
        let rest = &address[at + name.len()..];
        let rest = rest.strip_prefix(".min").unwrap_or(rest);
        let rest = rest.strip_prefix(".js").unwrap_or(rest).strip_prefix(['-', '@', '/'])?;
        version(rest.strip_prefix('v').unwrap_or(rest))
    })
}

/// The library that says at the beginning of its file that it is of a weak version, and the line that says so.
fn by_banner(start: &str) -> Option<(&'static Range, Version, &str)> {
    RANGES.iter().find_map(|range| {
        range.banners.iter().find_map(|banner| {
            let at = start.find(banner.as_str())?;
            let line = start[..at].rfind('\n').map_or(0, |end| end + 1);
            // A banner begins its line; what needs, wraps or speaks of a library names it behind other words.
            let before = start[line..at].replace("@license", "");
            if before.contains(|c: char| c.is_alphanumeric()) {
                return None;
            }
            let version = version(&start[at + banner.len()..])?;
            let end =
                start[at + banner.len()..].find('\n').map_or(start.len(), |end| at + banner.len() + end);
            range.has(version).then_some((range, version, &start[at..end]))
        })
    })
}

impl Range {
    fn has(&self, version: Version) -> bool {
        (self.from..self.fixed).contains(&version)
    }
}

/// The version at the beginning of a text: two or three numbers; one alone only when nothing else is there.
fn version(text: &str) -> Option<Version> {
    let mut version = [0; 3];
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let parts: Vec<&str> = text[..end].split('.').filter(|part| !part.is_empty()).collect();
    if parts.is_empty() || parts.len() == 1 && end < text.len() {
        return None;
    }
    for (slot, part) in version.iter_mut().zip(parts) {
        *slot = part.parse().ok()?;
    }
    Some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let lines = include_str!("data/scripts.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(RANGES.len(), lines);
        assert!(RANGES.iter().all(|range| range.from < range.fixed));
    }

    #[test]
    fn versions_are_told_from_addresses() {
        let told = |address: &str| by_address(address).map(|(range, version)| (range.library, version));
        assert_eq!(told("/static/js/jquery-1.12.4.min.js"), Some(("jquery", [1, 12, 4])));
        assert_eq!(told("https://code.jquery.com/jquery-3.7.1.js"), None);
        assert_eq!(
            told("https://cdn.example/libs/chart.js/2.7.0/chart.min.js"),
            Some(("Chart.js", [2, 7, 0]))
        );
        assert_eq!(
            told("https://cdn.example/npm/bootstrap@4.1.3/dist/js/bootstrap.min.js"),
            Some(("bootstrap", [4, 1, 3]))
        );
        assert_eq!(told("https://cdn.example/npm/bootstrap@3.4.1/dist/js/bootstrap.min.js"), None);
        assert_eq!(told("https://cdn.example/npm/bootstrap-select@1.13.18/x.js"), None);
        assert_eq!(told("/static/js/moment-timezone-0.5.3.js"), None);
        assert_eq!(told("/static/js/bookmarked-1.0.0.js"), None);
        assert_eq!(told("/static/js/jquery.js"), None);
        assert_eq!(told("/static/chart-3f2a.js"), None);
    }

    #[test]
    fn versions_are_told_from_the_beginning_of_files() {
        let told = |start: &str| by_banner(start).map(|(range, version, _)| (range.library, version));
        assert_eq!(
            told("/*! jquery v1.12.4 | (c) jquery foundation */\n!function"),
            Some(("jquery", [1, 12, 4]))
        );
        assert_eq!(told("//! moment.js\n//! version : 2.18.1\n"), Some(("moment", [2, 18, 1])));
        assert_eq!(told("/*!\n * select2 4.0.3\n"), Some(("select2", [4, 0, 3])));
        assert_eq!(told("/*! @license dompurify 2.3.0 | (c) */"), Some(("DOMPurify", [2, 3, 0])));
        assert_eq!(told("/* our plugin, needs jquery v1.7.0 */"), None);
        assert_eq!(told("/*! jquery v3.7.1 */"), None);
    }
}
