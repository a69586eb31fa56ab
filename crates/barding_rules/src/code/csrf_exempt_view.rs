//! `csrf-exempt-view`: a view that changes something is exempt from the check against forgery.

use super::ask::is_judged;
use super::views::{
    Decorator, Methods, class_decorators, decorators, is_api_class, is_view_class, methods, own_method,
};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ExprId, ExprKind, FunctionId, FunctionRef, Meaning, Module, ScopeId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-exempt-view"),
        title: "A view is exempt from the CSRF check",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "Any other site can make a visitor's browser send this request in the visitor's name.",
        advice: "Take `csrf_exempt` away. A webhook should check a signature or a secret of its sender instead.",
        since: "0.1.0",
        page: include_str!("csrf_exempt_view.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let decorators = decorators(project, module, function);
        let Some(exempt) = decorators.iter().find(|decorator| is_exempt(decorator)) else { continue };
        judge_function(module, project, function, exempt, found);
    }
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        let decorators = class_decorators(project, module, class);
        if let Some(exempt) = decorators.iter().find(|decorator| is_exempt(decorator)) {
            let api = is_api_class(project, module, class);
            let (start, end) = module.class(class).whole;
            let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
            let safe_only = is_view_class(project, module, class)
                && !["post", "put", "patch", "delete", "dispatch", "form_valid"]
                    .iter()
                    .any(|name| own_method(project, module, class, name).is_some())
                && own_method(project, module, class, "get").is_some();
            if !safe_only {
                let decorating = texts_of_decorators(module, project, &module.class(class).decorators);
                report(
                    module,
                    exempt,
                    checks_sender(text) || checks_sender(&decorating) || api,
                    does(text),
                    project.code.text(module.class(class).name),
                    found,
                );
            }
        }
    }
    for call in project.code.calls_of(module) {
        // `path("hook/", csrf_exempt(view))`; as a decorator it was judged above.
        if call.name().as_deref() != Some("django.views.decorators.csrf.csrf_exempt")
            || is_decorator(module, call.site.expr)
        {
            continue;
        }
        let Some(view) = call.positional(0) else { continue };
        let source = module.source(view);
        // Views of Django REST framework and GraphQL are exempt already or carry tokens more often than not.
        let confidence = if source.contains(".as_view(") { Confidence::Low } else { Confidence::Medium };
        found
            .at(
                call.span(),
                confidence,
                format!("`{}` is exempt from the CSRF check", source.split('(').next().unwrap_or(source)),
            )
            .severity(Severity::Medium);
    }
}

fn is_exempt(decorator: &Decorator) -> bool {
    decorator.last() == "csrf_exempt"
}

fn is_decorator(module: &Module, expr: ExprId) -> bool {
    module.functions.iter().any(|function| function.decorators.contains(&expr))
        || module.classes.iter().any(|class| class.decorators.contains(&expr))
}

fn judge_function(
    module: &Module,
    project: &Project,
    function: FunctionId,
    exempt: &Decorator,
    found: &mut Findings<'_>,
) {
    if methods(project, module, function) == Methods::SafeOnly {
        return;
    }
    // Every address that leads here refuses what could change something.
    let reference = FunctionRef { module: module.id, function };
    let mut routes = project.routes.of_function(reference).peekable();
    if routes.peek().is_some() && routes.all(|route| route.methods.is_safe_only()) {
        return;
    }
    let definition = module.function(function);
    let name = project.code.text(definition.name);
    // What `dispatch` is exempt for stands in the other methods.
    let (start, end) = match definition.class {
        Some(class) if name == "dispatch" => module.class(class).whole,
        _ => definition.whole,
    };
    let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
    let decorating = texts_of_decorators(module, project, &definition.decorators);
    let api = definition.class.is_some_and(|class| is_api_class(project, module, class))
        || decorators(project, module, function).iter().any(|decorator| decorator.last() == "api_view");
    let name = match (name, definition.class) {
        ("dispatch" | "post", Some(class)) => project.code.text(module.class(class).name),
        _ => name,
    };
    let in_effect =
        definition.class.is_none() || name != "post" && project.code.text(definition.name) == "dispatch";
    if in_effect {
        let softer = checks_sender(text) || checks_sender(&decorating) || api;
        report(module, exempt, softer, does(text), name, found);
    }
}

