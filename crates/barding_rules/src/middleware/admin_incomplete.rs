//! `admin-incomplete`: the admin lacks something it rests on.

use crate::ask::{Answer, On, any_item, ask, ask_at, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("admin-incomplete"),
        title: "The admin lacks something it rests on",
        severity: Severity::Low,
        tip: Tip::AdminUrl,
        cwe: &[693],
        django_checks: &[
            "admin.E401",
            "admin.E402",
            "admin.E403",
            "admin.E404",
            "admin.E405",
            "admin.E406",
            "admin.E408",
            "admin.E409",
            "admin.E410",
            "admin.W411",
        ],
        consequence: "`manage.py check` fails, and pages of the admin raise errors.",
        advice: "Add what is named to `INSTALLED_APPS`, `TEMPLATES` or `MIDDLEWARE`, as `startproject` writes it.",
        since: "0.1.0",
        page: include_str!("admin_incomplete.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (name, parts) in [
        ("INSTALLED_APPS", &[E401, E405, E406][..]),
        ("TEMPLATES", &[E402, E403, E404, W411][..]),
        ("MIDDLEWARE", &[E408, E409, E410][..]),
    ] {
        let missing: Vec<&Part> = parts
            .iter()
            .filter(|part| {
                let lacks = ask(settings, |on| match on.series {
                    series if series < part.since => Truth::No,
                    _ => on.installs("django.contrib.admin").and((part.lacks)(on)),
                });
                lacks == Answer::Sure || lacks == Answer::OnRecent
            })
            .collect();
        if missing.is_empty() {
            continue;
        }
        let what: Vec<&str> = missing.iter().map(|part| part.what).collect();
        let checks: Vec<&str> = missing.iter().map(|part| part.check).collect();
        let sure = settings.django().is_known();
        let answer = if sure { Answer::Sure } else { Answer::OnRecent };
        let says = format!("installs the admin without {}", what.join(", "));
        answer.report(found, settings, name, says, &checks);
    }
}

/// Something the admin needs, and how Django's check asks for it.
struct Part {
    check: &'static str,
    what: &'static str,
    since: Series,
    lacks: fn(On<'_>) -> Truth,
}

const E401: Part = Part {
    check: "admin.E401",
    what: "django.contrib.contenttypes",
    since: Series::V1_11,
    lacks: |on| !on.installs("django.contrib.contenttypes"),
};
const E405: Part = Part {
    check: "admin.E405",
    what: "django.contrib.auth",
    since: Series::V2_2,
    lacks: |on| !on.installs("django.contrib.auth"),
};
const E406: Part = Part {
    check: "admin.E406",
    what: "django.contrib.messages",
    since: Series::V2_2,
    lacks: |on| !on.installs("django.contrib.messages"),
};
const E403: Part = Part {
    check: "admin.E403",
    what: "a DjangoTemplates engine",
    since: Series::V2_2,
    lacks: |on| !django_engine(on),
};
const E402: Part = Part {
    check: "admin.E402",
    what: "the context processor of django.contrib.auth",
    since: Series::V1_11,
    lacks: |on| {
        let stock_login = on.contains("AUTHENTICATION_BACKENDS", "django.contrib.auth.backends.ModelBackend");
        lacks_processor(on, "django.contrib.auth.context_processors.auth").and(stock_login)
    },
};
const E404: Part = Part {
    check: "admin.E404",
    what: "the context processor of django.contrib.messages",
    since: Series::V2_2,
    lacks: |on| lacks_processor(on, "django.contrib.messages.context_processors.messages"),
};
const W411: Part = Part {
    check: "admin.W411",
    what: "the request context processor",
    since: Series::V3_1,
    lacks: |on| lacks_processor(on, "django.template.context_processors.request"),
};
const E408: Part = Part {
    check: "admin.E408",
    what: "AuthenticationMiddleware",
    since: Series::V2_2,
    lacks: |on| lacks_middleware(on, names::AUTHENTICATION),
};
const E409: Part = Part {
    check: "admin.E409",
    what: "MessageMiddleware",
    since: Series::V2_2,
    lacks: |on| lacks_middleware(on, names::MESSAGES),
};
const E410: Part = Part {
    check: "admin.E410",
    what: "SessionMiddleware",
    since: Series::V2_2,
    lacks: |on| lacks_middleware(on, names::SESSION),
};

fn is_django_engine(engine: &Value) -> Truth {
    ask_at(engine, &["BACKEND"], Truth::No, &|backend| {
        // A backend of the project's own may be a subclass.
        match backend.text() {
            Some("django.template.backends.django.DjangoTemplates") => Truth::Yes,
            Some("django.template.backends.jinja2.Jinja2") => Truth::No,
            _ => Truth::Maybe,
        }
    })
}

fn django_engine(on: On<'_>) -> Truth {
    on.ask("TEMPLATES", Truth::No, |engines| any_item(engines, is_django_engine))
}

/// Whether the first DjangoTemplates engine lacks a context processor. Without such an engine that is not asked.
fn lacks_processor(on: On<'_>, processor: &str) -> Truth {
    on.ask("TEMPLATES", Truth::No, |engines| {
        for engine in engines.items().unwrap_or_default() {
            match is_django_engine(engine) {
                Truth::No => continue,
                Truth::Maybe => return Truth::Maybe,
                Truth::Yes => {
                    return ask_at(engine, &["OPTIONS", "context_processors"], Truth::Yes, &|list| {
                        !list.contains(processor)
                    });
                }
            }
        }
        if engines.items().is_some() { Truth::No } else { Truth::Maybe }
    })
}

/// Whether a middleware is missing. A class of a similar name may be a subclass.
fn lacks_middleware(on: On<'_>, path: &str) -> Truth {
    let class = path.rsplit('.').next().unwrap_or(path);
    let similar = on.ask("MIDDLEWARE", Truth::No, |list| {
        any_item(list, |item| text_is(item, |other| other != path && other.ends_with(class)))
    });
    let missing = !on.contains("MIDDLEWARE", path);
    if similar == Truth::No { missing } else { missing.and(Truth::Maybe) }
}
