//! What the rules about forms ask of a `<form>`: where it posts to, and whether a token stands in it.

use barding_project::Project;
use barding_project::templates::{Element, Template};

/// Where a form sends its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To this site: no action, or a path.
    OwnSite,
    /// To an address that a value or a script gives, and that most likely is on this site.
    LikelyOwnSite,
    /// To an address that names its host.
    OtherSite,
    /// A value or another scheme decides.
    Unknown,
}

/// The forms of a template.
pub(super) fn forms(template: &Template) -> impl Iterator<Item = &Element> {
    template.elements.iter().filter(|element| element.name == "form")
}

/// The method in lower case; `None` when a variable decides.
pub(super) fn method(form: &Element) -> Option<String> {
    match form.attribute("method") {
        None => Some("get".to_owned()),
        Some(method) if method.has_holes => None,
        Some(method) => Some(method.value.trim().to_ascii_lowercase()),
    }
}

/// Words of addresses that are other people's: those of who takes the money, and of who logs people in.
const FOREIGN: &[&str] =
    &["paypal", "payment", "gateway", "external", "stripe", "checkout_url", "redirect", "post_url"];

/// Where the form posts to.
pub(super) fn target(form: &Element) -> Target {
    let lower =
        form.attribute("action").map(|action| action.value.trim().to_ascii_lowercase()).unwrap_or_default();
    // A form that fills a frame is often given its address by a script.
    if lower.is_empty() {
        return if form.attribute("target").is_some() { Target::LikelyOwnSite } else { Target::OwnSite };
    }
    let absolute = ["http://", "https://", "//"].iter().find_map(|start| lower.strip_prefix(start));
    if let Some(rest) = absolute {
        return if rest.starts_with("{{") || rest.starts_with("{%") {
            Target::Unknown
        } else {
            Target::OtherSite
        };
    }
    if lower.starts_with(['/', '.', '?', '#'])
        || lower.starts_with("{% url")
        || lower.starts_with("{{ url(")
        || lower.starts_with("{{url(")
    {
        return Target::OwnSite;
    }
    if lower.starts_with("{%") || lower.starts_with("{{") {
        let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
        return if holds(&["get_absolute_url", "request.path", "request.get_full_path", "get_admin"]) {
            Target::OwnSite
        } else if holds(&["_url", "action"]) && !holds(FOREIGN) {
            Target::LikelyOwnSite
        } else {
            Target::Unknown
        };
    }
    let scheme = lower.split(['/', '?', '#', '{']).next().unwrap_or_default();
    if scheme.contains(':') { Target::Unknown } else { Target::OwnSite }
}

/// What is known about a token in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// It is there.
    Present,
    /// It is not.
    Absent,
    /// A part of the form stands elsewhere and could bring it.
    Unknown,
}

/// Tags of Django and Jinja2 that print no form.
const PRINTS_NO_TOKEN: &[&str] = &[
    "autoescape",
    "blocktrans",
    "blocktranslate",
    "break",
    "cache",
    "comment",
    "continue",
    "cycle",
    "debug",
    "do",
    "elif",
    "else",
    "empty",
    "filter",
    "firstof",
    "for",
    "get_current_language",
    "get_static_prefix",
    "if",
    "ifchanged",
    "ifequal",
    "ifnotequal",
    "language",
    "load",
    "localize",
    "localtime",
    "lorem",
    "now",
    "plural",
    "raw",
    "regroup",
    "resetcycle",
    "set",
    "spaceless",
    "static",
    "templatetag",
    "timezone",
    "trans",
    "translate",
    "url",
    "verbatim",
    "widthratio",
    "with",
    "without",
    "get_media_prefix",
    "pluralize",
    "macro",
    "thumbnail",
];

