//! Functions that are handed over to run later, elsewhere or through somebody else: Celery tasks, threads, pools,
//! queues, `partial`, `map`, and the receivers of signals.

use super::body::{Arguments, Body};
use super::summaries::project;
use super::taint::{Shape, Value};
use crate::code::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Methods of a Celery task that run it.
const TASK_METHODS: &[&str] = &[
    "delay",
    "delay_on_commit",
    "apply_async",
    "apply_async_on_commit",
    "apply",
    "s",
    "si",
    "signature",
    "subtask",
    "send",
    "send_with_options",
    "enqueue",
    "run",
    "defer",
];

/// Callables that run the function they are given: by last name, with the position of the function.
const RUNNERS: &[(&str, usize)] = &[
    ("partial", 0),
    ("submit", 0),
    ("to_thread", 0),
    ("run_in_threadpool", 0),
    ("start_new_thread", 0),
    ("run_in_executor", 1),
    ("call_soon", 0),
    ("call_later", 1),
    ("async_task", 0),
    ("enqueue", 0),
    ("enqueue_call", 0),
    ("enqueue_in", 1),
    ("enqueue_at", 1),
    ("deferToThread", 0),
    ("callInThread", 0),
    ("spawn", 0),
    ("map", 0),
    ("filter", 0),
    ("imap", 0),
    ("starmap", 0),
    ("apply", 0),
    ("apply_async", 0),
    ("Thread", 1),
    ("Process", 1),
    ("Timer", 1),
    ("Greenlet", 0),
];

/// Whether a call of that last name may run functions among its arguments, or the function it is called on.
pub(super) fn may_run(last: &str) -> bool {
    TASK_METHODS.contains(&last)
        || RUNNERS.iter().any(|(name, _)| *name == last)
        || matches!(last, "sync_to_async" | "async_to_sync" | "on_commit" | "send_robust" | "asend")
}

/// The signals of the project and who listens to them, by the name of the signal.
#[derive(Debug, Default)]
pub(super) struct Signals {
    receivers: FxHashMap<Symbol, Vec<FunctionRef>>,
}

/// More receivers of one signal are not asked.
const MOST_RECEIVERS: usize = 16;

impl Signals {
    /// Reads `signal.connect(f)` and `@receiver(signal)`.
    pub(super) fn read(code: &Code) -> Self {
        let mut signals = Self::default();
        for call in code.calls() {
            let last = call.last_name();
            if last == Some("connect")
                && let Some(base) = call.receiver()
                && let Some(signal) = last_symbol(call.module, base)
                && let Some(handler) = call.argument(0, "receiver")
                && let Some(Meaning::Function(function) | Meaning::Method(function, _)) =
                    code.meaning(call.module.id, call.site.scope, handler)
            {
                signals.add(signal, function);
            }
        }
        for module in &code.modules {
            for (number, function) in module.functions.iter().enumerate() {
                let reference = FunctionRef { module: module.id, function: FunctionId(number as u32) };
                for decorator in &function.decorators {
                    let ExprKind::Call(call) = module.expr(*decorator) else { continue };
                    if !last_symbol(module, call.callee).is_some_and(|name| code.text(name) == "receiver") {
                        continue;
                    }
                    let Some(first) = call.arguments.first() else { continue };
                    let listed = match module.expr(first.value) {
                        ExprKind::List(items) | ExprKind::Tuple(items) => items.to_vec(),
                        _ => vec![first.value],
                    };
                    for signal in listed {
                        if let Some(signal) = last_symbol(module, signal) {
                            signals.add(signal, reference);
                        }
                    }
                }
            }
        }
        signals
    }

    fn add(&mut self, signal: Symbol, function: FunctionRef) {
        let list = self.receivers.entry(signal).or_default();
        if list.len() < MOST_RECEIVERS && !list.contains(&function) {
            list.push(function);
        }
    }

    /// Who listens to what an expression like `orders.signals.placed` names.
    pub(super) fn of(&self, module: &Module, expr: ExprId) -> &[FunctionRef] {
        last_symbol(module, expr).and_then(|name| self.receivers.get(&name)).map_or(&[], Vec::as_slice)
    }
}

fn last_symbol(module: &Module, expr: ExprId) -> Option<Symbol> {
    match module.expr(expr) {
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(*name),
        _ => None,
    }
}

/// The functions that a call may run though it does not call them by name: for the order of work.
pub(super) fn run_by<'c>(
    code: &'c Code,
    signals: &'c Signals,
    module: &'c Module,
    site: &CallSite,
) -> Vec<FunctionRef> {
    let ExprKind::Call(call) = module.expr(site.expr) else { return Vec::new() };
    let Some(last) = last_symbol(module, call.callee) else { return Vec::new() };
    let last = code.text(last);
    let mut functions = Vec::new();
    if !may_run(last) {
        return functions;
    }
    let meant = |expr: ExprId| match code.meaning(module.id, site.scope, expr) {
        Some(Meaning::Function(function) | Meaning::Method(function, _)) => Some(function),
        _ => None,
    };
    if let ExprKind::Attribute(base, _) = module.expr(call.callee) {
        functions.extend(meant(*base));
        functions.extend_from_slice(signals.of(module, *base));
    }
    for argument in call.arguments.iter().take(8) {
        if matches!(module.expr(argument.value), ExprKind::Name(_) | ExprKind::Attribute(..)) {
            functions.extend(meant(argument.value));
        }
    }
    functions
}

