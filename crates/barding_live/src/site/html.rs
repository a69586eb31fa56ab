//! Pages as far as a check-up needs them: elements with their attributes, in order, and comments.
//!
//! Written for what strangers send: every text ends somewhere, nothing nests, and what browsers treat as raw text (scripts,
//! styles, text areas) is not read as markup.

/// A piece of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// An element that begins.
    Open(Element),
    /// The name of an element that ends.
    Close(String),
    /// A comment.
    Comment(String),
    /// Text between elements.
    Text(String),
}

/// An element that begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Its name in small letters.
    pub name: String,
    /// Names in small letters, and values with the common character references resolved.
    pub attributes: Vec<(String, String)>,
    /// What stands inside a script, style, title or text area.
    pub raw: String,
}

impl Element {
    /// The value of an attribute; empty when it has none.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether a list of words in an attribute has this one.
    pub fn has_word(&self, attribute: &str, word: &str) -> bool {
        let value = self.attribute(attribute).unwrap_or_default();
        value.split_ascii_whitespace().any(|own| own.eq_ignore_ascii_case(word))
    }
}

/// Pieces of a page that are read; a page with more is cut.
const MOST: usize = 50_000;
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

/// The pieces of a page, in order.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() && pieces.len() < MOST {
        let Some(at) = rest.find('<') else {
            pieces.push(Piece::Text(rest.to_owned()));
            break;
        };
        if at > 0 {
            pieces.push(Piece::Text(rest[..at].to_owned()));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").unwrap_or(comment.len());
            pieces.push(Piece::Comment(comment[..end].to_owned()));
            rest = comment.get(end + 3..).unwrap_or_default();
        } else if let Some(close) = rest.strip_prefix("</") {
            let end = close.find('>').unwrap_or(close.len());
            let name = close[..end].split_ascii_whitespace().next().unwrap_or_default();
            pieces.push(Piece::Close(name.to_ascii_lowercase()));
            rest = close.get(end + 1..).unwrap_or_default();
        } else if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            let (mut element, after) = element(&rest[1..]);
            rest = after;
            if RAW.contains(&element.name.as_str()) {
                let (raw, after) = raw(rest, &element.name);
                element.raw = raw.to_owned();
                rest = after;
            }
            pieces.push(Piece::Open(element));
        } else if rest[1..].starts_with(['!', '?']) {
            let end = rest.find('>').map_or(rest.len(), |end| end + 1);
            rest = &rest[end..];
        } else {
            pieces.push(Piece::Text("<".to_owned()));
            rest = &rest[1..];
        }
    }
    pieces
}

/// The elements of a page, in order.
pub fn elements(text: &str) -> Vec<Element> {
    pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Open(element) => Some(element),
            _ => None,
        })
        .collect()
}

/// Reads from the name of an element to behind its `>`.
fn element(text: &str) -> (Element, &str) {
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')).unwrap_or(text.len());
    let mut element = Element { name: text[..end].to_ascii_lowercase(), ..Element::default() };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (element, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (element, after);
        }
        let end = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| c.is_ascii_whitespace() || matches!(c, '>' | '/' | '='))
            .map_or(rest.len(), |(at, _)| at);
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (text, next) = match quote {
                Some(quote) => {
                    let inner = &after[1..];
                    let end = inner.find(quote).unwrap_or(inner.len());
                    (&inner[..end], inner.get(end + 1..).unwrap_or_default())
                }
                None => {
                    let end =
                        after.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(after.len());
                    (&after[..end], &after[end..])
                }
            };
            value = decoded(text);
            rest = next;
        }
        // The first of two attributes of one name counts.
        if element.attributes.len() < 200 && element.attribute(&name).is_none() {
            element.attributes.push((name, value));
        }
    }
}

/// What stands before the end tag of that name, and what follows it.
fn raw<'t>(text: &'t str, name: &str) -> (&'t str, &'t str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(at) = text[from..].find("</").map(|at| from + at) {
        let start = at + 2;
        let is_end =
            bytes.get(start..start + name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()));
        if is_end {
            let end = text[start..].find('>').map_or(text.len(), |end| start + end + 1);
            return (&text[..at], &text[end..]);
        }
        from = start;
    }
    (text, "")
}

