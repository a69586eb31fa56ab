//! Asks the rules, each kind of thing walked once. A rule that panics is reported and the rest goes on.

use barding_finding::{Coverage, Finding};
use barding_project::{SettingsRole, Truth};
use barding_rules::{Check, Facts, Findings, Rule};
use barding_source::Problem;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The rules that are asked: all, or the selected ones, without the ignored ones. A name is a rule's or a tip's.
pub(crate) fn selected(select: &[String], ignore: &[String]) -> Vec<&'static Rule> {
    let named = |rule: &Rule, names: &[String]| {
        names.iter().any(|name| rule.info.id.0 == name || rule.info.tip.id() == name)
    };
    barding_rules::rules()
        .filter(|rule| select.is_empty() || named(rule, select))
        .filter(|rule| !named(rule, ignore))
        .collect()
}

/// Every finding of every rule, in the order of the rules.
pub(crate) fn judge(facts: &Facts<'_>, rules: &[&'static Rule], coverage: &mut Coverage) -> Vec<Finding> {
    let outcomes: Vec<_> = rules
        .par_iter()
        .map(|rule| {
            let mut list = Vec::new();
            let asked =
                catch_unwind(AssertUnwindSafe(|| ask(rule, facts, &mut Findings::new(rule, &mut list))));
            (list, asked.is_err().then_some(rule.info.id))
        })
        .collect();
    let mut findings = Vec::new();
    for (list, failed) in outcomes {
        findings.extend(list);
        if let Some(id) = failed {
            coverage
                .problems
                .push(Problem::general(format!("the rule {id} failed; what it would say is missing")));
        }
    }
    findings
}

fn ask(rule: &'static Rule, facts: &Facts<'_>, found: &mut Findings<'_>) {
    match (&rule.check, &facts.project) {
        (Check::Settings(check), Some(project)) => {
            let live = project.settings.iter().filter(|module| {
                module.role == SettingsRole::Production && module.runs_in_production != Truth::No
            });
            for module in live {
                check(module, project, found);
            }
        }
        (Check::Project(check), Some(project)) => check(project, found),
        (Check::Facts(check), _) => check(facts, found),
        (Check::Tls(check), _) => facts.tls.iter().flatten().for_each(|endpoint| check(endpoint, found)),
        (Check::Settings(_) | Check::Project(_), None) => {}
    }
}
