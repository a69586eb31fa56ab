//! `cargo xtask oracle`: asks real Django the same questions and compares.
pub(crate) use placeholder::*;
mod placeholder {
    /// x
    #[derive(clap::Args)]
    pub(crate) struct Args {}
    pub(crate) fn run(_: &Args) -> anyhow::Result<()> { Ok(()) }
}
