//! `password-looked-up`: a password or one-time code is compared by the database.

use super::ask::is_judged;
use super::views::own_method;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, Call, ExprId, ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-looked-up"),
        title: "A password is compared by the database",
        severity: Severity::High,
        tip: Tip::PasswordHashing,
        cwe: &[256, 522, 312],
        django_checks: &[],
        consequence: "The lookup finds the row only when the database holds the password as it is typed: whoever reads the table or a backup can log in.",
        advice: "Look the user up by name and ask `user.check_password(raw)`; keep one-time codes as a hash and compare with `constant_time_compare`.",
        since: "0.1.0",
        page: include_str!("password_looked_up.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let looks_up = matches!(call.last_name(), Some("get" | "filter" | "get_object_or_404"))
            && (call.receiver().is_some_and(|base| module.source(base).contains("objects"))
                || call.last_name() == Some("get_object_or_404"));
        if !looks_up {
            continue;
        }
        for argument in &call.syntax().arguments {
            let ArgumentHow::Keyword(keyword) = argument.how else { continue };
            let keyword = project.code.text(keyword);
            if !may_be_typed(module, argument.value) {
                continue;
            }
            if matches!(keyword, "password" | "passwd" | "password__exact") {
                found.at(call.span(), Confidence::Medium, "This finds a row by its password as it is typed");
                break;
            }
            if matches!(keyword, "code" | "login_code" | "otp" | "pin" | "passcode" | "one_time_code")
                && is_credential(&call, project, argument.value)
            {
                found.at(
                    call.span(),
                    Confidence::Low,
                    format!("This finds a row by its `{keyword}`, which logs in whoever reads the table"),
                );
                break;
            }
        }
    }
}

/// Whether it may be what somebody typed: neither a constant nor a hash of it.
fn may_be_typed(module: &Module, value: ExprId) -> bool {
    let source = module.source(value).to_ascii_lowercase();
    !matches!(module.expr(value), ExprKind::Text(_) | ExprKind::None | ExprKind::Bytes(_))
        && !["hash", "digest", "make_password", "crypt", "md5", "sha", "encode", "f("]
            .iter()
            .any(|word| source.contains(word))
}

/// Whether the value is what an authentication backend is handed to let somebody in.
fn is_credential(call: &Call<'_>, project: &Project, value: ExprId) -> bool {
    let function = call.function();
    let ExprKind::Name(name) = call.module.expr(value) else { return false };
    project.code.text(function.name) == "authenticate"
        && function.class.is_some_and(|class| {
            own_method(project, call.module, class, "get_user").is_some()
                || project.code.text(call.module.class(class).name).ends_with("Backend")
        })
        && function.parameters.iter().any(|parameter| parameter.name == *name)
        && !is_rebound(call, project, *name)
}

/// Whether the function gives the name another value, a hash say.
fn is_rebound(call: &Call<'_>, project: &Project, name: barding_project::code::Symbol) -> bool {
    let (start, end) = call.function().whole;
    let text = call.module.file.text.get(start as usize..end as usize).unwrap_or_default();
    let assigns = format!("{} = ", project.code.text(name));
    text.lines().any(|line| line.trim_start().starts_with(&assigns))
}
