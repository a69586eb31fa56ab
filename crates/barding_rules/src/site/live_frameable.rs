//! `live-frameable`: pages can be framed by other sites.

use super::{add, csp, cut, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-frameable"),
        title: "Pages can be framed by other sites",
        severity: Severity::Medium,
        tip: Tip::Clickjacking,
        cwe: &[1021],
        django_checks: &[],
        consequence: "A visitor can be made to click on the site through a page of somebody else.",
        advice: "`django.middleware.clickjacking.XFrameOptionsMiddleware` in MIDDLEWARE; `X_FRAME_OPTIONS = 'DENY'` is the default since 3.0. `frame-ancestors` of a content security policy wins where both exist.",
        since: "0.1.0",
        page: include_str!("live_frameable.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let admin = site.admin_login().filter(|admin| admin.url != page.url);
    for page in std::iter::once(page).chain(admin) {
        if !page.is_html() {
            continue;
        }
        let ancestors: Vec<Vec<String>> = csp::enforced(page)
            .iter()
            .filter_map(|policy| Some(policy.sources("frame-ancestors")?.to_vec()))
            .collect();
        if !ancestors.is_empty() {
            let is_open = |words: &Vec<String>| {
                words
                    .iter()
                    .any(|word| matches!(word.as_str(), "*" | "http:" | "https:" | "http://*" | "https://*"))
            };
            if ancestors.iter().all(is_open) {
                add(
                    found,
                    page,
                    Confidence::High,
                    "`frame-ancestors` lets every site frame the page",
                    header(page, "Content-Security-Policy"),
                );
            }
            continue;
        }
        let mut values: Vec<String> = page
            .header_list("x-frame-options")
            .split(',')
            .map(|value| value.trim().to_ascii_uppercase())
            .filter(|value| !value.is_empty())
            .collect();
        values.sort();
        values.dedup();
        let message = match values.as_slice() {
            [one] if one == "DENY" || one == "SAMEORIGIN" => continue,
            [] => "Nothing forbids other sites to frame the page".to_owned(),
            [one] => format!("`X-Frame-Options` is `{}`, which browsers do not know", cut(one, 60)),
            _ => "`X-Frame-Options` has several values, so browsers take no notice of it".to_owned(),
        };
        add(found, page, Confidence::High, message, header(page, "X-Frame-Options"));
    }
}
