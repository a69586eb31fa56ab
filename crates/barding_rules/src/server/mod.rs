//! Rules about servers and containers: nginx, compose, Dockerfiles, units, and the commands that start the site.

mod application_port_published;
mod container_runs_as_root;
mod database_port_published;
mod debug_in_deployment;
mod nginx_alias_traversal;
mod nginx_allow_without_deny;
mod nginx_ambiguous_headers;
mod nginx_directory_listing;
mod nginx_forwarded_proto_from_client;
mod nginx_forwarded_proto_missing;
mod nginx_header_injection;
mod nginx_host_header_passed_raw;
mod nginx_host_not_passed;
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
mod privileged_container;
mod proxy_headers_from_anyone;
mod runserver_in_production;
mod scopes;
mod secret_in_image;
mod service_default_password;
mod service_runs_as_root;
mod service_without_password;

use crate::Rule;

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &application_port_published::RULE,
    &container_runs_as_root::RULE,
    &database_port_published::RULE,
    &debug_in_deployment::RULE,
    &nginx_alias_traversal::RULE,
    &nginx_allow_without_deny::RULE,
    &nginx_ambiguous_headers::RULE,
    &nginx_directory_listing::RULE,
    &nginx_forwarded_proto_from_client::RULE,
    &nginx_forwarded_proto_missing::RULE,
    &nginx_header_injection::RULE,
    &nginx_host_header_passed_raw::RULE,
    &nginx_host_not_passed::RULE,
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
    &privileged_container::RULE,
    &proxy_headers_from_anyone::RULE,
    &runserver_in_production::RULE,
    &secret_in_image::RULE,
    &service_default_password::RULE,
    &service_runs_as_root::RULE,
    &service_without_password::RULE,
];
