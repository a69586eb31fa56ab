//! URLconfs: the entries of `urlpatterns` with everything they include, each with the condition it stands under.
//!
//! What comes in: the module that `ROOT_URLCONF` names. What goes out: [`Urlconf`], a tree of [`UrlEntry`]s whose views
//! are still values ([`crate::Value::Name`], [`crate::Value::Call`]). Modules that neither build URLs nor hold plain
//! constants (views, models) are not executed here; what is imported from them is a name.

use super::Evaluator;
use super::call::Keywords;
use super::cond::{Cond, Key};
use super::import::Found;
use super::val::{CallVal, ModuleInfo, Val};
use crate::value::{Condition, Truth, Unknown, Value, Why};
use barding_source::{FileId, Span};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// What a URLconf sees of the settings.
#[derive(Clone, Debug, Default)]
pub struct UrlSettings {
    /// The effective settings, Django's defaults included.
    pub values: BTreeMap<String, Value>,
    /// Whether other settings may be set as well.
    pub open: bool,
}

/// A URLconf with everything it includes.
#[derive(Clone, Debug, Default)]
pub struct Urlconf {
    /// Its file.
    pub file: Option<FileId>,
    /// Its entries in order.
    pub entries: Vec<UrlEntry>,
    /// `handler404` and the like, as far as the module sets them.
    pub handlers: Vec<(String, Value, Span)>,
}

/// One entry of `urlpatterns`.
#[derive(Clone, Debug)]
pub struct UrlEntry {
    /// The call that made it.
    pub place: Span,
    /// When it is there; `None` when always.
    pub when: Option<Condition>,
    /// What it is.
    pub what: UrlWhat,
}

/// How a pattern is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternKind {
    /// `path()`: literal text with `<converter:name>`.
    Path,
    /// `re_path()` and `url()`: a regular expression.
    Regex,
}

/// What an entry is.
#[derive(Clone, Debug)]
pub enum UrlWhat {
    /// A pattern with a view.
    View {
        /// How the pattern is written.
        kind: PatternKind,
        /// The pattern.
        pattern: Value,
        /// The view, perhaps inside decorators.
        view: Value,
        /// The extra keyword arguments.
        extra: Option<Value>,
        /// Its name.
        name: Option<String>,
    },
    /// A pattern with more patterns below.
    Include {
        /// How the pattern is written.
        kind: PatternKind,
        /// The pattern.
        pattern: Value,
        /// The module that is included, when it is one.
        module: Option<String>,
        /// `app_name`.
        app_name: Option<String>,
        /// `namespace`.
        namespace: Option<String>,
        /// Decorators around every view below.
        decorators: Vec<Value>,
        /// What stands below.
        entries: Vec<UrlEntry>,
    },
    /// `i18n_patterns()`: the language's code comes first.
    Language {
        /// Whether the default language has its prefix too.
        prefix_default: Truth,
        /// What stands below.
        entries: Vec<UrlEntry>,
    },
    /// The URLs of a router of Django REST framework.
    Router {
        /// The router's class.
        class: String,
        /// Its keyword arguments.
        options: Vec<(String, Value)>,
        /// What was registered, in order.
        registered: Vec<Registration>,
        /// For nested routers: the prefix and the lookup of the parent, outermost first.
        parents: Vec<(String, String)>,
    },
    /// `format_suffix_patterns()`: every pattern again with a suffix.
    Suffixes {
        /// What stands below.
        entries: Vec<UrlEntry>,
    },
    /// `static()` of a prefix, which is there in debug mode only.
    Static {
        /// The prefix.
        prefix: Value,
        /// The view, when another than `django.views.static.serve` is given.
        view: Option<Value>,
    },
    /// URLs of a library, or of an object that is not evaluated: `debug_toolbar.urls`, `admin.site.urls`, `api.urls`.
    Opaque {
        /// What it is called.
        value: Value,
    },
    /// What could not be followed.
    Unresolved(Unknown),
}

/// One `router.register(…)`.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Where it stands.
    pub place: Span,
    /// When it happens; `None` when always.
    pub when: Option<Condition>,
    /// The prefix.
    pub prefix: Value,
    /// The viewset.
    pub viewset: Value,
    /// The base name, when it is given.
    pub basename: Option<Value>,
}

/// A method called on an object that is not evaluated, while URLs are.
#[derive(Debug)]
pub(super) struct Recorded<'a> {
    owner: Owner,
    method: Arc<str>,
    arguments: Vec<Val<'a>>,
    keywords: Keywords<'a>,
    cond: Cond,
    place: Span,
}

/// An object by its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Call(usize),
    Instance(u32),
}

/// What an evaluation of URLs keeps.
#[derive(Debug, Default)]
pub(super) struct UrlState<'a> {
    settings: UrlSettings,
    executed: FxHashMap<Arc<str>, bool>,
    recorded: Vec<Recorded<'a>>,
    entries: usize,
    /// The settings that were asked for.
    asked: BTreeSet<String>,
}

