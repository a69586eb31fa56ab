//! Effective settings for `barding settings`: what Django would see, how sure that is, and the lines that made it so.

use crate::Look;
use crate::clean::clean_line;
use crate::frame::excerpt;
use crate::paint::Paint;
use crate::place::Located;
use crate::sarif::pretty;
use crate::value::{certainty, show};
use crate::wrap::wrap;
use barding_finding::AuditResult;
use barding_project::value::{Truth, Value};
use barding_project::{Effective, SettingsModule};
use barding_source::Span;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// What is to be shown of the settings.
#[derive(Clone, Copy, Debug)]
pub struct SettingsLook<'a> {
    /// The terminal.
    pub look: Look,
    /// Leave out what equals Django's default.
    pub only_changed: bool,
    /// The whole history of this one setting.
    pub explain: Option<&'a str>,
    /// Tells by a name whether its text is a secret.
    pub holds_secret: fn(&str) -> bool,
}

/// The settings of some modules for people. `files` holds the files that their histories point into.
pub fn settings_text(modules: &[&SettingsModule], files: &AuditResult, look: &SettingsLook<'_>) -> String {
    let paint = Paint { color: look.look.color };
    let mut out = String::new();
    for (at, module) in modules.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let name = paint.heading(&clean_line(&module.name));
        let why = clean_line(&format!("({}: {})", module.role.words(), module.role_reason));
        out.push_str(&format!("{name} {}\n", paint.faint(&why)));
        match look.explain {
            Some(name) => explain(&mut out, module, name, files, look),
            None => list(&mut out, module, files, look),
        }
        if let Some(open) = &module.open {
            let text = format!("Other settings may be set as well: {}", open.text);
            for line in wrap(&clean_line(&text), look.look.width) {
                out.push_str(&format!("{}\n", paint.unsure(&line)));
            }
        }
    }
    out
}

/// The names to show: what the project sets, and Django's other settings unless only changes are wanted.
fn names<'m>(module: &'m SettingsModule, look: &SettingsLook<'_>) -> BTreeSet<&'m str> {
    let own = module
        .values
        .iter()
        .filter(|(name, setting)| !look.only_changed || module.defaults.of(name) != Some(&setting.value));
    let mut names: BTreeSet<&str> = own.map(|(name, _)| name.as_str()).collect();
    if !look.only_changed {
        names.extend(module.defaults.names());
    }
    names
}

fn list(out: &mut String, module: &SettingsModule, files: &AuditResult, look: &SettingsLook<'_>) {
    let paint = Paint { color: look.look.color };
    for name in names(module, look) {
        let (value, sure, place) = match module.get(name) {
            Effective::Set(setting) => {
                let place = Located::of_span(module.place(name), files).words();
                (show(name, &setting.value, look.holds_secret), certainty(&setting.value), place)
            }
            Effective::DjangoDefault(value) => {
                (show(name, value, look.holds_secret), "default", "Django".to_owned())
            }
            Effective::Unknown(unknown) => (format!("unknown: {}", unknown.text), "unknown", String::new()),
            Effective::Absent => continue,
        };
        let word = match sure {
            "known" => paint.good(sure),
            "default" => paint.faint(sure),
            _ => paint.unsure(sure),
        };
        let lines = wrap(&clean_line(&value), look.look.width.saturating_sub(6).max(30));
        out.push_str(&format!("  {} = {}\n", paint.strong(&clean_line(name)), lines[0]));
        for line in &lines[1..] {
            out.push_str(&format!("      {line}\n"));
        }
        // Defaults are many and all from the same place: one line each is enough.
        if sure != "default" {
            out.push_str(&format!("      {word} {}\n", paint.faint(&clean_line(&place))));
        }
    }
}

