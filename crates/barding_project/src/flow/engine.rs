//! The order of work: module bodies first, then functions after those they call, again where fields or circles brought
//! something new.

use super::body::{self, Candidate, Outcome, Raised};
use super::later::{self, Signals};
use super::requests::{self, ViewParameters};
use super::taint::{Marks, Note, Origin, Place, Trace, Value};
use super::{Begin, Certainty, Flow, FlowKind, FlowStep, Found, Model, Rendered, SourceKind, Variant};
use crate::code::{
    ClassRef, Code, ExprKind, FileRole, FunctionId, FunctionRef, Meaning, Module, ModuleId, Symbol,
};
use crate::templates::Hole;
use barding_source::Span;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What callers need to know about a function.
#[derive(Debug, Default)]
pub(super) struct Summary {
    pub(super) returns: Value,
    pub(super) sinks: Vec<ParameterSink>,
    /// What holds about its parameters when it returns at all.
    pub(super) ensures: Vec<(Origin, Marks)>,
    /// What holds about its parameters when it returns something true.
    pub(super) when_true: Vec<(Origin, Marks)>,
    /// The fields of `self` it sets.
    pub(super) fields: Vec<(Symbol, Value)>,
    /// The exceptions it may raise whose text holds something from outside or from its parameters.
    pub(super) raises: Vec<Raised>,
    /// The parameters that text for a sink is made of, with nothing else in it that is not constant.
    pub(super) text_of: Vec<(u16, FlowKind)>,
}

/// A call, its function, one of the parameters that text for a kind of sink is made of, and what that one gets.
pub(super) type Handing = (FunctionRef, u16, FlowKind, Handed);

/// What a call hands to a parameter that text is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Handed {
    Constant,
    /// What the caller was handed itself.
    Parameter(FunctionRef, u16),
    Other,
}

/// A sink that a parameter reaches.
#[derive(Clone, Debug)]
pub(super) struct ParameterSink {
    pub(super) origin: Origin,
    pub(super) kind: FlowKind,
    pub(super) variant: Variant,
    pub(super) place: Span,
    pub(super) name: Arc<str>,
    pub(super) clean: Marks,
    pub(super) doubt: u8,
    pub(super) way: Option<Arc<Way>>,
}

/// The way from a parameter to the sink, first step first.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) span: Span,
    pub(super) note: Note,
    pub(super) next: Option<Arc<Way>>,
    pub(super) length: u16,
}

/// Everything functions are looked at with.
pub(super) struct World<'c> {
    pub(super) code: &'c Code,
    /// Whether any of the code may run for a visitor: else all of it is looked at, tests too.
    pub(super) serves: bool,
    pub(super) model: Words,
    pub(super) summaries: FxHashMap<FunctionRef, Arc<Summary>>,
    pub(super) globals: FxHashMap<(ModuleId, Symbol), Value>,
    pub(super) class_values: FxHashMap<(ClassRef, Symbol), Value>,
    pub(super) fields: FxHashMap<(ClassRef, Symbol), Value>,
    pub(super) views: ViewParameters,
    pub(super) signals: Signals,
    /// By caller: which function is called, and what each of its parameters gets that text is made of.
    pub(super) handed: FxHashMap<FunctionRef, Vec<Handing>>,
    /// The raw places of templates, by the templates' names.
    pub(super) holes: &'c BTreeMap<String, Vec<Hole>>,
    /// By function: what it puts into them.
    pub(super) rendered: FxHashMap<FunctionRef, Vec<(Span, Rendered)>>,
}

/// The project's own words, ready to be asked.
#[derive(Debug, Default)]
pub(super) struct Words {
    pub(super) sanitisers: FxHashSet<String>,
    pub(super) guards: FxHashSet<String>,
    pub(super) sources: FxHashSet<String>,
    pub(super) sinks: FxHashMap<String, FlowKind>,
    pub(super) access: FxHashSet<String>,
}

