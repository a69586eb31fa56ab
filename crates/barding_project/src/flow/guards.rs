//! What a condition proves about the data it looks at.

use super::FlowKind;
use super::body::{Arguments, Body};
use super::taint::{Marks, Origin, Root, Shape, Value};
use crate::code::*;
use crate::routes::Tameness;

/// Things proved: about data of an origin, in one of its forms.
pub(super) type Facts = Vec<(Origin, u32, Marks)>;

const ADDRESS: Marks = Marks::of(FlowKind::Redirect).with(Marks::of(FlowKind::Url));
const PATH: Marks = Marks::of(FlowKind::Path);

impl<'w> Body<'w> {
    /// Takes a condition for true, or for false.
    pub(super) fn assume(&mut self, test: ExprId, truth: bool) {
        for (origin, form, marks) in self.facts_of(test, truth) {
            self.env.prove(origin, form, marks);
        }
    }

    /// What a condition proves when it is true, or false.
    pub(super) fn facts_of(&mut self, test: ExprId, truth: bool) -> Facts {
        match self.module.expr(test) {
            ExprKind::Not(inner) => self.facts_of(*inner, !truth),
            ExprKind::And(parts) if truth => {
                parts.iter().flat_map(|part| self.facts_of(*part, true)).collect()
            }
            ExprKind::Or(parts) if !truth => {
                parts.iter().flat_map(|part| self.facts_of(*part, false)).collect()
            }
            ExprKind::Or(parts) | ExprKind::And(parts) => {
                // What every alternative proves.
                let mut all: Option<Facts> = None;
                for part in parts {
                    let facts = self.facts_of(*part, truth);
                    all = Some(match all {
                        None => facts,
                        Some(mine) => mine
                            .into_iter()
                            .filter_map(|(origin, form, marks)| {
                                // What is proved of every form (0) is proved of each.
                                let theirs = facts
                                    .iter()
                                    .find(|(a, b, _)| *a == origin && (*b == form || *b == 0 || form == 0))?;
                                let marks = marks.both(theirs.2);
                                let form = if form == 0 { theirs.1 } else { form };
                                (marks != Marks::NONE).then_some((origin, form, marks))
                            })
                            .collect(),
                    });
                }
                all.unwrap_or_default()
            }
            ExprKind::Name(name) => match self.conditions.get(name) {
                Some((when_true, when_false)) => {
                    if truth {
                        when_true.clone()
                    } else {
                        when_false.clone()
                    }
                }
                // What is empty can do no harm.
                None if !truth => {
                    let value = self.eval(test);
                    about(&value, Marks::ALL, false)
                }
                None => Facts::new(),
            },
            ExprKind::Named(_, value) => self.facts_of(*value, truth),
            ExprKind::Compare(left, rest) => match &rest[..] {
                [(op, right)] => self.comparison(*left, *op, *right, truth),
                _ => Facts::new(),
            },
            ExprKind::Call(call) => self.call_facts(test, call, truth),
            // `if set(names) - KNOWN: refuse`
            ExprKind::Binary(BinaryOp::Other, left, right)
                if !truth && self.module.source(test).contains(" - ") =>
            {
                let (left, right) = (self.eval(*left), self.eval(*right));
                if is_from_outside(&right) { Facts::new() } else { about(&left, Marks::ALL, true) }
            }
            ExprKind::Await(inner) => self.facts_of(*inner, truth),
            _ => Facts::new(),
        }
    }

