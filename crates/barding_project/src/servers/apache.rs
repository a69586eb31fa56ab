//! Apache configuration as a tree: sections (`<VirtualHost *:443>`) are directives with a block, lines are directives
//! without one. The same tree as nginx's, so that rules walk both alike; what is inherited differs and is the rules' to know.

use super::nest::{Nest, directive};
use super::nginx::NginxFile;
use barding_source::{Parsed, Problem, SourceFile, Span};
use std::sync::Arc;

/// Whether a text is Apache configuration.
pub fn looks_like(text: &str) -> bool {
    [
        "<VirtualHost",
        "<Directory",
        "<Location",
        "<IfModule",
        "WSGIScriptAlias",
        "\nSSLProtocol",
        "\nProxyPass ",
    ]
    .iter()
    .any(|word| text.contains(word))
}

/// Reads an Apache file. Sections that are not closed end with the file and are named.
pub fn read(file: &Arc<SourceFile>) -> Parsed<NginxFile> {
    let mut nest = Nest::default();
    let mut problems = Vec::new();
    let mut offset = 0;
    let mut pending: Option<(usize, String)> = None;
    for line in file.text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let trimmed = line.trim();
        let (begin, mut text) = match pending.take() {
            Some((begin, before)) => (begin, before),
            None if trimmed.is_empty() || trimmed.starts_with('#') => continue,
            None => (start + line.len() - line.trim_start().len(), String::new()),
        };
        if let Some(before) = trimmed.strip_suffix('\\') {
            text.push_str(before);
            text.push(' ');
            pending = Some((begin, text));
            continue;
        }
        text.push_str(trimmed);
        let span = Span::new(file.id, begin as u32, (start + line.trim_end().len()) as u32);
        if text.starts_with("</") {
            nest.close();
        } else if let Some(section) = text.strip_prefix('<') {
            let words = super::dockerfile::split(section.strip_suffix('>').unwrap_or(section));
            if words.is_empty() {
                continue;
            }
            if nest.open(directive(words, span)).is_err() {
                problems.push(Problem::at(span, "nests deeper than is read"));
                break;
            }
        } else {
            let words = super::dockerfile::split(&text);
            if !words.is_empty() {
                nest.add(directive(words, span));
            }
        }
    }
    let directives = nest.finish(&mut problems, "section");
    Parsed { tree: NginxFile { file: Arc::clone(file), directives }, problems }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn parsed(text: &str) -> Parsed<NginxFile> {
        read(&Arc::new(SourceFile::new(FileId(0), "site.conf", text)))
    }

    #[test]
    fn sections_nest_and_lines_go_on() {
        let text = "<VirtualHost *:443>\n  # why\n  Header always set \\\n    X-Frame-Options \"DENY now\"\n  <Directory /srv>\n    Require all denied\n  </Directory>\n</VirtualHost>\nServerTokens Prod\n";
        let parsed = parsed(text);
        assert!(parsed.problems.is_empty());
        let host = &parsed.tree.directives[0];
        assert_eq!((host.name.as_str(), host.argument(0)), ("VirtualHost", "*:443"));
        let header = host.children("Header").next().unwrap();
        assert_eq!(header.arguments, ["always", "set", "X-Frame-Options", "DENY now"]);
        assert_eq!(host.children("Directory").next().unwrap().children("Require").count(), 1);
        assert_eq!(parsed.tree.directives[1].name, "ServerTokens");
    }

    #[test]
    fn broken_text_is_named_and_bounded() {
        assert!(!parsed(&"<A>\n".repeat(1000)).problems.is_empty());
        assert!(!parsed("<VirtualHost *:80>\nServerName x\n").problems.is_empty());
        assert!(parsed("</Stray>\n\\\n").problems.is_empty());
    }
}
