//! The door: the command line.
//!
//! What comes in: arguments, configuration, the environment, the terminal. What goes out: a report and an exit code: 0
//! clean at the chosen level, 1 findings, 2 the audit did not happen. Only this room prints, exits and reads the
//! environment; everything below turns values into values.

mod advisory_file;
mod args;
mod commands;
mod config;
mod context;
mod deliver;
mod exit;
mod target;

use crate::commands::Command;
use crate::context::Context;
use crate::exit::Exit;
use clap::Parser;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Stacks for the workers. Visitors recurse over syntax trees, and hostile files nest deep; memory is only used where
/// it is touched.
const STACK: usize = 64 << 20;

/// How secure a Django project really is.
#[derive(Debug, Parser)]
#[command(
    name = "barding",
    version,
    propagate_version = true,
    about = "How secure a Django project really is: tells, proves and closes",
    long_about = "barding audits Django projects: settings, code, templates, servers and dependencies, without \
                  importing or running any of it, and the running site from the outside.\n\n\
                  Start with `barding check` in the project's folder.",
    after_help = "Exit codes: 0 clean at the chosen level, 1 findings, 2 the audit did not happen.",
    max_term_width = 100
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    color: args::Color,
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are wanted output; anything else means that no audit took place.
            let _ = error.print();
            return if error.use_stderr() { Exit::NotDone.into() } else { Exit::Clean.into() };
        }
    };
    quiet_panics();
    // Without a handler the system's default still stops us, only without a word.
    let _ = ctrlc::set_handler(|| {
        eprintln!("barding: the audit did not happen: it was stopped");
        std::process::exit(2);
    });
    let context = Context::from_environment(cli.color);
    let pool = match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool,
        Err(error) => return not_done(&format!("the worker threads could not be started: {error}")),
    };
    match pool.install(|| catch_unwind(AssertUnwindSafe(|| cli.command.run(&context)))) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(error)) => not_done(&format!("{error:#}")),
        Err(_) => not_done("barding itself failed, which is a defect of barding; please report it"),
    }
}

/// The first words say that nothing was audited, so that nobody takes silence for an all-clear.
fn not_done(why: &str) -> ExitCode {
    eprintln!("barding: the audit did not happen: {}", barding_report::clean(why));
    Exit::NotDone.into()
}

/// A panic inside one rule is caught and becomes a problem in the report, so the default message would only disturb.
/// With `RUST_BACKTRACE` set a developer wants to see it.
fn quiet_panics() {
    if std::env::var_os("RUST_BACKTRACE").is_none() {
        std::panic::set_hook(Box::new(|_| {}));
    }
}