/// Resolves the character references that addresses are written with.
pub fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at);
        let named = end.and_then(|end| {
            let name = &rest[1..end];
            let character = match name {
                "amp" => Some('&'),
                "lt" => Some('<'),
                "gt" => Some('>'),
                "quot" => Some('"'),
                "apos" => Some('\''),
                "nbsp" => Some('\u{a0}'),
                "sol" => Some('/'),
                "colon" => Some(':'),
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)
                }
            };
            Some((character?, end + 1))
        });
        match named {
            Some((character, length)) => {
                out.push(character);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// A form with what it sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where it sends; empty means the page itself.
    pub action: String,
    /// `get` or `post`, in small letters.
    pub method: String,
    /// Name, type and value of each field, in order.
    pub fields: Vec<Field>,
}

/// A field of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type in small letters; `text` when it says none.
    pub kind: String,
    /// Its value.
    pub value: String,
    /// Its `autocomplete`.
    pub autocomplete: Option<String>,
}

impl Form {
    /// Whether it asks for a password.
    pub fn has_password(&self) -> bool {
        self.fields.iter().any(|field| field.kind == "password")
    }

    /// The hidden token of Django, where there is one.
    pub fn token(&self) -> Option<&str> {
        let token = self.fields.iter().find(|field| field.name == "csrfmiddlewaretoken");
        token.map(|field| field.value.as_str())
    }
}

/// The forms of a page, in order.
pub fn forms(text: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut is_open = false;
    for piece in pieces(text) {
        match piece {
            Piece::Open(element) if element.name == "form" => {
                is_open = true;
                forms.push(Form {
                    action: element.attribute("action").unwrap_or_default().trim().to_owned(),
                    method: match element.attribute("method").map(|method| method.trim().to_ascii_lowercase())
                    {
                        Some(method) if method == "post" || method == "dialog" => method,
                        _ => "get".to_owned(),
                    },
                    fields: Vec::new(),
                });
            }
            Piece::Close(name) if name == "form" => is_open = false,
            Piece::Open(element)
                if is_open && matches!(element.name.as_str(), "input" | "textarea" | "select" | "button") =>
            {
                let Some(form) = forms.last_mut() else { continue };
                let kind = element.attribute("type").map(str::to_ascii_lowercase);
                if form.fields.len() < 200 {
                    form.fields.push(Field {
                        name: element.attribute("name").unwrap_or_default().to_owned(),
                        kind: kind.unwrap_or_else(|| match element.name.as_str() {
                            "input" => "text".to_owned(),
                            other => other.to_owned(),
                        }),
                        value: element.attribute("value").unwrap_or_default().to_owned(),
                        autocomplete: element.attribute("autocomplete").map(str::to_owned),
                    });
                }
            }
            _ => {}
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn scripts_and_comments_are_no_markup() {
        let page = "<!doctype html><script>if (a</b/) '<a href=x>'</script><!-- <a href=y> --><A HREF='/z?a=1&amp;b=2'>z</a>";
        let links: Vec<_> = elements(page).into_iter().filter(|element| element.name == "a").collect();
        assert_eq!(links.len(), 1);
        assert_eq!(links[0].attribute("href"), Some("/z?a=1&b=2"));
    }

    #[test]
    fn forms_know_their_fields() {
        let page = "<form method=POST action=/in/><input name=csrfmiddlewaretoken type=hidden value=t><input type=PASSWORD name=p></form><input name=outside><form></form>";
        let forms = forms(page);
        assert_eq!(forms.len(), 2);
        assert!(forms[0].has_password() && forms[0].method == "post");
        assert_eq!(forms[0].token(), Some("t"));
        assert_eq!(forms[0].fields.len(), 2);
        assert_eq!(forms[1].method, "get");
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read(text in "[<>a-zA-Z/!\\-= '\"&#;x0-9\u{e4}]{0,300}") {
            let _ = pieces(&text);
            let _ = forms(&text);
        }
    }
}
