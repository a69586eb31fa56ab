//! Every command that starts a process, wherever it is written.

use super::{Servers, dockerfile};
use barding_source::{SourceFile, Span};
use std::sync::Arc;

/// A command that starts something.
#[derive(Clone, Debug)]
pub struct StartCommand {
    /// Its words, quotes removed; of a shell line every word, operators included.
    pub words: Vec<String>,
    /// Where it stands.
    pub span: Span,
    /// What starts it: "CMD", "compose service web", "ExecStart", "Procfile web".
    pub starter: String,
    /// Whether the file's name says that it serves development or tests only.
    pub for_development: bool,
}

impl StartCommand {
    /// Whether one of its words is this, or ends in it after a `/`.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word || own.rsplit('/').next() == Some(word))
    }
}

/// Fills `servers.commands` from the files that were read.
pub(crate) fn collect(servers: &mut Servers) {
    let mut commands = Vec::new();
    for file in &servers.dockerfiles {
        let development = is_for_development(&file.file);
        for instruction in
            file.last_stage().filter(|instruction| matches!(instruction.name.as_str(), "CMD" | "ENTRYPOINT"))
        {
            commands.push(StartCommand {
                words: dockerfile::command_words(&instruction.arguments),
                span: instruction.span,
                starter: instruction.name.clone(),
                for_development: development,
            });
        }
    }
    for file in &servers.compose {
        let development = is_for_development(&file.file);
        let services = file.documents.iter().filter_map(|document| document.get("services"));
        for (name, service) in services.flat_map(super::yaml::Node::pairs) {
            for key in ["command", "entrypoint"] {
                let Some(node) = service.get(key) else { continue };
                let words = match node.text() {
                    Some(text) => dockerfile::split(text),
                    None => {
                        node.items().iter().filter_map(|item| item.text().map(ToOwned::to_owned)).collect()
                    }
                };
                commands.push(StartCommand {
                    words,
                    span: node.span,
                    starter: format!("compose service {}", name.text().unwrap_or_default()),
                    for_development: development || name.text().is_some_and(says_development),
                });
            }
        }
    }
    for unit in &servers.systemd {
        for entry in unit.all("Service", "ExecStart") {
            commands.push(StartCommand {
                words: dockerfile::split(entry.value.trim_start_matches(['-', '@', ':', '+', '!'])),
                span: entry.span,
                starter: "ExecStart".to_owned(),
                for_development: is_for_development(&unit.file),
            });
        }
    }
    for file in &servers.supervisor {
        for entry in file
            .entries
            .iter()
            .filter(|entry| entry.section.starts_with("program:") && entry.key == "command")
        {
            commands.push(StartCommand {
                words: dockerfile::split(&entry.value),
                span: entry.span,
                starter: format!("supervisor {}", entry.section),
                for_development: is_for_development(&file.file),
            });
        }
    }
    for file in &servers.kubernetes {
        for document in &file.documents {
            collect_pods(document, is_for_development(&file.file), &mut commands, 0);
        }
    }
    servers.commands.extend(commands);
}

/// `command` and `args` of every container below a node.
fn collect_pods(node: &super::yaml::Node, development: bool, commands: &mut Vec<StartCommand>, depth: usize) {
    if depth > 20 {
        return;
    }
    for (key, value) in node.pairs() {
        if matches!(key.text(), Some("containers" | "initContainers")) {
            for container in value.items() {
                let words: Vec<String> = ["command", "args"]
                    .iter()
                    .filter_map(|key| container.get(key))
                    .flat_map(|node| {
                        node.items().iter().filter_map(|item| item.text().map(ToOwned::to_owned))
                    })
                    .collect();
                if let (false, Some(place)) =
                    (words.is_empty(), container.get("command").or(container.get("args")))
                {
                    let name = container.get("name").and_then(super::yaml::Node::text).unwrap_or_default();
                    commands.push(StartCommand {
                        words,
                        span: place.span,
                        starter: format!("container {name}"),
                        for_development: development,
                    });
                }
            }
        }
        collect_pods(value, development, commands, depth + 1);
    }
    for item in node.items() {
        collect_pods(item, development, commands, depth + 1);
    }
}

