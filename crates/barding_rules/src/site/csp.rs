//! Content security policies, evaluated as browsers do: which scripts may run in the end, whatever is written.

use super::front;
use crate::Findings;
use barding_live::site::html::elements;
use barding_live::site::{Exchange, Site};

/// One policy: its directives in order, names in small letters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) directives: Vec<(String, Vec<String>)>,
    /// Directives that came twice; browsers take no notice of the second.
    pub(super) duplicates: Vec<String>,
    /// Whether it stands in a `<meta>`, where some directives do not work.
    pub(super) in_meta: bool,
}

/// The front page, where it is HTML; otherwise the rule says why there is nothing to judge.
pub(super) fn page<'s>(site: &'s Site, found: &mut Findings<'_>) -> Option<&'s Exchange> {
    let page = front(site, found)?;
    if !page.is_html() {
        found.nothing_to_judge("the front page is no HTML");
        return None;
    }
    Some(page)
}

/// The front page and the policies it enforces; without any there is nothing to judge.
pub(super) fn in_force<'s>(site: &'s Site, found: &mut Findings<'_>) -> Option<(&'s Exchange, Vec<Policy>)> {
    let page = page(site, found)?;
    let policies = enforced(page);
    if policies.is_empty() {
        found.nothing_to_judge("no policy is enforced");
        return None;
    }
    Some((page, policies))
}

/// The policies that a page enforces: of its headers and its `<meta>` elements.
pub(super) fn enforced(page: &Exchange) -> Vec<Policy> {
    let mut policies: Vec<Policy> = page
        .header_values("content-security-policy")
        .flat_map(|value| value.split(','))
        .filter_map(|text| Policy::parse(text, false))
        .collect();
    for element in elements(&page.body).iter().filter(|element| element.name == "meta") {
        let is_policy = element
            .attribute("http-equiv")
            .is_some_and(|name| name.trim().eq_ignore_ascii_case("content-security-policy"));
        if is_policy
            && let Some(policy) = element.attribute("content").and_then(|text| Policy::parse(text, true))
        {
            policies.push(policy);
        }
    }
    policies
}

/// Sources that let in nearly everybody.
const BROAD: [&str; 9] =
    ["*", "http:", "https:", "http://*", "https://*", "ftp:", "http://*.*", "https://*.*", "ws:"];

/// Hosts whose files anybody may write, or whose answers call any function.
pub(super) const BYPASSES: [&str; 12] = [
    "cdnjs.cloudflare.com",
    "ajax.googleapis.com",
    "cdn.jsdelivr.net",
    "unpkg.com",
    "raw.githubusercontent.com",
    "*.googleapis.com",
    "*.cloudfront.net",
    "*.amazonaws.com",
    "*.githubusercontent.com",
    "*.herokuapp.com",
    "accounts.google.com",
    "www.google.com",
];

/// Every directive that browsers know.
pub(super) const KNOWN: [&str; 31] = [
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "font-src",
    "connect-src",
    "media-src",
    "object-src",
    "prefetch-src",
    "child-src",
    "frame-src",
    "worker-src",
    "manifest-src",
    "base-uri",
    "form-action",
    "frame-ancestors",
    "navigate-to",
    "plugin-types",
    "sandbox",
    "report-uri",
    "report-to",
    "upgrade-insecure-requests",
    "block-all-mixed-content",
    "require-sri-for",
    "require-trusted-types-for",
    "trusted-types",
    "fenced-frame-src",
];

impl Policy {
    pub(super) fn parse(text: &str, in_meta: bool) -> Option<Self> {
        let mut policy = Self { in_meta, ..Self::default() };
        for part in text.split(';').take(200) {
            let mut words = part.split_ascii_whitespace();
            let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
            if in_meta && matches!(name.as_str(), "frame-ancestors" | "sandbox" | "report-uri") {
                continue;
            }
            if policy.sources(&name).is_some() {
                policy.duplicates.push(name);
            } else {
                policy.directives.push((name, words.map(str::to_owned).collect()));
            }
        }
        (!policy.directives.is_empty()).then_some(policy)
    }

    /// The words of a directive.
    pub(super) fn sources(&self, name: &str) -> Option<&[String]> {
        self.directives.iter().find(|(own, _)| own == name).map(|(_, words)| words.as_slice())
    }

