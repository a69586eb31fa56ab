//! A Content Security Policy from what the templates and static files really load: nonces for inline scripts and styles,
//! the hosts that are named, and a list of what no policy of that strength lets run (event handlers, `javascript:`).

use crate::site::Site;
use barding_project::templates::{Element, Template, TemplateContent};
use barding_project::{Project, Series, SettingsModule, Truth};
use barding_source::{FileId, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// What pages load, and what stands in a policy's way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CspSurvey {
    /// Hosts by directive: `script-src` → `https://cdn.example`.
    pub hosts: BTreeMap<&'static str, BTreeSet<String>>,
    /// Inline scripts without a nonce: path and line.
    pub inline_scripts: Vec<(String, u32)>,
    /// Inline style sheets without a nonce.
    pub inline_styles: Vec<(String, u32)>,
    /// `style="…"`: allowed for attributes alone, since no nonce reaches them.
    pub style_attributes: Vec<(String, u32)>,
    /// `onclick="…"` and `href="javascript:…"`.
    pub handlers: Vec<(String, u32)>,
    /// `eval` and its kin in scripts of the project.
    pub evals: Vec<(String, u32)>,
    /// Whether any page has an inline script or style at all.
    pub needs_nonce: bool,
    /// How many templates and static files were looked at.
    pub looked_at: (usize, usize),
}

/// How many places of a kind are named; the rest is counted.
const MOST_PLACES: usize = 20;
/// Larger static files are bundles that nobody wrote.
const LARGEST_STATIC: usize = 1 << 20;

/// Looks at the templates of the site and at its scripts and style sheets.
pub fn survey(project: &Project, sources: &Sources<'_>) -> CspSurvey {
    let mut survey = CspSurvey::default();
    for template in project.templates.iter().filter(|template| template.is_live) {
        match template.content {
            TemplateContent::Html => {
                survey.looked_at.0 += 1;
                template.elements.iter().for_each(|element| survey.element(template, element));
            }
            TemplateContent::JavaScript | TemplateContent::Css => {
                survey.text(template.file.path.as_str(), &template.file.text);
            }
            TemplateContent::Other => {}
        }
    }
    for (at, path) in sources.paths().iter().enumerate() {
        let served =
            path.components().any(|part| matches!(part.as_str(), "static" | "assets" | "staticfiles"));
        let skipped = path
            .components()
            .any(|part| matches!(part.as_str(), "node_modules" | "tests" | "test" | "docs" | "examples"));
        let wanted = matches!(path.extension(), Some("js" | "mjs" | "css"));
        if !served || skipped || !wanted || path.as_str().contains(".min.") {
            continue;
        }
        if let Some(file) = sources.file(FileId(at as u32)).filter(|file| file.text.len() <= LARGEST_STATIC) {
            survey.looked_at.1 += 1;
            survey.text(path.as_str(), &file.text);
        }
    }
    survey
}

impl CspSurvey {
    fn element(&mut self, template: &Template, element: &Element) {
        let path = template.file.path.as_str();
        let line = template.file.line_column(element.start as u32).line;
        let place = (path.to_owned(), line);
        let value = |name: &str| element.attribute(name).map(|attribute| attribute.value.trim());
        let has_nonce = element.attribute("nonce").is_some();
        let directive = match element.name.as_str() {
            "script" => Some(("script-src", "src")),
            "img" => Some(("img-src", "src")),
            "iframe" | "frame" => Some(("frame-src", "src")),
            "video" | "audio" | "source" | "track" => Some(("media-src", "src")),
            "object" => Some(("object-src", "data")),
            "embed" => Some(("object-src", "src")),
            "form" => Some(("form-action", "action")),
            "link" => link_directive(value("rel").unwrap_or_default()).map(|directive| (directive, "href")),
            _ => None,
        };
        if let Some((directive, attribute)) = directive
            && let Some(url) = value(attribute)
        {
            self.host(directive, url);
        }
        if let Some(set) = value("srcset") {
            set.split(',')
                .for_each(|part| self.host("img-src", part.split_whitespace().next().unwrap_or_default()));
        }
        match element.name.as_str() {
            "script" if element.attribute("src").is_none() => {
                let kind = value("type").unwrap_or_default().to_ascii_lowercase();
                // Data blocks do not run, so no policy stops them; import maps are checked like scripts.
                let runs = kind.is_empty()
                    || kind.contains("javascript")
                    || matches!(kind.as_str(), "module" | "importmap" | "speculationrules");
                if runs {
                    self.needs_nonce = true;
                    if !has_nonce {
                        self.inline_scripts.push(place.clone());
                    }
                    let content = template.text(element.end, element.content_end);
                    self.text(path, content);
                }
            }
            "style" => {
                self.needs_nonce = true;
                if !has_nonce {
                    self.inline_styles.push(place.clone());
                }
                self.text("inline.css", template.text(element.end, element.content_end));
            }
            _ => {}
        }
        for attribute in &element.attributes {
            let is_handler = attribute.name.len() > 3
                && attribute.name.starts_with("on")
                && attribute.name.bytes().all(|byte| byte.is_ascii_alphabetic());
            let is_script = matches!(attribute.name.as_str(), "href" | "action" | "src" | "formaction")
                && attribute.value.trim_start().to_ascii_lowercase().starts_with("javascript:");
            if is_handler || is_script {
                self.handlers.push(place.clone());
            }
            if attribute.name == "style" {
                self.style_attributes.push(place.clone());
            }
        }
    }

