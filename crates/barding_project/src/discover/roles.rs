//! What each settings module is for, from who names it and what it is called.

use super::{FoundModule, MentionKind};
use crate::settings::SettingsRole;
use crate::value::Truth;
use barding_source::{SourceFile, Sources};
use std::sync::Arc;

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Called {
    Production,
    Staging,
    Development,
    Test,
    Base,
    Nothing,
}

/// The role of a class of django-configurations. `named` says that a file names it in `DJANGO_CONFIGURATION`.
pub(crate) fn class_role(
    class: &str,
    named: bool,
    classes: &[String],
    module: &FoundModule,
) -> (SettingsRole, Truth, String) {
    // `ProductionSettings` and `LocalDev` are words put together.
    let mut words = String::new();
    for letter in class.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    let said = by_word(&words);
    let production =
        classes.iter().any(|other| other != class && by_word(&other.to_lowercase()) == Called::Production);
    match said {
        Called::Test => (SettingsRole::Test, Truth::No, format!("its name says {class}")),
        Called::Development if !(named && !production && module.role == SettingsRole::Production) => {
            (SettingsRole::Development, Truth::No, format!("its name says {class}"))
        }
        Called::Base => (SettingsRole::SharedBase, Truth::No, format!("its name says {class}")),
        Called::Production => (SettingsRole::Production, Truth::Yes, format!("its name says {class}")),
        Called::Staging => (SettingsRole::Production, Truth::Maybe, format!("its name says {class}")),
        _ if named => (SettingsRole::Production, Truth::Maybe, "DJANGO_CONFIGURATION names it".to_owned()),
        _ if classes.len() == 1 => (module.role, module.runs_in_production, module.reason.clone()),
        _ => (SettingsRole::SharedBase, Truth::No, "other classes of the module say more".to_owned()),
    }
}

/// Gives each module its role and the reason for it.
pub(super) fn assign(modules: &mut [FoundModule], wanted: &[String]) {
    let names: Vec<String> = modules.iter().map(|module| module.name.clone()).collect();
    let called: Vec<Called> = modules.iter().map(called_where_it_is).collect();
    for (module, called) in modules.iter_mut().zip(&called) {
        (module.role, module.runs_in_production, module.reason) = first_guess(module, *called);
    }
    unnamed(modules, &called);
    demote_bases(modules, &called);
    promote(modules, &called);
    for name in wanted {
        let (name, class) =
            name.split_once(':').map_or((name.as_str(), None), |(name, class)| (name, Some(class)));
        if !names.iter().any(|known| known == name) {
            continue;
        }
        for module in modules.iter_mut() {
            if module.name == name {
                module.role = SettingsRole::Production;
                module.runs_in_production = Truth::Yes;
                module.reason = "named by --settings".to_owned();
                if let Some(class) = class {
                    module.class = Some(class.to_owned());
                }
            } else if module.role == SettingsRole::Production
                && !wanted.iter().any(|other| other.split(':').next() == Some(&module.name))
            {
                module.role = SettingsRole::Development;
                module.runs_in_production = Truth::No;
                module.reason = format!("--settings names {name} instead");
            }
        }
    }
}

/// Settings without which Django answers no request of a site.
const MAKES_A_SITE: &[&str] = &["ROOT_URLCONF", "INSTALLED_APPS", "MIDDLEWARE"];

/// Words that may bring settings from elsewhere.
const BRINGS_MORE: &[&str] = &[
    "import *",
    "globals()",
    "locals()",
    "vars(",
    "include(",
    "exec(",
    "update_globals",
    "class ",
    "sys.modules",
    "setattr(",
    "load_settings",
    "configure(",
    "ynaconf",
    "importlib",
    "__import__",
];

/// A file that sets a few names and brings no others runs no site by itself: the secrets that another module imports,
/// what a plugin adds, the empty `__init__.py` of a package of settings.
pub(super) fn set_fragments_apart(modules: &mut [FoundModule], sources: &Sources<'_>, wanted: &[String]) {
    let texts: Vec<Option<Arc<SourceFile>>> =
        modules.iter().map(|module| sources.file(module.file)).collect();
    let has = |at: usize, words: &[&str]| {
        texts[at].as_ref().is_some_and(|file| words.iter().any(|word| file.text.contains(word)))
    };
    let whole = (0..modules.len()).find(|at| has(*at, &MAKES_A_SITE[..1]));
    let site = whole.map(|at| modules[at].name.clone());
    for at in 0..modules.len() {
        let asked = wanted.iter().any(|name| name.split(':').next() == Some(&modules[at].name));
        let judged = modules[at].role == SettingsRole::Production && !asked && texts[at].is_some();
        if !judged || has(at, MAKES_A_SITE) || has(at, BRINGS_MORE) {
            continue;
        }
        if let Some(site) = &site {
            modules[at].role = SettingsRole::SharedBase;
            modules[at].runs_in_production = Truth::No;
            modules[at].reason = format!("it sets a part only; {site} sets up the site");
        } else if texts[at].as_ref().is_some_and(|file| set_names(&file.text) >= 12) {
            modules[at].runs_in_production = Truth::Maybe;
            modules[at].reason = "it sets only a part of what a site needs".to_owned();
        }
    }
}

