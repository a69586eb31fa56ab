//! A Caddyfile as a tree: site blocks, the global block (its name is empty), snippets (`(name)`), directives with or without a
//! block. The addresses of a site are its name and arguments.

use super::nest::{self, Nest};
use super::nginx::{Directive, NginxFile};
use barding_source::{Parsed, Problem, SourceFile, Span};
use std::sync::Arc;

/// Reads a Caddyfile. Blocks that are not closed end with the file and are named.
pub fn read(file: &Arc<SourceFile>) -> Parsed<NginxFile> {
    let mut nest = Nest::default();
    let mut problems = Vec::new();
    let mut offset = 0;
    let mut pending: Option<(usize, Vec<String>)> = None;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let begin = start + line.len() - line.trim_start().len();
        let end = start + line.trim_end().len();
        let mut words = words_of(line);
        let (begin, mut all) = pending.take().unwrap_or((begin, Vec::new()));
        let is_address_list = words.last().is_some_and(|word| word.ends_with(',')) && nest.is_top();
        all.append(&mut words);
        if all.is_empty() {
            continue;
        }
        if is_address_list {
            pending = Some((begin, all));
            continue;
        }
        let span = Span::new(file.id, begin as u32, end as u32);
        let opens = all.last().is_some_and(|word| word == "{");
        if opens {
            all.pop();
            if nest.open(directive(all, span)).is_err() {
                problems.push(Problem::at(span, "nests deeper than is read"));
                break;
            }
        } else if all.first().is_some_and(|word| word == "}") {
            nest.close();
        } else {
            // A file of one site may do without braces: its first line is the address.
            nest.add(directive(all, span));
        }
    }
    let directives = nest.finish(&mut problems, "block");
    Parsed { tree: NginxFile { file: Arc::clone(file), directives }, problems }
}

/// A directive; addresses lose the comma between them.
fn directive(mut words: Vec<String>, span: Span) -> Directive {
    for word in words.iter_mut().filter(|word| word.ends_with(',')) {
        word.pop();
    }
    nest::directive(words, span)
}

/// The words of a line; `"…"` and backquotes keep blanks, `#` at the start of a word begins a comment.
fn words_of(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut inside = false;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (None, '"' | '`') if !inside => {
                quote = Some(letter);
                inside = true;
            }
            (Some(open), letter) if letter == open => quote = None,
            (None, '#') if !inside => break,
            (None, letter) if letter.is_whitespace() => {
                if inside {
                    words.push(std::mem::take(&mut word));
                    inside = false;
                }
            }
            (_, letter) => {
                word.push(letter);
                inside = true;
            }
        }
    }
    if inside {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn parsed(text: &str) -> Parsed<NginxFile> {
        read(&Arc::new(SourceFile::new(FileId(0), "Caddyfile", text)))
    }

    #[test]
    fn sites_options_and_directives() {
        let text = "{\n\tadmin off\n}\nshop.example, www.shop.example {\n\theader X-A \"b c\" # why\n\thandle /x/* {\n\t\treverse_proxy app:8000\n\t}\n}\n";
        let tree = parsed(text).tree;
        assert_eq!(tree.directives[0].name, "");
        assert_eq!(tree.directives[0].children("admin").next().unwrap().argument(0), "off");
        let site = &tree.directives[1];
        assert_eq!((site.name.as_str(), site.argument(0)), ("shop.example", "www.shop.example"));
        assert_eq!(site.children("header").next().unwrap().arguments, ["X-A", "b c"]);
        assert_eq!(site.children("handle").next().unwrap().children("reverse_proxy").count(), 1);
    }

    #[test]
    fn broken_text_is_named_and_bounded() {
        assert!(!parsed(&"a {\n".repeat(1000)).problems.is_empty());
        assert!(!parsed("shop.example {\n").problems.is_empty());
        assert!(parsed("}\n}\n").problems.is_empty());
    }
}
