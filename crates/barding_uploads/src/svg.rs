//! SVG: what a drawing must not have, and the same drawing without it.
//!
//! One strict reader of XML serves both: anything it does not understand counts as active, so a drawing passes only when all
//! of it was understood.

use crate::inspection::Inspection;

/// Elements a drawing needs. Everything else is active, foreign or unknown.
#[rustfmt::skip]
const ELEMENTS: [&str; 66] = [
    "svg", "g", "defs", "desc", "title", "metadata", "symbol", "use", "image", "switch", "path", "rect", "circle", "ellipse", "line",
    "polyline", "polygon", "text", "tspan", "textPath", "marker", "linearGradient", "radialGradient", "stop", "pattern", "clipPath", "mask",
    "filter", "feBlend", "feColorMatrix", "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
    "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feGaussianBlur",
    "feMerge", "feMergeNode", "feMorphology", "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile",
    "feTurbulence", "view", "style", "a", "font", "font-face", "font-face-src", "font-face-name", "glyph", "missing-glyph", "hkern", "vkern",
    "tref", "color-profile", "solidColor",
];

/// Elements that are dropped with all they hold, as opposed to those of which only the tags go.
const DROPPED: [&str; 12] = [
    "script",
    "foreignObject",
    "iframe",
    "object",
    "embed",
    "handler",
    "listener",
    "audio",
    "video",
    "html",
    "body",
    "style",
];

#[derive(Debug)]
enum Token<'a> {
    Open { name: &'a str, attributes: Vec<(&'a str, &'a str)>, closed: bool },
    Close(&'a str),
    Text(&'a str),
    Data(&'a str),
}

/// Reads markup into tokens. The error says what was not understood, and where.
fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, (usize, &'static str)> {
    let mut list = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(open) = rest.find('<') else {
            list.push((at, Token::Text(rest)));
            break;
        };
        if open > 0 {
            list.push((at, Token::Text(&rest[..open])));
            at += open;
            continue;
        }
        let until = |mark: &str| rest.find(mark).ok_or((at, "markup without an end"));
        if let Some(comment) = rest.strip_prefix("<!--") {
            at += 4 + comment.find("-->").ok_or((at, "a comment without an end"))? + 3;
        } else if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let end = data.find("]]>").ok_or((at, "data without an end"))?;
            list.push((at, Token::Data(&data[..end])));
            at += 9 + end + 3;
        } else if rest.starts_with("<?xml ") && list.is_empty() {
            at += until("?>")? + 2;
        } else if let Some(instruction) = rest.strip_prefix("<?") {
            // Style sheets and other instructions are left out of what is written, and reported.
            let target =
                instruction.split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
            if !matches!(target, "xpacket" | "adobe-xap-filters") {
                return Err((at, "a processing instruction"));
            }
            at += until("?>")? + 2;
        } else if rest.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("<!doctype")) {
            let end = until(">")?;
            if rest[..end].contains('[') {
                return Err((at, "a document type with definitions of its own"));
            }
            at += end + 1;
        } else if let Some(name) = rest.strip_prefix("</") {
            let end = until(">")?;
            list.push((at, Token::Close(name[..end - 2].trim())));
            at += end + 1;
        } else {
            at += tag(rest, at, &mut list)?;
        }
        if list.len() > 400_000 {
            return Err((at, "more elements than any drawing has"));
        }
    }
    Ok(list)
}