    /// The origin of an absolute URL; `data:` where the directive may carry data.
    fn host(&mut self, directive: &'static str, url: &str) {
        if url.starts_with("data:") && matches!(directive, "img-src" | "font-src" | "media-src") {
            self.hosts.entry(directive).or_default().insert("data:".to_owned());
            return;
        }
        if let Some(origin) = origin(url) {
            self.hosts.entry(directive).or_default().insert(origin);
        }
    }

    /// A script or a style sheet: what it fetches, and whether it makes code of text.
    fn text(&mut self, path: &str, text: &str) {
        let is_css = path.ends_with(".css");
        if is_css {
            let lower = text.to_ascii_lowercase();
            for (at, _) in lower.match_indices("url(").take(500) {
                let url = text[at + 4..].trim_start_matches([' ', '"', '\'']);
                let url: String =
                    url.chars().take_while(|letter| !matches!(letter, ')' | '"' | '\'')).take(300).collect();
                let before = lower[..at].trim_end();
                let directive = if before.ends_with("@import") {
                    "style-src"
                } else if lower[at..].chars().take(200).collect::<String>().contains("format(")
                    || is_font(&url)
                {
                    "font-src"
                } else {
                    "img-src"
                };
                self.host(directive, &url);
            }
            return;
        }
        for (call, directive) in [
            ("fetch(", "connect-src"),
            ("new WebSocket(", "connect-src"),
            ("new EventSource(", "connect-src"),
            ("sendBeacon(", "connect-src"),
            ("new Worker(", "worker-src"),
            ("importScripts(", "script-src"),
        ] {
            for (at, _) in text.match_indices(call).take(500) {
                let argument = text[at + call.len()..].trim_start_matches([' ', '"', '\'', '`']);
                let url: String = argument
                    .chars()
                    .take_while(|letter| !matches!(letter, '"' | '\'' | '`' | ')'))
                    .take(300)
                    .collect();
                self.host(directive, &url);
            }
        }
        for call in
            ["eval(", "new Function(", "setTimeout(\"", "setTimeout('", "setInterval(\"", "setInterval('"]
        {
            if let Some(at) = text.find(call) {
                let whole = call != "eval("
                    || !text[..at]
                        .chars()
                        .next_back()
                        .is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '.');
                if whole {
                    let line = text[..at].matches('\n').count() as u32 + 1;
                    self.evals.push((path.to_owned(), line));
                }
            }
        }
    }
}

fn is_font(url: &str) -> bool {
    [".woff", ".woff2", ".ttf", ".otf", ".eot"]
        .iter()
        .any(|end| url.split(['?', '#']).next().unwrap_or_default().ends_with(end))
}

fn link_directive(rel: &str) -> Option<&'static str> {
    let rel = rel.to_ascii_lowercase();
    let has = |word: &str| rel.split_whitespace().any(|own| own == word);
    if has("stylesheet") {
        Some("style-src")
    } else if has("icon") || has("apple-touch-icon") {
        Some("img-src")
    } else if has("manifest") {
        Some("manifest-src")
    } else if has("modulepreload") {
        Some("script-src")
    } else {
        None
    }
}

/// `https://cdn.example` of `https://cdn.example/lib.js`; `None` for this host and for what a template computes.
fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = match url.split_once("//") {
        Some(("", rest)) => ("https:", rest),
        Some((scheme @ ("https:" | "http:" | "wss:" | "ws:"), rest)) => (scheme, rest),
        _ => return None,
    };
    let host: String = rest.chars().take_while(|letter| !matches!(letter, '/' | '?' | '#')).collect();
    let plain = !host.is_empty()
        && host.contains('.')
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:".contains(&byte));
    plain.then(|| format!("{scheme}//{}", host.to_ascii_lowercase()))
}

/// Who sends the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sender {
    Django,
    DjangoCsp4,
}

