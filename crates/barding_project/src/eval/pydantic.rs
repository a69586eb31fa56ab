//! Settings objects of pydantic-settings: fields with types and defaults, filled from the environment and `.env`.

use super::Evaluator;
use super::call::Keywords;
use super::environ::{Library, env_line};
use super::paths;
use super::val::{CallVal, ClassInfo, FunctionKind, InstanceInfo, Object, Val};
use crate::value::{Cast, EnvValue, Why};
use barding_source::Span;
use std::rc::Rc;
use std::sync::Arc;

/// What stands before the annotation of a class's name among its names.
const ANNOTATION: &str = "__annotation__";

/// How a class reads its fields.
#[derive(Default)]
struct Config {
    prefix: String,
    case_sensitive: bool,
    ignore_empty: bool,
    files: Vec<Arc<str>>,
    /// It names a source that we do not read.
    other_source: bool,
}

/// What a field's type makes of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Secret,
    Bool,
    Int,
    Float,
    Path,
    List,
    Dict,
    Other,
}

impl<'a> Evaluator<'a> {
    /// `Settings()` where the class derives from `BaseSettings` alone.
    pub(super) fn settings_object(
        &mut self,
        class: &Rc<ClassInfo<'a>>,
        bases: &[Arc<str>],
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        if bases.is_empty() || !bases.iter().all(|base| is_base(base)) || !arguments.is_empty() {
            return None;
        }
        if ["__init__", "settings_customise_sources", "customise_sources", "model_post_init"]
            .iter()
            .any(|hook| self.class_attribute(class, hook).is_some())
        {
            return None;
        }
        let ancestry = self.ancestry(class);
        let mut fields: Vec<(Arc<str>, Arc<str>)> = Vec::new();
        let mut validated = false;
        for ancestor in ancestry.iter().rev() {
            let own = self.heap.names(ancestor.names).cloned().unwrap_or_default();
            for (name, slot) in own.slots {
                if let Val::Function(function) = &slot.val {
                    validated |= function.kind == FunctionKind::Decorated;
                }
                let (Some(field), Val::Text(annotation)) = (name.strip_prefix(ANNOTATION), &slot.val) else {
                    continue;
                };
                if field.starts_with('_') || field == "model_config" || annotation.contains("ClassVar") {
                    continue;
                }
                fields.retain(|(known, _)| **known != *field);
                fields.push((field.into(), annotation.clone()));
            }
        }
        let config = self.pydantic_config(class);
        let texts = self.pydantic_files(&config);
        let names = self.new_names();
        for (field, annotation) in fields {
            let value = if validated || config.other_source {
                let why = match validated {
                    true => "a validator of the class may change it",
                    false => "the class names a source that is not read",
                };
                self.unknown(Why::RunsCode, why, Some(place))
            } else {
                let given = keywords.iter().find(|(name, _)| *name == field).map(|(_, value)| value.clone());
                self.pydantic_field(class, &config, &texts, &field, &annotation, given, place)
            };
            self.bind(names, &field, value, place);
        }
        Some(Val::Instance(Rc::new(InstanceInfo { class: class.clone(), names, place })))
    }

