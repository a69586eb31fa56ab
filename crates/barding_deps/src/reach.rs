//! Which part of a package each vulnerability is in, and how a project would have to use it to be open to it.
//!
//! What comes in: two curated data files. What goes out: [`parts`]. Whether a project does use a part is not known here:
//! a rule asks the project's model.

use crate::data::{self, Node};
use crate::{PackageName, Vulnerability};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static DJANGO: &str = include_str!("../data/reach_django.toml");
static PACKAGES: &str = include_str!("../data/reach_packages.toml");

/// The part of a package that a vulnerability is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The part in words: "`strip_tags`", "the form that resets a password".
    pub what: String,
    /// Dotted names that code imports, calls or inherits from, and that settings name as text.
    pub names: Vec<String>,
    /// Template filters.
    pub filters: Vec<String>,
    /// Template tags.
    pub tags: Vec<String>,
    /// Calls of these names, on whatever object.
    pub methods: Vec<String>,
    /// With which arguments.
    pub how: How,
    /// Names that classes set or define, and that code reads from any object.
    pub attributes: Vec<String>,
    /// Settings that must be truthy.
    pub settings: Vec<String>,
    /// Installed apps that bring the part with them.
    pub apps: Vec<String>,
    /// Why every site uses it.
    pub everywhere: Option<String>,
    /// What must hold besides.
    pub needs: Vec<Need>,
    /// Names that tell only that the part may be used.
    pub hints: Vec<String>,
    /// What was not looked at, when only that decides.
    pub maybe: Option<String>,
}

/// With which arguments a method has to be called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum How {
    /// With any.
    #[default]
    Any,
    /// With `**options`.
    Expanded,
    /// With one that is no constant.
    Varying,
}

/// A condition on the site as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// The database is PostgreSQL.
    PostgreSql,
    /// The database is MySQL or MariaDB.
    MySql,
    /// The database is Oracle.
    Oracle,
    /// The site runs on Windows.
    Windows,
    /// Django's admin is installed.
    Admin,
}

/// The part that a vulnerability of a package is in, where somebody looked it up.
pub fn part(package: &PackageName, vulnerability: &Vulnerability) -> Option<&'static Part> {
    let parts = PARTS.get(package.as_str())?;
    vulnerability.names.iter().find_map(|name| parts.get(name.as_str())).copied()
}

/// Whether any vulnerability of this package has been looked up.
pub fn knows(package: &PackageName) -> bool {
    PARTS.contains_key(package.as_str())
}

/// Every name that some part is known by when classes set it or code reads it from an object.
pub fn attributes() -> BTreeSet<&'static str> {
    LIST.iter().flat_map(|(_, _, part)| &part.attributes).map(String::as_str).collect()
}

/// By package, then by name of the vulnerability.
type Parts = BTreeMap<&'static str, BTreeMap<&'static str, &'static Part>>;

static LIST: LazyLock<Vec<(String, Vec<String>, Part)>> = LazyLock::new(|| {
    let mut list = read(DJANGO, Some("django"));
    list.extend(read(PACKAGES, None));
    list
});

static PARTS: LazyLock<Parts> = LazyLock::new(|| {
    let mut parts = Parts::new();
    for (package, names, part) in LIST.iter() {
        let of = parts.entry(package).or_default();
        of.extend(names.iter().map(|name| (name.as_str(), part)));
    }
    parts
});

fn read(text: &str, package: Option<&str>) -> Vec<(String, Vec<String>, Part)> {
    let (root, _) = data::toml(text);
    let read = |node: &Node<'_>| {
        let texts = |key: &str| -> Vec<String> {
            node.items_at(key).iter().filter_map(Node::text).map(str::to_owned).collect()
        };
        let part = Part {
            what: node.text_at("what")?.to_owned(),
            names: texts("names"),
            filters: texts("filters"),
            tags: texts("tags"),
            methods: texts("methods"),
            how: match node.text_at("how") {
                Some("expanded") => How::Expanded,
                Some("varying") => How::Varying,
                _ => How::Any,
            },
            attributes: texts("attributes"),
            settings: texts("settings"),
            apps: texts("apps"),
            everywhere: node.text_at("everywhere").map(str::to_owned),
            needs: texts("needs").iter().filter_map(|need| need_of(need)).collect(),
            hints: texts("hints"),
            maybe: node.text_at("maybe").map(str::to_owned),
        };
        Some((package.or(node.text_at("package"))?.to_owned(), texts("of"), part))
    };
    root.items_at("part").iter().filter_map(read).collect()
}

fn need_of(word: &str) -> Option<Need> {
    Some(match word {
        "postgresql" => Need::PostgreSql,
        "mysql" => Need::MySql,
        "oracle" => Need::Oracle,
        "windows" => Need::Windows,
        "admin" => Need::Admin,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advisories::django_releases;

    #[test]
    fn every_entry_is_read_whole() {
        for (text, package) in [(DJANGO, Some("django")), (PACKAGES, None)] {
            let (root, troubles) = data::toml(text);
            assert!(troubles.is_empty(), "{troubles:?}");
            assert_eq!(read(text, package).len(), root.items_at("part").len());
            for node in root.items_at("part") {
                let what = node.text_at("what").unwrap_or("an entry without words");
                for entry in node.entries() {
                    let known = [
                        "package",
                        "of",
                        "what",
                        "names",
                        "filters",
                        "tags",
                        "methods",
                        "how",
                        "attributes",
                        "settings",
                        "apps",
                        "everywhere",
                        "needs",
                        "hints",
                        "maybe",
                    ];
                    assert!(known.contains(&entry.key.as_ref()), "{what}: {}", entry.key);
                }
                for need in node.items_at("needs") {
                    assert!(need.text().and_then(need_of).is_some(), "{what}: {need:?}");
                }
                assert!(matches!(node.text_at("how"), None | Some("any" | "expanded" | "varying")), "{what}");
                assert_eq!(node.get("methods").is_some(), node.get("how").is_some(), "{what}");
            }
        }
    }

    #[test]
    fn every_entry_can_be_answered() {
        for (package, names, part) in LIST.iter() {
            let asks = [&part.names, &part.filters, &part.tags, &part.methods, &part.attributes];
            let sure = asks.iter().any(|list| !list.is_empty())
                || !part.settings.is_empty()
                || !part.apps.is_empty()
                || part.everywhere.is_some();
            assert!(sure || !part.hints.is_empty(), "{package}: {}", part.what);
            assert_eq!(
                !part.hints.is_empty(),
                part.maybe.is_some() && part.everywhere.is_none(),
                "{package}: {}",
                part.what
            );
            assert!(!names.is_empty(), "{package}: {}", part.what);
        }
    }

    #[test]
    fn every_weakness_of_django_is_looked_up_once() {
        let mut seen = BTreeSet::new();
        for (package, names, _) in LIST.iter() {
            for name in names {
                assert!(seen.insert((package, name)), "{package} {name} stands twice");
            }
        }
        for id in django_releases() {
            assert!(PARTS["django"].contains_key(id.as_str()), "{id}");
        }
        assert!(PARTS.len() > 30, "Django and the thirty packages most used with it");
    }
}
