//! The pages of the model are its tests.
//!
//! Each `## ` section is a small project: its code blocks (```` ```python title="path" ````) are the files. A comment
//! `# value: NAME = …` says what the model must know of a setting of that file, in the words of `Value`'s `Display`.
//! A line `env: NAME=VALUE` outside the blocks gives the environment; `role: MODULE = …` asks for a module's role;
//! `open: MODULE` says that other settings may be set as well. `# default: NAME = …` is the value while no variable is
//! set, `# unknown: NAME` says that the value cannot be told, `# unsure: NAME` that it is not known for certain.

use barding_project::{Options, Project, SettingsModule, Value, python};
use barding_source::{MemoryTree, ReadLimits, Sources};

#[derive(Default)]
struct Section {
    title: String,
    tree: MemoryTree,
    environment: Vec<(String, String)>,
    values: Vec<(String, String, String)>,
    roles: Vec<(String, String)>,
    open: Vec<String>,
}

#[test]
fn every_page_is_true() {
    let pages = [
        include_str!("../pages/settings.md"),
        include_str!("../pages/environment.md"),
        include_str!("../pages/discovery.md"),
        include_str!("../pages/patterns.md"),
    ];
    let mut wrong = Vec::new();
    let mut asked = 0;
    for page in pages {
        for section in sections(page) {
            let options =
                Options { environment: section.environment.iter().cloned().collect(), ..Options::default() };
            let sources = Sources::new(&section.tree, ReadLimits::default(), python::decode);
            let project = Project::read_settings(&sources, &options);
            for (file, name, wanted) in &section.values {
                asked += 1;
                let got = value(&project, &sources, file, name);
                if got != *wanted {
                    wrong.push(format!("{}: {name}\n  page:  {wanted}\n  model: {got}", section.title));
                }
            }
            for (module, wanted) in &section.roles {
                asked += 1;
                let found = project.settings.iter().find(|known| known.name == *module);
                let got = found.map_or("not found", |module| module.role.words());
                if got != wanted {
                    wrong.push(format!("{}: {module} is {got}, the page says {wanted}", section.title));
                }
            }
            for name in &section.open {
                asked += 1;
                if !project.settings.iter().any(|module| module.name == *name && module.open.is_some()) {
                    wrong.push(format!("{}: {name} is not open", section.title));
                }
            }
        }
    }
    assert!(asked > 100, "only {asked} questions were found on the pages");
    assert!(
        wrong.is_empty(),
        "{} of {asked} answers are not what the pages say:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn value(project: &Project, sources: &Sources<'_>, file: &str, name: &str) -> String {
    let (class, name) = name.rsplit_once('.').map_or((None, name), |(class, name)| (Some(class), name));
    let fits = |module: &&SettingsModule| {
        let same_file = sources.path(module.file).is_some_and(|path| path == file);
        same_file && class.is_none_or(|class| module.name.ends_with(&format!(":{class}")))
    };
    let Some(module) = project.settings.iter().find(fits) else {
        return format!("no settings module at {file}");
    };
    let (asked, name) = name.split_once(' ').unwrap_or(("value", name));
    let Some(setting) = module.values.get(name) else {
        return module.open.as_ref().map_or("not set".to_owned(), |_| "Unknown".to_owned());
    };
    match asked {
        "default" => {
            let known = setting.value.is_known().then_some(&setting.value);
            known.or(setting.value.when_unset()).map_or("Unknown".to_owned(), ToString::to_string)
        }
        "unknown" if matches!(setting.value, Value::Unknown(_)) => "Unknown".to_owned(),
        "unsure" if !setting.value.is_known() => "Unsure".to_owned(),
        _ => setting.value.to_string(),
    }
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
                continue;
            }
            text.push_str(line);
            text.push('\n');
            for (kind, answer) in [("unknown", "Unknown"), ("unsure", "Unsure")] {
                if let Some((_, name)) = line.split_once(&format!("# {kind}: ")) {
                    section.values.push((path.clone(), format!("{kind} {name}"), answer.to_owned()));
                }
            }
            if let Some((_, question)) = line.split_once("# default: ")
                && let Some((name, wanted)) = question.split_once(" = ")
            {
                section.values.push((path.clone(), format!("default {name}"), wanted.to_owned()));
            }
            if let Some((_, question)) = line.split_once("# value: ")
                && let Some((name, wanted)) = question.split_once(" = ")
            {
                section.values.push((path.clone(), name.to_owned(), wanted.to_owned()));
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
            if let Some((name, value)) = line.strip_prefix("env: ").and_then(|rest| rest.split_once('=')) {
                section.environment.push((name.to_owned(), value.to_owned()));
            } else if let Some((module, role)) =
                line.strip_prefix("role: ").and_then(|rest| rest.split_once(" = "))
            {
                section.roles.push((module.to_owned(), role.to_owned()));
            } else if let Some(module) = line.strip_prefix("open: ") {
                section.open.push(module.to_owned());
            }
        }
    }
    sections
}
