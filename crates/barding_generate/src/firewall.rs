//! Packet filters: nftables and ufw. Web ports are open, SSH from given networks, everything else is closed.

use crate::site::Site;
use crate::wishes::Wishes;
use crate::words::{Network, comment, network};

/// Services that only the machine itself and its own containers may reach, with their ports.
const CLOSED: [(&str, &str); 5] = [
    (
        "databases: PostgreSQL, MySQL and MariaDB, SQL Server, Oracle, MongoDB",
        "5432, 6432, 3306, 33060, 1433, 1521, 27017",
    ),
    (
        "caches and queues: Redis, memcached, RabbitMQ, Kafka",
        "6379, 6380, 11211, 4369, 5671, 5672, 15672, 25672, 9092",
    ),
    ("search: Elasticsearch, OpenSearch, Solr", "9200, 9300, 8983"),
    ("the application itself, past its web server; Docker's own interface", "8000, 8001, 8080, 2375, 2376"),
    ("FTP, Telnet: passwords in clear", "20, 21, 23"),
];

fn networks(wishes: &Wishes, kind: Network) -> Vec<&str> {
    wishes.ssh_from.iter().map(String::as_str).filter(|text| network(text) == Some(kind)).collect()
}

/// A ruleset for `nft -f`.
pub fn nftables(site: &Site, wishes: &Wishes) -> String {
    let (v4, v6) = (networks(wishes, Network::V4), networks(wishes, Network::V6));
    let mut out = String::from("#!/usr/sbin/nft -f\n");
    out.push_str(&comment(
        "#",
        "",
        &format!(
            "The packet filter of {}. Made by `barding generate nftables`.\nLook first: nft -c -f FILE. Load it with a way \
             back, lest SSH locks you out:\n  nft list ruleset > /etc/nftables.before; (sleep 180; nft flush ruleset; nft -f \
             /etc/nftables.before) &\n  nft -f FILE        then, from another terminal, try SSH; when it works, end the sleep",
            site.main_domain()
        ),
    ));
    out.push_str("\n# Only this table is replaced; what Docker or others keep in theirs stays.\nadd table inet barding\ndelete table inet barding\n\ntable inet barding {\n");
    if !v4.is_empty() {
        out.push_str(&set("ssh_from_4", "ipv4_addr", &v4));
    }
    if !v6.is_empty() {
        out.push_str(&set("ssh_from_6", "ipv6_addr", &v6));
    }
    out.push_str("    # inet: one rule for IPv4 and IPv6. A filter for IPv4 alone leaves the same host open over IPv6.\n");
    out.push_str("    chain input {\n        type filter hook input priority filter; policy drop;\n\n");
    out.push_str("        ct state established,related accept\n        ct state invalid drop\n        iif \"lo\" accept\n\n");
    out.push_str("        # What the network itself needs.\n");
    out.push_str("        icmp type { destination-unreachable, time-exceeded, parameter-problem } accept\n");
    out.push_str("        icmp type echo-request limit rate 10/second accept\n");
    out.push_str("        icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, destination-unreachable, packet-too-big, time-exceeded, parameter-problem } accept\n");
    out.push_str("        icmpv6 type echo-request limit rate 10/second accept\n\n");
    out.push_str("        # The site: HTTP for the redirect and the certificate, HTTPS, HTTP/3.\n        tcp dport { 80, 443 } accept\n        udp dport 443 accept\n\n");
    out.push_str(&ssh(&v4, &v6));
    out.push_str("\n        # Closed by the policy anyway; named so that the counters show who knocks.\n");
    for (what, ports) in CLOSED {
        out.push_str(&format!("        # {what}\n        tcp dport {{ {ports} }} counter drop\n"));
    }
    out.push_str("        udp dport 11211 counter drop\n    }\n\n");
    out.push_str(&forward(site));
    out.push_str(
        "    chain output {\n        type filter hook output priority filter; policy accept;\n    }\n}\n",
    );
    out
}

fn set(name: &str, kind: &str, elements: &[&str]) -> String {
    format!(
        "    set {name} {{\n        type {kind}\n        flags interval\n        auto-merge\n        elements = {{ {} }}\n    }}\n\n",
        elements.join(", ")
    )
}

