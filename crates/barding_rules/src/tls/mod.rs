//! Rules about certificates and TLS, as one address of a site shows them.
//!
//! What comes in: an [`Endpoint`], observed. What goes out: findings in the words of someone who runs a Django site, with
//! the lines of the web server that mend it where there are such. The grade and the profiles are computed here too, for
//! the report to show.

mod beast;
mod caa_forbids_issuer;
mod cbc_padding_oracle;
mod ccs_injection;
mod certificate_chain_disordered;
mod certificate_chain_incomplete;
mod certificate_expired;
mod certificate_expires_soon;
mod certificate_for_clients_too;
mod certificate_internal_names;
mod certificate_issuer_expires_first;
mod certificate_key_published;
mod certificate_key_reused;
mod certificate_lifetime_too_long;
mod certificate_not_for_servers;
mod certificate_not_logged;
mod certificate_not_yet_valid;
mod certificate_revoked;
mod certificate_self_signed;
mod certificate_untrusted;
mod certificate_weak_key;
mod certificate_weak_signature;
mod certificate_wrong_name;
mod cipher_order_by_client;
mod dh_value_reused;
mod downgrade_unprotected;
mod drown;
mod early_data_enabled;
mod extended_master_secret_missing;
mod freak;
mod grade;
mod heartbleed;
mod insecure_cipher_suite;
mod insecure_renegotiation;
mod logjam;
mod lucky13;
mod mend;
mod mozilla;
mod mozilla_intermediate_not_met;
mod must_staple_without_staple;
mod named;
mod names;
mod no_forward_secrecy;
mod obsolete_protocol;
mod plain_http_not_redirected;
mod poodle;
mod post_quantum_missing;
mod robot;
mod sweet32;
mod ticket_lives_too_long;
mod ticketbleed;
mod tls13_missing;
mod tls_compression;
mod tls_grade_below_a;
mod tls_intolerance;
mod weak_cipher_suite;
mod weak_dh_parameters;
mod weak_handshake_signature;
mod weak_key_exchange_group;

pub use grade::{Grade, grade};
pub use mozilla::{Profile, deviations};
pub use named::named_weaknesses;
pub use names::covers;

use crate::Rule;
use barding_finding::{Evidence, Place, Role};
use barding_live::tls::{Certificate, ChainSeen, Endpoint, Protocol, Suite, SuiteInfo};

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &certificate_wrong_name::RULE,
    &certificate_expired::RULE,
    &certificate_not_yet_valid::RULE,
    &certificate_expires_soon::RULE,
    &certificate_untrusted::RULE,
    &certificate_self_signed::RULE,
    &certificate_chain_incomplete::RULE,
    &certificate_chain_disordered::RULE,
    &certificate_lifetime_too_long::RULE,
    &certificate_weak_key::RULE,
    &certificate_key_published::RULE,
    &certificate_key_reused::RULE,
    &certificate_issuer_expires_first::RULE,
    &certificate_for_clients_too::RULE,
    &certificate_weak_signature::RULE,
    &certificate_not_logged::RULE,
    &certificate_not_for_servers::RULE,
    &certificate_revoked::RULE,
    &must_staple_without_staple::RULE,
    &certificate_internal_names::RULE,
    &caa_forbids_issuer::RULE,
    &plain_http_not_redirected::RULE,
    &obsolete_protocol::RULE,
    &tls13_missing::RULE,
    &insecure_cipher_suite::RULE,
    &weak_cipher_suite::RULE,
    &no_forward_secrecy::RULE,
    &cipher_order_by_client::RULE,
    &weak_dh_parameters::RULE,
    &dh_value_reused::RULE,
    &weak_key_exchange_group::RULE,
    &post_quantum_missing::RULE,
    &weak_handshake_signature::RULE,
    &insecure_renegotiation::RULE,
    &tls_compression::RULE,
    &downgrade_unprotected::RULE,
    &extended_master_secret_missing::RULE,
    &early_data_enabled::RULE,
    &ticket_lives_too_long::RULE,
    &tls_intolerance::RULE,
    &heartbleed::RULE,
    &ccs_injection::RULE,
    &robot::RULE,
    &ticketbleed::RULE,
    &cbc_padding_oracle::RULE,
    &drown::RULE,
    &poodle::RULE,
    &freak::RULE,
    &logjam::RULE,
    &sweet32::RULE,
    &beast::RULE,
    &lucky13::RULE,
    &tls_grade_below_a::RULE,
    &mozilla_intermediate_not_met::RULE,
];

/// Where a finding about an endpoint is.
fn place(endpoint: &Endpoint) -> Place {
    Place::Endpoint { host: endpoint.host.clone(), port: endpoint.port }
}

/// A step that was seen on the wire, and at which address.
fn observed(endpoint: &Endpoint, note: impl Into<String>) -> Evidence {
    let note = note.into();
    let note =
        if endpoint.address.is_empty() { note } else { format!("{note} (seen at {})", endpoint.address) };
    Evidence::new(Role::Observed, place(endpoint), note)
}

/// Each chain with the server's own certificate.
fn leaves(endpoint: &Endpoint) -> impl Iterator<Item = (&ChainSeen, &Certificate)> {
    endpoint.chains.iter().filter_map(|chain| Some((chain, chain.leaf()?)))
}

/// The certificates of a chain that stand on its best path, or all that were sent when there is no path.
fn on_path(chain: &ChainSeen) -> Vec<&Certificate> {
    match chain.best() {
        Some(best) if !best.path.is_empty() => {
            best.path.iter().filter_map(|at| chain.sent.get(*at)).collect()
        }
        _ => chain.sent.iter().collect(),
    }
}

/// What people call a certificate: its common name, its first name, or its whole subject.
fn called(certificate: &Certificate) -> String {
    let name =
        certificate.common_name.as_ref().or(certificate.dns_names.first()).or(certificate.ip_names.first());
    let name = name.cloned().unwrap_or_else(|| certificate.subject.clone());
    if name.is_empty() { "without a name".to_owned() } else { format!("`{name}`") }
}

/// The accepted suites that are so, with the protocols they are accepted in.
fn suites_that(
    endpoint: &Endpoint,
    are: impl Fn(&SuiteInfo) -> bool,
) -> Vec<(&'static SuiteInfo, Vec<Protocol>)> {
    let known =
        endpoint.suites().into_iter().filter_map(|(suite, protocols)| Some((Suite::info(suite)?, protocols)));
    known.filter(|(info, _)| are(info)).collect()
}

/// The first names of a list and how many more there are.
fn listed<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.len() {
        0..=6 => items.join(", "),
        more => format!("{} and {} more", items[..5].join(", "), more - 5),
    }
}
