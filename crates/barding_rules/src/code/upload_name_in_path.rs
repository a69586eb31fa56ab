//! `upload-name-in-path`: a file is opened for writing under an uploaded file's own name.

use super::ask::{is_judged, is_started_by_hand, text};
use super::reading::{given, parts, read, whole};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, ExprId, ExprKind, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("upload-name-in-path"),
        title: "A file is written under the name the visitor gave it",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[434, 73, 22],
        django_checks: &[],
        consequence: "The visitor chooses the extension, and an upload replaces another of the same name.",
        advice: "Save through a storage (`default_storage.save`), which makes names unique, and choose the extension yourself.",
        since: "0.1.0",
        page: include_str!("upload_name_in_path.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for call in project.code.calls_of(module) {
        let function = call.site.function;
        if function == FunctionId::BODY || !writes(&call) {
            continue;
        }
        let Some(path) = call.argument(0, "file") else { continue };
        let named = parts(module, function, path)
            .into_iter()
            .any(|part| is_upload_name(module, project, function, part));
        let text = whole(module, function);
        let checked = [
            "splitext",
            "endswith(",
            "get_valid_name",
            "get_available_name",
            "validate",
            "uuid",
            "allowed",
            "ALLOWED",
            "get_valid_filename",
            "secure_filename",
        ]
        .iter()
        .any(|word| text.contains(word));
        if named && !checked {
            found.at(
                call.span(),
                Confidence::Medium,
                "This file gets the name that the visitor gave their upload",
            );
        }
    }
}

/// Whether a call opens a file for writing.
fn writes(call: &Call<'_>) -> bool {
    let opens = call
        .name()
        .is_some_and(|name| matches!(&*name, "builtins.open" | "io.open" | "codecs.open" | "aiofiles.open"));
    opens && text(call, 1, "mode").is_some_and(|mode| mode.contains(['w', 'x', 'a']))
}

/// `upload.name` of something that came with the request.
fn is_upload_name(module: &Module, project: &Project, function: FunctionId, expr: ExprId) -> bool {
    let ExprKind::Attribute(base, name) = module.expr(expr) else { return false };
    if project.code.text(*name) != "name" {
        return false;
    }
    let upload = given(module, function, *base);
    if read(project, module, upload).is_some_and(|read| read.bag == "FILES") {
        return true;
    }
    // Only Django's uploaded files have `chunks()`: `for chunk in f.chunks(): …`.
    let ExprKind::Name(upload) = module.expr(upload) else { return false };
    let definition = module.function(function);
    definition.parameters.iter().any(|parameter| parameter.name == *upload)
        && whole(module, function).contains(&format!("{}.chunks(", project.code.text(*upload)))
}
