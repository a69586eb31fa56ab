//! Paths as texts. [`ROOT`] at the start stands for the audited folder, wherever that is on the real machine.

use super::val::{ABOVE, ROOT};

/// `os.path.join(base, more)`.
pub(super) fn join(base: &str, more: &str) -> String {
    if more.starts_with('/') || more.starts_with(ROOT) || base.is_empty() {
        return more.to_owned();
    }
    if base.ends_with('/') { format!("{base}{more}") } else { format!("{base}/{more}") }
}

/// `os.path.dirname(path)`.
pub(super) fn dirname(path: &str) -> String {
    if is_above_root(path) {
        return format!("{path}{ABOVE}");
    }
    match path.rfind('/') {
        None => String::new(),
        Some(0) => "/".to_owned(),
        Some(at) => path[..at].trim_end_matches('/').to_owned(),
    }
}

/// The root itself or a folder above it.
fn is_above_root(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.chars().all(|letter| letter == ABOVE))
}

/// `os.path.basename(path)`; `None` where that depends on the machine.
pub(super) fn basename(path: &str) -> Option<String> {
    if is_above_root(path) {
        return None;
    }
    Some(path.rsplit('/').next().unwrap_or_default().to_owned())
}

/// `os.path.normpath(path)`.
pub(super) fn normpath(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let rooted = path.starts_with(ROOT);
    let absolute = path.starts_with('/');
    let (mut start, rest) = if rooted {
        let end = path.find(|letter| letter != ROOT && letter != ABOVE).unwrap_or(path.len());
        (path[..end].to_owned(), &path[end..])
    } else {
        (String::new(), path)
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in rest.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&"..") => parts.push(".."),
                Some(_) => {
                    parts.pop();
                }
                None if rooted => start.push(ABOVE),
                None if absolute => {}
                None => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, absolute, joined.is_empty()) {
        (true, _, true) => start,
        (true, _, false) => format!("{start}/{joined}"),
        (false, true, _) => format!("/{joined}"),
        (false, false, true) => ".".to_owned(),
        (false, false, false) => joined,
    }
}

/// The text of `pathlib.Path(path)`: no doubled slashes, no `.`, but `..` stays.
pub(super) fn pure(path: &str) -> String {
    let absolute = path.starts_with('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `Path(path).parent`.
pub(super) fn parent(path: &str) -> String {
    let parent = dirname(path);
    if parent.is_empty() { ".".to_owned() } else { parent }
}

/// The path relative to the audited folder, when it lies inside.
pub(super) fn inside(path: &str) -> Option<String> {
    let normal = normpath(path);
    let rest = normal.strip_prefix(ROOT)?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    (!rest.starts_with(ABOVE)).then(|| rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_follow_the_standard_library() {
        let root = |rest: &str| format!("{ROOT}{rest}");
        assert_eq!(dirname(&root("/shop/settings.py")), root("/shop"));
        assert_eq!(dirname(&dirname(&dirname(&root("/shop/settings.py")))), root(&ABOVE.to_string()));
        assert_eq!(normpath(&root("/shop/../media/./x")), root("/media/x"));
        assert_eq!(normpath("/a/../../b"), "/b");
        assert_eq!(normpath("a/../.."), "..");
        assert_eq!(join("/a", "/b"), "/b");
        assert_eq!(dirname("/a"), "/");
        assert_eq!(pure("a//b/./c"), "a/b/c");
        assert_eq!(inside(&root("/a/../b")), Some("b".to_owned()));
        assert_eq!(inside(&root("/../b")), None);
    }
}
