//! Rules about how passwords are stored and chosen, and how people log in.

mod account_enumeration;
mod axes_incomplete;
mod client_address_spoofable;
mod email_not_verified;
mod inactive_users_log_in;
mod login_by_get;
mod login_protection_disabled;
mod login_url_insecure;
mod mail_links_insecure;
mod mfa_bypass_code;
mod oauth_without_pkce;
mod password_hasher_accepted;
mod password_hasher_weak;
mod password_hashers_empty;
mod password_reset_lives_long;
mod password_rules_weak;
mod password_validators_missing;
mod remote_user_trusted;
mod social_login_associates_by_email;
mod social_login_by_email;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &account_enumeration::RULE,
    &axes_incomplete::RULE,
    &client_address_spoofable::RULE,
    &email_not_verified::RULE,
    &inactive_users_log_in::RULE,
    &login_by_get::RULE,
    &login_protection_disabled::RULE,
    &login_url_insecure::RULE,
    &mail_links_insecure::RULE,
    &mfa_bypass_code::RULE,
    &oauth_without_pkce::RULE,
    &password_hasher_accepted::RULE,
    &password_hasher_weak::RULE,
    &password_hashers_empty::RULE,
    &password_reset_lives_long::RULE,
    &password_rules_weak::RULE,
    &password_validators_missing::RULE,
    &remote_user_trusted::RULE,
    &social_login_associates_by_email::RULE,
    &social_login_by_email::RULE,
];
