//! Lists, tuples, dictionaries and arguments: elements put in and taken out in the layout of their neighbours.

use super::Sheet;
use barding_finding::Edit;
use ruff_python_ast::{Arguments, Expr};
use ruff_text_size::Ranged;
use std::ops::Range;

/// The elements between two brackets.
pub(crate) struct Sequence<'a> {
    sheet: Sheet<'a>,
    /// Just after the opening bracket.
    open: usize,
    /// Just before the closing one.
    close: usize,
    items: Vec<Range<usize>>,
    /// A tuple of one element needs a comma.
    is_tuple: bool,
}

impl<'a> Sequence<'a> {
    /// The elements of a list, set, dictionary or tuple in brackets. `None` for anything else.
    pub(crate) fn of(sheet: Sheet<'a>, expr: &Expr) -> Option<Self> {
        let range = |piece: &Expr| piece.start().to_usize()..piece.end().to_usize();
        let (items, is_tuple): (Vec<Range<usize>>, bool) = match expr {
            Expr::List(list) => (list.elts.iter().map(range).collect(), false),
            Expr::Set(set) => (set.elts.iter().map(range).collect(), false),
            Expr::Tuple(tuple) if tuple.parenthesized => (tuple.elts.iter().map(range).collect(), true),
            Expr::Dict(dict) => {
                let of = |item: &ruff_python_ast::DictItem| {
                    let start = match &item.key {
                        Some(key) => key.start().to_usize(),
                        // `**more`: the stars stand before the value.
                        None => sheet.text()[..item.value.start().to_usize()].rfind("**").unwrap_or_default(),
                    };
                    start..item.value.end().to_usize()
                };
                (dict.items.iter().map(of).collect(), false)
            }
            _ => return None,
        };
        let (start, end) = (expr.start().to_usize(), expr.end().to_usize());
        Self { sheet, open: start + 1, close: end - 1, items, is_tuple }.checked()
    }

    /// The arguments of a call. `None` for a generator without brackets of its own, which admits no neighbour.
    pub(crate) fn of_arguments(sheet: Sheet<'a>, arguments: &Arguments) -> Option<Self> {
        if let [Expr::Generator(generator)] = &*arguments.args
            && !generator.parenthesized
        {
            return None;
        }
        let mut items: Vec<Range<usize>> =
            arguments.args.iter().map(|piece| piece.start().to_usize()..piece.end().to_usize()).collect();
        items.extend(arguments.keywords.iter().map(|word| word.start().to_usize()..word.end().to_usize()));
        items.sort_by_key(|item| item.start);
        let (start, end) = (arguments.start().to_usize(), arguments.end().to_usize());
        Self { sheet, open: start + 1, close: end - 1, items, is_tuple: false }.checked()
    }

    /// The names of a `from … import (…)` in brackets.
    pub(crate) fn of_names(
        sheet: Sheet<'a>,
        open: usize,
        close: usize,
        items: Vec<Range<usize>>,
    ) -> Option<Self> {
        Self { sheet, open, close, items, is_tuple: false }.checked()
    }

