//! TLS as a browser does it, but for one thing: a certificate that cannot be trusted is written down, and the look goes
//! on, because people want to know what else is wrong with such a site.

use crate::tls::x509::certificates;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
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
    let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for file in roots {
        for certificate in certificates(file) {
            // A root that the library cannot read is one that it would not have used.
            let _ = store.add(CertificateDer::from(certificate));
        }
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(store), provider.clone())
        .build()
        .map_err(|error| format!("TLS could not be set up: {error}"))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("TLS could not be set up: {error}"))?;
    let mut config = builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Witness { inner, verdicts }))
        .with_no_client_auth();
    config.alpn_protocols =
        if http2 { vec![b"h2".to_vec(), b"http/1.1".to_vec()] } else { vec![b"http/1.1".to_vec()] };
    // A resumed session shows no certificate, so none is resumed.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

/// Asks the real verifier, writes its verdict down, and lets the connection stand.
#[derive(Debug)]
struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    verdicts: Arc<Verdicts>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        staple: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.inner.verify_server_cert(leaf, rest, name, staple, now);
        let host = name.to_str();
        self.verdicts.note(&host, verdict.err().map(|error| words(&error)));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.inner.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
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