    fn comparison(&mut self, left: ExprId, op: CompareOp, right: ExprId, truth: bool) -> Facts {
        let holds = match op {
            CompareOp::Equal | CompareOp::Is | CompareOp::In => truth,
            CompareOp::NotEqual | CompareOp::IsNot | CompareOp::NotIn => !truth,
            CompareOp::Order => return Facts::new(),
        };
        let left_value = self.eval(left);
        let right_value = self.eval(right);
        match op {
            CompareOp::In | CompareOp::NotIn => {
                if let Some(needle) = left_value.constant_text() {
                    // `".." in name`
                    let marks = match needle {
                        ".." | "../" | "/" | "/.." | "\\" => PATH,
                        "\n" | "\r" | "\r\n" => Marks::of(FlowKind::Header)
                            .with(Marks::of(FlowKind::Log))
                            .with(Marks::of(FlowKind::Mail)),
                        "<" | ">" => Marks::of(FlowKind::Html),
                        "'" | "\"" | ";" => Marks::LOOKED_AT,
                        _ => Marks::LOOKED_AT,
                    };
                    if holds || right_value.taints.is_empty() {
                        return Facts::new();
                    }
                    return about(&right_value, marks, true);
                }
                if !holds {
                    return Facts::new();
                }
                if is_from_outside(&right_value) {
                    return Facts::new();
                }
                let mut facts = about(&left_value, Marks::ALL, false);
                if self.holds_host(left) {
                    facts.extend(about(&left_value, ADDRESS, true));
                }
                facts
            }
            _ => {
                if !holds {
                    return Facts::new();
                }
                let mut facts = Facts::new();
                for (value, other, other_expr) in
                    [(&left_value, &right_value, right), (&right_value, &left_value, left)]
                {
                    if value.taints.is_empty() || is_from_outside(other) {
                        continue;
                    }
                    if matches!(self.module.expr(other_expr), ExprKind::None | ExprKind::Bool(_))
                        && op != CompareOp::Equal
                    {
                        continue;
                    }
                    let resolved = value.taints.iter().any(|taint| taint.clean.holds(Marks::RESOLVED));
                    if resolved {
                        facts.extend(about(value, PATH, true));
                    }
                    // Two parameters that are equal prove nothing to the caller.
                    if !other.taints.is_empty() {
                        continue;
                    }
                    // `parsed.netloc == "example.com"` proves where an address leads, whatever the rest is.
                    if self.holds_host(if other_expr == right { left } else { right }) {
                        facts.extend(about(value, ADDRESS, true));
                    }
                    facts.extend(about(value, Marks::ALL, false));
                }
                facts
            }
        }
    }

