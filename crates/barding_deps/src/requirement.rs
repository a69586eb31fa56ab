//! One requirement in the grammar of PEP 508, with places, and more tolerant than the grammar where pip is.

use crate::manifest::without_credentials;
use crate::{Origin, Package, PackageName, Wanted};
use barding_source::{FileId, Span};

/// Reads `name[extras] specifiers ; marker` or `name[extras] @ url ; marker`. `start` is the byte of the file at which
/// `text` stands. `None` when it is no requirement at all.
pub(crate) fn read(text: &str, file: FileId, start: u32) -> Option<Package> {
    let lead = text.len() - text.trim_start().len();
    let start = start + lead as u32;
    let text = text.trim();
    let place = Span::new(file, start, start + text.len() as u32);
    let name_end = text
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)))
        .unwrap_or(text.len());
    let name = text[..name_end].trim_end_matches(['-', '.', '_']);
    if !PackageName::is_valid(name) {
        return None;
    }
    let mut at = name_end;
    let mut extras = Vec::new();
    skip_space(text, &mut at);
    if text[at..].starts_with('[') {
        let close = text[at..].find(']')? + at;
        extras = text[at + 1..close]
            .split(',')
            .map(str::trim)
            .filter(|extra| !extra.is_empty())
            .map(str::to_owned)
            .collect();
        at = close + 1;
        skip_space(text, &mut at);
    }
    let rest = &text[at..];
    if let Some(url) = rest.strip_prefix('@') {
        // A marker after an address needs a space before its semicolon.
        let (url, marker) = match url.find(" ;") {
            Some(end) => (&url[..end], marker_of(&url[end + 2..])),
            None => (url, None),
        };
        let mut package = Package::new(name, Wanted::Any, "", place);
        let (origin, hashed, version) = origin(url.trim());
        package.origin = origin;
        package.hashed = hashed;
        if let Some(version) = version {
            package.wanted = Wanted::version(&version);
        }
        package.written = format!("@ {}", without_credentials(url.trim()));
        package.extras = extras;
        package.marker = marker;
        return Some(package);
    }
    let (specifiers, marker) = match rest.find(';') {
        Some(end) => (&rest[..end], marker_of(&rest[end + 1..])),
        None => (rest, None),
    };
    let inner = specifiers.trim();
    let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(inner).trim();
    if !inner.is_empty() && !inner.starts_with(['=', '<', '>', '!', '~']) {
        return None;
    }
    let mut package = Package::new(name, Wanted::specifiers(inner), inner, place);
    package.extras = extras;
    package.marker = marker;
    if package.version().is_some() {
        package.version_place = version_place(text, inner, place);
    }
    Some(package)
}

fn skip_space(text: &str, at: &mut usize) {
    *at += text[*at..].len() - text[*at..].trim_start().len();
}

fn marker_of(text: &str) -> Option<String> {
    let marker = text.trim();
    (!marker.is_empty()).then(|| marker.to_owned())
}

/// The bytes of the version in `==4.2.1`.
fn version_place(text: &str, inner: &str, place: Span) -> Option<Span> {
    let offset = inner.as_ptr() as usize - text.as_ptr() as usize;
    let version = inner.trim_start_matches(['=', ' ', '\t']).trim_end_matches(',').trim_end();
    let version = version.split(char::is_whitespace).next()?;
    let lead = version.as_ptr() as usize - inner.as_ptr() as usize;
    let start = place.start + (offset + lead) as u32;
    Some(Span::new(place.file, start, start + version.len() as u32))
}

