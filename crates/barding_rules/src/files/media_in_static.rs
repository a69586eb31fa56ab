//! `media-in-static`: uploads and static files share a folder.

use crate::ask::{On, any_item, ask};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("media-in-static"),
        title: "Uploads and static files share a folder",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[434, 552],
        django_checks: &[],
        consequence: "An upload replaces a script of the site, or is served with the trust of one.",
        advice: "Give `MEDIA_ROOT` a folder of its own, outside `STATIC_ROOT` and `STATICFILES_DIRS`.",
        since: "0.1.0",
        page: include_str!("media_in_static.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let shared = |on: On<'_>| {
        on.ask("MEDIA_ROOT", Truth::No, |media| match media.truthiness() {
            Truth::No => Truth::No,
            _ => {
                let touches = |folder: &Value| {
                    paths::lie(media, folder, |relation| {
                        matches!(relation, paths::Relation::Same | paths::Relation::Inside)
                    })
                };
                let holds = |folder: &Value| {
                    paths::lie(folder, media, |relation| {
                        matches!(relation, paths::Relation::Same | paths::Relation::Inside)
                    })
                };
                let root = on.ask("STATIC_ROOT", Truth::No, |root| match root.truthiness() {
                    Truth::No => Truth::No,
                    _ => touches(root).or(holds(root)),
                });
                let collected = on.ask("STATICFILES_DIRS", Truth::No, |folders| {
                    any_item(folders, |folder| match folder.items() {
                        Some([_, folder]) => touches(folder),
                        _ => touches(folder),
                    })
                });
                root.or(collected)
            }
        })
    };
    let answer = ask(settings, shared);
    if answer
        .report(found, settings, "MEDIA_ROOT", "keeps uploads in a folder of static files", &[])
        .is_some()
    {
        return;
    }
    let same_address = ask(settings, |on| {
        on.ask("MEDIA_URL", Truth::No, |media| match media.text() {
            Some("") | None => Truth::No,
            Some(media) => on.ask("STATIC_URL", Truth::No, |url| url.equals_text(media)),
        })
    });
    same_address.report(found, settings, "MEDIA_URL", "gives uploads the address of static files", &[]);
}
