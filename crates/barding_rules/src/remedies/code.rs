//! Remedies for calls, decorators and comparisons in Python code.

use super::Remedy;
use super::bench::{Bench, fix, span_of};
use super::settings::place::plain_text;
use crate::edit::{
    Sequence, Sheet, argument, call_at, decorate, decorate_class, expression_at, function_at, import_module,
    import_name, positional, set_keyword,
};
use barding_finding::FixSafety::{NeedsReview, Safe, ShowOnly};
use barding_finding::{Edit, Finding, Fix, FixSafety};
use ruff_python_ast::{CmpOp, Expr, ExprCall, Number};
use ruff_text_size::Ranged;

pub(super) fn remedy(rule: &str) -> Option<Remedy> {
    Some(match rule {
        "request-without-timeout" => {
            |finding, bench| keyword(finding, bench, "Wait ten seconds at most", NeedsReview, "timeout", "10")
        }
        "jinja2-without-autoescape" => |finding, bench| {
            keyword(finding, bench, "Escape what templates print", NeedsReview, "autoescape", "True")
        },
        "archive-extracted-anywhere" => |finding, bench| {
            keyword(finding, bench, "Refuse members outside the folder", NeedsReview, "filter", "\"data\"")
        },
        "mako-template" => |finding, bench| {
            keyword(finding, bench, "Escape what templates print", NeedsReview, "default_filters", "[\"h\"]")
        },
        "cookie-without-flags" => cookie,
        "unsafe-yaml-load" => yaml,
        "weak-hash" => hash,
        "certificate-check-off" => certificate,
        "secret-compared-with-equals" => compared,
        "predictable-random" => random,
        "permissive-file-mode" => mode,
        "upload-without-validators" => upload,
        "login-without-sensitive-parameters" => sensitive,
        "clickjacking-exempt-view" => |finding, bench| undecorate(finding, bench, NeedsReview),
        "csrf-exempt-view" => |finding, bench| undecorate(finding, bench, ShowOnly),
        "debugger-left-over" => debugger,
        _ => return None,
    })
}

/// One fix from edits of the file a finding is in.
fn one<'b>(
    finding: &Finding,
    bench: &'b Bench<'_>,
    title: &str,
    safety: FixSafety,
    edit: impl FnOnce(Sheet<'b>) -> Option<Vec<Edit>>,
) -> Vec<Fix> {
    let edits = span_of(finding).and_then(|place| bench.sheet(place.file)).and_then(edit);
    edits.and_then(|edits| fix(title, safety, edits)).into_iter().collect()
}

/// Gives the call a keyword argument.
fn keyword(
    finding: &Finding,
    bench: &Bench<'_>,
    title: &str,
    safety: FixSafety,
    name: &str,
    value: &str,
) -> Vec<Fix> {
    one(finding, bench, title, safety, |sheet| {
        let call = call_at(sheet, span_of(finding)?)?;
        set_keyword(sheet, call, name, &sheet.in_style(value))
    })
}

fn cookie(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Send the cookie over HTTPS only, and hide it from scripts", NeedsReview, |sheet| {
        let call = call_at(sheet, span_of(finding)?)?;
        let mut edits = Vec::new();
        let mut new = Vec::new();
        for (name, position) in [("secure", 7), ("httponly", 8)] {
            if !finding.message.contains(&format!("`{name}`")) {
                continue;
            }
            match argument(call, name).or_else(|| positional(call, position)) {
                Some(present) => edits.push(sheet.replace(present, "True")),
                None => new.push(format!("{name}=True")),
            }
        }
        if !new.is_empty() {
            edits.extend(Sequence::of_arguments(sheet, &call.arguments)?.push(&new.join(", ")));
        }
        Some(edits)
    })
}

/// `yaml.load` and its kin become `yaml.safe_load`.
fn yaml(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Read YAML that cannot name Python objects", NeedsReview, |sheet| {
        let call = call_at(sheet, span_of(finding)?)?;
        let safe = |name: &str| if name.ends_with("_all") { "safe_load_all" } else { "safe_load" };
        let mut edits = Vec::new();
        match &*call.func {
            Expr::Attribute(attribute) => {
                edits.push(sheet.replace(&attribute.attr, safe(attribute.attr.as_str())))
            }
            Expr::Name(_) => {
                let source = sheet.source(&*call.func);
                let (name, import) = import_name(sheet, "yaml", safe(source))?;
                edits.push(sheet.replace(&*call.func, name));
                edits.extend(import);
            }
            _ => return None,
        }
        let arguments = Sequence::of_arguments(sheet, &call.arguments)?;
        let loader = argument(call, "Loader").or_else(|| positional(call, 1));
        if let Some(loader) = loader {
            let number =
                (0..arguments.len()).find(|number| arguments.item(*number).end == loader.end().to_usize())?;
            edits.push(arguments.remove(number));
        }
        Some(edits)
    })
}