/// The keyword under which a call of what a call made keeps the arguments of the first.
pub const MADE_WITH: &str = "<made with>";
/// How deep URLconfs include each other.
const DEEPEST_INCLUDE: usize = 24;
/// How many entries are kept.
const MOST_ENTRIES: usize = 40_000;
/// How many calls of routers are kept.
const MOST_RECORDED: usize = 20_000;
/// Stands for the URLs of a router inside lists.
const ROUTER: &str = "<urls of a router>";
/// Stands for the URLs of a library inside lists.
const OPAQUE: &str = "<urls of a library>";

impl<'a> Evaluator<'a> {
    /// From now on URLs are evaluated, with these settings.
    pub fn with_urls(mut self, settings: UrlSettings) -> Self {
        self.urls = Some(Box::new(UrlState { settings, ..UrlState::default() }));
        self
    }

    /// Evaluates a URLconf and what it includes; `None` when no file of the project is that module.
    pub fn urlconf(&mut self, module: &str) -> Option<Urlconf> {
        let info = self.load(module).ok()?;
        let file = info.file;
        let mut walk = Walk { stack: vec![module.to_owned()], depth: 0 };
        let mut entries = Vec::new();
        match self.slot(info.names, "urlpatterns") {
            Some(patterns) => self.url_list(&patterns, &Cond::always(), &mut walk, &mut entries),
            None => {
                let place = Span::start_of(file.unwrap_or(FileId(0)));
                let text = match self.heap.names(info.names).and_then(|names| names.open.clone()) {
                    Some(unknown) => unknown.text.to_string(),
                    None => format!("`{module}` sets no `urlpatterns`"),
                };
                entries.push(unresolved(Why::RunsCode, text, place));
            }
        }
        let mut handlers = Vec::new();
        for name in ["handler400", "handler403", "handler404", "handler500"] {
            let slot = self.heap.names(info.names).and_then(|names| names.slots.get(name)).cloned();
            if let Some(slot) = slot {
                let place = slot
                    .history
                    .last()
                    .map_or_else(|| Span::start_of(file.unwrap_or(FileId(0))), |step| step.place);
                let value = self.freeze(&slot.val);
                handlers.push((name.to_owned(), value, place));
            }
        }
        Some(Urlconf { file, entries, handlers })
    }

    /// The settings that were asked for so far.
    pub fn asked_settings(&self) -> BTreeSet<String> {
        self.urls.as_ref().map(|urls| urls.asked.clone()).unwrap_or_default()
    }

    /// The value of a name of a module, for what is no URLconf: an ASGI application.
    pub fn value_of(&mut self, module: &str, name: &str) -> Option<Value> {
        let info = self.load(module).ok()?;
        let value = self.slot(info.names, name)?;
        Some(self.freeze(&value))
    }

    /// The URL entries inside a name of a module: the routing of WebSockets.
    pub fn entries_of(&mut self, value: &Value) -> Vec<UrlEntry> {
        let val = self.thaw(value);
        let mut entries = Vec::new();
        let mut walk = Walk { stack: Vec::new(), depth: 0 };
        self.url_list(&val, &Cond::always(), &mut walk, &mut entries);
        entries
    }

    // ---- which modules are executed ----

    /// Whether a module is left alone because it builds no URLs.
    pub(super) fn is_names_only(&mut self, dotted: &str) -> bool {
        let Some(urls) = &self.urls else { return false };
        if let Some(known) = urls.executed.get(dotted) {
            return !known;
        }
        let executed = match self.find(dotted) {
            Found::File(file, _) => {
                self.modules.sources().file(file).is_some_and(|file| builds_urls(&file.text))
            }
            _ => true,
        };
        if let Some(urls) = &mut self.urls {
            urls.executed.insert(dotted.into(), executed);
        }
        !executed
    }

    /// The names that the statements at the top of a module bind, for a star import of one that is not executed.
    pub(super) fn names_at_top(&mut self, dotted: &str, depth: usize) -> Vec<(String, String)> {
        use ruff_python_ast::Stmt;
        let mut found = Vec::new();
        let Found::File(file, package) = self.find(dotted) else { return found };
        let modules = self.modules;
        let Some(python) = modules.module(file) else { return found };
        for statement in &python.syntax.body {
            match statement {
                Stmt::FunctionDef(node) => {
                    found.push((node.name.to_string(), format!("{dotted}.{}", node.name)))
                }
                Stmt::ClassDef(node) => {
                    found.push((node.name.to_string(), format!("{dotted}.{}", node.name)))
                }
                Stmt::Assign(node) => {
                    for target in &node.targets {
                        if let ruff_python_ast::Expr::Name(name) = target {
                            found.push((name.id.to_string(), format!("{dotted}.{}", name.id)));
                        }
                    }
                }
                Stmt::ImportFrom(node) if depth > 0 => {
                    let mut base: Vec<&str> = Vec::new();
                    if node.level > 0 {
                        base = dotted.split('.').collect();
                        let up = node.level as usize - usize::from(package);
                        base.truncate(base.len().saturating_sub(up));
                    }
                    base.extend(node.module.as_ref().map(|module| module.as_str()));
                    let base = base.join(".");
                    for alias in &node.names {
                        if &alias.name == "*" {
                            found.extend(self.names_at_top(&base, depth - 1));
                        } else {
                            let name = alias.asname.as_ref().unwrap_or(&alias.name);
                            found.push((name.to_string(), format!("{base}.{}", alias.name)));
                        }
                    }
                }
                _ => {}
            }
        }
        found.retain(|(name, _)| !name.starts_with('_'));
        found
    }

