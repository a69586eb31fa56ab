//! The goldens of JSON and SARIF against their schemas: ours in `docs/`, and the official one of SARIF 2.1.0.
//! `scripts/install/report-schemas.sh` installs the validator; without it this test fails.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn validate(kind: &str, document: &str) -> Result<(), String> {
    let python = root().join("target/oracle/report-schemas/bin/python");
    assert!(python.exists(), "run scripts/install/report-schemas.sh first");
    let mut child = Command::new(python)
        .arg(root().join("crates/barding_report/tests/validate.py"))
        .arg(kind)
        .arg(root().join("docs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stdout).into_owned()) }
}

/// The document in a golden, without the snapshot's head.
fn golden(name: &str) -> String {
    let path = root().join(format!("crates/barding_report/tests/snapshots/formats__{name}.snap"));
    let text = std::fs::read_to_string(path).unwrap();
    text.splitn(3, "---\n").nth(2).unwrap().to_owned()
}

#[test]
fn sarif_is_valid() {
    assert_eq!(validate("sarif", &golden("sarif")), Ok(()));
}

#[test]
fn json_is_valid() {
    assert_eq!(validate("report", &golden("json")), Ok(()));
}

#[test]
fn the_validator_can_say_no() {
    let broken = golden("sarif").replace("\"startLine\": 3", "\"startLine\": 0");
    assert!(validate("sarif", &broken).is_err());
    let broken = golden("json").replace("\"severity\": \"critical\"", "\"severity\": \"awful\"");
    assert!(validate("report", &broken).is_err());
}
