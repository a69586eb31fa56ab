//! `barding logs` from end to end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const LOG: &str = "10:00:01 login ok user=bob\n\
    10:00:02 POST /login body=username=bob&password=Tulip42Garden\n\
    10:00:03 Authorization: Bearer k9vJ2mQ8zR4tW7xB1nC5dF3gH6jL0pS8\n\
    10:00:04 card 4111 1111 1111 1111 charged\n\
    10:00:05 Cookie: sessionid=abcd9fk3kdk39fkdk30dkfk39fk3kd93\n";
const SECRETS: [&str; 4] = [
    "Tulip42Garden",
    "k9vJ2mQ8zR4tW7xB1nC5dF3gH6jL0pS8",
    "4111 1111 1111 1111",
    "abcd9fk3kdk39fkdk30dkfk39fk3kd93",
];

fn barding(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_barding"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn findings(output: &Output) -> usize {
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().len()
}

#[test]
fn plain_gzipped_and_piped_logs_tell_the_same() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.log"), LOG).unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(LOG.as_bytes()).unwrap();
    std::fs::write(folder.path().join("shop.log.gz"), packed.finish().unwrap()).unwrap();
    for (file, input) in [("shop.log", ""), ("shop.log.gz", ""), ("-", LOG)] {
        let output = barding(folder.path(), &["logs", file, "-f", "json"], input.as_bytes());
        assert_eq!((output.status.code(), findings(&output)), (Some(1), 4), "{file}");
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(SECRETS.iter().all(|secret| !text.contains(secret)), "{file}: {text}");
        assert!(text.contains("line 2"), "{file}: {text}");
    }
}

#[test]
fn the_clean_copy_holds_no_secret_and_replaces_no_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.log"), LOG).unwrap();
    let output = barding(folder.path(), &["logs", "shop.log", "--redact", "clean.log"], b"");
    assert_eq!(output.status.code(), Some(1));
    let clean = std::fs::read_to_string(folder.path().join("clean.log")).unwrap();
    assert_eq!(clean.lines().count(), LOG.lines().count());
    assert!(clean.starts_with("10:00:01 login ok user=bob\n"));
    assert!(SECRETS.iter().all(|secret| !clean.contains(secret)), "{clean}");
    let again = barding(folder.path(), &["logs", "shop.log", "--redact", "shop.log"], b"");
    assert_eq!(again.status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(folder.path().join("shop.log")).unwrap(), LOG);
}
