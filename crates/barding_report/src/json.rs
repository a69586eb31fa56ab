//! Everything, versioned. `docs/report.schema.json` describes it; fields are added, never changed, within a version.

use crate::place::Located;
use crate::sarif::pretty;
use barding_finding::{AuditResult, CheckUp, Edit, Evidence, Finding, Place, Said, Verdict};
use serde_json::{Value, json};

/// The version of this format.
const VERSION: u32 = 1;

pub(crate) fn render(result: &AuditResult) -> String {
    let coverage = &result.coverage;
    let mut out = json!({
        "barding": env!("CARGO_PKG_VERSION"),
        "version": VERSION,
        "target": result.target,
        "complete": coverage.is_complete(),
        "summary": summary(result),
        "findings": result.findings.iter().map(|finding| wire(finding, result)).collect::<Vec<_>>(),
        "ignored": result.ignored.iter().map(|ignored| json!({
            "reason": ignored.reason,
            "place": ignored.place.map(|span| place(&Place::Code(span), result)),
            "finding": wire(&ignored.finding, result),
        })).collect::<Vec<_>>(),
        "rules": result.rules.iter().map(|rule| json!({
            "id": rule.id.0,
            "title": rule.title,
            "severity": rule.severity.word(),
            "tip": rule.tip.id(),
            "cwe": rule.cwe,
            "django_checks": rule.django_checks,
            "consequence": rule.consequence,
            "advice": rule.advice,
            "since": rule.since,
        })).collect::<Vec<_>>(),
        "checklist": result.checklist.iter().map(|item| {
            let mut out = json!({
                "number": item.tip.number(),
                "tip": item.tip.id(),
                "title": item.tip.title(),
            });
            match &item.verdict {
                Verdict::Pass => out["verdict"] = json!("pass"),
                Verdict::Fail { findings, worst } => {
                    out["verdict"] = json!("fail");
                    out["findings"] = json!(findings);
                    out["worst"] = json!(worst.word());
                }
                Verdict::Unknown { missing } => {
                    out["verdict"] = json!("unknown");
                    out["missing"] = json!(missing);
                }
                Verdict::NotLookedAt { commands } => {
                    out["verdict"] = json!("not-looked-at");
                    out["commands"] = json!(commands);
                }
            }
            out
        }).collect::<Vec<_>>(),
        "coverage": {
            "files": coverage.files,
            "judged": coverage.judged.iter().map(|judged| json!({
                "name": judged.name,
                "role": judged.role,
                "reason": judged.reason,
                "judged": judged.judged,
            })).collect::<Vec<_>>(),
            "looked_at": coverage.looked_at,
            "problems": coverage.problems.iter().map(|problem| json!({
                "message": problem.message,
                "place": match (&problem.place, &problem.path) {
                    (Some(span), _) => Some(place(&Place::Code(*span), result)),
                    (None, Some(path)) => Some(place(&Place::File(path.clone()), result)),
                    (None, None) => None,
                },
            })).collect::<Vec<_>>(),
            "unknown": coverage.unknown.iter().map(|unknown| json!({
                "question": unknown.question,
                "evidence": evidence(&unknown.evidence, result),
            })).collect::<Vec<_>>(),
            "notes": coverage.notes,
            "advisory_date": result.advisory_date,
        },
    });
    if let Some(live) = &result.check_up {
        out["check_up"] = check_up(live);
    }
    pretty(&out)
}

fn check_up(check_up: &CheckUp) -> Value {
    let checks = check_up.checks.iter().map(|check| {
        let mut out = json!({ "rule": check.rule.0, "title": check.title });
        let (verdict, why) = match &check.said {
            Said::Found(severity) => {
                out["severity"] = json!(severity.word());
                ("found", None)
            }
            Said::CannotTell(why) => ("cannot-tell", Some(why)),
            Said::Nothing => ("nothing-found", None),
            Said::NothingToJudge(why) => ("nothing-to-judge", Some(why)),
            Said::NotAsked => ("not-asked", None),
        };
        out["verdict"] = json!(verdict);
        if let Some(why) = why {
            out["why"] = json!(why);
        }
        out
    });
    json!({
        "grade": check_up.grade,
        "points": check_up.points,
        "level": check_up.level,
        "checks": checks.collect::<Vec<_>>(),
    })
}

fn summary(result: &AuditResult) -> Value {
    let mut out = json!({ "findings": result.findings.len(), "ignored": result.ignored.len() });
    for severity in crate::terminal::SEVERITIES {
        let count = result.findings.iter().filter(|finding| finding.severity == severity).count();
        out[severity.word()] = json!(count);
    }
    out
}

fn wire(finding: &Finding, result: &AuditResult) -> Value {
    json!({
        "rule": finding.rule.0,
        "severity": finding.severity.word(),
        "confidence": finding.confidence.word(),
        "message": finding.message,
        "place": place(&finding.place, result),
        "subjects": finding.subjects,
        "evidence": finding.evidence.iter().map(|step| evidence(step, result)).collect::<Vec<_>>(),
        "consequence": finding.consequence,
        "advice": finding.advice,
        "fixes": finding.fixes.iter().map(|fix| json!({
            "title": fix.title,
            "safety": fix.safety,
            "edits": fix.edits.iter().map(|edit| match edit {
                Edit::Replace { span, text } => json!({
                    "kind": "replace",
                    "place": place(&Place::Code(*span), result),
                    "start": span.start,
                    "end": span.end,
                    "text": text,
                }),
                Edit::Append { path, text } => json!({ "kind": "append", "path": path, "text": text }),
            }).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "fingerprint": finding.fingerprint,
    })
}

fn evidence(step: &Evidence, result: &AuditResult) -> Value {
    json!({
        "role": step.role,
        "note": step.note,
        "place": step.place.as_ref().map(|at| place(at, result)),
    })
}

fn place(place: &Place, result: &AuditResult) -> Value {
    let located = Located::new(place, result);
    let mut out = json!({ "kind": located.sort.word() });
    match place {
        Place::Commit { id, path, .. } => {
            out["commit"] = json!(id);
            out["path"] = json!(path);
        }
        Place::Endpoint { host, port } => {
            out["host"] = json!(host);
            out["port"] = json!(port);
        }
        Place::Url(url) => out["url"] = json!(url),
        Place::DatabaseRole(role) => out["role"] = json!(role),
        Place::Project => {}
        Place::Code(_) | Place::Package { .. } | Place::File(_) => out["path"] = json!(located.name),
    }
    if let Place::Package { name, version, .. } = place {
        out["package"] = json!(name);
        out["package_version"] = json!(version);
    }
    if let Some(region) = located.region {
        out["line"] = json!(region.line);
        out["column"] = json!(region.column);
        out["end_line"] = json!(region.end_line);
        out["end_column"] = json!(region.end_column);
    }
    out
}
