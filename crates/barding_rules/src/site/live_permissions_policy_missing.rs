//! `live-permissions-policy-missing`: camera, microphone and place are not refused.

use super::{add, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-permissions-policy-missing"),
        title: "Camera, microphone and place are not refused",
        severity: Severity::Info,
        tip: Tip::Middleware,
        cwe: &[],
        django_checks: &[],
        consequence: "Scripts and frames on the page may ask the visitor for them.",
        advice: "The package django-permissions-policy, or `add_header Permissions-Policy \"camera=(), microphone=(), geolocation=()\" always;`.",
        since: "0.1.0",
        page: include_str!("live_permissions_policy_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let value = page.header_list("permissions-policy");
    if value.is_empty() {
        let message = match page.header("feature-policy") {
            Some(_) => "`Feature-Policy` is the old name; browsers read `Permissions-Policy`",
            None => "There is no `Permissions-Policy`",
        };
        add(found, page, Confidence::High, message, header(page, "Permissions-Policy"));
    } else if !is_dictionary(&value) {
        add(
            found,
            page,
            Confidence::High,
            "`Permissions-Policy` cannot be read, so browsers leave it out",
            header(page, "Permissions-Policy"),
        )
        .severity(Severity::Low);
    }
}

/// A structured dictionary: `camera=(), geolocation=(self "https://maps.example")`.
fn is_dictionary(value: &str) -> bool {
    let mut depth = 0;
    let mut members = vec![String::new()];
    for character in value.chars() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => members.push(String::new()),
            _ => {}
        }
        if let Some(last) = members.last_mut().filter(|_| character != ',' || depth > 0) {
            last.push(character);
        }
    }
    depth == 0
        && members.iter().all(|member| {
            let (name, list) = member.trim().split_once('=').unwrap_or((member.trim(), ""));
            let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '*'));
            is_name && (list.starts_with('(') && list.contains(')') || matches!(list, "*" | "self"))
        })
}