    /// The words that decide about scripts; `None` when every script may run.
    pub(super) fn scripts(&self) -> Option<&[String]> {
        self.sources("script-src-elem")
            .or_else(|| self.sources("script-src"))
            .or_else(|| self.sources("default-src"))
    }

    /// The words that decide about plug-ins.
    pub(super) fn objects(&self) -> Option<&[String]> {
        self.sources("object-src").or_else(|| self.sources("default-src"))
    }

    fn scripts_have(&self, word: &str) -> bool {
        self.scripts().is_some_and(|words| has(words, word))
    }

    /// Whether a nonce or hash names the scripts that may run.
    pub(super) fn names_scripts(&self) -> bool {
        let marks = ["'nonce-", "'sha256-", "'sha384-", "'sha512-"];
        let named = |word: &String| marks.iter().any(|mark| word.to_ascii_lowercase().starts_with(mark));
        self.scripts().is_some_and(|words| words.iter().any(named))
    }

    /// Whether scripts in the page itself run: by the keyword where nothing takes it back, by `data:`, or because no
    /// directive speaks of scripts at all.
    pub(super) fn lets_inline_run(&self) -> bool {
        match self.scripts() {
            None => true,
            Some(_) if self.names_scripts() => false,
            Some(words) => {
                let strict = has(words, "'strict-dynamic'");
                !strict && (has(words, "'unsafe-inline'") || has(words, "data:"))
            }
        }
    }

    /// Whether texts may be run as scripts.
    pub(super) fn lets_eval_run(&self) -> bool {
        let words = self.sources("script-src").or_else(|| self.sources("default-src"));
        words.is_some_and(|words| has(words, "'unsafe-eval'"))
    }

    /// The words that let scripts or plug-ins of nearly everybody in.
    pub(super) fn broad(&self) -> Vec<String> {
        let strict = self.scripts_have("'strict-dynamic'") && self.names_scripts();
        let mut broad: Vec<String> = Vec::new();
        let of = |words: Option<&[String]>| -> Vec<String> {
            let is_broad = |word: &&String| BROAD.contains(&word.to_ascii_lowercase().as_str());
            words.unwrap_or_default().iter().filter(is_broad).cloned().collect()
        };
        if !strict {
            broad.extend(of(self.scripts()));
        }
        broad.extend(of(self.objects()));
        broad.sort();
        broad.dedup();
        broad
    }

    /// The nonces of the policy.
    pub(super) fn nonces(&self) -> Vec<String> {
        let words = self.directives.iter().flat_map(|(_, words)| words);
        let mut nonces: Vec<String> = words
            .filter_map(|word| Some(word.strip_prefix("'nonce-")?.trim_end_matches('\'').to_owned()))
            .collect();
        nonces.sort();
        nonces.dedup();
        nonces
    }
}

/// Whether the words have this one, in any letter case.
pub(super) fn has(words: &[String], word: &str) -> bool {
    words.iter().any(|own| own.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(text: &str) -> bool {
        Policy::parse(text, false).unwrap().lets_inline_run()
    }

    #[test]
    fn what_runs_in_the_end() {
        assert!(inline("script-src 'self' 'unsafe-inline'"));
        assert!(inline("img-src 'self'"));
        assert!(inline("script-src 'self' data:"));
        assert!(!inline("default-src 'self'"));
        assert!(!inline("script-src 'unsafe-inline' 'nonce-abc'"));
        assert!(!inline("SCRIPT-SRC 'Unsafe-Inline' 'SHA256-abc'"));
        assert!(!inline("script-src 'strict-dynamic' 'unsafe-inline'"));
        assert!(!inline("script-src 'self'; script-src 'unsafe-inline'"));
    }

    #[test]
    fn what_is_broad() {
        let broad = |text: &str| Policy::parse(text, false).unwrap().broad();
        assert_eq!(broad("script-src https: 'self'; object-src 'none'"), ["https:"]);
        assert!(broad("script-src https: 'strict-dynamic' 'nonce-a'; object-src 'none'").is_empty());
        assert_eq!(broad("script-src 'self'; default-src *"), ["*"]);
        assert!(Policy::parse(" ; ", false).is_none());
    }
}
