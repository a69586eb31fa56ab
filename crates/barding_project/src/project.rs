//! The whole model: everything the rules may ask about a project.

use crate::code::{Code, with_room};
use crate::discover::Discovery;
use crate::django::{self, DjangoVersion};
use crate::flow::{self, Flow, Rendered};
use crate::routes::{self, Routes};
use crate::servers::Servers;
use crate::settings::{self, SettingsModule, Which};
use crate::stated::Deployment;
use crate::templates::Templates;
use barding_source::{Problem, Sources, Span};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::sync::{OnceLock, mpsc};

/// What the user said that no file shows.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--settings`: judge these modules as production, whatever their names.
    pub settings_modules: Vec<String>,
    /// `--env` and `--env-file`: environment variables that are known.
    pub environment: BTreeMap<String, String>,
    /// Whether variables that `environment` does not name are known not to be set.
    pub environment_complete: bool,
    /// Whether files that settings ask for and that are not among the sources are known not to be there.
    pub files_complete: bool,
    /// `--django`: the version, when no lock file tells it or it tells the wrong one.
    pub django_version: Option<String>,
    /// `[tool.barding.deployment]`: what stands in front of Django.
    pub deployment: Deployment,
    /// `[tool.barding.model]`: the project's own sanitisers, guards, sinks and sources.
    pub model: flow::Model,
}

/// What a Django project means. Complete before judging; it does not change after.
#[derive(Debug, Default)]
pub struct Project {
    /// The settings modules found, sorted by name.
    pub settings: Vec<SettingsModule>,
    /// Where the settings modules were found, and what was looked for.
    pub discovery: Discovery,
    /// The version of Django that the project as a whole runs on. A monorepo may have several: ask
    /// [`SettingsModule::django`] for that of one settings module.
    pub django: DjangoVersion,
    /// Every Python file, parsed, with names resolved.
    pub code: Code,
    /// Every route with its view, who may enter and what protects it.
    pub routes: Routes,
    /// Request data that reaches a place where it does harm.
    pub flows: Vec<Flow>,
    /// What views put into places where templates print without escaping, as far as we saw them rendered.
    pub rendered: BTreeMap<Span, Rendered>,
    /// The templates.
    pub templates: Templates,
    /// Server and container configuration.
    pub servers: Servers,
    /// What the user said about what stands in front of Django.
    pub deployment: Deployment,
    /// The environment variables that the user named.
    pub environment: BTreeMap<String, String>,
    /// What kept us from looking while the model was built.
    pub problems: Vec<Problem>,
}

impl Project {
    /// The settings alone, for questions about nothing else: the rest of the model stays empty.
    pub fn read_settings(sources: &Sources<'_>, options: &Options) -> Self {
        let django = django::version_near(sources, options.django_version.as_deref(), "".into());
        let discovery = Discovery::of(sources, &options.settings_modules);
        let (settings, problems) = settings::read(sources, options, &discovery, Which::All);
        Self { settings, discovery, django, problems, ..Self::default() }
    }

    /// Settings, code and templates, for questions about what the project uses: no flows and no servers.
    pub fn read_without_flows(sources: &Sources<'_>, options: &Options) -> Self {
        let (code, templates) = rayon::join(|| Code::read(sources), || Templates::read(sources));
        Self { code, templates, ..Self::read_settings(sources, options) }
    }

    /// Settings, code and routes, for questions about nothing else: the rest of the model stays empty.
    pub fn read_routes(sources: &Sources<'_>, options: &Options) -> Self {
        let mut project = Self::read_settings(sources, options);
        project.code = Code::read(sources);
        project.problems.extend(project.code.problems.iter().cloned());
        project.problems.sort();
        project.problems.dedup();
        project.routes = routes::read(sources, options, &project.code, &project.settings, &project.discovery);
        project
    }

    /// Builds the model of the project in `sources`. Never fails: what cannot be understood becomes a problem.
    pub fn read(sources: &Sources<'_>, options: &Options) -> Self {
        let django = django::version_near(sources, options.django_version.as_deref(), "".into());
        // The settings are evaluated one after another, on a thread of their own, while the code is read and its flows are
        // followed. The routes need both: they are read beside the flows as soon as the code is there.
        let code_read: OnceLock<(Code, Templates)> = OnceLock::new();
        let the_code = &code_read;
        let (tell, is_read) = mpsc::channel::<()>();
        let (found, outline) = std::thread::scope(|scope| {
            let outline = scope.spawn(move || {
                let discover = || Discovery::of(sources, &options.settings_modules);
                let (discovery, servers) = with_room(|| rayon::join(discover, || Servers::read(sources)));
                let (settings, problems) = settings::read(sources, options, &discovery, Which::Judged);
                // Ends at once, with an error, where reading the code went down.
                let _ = is_read.recv();
                let routes = the_code
                    .get()
                    .map(|(code, _)| routes::read(sources, options, code, &settings, &discovery));
                (discovery, settings, problems, servers, routes.unwrap_or_default())
            });
            let found = with_room(|| {
                let read = rayon::join(|| Code::read_here(sources), || Templates::read(sources));
                let (code, templates) = the_code.get_or_init(|| read);
                drop(tell);
                flow::find(code, &options.model, &templates.raw_holes())
            });
            (found, outline.join())
        });
        let (discovery, settings, more, servers, routes) =
            outline.unwrap_or_else(|panic| resume_unwind(panic));
        let (code, templates) = code_read.into_inner().unwrap_or_default();
        let mut problems = code.problems.clone();
        problems.extend(servers.problems.iter().cloned());
        problems.extend(more);
        problems.sort();
        problems.dedup();
        let deployment = options.deployment.clone();
        let environment = options.environment.clone();
        Self {
            settings,
            deployment,
            discovery,
            django,
            code,
            routes,
            flows: found.flows,
            rendered: found.rendered,
            templates,
            servers,
            environment,
            problems,
        }
    }
}
