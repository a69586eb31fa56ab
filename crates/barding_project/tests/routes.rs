//! The pages about routes are its tests.
//!
//! Each `## ` section is a small project: its code blocks (```` ```python title="path" ````) are the files. A line
//! `route: PATH | METHODS | VIEW | ENTRY | CSRF` names a route the model must list; `*` stands for whatever it says.
//! All routes must be named, but those with a format suffix. `reads: PATH | INPUTS` asks for what a route reads,
//! `renders:` for its templates, `when: PATH | CONDITION` for its condition, `unresolved: TEXT` for a part that could not be
//! followed and why, `env: NAME=VALUE` gives the environment.

use barding_project::routes::{Origin, Route};
use barding_project::{Options, Project, Truth, python};
use barding_source::{MemoryTree, ReadLimits, Sources};

#[derive(Default)]
struct Section {
    title: String,
    tree: MemoryTree,
    environment: Vec<(String, String)>,
    routes: Vec<Vec<String>>,
    asked: Vec<(String, String, String)>,
    unresolved: Vec<String>,
}

#[test]
fn every_page_is_true() {
    let pages = [
        include_str!("../pages/routes-urlconf.md"),
        include_str!("../pages/routes-access.md"),
        include_str!("../pages/routes-libraries.md"),
    ];
    let mut wrong = Vec::new();
    let mut asked = 0;
    for section in pages.into_iter().flat_map(sections) {
        let options =
            Options { environment: section.environment.iter().cloned().collect(), ..Options::default() };
        let sources = Sources::new(&section.tree, ReadLimits::default(), python::decode);
        let project = Project::read_routes(&sources, &options);
        let listed: Vec<&Route> = project
            .routes
            .all()
            .map(|(_, route)| route)
            .filter(|route| route.origin != Origin::Suffix)
            .collect();
        let shown: Vec<Vec<String>> = listed.iter().map(|route| fields(route)).collect();
        asked += section.routes.len() + section.asked.len() + section.unresolved.len();
        let fits = |wanted: &[String], got: &[String]| {
            wanted.iter().zip(got).all(|(wanted, got)| wanted == "*" || wanted == got)
        };
        for wanted in &section.routes {
            if !shown.iter().any(|got| fits(wanted, got)) {
                wrong.push(format!("{}: not listed: {}", section.title, wanted.join(" | ")));
            }
        }
        if !section.routes.is_empty() {
            for got in &shown {
                if !section.routes.iter().any(|wanted| fits(wanted, got)) {
                    wrong.push(format!("{}: listed: {}", section.title, got.join(" | ")));
                }
            }
        }
        for (question, path, wanted) in &section.asked {
            let Some(route) = listed.iter().find(|route| route.shown_pattern() == *path) else {
                wrong.push(format!("{}: there is no {path}", section.title));
                continue;
            };
            let got = match question.as_str() {
                "reads" => route.inputs.iter().chain(&route.uploads).cloned().collect::<Vec<_>>().join(", "),
                "renders" => route.templates.join(", "),
                "name" => route.full_name().unwrap_or_default(),
                "throttled" => route.throttled.clone().unwrap_or_default(),
                "changes" => {
                    route.changes.iter().map(|(_, what)| what.clone()).collect::<Vec<_>>().join(", ")
                }
                _ => route.when.iter().map(|when| when.text.to_string()).collect::<Vec<_>>().join(" and "),
            };
            if got != *wanted {
                wrong.push(format!("{}: {question}: {path} | {got}", section.title));
            }
        }
        let unresolved: Vec<&str> = project
            .routes
            .tables
            .iter()
            .flat_map(|table| &table.unresolved)
            .map(|unresolved| unresolved.reason.as_str())
            .collect();
        for wanted in &section.unresolved {
            if !unresolved.iter().any(|reason| reason.contains(wanted.as_str())) {
                wrong.push(format!("{}: unresolved: {unresolved:?}", section.title));
            }
        }
    }
    assert!(asked > 60, "only {asked} questions were found on the pages");
    assert!(
        wrong.is_empty(),
        "{} of {asked} answers are not what the pages say:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn fields(route: &Route) -> Vec<String> {
    let csrf = match route.csrf.protected {
        Truth::Yes => "protected",
        Truth::No if route.csrf.exempted => "exempt",
        Truth::No => "unprotected",
        Truth::Maybe => "unknown",
    };
    let mut entry = route.access.entry.words();
    if route.access.public_read {
        entry.push_str(" to write");
    }
    vec![route.shown_pattern(), route.methods.words(), route.view.name.clone(), entry, csrf.to_owned()]
}

fn sections(page: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut file: Option<(String, String)> = None;
    for line in page.lines() {
        if let Some((path, text)) = &mut file {
            let section = sections.last_mut().expect("a block stands in a section");
            if line.trim_end() == "```" {
                section.tree.add(path.as_str(), text.clone().into_bytes());
                file = None;
            } else {
                text.push_str(line);
                text.push('\n');
            }
            continue;
        }
        if let Some(title) = line.strip_prefix("## ") {
            sections.push(Section { title: title.to_owned(), ..Section::default() });
        } else if let Some(info) = line.strip_prefix("```")
            && let Some((_, path)) = info.split_once("title=\"")
        {
            file = Some((path.trim_end_matches('"').to_owned(), String::new()));
        } else if let Some(section) = sections.last_mut() {
            let Some((word, rest)) = line.split_once(": ") else { continue };
            match word {
                "env" => section
                    .environment
                    .extend(rest.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))),
                "route" => {
                    section.routes.push(rest.split(" | ").map(|field| field.trim().to_owned()).collect());
                }
                "unresolved" => section.unresolved.push(rest.to_owned()),
                "reads" | "renders" | "name" | "throttled" | "changes" | "when" => {
                    let (path, wanted) = rest.split_once(" | ").unwrap_or((rest, ""));
                    section.asked.push((word.to_owned(), path.to_owned(), wanted.to_owned()));
                }
                _ => {}
            }
        }
    }
    sections
}
