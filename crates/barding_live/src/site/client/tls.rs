//! TLS as a browser does it, but for one thing: a certificate that cannot be trusted is written down, and the look goes
//! on, because people want to know what else is wrong with such a site.

use crate::tls::witness::{self, Judge};
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, Error};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What was wrong with the certificate of each host.
#[derive(Debug, Default)]
pub(super) struct Verdicts(Mutex<BTreeMap<String, String>>);

impl Verdicts {
    pub(super) fn of(&self, host: &str) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(host).cloned()
    }

    fn note(&self, host: &str, problem: Option<String>) {
        let mut verdicts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match problem {
            Some(problem) => verdicts.insert(host.to_owned(), problem),
            None => verdicts.remove(host),
        };
    }
}

pub(super) fn server_name(host: &str) -> Option<ServerName<'static>> {
    match host.parse::<std::net::IpAddr>() {
        Ok(address) => Some(ServerName::IpAddress(address.into())),
        Err(_) => ServerName::try_from(host.trim_end_matches('.').to_owned()).ok(),
    }
}

/// The configuration: Mozilla's roots and those given, HTTP/2 where it is wanted.
pub(super) fn config(
    roots: &[Vec<u8>],
    http2: bool,
    verdicts: Arc<Verdicts>,
) -> Result<Arc<ClientConfig>, String> {
    let mut store = witness::mozilla();
    roots.iter().for_each(|file| witness::add(&mut store, file));
    let mut config = witness::config(store, verdicts)?;
    config.alpn_protocols =
        if http2 { vec![b"h2".to_vec(), b"http/1.1".to_vec()] } else { vec![b"http/1.1".to_vec()] };
    // A resumed session shows no certificate, so none is resumed.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

/// Writes the verdict down, and lets the connection stand.
impl Judge for Verdicts {
    fn judge(&self, name: &ServerName<'_>, verdict: Result<(), Error>) -> Result<(), Error> {
        self.note(&name.to_str(), verdict.err().map(|error| words(&error)));
        Ok(())
    }
}

fn words(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => match error {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "it has expired".to_owned()
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "it is not valid yet".to_owned()
            }
            CertificateError::UnknownIssuer => {
                "no trusted authority signed it, or an intermediate certificate is missing".to_owned()
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "it is for other names".to_owned()
            }
            CertificateError::Revoked => "it was revoked".to_owned(),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                "it is not for servers".to_owned()
            }
            other => format!("{other:?}").chars().filter(|c| !c.is_control()).take(120).collect(),
        },
        other => other.to_string().chars().filter(|c| !c.is_control()).take(120).collect(),
    }
}
