//! What the settings of production promise, for rules that compare it with what arrives.

use crate::ask::{Answer, On, ask, production};
use barding_finding::{Evidence, Role};
use barding_project::{Project, Truth};

/// Every settings module of production agrees, in every environment and on every release it may run on.
pub(super) fn all_say(project: &Project, question: impl Fn(On<'_>) -> Truth) -> bool {
    let mut live = production(project).peekable();
    live.peek().is_some()
        && live.all(|settings| matches!(ask(settings, &question), Answer::Sure | Answer::OnRecent))
}

/// Where a setting of production stands.
pub(super) fn place(project: &Project, setting: &str) -> Option<Evidence> {
    let settings = production(project).next()?;
    Some(Evidence::at(Role::Defined, settings.place(setting), format!("`{setting}` of {}", settings.name)))
}
