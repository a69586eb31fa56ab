//! Addresses that lead to a route, for somebody who wants to ask the running site for it.

use super::{Origin, Route};

impl Route {
    /// An address that leads here, with plain values for the parameters. `None` when the pattern is not known well enough,
    /// or stands for many addresses. Routes below a prefix for languages are reached with the prefix of `language`; where
    /// the language that the site speaks by itself may go without one, it does.
    pub fn address(&self, language: Option<&str>) -> Option<String> {
        let is_one =
            matches!(self.origin, Origin::Pattern | Origin::Router | Origin::RouterRoot | Origin::Operation);
        if !is_one || !self.pattern_known {
            return None;
        }
        let shown = self.shown_pattern().replacen("[<language>/]", "", 1);
        let mut rest = shown.strip_suffix("/?").map_or(shown.as_str(), |start| &shown[..=start.len()]);
        let mut address = String::new();
        while let Some((literal, behind)) = rest.split_once('<') {
            let (inside, after) = behind.split_once('>')?;
            let name = inside.rsplit(':').next()?.trim();
            let parameter = self.parameters.iter().find(|parameter| parameter.name == name);
            address.push_str(literal);
            address.push_str(match parameter {
                Some(parameter) => example(&parameter.converter)?,
                None if name == "language" => language?,
                None => return None,
            });
            rest = after;
        }
        address.push_str(rest);
        // What is left of a regular expression is no address.
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/-_.~@+:,=!".contains(letter);
        (address.chars().all(is_plain) && address.len() <= 500).then_some(address)
    }

    /// Whether it may be this route that answers an address. In doubt it may.
    pub fn may_answer(&self, address: &str) -> bool {
        let shown = self.shown_pattern();
        let is_whole = matches!(self.origin, Origin::Admin | Origin::Library | Origin::Files);
        let mut wanted = shown.split('/');
        let mut given = address.split('/');
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return true,
                (None, Some(_)) | (Some(""), Some(_)) if is_whole && wanted.clone().next().is_none() => {
                    return true;
                }
                (Some(part), Some(text)) => match self.fits(part, text) {
                    Fit::Yes => {}
                    Fit::No => return false,
                    Fit::AndAllBehind => return true,
                },
                // What may be left out, or holds slashes, is not counted.
                (Some(part), None) => return !part.chars().all(|letter| letter.is_ascii_alphanumeric()),
                (None, Some(_)) => return false,
            }
        }
    }

    /// Whether a part of the pattern between slashes fits a part of an address.
    fn fits(&self, part: &str, text: &str) -> Fit {
        let Some((before, behind)) = part.split_once('<') else {
            let is_plain = !part.contains(['[', '(', '{', '?', '*', '+', '|', '\\']);
            return match (is_plain, part == text) {
                (true, true) => Fit::Yes,
                (true, false) => Fit::No,
                (false, _) => Fit::AndAllBehind,
            };
        };
        let Some((inside, after)) = behind.split_once('>') else { return Fit::AndAllBehind };
        let name = inside.rsplit(':').next().unwrap_or_default().trim();
        let converter = self.parameters.iter().find(|parameter| parameter.name == name);
        match converter.map(|parameter| parameter.converter.as_str()) {
            _ if before.contains(['[', '(', '{']) => Fit::AndAllBehind,
            Some("int" | r"\d+" | "[0-9]+") if before.is_empty() && after.is_empty() => {
                if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
                    Fit::Yes
                } else {
                    Fit::No
                }
            }
            Some("str" | "slug" | "uuid" | r"\w+" | r"[\w-]+" | "[^/]+" | "[^/.]+") => {
                if text.starts_with(before) && !text.is_empty() { Fit::Yes } else { Fit::No }
            }
            _ if text.starts_with(before) => Fit::AndAllBehind,
            _ => Fit::No,
        }
    }
}

/// Whether a part of a pattern fits.
enum Fit {
    Yes,
    No,
    /// It does, and what follows may be anything.
    AndAllBehind,
}

/// A value that a converter or a regular expression lets through.
fn example(converter: &str) -> Option<&'static str> {
    match converter {
        "int" | "str" | "slug" | "path" | r"\d+" | "[0-9]+" | r"\w+" | r"[\w-]+" | r"[-\w]+" | "[^/]+"
        | "[^/.]+" | "[-a-zA-Z0-9_]+" | "[a-zA-Z0-9_-]+" | ".+" | ".*" => Some("1"),
        "uuid" | "[0-9a-f-]{36}" => Some("00000000-0000-4000-8000-000000000000"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::{Parameter, Tameness, Target, View};

    fn route(pattern: &str, parameters: &[(&str, &str)], origin: Origin) -> Route {
        let parameters = parameters.iter().map(|(name, converter)| Parameter {
            name: (*name).to_owned(),
            converter: (*converter).to_owned(),
            tameness: Tameness::Segment,
        });
        let around = crate::routes::table::Around {
            pattern: pattern.to_owned(),
            known: true,
            parameters: parameters.collect(),
            ..Default::default()
        };
        let view = View {
            name: "shop.views.page".to_owned(),
            place: None,
            target: Target::Outside,
            unknown: None,
            options: Vec::new(),
        };
        crate::routes::table::blank(around, view, None, origin)
    }

    #[test]
    fn patterns_become_addresses() {
        let address = |pattern, parameters: &[(&str, &str)]| {
            route(pattern, parameters, Origin::Pattern).address(Some("pt-br"))
        };
        assert_eq!(address("orders/<int:pk>/", &[("pk", "int")]).as_deref(), Some("/orders/1/"));
        assert_eq!(address(r"^a/(?P<slug>[\w-]+)/$", &[("slug", r"[\w-]+")]).as_deref(), Some("/a/1/"));
        assert_eq!(address("^health/?$", &[]).as_deref(), Some("/health/"));
        assert_eq!(address("", &[]).as_deref(), Some("/"));
        assert_eq!(address("[<language>/]about/", &[]).as_deref(), Some("/about/"));
        assert_eq!(address("<language>/about/", &[]).as_deref(), Some("/pt-br/about/"));
        assert_eq!(route("<language>/about/", &[], Origin::Pattern).address(None), None);
        assert_eq!(address(r"^(a|b)/$", &[]), None);
        assert_eq!(address("<yyyy:year>/", &[("year", "yyyy")]), None);
        assert_eq!(route("admin/", &[], Origin::Admin).address(None), None);
    }

    #[test]
    fn earlier_routes_may_stand_before() {
        let may = |pattern, parameters: &[(&str, &str)], address| {
            route(pattern, parameters, Origin::Pattern).may_answer(address)
        };
        assert!(may("<slug:page>/", &[("page", "slug")], "/orders/"));
        assert!(!may("<int:year>/", &[("year", "int")], "/orders/"));
        assert!(may("<path:rest>", &[("rest", "path")], "/orders/1/"));
        assert!(may("^.*$", &[], "/orders/"));
        assert!(may("orders/<int:pk>/", &[("pk", "int")], "/orders/1/"));
        assert!(!may("orders/", &[], "/orders/1/") && !may("orders/1/edit/", &[], "/orders/1/"));
        assert!(!may("", &[], "/orders/") && may("", &[], "/"));
        assert!(route("admin/", &[], Origin::Admin).may_answer("/admin/login/"));
        assert!(!route("admin/", &[], Origin::Admin).may_answer("/orders/"));
    }
}
