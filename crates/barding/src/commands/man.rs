//! `barding man`: man pages, from the same definition as the help.

use crate::deliver::{print, write_file};
use crate::exit::Exit;
use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use clap::CommandFactory;

/// Print the man page, or write those of all commands into a folder.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write barding.1, barding-check.1 and so on into this folder
    #[arg(long, value_name = "FOLDER")]
    folder: Option<Utf8PathBuf>,
}

/// Prints or writes.
pub(crate) fn run(args: Args) -> anyhow::Result<Exit> {
    let mut command = crate::Cli::command();
    command.build();
    match args.folder {
        None => print(&page(&command)?)?,
        Some(folder) => write_all(&command, &folder)?,
    }
    Ok(Exit::Clean)
}

fn write_all(command: &clap::Command, folder: &Utf8Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("{folder} could not be made"))?;
    write_file(&folder.join("barding.1"), &page(command)?)?;
    for part in command.get_subcommands().filter(|part| part.get_name() != "help") {
        let name = format!("barding-{}", part.get_name());
        let part = part.clone().name(name.clone());
        write_file(&folder.join(format!("{name}.1")), &page(&part)?)?;
    }
    Ok(())
}

fn page(command: &clap::Command) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    clap_mangen::Man::new(command.clone()).render(&mut bytes).context("the man page could not be written")?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
