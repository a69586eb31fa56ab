//! Two looks at one site: what got better, what got worse.

use anyhow::{Context as _, bail};
use barding_finding::AuditResult;
use barding_live::site::{Level, Site};
use camino::Utf8Path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A look that was kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    version: u32,
    url: String,
    seen_at: String,
    level: Level,
    pub(super) grade: String,
    pub(super) points: u32,
    /// What was found: the fingerprint and what to call it.
    findings: BTreeMap<String, String>,
}

pub(super) fn kept(result: &AuditResult, site: &Site) -> Kept {
    let check_up = result.check_up.as_ref();
    Kept {
        version: 1,
        url: site.url.clone(),
        seen_at: site.seen_at.to_string(),
        level: site.level,
        grade: check_up.map_or("?", |check_up| check_up.grade).to_owned(),
        points: check_up.map_or(0, |check_up| check_up.points),
        findings: result
            .findings
            .iter()
            .map(|one| (one.fingerprint.clone(), format!("{}: {}", one.rule, one.message)))
            .collect(),
    }
}

pub(super) fn write(result: &AuditResult, site: &Site) -> anyhow::Result<String> {
    let text = serde_json::to_string_pretty(&kept(result, site)).context("a look always serialises")?;
    Ok(text + "\n")
}

pub(super) fn read(path: &Utf8Path) -> anyhow::Result<Kept> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{path} could not be read"))?;
    let kept: Kept =
        serde_json::from_str(&text).with_context(|| format!("{path} is no look that --save wrote"))?;
    if kept.version != 1 {
        bail!("{path} has version {}, which this barding does not know", kept.version);
    }
    Ok(kept)
}

/// What changed, in sentences.
pub(super) fn notes(earlier: &Kept, result: &AuditResult, site: &Site) -> Vec<String> {
    let now = kept(result, site);
    let mut notes = vec![format!(
        "Compared with {} ({}): grade {} ({} points) was {} ({} points)",
        earlier.seen_at, earlier.url, now.grade, now.points, earlier.grade, earlier.points
    )];
    if earlier.level != now.level {
        notes.push(format!(
            "That look was at the level `{}`, this one at `{}`, so they did not ask the same",
            earlier.level.word(),
            now.level.word()
        ));
    }
    let gone = earlier.findings.iter().filter(|(print, _)| !now.findings.contains_key(*print));
    let new = now.findings.iter().filter(|(print, _)| !earlier.findings.contains_key(*print));
    let (gone, new): (Vec<_>, Vec<_>) = (gone.collect(), new.collect());
    if gone.is_empty() && new.is_empty() {
        notes.push("Nothing got better or worse".to_owned());
    }
    notes.extend(gone.iter().take(50).map(|(_, what)| format!("Better: {what}")));
    notes.extend(new.iter().take(50).map(|(_, what)| format!("Worse: {what}")));
    notes
}