    /// `settings.model_dump()` and `settings.dict()`.
    pub(super) fn pydantic_method(
        &mut self,
        instance: &Rc<InstanceInfo<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
    ) -> Option<Val<'a>> {
        let plain = arguments.is_empty() && keywords.is_empty();
        if !plain || !matches!(name, "model_dump" | "dict") {
            return None;
        }
        if !self.outside_bases(&instance.class).iter().any(|base| is_base(base)) {
            return None;
        }
        let names = self.heap.names(instance.names)?.clone();
        let entries =
            names.slots.iter().map(|(name, slot)| (Val::Text(name.clone()), slot.val.clone())).collect();
        Some(self.dict(entries))
    }

    fn pydantic_config(&mut self, class: &Rc<ClassInfo<'a>>) -> Config {
        let mut options: Vec<(Arc<str>, Val<'a>)> = Vec::new();
        match self.class_attribute(class, "model_config") {
            Some(Val::Call(call)) => options.extend(call.keywords.iter().cloned()),
            Some(Val::Object(id)) => {
                if let Object::Dict(entries) = self.heap.get(id) {
                    let texts = entries.iter().filter_map(|(key, value)| match key {
                        Val::Text(key) => Some((key.clone(), value.clone())),
                        _ => None,
                    });
                    options.extend(texts);
                }
            }
            _ => {}
        }
        if let Some(Val::Class(inner)) = self.class_attribute(class, "Config") {
            let own = self.heap.names(inner.names).cloned().unwrap_or_default();
            options.extend(own.slots.into_iter().map(|(name, slot)| (name, slot.val)));
        }
        let mut config = Config::default();
        for (name, value) in options {
            match (&*name, value) {
                ("env_prefix", Val::Text(prefix)) => config.prefix = prefix.to_string(),
                ("case_sensitive", value) => config.case_sensitive = matches!(value, Val::Bool(true)),
                ("env_ignore_empty", value) => config.ignore_empty = matches!(value, Val::Bool(true)),
                ("env_file", Val::None) => {}
                ("env_file", Val::Text(path) | Val::Path(path)) => config.files.push(path),
                ("env_file", Val::Tuple(paths)) => {
                    for path in paths.iter() {
                        match path {
                            Val::Text(path) | Val::Path(path) => config.files.push(path.clone()),
                            _ => config.other_source = true,
                        }
                    }
                }
                ("env_prefix" | "env_file", _)
                | (
                    "secrets_dir" | "toml_file" | "yaml_file" | "json_file" | "cli_parse_args"
                    | "alias_generator" | "fields" | "customise_sources",
                    _,
                ) => config.other_source = true,
                _ => {}
            }
        }
        config
    }

    /// What the `.env` files say; later files win.
    fn pydantic_files(&mut self, config: &Config) -> Vec<(String, Option<String>)> {
        let mut entries = Vec::new();
        for path in &config.files {
            let found = match paths::inside(path) {
                Some(inside) => self.modules.sources().read_unlisted(inside.as_str().into()),
                // A relative path is looked for where the server starts.
                None if !path.starts_with('/') => {
                    let sources = self.modules.sources();
                    self.roots.iter().find_map(|root| sources.read_unlisted(&root.join(&**path)))
                }
                None => None,
            };
            let Some(file) = found else { continue };
            let lines = file.text.lines().take(2_000);
            entries.extend(lines.filter_map(|line| env_line(Library::Dotenv, line)));
        }
        entries
    }

    #[expect(clippy::too_many_arguments, reason = "a field is all of these, and they are used here alone")]
    fn pydantic_field(
        &mut self,
        class: &Rc<ClassInfo<'a>>,
        config: &Config,
        texts: &[(String, Option<String>)],
        field: &Arc<str>,
        annotation: &str,
        given: Option<Val<'a>>,
        place: Span,
    ) -> Val<'a> {
        let kind = kind_of(annotation);
        if let Some(given) = given {
            return self.pydantic_value(kind, &given, place);
        }
        let mut variable = format!("{}{field}", config.prefix);
        let mut default = match self.class_attribute(class, field) {
            // In pydantic 2 a field without a default is required, whatever its type.
            None | Some(Val::Unset | Val::Ellipsis) => Val::Unset,
            Some(value) => value,
        };
        if let Val::Call(call) = default.clone()
            && call.callee.starts_with("pydantic")
            && call.callee.ends_with(".Field")
        {
            for option in ["validation_alias", "alias", "env"] {
                match call.argument(usize::MAX, option) {
                    None | Some(Val::None) => continue,
                    Some(Val::Text(name)) => variable = name.to_string(),
                    Some(_) => {
                        return self.unknown(
                            Why::Environment,
                            "which variable is read is not known",
                            Some(place),
                        );
                    }
                }
                break;
            }
            default = match (call.argument(0, "default"), call.argument(usize::MAX, "default_factory")) {
                (Some(Val::Ellipsis), _) => Val::Unset,
                (Some(value), _) => value.clone(),
                (None, Some(factory)) => {
                    let factory = factory.clone();
                    self.call(&factory, Vec::new(), Vec::new(), place)
                }
                (None, None) => Val::Unset,
            };
        }
        let found = self.pydantic_variable(config, texts, &variable, place);
        let found = self.each(&found, &mut |me, found| match found {
            Val::Text(text) if text.is_empty() && config.ignore_empty => Val::Unset,
            Val::Unset => Val::Unset,
            found => me.pydantic_value(kind, found, place),
        });
        // Defaults are validated too.
        let default = self.each(&default, &mut |me, default| match default {
            Val::Unset => Val::Unset,
            default => me.pydantic_value(kind, default, place),
        });
        let value =
            self.each(&found, &mut |_, found| if found.is_unset() { default.clone() } else { found.clone() });
        self.demand(value, "ValidationError", "the variable must be set", Some(place))
    }

    /// The variable, by its name in any case, then what the files say.
    fn pydantic_variable(
        &mut self,
        config: &Config,
        texts: &[(String, Option<String>)],
        variable: &str,
        place: Span,
    ) -> Val<'a> {
        let same = |name: &str| match config.case_sensitive {
            true => name == variable,
            false => name.to_lowercase() == variable.to_lowercase(),
        };
        let spelled = self.assumptions.environment.keys().find(|name| same(name)).cloned();
        let name: Arc<str> = match (spelled, config.case_sensitive) {
            (Some(name), _) => name.into(),
            (None, true) => variable.into(),
            (None, false) => variable.to_uppercase().into(),
        };
        let of_environment = self.variable(&name, place);
        let of_files = match texts.iter().rev().find(|(name, _)| same(name)) {
            None => Val::Unset,
            Some((_, Some(text))) => Val::text(text.as_str()),
            Some((_, None)) => self.unknown(
                Why::NotReadable,
                "readers of `.env` files do not agree on this line",
                Some(place),
            ),
        };
        self.each(&of_environment, &mut |_, found| {
            if found.is_unset() { of_files.clone() } else { found.clone() }
        })
    }

    /// What validation makes of a value.
    fn pydantic_value(&mut self, kind: Kind, value: &Val<'a>, place: Span) -> Val<'a> {
        let cast = |env: &Rc<EnvValue>, cast: Cast| {
            Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast, place }))
        };
        self.each(value, &mut |me, value| match (kind, value) {
            (_, Val::Unknown(_)) => value.clone(),
            (_, Val::None) => Val::None,
            (Kind::Secret, value) => {
                let arguments = vec![value.clone()];
                Val::Call(Rc::new(CallVal {
                    callee: "pydantic.SecretStr".into(),
                    arguments,
                    keywords: Vec::new(),
                    place,
                }))
            }
            (Kind::Text, Val::Text(_) | Val::Env(_)) => value.clone(),
            (Kind::Bool, Val::Bool(_)) | (Kind::Int, Val::Int(_)) | (Kind::Float, Val::Float(_)) => {
                value.clone()
            }
            (Kind::Bool, Val::Int(number @ (0 | 1))) => Val::Bool(*number == 1),
            (Kind::Bool, Val::Text(text)) => match text.to_lowercase().as_str() {
                "1" | "true" | "t" | "yes" | "y" | "on" => Val::Bool(true),
                "0" | "false" | "f" | "no" | "n" | "off" => Val::Bool(false),
                _ => me.raised("ValidationError", format!("'{text}' is no truth value"), Some(place)),
            },
            (Kind::Int, Val::Text(_)) => me.as_int(value, place),
            (Kind::Float, Val::Text(text)) if text.chars().all(|c| c.is_ascii_digit() || c == '.') => {
                me.float_of_text(text, place)
            }
            (Kind::Path, Val::Text(path)) => Val::Path(super::paths::pure(path).into()),
            (Kind::Path, Val::Path(_)) => value.clone(),
            (Kind::List, Val::Object(_)) | (Kind::Dict, Val::Object(_)) => value.clone(),
            (Kind::List, Val::Tuple(items)) => {
                let items = items.to_vec();
                me.list(items)
            }
            (Kind::List | Kind::Dict, Val::Text(text)) => {
                let value = me.json_text(&text.clone(), place);
                let Val::Object(id) = &value else {
                    return match value {
                        Val::Unknown(_) => value,
                        _ => me.raised("ValidationError", "the text is not of the field's type", Some(place)),
                    };
                };
                let of_texts = match (kind, me.heap.get(*id)) {
                    (Kind::List, super::val::Object::List(items)) => {
                        items.iter().all(|item| matches!(item, Val::Text(_)))
                    }
                    (Kind::Dict, super::val::Object::Dict(entries)) => {
                        entries.iter().all(|(_, item)| matches!(item, Val::Text(_)))
                    }
                    _ => false,
                };
                if of_texts { value } else { me.not_modelled(place) }
            }
            (Kind::Bool, Val::Env(env)) => cast(env, Cast::Bool),
            (Kind::Int, Val::Env(env)) => cast(env, Cast::Int),
            (Kind::Float, Val::Env(env)) => cast(env, Cast::Float),
            (Kind::List, Val::Env(env)) => cast(env, Cast::List),
            (Kind::Dict, Val::Env(env)) => cast(env, Cast::Dict),
            (Kind::Path, Val::Env(env)) => cast(env, Cast::Other),
            _ => me.unknown(Why::NotOurs, "what pydantic makes of the value is not modelled", Some(place)),
        })
    }
}