/// The settings that send the policy.
pub fn csp(site: &Site, settings: Option<&SettingsModule>, survey: &CspSurvey) -> String {
    let mut out = format!(
        "# Content Security Policy of {}, from {} templates and {} static files. Made by `barding generate csp`.\n",
        site.main_domain(),
        survey.looked_at.0,
        survey.looked_at.1
    );
    let sender = sender(site, settings);
    match sender {
        Sender::Django => out.push_str("# For Django's own middleware (6.0 and later).\n"),
        Sender::DjangoCsp4 => out.push_str("# For django-csp 4 (pip install \"django-csp>=4\").\n"),
    }
    out.push_str("# Try it first as a report: SECURE_CSP_REPORT_ONLY (Django) or CONTENT_SECURITY_POLICY_REPORT_ONLY (django-csp).\n");
    out.push_str(&obstacles(survey, sender));
    out.push('\n');
    out.push_str(&lines(survey, settings, sender));
    out
}

fn sender(site: &Site, settings: Option<&SettingsModule>) -> Sender {
    let uses_package = settings.is_some_and(|settings| {
        settings.contains("MIDDLEWARE", "csp.middleware.CSPMiddleware") == Truth::Yes
            && settings.contains("MIDDLEWARE", "django.middleware.csp.ContentSecurityPolicyMiddleware")
                != Truth::Yes
    });
    if site.series >= Series::V6_0 && !uses_package { Sender::Django } else { Sender::DjangoCsp4 }
}

/// The lines for Django's own middleware, for a settings module that star-imports its base.
pub(crate) fn django_lines(survey: &CspSurvey, settings: Option<&SettingsModule>) -> String {
    lines(survey, settings, Sender::Django)
}

/// What has to change in the templates before the policy holds.
fn obstacles(survey: &CspSurvey, sender: Sender) -> String {
    let nonce = match sender {
        Sender::Django => "nonce=\"{{ csp_nonce }}\"",
        Sender::DjangoCsp4 => "nonce=\"{{ request.csp_nonce }}\"",
    };
    let mut out = String::new();
    let mut list = |what: &str, places: &[(String, u32)]| {
        if places.is_empty() {
            return;
        }
        out.push_str(&format!("#\n# {what}\n"));
        for (path, line) in places.iter().take(MOST_PLACES) {
            let path: String = path.chars().filter(|letter| !letter.is_control()).collect();
            out.push_str(&format!("#   {path} line {line}\n"));
        }
        if places.len() > MOST_PLACES {
            out.push_str(&format!("#   and {} more\n", places.len() - MOST_PLACES));
        }
    };
    list(&format!("Inline scripts that need {nonce}:"), &survey.inline_scripts);
    list(&format!("Inline style sheets that need {nonce}:"), &survey.inline_styles);
    list(
        "Event handlers and javascript: links, which the policy stops; move them into a script with addEventListener:",
        &survey.handlers,
    );
    list(
        "eval and its kin, which the policy stops; rewrite them, since 'unsafe-eval' would undo much of it:",
        &survey.evals,
    );
    list(
        "style=\"…\", for which style-src-attr is opened below; classes would do without:",
        &survey.style_attributes,
    );
    out
}

