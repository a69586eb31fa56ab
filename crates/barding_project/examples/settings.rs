//! Prints what the model knows of every settings module below a folder, as JSON.
//!
//! `cargo run -p barding_project --example settings -- FOLDER [--settings MODULE] [NAME=VALUE…]`

use barding_project::{Options, Project, python};
use barding_source::{DiskTree, ReadLimits, Sources};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        if argument == "--settings" {
            options.settings_modules.extend(arguments.next());
        } else if argument == "--complete" {
            options.environment_complete = true;
            options.files_complete = true;
        } else if let Some((name, value)) = argument.split_once('=') {
            options.environment.insert(name.to_owned(), value.to_owned());
        }
    }
    let tree = DiskTree::new(folder);
    let sources = Sources::new(&tree, ReadLimits::default(), python::decode);
    let project = Project::read_settings(&sources, &options);
    let mut modules = serde_json::Map::new();
    for module in &project.settings {
        let mut values = serde_json::Map::new();
        for (name, setting) in &module.values {
            values.insert(
                name.clone(),
                serde_json::json!({
                    "known": setting.value.is_known(),
                    "repr": setting.value.python_repr(),
                    "value": setting.value.to_json(),
                    "lines": setting.history.iter().map(|step| sources.line_column(step.place).map(|at| at.line)).collect::<Vec<_>>(),
                }),
            );
        }
        modules.insert(
            module.name.clone(),
            serde_json::json!({
                "file": sources.path(module.file).map(|path| path.to_string()),
                "role": module.role.words(),
                "production": format!("{:?}", module.runs_in_production),
                "reason": module.role_reason,
                "open": module.open.as_ref().map(|unknown| unknown.text.to_string()),
                "optional": module.optional.iter().map(|unknown| unknown.text.to_string()).collect::<Vec<_>>(),
                "variables": module.variables,
                "values": values,
            }),
        );
    }
    println!("{}", serde_json::to_string_pretty(&modules).unwrap_or_default());
}