/// Whether a hash protects anything only people know, so both ways are shown.
fn hash(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    let mut fixes = one(
        finding,
        bench,
        "Use SHA-256; values that are stored already will not match",
        ShowOnly,
        |sheet| {
            let call = call_at(sheet, span_of(finding)?)?;
            let Expr::Attribute(attribute) = &*call.func else { return None };
            let is_hashlib = sheet.source(&*attribute.value) == "hashlib";
            match attribute.attr.as_str() {
                "md5" | "sha1" | "md4" if is_hashlib => Some(vec![sheet.replace(&attribute.attr, "sha256")]),
                "new" if is_hashlib => {
                    let name = positional(call, 0)?;
                    plain_text(sheet, name)?;
                    Some(vec![sheet.replace(name, sheet.in_style("\"sha256\""))])
                }
                _ => None,
            }
        },
    );
    fixes.extend(one(
        finding,
        bench,
        "Say that the hash protects nothing (Python 3.9 and newer)",
        ShowOnly,
        |sheet| {
            let call = call_at(sheet, span_of(finding)?)?;
            sheet.source(&*call.func).starts_with("hashlib.").then_some(())?;
            set_keyword(sheet, call, "usedforsecurity", "False")
        },
    ));
    fixes
}

/// The argument that switches verification off is taken out.
fn certificate(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Check the certificate", NeedsReview, |sheet| {
        let call = call_at(sheet, span_of(finding)?)?;
        let arguments = Sequence::of_arguments(sheet, &call.arguments)?;
        let off = call.arguments.keywords.iter().find(|keyword| {
            keyword.arg.as_ref().is_some_and(|name| finding.message.starts_with(&format!("`{name}`")))
        })?;
        let number =
            (0..arguments.len()).find(|number| arguments.item(*number).end == off.end().to_usize())?;
        Some(vec![arguments.remove(number)])
    })
}

fn compared(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Compare in constant time", NeedsReview, |sheet| {
        let Expr::Compare(compare) = expression_at(sheet, span_of(finding)?)? else { return None };
        let ([operator], [right]) = (&*compare.ops, &*compare.comparators) else { return None };
        let not = match operator {
            CmpOp::Eq => "",
            CmpOp::NotEq => "not ",
            _ => return None,
        };
        let (name, import) = import_name(sheet, "django.utils.crypto", "constant_time_compare")?;
        let (left, right) = (sheet.source(&*compare.left), sheet.source(right));
        let mut edits = vec![sheet.replace(compare, format!("{not}{name}({left}, {right})"))];
        edits.extend(import);
        Some(edits)
    })
}

/// The system's randomness has the same methods.
fn random(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Take randomness that nobody can foresee", NeedsReview, |sheet| {
        let call = call_at(sheet, span_of(finding)?)?;
        let Expr::Attribute(attribute) = &*call.func else { return None };
        if sheet.source(&*attribute.value) != "random" || attribute.attr.as_str() == "Random" {
            return None;
        }
        let (secrets, import) = import_module(sheet, "secrets")?;
        let source = match attribute.attr.as_str() {
            "choice" => secrets,
            "randbytes" => {
                let mut edits = vec![sheet.replace(&*call.func, format!("{secrets}.token_bytes"))];
                edits.extend(import);
                return Some(edits);
            }
            _ => format!("{secrets}.SystemRandom()"),
        };
        let mut edits = vec![sheet.replace(&*attribute.value, source)];
        edits.extend(import);
        Some(edits)
    })
}

/// The mode as an octal number, without what others may write or run.
fn mode(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Leave the file to the site's own account and group", NeedsReview, |sheet| {
        let call = call_at(sheet, span_of(finding)?)?;
        let values =
            call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value));
        let mut octal = values.filter_map(|value| match value {
            Expr::NumberLiteral(literal) if sheet.source(value).starts_with("0o") => match &literal.value {
                Number::Int(bits) => Some((value, bits.as_u64()?)),
                _ => None,
            },
            _ => None,
        });
        let (value, bits) = octal.next()?;
        Some(vec![sheet.replace(value, format!("0o{:o}", bits & 0o750))])
    })
}

