//! A client's TLS whose verifier asks the library's and hands the verdict to whoever decides what follows from it.
//!
//! What comes in: the roots to trust and a [`Judge`]. What goes out: the library's configuration. Signatures are always
//! verified; only what follows from a certificate that does not hold is the judge's.

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use std::fmt::Debug;
use std::sync::Arc;

/// Decides what follows from the verifier's verdict.
pub(crate) trait Judge: Debug + Send + Sync {
    /// What is said of the certificate of this name. The handshake goes on when it is `Ok`.
    fn judge(&self, name: &ServerName<'_>, verdict: Result<(), Error>) -> Result<(), Error>;
}

/// Mozilla's roots.
pub(crate) fn mozilla() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// Adds the certificates of a file. One that the library cannot read is one that it would not have used.
pub(crate) fn add(roots: &mut RootCertStore, file: &[u8]) {
    for certificate in super::x509::certificates(file) {
        let _ = roots.add(CertificateDer::from(certificate));
    }
}

/// The configuration of a client that trusts these roots and asks this judge.
pub(crate) fn config(roots: RootCertStore, judge: Arc<dyn Judge>) -> Result<ClientConfig, String> {
    let provider = Arc::new(default_provider());
    let failed = |error: &dyn std::fmt::Display| format!("TLS could not be set up: {error}");
    let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .build()
        .map_err(|error| failed(&error))?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?;
    let witness = Arc::new(Witness { inner, judge });
    Ok(builder.dangerous().with_custom_certificate_verifier(witness).with_no_client_auth())
}

#[derive(Debug)]
struct Witness {
    inner: Arc<WebPkiServerVerifier>,
    judge: Arc<dyn Judge>,
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
        self.judge.judge(name, verdict.map(|_| ())).map(|()| ServerCertVerified::assertion())
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
