//! The project's own chores: documents, new rules, comparison with real Django, real projects and other tools.
//!
//! Each chore is one file. None of them is part of the product.

mod advisories;
mod bench;
mod corpus;
mod docs;
mod new_rule;
mod oracle;
mod tidy;
mod tools;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The project's own chores.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Chores {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Write a new rule's file and page, and list it in its group
    NewRule(new_rule::Args),
    /// Write docs/rules.md and docs/coverage.md from what the rules say of themselves
    Docs(docs::Args),
    /// Look for what the compiler does not see: pages without rules, paths of one machine, open ends
    Tidy,
    /// Measure barding against the floor of reading and parsing, and against ruff, on the same tree in the same run
    Bench(bench::Args),
    /// Audit real projects from PyPI: no panic, a ceiling on noise
    Corpus(corpus::Args),
    /// Ask real Django the same questions and compare
    Oracle(oracle::Args),
    /// Build the embedded advisory index from OSV's archive
    Advisories(advisories::Args),
}

fn main() -> Result<()> {
    match Chores::parse().chore {
        Chore::NewRule(args) => new_rule::run(&args),
        Chore::Docs(args) => docs::run(&args),
        Chore::Tidy => tidy::run(),
        Chore::Bench(args) => bench::run(&args),
        Chore::Corpus(args) => corpus::run(&args),
        Chore::Oracle(args) => oracle::run(&args),
        Chore::Advisories(args) => advisories::run(&args),
    }
}
