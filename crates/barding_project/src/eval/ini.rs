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
    /// The sections but `DEFAULT`, in the order they were first read.
    sections: Vec<String>,
    /// A file that was to be read and is not among the files: where it exists it says what it likes, except where an
    /// entry behind this position replaces it.
    absent: Option<(String, usize)>,
    /// Something was read that we do not follow.
    unknown: bool,
}

/// What a section of a parser goes by during evaluation.
pub(super) const SECTION: &str = "configparser.SectionProxy";

/// Stands for the path of a file that the machine tells, such as one in the home folder.
const OUTSIDE: &str = "a configuration file outside the project";

impl Ini<'_> {
    fn section(&mut self, name: &str) {
        if name != "DEFAULT" && !self.sections.iter().any(|known| known == name) {
            self.sections.push(name.to_owned());
        }
    }
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
                let at = self.parsers.len() - 1;
                if self.ini_made(at, parser).is_none() {
                    self.parsers[at].1.unknown = true;
                }
                at
            }
        };
        if !self.path.is_always() && !matches!(name, "get" | "getboolean" | "getint" | "getfloat") {
            // Filled on some paths only.
            self.parsers[at].1.unknown |= name.starts_with("read");
        }
        match name {
            "read" | "read_file" | "readfp" => {
                let files = match arguments.first() {
                    Some(text @ (Val::Text(_) | Val::Path(_) | Val::Call(_))) => vec![text.clone()],
                    Some(list) => self.iterate(list, place),
                    None => Vec::new(),
                };
                let mut read = Vec::new();
                for file in files {
                    if self.ini_read(at, &file) {
                        read.push(match file {
                            Val::Path(path) => Val::Text(path),
                            file => file,
                        });
                    }
                }
                let ini = &self.parsers[at].1;
                if name == "read" && !ini.unknown && !self.may_be_absent(ini) {
                    return self.list(read);
                }
                if name == "read" {
                    return self.unknown(Why::Machine, "which of the files are there", Some(place));
                }
                Val::None
            }
            "read_dict" => {
                let filled = self.ini_dict(at, arguments.first());
                if filled.is_none() {
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
            "has_option" => {
                let (Some(Val::Text(section)), Some(Val::Text(key))) = (arguments.first(), arguments.get(1))
                else {
                    return self.not_modelled(place);
                };
                self.ini_has(at, section, key, place)
            }
            "has_section" | "sections" | "items" => {
                self.ini_content(at, name, arguments, place).unwrap_or_else(|| {
                    let text = "what the configuration file holds is not known";
                    self.unknown(Why::Machine, text, Some(place))
                })
            }
            "options" | "__getitem__" | "defaults" => {
                self.unknown(Why::Machine, "what the configuration file holds is not known", Some(place))
            }
            _ => {
                self.parsers[at].1.unknown = true;
                Val::None
            }
        }
    }

    /// `parser["section"]` and `parser["section"]["key"]`.
    pub(super) fn ini_item(&mut self, call: &Rc<CallVal<'a>>, key: &Val<'a>, place: Span) -> Option<Val<'a>> {
        match &*call.callee {
            "configparser.ConfigParser" | "configparser.RawConfigParser" => {
                Some(Val::Call(Rc::new(CallVal {
                    callee: SECTION.into(),
                    arguments: vec![Val::Call(call.clone()), key.clone()],
                    keywords: Vec::new(),
                    place,
                })))
            }
            SECTION => {
                let [Val::Call(parser), section] = call.arguments.as_slice() else { return None };
                let arguments = [section.clone(), key.clone()];
                Some(self.ini_method(&parser.clone(), "get", &arguments, &Vec::new(), place))
            }
            _ => None,
        }
    }

    /// `parser["section"].get("key", fallback)` and its kin, which give `None` where the parser's own would raise.
    pub(super) fn ini_section_method(
        &mut self,
        call: &Rc<CallVal<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let [Val::Call(parser), section] = call.arguments.as_slice() else { return None };
        if !matches!(name, "get" | "getboolean" | "getint" | "getfloat") {
            self.ini_forget(&parser.clone());
            return Some(self.not_modelled(place));
        }
        let named = keywords.iter().find(|(name, _)| &**name == "fallback").map(|(_, value)| value.clone());
        let fallback = named.or_else(|| arguments.get(1).cloned()).unwrap_or(Val::None);
        let keywords = vec![(Arc::from("fallback"), fallback)];
        let arguments = [section.clone(), arguments.first()?.clone()];
        Some(self.ini_method(&parser.clone(), name, &arguments, &keywords, place))
    }

    /// What the parser was made with; `None` where that changes how it reads.
    fn ini_made(&mut self, at: usize, parser: &Rc<CallVal<'a>>) -> Option<()> {
        let raw = |name: &str, value: &Val<'a>| name == "interpolation" && matches!(value, Val::None);
        if parser.arguments.len() > 1
            || parser.keywords.iter().any(|(name, value)| &**name != "defaults" && !raw(name, value))
        {
            return None;
        }
        match parser.argument(0, "defaults") {
            None | Some(Val::None) => Some(()),
            Some(defaults) => {
                let defaults = defaults.clone();
                for (key, value) in self.dict_entries(&defaults)? {
                    let Val::Text(key) = key else { return None };
                    let text = self.ini_value(&value);
                    self.parsers[at].1.entries.push(("DEFAULT".to_owned(), key.to_lowercase(), text));
                }
                Some(())
            }
        }
    }

    /// Forgets what a parser holds: it was changed in a way that is not followed.
    pub(super) fn ini_forget(&mut self, parser: &Rc<CallVal<'a>>) {
        if let (SECTION, Some(Val::Call(parser))) = (&*parser.callee, parser.arguments.first()) {
            return self.ini_forget(parser);
        }
        if !parser.callee.starts_with("configparser.") {
            return;
        }
        let unknown = Ini { unknown: true, ..Ini::default() };
        match self.parsers.iter_mut().find(|(known, _)| known.same(&Val::Call(parser.clone()))) {
            Some((_, ini)) => *ini = unknown,
            None => self.parsers.push((Val::Call(parser.clone()), unknown)),
        }
    }

    /// Whether a file that was not found may be there where the site runs.
    fn may_be_absent(&self, ini: &Ini<'a>) -> bool {
        ini.absent.as_ref().is_some_and(|(path, _)| !self.ini_known_absent(path))
    }

    fn ini_known_absent(&self, path: &str) -> bool {
        if path == OUTSIDE { self.assumptions.files_complete } else { self.is_known_absent(path) }
    }

    /// `has_option`: like Python's, an option of `DEFAULT` counts in each section that is there.
    fn ini_has(&mut self, at: usize, section: &str, key: &str, place: Span) -> Val<'a> {
        let ini = self.parsers[at].1.clone();
        let key = key.to_lowercase();
        let unknown = self.unknown(Why::Machine, format!("`{key}` of the configuration file"), Some(place));
        let text = self.source_at(place);
        if ini.unknown {
            return self.undecided(&unknown, &text, Some(place));
        }
        let is_there = section == "DEFAULT"
            || ini.sections.iter().any(|known| known == section)
            || ini.entries.iter().any(|(own, _, _)| own == section);
        let mut known = Val::Bool(false);
        if is_there {
            for (own, name, value) in &ini.entries {
                if (own == section || own == "DEFAULT") && *name == key {
                    known = self.each(value, &mut |_, value| match value {
                        Val::Unset => known.clone(),
                        _ => Val::Bool(true),
                    });
                }
            }
        }
        match &ini.absent {
            Some((path, _)) if !matches!(known, Val::Bool(true)) && !self.ini_known_absent(path) => {
                let [no, yes] = self.file_there(path, place);
                let there = self.undecided(&unknown, &text, Some(place));
                self.one_of(vec![(no, known), (yes, there)])
            }
            _ => known,
        }
    }

    /// Questions about whole sections; `None` where files or entries may be missing.
    fn ini_content(
        &mut self,
        at: usize,
        method: &str,
        arguments: &[Val<'a>],
        place: Span,
    ) -> Option<Val<'a>> {
        let ini = self.parsers[at].1.clone();
        if ini.unknown || self.may_be_absent(&ini) {
            return None;
        }
        match (method, arguments) {
            ("sections", []) => {
                let names = ini.sections.iter().map(|name| Val::text(name.as_str())).collect();
                Some(self.list(names))
            }
            ("has_section", [Val::Text(section)]) => {
                Some(Val::Bool(ini.sections.iter().any(|known| **known == **section)))
            }
            ("items", [Val::Text(section)]) if ini.sections.iter().any(|known| **known == **section) => {
                let mut keys: Vec<&String> = Vec::new();
                for wanted in ["DEFAULT", section] {
                    for (own, key, text) in &ini.entries {
                        if matches!(text, Val::OneOf(_)) {
                            return None;
                        }
                        if own == wanted && !text.is_unset() && !keys.contains(&key) {
                            keys.push(key);
                        }
                    }
                }
                let mut pairs = Vec::new();
                for key in keys {
                    let value = self.ini_get(at, "get", section, key, None, place);
                    pairs.push(Val::Tuple(Rc::from([Val::text(key.as_str()), value])));
                }
                Some(self.list(pairs))
            }
            _ => None,
        }
    }

    /// A value that is put into a parser: what is not a text becomes one.
    fn ini_value(&mut self, value: &Val<'a>) -> Val<'a> {
        self.each(value, &mut |me, value| match value {
            Val::Int(number) => Val::text(number.to_string()),
            Val::Bool(known) => Val::text(if *known { "True" } else { "False" }),
            Val::None => Val::text("None"),
            Val::Path(path) => Val::Text(path.clone()),
            Val::Text(_) | Val::Unset | Val::Env(_) | Val::Unknown(_) => value.clone(),
            _ => me.unknown(Why::RunsCode, "the text of a value that is none", None),
        })
    }

    /// `read_dict({"section": {"key": value}})`; `None` when it cannot be followed.
    fn ini_dict(&mut self, at: usize, sections: Option<&Val<'a>>) -> Option<()> {
        for (section, entries) in self.dict_entries(sections?)? {
            if let Val::Text(name) = &section {
                self.parsers[at].1.section(name);
            }
            for (key, value) in self.dict_entries(&entries)? {
                let (Val::Text(section), Val::Text(key)) = (&section, &key) else { return None };
                let text = self.ini_value(&value);
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

    /// Reads one file; whether it was there.
    fn ini_read(&mut self, at: usize, file: &Val<'a>) -> bool {
        let path = match file {
            // A path that the machine tells, such as the home folder: outside the project in any case.
            Val::Unknown(unknown) if unknown.why == Why::Machine => {
                self.ini_absent(at, OUTSIDE);
                return false;
            }
            Val::Text(path) | Val::Path(path) => path.clone(),
            Val::Call(call) if &*call.callee == "open" => match call.arguments.first() {
                Some(Val::Text(path) | Val::Path(path)) => path.clone(),
                _ => {
                    self.parsers[at].1.unknown = true;
                    return false;
                }
            },
            _ => {
                self.parsers[at].1.unknown = true;
                return false;
            }
        };
        let found = paths::inside(&path)
            .and_then(|inside| self.modules.sources().read_unlisted(inside.as_str().into()));
        match found {
            Some(file) => match entries(&file.text) {
                Some((sections, entries)) => {
                    let entries =
                        entries.into_iter().map(|(section, key, text)| (section, key, Val::text(text)));
                    let ini = &mut self.parsers[at].1;
                    ini.entries.extend(entries);
                    sections.iter().for_each(|name| ini.section(name));
                    return true;
                }
                None => self.parsers[at].1.unknown = true,
            },
            None => self.ini_absent(at, &path),
        }
        false
    }

    fn ini_absent(&mut self, at: usize, path: &str) {
        let known = self.ini_known_absent(path);
        let ini = &mut self.parsers[at].1;
        // Of several, the one that may be there is what matters.
        if !known || ini.absent.is_none() {
            ini.absent = Some((path.to_owned(), ini.entries.len()));
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
        let raw = match &self.parsers[at].0 {
            Val::Call(call) => {
                &*call.callee == "configparser.RawConfigParser"
                    || call.keywords.iter().any(|(name, _)| &**name == "interpolation")
            }
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
            Val::Text(text) if text.contains('%') && !raw => match me.interpolated(at, section, text, 0) {
                Some(text) => me.ini_text(method, &text.into(), place),
                None => unknown.clone(),
            },
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
                None if me.may_be_absent(&ini) => unknown.clone(),
                None => me.raised("NoOptionError", "the configuration has no such key", Some(place)),
            },
            value => value.clone(),
        });
        match &ini.absent {
            Some((path, _)) if !sure && !self.ini_known_absent(path) => {
                let [no, yes] = self.file_there(path, place);
                self.one_of(vec![(no, known), (yes, unknown)])
            }
            _ => known,
        }
    }

    /// A text with `%(name)s` and `%%` replaced as `BasicInterpolation` does; `None` where that is not told.
    fn interpolated(&self, at: usize, section: &str, text: &str, depth: usize) -> Option<String> {
        if depth > 9 || text.len() > 20_000 {
            return None;
        }
        let ini = &self.parsers[at].1;
        if self.may_be_absent(ini) {
            return None;
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            if let Some(after) = after.strip_prefix('%') {
                out.push('%');
                rest = after;
                continue;
            }
            let (name, after) = after.strip_prefix('(')?.split_once(")s")?;
            let name = name.to_lowercase();
            let of =
                |wanted: &str| ini.entries.iter().rev().find(|(own, key, _)| own == wanted && *key == name);
            let Some((_, _, Val::Text(value))) = of(section).or_else(|| of("DEFAULT")) else { return None };
            out.push_str(&self.interpolated(at, section, value, depth + 1)?);
            if out.len() > 20_000 {
                return None;
            }
            rest = after;
        }
        out.push_str(rest);
        Some(out)
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
            _ => match text.trim().parse::<f64>() {
                Ok(number) if number.is_finite() => Val::Float(number),
                _ => self.unknown(Why::Machine, "a number of the configuration file", Some(place)),
            },
        }
    }
}

/// Section, key in lower case, and text.
type Entry = (String, String, String);

/// The sections and what stands in them; `None` for forms that are not followed (several lines, keys without value,
/// comments behind values).
fn entries(text: &str) -> Option<(Vec<String>, Vec<Entry>)> {
    let mut sections = Vec::new();
    let mut section = None;
    let mut found: Vec<Entry> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) && section.is_some() {
            return None;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let name = name.0.to_owned();
            // The same section twice is an error.
            if sections.contains(&name) {
                return None;
            }
            sections.push(name.clone());
            section = Some(name);
            continue;
        }
        let own = section.clone()?;
        let at = trimmed.find(['=', ':'])?;
        let key = trimmed[..at].trim().to_lowercase();
        if key.is_empty() || found.iter().any(|(section, known, _)| *section == own && *known == key) {
            return None;
        }
        found.push((own, key, trimmed[at + 1..].trim().to_owned()));
    }
    Some((sections, found))
}
