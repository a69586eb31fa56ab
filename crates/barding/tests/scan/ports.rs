//! `barding ports`: what answers is told by its words, and a look from inside says nothing about the world.

use super::server::{Scripted, run};
use std::io::{Read, Write};

#[test]
fn services_are_named_by_what_they_say() {
    let ssh = Scripted::raw(|mut stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n");
        let _ = stream.read(&mut [0; 64]);
    });
    let redis = Scripted::raw(|mut stream| {
        let mut bytes = [0; 512];
        while let Ok(1..) = stream.read(&mut bytes) {
            if stream.write_all(b"-ERR unknown command\r\n").is_err() {
                return;
            }
        }
    });
    let mute = Scripted::raw(|mut stream| {
        let _ = stream.read(&mut [0; 64]);
        std::thread::sleep(std::time::Duration::from_secs(4));
    });
    // The beginning of a manager's answer to a hello of TLS: its certificate names the swarm's own authority.
    let swarm = Scripted::raw(|mut stream| {
        let mut bytes = [0; 512];
        let asked = stream.read(&mut bytes).unwrap_or(0);
        if asked > 0 && bytes[0] == 22 {
            let _ = stream.write_all(b"\x16\x03\x03\x00\x20\x02\x00\x00\x1c swarm-manager swarm-ca ");
        }
    });
    let list = format!("{},{},{},{}", ssh.port, redis.port, mute.port, swarm.port);
    let said = run(&["ports", "127.0.0.1", "--port", &list]);
    assert_eq!(said.code, 0, "from inside nothing fails: {}", said.stderr);
    let text = said.report.to_string();
    assert!(text.contains(&format!("SSH is open at port {}", ssh.port)), "{text}");
    assert!(text.contains(&format!("Port {} is open: redis answers", redis.port)), "{text}");
    assert!(text.contains(&format!("Port {} is open: docker-swarm answers", swarm.port)), "{text}");
    assert!(text.contains(&format!("Port {} is open: what listens there did not say", mute.port)), "{text}");
    assert_eq!(said.verdict("firewall"), "unknown");
}

#[test]
fn nothing_open_here_is_no_pass_for_the_world() {
    let said = run(&["ports", "127.0.0.1", "--port", "1,2,3"]);
    assert_eq!(said.code, 0);
    assert!(said.found.is_empty());
    assert_eq!(said.verdict("firewall"), "unknown");
    assert!(said.report.to_string().contains("this look came from 127.0.0.1"));
}

#[test]
fn all_ports_of_this_machine_are_tried_in_bounded_time() {
    let said = run(&["ports", "127.0.0.1", "--all-ports", "--timeout", "60"]);
    assert!(said.took < std::time::Duration::from_secs(75), "{:?}", said.took);
    assert!(said.report.to_string().contains("65535 ports tried"), "{}", said.report["coverage"]);
}