/// What an address says: where the package comes from, whether it carries a hash, and the version in an archive's name.
pub(crate) fn origin(url: &str) -> (Origin, bool, Option<String>) {
    let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
    let hashed = fragment.split('&').any(|part| {
        part.split_once('=')
            .is_some_and(|(name, value)| matches!(name, "sha256" | "sha384" | "sha512") && value.len() >= 64)
    });
    for system in ["git", "hg", "svn", "bzr"] {
        let plain = address.strip_prefix(system).filter(|rest| rest.starts_with("://"));
        let plus = address.strip_prefix(system).and_then(|rest| rest.strip_prefix('+'));
        if plain.is_none() && plus.is_none() {
            continue;
        }
        let location = plus.unwrap_or(address);
        let after_host = location.find("://").map_or(0, |at| at + 3);
        let path = location[after_host..].find(['/', ':']).map_or(location.len(), |at| after_host + at);
        let (base, revision) = match location[path..].rfind('@') {
            Some(at) => (&location[..path + at], Some(location[path + at + 1..].to_owned())),
            None => (location, None),
        };
        let url = without_credentials(base);
        return (Origin::Repository { system: system.to_owned(), url, revision }, hashed, None);
    }
    if let Some(path) = address.strip_prefix("file:") {
        return (Origin::Path(path.trim_start_matches('/').to_owned()), hashed, version_of_archive(address));
    }
    if address.contains("://") {
        return (Origin::Url(without_credentials(address)), hashed, version_of_archive(address));
    }
    (Origin::Path(address.to_owned()), hashed, version_of_archive(address))
}

/// The version in the name of a wheel or source archive: `Django-4.2.1-py3-none-any.whl`, `Django-4.2.1.tar.gz`.
pub(crate) fn version_of_archive(address: &str) -> Option<String> {
    name_and_version_of_archive(address).map(|(_, version)| version)
}

/// Name and version in the name of a wheel or source archive.
pub(crate) fn name_and_version_of_archive(address: &str) -> Option<(String, String)> {
    let path = address.split(['?', '#']).next()?;
    let name = path.rsplit(['/', '\\']).next()?;
    if let Some(wheel) = name.strip_suffix(".whl") {
        let mut parts = wheel.split('-');
        let (name, version) = (parts.next()?, parts.next()?);
        return (parts.count() >= 3 && PackageName::is_valid(name))
            .then(|| (name.to_owned(), version.replace("%2B", "+").replace("%2b", "+")));
    }
    let stem =
        [".tar.gz", ".tar.bz2", ".tar.xz", ".tgz", ".zip"].iter().find_map(|end| name.strip_suffix(end))?;
    let (name, version) = stem.rsplit_once('-')?;
    let reads = PackageName::is_valid(name) && matches!(Wanted::version(version), Wanted::Exactly(_));
    reads.then(|| (name.to_owned(), version.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(text: &str) -> Package {
        read(text, FileId(0), 0).unwrap_or_else(|| panic!("{text} is a requirement"))
    }

    #[test]
    fn the_grammar_of_pep_508() {
        let django = package("  Django[argon2, bcrypt] (>=4.2,<5) ; python_version >= '3.8'");
        assert_eq!(django.name.as_str(), "django");
        assert_eq!(django.extras, ["argon2", "bcrypt"]);
        assert_eq!(django.written, ">=4.2,<5");
        assert_eq!(django.marker.as_deref(), Some("python_version >= '3.8'"));
        assert_eq!(package("A.B-C_D~=1.0").name.as_str(), "a-b-c-d");
        assert!(read("--hash=sha256:x", FileId(0), 0).is_none());
        assert!(read("<<<<<<< HEAD", FileId(0), 0).is_none());
        assert!(read("two words", FileId(0), 0).is_none());
    }

    #[test]
    fn the_place_of_a_version_can_be_rewritten() {
        let text = "Django [argon2] == 4.2.1 ; python_version > '3'";
        let place = package(text).version_place.unwrap();
        assert_eq!(&text[place.start as usize..place.end as usize], "4.2.1");
        assert!(package("django>=4").version_place.is_none());
    }

    #[test]
    fn addresses_tell_the_origin() {
        let git = package("shop @ git+https://user:secret@code.example/shop.git@v1.2#egg=shop");
        assert_eq!(
            git.origin,
            Origin::Repository {
                system: "git".to_owned(),
                url: "https://code.example/shop.git".to_owned(),
                revision: Some("v1.2".to_owned())
            }
        );
        assert!(!git.written.contains("secret"));
        let ssh = origin("git+ssh://git@code.example:22/shop.git");
        assert!(matches!(ssh.0, Origin::Repository { revision: None, .. }));
        let wheel = package(
            "django @ https://packages.example/Django-4.2.1-py3-none-any.whl#sha256=0123456789012345678901234567890123456789012345678901234567890123",
        );
        assert!(wheel.hashed);
        assert_eq!(wheel.version().map(ToString::to_string).as_deref(), Some("4.2.1"));
    }
}