    fn call_facts(&mut self, expr: ExprId, call: &'w CallSyntax, truth: bool) -> Facts {
        let code = self.code;
        let (receiver, method) = match self.module.expr(call.callee) {
            ExprKind::Attribute(base, name) => (Some(*base), code.text(*name)),
            ExprKind::Name(name) => (None, code.text(*name)),
            _ => return Facts::new(),
        };
        let callee = match receiver {
            Some(base) => {
                let value = self.eval(base);
                let ExprKind::Attribute(_, name) = self.module.expr(call.callee) else { return Facts::new() };
                self.attribute_of(&value, *name, Some(call.callee))
            }
            None => self.eval(call.callee),
        };
        let first = call.arguments.first().filter(|argument| argument.how != ArgumentHow::SpreadKeywords);
        match method {
            "all" | "any" if receiver.is_none() => {
                let module = self.module;
                return match first.map(|first| module.expr(first.value)) {
                    Some(ExprKind::Comprehension(each)) if truth => self.facts_of_each(each, method),
                    _ => Facts::new(),
                };
            }
            "url_has_allowed_host_and_scheme" | "is_safe_url" | "_is_safe_url" => {
                if !truth {
                    return Facts::new();
                }
                let named = call.arguments.iter().find(
                    |argument| matches!(argument.how, ArgumentHow::Keyword(name) if code.text(name) == "url"),
                );
                let Some(address) = named.or(first) else { return Facts::new() };
                let value = self.eval(address.value);
                return about(&value, ADDRESS, true);
            }
            "isdigit" | "isnumeric" | "isdecimal" | "isalnum" | "isalpha" | "isidentifier" => {
                return match (receiver, truth) {
                    (Some(base), true) => {
                        let value = self.eval(base);
                        about(&value, Marks::ALL, false)
                    }
                    _ => Facts::new(),
                };
            }
            "startswith" => return self.starts_with(receiver, first, truth),
            "is_relative_to" => {
                return match (receiver, truth) {
                    (Some(base), true) => {
                        let value = self.eval(base);
                        about(&value, PATH, true)
                    }
                    _ => Facts::new(),
                };
            }
            "endswith" | "exists" | "isfile" | "isdir" | "hasattr" | "is_valid" | "len" | "bool"
            | "is_authenticated" | "has_perm" | "get" | "filter" => return Facts::new(),
            "isinstance" => {
                if truth
                    && let (Some(first), Some(second)) = (first, call.arguments.get(1))
                    && matches!(
                        self.module.source(second.value),
                        "int" | "float" | "bool" | "(int, float)" | "UUID" | "uuid.UUID"
                    )
                {
                    let value = self.eval(first.value);
                    return about(&value, Marks::ALL, false);
                }
                return Facts::new();
            }
            "compare_digest" | "constant_time_compare" | "salted_hmac" => {
                if !truth {
                    return Facts::new();
                }
                let values: Vec<Value> =
                    call.arguments.iter().map(|argument| self.eval(argument.value)).collect();
                if values.iter().any(|value| value.taints.is_empty()) {
                    return values.iter().flat_map(|value| about(value, Marks::ALL, false)).collect();
                }
                return Facts::new();
            }
            "match" | "fullmatch" | "search" => {
                if let Some(facts) = self.pattern_facts(&callee, call, method, truth) {
                    return facts;
                }
            }
            _ => {}
        }
        // A function of the project: what its summary proves.
        let (function, owner) = match &callee.shape {
            Shape::Function(function) => (Some(*function), None),
            Shape::Method(function, owner, _) => (Some(*function), Some(owner.clone())),
            _ => (None, None),
        };
        let mut facts = Facts::new();
        let values: Vec<(ArgumentHow, Value, ExprId)> = call
            .arguments
            .iter()
            .map(|argument| (argument.how, self.eval(argument.value), argument.value))
            .collect();
        let mut understood = false;
        if let Some(function) = function
            && let Some(summary) = self.world.summaries.get(&function).cloned()
            && truth
        {
            let offset = u16::from(owner.is_some());
            let arguments = Arguments { list: values.clone(), ..Arguments::default() };
            let definition = code.function(function);
            for (origin, marks) in &summary.when_true {
                let Root::Parameter(index) = origin.root else { continue };
                let Some(position) = index.checked_sub(offset) else { continue };
                let name =
                    definition.parameters.get(index as usize).map(|parameter| code.text(parameter.name));
                let argument = arguments
                    .positional(position as usize)
                    .or_else(|| name.and_then(|name| arguments.keyword(code, name)));
                let Some((_, value, _)) = argument else { continue };
                let value = self.follow(&value.clone(), origin);
                facts.extend(about(&value, *marks, true));
                understood = true;
            }
        }
        let dotted = match &callee.shape {
            Shape::Function(function) | Shape::Method(function, ..) => {
                Some(code.dotted(&Meaning::Function(*function)))
            }
            Shape::External(name) => Some(name.to_string()),
            _ => None,
        };
        if dotted.is_some_and(|name| self.world.model.guards.contains(&name)) {
            return values.iter().take(1).flat_map(|(_, value, _)| about(value, Marks::ALL, true)).collect();
        }
        let _ = expr;
        if !understood {
            // Something looks at the data; what it proves we cannot tell.
            for (_, value, _) in &values {
                facts.extend(about(value, Marks::LOOKED_AT, true));
            }
        }
        facts
    }

