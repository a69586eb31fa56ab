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
        let absent = match self.environ_open.clone() {
            None => Val::Unset,
            Some(unknown) => {
                let texts = [
                    format!("`{name}` is not in the file either").into(),
                    format!("`{name}` is in the file").into(),
                ];
                let maybe = crate::value::Truth::Maybe;
                let key = super::cond::Key::There(format!("variable {name}").into());
                let [no, yes] = self.atoms.literal(key, texts, Some(place), [maybe, maybe]);
                self.one_of(vec![(yes, Val::Unknown(Rc::new(unknown))), (no, Val::Unset)])
            }
        };
        if self.assumptions.environment_complete {
            return absent;
        }
        let [unset, set] = self.atoms.set(name, Some(place));
        let text = Val::Env(Rc::new(EnvValue { variable: name.clone(), cast: Cast::Text, place }));
        self.one_of(vec![(set, text), (unset, absent)])
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
            _ => self.ready_reader(name, arguments, keywords, place),
        }
    }

    /// A call of a reader: `env("DEBUG")`, `config("DEBUG", cast=bool)`.
    pub(super) fn reader_call(
        &mut self,
        call: &Rc<CallVal<'a>>,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        if let Some(path) = Self::environ_path_of(&Val::Call(call.clone())) {
            return Some(self.environ_path_join(&path, arguments, true, place));
        }
        let library = library_of(&call.callee)?;
        Some(self.read(library, Some(call), None, arguments, keywords, place))
    }

    /// A method of a reader: `env.bool("DEBUG")`.
    pub(super) fn reader_method(
        &mut self,
        call: &Rc<CallVal<'a>>,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        if let (Some(path), "path") = (Self::environ_path_of(&Val::Call(call.clone())), name) {
            return Some(self.environ_path_join(&path, arguments, false, place));
        }
        if let Some(library) = library_of(&call.callee) {
            return Some(match name {
                "read_env" | "read_envfile" => {
                    self.read_env(library, arguments, keywords, place);
                    Val::None
                }
                "seal" => Val::None,
                "prefixed" => Val::Call(Rc::new(CallVal {
                    callee: "environs.Env.prefixed".into(),
                    arguments: arguments.to_vec(),
                    keywords: keywords.clone(),
                    place,
                })),
                _ => self.read(library, Some(call), Some(name), arguments, keywords, place),
            });
        }
        if matches!(
            &*call.callee,
            "configparser.ConfigParser" | "configparser.RawConfigParser" | "configparser.SafeConfigParser"
        ) {
            return Some(self.ini_method(call, name, arguments, keywords, place));
        }
        if &*call.callee == super::ini::SECTION {
            return self.ini_section_method(call, name, arguments, keywords, place);
        }
        if &*call.callee == "pydantic.SecretStr" && name == "get_secret_value" {
            return call.arguments.first().cloned();
        }
        None
    }

    pub(super) fn reader_attribute(&mut self, owner: &Val<'a>, name: &str, _place: Span) -> Option<Val<'a>> {
        match owner {
            Val::Call(call) if &*call.callee == "environ.Path" && name == "root" => {
                Self::environ_path_of(owner).map(Val::Text)
            }
            Val::Call(call) if &*call.callee == "urllib.parse.ParseResult" => {
                call.keywords.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.clone())
            }
            _ => None,
        }
    }

    pub(super) fn reader_item(&mut self, owner: &Val<'a>, key: &Val<'a>, place: Span) -> Option<Val<'a>> {
        match (owner, key) {
            (Val::Call(call), Val::Text(_)) => self.ini_item(&call.clone(), key, place),
            _ => None,
        }
    }

    /// A project's subclass of a reader reads like its base.
    pub(super) fn reader_instance(
        &mut self,
        class: &Rc<ClassInfo<'a>>,
        bases: &[Arc<str>],
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        if let Some(instance) = self.settings_object(class, bases, arguments, keywords, place) {
            return Some(instance);
        }
        let base = bases.iter().find(|base| library_of(base).is_some())?;
        Some(Val::Call(Rc::new(CallVal {
            callee: base.clone(),
            arguments: arguments.to_vec(),
            keywords: keywords.clone(),
            place,
        })))
    }

    /// Calls of readers that are there without being made first: `decouple.config`, `environs.env.bool`.
    fn ready_reader(
        &mut self,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        match name {
            "decouple.config" => Some(self.read(Library::Decouple, None, None, arguments, keywords, place)),
            "envparse.env" => Some(self.read(Library::Envparse, None, None, arguments, keywords, place)),
            "environs.env" => Some(self.read(Library::Environs, None, None, arguments, keywords, place)),
            "environ.Env.read_env" | "environ.FileAwareEnv.read_env" => {
                self.read_env(Library::Environ, arguments, keywords, place);
                Some(Val::None)
            }
            "environs.Env.read_env" | "environs.env.read_env" => {
                self.read_env(Library::Environs, arguments, keywords, place);
                Some(Val::None)
            }
            "dotenv.load_dotenv" => {
                self.read_env(Library::Dotenv, arguments, keywords, place);
                Some(Val::Bool(true))
            }
            "dotenv.find_dotenv" => Some(self.nearest_env(place)),
            "dj_database_url.config" => {
                let variable =
                    pick(arguments, keywords, 0, "env").unwrap_or_else(|| Val::text("DATABASE_URL"));
                let default = pick(arguments, keywords, 1, "default");
                let Val::Text(variable) = variable else { return Some(self.not_modelled(place)) };
                let found = self.variable(&variable, place);
                Some(self.each(&found, &mut |me, found| match (found, &default) {
                    (Val::Unset, None | Some(Val::None)) => me.dict(Vec::new()),
                    (Val::Unset, Some(default)) => {
                        let default = default.clone();
                        me.each(&default, &mut |me, default| {
                            me.database_url(default, Library::Url, keywords, place)
                        })
                    }
                    (found, _) => me.database_url(found, Library::Url, keywords, place),
                }))
            }
            "dj_database_url.parse" => {
                let url = arguments.first().cloned().or_else(|| pick(arguments, keywords, 0, "url"))?;
                Some(self.each(&url, &mut |me, url| me.database_url(url, Library::Url, keywords, place)))
            }
            _ => {
                let (library, method) =
                    [("envparse.env.", Library::Envparse), ("environs.env.", Library::Environs)]
                        .iter()
                        .find_map(|(prefix, library)| Some((*library, name.strip_prefix(prefix)?)))?;
                Some(self.read(library, None, Some(method), arguments, keywords, place))
            }
        }
    }

    /// Reads one variable the way the library does.
    fn read(
        &mut self,
        library: Library,
        reader: Option<&Rc<CallVal<'a>>>,
        method: Option<&str>,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        let name = pick(arguments, keywords, 0, if library == Library::Environ { "var" } else { "name" });
        let standard = match method {
            Some("db" | "db_url") => Some("DATABASE_URL"),
            Some("cache" | "cache_url") => Some("CACHE_URL"),
            Some("email" | "email_url") => Some("EMAIL_URL"),
            Some("search_url") => Some("SEARCH_URL"),
            Some("channels" | "channels_url") => Some("CHANNELS_URL"),
            _ => None,
        };
        let name = match (name, standard) {
            (Some(name), _) => name,
            (None, Some(name)) => Val::text(name),
            (None, None) => return self.not_modelled(place),
        };
        let keyword = |wanted: &str| {
            keywords.iter().find(|(known, _)| &**known == wanted).map(|(_, value)| value.clone())
        };
        let method = method.filter(|name| library != Library::Environ || *name != "get_value");
        // Where the default and the cast stand differs from call to call.
        let (default_at, cast_at) = match (library, method) {
            (Library::Environ, None) => (2, Some(1)),
            (Library::Environ, Some("list" | "tuple" | "dict")) => (2, Some(1)),
            (Library::Decouple | Library::Starlette, _) => match library {
                Library::Decouple => (1, Some(2)),
                _ => (2, Some(1)),
            },
            (Library::Envparse, None) => (1, Some(2)),
            (Library::Environs, Some("list" | "dict" | "tuple")) => (1, None),
            _ => (1, None),
        };
        let mut default = keyword("default").or_else(|| arguments.get(default_at).cloned());
        let mut cast = keyword("cast").or_else(|| cast_at.and_then(|at| arguments.get(at).cloned()));
        if let Some(Val::Name(name)) = &default
            && matches!(&**name, "environ.Env.NOTSET" | "decouple.undefined" | "Ellipsis")
        {
            default = None;
        }
        let value = self.each(&name, &mut |me, name| {
            let Val::Text(name) = name else {
                return me.unknown(Why::Environment, "which variable is read is not known", Some(place));
            };
            let full: Arc<str> =
                if me.prefix.is_empty() { name.clone() } else { format!("{}{name}", me.prefix).into() };
            // The reader's own scheme gives type and default.
            let mut default = default.clone();
            let mut scheme_casts = false;
            if let (Library::Environ | Library::Envparse, Some(reader)) = (library, reader)
                && let Some((_, scheme)) = reader.keywords.iter().find(|(known, _)| **known == *full)
            {
                scheme_casts = true;
                match scheme {
                    Val::Tuple(pair) if pair.len() == 2 => {
                        if cast.is_none() && method.is_none() {
                            cast = Some(pair[0].clone());
                        }
                        default = default.or_else(|| Some(pair[1].clone()));
                    }
                    Val::Tuple(_) => {}
                    Val::Object(id) if library == Library::Envparse => {
                        let super::val::Object::Dict(entries) = me.heap.get(*id) else {
                            return me.not_modelled(place);
                        };
                        let of = |wanted: &str| {
                            let entry = entries.iter().find(|(key, _)| key.as_text() == Some(wanted));
                            entry.map(|(_, value)| value.clone())
                        };
                        if entries.iter().any(|(key, _)| !matches!(key.as_text(), Some("cast" | "default"))) {
                            return me.not_modelled(place);
                        }
                        if cast.is_none() && method.is_none() {
                            cast = of("cast");
                        }
                        default = default.or_else(|| of("default"));
                    }
                    single => {
                        if cast.is_none() && method.is_none() {
                            cast = Some(single.clone());
                        }
                    }
                }
            }
            if library == Library::Decouple {
                me.decouple_file(reader, place);
            }
            let found = me.variable(&full, place);
            let kind = match (method, &cast) {
                // What a keyword asks for beside the plain call.
                _ if ["subcast", "subcast_values", "subcast_keys", "delimiter", "multiline"].iter().any(
                    |name| {
                        keywords.iter().any(|(known, value)| {
                            **known == **name && !matches!(value, Val::Name(cast) if &**cast == "str")
                        })
                    },
                ) =>
                {
                    Kind::Other
                }
                (Some("str"), None) if scheme_casts => Kind::Other,
                _ => me.kind(library, method, cast.as_ref(), default.as_ref()),
            };
            me.each(&found, &mut |me, found| {
                me.convert(library, &kind, found, default.as_ref(), keywords, place)
            })
        });
        // Without variable and default the reader raises, so the server does not start.
        self.demand(value, "ImproperlyConfigured", "the variable must be set", Some(place))
    }

    fn kind(
        &mut self,
        library: Library,
        method: Option<&str>,
        cast: Option<&Val<'a>>,
        default: Option<&Val<'a>>,
    ) -> Kind<'a> {
        match method {
            Some("bool") => return Kind::Bool,
            Some("int") => return Kind::Int,
            Some("float") => return Kind::Float,
            Some("str" | "unicode" | "url" | "email")
                if method != Some("email") || library == Library::Environs =>
            {
                return if method == Some("url") { Kind::Other } else { Kind::Str };
            }
            Some("list") => {
                return match cast {
                    None => Kind::List,
                    Some(Val::Name(name)) if &**name == "str" => Kind::List,
                    Some(_) => Kind::Other,
                };
            }
            Some("tuple") => return Kind::Tuple,
            Some("dict") if library != Library::Environ || cast.is_none() => return Kind::Dict,
            Some("json") => return Kind::Json,
            Some("path") if library == Library::Environs => return Kind::Path,
            Some("db" | "db_url" | "dj_db_url") => return Kind::Database,
            Some("cache" | "cache_url") => return Kind::Cache,
            Some("email_url") => return Kind::Email,
            Some("email") => return Kind::Email,
            Some(_) => return Kind::Other,
            None => {}
        }
        match cast {
            Some(Val::Name(name)) => match &**name {
                // The default goes through the cast as well.
                "str" if library == Library::Decouple => Kind::Call(Val::Name(name.clone())),
                "str" => Kind::Str,
                "bool" => Kind::Bool,
                "int" => Kind::Int,
                "float" => Kind::Float,
                "list" if library == Library::Environ || library == Library::Envparse => Kind::List,
                "tuple" if library == Library::Environ => Kind::Tuple,
                "dict" if library == Library::Environ => Kind::Dict,
                _ => Kind::Call(Val::Name(name.clone())),
            },
            Some(Val::Call(call)) if &*call.callee == "decouple.Csv" => Kind::Csv(call.clone()),
            Some(Val::Object(id)) if library == Library::Environ => match self.heap.get(*id) {
                super::val::Object::List(items) => match items.as_slice() {
                    [Val::Name(name)] if &**name == "str" => Kind::List,
                    _ => Kind::Other,
                },
                _ => Kind::Other,
            },
            Some(Val::None) | None => match default {
                // The default's type is the cast.
                Some(default) if library == Library::Environ => match default {
                    Val::Bool(_) => Kind::Bool,
                    Val::Int(_) => Kind::Int,
                    Val::Float(_) => Kind::Float,
                    Val::Tuple(_) => Kind::Tuple,
                    Val::Object(id) => match self.heap.get(*id) {
                        super::val::Object::List(_) => Kind::List,
                        super::val::Object::Dict(_) => Kind::Dict,
                        _ => Kind::Other,
                    },
                    Val::None | Val::Text(_) => Kind::Str,
                    Val::OneOf(branches) => {
                        // `default=not DEBUG`: every case has one type, or we do not say.
                        let bools = branches.iter().all(|(_, value)| matches!(value, Val::Bool(_)));
                        let texts =
                            branches.iter().all(|(_, value)| matches!(value, Val::Text(_) | Val::None));
                        if bools {
                            Kind::Bool
                        } else if texts {
                            Kind::Str
                        } else {
                            Kind::Other
                        }
                    }
                    Val::Env(env) if env.cast == Cast::Text => Kind::Str,
                    _ => Kind::Other,
                },
                _ => Kind::Str,
            },
            Some(other) => Kind::Call(other.clone()),
        }
    }

    fn convert(
        &mut self,
        library: Library,
        kind: &Kind<'a>,
        found: &Val<'a>,
        default: Option<&Val<'a>>,
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        match found {
            Val::Unset => match default {
                None => {
                    let exception = match library {
                        Library::Environ => "ImproperlyConfigured",
                        Library::Decouple => "UndefinedValueError",
                        Library::Starlette => "KeyError",
                        Library::Envparse => "ConfigurationError",
                        _ => "EnvError",
                    };
                    self.may_raise(&super::cond::Cond::always(), exception);
                    Val::Unset
                }
                Some(default) => {
                    let default = default.clone();
                    self.each(&default, &mut |me, default| {
                        me.convert_default(library, kind, default, keywords, place)
                    })
                }
            },
            Val::Text(text) => {
                if let (Library::Envparse, Some(Val::Text(same))) = (library, default)
                    && same == text
                {
                    return Val::Text(same.clone());
                }
                if library == Library::Envparse && text.starts_with("{{") {
                    return self.unknown(Why::Environment, "the text names another variable", Some(place));
                }
                if library == Library::Environ {
                    // A text that equals the default is the default, uncast; one that starts with `$` names another.
                    if let Some(Val::Text(same)) = default
                        && same == text
                        && !matches!(kind, Kind::Database | Kind::Cache | Kind::Email)
                    {
                        return Val::Text(same.clone());
                    }
                    if text.starts_with('$') {
                        return self.unknown(
                            Why::Environment,
                            "the text names another variable",
                            Some(place),
                        );
                    }
                    if text.is_empty() && matches!(default, Some(Val::None)) {
                        return self.unknown(
                            Why::NotOurs,
                            "releases of django-environ differ in what they make of an empty text here",
                            Some(place),
                        );
                    }
                }
                self.cast_text(library, kind, &text.clone(), keywords, place)
            }
            Val::Env(env) if env.cast == Cast::Text => {
                let cast = match kind {
                    Kind::Str => Cast::Text,
                    Kind::Bool => Cast::Bool,
                    Kind::Int => Cast::Int,
                    Kind::Float => Cast::Float,
                    Kind::List | Kind::Csv(_) => Cast::List,
                    Kind::Dict | Kind::Database | Kind::Cache | Kind::Email => Cast::Dict,
                    Kind::Tuple | Kind::Json | Kind::Path | Kind::Other => Cast::Other,
                    Kind::Call(function) => {
                        let function = function.clone();
                        return self.call(&function, vec![found.clone()], Vec::new(), place);
                    }
                };
                // The default's own text would come back uncast.
                let trap = matches!(library, Library::Environ | Library::Envparse)
                    && matches!(default, Some(Val::Text(_)))
                    && matches!(kind, Kind::Bool | Kind::Int | Kind::Float | Kind::List);
                let cast = if trap { Cast::Other } else { cast };
                if cast == Cast::Text {
                    return found.clone();
                }
                Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast, place }))
            }
            other => match kind {
                Kind::Str => other.clone(),
                _ => self.text_unknown(other, place),
            },
        }
    }

    fn convert_default(
        &mut self,
        library: Library,
        kind: &Kind<'a>,
        default: &Val<'a>,
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        match library {
            // Returned as it is, whatever the cast; addresses are taken apart.
            Library::Environ | Library::Envparse => match (kind, default) {
                (Kind::Database | Kind::Cache | Kind::Email, Val::Text(text)) => {
                    self.cast_text(library, kind, &text.clone(), keywords, place)
                }
                _ => default.clone(),
            },
            Library::Decouple => match (kind, default) {
                (Kind::Str, _) => default.clone(),
                (Kind::Bool, Val::Text(text)) => {
                    self.cast_text(library, kind, &text.clone(), keywords, place)
                }
                // The text of the value is looked up among the words.
                (Kind::Bool, Val::Bool(_)) => default.clone(),
                (Kind::Bool, Val::Int(number)) => {
                    self.cast_text(library, kind, &number.to_string().into(), keywords, place)
                }
                (Kind::Bool, Val::None) => self.raised("ValueError", "`None` is no truth value", Some(place)),
                (Kind::Bool, value) => self.text_unknown(value, place),
                (Kind::Call(function), value) => {
                    let function = function.clone();
                    self.call(&function, vec![value.clone()], Vec::new(), place)
                }
                (_, Val::Text(text)) => self.cast_text(library, kind, &text.clone(), keywords, place),
                (Kind::Int, Val::Int(_)) | (Kind::Float, Val::Float(_)) => default.clone(),
                (Kind::Float, Val::Int(number)) => Val::Float(*number as f64),
                (Kind::Int, value) => self.as_int(value, place),
                (_, value) => self.text_unknown(value, place),
            },
            // Releases of environs differ in whether a text given as default is parsed.
            Library::Environs => match (kind, default) {
                (Kind::Database, Val::Text(text)) => {
                    self.cast_text(library, kind, &text.clone(), keywords, place)
                }
                (Kind::Float, Val::Int(_)) => self.unknown(
                    Why::NotOurs,
                    "releases of environs differ in whether this default is parsed",
                    Some(place),
                ),
                (Kind::Str, _)
                | (
                    _,
                    Val::None | Val::Bool(_) | Val::Int(_) | Val::Float(_) | Val::Object(_) | Val::Tuple(_),
                ) => default.clone(),
                _ => self.unknown(
                    Why::NotOurs,
                    "releases of environs differ in whether this default is parsed",
                    Some(place),
                ),
            },
            _ => match (kind, default) {
                (Kind::Str, _) | (_, Val::None) => default.clone(),
                (_, Val::Text(text)) => self.cast_text(library, kind, &text.clone(), keywords, place),
                (Kind::Bool, Val::Bool(_)) | (Kind::Int, Val::Int(_)) => default.clone(),
                _ => default.clone(),
            },
        }
    }

    /// What the library makes of a text.
    fn cast_text(
        &mut self,
        library: Library,
        kind: &Kind<'a>,
        text: &Arc<str>,
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        match kind {
            Kind::Str => Val::Text(text.clone()),
            Kind::Bool if library == Library::Environ && !is_plain_word(text) => self.unknown(
                Why::NotOurs,
                "releases of django-environ differ in what they make of this text",
                Some(place),
            ),
            Kind::Bool => match truth_of(library, text) {
                Some(known) => Val::Bool(known),
                None => self.raised("ValueError", format!("'{text}' is no truth value"), Some(place)),
            },
            Kind::Int => self.as_int(&Val::Text(text.clone()), place),
            // These two throw away what is no digit, each release in its own way.
            Kind::Float
                if matches!(library, Library::Environ | Library::Envparse)
                    && !text.chars().all(|c| c.is_ascii_digit() || c == '.') =>
            {
                self.not_modelled(place)
            }
            Kind::Float => self.float_of_text(text, place),
            Kind::List | Kind::Tuple => {
                let parts: Vec<Val<'a>> = match library {
                    Library::Environ => {
                        text.split(',').filter(|part| !part.is_empty()).map(Val::text).collect()
                    }
                    Library::Environs if text.is_empty() => Vec::new(),
                    Library::Environs => text.split(',').map(Val::text).collect(),
                    _ => trimmed_parts(text),
                };
                match kind {
                    Kind::Tuple => {
                        if text.contains(['(', ')']) {
                            return self.not_modelled(place);
                        }
                        Val::Tuple(parts.into())
                    }
                    _ => self.list(parts),
                }
            }
            Kind::Dict => {
                let mut entries = Vec::new();
                let strict = library != Library::Environ && !text.is_empty();
                let kept = |part: &&str| !part.is_empty() || strict;
                for part in text.split(',').filter(kept) {
                    let Some((key, value)) = part.split_once('=') else { return self.not_modelled(place) };
                    if library == Library::Envparse && value.contains('=') {
                        return self.not_modelled(place);
                    }
                    let (key, value) = match library {
                        Library::Environ => (key, value),
                        _ => (key.trim(), value.trim()),
                    };
                    entries.push((Val::text(key), Val::text(value)));
                }
                self.dict(entries)
            }
            Kind::Json if library == Library::Environs && text.trim() == "null" => self.not_modelled(place),
            Kind::Json => self.json_text(text, place),
            Kind::Path => Val::Path(super::paths::pure(text).into()),
            Kind::Csv(call) => {
                let call = call.clone();
                if call.arguments.is_empty()
                    && call.keywords.iter().all(|(name, _)| &**name == "post_process")
                {
                    let quoted = text.contains(['\'', '"', '\\', '#']);
                    if quoted {
                        return self.not_modelled(place);
                    }
                    let parts = trimmed_parts(text);
                    return match call.keywords.first() {
                        None => self.list(parts),
                        Some((_, Val::Name(name))) if &**name == "tuple" => Val::Tuple(parts.into()),
                        Some((_, Val::Name(name))) if &**name == "list" => self.list(parts),
                        Some(_) => self.not_modelled(place),
                    };
                }
                self.not_modelled(place)
            }
            Kind::Call(function) => {
                let function = function.clone();
                self.call(&function, vec![Val::Text(text.clone())], Vec::new(), place)
            }
            Kind::Database => self.database_url(&Val::Text(text.clone()), library, keywords, place),
            Kind::Cache => self.cache_url(text, place),
            Kind::Email => self.email_url(text, place),
            Kind::Other => self.not_modelled(place),
        }
    }

    // ---- addresses ----

    fn database_url(
        &mut self,
        url: &Val<'a>,
        library: Library,
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        let text: Arc<str> = match url {
            Val::Text(text) => text.clone(),
            Val::Env(env) => {
                return Val::Env(Rc::new(EnvValue {
                    variable: env.variable.clone(),
                    cast: Cast::Dict,
                    place,
                }));
            }
            Val::Unset => return Val::Unset,
            other => return self.text_unknown(other, place),
        };
        let newer = library != Library::Environ;
        if &*text == "sqlite://:memory:" {
            return self.dict(vec![
                (Val::text("ENGINE"), Val::text("django.db.backends.sqlite3")),
                (Val::text("NAME"), Val::text(":memory:")),
            ]);
        }
        let Some((scheme, rest)) = text.split_once("://") else { return self.not_modelled(place) };
        let engine = match scheme {
            "postgres" | "postgresql" | "pgsql" => "django.db.backends.postgresql",
            "psql" if !newer => "django.db.backends.postgresql",
            "postgis" => "django.contrib.gis.db.backends.postgis",
            "mysql" | "mysql2" => "django.db.backends.mysql",
            "mysqlgis" => "django.contrib.gis.db.backends.mysql",
            "sqlite" => "django.db.backends.sqlite3",
            "spatialite" => "django.contrib.gis.db.backends.spatialite",
            "oracle" => "django.db.backends.oracle",
            _ => {
                return self.unknown(
                    Why::NotOurs,
                    format!("the scheme {scheme} is not modelled"),
                    Some(place),
                );
            }
        };
        // Until 0.5 dj-database-url named PostgreSQL's backend by its old name, which Django 3.0 took away.
        let renamed = newer
            && engine == "django.db.backends.postgresql"
            && self.assumptions.django.is_none_or(|version| version < (3, 0));
        let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, query)| (rest, query));
        let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, host) = address.rsplit_once('@').unwrap_or(("", address));
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        if host.contains('[') || scheme == "oracle" || text.contains('#') {
            return self.unknown(Why::NotOurs, "this form of address is not modelled", Some(place));
        }
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !host.contains('%') && !host.contains(',') => (host, Some(port)),
            _ if host.contains(['%', ',', '[']) => {
                return self.unknown(Why::NotOurs, "this form of address is not modelled", Some(place));
            }
            _ => (host, None),
        };
        let port = match port {
            None | Some("") => Val::text(""),
            Some(port) => match port.parse::<i64>() {
                Ok(port) if (0..65_536).contains(&port) => Val::Int(port),
                _ => return self.not_modelled(place),
            },
        };
        if path.contains('#') || scheme == "oracle" && host.is_empty() {
            return self.not_modelled(place);
        }
        let file = scheme == "sqlite" || scheme == "spatialite";
        let name =
            if file && path.is_empty() && host.is_empty() { ":memory:".to_owned() } else { decoded(path) };
        let mut entries: Vec<(&str, Val<'a>)> = vec![
            ("ENGINE", Val::text(engine)),
            ("NAME", Val::text(name)),
            ("USER", Val::text(decoded(user))),
            ("PASSWORD", Val::text(decoded(password))),
            ("HOST", Val::text(if newer { decoded(host) } else { host.to_owned() }.to_lowercase())),
            ("PORT", port),
        ];
        let mut options: Vec<(Val<'a>, Val<'a>)> = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if !newer
                && matches!(
                    key.to_uppercase().as_str(),
                    "CONN_MAX_AGE"
                        | "ATOMIC_REQUESTS"
                        | "AUTOCOMMIT"
                        | "DISABLE_SERVER_SIDE_CURSORS"
                        | "CONN_HEALTH_CHECKS"
                )
                || value.is_empty()
                || key == "ssl-ca"
                || key == "currentSchema"
                || key.contains('%')
            {
                return self.unknown(Why::NotOurs, "this option of the address is not modelled", Some(place));
            }
            let value = match value.parse::<i64>() {
                Ok(_) | Err(_)
                    if matches!(value.to_lowercase().as_str(), "true" | "false")
                        || value.parse::<f64>().is_ok() =>
                {
                    return self.unknown(
                        Why::NotOurs,
                        "this option of the address is not modelled",
                        Some(place),
                    );
                }
                _ => Val::text(decoded(value)),
            };
            options.push((Val::text(key), value));
        }
        let keyword = |wanted: &str| {
            keywords.iter().find(|(known, _)| &**known == wanted).map(|(_, value)| value.clone())
        };
        if newer {
            if let Some(engine) = keyword("engine") {
                entries[0].1 = engine;
            }
            entries.push(("CONN_MAX_AGE", keyword("conn_max_age").unwrap_or(Val::Int(0))));
            match keyword("ssl_require") {
                None | Some(Val::Bool(false)) => {}
                Some(Val::Bool(true)) => {
                    options.retain(|(key, _)| key.as_text() != Some("sslmode"));
                    options.push((Val::text("sslmode"), Val::text("require")));
                }
                Some(_) => options.push((
                    Val::text("sslmode"),
                    self.unknown(Why::RunsCode, "whether TLS is required is not known", Some(place)),
                )),
            }
            // Keys of the library's later releases.
            for (name, key) in [
                ("conn_health_checks", "CONN_HEALTH_CHECKS"),
                ("disable_server_side_cursors", "DISABLE_SERVER_SIDE_CURSORS"),
            ] {
                let value = keyword(name).unwrap_or(Val::Bool(false));
                let texts = [
                    "dj-database-url is an old release".into(),
                    "dj-database-url is a recent release".into(),
                ];
                let key_of = super::cond::Key::There(format!("dj-database-url {key}").into());
                let maybe = crate::value::Truth::Maybe;
                let [no, yes] = self.atoms.literal(key_of, texts, None, [maybe, maybe]);
                if renamed && name == "conn_health_checks" && keyword("engine").is_none() {
                    let old = Val::text("django.db.backends.postgresql_psycopg2");
                    entries[0].1 = self.one_of(vec![(yes.clone(), Val::text(engine)), (no.clone(), old)]);
                }
                let value = self.one_of(vec![(yes, value), (no, Val::Unset)]);
                entries.push((key, value));
            }
        } else if let Some(engine) = keyword("engine") {
            entries[0].1 = engine;
        }
        let mut entries: Vec<(Val<'a>, Val<'a>)> =
            entries.into_iter().map(|(key, value)| (Val::text(key), value)).collect();
        if !options.is_empty() {
            let options = self.dict(options);
            entries.push((Val::text("OPTIONS"), options));
        }
        self.dict(entries)
    }

    fn cache_url(&mut self, text: &str, place: Span) -> Val<'a> {
        let (scheme, rest) = text.split_once("://").unwrap_or((text, ""));
        if rest.contains('?') {
            return self.unknown(Why::NotOurs, "the options of the address are not modelled", Some(place));
        }
        let (backend, location) = match scheme {
            "locmemcache" => ("django.core.cache.backends.locmem.LocMemCache", rest.to_owned()),
            "dummycache" => ("django.core.cache.backends.dummy.DummyCache", rest.to_owned()),
            "dbcache" => ("django.core.cache.backends.db.DatabaseCache", rest.to_owned()),
            "filecache" if !rest.contains([',', '#', ';']) => {
                ("django.core.cache.backends.filebased.FileBasedCache", rest.to_owned())
            }
            // Where the cache is can be read, which of two packages speaks to it depends on what is installed.
            "rediscache" | "redis" | "rediss"
                if !rest.starts_with('/') && !rest.contains([',', '#', ';']) && !rest.is_empty() =>
            {
                let backend = self.unknown(
                    Why::NotOurs,
                    "which of the Redis backends is used depends on what is installed",
                    Some(place),
                );
                let location = format!("{}://{rest}", scheme.replace("cache", ""));
                return self.dict(vec![
                    (Val::text("BACKEND"), backend),
                    (Val::text("LOCATION"), Val::text(location)),
                ]);
            }
            _ => {
                return self.unknown(
                    Why::NotOurs,
                    format!("the scheme {scheme} is not modelled"),
                    Some(place),
                );
            }
        };
        self.dict(vec![
            (Val::text("BACKEND"), Val::text(backend)),
            (Val::text("LOCATION"), Val::text(location)),
        ])
    }

    fn email_url(&mut self, text: &str, place: Span) -> Val<'a> {
        let Some((scheme, rest)) = text.split_once("://") else { return self.not_modelled(place) };
        let backend = match scheme {
            "smtp" | "smtps" | "smtp+tls" | "smtp+ssl" => "smtp",
            "consolemail" => "console",
            "dummymail" => "dummy",
            "memorymail" => "locmem",
            _ => {
                return self.unknown(
                    Why::NotOurs,
                    format!("the scheme {scheme} is not modelled"),
                    Some(place),
                );
            }
        };
        if rest.contains(['?', '%', '[']) {
            return self.unknown(Why::NotOurs, "this form of address is not modelled", Some(place));
        }
        let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, host) = match address.rsplit_once('@') {
            Some((credentials, host)) => (Some(credentials), host),
            None => (None, address),
        };
        let (host, port) =
            host.split_once(':').map_or((host, None), |(host, port)| (host, port.parse().ok()));
        let (user, password) =
            match credentials.map(|text| text.split_once(':').map_or((text, None), |(a, b)| (a, Some(b)))) {
                None => (Val::None, Val::None),
                Some((user, password)) => (Val::text(user), password.map_or(Val::None, Val::text)),
            };
        let mut entries = vec![
            (Val::text("EMAIL_FILE_PATH"), Val::text(path)),
            (Val::text("EMAIL_HOST_USER"), user),
            (Val::text("EMAIL_HOST_PASSWORD"), password),
            (Val::text("EMAIL_HOST"), if host.is_empty() { Val::None } else { Val::text(host) }),
            (Val::text("EMAIL_PORT"), port.map_or(Val::None, Val::Int)),
            (
                Val::text("EMAIL_BACKEND"),
                Val::text(format!("django.core.mail.backends.{backend}.EmailBackend")),
            ),
        ];
        match scheme {
            "smtps" | "smtp+tls" => entries.push((Val::text("EMAIL_USE_TLS"), Val::Bool(true))),
            "smtp+ssl" => entries.push((Val::text("EMAIL_USE_SSL"), Val::Bool(true))),
            _ => {}
        }
        self.dict(entries)
    }

    // ---- files ----

    /// The `.env` file nearest to the file that asks, as a path.
    fn nearest_env(&mut self, place: Span) -> Val<'a> {
        let Some(own) = self.modules.sources().path(self.file()) else { return Val::text("") };
        for folder in own.ancestors().skip(1) {
            let path = folder.join(".env");
            if self.modules.sources().read_unlisted(&path).is_some() {
                return Val::text(format!("{}/{path}", super::val::ROOT));
            }
        }
        let _ = place;
        Val::text("")
    }

    fn read_env(&mut self, library: Library, arguments: &[Val<'a>], keywords: &Keywords<'a>, place: Span) {
        let path = ["env_file", "dotenv_path", "path"]
            .iter()
            .find_map(|name| {
                keywords.iter().find(|(known, _)| **known == **name).map(|(_, value)| value.clone())
            })
            .or_else(|| arguments.first().cloned());
        let overwrite = ["overwrite", "override"]
            .iter()
            .find_map(|name| {
                keywords.iter().find(|(known, _)| **known == **name).map(|(_, value)| value.clone())
            })
            .is_some_and(|value| !matches!(value, Val::Bool(false)));
        let path = match path {
            Some(Val::None) | None => match library {
                Library::Environ => {
                    let own = self.modules.sources().path(self.file()).unwrap_or_default();
                    let folder = own.parent().map(|folder| folder.join(".env")).unwrap_or_default();
                    Val::text(format!("{}/{folder}", super::val::ROOT))
                }
                _ => self.nearest_env(place),
            },
            Some(path) => path,
        };
        self.each(&path, &mut |me, path| {
            let text = match path {
                Val::Text(path) | Val::Path(path) => path.clone(),
                _ => {
                    let text = "which `.env` file is read is not known";
                    me.environ_open = Some(crate::value::Unknown::new(Why::Environment, text, Some(place)));
                    return Val::None;
                }
            };
            if text.is_empty() {
                return Val::None;
            }
            match super::paths::inside(&text) {
                Some(inside) => {
                    if let Some(file) = me.modules.sources().read_unlisted(inside.as_str().into()) {
                        let text = file.text.clone();
                        me.load_env(library, &text, overwrite, place);
                    }
                }
                // A relative path is looked for where the server starts.
                None if !text.starts_with('/') && !text.starts_with(super::val::ROOT) => {
                    let found = me
                        .roots
                        .clone()
                        .iter()
                        .find_map(|root| me.modules.sources().read_unlisted(&root.join(&*text)));
                    if let Some(file) = found {
                        let text = file.text.clone();
                        me.load_env(library, &text, overwrite, place);
                    }
                }
                None => {}
            }
            Val::None
        });
    }

    fn load_env(&mut self, library: Library, text: &str, overwrite: bool, place: Span) {
        for line in text.lines().take(2_000) {
            let Some((name, value)) = env_line(library, line) else { continue };
            let value = match value {
                Some(value) => Val::text(value),
                None => self.unknown(
                    Why::NotReadable,
                    "readers of `.env` files do not agree on this line",
                    Some(place),
                ),
            };
            let name: Arc<str> = name.into();
            let merged = if overwrite {
                value
            } else {
                let found = self.variable(&name, place);
                self.each(&found, &mut |_, found| {
                    if found.is_unset() { value.clone() } else { found.clone() }
                })
            };
            let environ = self.environ;
            self.put(environ, &Val::Text(name), merged, place);
        }
    }

    /// python-decouple looks for `settings.ini` or `.env` from the file that asks upwards.
    fn decouple_file(&mut self, reader: Option<&Rc<CallVal<'a>>>, place: Span) {
        if self.decoupled {
            return;
        }
        self.decoupled = true;
        let named = reader.and_then(|reader| match reader.argument(0, "repository") {
            Some(Val::Call(repository)) if repository.callee.starts_with("decouple.Repository") => {
                repository.argument(0, "source").cloned()
            }
            _ => None,
        });
        let file = match named {
            Some(Val::Text(path) | Val::Path(path)) => super::paths::inside(&path)
                .and_then(|inside| self.modules.sources().read_unlisted(inside.as_str().into())),
            _ => {
                let own = self.modules.sources().path(self.file()).unwrap_or_default();
                own.ancestors().skip(1).find_map(|folder| {
                    let sources = self.modules.sources();
                    let ini = sources.read_unlisted(&folder.join("settings.ini"));
                    ini.or_else(|| sources.read_unlisted(&folder.join(".env")))
                })
            }
        };
        if let Some(file) = file {
            let text = file.text.clone();
            self.load_env(Library::Decouple, &text, false, place);
        }
    }
}

