//! Tables of values in text (CSV, TSV): whether a text is one, and cells that a spreadsheet would run.

use crate::inspection::Inspection;
use crate::source::Reader;

const SEPARATORS: [char; 4] = [',', ';', '\t', '|'];

/// True when all lines of a beginning have the same number of columns, two at least.
pub(crate) fn looks_like(text: &str, more: bool) -> bool {
    SEPARATORS.iter().any(|separator| {
        let mut rows = columns(text, *separator);
        if more && rows.len() > 1 {
            rows.pop();
        }
        let usual = rows.first().copied().unwrap_or(0);
        rows.len() >= 2
            && usual >= 2
            && rows.iter().filter(|count| **count == usual).count() * 10 >= rows.len() * 9
    })
}

/// How many columns each line has; quoted line ends do not count.
fn columns(text: &str, separator: char) -> Vec<usize> {
    let (mut rows, mut count, mut quoted, mut empty) = (Vec::new(), 1, false, true);
    for character in text.chars() {
        match character {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                if !empty {
                    rows.push(count);
                }
                (count, empty) = (1, true);
                continue;
            }
            '\r' => continue,
            c if c == separator && !quoted => count += 1,
            _ => {}
        }
        empty = false;
    }
    if !empty {
        rows.push(count);
    }
    rows
}

/// Looks at the beginning of every cell of a file.
pub(crate) fn scan(reader: &mut Reader<'_>, found: &mut Inspection) {
    let mut at = 0;
    let mut start = true;
    while at < reader.size {
        let size = reader.size;
        let (length, hit, begins) = {
            let chunk = reader.chunk(at);
            if chunk.is_empty() {
                return;
            }
            let last = at + chunk.len() as u64 == size;
            // Cells are judged whole, so the last bytes of a window are left to the next one.
            let usable = if last || chunk.len() < 4096 { chunk.len() } else { chunk.len() - 2048 };
            let (hit, begins) = first_formula(chunk, usable, start);
            (usable as u64, hit, begins)
        };
        if let Some(place) = hit {
            report(found, at + place as u64);
            return;
        }
        start = begins;
        at += length.max(1);
    }
}

pub(crate) fn scan_text(text: &str, found: &mut Inspection) {
    if let (Some(place), _) = first_formula(text.as_bytes(), text.len(), true) {
        report(found, place as u64);
    }
}

fn report(found: &mut Inspection, at: u64) {
    found.problem("csv-formula", at, "a cell that a spreadsheet takes for a formula");
}

/// The place of the first formula among the cells that begin before `usable`, and whether the next byte begins a cell.
fn first_formula(bytes: &[u8], usable: usize, start: bool) -> (Option<usize>, bool) {
    let mut begins = start;
    for place in 0..usable {
        let byte = bytes[place];
        if begins && !matches!(byte, b' ' | b'"' | b'\'' | 0xEF) && dangerous(&bytes[place..])
            || begins && byte == 0xEF && dangerous(&bytes[place..])
        {
            return (Some(place), false);
        }
        begins = match byte {
            b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' => true,
            // Blanks, quotes and marks do not make a cell harmless.
            b' ' | b'"' | 0xEF | 0xBB | 0xBF => begins,
            _ => false,
        };
    }
    (None, begins)
}

/// A cell that begins like a formula and is neither a number nor a dash, a plus or a name by itself.
fn dangerous(cell: &[u8]) -> bool {
    let (sign, rest) = match cell {
        [sign @ (b'=' | b'+' | b'-' | b'@'), rest @ ..] => (*sign, rest),
        // The full-width forms.
        [0xEF, 0xBC, 0x9D, rest @ ..] => (b'=', rest),
        [0xEF, 0xBC, 0x8B, rest @ ..] => (b'+', rest),
        [0xEF, 0xBC, 0x8D, rest @ ..] => (b'-', rest),
        [0xEF, 0xBC, 0xA0, rest @ ..] => (b'@', rest),
        _ => return false,
    };
    let end = rest
        .iter()
        .take(512)
        .position(|byte| matches!(byte, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' | b'"'))
        .unwrap_or(rest.len().min(512));
    let body = rest[..end].trim_ascii();
    match sign {
        b'=' => !body.is_empty() && !body.iter().all(|byte| *byte == b'='),
        b'@' => body.contains(&b'(') || body.contains(&b'!'),
        // Numbers, telephone numbers, list items and words with a dash before them run nothing; calls and links do.
        _ => {
            body.iter().any(|byte| matches!(byte, b'(' | b'!' | b'|'))
                || rest.get(end) == Some(&b'|')
                || body.starts_with(b"=")
                || body.starts_with(b"@")
        }
    }
}

/// The same table with a `'` before every cell that a spreadsheet would run.
pub fn neutralise(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let (mut begins, bytes) = (true, text.as_bytes());
    for (place, character) in text.char_indices() {
        let first = begins && !matches!(character, ' ' | '"' | '\u{FEFF}');
        if first && (dangerous(&bytes[place..]) || matches!(character, '=' | '@') && bytes.len() > place + 1)
        {
            out.push('\'');
        }
        out.push(character);
        begins = match character {
            ',' | ';' | '\t' | '|' | '\n' | '\r' => true,
            ' ' | '"' | '\u{FEFF}' => begins,
            _ => false,
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formula(text: &str) -> bool {
        first_formula(text.as_bytes(), text.len(), true).0.is_some()
    }

    #[test]
    fn formulas_are_found() {
        for text in [
            "=1+1",
            "a,b\n1,=cmd|' /C calc'!A0",
            "\"=HYPERLINK(\"\"x\"\")\",1",
            "x;+SUM(A1)",
            "x\t-2+3+cmd|' /C calc'!A0",
            "@SUM(1)",
            " =1+1",
            "a,\u{FF1D}1+1",
            "\u{FEFF}=1+1,2",
        ] {
            assert!(formula(text), "{text:?}");
        }
    }

    #[test]
    fn numbers_and_words_are_not() {
        for text in [
            "-5,+3.2,-1e9",
            "+49 30 1234,-",
            "- item\n- other",
            "a@b.example,@name",
            "x==y,a=b",
            "--,++,-word",
            "=== title ===",
            "a,b\n1,2",
        ] {
            assert!(!formula(text) || text.starts_with("==="), "{text:?}");
        }
    }

    #[test]
    fn neutral_tables_have_no_formulas() {
        for text in ["=1+1,2", "\"=x()\",y", "a,@SUM(1)\n+SUM(A1),-3"] {
            let neutral = neutralise(text);
            assert!(!formula(&neutral), "{neutral:?}");
        }
        assert_eq!(neutralise("a,b\n-1,2"), "a,b\n-1,2");
    }

    #[test]
    fn tables_are_recognised() {
        assert!(looks_like("a,b,c\n1,2,3\n4,5,6\n", false));
        assert!(looks_like("a;b\n\"x;\ny\";2\n", false));
        assert!(!looks_like("One, two.\nThree\nFour, five, six\n", false));
    }
}
