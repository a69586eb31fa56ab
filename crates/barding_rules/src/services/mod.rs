//! Rules about what the site talks to: databases, caches, mail servers, task queues.

mod cache_in_shared_folder;
mod cache_unprotected;
mod database_password_hardcoded;
mod database_server_unverified;
mod database_sqlite;
mod database_superuser;
mod database_unencrypted;
mod email_not_sent;
mod email_unencrypted;
mod mailer_default_missing;
mod task_queue_accepts_pickle;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &cache_in_shared_folder::RULE,
    &cache_unprotected::RULE,
    &database_password_hardcoded::RULE,
    &database_server_unverified::RULE,
    &database_sqlite::RULE,
    &database_superuser::RULE,
    &database_unencrypted::RULE,
    &email_not_sent::RULE,
    &email_unencrypted::RULE,
    &mailer_default_missing::RULE,
    &task_queue_accepts_pickle::RULE,
];
