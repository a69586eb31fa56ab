//! An audit of what runs: facts that were observed, judged like everything else.

use crate::{AuditError, AuditOptions, checklist, fingerprint, ignores, judge, merge};
use barding_finding::{AuditResult, Coverage, Evidence, Need, NotKnown, Role};
use barding_live::tls::{Answer, Endpoint};
use barding_project::python;
use barding_rules::{Check, Facts, Rule};
use barding_source::{MemoryTree, Problem, ReadLimits, Sources};

/// Judges facts that were observed, without a project's files. Only rules about what runs are asked.
///
/// # Errors
/// When there is nothing to judge or the options name a rule that does not exist.
pub fn audit_live(facts: &Facts<'_>, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let selected = judge::selected(&options.select, &options.ignore)?;
    let rules: Vec<&'static Rule> = selected
        .into_iter()
        .filter(|rule| matches!(rule.check, Check::Tls(_) | Check::Database(_)))
        .collect();
    if facts.tls.iter().flatten().next().is_none() && facts.databases.iter().flatten().next().is_none() {
        return Err(AuditError::Empty);
    }
    let nothing = MemoryTree::new();
    let sources = Sources::new(&nothing, ReadLimits::default(), python::decode);
    let mut coverage = coverage(facts);
    let mut findings = merge::merge(judge::judge(facts, &rules, &mut coverage));
    crate::audit::sort(&mut findings);
    let (mut findings, mut ignored) = ignores::apply(
        findings,
        &sources,
        &rules,
        &options.ignores,
        |name| vec![name.to_owned()],
        options.today.as_deref(),
    );
    fingerprint::fill(&mut findings, &sources, &[]);
    if let Some(baseline) = &options.baseline {
        coverage.notes.extend(baseline.apply(&mut findings, &mut ignored));
    }
    let checklist = checklist::verdicts(&findings, &ignored, &rules, &coverage);
    findings.retain(|finding| {
        finding.severity >= options.min_severity && finding.confidence >= options.min_confidence
    });
    crate::audit::sort(&mut findings);
    let mut result = AuditResult {
        target: options.target.clone(),
        findings,
        ignored,
        rules: rules.iter().map(|rule| &rule.info).collect(),
        coverage,
        checklist,
        ..AuditResult::default()
    };
    result.rules.sort_by_key(|rule| rule.id);
    Ok(result)
}

fn coverage(facts: &Facts<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    let mut gaps = Vec::new();
    for endpoint in facts.tls.iter().flatten() {
        let name = format!("{}:{} at {}", endpoint.host, endpoint.port, endpoint.address);
        coverage
            .problems
            .extend(endpoint.problems.iter().map(|problem| Problem::general(format!("{name}: {problem}"))));
        match &endpoint.speaks_tls {
            Answer::Yes => gaps.extend(unknowns(endpoint, &name, &mut coverage)),
            Answer::No => gaps.push(format!("{name} does not speak TLS")),
            Answer::Unknown(why) => gaps.push(format!("{name}: {why}")),
        }
    }
    if facts.tls.is_some() {
        coverage.looked_at.insert(Need::Tls, gaps);
    }
    if let Some(databases) = &facts.databases {
        let gaps = databases
            .iter()
            .flat_map(|seen| seen.problems.iter().map(move |why| format!("{}: {why}", seen.name)));
        let gaps: Vec<String> = gaps.collect();
        coverage.problems.extend(gaps.iter().map(|gap| Problem::general(gap.clone())));
        coverage.looked_at.insert(Need::Database, gaps);
    }
    coverage
}

/// What could not be told about an endpoint. Weaknesses that only show when the protocol is broken on purpose are not
/// among the gaps: they are asked for with an option of their own.
fn unknowns(endpoint: &Endpoint, name: &str, coverage: &mut Coverage) -> Vec<String> {
    let mut gaps = Vec::new();
    let found = &endpoint.vulnerabilities;
    let weaknesses = [
        ("Heartbleed", &found.heartbleed),
        ("CCS injection", &found.ccs_injection),
        ("ROBOT", &found.robot),
        ("Ticketbleed", &found.ticketbleed),
        ("a CBC padding oracle", &found.cbc_oracle),
    ];
    for (weakness, answer) in weaknesses {
        if let Answer::Unknown(why) = answer
            && *answer != Answer::default()
        {
            coverage.unknown.push(NotKnown {
                question: format!("whether {name} has {weakness}"),
                evidence: Evidence::note(Role::NotKnown, why.clone()),
            });
        }
    }
    for seen in &endpoint.protocols {
        if let Answer::Unknown(why) = &seen.offered {
            gaps.push(format!("{name}: whether it speaks {} could not be told: {why}", seen.protocol.name()));
        }
    }
    gaps
}
