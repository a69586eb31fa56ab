//! Settings in classes: django-configurations.

use super::cond::Cond;
use super::val::{CallVal, ClassInfo, FunctionKind, InstanceInfo, ModuleInfo, Scope, Val};
use super::{Evaluator, FrameOf, Namespace};
use crate::settings::SettingValue;
use crate::value::{Cast, EnvValue, Why};
use barding_source::{FileId, Span};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    /// The names of the django-configurations classes that a module has, once it has been evaluated.
    pub fn configurations(&mut self, module: &str) -> Vec<String> {
        let Some(module) = self.loaded.get(module).cloned() else { return Vec::new() };
        let names = self.heap.names(module.names).cloned().unwrap_or_default();
        let mut found = Vec::new();
        for (name, slot) in &names.slots {
            let Val::Class(class) = &slot.val else { continue };
            if self.outside_bases(class).iter().any(|base| is_configuration(base)) {
                found.push(name.to_string());
            }
        }
        found
    }

    /// The settings that a class of django-configurations gives.
    pub fn configuration(&mut self, module: &str, class: &str) -> Option<Namespace> {
        let module = self.loaded.get(module).cloned()?;
        let Some(Val::Class(class)) = self.slot(module.names, class) else { return None };
        let file = module.file.unwrap_or(FileId(0));
        self.frames.push(top_frame(&module, file));
        let namespace = self.class_settings(&module, &class, file);
        self.frames.pop();
        Some(namespace)
    }

    fn class_settings(
        &mut self,
        module: &Rc<ModuleInfo>,
        class: &Rc<ClassInfo<'a>>,
        file: FileId,
    ) -> Namespace {
        let place = Span::start_of(file);
        for hook in ["pre_setup", "setup", "post_setup"] {
            if let Some(Val::Function(function)) = self.class_attribute(class, hook) {
                let first = Some(Val::Class(class.clone()));
                self.call_function(&function, first, Vec::new(), Vec::new(), place);
            }
        }
        let instance_names = self.new_names();
        let instance =
            Val::Instance(Rc::new(InstanceInfo { class: class.clone(), names: instance_names, place }));
        let mut names: BTreeMap<String, SettingValue> = BTreeMap::new();
        for ancestor in self.ancestry(class).into_iter().rev() {
            let own = self.heap.names(ancestor.names).cloned().unwrap_or_default();
            for (name, slot) in own.slots {
                if !super::has_history(&name) || name.chars().any(char::is_lowercase) {
                    continue;
                }
                let value = match &slot.val {
                    Val::Function(function) if function.kind == FunctionKind::Property => self.call_function(
                        &function.clone(),
                        Some(instance.clone()),
                        Vec::new(),
                        Vec::new(),
                        place,
                    ),
                    // A plain function is called too when it takes nothing but the instance.
                    Val::Function(function) => self.call_function(
                        &function.clone(),
                        Some(instance.clone()),
                        Vec::new(),
                        Vec::new(),
                        place,
                    ),
                    value => self.resolved(value, &name, place),
                };
                let value = self.freeze(&value);
                let mut history = slot.history.to_vec();
                if let Some(last) = history.last_mut() {
                    last.value = value.clone();
                }
                let earlier = names.remove(&*name).map(|setting| setting.history).unwrap_or_default();
                history.splice(0..0, earlier);
                names.insert(name.to_string(), SettingValue { value, history });
            }
        }
        Namespace {
            file: module.file,
            names,
            open: self.heap.names(class.names).and_then(|names| names.open.clone()),
            optional: self.optional.clone(),
            variables: self.variables.iter().map(ToString::to_string).collect(),
        }
    }

    /// The value of a class attribute: that of a `values.…Value` is read from the environment.
    pub(super) fn resolved(&mut self, value: &Val<'a>, name: &str, place: Span) -> Val<'a> {
        self.each(value, &mut |me, value| match value {
            Val::Call(call) if call.callee.starts_with("configurations.values.") => {
                me.configured(&call.clone(), name, place)
            }
            value => value.clone(),
        })
    }

    /// A `values.…Value` whose name is known when it is made.
    pub(super) fn configured_now(&mut self, call: &Rc<CallVal<'a>>, place: Span) -> Option<Val<'a>> {
        let keyword =
            |wanted: &str| call.keywords.iter().find(|(known, _)| &**known == wanted).map(|(_, value)| value);
        let late = matches!(keyword("late_binding"), Some(Val::Bool(true)));
        if late {
            return None;
        }
        match (keyword("environ"), keyword("environ_name")) {
            (Some(Val::Bool(false)), _) => keyword("default").or_else(|| call.arguments.first()).cloned(),
            (_, Some(Val::Text(name))) => {
                let name = name.clone();
                Some(self.configured(call, &name, place))
            }
            _ => None,
        }
    }

    fn configured(&mut self, call: &Rc<CallVal<'a>>, name: &str, _place: Span) -> Val<'a> {
        let place = call.place;
        let kind = call.callee.rsplit('.').next().unwrap_or_default().to_owned();
        let keyword = |wanted: &str| {
            call.keywords.iter().find(|(known, _)| &**known == wanted).map(|(_, value)| value.clone())
        };
        let default = keyword("default").or_else(|| call.arguments.first().cloned());
        if matches!(keyword("environ"), Some(Val::Bool(false))) {
            return default.unwrap_or(Val::None);
        }
        let address = match kind.as_str() {
            "DatabaseURLValue" => Some("DATABASE_URL"),
            "CacheURLValue" => Some("CACHE_URL"),
            "EmailURLValue" => Some("EMAIL_URL"),
            "SearchURLValue" => Some("SEARCH_URL"),
            _ => None,
        };
        let own = match keyword("environ_name") {
            Some(Val::Text(name)) => name.to_string(),
            Some(Val::None) | None => address.unwrap_or(name).to_owned(),
            Some(_) => return self.not_modelled(place),
        };
        let prefix = match keyword("environ_prefix") {
            Some(Val::Text(prefix)) => prefix.trim_end_matches('_').to_owned(),
            Some(Val::None) => String::new(),
            Some(_) => return self.not_modelled(place),
            None if address.is_some() => String::new(),
            None => "DJANGO".to_owned(),
        };
        if kind == "BooleanValue"
            && !matches!(
                default,
                Some(Val::Bool(_) | Val::OneOf(_) | Val::Env(_) | Val::Unknown(_) | Val::Int(_))
            )
        {
            return self.raised("ValueError", "the default is not a boolean", Some(place));
        }
        let upper = own.to_uppercase();
        let full: Arc<str> =
            if prefix.is_empty() { upper.into() } else { format!("{prefix}_{upper}").into() };
        let required = kind == "SecretValue" || matches!(keyword("environ_required"), Some(Val::Bool(true)));
        let found = self.variable(&full, place);
        let converted = self.each(&found, &mut |me, found| match found {
            Val::Unset if required => {
                me.may_raise(&Cond::always(), "ValueError");
                Val::Unset
            }
            Val::Unset => match (address, &default) {
                (Some(_), Some(Val::Text(_))) => me.not_modelled(place),
                (Some(_), None) => me.dict(Vec::new()),
                (_, Some(default)) => default.clone(),
                (_, None) => match kind.as_str() {
                    "ListValue" | "SingleNestedListValue" => me.list(Vec::new()),
                    "TupleValue" | "SingleNestedTupleValue" | "BackendsValue" => Val::Tuple(Rc::from([])),
                    "SetValue" => me.set(Vec::new()),
                    "DictValue" => me.dict(Vec::new()),
                    _ => Val::None,
                },
            },
            Val::Text(text) => me.configured_text(&kind, &text.clone(), &call.keywords, place),
            Val::Env(env) => {
                let cast = match kind.as_str() {
                    "Value" | "SecretValue" | "EmailValue" | "URLValue" | "IPValue" | "RegexValue"
                    | "PathValue" => Cast::Text,
                    "BooleanValue" => Cast::Bool,
                    "IntegerValue" | "PositiveIntegerValue" => Cast::Int,
                    "FloatValue" => Cast::Float,
                    "ListValue" => Cast::List,
                    "DictValue" | "DatabaseURLValue" | "CacheURLValue" | "EmailURLValue"
                    | "SearchURLValue" => Cast::Dict,
                    _ => Cast::Other,
                };
                Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast, place }))
            }
            other => me.text_unknown(other, place),
        });
        self.demand(converted, "ValueError", "the variable must be set", Some(place))
    }

    fn configured_text(
        &mut self,
        kind: &str,
        text: &Arc<str>,
        keywords: &[(Arc<str>, Val<'a>)],
        place: Span,
    ) -> Val<'a> {
        let trimmed = text.trim();
        match kind {
            "SecretValue" if text.is_empty() => {
                self.raised("ValueError", "a secret must not be empty", Some(place))
            }
            "PositiveIntegerValue" if trimmed.starts_with('-') => {
                self.raised("ValueError", format!("'{text}' is negative"), Some(place))
            }
            "FloatValue" => self.float_of_text(text, place),
            "Value" | "SecretValue" | "EmailValue" | "URLValue" | "IPValue" => Val::Text(text.clone()),
            "BooleanValue" => match trimmed.to_lowercase().as_str() {
                "yes" | "y" | "true" | "1" => Val::Bool(true),
                "no" | "n" | "false" | "0" | "" => Val::Bool(false),
                _ => self.raised("ValueError", format!("'{text}' is no truth value"), Some(place)),
            },
            "IntegerValue" | "PositiveIntegerValue" => self.as_int(&Val::Text(text.clone()), place),
            "ListValue" | "TupleValue" | "SetValue"
                if keywords.iter().all(|(name, _)| {
                    matches!(&**name, "default" | "environ_name" | "environ_prefix" | "separator")
                }) =>
            {
                let separator = match keywords.iter().find(|(name, _)| &**name == "separator") {
                    None => ",".into(),
                    Some((_, Val::Text(separator))) if !separator.is_empty() => separator.clone(),
                    Some(_) => return self.not_modelled(place),
                };
                let parts: Vec<Val<'a>> = text
                    .split(&*separator)
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                    .map(Val::text)
                    .collect();
                match kind {
                    "TupleValue" => Val::Tuple(parts.into()),
                    "SetValue" => self.set(parts),
                    _ => self.list(parts),
                }
            }
            _ => self.unknown(Why::NotOurs, format!("`{kind}` is not modelled"), Some(place)),
        }
    }
}

fn is_configuration(base: &str) -> bool {
    matches!(
        base,
        "configurations.Configuration" | "configurations.base.Configuration" | "configurations.Settings"
    )
}

fn top_frame<'a>(module: &Rc<ModuleInfo>, file: FileId) -> FrameOf<'a> {
    FrameOf {
        scope: Scope {
            module: module.clone(),
            enclosing: Vec::new(),
            file,
            marker: std::marker::PhantomData,
        },
        locals: None,
        is_class: false,
        globals: Vec::new(),
        nonlocals: Vec::new(),
        method: None,
        yields: None,
        dotted: module.name.clone(),
    }
}