    /// `all(name in KNOWN for name in names)`, `any(name == known for known in KNOWN)`
    fn facts_of_each(&mut self, each: &'w ComprehensionSyntax, method: &str) -> Facts {
        let [generator] = &each.generators[..] else { return Facts::new() };
        let mark = self.env.mark();
        let iterable = self.eval(generator.iterable);
        let item = self.element(&iterable, generator.iterable.0);
        let of_item: Vec<Origin> = item.taints.iter().map(|taint| taint.origin).collect();
        self.assign(generator.target, item);
        let facts =
            if generator.conditions.is_empty() { self.facts_of(each.element, true) } else { Facts::new() };
        self.env.take_back(mark);
        facts
            .into_iter()
            .filter(|(origin, ..)| (method == "all") == of_item.contains(origin))
            .map(|(origin, form, marks)| (origin, if method == "all" { 0 } else { form }, marks))
            .collect()
    }

    /// Whether an expression is the host of an address, or a variable that was given one.
    fn holds_host(&self, expr: ExprId) -> bool {
        if is_host_part(self.module.source(expr)) {
            return true;
        }
        let ExprKind::Name(name) = self.module.expr(expr) else { return false };
        match self.module.scope(self.scope).of(*name) {
            [Binding::Assigned(value)] => {
                let source = self.module.source(*value);
                source.len() < 200 && (source.contains(".hostname") || source.contains(".netloc"))
            }
            _ => false,
        }
    }

    /// `next(style for style in styles if style.name == name)`: it raises unless one of them has that name.
    pub(super) fn prove_found(&mut self, call: &'w CallSyntax) {
        let [only] = &call.arguments[..] else { return };
        let ExprKind::Comprehension(each) = self.module.expr(only.value) else { return };
        let [generator] = &each.generators[..] else { return };
        let mark = self.env.mark();
        let iterable = self.eval(generator.iterable);
        let item = self.element(&iterable, generator.iterable.0);
        let of_item: Vec<Origin> = item.taints.iter().map(|taint| taint.origin).collect();
        self.assign(generator.target, item);
        let facts: Facts =
            generator.conditions.iter().flat_map(|condition| self.facts_of(*condition, true)).collect();
        self.env.take_back(mark);
        for (origin, form, marks) in facts {
            if !of_item.contains(&origin) {
                self.env.prove(origin, form, marks);
            }
        }
    }

