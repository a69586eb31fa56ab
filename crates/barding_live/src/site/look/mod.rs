//! The look at one site, step by step: the front pages and where they lead, then what a browser would fetch, then, where
//! that is allowed, the probes, and last what is active.

mod active;
mod crawl;
mod paths;
mod probes;

use super::client::{Client, Request};
use super::url::Url;
use super::{Exchange, Level, Purpose, Site};
use crate::tls::Time;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What to look at.
#[derive(Clone, Debug)]
pub struct Start {
    /// The address as given.
    pub url: Url,
    /// Whether a port was given, so that nothing is known about the other scheme's.
    pub has_port: bool,
    /// The port of plain HTTP, where the user told it.
    pub http_port: Option<u16>,
    /// The port of HTTPS, where the user told it.
    pub https_port: Option<u16>,
}

/// How far to go.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The level.
    pub level: Level,
    /// Links from the front page that are followed, one after another.
    pub depth: u32,
    /// Pages in all.
    pub max_pages: usize,
    /// The project's own routes, to be read.
    pub routes: Vec<PlannedRoute>,
}

/// A route known from the project's code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedRoute {
    /// Its path.
    pub path: String,
    /// Whether the code lets nobody in without a login, so that it is asked for without one.
    pub is_protected: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self { level: Level::Passive, depth: 2, max_pages: 10, routes: Vec::new() }
    }
}

/// Requests of the passive level besides the crawl.
const PASSIVE_BUDGET: u32 = 15;
/// Requests at once, as browsers make to one host.
const AT_ONCE: usize = 6;
/// Redirects that are followed from one front page.
const MOST_HOPS: usize = 10;

/// Looks at a site. `tell` hears what is being done and how many requests were sent.
pub fn look(start: &Start, plan: &Plan, client: &Client<'_>, tell: &(dyn Fn(&str, u32) + Sync)) -> Site {
    let mut looker = Looker {
        client,
        plan,
        tell,
        budget: PASSIVE_BUDGET,
        refusals: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        marker: marker(),
        site: Site {
            url: start.url.to_string(),
            seen_at: Time::now(),
            level: plan.level,
            is_inside: client.is_inside(),
            addresses: client.addresses(&start.url).iter().map(ToString::to_string).collect(),
            ..Site::default()
        },
    };
    looker.fronts(start);
    if looker.site.exchanges.iter().any(Exchange::is_answered) {
        looker.crawl();
        if plan.level >= Level::Probe {
            looker.probes();
        }
        if plan.level >= Level::Active {
            looker.active();
        }
    }
    let mut site = looker.site;
    site.requests = client.requests();
    if looker.stopped.load(Ordering::Relaxed) {
        site.ended_early = Some("the server answered 429 or 503 three times in a row".to_owned());
    } else if client.left().is_zero() {
        site.ended_early = Some("the time for the whole look was used up".to_owned());
    }
    let noted: Vec<String> = site
        .exchanges
        .iter()
        .filter(|exchange| exchange.is_answered() && !exchange.failure.is_empty())
        .map(|exchange| format!("{}: {}", exchange.url, exchange.failure))
        .take(5)
        .collect();
    site.problems.extend(noted);
    site
}

/// What one look remembers while it goes on.
struct Looker<'a, 'c> {
    client: &'a Client<'c>,
    plan: &'a Plan,
    tell: &'a (dyn Fn(&str, u32) + Sync),
    budget: u32,
    refusals: AtomicUsize,
    stopped: AtomicBool,
    marker: String,
    site: Site,
}

impl Looker<'_, '_> {
    fn fronts(&mut self, start: &Start) {
        let url = &start.url;
        let other_port = |is_secure: bool| match (is_secure, start.http_port, start.https_port) {
            _ if url.is_secure == is_secure => Some(url.port),
            (false, Some(port), _) | (true, _, Some(port)) => Some(port),
            _ if start.has_port => None,
            (true, ..) => Some(443),
            (false, ..) => Some(80),
        };
        let mut requests = Vec::new();
        for (is_secure, purpose) in [(false, Purpose::FrontHttp), (true, Purpose::FrontHttps)] {
            if let Some(port) = other_port(is_secure) {
                let target = if url.is_secure == is_secure { &url.target } else { "/" };
                let front = Url { is_secure, port, ..url.clone() }.at(target);
                requests.push(Request { keep: 256 << 10, ..Request::to(purpose, front) });
            }
        }
        (self.tell)("front pages", self.client.requests());
        self.ask_within_budget(requests);
        for purpose in [Purpose::FrontHttps, Purpose::FrontHttp] {
            self.follow(purpose);
        }
    }

    /// Follows the redirects of one front page as long as they stay on the site.
    fn follow(&mut self, purpose: Purpose) {
        let Some(mut at) = self.site.with(purpose).find(|exchange| exchange.is_answered()).cloned() else {
            return;
        };
        for _ in 0..MOST_HOPS {
            let Some(next) = at.redirects_to() else { return };
            if !next.same_site(&self.site.asked()) {
                return;
            }
            let text = next.to_string();
            let known = |exchange: &&Exchange| {
                exchange.url == text
                    && matches!(exchange.purpose, Purpose::FrontHttp | Purpose::FrontHttps | Purpose::Hop)
            };
            if let Some(known) = self.site.exchanges.iter().find(known) {
                // Followed already, or a circle.
                let _ = known;
                return;
            }
            let before = self.site.exchanges.len();
            self.ask_within_budget(vec![Request { keep: 256 << 10, ..Request::to(Purpose::Hop, next) }]);
            match self.site.exchanges.get(before) {
                Some(exchange) if exchange.is_answered() => at = exchange.clone(),
                _ => return,
            }
        }
    }

    /// Asks as much as the passive level may still ask besides the crawl.
    fn ask_within_budget(&mut self, mut requests: Vec<Request>) {
        requests.truncate(self.budget as usize);
        self.budget -= requests.len() as u32;
        self.ask(requests);
    }

    /// Asks all of them, a few at once, and keeps the answers in the order of the questions.
    fn ask(&mut self, requests: Vec<Request>) {
        let next = AtomicUsize::new(0);
        let answers: Vec<Mutex<Option<Exchange>>> = requests.iter().map(|_| Mutex::new(None)).collect();
        std::thread::scope(|threads| {
            for _ in 0..AT_ONCE.min(requests.len()) {
                threads.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(request) = requests.get(at) else { return };
                        if self.stopped.load(Ordering::Relaxed) || self.client.left().is_zero() {
                            return;
                        }
                        let exchange = self.client.send(request);
                        self.mind(&exchange);
                        if let Ok(mut answer) = answers[at].lock() {
                            *answer = Some(exchange);
                        }
                        (self.tell)("", self.client.requests());
                    }
                });
            }
        });
        let answers = answers.into_iter().filter_map(|answer| answer.into_inner().ok().flatten());
        self.site.exchanges.extend(answers);
    }

    /// Stops where the server asks for patience.
    fn mind(&self, exchange: &Exchange) {
        if matches!(exchange.status, 429 | 503) {
            if self.refusals.fetch_add(1, Ordering::Relaxed) >= 2 {
                self.stopped.store(true, Ordering::Relaxed);
            }
        } else if exchange.is_answered() {
            self.refusals.store(0, Ordering::Relaxed);
        }
    }

    /// A host name that is nobody's.
    fn foreign_host(&self) -> String {
        format!("barding-{}.invalid", self.marker)
    }
}

/// Sixteen hexadecimal digits that nobody expects.
fn marker() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
