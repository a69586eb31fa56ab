//! What remedies work with: the project, its files, and syntax trees on demand.

use crate::edit::Sheet;
use barding_finding::{Finding, Fix, FixSafety, Place};
use barding_project::python::PythonModules;
use barding_project::{Project, SettingsModule};
use barding_source::{FileId, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};

/// The project on the bench.
pub(super) struct Bench<'a> {
    pub(super) project: &'a Project,
    pub(super) sources: &'a Sources<'a>,
    python: PythonModules<'a>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(project: &'a Project, sources: &'a Sources<'a>) -> Self {
        Self { project, sources, python: PythonModules::new(sources) }
    }

    /// A Python file open for editing; `None` when it does not parse as a whole.
    pub(super) fn sheet(&self, file: FileId) -> Option<Sheet<'_>> {
        let module = self.python.module(file)?;
        (!self.python.is_broken(file)).then_some(Sheet { file: &module.file, syntax: &module.syntax })
    }

    /// The settings modules a finding concerns.
    pub(super) fn settings_of(&self, finding: &Finding) -> Vec<&'a SettingsModule> {
        let named = |module: &&SettingsModule| finding.subjects.contains(&module.name);
        self.project.settings.iter().filter(named).collect()
    }

    /// The folder of the `manage.py` above a file; the audited folder when there is none.
    pub(super) fn project_folder(&self, file: FileId) -> Utf8PathBuf {
        let path = self.sources.path(file).unwrap_or_default();
        let has_manage = |folder: &&Utf8Path| self.sources.id(&folder.join("manage.py")).is_some();
        path.ancestors().skip(1).find(has_manage).unwrap_or(Utf8Path::new("")).to_owned()
    }
}

/// Where a finding is, in a file.
pub(super) fn span_of(finding: &Finding) -> Option<Span> {
    match finding.place {
        Place::Code(span) => Some(span),
        _ => None,
    }
}

/// A fix, unless there is nothing to edit.
pub(super) fn fix(
    title: impl Into<String>,
    safety: FixSafety,
    edits: Vec<barding_finding::Edit>,
) -> Option<Fix> {
    (!edits.is_empty()).then(|| Fix { title: title.into(), safety, edits })
}