impl Words {
    fn new(model: &Model) -> Self {
        let kind = |word: &str| match word {
            "sql" => Some(FlowKind::Sql),
            "html" => Some(FlowKind::Html),
            "command" => Some(FlowKind::Command),
            "path" => Some(FlowKind::Path),
            "url" => Some(FlowKind::Url),
            "redirect" => Some(FlowKind::Redirect),
            "code" => Some(FlowKind::Code),
            "template" => Some(FlowKind::Template),
            "deserialize" => Some(FlowKind::Deserialize),
            _ => None,
        };
        Self {
            sanitisers: model.sanitisers.iter().cloned().collect(),
            guards: model.guards.iter().cloned().collect(),
            sources: model.sources.iter().cloned().collect(),
            sinks: model.sinks.iter().filter_map(|(name, word)| Some((name.clone(), kind(word)?))).collect(),
            access: model.access.iter().cloned().collect(),
        }
    }
}

/// How often a function of a circle is looked at again.
const MOST_ROUNDS: usize = 3;

pub(super) fn run(code: &Code, model: &Model, holes: &BTreeMap<String, Vec<Hole>>) -> Found {
    let mut world = World {
        code,
        serves: code.modules.iter().any(|module| module.role.may_serve()),
        model: Words::new(model),
        summaries: FxHashMap::default(),
        globals: FxHashMap::default(),
        class_values: FxHashMap::default(),
        fields: FxHashMap::default(),
        views: requests::view_parameters(code),
        signals: Signals::read(code),
        handed: FxHashMap::default(),
        holes,
        rendered: FxHashMap::default(),
    };
    let mut candidates: FxHashMap<FunctionRef, Vec<Candidate>> = FxHashMap::default();
    let bodies: Vec<FunctionRef> = code
        .modules
        .iter()
        .map(|module| FunctionRef { module: module.id, function: FunctionId::BODY })
        .collect();
    look_at(&mut world, &bodies, &mut candidates);
    let order = levels(code, &world.signals);
    for level in &order {
        match level {
            Level::Each(functions) => {
                look_at(&mut world, functions, &mut candidates);
            }
            Level::Circle(functions) => {
                for _ in 0..MOST_ROUNDS {
                    if !look_at(&mut world, functions, &mut candidates) {
                        break;
                    }
                }
            }
        }
    }
    for _ in 0..2 {
        let again = readers_of_fields(&world);
        if again.is_empty() {
            break;
        }
        let before: usize = world.fields.values().map(|value| value.taints.len()).sum();
        let again: Vec<FunctionRef> = again.into_iter().collect();
        let changed = look_at(&mut world, &again, &mut candidates);
        if changed {
            let callers = callers_of(code, &again);
            look_at(&mut world, &callers, &mut candidates);
        }
        let after: usize = world.fields.values().map(|value| value.taints.len()).sum();
        if after == before {
            break;
        }
    }
    let mut rendered: BTreeMap<Span, Rendered> = BTreeMap::new();
    for (place, what) in world.rendered.values().flatten() {
        let mine = rendered.entry(*place).or_insert(*what);
        *mine = (*mine).max(*what);
    }
    Found { flows: finish(&world, candidates), rendered }
}

/// Looks at functions that do not depend on one another. Returns whether a summary brought anything new.
fn look_at(
    world: &mut World<'_>,
    functions: &[FunctionRef],
    candidates: &mut FxHashMap<FunctionRef, Vec<Candidate>>,
) -> bool {
    // What tests do says nothing about the site.
    let serves =
        |function: &&FunctionRef| !world.serves || world.code.module(function.module).role != FileRole::Test;
    let functions: Vec<FunctionRef> = functions.iter().filter(serves).copied().collect();
    let outcomes: Vec<Outcome> = {
        let world = &*world;
        functions.par_iter().with_min_len(8).map(|function| body::look_at(world, *function)).collect()
    };
    let mut changed = false;
    for (function, outcome) in functions.into_iter().zip(outcomes) {
        for (place, value) in outcome.globals {
            let Place(name, None) = place else { continue };
            world.globals.insert((function.module, name), value);
        }
        for (class, name, value) in outcome.class_values {
            world.class_values.insert((class, name), value);
        }
        for (class, name, value) in outcome.fields {
            let mine = world.fields.entry((class, name)).or_default();
            if !mine.covers(&value) {
                mine.absorb(&value);
            }
        }
        let before = world.summaries.get(&function);
        if before.is_none_or(|before| !same(before, &outcome.summary)) {
            changed = true;
        }
        world.summaries.insert(function, Arc::new(outcome.summary));
        world.handed.insert(function, outcome.handed);
        world.rendered.insert(function, outcome.rendered);
        candidates.insert(function, outcome.candidates);
    }
    changed
}

