//! `live-comment-leaks`: a comment on a page tells too much.

use super::{add, around, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::{Piece, pieces};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-comment-leaks"),
        title: "A comment on a page tells too much",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[615],
        django_checks: &[],
        consequence: "Passwords, inner names or code reach every visitor.",
        advice: "`{# … #}` and `{% comment %}` stay on the server; `<!-- … -->` does not.",
        since: "0.1.0",
        page: include_str!("live_comment_leaks.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for page in pages(site, found) {
        let mut in_script = false;
        for piece in pieces(&page.body) {
            match piece {
                Piece::Comment(text) => {
                    let lower = text.to_ascii_lowercase();
                    let assigns = [
                        "password:",
                        "password =",
                        "password=",
                        "passwd=",
                        "secret_key",
                        "api_key=",
                        "select * from",
                        "/home/",
                        "/var/www/",
                        "traceback",
                    ];
                    if let Some(mark) = assigns.into_iter().find(|mark| lower.contains(mark)) {
                        add(
                            found,
                            page,
                            Confidence::Medium,
                            "A comment on the page tells what should stay inside",
                            format!("it has `{mark}`"),
                        );
                        return;
                    }
                }
                Piece::Open(element) => in_script = matches!(element.name.as_str(), "code" | "pre"),
                Piece::Text(text) if !in_script && (text.contains("{% ") && text.contains(" %}")) => {
                    add(
                        found,
                        page,
                        Confidence::Medium,
                        "A template tag reaches the visitor as text",
                        around(&text, "{% "),
                    );
                    return;
                }
                _ => {}
            }
        }
    }
}
