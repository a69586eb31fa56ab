//! `cargo xtask oracle routes`: the routes that Django's resolver lists beside those that barding lists.
//!
//! Every pattern of the project must be there with its name and its view, and none may be invented. Routes of included
//! libraries and of the admin are counted apart: barding names them as a whole.

use super::django::{DjangoRoute, Series};
use super::projects::{Environment, OracleProject};
use barding_project::routes::{Origin, Route};
use barding_project::{Options, Project, python};
use barding_source::{DiskTree, ReadLimits, Sources};
use std::collections::BTreeSet;

/// What the comparison of one project brought.
#[derive(Default)]
pub(crate) struct Outcome {
    /// How many routes of the project Django lists.
    pub(crate) listed: usize,
    /// How many of them barding lists with the right name and view.
    pub(crate) right: usize,
    /// How many routes of libraries Django lists.
    pub(crate) of_libraries: usize,
    /// What does not agree.
    pub(crate) missed: Vec<String>,
    /// What barding lists and Django does not.
    pub(crate) invented: Vec<String>,
}

/// Compares one project under one environment.
pub(crate) fn compare(
    project: &OracleProject,
    environment: &Environment,
    series: &Series,
    listed: &[DjangoRoute],
    django: &str,
) -> Outcome {
    let options = Options {
        settings_modules: vec![environment.settings.clone()],
        environment: environment.variables.clone(),
        environment_complete: true,
        files_complete: true,
        django_version: Some(django.to_owned()),
        ..Options::default()
    };
    let tree = DiskTree::new(project.folder.clone());
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let model = Project::read_routes(&sources, &options);
    let mut outcome = Outcome::default();
    let Some(table) = model.routes.tables.iter().find(|table| table.settings.contains(&environment.settings))
    else {
        outcome.missed.push(format!("{} has no routes for {}", series.name, environment.settings));
        outcome.listed = listed.iter().filter(|route| route.own).count();
        return outcome;
    };
    let ours: BTreeSet<(String, Option<String>, String)> =
        table.routes.iter().filter(|route| is_listed_alone(route)).map(key).collect();
    let theirs: BTreeSet<(String, Option<String>, String)> =
        listed.iter().map(|route| (route.pattern.clone(), route.name.clone(), route.view.clone())).collect();
    for route in listed {
        if !route.own {
            outcome.of_libraries += 1;
            continue;
        }
        outcome.listed += 1;
        let key = (route.pattern.clone(), route.name.clone(), route.view.clone());
        if ours.contains(&key) {
            outcome.right += 1;
        } else {
            outcome.missed.push(format!("{key:?}"));
        }
    }
    outcome.invented.extend(ours.difference(&theirs).map(|key| format!("{key:?}")));
    outcome
}

/// Whether a route stands for one of Django's, not for the URLs of a library as a whole.
fn is_listed_alone(route: &Route) -> bool {
    matches!(
        route.origin,
        Origin::Pattern | Origin::Router | Origin::RouterRoot | Origin::Suffix | Origin::Files
    ) && route.when.is_empty()
}

fn key(route: &Route) -> (String, Option<String>, String) {
    (route.pattern.clone(), route.full_name(), outside_name(&route.view.name))
}

/// Django's generic views go by the module that defines them.
fn outside_name(name: &str) -> String {
    let Some(class) = name.strip_prefix("django.views.generic.") else { return name.to_owned() };
    let home = match class {
        "TemplateView" | "RedirectView" | "View" => "base",
        "ListView" => "list",
        "DetailView" => "detail",
        "FormView" | "CreateView" | "UpdateView" | "DeleteView" => "edit",
        _ => return name.to_owned(),
    };
    format!("django.views.generic.{home}.{class}")
}