fn same(before: &Summary, after: &Summary) -> bool {
    before.sinks.len() == after.sinks.len()
        && before.returns.covers(&after.returns)
        && before.fields.len() == after.fields.len()
}

/// Methods of classes that have fields with data from outside, and whoever reads such fields of models.
fn readers_of_fields(world: &World<'_>) -> Vec<FunctionRef> {
    let mut classes: FxHashSet<ClassRef> = FxHashSet::default();
    for ((class, _), value) in &world.fields {
        if value.taints.is_empty() {
            continue;
        }
        classes.insert(*class);
        if let Some(facts) = world.code.class_facts(*class) {
            classes.extend(facts.subclasses.iter().take(64).copied());
            classes.extend(facts.order.iter().copied());
        }
    }
    let mut readers = Vec::new();
    for module in &world.code.modules {
        for (number, function) in module.functions.iter().enumerate() {
            if let Some(class) = function.class
                && classes.contains(&ClassRef { module: module.id, class })
            {
                readers.push(FunctionRef { module: module.id, function: FunctionId(number as u32) });
            }
        }
    }
    let stored: FxHashSet<Symbol> = world
        .fields
        .iter()
        .filter(|((class, _), value)| !value.taints.is_empty() && requests::is_model(world.code, *class))
        .map(|((_, name), _)| *name)
        .collect();
    if !stored.is_empty() {
        for module in &world.code.modules {
            readers.extend(readers_in(module, &stored));
        }
        readers.sort();
        readers.dedup();
    }
    readers
}

/// The functions of a module that read an attribute of one of the names, or render templates, which may.
fn readers_in(module: &Module, names: &FxHashSet<Symbol>) -> Vec<FunctionRef> {
    let reads: Vec<u32> = module
        .expressions
        .iter()
        .enumerate()
        .filter(|(_, expr)| matches!(&expr.kind, ExprKind::Attribute(_, name) if names.contains(name)))
        .map(|(at, _)| at as u32)
        .collect();
    (1..module.functions.len())
        .map(|number| FunctionId(number as u32))
        .filter(|function| {
            let (first, end) = module.function(*function).expressions;
            let at = reads.partition_point(|read| *read < first);
            reads.get(at).is_some_and(|read| *read < end)
        })
        .map(|function| FunctionRef { module: module.id, function })
        .collect()
}

fn callers_of(code: &Code, functions: &[FunctionRef]) -> Vec<FunctionRef> {
    let wanted: FxHashSet<FunctionRef> = functions.iter().copied().collect();
    let mut callers = Vec::new();
    for module in &code.modules {
        for call in &module.calls {
            if let Some(Meaning::Function(callee) | Meaning::Method(callee, _)) = &call.meaning
                && wanted.contains(callee)
            {
                let caller = FunctionRef { module: module.id, function: call.function };
                if !wanted.contains(&caller) && call.function != FunctionId::BODY {
                    callers.push(caller);
                }
            }
        }
    }
    callers.sort();
    callers.dedup();
    callers
}

enum Level {
    /// Functions that call only functions of levels before.
    Each(Vec<FunctionRef>),
    /// Functions that call one another in a circle.
    Circle(Vec<FunctionRef>),
}

