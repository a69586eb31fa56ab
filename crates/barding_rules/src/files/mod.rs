//! Rules about folders and files: media, static files, uploads, storages and file caches.

mod cache_in_served_folder;
mod cache_path_relative;
mod editor_accepts_any_file;
mod media_in_source;
mod media_in_static;
mod source_served_as_static;
mod static_root_collected;
mod static_server_for_development;
mod staticfiles_dirs_malformed;
mod staticfiles_storage_missing;
mod storage_public;
mod storage_setting_ignored;
mod storage_unencrypted;
mod upload_limit_lifted;
mod upload_permissions_loose;
mod upload_temp_exposed;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &cache_in_served_folder::RULE,
    &cache_path_relative::RULE,
    &editor_accepts_any_file::RULE,
    &media_in_source::RULE,
    &media_in_static::RULE,
    &source_served_as_static::RULE,
    &static_root_collected::RULE,
    &static_server_for_development::RULE,
    &staticfiles_dirs_malformed::RULE,
    &staticfiles_storage_missing::RULE,
    &storage_public::RULE,
    &storage_setting_ignored::RULE,
    &storage_unencrypted::RULE,
    &upload_limit_lifted::RULE,
    &upload_permissions_loose::RULE,
    &upload_temp_exposed::RULE,
];
