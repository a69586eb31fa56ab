//! Regular expressions that take exponential time on text that nearly matches.

/// Whether matching may take exponential time: a repeated group that holds nothing but repeated or optional parts, such
/// as `(a+)+` or `(\w+\s*)*`, with something after it that can fail.
pub(super) fn is_slow(pattern: &str) -> bool {
    let mut parser = Parser { rest: pattern.chars().collect(), at: 0, slow_at: None };
    parser.alternatives(0);
    // Where nothing comes after it, the first try succeeds.
    parser.slow_at.is_some_and(|end| end < parser.rest.len())
}

/// How deep groups are looked into.
const DEEPEST: usize = 50;

struct Parser {
    rest: Vec<char>,
    at: usize,
    /// Where a slow group ends.
    slow_at: Option<usize>,
}

/// What a sequence is made of.
#[derive(Clone, Copy)]
struct Shape {
    /// Whether some part repeats without bound.
    repeats: bool,
    /// Whether every part repeats without bound or may be absent.
    all_loose: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.at).copied()
    }

    /// Up to the closing bracket or the end. Whether any alternative is nothing but loose parts.
    fn alternatives(&mut self, depth: usize) -> bool {
        let mut loose = false;
        loop {
            let shape = self.sequence(depth);
            loose |= shape.repeats && shape.all_loose;
            match self.peek() {
                Some('|') => self.at += 1,
                _ => return loose,
            }
        }
    }

    fn sequence(&mut self, depth: usize) -> Shape {
        let mut shape = Shape { repeats: false, all_loose: true };
        while let Some(next) = self.peek() {
            let mut inner_loose = false;
            match next {
                ')' | '|' => return shape,
                '(' => {
                    self.at += 1;
                    let looks = self.group_start();
                    inner_loose =
                        if depth < DEEPEST { self.alternatives(depth + 1) } else { self.skip_group() };
                    if self.peek() == Some(')') {
                        self.at += 1;
                    }
                    if looks {
                        continue;
                    }
                }
                '[' => self.class(),
                '\\' => {
                    let anchor = matches!(self.rest.get(self.at + 1), Some('b' | 'B' | 'A' | 'Z'));
                    self.at += 2;
                    if anchor {
                        continue;
                    }
                }
                '^' | '$' => {
                    self.at += 1;
                    continue;
                }
                _ => self.at += 1,
            }
            let (unbounded, optional) = self.quantifier();
            if unbounded && inner_loose {
                self.slow_at = self.slow_at.or(Some(self.at));
            }
            shape.repeats |= unbounded;
            shape.all_loose &= unbounded || optional;
        }
        shape
    }

    /// After `(`: reads `?:`, `?P<name>` and the like. Whether the group only looks ahead or behind.
    fn group_start(&mut self) -> bool {
        if self.peek() != Some('?') {
            return false;
        }
        self.at += 1;
        match self.peek() {
            Some('P') => {
                while self.peek().is_some_and(|c| c != '>' && c != ')') {
                    self.at += 1;
                }
                self.at += usize::from(self.peek() == Some('>'));
                false
            }
            Some('=' | '!') => {
                self.at += 1;
                true
            }
            Some('<') => {
                self.at += 2;
                true
            }
            _ => {
                while self.peek().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '>')) {
                    self.at += 1;
                }
                self.at += usize::from(self.peek() == Some(':'));
                false
            }
        }
    }

    fn skip_group(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some(next) = self.peek() {
            match next {
                '\\' => self.at += 1,
                '(' => depth += 1,
                ')' if depth == 0 => return false,
                ')' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
        false
    }

    fn class(&mut self) {
        self.at += 1;
        if self.peek() == Some('^') {
            self.at += 1;
        }
        if self.peek() == Some(']') {
            self.at += 1;
        }
        while let Some(next) = self.peek() {
            self.at += if next == '\\' { 2 } else { 1 };
            if next == ']' {
                return;
            }
        }
    }

    /// Whether what came before repeats without bound, and whether it may be absent.
    fn quantifier(&mut self) -> (bool, bool) {
        let result = match self.peek() {
            Some('*') => (true, true),
            Some('+') => (true, false),
            Some('?') => (false, true),
            Some('{') => {
                let text: String = self.rest[self.at..].iter().take_while(|c| **c != '}').collect();
                let digits = |c: char| c.is_ascii_digit() || c == ',';
                if text.len() < 2 || !text[1..].chars().all(digits) {
                    return (false, false);
                }
                self.at += text.len();
                (text.ends_with(','), text.starts_with("{0,") || text.starts_with("{,"))
            }
            _ => return (false, false),
        };
        self.at += 1;
        // Possessive and lazy.
        if matches!(self.peek(), Some('?' | '+')) {
            self.at += 1;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::is_slow;

    #[test]
    fn nested_repetition_is_slow() {
        for pattern in
            [r"^(a+)+$", r"^(\w+\s*)*$", r"(.*)*x", r"^(?:[a-z]+)*@", r"^((ab)+)+$", r"^(?P<n>\d*)+!$"]
        {
            assert!(is_slow(pattern), "{pattern}");
        }
    }

    #[test]
    fn separated_or_plain_repetition_is_not() {
        for pattern in [
            r"^\w+$",
            r"^(\w+\.)+\w+$",
            r"^[a-z]+(-[a-z]+)*$",
            r"(a+)+",
            r"^(abc)*$",
            r"^(\d{1,3}\.){3}\d{1,3}$",
            r"(?=a+)b+",
            r"([",
            r"(((",
            r"a{",
            "",
        ] {
            assert!(!is_slow(pattern), "{pattern}");
        }
    }
}
