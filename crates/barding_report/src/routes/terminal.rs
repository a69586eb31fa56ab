//! Routes on a terminal: a block for each, or a tree of addresses.

use super::{RoutesLook, ShownTable, csrf, heading, is_echo, place, when};
use crate::clean::clean_line;
use crate::paint::Paint;
use crate::wrap::wrap;
use barding_finding::AuditResult;
use barding_project::Truth;
use barding_project::routes::{Entry, Route};
use std::collections::BTreeMap;

/// A block for each route.
pub(super) fn list(tables: &[ShownTable<'_>], files: &AuditResult, look: &RoutesLook<'_>) -> String {
    let paint = Paint { color: look.look.color };
    let mut out = String::new();
    for (at, shown) in tables.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        out.push_str(&format!("{}\n", paint.heading(&clean_line(&heading(shown.table)))));
        for route in shown.routes.iter().filter(|route| look.look.full || !is_echo(route)) {
            block(&mut out, route, files, look, paint);
        }
        summary(&mut out, shown, files, look, paint);
    }
    if tables.is_empty() {
        out.push_str("No routes.\n");
    }
    out
}

fn block(out: &mut String, route: &Route, files: &AuditResult, look: &RoutesLook<'_>, paint: Paint) {
    let pattern = clean_line(&route.shown_pattern());
    let methods = route.methods.words();
    out.push_str(&format!("\n  {}  {}", paint.strong(&pattern), paint.faint(&methods)));
    if let Some(name) = route.full_name() {
        out.push_str(&format!("  {}", paint.name(&clean_line(&name))));
    }
    out.push('\n');
    let mut line = |label: &str, text: &str| {
        let width = look.look.width.saturating_sub(14).max(30);
        for (at, part) in wrap(&clean_line(text), width).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            out.push_str(&format!("    {label:<9} {part}\n"));
        }
    };
    let view = match route.library {
        Some(library) if !library.name.is_empty() => {
            format!("{} ({}: {})", route.view.name, library.name, library.what)
        }
        _ => route.view.name.clone(),
    };
    let where_ = place(route.view.place.or(route.place()), files);
    line("view", &if where_.is_empty() { view } else { format!("{view}  {where_}") });
    let entry = entry_words(route);
    let (because, at) = match route.access.because.first() {
        Some((because, at)) => (because.clone(), place(*at, files)),
        None => (String::new(), String::new()),
    };
    let why = [because, at].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ");
    let painted = match route.access.entry {
        Entry::Public => paint.unsure(&entry),
        Entry::Unknown => paint.unsure(&entry),
        _ => paint.good(&entry),
    };
    // The entry is painted, so it is laid out by hand.
    let rest = if why.is_empty() { String::new() } else { format!("  {}", paint.faint(&clean_line(&why))) };
    out.push_str(&format!("    {:<9} {painted}{rest}\n", "entry"));
    let mut line = |label: &str, text: &str| {
        let width = look.look.width.saturating_sub(14).max(30);
        for (at, part) in wrap(&clean_line(text), width).iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            out.push_str(&format!("    {label:<9} {part}\n"));
        }
    };
    if !route.methods.is_safe_only() {
        let at = place(route.csrf.place, files);
        line("csrf", &format!("{}: {}  {at}", csrf(route), route.csrf.because));
    }
    if !route.inputs.is_empty() {
        line("reads", &route.inputs.join(", "));
    }
    if !route.uploads.is_empty() {
        line("uploads", &route.uploads.join(", "));
    }
    if !route.templates.is_empty() {
        line("renders", &route.templates.join(", "));
    }
    if !route.changes.is_empty() {
        let shown: Vec<&str> = route.changes.iter().map(|(_, what)| what.as_str()).take(4).collect();
        let more = if route.changes.len() > 4 { ", …" } else { "" };
        line("changes", &format!("{}{more}", shown.join(", ")));
    }
    if let Some(first) = route.raw_sql.first() {
        line("raw SQL", &place(Some(*first), files));
    }
    if let Some(throttled) = &route.throttled {
        line("throttled", throttled);
    }
    if !route.when.is_empty() {
        line("only when", &when(route));
    }
}

fn entry_words(route: &Route) -> String {
    let words = clean_line(&route.access.entry.words());
    if route.access.public_read { format!("{words}; everybody may read") } else { words }
}

