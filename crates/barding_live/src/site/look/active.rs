//! What may leave a trace: posts without a token, markers in parameters. Only on a site of one's own. No name and no
//! password is ever sent.

use super::super::client::Request;
use super::super::html::{Form, elements, forms};
use super::super::{Cookie, Exchange, Purpose, Url};
use super::probes::encoded;
use super::{Looker, paths};

/// Parameters that are tried.
const MOST_PARAMETERS: usize = 20;
/// Parameters that are told to wait.
const MOST_DELAYED: usize = 10;

impl Looker<'_, '_> {
    pub(super) fn active(&mut self) {
        (self.tell)("active", self.client.requests());
        let base = self.site.base();
        let mut requests = self.posts(&base);
        requests.extend(self.parameters(&base));
        requests.extend(self.unkeyed(&base));
        for path in ["/graphql/", "/graphql"] {
            requests.push(Request {
                method: "POST".to_owned(),
                body: r#"{"query":"{__schema{queryType{name}}}"}"#.to_owned(),
                ..Request::to(Purpose::Graphql, base.at(path)).header("Content-Type", "application/json")
            });
        }
        for path in ["/hijack/acquire/", "/login/user/1/"] {
            requests.push(Request { anonymous: true, ..Request::to(Purpose::Exposure, base.at(path)) });
        }
        let roots: Vec<Url> = self
            .site
            .answered(Purpose::Api)
            .filter(|root| root.is_success() && paths::APIS.contains(&root.path().as_str()))
            .flat_map(|root| lists(root, &base))
            .take(3)
            .collect();
        requests.extend(roots.into_iter().map(|url| {
            Request { anonymous: true, ..Request::to(Purpose::Api, url) }.header("Accept", "application/json")
        }));
        self.ask(requests);
        let again = self.deceptions(&base);
        self.ask(again);
        self.delays(&base);
    }

    /// Texts that let a database wait, one request at a time, so that no request waits for another. Nothing is read or
    /// changed by them.
    fn delays(&mut self, base: &Url) {
        let marker = format!("barding{}", &self.marker[..8]);
        for (path, others, name) in parameters(&self.site.pages(), base).into_iter().take(MOST_DELAYED) {
            for waits in [
                "'||(SELECT 1 FROM pg_sleep(2))||'",
                "'+(SELECT 1 FROM (SELECT SLEEP(2))b)+'",
                "0+(SELECT 1 FROM pg_sleep(2))",
                "0+(SELECT 1 FROM (SELECT SLEEP(2))b)",
            ] {
                let value =
                    if waits.starts_with('\'') { format!("{marker}{waits}") } else { waits.to_owned() };
                let ask = |seconds: u32| {
                    let value = value.replace("(2)", &format!("({seconds})"));
                    let target = format!("{path}?{others}{name}={}", encoded(&value));
                    let request = Request::to(Purpose::Delay, base.at(&target));
                    Request { marker: value, keep: 1024, ..request }
                };
                self.ask(vec![ask(2)]);
                let is_late = self.site.exchanges.last().is_some_and(|last| {
                    last.purpose == Purpose::Delay && last.is_answered() && last.millis >= 1_700
                });
                if is_late {
                    self.ask(vec![ask(0)]);
                    self.ask(vec![ask(4)]);
                }
            }
        }
    }

    /// Posts to the login forms, the admin's and the site's own.
    fn posts(&self, base: &Url) -> Vec<Request> {
        /// Forms that are posted to.
        const MOST_FORMS: usize = 3;
        let mut actions: Vec<Url> = Vec::new();
        let mut requests = Vec::new();
        for (page, form) in self.site.login_pages() {
            let action = page.url().join(&form.action).filter(|action| action.same_origin(base));
            let Some(action) = action.filter(|_| form.method == "post") else { continue };
            if actions.len() < MOST_FORMS && actions.iter().all(|known| known.path() != action.path()) {
                requests.extend(self.posts_to(base, page, &form, &action));
                actions.push(action);
            }
        }
        requests
    }

    /// Two posts to a form: without a token, and with one but from elsewhere. Neither has a name or password in it.
    fn posts_to(&self, base: &Url, page: &Exchange, form: &Form, action: &Url) -> Vec<Request> {
        let origin = base.origin();
        let post = |purpose, body: String| Request {
            method: "POST".to_owned(),
            anonymous: true,
            body,
            ..Request::to(purpose, action.clone()).header("Content-Type", "application/x-www-form-urlencoded")
        };
        let mut requests = vec![
            post(Purpose::PostWithoutToken, String::new())
                .header("Origin", origin.clone())
                .header("Referer", page.url.clone()),
        ];
        let cookie = page.header_values("set-cookie").filter_map(Cookie::parse).find(Cookie::is_csrf);
        if let (Some(cookie), Some(token)) = (cookie, form.token()) {
            let foreign = format!("https://{}", self.foreign_host());
            requests.push(
                post(Purpose::PostFromElsewhere, format!("csrfmiddlewaretoken={}", encoded(token)))
                    .header("Origin", foreign)
                    .header("Cookie", format!("{}={}", cookie.name, cookie.value)),
            );
        }
        requests
    }