fn report(
    module: &Module,
    exempt: &Decorator,
    softer: bool,
    does: Does,
    name: &str,
    found: &mut Findings<'_>,
) {
    // Endpoints of protocols whose callers show a token or a signature of their own.
    let path = module.file.path.as_str();
    let protocol =
        ["oauth", "oidc", "saml", "webhook", "xmlrpc", "/lti"].iter().any(|word| path.contains(word));
    let webhook = [
        "webhook",
        "hook",
        "callback",
        "ipn",
        "notify",
        "notification",
        "saml",
        "acs",
        "oauth",
        "oidc",
        "token",
        "xmlrpc",
        "soap",
        "lti",
        "health",
        "report",
        "beacon",
        "collect",
        "ping",
    ]
    .iter()
    .any(|word| name.to_ascii_lowercase().contains(word))
        || protocol;
    let (severity, confidence) = match (softer, webhook) {
        (true, _) => (Severity::Low, Confidence::Low),
        (false, true) => (Severity::Medium, Confidence::Low),
        (false, false) => match does {
            Does::Changes => (Severity::High, Confidence::High),
            Does::TakesInput => (Severity::High, Confidence::Medium),
            Does::Nothing => (Severity::Medium, Confidence::Low),
        },
    };
    found
        .at(module.span(exempt.expr), confidence, format!("`{name}` accepts POST without the CSRF check"))
        .severity(severity);
}

/// What the text of a view shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Does {
    /// It writes to the database, the session or a file, or sends something.
    Changes,
    /// It reads what was posted; what it does with it stands elsewhere.
    TakesInput,
    /// Neither.
    Nothing,
}

fn does(text: &str) -> Does {
    const CHANGES: &[&str] = &[
        ".save(",
        ".delete(",
        ".create(",
        ".update(",
        "_or_create(",
        ".bulk_",
        ".add(",
        ".remove(",
        ".set(",
        ".send(",
        ".delay(",
        ".write(",
        "login(",
        "form_valid",
        "FormView",
        "CreateView",
        "UpdateView",
        "DeleteView",
        "send_mail(",
        "request.session[",
        ".set_password(",
        ".apply_async(",
    ];
    const INPUT: &[&str] = &[".POST", ".body", ".FILES", ".data", "super()", "def post"];
    let uses = |word: &str| {
        text.match_indices(word).any(|(at, _)| {
            let after = &text[at + word.len()..];
            word.ends_with(['(', '[', '_']) || !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
        })
    };
    match (CHANGES.iter().any(|word| uses(word)), INPUT.iter().any(|word| uses(word))) {
        (true, _) => Does::Changes,
        (false, true) => Does::TakesInput,
        (false, false) => Does::Nothing,
    }
}

/// The text of the project's own decorators: they may ask for a key.
fn texts_of_decorators(module: &Module, project: &Project, decorators: &[ExprId]) -> String {
    let mut texts = String::new();
    for decorator in decorators {
        let callee = match module.expr(*decorator) {
            ExprKind::Call(call) => call.callee,
            _ => *decorator,
        };
        if let Some(Meaning::Function(function)) = project.code.meaning(module.id, ScopeId(0), callee) {
            let module = project.code.module(function.module);
            let (start, end) = project.code.function(function).whole;
            texts.push_str(module.file.text.get(start as usize..end as usize).unwrap_or_default());
        }
    }
    texts
}

/// Whether the view proves its sender by itself: a signature, a secret, a token of its own.
fn checks_sender(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    [
        "signature",
        "hmac",
        "compare_digest",
        "constant_time",
        "authorization",
        "bearer",
        "api_key",
        "apikey",
        "verify",
        "secret",
        "x-hub",
        "http_x_",
        "construct_event",
        "jwt",
        "basic_auth",
        "token",
        "authenticate(",
        // The key of a session is a secret too.
        "sessionstore(",
        "csrfviewmiddleware",
        "enforce_csrf",
        "check_csrf",
    ]
    .iter()
    .any(|word| lower.contains(word))
}
