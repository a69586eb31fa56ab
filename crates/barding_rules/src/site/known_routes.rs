//! Routes of the project's code that a look at its site may ask for, and what the code says about each.
//!
//! Only GETs that change nothing as far as the code shows, and only addresses that no other route answers first.

use barding_project::Project;
use barding_project::Truth;
use barding_project::routes::{Entry, Origin, Route, RouteTable};
use barding_project::settings::SettingsModule;
use std::collections::BTreeMap;

/// A route that may be asked for.
#[derive(Debug)]
pub struct KnownRoute<'p> {
    /// The address, with plain values for its parameters.
    pub address: String,
    /// The route.
    pub route: &'p Route,
    /// Whether the code lets nobody in without a login, under every settings module of production.
    pub is_protected: bool,
}

/// Routes of each kind that are asked for.
const MOST: usize = 100;
/// Routes that are looked at to find them: each is compared with those before it.
const MOST_LOOKED_AT: usize = 500;

/// The routes that may be asked for, by address: those that the code protects, and those that everybody may read.
pub fn known_routes(project: &Project) -> Vec<KnownRoute<'_>> {
    let live = || {
        let tables = project.routes.tables.iter();
        tables.filter(|table| !table.settings.is_empty() && table.in_production != Some(Truth::No))
    };
    let sure: Vec<&RouteTable> = live().filter(|table| table.in_production == Some(Truth::Yes)).collect();
    let tables = if sure.is_empty() { live().collect() } else { sure };
    let language = language(project, &tables);
    let mut known: BTreeMap<String, KnownRoute<'_>> = BTreeMap::new();
    let (mut protected, mut public) = (0, 0);
    let may_be_wanted = |route: &&Route| {
        only_reads(route) && (is_protected(route) || is_public(route) && route.parameters.is_empty())
    };
    for route in tables.iter().flat_map(|table| &table.routes).filter(may_be_wanted).take(MOST_LOOKED_AT) {
        let Some(address) = route.address(language.as_deref()).filter(|address| !known.contains_key(address))
        else {
            continue;
        };
        let everywhere = |is_so: fn(&Route) -> bool| {
            tables.iter().all(|table| {
                let first = table.routes.iter().find(|route| route.may_answer(&address));
                first.is_some_and(|first| first.pattern == route.pattern && is_so(first))
            })
        };
        let is_protected = everywhere(is_protected);
        let count = if is_protected { &mut protected } else { &mut public };
        // An example for a parameter leads to something that is there only by chance, so it says something about
        // routes that nobody should get through.
        let is_wanted = is_protected || route.parameters.is_empty() && everywhere(is_public);
        if is_wanted && *count < MOST {
            *count += 1;
            known.insert(address.clone(), KnownRoute { address, route, is_protected });
        }
    }
    known.into_values().collect()
}

/// Whether a GET changes nothing, as far as the code shows.
fn only_reads(route: &Route) -> bool {
    let is_own =
        matches!(route.origin, Origin::Pattern | Origin::Router | Origin::RouterRoot | Origin::Operation);
    is_own && route.methods.answers("GET") && route.changes.is_empty() && route.raw_sql.is_empty()
}

fn is_protected(route: &Route) -> bool {
    let asks_who = matches!(
        route.access.entry,
        Entry::Login | Entry::Token(_) | Entry::Staff | Entry::Permission(_) | Entry::Superuser
    );
    asks_who && !route.access.public_read && route.is_unconditional()
}

fn is_public(route: &Route) -> bool {
    route.access.entry == Entry::Public || route.access.public_read
}

/// The prefix that addresses of translated routes have for a visitor who asks for no language: `LANGUAGE_CODE`, or the
/// shorter code that stands for it where only that one is among `LANGUAGES`. `None` unless all settings modules agree.
fn language(project: &Project, tables: &[&RouteTable]) -> Option<String> {
    let is_used = |name: &String| tables.iter().any(|table| table.settings.contains(name));
    let mut languages = project.settings.iter().filter(|settings| is_used(&settings.name)).map(spoken);
    let first = languages.next()??;
    languages.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn spoken(settings: &SettingsModule) -> Option<String> {
    let code = settings.get("LANGUAGE_CODE").value()?.text()?.to_ascii_lowercase();
    let languages = settings.get("LANGUAGES").value()?.items()?;
    let codes: Vec<&str> =
        languages.iter().map(|pair| pair.items()?.first()?.text()).collect::<Option<_>>()?;
    let is_spoken = |code: &str| codes.iter().any(|own| own.eq_ignore_ascii_case(code));
    // As Django's own search for a supported variant does: shorter and shorter at each hyphen.
    let mut short = code.as_str();
    loop {
        if is_spoken(short) {
            return Some(short.to_owned());
        }
        short = &short[..short.rfind('-')?];
    }
}
