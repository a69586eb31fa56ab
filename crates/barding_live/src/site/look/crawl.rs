//! What a visitor's browser would fetch: login pages, files for machines, and the pages that links lead to.

use super::super::client::Request;
use super::super::html::elements;
use super::super::{Exchange, Purpose, Url};
use super::Looker;
use std::collections::BTreeSet;

/// Words in an address that change something when it is followed.
const CHANGES: [&str; 14] = [
    "logout",
    "log-out",
    "signout",
    "sign-out",
    "logoff",
    "delete",
    "remove",
    "unsubscribe",
    "disable",
    "cancel",
    "add-to-cart",
    "download",
    "export",
    "impersonate",
];
/// Endings of files that are no pages.
const FILES: [&str; 30] = [
    ".css", ".js", ".mjs", ".map", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".pdf",
    ".zip", ".gz", ".tar", ".mp3", ".mp4", ".webm", ".ogg", ".woff", ".woff2", ".ttf", ".eot", ".xml",
    ".json", ".txt", ".csv", ".doc", ".docx",
];

impl Looker<'_, '_> {
    /// Fixed places and the links of the front page together, then the links of those, and so on.
    pub(super) fn crawl(&mut self) {
        (self.tell)("pages", self.client.requests());
        let base = self.site.base();
        let front = self.site.front().cloned();
        let mut fixed = Vec::new();
        let page = |purpose, path: &str| Request { keep: 128 << 10, ..Request::to(purpose, base.at(path)) };
        fixed.push(page(Purpose::Admin, "/admin/login/"));
        fixed.push(page(Purpose::Login, "/accounts/login/"));
        fixed.push(page(Purpose::WellKnown, "/robots.txt"));
        fixed.push(page(Purpose::WellKnown, "/.well-known/security.txt"));
        fixed.push(page(Purpose::Login, "/login/"));
        fixed.push(page(Purpose::Admin, "/admin"));
        if let Some(front) = &front {
            fixed.push(Request { keep: 256 << 10, ..Request::to(Purpose::FrontAgain, front.url()) });
            fixed.extend(files(front, &base));
        }
        // Where plain HTTP answers with pages of its own, a password may be asked for there.
        if base.is_secure
            && let Some(plain) = self.site.http_front().filter(|front| front.redirects_to().is_none())
        {
            let plain = plain.url();
            for path in ["/admin/login/", "/accounts/login/"] {
                fixed.push(Request::to(Purpose::Login, plain.at(path)));
            }
        }
        let mut seen: BTreeSet<String> =
            self.site.exchanges.iter().map(|exchange| exchange.url.clone()).collect();
        fixed
            .retain(|request| request.purpose == Purpose::FrontAgain || seen.insert(request.url.to_string()));
        fixed.truncate(self.budget as usize);
        self.budget -= fixed.len() as u32;
        let mut pages_left = self.plan.max_pages;
        let mut wave = fixed;
        wave.extend(self.routes(&base).into_iter().filter(|request| seen.insert(request.url.to_string())));
        let mut from: Vec<Exchange> = front.into_iter().collect();
        for depth in 0..=self.plan.depth {
            if depth < self.plan.depth {
                for url in links(&from, &base) {
                    if pages_left > 0 && seen.insert(url.to_string()) {
                        pages_left -= 1;
                        wave.push(Request { keep: 128 << 10, ..Request::to(Purpose::Page, url) });
                    }
                }
            }
            if wave.is_empty() {
                return;
            }
            let before = self.site.exchanges.len();
            self.ask(std::mem::take(&mut wave));
            let of_site = |exchange: &&Exchange| {
                matches!(exchange.purpose, Purpose::Page | Purpose::Route) && exchange.is_html()
            };
            from = self.site.exchanges[before..].iter().filter(of_site).cloned().collect();
        }
    }
}

impl Looker<'_, '_> {
    /// The routes of the project's code. What it protects is asked for without what the user said to send.
    fn routes(&self, base: &Url) -> Vec<Request> {
        /// Routes that are asked for.
        const MOST_ROUTES: usize = 200;
        let known = self.plan.routes.iter().map(|route| (base.at(&route.path), route.is_protected));
        let safe = known.filter(|(url, _)| is_safe(url)).take(MOST_ROUTES);
        safe.map(|(url, is_protected)| {
            let purpose = if is_protected { Purpose::ProtectedRoute } else { Purpose::Route };
            Request { anonymous: is_protected, keep: 128 << 10, ..Request::to(purpose, url) }
        })
        .collect()
    }
}

/// The addresses that pages link to, on the same origin, that are pages and change nothing.
fn links(pages: &[Exchange], base: &Url) -> Vec<Url> {
    let mut found = Vec::new();
    for page in pages {
        let url = page.url();
        for element in elements(&page.body).iter().filter(|element| element.name == "a") {
            let Some(next) = element.attribute("href").and_then(|href| url.join(href)) else { continue };
            if next.same_origin(base) && is_safe(&next) && !found.contains(&next) && found.len() < 1_000 {
                found.push(next);
            }
        }
    }
    found
}

/// Whether following an address is what a careful visitor would do without thinking.
fn is_safe(url: &Url) -> bool {
    let target = url.target.to_ascii_lowercase();
    let path = url.path().to_ascii_lowercase();
    !CHANGES.iter().any(|word| target.contains(word)) && !FILES.iter().any(|ending| path.ends_with(ending))
}

/// One script or style sheet of the site, and one uploaded file that the page shows.
fn files(front: &Exchange, base: &Url) -> Vec<Request> {
    let url = front.url();
    let elements = elements(&front.body);
    let address = |name: &str, attribute: &str, wanted: &dyn Fn(&Url) -> bool| {
        elements
            .iter()
            .filter(|element| element.name == name)
            .filter_map(|element| url.join(element.attribute(attribute)?))
            .find(|found| found.same_origin(base) && wanted(found))
    };
    let is_upload =
        |found: &Url| ["/media/", "/uploads/", "/upload/"].iter().any(|part| found.path().contains(part));
    let script = address("script", "src", &|_| true)
        .or_else(|| address("link", "href", &|found| found.path().ends_with(".css")));
    let upload = address("img", "src", &is_upload).or_else(|| address("a", "href", &is_upload));
    let mut requests = Vec::new();
    requests.extend(upload.map(|found| Request { keep: 512, ..Request::to(Purpose::Media, found) }));
    requests.extend(script.map(|found| Request { keep: 256 << 10, ..Request::to(Purpose::Static, found) }));
    requests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_that_change_something_are_left_alone() {
        let page = Exchange {
            url: "https://shop.example/".to_owned(),
            body: r#"<a href="/about/">a</a><a href="/accounts/logout/">b</a><a href="/x.pdf">c</a>
                <a href="//evil.example/">d</a><a href="about/?delete=1">e</a><a href="/about/#top">f</a>"#
                .to_owned(),
            ..Exchange::default()
        };
        let base = page.url();
        let found: Vec<String> = links(&[page], &base).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["https://shop.example/about/"]);
    }
}