/// The libraries that read the environment through an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Library {
    Environ,
    Environs,
    Envparse,
    Decouple,
    Starlette,
    Dotenv,
    /// dj-database-url, which is only about addresses.
    Url,
}

/// What a reader makes of a text.
#[derive(Clone, Debug)]
enum Kind<'a> {
    Str,
    Bool,
    Int,
    Float,
    List,
    Tuple,
    Dict,
    Json,
    Path,
    Database,
    Cache,
    Email,
    Csv(Rc<CallVal<'a>>),
    Call(Val<'a>),
    Other,
}

fn library_of(callee: &str) -> Option<Library> {
    Some(match callee {
        "environ.Env" | "environ.FileAwareEnv" | "environ.environ.Env" => Library::Environ,
        "environs.Env" | "environs.FileAwareEnv" => Library::Environs,
        "envparse.Env" => Library::Envparse,
        "decouple.Config" | "decouple.AutoConfig" => Library::Decouple,
        "starlette.config.Config" => Library::Starlette,
        _ => return None,
    })
}

fn pick<'a>(arguments: &[Val<'a>], keywords: &Keywords<'a>, position: usize, name: &str) -> Option<Val<'a>> {
    let named = keywords.iter().find(|(known, _)| &**known == name).map(|(_, value)| value);
    named.or_else(|| arguments.get(position)).cloned()
}

