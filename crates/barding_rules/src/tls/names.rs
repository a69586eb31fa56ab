//! Whether a certificate is for a host.

use barding_live::tls::Certificate;
use std::net::IpAddr;

/// Whether one of the certificate's alternative names stands for the host, which is given in ASCII or as an address.
pub fn covers(certificate: &Certificate, host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    if let Ok(address) = host.parse::<IpAddr>() {
        return certificate.ip_names.iter().any(|name| name.parse() == Ok(address));
    }
    certificate
        .dns_names
        .iter()
        .any(|name| stands_for(&name.trim_end_matches('.').to_ascii_lowercase(), &host))
}

/// A star is a whole first label and stands for exactly one; it needs at least two labels after it.
fn stands_for(name: &str, host: &str) -> bool {
    let Some(parent) = name.strip_prefix("*.") else { return !name.is_empty() && name == host };
    let Some((label, rest)) = host.split_once('.') else { return false };
    !label.is_empty() && rest == parent && parent.contains('.') && !parent.contains('*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_hosts() {
        let cases = [
            ("shop.example", "shop.example", true),
            ("SHOP.example", "shop.Example.", true),
            ("*.shop.example", "www.shop.example", true),
            ("*.shop.example", "shop.example", false),
            ("*.shop.example", "a.b.shop.example", false),
            ("w*.shop.example", "www.shop.example", false),
            ("*.example", "shop.example", false),
            ("*", "localhost", false),
            ("localhost", "localhost", true),
            ("xn--bcher-kva.example", "xn--bcher-kva.example", true),
            ("", "", false),
        ];
        for (name, host, wanted) in cases {
            let certificate = Certificate { dns_names: vec![name.to_owned()], ..Certificate::default() };
            assert_eq!(covers(&certificate, host), wanted, "{name} for {host}");
        }
        let certificate = Certificate { ip_names: vec!["::1".to_owned()], ..Certificate::default() };
        assert!(covers(&certificate, "[0:0::1]") && !covers(&certificate, "127.0.0.1"));
    }
}