fn upload(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    const KINDS: &str = "[\"pdf\", \"png\", \"jpg\", \"jpeg\", \"gif\", \"webp\", \"txt\", \"csv\"]";
    one(
        finding,
        bench,
        "Take documents and pictures only; look whether these kinds are right",
        NeedsReview,
        |sheet| {
            let call = call_at(sheet, span_of(finding)?)?;
            let (name, import) = import_name(sheet, "django.core.validators", "FileExtensionValidator")?;
            let mut edits =
                set_keyword(sheet, call, "validators", &sheet.in_style(&format!("[{name}({KINDS})]")))?;
            edits.extend(import);
            Some(edits)
        },
    )
}

/// Both decorators: one keeps the posted fields out of error reports, the other the local variables of the view and of
/// what it calls. They change nothing but error reports.
fn sensitive(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Keep posted fields and local variables out of error reports", Safe, |sheet| {
        const MODULE: &str = "django.views.decorators.debug";
        let found = function_at(sheet, span_of(finding)?)?;
        let (variables, first) = import_name(sheet, MODULE, "sensitive_variables")?;
        let (parameters, second) = import_name(sheet, MODULE, "sensitive_post_parameters")?;
        let mut edits: Vec<Edit> = Vec::new();
        match (&first, &second) {
            // Both are new: one line brings both.
            (Some(_), Some(_)) => edits.extend(both(sheet, MODULE)?),
            _ => edits.extend(first.into_iter().chain(second)),
        }
        match found.class {
            None => {
                let names = [format!("{parameters}()"), format!("{variables}()")];
                edits.push(decorate(sheet, found.function, &names));
            }
            Some(class) => {
                let (method, import) = import_name(sheet, "django.utils.decorators", "method_decorator")?;
                edits.extend(import);
                let name = sheet.in_style("name=\"dispatch\"");
                edits.push(decorate_class(sheet, class, &[format!("{method}({parameters}(), {name})")]));
                edits.push(decorate(sheet, found.function, &[format!("{method}({variables}())")]));
            }
        }
        Some(edits)
    })
}

/// The import of both decorators, when neither is there yet.
fn both(sheet: Sheet<'_>, module: &str) -> Option<Option<Edit>> {
    let (_, edit) = import_name(sheet, module, "sensitive_post_parameters")?;
    Some(edit.map(|edit| match edit {
        Edit::Replace { span, text } => Edit::Replace {
            span,
            text: text.replace("sensitive_post_parameters", "sensitive_post_parameters, sensitive_variables"),
        },
        other => other,
    }))
}

/// Takes a decorator away, with its line. Its import stays: other lines may use it.
fn undecorate(finding: &Finding, bench: &Bench<'_>, safety: FixSafety) -> Vec<Fix> {
    one(finding, bench, "Take the exemption away", safety, |sheet| {
        let place = span_of(finding)?;
        let (start, end) = (place.start as usize, place.end as usize);
        let line = sheet.text().get(sheet.line_start(start)..sheet.line_end(end))?.trim();
        let written = sheet.text().get(start..end)?;
        let is_decorator = line
            .strip_prefix('@')
            .is_some_and(|rest| rest.split('#').next().unwrap_or(rest).trim() == written);
        is_decorator.then(|| vec![sheet.replace_bytes(sheet.line_start(start), sheet.next_line(end), "")])
    })
}

/// A statement of its own goes with its line, or becomes `pass` when its block would be empty.
fn debugger(finding: &Finding, bench: &Bench<'_>) -> Vec<Fix> {
    one(finding, bench, "Take the debugger out", Safe, |sheet| {
        let place = span_of(finding)?;
        let call: &ExprCall = call_at(sheet, place)?;
        let (start, end) = (call.start().to_usize(), call.end().to_usize());
        let rest = &sheet.text()[end..sheet.line_end(end)];
        let alone =
            sheet.is_first_on_line(start) && (rest.trim().is_empty() || rest.trim_start().starts_with('#'));
        if !alone {
            return None;
        }
        let before = sheet.text()[..sheet.line_start(start)].trim_end();
        let after = &sheet.text()[sheet.next_line(end)..];
        let next = after.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let deeper = next.len() - next.trim_start().len() >= sheet.indentation(start).len();
        // Alone in its block: a colon before it, and nothing as deep after it.
        if before.ends_with(':') && !(deeper && !next.is_empty()) {
            return Some(vec![sheet.replace(call, "pass")]);
        }
        Some(vec![sheet.replace_bytes(sheet.line_start(start), sheet.next_line(end), "")])
    })
}