/// The functions in an order in which callees come first, as far as calls can be told from names. Tarjan's algorithm,
/// without recursion: call chains may be long.
fn levels(code: &Code, signals: &Signals) -> Vec<Level> {
    let mut starts = Vec::with_capacity(code.modules.len());
    let mut all: Vec<FunctionRef> = Vec::new();
    for module in &code.modules {
        starts.push(all.len());
        all.extend(
            (0..module.functions.len())
                .map(|number| FunctionRef { module: module.id, function: FunctionId(number as u32) }),
        );
    }
    let number = |function: FunctionRef| starts[function.module.0 as usize] + function.function.0 as usize;
    let mut callees: Vec<Vec<u32>> = vec![Vec::new(); all.len()];
    for module in &code.modules {
        for call in &module.calls {
            let caller = number(FunctionRef { module: module.id, function: call.function });
            match &call.meaning {
                Some(Meaning::Function(callee) | Meaning::Method(callee, _)) => {
                    callees[caller].push(number(*callee) as u32);
                    if let Some(Meaning::Method(callee, class)) = &call.meaning {
                        for other in overrides(code, *callee, *class) {
                            callees[caller].push(number(other) as u32);
                        }
                    }
                }
                Some(Meaning::Class(class)) => {
                    if let Some(start) = constructor(code, *class) {
                        callees[caller].push(number(start) as u32);
                    }
                }
                _ => {}
            }
            for run in later::run_by(code, signals, module, call) {
                callees[caller].push(number(run) as u32);
            }
        }
        // A function stands after those defined inside it: what they do with its names is asked at its end.
        for (inner, function) in module.functions.iter().enumerate() {
            if let Some(outer) = function.outer {
                let outer = number(FunctionRef { module: module.id, function: outer });
                callees[outer].push((starts[module.id.0 as usize] + inner) as u32);
            }
        }
    }
    let mut depth = vec![0_u32; all.len()];
    let mut index = vec![u32::MAX; all.len()];
    let mut low = vec![u32::MAX; all.len()];
    let mut on_stack = vec![false; all.len()];
    let mut stack: Vec<u32> = Vec::new();
    let mut next = 0_u32;
    let mut flat: BTreeMap<u32, (Vec<FunctionRef>, Vec<Vec<FunctionRef>>)> = BTreeMap::new();
    for root in 0..all.len() {
        if index[root] != u32::MAX {
            continue;
        }
        let mut work: Vec<(u32, usize)> = vec![(root as u32, 0)];
        while let Some((at, edge)) = work.pop() {
            let node = at as usize;
            if edge == 0 {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(at);
                on_stack[node] = true;
            }
            let mut edge = edge;
            let mut descended = false;
            while edge < callees[node].len() {
                let callee = callees[node][edge] as usize;
                edge += 1;
                if index[callee] == u32::MAX {
                    work.push((at, edge));
                    work.push((callee as u32, 0));
                    descended = true;
                    break;
                } else if on_stack[callee] {
                    low[node] = low[node].min(index[callee]);
                }
            }
            if descended {
                continue;
            }
            for callee in &callees[node] {
                if on_stack[*callee as usize] {
                    low[node] = low[node].min(low[*callee as usize]);
                }
            }
            if low[node] == index[node] {
                let mut members = Vec::new();
                while let Some(member) = stack.pop() {
                    on_stack[member as usize] = false;
                    members.push(member);
                    if member == at {
                        break;
                    }
                }
                let below = members
                    .iter()
                    .flat_map(|member| &callees[*member as usize])
                    .filter(|callee| !members.contains(callee) || members.len() > 50)
                    .map(|callee| depth[*callee as usize] + 1)
                    .max()
                    .unwrap_or(0);
                for member in &members {
                    depth[*member as usize] = below;
                }
                let circle = members.len() > 1 || callees[node].contains(&at);
                let mut functions: Vec<FunctionRef> = members
                    .iter()
                    .map(|member| all[*member as usize])
                    .filter(|f| f.function != FunctionId::BODY)
                    .collect();
                functions.sort();
                if !functions.is_empty() {
                    let level = flat.entry(below).or_default();
                    if circle {
                        level.1.push(functions);
                    } else {
                        level.0.extend(functions);
                    }
                }
            }
        }
    }
    let mut levels = Vec::new();
    for (_, (mut each, circles)) in flat {
        each.sort();
        levels.push(Level::Each(each));
        levels.extend(circles.into_iter().map(Level::Circle));
    }
    levels
}

