//! Questions that rules ask of a site that was seen.

use super::html::{Element, Form, elements, forms};
use super::url::Url;
use super::{Cookie, Exchange, Purpose, Site};
use std::collections::BTreeSet;

/// What the site answers to paths that nobody made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A 404 or 410, as it should be.
    Honest,
    /// The same page for everything, with success: a single-page application, or an error page without its status.
    CatchAll,
    /// A redirect of everything to one place: a login page, say.
    Elsewhere(String),
    /// Everything is refused.
    Refused(u16),
    /// It was not asked, or there was no answer that tells.
    Unknown,
}

impl Site {
    /// The address asked for, taken apart.
    pub fn asked(&self) -> Url {
        Url::parse(&self.url).unwrap_or_default()
    }

    /// The host asked for.
    pub fn host(&self) -> String {
        self.asked().host
    }

    /// Exchanges made for one reason.
    pub fn with(&self, purpose: Purpose) -> impl Iterator<Item = &Exchange> {
        self.exchanges.iter().filter(move |exchange| exchange.purpose == purpose)
    }

    /// Exchanges made for one reason that were answered by the site itself.
    pub fn answered(&self, purpose: Purpose) -> impl Iterator<Item = &Exchange> {
        self.with(purpose).filter(|exchange| exchange.is_answered() && exchange.wall().is_none())
    }

    /// The answer for a path of the site, when it was asked for without anything special.
    pub fn at(&self, path: &str) -> Option<&Exchange> {
        self.exchanges.iter().find(|exchange| {
            exchange.is_answered()
                && exchange.method() == "GET"
                && exchange.sent.is_empty()
                && exchange.path() == path
        })
    }

    /// The first answer over plain HTTP.
    pub fn http_front(&self) -> Option<&Exchange> {
        self.with(Purpose::FrontHttp).find(|exchange| exchange.is_answered())
    }

    /// The first answer over HTTPS of the host asked for, also when a redirect led to it.
    pub fn https_front(&self) -> Option<&Exchange> {
        let host = self.host();
        let front = self.with(Purpose::FrontHttps).find(|exchange| exchange.is_answered());
        front.or_else(|| {
            self.with(Purpose::Hop).find(|exchange| {
                exchange.is_secure() && exchange.is_answered() && exchange.url().host == host
            })
        })
    }

    /// The exchanges that a visitor's browser makes from one front page to the page that is shown.
    pub fn chain<'s>(&'s self, start: &'s Exchange) -> Vec<&'s Exchange> {
        let mut chain = vec![start];
        while let Some(next) = chain.last().and_then(|last| last.redirects_to())
            && chain.len() < 12
        {
            let text = next.to_string();
            let known = self.exchanges.iter().find(|exchange| {
                matches!(exchange.purpose, Purpose::Hop | Purpose::FrontHttp | Purpose::FrontHttps)
                    && exchange.url == text
            });
            match known {
                Some(known) if chain.iter().all(|seen| seen.url != known.url) => chain.push(known),
                _ => break,
            }
        }
        chain
    }

    /// Whether redirects go round in a circle: the address that is met twice.
    pub fn circle(&self) -> Option<(&Exchange, Url)> {
        let starts = self.with(Purpose::FrontHttps).chain(self.with(Purpose::FrontHttp));
        for start in starts.filter(|exchange| exchange.is_answered()) {
            let chain = self.chain(start);
            let last = chain.last()?;
            if let Some(next) = last.redirects_to()
                && let text = next.to_string()
                && chain.iter().any(|seen| seen.url == text)
            {
                return Some((last, next));
            }
        }
        None
    }

    /// The page that a visitor is shown in the end, answered by the site itself: over HTTPS when it speaks it.
    pub fn front(&self) -> Option<&Exchange> {
        let start = self.https_front().or_else(|| self.http_front())?;
        let last = *self.chain(start).last()?;
        let is_page = last.is_answered() && last.redirects_to().is_none() && last.wall().is_none();
        is_page.then_some(last)
    }

    /// Why there is no front page to judge, in words.
    pub fn why_no_front(&self) -> String {
        let Some(start) = self.https_front().or_else(|| self.http_front()) else {
            return "the site did not answer".to_owned();
        };
        let chain = self.chain(start);
        let Some(last) = chain.last() else { return "the site did not answer".to_owned() };
        match (last.wall(), last.redirects_to()) {
            (Some(wall), _) => format!("{wall} answered in place of the site"),
            (None, Some(next)) => format!("the front page leads to {next}, which was not asked"),
            (None, None) if last.is_answered() => "there is one".to_owned(),
            _ => format!("{} gave no answer: {}", last.url, last.failure),
        }
    }

    /// Where the site lives: scheme, host and port of its front page.
    pub fn base(&self) -> Url {
        let last = self.front().or_else(|| self.https_front()).or_else(|| self.http_front());
        last.map_or_else(|| self.asked(), Exchange::url).at("/")
    }