/// What a call gives that runs a function later; `None` when it is no such call.
pub(super) fn run_later(
    body: &mut Body<'_>,
    call: &CallSyntax,
    receiver: Option<&Value>,
    last: &str,
    arguments: &Arguments,
    expr: ExprId,
) -> Option<Value> {
    if !may_run(last) {
        return None;
    }
    if let Some(receiver) = receiver {
        if let Some(function) = task(body, receiver)
            && TASK_METHODS.contains(&last)
        {
            let handed = handed_to_task(body, function, last, arguments);
            project(body, function, None, &handed, Some(expr));
            return Some(Value::unknown());
        }
        if matches!(last, "send" | "send_robust" | "asend" | "asend_robust")
            && let ExprKind::Attribute(base, _) = body.module.expr(call.callee)
        {
            let receivers = body.world.signals.of(body.module, *base).to_vec();
            if !receivers.is_empty() {
                for function in receivers {
                    project(body, function, None, arguments, Some(expr));
                }
                return Some(Value::unknown());
            }
        }
    }
    let (_, position) = *RUNNERS.iter().find(|(name, _)| *name == last)?;
    let by_target = matches!(last, "Thread" | "Process" | "Timer");
    let given = if by_target {
        arguments
            .keyword(body.code, if last == "Timer" { "function" } else { "target" })
            .or_else(|| arguments.positional(position))
    } else {
        arguments.positional(position)
    };
    let (_, callee, _) = given?;
    let (function, owner) = match &callee.shape {
        Shape::Function(function) => (*function, None),
        Shape::Method(function, owner, _) => (*function, Some(owner.clone())),
        _ => return None,
    };
    let callee = callee.clone();
    let list = if by_target || matches!(last, "start_new_thread" | "apply" | "apply_async") {
        written_arguments(body, arguments, position + 1)
    } else {
        let mut seen = 0;
        let mut list: Vec<_> = arguments
            .list
            .iter()
            .filter(|(how, ..)| {
                let positional = *how == ArgumentHow::Position;
                seen += usize::from(positional);
                !positional || seen > position + 1
            })
            .cloned()
            .collect();
        if matches!(last, "map" | "filter" | "imap") {
            for (_, value, at) in &mut list {
                *value = body.element(value, at.0);
            }
        }
        list
    };
    let handed = Arguments { list, ..Arguments::default() };
    let result = project(body, function, owner.as_deref(), &handed, Some(expr));
    Some(match last {
        "partial" => callee,
        "map" | "imap" | "starmap" => {
            let (taints, open) = (result.taints.clone(), result.open);
            Value { taints, open, shape: Shape::List(Arc::new(result)), ..Value::default() }
        }
        "filter" => return None,
        _ => Value::unknown(),
    })
}

/// The function that a task object runs.
fn task(body: &Body<'_>, receiver: &Value) -> Option<FunctionRef> {
    match &receiver.shape {
        Shape::Function(function) => Some(*function),
        Shape::Instance(class, _) | Shape::Class(class) => {
            let is_task = body
                .code
                .class_facts(*class)?
                .external_bases
                .iter()
                .any(|base| base.ends_with("Task") || base.starts_with("celery."));
            let run = body.code.known_symbol("run").filter(|_| is_task)?;
            match body.code.attribute(Meaning::Instance(*class), run, 16)? {
                Meaning::Method(function, _) => Some(function),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What a task is run with: `delay(a, b)`, `apply_async((a,), {"b": b})`.
fn handed_to_task(
    body: &mut Body<'_>,
    function: FunctionRef,
    last: &str,
    arguments: &Arguments,
) -> Arguments {
    let mut list = match last {
        "apply_async" | "apply" | "apply_async_on_commit" | "signature" | "subtask" => {
            written_arguments(body, arguments, 0)
        }
        _ => arguments.list.clone(),
    };
    let definition = body.code.function(function);
    let module = body.code.module(function.module);
    let bound = definition.class.is_some()
        || definition.decorators.iter().any(|decorator| {
            let source = module.source(*decorator);
            source.contains("bind=True") || source.contains("bind = True")
        });
    if bound {
        let unused = list.first().map_or(ExprId(0), |(_, _, expr)| *expr);
        list.insert(0, (ArgumentHow::Position, Value::harmless(), unused));
    }
    Arguments { list, ..Arguments::default() }
}

/// Arguments that are written as a list and a mapping: `args=(a, b), kwargs={"c": c}`.
fn written_arguments(
    body: &mut Body<'_>,
    arguments: &Arguments,
    position: usize,
) -> Vec<(ArgumentHow, Value, ExprId)> {
    let code = body.code;
    let mut list = Vec::new();
    let args = arguments.keyword(code, "args").or_else(|| arguments.positional(position)).cloned();
    if let Some((_, value, expr)) = args {
        match &value.shape {
            Shape::Tuple(items) => {
                list.extend(items.iter().map(|item| (ArgumentHow::Position, item.clone(), expr)));
            }
            _ => match body.module.expr(expr) {
                ExprKind::List(items) => {
                    for item in items.iter().take(16) {
                        list.push((ArgumentHow::Position, body.eval(*item), *item));
                    }
                }
                _ => list.push((ArgumentHow::Spread, value.clone(), expr)),
            },
        }
    }
    let kwargs = arguments.keyword(code, "kwargs").or_else(|| arguments.positional(position + 1)).cloned();
    if let Some((_, value, expr)) = kwargs {
        list.push((ArgumentHow::SpreadKeywords, value, expr));
    }
    list
}
