//! `cargo xtask docs`: writes docs/rules.md and docs/coverage.md from what the rules say of themselves and from the list
//! of items in docs/coverage/. `--check` fails where a file is out of date or where "done" lacks its cases.

use crate::tools::root;
use anyhow::{Context, Result, bail};
use barding_finding::Tip;
use barding_rules::{Check, Rule};
use camino::Utf8Path;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

/// How to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail when a document is not what would be written
    #[arg(long)]
    check: bool,
}

/// docs/coverage/*.toml: what barding has promised to cover.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    item: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    /// The heading it stands under.
    group: String,
    /// What is to be covered.
    name: String,
    /// The rules that cover it, each with found and fine cases on its page.
    #[serde(default)]
    rules: Vec<String>,
    /// Tests that cover what no rule does: `file::test_name`.
    #[serde(default)]
    tests: Vec<String>,
    /// done, partial or absent.
    status: Status,
    /// What is missing, for partial and absent.
    #[serde(default)]
    note: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Status {
    Done,
    Partial,
    Absent,
}

impl Coverage {
    /// The files of a folder, joined in the order of their names.
    fn read(folder: &Utf8Path) -> Result<Self> {
        let mut files: Vec<_> =
            folder.read_dir_utf8()?.map(|entry| entry.map(|e| e.into_path())).collect::<Result<_, _>>()?;
        files.retain(|path| path.extension() == Some("toml"));
        files.sort();
        let mut item = Vec::new();
        for path in files {
            let list: Self = toml::from_str(&fs::read_to_string(&path)?).with_context(|| path.to_string())?;
            item.extend(list.item);
        }
        item.extend(of_the_tips());
        Ok(Self { item })
    }
}

/// What covers each of the eighteen tips, by the rules' own words: found in code, proven on what runs, closed.
fn of_the_tips() -> Vec<Item> {
    let mut items = Vec::new();
    for (group, covers) in [
        ("The eighteen tips: detect", (|rule| !is_about_what_runs(rule)) as fn(&Rule) -> bool),
        ("The eighteen tips: prove", is_about_what_runs),
        ("The eighteen tips: close", |rule| barding_rules::remedies::has_remedy(rule.info.id.0)),
    ] {
        for tip in Tip::ALL {
            let of_tip = barding_rules::rules().filter(|rule| rule.info.tip == tip && covers(rule));
            let mut rules: Vec<String> = of_tip.map(|rule| rule.info.id.0.to_owned()).collect();
            rules.sort();
            let tests = BY_TESTS.iter().filter(|(own, id, _)| group.ends_with(own) && *id == tip.id());
            let tests: Vec<String> = tests.map(|(_, _, test)| (*test).to_owned()).collect();
            let is_done = !rules.is_empty() || !tests.is_empty();
            let (status, note) =
                if is_done { (Status::Done, "") } else { (Status::Absent, "nothing does this yet") };
            let name = tip.title().to_owned();
            items.push(Item { group: group.to_owned(), name, rules, tests, status, note: note.to_owned() });
        }
    }
    items
}

/// Tips that something other than a rule covers.
const BY_TESTS: [(&str, &str, &str); 8] = [
    ("close", "firewall", "crates/barding/tests/prove.rs::fn the_packet_filter_blocks_and_allows"),
    ("close", "database-roles", "crates/barding/tests/prove.rs::fn"),
    ("close", "certificate", "crates/barding/tests/prove.rs::fn web_servers_accept_and_hold"),
    ("close", "uploads", "python/tests/uploads/test_django.py::def"),
    ("close", "log-privacy", "python/tests_site/test_log_properties.py::def test"),
    ("close", "checkup", "crates/barding/tests/prove.rs::fn web_servers_accept_and_hold"),
    ("prove", "log-privacy", "crates/barding/tests/logs.rs::fn"),
    ("detect", "checkup", "crates/barding/tests/scan/greybox.rs::routes_of_the_code_are_asked_for"),
];

/// Whether a rule looks at what runs: a site, a host, a database.
fn is_about_what_runs(rule: &Rule) -> bool {
    matches!(
        rule.check,
        Check::Tls(_) | Check::Database(_) | Check::Site(_) | Check::Drift(_) | Check::Ports(_)
    ) || rule.info.id.0.starts_with("drift-")
}

