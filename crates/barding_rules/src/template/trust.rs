//! What a printed expression is likely to hold: the filters it runs through, and the words in its name. Names are all a
//! template says about a value; what follows from a name is never more than likely.

use barding_finding::{Confidence, Severity};
use barding_project::templates::{Escaping, Expression, Filter, Language, Variable};

/// What the filters make of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    /// Printed as it is, escaped if escaping is on.
    Plain,
    /// Printed without escaping: marked safe.
    Raw,
    /// Holds nothing that could do harm in text: a number, a date, or escaped already.
    Harmless,
}

/// Runs a value through its filters as Django and Jinja2 do.
pub(super) fn output<'f>(
    filters: impl IntoIterator<Item = &'f Filter>,
    escaping: Escaping,
    language: Language,
) -> Output {
    let mut state = Output::Plain;
    let mut items_raw = false;
    for filter in filters {
        let name = filter.name.as_str();
        state = match (name, state) {
            (_, Output::Harmless) => Output::Harmless,
            ("safe", _) => Output::Raw,
            ("safeseq", _) => {
                items_raw = true;
                state
            }
            ("join", _) if items_raw => Output::Raw,
            ("force_escape" | "forceescape", _) => Output::Harmless,
            ("escape" | "e", Output::Plain) => Output::Harmless,
            (name, _) if harmless_result(name) || is_sanitiser(name) => Output::Harmless,
            // These escape what they are given, unless escaping is off.
            (
                "linebreaks" | "linebreaksbr" | "urlize" | "urlizetrunc" | "unordered_list" | "linenumbers"
                | "join",
                Output::Plain,
            ) if escaping == Escaping::On && language == Language::Django => Output::Harmless,
            (name, Output::Raw) if drops_safeness(name) && language == Language::Django => Output::Plain,
            (_, state) => state,
        };
    }
    state
}

/// Filters whose result holds no markup whatever they are given.
fn harmless_result(name: &str) -> bool {
    matches!(
        name,
        "length"
            | "count"
            | "wordcount"
            | "date"
            | "time"
            | "timesince"
            | "timeuntil"
            | "naturaltime"
            | "naturalday"
            | "floatformat"
            | "filesizeformat"
            | "intcomma"
            | "intword"
            | "ordinal"
            | "apnumber"
            | "divisibleby"
            | "get_digit"
            | "pluralize"
            | "slugify"
            | "escapejs"
            | "json_script"
            | "tojson"
            | "urlencode"
            | "int"
            | "float"
            | "round"
            | "abs"
            | "unlocalize"
            | "localize"
            | "crispy"
            | "as_crispy_field"
            | "as_crispy_form"
            | "as_crispy_errors"
            | "bootstrap"
            | "add_class"
            | "attr"
            | "render_field"
            | "as_widget"
    )
}

/// Filters that a project names after what they do.
fn is_sanitiser(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["bleach", "sanitize", "sanitise", "nh3", "purify", "clean_html", "html_clean", "escape_html"]
        .iter()
        .any(|word| name.contains(word))
}

fn drops_safeness(name: &str) -> bool {
    matches!(name, "upper" | "make_list" | "yesno" | "dictsort" | "dictsortreversed" | "length_is")
}

/// Whose text it probably is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Django's or the template's own: forms, counters, blocks.
    Ours,
    /// A number, an identifier, a flag.
    Number,
    /// Markup that the project makes on purpose.
    Markup,
    /// Its name says nothing.
    Unknown,
    /// Text that somebody writes for others to read: a body, a description.
    Content,
    /// Text that any visitor chooses: a name, a comment, a message with their input.
    UserText,
    /// The request itself.
    Request,
}

impl Origin {
    /// How sure we are that markup in it can come from a stranger.
    pub(super) fn confidence(self) -> Confidence {
        match self {
            Self::Ours | Self::Number | Self::Markup | Self::Unknown => Confidence::Low,
            Self::Content | Self::UserText => Confidence::Medium,
            Self::Request => Confidence::High,
        }
    }

    /// How bad it is when printed raw.
    pub(super) fn severity(self) -> Severity {
        match self {
            Self::Ours | Self::Number => Severity::Info,
            Self::Markup => Severity::Low,
            Self::Unknown | Self::Content => Severity::Medium,
            Self::UserText | Self::Request => Severity::High,
        }
    }