fn tag<'a>(
    rest: &'a str,
    at: usize,
    list: &mut Vec<(usize, Token<'a>)>,
) -> Result<usize, (usize, &'static str)> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let length = rest[1..].find(|c: char| !is_name(c)).ok_or((at, "markup without an end"))?;
    let name = &rest[1..=length];
    if name.is_empty() || !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return Err((at, "an element without a name"));
    }
    let (mut place, mut attributes) = (1 + length, Vec::new());
    loop {
        let blanks = rest[place..].len() - rest[place..].trim_start().len();
        place += blanks;
        let here = &rest[place..];
        if here.starts_with("/>") || here.starts_with('>') {
            let closed = here.starts_with('/');
            list.push((at, Token::Open { name, attributes, closed }));
            return Ok(place + if closed { 2 } else { 1 });
        }
        let length = here.find(|c: char| !is_name(c)).ok_or((at + place, "markup without an end"))?;
        if length == 0 || blanks == 0 {
            return Err((at + place, "an attribute that cannot be read"));
        }
        let attribute = &here[..length];
        let after = here[length..].trim_start();
        let value = after.strip_prefix('=').ok_or((at + place, "an attribute without a value"))?.trim_start();
        let quote = value
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))
            .ok_or((at + place, "a value without quotes"))?;
        let end = value[1..].find(quote).ok_or((at + place, "a value without an end"))?;
        attributes.push((attribute, &value[1..=end]));
        place = rest.len() - value.len() + end + 2;
        if attributes.len() > 1000 {
            return Err((at, "more attributes than any element has"));
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Elements of drawing programs' own vocabularies are kept out of what browsers see, and harmless.
fn foreign(name: &str) -> bool {
    name.split_once(':').is_some_and(|(prefix, _)| {
        !prefix.eq_ignore_ascii_case("svg")
            && !prefix.eq_ignore_ascii_case("html")
            && !prefix.eq_ignore_ascii_case("xhtml")
    })
}

/// A text with character references resolved and blanks removed, as a browser reads an address.
fn plain(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(place) = rest.find('&') {
        out.push_str(&rest[..place]);
        let reference = &rest[place + 1..];
        let end = reference.find(';').filter(|end| *end <= 12);
        let resolved = end.and_then(|end| match &reference[..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "colon" => Some(':'),
            "Tab" | "NewLine" => Some('\n'),
            number => {
                let number = number.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        match (resolved, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                rest = &reference[end + 1..];
            }
            _ => {
                out.push('&');
                rest = reference;
            }
        }
    }
    out.push_str(rest);
    out.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect::<String>().to_lowercase()
}

/// What is wrong with an attribute; `None` for a harmless one.
fn active_attribute(element: &str, name: &str, value: &str) -> Option<&'static str> {
    let local_name = local(name);
    let address = plain(value);
    if local_name.len() > 2 && local_name[..2].eq_ignore_ascii_case("on") && !foreign(name) {
        return Some("an event handler");
    }
    if local_name.eq_ignore_ascii_case("href")
        || local_name.eq_ignore_ascii_case("src")
        || local_name.eq_ignore_ascii_case("data")
    {
        let picture =
            ["data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp", "data:image/jpg"]
                .iter()
                .any(|start| address.starts_with(start));
        return match () {
            () if address.starts_with('#') || address.is_empty() => None,
            () if picture && local(element) == "image" => None,
            // Links are followed by people; only harmless schemes may be.
            () if local(element) == "a"
                && ["http://", "https://", "mailto:"].iter().any(|start| address.starts_with(start)) =>
            {
                None
            }
            () if foreign(element) && !address.starts_with("javascript:") => None,
            () if address.starts_with("javascript:") || address.starts_with("vbscript:") => {
                Some("an address that is a program")
            }
            () => Some("an address outside of the drawing"),
        };
    }
    if local_name == "style" || address.contains("url(") {
        return active_style(&address);
    }
    if address.starts_with("javascript:")
        || address.starts_with("vbscript:")
        || address.starts_with("data:text/html")
    {
        return Some("an address that is a program");
    }
    (name == "xml:base").then_some("a base address")
}

fn active_style(style: &str) -> Option<&'static str> {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    if style.contains("@import")
        || style.contains("expression(")
        || style.contains("javascript:")
        || style.contains("-moz-binding")
        || style.contains("behavior:")
        || style.contains('\\')
    {
        return Some("a style that loads or runs something");
    }
    let mut rest = style.as_str();
    while let Some(place) = rest.find("url(") {
        rest = &rest[place + 4..];
        let address = rest.trim_start_matches(['"', '\'']);
        let picture = [
            "data:image/png",
            "data:image/jpeg",
            "data:image/gif",
            "data:image/webp",
            "data:font/",
            "data:application/font",
        ];
        if !address.starts_with('#') && !picture.iter().any(|start| address.starts_with(start)) {
            return Some("a style with an address outside of the drawing");
        }
    }
    None
}

/// Notes what is active in a drawing.
pub(crate) fn judge(bytes: &[u8], found: &mut Inspection) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        found.problem("svg-active", 0, "a drawing that is not in UTF-8");
        return;
    };
    let list = match tokens(text.trim_start_matches('\u{FEFF}')) {
        Ok(list) => list,
        Err((at, what)) => {
            let code = if what.contains("document type") { "xml-entity" } else { "svg-active" };
            found.problem(code, at as u64, what);
            return;
        }
    };
    let mut depth = 0i64;
    let mut style = false;
    for (at, token) in &list {
        let at = *at as u64;
        match token {
            Token::Open { name, attributes, closed } => {
                if depth == 0 && !local(name).eq_ignore_ascii_case("svg") {
                    found.problem("svg-active", at, "markup after the drawing");
                }
                depth += i64::from(!closed);
                style = local(name) == "style" && !closed;
                found.metadata |= local(name) == "metadata";
                if !ELEMENTS.contains(&local(name)) && !foreign(name) {
                    let shown: String = name.chars().take(40).collect();
                    found.problem("svg-active", at, format!("the element <{shown}>"));
                }
                let draws_pixels = local(name) == "svg" && depth <= 1;
                for (attribute, value) in attributes {
                    if let Some(what) = active_attribute(name, attribute, value) {
                        found.problem("svg-active", at, what);
                    }
                    if draws_pixels
                        && matches!(*attribute, "width" | "height")
                        && let Ok(number) = value.trim_end_matches("px").parse::<f64>()
                    {
                        let side = if (0.0..4e9).contains(&number) { number as u32 } else { u32::MAX };
                        if *attribute == "width" {
                            found.width = Some(side)
                        } else {
                            found.height = Some(side)
                        }
                    }
                }
            }
            Token::Close(_) => {
                depth -= 1;
                style = false;
            }
            Token::Text(text) | Token::Data(text) if style => {
                if let Some(what) = active_style(&plain(text)) {
                    found.problem("svg-active", at, what);
                }
            }
            Token::Text(text) => {
                if depth <= 0 && !text.trim().is_empty() {
                    found.problem("trailing-data", at, "text outside of the drawing");
                }
            }
            Token::Data(_) => {}
        }
    }
    if depth != 0 {
        found.malformed(bytes.len() as u64, "elements that are not closed");
    }
    // A drawing that uses its own parts again and again unfolds to millions of them.
    let uses = list
        .iter()
        .filter(|(_, token)| matches!(token, Token::Open { name, .. } if local(name) == "use"))
        .count();
    if uses > 10_000 {
        found.problem("frame-bomb", 0, "a drawing that repeats its parts without end");
    }
}