fn summary(
    out: &mut String,
    shown: &ShownTable<'_>,
    files: &AuditResult,
    look: &RoutesLook<'_>,
    paint: Paint,
) {
    let table = shown.table;
    if !table.handlers.is_empty() && !look.filtered {
        out.push('\n');
        for (name, view, at) in &table.handlers {
            let line = format!("{name}: {}  {}", view.name, place(Some(*at), files));
            out.push_str(&format!("  {}\n", clean_line(&line)));
        }
    }
    let plain: Vec<&&Route> = shown.routes.iter().filter(|route| !is_echo(route)).collect();
    let echoes = shown.routes.len() - plain.len();
    let public = plain.iter().filter(|route| route.access.entry == Entry::Public).count();
    let exempt = plain.iter().filter(|route| route.csrf.protected == Truth::No && route.is_unsafe()).count();
    let unknown = plain.iter().filter(|route| route.access.entry == Entry::Unknown).count();
    let mut text = format!(
        "{} {}: {public} public, {unknown} of unknown entry, {exempt} that may change something without CSRF protection",
        plain.len(),
        if plain.len() == 1 { "route" } else { "routes" }
    );
    if echoes > 0 && !look.look.full {
        text.push_str(&format!("; {echoes} more with a format suffix"));
    }
    out.push_str(&format!("\n{}\n", paint.strong(&text)));
    if !table.unresolved.is_empty() {
        out.push_str(&format!("{}\n", paint.unsure("Not followed:")));
        for one in &table.unresolved {
            let line = format!(
                "/{}  {}  {}",
                one.pattern.trim_start_matches('/'),
                one.reason,
                place(one.place, files)
            );
            out.push_str(&format!("  {}\n", clean_line(line.trim_end())));
        }
    }
}

/// A node of the tree of addresses.
#[derive(Default)]
struct Node<'r> {
    below: BTreeMap<String, Node<'r>>,
    here: Vec<&'r Route>,
}

/// How deep the tree is drawn.
const DEEPEST: usize = 40;

/// The addresses as a tree.
pub(super) fn tree(tables: &[ShownTable<'_>], files: &AuditResult, look: &RoutesLook<'_>) -> String {
    let paint = Paint { color: look.look.color };
    let mut out = String::new();
    for (at, shown) in tables.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        out.push_str(&format!("{}\n", paint.heading(&clean_line(&heading(shown.table)))));
        let mut root = Node::default();
        for route in shown.routes.iter().filter(|route| look.look.full || !is_echo(route)) {
            let pattern = route.shown_pattern();
            let mut node = &mut root;
            for part in parts(&pattern) {
                node = node.below.entry(part.to_owned()).or_default();
            }
            node.here.push(route);
        }
        for route in &root.here {
            out.push_str(&format!("/{}\n", label(route, paint)));
        }
        draw(&mut out, &root, "", 0, paint);
        summary(&mut out, shown, files, look, paint);
    }
    out
}

/// The parts of an address, each with the slash after it.
fn parts(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.trim_start_matches('/').split_inclusive('/').filter(|part| !part.is_empty()).take(DEEPEST)
}

fn draw(out: &mut String, node: &Node<'_>, before: &str, depth: usize, paint: Paint) {
    if depth > DEEPEST {
        return;
    }
    let last = node.below.len().saturating_sub(1);
    for (at, (part, below)) in node.below.iter().enumerate() {
        let (branch, next) = if at == last { ("└── ", "    ") } else { ("├── ", "│   ") };
        // A part with nothing of its own and one thing below goes on the same line.
        let mut name = part.clone();
        let mut node = below;
        while node.here.is_empty() && node.below.len() == 1 {
            let Some((more, only)) = node.below.iter().next() else { break };
            name.push_str(more);
            node = only;
        }
        let mut labels = node.here.iter().map(|route| label(route, paint));
        out.push_str(&format!(
            "{before}{branch}{}{}\n",
            paint.strong(&clean_line(&name)),
            labels.next().unwrap_or_default()
        ));
        for more in labels {
            let indent = " ".repeat(clean_line(&name).chars().count());
            out.push_str(&format!("{before}{next}{indent}{more}\n"));
        }
        draw(out, node, &format!("{before}{next}"), depth + 1, paint);
    }
}

fn label(route: &Route, paint: Paint) -> String {
    let entry = entry_words(route);
    let entry = match route.access.entry {
        Entry::Public | Entry::Unknown => paint.unsure(&entry),
        _ => paint.good(&entry),
    };
    let exempt = if route.csrf.exempted { format!("  {}", paint.bad("csrf-exempt")) } else { String::new() };
    let view = route.view.name.clone();
    format!("  {}  {entry}{exempt}  {}", route.methods.words(), paint.faint(&clean_line(&view)))
}
