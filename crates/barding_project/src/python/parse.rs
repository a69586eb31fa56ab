//! Text to syntax tree, with ruff's parser. What does not parse is a problem; the rest of the file is kept.

use barding_source::{Parsed, Problem, SourceFile, Span};
use ruff_python_ast::ModModule;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use std::sync::Arc;

/// A module's syntax tree with the file it came from.
#[derive(Debug)]
pub struct PythonModule {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its statements.
    pub syntax: ModModule,
}

/// Brackets deeper than this are refused: our walks of the tree recurse.
const DEEPEST_NESTING: usize = 400;

/// Parses a Python file. A file that no Python 3 reads as a whole still gives its readable statements.
pub fn parse(file: Arc<SourceFile>) -> Parsed<PythonModule> {
    let empty =
        || ModModule { node_index: Default::default(), range: Default::default(), body: Vec::new().into() };
    if let Some(offset) = nests_too_deep(&file.text) {
        let place = Span::new(file.id, offset, offset);
        let problem =
            Problem::at(place, format!("is nested deeper than {DEEPEST_NESTING} levels, so it was not read"));
        return Parsed { tree: PythonModule { syntax: empty(), file }, problems: vec![problem] };
    }
    let parsed = parse_unchecked(&file.text, ParseOptions::from(Mode::Module));
    let problems = parsed
        .errors()
        .first()
        .map(|error| {
            let place = Span::new(file.id, error.location.start().to_u32(), error.location.end().to_u32());
            let more = parsed.errors().len() - 1;
            let rest = if more == 0 { String::new() } else { format!(", and {more} more errors") };
            Problem::at(place, format!("does not parse: {}{rest}", error.error))
        })
        .into_iter()
        .collect();
    let syntax = parsed.try_into_module().map_or_else(empty, |module| module.into_syntax());
    Parsed { tree: PythonModule { syntax, file }, problems }
}

/// 1 for a bracket that opens, 2 for one that closes, 0 for all else.
const BRACKETS: [u8; 256] = {
    let mut sorts = [0; 256];
    sorts[b'(' as usize] = 1;
    sorts[b'[' as usize] = 1;
    sorts[b'{' as usize] = 1;
    sorts[b')' as usize] = 2;
    sorts[b']' as usize] = 2;
    sorts[b'}' as usize] = 2;
    sorts
};

/// Where brackets or indentation nest deeper than we follow. Counts roughly (brackets inside strings count too, so the
/// limit is generous) but in one pass, before any recursion can overflow.
pub(super) fn nests_too_deep(text: &str) -> Option<u32> {
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut depth = 0_usize;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let line = &bytes[start..end];
        let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        if indent > 4 * DEEPEST_NESTING {
            return Some((start + indent) as u32);
        }
        for (column, byte) in line[indent..].iter().enumerate() {
            match BRACKETS[*byte as usize] {
                0 => {}
                1 => {
                    depth += 1;
                    if depth > DEEPEST_NESTING {
                        return Some((start + indent + column) as u32);
                    }
                }
                _ => depth = depth.saturating_sub(1),
            }
        }
        start = end + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn parsed(text: &str) -> Parsed<PythonModule> {
        parse(Arc::new(SourceFile::new(FileId(0), "a.py", text)))
    }

    #[test]
    fn broken_lines_do_not_lose_the_others() {
        let module = parsed("DEBUG = True\nprint 'x' % (\nHOSTS = []\n");
        assert_eq!(module.problems.len(), 1);
        assert!(!module.tree.syntax.body.is_empty());
    }

    #[test]
    fn hostile_nesting_is_refused_before_it_recurses() {
        let module = parsed(&format!("x = {}1{}", "(".repeat(100_000), ")".repeat(100_000)));
        assert!(module.tree.syntax.body.is_empty());
        assert!(module.problems[0].message.contains("nested"));
    }
}
