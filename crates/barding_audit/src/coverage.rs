//! What was and was not looked at, could not be read, could not be known.

use barding_finding::{Coverage, Evidence, Judged, Need, NotKnown, Place, Role};
use barding_project::{Effective, Project, SettingsModule, Unknown, Value};
use barding_rules::Facts;
use barding_source::{FileKind, Problem, Sources};

const KINDS: [(&str, FileKind); 6] = [
    ("Python", FileKind::Python),
    ("templates", FileKind::Template),
    ("manifests and lock files", FileKind::Lockfile),
    ("environment files", FileKind::Env),
    ("container and process files", FileKind::Container),
    ("web server files", FileKind::WebServer),
];

/// The coverage of a static audit, as far as it is known before the rules are asked.
pub(crate) fn of(sources: &Sources<'_>, facts: &Facts<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    for (sort, kind) in KINDS {
        coverage.files.insert(sort, sources.of_kind(kind).count());
    }
    coverage.problems = sources.problems();
    let Some(project) = &facts.project else { return coverage };
    coverage.problems.extend(project.problems.iter().cloned());
    let mut unread = Vec::new();
    for problem in &coverage.problems {
        let path = problem.path.clone().or_else(|| problem.place.and_then(|span| sources.path(span.file)));
        if let Some(path) = path
            && FileKind::of(&path) == FileKind::Python
            && unread.len() < MOST_NAMED
        {
            unread.push(format!("{path}: {}", problem.message));
        }
    }
    coverage.looked_at.insert(Need::Code, unread);
    coverage.looked_at.insert(Need::Templates, Vec::new());
    settings(project, &mut coverage);
    coverage.problems.sort();
    coverage.problems.dedup();
    coverage
}

/// Gaps that are named one by one in a verdict.
const MOST_NAMED: usize = 10;

fn settings(project: &Project, coverage: &mut Coverage) {
    for module in &project.settings {
        coverage.judged.push(Judged {
            name: module.name.clone(),
            role: module.role.words().to_owned(),
            reason: module.role_reason.clone(),
            judged: module.is_judged(),
        });
    }
    let live: Vec<&SettingsModule> = project.settings.iter().filter(|module| module.is_judged()).collect();
    if live.is_empty() {
        coverage.problems.push(Problem::general(match project.settings.len() {
            0 => "no settings module was found, so no settings were judged: looked for DJANGO_SETTINGS_MODULE in \
                  manage.py, wsgi.py, asgi.py, Docker, compose, Procfile, systemd and CI files, and for files that look \
                  like settings; --settings names one"
                .to_owned(),
            _ => "no settings module looks like production's, so no settings were judged; --settings names one"
                .to_owned(),
        }));
        return;
    }
    let mut gaps = Vec::new();
    for module in live {
        if let Some(open) = &module.open {
            coverage.unknown.push(not_known(format!("other settings of `{}`", module.name), open));
            gaps.push(format!("what else `{}` sets", module.name));
        }
        for (name, setting) in &module.values {
            // What no part of Django reads decides no verdict.
            if module.defaults.of(name).is_none() && !matches!(module.get(name), Effective::DjangoDefault(_))
            {
                continue;
            }
            if let Value::Unknown(unknown) = &setting.value {
                coverage.unknown.push(not_known(format!("`{name}` in `{}`", module.name), unknown));
                gaps.push(format!("`{name}` in `{}`", module.name));
            }
        }
    }
    if gaps.len() > MOST_NAMED {
        let more = gaps.len() - MOST_NAMED;
        gaps.truncate(MOST_NAMED);
        gaps.push(format!("{more} more settings"));
    }
    coverage.looked_at.insert(Need::Settings, gaps);
}

fn not_known(question: String, unknown: &Unknown) -> NotKnown {
    let evidence = match unknown.place {
        Some(span) => Evidence::new(Role::NotKnown, Place::Code(span), &*unknown.text),
        None => Evidence::note(Role::NotKnown, &*unknown.text),
    };
    NotKnown { question, evidence }
}
