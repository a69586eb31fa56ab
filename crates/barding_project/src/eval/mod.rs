//! The abstract interpreter: folds a Python module into its names and their values without running it.
//!
//! What comes in: syntax trees, the folders modules are imported from, what is known of the environment. What goes
//! out: [`Namespace`]s of [`crate::Value`]s, each with the lines that made it. It knows Python and the libraries that
//! settings are read with; it knows no rule. Settings and URLconfs are both read with it.

mod builtins;
mod call;
mod classes;
mod cond;
mod environ;
mod expr;
mod files;
mod format;
mod freeze;
mod import;
mod ini;
mod library;
mod listing;
mod methods;
mod ops;
mod paths;
mod pydantic;
mod state;
mod stmt;
mod urls;
mod val;

pub use urls::{MADE_WITH, PatternKind, Registration, UrlEntry, UrlSettings, UrlWhat, Urlconf};

use crate::python::PythonModules;
use crate::settings::Assignment;
use crate::value::{Truth, Unknown, Value, Why};
use barding_source::{FileId, Span};
use camino::Utf8PathBuf;
use cond::{Atoms, Cond, Key};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;
use state::{Changes, Heap};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use val::{Id, ModuleInfo, Names, Object, Scope, Slot, Val};

/// What an evaluation may assume.
#[derive(Clone, Debug, Default)]
pub struct Assumptions {
    /// Folders that modules are imported from, relative to the audited folder, first wins. `""` is the folder itself.
    pub roots: Vec<Utf8PathBuf>,
    /// Environment variables that are known.
    pub environment: BTreeMap<String, String>,
    /// Whether variables that are not in `environment` are known not to be set.
    pub environment_complete: bool,
    /// Whether files that are not in the audited folder are known not to be there either.
    pub files_complete: bool,
    /// The version of Django, as `(5, 2)`, when it is known.
    pub django: Option<(u32, u32)>,
}

/// The names that a module has when its last line has run.
#[derive(Clone, Debug, Default)]
pub struct Namespace {
    /// The file the module stands in.
    pub file: Option<FileId>,
    /// Every name that may be set, with the lines that made it.
    pub names: BTreeMap<String, crate::settings::SettingValue>,
    /// Why other names may be set as well.
    pub open: Option<Unknown>,
    /// Files that would be read if they were there (`local_settings.py`), and may change anything.
    pub optional: Vec<Unknown>,
    /// Environment variables that were asked for, sorted.
    pub variables: Vec<String>,
}

/// The most steps one evaluation takes; settings of two thousand lines need some fifty thousand.
const MOST_STEPS: u32 = 1_500_000;
/// The most objects on the heap.
const MOST_OBJECTS: usize = 400_000;
/// How deep functions of the project call each other before we stop following.
const DEEPEST_CALL: usize = 40;
/// How deep modules import each other before we stop following.
const DEEPEST_IMPORT: usize = 60;
/// How many possibilities a value keeps.
const MOST_BRANCHES: usize = 24;

/// One evaluation of one module, with everything it imports. A new one starts for each settings module, because
/// modules keep state.
#[derive(Debug)]
pub struct Evaluator<'a> {
    modules: &'a PythonModules<'a>,
    assumptions: Assumptions,
    roots: Vec<Utf8PathBuf>,
    heap: Heap<'a>,
    atoms: Atoms,
    path: Cond,
    frames: Vec<FrameOf<'a>>,
    loaded: BTreeMap<Arc<str>, Rc<ModuleInfo>>,
    importing: usize,
    steps: u32,
    /// How many `try` statements are around.
    tries: usize,
    raises: Vec<(Cond, Arc<str>)>,
    environ: Id,
    optional: Vec<Unknown>,
    /// Above zero where modules that are not among the files are taken to be there all the same.
    missing_is_there: usize,
    /// How many loops over what is not known are being run inside each other.
    unknown_loops: usize,
    /// The path on which the statement at hand ended the program, if it did.
    exits: Option<Cond>,
    variables: std::collections::BTreeSet<Arc<str>>,
    /// Keeps values alive whose address names an atom.
    kept: Vec<Val<'a>>,
    unknowns: FxHashMap<usize, ()>,
    /// The prefix that `with env.prefixed(…)` sets.
    prefix: String,
    /// Python files that were read as text, in case they are executed.
    read_texts: Vec<(Arc<str>, Utf8PathBuf)>,
    /// Why variables may be set that the environment does not set: a `.env` file that is not known was read.
    environ_open: Option<Unknown>,
    /// What `configparser` objects have read, by the identity of the object.
    parsers: Vec<(Val<'a>, ini::Ini<'a>)>,
    /// Whether python-decouple has looked for its file.
    decoupled: bool,
    /// What URLs need, when they are what is evaluated.
    urls: Option<Box<urls::UrlState<'a>>>,
}

