//! Values moved to the environment, with the reader the project already uses: django-environ, environs, decouple, or
//! `os.environ` when it uses none. What the site then needs is noted in `.env.example`.

use super::super::bench::Bench;
use crate::edit::{Sheet, import_module};
use barding_finding::Edit;
use barding_project::SettingsModule;
use barding_source::FileId;
use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged;

/// Who reads the environment in a file, and what it is called there.
pub(in super::super) enum Reader {
    /// django-environ's or environs' `Env()`, which have the same methods.
    Env(String),
    /// decouple's `config`.
    Decouple { name: String, csv: Option<String> },
    /// The standard library.
    Os { environ: String, import: Option<Edit> },
}

impl Reader {
    /// The reader of a file, usable at the byte `at` of it.
    pub(in super::super) fn of(bench: &Bench<'_>, sheet: Sheet<'_>, at: usize) -> Option<Self> {
        if let Some(found) = defined(sheet, at) {
            return Some(found);
        }
        for statement in sheet.syntax.body.iter().take_while(|statement| statement.end().to_usize() <= at) {
            let Stmt::ImportFrom(from) = statement else { continue };
            if from.names.first().is_some_and(|alias| alias.name.as_str() == "*")
                && let Some(file) = imported(bench, sheet, from)
                && let Some(other) = bench.sheet(file)
                && let Some(found) = defined(other, usize::MAX)
                && !matches!(found, Self::Decouple { .. })
                && !other.text().contains("__all__")
            {
                return Some(found);
            }
        }
        let (os, import) = import_module(sheet, "os")?;
        Some(Self::Os { environ: format!("{os}.environ"), import })
    }

    /// The text of a variable that must be set.
    pub(in super::super) fn text(&self, variable: &str) -> String {
        match self {
            Self::Env(env) => format!("{env}(\"{variable}\")"),
            Self::Decouple { name, .. } => format!("{name}(\"{variable}\")"),
            Self::Os { environ, .. } => format!("{environ}[\"{variable}\"]"),
        }
    }

    /// A text, with what holds when the variable is not set.
    pub(in super::super) fn text_or(&self, variable: &str, default: &str) -> String {
        match self {
            Self::Env(env) => format!("{env}(\"{variable}\", default=\"{default}\")"),
            Self::Decouple { name, .. } => format!("{name}(\"{variable}\", default=\"{default}\")"),
            Self::Os { environ, .. } => format!("{environ}.get(\"{variable}\", \"{default}\")"),
        }
    }

    /// A switch that is off when the variable is not set.
    pub(in super::super) fn off_by_default(&self, variable: &str) -> String {
        match self {
            Self::Env(env) => format!("{env}.bool(\"{variable}\", default=False)"),
            Self::Decouple { name, .. } => format!("{name}(\"{variable}\", default=False, cast=bool)"),
            Self::Os { environ, .. } => format!("{environ}.get(\"{variable}\", \"\").lower() == \"true\""),
        }
    }

    /// A number, with what holds when the variable is not set.
    pub(in super::super) fn number(&self, variable: &str, default: u64) -> String {
        match self {
            Self::Env(env) => format!("{env}.int(\"{variable}\", default={default})"),
            Self::Decouple { name, .. } => format!("{name}(\"{variable}\", default={default}, cast=int)"),
            Self::Os { environ, .. } => format!("int({environ}.get(\"{variable}\", \"{default}\"))"),
        }
    }

    /// A list between commas; the variable must be set.
    pub(in super::super) fn list(&self, variable: &str) -> String {
        match self {
            Self::Env(env) => format!("{env}.list(\"{variable}\")"),
            Self::Decouple { name, csv: Some(csv) } => format!("{name}(\"{variable}\", cast={csv}())"),
            Self::Decouple { name, csv: None } => format!("{name}(\"{variable}\").split(\",\")"),
            Self::Os { environ, .. } => format!("{environ}[\"{variable}\"].split(\",\")"),
        }
    }