/// Whether the content of `form` holds the token, also through includes and blocks.
pub(super) fn token(form: &Element, template: &Template, project: &Project) -> Token {
    if mentions_token(template, form.start, form.content_end) {
        return Token::Present;
    }
    let mut unknown = false;
    for tag in &template.tags {
        let inside = tag.place.start as usize >= form.end && (tag.place.end as usize) <= form.content_end;
        if !inside {
            continue;
        }
        match tag.name.as_str() {
            "include" | "import" | "from" => {
                match tag.arguments.first().map(|name| name.trim_matches(['"', '\''])) {
                    Some(name) => match included(name, project, 0) {
                        Token::Present => return Token::Present,
                        Token::Absent => {}
                        Token::Unknown => unknown = true,
                    },
                    None => unknown = true,
                }
            }
            "block" => {
                let block = tag.arguments.first().map(String::as_str).unwrap_or_default();
                if project.templates.children(template).iter().any(|child| block_mentions_token(child, block))
                {
                    unknown = true;
                }
            }
            // Tags of packages that render whole forms, most of them with the token.
            "crispy" | "render_form" | "form" | "form_tag" | "wagtail_form" | "call" => unknown = true,
            name if name.contains("csrf") || name.contains("token") => return Token::Present,
            name if PRINTS_NO_TOKEN.contains(&name) || name.starts_with("end") => {}
            // A tag of the project or of a package may print the whole form.
            _ => unknown = true,
        }
    }
    for variable in &template.variables {
        let inside =
            variable.place.start as usize >= form.end && (variable.place.end as usize) <= form.content_end;
        let operand = &variable.expression.operand;
        if inside
            && (operand.contains("csrf")
                || operand.contains("hidden_tag")
                || operand.contains("caller(")
                || operand == "block.super"
                || operand.contains("super()"))
        {
            unknown = true;
        }
    }
    if unknown { Token::Unknown } else { Token::Absent }
}

fn block_mentions_token(child: &Template, block: &str) -> bool {
    child
        .tags
        .iter()
        .any(|tag| tag.name == "block" && tag.arguments.first().is_some_and(|name| name == block))
        && mentions_token(child, 0, usize::MAX)
}

/// Whether a tag, a variable or a field between two offsets names the token. Comments do not count.
fn mentions_token(template: &Template, start: usize, end: usize) -> bool {
    let names = |text: &str| {
        let lower = text.to_ascii_lowercase();
        lower.contains("csrf") || lower.contains("xsrf")
    };
    let inside = |place: barding_source::Span| place.start as usize >= start && place.end as usize <= end;
    template
        .tags
        .iter()
        .any(|tag| inside(tag.place) && (names(&tag.name) || tag.arguments.iter().any(|word| names(word))))
        || template
            .variables
            .iter()
            .any(|variable| inside(variable.place) && names(&variable.expression.operand))
        || template.elements.iter().any(|element| {
            element.start >= start
                && element.end <= end
                && element
                    .attributes
                    .iter()
                    .any(|attribute| names(&attribute.name) || names(&attribute.value))
        })
}

fn included(name: &str, project: &Project, depth: usize) -> Token {
    let mut seen = false;
    for template in project.templates.named(name) {
        seen = true;
        if mentions_token(template, 0, usize::MAX) {
            return Token::Present;
        }
        if depth < 4 {
            for tag in template.tags.iter().filter(|tag| tag.name == "include") {
                let Some(inner) = tag.arguments.first() else { continue };
                match included(inner.trim_matches(['"', '\'']), project, depth + 1) {
                    Token::Present => return Token::Present,
                    Token::Unknown => return Token::Unknown,
                    Token::Absent => {}
                }
            }
        }
    }
    let prints = |template: &Template| {
        template.tags.iter().any(|tag| {
            let name = tag.name.as_str();
            !(PRINTS_NO_TOKEN.contains(&name)
                || name.starts_with("end")
                || matches!(name, "include" | "block" | "extends"))
        })
    };
    if seen && !project.templates.named(name).any(prints) { Token::Absent } else { Token::Unknown }
}

/// Whether a script, not the browser, sends the form.
pub(super) fn sent_by_script(form: &Element) -> bool {
    const PREFIXES: &[&str] = &[
        "hx-",
        "data-hx-",
        "@submit",
        "v-on:submit",
        "x-on:submit",
        "ng-submit",
        "data-remote",
        "data-ajax",
        "up-submit",
        "data-turbo",
        "data-controller",
    ];
    PREFIXES.iter().any(|prefix| form.has_attribute_starting(prefix))
        || form.attribute("onsubmit").is_some_and(|handler| handler.value.contains("return false"))
        || form.attribute("class").is_some_and(|class| class.value.contains("ajax"))
}
