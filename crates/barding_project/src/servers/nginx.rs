//! nginx configuration as a tree of directives, with nginx's own rules of inheritance.
//!
//! Source of the grammar: nginx's configuration reader: words separated by blanks, `'…'` and `"…"` quoting, `\` escapes,
//! `#` comments, `;` ends a simple directive and `{ … }` holds a block's directives. Template placeholders (`${NAME}`,
//! `{{ name }}`) are kept as text.

use barding_source::{Parsed, Problem, SourceFile, Span};
use std::sync::Arc;

/// One nginx file.
#[derive(Debug)]
pub struct NginxFile {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its top-level directives.
    pub directives: Vec<Directive>,
}

/// A directive, simple or with a block.
#[derive(Clone, Debug)]
pub struct Directive {
    /// Its name.
    pub name: String,
    /// Its arguments, unquoted.
    pub arguments: Vec<String>,
    /// The directives of its block; `None` for a simple directive.
    pub block: Option<Vec<Directive>>,
    /// From the name to the `;` or the `{`.
    pub span: Span,
}

impl Directive {
    /// The argument at a position; empty when there is none.
    pub fn argument(&self, at: usize) -> &str {
        self.arguments.get(at).map_or("", String::as_str)
    }

    /// The directives of its block of that name.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Directive> {
        self.block.iter().flatten().filter(move |child| child.name == name)
    }
}

/// A `server` block and what surrounds it.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    /// The block.
    pub server: &'a Directive,
    /// The `http` block around it, when the file has one.
    pub http: Option<&'a Directive>,
}

/// A place in the tree with everything around it, outermost first: `[http, server, location, if]`.
pub type Scope<'a> = Vec<&'a Directive>;

impl NginxFile {
    /// Every `server` block of HTTP (not of `stream` or `mail`).
    pub fn servers(&self) -> Vec<Server<'_>> {
        let bare = self
            .directives
            .iter()
            .filter(|directive| directive.name == "server" && directive.block.is_some());
        let bare = bare.map(|server| Server { server, http: None });
        let nested = self.directives.iter().filter(|directive| directive.name == "http").flat_map(|http| {
            http.children("server")
                .filter(|server| server.block.is_some())
                .map(move |server| Server { server, http: Some(http) })
        });
        bare.chain(nested).collect()
    }

    /// Every directive with the blocks around it, in file order. Blocks come before their contents.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Directive, &Scope<'a>)) {
        fn down<'a>(
            list: &'a [Directive],
            scope: &mut Scope<'a>,
            visit: &mut dyn FnMut(&'a Directive, &Scope<'a>),
        ) {
            for directive in list {
                visit(directive, scope);
                if let Some(block) = &directive.block {
                    scope.push(directive);
                    down(block, scope, visit);
                    scope.pop();
                }
            }
        }
        down(&self.directives, &mut Vec::new(), visit);
    }
}

impl<'a> Server<'a> {
    /// The names it answers to.
    pub fn names(&self) -> Vec<&'a str> {
        let server: &'a Directive = self.server;
        server
            .block
            .iter()
            .flatten()
            .filter(|child| child.name == "server_name")
            .flat_map(|directive| directive.arguments.iter().map(String::as_str))
            .collect()
    }

    /// The `listen` directives.
    pub fn listens(&self) -> Vec<&'a Directive> {
        let server: &'a Directive = self.server;
        server.block.iter().flatten().filter(|child| child.name == "listen").collect()
    }

    /// Whether it speaks TLS.
    pub fn is_tls(&self) -> bool {
        self.listens()
            .iter()
            .any(|listen| listen.arguments.iter().any(|word| word == "ssl" || word == "quic"))
            || self.server.children("ssl").any(|ssl| ssl.argument(0) == "on")
    }

    /// Whether it listens in clear (port 80 when it says nothing).
    pub fn is_plain(&self) -> bool {
        let listens = self.listens();
        listens.is_empty()
            || listens
                .iter()
                .any(|listen| !listen.arguments.iter().any(|word| word == "ssl" || word == "quic"))
                && !self.server.children("ssl").any(|ssl| ssl.argument(0) == "on")
    }
}

