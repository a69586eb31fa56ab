//! Rules about servers and containers: nginx, compose, Dockerfiles, units, and the commands that start the site.

mod admin_tool_published;
mod apache_directory_listing;
mod apache_forwarded_proto_missing;
mod apache_media_executable;
mod apache_old_tls;
mod apache_open_proxy;
mod apache_plain_http;
mod application_port_published;
mod caddy_admin_exposed;
mod caddy_any_host;
mod caddy_directory_listing;
mod caddy_forwarded_from_client;
mod caddy_plain_http;
mod container_runs_as_root;
mod database_port_published;
mod database_service_exposed;
mod debug_in_deployment;
mod docker_socket_mounted;
mod image_runs_downloaded_script;
mod ingress_without_tls;
mod nginx_alias_traversal;
mod nginx_allow_without_deny;
mod nginx_ambiguous_headers;
mod nginx_any_host;
mod nginx_directory_listing;
mod nginx_forwarded_proto_from_client;
mod nginx_forwarded_proto_missing;
mod nginx_header_injection;
mod nginx_host_header_passed_raw;
mod nginx_host_not_passed;
mod nginx_media_executable;
mod nginx_media_mixed;
mod nginx_media_served_inline;
mod nginx_old_tls;
mod nginx_open_cors;
mod nginx_plain_http;
mod nginx_proxy_to_client_choice;
mod nginx_real_ip_from_anyone;
mod nginx_root_is_project;
mod nginx_security_headers_lost;
mod nginx_unlimited_body;
mod nginx_weak_ciphers;
mod pod_privileged;
mod privileged_container;
mod proxy_headers_from_anyone;
mod runserver_in_production;
mod scopes;
mod secret_in_image;
mod secret_in_unit;
mod service_default_password;
mod service_runs_as_root;
mod service_without_password;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &admin_tool_published::RULE,
    &apache_directory_listing::RULE,
    &apache_forwarded_proto_missing::RULE,
    &apache_media_executable::RULE,
    &apache_old_tls::RULE,
    &apache_open_proxy::RULE,
    &apache_plain_http::RULE,
    &application_port_published::RULE,
    &caddy_admin_exposed::RULE,
    &caddy_any_host::RULE,
    &caddy_directory_listing::RULE,
    &caddy_forwarded_from_client::RULE,
    &caddy_plain_http::RULE,
    &container_runs_as_root::RULE,
    &database_port_published::RULE,
    &database_service_exposed::RULE,
    &debug_in_deployment::RULE,
    &docker_socket_mounted::RULE,
    &image_runs_downloaded_script::RULE,
    &ingress_without_tls::RULE,
    &nginx_alias_traversal::RULE,
    &nginx_allow_without_deny::RULE,
    &nginx_ambiguous_headers::RULE,
    &nginx_any_host::RULE,
    &nginx_directory_listing::RULE,
    &nginx_forwarded_proto_from_client::RULE,
    &nginx_forwarded_proto_missing::RULE,
    &nginx_header_injection::RULE,
    &nginx_host_header_passed_raw::RULE,
    &nginx_host_not_passed::RULE,
    &nginx_media_executable::RULE,
    &nginx_media_mixed::RULE,
    &nginx_media_served_inline::RULE,
    &nginx_old_tls::RULE,
    &nginx_open_cors::RULE,
    &nginx_plain_http::RULE,
    &nginx_proxy_to_client_choice::RULE,
    &nginx_real_ip_from_anyone::RULE,
    &nginx_root_is_project::RULE,
    &nginx_security_headers_lost::RULE,
    &nginx_unlimited_body::RULE,
    &nginx_weak_ciphers::RULE,
    &pod_privileged::RULE,
    &privileged_container::RULE,
    &proxy_headers_from_anyone::RULE,
    &runserver_in_production::RULE,
    &secret_in_image::RULE,
    &secret_in_unit::RULE,
    &service_default_password::RULE,
    &service_runs_as_root::RULE,
    &service_without_password::RULE,
];
