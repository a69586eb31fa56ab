//! INI files as `configparser` reads them.

use super::Evaluator;
use super::call::Keywords;
use super::paths;
use super::val::{CallVal, Object, Val};
use crate::value::{Cast, EnvValue, Why};
use barding_source::Span;
use std::rc::Rc;
use std::sync::Arc;

/// What one parser has read.
#[derive(Clone, Debug, Default)]
pub(super) struct Ini<'a> {
    /// Section, key and text, in the order they were read; a later one wins.
    entries: Vec<(String, String, Val<'a>)>,
    /// A file that was to be read and is not among the files: where it exists it says what it likes, except where an
    /// entry behind this position replaces it.
    absent: Option<(String, usize)>,
    /// Something was read that we do not follow.
    unknown: bool,
}

impl<'a> Evaluator<'a> {
    pub(super) fn ini_method(
        &mut self,
        parser: &Rc<CallVal<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        let at = match self.parsers.iter().position(|(known, _)| known.same(&Val::Call(parser.clone()))) {
            Some(at) => at,
            None => {
                self.parsers.push((Val::Call(parser.clone()), Ini::default()));
                self.parsers.len() - 1
            }
        };
        // An interpolation or other delimiters were asked for, or the parser is filled in a branch: not followed.
        let plain = parser.arguments.is_empty()
            && parser
                .keywords
                .iter()
                .all(|(name, value)| &**name == "interpolation" && matches!(value, Val::None));
        if !plain {
            self.parsers[at].1.unknown = true;
        }
        match name {
            "read" | "read_file" | "readfp" => {
                let files = match arguments.first() {
                    Some(text @ (Val::Text(_) | Val::Path(_) | Val::Call(_))) => vec![text.clone()],
                    Some(list) => self.iterate(list, place),
                    None => Vec::new(),
                };
                for file in files {
                    self.ini_read(at, &file);
                }
                if !self.path.is_always() {
                    self.parsers[at].1.unknown = true;
                }
                if name == "read" {
                    return self.unknown(Why::Machine, "which of the files are there", Some(place));
                }
                Val::None
            }
            "read_dict" => {
                let filled = self.ini_dict(at, arguments.first());
                if filled.is_none() || !self.path.is_always() {
                    self.parsers[at].1.unknown = true;
                }
                Val::None
            }
            "get" | "getboolean" | "getint" | "getfloat" => {
                let (Some(Val::Text(section)), Some(Val::Text(key))) = (arguments.first(), arguments.get(1))
                else {
                    return self.not_modelled(place);
                };
                let fallback =
                    keywords.iter().find(|(name, _)| &**name == "fallback").map(|(_, value)| value.clone());
                self.ini_get(at, name, section, key, fallback, place)
            }
            "has_section" | "has_option" | "sections" | "options" | "items" | "__getitem__" => {
                self.unknown(Why::Machine, "what the configuration file holds is not known", Some(place))
            }
            _ => {
                self.parsers[at].1.unknown = true;
                Val::None
            }
        }
    }

    /// `read_dict({"section": {"key": value}})`; `None` when it cannot be followed.
    fn ini_dict(&mut self, at: usize, sections: Option<&Val<'a>>) -> Option<()> {
        for (section, entries) in self.dict_entries(sections?)? {
            for (key, value) in self.dict_entries(&entries)? {
                let (Val::Text(section), Val::Text(key)) = (&section, &key) else { return None };
                // What is not a text becomes one.
                let text = self.each(&value, &mut |me, value| match value {
                    Val::Int(number) => Val::text(number.to_string()),
                    Val::Bool(known) => Val::text(if *known { "True" } else { "False" }),
                    Val::None => Val::text("None"),
                    Val::Path(path) => Val::Text(path.clone()),
                    Val::Text(_) | Val::Unset | Val::Env(_) | Val::Unknown(_) => value.clone(),
                    _ => me.unknown(Why::RunsCode, "the text of a value that is none", None),
                });
                self.parsers[at].1.entries.push((section.to_string(), key.to_lowercase(), text));
            }
        }
        Some(())
    }