    /// Elements in brackets of their own, which the tree does not show, make the gaps unreadable for us.
    fn checked(self) -> Option<Self> {
        let mut at = self.open;
        for (number, item) in self.items.iter().enumerate() {
            if item.start < at {
                return None;
            }
            let mut gap = self.sheet.skip_blank(at);
            if number > 0 {
                if self.sheet.text().as_bytes().get(gap) != Some(&b',') {
                    return None;
                }
                gap = self.sheet.skip_blank(gap + 1);
            }
            let stars = self.sheet.text().get(gap..item.start)?.trim();
            if !stars.is_empty() && stars != "**" && stars != "*" {
                return None;
            }
            at = item.end;
        }
        let after = self.sheet.skip_blank(at);
        let text = self.sheet.text().as_bytes();
        let end = if text.get(after) == Some(&b',') && !self.items.is_empty() {
            self.sheet.skip_blank(after + 1)
        } else {
            after
        };
        (end == self.close).then_some(self)
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Where an element stands.
    pub(crate) fn item(&self, index: usize) -> &Range<usize> {
        &self.items[index]
    }

    /// Whether each element has a line of its own.
    fn is_stacked(&self) -> bool {
        match self.items.first() {
            Some(first) => self.sheet.is_first_on_line(first.start),
            None => self.sheet.text()[self.open..self.close].contains('\n'),
        }
    }

    /// Just after the comma that follows an element, if one does.
    fn comma_after(&self, item: usize) -> Option<usize> {
        let at = self.sheet.skip_blank(self.items[item].end);
        (self.sheet.text().as_bytes().get(at) == Some(&b',')).then_some(at + 1)
    }

    /// Puts an element before the one at `index`; at the end when `index` is their number.
    pub(crate) fn insert(&self, index: usize, text: &str) -> Vec<Edit> {
        let (sheet, newline) = (self.sheet, self.sheet.newline());
        if self.items.is_empty() {
            if self.is_stacked() {
                let indent = format!("{}{}", sheet.indentation(self.open), sheet.step());
                return vec![sheet.insert(sheet.line_end(self.open), format!("{newline}{indent}{text},"))];
            }
            let comma = if self.is_tuple { "," } else { "" };
            return vec![sheet.replace_bytes(self.open, self.close, format!("{text}{comma}"))];
        }
        if !self.is_stacked() {
            return match index {
                0 => vec![sheet.insert(self.items[0].start, format!("{text}, "))],
                _ => vec![sheet.insert(self.items[index - 1].end, format!(", {text}"))],
            };
        }
        let Some(before) = index.checked_sub(1) else {
            let first = &self.items[0];
            let indent = sheet.indentation(first.start);
            return vec![sheet.insert(sheet.line_end(self.open), format!("{newline}{indent}{text},"))];
        };
        let item = &self.items[before];
        let indent = sheet.indentation(self.items[0].start);
        let last = before + 1 == self.items.len();
        // A comment at the end of the neighbour's line stays with the neighbour.
        let rest_of_line = |at: usize| {
            let rest = &sheet.text()[at..sheet.line_end(at)];
            rest.trim().is_empty() || rest.trim_start().starts_with('#')
        };
        match self.comma_after(before) {
            Some(comma) if rest_of_line(comma) => {
                vec![sheet.insert(sheet.line_end(comma), format!("{newline}{indent}{text},"))]
            }
            Some(comma) => vec![sheet.insert(comma, format!(" {text},"))],
            None if last && rest_of_line(item.end) && sheet.line_end(item.end) < self.close => vec![
                sheet.insert(item.end, ","),
                sheet.insert(sheet.line_end(item.end), format!("{newline}{indent}{text}")),
            ],
            None => vec![sheet.insert(item.end, format!(",{newline}{indent}{text}"))],
        }
    }

    /// Puts an element at the end.
    pub(crate) fn push(&self, text: &str) -> Vec<Edit> {
        self.insert(self.items.len(), text)
    }

    /// Puts at the place of each first element the second one. Where each element has a line of its own, its line goes with
    /// it, and so do the comments on that line and right above it.
    pub(crate) fn rearrange(&self, moves: &[(usize, usize)]) -> Vec<Edit> {
        let sheet = self.sheet;
        let text_of = |range: &Range<usize>| &sheet.text()[range.clone()];
        let rows = self.rows();
        let moved = moves.iter().filter(|(at, from)| at != from);
        moved
            .map(|(at, from)| match &rows {
                Some(rows) => {
                    let (row, item) = (&rows[*from], &self.items[*from]);
                    let mut text = text_of(row).to_owned();
                    if self.comma_after(*from).is_none() {
                        text.insert(item.end - row.start, ',');
                    }
                    sheet.replace_bytes(rows[*at].start, rows[*at].end, text)
                }
                None => {
                    let (to, from) = (&self.items[*at], &self.items[*from]);
                    sheet.replace_bytes(to.start, to.end, text_of(from))
                }
            })
            .collect()
    }

    /// The line of each element with the comment lines right above it; `None` when elements share lines.
    fn rows(&self) -> Option<Vec<Range<usize>>> {
        let sheet = self.sheet;
        let mut rows = Vec::with_capacity(self.items.len());
        let mut free_from = sheet.next_line(self.open);
        for (index, item) in self.items.iter().enumerate() {
            let after = self.comma_after(index).unwrap_or(item.end);
            let end = sheet.line_end(after);
            let rest = sheet.text()[after..end].trim_start();
            let alone = sheet.is_first_on_line(item.start) && (rest.is_empty() || rest.starts_with('#'));
            if !alone || end >= self.close || item.start < free_from {
                return None;
            }
            let mut start = sheet.line_start(item.start);
            while start > free_from {
                let above = sheet.line_start(start - 1);
                if !sheet.text()[above..start].trim_start().starts_with('#') {
                    break;
                }
                start = above;
            }
            rows.push(start..end);
            free_from = sheet.next_line(end);
        }
        Some(rows)
    }

    /// Takes the element at `index` out, with its line and the comment on it when it has a line of its own.
    pub(crate) fn remove(&self, index: usize) -> Edit {
        let sheet = self.sheet;
        let item = &self.items[index];
        let after = self.comma_after(index).unwrap_or(item.end);
        let line_end = sheet.line_end(after);
        let rest = &sheet.text()[after..line_end];
        let own_line = sheet.is_first_on_line(item.start)
            && (rest.trim().is_empty() || rest.trim_start().starts_with('#'))
            && line_end < self.close;
        if own_line && (self.comma_after(index).is_some() || index == 0) {
            return sheet.replace_bytes(sheet.line_start(item.start), sheet.next_line(line_end), "");
        }
        match (self.items.get(index + 1), index.checked_sub(1)) {
            (Some(next), _) => sheet.replace_bytes(item.start, next.start, ""),
            (None, Some(before)) => {
                let comma =
                    if self.is_tuple && index == 1 && self.comma_after(index).is_none() { "," } else { "" };
                sheet.replace_bytes(self.items[before].end, item.end, comma)
            }
            (None, None) => sheet.replace_bytes(item.start, after, ""),
        }
    }
}
