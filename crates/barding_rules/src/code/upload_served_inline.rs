//! `upload-served-inline`: an uploaded file is shown in the site's own name instead of being downloaded.

use super::ask::{is_judged, is_started_by_hand};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant, ExprId, ExprKind, FunctionId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("upload-served-inline"),
        title: "An uploaded file is shown instead of downloaded",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[79, 434, 646],
        django_checks: &[],
        consequence: "An uploaded HTML or SVG file runs its scripts as if the site had written them, with the session of whoever opens it.",
        advice: "Pass `as_attachment=True` to FileResponse, or set `Content-Disposition: attachment`; show inline only types from a fixed set (images, PDF).",
        since: "0.1.0",
        page: include_str!("upload_served_inline.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "django.http.FileResponse",
    "django.http.response.FileResponse",
    "django.http.HttpResponse",
    "django.http.StreamingHttpResponse",
    "django.http.response.HttpResponse",
    "django.http.response.StreamingHttpResponse",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(call.module, project) || is_started_by_hand(call.module) || call.has_hidden_arguments() {
        return;
    }
    let is_file = call.name().is_some_and(|name| name.ends_with("FileResponse"));
    let Some(content) = call.argument(0, if is_file { "streaming_content" } else { "content" }) else {
        return;
    };
    if !is_stored_file(call, project, content) {
        return;
    }
    if call.keyword("as_attachment").is_some() {
        return;
    }
    let kind = call.argument(1, "content_type").or_else(|| call.keyword("mimetype"));
    match kind.map(|kind| (kind, call.constant(kind))) {
        // A type that is written out runs no scripts, unless it is one of these.
        Some((_, Some(Constant::Text(kind)))) => {
            let kind = kind.to_ascii_lowercase();
            if !["html", "svg", "xml"].iter().any(|word| kind.contains(word)) {
                return;
            }
        }
        Some(_) => {}
        // FileResponse guesses the type by the name; HttpResponse says HTML.
        None => {}
    }
    let function = call.function();
    let (start, end) = function.whole;
    let text = call.module.file.text.get(start as usize..end as usize).unwrap_or_default();
    let told = text.contains("attachment") || text.contains("nosniff") && text.contains("sandbox");
    if told {
        return;
    }
    found.at(call.span(), Confidence::Low, "This stored file is shown in the browser, whatever its type");
}

/// Whether an expression reads the content of a stored upload: `document.file`, `document.file.open()`,
/// `default_storage.open(name)`.
fn is_stored_file(call: &Call<'_>, project: &Project, content: ExprId) -> bool {
    let module = call.module;
    let mut at = content;
    let mut through_name = false;
    for _ in 0..8 {
        match module.expr(at) {
            ExprKind::Call(inner) => match module.expr(inner.callee) {
                ExprKind::Attribute(base, method) => {
                    let method = project.code.text(*method);
                    if method == "open" && module.source(*base).ends_with("storage") {
                        return true;
                    }
                    if !matches!(method, "open" | "read" | "chunks") {
                        return false;
                    }
                    at = *base;
                }
                _ => return false,
            },
            ExprKind::Attribute(_, name) => {
                let name = project.code.text(*name);
                return matches!(name, "file" | "attachment" | "upload" | "document" | "uploaded_file")
                    || name.ends_with("_file")
                    || name.ends_with("_upload");
            }
            // `file = document.file.open()` a few lines before.
            ExprKind::Name(name) if !through_name => {
                through_name = true;
                let Some(value) = assigned(call, *name) else { return false };
                at = value;
            }
            _ => return false,
        }
    }
    false
}

/// What a name of the function around the call is assigned, when it is assigned once.
fn assigned(call: &Call<'_>, name: barding_project::code::Symbol) -> Option<ExprId> {
    if call.site.function == FunctionId::BODY {
        return None;
    }
    match call.module.scope(call.function().scope).of(name) {
        [barding_project::code::Binding::Assigned(value) | barding_project::code::Binding::With(value)] => {
            Some(*value)
        }
        _ => None,
    }
}