    /// The entries of a dictionary whose keys are known.
    fn dict_entries(&self, value: &Val<'a>) -> Option<Vec<(Val<'a>, Val<'a>)>> {
        match value {
            Val::Object(id) => match self.heap.get(*id) {
                Object::Dict(entries) => Some(entries.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    fn ini_read(&mut self, at: usize, file: &Val<'a>) {
        let path = match file {
            // A path that the machine tells, such as the home folder: outside the project in any case.
            Val::Unknown(unknown) if unknown.why == Why::Machine => {
                self.ini_absent(at, "a configuration file outside the project");
                return;
            }
            Val::Text(path) | Val::Path(path) => path.clone(),
            Val::Call(call) if &*call.callee == "open" => match call.arguments.first() {
                Some(Val::Text(path) | Val::Path(path)) => path.clone(),
                _ => {
                    self.parsers[at].1.unknown = true;
                    return;
                }
            },
            _ => {
                self.parsers[at].1.unknown = true;
                return;
            }
        };
        let found = paths::inside(&path)
            .and_then(|inside| self.modules.sources().read_unlisted(inside.as_str().into()));
        match found {
            Some(file) => match entries(&file.text) {
                Some(entries) => {
                    let entries =
                        entries.into_iter().map(|(section, key, text)| (section, key, Val::text(text)));
                    self.parsers[at].1.entries.extend(entries);
                }
                None => self.parsers[at].1.unknown = true,
            },
            None => self.ini_absent(at, &path),
        }
    }

    fn ini_absent(&mut self, at: usize, path: &str) {
        let ini = &mut self.parsers[at].1;
        ini.absent = Some((path.to_owned(), ini.entries.len()));
    }

    fn ini_get(
        &mut self,
        at: usize,
        method: &str,
        section: &str,
        key: &str,
        fallback: Option<Val<'a>>,
        place: Span,
    ) -> Val<'a> {
        let ini = self.parsers[at].1.clone();
        let unknown = self.unknown(Why::Machine, format!("`{key}` of the configuration file"), Some(place));
        if ini.unknown {
            return unknown;
        }
        let key = key.to_lowercase();
        let raw = match &self.parsers[at].0 {
            Val::Call(call) => &*call.callee == "configparser.RawConfigParser" || !call.keywords.is_empty(),
            _ => false,
        };
        let mut found: Vec<(usize, Val<'a>)> = Vec::new();
        for wanted in [section, "DEFAULT"] {
            let of_key = ini.entries.iter().enumerate().rev();
            let of_key = of_key.filter(|(_, (own, name, _))| own == wanted && *name == key);
            found.extend(of_key.map(|(at, entry)| (at, entry.2.clone())));
        }
        // The last entry wins; one that is there in some environments only leaves the rest to those before it.
        let mut text = Val::Unset;
        for (_, own) in found.iter().rev() {
            let before = text;
            text = self.each(own, &mut |_, own| if own.is_unset() { before.clone() } else { own.clone() });
        }
        let sure = found.first().is_some_and(|(position, text)| {
            !matches!(text, Val::OneOf(_) | Val::Unset)
                && ini.absent.as_ref().is_none_or(|(_, read)| position >= read)
        });
        let known = self.each(&text, &mut |me, value| match value {
            Val::Text(text) if text.contains(['%', '$']) && !raw => unknown.clone(),
            Val::Text(text) => me.ini_text(method, &text.clone(), place),
            Val::Env(env) => {
                let cast = match method {
                    "getboolean" => Cast::Bool,
                    "getint" => Cast::Int,
                    "getfloat" => Cast::Float,
                    _ => env.cast,
                };
                Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast, place }))
            }
            Val::Unset => match &fallback {
                Some(fallback) => fallback.clone(),
                None if ini.absent.is_some() => unknown.clone(),
                None => me.raised("NoOptionError", "the configuration has no such key", Some(place)),
            },
            value => value.clone(),
        });
        match &ini.absent {
            Some((path, _)) if !sure => {
                let [no, yes] = self.file_there(path, place);
                self.one_of(vec![(no, known), (yes, unknown)])
            }
            _ => known,
        }
    }

    fn ini_text(&mut self, method: &str, text: &Arc<str>, place: Span) -> Val<'a> {
        match method {
            "get" => Val::Text(text.clone()),
            "getboolean" => match text.to_lowercase().as_str() {
                "1" | "yes" | "true" | "on" => Val::Bool(true),
                "0" | "no" | "false" | "off" => Val::Bool(false),
                _ => self.raised("ValueError", format!("'{text}' is no truth value"), Some(place)),
            },
            "getint" => self.as_int(&Val::Text(text.clone()), place),
            _ => self.unknown(Why::Machine, "a number of the configuration file", Some(place)),
        }
    }
}

/// Section, key in lower case, and text; `None` for forms that are not followed (several lines, keys without value).
fn entries(text: &str) -> Option<Vec<(String, String, String)>> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && !found.is_empty() {
            return None;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
            continue;
        }
        let at = trimmed.find(['=', ':'])?;
        found.push((
            section.clone(),
            trimmed[..at].trim().to_lowercase(),
            trimmed[at + 1..].trim().to_owned(),
        ));
    }
    Some(found)
}
