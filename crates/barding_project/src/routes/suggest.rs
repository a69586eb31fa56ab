//! A first `[tool.barding.model]` for a project: the words of its own that entries hang on.

use super::access::Entry;
use super::{Routes, view::Target};
use crate::code::{Code, Meaning};
use std::collections::BTreeMap;

/// A configuration that names the project's own decorators, mixins and permission classes, and the functions around
/// its views that it uses most. Everything is commented out: a person has to say what each one does.
pub fn suggest_model(code: &Code, routes: &Routes) -> String {
    let mut around: BTreeMap<String, usize> = BTreeMap::new();
    let mut custom: BTreeMap<String, usize> = BTreeMap::new();
    for (_, route) in routes.all() {
        for wrapper in &route.wrappers {
            count(code, &wrapper.name, &mut around);
        }
        if let Target::Function(function) = route.view.target {
            let module = code.module(function.module);
            let definition = module.function(function.function);
            let scope = module.scope(definition.scope).parent.unwrap_or(crate::code::ScopeId(0));
            for decorator in &definition.decorators {
                let callee = match module.expr(*decorator) {
                    crate::code::ExprKind::Call(call) => call.callee,
                    _ => *decorator,
                };
                if let Some(meaning) = code.meaning(module.id, scope, callee)
                    && !matches!(meaning, Meaning::External(_))
                {
                    count(code, &code.dotted(&meaning), &mut around);
                }
            }
        }
        if let Target::Class(class) = route.view.target
            && let Some(facts) = code.class_facts(class)
        {
            for base in facts.order.iter().skip(1) {
                let name = code.dotted(&Meaning::Class(*base));
                if name.ends_with("Mixin") || name.contains("Permission") || name.contains("Required") {
                    *custom.entry(name).or_default() += 1;
                }
            }
        }
        if let Entry::Custom(name) = &route.access.entry
            && name.contains("Permission")
        {
            *custom.entry(name.clone()).or_default() += 1;
        }
    }
    let mut text = String::from(
        "# Words of this project that barding cannot know by itself. Take out the `#` before each line that is true.\n\
         [tool.barding.model]\n\
         # Decorators, mixins and permission classes that let only some visitors in.\n\
         access = [\n",
    );
    let mut named: Vec<(String, usize)> = around.into_iter().chain(custom).collect();
    named.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    named.dedup_by(|a, b| a.0 == b.0);
    for (name, times) in named.iter().take(40) {
        let word = if *times == 1 { "route" } else { "routes" };
        text.push_str(&format!("    # {:?},  # {times} {word}\n", name));
    }
    text.push_str("]\n");
    for (key, comment) in [
        ("sanitizers", "Functions whose result can do no harm."),
        ("guards", "Functions that prove their first argument harmless when they return a true value."),
        ("sources", "Functions whose result comes from outside."),
    ] {
        text.push_str(&format!("# {comment}\n# {key} = []\n"));
    }
    text
}

fn count(code: &Code, name: &str, found: &mut BTreeMap<String, usize>) {
    let name = name.trim_end_matches("()");
    let first = name.split('.').next().unwrap_or_default();
    if code.module_named(first, None).is_some()
        || code.modules.iter().any(|module| name.starts_with(&format!("{}.", module.name)))
    {
        *found.entry(name.to_owned()).or_default() += 1;
    }
}
