//! Templates that are rendered: what the context holds for each place that a template prints without escaping.

use super::body::{Arguments, Body};
use super::taint::{Shape, Value, key};
use super::{FlowKind, Rendered, Variant};
use crate::code::*;
use crate::templates::Hole;

/// Which arguments are the template's name and its context.
fn positions(name: &str) -> Option<(usize, usize)> {
    Some(match name {
        "django.shortcuts.render" | "django.template.response.TemplateResponse" => (1, 2),
        "django.template.loader.render_to_string"
        | "django.shortcuts.render_to_response"
        | "django.template.response.SimpleTemplateResponse" => (0, 1),
        _ => return None,
    })
}

impl<'w> Body<'w> {
    /// A call that may render a template.
    pub(super) fn renders(
        &mut self,
        name: Option<&str>,
        method: Option<&str>,
        receiver: Option<&Value>,
        arguments: &Arguments,
    ) {
        if self.world.holes.is_empty() {
            return;
        }
        let code = self.code;
        if let Some((template, context)) = name.and_then(positions) {
            let template = arguments
                .keyword(code, "template_name")
                .or_else(|| arguments.keyword(code, "template"))
                .or_else(|| arguments.positional(template));
            let context = arguments.keyword(code, "context").or_else(|| arguments.positional(context));
            if let (Some((_, template, expr)), Some((_, context, _))) = (template, context) {
                let (names, context) = (self.template_names(template, *expr), context.clone());
                for name in names {
                    self.fill(&name, &context);
                }
            }
        } else if method == Some("render")
            && let Some(receiver) = receiver
            && receiver.external_name() == Some("django.template.loader.get_template()")
            && let Some(template) = receiver.text.as_deref().map(str::to_owned)
            && let Some((_, context, _)) =
                arguments.keyword(code, "context").or_else(|| arguments.positional(0))
        {
            let context = context.clone();
            self.fill(&template, &context);
        }
    }

    fn template_names(&self, value: &Value, expr: ExprId) -> Vec<String> {
        if let Some(name) = value.constant_text() {
            return vec![name.to_owned()];
        }
        match self.module.expr(expr) {
            ExprKind::List(items) | ExprKind::Tuple(items) => items
                .iter()
                .take(8)
                .filter_map(|item| match self.module.expr(*item) {
                    ExprKind::Text(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The context that `get_context_data` of a class-based view gives back.
    pub(super) fn fills_own_template(&mut self, context: &Value) {
        if self.world.holes.is_empty() {
            return;
        }
        let function = self.module.function(self.id.function);
        let Some(class) = function.class else { return };
        if !matches!(self.code.text(function.name), "get_context_data" | "get_context") {
            return;
        }
        let Some(attribute) = self.code.known_symbol("template_name") else { return };
        let class = ClassRef { module: self.id.module, class };
        let Some(facts) = self.code.class_facts(class) else { return };
        let mut names: Vec<String> = Vec::new();
        for owner in facts.order.iter().chain(facts.subclasses.iter().take(32)) {
            if let Some(value) = self.world.class_values.get(&(*owner, attribute))
                && let Some(name) = value.constant_text()
                && !names.iter().any(|known| known == name)
            {
                names.push(name.to_owned());
            }
        }
        for name in names {
            self.fill(&name, context);
        }
    }

    /// What a context processor gives back reaches every template that prints a name of it.
    pub(super) fn fills_every_template(&mut self, context: &Value) {
        let is_processor = self.module.name.ends_with("context_processors")
            && self.module.function(self.id.function).class.is_none()
            && self.module.function(self.id.function).parameters.len() == 1;
        let Shape::Dict(items, _) = &context.shape else { return };
        if !is_processor || self.world.holes.is_empty() {
            return;
        }
        let world = self.world;
        let holes = world.holes.values().flatten().filter(|hole| {
            let head = key(hole.path.split('.').next().unwrap_or_default());
            items.iter().any(|(name, _)| *name == head)
        });
        for hole in holes.take(200) {
            self.fill_hole(hole, context);
        }
    }

    /// A template is rendered with a context.
    fn fill(&mut self, template: &str, context: &Value) {
        let world = self.world;
        let Some(holes) = world.holes.get(template) else { return };
        for hole in holes {
            self.fill_hole(hole, context);
        }
    }

    /// One place of a template is given what the context holds for it.
    fn fill_hole(&mut self, hole: &Hole, context: &Value) {
        let Shape::Dict(items, rest) = &context.shape else { return };
        let mut path = hole.path.split('.');
        let Some(head) = path.next() else { return };
        let number = key(head);
        let Some((_, value)) = items.iter().find(|(name, _)| *name == number) else {
            // Perhaps among what else the context holds, perhaps from a context processor.
            if !rest.is_constant() || !rest.taints.is_empty() {
                self.outcome.rendered.push((hole.place, Rendered::Unknown));
            }
            return;
        };
        let mut value = value.clone();
        for part in path {
            value = self.inside(&value, part);
        }
        let value = self.settled(value);
        let kind = FlowKind::Html;
        let outside = value.taints.iter().any(|taint| !taint.clean.has(kind));
        let what = match (outside, value.open.has(kind)) {
            (true, _) => Rendered::Outside,
            (false, true) => Rendered::Unknown,
            (false, false) => Rendered::Harmless,
        };
        self.outcome.rendered.push((hole.place, what));
        if outside {
            let name = format!("{{{{ {} }}}}", hole.path);
            self.sink_value(&value, kind, Variant::Template, hole.place, &name, 0);
        }
    }

    /// One step of a template's path: an attribute, a key, or each of the items.
    fn inside(&mut self, value: &Value, part: &str) -> Value {
        if part == "*" || part.parse::<usize>().is_ok() {
            return self.element(value, 1);
        }
        if let Shape::Dict(items, rest) = &value.shape {
            let number = key(part);
            return match items.iter().find(|(name, _)| *name == number) {
                Some((_, value)) => value.clone(),
                None => (**rest).clone(),
            };
        }
        match self.code.known_symbol(part) {
            Some(name) => {
                let result = self.attribute_of(value, name, None);
                // A template calls what can be called.
                match &result.shape {
                    Shape::Method(function, owner, _) => {
                        let (function, owner) = (*function, owner.clone());
                        let arguments = Arguments::default();
                        super::summaries::project(self, function, Some(&owner), &arguments, None)
                    }
                    _ => result,
                }
            }
            None => value.derived(1, 0),
        }
    }
}