/// The lines of a Procfile.
pub(crate) fn procfile(file: &Arc<SourceFile>) -> Vec<StartCommand> {
    let mut offset = 0;
    let mut commands = Vec::new();
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if trimmed.starts_with('#') {
            continue;
        }
        if let Some((name, command)) = trimmed.split_once(':') {
            commands.push(StartCommand {
                words: dockerfile::split(command),
                span: Span::new(file.id, start as u32, (start + line.trim_end().len()) as u32),
                starter: format!("Procfile {}", name.trim()),
                for_development: is_for_development(file),
            });
        }
    }
    commands
}

/// The settings of an application server's own configuration, each as the option of its command line that says the same.
fn options(file: &Arc<SourceFile>, server: &str, settings: Vec<(String, String, Span)>) -> Vec<StartCommand> {
    let as_option = |(key, value, span): (String, String, Span)| StartCommand {
        words: vec![server.to_owned(), format!("--{}", key.replace('_', "-")), value],
        span,
        starter: file.path.file_name().unwrap_or(server).to_owned(),
        for_development: is_for_development(file),
    };
    settings.into_iter().map(as_option).collect()
}

/// `name = literal` lines at the top level of gunicorn's configuration, which is Python.
pub(crate) fn gunicorn(file: &Arc<SourceFile>) -> Vec<StartCommand> {
    let mut offset = 0;
    let mut settings = Vec::new();
    for line in file.text.split_inclusive('\n') {
        let span = Span::new(file.id, offset as u32, (offset + line.trim_end().len()) as u32);
        offset += line.len();
        let Some((name, value)) = line.split_once('=') else { continue };
        let (name, value) = (name.trim_end(), value.trim());
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
            continue;
        }
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
            _ => value.split(['#', ' ']).next(),
        };
        settings.push((name.to_owned(), value.unwrap_or_default().to_owned(), span));
    }
    options(file, "gunicorn", settings)
}

/// The `[uwsgi]` section of an INI file.
pub(crate) fn uwsgi(file: &Arc<SourceFile>) -> Vec<StartCommand> {
    let entries = super::systemd::read(file).entries.into_iter().filter(|entry| entry.section == "uwsgi");
    options(file, "uwsgi", entries.map(|entry| (entry.key, entry.value, entry.span)).collect())
}

/// Whether a file's path says that it serves development, tests or documentation.
pub fn is_for_development(file: &SourceFile) -> bool {
    file.path.components().any(|part| says_development(part.as_str()))
}

fn says_development(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "dev",
        "devel",
        "development",
        "local",
        "localhost",
        "test",
        "tests",
        "testing",
        "ci",
        "e2e",
        "override",
        "example",
        "examples",
        "sample",
        "demo",
        "docs",
        "debug",
        "devcontainer",
        "vagrant",
        "sandbox",
    ];
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn words(commands: Vec<StartCommand>) -> Vec<String> {
        commands.into_iter().map(|command| command.words.join(" ")).collect()
    }

    #[test]
    fn configuration_reads_like_options() {
        let file = |path: &str, text: &str| Arc::new(SourceFile::new(FileId(0), path, text));
        let python =
            "bind = 'unix:/run/a=b.sock'  # why\nreload = True\nif x:\n    timeout = 0\ntimeout = 30 # s\n";
        assert_eq!(
            words(gunicorn(&file("gunicorn.conf.py", python))),
            ["gunicorn --bind unix:/run/a=b.sock", "gunicorn --reload True", "gunicorn --timeout 30"]
        );
        let ini = "[other]\nsocket = :1\n[uwsgi]\n; why\npy_autoreload = 1\n";
        assert_eq!(words(uwsgi(&file("uwsgi.ini", ini))), ["uwsgi --py-autoreload 1"]);
    }
}