/// The directives of a name that hold at the end of a scope. nginx inherits `add_header`, `proxy_set_header` and the other
/// array directives from the outer level only if the inner level has none of them.
pub fn in_effect<'a>(scope: &[&'a Directive], name: &str) -> Vec<&'a Directive> {
    for level in scope.iter().rev() {
        let block: &'a [Directive] = level.block.as_deref().unwrap_or_default();
        let own: Vec<&'a Directive> = block.iter().filter(|child| child.name == name).collect();
        if !own.is_empty() {
            return own;
        }
    }
    Vec::new()
}

/// The simple directive of a name that holds at the end of a scope: the innermost wins.
pub fn value_in_effect<'a>(scope: &[&'a Directive], name: &str) -> Option<&'a Directive> {
    in_effect(scope, name).pop()
}

/// Whether a text is nginx configuration and not Apache's or something else's.
pub fn looks_like(text: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    !text.trim_start().starts_with('<')
        && !text.contains("<VirtualHost")
        && text.contains(';')
        && (has(&[
            "http {",
            "http{",
            "server {",
            "server{",
            "location ",
            "upstream ",
            "proxy_pass",
            "add_header ",
            "proxy_set_header ",
            "ssl_protocols",
            "ssl_certificate ",
            "server_tokens ",
            "client_max_body_size ",
            "map $",
        ]))
}

/// Blocks deeper than this are not read.
const DEEPEST: usize = 64;

/// Reads an nginx file. What does not parse is skipped and named.
pub fn read(file: &Arc<SourceFile>) -> Parsed<NginxFile> {
    let mut reader = Reader { text: &file.text, at: 0, file, problems: Vec::new() };
    let directives = reader.block(0);
    Parsed { problems: reader.problems, tree: NginxFile { file: Arc::clone(file), directives } }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    file: &'t Arc<SourceFile>,
    problems: Vec<Problem>,
}

enum Token {
    Word(String, usize),
    Semicolon,
    Open,
    Close,
    End,
}

impl Reader<'_> {
    /// The directives up to the closing brace or the end.
    fn block(&mut self, depth: usize) -> Vec<Directive> {
        let mut directives = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let mut start = self.at;
        loop {
            match self.token() {
                Token::Word(word, at) => {
                    if words.is_empty() {
                        start = at;
                    }
                    words.push(word);
                }
                Token::Semicolon => self.finish(&mut directives, &mut words, start, None),
                Token::Open => {
                    let span_end = self.at;
                    if depth >= DEEPEST {
                        self.problem(start, "nests deeper than is read");
                        self.at = self.text.len();
                        return directives;
                    }
                    // Lua blocks hold code of another language.
                    let block = if words.first().is_some_and(|name| name.ends_with("_by_lua_block")) {
                        self.skip_braces();
                        Vec::new()
                    } else {
                        self.block(depth + 1)
                    };
                    if !words.is_empty() {
                        let name = words.remove(0);
                        let span = Span::new(self.file.id, start as u32, span_end as u32);
                        directives.push(Directive {
                            name,
                            arguments: std::mem::take(&mut words),
                            block: Some(block),
                            span,
                        });
                    }
                }
                Token::Close => {
                    self.unfinished(&mut words, start);
                    if depth > 0 {
                        return directives;
                    }
                }
                Token::End => {
                    self.unfinished(&mut words, start);
                    if depth > 0 {
                        self.problem(start, "a block is not closed");
                    }
                    return directives;
                }
            }
        }
    }

    fn finish(
        &self,
        directives: &mut Vec<Directive>,
        words: &mut Vec<String>,
        start: usize,
        block: Option<Vec<Directive>>,
    ) {
        if words.is_empty() {
            return;
        }
        let name = words.remove(0);
        let span = Span::new(self.file.id, start as u32, self.at as u32);
        directives.push(Directive { name, arguments: std::mem::take(words), block, span });
    }

    fn unfinished(&mut self, words: &mut Vec<String>, start: usize) {
        if !words.is_empty() {
            self.problem(start, "a directive does not end in `;`");
            words.clear();
        }
    }

    fn problem(&mut self, at: usize, message: &str) {
        if self.problems.len() < 5 {
            self.problems.push(Problem::at(Span::new(self.file.id, at as u32, at as u32), message));
        }
    }

    fn token(&mut self) -> Token {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                None => return Token::End,
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(b'#') => {
                    self.at =
                        memchr::memchr(b'\n', &bytes[self.at..]).map_or(bytes.len(), |end| self.at + end);
                }
                Some(b';') => {
                    self.at += 1;
                    return Token::Semicolon;
                }
                // `{{` and `{%` open a template's placeholder, which is part of a word.
                Some(b'{') if !matches!(bytes.get(self.at + 1), Some(b'{' | b'%')) => {
                    self.at += 1;
                    return Token::Open;
                }
                Some(b'}') => {
                    self.at += 1;
                    return Token::Close;
                }
                Some(_) => return self.word(),
            }
        }
    }

    fn word(&mut self) -> Token {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut word = Vec::new();
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(self.at).copied() {
            self.at += 1;
            while let Some(byte) = bytes.get(self.at).copied() {
                self.at += 1;
                match byte {
                    b'\\' if bytes.get(self.at) == Some(&quote) => {
                        word.push(quote);
                        self.at += 1;
                    }
                    byte if byte == quote => break,
                    byte => word.push(byte),
                }
            }
            return Token::Word(String::from_utf8_lossy(&word).into_owned(), start);
        }
        while let Some(byte) = bytes.get(self.at).copied() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' => break,
                b'{' if matches!(bytes.get(self.at + 1), Some(b'{' | b'%')) => {
                    let close: &[u8] = if bytes[self.at + 1] == b'{' { b"}}" } else { b"%}" };
                    let end = find(&bytes[self.at..], close).map_or(bytes.len(), |end| self.at + end + 2);
                    word.extend_from_slice(&bytes[self.at..end]);
                    self.at = end;
                }
                // `${name}` and a regular expression's `{2,3}` belong to the word.
                b'{' if self.at > start
                    && (bytes[self.at - 1] == b'$' || is_quantifier(&bytes[self.at..])) =>
                {
                    let end =
                        memchr::memchr(b'}', &bytes[self.at..]).map_or(bytes.len(), |end| self.at + end + 1);
                    word.extend_from_slice(&bytes[self.at..end]);
                    self.at = end;
                }
                b'{' | b'}' => break,
                b'\\' if self.at + 1 < bytes.len() => {
                    word.extend_from_slice(&bytes[self.at..self.at + 2]);
                    self.at += 2;
                }
                byte => {
                    word.push(byte);
                    self.at += 1;
                }
            }
        }
        Token::Word(String::from_utf8_lossy(&word).into_owned(), start)
    }

    fn skip_braces(&mut self) {
        let mut depth = 1_usize;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(haystack, needle)
}