fn explain(
    out: &mut String,
    module: &SettingsModule,
    name: &str,
    files: &AuditResult,
    look: &SettingsLook<'_>,
) {
    let paint = Paint { color: look.look.color };
    let (color, width) = (look.look.color, look.look.width);
    match module.get(name) {
        Effective::Set(setting) => {
            let value = clean_line(&show(name, &setting.value, look.holds_secret));
            out.push_str(&format!("  {} = {value}\n", paint.strong(name)));
            out.push_str(&format!("  {}\n\n", certainty(&setting.value)));
            let last = setting.history.len().saturating_sub(1);
            for (at, step) in setting.history.iter().enumerate() {
                for import in &step.via {
                    out.push_str(&excerpt(*import, "brings the next line here", files, color, width));
                    out.push('\n');
                }
                let value = show(name, &step.value, look.holds_secret);
                let value = crate::wrap::cut(&clean_line(&value), 70);
                let verb = match (step.happens, at == last) {
                    (Truth::Yes, true) => "decides",
                    (Truth::Yes, false) => "then",
                    (Truth::No, _) => "never runs",
                    (Truth::Maybe, _) => "may run",
                };
                // The value that holds stands above already.
                let note = match at == last && step.value == setting.value {
                    true => verb.to_owned(),
                    false => format!("{verb}: {value}"),
                };
                out.push_str(&excerpt(step.place, &note, files, color, width));
                if at != last {
                    out.push('\n');
                }
            }
        }
        Effective::DjangoDefault(value) => {
            let value = clean_line(&show(name, value, look.holds_secret));
            out.push_str(&format!("  {} = {value}\n", paint.strong(name)));
            out.push_str("  Django's default; the project does not set it\n");
        }
        Effective::Unknown(unknown) => {
            let text = format!("{name} is not known: {}", unknown.text);
            out.push_str(&format!("  {}\n", clean_line(&text)));
        }
        Effective::Absent => {
            let text = format!("{name} is set neither by the project nor by Django");
            out.push_str(&format!("  {}\n", clean_line(&text)));
        }
    }
}

/// The settings of some modules for programs.
pub fn settings_json(modules: &[&SettingsModule], files: &AuditResult, look: &SettingsLook<'_>) -> String {
    let modules: Vec<Json> = modules
        .iter()
        .map(|module| {
            let settings: Vec<Json> = names(module, look)
                .into_iter()
                .filter(|name| look.explain.is_none_or(|wanted| wanted == *name))
                .map(|name| setting_json(module, name, files, look))
                .collect();
            json!({
                "name": module.name,
                "role": module.role.words(),
                "reason": module.role_reason,
                "open": module.open.as_ref().map(|unknown| &*unknown.text),
                "settings": settings,
            })
        })
        .collect();
    pretty(&json!({ "barding": env!("CARGO_PKG_VERSION"), "version": 1, "modules": modules }))
}

fn setting_json(module: &SettingsModule, name: &str, files: &AuditResult, look: &SettingsLook<'_>) -> Json {
    let shown = |value: &Value| show(name, value, look.holds_secret);
    let place = |span: Span| Located::of_span(span, files).words();
    match module.get(name) {
        Effective::Set(setting) => json!({
            "name": name,
            "value": shown(&setting.value),
            "certainty": certainty(&setting.value),
            "from": "project",
            "place": place(module.place(name)),
            "history": setting.history.iter().map(|step| json!({
                "place": place(step.place),
                "value": shown(&step.value),
                "happens": match step.happens {
                    Truth::Yes => "yes",
                    Truth::No => "no",
                    Truth::Maybe => "maybe",
                },
                "via": step.via.iter().map(|span| place(*span)).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        }),
        Effective::DjangoDefault(value) => json!({
            "name": name, "value": shown(value), "certainty": certainty(value), "from": "django",
        }),
        Effective::Unknown(unknown) => json!({
            "name": name, "value": null, "certainty": "unknown", "from": "unknown", "reason": &*unknown.text,
        }),
        Effective::Absent => json!({ "name": name, "value": null, "certainty": "known", "from": "absent" }),
    }
}
