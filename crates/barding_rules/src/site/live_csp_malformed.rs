//! `live-csp-malformed`: The content security policy is not well formed.

use super::{add, csp, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-malformed"),
        title: "The content security policy is not well formed",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[16],
        django_checks: &[],
        consequence: "Browsers leave out what they do not understand, and the policy means something else than it says.",
        advice: "Mend the text; Django 6's constants (`CSP.SELF`, `CSP.NONE`) cannot be mistyped.",
        since: "0.1.0",
        page: include_str!("live_csp_malformed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    let mut wrong = Vec::new();
    for policy in &policies {
        for (name, words) in &policy.directives {
            if !csp::KNOWN.contains(&name.as_str()) {
                wrong.push(format!("`{}` is no directive", cut(name, 40)));
            }
            for word in words {
                let bare = word.to_ascii_lowercase();
                if ["self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic"].contains(&bare.as_str())
                {
                    wrong.push(format!("`{bare}` needs quotes"));
                }
            }
            if csp::has(words, "'none'") && words.len() > 1 {
                wrong.push(format!("`'none'` stands beside others in `{name}`, so it is ignored"));
            }
        }
        wrong.extend(
            policy
                .duplicates
                .iter()
                .map(|name| format!("`{}` comes twice; the second is ignored", cut(name, 40))),
        );
        if policy.scripts().is_some_and(|words| csp::has(words, "'strict-dynamic'"))
            && !policy.names_scripts()
        {
            wrong.push("`'strict-dynamic'` without a nonce or hash lets no script run".to_owned());
        }
    }
    wrong.dedup();
    if !wrong.is_empty() {
        wrong.truncate(6);
        add(
            found,
            page,
            Confidence::High,
            format!("The content security policy is not well formed: {}", wrong.join("; ")),
            header(page, "Content-Security-Policy"),
        );
    }
}