fn is_base(name: &str) -> bool {
    matches!(
        name,
        "pydantic_settings.BaseSettings" | "pydantic_settings.main.BaseSettings" | "pydantic.BaseSettings"
    )
}

/// `X | None` and `Optional[X]` read as `X`.
fn bare(annotation: &str) -> &str {
    let text = annotation.trim().trim_matches(['"', '\'']);
    let text = text.strip_prefix("typing.").unwrap_or(text);
    let inner = text.strip_prefix("Optional[").and_then(|rest| rest.strip_suffix(']'));
    let text = inner.unwrap_or(text).trim();
    let text =
        text.strip_suffix("None").map_or(text, |rest| rest.trim_end().trim_end_matches('|').trim_end());
    text.strip_prefix("None").map_or(text, |rest| rest.trim_start().trim_start_matches('|').trim_start())
}

fn kind_of(annotation: &str) -> Kind {
    let bare = bare(annotation);
    let head = bare.split('[').next().unwrap_or_default();
    let inner = bare.strip_prefix(head).unwrap_or_default();
    match head {
        "str" => Kind::Text,
        "SecretStr" | "pydantic.SecretStr" => Kind::Secret,
        "bool" | "StrictBool" => Kind::Bool,
        "int" | "PositiveInt" | "NonNegativeInt" => Kind::Int,
        "float" => Kind::Float,
        "Path" | "pathlib.Path" => Kind::Path,
        "list" | "List" if matches!(inner, "" | "[str]" | "[Any]") => Kind::List,
        "dict" | "Dict" if matches!(inner, "" | "[str, str]" | "[str, Any]") => Kind::Dict,
        "Literal" if inner.contains(['"', '\'']) => Kind::Text,
        _ => Kind::Other,
    }
}
