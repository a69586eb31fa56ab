//! Which files are templates, in which language, by what name they are loaded and what they render to. Told by path
//! and a look at the text.

use super::{Language, TemplateContent};
use camino::Utf8Path;

/// What a path says about a template.
pub(super) struct Location {
    pub(super) name: Option<String>,
    pub(super) language: Language,
    pub(super) is_live: bool,
    /// Whether the folder alone makes it a template; otherwise the text has to look like one.
    pub(super) in_folder: bool,
}

/// Where `path` stands among templates; `None` when it is none by its name.
pub(super) fn location(path: &Utf8Path) -> Option<Location> {
    let folder_end = template_folder_end(path);
    let file_name = path.file_name()?.to_ascii_lowercase();
    let in_folder = folder_end.is_some();
    if is_skeleton(path) || !(in_folder && may_be_rendered(&file_name) || is_html_name(&file_name)) {
        return None;
    }
    let folders: Vec<&str> =
        path.parent().map(|p| p.components().map(|c| c.as_str()).collect()).unwrap_or_default();
    if !in_folder
        && folders.iter().any(|folder| {
            matches!(
                *folder,
                "static" | "staticfiles" | "dist" | "build" | "_build" | "htmlcov" | "node_modules"
            )
        })
    {
        return None;
    }
    let jinja = folders.iter().any(|folder| matches!(*folder, "jinja2" | "jinja"))
        || file_name.split('.').any(|part| matches!(part, "jinja" | "jinja2" | "j2"));
    let language = if jinja { Language::Jinja2 } else { Language::Django };
    let name = folder_end.map(|end| path.as_str()[end..].to_owned());
    Some(Location { name, language, is_live: is_live(path), in_folder })
}

/// The offset in the path where the name by which Django loads it starts.
fn template_folder_end(path: &Utf8Path) -> Option<usize> {
    let text = path.as_str();
    let first = |folders: [&str; 2]| {
        folders
            .iter()
            .filter_map(|folder| {
                text.match_indices(folder)
                    .find(|(at, _)| *at == 0 || text.as_bytes()[at - 1] == b'/')
                    .map(|(at, found)| at + found.len())
            })
            .min()
    };
    first(["templates/", "jinja2/"]).or_else(|| first(["template/", "jinja/"]))
}

/// Whether it belongs to what runs the site.
pub(super) fn is_live(path: &Utf8Path) -> bool {
    !path.components().any(|part| {
        matches!(
            part.as_str().to_ascii_lowercase().as_str(),
            "tests"
                | "test"
                | "testing"
                | "testapp"
                | "test_app"
                | "testproject"
                | "test_project"
                | "docs"
                | "doc"
                | "examples"
                | "example"
                | "example_project"
                | "demo"
                | "sandbox"
                | "benchmarks"
                | "fixtures"
                | "testdata"
        )
    })
}

/// Skeletons of projects and charts for other tools hold the same brackets and are no templates of a site.
fn is_skeleton(path: &Utf8Path) -> bool {
    path.components().any(|part| {
        let part = part.as_str();
        part.contains("{{")
            || matches!(part, "app_template" | "project_template" | "cookiecutter" | "charts" | "helm")
    })
}

fn may_be_rendered(file_name: &str) -> bool {
    const NOT_TEMPLATES: &[&str] = &[
        "py", "pyc", "pyi", "png", "jpg", "jpeg", "gif", "webp", "ico", "woff", "woff2", "ttf", "eot", "otf",
        "mo", "po", "map", "scss", "sass", "less", "pdf", "zip", "gz", "mp3", "mp4", "docx", "xlsx", "odt",
        "md", "rst", "yaml", "yml", "toml", "lock", "sqlite3", "db", "ts", "tsx", "vue", "jsx",
    ];
    match file_name.rsplit_once('.') {
        Some((_, extension)) => !NOT_TEMPLATES.contains(&extension),
        None => true,
    }
}

fn is_html_name(file_name: &str) -> bool {
    let inner = inner_name(file_name);
    ["html", "htm", "djhtml", "xhtml"].iter().any(|extension| inner.ends_with(&format!(".{extension}")))
        || file_name.ends_with(".jinja") && inner == file_name
}

/// The name without the suffixes that only say "this is a template".
fn inner_name(file_name: &str) -> &str {
    let mut name = file_name;
    for suffix in [".jinja2", ".jinja", ".j2", ".tpl", ".tmpl", ".template", ".djt", ".dtl"] {
        if let Some(shorter) = name.strip_suffix(suffix)
            && shorter.contains('.')
        {
            name = shorter;
        }
    }
    name
}

/// What the template renders to, by its name and, where that does not tell, by its text.
pub(super) fn content(path: &Utf8Path, text: &str) -> TemplateContent {
    let file_name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let inner = inner_name(&file_name);
    let extension = inner.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mail = path.as_str().to_ascii_lowercase().contains("mail");
    match extension {
        // Text mails are often named `.html`.
        "html" | "htm" if mail && !has_markup(text) => TemplateContent::Other,
        "html" | "htm" | "djhtml" | "xhtml" | "svg" | "inc" | "email" => TemplateContent::Html,
        "js" | "mjs" => TemplateContent::JavaScript,
        "css" => TemplateContent::Css,
        "" | "tpl" | "tmpl" | "template" | "jinja" | "jinja2" | "j2" | "dtl" | "eml" => look(inner, text),
        _ => TemplateContent::Other,
    }
}

fn has_markup(text: &str) -> bool {
    text.as_bytes()
        .windows(2)
        .any(|pair| pair[0] == b'<' && (pair[1].is_ascii_alphabetic() || pair[1] == b'!'))
}

fn look(name: &str, text: &str) -> TemplateContent {
    let head = text.get(..text.floor_char_boundary(20_000)).unwrap_or_default();
    let lower = head.to_ascii_lowercase();
    let has = |needle: &str| lower.contains(needle);
    if has("<html")
        || has("<div")
        || has("<p>")
        || has("<span")
        || has("<table")
        || has("<form")
        || has("<script")
        || has("<a ")
        || has("<li")
    {
        TemplateContent::Html
    } else if name.contains("_js") || (has("function") && (has("var ") || has("const ") || has("return"))) {
        TemplateContent::JavaScript
    } else {
        TemplateContent::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_tell_name_language_and_content() {
        let at = |path: &str| location(Utf8Path::new(path));
        let shop = at("shop/templates/shop/cart.html").unwrap();
        assert_eq!(shop.name.as_deref(), Some("shop/cart.html"));
        assert_eq!(shop.language, Language::Django);
        assert_eq!(at("shop/jinja2/shop/cart.html").unwrap().language, Language::Jinja2);
        assert!(!at("shop/tests/templates/a.html").unwrap().is_live);
        assert!(at("shop/templates/app/models.py").is_none());
        assert!(at("static/app/a.html").is_none());
        assert!(at("{{cookiecutter.name}}/templates/a.html").is_none());
        let content = |path: &str, text: &str| content(Utf8Path::new(path), text);
        assert_eq!(content("a/urls_js.tpl", "var data = {{ data|safe }};"), TemplateContent::JavaScript);
        assert_eq!(content("a/mail.txt", "{{ x }}"), TemplateContent::Other);
        assert_eq!(content("a/settings.py.tpl", "X = {{ x }}"), TemplateContent::Other);
        assert_eq!(content("a/page.html.j2", ""), TemplateContent::Html);
    }
}
