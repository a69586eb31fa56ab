//! What is generated, proven on the real thing: servers, firewall, databases, Django. Each proof is a script beside this file that
//! says what is missing when a component is not installed, and fails then.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::path::Path;
use std::process::Command;

fn prove(script: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prove").join(script);
    let done = Command::new("bash").arg(path).arg(env!("CARGO_BIN_EXE_barding")).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}:\n{out}\n{err}");
}

#[test]
fn settings_are_clean_in_every_series() {
    prove("settings.sh");
}

#[test]
fn web_servers_accept_and_hold() {
    prove("servers.sh");
}

#[test]
fn the_packet_filter_blocks_and_allows() {
    prove("firewall.sh");
}

#[test]
fn roles_can_do_their_own_work_only() {
    prove("roles.sh");
}
