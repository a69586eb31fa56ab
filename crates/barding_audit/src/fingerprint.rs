//! A stable name for each finding: the same as long as rule, file and the text of the line are the same, so that a
//! baseline survives edits elsewhere in the file.

use barding_finding::{Finding, Place};
use barding_secrets::Secret;
use barding_source::Sources;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Gives every finding its fingerprint: 32 hexadecimal digits of SHA-256. Equal lines in one file are told apart by
/// their order. Secrets are left out of the text: a short one could be guessed from the digest.
pub(crate) fn fill(findings: &mut [Finding], sources: &Sources<'_>, secrets: &[Secret]) {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by(|a, b| findings[*a].place.cmp(&findings[*b].place));
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for at in order {
        let finding = &mut findings[at];
        let mut key = format!("{}\0{}", finding.rule, place_key(&finding.place, sources, secrets));
        if let Place::Package { .. } = finding.place {
            // A package may have many vulnerabilities at one line; each keeps its name when others come or go.
            key = format!("{key}\0{}", finding.subjects.join(" "));
        }
        let occurrence = seen.entry(key.clone()).or_default();
        *occurrence += 1;
        finding.fingerprint = digest(&format!("{key}\0{occurrence}"));
    }
}

fn place_key(place: &Place, sources: &Sources<'_>, secrets: &[Secret]) -> String {
    match place {
        Place::Code(span) => match sources.file(span.file) {
            Some(file) => {
                let number = file.line(span.start);
                let mut line = file.line_text(number).unwrap_or_default().to_owned();
                for secret in secrets
                    .iter()
                    .filter(|secret| secret.path == file.path && secret.line == u64::from(number))
                {
                    line = line.replace(secret.value.reveal(), "");
                }
                let words: Vec<_> = line.split_whitespace().collect();
                format!("{}\0{}", file.path, words.join(" "))
            }
            None => String::new(),
        },
        Place::Package { name, version, lockfile } => {
            let path = sources.path(lockfile.file).unwrap_or_default();
            format!("{path}\0{name}\0{version}")
        }
        Place::Commit { id, path, line } => format!("{id}\0{path}\0{line}"),
        Place::File(path) => path.to_string(),
        Place::Url(url) => url.clone(),
        Place::Endpoint { host, port } => format!("{host}:{port}"),
        Place::DatabaseRole(role) => role.clone(),
        Place::Project => String::new(),
    }
}

fn digest(text: &str) -> String {
    let mut hex = String::with_capacity(32);
    for byte in &Sha256::digest(text.as_bytes())[..16] {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