/// The parts of a text between commas without the space around them; empty ones are left out, blank ones are not.
fn trimmed_parts<'a>(text: &str) -> Vec<Val<'a>> {
    text.split(',').filter(|part| !part.is_empty()).map(|part| Val::text(part.trim())).collect()
}

/// Whether all releases of django-environ read a text alike: they differ in what they strip, and numbers may be written
/// in other scripts.
fn is_plain_word(text: &str) -> bool {
    text.is_ascii() && (text.trim() == text || super::builtins::int_of(text).is_some())
}

/// Each library's words for true and false; `None` where it raises.
fn truth_of(library: Library, text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    match library {
        Library::Environ => {
            if let Some(number) = super::builtins::int_of(text) {
                return Some(number != 0);
            }
            Some(matches!(lower.trim(), "true" | "on" | "ok" | "y" | "yes" | "1"))
        }
        Library::Decouple => match lower.as_str() {
            "y" | "yes" | "t" | "true" | "on" | "1" => Some(true),
            "n" | "no" | "f" | "false" | "off" | "0" | "" => Some(false),
            _ => None,
        },
        Library::Environs => match text {
            "t" | "T" | "true" | "True" | "TRUE" | "on" | "On" | "ON" | "y" | "Y" | "yes" | "Yes" | "YES"
            | "1" => Some(true),
            "f" | "F" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" | "n" | "N" | "no" | "No"
            | "NO" | "0" => Some(false),
            _ => None,
        },
        Library::Envparse => Some(matches!(lower.as_str(), "true" | "on" | "ok" | "y" | "yes" | "1")),
        Library::Starlette => match lower.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Library::Dotenv | Library::Url => None,
    }
}

