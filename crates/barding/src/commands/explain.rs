//! `barding explain`: a rule's page.

use crate::context::Context;
use crate::deliver::print;
use crate::exit::Exit;
use anyhow::bail;
use barding_report::{Look, rule_page};

/// Explain a rule: what it means, why it matters, what to do, and what it looks like.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The rule's id, as shown by `barding rules`
    rule: String,
}

/// Prints the page.
pub(crate) fn run(args: Args, context: &Context) -> anyhow::Result<Exit> {
    let Some(rule) = barding_rules::rule(&args.rule) else {
        let near: Vec<&str> = barding_rules::rules()
            .map(|rule| rule.info.id.0)
            .filter(|id| {
                args.rule.split('-').any(|word| word.len() > 3 && id.split('-').any(|own| own == word))
            })
            .take(5)
            .collect();
        let hint = if near.is_empty() { String::new() } else { format!("; near: {}", near.join(", ")) };
        bail!("there is no rule `{}`{hint}; `barding rules` lists them all", args.rule);
    };
    let look = Look { color: context.color, width: context.width, ..Look::default() };
    print(&rule_page(&rule.info, &look))?;
    Ok(Exit::Clean)
}
