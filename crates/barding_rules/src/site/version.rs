//! Which releases of Django a site may run, by what it shows: the technical pages say it outright, the files of the admin
//! and the markup of its login page narrow it down.

use super::{around, cut};
use barding_live::site::html::elements;
use barding_live::site::{Exchange, Purpose, Site};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The releases that were measured: the first and the last of each series.
const MEASURED: [&str; 36] = [
    "1.8", "1.8.19", "1.9", "1.9.13", "1.10", "1.10.8", "1.11", "1.11.29", "2.0", "2.0.13", "2.1", "2.1.15",
    "2.2", "2.2.28", "3.0", "3.0.14", "3.1", "3.1.14", "3.2", "3.2.25", "4.0", "4.0.10", "4.1", "4.1.13",
    "4.2", "4.2.30", "5.0", "5.0.14", "5.1", "5.1.15", "5.2", "5.2.19", "6.0", "6.0.10", "6.1", "6.1.3",
];

struct Row {
    path: &'static str,
    sha256: &'static str,
    manifest: &'static str,
    releases: Vec<usize>,
}

static FILES: LazyLock<Vec<Row>> = LazyLock::new(|| {
    include_str!("data/admin_files.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(row)
        .collect()
});

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('\t');
    let (path, sha256, manifest) = (columns.next()?, columns.next()?, columns.next()?);
    let at = |name: &str| MEASURED.iter().position(|own| *own == name);
    let mut releases = Vec::new();
    for range in columns.next()?.split(' ') {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        releases.extend(at(first)?..=at(last)?);
    }
    Some(Row { path, sha256, manifest, releases })
}

/// What is known about the version of Django.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The full version, where a page said it.
    pub exact: Option<String>,
    /// The series it may be of, oldest first: `4.2`.
    pub series: Vec<String>,
    /// Of the measured releases those that fit.
    pub releases: Vec<String>,
    /// What tells so.
    pub because: Vec<String>,
}

/// The answer that tells most about the version.
pub(super) fn shown_by(site: &Site) -> Option<&Exchange> {
    let outright = site.exchanges.iter().find(|exchange| exchange.body.contains("Django Version:"));
    let is_file = |exchange: &&Exchange| exchange.is_success() && !exchange.sha256.is_empty();
    let cookie = || {
        let own = site.cookies().into_iter().find(|(cookie, _)| cookie.name == "csrftoken");
        own.map(|(_, exchange)| exchange)
    };
    let file = || site.with(Purpose::Fingerprint).find(is_file);
    outright.or_else(file).or_else(|| site.admin_login()).or_else(cookie)
}

/// The series of Django that a site may run; `None` when nothing tells.
pub fn versions(site: &Site) -> Option<Seen> {
    let exact = site.exchanges.iter().find_map(|exchange| Some((exact(exchange)?, exchange)));
    if let Some((version, exchange)) = exact {
        let series = version.split('.').take(2).collect::<Vec<_>>().join(".");
        let because = vec![format!("{} says so: {}", exchange.url, around(&exchange.body, "Django Version"))];
        return Some(Seen {
            exact: Some(version.clone()),
            series: vec![series],
            releases: vec![version],
            because,
        });
    }
    let mut fits: BTreeSet<usize> = (0..MEASURED.len()).collect();
    let mut because = Vec::new();
    for exchange in site
        .with(Purpose::Fingerprint)
        .filter(|exchange| exchange.is_success() && !exchange.sha256.is_empty())
    {
        let path = exchange.path();
        let of_file: Vec<&Row> =
            FILES.iter().filter(|row| path.ends_with(row.path) && row.sha256 == exchange.sha256).collect();
        if of_file.is_empty() {
            continue;
        }
        narrow(&mut fits, of_file.iter().flat_map(|row| row.releases.iter().copied()));
        because.push(format!("{} is the file that {} ships", exchange.url, words(of_file[0])));
    }
    if let Some(login) = site.admin_login() {
        by_manifest(login, &mut fits, &mut because);
        by_markup(login, &mut fits, &mut because);
    }
    by_cookie(site, &mut fits, &mut because);
    if because.is_empty() || fits.is_empty() {
        return None;
    }
    let releases: Vec<String> = fits.iter().map(|at| MEASURED[*at].to_owned()).collect();
    let mut series: Vec<String> = Vec::new();
    for release in &releases {
        let own = release.split('.').take(2).collect::<Vec<_>>().join(".");
        if !series.contains(&own) {
            series.push(own);
        }
    }
    Some(Seen { exact: None, series, releases, because })
}

fn words(row: &Row) -> String {
    let first = row.releases.first().map_or("", |at| MEASURED[*at]);
    let last = row.releases.last().map_or("", |at| MEASURED[*at]);
    if first == last { format!("Django {first}") } else { format!("Django {first} to {last}") }
}

fn narrow(fits: &mut BTreeSet<usize>, to: impl Iterator<Item = usize>) {
    let to: BTreeSet<usize> = to.collect();
    // Two marks that exclude each other: a file was replaced. Nothing is said rather than something wrong.
    fits.retain(|at| to.contains(at));
}

/// The version that a technical page says.
fn exact(exchange: &Exchange) -> Option<String> {
    let body = &exchange.body;
    let at = body.find("Django Version:")?;
    let rest = &body[at + "Django Version:".len()..];
    let start = rest.find(|c: char| c.is_ascii_digit()).filter(|start| *start < 80)?;
    let version: String =
        rest[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '.').collect();
    (version.contains('.') && version.len() < 20).then(|| version.trim_end_matches('.').to_owned())
}