/// The same drawing with everything active left out; `None` when it cannot be read.
pub fn sanitise(text: &str) -> Option<String> {
    let list = tokens(text.trim_start_matches('\u{FEFF}')).ok()?;
    let mut out = String::with_capacity(text.len());
    let (mut dropping, mut open): (usize, Vec<(&str, bool)>) = (0, Vec::new());
    let mut ended = false;
    for (_, token) in &list {
        match token {
            Token::Open { name, attributes, closed } => {
                if ended || open.is_empty() && !local(name).eq_ignore_ascii_case("svg") {
                    return None;
                }
                let kept = ELEMENTS.contains(&local(name))
                    && local(name) != "style"
                    && local(name) != "metadata"
                    && !foreign(name);
                let dropped = !kept
                    && (DROPPED.iter().any(|word| word.eq_ignore_ascii_case(local(name)))
                        || foreign(name)
                        || local(name) == "metadata"
                        || !ELEMENTS.contains(&local(name)));
                if dropping == 0 && kept {
                    out.push('<');
                    out.push_str(name);
                    for (attribute, value) in attributes {
                        if active_attribute(name, attribute, value).is_none()
                            && (!foreign(attribute)
                                || attribute.starts_with("xlink:")
                                || attribute.starts_with("xml:")
                                || attribute.starts_with("xmlns:"))
                        {
                            let quote = if value.contains('"') { '\'' } else { '"' };
                            out.push_str(&format!(" {attribute}={quote}{value}{quote}"));
                        }
                    }
                    out.push_str(if *closed { "/>" } else { ">" });
                }
                if !closed {
                    open.push((name, dropped));
                    dropping += usize::from(dropped);
                }
            }
            Token::Close(name) => {
                let (opened, dropped) = open.pop()?;
                if opened != *name {
                    return None;
                }
                if dropping == 0 {
                    out.push_str(&format!("</{name}>"));
                }
                dropping -= usize::from(dropped);
                ended = open.is_empty();
            }
            Token::Text(text) if dropping == 0 && !open.is_empty() => out.push_str(text),
            Token::Data(text) if dropping == 0 && !open.is_empty() => {
                out.push_str(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
            }
            Token::Text(text) if open.is_empty() && !text.trim().is_empty() => return None,
            _ => {}
        }
    }
    (ended && open.is_empty()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kind, Limits, inspect};

    fn active(text: &str) -> bool {
        let mut bytes = text.as_bytes();
        let found = inspect(&mut bytes, &Limits::default());
        assert_eq!(found.kind, Kind::Svg, "{text}");
        !found.problems.is_empty()
    }

    const ACTIVE: [&str; 14] = [
        "<svg><script>alert(1)</script></svg>",
        "<svg onload='alert(1)'/>",
        "<svg><a href='javascript:alert(1)'><text>x</text></a></svg>",
        "<svg><a xlink:href='java&#x09;script:alert(1)'><text>x</text></a></svg>",
        "<svg><foreignObject><p>x</p></foreignObject></svg>",
        "<svg><image href='https://evil.example/x.png'/></svg>",
        "<svg><use href='https://evil.example/x.svg#a'/></svg>",
        "<svg><style>@import 'https://evil.example/x.css';</style></svg>",
        "<svg><rect style='fill:url(https://evil.example/x)'/></svg>",
        "<svg><set attributeName='href' to='javascript:alert(1)'/></svg>",
        "<svg><animate attributeName='href' values='javascript:alert(1)'/></svg>",
        "<?xml-stylesheet href='x.xsl'?><svg/>",
        "<svg><g xmlns='http://www.w3.org/1999/xhtml'><img src='x' onerror='alert(1)'/></g></svg>",
        "<svg><image href='data:image/svg+xml,x'/></svg>",
    ];

    #[test]
    fn active_drawings_are_found() {
        for text in ACTIVE {
            assert!(active(text), "{text}");
        }
        assert!(active("<!DOCTYPE svg [<!ENTITY x 'y'>]><svg>&x;</svg>"));
    }

    #[test]
    fn drawings_are_fine() {
        for text in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"><rect width=\"5\" height=\"5\" fill=\"url(#a)\"/></svg>",
            "<?xml version=\"1.0\"?>\n<!-- x -->\n<svg><style>.a{fill:red}</style><a href=\"https://site.example/\"><text>x</text></a></svg>",
            "<svg><sodipodi:namedview id=\"x\"/><image href=\"data:image/png;base64,AAAA\"/></svg>",
        ] {
            assert!(!active(text), "{text}");
        }
    }

    #[test]
    fn a_sanitised_drawing_is_not_active() {
        for text in ACTIVE {
            if let Some(clean) = sanitise(text) {
                assert!(!active(&clean), "{text} -> {clean}");
            }
        }
        let text = "<svg width=\"5\"><script>x()</script><rect width=\"5\" onclick=\"x()\"/><text>a &amp; b</text></svg>";
        assert_eq!(
            sanitise(text).unwrap(),
            "<svg width=\"5\"><rect width=\"5\"/><text>a &amp; b</text></svg>"
        );
    }
}