/// One call that is going on, or a module or class body.
#[derive(Clone, Debug)]
struct FrameOf<'a> {
    scope: Scope<'a>,
    /// The names of the call or class body; `None` at the top of a module.
    locals: Option<Id>,
    is_class: bool,
    globals: Vec<Arc<str>>,
    nonlocals: Vec<Arc<str>>,
    /// The class of the method that runs, and its first argument, for `super()`.
    method: Option<(Arc<str>, Val<'a>)>,
    yields: Option<Id>,
    dotted: Arc<str>,
}

impl<'a> Evaluator<'a> {
    /// An evaluation that has seen nothing yet.
    pub fn new(modules: &'a PythonModules<'a>, assumptions: Assumptions) -> Self {
        let mut heap = Heap::default();
        let environ = heap.add(Object::Dict(Vec::new()));
        Self {
            modules,
            roots: assumptions.roots.clone(),
            assumptions,
            heap,
            atoms: Atoms::default(),
            path: Cond::always(),
            frames: Vec::new(),
            loaded: BTreeMap::new(),
            importing: 0,
            steps: 0,
            tries: 0,
            raises: Vec::new(),
            environ,
            optional: Vec::new(),
            missing_is_there: 0,
            exits: None,
            unknown_loops: 0,
            variables: Default::default(),
            kept: Vec::new(),
            unknowns: FxHashMap::default(),
            prefix: String::new(),
            read_texts: Vec::new(),
            environ_open: None,
            parsers: Vec::new(),
            decoupled: false,
            urls: None,
        }
    }

    /// Evaluates the module of that dotted name; `None` when no file of the project is that module.
    pub fn module(&mut self, name: &str) -> Option<Namespace> {
        let module = self.load(name).ok()?;
        let names = self.heap.names(module.names)?.clone();
        Some(self.namespace(&module, &names))
    }

    fn namespace(&mut self, module: &ModuleInfo, names: &Names<'a>) -> Namespace {
        let mut all = BTreeMap::new();
        for (name, slot) in &names.slots {
            let value = self.freeze(&slot.val);
            if value == Value::Unset {
                continue;
            }
            let history = slot.history.to_vec();
            all.insert(name.to_string(), crate::settings::SettingValue { value, history });
        }
        Namespace {
            file: module.file,
            names: all,
            open: names.open.clone(),
            optional: self.optional.clone(),
            variables: self.variables.iter().map(ToString::to_string).collect(),
        }
    }

    // ---- limits ----

