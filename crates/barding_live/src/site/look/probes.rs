//! Harmless reads that no visitor makes: paths that nobody made, a forged `Host`, methods, files that should not be there.

use super::super::client::Request;
use super::super::html::elements;
use super::super::{Exchange, Purpose, Url};
use super::{Looker, paths};

impl Looker<'_, '_> {
    pub(super) fn probes(&mut self) {
        (self.tell)("probes", self.client.requests());
        let base = self.site.base();
        let random = self.marker.clone();
        let unknown = |path: String| Request {
            marker: random.clone(),
            ..Request::to(Purpose::UnknownPath, base.at(&path))
        };
        // First what unknown paths look like: everything after is compared with it.
        self.ask(vec![
            unknown(format!("/barding-{random}/does-not-exist/")),
            unknown(format!("/barding-{random}.txt")),
        ]);
        let mut requests = self.hosts(&base);
        requests.extend(self.methods(&base));
        requests.extend(self.origins(&base));
        requests.extend(self.redirects(&base));
        let small = |purpose, path: &str| Request { keep: 16 << 10, ..Request::to(purpose, base.at(path)) };
        requests.extend(paths::EXPOSURES.iter().map(|path| {
            let request = small(Purpose::Exposure, path);
            // Of what may be large only the beginning is asked for.
            let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'))
                && !path.starts_with("/server");
            if is_file { request.header("Range", "bytes=0-4095") } else { request }
        }));
        let host = base.host.clone();
        for ending in ["zip", "tar.gz"] {
            let request = small(Purpose::Exposure, &format!("/{host}.{ending}"));
            requests.push(request.header("Range", "bytes=0-4095"));
        }
        let panel =
            format!("/__debug__/render_panel/?store_id={random}&request_id={random}&panel_id=SQLPanel");
        requests.push(small(Purpose::Exposure, &panel));
        requests.push(small(Purpose::Exposure, "/?__debugger__=yes&cmd=resource&f=debugger.js"));
        requests.push(Request { head_only: true, ..small(Purpose::Exposure, "/__reload__/events/") });
        requests
            .extend(paths::APIS.iter().map(|path| small(Purpose::Api, path).header("Accept", "text/html")));
        requests.extend(paths::SCHEMAS.iter().map(|path| small(Purpose::Api, path)));
        for path in ["/graphql/", "/graphql"] {
            let asked = format!("{path}?query=%7B__schema%7BqueryType%7Bname%7D%7D%7D");
            requests.push(small(Purpose::Graphql, &asked).header("Accept", "application/json"));
        }
        requests.push(small(Purpose::Graphql, "/graphql/").header("Accept", "text/html"));
        requests.extend(self.fingerprints(&base));
        self.ask(requests);
        let maps = self.source_maps(&base);
        self.ask(maps);
    }

    /// Names that are not the site's, in every place where a name can stand.
    fn hosts(&self, base: &Url) -> Vec<Request> {
        let foreign = self.foreign_host();
        let marked = |purpose, url: Url| Request {
            marker: foreign.clone(),
            anonymous: true,
            ..Request::to(purpose, url)
        };
        let mut requests = vec![
            Request { host: Some(foreign.clone()), ..marked(Purpose::ForgedHost, base.clone()) },
            marked(Purpose::ForwardedHost, base.at("/admin")).header("X-Forwarded-Host", foreign.clone()),
            marked(Purpose::ForwardedHost, base.clone()).header("X-Forwarded-Host", foreign.clone()),
            Request {
                host: Some(format!("{}:1234", base.host)),
                marker: ":1234".to_owned(),
                ..marked(Purpose::HostPort, base.at("/admin"))
            },
        ];
        if base.host.parse::<std::net::IpAddr>().is_err() && !base.host.starts_with('[') {
            requests.push(Request {
                host: Some(format!("{}.", base.host)),
                marker: format!("//{}.", base.host),
                ..marked(Purpose::HostPort, base.at("/admin"))
            });
        }
        if let Some(address) = self.client.addresses(base).first()
            && address.to_string() != base.host
        {
            let bare = Url { host: address.to_string(), ..base.clone() };
            requests
                .push(Request { host: Some(bare.authority()), ..marked(Purpose::ByAddress, base.clone()) });
        }
        if let Some(plain) = self.site.http_front().map(Exchange::url) {
            let random = &self.marker;
            for path in
                [format!("/barding-{random}?x=1"), "/admin/".to_owned(), format!("/static/{random}.css")]
            {
                requests.push(Request::to(Purpose::HttpPath, plain.at(&path)));
            }
            if base.is_secure {
                requests.push(Request {
                    host: Some(foreign.clone()),
                    ..marked(Purpose::ForgedHost, plain.at("/"))
                });
                requests.push(
                    Request::to(Purpose::ForwardedProto, plain.at("/"))
                        .header("X-Forwarded-Proto", "https")
                        .header("X-Forwarded-Ssl", "on")
                        .header("X-Forwarded-Scheme", "https"),
                );
            }
        }
        requests
    }