    /// Pages of the site itself, in the order of the plan, each once.
    pub fn pages(&self) -> Vec<&Exchange> {
        let base = self.base();
        let mut seen = BTreeSet::new();
        self.exchanges
            .iter()
            .filter(|exchange| {
                matches!(
                    exchange.purpose,
                    Purpose::FrontHttp
                        | Purpose::FrontHttps
                        | Purpose::Hop
                        | Purpose::Page
                        | Purpose::Admin
                        | Purpose::Login
                        | Purpose::Route
                )
            })
            .filter(|exchange| exchange.is_success() && exchange.is_html() && exchange.wall().is_none())
            .filter(|exchange| exchange.url().same_origin(&base))
            .filter(|exchange| seen.insert(exchange.url.clone()))
            .collect()
    }

    /// Every answer of the site's own host.
    pub fn answers(&self) -> impl Iterator<Item = &Exchange> {
        let host = self.host();
        self.exchanges.iter().filter(move |exchange| {
            let url = exchange.url();
            exchange.is_answered() && (url.host == host || url.same_site(&self.asked()))
        })
    }

    /// Every cookie that was set, with the answer that set it; each name once per set of attributes.
    pub fn cookies(&self) -> Vec<(Cookie, &Exchange)> {
        let mut seen = BTreeSet::new();
        let mut cookies = Vec::new();
        for exchange in self.answers().filter(|exchange| exchange.wall().is_none()) {
            for cookie in exchange.header_values("set-cookie").take(200).filter_map(Cookie::parse) {
                let key = (
                    cookie.name.clone(),
                    cookie.is_secure,
                    cookie.is_http_only,
                    cookie.same_site.clone(),
                    cookie.domain.clone(),
                    exchange.is_secure(),
                );
                if !cookie.is_removed && cookies.len() < 200 && seen.insert(key) {
                    cookies.push((cookie, exchange));
                }
            }
        }
        cookies
    }

    /// What the site answers to paths that nobody made.
    pub fn missing(&self) -> Missing {
        let unknown: Vec<&Exchange> = self.answered(Purpose::UnknownPath).collect();
        let Some(first) = unknown.first() else { return Missing::Unknown };
        match first.status {
            404 | 410 => Missing::Honest,
            200..=299 => Missing::CatchAll,
            300..=399 => Missing::Elsewhere(
                first.redirects_to().map_or_else(String::new, |url| url.at(url.path()).to_string()),
            ),
            401 | 403 => Missing::Refused(first.status),
            _ => Missing::Unknown,
        }
    }

    /// Whether an answer is what the site says to paths that nobody made, so that it tells nothing about this one.
    pub fn is_like_missing(&self, exchange: &Exchange) -> bool {
        self.answered(Purpose::UnknownPath).any(|unknown| {
            if unknown.status != exchange.status {
                return false;
            }
            if let (Some(one), Some(other)) = (unknown.redirects_to(), exchange.redirects_to()) {
                return one.path() == other.path() && one.host == other.host;
            }
            let (one, other) = (unknown.body.len(), exchange.body.len());
            unknown.title() == exchange.title() && one.abs_diff(other) <= 64 + one.max(other) / 10
        })
    }

    /// An answer that shows something of its own at this path: a success that is not what unknown paths get, and is no
    /// wall and no login page.
    pub fn shows(&self, exchange: &Exchange) -> bool {
        exchange.is_success()
            && exchange.wall().is_none()
            && !self.is_like_missing(exchange)
            && !forms(&exchange.body).iter().any(Form::has_password)
    }

    /// Each page with its elements.
    pub fn page_elements(&self) -> Vec<(&Exchange, Vec<Element>)> {
        self.pages().into_iter().map(|page| (page, elements(&page.body))).collect()
    }

    /// Each page with its forms.
    pub fn page_forms(&self) -> Vec<(&Exchange, Vec<Form>)> {
        self.pages()
            .into_iter()
            .map(|page| (page, forms(&page.body)))
            .filter(|(_, forms)| !forms.is_empty())
            .collect()
    }

    /// Pages with a form that asks for a password.
    pub fn login_pages(&self) -> Vec<(&Exchange, Form)> {
        let with_form = self.page_forms().into_iter();
        with_form
            .filter_map(|(page, forms)| Some((page, forms.into_iter().find(Form::has_password)?)))
            .collect()
    }

    /// The login page of Django's admin, where it was looked for.
    pub fn admin_login(&self) -> Option<&Exchange> {
        let candidates = self.exchanges.iter().filter(|exchange| exchange.is_success() && exchange.is_html());
        candidates.into_iter().find(|exchange| is_admin_login(&exchange.body))
    }
}

/// Whether a page is the login page of Django's admin: its form, its token and its style sheet.
pub fn is_admin_login(body: &str) -> bool {
    let has_form = forms(body).iter().any(|form| {
        form.has_password()
            && form.token().is_some()
            && form.fields.iter().any(|field| field.name == "username")
    });
    let marks =
        ["admin/css/", "Django administration", "id=\"login-form\"", "unfold/css/", "jazzmin", "grappelli/"];
    has_form
        && marks.iter().filter(|mark| body.contains(**mark)).count() >= 1
        && (body.contains("this_is_the_login_form") || body.contains("login-form") || body.contains("admin/"))
}