fn is_quantifier(bytes: &[u8]) -> bool {
    let inside = bytes[1..].iter().take(12).take_while(|byte| **byte != b'}');
    let mut any = false;
    for byte in inside {
        any = true;
        if !byte.is_ascii_digit() && *byte != b',' {
            return false;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::FileId;

    fn parsed(text: &str) -> Parsed<NginxFile> {
        read(&Arc::new(SourceFile::new(FileId(0), "nginx.conf", text)))
    }

    #[test]
    fn blocks_words_quotes_and_placeholders() {
        let text = "http { server { listen 443 ssl; server_name {{ domain }} ${HOST};\n  location ~ ^/a{2,3}/(.*)$ { return 301 \"https://x;y\"; } } } # end";
        let parsed = parsed(text);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        let servers = parsed.tree.servers();
        assert_eq!(servers[0].names(), ["{{ domain }}", "${HOST}"]);
        assert!(servers[0].is_tls());
        let location = servers[0].server.children("location").next().unwrap();
        assert_eq!(location.arguments, ["~", "^/a{2,3}/(.*)$"]);
        assert_eq!(location.children("return").next().unwrap().arguments, ["301", "https://x;y"]);
    }

    #[test]
    fn an_inner_header_hides_the_outer_ones() {
        let parsed = parsed(
            "server { add_header A 1; add_header B 2; location / { add_header C 3; } location /x { return 200; } }",
        );
        let mut seen = Vec::new();
        parsed.tree.walk(&mut |directive, scope| {
            if directive.name == "location" {
                let mut inner = scope.clone();
                inner.push(directive);
                seen.push(in_effect(&inner, "add_header").len());
            }
        });
        assert_eq!(seen, [1, 2]);
    }

    #[test]
    fn hostile_text_is_bounded() {
        assert!(!parsed(&"a {".repeat(10_000)).problems.is_empty());
        assert!(!parsed("server { listen 80").problems.is_empty());
    }
}