/// One line of a `.env` file: the name, and the text or `None` where readers differ.
pub(super) fn env_line(library: Library, line: &str) -> Option<(String, Option<String>)> {
    let trimmed = line.trim();
    if trimmed.is_empty() || trimmed.starts_with('#') || trimmed.starts_with('[') {
        return None;
    }
    let exported = if library == Library::Decouple {
        trimmed
    } else {
        trimmed.strip_prefix("export ").unwrap_or(trimmed)
    };
    let (name, value) = exported.split_once('=')?;
    let name = name.trim();
    if name.is_empty() || name.contains(' ') {
        return None;
    }
    let spaced = value.starts_with(' ') || value.ends_with(' ');
    let value = value.trim();
    let quote = value.chars().next().filter(|c| matches!(c, '\'' | '"'));
    let unsure = match (library, quote) {
        (Library::Environ, _) if spaced || line.starts_with(' ') => true,
        (_, Some(quote)) => {
            value.len() < 2 || !value.ends_with(quote) || value[1..value.len() - 1].contains([quote, '\\'])
        }
        (Library::Dotenv | Library::Environs, None) => value.contains(" #"),
        _ => false,
    } || value.contains('$') && library != Library::Decouple;
    if unsure {
        return Some((name.to_owned(), None));
    }
    let text = if quote.is_some() { &value[1..value.len() - 1] } else { value };
    Some((name.to_owned(), Some(text.to_owned())))
}

/// `urllib.parse.unquote`.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_library_has_its_own_words() {
        let cases = [
            ("t", [Some(false), Some(true), Some(true)]),
            ("ok", [Some(true), None, None]),
            ("2", [Some(true), None, None]),
            ("", [Some(false), Some(false), None]),
            ("TRUE", [Some(true), Some(true), Some(true)]),
            ("tRuE", [Some(true), Some(true), None]),
            (" true ", [Some(true), None, None]),
            ("01", [Some(true), None, None]),
            ("1.0", [Some(false), None, None]),
        ];
        for (text, wanted) in cases {
            let got = [Library::Environ, Library::Decouple, Library::Environs]
                .map(|library| truth_of(library, text));
            assert_eq!(got, wanted, "{text:?}");
        }
    }

    #[test]
    fn lines_of_env_files() {
        assert_eq!(env_line(Library::Dotenv, "export A='x y'"), Some(("A".into(), Some("x y".into()))));
        assert_eq!(env_line(Library::Dotenv, "A=x # y"), Some(("A".into(), None)));
        assert_eq!(env_line(Library::Decouple, "A = x"), Some(("A".into(), Some("x".into()))));
        assert_eq!(env_line(Library::Environ, "# A=x"), None);
    }
}
