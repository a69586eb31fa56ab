//! Blocks that open and close line by line, put together to a tree: what the readers of Apache and Caddy share.

use super::nginx::Directive;
use barding_source::{Problem, Span};

/// Blocks deeper than this are not read.
const DEEPEST: usize = 32;

/// The tree so far, with the blocks that are open, outermost first.
#[derive(Default)]
pub(super) struct Nest {
    open: Vec<(Directive, Vec<Directive>)>,
    top: Vec<Directive>,
}

/// More blocks are open than are read.
pub(super) struct TooDeep;

impl Nest {
    /// Whether no block is open.
    pub(super) fn is_top(&self) -> bool {
        self.open.is_empty()
    }

    pub(super) fn add(&mut self, directive: Directive) {
        self.open.last_mut().map_or(&mut self.top, |(_, block)| block).push(directive);
    }

    pub(super) fn open(&mut self, block: Directive) -> Result<(), TooDeep> {
        if self.open.len() >= DEEPEST {
            return Err(TooDeep);
        }
        self.open.push((block, Vec::new()));
        Ok(())
    }

    /// Closes the innermost block; one that was never opened is passed over.
    pub(super) fn close(&mut self) {
        if let Some((mut block, inside)) = self.open.pop() {
            block.block = Some(inside);
            self.add(block);
        }
    }

    /// The whole tree. Blocks that are still open end here, and the innermost is named.
    pub(super) fn finish(mut self, problems: &mut Vec<Problem>, what: &str) -> Vec<Directive> {
        if let Some((block, _)) = self.open.last() {
            problems.push(Problem::at(block.span, format!("a {what} is not closed")));
        }
        while !self.open.is_empty() {
            self.close();
        }
        self.top
    }
}

/// A directive from its words; the first is its name, which is empty where there are none.
pub(super) fn directive(words: Vec<String>, span: Span) -> Directive {
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_default();
    Directive { name, arguments: words.collect(), block: None, span }
}