    /// What the name tells, as a clause.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Ours => "Django itself makes it",
            Self::Number => "its name says it is a number",
            Self::Markup => {
                "its name says it is markup made by the project; who may write into it is not visible here"
            }
            Self::Unknown => "who may write into it is not visible in the template",
            Self::Content => "its name says it is text written by people",
            Self::UserText => "its name says it holds text that visitors choose",
            Self::Request => "the visitor's own request fills it",
        }
    }
}

/// Whose text a variable holds, by the name of what it is bound to.
pub(super) fn origin_of(variable: &Variable) -> Origin {
    origin(&variable.origin, &variable.expression)
}

/// Whose text an expression holds.
pub(super) fn origin(path: &str, expression: &Expression) -> Origin {
    if expression.is_constant() || Expression::parse(path, Language::Django).is_constant() {
        return Origin::Ours;
    }
    let lower = path.to_ascii_lowercase();
    let path = lower.trim_start_matches("view.").trim_start_matches("self.");
    if let Some(rest) = path.strip_prefix("request.") {
        return request_part(rest);
    }
    if is_ours(path) {
        return Origin::Ours;
    }
    let segments: Vec<&str> = path
        .split(['.', '[', ']', '(', ')', '\'', '"', ' '])
        .filter(|part| !part.is_empty() && *part != "*")
        .collect();
    let Some(last) = segments.last().copied() else { return Origin::Unknown };
    let name =
        if last.parse::<u32>().is_ok() && segments.len() > 1 { segments[segments.len() - 2] } else { last };
    if is_number(name) {
        return Origin::Number;
    }
    // A single error or message is a text into which views format what the visitor sent.
    let item = path.ends_with(".*") || last.parse::<u32>().is_ok();
    if path.contains("errors.*") || item && segments.contains(&"errors") {
        return Origin::UserText;
    }
    if segments.first() == Some(&"messages") && item
        || matches!(name, "message" | "error" | "error_message" | "err" | "errors" | "msg")
    {
        return Origin::UserText;
    }
    if is_markup(name) {
        return Origin::Markup;
    }
    if is_user_text(name)
        || (segments.len() > 1 && is_person(segments[segments.len() - 2]) && !is_markup(name))
    {
        return Origin::UserText;
    }
    if is_content(name) { Origin::Content } else { Origin::Unknown }
}

fn request_part(rest: &str) -> Origin {
    let first = rest.split(['.', '[', '(']).next().unwrap_or_default();
    match first {
        "get" | "post" | "cookies" | "headers" | "meta" | "body" | "data" | "query_params"
        | "get_full_path" | "path" | "path_info" | "build_absolute_uri" | "files" | "get_full_path_info" => {
            Origin::Request
        }
        "user" => origin(rest, &Expression { operand: rest.to_owned(), filters: Vec::new() }),
        "csp_nonce" | "scheme" | "is_secure" | "get_host" | "site" => Origin::Ours,
        _ => Origin::Unknown,
    }
}

/// What Django prints as markup of its own.
fn is_ours(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    let first = path.split('.').next().unwrap_or_default();
    matches!(
        last,
        "as_p"
            | "as_p()"
            | "as_table"
            | "as_table()"
            | "as_ul"
            | "as_ul()"
            | "as_div"
            | "as_div()"
            | "as_widget"
            | "as_hidden"
            | "as_text"
            | "label_tag"
            | "label_tag()"
            | "legend_tag"
            | "media"
            | "hidden_fields"
            | "visible_fields"
            | "management_form"
            | "help_text"
            | "empty_form"
            | "id_for_label"
            | "auto_id"
            | "html_name"
            | "csrf_token"
            | "csrf_input"
            | "csp_nonce"
            | "render_as_table"
            | "queries_count"
    ) || matches!(
        first,
        "forloop" | "loop" | "block" | "csrf_token" | "csrf_input" | "csp_nonce" | "widget" | "boundfield"
    ) || matches!(
        path,
        "form"
            | "formset"
            | "super()"
            | "caller()"
            | "form.*"
            | "formset.*"
            | "field"
            | "wizard.form"
            | "static_url"
            | "media_url"
            | "language_code"
            | "language_bidi"
            | "adminform.form"
    ) || path.starts_with("super(")
        || path.starts_with("caller(")
        || path.starts_with("form.visible_fields")
        || path.starts_with("form.hidden_fields")
        || (path.ends_with("_form") || path.ends_with("_formset")) && !path.contains('.')
        || path.starts_with("url(")
        || path.starts_with("url_for(")
        || path.starts_with("static(")
}