fn ssh(v4: &[&str], v6: &[&str]) -> String {
    if v4.is_empty() && v6.is_empty() {
        let text =
            "SSH from everywhere, slowed down. Better: name your networks with --ssh-from 203.0.113.0/24.";
        return format!("        # {text}\n        tcp dport 22 ct state new limit rate 10/minute accept\n");
    }
    let mut out = String::from("        # SSH from known networks only.\n");
    if !v4.is_empty() {
        out.push_str("        ip saddr @ssh_from_4 tcp dport 22 accept\n");
    }
    if !v6.is_empty() {
        out.push_str("        ip6 saddr @ssh_from_6 tcp dport 22 accept\n");
    }
    out
}

/// Packets on their way through this machine. Docker sends published ports this way, past the input chain.
fn forward(site: &Site) -> String {
    if !site.uses_docker {
        return "    chain forward {\n        # This machine routes nothing.\n        type filter hook forward priority filter; policy drop;\n    }\n\n".to_owned();
    }
    let mut out = comment(
        "#",
        "    ",
        "A compose file is part of the project. Docker forwards published ports past the input chain; so what comes in from \
         outside to a port of a database is dropped here, before Docker's own rules. Best is not to publish them at all.",
    );
    out.push_str("    chain forward {\n        type filter hook forward priority filter - 1; policy accept;\n        ct state established,related accept\n");
    out.push_str("        iifname { \"lo\", \"docker0\", \"br-*\" } accept\n");
    for (what, ports) in CLOSED {
        out.push_str(&format!(
            "        # {what}\n        meta l4proto tcp ct original proto-dst {{ {ports} }} counter drop\n"
        ));
    }
    out.push_str("    }\n\n");
    out
}

/// Commands for ufw, in an order that never locks the caller out.
pub fn ufw(site: &Site, wishes: &Wishes) -> String {
    let mut out = String::from("#!/bin/sh\n");
    out.push_str(&comment(
        "#",
        "",
        &format!("The firewall of {}. Made by `barding generate ufw`; run as root.", site.main_domain()),
    ));
    out.push_str("set -eu\n\n# One rule holds for IPv4 and IPv6; without this the same host stays open over IPv6.\nsed -i 's/^IPV6=.*/IPV6=yes/' /etc/default/ufw\n\n");
    out.push_str("# Nothing comes in but what is named below: databases, caches and the application's own port stay closed.\nufw default deny incoming\nufw default allow outgoing\nufw default deny routed\n\n");
    let all: Vec<&str> =
        wishes.ssh_from.iter().map(String::as_str).filter(|text| network(text).is_some()).collect();
    if all.is_empty() {
        out.push_str("# SSH from everywhere, slowed down. Better: name your networks with --ssh-from 203.0.113.0/24.\nufw limit 22/tcp comment 'SSH'\n");
    } else {
        out.push_str("# SSH from known networks only.\n");
        for network in all {
            out.push_str(&format!("ufw allow from {network} to any port 22 proto tcp comment 'SSH'\n"));
        }
    }
    out.push_str("\n# The site: HTTP for the redirect and the certificate, HTTPS, HTTP/3.\nufw allow 80/tcp comment 'HTTP'\nufw allow 443/tcp comment 'HTTPS'\nufw allow 443/udp comment 'HTTP/3'\n\n");
    out.push_str("# FTP sends passwords in clear. Drop rules that earlier days left behind; each is a no-op when there is none.\nfor port in 20/tcp 21/tcp 23/tcp 3306/tcp 5432/tcp 6379/tcp 11211 27017/tcp 9200/tcp 8000/tcp; do\n    ufw --force delete allow \"$port\" >/dev/null 2>&1 || true\ndone\n\n");
    if site.uses_docker {
        out.push_str(&comment(
            "#",
            "",
            "A compose file is part of the project: Docker's published ports pass ufw by. Publish none but the web server's, \
             bind others to 127.0.0.1, or use `barding generate nftables`, which closes them.",
        ));
        out.push('\n');
    }
    out.push_str("# Last, when the rules are in place.\nufw --force enable\nufw status verbose\n");
    out
}
