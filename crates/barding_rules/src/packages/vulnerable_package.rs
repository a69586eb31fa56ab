//! `vulnerable-package`: a pinned version has a known vulnerability.

use super::mentions::Mentions;
use super::used::{Asked, Use};
use super::{development, milder, place, vulnerabilities};
use crate::{Check, Facts, Findings, Rule};
use barding_deps::marker::{Applies, applies};
use barding_deps::reach;
use barding_deps::{
    Manifest, Origin, Package, Packages, Rating, Role, Upgrade, Vulnerability, smallest_upgrade,
};
use barding_finding::{
    Confidence, Edit, Evidence, Fix, FixSafety, Role as Part, RuleId, RuleInfo, Severity, Tip,
};
use barding_project::templates::Language;
use std::cell::OnceCell;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("vulnerable-package"),
        title: "A package with a known vulnerability is installed",
        severity: Severity::Medium,
        tip: Tip::Dependencies,
        cwe: &[1395, 937],
        django_checks: &[],
        consequence: "The weakness is public, and attackers try published weaknesses on every site they find.",
        advice: "Install a version in which it is mended.",
        since: "0.1.0",
        page: include_str!("vulnerable_package.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    let mentions = OnceCell::new();
    for (manifest, package) in packages.deciding() {
        if matches!(package.origin, Origin::Path(_)) || is_the_project(manifest, packages) {
            continue;
        }
        let list = vulnerabilities(facts, package);
        if list.is_empty() {
            continue;
        }
        let upgrade = upgrade(facts, packages, manifest, package);
        for vulnerability in list.iter().filter(|vulnerability| !vulnerability.malicious) {
            let used = used(facts, package, vulnerability, &mentions);
            report(vulnerability, used, &upgrade, manifest, package, packages, found);
        }
    }
}

/// Whether the only metadata of an installed package is the project's own: an unpacked wheel, not an environment.
fn is_the_project(manifest: &Manifest, packages: &Packages) -> bool {
    let in_environment =
        manifest.path.components().any(|part| matches!(part.as_str(), "site-packages" | "dist-packages"));
    manifest.role == Role::Installed
        && !in_environment
        && packages.manifests.iter().filter(|other| other.role == Role::Installed).count() == 1
}

/// Whether the project uses the part that the vulnerability is in. `None` when nobody looked up which part that is, or
/// the project was not looked at.
fn used(
    facts: &Facts<'_>,
    package: &Package,
    vulnerability: &Vulnerability,
    mentions: &OnceCell<Mentions>,
) -> Option<Use> {
    let part = reach::part(&package.name, vulnerability)?;
    let project = facts.project.as_ref()?;
    let mentions = mentions.get_or_init(|| Mentions::of(&project.code, &reach::attributes()));
    let asked = Asked {
        project,
        mentions,
        is_direct: package.direct != Some(false),
        language: if package.name.as_str() == "jinja2" { Language::Jinja2 } else { Language::Django },
    };
    Some(asked.uses(part))
}

fn report(
    vulnerability: &Vulnerability,
    used: Option<Use>,
    upgrade: &Upgrade,
    manifest: &Manifest,
    package: &Package,
    packages: &Packages,
    found: &mut Findings<'_>,
) {
    let mut severity = match vulnerability.rating {
        Rating::Unknown | Rating::Medium => Severity::Medium,
        Rating::Low => Severity::Low,
        Rating::High => Severity::High,
        Rating::Critical => Severity::Critical,
    };
    let mut confidence = Confidence::High;
    let mut remarks = Vec::new();
    if let Some(words) = development(package) {
        severity = milder(severity);
        remarks.push(Evidence::note(Part::Observed, words));
    }
    if let Some(marker) = &package.marker
        && applies(marker) == Applies::Elsewhere
    {
        severity = milder(severity);
        confidence = Confidence::Low;
        let words = format!("`{marker}` holds on no Linux server with a Python in use");
        remarks.push(Evidence::note(Part::Observed, words));
    }
    if let Some(used) = &used {
        if let Use::NotSeen(_) = used {
            severity = milder(severity);
        }
        remarks.push(used.evidence());
    }
    if matches!(package.origin, Origin::Repository { .. } | Origin::Url(_)) {
        confidence = confidence.min(Confidence::Medium);
        let words = "it does not come from an index, so it may carry a fix of its own";
        remarks.push(Evidence::note(Part::NotKnown, words));
    }
    if manifest.role == Role::Constraints && !is_asked_for(package, packages) {
        confidence = confidence.min(Confidence::Medium);
        remarks.push(Evidence::note(
            Part::NotKnown,
            "a constraint alone installs nothing; something must require it",
        ));
    }
    if manifest.format.starts_with("conda") {
        confidence = confidence.min(Confidence::Medium);
        remarks
            .push(Evidence::note(Part::NotKnown, "conda's package of this name may carry fixes of its own"));
    }
    let version = &package.written;
    let version = version.trim_start_matches(['=', ' ']);
    let message = format!("`{}` {version} is affected by {}", package.name, vulnerability.id);
    found
        .add(place(package), confidence, message)
        .severity(severity)
        .concerning(&vulnerability.id)
        .advice(advice(upgrade, manifest, package))
        .because([about(vulnerability)])
        .because(remarks)
        .because(why(package))
        .fixes
        .extend(fix(upgrade, manifest, package));
}

