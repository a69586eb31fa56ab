//! Where a secret stands in the files as they were read, and the words that all rules about secrets share.

use barding_finding::{Confidence, Evidence, Place, Role, Severity};
use barding_secrets::{Certainty, Detector, Secret, Weight};
use barding_source::{Sources, Span};

/// The bytes of a secret in the text of its file; the file as a whole when it was not read as text.
pub(crate) fn place(secret: &Secret, sources: Option<&Sources<'_>>) -> Place {
    span(secret, sources).map_or_else(|| Place::File(secret.path.clone()), Place::Code)
}

fn span(secret: &Secret, sources: Option<&Sources<'_>>) -> Option<Span> {
    let sources = sources?;
    let id = sources.id(&secret.path)?;
    let file = sources.file(id)?;
    let line = file.line_span(u32::try_from(secret.line).ok()?)?;
    // The first line is enough for a key of many lines. Decoding may have moved the bytes, so the text decides.
    let first = secret.value.reveal().lines().next().unwrap_or_default();
    let text = file.slice(line);
    let near = usize::try_from(secret.column).ok()?.saturating_sub(8).min(text.len());
    let near = (0..=near).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    let Some(at) = text[near..].find(first).map(|at| at + near).or_else(|| text.find(first)) else {
        return Some(line);
    };
    let start = line.start + at as u32;
    Some(Span::new(id, start, start + first.len() as u32))
}

/// How bad it is that it leaked.
pub(crate) fn severity(detector: &Detector) -> Severity {
    match detector.weight {
        Weight::Info => Severity::Info,
        Weight::Low => Severity::Low,
        Weight::Medium => Severity::Medium,
        Weight::High => Severity::High,
        Weight::Critical => Severity::Critical,
    }
}

/// How sure we are, in the words of findings.
pub(crate) fn confidence(certainty: Certainty) -> Confidence {
    match certainty {
        Certainty::Low => Confidence::Low,
        Certainty::Medium => Confidence::Medium,
        Certainty::High => Confidence::High,
    }
}

/// "GitHub token", with its article.
pub(crate) fn with_article(title: &str) -> String {
    let article = match title.chars().next() {
        Some('A' | 'E' | 'I' | 'O' | 'U' | 'a' | 'e' | 'i' | 'o') => "an",
        _ => "a",
    };
    if ["Key of", "Credentials", "Private key of"].iter().any(|start| title.starts_with(start)) {
        return title.to_owned();
    }
    // Names keep their capital, plain nouns at the beginning lose it.
    let plain = [
        "Password",
        "Secret",
        "Private",
        "Address",
        "Client",
        "Mail",
        "Value",
        "Signed",
        "Session",
        "User",
        "Token",
        "Encrypted",
        "Registry",
        "Authorization",
        "Pre-signed",
        "Web",
    ];
    let lower = plain.iter().any(|word| title.starts_with(word));
    let mut letters = title.chars();
    match letters.next() {
        Some(first) if lower => format!("{article} {}{}", first.to_ascii_lowercase(), letters.as_str()),
        _ => format!("{article} {title}"),
    }
}

/// What is to be seen: the secret without its text, and what its format says.
pub(crate) fn seen(secret: &Secret, place: &Place) -> Vec<Evidence> {
    let mut note = format!("the value is {}", secret.value);
    if let Some(checked) = &secret.checked {
        note = format!("{note}; {checked}");
    }
    vec![Evidence::new(Role::Observed, place.clone(), note)]
}

/// What to do about one that can be read.
pub(crate) fn advice(detector: &Detector) -> String {
    let replace = if detector.revoke.is_empty() {
        "Replace it at the place that issued it, so that this one opens nothing any more."
    } else {
        &detector.revoke
    };
    format!(
        "{replace} Then read the new one from the environment, or from a file outside the repository that only the site's \
         user may read."
    )
}
