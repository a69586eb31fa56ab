//! YAML with places: every node knows its bytes, so that a finding can point at it.
//!
//! Aliases are expanded within a budget (a file of nested aliases must not grow without bound), and `<<` merges are
//! followed, as compose files use them.

use barding_source::{Parsed, Problem, SourceFile, Span};
use granit_parser::{Event, Parser};
use std::collections::HashMap;
use std::sync::Arc;

/// A YAML file: one node per document.
#[derive(Debug)]
pub struct YamlFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its documents, in order.
    pub documents: Vec<Node>,
}

/// A node and its bytes.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub content: Content,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Content {
    /// A text; plain scalars are not resolved to numbers or booleans.
    Scalar(Arc<str>),
    /// A list.
    Sequence(Vec<Node>),
    /// Key and value pairs, in order.
    Mapping(Vec<(Node, Node)>),
}

/// How many nodes one file may have, expanded aliases included.
const MOST_NODES: usize = 200_000;
/// How deep nodes may nest.
const DEEPEST: usize = 100;

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a sequence; nothing for other nodes.
    pub fn items(&self) -> &[Node] {
        match &self.content {
            Content::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The pairs of a mapping; nothing for other nodes. Merged pairs (`<<`) come after the node's own.
    pub fn pairs(&self) -> Vec<(&Node, &Node)> {
        let Content::Mapping(own) = &self.content else { return Vec::new() };
        let mut pairs: Vec<(&Node, &Node)> = Vec::new();
        let mut merged: Vec<&Node> = Vec::new();
        for (key, value) in own {
            if key.text() == Some("<<") {
                match &value.content {
                    Content::Sequence(items) => merged.extend(items),
                    _ => merged.push(value),
                }
            } else {
                pairs.push((key, value));
            }
        }
        for node in merged {
            for (key, value) in node.pairs() {
                if !pairs.iter().any(|(known, _)| known.text() == key.text()) {
                    pairs.push((key, value));
                }
            }
        }
        pairs
    }

    /// The value under a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.pairs().into_iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The value at the end of a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// `environment:` and its kin, written as a mapping or as a list of `NAME=value`: name, value if given, place.
    pub fn assignments(&self) -> Vec<(String, Option<String>, Span)> {
        let from_list = self.items().iter().filter_map(|item| {
            let text = item.text()?;
            let (name, value) =
                text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
            Some((name.to_owned(), value.map(ToOwned::to_owned), item.span))
        });
        let from_map = self.pairs().into_iter().filter_map(|(key, value)| {
            let text = value.text().filter(|text| !text.is_empty()).map(ToOwned::to_owned);
            Some((key.text()?.to_owned(), text, key.span))
        });
        from_list.chain(from_map).collect()
    }
}

/// Reads a YAML file; what does not parse ends the reading and is named.
pub fn read(file: &Arc<SourceFile>) -> Parsed<YamlFile> {
    let mut builder = Builder { nodes: 0, open: Vec::new(), anchors: HashMap::new(), documents: Vec::new() };
    let mut parser = Parser::new_from_str(&file.text);
    let mut problems = Vec::new();
    loop {
        match parser.next_event() {
            None | Some(Ok((Event::StreamEnd, _))) => break,
            Some(Ok((event, span))) => {
                let start = span.start.byte_offset().unwrap_or_default() as u32;
                let end = span.end.byte_offset().unwrap_or_default() as u32;
                if let Err(limit) = builder.event(event, Span::new(file.id, start, end.max(start))) {
                    problems.push(Problem::with_file(file.path.clone(), limit));
                    break;
                }
            }
            Some(Err(error)) => {
                problems.push(Problem::with_file(file.path.clone(), format!("is not YAML: {error}")));
                break;
            }
        }
    }
    Parsed { tree: YamlFile { file: Arc::clone(file), documents: builder.finish() }, problems }
}

struct Builder {
    nodes: usize,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    documents: Vec<Node>,
}

struct Open {
    node: Node,
    anchor: usize,
    key: Option<Node>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), &'static str> {
        match event {
            Event::Scalar(text, _, anchor, ..) => {
                self.close(Node { span, content: Content::Scalar(text.as_ref().into()) }, anchor)?;
            }
            Event::Alias(anchor) => {
                let node = match self.anchors.get(&anchor) {
                    Some(node) => Node { span, content: node.content.clone() },
                    None => Node { span, content: Content::Scalar("".into()) },
                };
                self.nodes += count(&node);
                self.close(node, 0)?;
            }
            Event::SequenceStart(_, anchor, ..) => self.start(Content::Sequence(Vec::new()), anchor, span)?,
            Event::MappingStart(_, anchor, ..) => self.start(Content::Mapping(Vec::new()), anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(mut open) = self.open.pop() {
                    open.node.span.end = span.end.max(open.node.span.end);
                    self.close(open.node, open.anchor)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn start(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), &'static str> {
        if self.open.len() >= DEEPEST {
            return Err("nests deeper than is read");
        }
        self.open.push(Open { node: Node { span, content }, anchor, key: None });
        Ok(())
    }

    fn close(&mut self, node: Node, anchor: usize) -> Result<(), &'static str> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err("has more nodes than are read");
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some(open) => match &mut open.node.content {
                Content::Sequence(items) => items.push(node),
                Content::Mapping(pairs) => match open.key.take() {
                    None => open.key = Some(node),
                    Some(key) => pairs.push((key, node)),
                },
                Content::Scalar(_) => {}
            },
        }
        Ok(())
    }

    /// What was read when the text ended or broke off.
    fn finish(mut self) -> Vec<Node> {
        while let Some(open) = self.open.pop() {
            if self.close(open.node, 0).is_err() {
                break;
            }
        }
        self.documents
    }
}

fn count(node: &Node) -> usize {
    1 + match &node.content {
        Content::Scalar(_) => 0,
        Content::Sequence(items) => items.iter().map(count).sum(),
        Content::Mapping(pairs) => pairs.iter().map(|(key, value)| count(key) + count(value)).sum(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn parsed(text: &str) -> Parsed<YamlFile> {
        read(&Arc::new(SourceFile::new(FileId(0), "compose.yml", text)))
    }

    #[test]
    fn merges_and_places_are_kept() {
        let text =
            "x-base: &base\n  restart: always\nservices:\n  web:\n    <<: *base\n    ports: ['80:80']\n";
        let file = parsed(text).tree;
        let web = file.documents[0].at(&["services", "web"]).unwrap();
        assert_eq!(web.get("restart").and_then(Node::text), Some("always"));
        let port = &web.get("ports").unwrap().items()[0];
        assert_eq!(file.file.slice(port.span), "'80:80'");
    }

    #[test]
    fn an_alias_bomb_ends_in_a_problem() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let before = level - 1;
            let row = vec![format!("*a{before}"); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{row}]\n"));
        }
        assert!(!parsed(&text).problems.is_empty());
    }

    #[test]
    fn broken_text_keeps_what_came_before() {
        let broken = parsed("services:\n  db:\n    image: postgres\n  web: [\n");
        assert!(!broken.problems.is_empty());
        assert!(broken.tree.documents[0].at(&["services", "db"]).is_some());
    }
}
