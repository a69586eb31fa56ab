//! `nginx-client-address-forged`: nginx adds to an address list that the client began.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::in_effect;
use barding_project::{SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-client-address-forged"),
        title: "nginx adds to an address list that the client began",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[348],
        django_checks: &[],
        consequence: "The first address is what the client wrote: limits on logins and requests count for whomever it names.",
        advice: "At the outermost proxy set `X-Forwarded-For $remote_addr`, or tell the project how many proxies there are (`NUM_PROXIES`, `AXES_IPWARE_PROXY_COUNT`).",
        since: "0.1.0",
        page: include_str!("nginx_client_address_forged.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let reader = project.settings.iter().filter(|settings| settings.is_judged()).find_map(|settings| {
        let (name, who) = believes_first(settings)?;
        Some((settings, name, who))
    });
    let Some((settings, name, who)) = reader else { return };
    if project.deployment.strips("X-Forwarded-For") {
        return;
    }
    for file in nginx_files(project) {
        file.walk(&mut |pass, scope| {
            if pass.name != "proxy_pass" {
                return;
            }
            let adds = in_effect(scope, "proxy_set_header").into_iter().find(|line| {
                line.argument(0).eq_ignore_ascii_case("X-Forwarded-For")
                    && line.argument(1).contains("$proxy_add_x_forwarded_for")
            });
            let Some(adds) = adds else { return };
            found
                .at(
                    adds.span,
                    Confidence::Medium,
                    format!("{who} believes what the client wrote before nginx's own"),
                )
                .because([Evidence::at(Role::Defined, settings.place(name), "what reads the list")]);
        });
    }
}

/// A setting that makes an app believe the first address of the list, or all of it, and the app.
fn believes_first(settings: &SettingsModule) -> Option<(&'static str, &'static str)> {
    if let Some(framework) = settings.get("REST_FRAMEWORK").value() {
        let throttles = framework.key("DEFAULT_THROTTLE_CLASSES").map(barding_project::Value::truthiness);
        let is_open = framework.entries().is_some() && framework.key("NUM_PROXIES").is_none();
        if throttles == Some(Truth::Yes) && is_open {
            return Some(("REST_FRAMEWORK", "the throttle of Django REST framework"));
        }
    }
    let order = "AXES_IPWARE_META_PRECEDENCE_ORDER";
    let counts = settings.values.contains_key("AXES_IPWARE_PROXY_COUNT");
    let is_open = settings.contains(order, "HTTP_X_FORWARDED_FOR") == Truth::Yes && !counts;
    is_open.then_some((order, "django-axes"))
}