pub(crate) fn run(args: &Args) -> Result<()> {
    let folder = root().join("docs");
    let list = Coverage::read(&folder.join("coverage"))?;
    let mut faults = faults(&list);
    for (name, text) in [("rules.md", rules_page()), ("coverage.md", coverage_page(&list))] {
        let path = folder.join(name);
        if args.check {
            if fs::read_to_string(&path).unwrap_or_default() != text {
                faults.push(format!("{path} is out of date: run `cargo xtask docs`"));
            }
        } else {
            fs::write(&path, text)?;
        }
    }
    if !faults.is_empty() {
        bail!("{} faults in the documents:\n{}", faults.len(), faults.join("\n"));
    }
    println!("documents: {} rules, {} items", barding_rules::rules().count(), list.item.len());
    Ok(())
}

/// Where the list says more than the rules and tests hold.
fn faults(list: &Coverage) -> Vec<String> {
    let mut faults = Vec::new();
    for item in &list.item {
        for id in &item.rules {
            match barding_rules::rule(id) {
                None => faults.push(format!("{}: there is no rule {id}", item.name)),
                Some(rule) => {
                    let (found, fine) = cases(rule);
                    if item.status == Status::Done && (found == 0 || fine == 0) {
                        faults.push(format!("{}: {id} has {found} found and {fine} fine cases", item.name));
                    }
                }
            }
        }
        for test in &item.tests {
            let named = test.split_once("::").and_then(|(file, name)| {
                let text = fs::read_to_string(root().join(file)).ok()?;
                text.contains(name).then_some(())
            });
            if named.is_none() {
                faults.push(format!("{}: there is no test {test}", item.name));
            }
        }
        if item.status == Status::Done && item.rules.is_empty() && item.tests.is_empty() {
            faults.push(format!("{}: done, but by nothing", item.name));
        }
        if item.status != Status::Done && item.note.is_empty() {
            faults.push(format!("{}: not done, and no note says what is missing", item.name));
        }
    }
    faults
}

/// How many found and fine cases a rule's page has.
fn cases(rule: &Rule) -> (usize, usize) {
    let count = |title: &str| rule.info.page.lines().filter(|line| line.starts_with(title)).count();
    (count("## Found"), count("## Fine"))
}

fn rules_page() -> String {
    let mut page = String::from(
        "# The rules\n\nWritten by `cargo xtask docs` from the rules themselves. `barding explain RULE` shows a rule's page.\n",
    );
    for tip in Tip::ALL {
        let mut rules: Vec<_> = barding_rules::rules().filter(|rule| rule.info.tip == tip).collect();
        if rules.is_empty() {
            continue;
        }
        rules.sort_by_key(|rule| (std::cmp::Reverse(rule.info.severity), rule.info.id));
        let _ = writeln!(page, "\n## {}. {} (`{}`)\n", tip.number(), tip.title(), tip.id());
        page.push_str("| rule | severity | what is bad | weakness | Django's check | cases found / fine |\n|---|---|---|---|---|---|\n");
        for rule in rules {
            let info = &rule.info;
            let cwe: Vec<_> = info.cwe.iter().map(|number| format!("CWE-{number}")).collect();
            let (found, fine) = cases(rule);
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} | {} | {found} / {fine} |",
                info.id,
                info.severity.word(),
                info.title.replace('|', "\\|"),
                cwe.join(", "),
                info.django_checks.join(", ")
            );
        }
    }
    page
}

fn coverage_page(list: &Coverage) -> String {
    let mut page = String::from(
        "# What is covered\n\nWritten by `cargo xtask docs` from `docs/coverage/` and from the rules' pages. \"done\" needs found and fine \
         cases, or a test; the check fails otherwise.\n\n",
    );
    let count = |status| list.item.iter().filter(|item| item.status == status).count();
    let _ = writeln!(
        page,
        "{} done, {} partial, {} absent.",
        count(Status::Done),
        count(Status::Partial),
        count(Status::Absent)
    );
    let mut groups: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in &list.item {
        groups.entry(&item.group).or_default().push(item);
    }
    for (group, items) in groups {
        let _ = write!(
            page,
            "\n## {group}\n\n| item | status | by | cases found / fine | missing |\n|---|---|---|---|---|\n"
        );
        for item in items {
            let (found, fine) = item
                .rules
                .iter()
                .filter_map(|id| barding_rules::rule(id))
                .map(cases)
                .fold((0, 0), |(a, b), (found, fine)| (a + found, b + fine));
            let mut by: Vec<_> = item.rules.iter().map(|id| format!("`{id}`")).collect();
            by.extend(item.tests.iter().map(|test| format!("test `{test}`")));
            let status = match item.status {
                Status::Done => "done",
                Status::Partial => "partial",
                Status::Absent => "absent",
            };
            let counted = if item.rules.is_empty() { String::new() } else { format!("{found} / {fine}") };
            let _ = writeln!(
                page,
                "| {} | {status} | {} | {counted} | {} |",
                item.name,
                by.join(", "),
                item.note
            );
        }
    }
    page
}