/// How many names in capitals a file sets at its top level.
fn set_names(text: &str) -> usize {
    text.lines()
        .filter(|line| {
            line.split_once('=').is_some_and(|(name, _)| {
                let name = name.trim_end();
                name.len() > 2
                    && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
            })
        })
        .count()
}

fn first_guess(module: &FoundModule, called: Called) -> (SettingsRole, Truth, String) {
    let last = module.name.rsplit('.').next().unwrap_or_default();
    let by = |kind: MentionKind| module.mentions.iter().find(|mention| mention.kind == kind);
    let named = |mention: &super::Mention| format!("named by {} line {}", mention.path, mention.line);
    let server = by(MentionKind::Server).or_else(|| by(MentionKind::Deployment));
    match called {
        Called::Production => {
            let reason = server.map_or_else(
                || format!("its name says {last}"),
                |mention| format!("its name says {last}, and it is {}", named(mention)),
            );
            (SettingsRole::Production, Truth::Yes, reason)
        }
        Called::Staging => (SettingsRole::Production, Truth::Maybe, format!("its name says {last}")),
        Called::Test => (SettingsRole::Test, Truth::No, format!("its name says {last}")),
        Called::Development => (SettingsRole::Development, Truth::No, format!("its name says {last}")),
        Called::Base => match server {
            Some(mention) => (SettingsRole::Production, Truth::Maybe, named(mention)),
            None => (SettingsRole::SharedBase, Truth::No, format!("its name says {last}")),
        },
        Called::Nothing => match (
            server,
            by(MentionKind::Manage).or_else(|| by(MentionKind::Python)).or_else(|| by(MentionKind::Env)),
            by(MentionKind::Test),
        ) {
            (Some(mention), ..) => (SettingsRole::Production, Truth::Yes, named(mention)),
            (None, Some(mention), _) => (SettingsRole::Production, Truth::Yes, named(mention)),
            (None, None, Some(mention)) => {
                (SettingsRole::Test, Truth::No, format!("only {}", named(mention)))
            }
            (None, None, None) => {
                (SettingsRole::Production, Truth::Yes, "no other settings module is there".to_owned())
            }
        },
    }
}

/// Beside a module that a server names, one that nobody names may be anything.
fn unnamed(modules: &mut [FoundModule], called: &[Called]) {
    let served = modules.iter().zip(called).any(|(module, called)| {
        *called != Called::Test
            && module.mentions.iter().any(|mention| {
                matches!(mention.kind, MentionKind::Server | MentionKind::Deployment | MentionKind::Manage)
            })
    });
    for (module, called) in modules.iter_mut().zip(called) {
        if *called == Called::Nothing && module.mentions.is_empty() && module.role == SettingsRole::Production
        {
            if served {
                module.runs_in_production = Truth::Maybe;
                module.reason = "it looks like settings, but no file names it".to_owned();
            } else {
                module.reason = "it looks like settings, and no file names another".to_owned();
            }
        }
    }
}

/// A module with a plain name is only a base when production modules stand beside it that nobody contradicts.
fn demote_bases(modules: &mut [FoundModule], called: &[Called]) {
    let groups: Vec<String> = modules.iter().map(group).collect();
    for at in 0..modules.len() {
        if called[at] != Called::Nothing || modules[at].role != SettingsRole::Production {
            continue;
        }
        let beside = (0..modules.len()).find(|other| {
            *other != at && groups[*other] == groups[at] && called[*other] == Called::Production
        });
        let Some(beside) = beside else { continue };
        let strong = modules[at]
            .mentions
            .iter()
            .any(|mention| matches!(mention.kind, MentionKind::Server | MentionKind::Deployment));
        let other = modules[beside].name.clone();
        if strong {
            modules[at].runs_in_production = Truth::Maybe;
        } else {
            modules[at].role = SettingsRole::SharedBase;
            modules[at].runs_in_production = Truth::No;
            modules[at].reason = format!("{other} stands beside it");
        }
    }
}

