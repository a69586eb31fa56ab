//! Everything one audit looked at.

use barding_live::tls::Endpoint;
use barding_project::Project;
use barding_secrets::TreeScan;
use barding_source::Sources;

/// What the rules may ask. `None` means we did not look, never "nothing there".
#[derive(Debug, Default)]
pub struct Facts<'s> {
    /// The files, for places and texts that evidence shows. Rules do not open files; what is here was read already.
    pub sources: Option<&'s Sources<'s>>,
    /// The model of the project.
    pub project: Option<Project>,
    /// Secrets in the files.
    pub secrets: Option<TreeScan>,
    /// Each address of each host whose TLS was looked at.
    pub tls: Option<Vec<Endpoint>>,
}
