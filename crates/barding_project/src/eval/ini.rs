//! INI files as `configparser` reads them.

use super::Evaluator;
use super::call::Keywords;
use super::paths;
use super::val::{CallVal, Val};
use crate::value::Why;
use barding_source::Span;
use std::rc::Rc;

/// What one parser has read.
#[derive(Clone, Debug, Default)]
pub(super) struct Ini {
    entries: Vec<(String, String, String)>,
    /// Files that were to be read and are not among the files: where they exist they say what they like.
    absent: Option<String>,
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

    fn ini_read(&mut self, at: usize, file: &Val<'a>) {
        let path = match file {
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
                Some(entries) => self.parsers[at].1.entries.extend(entries),
                None => self.parsers[at].1.unknown = true,
            },
            None => self.parsers[at].1.absent = Some(path.to_string()),
        }
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
        let has =
            |wanted: &str| ini.entries.iter().rev().find(|(own, name, _)| own == wanted && *name == key);
        let known = match has(section).or_else(|| has("DEFAULT")) {
            Some((_, _, text)) if text.contains(['%', '$']) => unknown.clone(),
            Some((_, _, text)) => match method {
                "get" => Val::text(text.as_str()),
                "getboolean" => match text.to_lowercase().as_str() {
                    "1" | "yes" | "true" | "on" => Val::Bool(true),
                    "0" | "no" | "false" | "off" => Val::Bool(false),
                    _ => self.raised("ValueError", format!("'{text}' is no truth value"), Some(place)),
                },
                "getint" => self.as_int(&Val::text(text.as_str()), place),
                _ => unknown.clone(),
            },
            None => match fallback {
                Some(fallback) => fallback,
                None if ini.absent.is_some() => unknown.clone(),
                None => self.raised("NoOptionError", "the configuration has no such key", Some(place)),
            },
        };
        match &ini.absent {
            None => known,
            Some(path) => {
                let [no, yes] = self.file_there(path, place);
                self.one_of(vec![(no, known), (yes, unknown)])
            }
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
