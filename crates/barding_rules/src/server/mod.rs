//! Rules about servers and containers: nginx, compose, Dockerfiles, units, and the commands that start the site.

mod admin_tool_published;
mod any_host_in_deployment;
mod apache_any_host;
mod apache_application_as_root;
mod apache_directory_listing;
mod apache_forwarded_proto_missing;
mod apache_headers_not_on_errors;
mod apache_host_not_passed;
mod apache_media_executable;
mod apache_old_tls;
mod apache_open_proxy;
mod apache_plain_http;
mod apache_remote_ip_from_anyone;
mod apache_root_granted;
mod apache_root_is_project;
mod apache_static_is_source;
mod apache_status_page_open;
mod apache_tls_weakened;
mod apache_trace_allowed;
mod apache_version_shown;
mod apache_weak_ciphers;
mod application_is_database_superuser;
mod application_port_published;
mod caddy_admin_exposed;
mod caddy_any_host;
mod caddy_certificates_for_anyone;
mod caddy_debug;
mod caddy_directory_listing;
mod caddy_forwarded_from_client;
mod caddy_internal_certificate;
mod caddy_path_from_client;
mod caddy_plain_http;
mod caddy_root_is_project;
mod caddy_upstream_unverified;
mod code_mounted_in_container;
mod container_runs_as_root;
mod database_port_published;
mod database_service_exposed;
mod debug_in_deployment;
mod docker_socket_mounted;
mod env_file_in_repository;
mod healthcheck_asks_admin;
mod image_code_writable;
mod image_copies_secrets;
mod image_folder_writable;
mod image_holds_compilers;
mod image_holds_debugger;
mod image_holds_development_packages;
mod image_installs_unpinned;
mod image_not_pinned;
mod image_out_of_support;
mod image_runs_downloaded_script;
mod image_token_in_address;
mod ingress_runs_snippets;
mod ingress_without_tls;
mod nginx_access_check_skipped;
mod nginx_admin_check_exact;
mod nginx_admin_unlimited;
mod nginx_alias_traversal;
mod nginx_allow_without_deny;
mod nginx_ambiguous_headers;
mod nginx_any_host;
mod nginx_cache_shares_pages;
mod nginx_client_address_forged;
mod nginx_cookie_flags_removed;
mod nginx_curve_unknown;
mod nginx_directory_listing;
mod nginx_dot_files_served;
mod nginx_early_data;
mod nginx_errors_not_logged;
mod nginx_forwarded_proto_from_client;
mod nginx_forwarded_proto_missing;
mod nginx_header_injection;
mod nginx_header_over_lines;
mod nginx_headers_not_on_errors;
mod nginx_host_header_passed_raw;
mod nginx_host_not_passed;
mod nginx_hsts_weak;
mod nginx_http2_parameter;
mod nginx_image_vulnerable;
mod nginx_internals_in_headers;
mod nginx_lasting_ticket_key;
mod nginx_media_executable;
mod nginx_media_mixed;
mod nginx_media_served_inline;
mod nginx_name_without_redirect;
mod nginx_old_tls;
mod nginx_open_cors;
mod nginx_origin_check_loose;
mod nginx_password_in_clear;
mod nginx_pattern_explodes;
mod nginx_pattern_not_anchored;
mod nginx_plain_http;
mod nginx_protected_files_public;
mod nginx_proxy_to_client_choice;
mod nginx_public_resolver;
mod nginx_real_ip_from_anyone;
mod nginx_redirect_never_ends;
mod nginx_redirect_to_any_host;
mod nginx_redirect_to_client_choice;
mod nginx_referer_none_valid;
mod nginx_root_is_project;
mod nginx_runs_as_root;
mod nginx_security_headers_lost;
mod nginx_slashes_not_merged;
mod nginx_slow_clients_kept;
mod nginx_stapling_idle;
mod nginx_status_page_open;
mod nginx_tls_port_in_clear;
mod nginx_unlimited_body;
mod nginx_upgrade_passed_raw;
mod nginx_upstream_in_clear;
mod nginx_upstream_unverified;
mod nginx_version_shown;
mod nginx_weak_ciphers;
mod pod_migrates_as_site;
mod pod_not_confined;
mod pod_privileged;
mod pod_token_mounted;
mod privileged_container;
mod probe_without_host;
mod proxy_headers_from_anyone;
mod proxy_protocol_from_anyone;
mod runserver_in_production;
mod runserver_insecure;
mod scopes;
mod secret_in_compose;
mod secret_in_image;
mod secret_in_manifest;
mod secret_in_unit;
mod server_admits_ambiguous_requests;
mod server_bypasses_proxy;
mod server_holds_secret;
mod server_reloads_code;
mod server_runs_as_root;
mod server_socket_for_all;
mod server_without_limits;
mod service_container_as_root;
mod service_default_password;
mod service_does_not_wait;
mod service_not_confined;
mod service_runs_as_root;
mod service_socket_open;
mod service_without_bounds;
mod service_without_password;
mod start_changes_data;
mod superuser_password_in_deployment;
mod supervisor_control_open;
mod unit_files_for_all;
mod unit_secrets_in_project;
mod uwsgi_open;
mod variables;
mod web_command_migrates;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &admin_tool_published::RULE,
    &any_host_in_deployment::RULE,
    &apache_any_host::RULE,
    &apache_application_as_root::RULE,
    &apache_directory_listing::RULE,
    &apache_forwarded_proto_missing::RULE,
    &apache_headers_not_on_errors::RULE,
    &apache_host_not_passed::RULE,
    &apache_media_executable::RULE,
    &apache_old_tls::RULE,
    &apache_open_proxy::RULE,
    &apache_plain_http::RULE,
    &apache_remote_ip_from_anyone::RULE,
    &apache_root_granted::RULE,
    &apache_root_is_project::RULE,
    &apache_static_is_source::RULE,
    &apache_status_page_open::RULE,
    &apache_tls_weakened::RULE,
    &apache_trace_allowed::RULE,
    &apache_version_shown::RULE,
    &apache_weak_ciphers::RULE,
    &application_is_database_superuser::RULE,
    &application_port_published::RULE,
    &caddy_admin_exposed::RULE,
    &caddy_any_host::RULE,
    &caddy_certificates_for_anyone::RULE,
    &caddy_debug::RULE,
    &caddy_directory_listing::RULE,
    &caddy_forwarded_from_client::RULE,
    &caddy_internal_certificate::RULE,
    &caddy_path_from_client::RULE,
    &caddy_plain_http::RULE,
    &caddy_root_is_project::RULE,
    &caddy_upstream_unverified::RULE,
    &code_mounted_in_container::RULE,
    &container_runs_as_root::RULE,
    &database_port_published::RULE,
    &database_service_exposed::RULE,
    &debug_in_deployment::RULE,
    &docker_socket_mounted::RULE,
    &env_file_in_repository::RULE,
    &healthcheck_asks_admin::RULE,
    &image_code_writable::RULE,
    &image_copies_secrets::RULE,
    &image_folder_writable::RULE,
    &image_holds_compilers::RULE,
    &image_holds_debugger::RULE,
    &image_holds_development_packages::RULE,
    &image_installs_unpinned::RULE,
    &image_not_pinned::RULE,
    &image_out_of_support::RULE,
    &image_runs_downloaded_script::RULE,
    &image_token_in_address::RULE,
    &ingress_runs_snippets::RULE,
    &ingress_without_tls::RULE,
    &nginx_access_check_skipped::RULE,
    &nginx_admin_check_exact::RULE,
    &nginx_admin_unlimited::RULE,
    &nginx_alias_traversal::RULE,
    &nginx_allow_without_deny::RULE,
    &nginx_ambiguous_headers::RULE,
    &nginx_any_host::RULE,
    &nginx_cache_shares_pages::RULE,
    &nginx_client_address_forged::RULE,
    &nginx_cookie_flags_removed::RULE,
    &nginx_curve_unknown::RULE,
    &nginx_directory_listing::RULE,
    &nginx_dot_files_served::RULE,
    &nginx_early_data::RULE,
    &nginx_errors_not_logged::RULE,
    &nginx_forwarded_proto_from_client::RULE,
    &nginx_forwarded_proto_missing::RULE,
    &nginx_header_injection::RULE,
    &nginx_header_over_lines::RULE,
    &nginx_headers_not_on_errors::RULE,
    &nginx_host_header_passed_raw::RULE,
    &nginx_host_not_passed::RULE,
    &nginx_hsts_weak::RULE,
    &nginx_http2_parameter::RULE,
    &nginx_image_vulnerable::RULE,
    &nginx_internals_in_headers::RULE,
    &nginx_lasting_ticket_key::RULE,
    &nginx_media_executable::RULE,
    &nginx_media_mixed::RULE,
    &nginx_media_served_inline::RULE,
    &nginx_name_without_redirect::RULE,
    &nginx_old_tls::RULE,
    &nginx_open_cors::RULE,
    &nginx_origin_check_loose::RULE,
    &nginx_password_in_clear::RULE,
    &nginx_pattern_explodes::RULE,
    &nginx_pattern_not_anchored::RULE,
    &nginx_plain_http::RULE,
    &nginx_protected_files_public::RULE,
    &nginx_proxy_to_client_choice::RULE,
    &nginx_public_resolver::RULE,
    &nginx_real_ip_from_anyone::RULE,
    &nginx_redirect_never_ends::RULE,
    &nginx_redirect_to_any_host::RULE,
    &nginx_redirect_to_client_choice::RULE,
    &nginx_referer_none_valid::RULE,
    &nginx_root_is_project::RULE,
    &nginx_runs_as_root::RULE,
    &nginx_security_headers_lost::RULE,
    &nginx_slashes_not_merged::RULE,
    &nginx_slow_clients_kept::RULE,
    &nginx_stapling_idle::RULE,
    &nginx_status_page_open::RULE,
    &nginx_tls_port_in_clear::RULE,
    &nginx_unlimited_body::RULE,
    &nginx_upgrade_passed_raw::RULE,
    &nginx_upstream_in_clear::RULE,
    &nginx_upstream_unverified::RULE,
    &nginx_version_shown::RULE,
    &nginx_weak_ciphers::RULE,
    &pod_migrates_as_site::RULE,
    &pod_not_confined::RULE,
    &pod_privileged::RULE,
    &pod_token_mounted::RULE,
    &privileged_container::RULE,
    &probe_without_host::RULE,
    &proxy_headers_from_anyone::RULE,
    &proxy_protocol_from_anyone::RULE,
    &runserver_in_production::RULE,
    &runserver_insecure::RULE,
    &secret_in_compose::RULE,
    &secret_in_image::RULE,
    &secret_in_manifest::RULE,
    &secret_in_unit::RULE,
    &server_admits_ambiguous_requests::RULE,
    &server_bypasses_proxy::RULE,
    &server_holds_secret::RULE,
    &server_reloads_code::RULE,
    &server_runs_as_root::RULE,
    &server_socket_for_all::RULE,
    &server_without_limits::RULE,
    &service_container_as_root::RULE,
    &service_default_password::RULE,
    &service_does_not_wait::RULE,
    &service_not_confined::RULE,
    &service_runs_as_root::RULE,
    &service_socket_open::RULE,
    &service_without_bounds::RULE,
    &service_without_password::RULE,
    &start_changes_data::RULE,
    &superuser_password_in_deployment::RULE,
    &supervisor_control_open::RULE,
    &unit_files_for_all::RULE,
    &unit_secrets_in_project::RULE,
    &uwsgi_open::RULE,
    &web_command_migrates::RULE,
];