fn lines(survey: &CspSurvey, settings: Option<&SettingsModule>, sender: Sender) -> String {
    let (own, none, nonce) = match sender {
        Sender::Django => ("CSP.SELF", "CSP.NONE", "CSP.NONCE"),
        Sender::DjangoCsp4 => ("SELF", "NONE", "NONCE"),
    };
    let mut policy: Vec<(&str, Vec<String>)> = Vec::new();
    let mut add = |directive: &'static str, words: &[&str]| {
        let hosts = survey.hosts.get(directive).into_iter().flatten();
        // A directive of only 'none' ends where a host is needed.
        let words = words
            .iter()
            .filter(|word| **word != none || survey.hosts.get(directive).is_none_or(BTreeSet::is_empty));
        let mut all: Vec<String> = words.map(|word| (*word).to_owned()).collect();
        all.extend(hosts.map(|host| format!("\"{host}\"")));
        policy.push((directive, all));
    };
    add("default-src", &[own]);
    add("script-src", &[own, nonce]);
    add("style-src", &[own, nonce]);
    if !survey.style_attributes.is_empty() {
        add("style-src-attr", &["\"'unsafe-inline'\""]);
    }
    add("img-src", &[own]);
    for directive in ["font-src", "connect-src", "media-src", "frame-src", "worker-src", "manifest-src"] {
        if survey.hosts.contains_key(directive) {
            add(directive, &[own]);
        }
    }
    add("object-src", &[none]);
    add("base-uri", &[none]);
    add("form-action", &[own]);
    let framed = settings.is_some_and(|settings| {
        settings
            .get("X_FRAME_OPTIONS")
            .value()
            .is_some_and(|value| value.equals_text("SAMEORIGIN") == Truth::Yes)
    });
    add("frame-ancestors", &[if framed { own } else { none }]);
    let comments: BTreeMap<&str, &str> = [
        ("script-src", "no 'unsafe-inline': a script runs when it is ours or carries this response's nonce"),
        ("style-src-attr", "for style=\"…\"; style sheets still need the nonce"),
        ("object-src", "no plug-ins"),
        ("base-uri", "no injected <base> turns our relative links elsewhere"),
        ("form-action", "no injected form sends data elsewhere"),
        ("frame-ancestors", "who may frame us; newer browsers read this instead of X-Frame-Options"),
    ]
    .into();
    let indent = if sender == Sender::Django { "    " } else { "        " };
    let mut body = String::new();
    for (directive, words) in policy {
        let comment = comments.get(directive).map(|comment| format!("  # {comment}")).unwrap_or_default();
        body.push_str(&format!("{indent}\"{directive}\": [{}],{comment}\n", words.join(", ")));
    }
    match sender {
        Sender::Django => {
            let middleware = "django.middleware.csp.ContentSecurityPolicyMiddleware";
            let mut out = String::from("from django.utils.csp import CSP\n\n");
            out.push_str(&middleware_line(settings, middleware));
            out.push_str(&processor_lines(settings));
            out.push_str(&format!("SECURE_CSP = {{\n{body}}}\n"));
            out
        }
        Sender::DjangoCsp4 => {
            let middleware = "csp.middleware.CSPMiddleware";
            let mut out = String::from("from csp.constants import NONCE, NONE, SELF\n\n");
            if settings.is_none_or(|settings| settings.contains("INSTALLED_APPS", "csp") != Truth::Yes) {
                out.push_str("INSTALLED_APPS = [*INSTALLED_APPS, \"csp\"]\n");
            }
            out.push_str(&middleware_line(settings, middleware));
            out.push_str(&format!(
                "CONTENT_SECURITY_POLICY = {{\n    \"DIRECTIVES\": {{\n{body}    }},\n}}\n"
            ));
            out
        }
    }
}

fn middleware_line(settings: Option<&SettingsModule>, middleware: &str) -> String {
    match settings.map(|settings| settings.contains("MIDDLEWARE", middleware)) {
        Some(Truth::Yes) => String::new(),
        Some(Truth::Maybe) => format!(
            "if \"{middleware}\" not in MIDDLEWARE:\n    MIDDLEWARE = [*MIDDLEWARE[:1], \"{middleware}\", *MIDDLEWARE[1:]]\n"
        ),
        // After SecurityMiddleware, which stands first.
        _ => format!("MIDDLEWARE = [*MIDDLEWARE[:1], \"{middleware}\", *MIDDLEWARE[1:]]\n"),
    }
}

/// `csp_nonce` in templates comes from a context processor, without which the nonce stands only in the header.
fn processor_lines(settings: Option<&SettingsModule>) -> String {
    let processor = "django.template.context_processors.csp";
    let has = settings.and_then(|settings| settings.get("TEMPLATES").value()).is_some_and(|templates| {
        templates.items().is_some_and(|engines| {
            engines.iter().any(|engine| {
                engine
                    .key("OPTIONS")
                    .and_then(|options| options.key("context_processors"))
                    .is_some_and(|list| list.contains(processor) == Truth::Yes)
            })
        })
    });
    if has {
        return String::new();
    }
    format!(
        "# Gives templates {{{{ csp_nonce }}}}.\nTEMPLATES = [\n    {{\n        **engine,\n        \"OPTIONS\": {{\n            **engine.get(\"OPTIONS\", {{}}),\n            \"context_processors\": [\n                *engine.get(\"OPTIONS\", {{}}).get(\"context_processors\", []),\n                \"{processor}\",\n            ],\n        }},\n    }}\n    if engine.get(\"BACKEND\") == \"django.template.backends.django.DjangoTemplates\"\n    else engine\n    for engine in TEMPLATES\n]\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_other_hosts_are_named() {
        assert_eq!(origin("https://CDN.example/a.js"), Some("https://cdn.example".to_owned()));
        assert_eq!(origin("//cdn.example/a.js"), Some("https://cdn.example".to_owned()));
        assert_eq!(origin("/static/a.js"), None);
        assert_eq!(origin("{% static 'a.js' %}"), None);
        assert_eq!(origin("https://{{ host }}/a.js"), None);
        assert_eq!(origin("https://a.example';script-src *"), None);
    }
}
