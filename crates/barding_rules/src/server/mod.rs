//! Rules about servers and containers: nginx, compose, Dockerfiles, units, and the commands that start the site.

mod admin_tool_published;
mod any_host_in_deployment;
mod apache_directory_listing;
mod apache_forwarded_proto_missing;
mod apache_media_executable;
mod apache_old_tls;
mod apache_open_proxy;
mod apache_plain_http;
mod apache_remote_ip_from_anyone;
mod apache_root_granted;
mod apache_tls_weakened;
mod application_port_published;
mod caddy_admin_exposed;
mod caddy_any_host;
mod caddy_certificates_for_anyone;
mod caddy_directory_listing;
mod caddy_forwarded_from_client;
mod caddy_plain_http;
mod caddy_upstream_unverified;
mod container_runs_as_root;
mod database_port_published;
mod database_service_exposed;
mod debug_in_deployment;
mod docker_socket_mounted;
mod image_copies_secrets;
mod image_folder_writable;
mod image_holds_debugger;
mod image_runs_downloaded_script;
mod ingress_runs_snippets;
mod ingress_without_tls;
mod nginx_access_check_skipped;
mod nginx_alias_traversal;
mod nginx_allow_without_deny;
mod nginx_ambiguous_headers;
mod nginx_any_host;
mod nginx_cache_shares_pages;
mod nginx_cookie_flags_removed;
mod nginx_directory_listing;
mod nginx_errors_not_logged;
mod nginx_forwarded_proto_from_client;
mod nginx_forwarded_proto_missing;
mod nginx_header_injection;
mod nginx_host_header_passed_raw;
mod nginx_host_not_passed;
mod nginx_hsts_weak;
mod nginx_media_executable;
mod nginx_media_mixed;
mod nginx_media_served_inline;
mod nginx_old_tls;
mod nginx_open_cors;
mod nginx_origin_check_loose;
mod nginx_password_in_clear;
mod nginx_plain_http;
mod nginx_proxy_to_client_choice;
mod nginx_real_ip_from_anyone;
mod nginx_redirect_to_any_host;
mod nginx_root_is_project;
mod nginx_runs_as_root;
mod nginx_security_headers_lost;
mod nginx_status_page_open;
mod nginx_tls_port_in_clear;
mod nginx_unlimited_body;
mod nginx_upstream_unverified;
mod nginx_version_shown;
mod nginx_weak_ciphers;
mod pod_privileged;
mod privileged_container;
mod proxy_headers_from_anyone;
mod runserver_in_production;
mod scopes;
mod secret_in_image;
mod secret_in_unit;
mod server_admits_ambiguous_requests;
mod server_reloads_code;
mod server_without_limits;
mod service_default_password;
mod service_not_confined;
mod service_runs_as_root;
mod service_socket_open;
mod service_without_password;
mod uwsgi_open;
mod variables;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &admin_tool_published::RULE,
    &any_host_in_deployment::RULE,
    &apache_directory_listing::RULE,
    &apache_forwarded_proto_missing::RULE,
    &apache_media_executable::RULE,
    &apache_old_tls::RULE,
    &apache_open_proxy::RULE,
    &apache_plain_http::RULE,
    &apache_remote_ip_from_anyone::RULE,
    &apache_root_granted::RULE,
    &apache_tls_weakened::RULE,
    &application_port_published::RULE,
    &caddy_admin_exposed::RULE,
    &caddy_any_host::RULE,
    &caddy_certificates_for_anyone::RULE,
    &caddy_directory_listing::RULE,
    &caddy_forwarded_from_client::RULE,
    &caddy_plain_http::RULE,
    &caddy_upstream_unverified::RULE,
    &container_runs_as_root::RULE,
    &database_port_published::RULE,
    &database_service_exposed::RULE,
    &debug_in_deployment::RULE,
    &docker_socket_mounted::RULE,
    &image_copies_secrets::RULE,
    &image_folder_writable::RULE,
    &image_holds_debugger::RULE,
    &image_runs_downloaded_script::RULE,
    &ingress_runs_snippets::RULE,
    &ingress_without_tls::RULE,
    &nginx_access_check_skipped::RULE,
    &nginx_alias_traversal::RULE,
    &nginx_allow_without_deny::RULE,
    &nginx_ambiguous_headers::RULE,
    &nginx_any_host::RULE,
    &nginx_cache_shares_pages::RULE,
    &nginx_cookie_flags_removed::RULE,
    &nginx_directory_listing::RULE,
    &nginx_errors_not_logged::RULE,
    &nginx_forwarded_proto_from_client::RULE,
    &nginx_forwarded_proto_missing::RULE,
    &nginx_header_injection::RULE,
    &nginx_host_header_passed_raw::RULE,
    &nginx_host_not_passed::RULE,
    &nginx_hsts_weak::RULE,
    &nginx_media_executable::RULE,
    &nginx_media_mixed::RULE,
    &nginx_media_served_inline::RULE,
    &nginx_old_tls::RULE,
    &nginx_open_cors::RULE,
    &nginx_origin_check_loose::RULE,
    &nginx_password_in_clear::RULE,
    &nginx_plain_http::RULE,
    &nginx_proxy_to_client_choice::RULE,
    &nginx_real_ip_from_anyone::RULE,
    &nginx_redirect_to_any_host::RULE,
    &nginx_root_is_project::RULE,
    &nginx_runs_as_root::RULE,
    &nginx_security_headers_lost::RULE,
    &nginx_status_page_open::RULE,
    &nginx_tls_port_in_clear::RULE,
    &nginx_unlimited_body::RULE,
    &nginx_upstream_unverified::RULE,
    &nginx_version_shown::RULE,
    &nginx_weak_ciphers::RULE,
    &pod_privileged::RULE,
    &privileged_container::RULE,
    &proxy_headers_from_anyone::RULE,
    &runserver_in_production::RULE,
    &secret_in_image::RULE,
    &secret_in_unit::RULE,
    &server_admits_ambiguous_requests::RULE,
    &server_reloads_code::RULE,
    &server_without_limits::RULE,
    &service_default_password::RULE,
    &service_not_confined::RULE,
    &service_runs_as_root::RULE,
    &service_socket_open::RULE,
    &service_without_password::RULE,
    &uwsgi_open::RULE,
];
