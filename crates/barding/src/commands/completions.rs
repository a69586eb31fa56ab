//! `barding completions`: completions for a shell, from the same definition as the help.

use crate::deliver::print;
use crate::exit::Exit;
use clap::CommandFactory;
use clap_complete::Shell;

/// Print completions for a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: barding completions bash > ~/.local/share/bash-completion/completions/barding"
)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

/// Prints them.
pub(crate) fn run(args: Args) -> anyhow::Result<Exit> {
    let mut bytes = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "barding", &mut bytes);
    print(&String::from_utf8_lossy(&bytes))?;
    Ok(Exit::Clean)
}
