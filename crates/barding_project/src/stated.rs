//! What no code can show and only people can say: what stands in front of Django. It comes from the configuration and is
//! taken at its word. What the project's own functions do with data is [`crate::flow::Model`].

/// What stands between the visitor and Django.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// Where TLS ends; `None` when nobody said.
    pub tls_ends_at: Option<Layer>,
    /// Who redirects plain HTTP to HTTPS; `None` when nobody said.
    pub redirects_to_https: Option<Layer>,
    /// Who sends Strict-Transport-Security; `None` when nobody said.
    pub sends_hsts: Option<Layer>,
    /// Request headers that the proxy removes from what visitors send, in upper case with dashes: `X-FORWARDED-PROTO`.
    pub stripped_headers: Vec<String>,
}

impl Deployment {
    /// Whether the proxy removes that header (`X-Forwarded-Proto` or `HTTP_X_FORWARDED_PROTO`) from visitors' requests.
    pub fn strips(&self, header: &str) -> bool {
        let header = header.to_ascii_uppercase().replace('_', "-");
        let header = header.strip_prefix("HTTP-").unwrap_or(&header);
        self.stripped_headers.iter().any(|stripped| stripped == header)
    }
}

/// Who does something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// Django itself.
    Django,
    /// The web server in front of it: nginx, Apache, Caddy.
    Server,
    /// A load balancer.
    LoadBalancer,
    /// The platform that runs it.
    Platform,
}

impl Layer {
    /// Whether it is done before a request reaches Django.
    pub fn is_in_front(self) -> bool {
        self != Self::Django
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_known_by_either_name() {
        let deployment =
            Deployment { stripped_headers: vec!["X-FORWARDED-PROTO".into()], ..Deployment::default() };
        assert!(deployment.strips("HTTP_X_FORWARDED_PROTO") && deployment.strips("x-forwarded-proto"));
        assert!(!deployment.strips("HTTP_X_FORWARDED_HOST"));
    }
}
