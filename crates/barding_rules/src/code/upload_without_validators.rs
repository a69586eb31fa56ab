//! `upload-without-validators`: a model or form takes any file.

use super::ask::{is_judged, is_started_by_hand};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant, ExprKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("upload-without-validators"),
        title: "Any file may be uploaded",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[434],
        django_checks: &[],
        consequence: "HTML and SVG files run scripts when they are opened from the site; programs and archives reach whoever downloads them.",
        advice: "Pass `validators=[FileExtensionValidator([\"pdf\"])]`, and check size and content.",
        since: "0.1.0",
        page: include_str!("upload_without_validators.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "django.db.models.FileField",
    "django.db.models.fields.files.FileField",
    "django.forms.FileField",
    "django.forms.fields.FileField",
    "rest_framework.serializers.FileField",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) =
        call.name().filter(|_| is_judged(call.module, project) && !is_started_by_hand(call.module))
    else {
        return;
    };
    if call.has_hidden_arguments() {
        return;
    }
    if let Some(validators) = call.keyword("validators") {
        let source = call.module.source(validators).to_ascii_lowercase();
        let dangerous = ["svg", "html", "htm", "xhtml", "exe", "php", "js"].into_iter().find(|extension| {
            source.contains(&format!("\"{extension}\"")) || source.contains(&format!("'{extension}'"))
        });
        if let Some(extension) = dangerous.filter(|_| source.contains("extension")) {
            found.at(
                call.module.span(validators),
                Confidence::Medium,
                format!("`.{extension}` files are allowed; they can run scripts in the site"),
            );
        }
        if !matches!(call.module.expr(validators), ExprKind::List(items) if items.is_empty()) {
            return;
        }
    }
    let editable =
        call.keyword("editable").and_then(|value| call.constant(value)) != Some(Constant::Bool(false));
    let form_cleans = call.module.file.text.contains("content_type")
        || call.module.file.text.contains("def clean_") && name.starts_with("django.forms.");
    // The document file of a scanned-in or generated result is written by the site itself.
    let confidence = if !editable || form_cleans { Confidence::Low } else { Confidence::Medium };
    let severity = if confidence == Confidence::Low { Severity::Info } else { Severity::Low };
    found.at(call.span(), confidence, "This field takes files of every kind").severity(severity);
}
