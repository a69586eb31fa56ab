//! `cargo xtask new-rule GROUP ID`: writes the rule's file and its page, and the two lines in the group's `mod.rs`.

use crate::tools::root;
use anyhow::{Context, Result, bail};
use std::fs;

/// What to call the new rule.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The group: a folder of crates/barding_rules/src
    group: String,
    /// The rule's id, words joined by dashes: it names the bad thing
    id: String,
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let well_formed = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !well_formed(&args.id) {
        bail!("a rule's id is lower case words joined by dashes, not {:?}", args.id);
    }
    let folder = root().join("crates/barding_rules/src").join(&args.group);
    let list = folder.join("mod.rs");
    let text = fs::read_to_string(&list).with_context(|| format!("{list}: there is no such group"))?;
    let module = args.id.replace('-', "_");
    let source = folder.join(&module).with_extension("rs");
    if source.exists() {
        bail!("{source} is there already");
    }
    fs::write(&source, rule_source(&args.id, &module))?;
    fs::write(source.with_extension("md"), page_source(&args.id))?;
    fs::write(&list, listed(&text, &module)?)?;
    println!(
        "wrote {source} and its page; write the page first, then `cargo test -p barding_audit --test pages`"
    );
    Ok(())
}

/// The group's `mod.rs` with the module and the list entry added, each in its sorted place.
fn listed(text: &str, module: &str) -> Result<String> {
    let mut lines: Vec<String> = text.lines().map(ToOwned::to_owned).collect();
    let declaration = format!("mod {module};");
    let first =
        lines.iter().position(|line| line.starts_with("mod ")).context("mod.rs declares no module yet")?;
    let at = (first..lines.len())
        .find(|at| !lines[*at].starts_with("mod ") || lines[*at] > declaration)
        .unwrap_or(lines.len());
    lines.insert(at, declaration);
    let start = lines.iter().position(|line| line.contains("const RULES")).context("mod.rs has no RULES")?;
    let end = (start..lines.len())
        .find(|at| lines[*at].trim_end().ends_with("];"))
        .context("RULES does not end")?;
    let line = lines[end].clone();
    let bracket = line.rfind(']').context("RULES does not end")?;
    let comma =
        if line[..bracket].trim_end().ends_with(['[', ',']) || line.trim() == "];" { "" } else { ", " };
    lines[end] = format!("{}{comma}&{module}::RULE{}", &line[..bracket], &line[bracket..]);
    Ok(lines.join("\n") + "\n")
}

fn rule_source(id: &str, module: &str) -> String {
    format!(
        r#"//! `{id}`: say in one line what is bad.

use crate::{{Check, Findings, Rule}};
use barding_finding::{{Confidence, RuleId, RuleInfo, Severity, Tip}};
use barding_project::{{Project, SettingsModule}};

/// The rule.
pub(crate) static RULE: Rule = Rule {{
    info: RuleInfo {{
        id: RuleId("{id}"),
        title: "The bad thing in a few words",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[],
        django_checks: &[],
        consequence: "What follows from it.",
        advice: "What to do now.",
        since: "0.1.0",
        page: include_str!("{module}.md"),
    }},
    check: Check::Settings(check),
}};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {{
    if settings.is_truthy("NAME") == barding_project::Truth::Yes {{
        found.at(settings.place("NAME"), Confidence::High, "what is wrong here");
    }}
}}
"#
    )
}

fn page_source(id: &str) -> String {
    format!(
        "# {id}\n\nWhy it matters, and what the rule cannot see.\n\n## Found: the smallest project that shows it\n\n\
         ```python title=\"shop/settings.py\"\nNAME = True  # found: {id}\n```\n\n## Fine: the same done well\n\n\
         ```python title=\"shop/settings.py\"\nNAME = False\n```\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_listed_in_one_line_and_in_many() {
        let short = "mod a;\nmod c;\n\npub const RULES: &[&Rule] = &[&a::RULE, &c::RULE];\n";
        assert_eq!(
            listed(short, "b").unwrap(),
            "mod a;\nmod b;\nmod c;\n\npub const RULES: &[&Rule] = &[&a::RULE, &c::RULE, &b::RULE];\n"
        );
        let long = "mod a;\n\npub const RULES: &[&Rule] = &[\n    &a::RULE,\n];\n";
        assert_eq!(
            listed(long, "b").unwrap(),
            "mod a;\nmod b;\n\npub const RULES: &[&Rule] = &[\n    &a::RULE,\n&b::RULE];\n"
        );
    }
}