    fn methods(&self, base: &Url) -> Vec<Request> {
        let with = |purpose, method: &str| Request {
            method: method.to_owned(),
            ..Request::to(purpose, base.clone())
        };
        vec![
            with(Purpose::Options, "OPTIONS"),
            Request { marker: self.marker.clone(), anonymous: true, ..with(Purpose::Trace, "TRACE") }
                .header("X-Barding", self.marker.clone()),
            with(Purpose::OddMethod, "BARDING"),
        ]
    }

    fn origins(&self, base: &Url) -> Vec<Request> {
        let foreign = self.foreign_host();
        let ask = |purpose, path: &str, origin: String| {
            Request { marker: origin.clone(), ..Request::to(purpose, base.at(path)) }.header("Origin", origin)
        };
        let mut requests = Vec::new();
        for path in ["/", "/api/"] {
            let origin = format!("https://{foreign}");
            requests.push(ask(Purpose::ForeignOrigin, path, origin.clone()));
            let preflight =
                ask(Purpose::ForeignOrigin, path, origin).header("Access-Control-Request-Method", "GET");
            requests.push(Request { method: "OPTIONS".to_owned(), ..preflight });
        }
        let host = &base.host;
        let alike = [
            "null".to_owned(),
            format!("http://{host}"),
            format!("https://{host}.{foreign}"),
            format!("https://barding-{}{host}", self.marker),
        ];
        requests.extend(
            alike
                .into_iter()
                .filter(|origin| *origin != base.origin())
                .map(|origin| ask(Purpose::LookalikeOrigin, "/", origin)),
        );
        requests
    }

    /// Addresses that say where to go next, with somebody else's in place of the site's own.
    fn redirects(&self, base: &Url) -> Vec<Request> {
        let foreign = self.foreign_host();
        let payloads = [format!("https://{foreign}/"), format!("//{foreign}/"), format!("/\\{foreign}/")];
        let mut places: Vec<(String, String)> = Vec::new();
        for page in self.site.pages() {
            let url = page.url();
            for element in elements(&page.body).iter().filter(|element| element.name == "a") {
                let Some(next) = element.attribute("href").and_then(|href| url.join(href)) else { continue };
                let Some(query) = next.query().filter(|_| next.same_origin(base)) else { continue };
                let name = query.split('&').find_map(|pair| {
                    let name = pair.split('=').next()?;
                    paths::NEXT.contains(&name.to_ascii_lowercase().as_str()).then(|| name.to_owned())
                });
                if let Some(name) = name
                    && places.len() < 6
                    && !places.contains(&(next.path().to_owned(), name.clone()))
                {
                    places.push((next.path().to_owned(), name));
                }
            }
        }
        for path in ["/accounts/login/", "/accounts/logout/", "/i18n/setlang/", "/admin/login/"] {
            if places.iter().all(|(known, _)| known != path) {
                places.push((path.to_owned(), "next".to_owned()));
            }
        }
        let mut requests = Vec::new();
        for (path, name) in places {
            for payload in &payloads {
                let target = format!("{path}?{name}={}", encoded(payload));
                let request = Request::to(Purpose::Next, base.at(&target));
                requests.push(Request {
                    marker: foreign.clone(),
                    anonymous: true,
                    keep: 32 << 10,
                    ..request
                });
            }
        }
        requests
    }

    fn fingerprints(&self, base: &Url) -> Vec<Request> {
        let login = self.site.admin_login();
        let prefix = login.and_then(static_prefix).unwrap_or_else(|| base.at("/static/"));
        if !prefix.same_origin(base) {
            return Vec::new();
        }
        let file = |path: &&str| prefix.join(path);
        let urls = paths::FINGERPRINTS.iter().filter_map(file);
        urls.map(|url| Request { keep: 0, digest: true, ..Request::to(Purpose::Fingerprint, url) }).collect()
    }

    /// The maps that the site's own scripts name.
    fn source_maps(&self, base: &Url) -> Vec<Request> {
        let mut maps = Vec::new();
        for script in self.site.answered(Purpose::Static).filter(|script| script.is_success()) {
            let named = script.header("sourcemap").map(str::to_owned).or_else(|| {
                let at = script.body.rfind("sourceMappingURL=")?;
                let rest = &script.body[at + "sourceMappingURL=".len()..];
                Some(rest.split_whitespace().next().unwrap_or_default().trim_end_matches("*/").to_owned())
            });
            let map =
                named.filter(|name| !name.starts_with("data:")).and_then(|name| script.url().join(&name));
            if let Some(map) = map.filter(|map| map.same_origin(base)) {
                maps.push(
                    Request { keep: 4096, ..Request::to(Purpose::Exposure, map) }
                        .header("Range", "bytes=0-4095"),
                );
            }
        }
        maps
    }
}

/// Where the admin's static files are, by the login page's own links.
fn static_prefix(login: &Exchange) -> Option<Url> {
    let url = login.url();
    let elements = elements(&login.body);
    let links = elements
        .iter()
        .filter(|element| element.name == "link")
        .filter_map(|element| element.attribute("href"));
    links.into_iter().find_map(|href| {
        let at = href.find("admin/css/")?;
        url.join(&href[..at])
    })
}

/// A value for a query.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
