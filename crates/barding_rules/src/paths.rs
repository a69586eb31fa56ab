//! How two folders named by settings lie to each other. Lexical only: no link is followed and nothing is looked up on disk.
//! Paths inside the audited folder start with `<root>`.

use barding_project::{Truth, Value};

/// How one folder lies to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// They are the same.
    Same,
    /// The first lies within the second.
    Inside,
    /// The second lies within the first.
    Around,
    /// Neither holds the other.
    Apart,
}

/// The path that a text or a `pathlib.Path` names, without `.` and `..`; `None` for anything else and for the empty text.
pub(crate) fn path_of(value: &Value) -> Option<String> {
    let text = match value {
        Value::Text(text) | Value::Path(text) => text,
        _ => return None,
    };
    if text.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "." => {}
            "" if !parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, "" | ".." | "<root>")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    match parts[..] {
        [""] => Some("/".to_owned()),
        _ => Some(parts.join("/")),
    }
}

/// Whether the path does not depend on the folder the process was started in.
pub(crate) fn is_absolute(path: &str) -> bool {
    path.starts_with('/') || path == "<root>" || path.starts_with("<root>/") || path.get(1..3) == Some(":\\")
}

/// How `first` lies to `second`; `None` when one is relative and the other is not, or one is given from the root of the
/// machine and the other from that of the project.
pub(crate) fn relation(first: &str, second: &str) -> Option<Relation> {
    let base = |path: &str| (is_absolute(path), path.starts_with("<root>"));
    if base(first) != base(second) {
        return None;
    }
    let within = |inner: &str, outer: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/') || outer.ends_with('/'))
    };
    Some(match () {
        () if first == second => Relation::Same,
        () if within(first, second) => Relation::Inside,
        () if within(second, first) => Relation::Around,
        () => Relation::Apart,
    })
}

/// Whether two values name folders that lie so to each other.
pub(crate) fn lie(first: &Value, second: &Value, so: impl Fn(Relation) -> bool) -> Truth {
    match (path_of(first), path_of(second)) {
        (Some(first), Some(second)) => {
            relation(&first, &second).map_or(Truth::Maybe, |found| Truth::from(so(found)))
        }
        _ if first.truthiness() == Truth::No || second.truthiness() == Truth::No => Truth::No,
        _ => Truth::Maybe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_lie_inside_around_or_apart() {
        let lies = |first: &str, second: &str| {
            relation(&path_of(&Value::from(first)).unwrap(), &path_of(&Value::from(second)).unwrap())
        };
        assert_eq!(lies("<root>/media/", "<root>/static/../media"), Some(Relation::Same));
        assert_eq!(lies("<root>/static/media", "<root>/static"), Some(Relation::Inside));
        assert_eq!(lies("/srv", "/srv/media"), Some(Relation::Around));
        assert_eq!(lies("/", "/srv"), Some(Relation::Around));
        assert_eq!(lies("/srv/media2", "/srv/media"), Some(Relation::Apart));
        assert_eq!(lies("media", "/srv/media"), None);
        assert_eq!(lies("/srv/media", "<root>/media"), None);
    }
}
