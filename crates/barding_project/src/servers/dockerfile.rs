//! Dockerfiles: instructions with their places, line continuations joined, stages told apart.

use barding_source::{SourceFile, Span};
use std::sync::Arc;

/// One Dockerfile.
#[derive(Debug)]
pub struct Dockerfile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its instructions, in order.
    pub instructions: Vec<Instruction>,
}

/// One instruction.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Its name in capitals: `FROM`, `RUN`, `ENV`.
    pub name: String,
    /// The rest, continuation lines joined by a blank, comments inside dropped.
    pub arguments: String,
    /// Where it stands.
    pub span: Span,
    /// The build stage it belongs to, from 0; instructions before the first FROM belong to 0 too.
    pub stage: usize,
}

impl Dockerfile {
    /// The instructions of the last stage: what the image is made of.
    pub fn last_stage(&self) -> impl Iterator<Item = &Instruction> {
        let last = self.instructions.last().map_or(0, |instruction| instruction.stage);
        self.instructions.iter().filter(move |instruction| instruction.stage == last)
    }

    /// Every name and value that ENV and ARG set, with the instruction.
    pub fn variables(&self) -> Vec<(&Instruction, String, String)> {
        let mut variables = Vec::new();
        for instruction in &self.instructions {
            if instruction.name == "ENV" || instruction.name == "ARG" {
                variables.extend(
                    pairs(&instruction.arguments).into_iter().map(|(name, value)| (instruction, name, value)),
                );
            }
        }
        variables
    }
}

/// `NAME=value NAME2="a b"` or the old form `NAME value`.
fn pairs(arguments: &str) -> Vec<(String, String)> {
    let words = split(arguments);
    if let [name, rest @ ..] = words.as_slice()
        && !name.contains('=')
    {
        return if rest.is_empty() { Vec::new() } else { vec![(name.clone(), rest.join(" "))] };
    }
    words
        .into_iter()
        .filter_map(|word| word.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect()
}

/// Words as a shell would split them, quotes removed. Nothing is expanded.
pub fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut inside = false;
    let mut quote = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (None, '"' | '\'') => {
                quote = Some(character);
                inside = true;
            }
            (Some(open), character) if character == open => quote = None,
            (None | Some('"'), '\\') => {
                if let Some(next) = characters.next() {
                    word.push(next);
                    inside = true;
                }
            }
            (None, character) if character.is_whitespace() => {
                if inside {
                    words.push(std::mem::take(&mut word));
                    inside = false;
                }
            }
            (_, character) => {
                word.push(character);
                inside = true;
            }
        }
    }
    if inside {
        words.push(word);
    }
    words
}

/// The words of CMD, ENTRYPOINT or RUN: the JSON form, or the shell form split into words.
pub(crate) fn command_words(arguments: &str) -> Vec<String> {
    let trimmed = arguments.trim();
    if trimmed.starts_with('[')
        && let Ok(list) = serde_json::from_str::<Vec<String>>(trimmed)
    {
        return list;
    }
    split(trimmed)
}

/// Reads a Dockerfile. Every text is one: unknown instructions are kept with their name.
pub fn read(file: &Arc<SourceFile>) -> Dockerfile {
    let mut instructions: Vec<Instruction> = Vec::new();
    let mut stage = 0;
    let mut seen_from = false;
    let mut open: Option<(usize, String)> = None;
    let mut offset = 0;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        if trimmed.starts_with('#') || (trimmed.is_empty() && open.is_none()) {
            continue;
        }
        let (body, continues) = match trimmed.strip_suffix('\\') {
            Some(body) => (body.trim_end(), true),
            None => (trimmed, false),
        };
        let (begin, mut text) =
            open.take().unwrap_or_else(|| (start + line.len() - line.trim_start().len(), String::new()));
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(body);
        if continues {
            open = Some((begin, text));
        } else {
            push(
                file,
                &mut instructions,
                &mut stage,
                &mut seen_from,
                begin,
                start + line.trim_end().len(),
                &text,
            );
        }
    }
    if let Some((begin, text)) = open {
        push(file, &mut instructions, &mut stage, &mut seen_from, begin, offset, &text);
    }
    Dockerfile { file: Arc::clone(file), instructions }
}

fn push(
    file: &SourceFile,
    instructions: &mut Vec<Instruction>,
    stage: &mut usize,
    seen_from: &mut bool,
    begin: usize,
    end: usize,
    text: &str,
) {
    let (name, arguments) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let name = name.to_ascii_uppercase();
    if name.is_empty() {
        return;
    }
    if name == "FROM" {
        if *seen_from {
            *stage += 1;
        }
        *seen_from = true;
    }
    let span = Span::new(file.id, begin as u32, end as u32);
    instructions.push(Instruction { name, arguments: arguments.trim().to_owned(), span, stage: *stage });
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    #[test]
    fn continuations_stages_and_variables() {
        let text = "FROM python:3.12 AS build\nRUN a && \\\n  # why\n  b\nFROM python:3.12-slim\nENV A=1 B=\"two words\"\nENV OLD form here\nCMD [\"gunicorn\", \"x\"]\n";
        let file = read(&Arc::new(SourceFile::new(FileId(0), "Dockerfile", text)));
        assert_eq!(file.instructions[1].arguments, "a && b");
        assert_eq!(file.last_stage().count(), 4);
        let variables: Vec<_> = file.variables().into_iter().map(|(_, name, value)| (name, value)).collect();
        assert_eq!(
            variables,
            [("A", "1"), ("B", "two words"), ("OLD", "form here")].map(|(a, b)| (a.to_owned(), b.to_owned()))
        );
        assert_eq!(command_words(&file.instructions.last().unwrap().arguments), ["gunicorn", "x"]);
    }
}