    /// Whether a condition asks whether this is a developer's machine or a test: `settings.DEBUG`.
    pub(super) fn is_development_only(&self, test: ExprId) -> bool {
        let names_it = |word: &str| {
            matches!(
                word,
                "DEBUG"
                    | "TESTING"
                    | "RUNNING_TEST"
                    | "RUNNING_TESTS"
                    | "IN_TEST"
                    | "TEST_MODE"
                    | "UNIT_TESTING"
            )
        };
        match self.module.expr(test) {
            ExprKind::Attribute(base, name) => {
                self.module.source(*base).ends_with("settings") && names_it(self.code.text(*name))
            }
            ExprKind::And(parts) => parts.iter().any(|part| self.is_development_only(*part)),
            ExprKind::Call(call) => match (&call.arguments[..], self.module.expr(call.callee)) {
                ([holder, word, ..], ExprKind::Name(name)) if self.code.text(*name) == "getattr" => {
                    self.module.source(holder.value).ends_with("settings")
                        && matches!(self.module.expr(word.value), ExprKind::Text(text) if names_it(text))
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn starts_with(&mut self, receiver: Option<ExprId>, first: Option<&Argument>, truth: bool) -> Facts {
        let (Some(base), Some(first)) = (receiver, first) else { return Facts::new() };
        let value = self.eval(base);
        let prefix = self.eval(first.value);
        if value.taints.is_empty() || is_from_outside(&prefix) {
            return Facts::new();
        }
        let mut facts = Facts::new();
        let text = prefix.text.as_deref().unwrap_or("\0");
        if truth {
            if value.taints.iter().any(|taint| taint.clean.holds(Marks::RESOLVED)) {
                facts.extend(about(&value, PATH, true));
            }
            let leads_somewhere_fixed = match text.find("://") {
                Some(at) => text[at + 3..].contains('/'),
                None => {
                    text.contains('\0') && text.len() > 1
                        || text.len() > 2 && text.starts_with('/') && !text.starts_with("//")
                }
            };
            let fixed_by_settings = text == "\0" && prefix.taints.is_empty();
            if leads_somewhere_fixed || fixed_by_settings {
                facts.extend(about(&value, ADDRESS, false));
            }
            // Names with a prefix of ours are names that were made to be called.
            if prefix.constant_text().is_some_and(|text| !text.is_empty() && !text.starts_with('_')) {
                facts.extend(about(&value, Marks::of(FlowKind::Attribute), false));
            }
        } else {
            // `if name.startswith("/"): refuse` alone does not stop "..".
            let marks = match text {
                "//" => Marks::LOOKED_AT,
                _ => Marks::LOOKED_AT,
            };
            facts.extend(about(&value, marks, false));
        }
        facts
    }

    /// `re.fullmatch("[a-z]+", value)` and the like.
    fn pattern_facts(
        &mut self,
        callee: &Value,
        call: &'w CallSyntax,
        method: &str,
        truth: bool,
    ) -> Option<Facts> {
        let name = callee.external_name().unwrap_or_default().to_owned();
        let (pattern, subject) = if name.starts_with("re.compile()") || name.is_empty() {
            let ExprKind::Attribute(base, _) = self.module.expr(call.callee) else { return None };
            let pattern = self.compiled_pattern(*base)?;
            (pattern, call.arguments.first()?.value)
        } else if name.starts_with("re.") || name.starts_with("regex.") {
            let pattern = self.eval(call.arguments.first()?.value).constant_text()?.to_owned();
            (pattern, call.arguments.get(1)?.value)
        } else {
            return None;
        };
        if !truth {
            return Some(Facts::new());
        }
        let value = self.eval(subject);
        let anchored_end = method == "fullmatch" || pattern.ends_with('$') || pattern.ends_with("\\Z");
        let anchored_start = method != "search" || pattern.starts_with('^') || pattern.starts_with("\\A");
        let body = pattern
            .trim_start_matches('^')
            .trim_start_matches("\\A")
            .trim_end_matches('$')
            .trim_end_matches("\\Z");
        let marks = if anchored_end && anchored_start {
            match crate::routes::pattern::of_text(body) {
                Tameness::Harmless => Marks::ALL,
                Tameness::Segment => PATH.with(Marks::LOOKED_AT),
                Tameness::Rest => Marks::LOOKED_AT,
            }
        } else {
            Marks::LOOKED_AT
        };
        Some(about(&value, marks, false))
    }

    /// The pattern of a compiled expression held by a constant name.
    fn compiled_pattern(&mut self, base: ExprId) -> Option<String> {
        let module = self.module;
        let ExprKind::Name(name) = module.expr(base) else { return None };
        let (scope_module, bindings) = [self.scope, ScopeId(0)]
            .into_iter()
            .map(|scope| module.scope(scope).of(*name))
            .find(|bindings| !bindings.is_empty())
            .map(|bindings| (module, bindings))?;
        let [Binding::Assigned(value)] = bindings else { return None };
        let ExprKind::Call(call) = scope_module.expr(*value) else { return None };
        let argument = call.arguments.first()?;
        self.code.constant(scope_module.id, ScopeId(0), argument.value)?.as_text().map(str::to_owned)
    }
}

/// Whether a value holds data from outside, so that being equal to it, or in it, proves nothing.
fn is_from_outside(value: &Value) -> bool {
    value.taints.iter().any(|taint| matches!(taint.origin.root, Root::Source(_)))
}

fn is_host_part(source: &str) -> bool {
    source.ends_with(".netloc")
        || source.ends_with(".hostname")
        || source.ends_with("get_host()")
        || source.ends_with(".host")
}

/// The same about every strand of a value; `whole` for its data in every form.
fn about(value: &Value, marks: Marks, whole: bool) -> Facts {
    value.taints.iter().map(|taint| (taint.origin, if whole { 0 } else { taint.form }, marks)).collect()
}