    /// The import it needs.
    pub(in super::super) fn import(self) -> Option<Edit> {
        match self {
            Self::Os { import, .. } => import,
            _ => None,
        }
    }
}

/// A reader that a file defines or imports at its top before `at`.
fn defined(sheet: Sheet<'_>, at: usize) -> Option<Reader> {
    let mut csv = None;
    let mut decouple = None;
    let mut env_class = None;
    for statement in sheet.syntax.body.iter().take_while(|statement| statement.end().to_usize() <= at) {
        match statement {
            Stmt::Import(import) => {
                for alias in import.names.iter().filter(|alias| alias.name.as_str() == "environ") {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    env_class = Some(format!("{name}.Env"));
                }
            }
            Stmt::ImportFrom(from) if from.level == 0 => {
                let module = from.module.as_deref().unwrap_or_default();
                for alias in &from.names {
                    let own = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    match (module, alias.name.as_str()) {
                        ("environ", "Env") | ("environs", "Env" | "FileAwareEnv") => env_class = Some(own),
                        ("decouple", "config") => decouple = Some(own),
                        ("decouple", "Csv") => csv = Some(own),
                        _ => {}
                    }
                }
            }
            Stmt::Assign(assign) => {
                if let ([Expr::Name(name)], Expr::Call(call), Some(class)) =
                    (assign.targets.as_slice(), &*assign.value, &env_class)
                    && sheet.source(&*call.func) == class
                {
                    return Some(Reader::Env(name.id.to_string()));
                }
            }
            _ => {}
        }
    }
    decouple.map(|name| Reader::Decouple { name, csv })
}

/// The file a `from … import` reads, when it belongs to the project.
pub(super) fn imported(
    bench: &Bench<'_>,
    sheet: Sheet<'_>,
    from: &ruff_python_ast::StmtImportFrom,
) -> Option<FileId> {
    let module = bench.project.code.module_of_file(sheet.file.id)?;
    let name = from.module.as_deref().unwrap_or_default();
    let dotted = if from.level == 0 {
        name.to_owned()
    } else {
        let mut parts: Vec<&str> = module.name.split('.').collect();
        let up = from.level as usize - usize::from(module.is_package);
        parts.truncate(parts.len().checked_sub(up)?);
        parts.push(name);
        parts.retain(|part| !part.is_empty());
        parts.join(".")
    };
    let found = bench.project.code.module_named(&dotted, Some(module.id))?;
    Some(bench.project.code.module(found).file.id)
}

/// What a setting's variable is called: like the setting, after the prefix that the project gives all of its variables.
pub(in super::super) fn variable(settings: Option<&SettingsModule>, name: &str) -> String {
    let known: &[String] = settings.map_or(&[], |settings| &settings.variables);
    let own: Vec<&str> =
        known.iter().map(String::as_str).filter(|variable| *variable != "DJANGO_SETTINGS_MODULE").collect();
    let prefix = own.first().and_then(|first| Some(&first[..=first.find('_')?]));
    match prefix {
        Some(prefix)
            if own.len() > 1
                && !name.starts_with(prefix)
                && own.iter().all(|variable| variable.starts_with(prefix)) =>
        {
            format!("{prefix}{name}")
        }
        _ => name.to_owned(),
    }
}

/// Notes a variable in the `.env.example` of the project that a file belongs to.
pub(in super::super) fn example(
    bench: &Bench<'_>,
    file: FileId,
    variable: &str,
    value: &str,
    comment: &str,
) -> Option<Edit> {
    let path = bench.project_folder(file).join(".env.example");
    let present = bench.sources.file_at(&path);
    let is_there = |text: &str| {
        text.lines().any(|line| {
            let line = line.trim_start().trim_start_matches("export ").trim_start_matches("# ");
            line.split_once('=').is_some_and(|(name, _)| name.trim() == variable)
        })
    };
    if present.as_ref().is_some_and(|file| is_there(&file.text)) {
        return None;
    }
    let newline = present.map_or("\n", |file| crate::edit::newline(&file.text));
    Some(Edit::Append { path, text: format!("# {comment}{newline}{variable}={value}{newline}") })
}