/// Names such as `base.4d10ed9b5ee5.css` on the login page.
fn by_manifest(login: &Exchange, fits: &mut BTreeSet<usize>, because: &mut Vec<String>) {
    for element in elements(&login.body) {
        let address = match element.name.as_str() {
            "link" => element.attribute("href"),
            "script" => element.attribute("src"),
            _ => None,
        };
        let Some(address) = address.map(|address| address.split('?').next().unwrap_or_default()) else {
            continue;
        };
        let hit: Vec<&Row> =
            FILES.iter().filter(|row| !row.manifest.is_empty() && is_named(address, row)).collect();
        if let Some(first) = hit.first() {
            narrow(fits, hit.iter().flat_map(|row| row.releases.iter().copied()));
            because.push(format!(
                "the login page links to `{}`, a name that {} makes",
                cut(address, 80),
                words(first)
            ));
        }
    }
}

fn is_named(address: &str, row: &Row) -> bool {
    let Some((stem, ending)) = row.path.rsplit_once('.') else { return false };
    address.ends_with(&format!("{stem}.{}.{ending}", row.manifest))
}

/// What the markup of the login page has, from which release on and up to which.
const MARKUP: [(&str, &str, Option<&str>); 13] = [
    ("data-admin-utc-offset", "1.9", None),
    ("css/responsive.css", "2.0", None),
    ("autocapitalize=\"none\"", "3.0", None),
    ("css/nav_sidebar.css", "3.1", None),
    ("class=\"main shifted\"", "3.1", Some("3.2.25")),
    ("dir=\"ltr\"", "3.2", None),
    ("css/dark_mode.css", "4.1", None),
    ("js/theme.js", "4.2", None),
    ("user-scalable=no", "2.0", Some("4.2.30")),
    ("<header id=\"header\">", "5.0", None),
    ("<footer id=\"footer\">", "5.1", None),
    ("width=\"1.5rem\"", "5.2", Some("5.2.19")),
    ("data-admin-server-timezone", "6.1", None),
];

fn by_markup(login: &Exchange, fits: &mut BTreeSet<usize>, because: &mut Vec<String>) {
    // A template of the project's own says nothing: without Django's own style sheet this is somebody else's page.
    if !login.body.contains("admin/css/base") || !login.body.contains("admin/css/login") {
        return;
    }
    let at = |name: &str| MEASURED.iter().position(|own| *own == name).unwrap_or(0);
    let before = fits.len();
    for (mark, since, until) in MARKUP {
        if login.body.contains(mark) {
            let last = until.map_or(MEASURED.len() - 1, at);
            narrow(fits, at(since)..=last);
        } else if until.is_none() {
            narrow(fits, 0..at(since));
        }
    }
    if fits.len() < before && !fits.is_empty() {
        because.push(format!("the markup of {} is that of these releases", login.url));
    }
}

/// The length of the CSRF cookie: 64 characters from 1.10 to 4.0, 32 before and after. We send none, so it is a new one.
fn by_cookie(site: &Site, fits: &mut BTreeSet<usize>, because: &mut Vec<String>) {
    let at = |name: &str| MEASURED.iter().position(|own| *own == name).unwrap_or(0);
    let (first, last) = (at("1.10"), at("4.0.10"));
    for (cookie, exchange) in site.cookies().into_iter().filter(|(cookie, _)| cookie.name == "csrftoken") {
        if !cookie.value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            continue;
        }
        match cookie.value.len() {
            64 => {
                narrow(fits, first..=last);
                because.push(format!(
                    "{} sets a CSRF cookie of 64 characters, as Django 1.10 to 4.0 does",
                    cut(&exchange.url, 100)
                ));
            }
            // Other things than Django use the name too; beside marks of Django it says something.
            32 if !because.is_empty() => narrow(fits, (0..first).chain(last + 1..MEASURED.len())),
            _ => continue,
        }
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let lines =
            include_str!("data/admin_files.tsv").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(FILES.len(), lines);
    }

    #[test]
    fn files_narrow_it_down() {
        let file = |path: &str, sha256: &str| Exchange {
            purpose: Purpose::Fingerprint,
            url: format!("https://shop.example/static/{path}"),
            status: 200,
            sha256: sha256.to_owned(),
            ..Exchange::default()
        };
        let digest = "c58218068891a71d7cc2271b87049cbe24973557c13050f89e548bf83fd7a786";
        let site = Site { exchanges: vec![file("admin/css/forms.css", digest)], ..Site::default() };
        let seen = versions(&site).unwrap();
        assert_eq!(seen.series, ["4.2", "5.0"]);
        assert_eq!(seen.releases, ["4.2.30", "5.0.14"]);
        assert_eq!(
            versions(&Site { exchanges: vec![file("admin/css/forms.css", "00")], ..Site::default() }),
            None
        );
    }

    #[test]
    fn the_length_of_the_csrf_cookie_narrows_it_down() {
        let seen = |value: &str| {
            let cookie = format!("csrftoken={value}; Path=/; SameSite=Lax");
            let front = Exchange {
                purpose: Purpose::FrontHttps,
                url: "https://shop.example/".to_owned(),
                status: 200,
                headers: vec![("Set-Cookie".to_owned(), cookie)],
                ..Exchange::default()
            };
            versions(&Site { url: front.url.clone(), exchanges: vec![front], ..Site::default() })
        };
        let old = seen(&"aB3".repeat(22)[..64]).unwrap();
        assert_eq!(old.series.first().map(String::as_str), Some("1.10"));
        assert_eq!(old.series.last().map(String::as_str), Some("4.0"));
        // Thirty-two characters alone, and other alphabets, may be anybody's.
        assert_eq!(seen(&"aB3".repeat(22)[..32]), None);
        assert_eq!(seen(&"a-_".repeat(22)[..64]), None);
    }
}
