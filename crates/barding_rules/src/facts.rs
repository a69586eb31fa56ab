//! Everything one audit looked at.

use barding_deps::{Advisories, Packages};
use barding_live::database::DatabaseLook;
use barding_live::ports::PortScan;
use barding_live::site::Site;
use barding_live::tls::Endpoint;
use barding_project::Project;
use barding_secrets::{HistoryScan, LogScan, OutsideFile, RepositoryFiles, TreeScan};
use barding_source::Sources;
use std::sync::Arc;

/// What the rules may ask. `None` means we did not look, never "nothing there".
#[derive(Debug, Default)]
pub struct Facts<'s> {
    /// The files, for places and texts that evidence shows. Rules do not open files; what is here was read already.
    pub sources: Option<&'s Sources<'s>>,
    /// The model of the project.
    pub project: Option<Project>,
    /// Secrets in the files.
    pub secrets: Option<TreeScan>,
    /// Files that should not be in the repository.
    pub repository: Option<RepositoryFiles>,
    /// Configuration files outside the repository, as this machine has them.
    pub outside: Option<Vec<OutsideFile>>,
    /// Secrets in the history.
    pub history: Option<HistoryScan>,
    /// What log files give away.
    pub logs: Option<Vec<LogScan>>,
    /// What the project installs.
    pub packages: Option<Packages>,
    /// What is known about vulnerable versions.
    pub advisories: Option<Arc<Advisories>>,
    /// Today as days since 1970-01-01, where the door told it. Rules about dates ask [`Facts::day`].
    pub today: Option<u32>,
    /// Each address of each host whose TLS was looked at.
    pub tls: Option<Vec<Endpoint>>,
    /// Each database that was looked at.
    pub databases: Option<Vec<DatabaseLook>>,
    /// The running site, as it answered.
    pub site: Option<Site>,
    /// Each address whose ports were looked at.
    pub ports: Option<Vec<PortScan>>,
}

impl Facts<'_> {
    /// The day to judge by: today, or the date of the advisories when nobody told.
    pub fn day(&self) -> u32 {
        let data = self.advisories.as_ref().map_or(0, |advisories| advisories.day());
        self.today.unwrap_or(data)
    }
}