    /// A marker and a quote in each parameter of the site's own links and search forms.
    fn parameters(&self, base: &Url) -> Vec<Request> {
        let marked = format!("barding{}<i x='\">", &self.marker[..8]);
        let quoted = format!("barding{}'\"", &self.marker[..8]);
        let mut requests = Vec::new();
        for (path, others, name) in parameters(&self.site.pages(), base) {
            for (purpose, value) in [(Purpose::Marker, &marked), (Purpose::Quote, &quoted)] {
                let target = format!("{path}?{others}{name}={}", encoded(value));
                let request = Request::to(purpose, base.at(&target));
                requests.push(Request { marker: value.clone(), keep: 256 << 10, ..request });
            }
        }
        requests
    }

    fn unkeyed(&self, base: &Url) -> Vec<Request> {
        let random = &self.marker;
        let path = format!("/barding-{random}");
        let url = base.at(&format!("/?barding={random}"));
        let request = || Request {
            marker: random.clone(),
            anonymous: true,
            ..Request::to(Purpose::UnkeyedHeader, url.clone())
        };
        vec![
            request(),
            request().header("X-Original-URL", path.clone()),
            request().header("X-Rewrite-URL", path.clone()),
            request().header("X-Forwarded-Scheme", "http"),
            request().header("X-Forwarded-Prefix", path.clone()),
            request().header("X-Script-Name", path),
        ]
    }

    /// A page under the name of a style sheet, twice, to see whether a cache keeps it.
    fn deceptions(&self, base: &Url) -> Vec<Request> {
        let Some((page, _)) = self.site.login_pages().into_iter().next() else { return Vec::new() };
        let path = format!("{}{}.css", page.path(), &self.marker);
        let request = || Request { anonymous: true, ..Request::to(Purpose::Deception, base.at(&path)) };
        vec![request(), request()]
    }
}

/// Path, the other parameters with their values, and the name of one parameter.
fn parameters(pages: &[&Exchange], base: &Url) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    let mut add = |path: &str, others: String, name: &str| {
        let is_known = found.iter().any(|(own, _, known)| own == path && known == name);
        if !name.is_empty() && !is_known && found.len() < MOST_PARAMETERS && name != "csrfmiddlewaretoken" {
            found.push((path.to_owned(), others, name.to_owned()));
        }
    };
    for page in pages {
        let url = page.url();
        for form in forms(&page.body).iter().filter(|form| form.method == "get" && !form.has_password()) {
            let Some(action) = url.join(&form.action).filter(|action| action.same_origin(base)) else {
                continue;
            };
            for field in form.fields.iter().filter(|field| is_text(&field.kind)) {
                add(action.path(), others(form, &field.name), &field.name);
            }
        }
        for element in elements(&page.body).iter().filter(|element| element.name == "a") {
            let next = element
                .attribute("href")
                .and_then(|href| url.join(href))
                .filter(|next| next.same_origin(base));
            let Some(next) = next else { continue };
            for pair in next.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
                let name = pair.split('=').next().unwrap_or_default();
                let rest: String = next
                    .query()
                    .unwrap_or_default()
                    .split('&')
                    .filter(|other| *other != pair && !other.is_empty())
                    .map(|other| format!("{other}&"))
                    .collect();
                add(next.path(), rest, name);
            }
        }
    }
    found
}

fn is_text(kind: &str) -> bool {
    matches!(kind, "text" | "search" | "hidden" | "textarea" | "number" | "email" | "url" | "tel")
}

fn others(form: &Form, name: &str) -> String {
    form.fields
        .iter()
        .filter(|field| !field.name.is_empty() && field.name != name && is_text(&field.kind))
        .map(|field| format!("{}={}&", encoded(&field.name), encoded(&field.value)))
        .collect()
}

/// Lists that the root of an API names.
fn lists(root: &Exchange, base: &Url) -> Vec<Url> {
    let url = root.url();
    let mut found = Vec::new();
    for part in
        root.body.split(['"', '>', '<']).filter(|part| part.starts_with("http") || part.starts_with('/'))
    {
        if let Some(next) = url.join(part).filter(|next| next.same_origin(base))
            && next.path().starts_with(url.path())
            && next.path() != url.path()
            && !found.contains(&next)
            && found.len() < 10
        {
            found.push(next);
        }
    }
    found
}