fn is_asked_for(package: &Package, packages: &Packages) -> bool {
    packages.iter().any(|(manifest, line)| manifest.role != Role::Constraints && line.name == package.name)
}

/// Names, date, score and fix of a vulnerability in one line.
fn about(vulnerability: &Vulnerability) -> Evidence {
    let mut words = format!("published {}", vulnerability.published);
    match (vulnerability.score, vulnerability.rating) {
        (Some(score), rating) => words.push_str(&format!(", CVSS {score:.1} ({})", rating.word())),
        (None, Rating::Unknown) => words.push_str(", no severity published"),
        (None, rating) => words.push_str(&format!(", severity {}", rating.word())),
    }
    match &vulnerability.fixed_in {
        Some(version) => words.push_str(&format!(", fixed in {version}")),
        None => words.push_str(", no fixed version known"),
    }
    let others: Vec<&str> =
        vulnerability.names.iter().filter(|name| **name != vulnerability.id).map(String::as_str).collect();
    if !others.is_empty() {
        words.push_str(&format!("; also {}", others.join(", ")));
    }
    words.push_str(&format!("; {}", vulnerability.link()));
    Evidence::note(Part::Observed, words)
}

fn why(package: &Package) -> Option<Evidence> {
    let chain: Vec<String> = if package.why.is_empty() {
        package.via.iter().map(ToString::to_string).collect()
    } else {
        vec![package.why.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")]
    };
    (!chain.is_empty() && package.direct != Some(true))
        .then(|| Evidence::note(Part::Imported, format!("brought by {}", chain.join(", "))))
}

fn upgrade(facts: &Facts<'_>, packages: &Packages, manifest: &Manifest, package: &Package) -> Upgrade {
    let known = facts.advisories.as_ref().and_then(|advisories| advisories.of(&package.name));
    match (known, package.version()) {
        (Some(known), Some(version)) => {
            smallest_upgrade(version, &known, &packages.limits(manifest, package))
        }
        _ => Upgrade::Unknown,
    }
}

fn advice(upgrade: &Upgrade, manifest: &Manifest, package: &Package) -> String {
    let name = &package.name;
    match upgrade {
        Upgrade::To(version) => {
            let how = match manifest.format {
                "uv.lock" => format!(" (`uv lock --upgrade-package {name}`)"),
                "poetry.lock" => format!(" (`poetry update {name}`)"),
                "pdm.lock" => format!(" (`pdm update {name}`)"),
                "Pipfile.lock" => format!(" (`pipenv upgrade {name}`)"),
                _ => String::new(),
            };
            format!("Install {name} {version}, the smallest version that mends all that is known{how}")
        }
        Upgrade::Blocked { best, limit, by } => {
            let who = by.as_ref().map_or_else(|| "the project itself".to_owned(), |by| format!("`{by}`"));
            format!(
                "No version without known vulnerabilities is admitted: {who} asks for `{limit}`; {name} {best} would mend \
                 all that is known"
            )
        }
        Upgrade::Unknown => format!(
            "No version of {name} without known vulnerabilities is known; look for a replacement, or judge whether the \
             vulnerable part is used"
        ),
    }
}

/// Writes another version over the pinned one. Hashes belong to the old version and go.
fn fix(upgrade: &Upgrade, manifest: &Manifest, package: &Package) -> Option<Fix> {
    let Upgrade::To(version) = upgrade else { return None };
    if matches!(manifest.role, Role::Lock | Role::Installed | Role::BillOfMaterials) {
        return None;
    }
    let place = package.version_place?;
    let current = package.version()?;
    let same_series = current.release().iter().take(2).eq(version.release().iter().take(2))
        && current.release().len() > 1
        && current.epoch() == version.epoch();
    let mut edits = vec![Edit::Replace { span: place, text: version.to_string() }];
    edits.extend(package.hash_places.iter().map(|span| Edit::Replace { span: *span, text: String::new() }));
    let hashes = if package.hash_places.is_empty() {
        ""
    } else {
        ", without its hashes, which belong to the old version"
    };
    Some(Fix {
        title: format!("Raise {} from {current} to {version}{hashes}", package.name),
        safety: if same_series && hashes.is_empty() { FixSafety::Safe } else { FixSafety::NeedsReview },
        edits,
    })
}