/// A project without any production module still runs somewhere: the likeliest module is judged.
fn promote(modules: &mut [FoundModule], called: &[Called]) {
    let groups: Vec<String> = modules.iter().map(group).collect();
    let mut seen: Vec<&str> = Vec::new();
    for name in &groups {
        if seen.contains(&name.as_str()) {
            continue;
        }
        seen.push(name);
        let members: Vec<usize> = (0..modules.len()).filter(|at| groups[*at] == *name).collect();
        if members.iter().any(|at| modules[*at].role == SettingsRole::Production) {
            continue;
        }
        let rank = |at: &usize| {
            let served = modules[*at]
                .mentions
                .iter()
                .any(|mention| matches!(mention.kind, MentionKind::Server | MentionKind::Deployment));
            let managed = modules[*at].mentions.iter().any(|mention| mention.kind == MentionKind::Manage);
            let kind = match called[*at] {
                Called::Base => 2,
                Called::Development => 1,
                _ => 0,
            };
            (served, managed, kind)
        };
        let best =
            members.iter().filter(|at| modules[**at].role != SettingsRole::Test).max_by_key(|at| rank(at));
        if let Some(at) = best {
            let module = &mut modules[*at];
            module.role = SettingsRole::Production;
            module.runs_in_production = Truth::Maybe;
            module.reason = match module.mentions.iter().find(|mention| {
                matches!(mention.kind, MentionKind::Server | MentionKind::Deployment | MentionKind::Manage)
            }) {
                Some(mention) => format!(
                    "named by {} line {}, and no production module is there",
                    mention.path, mention.line
                ),
                None => "no production module is there".to_owned(),
            };
        }
    }
}

/// Modules of one project: the same folder to import from, the same package at the top.
fn group(module: &FoundModule) -> String {
    let root = module.roots.first().map_or("", |root| root.as_str());
    let top = module.name.split('.').next().unwrap_or_default();
    let inner = module.name.contains('.');
    format!("{root}:{}", if inner { top } else { "" })
}

/// What the name says; a plain name in a folder of tests is a test's, unless a server names it.
fn called_where_it_is(module: &FoundModule) -> Called {
    let said = called(&module.name);
    let served = module
        .mentions
        .iter()
        .any(|mention| matches!(mention.kind, MentionKind::Server | MentionKind::Deployment));
    let among_tests = module.roots.first().is_some_and(|root| {
        root.components().any(|part| matches!(part.as_str(), "tests" | "test" | "testing" | "testutils"))
    });
    if said == Called::Nothing && among_tests && !served { Called::Test } else { said }
}

fn called(name: &str) -> Called {
    let parts: Vec<&str> = name.split('.').collect();
    let last = parts.last().copied().unwrap_or_default();
    let outer = &parts[..parts.len().saturating_sub(1)];
    if outer.iter().any(|part| {
        matches!(
            *part,
            "tests"
                | "test"
                | "testing"
                | "docs"
                | "doc"
                | "test_project"
                | "testproject"
                | "testapp"
                | "example"
                | "examples"
                | "demo"
                | "sandbox"
        )
    }) || outer.iter().any(|part| part.starts_with("test_") || part.ends_with("_tests"))
    {
        return Called::Test;
    }
    let by_last = by_word(last);
    if by_last != Called::Nothing {
        return by_last;
    }
    // `settings/production/__init__.py`, `envs/prod/settings.py`.
    outer
        .iter()
        .rev()
        .take(2)
        .map(|part| by_word(part))
        .find(|said| *said != Called::Nothing && *said != Called::Base)
        .unwrap_or(Called::Nothing)
}

fn by_word(name: &str) -> Called {
    let words: Vec<&str> = name.split(['_', '-']).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.to_ascii_lowercase().as_str()));
    if has(&[
        "test",
        "tests",
        "testing",
        "ci",
        "travis",
        "jenkins",
        "pytest",
        "unittest",
        "e2e",
        "unittests",
        "testsuite",
        "testutils",
        // Settings under which static files are gathered while an image is built.
        "build",
        "circleci",
        "doc",
        "docs",
        "mypy",
        "pylint",
        "testsettings",
        "testproject",
    ]) {
        Called::Test
    } else if has(&[
        "dev",
        "devel",
        "develop",
        "development",
        "local",
        "localhost",
        "debug",
        "sample",
        "example",
        "demo",
        "devproject",
        "devsettings",
    ]) {
        Called::Development
    } else if has(&[
        "production",
        "prod",
        "live",
        "deploy",
        "deployment",
        "heroku",
        "docker",
        "server",
        "aws",
        "gcp",
        "azure",
        "product",
    ]) {
        Called::Production
    } else if has(&["staging", "stage", "qa", "preprod", "uat", "beta", "preview"]) {
        Called::Staging
    } else if has(&[
        "base", "common", "default", "defaults", "shared", "core", "global", "globals", "generic",
    ]) {
        Called::Base
    } else {
        Called::Nothing
    }
}
