//! Files that settings read: texts, JSON, TOML, YAML, INI and `.env`.

use super::Evaluator;
use super::cond::{Cond, Key};
use super::paths;
use super::val::{CallVal, Val};
use crate::value::{Truth, Why};
use barding_source::Span;
use camino::Utf8Path;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    /// The text of a file of the project. `Err` is the value to use instead.
    pub(super) fn file_text(&mut self, path: &Val<'a>, place: Span) -> Result<Arc<str>, Val<'a>> {
        let text: Arc<str> = match path {
            Val::Text(text) | Val::Path(text) => text.clone(),
            Val::Unknown(_) => return Err(path.clone()),
            _ => return Err(self.not_modelled(place)),
        };
        let Some(inside) = paths::inside(&text) else {
            let unknown =
                self.unknown(Why::Machine, "it is read from a file outside the project", Some(place));
            // Whether that file is there the machine tells.
            self.file_is_missed(&text, place);
            return Err(unknown);
        };
        match self.modules.sources().read_unlisted(Utf8Path::new(&inside)) {
            Some(file) => {
                // `exec` of this very text is the execution of the file.
                let text = file.text.clone();
                if file.path.extension() == Some("py")
                    && !self.read_texts.iter().any(|(_, path)| *path == file.path)
                {
                    self.read_texts.push((text.clone(), file.path.clone()));
                }
                Ok(text)
            }
            None => {
                self.file_is_missed(&text, place);
                Err(self.unknown(Why::FileMissing, format!("`{inside}` is not among the files"), Some(place)))
            }
        }
    }

    /// Opening a file that is not among the sources raises where it is not there.
    fn file_is_missed(&mut self, path: &str, place: Span) {
        let no = match self.is_known_absent(path) {
            true => Cond::always(),
            false => self.file_there(path, place)[0].clone(),
        };
        self.may_raise(&no, "FileNotFoundError");
    }

    /// Whether a path that is not among the files is known not to be there. Where a relative path leads depends on the
    /// folder the server is started in, so it may be any file of that name.
    pub(super) fn is_known_absent(&self, path: &str) -> bool {
        if !self.assumptions.files_complete {
            return false;
        }
        if path.starts_with(['/', super::val::ROOT]) {
            return true;
        }
        let normal = paths::normpath(path);
        let last = normal.rsplit('/').next().unwrap_or_default();
        let named = |known: &camino::Utf8PathBuf| known.components().any(|part| part.as_str() == last);
        last != "." && last != ".." && !self.modules.sources().paths().iter().any(named)
    }

    /// That a file is not there, and that it is. Nobody asks where files are known not to be there.
    pub(super) fn file_there(&mut self, path: &str, place: Span) -> [Cond; 2] {
        let shown = path.replace(super::val::ROOT, "<root>");
        let texts = [format!("`{shown}` is not there").into(), format!("`{shown}` is there").into()];
        // What is not among the files counts as absent while nothing else is said, like a variable that is not set.
        self.atoms.literal(Key::There(path.into()), texts, Some(place), [Truth::Yes, Truth::No])
    }

    /// `os.path.exists(path)` and its kin.
    pub(super) fn exists(&mut self, path: &Val<'a>, kind: &str, place: Span) -> Val<'a> {
        self.each(path, &mut |me, path| {
            let text: Arc<str> = match path {
                Val::Text(text) | Val::Path(text) => text.clone(),
                other => return me.text_unknown(other, place),
            };
            let tree = me.modules.sources().tree();
            if let Some(inside) = paths::inside(&text) {
                let path = Utf8Path::new(&inside);
                let is_file = tree.is_file(path);
                let is_folder = inside.is_empty() || tree.is_folder(path);
                let found = match kind {
                    "file" => is_file,
                    "folder" => is_folder,
                    _ => is_file || is_folder,
                };
                if found {
                    return Val::Bool(true);
                }
            }
            if me.is_known_absent(&text) {
                return Val::Bool(false);
            }
            let [no, yes] = me.file_there(&format!("{kind}:{text}"), place);
            me.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))])
        })
    }

    /// What `with` binds: a file is itself.
    pub(super) fn entered(&mut self, context: &Val<'a>, _place: Span) -> Val<'a> {
        context.clone()
    }

    /// Methods of an open file.
    pub(super) fn file_method(
        &mut self,
        call: &Rc<CallVal<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        place: Span,
    ) -> Option<Val<'a>> {
        if !matches!(&*call.callee, "open" | "io.open" | "codecs.open") || !arguments.is_empty() {
            return None;
        }
        let path = call.argument(0, "file").cloned().unwrap_or(Val::None);
        Some(match name {
            "read" | "readlines" | "readline" => self.each(&path, &mut |me, path| {
                let text = match me.file_text(path, place) {
                    Ok(text) => text,
                    Err(unknown) => return unknown,
                };
                match name {
                    "read" => Val::Text(text),
                    "readline" => Val::text(text.split_inclusive('\n').next().unwrap_or_default()),
                    _ => {
                        let lines = text.split_inclusive('\n').map(Val::text).collect();
                        me.list(lines)
                    }
                }
            }),
            "close" | "flush" => Val::None,
            "__enter__" => Val::Call(call.clone()),
            _ => return None,
        })
    }

    /// The text of what is given to `json.load` and its kin: an open file, or a text.
    pub(super) fn readable(&mut self, value: &Val<'a>, place: Span) -> Result<Arc<str>, Val<'a>> {
        match value {
            Val::Text(text) => Ok(text.clone()),
            Val::Bytes(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.into()),
                Err(_) => Err(self.not_modelled(place)),
            },
            Val::Call(call) if matches!(&*call.callee, "open" | "io.open" | "codecs.open") => {
                let path = call.argument(0, "file").cloned().unwrap_or(Val::None);
                self.file_text(&path, place)
            }
            Val::Unknown(_) => Err(value.clone()),
            Val::Env(env) => Err(Val::Unknown(super::ops::environment(&env.variable, place))),
            _ => Err(self.not_modelled(place)),
        }
    }

    pub(super) fn json_text(&mut self, text: &str, place: Span) -> Val<'a> {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(value) => self.of_json(&value, 0),
            Err(_) => self.raised("JSONDecodeError", "the text is not JSON", Some(place)),
        }
    }

    pub(super) fn of_json(&mut self, value: &serde_json::Value, depth: usize) -> Val<'a> {
        if depth > 64 {
            return self.unknown(Why::TooDeep, "the data nests too deeply", None);
        }
        match value {
            serde_json::Value::Null => Val::None,
            serde_json::Value::Bool(known) => Val::Bool(*known),
            serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => Val::Int(number),
                (None, Some(number)) if !number.is_nan() && number.abs() < 1e18 => Val::Float(number),
                _ => self.unknown(Why::TooDeep, "the number is too large", None),
            },
            serde_json::Value::String(text) => Val::text(text.as_str()),
            serde_json::Value::Array(items) => {
                let items = items.iter().map(|item| self.of_json(item, depth + 1)).collect();
                self.list(items)
            }
            serde_json::Value::Object(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| (Val::text(key.as_str()), self.of_json(value, depth + 1)))
                    .collect();
                self.dict(entries)
            }
        }
    }

    pub(super) fn toml_text(&mut self, text: &str, place: Span) -> Val<'a> {
        match text.parse::<toml::Table>() {
            Ok(table) => self.of_toml(&toml::Value::Table(table)),
            Err(_) => self.raised("TOMLDecodeError", "the text is not TOML", Some(place)),
        }
    }

    fn of_toml(&mut self, value: &toml::Value) -> Val<'a> {
        match value {
            toml::Value::String(text) => Val::text(text.as_str()),
            toml::Value::Integer(number) => Val::Int(*number),
            toml::Value::Float(number) => Val::Float(*number),
            toml::Value::Boolean(known) => Val::Bool(*known),
            toml::Value::Datetime(_) => self.unknown(Why::RunsCode, "a date of a TOML file", None),
            toml::Value::Array(items) => {
                let items = items.iter().map(|item| self.of_toml(item)).collect();
                self.list(items)
            }
            toml::Value::Table(table) => {
                let entries =
                    table.iter().map(|(key, value)| (Val::text(key.as_str()), self.of_toml(value))).collect();
                self.dict(entries)
            }
        }
    }

    pub(super) fn yaml_text(&mut self, text: &str, place: Span) -> Val<'a> {
        // YAML 1.1, which PyYAML reads, has more words for true and false than YAML 1.2; such files are not told.
        let risky =
            text.split(|c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}')).any(|word| {
                matches!(word.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n")
            });
        let special = text.contains(['&', '*', '!']) || text.contains("<<");
        match serde_saphyr::from_str::<serde_json::Value>(text) {
            Ok(value) if !risky && !special => self.of_json(&value, 0),
            Ok(_) => {
                self.unknown(Why::NotReadable, "the YAML file uses what readers do not agree on", Some(place))
            }
            Err(_) => self.raised("YAMLError", "the text is not YAML", Some(place)),
        }
    }
}
