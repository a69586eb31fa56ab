//! Asks the rules, each kind of thing walked once. A rule that panics is reported and the rest goes on.

use crate::AuditError;
use barding_finding::{Coverage, Evidence, Finding, Need, NotKnown, Role, Tip, Undecided};
use barding_project::Project;
use barding_rules::{Check, Facts, Findings, Rule};
use barding_source::Problem;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The rules that are asked: all, or the selected ones, without the ignored ones. A name is a rule's or a tip's.
pub(crate) fn selected(select: &[String], ignore: &[String]) -> Result<Vec<&'static Rule>, AuditError> {
    for name in select.iter().chain(ignore) {
        if barding_rules::rule(name).is_none() && Tip::ALL.iter().all(|tip| tip.id() != name) {
            return Err(AuditError::NoSuchRule(name.clone()));
        }
    }
    let named = |rule: &Rule, names: &[String]| {
        names.iter().any(|name| rule.info.id.0 == name || rule.info.tip.id() == name)
    };
    Ok(barding_rules::rules()
        .filter(|rule| select.is_empty() || named(rule, select))
        .filter(|rule| !named(rule, ignore))
        .collect())
}

/// Every finding of every rule, in the order of the rules.
pub(crate) fn judge(facts: &Facts<'_>, rules: &[&'static Rule], coverage: &mut Coverage) -> Vec<Finding> {
    let mut outcomes: Vec<(Vec<Finding>, bool, Option<Undecided>)> = rules
        .par_iter()
        // Neighbours walk the same things, so whole runs of them take long: each goes to whoever is free.
        .with_max_len(1)
        .map(|rule| {
            let mut list = Vec::new();
            let asked = catch_unwind(AssertUnwindSafe(|| {
                let mut found = Findings::new(rule, &mut list);
                ask(rule, facts, &mut found);
                found.undecided()
            }));
            let failed = asked.is_err();
            (list, failed, asked.ok().flatten())
        })
        .collect();
    if let Some(project) = &facts.project {
        for (at, list, failed) in judge_calls(project, rules) {
            outcomes[at].0.extend(list);
            outcomes[at].1 |= failed;
        }
    }
    let mut findings = Vec::new();
    for (rule, (list, failed, undecided)) in rules.iter().zip(outcomes) {
        findings.extend(list);
        if let Some(undecided) = undecided {
            note_undecided(rule, undecided, coverage);
        }
        if failed {
            let id = rule.info.id;
            coverage
                .problems
                .push(Problem::general(format!("the rule {id} failed; what it would say is missing")));
        }
    }
    findings
}

/// What a rule could not tell is missing from what its tips need.
fn note_undecided(rule: &'static Rule, undecided: Undecided, coverage: &mut Coverage) {
    if let Undecided::CannotTell(why) = &undecided {
        let need = match rule.check {
            Check::Ports(_) => Need::Ports,
            _ => Need::Site,
        };
        let gaps = coverage.looked_at.entry(need).or_default();
        let gap = format!("what could not be told: {why}");
        if !gaps.contains(&gap) {
            gaps.push(gap);
        }
        coverage.unknown.push(NotKnown {
            question: format!("{} ({})", rule.info.title, rule.info.id),
            evidence: Evidence::note(Role::NotKnown, why.clone()),
        });
    }
    coverage.undecided.insert(rule.info.id, undecided);
}

/// Walks every call once and asks the rules that named what it calls.
fn judge_calls(project: &Project, rules: &[&'static Rule]) -> Vec<(usize, Vec<Finding>, bool)> {
    let mut wanted: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, rule) in rules.iter().enumerate() {
        if let Check::Call(names, _) = rule.check {
            for name in names {
                wanted.entry(name).or_default().push(at);
            }
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let asked_by_method = wanted.keys().any(|name| name.starts_with('.'));
    let outcomes: Vec<Vec<(usize, Vec<Finding>, bool)>> = project
        .code
        .modules
        .par_iter()
        .map(|module| {
            let mut outcomes = Vec::new();
            for call in project.code.calls_of(module) {
                let by_name = call.name().and_then(|name| wanted.get(&*name));
                let by_method = if asked_by_method {
                    call.last_name().and_then(|name| wanted.get(&*format!(".{name}")))
                } else {
                    None
                };
                for at in by_name.into_iter().chain(by_method).flatten() {
                    let rule = rules[*at];
                    let Check::Call(_, check) = rule.check else { continue };
                    let mut list = Vec::new();
                    let asked = catch_unwind(AssertUnwindSafe(|| {
                        check(&call, project, &mut Findings::new(rule, &mut list));
                    }));
                    if !list.is_empty() || asked.is_err() {
                        outcomes.push((*at, list, asked.is_err()));
                    }
                }
            }
            outcomes
        })
        .collect();
    outcomes.into_iter().flatten().collect()
}

fn ask(rule: &'static Rule, facts: &Facts<'_>, found: &mut Findings<'_>) {
    match (&rule.check, &facts.project) {
        (Check::Settings(check), Some(project)) => {
            for module in project.settings.iter().filter(|module| module.is_judged()) {
                check(module, project, found);
            }
        }
        (Check::Module(check), Some(project)) => {
            let live = project.code.modules.iter().filter(|module| module.role.may_serve());
            for module in live {
                check(module, project, found);
            }
        }
        (Check::Template(check), Some(project)) => {
            for template in project.templates.iter().filter(|template| template.is_live) {
                check(template, project, found);
            }
        }
        (Check::Flow(kinds, check), Some(project)) => {
            for flow in project.flows.iter().filter(|flow| kinds.contains(&flow.kind)) {
                check(flow, project, found);
            }
        }
        (Check::Project(check), Some(project)) => check(project, found),
        (Check::Facts(check), _) => check(facts, found),
        (Check::Tls(check), _) => facts.tls.iter().flatten().for_each(|endpoint| check(endpoint, found)),
        (Check::Database(check), _) => facts.databases.iter().flatten().for_each(|seen| check(seen, found)),
        (Check::Site(check), _) => {
            if let Some(site) = &facts.site {
                check(site, found);
            }
        }
        (Check::Drift(check), Some(project)) => {
            if let Some(site) = &facts.site {
                check(site, project, found);
            }
        }
        (Check::Ports(check), _) => facts.ports.iter().flatten().for_each(|scan| check(scan, found)),
        // Calls are walked once for all rules, in `judge_calls`.
        (Check::Call(..), _) => {}
        (
            Check::Settings(_)
            | Check::Module(_)
            | Check::Template(_)
            | Check::Flow(..)
            | Check::Project(_)
            | Check::Drift(_),
            None,
        ) => {}
    }
}
