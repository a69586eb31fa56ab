//! Shell scripts that the deployment starts: each line that starts something is a command of its own.
//!
//! What is read is one line after the other. Which branch of an `if` runs is not known, so a line is there or may be there.

use super::{LARGEST, Servers, StartCommand, dockerfile, is_for_development};
use barding_source::{SourceFile, Sources, Span};
use camino::Utf8PathBuf;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Scripts that start scripts, so many deep.
const DEEPEST: usize = 4;
/// Lines of a script that are looked at.
const MOST_LINES: usize = 2_000;

/// Adds the lines of every script of the project that a command names.
pub(super) fn collect(servers: &mut Servers, sources: &Sources<'_>) {
    let mut seen: BTreeSet<Utf8PathBuf> = BTreeSet::new();
    let mut from = 0;
    for _ in 0..DEEPEST {
        let named: Vec<(String, bool)> = servers.commands[from..]
            .iter()
            .flat_map(|command| command.words.iter().map(|word| (word.clone(), command.for_development)))
            .filter(|(word, _)| word.ends_with(".sh") || word.contains("entrypoint"))
            .collect();
        from = servers.commands.len();
        for (word, development) in named {
            let Some(path) = find(&word, sources) else { continue };
            if !seen.insert(path.clone()) {
                continue;
            }
            if let Some(file) = sources.file_at(&path).filter(|file| file.text.len() <= LARGEST) {
                servers.commands.extend(lines(&file, development));
            }
        }
        if from == servers.commands.len() {
            return;
        }
    }
}

/// The one file of the project that a path of the image means: the longest end of the path that names one alone.
fn find(word: &str, sources: &Sources<'_>) -> Option<Utf8PathBuf> {
    let parts: Vec<&str> = word.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if parts.is_empty() || parts.len() > 24 || parts.contains(&"..") || word.contains(['$', '*']) {
        return None;
    }
    let ends_so = |path: &&Utf8PathBuf, wanted: &[&str]| {
        let own: Vec<&str> = path.components().map(|part| part.as_str()).collect();
        own.ends_with(wanted)
    };
    (0..parts.len()).find_map(|skipped| {
        let mut found = sources.paths().iter().filter(|path| ends_so(path, &parts[skipped..]));
        let first = found.next()?;
        found.next().is_none().then(|| first.clone())
    })
}

/// The commands of a script, line by line; `exec` and assignments before a command go.
fn lines(file: &Arc<SourceFile>, development: bool) -> Vec<StartCommand> {
    let mut commands = Vec::new();
    let mut offset = 0;
    let mut pending: Option<(usize, String)> = None;
    let is_shell = file.text.starts_with("#!") || file.path.extension() == Some("sh");
    for line in file.text.split_inclusive('\n').take(if is_shell { MOST_LINES } else { 0 }) {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if trimmed.starts_with('#') {
            continue;
        }
        let (begin, mut text) =
            pending.take().unwrap_or((start + line.len() - line.trim_start().len(), String::new()));
        text.push_str(trimmed.trim_end_matches('\\'));
        if trimmed.ends_with('\\') {
            text.push(' ');
            pending = Some((begin, text));
            continue;
        }
        let mut words = dockerfile::split(&text);
        while words.first().is_some_and(|word| word == "exec" || is_assignment(word)) {
            words.remove(0);
        }
        if !words.is_empty() {
            commands.push(StartCommand {
                words,
                span: Span::new(file.id, begin as u32, (start + line.trim_end().len()) as u32),
                starter: file.path.file_name().unwrap_or("script").to_owned(),
                for_development: development || is_for_development(file),
            });
        }
    }
    commands
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::{MemoryTree, ReadLimits};

    fn started(files: &[(&str, &str)]) -> Vec<String> {
        let mut tree = MemoryTree::new();
        for (path, text) in files {
            tree = tree.with(*path, *text);
        }
        let servers = Servers::read(&Sources::new(&tree, ReadLimits::default(), crate::python::decode));
        servers
            .commands
            .into_iter()
            .map(|command| format!("{}: {}", command.starter, command.words.join(" ")))
            .collect()
    }

    #[test]
    fn scripts_and_the_scripts_they_start_are_read() {
        let commands = started(&[
            ("Dockerfile", "FROM python\nENTRYPOINT [\"/app/docker/entrypoint.sh\"]\n"),
            (
                "docker/entrypoint.sh",
                "#!/bin/sh\n# why\nset -e\nA=1 exec gunicorn \\\n  shop.wsgi\n./start.sh\n",
            ),
            ("docker/start.sh", "python manage.py runserver\n./docker/entrypoint.sh\n"),
        ]);
        let wanted = ["entrypoint.sh: gunicorn shop.wsgi", "start.sh: python manage.py runserver"];
        assert!(wanted.iter().all(|line| commands.iter().any(|own| own == line)), "{commands:?}");
        assert_eq!(commands.len(), 6);
    }

    #[test]
    fn of_two_files_none_is_meant() {
        let commands = started(&[
            ("Dockerfile", "FROM python\nCMD [\"start.sh\"]\n"),
            ("a/start.sh", "gunicorn a\n"),
            ("b/start.sh", "gunicorn b\n"),
        ]);
        assert_eq!(commands, ["CMD: start.sh"]);
    }
}