fn is_number(name: &str) -> bool {
    matches!(
        name,
        "id" | "pk"
            | "count"
            | "total"
            | "page"
            | "number"
            | "num"
            | "index"
            | "counter"
            | "counter0"
            | "size"
            | "width"
            | "height"
            | "length"
            | "percent"
            | "percentage"
            | "progress"
            | "year"
            | "month"
            | "day"
            | "latitude"
            | "longitude"
            | "lat"
            | "lng"
            | "lon"
            | "zoom"
            | "depth"
            | "level"
            | "order"
            | "position"
            | "price"
            | "amount"
            | "quantity"
            | "rank"
            | "score"
            | "per_page"
            | "num_pages"
            | "timestamp"
            | "uuid"
            | "version"
            | "created_at"
            | "updated_at"
            | "date"
            | "created"
            | "modified"
            | "port"
            | "duration"
            | "seconds"
            | "minutes"
            | "debug"
            | "rating"
            | "step"
            | "limit"
            | "offset"
            | "timeout"
            | "interval"
            | "weight"
            | "priority"
    ) || [
        "_id",
        "_pk",
        "_count",
        "_count()",
        "_number",
        "_size",
        "_width",
        "_height",
        "_total",
        "_index",
        "_percent",
        "_at",
        "_date",
        "_uuid",
        "_pct",
        "_days",
        "_length",
        "_version",
        "_limit",
        "_timeout",
        "_interval",
        "_seconds",
    ]
    .iter()
    .any(|end| name.ends_with(end))
        || ["is_", "has_", "can_", "num_", "show_", "total_", "max_", "min_", "n_", "enable_", "allow_"]
            .iter()
            .any(|start| name.starts_with(start))
}

fn is_markup(name: &str) -> bool {
    [
        "html",
        "svg",
        "rendered",
        "markup",
        "icon",
        "widget",
        "css",
        "script",
        "style",
        "button",
        "paginat",
        "toolbar",
        "chart",
        "plot",
        "iframe",
        "embed",
        "attrs",
        "attributes",
        "media",
        "snippet",
    ]
    .iter()
    .any(|word| name.contains(word))
        || matches!(
            name,
            "render"
                | "footer"
                | "header"
                | "logo"
                | "breadcrumb"
                | "breadcrumbs"
                | "table"
                | "tag"
                | "class"
                | "classes"
                | "label"
        )
}

fn is_person(name: &str) -> bool {
    matches!(
        name,
        "user"
            | "author"
            | "owner"
            | "profile"
            | "member"
            | "customer"
            | "sender"
            | "commenter"
            | "person"
            | "contact"
            | "guest"
    )
}

fn is_user_text(name: &str) -> bool {
    matches!(
        name,
        "username"
            | "first_name"
            | "last_name"
            | "full_name"
            | "get_full_name"
            | "get_short_name"
            | "display_name"
            | "nickname"
            | "email"
            | "bio"
            | "about"
            | "about_me"
            | "signature"
            | "comment"
            | "comments"
            | "caption"
            | "review"
            | "feedback"
            | "query"
            | "q"
            | "search"
            | "search_query"
            | "search_term"
            | "keyword"
            | "keywords"
            | "term"
            | "reply"
            | "answer"
            | "question"
            | "user_input"
            | "input"
            | "next"
            | "redirect_to"
            | "referer"
            | "referrer"
            | "user_agent"
            | "website"
            | "homepage"
            | "filename"
            | "file_name"
            | "original_filename"
            | "subject"
            | "user"
            | "author"
            | "nick"
            | "address"
            | "city"
            | "company"
            | "status_message"
            | "payload"
            | "user_text"
            | "exception"
            | "traceback"
            | "exc"
            | "log"
            | "raw_input"
    ) || name.ends_with("_comment")
        || name.ends_with("_message")
        || name.ends_with("_query")
        || name.ends_with("_error")
        || name.ends_with("username")
        || name.starts_with("user_")
}

fn is_content(name: &str) -> bool {
    matches!(
        name,
        "body"
            | "content"
            | "contents"
            | "text"
            | "description"
            | "desc"
            | "short_description"
            | "long_description"
            | "summary"
            | "excerpt"
            | "abstract"
            | "intro"
            | "introduction"
            | "note"
            | "notes"
            | "title"
            | "name"
            | "headline"
            | "subtitle"
            | "post"
            | "article"
            | "details"
            | "detail"
            | "remark"
            | "remarks"
            | "biography"
            | "teaser"
            | "instructions"
            | "markdown"
            | "value"
            | "data"
            | "object"
            | "item"
            | "result"
            | "results"
    ) || ["_text", "_body", "_content", "_description", "_title", "_name", "_note", "_notes"]
        .iter()
        .any(|end| name.ends_with(end))
}
