//! What only people can say about a deployment: names, networks, paths of the server.

use crate::tls::Profile;

/// What is wished of everything that is generated.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The site's names; those of ALLOWED_HOSTS when empty.
    pub domains: Vec<String>,
    /// Where the project lies on the server; `/srv/NAME` when not said.
    pub folder: Option<String>,
    /// Networks that may reach SSH.
    pub ssh_from: Vec<String>,
    /// Where people report weaknesses: an address or a URL.
    pub contact: Option<String>,
    /// Today, `YYYY-MM-DD`.
    pub today: String,
}

/// What is wished of a web server.
#[derive(Clone, Debug, Default)]
pub struct ServerWishes {
    /// Mozilla's profile.
    pub profile: Profile,
    /// The server's own version, for its spelling: `1.26.2`.
    pub version: Option<(u32, u32, u32)>,
    /// The version of OpenSSL it runs with.
    pub openssl: Option<(u32, u32, u32)>,
    /// The certificate chain's file.
    pub certificate: Option<String>,
    /// The private key's file.
    pub key: Option<String>,
    /// Where the application listens: `unix:/run/shop/app.sock` or `127.0.0.1:8000`.
    pub upstream: Option<String>,
    /// Addresses to listen on; all when empty.
    pub listen: Vec<String>,
    /// The port for plain HTTP; 80 when not said.
    pub http_port: Option<u16>,
    /// The port for HTTPS; 443 when not said.
    pub https_port: Option<u16>,
    /// Networks that may open the admin; everybody when empty.
    pub admin_from: Vec<String>,
    /// The largest body in bytes.
    pub upload_limit: Option<u64>,
    /// Seconds of HSTS; the project's own, or a year, when not said.
    pub hsts: Option<u64>,
}

impl ServerWishes {
    /// Whether the server is at least that version; `None` when nobody said.
    pub(crate) fn at_least(&self, wanted: (u32, u32, u32)) -> Option<bool> {
        self.version.map(|version| version >= wanted)
    }

    /// The ports for plain HTTP and HTTPS.
    pub(crate) fn ports(&self) -> (u16, u16) {
        (self.http_port.unwrap_or(80), self.https_port.unwrap_or(443))
    }
}
