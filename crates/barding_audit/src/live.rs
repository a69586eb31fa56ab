//! An audit of what runs: facts that were observed, judged like everything else.

use crate::{AuditError, AuditOptions, audit, judge};
use barding_finding::{AuditResult, Coverage, Evidence, Need, NotKnown, Role};
use barding_live::ports::PortScan;
use barding_live::site::{Level, Site};
use barding_live::tls::{Answer, Endpoint};
use barding_project::python;
use barding_rules::{Check, Facts, Rule};
use barding_source::{MemoryTree, Problem, ReadLimits, Sources};

/// Judges facts that were observed. Only rules about what runs are asked; a project beside the facts lets those speak
/// that compare the two.
///
/// # Errors
/// When there is nothing to judge or the options name a rule that does not exist.
pub fn audit_live(facts: &Facts<'_>, options: &AuditOptions) -> Result<AuditResult, AuditError> {
    let selected = judge::selected(&options.select, &options.ignore)?;
    let rules: Vec<&'static Rule> = selected.into_iter().filter(|rule| is_asked(rule, facts)).collect();
    let has_tls = facts.tls.iter().flatten().next().is_some();
    let has_database = facts.databases.iter().flatten().next().is_some();
    if !has_tls && !has_database && facts.site.is_none() && facts.ports.is_none() {
        return Err(AuditError::Empty);
    }
    let coverage = coverage(facts);
    let nothing = MemoryTree::new();
    let empty = Sources::new(&nothing, ReadLimits::default(), python::decode);
    let sources = facts.sources.unwrap_or(&empty);
    let mut result = audit::judge_all(facts, &rules, coverage, sources, options);
    if let Some(check_up) = &result.check_up {
        result.coverage.notes.insert(0, check_up.sentence.clone());
    }
    Ok(result)
}

/// Whether a rule is about what was looked at.
fn is_asked(rule: &Rule, facts: &Facts<'_>) -> bool {
    match rule.check {
        Check::Tls(_) => facts.tls.iter().flatten().next().is_some(),
        Check::Database(_) => facts.databases.iter().flatten().next().is_some(),
        Check::Site(_) => facts.site.is_some(),
        Check::Drift(_) => facts.site.is_some() && facts.project.is_some(),
        Check::Ports(_) => facts.ports.is_some(),
        Check::Facts(_) => facts.site.is_some() && barding_rules::site::is_live(rule.info.id.0),
        _ => false,
    }
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
    if let Some(site) = &facts.site {
        cover_site(site, &mut coverage);
    }
    if let Some(scans) = &facts.ports {
        cover_ports(scans, &mut coverage);
    }
    coverage
}

/// What was not asked of a site, so that nothing passes on half a look.
fn cover_site(site: &Site, coverage: &mut Coverage) {
    let mut gaps = Vec::new();
    if site.level < Level::Probe {
        gaps.push("unknown paths, forged hosts and exposed files (barding scan --probe)".to_owned());
    }
    if site.level < Level::Active {
        gaps.push("posts without a token and markers in parameters (barding scan --active)".to_owned());
    }
    gaps.extend(site.ended_early.iter().map(|why| format!("the rest of the look, which ended early: {why}")));
    if site.is_inside {
        gaps.push("what the internet sees: this look came from inside".to_owned());
    }
    coverage.problems.extend(site.problems.iter().map(|problem| Problem::general(problem.clone())));
    coverage.looked_at.insert(Need::Site, gaps);
    let place = if site.is_inside { "from this machine or its private network" } else { "from the outside" };
    let asked = format!(
        "{} was sent {} requests {place}, at the level `{}`",
        site.url,
        site.requests,
        site.level.word()
    );
    coverage.notes.push(asked);
}

/// What a scan of ports could not see. From inside nothing follows for the world.
fn cover_ports(scans: &[PortScan], coverage: &mut Coverage) {
    let mut gaps = Vec::new();
    for scan in scans {
        let name = format!("{} at {}", scan.host, scan.address);
        if scan.is_inside {
            gaps.push(format!(
                "the ports of {name} as the internet sees them: this look came from {}",
                scan.from
            ));
        }
        gaps.extend(scan.ended_early.iter().map(|why| format!("the rest of the ports of {name}: {why}")));
        coverage
            .problems
            .extend(scan.problems.iter().map(|problem| Problem::general(format!("{name}: {problem}"))));
        let udp = match scan.udp_asked {
            0 => String::new(),
            asked => format!("; {asked} services over UDP asked, {} of them silent", scan.udp_silent),
        };
        coverage.notes.push(format!(
            "{name}: {} ports tried from {}, {} closed, {} filtered{udp}",
            scan.tried, scan.from, scan.closed, scan.filtered
        ));
    }
    coverage.looked_at.insert(Need::Ports, gaps);
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
    if endpoint.protocols.is_empty() {
        gaps.push(format!("the protocols and ciphers of {name} (barding tls HOST)"));
    }
    for seen in &endpoint.protocols {
        if let Answer::Unknown(why) = &seen.offered {
            gaps.push(format!("{name}: whether it speaks {} could not be told: {why}", seen.protocol.name()));
        }
    }
    gaps
}
