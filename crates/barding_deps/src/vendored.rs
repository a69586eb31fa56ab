//! JavaScript libraries that were copied into the project. Their advisories are not known here, and silence about them
//! would look like safety, so they are named.

use camino::Utf8Path;

/// Libraries by the first word of their files.
const LIBRARIES: &[&str] = &[
    "alpine",
    "angular",
    "axios",
    "backbone",
    "bootstrap",
    "chart",
    "ckeditor",
    "codemirror",
    "d3",
    "datatables",
    "dompurify",
    "ember",
    "fullcalendar",
    "handlebars",
    "highcharts",
    "highlight",
    "htmx",
    "jquery",
    "jquery-ui",
    "knockout",
    "leaflet",
    "lodash",
    "marked",
    "mermaid",
    "moment",
    "mustache",
    "popper",
    "react",
    "require",
    "select2",
    "sortable",
    "swagger-ui",
    "three",
    "tinymce",
    "underscore",
    "vue",
    "zepto",
];

/// Whether a file came along with somebody else's code that was copied in: what it asks for, nobody installs.
pub(crate) fn is_copied(path: &Utf8Path) -> bool {
    path.parent().into_iter().flat_map(Utf8Path::components).any(|part| {
        matches!(
            part.as_str(),
            "vendor" | "_vendor" | "vendored" | "third_party" | "thirdparty" | "extern" | "externals"
        )
    })
}

/// Whether the file is a copy of somebody's JavaScript library, going by its name: `jquery-3.4.1.min.js`, `vue.js`.
pub(crate) fn is_library(path: &Utf8Path) -> bool {
    let Some(name) = path.file_name().map(str::to_ascii_lowercase) else { return false };
    let Some(stem) = name.strip_suffix(".js") else { return false };
    if stem.ends_with(".min") {
        return true;
    }
    LIBRARIES.iter().any(|library| {
        stem.strip_prefix(library).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with(['-', '.', '_']) && rest[1..].starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_of_libraries_are_known_by_their_names() {
        for name in
            ["jquery-3.4.1.min.js", "static/js/vue.js", "jquery.3.js", "own.min.js", "Bootstrap-4.0.js"]
        {
            assert!(is_library(Utf8Path::new(name)), "{name}");
        }
        for name in
            ["shop/static/cart.js", "jquery-plugin-of-ours.js", "vue.ts", "chart-page.js", "jquery.css"]
        {
            assert!(!is_library(Utf8Path::new(name)), "{name}");
        }
    }
}