/// The `__init__` that runs when a class is called.
pub(super) fn constructor(code: &Code, class: ClassRef) -> Option<FunctionRef> {
    let name = code.known_symbol("__init__")?;
    match code.attribute(Meaning::Class(class), name, 16)? {
        Meaning::Method(function, _) => Some(function),
        _ => None,
    }
}

/// The methods of subclasses that may run in place of `method` when it is called on an object of `class`.
pub(super) fn overrides(code: &Code, method: FunctionRef, class: ClassRef) -> Vec<FunctionRef> {
    let name = code.function(method).name;
    let Some(facts) = code.class_facts(class) else { return Vec::new() };
    let mut list = Vec::new();
    for subclass in facts.subclasses.iter().take(200) {
        let module = code.module(subclass.module);
        let scope = module.scope(module.class(subclass.class).scope);
        for binding in scope.of(name) {
            if let crate::code::Binding::Function(function) = binding {
                let function = FunctionRef { module: subclass.module, function: *function };
                if function != method && list.len() < 8 {
                    list.push(function);
                }
            }
        }
    }
    list
}

/// From candidates to flows: the harmless ones fall away, one stays for each place.
fn finish(world: &World<'_>, candidates: FxHashMap<FunctionRef, Vec<Candidate>>) -> Vec<Flow> {
    let code = world.code;
    let serves = world.serves;
    let callers = callers(world);
    let mut best: BTreeMap<(Span, FlowKind, bool), Flow> = BTreeMap::new();
    let mut sorted: Vec<(FunctionRef, Vec<Candidate>)> = candidates.into_iter().collect();
    sorted.sort_by_key(|(function, _)| *function);
    for (function, list) in sorted {
        for candidate in list {
            if !candidate.parameters.is_empty()
                && candidate
                    .parameters
                    .iter()
                    .all(|index| only_constants(code, &callers, function, *index, candidate.kind))
            {
                continue;
            }
            // The holes of templates stand in no module; the function that renders them does.
            let module =
                code.module_of_file(candidate.place.file).unwrap_or_else(|| code.module(function.module));
            let mut candidate = candidate;
            // A validated field that is used as a name is most often one of a few choices.
            if candidate.kind == FlowKind::Attribute && candidate.begin == Begin::Outside(SourceKind::Cleaned)
            {
                candidate.doubt = candidate.doubt.saturating_add(1);
            }
            let flow = to_flow(world, module, function, candidate, serves);
            let key = (flow.sink, flow.kind, matches!(flow.begin, Begin::Outside(_)));
            match best.get(&key) {
                Some(_) if flow.begin == Begin::Elsewhere => {}
                Some(mine) if mine.certainty > flow.certainty => {}
                Some(mine) if mine.certainty == flow.certainty && mine.steps.len() <= flow.steps.len() => {}
                _ => {
                    best.insert(key, flow);
                }
            }
        }
    }
    // Where data from outside is known to arrive, the mere shape of the call says nothing more.
    let proved: FxHashSet<(Span, FlowKind)> = best
        .iter()
        .filter(|((_, _, outside), _)| *outside)
        .map(|((span, kind, _), _)| (*span, *kind))
        .collect();
    best.into_iter()
        .filter(|((span, kind, outside), _)| *outside || !proved.contains(&(*span, *kind)))
        .map(|(_, flow)| flow)
        .collect()
}

/// Whether every call of a function that we see hands a constant to a parameter, and there is such a call.
fn only_constants(code: &Code, callers: &Callers, function: FunctionRef, index: u16, kind: FlowKind) -> bool {
    let mut seen = FxHashSet::default();
    let mut open = vec![(function, index)];
    let mut any = false;
    while let Some(at) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        if seen.len() > 64 {
            return false;
        }
        let definition = code.function(at.0);
        if definition.class.is_some() && callers.elsewhere.contains(&definition.name) {
            return false;
        }
        let Some(calls) = callers.handed.get(&(at.0, at.1, kind)) else { return false };
        for handed in calls {
            match handed {
                Handed::Constant => any = true,
                Handed::Parameter(caller, index) => open.push((*caller, *index)),
                Handed::Other => return false,
            }
        }
    }
    any
}

