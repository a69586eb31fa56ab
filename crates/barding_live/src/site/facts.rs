//! What was asked of a site and what it answered.

use super::url::Url;
use crate::tls::Time;
use serde::{Deserialize, Serialize};

/// How far a look at a site may go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// What a visitor's browser does.
    #[default]
    Passive,
    /// Harmless reads that no visitor makes.
    Probe,
    /// Posts and markers in parameters, on a site of one's own.
    Active,
}

impl Level {
    /// The word used on the command line and on the rules' pages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passive => "passive",
            Self::Probe => "probe",
            Self::Active => "active",
        }
    }
}

/// One site, as it was seen from here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// The address asked for.
    pub url: String,
    /// When we looked.
    pub seen_at: Time,
    /// How far we went.
    pub level: Level,
    /// Whether the site is this machine or in a private network, so that we see what the internet may not.
    pub is_inside: bool,
    /// The addresses of the host.
    pub addresses: Vec<String>,
    /// What was asked and answered, in the order of the plan.
    pub exchanges: Vec<Exchange>,
    /// How many requests were sent.
    pub requests: u32,
    /// Why the rest was not asked, when the look ended early: the server asked for patience, or time was up.
    pub ended_early: Option<String>,
    /// What could not be looked at, and why.
    pub problems: Vec<String>,
}

/// Why a request was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The front page over plain HTTP.
    FrontHttp,
    /// The front page over HTTPS.
    FrontHttps,
    /// Where a redirect led.
    Hop,
    /// The front page once more, to see what changes.
    FrontAgain,
    /// A page that another one links to.
    #[default]
    Page,
    /// A script or style sheet of the site.
    Static,
    /// An uploaded file that a page shows.
    Media,
    /// The admin, where Django puts it.
    Admin,
    /// A place where login pages usually are.
    Login,
    /// A file for machines: robots.txt, security.txt.
    WellKnown,
    /// A route known from the project's code.
    Route,
    /// A route that the project's code protects, asked for without a login.
    ProtectedRoute,
    /// A path that nobody made.
    UnknownPath,
    /// A `Host` of ours.
    ForgedHost,
    /// An `X-Forwarded-Host` of ours.
    ForwardedHost,
    /// An `X-Forwarded-Proto` of ours over plain HTTP.
    ForwardedProto,
    /// The host with a port of ours.
    HostPort,
    /// The address in place of the name.
    ByAddress,
    /// A deeper path over plain HTTP.
    HttpPath,
    /// The methods offered.
    Options,
    /// TRACE.
    Trace,
    /// A method that does not exist.
    OddMethod,
    /// An `Origin` that has nothing to do with the site.
    ForeignOrigin,
    /// An `Origin` that looks like the site's own, or is `null`.
    LookalikeOrigin,
    /// The login form without a token and without a name or password.
    PostWithoutToken,
    /// The login form with a token, from elsewhere.
    PostFromElsewhere,
    /// A `next` that leads elsewhere.
    Next,
    /// Something that should not be there for everybody.
    Exposure,
    /// A question to a GraphQL endpoint.
    Graphql,
    /// Headers that caches do not keep apart.
    UnkeyedHeader,
    /// A page with the ending of a file.
    Deception,
    /// A marker in a parameter, to see whether it comes back as markup.
    Marker,
    /// A quote in a parameter, to see whether the database complains.
    Quote,
    /// A parameter that makes a database wait, to see whether the answer does.
    Delay,
    /// A file that tells Django's version.
    Fingerprint,
    /// A page of an API.
    Api,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoAnswer {
    /// Nothing listens there.
    Refused,
    /// Nothing came in time.
    Silent,
    /// TLS was not agreed upon.
    Tls,
    /// What came is not HTTP, or too much of it.
    #[default]
    NotHttp,
    /// The name has no address, or one that may not be asked.
    NoAddress,
    /// The connection ended without an answer.
    Closed,
}

/// One request and its answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exchange {
    /// Why it was sent.
    pub purpose: Purpose,
    /// The method; empty means GET.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers sent beyond the usual ones.
    pub sent: Vec<(String, String)>,
    /// The body sent.
    pub sent_body: String,
    /// The text of ours that was sent, to be looked for in the answer.
    pub marker: String,
    /// Why there is no answer, when there is none.
    pub no_answer: Option<NoAnswer>,
    /// The same in words.
    pub failure: String,
    /// Why a browser would not trust the certificate.
    pub certificate_problem: Option<String>,
    /// `HTTP/1.1`, `HTTP/2`.
    pub version: String,
    /// The status; 0 when there is no answer.
    pub status: u16,
    /// Names and values as sent, in order.
    pub headers: Vec<(String, String)>,
    /// The body as text, or its beginning.
    pub body: String,
    /// Whether more was sent than is here.
    pub is_cut: bool,
    /// SHA-256 of the whole body, hexadecimal, where it was asked for.
    pub sha256: String,
    /// Milliseconds until the answer was there.
    pub millis: u64,
}

impl Exchange {
    /// Whether there is an answer.
    pub fn is_answered(&self) -> bool {
        self.status != 0
    }

    /// The method.
    pub fn method(&self) -> &str {
        if self.method.is_empty() { "GET" } else { &self.method }
    }

    /// The address, taken apart.
    pub fn url(&self) -> Url {
        Url::parse(&self.url).unwrap_or_default()
    }

    /// The path without the query.
    pub fn path(&self) -> String {
        self.url().path().to_owned()
    }

    /// Whether it went over HTTPS.
    pub fn is_secure(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let field = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        field.map(|(_, value)| value.trim())
    }

    /// Every header of that name.
    pub fn header_values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        let of_name = move |(own, _): &&(String, String)| own.eq_ignore_ascii_case(name);
        self.headers.iter().filter(of_name).map(|(_, value)| value.trim())
    }

    /// All values of a header that is a list.
    pub fn header_list(&self, name: &str) -> String {
        self.header_values(name).collect::<Vec<_>>().join(", ")
    }

    /// Where a redirect leads, made absolute.
    pub fn redirects_to(&self) -> Option<Url> {
        if !matches!(self.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        self.url().join(self.header("location")?)
    }

    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The media type without parameters, in small letters.
    pub fn media_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// Whether the body is a page.
    pub fn is_html(&self) -> bool {
        let kind = self.media_type();
        kind == "text/html" || kind == "application/xhtml+xml" || kind.is_empty() && self.looks_like_html()
    }

    /// Whether the body begins as a page does, whatever the headers say.
    pub fn looks_like_html(&self) -> bool {
        let start: String = self.body.trim_start_matches('\u{feff}').trim_start().chars().take(200).collect();
        let start = start.to_ascii_lowercase();
        ["<!doctype html", "<html", "<head", "<body", "<!--", "<script"]
            .iter()
            .any(|mark| start.starts_with(mark))
    }

    /// The title of the page.
    pub fn title(&self) -> String {
        let lower = self.body.to_ascii_lowercase();
        let Some(start) = lower.find("<title") else { return String::new() };
        let Some(open) = lower[start..].find('>') else { return String::new() };
        let from = start + open + 1;
        let to = lower[from..].find("</title").map_or(from, |length| from + length);
        self.body.get(from..to).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether a firewall or a challenge answered in place of the site; its name.
    pub fn wall(&self) -> Option<&'static str> {
        super::walls::wall(self)
    }
}