    /// Counts a step; `false` when there are none left.
    fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_add(1);
        self.steps < MOST_STEPS && self.heap.len() < MOST_OBJECTS
    }

    // ---- places ----

    fn frame(&self) -> &FrameOf<'a> {
        self.frames.last().expect("statements run in a frame, and evaluation pushes one first")
    }

    fn frame_mut(&mut self) -> &mut FrameOf<'a> {
        self.frames.last_mut().expect("statements run in a frame, and evaluation pushes one first")
    }

    fn file(&self) -> FileId {
        self.frame().scope.file
    }

    fn span(&self, node: &impl Ranged) -> Span {
        let range: TextRange = node.range();
        Span::new(self.file(), range.start().to_u32(), range.end().to_u32())
    }

    /// The source of an expression in one line, for conditions.
    fn source(&self, node: &impl Ranged) -> String {
        self.source_at(self.span(node))
    }

    // ---- unknowns ----

    fn unknown(&mut self, why: Why, text: impl Into<Arc<str>>, place: Option<Span>) -> Val<'a> {
        Val::Unknown(Rc::new(Unknown::new(why, text, place)))
    }

    // ---- choices ----

    /// A choice between values whose conditions exclude each other; equal values are put together.
    fn one_of(&mut self, branches: Vec<(Cond, Val<'a>)>) -> Val<'a> {
        let mut flat: Vec<(Cond, Val<'a>)> = Vec::new();
        for (cond, value) in branches {
            match value {
                Val::OneOf(inner) => {
                    for (when, value) in inner.iter() {
                        if let Some(both) = self.atoms.and(&cond, when) {
                            flat.push((both, value.clone()));
                        }
                    }
                }
                value => flat.push((cond, value)),
            }
        }
        let mut groups: Vec<(Vec<Cond>, Val<'a>)> = Vec::new();
        for (cond, value) in flat {
            match groups.iter_mut().find(|(_, known)| known.same(&value)) {
                Some((conds, _)) => conds.push(cond),
                None => groups.push((vec![cond], value)),
            }
        }
        match groups.len() {
            0 => return self.unknown(Why::RunsCode, "no case is possible", None),
            1 => return groups.remove(0).1,
            _ => {}
        }
        if groups.len() > MOST_BRANCHES {
            return self.too_many(groups);
        }
        let mut merged: Vec<(Cond, Val<'a>)> = Vec::with_capacity(groups.len());
        if let [(first, _), (second, _)] = groups.as_slice() {
            let (first, second) = (first.clone(), second.clone());
            let a = self.atoms.any_of(first.clone(), Some(&second));
            let b = self.atoms.any_of(second, Some(&first));
            let (a, b) = self.atoms.oppose(a, b);
            let mut values = groups.into_iter().map(|(_, value)| value);
            for (cond, value) in [a, b].into_iter().zip(values.by_ref()) {
                merged.push((cond, value));
            }
        } else {
            for (conds, value) in groups {
                let cond = self.atoms.any_of(conds, None);
                merged.push((cond, value));
            }
        }
        Val::OneOf(merged.into())
    }

    /// Too many possibilities: the one without any environment variable stays, the others become unknown.
    fn too_many(&mut self, groups: Vec<(Vec<Cond>, Val<'a>)>) -> Val<'a> {
        let unknown = self.unknown(Why::TooDeep, "there are too many possibilities", None);
        let mut when_unset = None;
        for (conds, value) in &groups {
            for cond in conds {
                if self.atoms.when_unset(cond) == Truth::Yes {
                    when_unset = Some((cond.clone(), value.clone()));
                }
            }
        }
        let Some((cond, value)) = when_unset else { return unknown };
        let others: Vec<Cond> =
            groups.into_iter().flat_map(|(conds, _)| conds).filter(|other| *other != cond).collect();
        let other = self.atoms.any_of(others, None);
        let (cond, other) = self.atoms.oppose(cond, other);
        Val::OneOf(Rc::from([(cond, value), (other, unknown)]))
    }

    /// The possibilities that the present path leaves.
    fn cases(&mut self, val: &Val<'a>) -> Vec<(Cond, Val<'a>)> {
        match val {
            Val::OneOf(branches) => {
                let mut left = Vec::with_capacity(branches.len());
                for (cond, value) in branches.iter() {
                    if self.atoms.and(&self.path, cond).is_some() {
                        left.push((cond.clone(), value.clone()));
                    }
                }
                if left.len() == 1 {
                    left[0].0 = Cond::always();
                }
                left
            }
            val => vec![(Cond::always(), val.clone())],
        }
    }

    /// The value without the possibilities that the present path excludes.
    fn prune(&mut self, val: Val<'a>) -> Val<'a> {
        if !matches!(val, Val::OneOf(_)) || self.path.is_always() {
            return val;
        }
        let cases = self.cases(&val);
        if let Val::OneOf(branches) = &val
            && branches.len() == cases.len()
        {
            return val;
        }
        self.one_of(cases)
    }

    /// Applies `f` to every possibility of a value, each on its own path, and joins the outcomes.
    fn each(&mut self, val: &Val<'a>, f: &mut dyn FnMut(&mut Self, &Val<'a>) -> Val<'a>) -> Val<'a> {
        if !matches!(val, Val::OneOf(_)) {
            return f(self, val);
        }
        let cases = self.cases(val);
        if cases.is_empty() {
            return self.unknown(Why::RunsCode, "no case is possible", None);
        }
        if let [(_, only)] = cases.as_slice() {
            return f(self, only);
        }
        let mut values = Vec::with_capacity(cases.len());
        let mut outcomes = Vec::with_capacity(cases.len());
        for (cond, value) in cases {
            let (result, changes) = self.on_path(&cond, |me| f(me, &value));
            values.push((cond.clone(), result));
            outcomes.push((cond, changes));
        }
        self.join(outcomes);
        self.one_of(values)
    }

    /// Applies `f` to every combination of two values' possibilities.
    fn each_pair(
        &mut self,
        a: &Val<'a>,
        b: &Val<'a>,
        f: &mut dyn FnMut(&mut Self, &Val<'a>, &Val<'a>) -> Val<'a>,
    ) -> Val<'a> {
        self.each(a, &mut |me, a| me.each(b, &mut |me, b| f(me, a, b)))
    }

    /// Applies `f` to every combination of several values' possibilities.
    fn each_of(
        &mut self,
        values: &[Val<'a>],
        f: &mut dyn FnMut(&mut Self, &[Val<'a>]) -> Val<'a>,
    ) -> Val<'a> {
        fn go<'a>(
            me: &mut Evaluator<'a>,
            done: &mut Vec<Val<'a>>,
            left: &[Val<'a>],
            f: &mut dyn FnMut(&mut Evaluator<'a>, &[Val<'a>]) -> Val<'a>,
        ) -> Val<'a> {
            let Some((first, others)) = left.split_first() else { return f(me, done) };
            me.each(first, &mut |me, value| {
                done.push(value.clone());
                let result = go(me, done, others, f);
                done.pop();
                result
            })
        }
        let combinations: usize = values
            .iter()
            .map(|value| if let Val::OneOf(branches) = value { branches.len() } else { 1 })
            .try_fold(1_usize, usize::checked_mul)
            .unwrap_or(usize::MAX);
        if combinations > 256 {
            return self.unknown(Why::TooDeep, "there are too many possibilities", None);
        }
        go(self, &mut Vec::new(), values, f)
    }

    /// Runs `f` where `cond` holds; what it changes is handed out, not kept.
    fn on_path<T>(&mut self, cond: &Cond, f: impl FnOnce(&mut Self) -> T) -> (T, Changes<'a>) {
        let before = self.path.clone();
        self.path = self.atoms.and(&before, cond).unwrap_or_else(|| cond.clone());
        self.heap.begin();
        let result = f(self);
        let changes = self.heap.take();
        self.path = before;
        (result, changes)
    }

    /// When the value is true, and when false: one condition or both.
    fn truth(&mut self, val: &Val<'a>, text: &str, place: Option<Span>) -> Vec<(Cond, bool)> {
        let as_bool = self.as_bool(val, text, place);
        self.cases(&as_bool)
            .into_iter()
            .filter_map(|(cond, value)| match value {
                Val::Bool(known) => Some((cond, known)),
                _ => None,
            })
            .collect()
    }

    /// `bool(val)`: a boolean, or a choice of the two.
    fn as_bool(&mut self, val: &Val<'a>, text: &str, place: Option<Span>) -> Val<'a> {
        self.each(val, &mut |me, val| {
            let known = match val {
                Val::None | Val::Unset => Some(false),
                Val::Bool(known) => Some(*known),
                Val::Int(number) => Some(*number != 0),
                Val::Float(number) => Some(*number != 0.0),
                Val::Text(text) => Some(!text.is_empty()),
                Val::Bytes(bytes) => Some(!bytes.is_empty()),
                Val::Ellipsis
                | Val::Path(_)
                | Val::Module(_)
                | Val::Class(_)
                | Val::Function(_)
                | Val::Bound(_) => Some(true),
                // Django itself was told its settings module by the environment.
                Val::Name(name) if &**name == "os.environ" => Some(true),
                Val::Name(name) if builtins::is_builtin(name) || !name.contains('.') => Some(true),
                Val::Name(_) => None,
                Val::Method(method) => match &method.0 {
                    Val::Call(_) | Val::Instance(_) | Val::Env(_) | Val::Unknown(_) => None,
                    _ => Some(true),
                },
                Val::Tuple(items) => return me.any_there(items, val, text, place),
                Val::Object(id) => match me.heap.get(*id).clone() {
                    Object::List(items) | Object::Set(items) => {
                        return me.any_there(&items, val, text, place);
                    }
                    Object::Dict(entries) => {
                        let items: Vec<Val<'a>> = entries
                            .into_iter()
                            .map(|(key, value)| if matches!(key, Val::Rest(_)) { key } else { value })
                            .collect();
                        return me.any_there(&items, val, text, place);
                    }
                    Object::Names(_) | Object::View(_) => Some(true),
                },
                Val::Env(env) => {
                    let said = match env.cast {
                        crate::value::Cast::Text => "is not empty",
                        _ => "reads as true",
                    };
                    let test: Arc<str> = match env.cast {
                        crate::value::Cast::Text => "text".into(),
                        cast => format!("{cast:?}@{}:{}", env.place.file.0, env.place.start).into(),
                    };
                    let variable = &env.variable;
                    let yes = format!("`{variable}` {said}");
                    let no = match env.cast {
                        crate::value::Cast::Text => format!("`{variable}` is empty"),
                        _ => format!("`{variable}` reads as false"),
                    };
                    let key = Key::Holds(variable.clone(), test);
                    let [no, yes] = me.atoms.literal(
                        key,
                        [no.into(), yes.into()],
                        Some(env.place),
                        [Truth::No, Truth::No],
                    );
                    return me.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))]);
                }
                Val::Instance(instance) => {
                    let special = me.class_attribute(&instance.class, "__bool__").is_some()
                        || me.class_attribute(&instance.class, "__len__").is_some()
                        || me.has_outside_base(&instance.class);
                    if special { None } else { Some(true) }
                }
                Val::Call(_) | Val::Unknown(_) | Val::Rest(_) | Val::OneOf(_) => None,
            };
            match known {
                Some(known) => Val::Bool(known),
                None => me.undecided(val, text, place),
            }
        })
    }

    /// A boolean that the code does not tell; the same unknown value always decides the same way.
    fn undecided(&mut self, val: &Val<'a>, text: &str, place: Option<Span>) -> Val<'a> {
        let address = match val {
            Val::Unknown(unknown) | Val::Rest(unknown) => Rc::as_ptr(unknown) as usize,
            Val::Call(call) => Rc::as_ptr(call) as usize,
            Val::Instance(instance) => Rc::as_ptr(instance) as *const () as usize,
            _ => 0,
        };
        let text = if text.is_empty() { "a condition we cannot tell" } else { text };
        let shown: [Arc<str>; 2] = [format!("not `{text}`").into(), format!("`{text}`").into()];
        let [no, yes] = if address == 0 {
            self.atoms.fresh(text, place)
        } else {
            if self.unknowns.insert(address, ()).is_none() {
                self.kept.push(val.clone());
            }
            self.atoms.literal(Key::TruthOf(address), shown, place, [Truth::Maybe, Truth::Maybe])
        };
        self.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))])
    }

    /// Whether any of these elements is there.
    fn any_there(&mut self, items: &[Val<'a>], val: &Val<'a>, text: &str, place: Option<Span>) -> Val<'a> {
        let mut conds = Vec::new();
        let mut unsure = false;
        for item in items {
            match item {
                Val::Rest(_) => unsure = true,
                Val::OneOf(branches) if branches.iter().any(|(_, value)| value.is_unset()) => {
                    conds.extend(
                        branches.iter().filter(|(_, value)| !value.is_unset()).map(|(cond, _)| cond.clone()),
                    );
                }
                Val::Unset => {}
                _ => return Val::Bool(true),
            }
        }
        if unsure {
            return self.undecided(val, text, place);
        }
        if conds.is_empty() {
            return Val::Bool(false);
        }
        let any = self.atoms.any_of(conds, None);
        let when_unset = self.atoms.when_unset(&any);
        let [no, yes] = self.atoms.literal(
            Key::AnyOf(vec![any.clone()]),
            [format!("not ({})", self.atoms.text(&any)).into(), self.atoms.text(&any).into()],
            place,
            [!when_unset, when_unset],
        );
        self.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))])
    }

    // ---- exceptions ----

    /// Notes that the present statement raises on the present path when `cond` holds too.
    fn may_raise(&mut self, cond: &Cond, exception: &str) {
        if self.tries == 0 {
            return;
        }
        if let Some(cond) = self.atoms.and(&self.path, cond) {
            self.raises.push((cond, exception.into()));
        }
    }

    /// The value of something that raises for sure.
    fn raised(&mut self, exception: &str, text: impl Into<Arc<str>>, place: Option<Span>) -> Val<'a> {
        self.may_raise(&Cond::always(), exception);
        self.unknown(Why::RunsCode, text, place)
    }

    /// Takes out the cases in which something is not there: those raise.
    fn demand(&mut self, val: Val<'a>, exception: &str, text: &str, place: Option<Span>) -> Val<'a> {
        match &val {
            Val::Unset => self.raised(exception, text.to_owned(), place),
            Val::OneOf(branches) if branches.iter().any(|(_, value)| value.is_unset()) => {
                let mut there = Vec::new();
                for (cond, value) in self.cases(&val) {
                    if value.is_unset() {
                        self.may_raise(&cond, exception);
                    } else {
                        there.push((cond, value));
                    }
                }
                if there.is_empty() {
                    return self.unknown(Why::RunsCode, text.to_owned(), place);
                }
                self.one_of(there)
            }
            _ => val,
        }
    }

    // ---- names ----

    /// Binds a name, with the line in its history.
    fn bind(&mut self, names: Id, name: &str, val: Val<'a>, place: Span) {
        let happens = if self.path.is_always() { Truth::Yes } else { Truth::Maybe };
        let recorded = has_history(name).then(|| Assignment {
            place,
            value: self.freeze(&val),
            happens,
            via: Vec::new(),
        });
        let Some(names) = self.heap.names_mut(names) else { return };
        let slot = names
            .slots
            .entry(name.into())
            .or_insert_with(|| Slot { val: Val::Unset, history: Rc::default() });
        slot.val = val;
        if let Some(assignment) = recorded {
            let history = Rc::make_mut(&mut slot.history);
            if history.len() < 500 {
                history.push(assignment);
            }
        }
    }

    /// Adds a line to the history of a name whose object was changed in place.
    fn touched(&mut self, names: Id, name: &str, place: Span) {
        let Some(slot) = self.heap.names(names).and_then(|names| names.slots.get(name)) else { return };
        let val = slot.val.clone();
        self.bind(names, name, val, place);
    }

    fn slot(&self, names: Id, name: &str) -> Option<Val<'a>> {
        self.heap.names(names)?.slots.get(name).map(|slot| slot.val.clone())
    }

    fn new_names(&mut self) -> Id {
        self.heap.add(Object::Names(Names::default()))
    }

    fn list(&mut self, items: Vec<Val<'a>>) -> Val<'a> {
        Val::Object(self.heap.add(Object::List(items)))
    }

    fn dict(&mut self, entries: Vec<(Val<'a>, Val<'a>)>) -> Val<'a> {
        Val::Object(self.heap.add(Object::Dict(entries)))
    }
}

/// Whether the lines that made a name are kept: settings, and the lists of a URLconf.
fn has_history(name: &str) -> bool {
    name == "urlpatterns"
        || name.trim_start_matches('_').starts_with(|first: char| first.is_ascii_uppercase())
}