/// What each parameter gets from the calls of its function.
#[derive(Default)]
struct Callers {
    handed: FxHashMap<(FunctionRef, u16, FlowKind), Vec<Handed>>,
    /// Methods of these names are called on objects that we do not know.
    elsewhere: FxHashSet<Symbol>,
}

fn callers(world: &World<'_>) -> Callers {
    let mut callers = Callers::default();
    for calls in world.handed.values() {
        for (function, index, kind, handed) in calls {
            callers.handed.entry((*function, *index, *kind)).or_default().push(*handed);
        }
    }
    for module in &world.code.modules {
        for call in module.calls.iter().filter(|call| call.meaning.is_none()) {
            if let ExprKind::Call(call) = module.expr(call.expr)
                && let ExprKind::Attribute(_, name) = module.expr(call.callee)
            {
                callers.elsewhere.insert(*name);
            }
        }
    }
    callers
}

fn to_flow(
    world: &World<'_>,
    module: &Module,
    function: FunctionRef,
    candidate: Candidate,
    serves: bool,
) -> Flow {
    let code = world.code;
    let mut steps = Vec::new();
    let mut source = candidate.place;
    let mut at = candidate.trace.as_ref();
    while let Some(trace) = at {
        source = trace.span;
        steps.push(step(code, trace.span, &trace.note));
        at = trace.before.as_ref();
    }
    steps.reverse();
    if matches!(candidate.begin, Begin::Outside(_)) && !steps.is_empty() {
        steps.remove(0);
    }
    if let Begin::Built = candidate.begin
        && let Some(built) = candidate.built
    {
        source = built;
    }
    let mut way = candidate.way.as_ref();
    while let Some(at) = way {
        steps.push(step(code, at.span, &at.note));
        way = at.next.as_ref();
    }
    steps.dedup_by(|a, b| a.place == b.place);
    let mut certainty = match candidate.doubt {
        0 => Certainty::High,
        1 => Certainty::Medium,
        _ => Certainty::Low,
    };
    if serves && !module.role.may_serve() {
        certainty = Certainty::Low;
    }
    let staff_only = requests::staff_only(world, function);
    Flow {
        kind: candidate.kind,
        begin: candidate.begin,
        source,
        steps,
        sink: candidate.place,
        sink_name: candidate.name.to_string(),
        variant: candidate.variant,
        certainty,
        role: if serves { module.role } else { FileRole::Production },
        staff_only,
    }
}

fn step(code: &Code, place: Span, note: &Note) -> FlowStep {
    let what = match note {
        Note::Source(kind) => format!("{} comes in", kind.words()),
        Note::Assigned(name) => format!("it is kept in `{}`", code.text(*name)),
        Note::Passed(function) => format!("it is handed to `{}`", code.function(*function).path),
        Note::Returned(function) => format!("`{}` gives it back", code.function(*function).path),
        Note::Stored(name) => format!("it is kept in the field `{}`", code.text(*name)),
        Note::Parameter(name) => format!("it arrives as `{}`", code.text(*name)),
    };
    FlowStep { place, what }
}

/// Puts a step before a way.
pub(super) fn before(way: &Option<Arc<Way>>, span: Span, note: Note) -> Option<Arc<Way>> {
    let length = way.as_ref().map_or(0, |way| way.length);
    if length >= 16 {
        return way.clone();
    }
    Some(Arc::new(Way { span, note, next: way.clone(), length: length + 1 }))
}

/// A trace as the beginning of a way: for strands that begin at a parameter.
pub(super) fn as_way(trace: &Option<Arc<Trace>>, then: &Option<Arc<Way>>) -> Option<Arc<Way>> {
    let mut way = then.clone();
    let mut at = trace.as_ref();
    while let Some(trace) = at {
        way = before(&way, trace.span, trace.note.clone());
        at = trace.before.as_ref();
    }
    way
}
