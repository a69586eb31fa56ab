//! The environment and the libraries that read it, with their truth tables.

use super::Evaluator;
use super::call::Keywords;
use super::val::{CallVal, ClassInfo, Val};
use crate::value::{Cast, EnvValue, Why};
use barding_source::Span;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    /// The variable's text, or [`Val::Unset`], or the choice of the two.
    pub(super) fn variable(&mut self, name: &Arc<str>, place: Span) -> Val<'a> {
        self.variables.insert(name.clone());
        let super::val::Object::Dict(entries) = self.heap.get(self.environ).clone() else {
            return Val::Unset;
        };
        let written =
            entries.iter().find(|(known, _)| known.as_text() == Some(name)).map(|(_, value)| value.clone());
        match written {
            Some(value) => value,
            None => self.real_variable(name, place),
        }
    }

    /// What the real environment says, before the project wrote to it.
    fn real_variable(&mut self, name: &Arc<str>, place: Span) -> Val<'a> {
        if let Some(text) = self.assumptions.environment.get(&**name) {
            return Val::text(text.as_str());
        }
        if self.assumptions.environment_complete {
            return Val::Unset;
        }
        let [unset, set] = self.atoms.set(name, Some(place));
        let text = Val::Env(Rc::new(EnvValue { variable: name.clone(), cast: Cast::Text, place }));
        self.one_of(vec![(set, text), (unset, Val::Unset)])
    }

    /// Calls that read the environment directly.
    pub(super) fn environment_call(
        &mut self,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let argument = |position: usize, keyword: &str| {
            let named = keywords.iter().find(|(known, _)| &**known == keyword).map(|(_, value)| value);
            named.or_else(|| arguments.get(position)).cloned()
        };
        match name {
            "os.environ.get" | "os.getenv" | "os.environ.pop" | "os.environ.setdefault" => {
                let variable = argument(0, "key").unwrap_or(Val::None);
                let default = argument(1, "default").or_else(|| argument(1, "value"));
                Some(self.each(&variable, &mut |me, variable| {
                    let Val::Text(variable) = variable else {
                        return me.unknown(
                            Why::Environment,
                            "which variable is read is not known",
                            Some(place),
                        );
                    };
                    let found = me.variable(variable, place);
                    let value = match &default {
                        Some(default) => {
                            let default = default.clone();
                            me.each(&found, &mut |_, found| {
                                if found.is_unset() { default.clone() } else { found.clone() }
                            })
                        }
                        None if name == "os.environ.pop" => {
                            me.demand(found, "KeyError", "it is not set", Some(place))
                        }
                        None => me.each(&found, &mut |_, found| {
                            if found.is_unset() { Val::None } else { found.clone() }
                        }),
                    };
                    let environ = me.environ;
                    if name == "os.environ.setdefault" {
                        me.put(environ, &Val::Text(variable.clone()), value.clone(), place);
                    } else if name == "os.environ.pop" {
                        me.put(environ, &Val::Text(variable.clone()), Val::Unset, place);
                    }
                    value
                }))
            }
            "os.environ.update" => {
                let environ = self.environ;
                for other in arguments {
                    self.update_dict(environ, other, place);
                }
                self.update_keywords(environ, keywords.clone(), place);
                Some(Val::None)
            }
            _ => None,
        }
    }

    pub(super) fn reader_call(
        &mut self,
        call: &Rc<CallVal<'a>>,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let _ = (call, arguments, keywords, place);
        None
    }

    pub(super) fn reader_method(
        &mut self,
        call: &Rc<CallVal<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let _ = (call, name, arguments, keywords, place);
        None
    }

    pub(super) fn reader_attribute(&mut self, owner: &Val<'a>, name: &str, place: Span) -> Option<Val<'a>> {
        let _ = place;
        match owner {
            Val::Call(call) if &*call.callee == "urllib.parse.ParseResult" => {
                call.keywords.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.clone())
            }
            _ => None,
        }
    }

    pub(super) fn reader_item(&mut self, owner: &Val<'a>, key: &Val<'a>, place: Span) -> Option<Val<'a>> {
        let _ = (owner, key, place);
        None
    }

    pub(super) fn reader_instance(
        &mut self,
        class: &Rc<ClassInfo<'a>>,
        bases: &[Arc<str>],
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        let _ = (class, bases, arguments, keywords, place);
        None
    }
}
