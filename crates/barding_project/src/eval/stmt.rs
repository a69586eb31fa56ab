//! Statements: what each does to the names, and where execution goes from there.

use super::cond::Cond;
use super::state::Changes;
use super::val::{ClassInfo, Code, FunctionInfo, FunctionKind, Id, Object, Scope, Val};
use super::{Evaluator, FrameOf};
use crate::value::{Unknown, Why};
use barding_source::Span;
use ruff_python_ast::{ExceptHandler, Expr, Operator, Stmt, StmtClassDef, StmtFunctionDef, StmtIf, StmtTry};
use std::rc::Rc;
use std::sync::Arc;

/// Where execution goes after a statement.
#[derive(Clone, Debug)]
pub(super) enum Flow<'a> {
    Next,
    Break,
    Continue,
    Return(Val<'a>),
    /// An exception by its class name; empty when it is not known.
    Raise(Arc<str>),
}

/// One way through a statement: its condition, where it ends, and what it changed.
#[derive(Clone, Debug)]
pub(super) struct Path<'a> {
    pub(super) cond: Cond,
    pub(super) flow: Flow<'a>,
    pub(super) changes: Changes<'a>,
}

/// The outcome of statements.
#[derive(Debug)]
pub(super) enum Outcome<'a> {
    /// The state is what it is after them, and execution goes this way.
    One(Flow<'a>),
    /// Execution goes several ways. The state is that before the split; each path holds its own changes.
    Split(Vec<Path<'a>>),
}

/// How many rounds of a loop are followed.
const MOST_ROUNDS: usize = 2_000;

impl<'a> Flow<'a> {
    fn is_next(&self) -> bool {
        matches!(self, Flow::Next)
    }
}

impl<'a> Evaluator<'a> {
    pub(super) fn block(&mut self, statements: &'a [Stmt]) -> Outcome<'a> {
        for (at, statement) in statements.iter().enumerate() {
            match self.statement(statement) {
                Outcome::One(Flow::Next) => {}
                Outcome::One(flow) => return Outcome::One(flow),
                Outcome::Split(paths) => {
                    let rest = &statements[at + 1..];
                    return self.go_on(paths, |flow| flow.is_next(), |me| me.block(rest));
                }
            }
        }
        Outcome::One(Flow::Next)
    }

    /// After a split: the paths that go on are joined and run `rest`, the others wait.
    fn go_on(
        &mut self,
        paths: Vec<Path<'a>>,
        goes_on: impl Fn(&Flow<'a>) -> bool,
        rest: impl FnOnce(&mut Self) -> Outcome<'a>,
    ) -> Outcome<'a> {
        let (next, mut waiting): (Vec<_>, Vec<_>) = paths.into_iter().partition(|path| goes_on(&path.flow));
        if next.is_empty() {
            return Outcome::Split(waiting);
        }
        let conds: Vec<Cond> = next.iter().map(|path| path.cond.clone()).collect();
        let others: Vec<Cond> = waiting.iter().map(|path| path.cond.clone()).collect();
        let mut cond = self.atoms.any_of(conds, Some(&others));
        if let [only] = others.as_slice() {
            let (a, b) = self.atoms.oppose(cond, only.clone());
            cond = a;
            waiting[0].cond = b;
        }
        let outcomes = next.into_iter().map(|path| (path.cond, path.changes)).collect();
        let mut after = self.run(&cond, |me| {
            me.join(outcomes);
            rest(me)
        });
        waiting.append(&mut after);
        Outcome::Split(waiting)
    }

    /// Runs something on a path; the state stays as it was and every way through it is handed out.
    pub(super) fn run(&mut self, cond: &Cond, f: impl FnOnce(&mut Self) -> Outcome<'a>) -> Vec<Path<'a>> {
        let (outcome, changes) = self.on_path(cond, f);
        match outcome {
            Outcome::One(flow) => vec![Path { cond: cond.clone(), flow, changes }],
            Outcome::Split(paths) => paths
                .into_iter()
                .filter_map(|path| {
                    let cond = self.atoms.and(cond, &path.cond)?;
                    Some(Path { cond, flow: path.flow, changes: changes.clone().then(path.changes) })
                })
                .collect(),
        }
    }

    /// Takes the paths back into the state when they all go the same way.
    pub(super) fn settle(&mut self, mut paths: Vec<Path<'a>>) -> Outcome<'a> {
        if paths.len() == 1 {
            let path = paths.remove(0);
            self.heap.apply(path.changes);
            return Outcome::One(path.flow);
        }
        if !paths.is_empty() && paths.iter().all(|path| path.flow.is_next()) {
            self.join(paths.into_iter().map(|path| (path.cond, path.changes)).collect());
            return Outcome::One(Flow::Next);
        }
        Outcome::Split(paths)
    }

    fn statement(&mut self, statement: &'a Stmt) -> Outcome<'a> {
        if !self.step() {
            return Outcome::One(Flow::Next);
        }
        match statement {
            Stmt::If(node) => return self.if_statement(node),
            Stmt::For(node) => {
                let place = self.span(node);
                let items = self.expression(&node.iter);
                let items = self.iterate(&items, place);
                return self.for_loop(&node.target, &node.body, &node.orelse, items, place);
            }
            Stmt::While(node) => return self.while_loop(node, 0),
            Stmt::Try(node) => return self.try_statement(node),
            Stmt::With(node) => return self.with_statement(node),
            Stmt::Match(node) => return self.match_statement(node),
            _ => {}
        }
        if self.tries == 0 {
            return Outcome::One(self.simple(statement));
        }
        let mut paths = self.run(&Cond::always(), |me| Outcome::One(me.simple(statement)));
        let raises = std::mem::take(&mut self.raises);
        let mut raising: Vec<Cond> = Vec::new();
        for (cond, exception) in raises {
            if let Flow::Raise(_) = paths[0].flow {
                break;
            }
            raising.push(cond.clone());
            paths.push(Path { cond, flow: Flow::Raise(exception), changes: Changes::default() });
        }
        if !raising.is_empty() {
            if raising.iter().any(|cond| cond.is_always() || self.implied(cond)) {
                paths.remove(0);
                paths.truncate(1);
            } else {
                let any = self.atoms.any_of(raising, None);
                let unset = self.atoms.when_unset(&any);
                let texts = [format!("not ({})", self.atoms.text(&any)).into(), self.atoms.text(&any).into()];
                paths[0].cond = if let [(id, is)] = any.0[..] {
                    Cond(Rc::from([(id, !is)]))
                } else {
                    let key = super::cond::Key::AnyOf(vec![any]);
                    let [no, _] = self.atoms.literal(key, texts, None, [!unset, unset]);
                    no
                };
            }
        }
        self.settle(paths)
    }

    /// Whether the present path already says so.
    fn implied(&self, cond: &Cond) -> bool {
        cond.0.iter().all(|literal| self.path.0.contains(literal))
    }

    fn simple(&mut self, statement: &'a Stmt) -> Flow<'a> {
        match statement {
            Stmt::Expr(node) => {
                self.expression(&node.value);
                if self.exits.take().is_some_and(|path| path == self.path) {
                    return Flow::Raise("SystemExit".into());
                }
            }
            Stmt::Assign(node) => {
                let value = self.expression(&node.value);
                let place = self.span(node);
                for target in &node.targets {
                    self.assign(target, value.clone(), place);
                }
            }
            Stmt::AnnAssign(node) => {
                let place = self.span(node);
                if let Some(value) = &node.value {
                    let value = self.expression(value);
                    self.assign(&node.target, value, place);
                }
                self.annotate(&node.target, &node.annotation);
            }
            Stmt::AugAssign(node) => {
                let place = self.span(node);
                let before = self.expression(&node.target);
                let value = self.expression(&node.value);
                let after = self.augmented(&before, node.op, &value, place);
                self.assign(&node.target, after, place);
            }
            Stmt::Delete(node) => {
                for target in &node.targets {
                    self.delete(target);
                }
            }
            Stmt::Import(node) => {
                let place = self.span(node);
                for alias in &node.names {
                    self.import(alias, place);
                }
            }
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::FunctionDef(node) => {
                let function = self.function(node);
                let place = self.span(&node.name);
                self.assign_name(&node.name, function, place);
            }
            Stmt::ClassDef(node) => {
                let class = self.class(node);
                let place = self.span(&node.name);
                self.assign_name(&node.name, class, place);
            }
            Stmt::Return(node) => {
                let value = node.value.as_ref().map_or(Val::None, |value| self.expression(value));
                return Flow::Return(value);
            }
            Stmt::Raise(node) => {
                let exception = node.exc.as_ref().map(|exception| match &**exception {
                    Expr::Call(call) => self.expression(&call.func),
                    other => self.expression(other),
                });
                return Flow::Raise(exception.map_or_else(|| "".into(), |val| exception_name(&val)));
            }
            Stmt::Assert(node) => {
                let test = self.expression(&node.test);
                let text = self.source(&*node.test);
                let place = self.span(node);
                let cases = self.truth(&test, &text, Some(place));
                if let [(_, false)] = cases.as_slice() {
                    return Flow::Raise("AssertionError".into());
                }
            }
            Stmt::Global(node) => {
                let names: Vec<Arc<str>> = node.names.iter().map(|name| name.as_str().into()).collect();
                self.frame_mut().globals.extend(names);
            }
            Stmt::Nonlocal(node) => {
                let names: Vec<Arc<str>> = node.names.iter().map(|name| name.as_str().into()).collect();
                self.frame_mut().nonlocals.extend(names);
            }
            Stmt::Break(_) => return Flow::Break,
            Stmt::Continue(_) => return Flow::Continue,
            Stmt::TypeAlias(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
            Stmt::If(_) | Stmt::For(_) | Stmt::While(_) | Stmt::Try(_) | Stmt::With(_) | Stmt::Match(_) => {}
        }
        Flow::Next
    }

    /// Runs alternatives that exclude each other.
    fn alternatives(
        &mut self,
        cases: Vec<(Cond, bool)>,
        mut f: impl FnMut(&mut Self, bool) -> Outcome<'a>,
    ) -> Outcome<'a> {
        if let [(_, only)] = cases.as_slice() {
            return f(self, *only);
        }
        let mut paths = Vec::new();
        for (cond, holds) in cases {
            paths.extend(self.run(&cond, |me| f(me, holds)));
        }
        self.settle(paths)
    }

    fn if_statement(&mut self, node: &'a StmtIf) -> Outcome<'a> {
        let mut arms: Vec<(Option<&'a Expr>, &'a [Stmt])> = vec![(Some(&node.test), &node.body)];
        arms.extend(node.elif_else_clauses.iter().map(|clause| (clause.test.as_ref(), &clause.body[..])));
        self.arms(&arms)
    }

    fn arms(&mut self, arms: &[(Option<&'a Expr>, &'a [Stmt])]) -> Outcome<'a> {
        let Some(((test, body), others)) = arms.split_first() else { return Outcome::One(Flow::Next) };
        let body: &'a [Stmt] = body;
        let Some(test) = test else { return self.block(body) };
        if !self.step() {
            return Outcome::One(Flow::Next);
        }
        let cases = match self.test(test) {
            Ok(cases) => cases,
            Err(paths) => {
                return self.go_on(
                    paths,
                    |flow| flow.is_next(),
                    |me| {
                        let cases = me.test(test).unwrap_or_default();
                        me.arms_on(cases, body, others)
                    },
                );
            }
        };
        self.arms_on(cases, body, others)
    }

    fn arms_on(
        &mut self,
        cases: Vec<(Cond, bool)>,
        body: &'a [Stmt],
        others: &[(Option<&'a Expr>, &'a [Stmt])],
    ) -> Outcome<'a> {
        // A long chain of unknown `elif`s nests one level each.
        if others.len() > 200 {
            return self.alternatives(
                cases,
                |me, holds| {
                    if holds { me.block(body) } else { Outcome::One(Flow::Next) }
                },
            );
        }
        self.alternatives(cases, |me, holds| if holds { me.block(body) } else { me.arms(others) })
    }

    /// The cases of a condition. Inside `try`, a condition that may raise gives the raising paths first.
    fn test(&mut self, test: &'a Expr) -> Result<Vec<(Cond, bool)>, Vec<Path<'a>>> {
        let value = self.expression(test);
        let text = self.source(test);
        let place = self.span(test);
        let cases = self.truth(&value, &text, Some(place));
        let raises = std::mem::take(&mut self.raises);
        if self.tries == 0 || raises.is_empty() {
            return Ok(cases);
        }
        let mut paths = Vec::new();
        let mut conds = Vec::new();
        for (cond, exception) in raises {
            conds.push(cond.clone());
            paths.push(Path { cond, flow: Flow::Raise(exception), changes: Changes::default() });
        }
        if conds.iter().any(|cond| cond.is_always() || self.implied(cond)) {
            paths.truncate(1);
            return Err(paths);
        }
        let any = self.atoms.any_of(conds.clone(), None);
        let not = match any.0[..] {
            [(id, is)] => Cond(Rc::from([(id, !is)])),
            _ => Cond::always(),
        };
        if self.atoms.and(&self.path, &not).is_some() && !self.implied(&not) {
            paths.push(Path { cond: not, flow: Flow::Next, changes: Changes::default() });
            return Err(paths);
        }
        Ok(cases)
    }

    // ---- loops ----

    fn for_loop(
        &mut self,
        target: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        items: Vec<Val<'a>>,
        place: Span,
    ) -> Outcome<'a> {
        let mut items = std::collections::VecDeque::from(items);
        if items.len() > MOST_ROUNDS {
            let unknown = Rc::new(Unknown::new(Why::TooDeep, "the loop has too many rounds", Some(place)));
            items = std::collections::VecDeque::from([Val::Rest(unknown)]);
        }
        self.rounds(target, body, orelse, items, place, 0)
    }

    fn rounds(
        &mut self,
        target: &'a Expr,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
        mut items: std::collections::VecDeque<Val<'a>>,
        place: Span,
        depth: usize,
    ) -> Outcome<'a> {
        let goes_on = |flow: &Flow<'a>| matches!(flow, Flow::Next | Flow::Continue);
        while let Some(item) = items.pop_front() {
            if !self.step() {
                return Outcome::One(Flow::Next);
            }
            if let Val::Rest(unknown) = &item {
                self.some_rounds(Some(target), body, &unknown.clone(), place);
                continue;
            }
            let mut paths = Vec::new();
            let absent = match &item {
                Val::OneOf(branches) => branches
                    .iter()
                    .filter(|(_, value)| value.is_unset())
                    .map(|(cond, _)| cond.clone())
                    .collect(),
                _ => Vec::new(),
            };
            if absent.is_empty() {
                paths.extend(self.run(&Cond::always(), |me| {
                    me.assign(target, item.clone(), place);
                    me.block(body)
                }));
            } else {
                let Val::OneOf(branches) = &item else { continue };
                let there: Vec<(Cond, Val<'a>)> =
                    branches.iter().filter(|(_, value)| !value.is_unset()).cloned().collect();
                let present =
                    self.atoms.any_of(there.iter().map(|(cond, _)| cond.clone()).collect(), Some(&absent));
                let value = self.one_of(there);
                paths.extend(self.run(&present, |me| {
                    me.assign(target, value, place);
                    me.block(body)
                }));
                let away = self.atoms.any_of(absent, None);
                paths.push(Path { cond: away, flow: Flow::Next, changes: Changes::default() });
            }
            if let [path] = paths.as_slice()
                && !goes_on(&path.flow)
            {
                let path = paths.remove(0);
                self.heap.apply(path.changes);
                return match path.flow {
                    Flow::Break => Outcome::One(Flow::Next),
                    flow => Outcome::One(flow),
                };
            }
            if paths.iter().all(|path| goes_on(&path.flow)) {
                self.join(paths.into_iter().map(|path| (path.cond, path.changes)).collect());
                continue;
            }
            if depth > 40 {
                let unknown =
                    Rc::new(Unknown::new(Why::TooDeep, "the loop ends in too many ways", Some(place)));
                self.some_rounds(Some(target), body, &unknown, place);
                return Outcome::One(Flow::Next);
            }
            let outcome =
                self.go_on(paths, goes_on, |me| me.rounds(target, body, orelse, items, place, depth + 1));
            return self.after_break(outcome);
        }
        self.block(orelse)
    }

    /// `break` ends here.
    fn after_break(&mut self, outcome: Outcome<'a>) -> Outcome<'a> {
        match outcome {
            Outcome::One(Flow::Break) => Outcome::One(Flow::Next),
            Outcome::One(flow) => Outcome::One(flow),
            Outcome::Split(mut paths) => {
                for path in &mut paths {
                    if matches!(path.flow, Flow::Break | Flow::Continue) {
                        path.flow = Flow::Next;
                    }
                }
                self.settle(paths)
            }
        }
    }

    fn while_loop(&mut self, node: &'a ruff_python_ast::StmtWhile, depth: usize) -> Outcome<'a> {
        let place = self.span(node);
        let text = self.source(&*node.test);
        let goes_on = |flow: &Flow<'a>| matches!(flow, Flow::Next | Flow::Continue);
        for _ in 0..MOST_ROUNDS {
            if !self.step() {
                return Outcome::One(Flow::Next);
            }
            let test = self.expression(&node.test);
            let cases = self.truth(&test, &text, Some(place));
            match cases.as_slice() {
                [(_, false)] => return self.block(&node.orelse),
                [(_, true)] => {}
                _ => break,
            }
            let mut paths = self.run(&Cond::always(), |me| me.block(&node.body));
            if let [path] = paths.as_slice() {
                let goes = goes_on(&path.flow);
                let path = paths.remove(0);
                self.heap.apply(path.changes);
                if goes {
                    continue;
                }
                return match path.flow {
                    Flow::Break => Outcome::One(Flow::Next),
                    flow => Outcome::One(flow),
                };
            }
            if paths.iter().all(|path| goes_on(&path.flow)) {
                self.join(paths.into_iter().map(|path| (path.cond, path.changes)).collect());
                continue;
            }
            if depth > 20 {
                break;
            }
            let outcome = self.go_on(paths, goes_on, |me| me.while_loop(node, depth + 1));
            return self.after_break(outcome);
        }
        let unknown = Rc::new(Unknown::new(
            Why::RunsCode,
            format!("how often `while {text}` runs is not known"),
            Some(place),
        ));
        self.some_rounds(None, &node.body, &unknown, place);
        Outcome::One(Flow::Next)
    }

    /// A loop that runs an unknown number of times: whatever it may change is not known after it.
    fn some_rounds(
        &mut self,
        target: Option<&'a Expr>,
        body: &'a [Stmt],
        unknown: &Rc<Unknown>,
        place: Span,
    ) {
        /// Loops inside each other that run twice. Deeper ones run once in each round of those around them; a function
        /// that calls itself from such a loop would double its cost with every level.
        const TWICE: usize = 3;
        let rounds = if self.unknown_loops < TWICE { 2 } else { 1 };
        self.unknown_loops += 1;
        for _ in 0..rounds {
            let [_, cond] = self.atoms.fresh(&unknown.text, unknown.place);
            let paths = self.run(&cond, |me| {
                if let Some(target) = target {
                    let item = me.unknown(unknown.why, unknown.text.clone(), unknown.place);
                    me.assign(target, item, place);
                }
                me.block(body)
            });
            for path in paths {
                self.smear(path.changes, unknown);
            }
        }
        self.unknown_loops -= 1;
    }

    /// Makes everything unknown that `changes` would change.
    pub(super) fn smear(&mut self, changes: Changes<'a>, unknown: &Rc<Unknown>) {
        for (id, after) in changes.0 {
            let before = self.heap.get(id).clone();
            let smeared = match (before, after) {
                (Object::List(before), Object::List(after)) => {
                    Object::List(smear_items(before, after, unknown))
                }
                (Object::Set(before), Object::Set(after)) => Object::Set(smear_items(before, after, unknown)),
                (Object::Dict(before), Object::Dict(after)) => {
                    let mut entries = Vec::new();
                    for (key, value) in before {
                        let same = after.iter().any(|(other, now)| other.same(&key) && now.same(&value));
                        entries.push((key, if same { value } else { Val::Unknown(unknown.clone()) }));
                    }
                    if !entries.iter().any(|(key, _)| matches!(key, Val::Rest(_))) {
                        entries.push((Val::Rest(unknown.clone()), Val::None));
                    }
                    Object::Dict(entries)
                }
                (Object::Names(mut before), Object::Names(after)) => {
                    for (name, slot) in after.slots {
                        match before.slots.get_mut(&name) {
                            Some(known) if known.val.same(&slot.val) => {}
                            Some(known) => {
                                known.val = Val::Unknown(unknown.clone());
                                known.history = slot.history;
                            }
                            None => {
                                let val = Val::Unknown(unknown.clone());
                                before.slots.insert(name, super::val::Slot { val, history: slot.history });
                            }
                        }
                    }
                    before.open = before.open.or(after.open);
                    Object::Names(before)
                }
                (before, _) => before,
            };
            *self.heap.write(id) = smeared;
        }
    }

    // ---- try and with ----

    fn try_statement(&mut self, node: &'a StmtTry) -> Outcome<'a> {
        let optional = self.optional.len();
        let mut all = self.try_paths(node);
        if self.optional.len() > optional && all.iter().all(|path| matches!(path.flow, Flow::Raise(_))) {
            // Without the file that is not here nothing goes on, so wherever this runs the file is there.
            self.optional.truncate(optional);
            self.missing_is_there += 1;
            all = self.try_paths(node);
            self.missing_is_there -= 1;
        }
        if all.iter().any(|path| path.flow.is_next()) && self.tries == 0 {
            // What still raises here stops the server from starting.
            let (raising, going): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|path| matches!(path.flow, Flow::Raise(_)));
            if raising.is_empty() {
                return self.settle(going);
            }
            all = going;
            all.extend(raising);
        }
        self.settle(all)
    }

    /// The ways through the body, the handlers and the rest of a `try`.
    fn try_paths(&mut self, node: &'a StmtTry) -> Vec<Path<'a>> {
        self.tries += 1;
        let paths = self.run(&Cond::always(), |me| me.block(&node.body));
        self.tries -= 1;
        let mut all = Vec::new();
        for path in paths {
            match &path.flow {
                Flow::Raise(exception) if !node.handlers.is_empty() => {
                    let exception = exception.clone();
                    all.extend(self.handle(&path, &exception, &node.handlers));
                }
                Flow::Next => all.extend(self.continue_path(path, |me| me.block(&node.orelse))),
                _ => all.push(path),
            }
        }
        if !node.finalbody.is_empty() {
            let mut after = Vec::new();
            for path in all {
                let flow = path.flow.clone();
                for mut ended in self.continue_path(path, |me| me.block(&node.finalbody)) {
                    if ended.flow.is_next() {
                        ended.flow = flow.clone();
                    }
                    after.push(ended);
                }
            }
            all = after;
        }
        all
    }

    /// Runs more statements at the end of a path.
    fn continue_path(&mut self, path: Path<'a>, f: impl FnOnce(&mut Self) -> Outcome<'a>) -> Vec<Path<'a>> {
        let Path { cond, changes, .. } = path;
        let before = changes.clone();
        self.run(&cond, |me| {
            me.heap.apply(changes);
            f(me)
        })
        .into_iter()
        .map(|path| Path { changes: before.clone().then(path.changes), ..path })
        .collect()
    }

    fn handle(
        &mut self,
        path: &Path<'a>,
        exception: &Arc<str>,
        handlers: &'a [ExceptHandler],
    ) -> Vec<Path<'a>> {
        for ExceptHandler::ExceptHandler(handler) in handlers {
            let caught = match &handler.type_ {
                None => true,
                Some(types) => {
                    let types = self.expression(types);
                    self.catches(&types, exception)
                }
            };
            if caught {
                return self.continue_path(path.clone(), |me| {
                    if let Some(name) = &handler.name {
                        let place = me.span(handler);
                        let value = me.unknown(Why::RunsCode, "an exception", Some(place));
                        me.assign_name(name, value, place);
                    }
                    me.block(&handler.body)
                });
            }
        }
        vec![path.clone()]
    }

    /// Whether a handler for `types` catches the exception. What we do not know by name is taken to be caught.
    fn catches(&mut self, types: &Val<'a>, exception: &str) -> bool {
        match types {
            Val::Tuple(items) => items.iter().any(|item| self.catches(item, exception)),
            other => {
                let name = exception_name(other);
                name.is_empty() || exception.is_empty() || is_a(exception, &name)
            }
        }
    }

    fn with_statement(&mut self, node: &'a ruff_python_ast::StmtWith) -> Outcome<'a> {
        let place = self.span(node);
        let prefix = self.prefix.clone();
        let mut swallows = false;
        for item in &node.items {
            let context = self.expression(&item.context_expr);
            if let Val::Call(call) = &context {
                if call.callee.ends_with(".prefixed")
                    && let Some(Val::Text(text)) = call.argument(0, "prefix")
                {
                    self.prefix.push_str(&text.clone());
                }
                swallows |= &*call.callee == "contextlib.suppress";
            }
            let value = self.entered(&context, place);
            if let Some(target) = &item.optional_vars {
                self.assign(target, value, place);
            }
        }
        let outcome = if swallows {
            self.tries += 1;
            let mut paths = self.run(&Cond::always(), |me| me.block(&node.body));
            self.tries -= 1;
            for path in &mut paths {
                if matches!(path.flow, Flow::Raise(_)) {
                    path.flow = Flow::Next;
                }
            }
            self.settle(paths)
        } else {
            self.block(&node.body)
        };
        self.prefix = prefix;
        let raises = std::mem::take(&mut self.raises);
        if self.tries > 0 && !raises.is_empty() {
            self.raises = raises;
        }
        outcome
    }

    fn match_statement(&mut self, node: &'a ruff_python_ast::StmtMatch) -> Outcome<'a> {
        let subject = self.expression(&node.subject);
        self.match_cases(&subject, &node.cases)
    }

    fn match_cases(&mut self, subject: &Val<'a>, cases: &'a [ruff_python_ast::MatchCase]) -> Outcome<'a> {
        let Some((first, others)) = cases.split_first() else { return Outcome::One(Flow::Next) };
        let place = self.span(first);
        let mut matched = self.pattern(subject, &first.pattern, place);
        if let Some(guard) = &first.guard {
            let guard = self.expression(guard);
            matched = self.each(&matched, &mut |_, matched| match matched {
                Val::Bool(false) => Val::Bool(false),
                _ => guard.clone(),
            });
        }
        let cases = self.truth(&matched, "case", Some(place));
        self.alternatives(
            cases,
            |me, holds| {
                if holds { me.block(&first.body) } else { me.match_cases(subject, others) }
            },
        )
    }

    fn pattern(&mut self, subject: &Val<'a>, pattern: &'a ruff_python_ast::Pattern, place: Span) -> Val<'a> {
        use ruff_python_ast::{Pattern, Singleton};
        match pattern {
            Pattern::MatchValue(value) => {
                let value = self.expression(&value.value);
                self.equal(subject, &value, place)
            }
            Pattern::MatchSingleton(singleton) => {
                let value = match singleton.value {
                    Singleton::None => Val::None,
                    Singleton::True => Val::Bool(true),
                    Singleton::False => Val::Bool(false),
                };
                self.identical(subject, &value, place)
            }
            Pattern::MatchOr(node) => {
                let mut result = Val::Bool(false);
                for pattern in &node.patterns {
                    let next = self.pattern(subject, pattern, place);
                    result = self.each(&result, &mut |_, result| match result {
                        Val::Bool(true) => Val::Bool(true),
                        _ => next.clone(),
                    });
                }
                result
            }
            Pattern::MatchAs(node) => {
                let result = match &node.pattern {
                    Some(pattern) => self.pattern(subject, pattern, place),
                    None => Val::Bool(true),
                };
                if let Some(name) = &node.name {
                    self.assign_name(name, subject.clone(), place);
                }
                result
            }
            _ => self.unknown(Why::RunsCode, "this pattern is not modelled", Some(place)),
        }
    }

    // ---- targets ----

    pub(super) fn assign(&mut self, target: &'a Expr, value: Val<'a>, place: Span) {
        match target {
            Expr::Name(name) => self.assign_name(&name.id, value, place),
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, &value, place),
            Expr::List(list) => self.unpack(&list.elts, &value, place),
            Expr::Starred(starred) => self.assign(&starred.value, value, place),
            Expr::Attribute(attribute) => {
                let owner = self.expression(&attribute.value);
                self.set_attribute(&owner, &attribute.attr, value, place);
            }
            Expr::Subscript(subscript) => {
                let owner = self.expression(&subscript.value);
                if let Expr::Slice(slice) = &*subscript.slice {
                    self.set_slice(&owner, slice, &value, place);
                } else {
                    let key = self.expression(&subscript.slice);
                    self.set_item(&owner, &key, value, place);
                }
                self.note_mutation(&subscript.value, place);
            }
            _ => {}
        }
    }

    pub(super) fn assign_name(&mut self, name: &str, value: Val<'a>, place: Span) {
        let frame = self.frame();
        let module = frame.scope.module.names;
        let names = match frame.locals {
            None => module,
            Some(_) if frame.globals.iter().any(|global| &**global == name) => module,
            Some(locals) if frame.nonlocals.iter().any(|known| &**known == name) => frame
                .scope
                .enclosing
                .iter()
                .rev()
                .copied()
                .find(|id| self.heap.names(*id).is_some_and(|names| names.slots.contains_key(name)))
                .unwrap_or(locals),
            Some(locals) => locals,
        };
        self.bind(names, name, value, place);
    }

    fn unpack(&mut self, targets: &'a [Expr], value: &Val<'a>, place: Span) {
        let starred = targets.iter().position(|target| matches!(target, Expr::Starred(_)));
        let values = self.each(value, &mut |me, value| {
            let items = me.iterate(value, place);
            let loose = items.iter().any(|item| {
                matches!(item, Val::Rest(_))
                    || matches!(item, Val::OneOf(branches) if branches.iter().any(|(_, v)| v.is_unset()))
            });
            let fits = match starred {
                None => items.len() == targets.len(),
                Some(_) => items.len() + 1 >= targets.len(),
            };
            if loose || !fits {
                let unknown = me.unknown(Why::RunsCode, "what is unpacked is not known", Some(place));
                return Val::Tuple(targets.iter().map(|_| unknown.clone()).collect());
            }
            let Some(at) = starred else { return Val::Tuple(items.into()) };
            let after = targets.len() - at - 1;
            let mut parts: Vec<Val<'a>> = items[..at].to_vec();
            let middle = items[at..items.len() - after].to_vec();
            parts.push(me.list(middle));
            parts.extend_from_slice(&items[items.len() - after..]);
            Val::Tuple(parts.into())
        });
        for (at, target) in targets.iter().enumerate() {
            let part = self.each(&values, &mut |me, values| match values {
                Val::Tuple(items) if at < items.len() => items[at].clone(),
                _ => me.unknown(Why::RunsCode, "what is unpacked is not known", Some(place)),
            });
            self.assign(target, part, place);
        }
    }

    fn delete(&mut self, target: &'a Expr) {
        let place = self.span(target);
        match target {
            Expr::Name(name) => {
                let frame = self.frame();
                let names = frame.locals.unwrap_or(frame.scope.module.names);
                self.bind(names, &name.id, Val::Unset, place);
            }
            Expr::Subscript(subscript) => {
                let owner = self.expression(&subscript.value);
                if let Expr::Slice(slice) = &*subscript.slice {
                    let empty = Val::Tuple(Rc::from([]));
                    self.set_slice(&owner, slice, &empty, place);
                } else {
                    let key = self.expression(&subscript.slice);
                    self.delete_item(&owner, &key, place);
                }
                self.note_mutation(&subscript.value, place);
            }
            Expr::Attribute(attribute) => {
                let owner = self.expression(&attribute.value);
                self.set_attribute(&owner, &attribute.attr, Val::Unset, place);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.delete(target)),
            _ => {}
        }
    }

    /// Adds a line to the history of the name at the root of an expression whose object was changed in place.
    pub(super) fn note_mutation(&mut self, expression: &'a Expr, place: Span) {
        let mut root = expression;
        loop {
            match root {
                Expr::Subscript(node) => root = &node.value,
                Expr::Attribute(node) => root = &node.value,
                Expr::Name(name) => {
                    if super::has_history(&name.id) {
                        let frame = self.frame();
                        let names = frame.locals.unwrap_or(frame.scope.module.names);
                        self.touched(names, &name.id, place);
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    fn augmented(&mut self, before: &Val<'a>, op: Operator, value: &Val<'a>, place: Span) -> Val<'a> {
        self.each_pair(before, value, &mut |me, before, value| {
            if let Val::Object(id) = before {
                match (me.heap.get(*id), op) {
                    (Object::List(_), Operator::Add) => {
                        let more = match value {
                            // `urlpatterns += site.urls` of something that is not evaluated.
                            Val::Name(_) | Val::Method(_) if me.urls.is_some() => vec![value.clone()],
                            value => me.iterate(value, place),
                        };
                        me.extend(*id, more, place);
                        return before.clone();
                    }
                    (Object::Dict(_), Operator::BitOr) => {
                        me.update_dict(*id, value, place);
                        return before.clone();
                    }
                    (Object::Set(_), Operator::BitOr) => {
                        let more = me.iterate(value, place);
                        me.add_to_set(*id, more);
                        return before.clone();
                    }
                    (Object::List(_) | Object::Set(_) | Object::Dict(_), _) => {
                        let result = me.binary(before, op, value, place);
                        if let Val::Object(new) = &result {
                            let content = me.heap.get(*new).clone();
                            *me.heap.write(*id) = content;
                            return before.clone();
                        }
                        return result;
                    }
                    _ => {}
                }
            }
            me.binary(before, op, value, place)
        })
    }

    // ---- definitions ----

    fn function(&mut self, node: &'a StmtFunctionDef) -> Val<'a> {
        let mut kind = FunctionKind::Plain;
        let mut unknown = None;
        for decorator in &node.decorator_list {
            let value = self.expression(&decorator.expression);
            match &value {
                Val::Name(name) => match &**name {
                    "property"
                    | "functools.cached_property"
                    | "django.utils.functional.cached_property"
                    | "functools.cache_property" => kind = FunctionKind::Property,
                    "staticmethod" => kind = FunctionKind::Static,
                    "classmethod" => kind = FunctionKind::ClassMethod,
                    "functools.lru_cache"
                    | "functools.cache"
                    | "functools.wraps"
                    | "contextlib.contextmanager"
                    | "abc.abstractmethod"
                    | "typing.no_type_check"
                    | "typing.override" => {}
                    "configurations.utils.pristinemethod" | "configurations.pristinemethod" => {}
                    _ => unknown = Some(value),
                },
                Val::Call(call) => match &*call.callee {
                    "functools.lru_cache" | "functools.wraps" => {}
                    _ => unknown = Some(value),
                },
                _ => unknown = Some(value),
            }
        }
        if unknown.is_some() {
            kind = FunctionKind::Decorated;
        }
        let mut defaults = Vec::new();
        for parameter in node.parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                let value = self.expression(default);
                defaults.push((Arc::from(parameter.parameter.name.as_str()), value));
            }
        }
        let frame = self.frame();
        let dotted: Arc<str> = format!("{}.{}", frame.dotted, node.name).into();
        let class = frame.is_class.then(|| frame.dotted.clone());
        let scope = self.closure();
        let function = Val::Function(Rc::new(FunctionInfo {
            dotted,
            code: Code::Def(node),
            scope,
            defaults,
            kind,
            class,
        }));
        // A project's own decorator is called; what it makes of the function is what the name means.
        match unknown {
            Some(decorator @ Val::Function(_)) => {
                let place = self.span(node);
                let Val::Function(info) = &function else { return function };
                let plain = Val::Function(Rc::new(FunctionInfo {
                    dotted: info.dotted.clone(),
                    code: info.code,
                    scope: info.scope.clone(),
                    defaults: info.defaults.clone(),
                    kind: FunctionKind::Plain,
                    class: info.class.clone(),
                }));
                match self.call(&decorator, vec![plain], Vec::new(), place) {
                    made @ (Val::Function(_) | Val::Bound(_)) => made,
                    _ => function,
                }
            }
            _ => function,
        }
    }

    /// The scope of functions that are defined here.
    pub(super) fn closure(&self) -> Scope<'a> {
        let frame = self.frame();
        let mut scope = frame.scope.clone();
        if let Some(locals) = frame.locals
            && !frame.is_class
        {
            scope.enclosing.push(locals);
        }
        scope
    }

    fn class(&mut self, node: &'a StmtClassDef) -> Val<'a> {
        let mut bases = Vec::new();
        let mut metaclass = false;
        if let Some(arguments) = &node.arguments {
            for base in &arguments.args {
                bases.push(self.expression(base));
            }
            for keyword in &arguments.keywords {
                self.expression(&keyword.value);
                metaclass |= keyword.arg.as_ref().is_some_and(|name| name == "metaclass");
            }
        }
        let names = self.new_names();
        let dotted: Arc<str> = format!("{}.{}", self.frame().dotted, node.name).into();
        let scope = self.closure();
        if metaclass && let Some(names) = self.heap.names_mut(names) {
            names.open = None;
        }
        let frame = FrameOf {
            scope,
            locals: Some(names),
            is_class: true,
            globals: Vec::new(),
            nonlocals: Vec::new(),
            method: None,
            yields: None,
            dotted: dotted.clone(),
        };
        self.frames.push(frame);
        let paths = self.run(&Cond::always(), |me| me.block(&node.body));
        self.frames.pop();
        self.join(
            paths
                .into_iter()
                .filter(|path| !matches!(path.flow, Flow::Raise(_)))
                .map(|path| (path.cond, path.changes))
                .collect(),
        );
        Val::Class(Rc::new(ClassInfo { dotted, bases, names }))
    }

    /// Remembers an annotation, for classes whose fields are read from the environment.
    fn annotate(&mut self, target: &'a Expr, annotation: &'a Expr) {
        let frame = self.frame();
        let (true, Some(names), Expr::Name(name)) = (frame.is_class, frame.locals, target) else { return };
        let text = self.source(annotation);
        let key = format!("__annotation__{}", name.id);
        let place = self.span(annotation);
        self.bind(names, &key, Val::text(text), place);
    }

    /// The names that a call, a class or a module body writes to.
    pub(super) fn local_names(&self) -> Id {
        let frame = self.frame();
        frame.locals.unwrap_or(frame.scope.module.names)
    }
}

fn smear_items<'a>(before: Vec<Val<'a>>, after: Vec<Val<'a>>, unknown: &Rc<Unknown>) -> Vec<Val<'a>> {
    let common = before.iter().zip(after.iter()).take_while(|(a, b)| a.same(b)).count();
    if common == before.len() && common == after.len() {
        return before;
    }
    if common < before.len() {
        return vec![Val::Rest(unknown.clone())];
    }
    let mut items = before;
    if !matches!(items.last(), Some(Val::Rest(_))) {
        items.push(Val::Rest(unknown.clone()));
    }
    items
}

/// The last part of an exception class's name; empty when it is not known.
fn exception_name(val: &Val<'_>) -> Arc<str> {
    let dotted: Arc<str> = match val {
        Val::Name(name) => name.clone(),
        Val::Class(class) => class.dotted.clone(),
        Val::Call(call) => call.callee.clone(),
        Val::Instance(instance) => instance.class.dotted.clone(),
        _ => return "".into(),
    };
    dotted.rsplit('.').next().unwrap_or_default().into()
}

/// Whether the exception is one of the class named, by Python's own hierarchy.
fn is_a(exception: &str, class: &str) -> bool {
    if exception == class || matches!(class, "Exception" | "BaseException") {
        return exception != "SystemExit" || class != "Exception";
    }
    let parents: &[&str] = match exception {
        "ModuleNotFoundError" => &["ImportError"],
        "KeyError" | "IndexError" => &["LookupError"],
        "FileNotFoundError" | "PermissionError" | "IsADirectoryError" | "NotADirectoryError" => {
            &["OSError", "IOError", "EnvironmentError"]
        }
        "OSError" | "IOError" | "EnvironmentError" => &["OSError", "IOError", "EnvironmentError"],
        "JSONDecodeError" | "UnicodeDecodeError" => &["ValueError"],
        "UnboundLocalError" => &["NameError"],
        "UndefinedValueError" => &[],
        "EnvError" | "EnvValidationError" => &["EnvError", "ValueError"],
        "ZeroDivisionError" | "OverflowError" => &["ArithmeticError"],
        "NotImplementedError" | "RecursionError" => &["RuntimeError"],
        _ => &[],
    };
    parents.contains(&class)
}