    // ---- settings ----

    /// `settings.NAME`; unset when it is known that it is not set.
    pub(super) fn url_setting(&mut self, name: &str, place: Span) -> Option<Val<'a>> {
        let urls = self.urls.as_mut()?;
        if !urls.asked.contains(name) {
            urls.asked.insert(name.to_owned());
        }
        match urls.settings.values.get(name).cloned() {
            Some(value) => Some(self.thaw_named(&value, name, 0)),
            None if urls.settings.open => {
                Some(self.unknown(Why::RunsCode, format!("`settings.{name}` is not known"), Some(place)))
            }
            None => Some(Val::Unset),
        }
    }

    fn thaw(&mut self, value: &Value) -> Val<'a> {
        self.thaw_named(value, "", 0)
    }

    /// A value of the model as a value of this evaluation.
    fn thaw_named(&mut self, value: &Value, name: &str, depth: usize) -> Val<'a> {
        if depth > 20 {
            return self.unknown(Why::TooDeep, "the value is too large", None);
        }
        let many = |me: &mut Self, items: &[Value]| -> Vec<Val<'a>> {
            items.iter().map(|item| me.thaw_named(item, "", depth + 1)).collect()
        };
        match value {
            Value::None => Val::None,
            Value::Bool(known) => Val::Bool(*known),
            Value::Int(number) => Val::Int(*number),
            Value::Float(number) => Val::Float(*number),
            Value::Text(text) => Val::Text(text.clone()),
            Value::Bytes(bytes) => Val::Bytes(bytes.clone()),
            Value::Path(path) => Val::Path(path.clone()),
            Value::List(items) => {
                let items = many(self, items);
                self.list(items)
            }
            Value::Tuple(items) => Val::Tuple(many(self, items).into()),
            Value::Set(items) => {
                let items = many(self, items);
                self.set(items)
            }
            Value::Dict(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| {
                        (self.thaw_named(key, "", depth + 1), self.thaw_named(value, "", depth + 1))
                    })
                    .collect();
                self.dict(entries)
            }
            Value::Rest(unknown) => Val::Rest(Rc::new(unknown.clone())),
            Value::Name(name) => Val::Name(name.clone()),
            Value::Call(call) => {
                let arguments = many(self, &call.arguments);
                let keywords = call
                    .keywords
                    .iter()
                    .map(|(name, value)| (name.clone(), self.thaw_named(value, "", depth + 1)))
                    .collect();
                Val::Call(Rc::new(CallVal {
                    callee: call.callee.clone(),
                    arguments,
                    keywords,
                    place: call.place,
                }))
            }
            Value::Env(env) => Val::Env(env.as_ref().clone().into()),
            Value::Unset => Val::Unset,
            Value::Unknown(unknown) => Val::Unknown(Rc::new(unknown.clone())),
            Value::OneOf(branches) if branches.len() <= 8 => {
                // The first condition that holds decides; each gets an atom of its own.
                let mut others = Cond::always();
                let mut cases = Vec::new();
                let last = branches.len() - 1;
                for (at, branch) in branches.iter().enumerate() {
                    let value = self.thaw_named(&branch.value, "", depth + 1);
                    if at == last {
                        cases.push((others.clone(), value));
                        break;
                    }
                    let next = &branches[at + 1].when;
                    let not: Arc<str> = if branches.len() == 2 {
                        next.text.clone()
                    } else {
                        format!("not ({})", branch.when.text).into()
                    };
                    let key =
                        Key::Holds("settings".into(), format!("{}|{}", branch.when.text, next.text).into());
                    let unset = branch.when.when_unset;
                    let [no, yes] = self.atoms.literal(
                        key,
                        [not, branch.when.text.clone()],
                        branch.when.place,
                        [!unset, unset],
                    );
                    if let Some(cond) = self.atoms.and(&others, &yes) {
                        cases.push((cond, value));
                    }
                    match self.atoms.and(&others, &no) {
                        Some(cond) => others = cond,
                        None => break,
                    }
                }
                self.one_of(cases)
            }
            Value::OneOf(_) => {
                self.unknown(Why::TooDeep, format!("`settings.{name}` has too many possible values"), None)
            }
        }
    }

    // ---- calls ----

    /// Functions around URLs that give lists.
    pub(super) fn url_call(
        &mut self,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        self.urls.as_ref()?;
        let kept = |callee: &str, arguments: Vec<Val<'a>>| {
            Val::Call(Rc::new(CallVal {
                callee: callee.into(),
                arguments,
                keywords: keywords.clone(),
                place,
            }))
        };
        match name {
            "django.conf.urls.static.static"
            | "django.contrib.staticfiles.urls.staticfiles_urlpatterns"
            | "django.conf.urls.static" => {
                let prefix = match arguments.first() {
                    Some(prefix) => prefix.clone(),
                    None => match keywords.iter().find(|(name, _)| &**name == "prefix") {
                        Some((_, prefix)) => prefix.clone(),
                        None => self.url_setting("STATIC_URL", place).unwrap_or(Val::Unset),
                    },
                };
                let debug = self.url_setting("DEBUG", place).unwrap_or(Val::Bool(false));
                let cases = self.truth(&debug, "settings.DEBUG", Some(place));
                let mut lists = Vec::new();
                for (cond, holds) in cases {
                    let outside = matches!(&prefix, Val::Text(text) if text.contains("//"));
                    let items = if holds && !outside {
                        vec![kept("django.conf.urls.static.static", vec![prefix.clone()])]
                    } else {
                        Vec::new()
                    };
                    lists.push((cond, self.list(items)));
                }
                Some(self.one_of(lists))
            }
            "debug_toolbar.toolbar.debug_toolbar_urls" => {
                let debug = self.url_setting("DEBUG", place).unwrap_or(Val::Bool(false));
                let cases = self.truth(&debug, "settings.DEBUG", Some(place));
                let mut lists = Vec::new();
                for (cond, holds) in cases {
                    let urls = || kept(OPAQUE, vec![Val::Name("debug_toolbar.urls".into())]);
                    let items = if holds { vec![urls()] } else { Vec::new() };
                    lists.push((cond, self.list(items)));
                }
                Some(self.one_of(lists))
            }
            "django.conf.urls.i18n.i18n_patterns" => {
                // Without translations Django leaves the prefix out.
                let translated = self.url_setting("USE_I18N", place).unwrap_or(Val::Bool(true));
                let cases = self.truth(&translated, "settings.USE_I18N", Some(place));
                let mut lists = Vec::new();
                for (cond, holds) in cases {
                    let items = if holds { vec![kept(name, arguments.to_vec())] } else { arguments.to_vec() };
                    lists.push((cond, self.list(items)));
                }
                Some(self.one_of(lists))
            }
            "rest_framework.urlpatterns.format_suffix_patterns"
            | "rest_framework.urlpatterns.apply_suffix_patterns" => {
                let item = kept("rest_framework.urlpatterns.format_suffix_patterns", arguments.to_vec());
                Some(self.list(vec![item]))
            }
            "django.conf.urls.patterns" | "django.conf.urls.defaults.patterns" => {
                let items = arguments.iter().skip(1).cloned().collect();
                Some(self.list(items))
            }
            "django.apps.apps.is_installed" => {
                let apps = self.url_setting("INSTALLED_APPS", place)?;
                let app = arguments.first()?.clone();
                Some(self.each_pair(&apps, &app, &mut |me, apps, app| {
                    let mut items = me.iterate(apps, place);
                    // An entry may name the configuration instead of the package.
                    if let Val::Text(app) = app {
                        let config = format!("{app}.apps.");
                        if items
                            .iter()
                            .any(|item| matches!(item, Val::Text(item) if item.starts_with(&config)))
                        {
                            return Val::Bool(true);
                        }
                    }
                    let items = std::mem::take(&mut items);
                    let list = me.list(items);
                    me.contained(app, &list, place)
                }))
            }
            "hasattr" => match (arguments.first()?, arguments.get(1)?) {
                (Val::Name(owner), Val::Text(setting)) if &**owner == "django.conf.settings" => {
                    let value = self.url_setting(&setting.clone(), place)?;
                    Some(match value {
                        Val::Unknown(_) => self.undecided(&value, "", Some(place)),
                        value => self.each(&value, &mut |_, value| Val::Bool(!value.is_unset())),
                    })
                }
                _ => None,
            },
            name if name.starts_with("django.utils.translation.")
                && name.contains("gettext")
                && matches!(arguments, [Val::Text(_)]) =>
            {
                arguments.first().cloned()
            }
            _ => None,
        }
    }

    /// A function of the project that puts another around the view it is given stays visible as a call.
    pub(super) fn around_view(
        &mut self,
        function: &Arc<str>,
        result: Val<'a>,
        given: Option<(Vec<Val<'a>>, Keywords<'a>)>,
        place: Span,
    ) -> Val<'a> {
        let Some((arguments, keywords)) = given else { return result };
        let Val::Function(made) = &result else { return result };
        let inside = made.dotted.strip_prefix(&**function).is_some_and(|rest| rest.starts_with('.'));
        let decorates = arguments.iter().any(|argument| {
            matches!(argument, Val::Function(_) | Val::Name(_) | Val::Call(_) | Val::Bound(_) | Val::Text(_))
        });
        if !inside || !decorates {
            return result;
        }
        Val::Call(Rc::new(CallVal { callee: function.clone(), arguments, keywords, place }))
    }

    /// Notes a method that is called on an object from outside: `router.register("users", UserViewSet)`.
    pub(super) fn record_call(
        &mut self,
        owner: &Val<'a>,
        method: &Arc<str>,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) {
        if self.urls.is_none()
            || !matches!(&**method, "register" | "extend" | "append" | "add_router" | "add_api")
        {
            return;
        }
        let mut registry = false;
        let owner = match owner {
            Val::Method(inner) if &*inner.1 == "registry" => {
                registry = true;
                &inner.0
            }
            owner => owner,
        };
        if matches!(&**method, "extend" | "append") && !registry {
            return;
        }
        let Some(owner) = owner_of(owner) else { return };
        let recorded = Recorded {
            owner,
            method: method.clone(),
            arguments: arguments.to_vec(),
            keywords: keywords.clone(),
            cond: self.path.clone(),
            place,
        };
        if let Some(urls) = &mut self.urls
            && urls.recorded.len() < MOST_RECORDED
        {
            urls.recorded.push(recorded);
        }
    }

    /// `router.urls`: a list that holds what the router will say later.
    pub(super) fn url_attribute(&mut self, owner: &Val<'a>, name: &str, place: Span) -> Option<Val<'a>> {
        self.urls.as_ref()?;
        match (owner, name) {
            (Val::Call(_) | Val::Instance(_), "urls") if self.is_router(owner) => {
                let marker = CallVal {
                    callee: ROUTER.into(),
                    arguments: vec![owner.clone()],
                    keywords: Vec::new(),
                    place,
                };
                // Values are told apart by address, so the router has to stay.
                self.kept.push(owner.clone());
                Some(self.list(vec![Val::Call(Rc::new(marker))]))
            }
            // `library.urls.urlpatterns` is added to lists.
            (Val::Name(owner), "urlpatterns") if !owner.starts_with("django.conf.settings") => {
                let marker = CallVal {
                    callee: OPAQUE.into(),
                    arguments: vec![Val::Name(owner.clone())],
                    keywords: Vec::new(),
                    place,
                };
                Some(self.list(vec![Val::Call(Rc::new(marker))]))
            }
            _ => None,
        }
    }

    fn is_router(&mut self, owner: &Val<'a>) -> bool {
        let routes = |name: &str| {
            let class = name.rsplit('.').next().unwrap_or_default();
            class.ends_with("Router") && !name.starts_with("ninja") && !name.starts_with("channels")
        };
        match owner {
            Val::Call(call) => routes(&call.callee),
            Val::Instance(instance) => {
                let class = instance.class.clone();
                routes(&class.dotted) || self.outside_bases(&class).iter().any(|base| routes(base))
            }
            _ => false,
        }
    }

    // ---- the walk ----

    fn url_list(&mut self, val: &Val<'a>, when: &Cond, walk: &mut Walk, out: &mut Vec<UrlEntry>) {
        if walk.depth >= DEEPEST_INCLUDE {
            return;
        }
        walk.depth += 1;
        match val {
            Val::OneOf(_) => {
                let cases = self.cases(val);
                let lists: Vec<(Cond, Val<'a>)> =
                    cases.into_iter().filter(|(_, value)| !value.is_unset()).collect();
                // Lists that share most of their elements become one list again.
                if lists.iter().all(|(_, value)| matches!(value, Val::Object(_) | Val::Tuple(_))) {
                    let place = Span::start_of(FileId(0));
                    let items = self.iterate(val, place);
                    for item in items {
                        self.url_item(&item, when, walk, out);
                    }
                } else {
                    for (cond, value) in lists {
                        if let Some(cond) = self.atoms.and(when, &cond) {
                            self.url_list(&value, &cond, walk, out);
                        }
                    }
                }
            }
            Val::Object(id) => {
                for item in self.items_of(*id) {
                    self.url_item(&item, when, walk, out);
                }
            }
            Val::Tuple(items) => {
                for item in items.iter() {
                    self.url_item(item, when, walk, out);
                }
            }
            other => self.url_item(other, when, walk, out),
        }
        walk.depth -= 1;
    }

    fn url_item(&mut self, val: &Val<'a>, when: &Cond, walk: &mut Walk, out: &mut Vec<UrlEntry>) {
        let Some(urls) = &mut self.urls else { return };
        urls.entries += 1;
        if urls.entries > MOST_ENTRIES {
            return;
        }
        match val {
            Val::Unset => {}
            Val::OneOf(_) => {
                for (cond, value) in self.cases(val) {
                    if let Some(cond) = self.atoms.and(when, &cond) {
                        self.url_item(&value, &cond, walk, out);
                    }
                }
            }
            Val::Object(_) | Val::Tuple(_) => self.url_list(val, when, walk, out),
            Val::Call(call) => self.url_made(&call.clone(), when, walk, out),
            Val::Rest(unknown) | Val::Unknown(unknown) => {
                let place = unknown.place.unwrap_or_else(|| Span::start_of(FileId(0)));
                let what = UrlWhat::Unresolved((**unknown).clone());
                out.push(UrlEntry { place, when: self.condition(when), what });
            }
            Val::Name(_) | Val::Method(_) | Val::Instance(_) => {
                let value = self.freeze(val);
                let place = place_of(&value);
                out.push(UrlEntry { place, when: self.condition(when), what: UrlWhat::Opaque { value } });
            }
            _ => {}
        }
    }

    fn condition(&self, cond: &Cond) -> Option<Condition> {
        (!cond.is_always()).then(|| self.atoms.shown(cond))
    }

    /// An entry that a call made.
    fn url_made(&mut self, call: &Rc<CallVal<'a>>, when: &Cond, walk: &mut Walk, out: &mut Vec<UrlEntry>) {
        let place = call.place;
        let kind = match &*call.callee {
            "django.urls.path" | "django.urls.conf.path" => PatternKind::Path,
            "django.urls.re_path"
            | "django.urls.conf.re_path"
            | "django.conf.urls.url"
            | "django.conf.urls.re_path"
            | "django.conf.urls.defaults.url" => PatternKind::Regex,
            "django.conf.urls.i18n.i18n_patterns" => {
                let mut entries = Vec::new();
                let default = call.keywords.iter().find(|(name, _)| &**name == "prefix_default_language");
                let prefix_default = match default.map(|(_, value)| value) {
                    None | Some(Val::Bool(true)) => Truth::Yes,
                    Some(Val::Bool(false)) => Truth::No,
                    Some(_) => Truth::Maybe,
                };
                for argument in &call.arguments {
                    self.url_list(argument, &Cond::always(), walk, &mut entries);
                }
                let what = UrlWhat::Language { prefix_default, entries };
                return out.push(UrlEntry { place, when: self.condition(when), what });
            }
            "rest_framework.urlpatterns.format_suffix_patterns" => {
                let mut entries = Vec::new();
                if let Some(patterns) = call.argument(0, "urlpatterns") {
                    self.url_list(&patterns.clone(), &Cond::always(), walk, &mut entries);
                }
                let what = UrlWhat::Suffixes { entries };
                return out.push(UrlEntry { place, when: self.condition(when), what });
            }
            "django.conf.urls.static.static" => {
                let prefix = call.arguments.first().cloned().unwrap_or(Val::Unset);
                let prefix = self.freeze(&prefix);
                let view =
                    call.keywords.iter().find(|(name, _)| &**name == "view").map(|(_, view)| view.clone());
                let view = view.map(|view| self.freeze(&view));
                let what = UrlWhat::Static { prefix, view };
                return out.push(UrlEntry { place, when: self.condition(when), what });
            }
            "operator.add" => {
                for side in &call.arguments {
                    self.url_list(side, when, walk, out);
                }
                return;
            }
            ROUTER => {
                if let Some(router) = call.arguments.first() {
                    let what = self.router(&router.clone());
                    out.push(UrlEntry { place, when: self.condition(when), what });
                }
                return;
            }
            OPAQUE => {
                let value = call.arguments.first().map_or(Value::None, |value| self.freeze(value));
                let what = UrlWhat::Opaque { value };
                return out.push(UrlEntry { place, when: self.condition(when), what });
            }
            _ => {
                let value = self.freeze(&Val::Call(call.clone()));
                return out.push(UrlEntry {
                    place,
                    when: self.condition(when),
                    what: UrlWhat::Opaque { value },
                });
            }
        };
        let keyword = if kind == PatternKind::Path { "route" } else { "regex" };
        let pattern = call.argument(0, keyword).cloned().unwrap_or(Val::Unset);
        let view = call.argument(1, "view").cloned().unwrap_or(Val::Unset);
        for (cond, pattern) in self.cases(&pattern) {
            let Some(when) = self.atoms.and(when, &cond) else { continue };
            for (cond, view) in self.cases(&view) {
                let Some(when) = self.atoms.and(&when, &cond) else { continue };
                let entry = self.url_pattern(kind, &pattern, &view, call, &when, walk);
                out.push(entry);
            }
        }
    }

    fn url_pattern(
        &mut self,
        kind: PatternKind,
        pattern: &Val<'a>,
        view: &Val<'a>,
        call: &Rc<CallVal<'a>>,
        when: &Cond,
        walk: &mut Walk,
    ) -> UrlEntry {
        let place = call.place;
        let when = self.condition(when);
        let pattern = self.freeze(pattern);
        if let Some(included) = self.included(view, walk) {
            let what = UrlWhat::Include {
                kind,
                pattern,
                module: included.module,
                app_name: included.app_name,
                namespace: included.namespace,
                decorators: included.decorators,
                entries: included.entries,
            };
            return UrlEntry { place, when, what };
        }
        let text = |me: &mut Self, value: &Val<'a>| match me.freeze(value) {
            Value::Text(text) => Some(text.to_string()),
            _ => None,
        };
        let name = call.argument(3, "name").cloned().and_then(|name| text(self, &name));
        let extra = call.argument(2, "kwargs").cloned().map(|extra| self.freeze(&extra));
        let view = self.freeze(view);
        UrlEntry { place, when, what: UrlWhat::View { kind, pattern, view, extra, name } }
    }

    /// What `include(…)`, `admin.site.urls` or a list in the place of a view brings; `None` for a view.
    fn included(&mut self, view: &Val<'a>, walk: &mut Walk) -> Option<Included> {
        let mut included = Included::default();
        match view {
            Val::Call(call) => {
                let last = call.callee.rsplit('.').next().unwrap_or_default();
                let (argument, at) = match last {
                    "include" => (call.argument(0, "arg")?.clone(), 1),
                    "decorator_include" => {
                        let decorators = call.argument(0, "decorators")?.clone();
                        let each = match &decorators {
                            Val::Object(_) | Val::Tuple(_) => self.iterate(&decorators, call.place),
                            one => vec![one.clone()],
                        };
                        included.decorators = each.iter().map(|one| self.freeze(one)).collect();
                        (call.argument(1, "arg")?.clone(), 2)
                    }
                    _ => return None,
                };
                let namespace = call.argument(at, "namespace").cloned();
                self.include_into(&argument, call.place, walk, &mut included);
                if let Some(namespace) = namespace
                    && let Value::Text(text) = self.freeze(&namespace)
                {
                    included.namespace = Some(text.to_string());
                }
            }
            Val::Object(_) | Val::Tuple(_) => {
                let place = Span::start_of(FileId(0));
                self.include_into(view, place, walk, &mut included);
            }
            // `admin.site.urls`, `site.urls` of an instance, `api.urls`.
            Val::Name(name) if name.ends_with(".urls") => {
                let value = self.freeze(view);
                included.entries.push(opaque(value, Span::start_of(FileId(0))));
            }
            Val::Method(method) if &*method.1 == "urls" => {
                let value = self.freeze(view);
                included.entries.push(opaque(value, Span::start_of(FileId(0))));
            }
            _ => return None,
        }
        if included.namespace.is_none() {
            included.namespace = included.app_name.clone();
        }
        Some(included)
    }

    fn include_into(&mut self, argument: &Val<'a>, place: Span, walk: &mut Walk, included: &mut Included) {
        match argument {
            Val::Text(module) => match self.load(&module.clone()) {
                Ok(info) => self.include_module(&info, place, walk, included),
                Err(_) => {
                    included.module = Some(module.to_string());
                    included.entries.push(opaque(Value::Name(module.clone()), place));
                }
            },
            Val::Module(info) => self.include_module(&info.clone(), place, walk, included),
            Val::Name(name) => match self.load(&name.clone()) {
                Ok(info) => self.include_module(&info, place, walk, included),
                Err(_) => {
                    included.module = Some(name.to_string());
                    included.entries.push(opaque(Value::Name(name.clone()), place));
                }
            },
            // `(patterns, app_name)`, and the three that a site's `urls` gives.
            Val::Tuple(items)
                if matches!(items.len(), 2 | 3) && matches!(items[1], Val::Text(_) | Val::None) =>
            {
                let items = items.clone();
                self.include_into(&items[0], place, walk, included);
                included.app_name = items[1].as_text().map(str::to_owned);
                included.namespace = items.get(2).and_then(Val::as_text).map(str::to_owned);
            }
            Val::OneOf(_) => {
                for (_, value) in self.cases(argument) {
                    self.include_into(&value, place, walk, included);
                }
            }
            Val::Unknown(unknown) => {
                let what = UrlWhat::Unresolved((**unknown).clone());
                included.entries.push(UrlEntry { place, when: None, what });
            }
            Val::Method(_) | Val::Call(_) | Val::Env(_) | Val::Instance(_) => {
                // `include(router)` is not a thing; what is included here is known by its name alone.
                let value = self.freeze(argument);
                included.entries.push(opaque(value, place));
            }
            other => {
                let mut entries = Vec::new();
                self.url_list(&other.clone(), &Cond::always(), walk, &mut entries);
                included.entries.append(&mut entries);
            }
        }
    }

    fn include_module(
        &mut self,
        info: &Rc<ModuleInfo>,
        place: Span,
        walk: &mut Walk,
        included: &mut Included,
    ) {
        let name = info.name.to_string();
        included.module = Some(name.clone());
        if walk.stack.contains(&name) {
            included.entries.push(unresolved(Why::TooDeep, format!("`{name}` includes itself"), place));
            return;
        }
        if let Some(Val::Text(app)) = self.slot(info.names, "app_name") {
            included.app_name = Some(app.to_string());
        }
        walk.stack.push(name.clone());
        match self.slot(info.names, "urlpatterns") {
            Some(patterns) if !patterns.is_unset() => {
                self.url_list(&patterns, &Cond::always(), walk, &mut included.entries);
            }
            _ => {
                let why = match self.heap.names(info.names).and_then(|names| names.open.clone()) {
                    Some(unknown) => unknown.text.to_string(),
                    None => format!("`{name}` sets no `urlpatterns`"),
                };
                included.entries.push(unresolved(Why::RunsCode, why, place));
            }
        }
        walk.stack.pop();
    }

    // ---- routers ----

    fn router(&mut self, router: &Val<'a>) -> UrlWhat {
        let (class, options, parents) = match router {
            Val::Call(call) => {
                let parents = self.parents_of(router, 4);
                let options = call
                    .keywords
                    .iter()
                    .map(|(name, value)| (name.to_string(), self.freeze(value)))
                    .collect();
                (call.callee.to_string(), options, parents)
            }
            Val::Instance(instance) => {
                let instance = instance.clone();
                let mut options = Vec::new();
                for name in ["trailing_slash", "include_root_view", "include_format_suffixes"] {
                    if let Some(value) = self.slot(instance.names, name) {
                        options.push((name.to_owned(), self.freeze(&value)));
                    }
                }
                (instance.class.dotted.to_string(), options, Vec::new())
            }
            _ => (String::new(), Vec::new(), Vec::new()),
        };
        let mut registered = Vec::new();
        self.registrations(router, &mut registered, 0);
        UrlWhat::Router { class, options, registered, parents }
    }

    /// The parents of a router of drf-nested-routers, outermost first: prefix and lookup.
    fn parents_of(&mut self, router: &Val<'a>, fuel: usize) -> Vec<(String, String)> {
        let (Val::Call(call), Some(fuel)) = (router, fuel.checked_sub(1)) else { return Vec::new() };
        if !call.callee.contains("Nested") {
            return Vec::new();
        }
        let (Some(parent), Some(Val::Text(prefix))) =
            (call.argument(0, "parent_router"), call.argument(1, "parent_prefix"))
        else {
            return Vec::new();
        };
        let mut parents = self.parents_of(&parent.clone(), fuel);
        let lookup = match call.keywords.iter().find(|(name, _)| &**name == "lookup") {
            Some((_, Val::Text(lookup))) => format!("{lookup}_"),
            _ => String::new(),
        };
        parents.push((prefix.to_string(), lookup));
        parents
    }

    fn registrations(&mut self, router: &Val<'a>, out: &mut Vec<Registration>, depth: usize) {
        let Some(owner) = owner_of(router) else { return };
        if depth > 6 {
            return;
        }
        let mine: Vec<(Arc<str>, Vec<Val<'a>>, Keywords<'a>, Cond, Span)> = match &self.urls {
            Some(urls) => urls
                .recorded
                .iter()
                .filter(|one| one.owner == owner)
                .map(|one| {
                    (
                        one.method.clone(),
                        one.arguments.clone(),
                        one.keywords.clone(),
                        one.cond.clone(),
                        one.place,
                    )
                })
                .collect(),
            None => Vec::new(),
        };
        for (method, arguments, keywords, cond, place) in mine {
            let named = |name: &str| {
                keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value.clone())
            };
            match &*method {
                "register" => {
                    let prefix = named("prefix").or_else(|| arguments.first().cloned());
                    let viewset = named("viewset").or_else(|| arguments.get(1).cloned());
                    let basename = named("basename")
                        .or_else(|| named("base_name"))
                        .or_else(|| arguments.get(2).cloned());
                    let (Some(prefix), Some(viewset)) = (prefix, viewset) else { continue };
                    for (more, viewset) in self.cases(&viewset) {
                        let Some(cond) = self.atoms.and(&cond, &more) else { continue };
                        if viewset.is_unset() {
                            continue;
                        }
                        out.push(Registration {
                            place,
                            when: self.condition(&cond),
                            prefix: self.freeze(&prefix),
                            viewset: self.freeze(&viewset),
                            basename: basename.as_ref().map(|name| self.freeze(name)),
                        });
                    }
                }
                "extend" => {
                    if let Some(Val::Method(other)) = arguments.first()
                        && &*other.1 == "registry"
                    {
                        self.registrations(&other.0.clone(), out, depth + 1);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Where the walk is.
struct Walk {
    stack: Vec<String>,
    depth: usize,
}

/// What an include brings.
#[derive(Default)]
struct Included {
    module: Option<String>,
    app_name: Option<String>,
    namespace: Option<String>,
    decorators: Vec<Value>,
    entries: Vec<UrlEntry>,
}

fn owner_of(val: &Val<'_>) -> Option<Owner> {
    match val {
        Val::Call(call) if &*call.callee == "super" => owner_of(call.arguments.first()?),
        Val::Call(call) => Some(Owner::Call(Rc::as_ptr(call) as *const () as usize)),
        Val::Instance(instance) => Some(Owner::Instance(instance.names.0)),
        _ => None,
    }
}

fn opaque(value: Value, place: Span) -> UrlEntry {
    UrlEntry { place, when: None, what: UrlWhat::Opaque { value } }
}

fn unresolved(why: Why, text: String, place: Span) -> UrlEntry {
    UrlEntry { place, when: None, what: UrlWhat::Unresolved(Unknown::new(why, text, Some(place))) }
}

fn place_of(value: &Value) -> Span {
    match value {
        Value::Call(call) => call.place,
        _ => Span::start_of(FileId(0)),
    }
}

/// Whether a module is worth executing for its URLs: it builds some, or it is so plain that it can only hold constants
/// and helpers.
fn builds_urls(text: &str) -> bool {
    if text.contains("urlpatterns") || text.contains("Router(") {
        return true;
    }
    for word in ["path(", "url(", "include("] {
        let starts = text.match_indices(word).any(|(at, _)| {
            !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_' || before == '.')
        });
        if starts {
            return true;
        }
    }
    text.len() < 12_000
        && !["request", "django.db", "View", "models", "serializers", "celery", "wraps", "decorator"]
            .iter()
            .any(|word| text.contains(word))
}
