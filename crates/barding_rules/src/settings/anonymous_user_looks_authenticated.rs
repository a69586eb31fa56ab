//! `anonymous-user-looks-authenticated`: the user model makes a method of `is_anonymous` or `is_authenticated`.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::code::{Binding, ClassRef, Code, FunctionRef};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("anonymous-user-looks-authenticated"),
        title: "The user model's is_authenticated or is_anonymous is a method",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[287, 697],
        django_checks: &["auth.C009", "auth.C010"],
        consequence: "A method is true however it would answer: `if request.user.is_authenticated:` lets everybody pass.",
        advice: "Put `@property` above it, or take it out: `AbstractBaseUser` has both.",
        since: "0.1.0",
        page: include_str!("anonymous_user_looks_authenticated.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let model = settings.get("AUTH_USER_MODEL").value().and_then(|value| value.text());
    let Some((app, name)) = model.and_then(|model| model.split_once('.')) else { return };
    let code = &project.code;
    let Some(class) = user_model(code, app, name) else { return };
    for (attribute, id) in [("is_anonymous", "auth.C009"), ("is_authenticated", "auth.C010")] {
        let Some(function) = method(code, class, attribute) else { continue };
        let module = code.module(function.module);
        let span = module.function_span(function.function);
        let message = format!("`{attribute}` of the user model `{app}.{name}` is a method, not a property");
        found.at(span, Confidence::High, message).concerning(&settings.name).because([
            barding_finding::Evidence::note(
                barding_finding::Role::Observed,
                format!("`manage.py check` reports {id}"),
            ),
        ]);
    }
}

/// The class that `app.Name` means: the only one of that name in the app's `models`.
fn user_model(code: &Code, app: &str, name: &str) -> Option<ClassRef> {
    let mut found = None;
    for module in &code.modules {
        let mut parts = module.name.split('.').rev().skip_while(|part| *part != "models").skip(1);
        if parts.next() != Some(app) {
            continue;
        }
        let Some(symbol) = code.known_symbol(name) else { continue };
        let scope = module.scope(barding_project::code::ScopeId(0));
        let [Binding::Class(class)] = scope.of(symbol) else { continue };
        if found.is_some() {
            return None;
        }
        found = Some(ClassRef { module: module.id, class: *class });
    }
    found
}

/// What the class binds the name to, its own or inherited, when that is a plain method.
fn method(code: &Code, class: ClassRef, name: &str) -> Option<FunctionRef> {
    let symbol = code.known_symbol(name)?;
    for at in &code.class_facts(class)?.order {
        let module = code.module(at.module);
        let bindings = module.scope(module.class(at.class).scope).of(symbol);
        match bindings {
            [] => {}
            [Binding::Function(function)] => {
                let plain = module.function(*function).decorators.is_empty();
                return plain.then_some(FunctionRef { module: at.module, function: *function });
            }
            _ => return None,
        }
    }
    None
}
