//! Real repositories, made by git itself, in all the forms they come in.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_secrets::{Day, HistoryOptions, StagedTree, scan_history, scan_tree};
use barding_source::Tree;
use camino::{Utf8Path, Utf8PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Git with no configuration but ours; the tests fail loudly where git is not installed.
fn git(folder: &Utf8Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args([
            "-c",
            "user.name=Maria",
            "-c",
            "user.email=maria@shop.example",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_AUTHOR_DATE", "2026-01-31T12:00:00Z")
        .output()
        .expect("git is installed");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A repository with a password that a later commit took out, and one on another branch.
fn repository() -> (TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).unwrap();
    git(&root, &["init", "-q"]);
    write("app.env", "A=1\nDB_PASSWORD=tulip42-Garden-7\n");
    write("db.sqlite3", "SQLite format 3\0");
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "one"]);
    write("app.env", "A=1\n");
    git(&root, &["rm", "-q", "--cached", "db.sqlite3"]);
    git(&root, &["commit", "-qam", "two"]);
    git(&root, &["checkout", "-qb", "other"]);
    write("mail.env", "EMAIL_HOST_PASSWORD=crocus17-Garden\n");
    git(&root, &["add", "mail.env"]);
    git(&root, &["commit", "-qm", "three"]);
    git(&root, &["checkout", "-q", "main"]);
    (folder, root)
}

fn values(root: &Utf8Path, options: &HistoryOptions) -> Vec<(String, String, bool)> {
    let scan = scan_history(root, options).unwrap();
    assert_eq!(scan.problems, []);
    let found = scan.secrets.iter();
    found
        .map(|old| (old.secret.path.to_string(), old.secret.value.reveal().to_owned(), old.is_in_head))
        .collect()
}

fn both() -> Vec<(String, String, bool)> {
    vec![
        ("app.env".to_owned(), "tulip42-Garden-7".to_owned(), false),
        ("mail.env".to_owned(), "crocus17-Garden".to_owned(), false),
    ]
}

#[test]
fn every_branch_is_looked_through_loose_and_packed() {
    let (_folder, root) = repository();
    assert_eq!(values(&root, &HistoryOptions::default()), both());
    git(&root, &["gc", "-q"]);
    assert_eq!(values(&root, &HistoryOptions::default()), both());
    let scan = scan_history(&root, &HistoryOptions::default()).unwrap();
    assert_eq!(scan.commits, 3);
    assert_eq!(scan.secrets[0].date, Day::parse("2026-01-31").unwrap());
    assert_eq!(scan.secrets[0].secret.line, 2);
    assert_eq!(scan.files[0].path, "db.sqlite3");
    assert!(!scan.files[0].is_in_head);
}

#[test]
fn a_branch_and_a_day_narrow_the_search() {
    let (_folder, root) = repository();
    let main = HistoryOptions { branch: Some("main".to_owned()), ..HistoryOptions::default() };
    assert_eq!(values(&root, &main), both()[..1]);
    let later = HistoryOptions { since: Day::parse("2026-02-01"), ..HistoryOptions::default() };
    assert_eq!(values(&root, &later), []);
    let none = HistoryOptions { branch: Some("nowhere".to_owned()), ..HistoryOptions::default() };
    assert!(scan_history(&root, &none).is_err());
}

#[test]
fn bare_shallow_and_linked_repositories_are_read() {
    let (folder, root) = repository();
    git(&root, &["clone", "-q", "--bare", root.as_str(), "bare.git"]);
    assert_eq!(values(&root.join("bare.git"), &HistoryOptions::default()), both());
    git(&root, &["clone", "-q", "--depth=1", &format!("file://{root}"), "shallow"]);
    let shallow = scan_history(&root.join("shallow"), &HistoryOptions::default()).unwrap();
    assert!(shallow.is_shallow);
    assert_eq!(shallow.problems, []);
    git(&root, &["worktree", "add", "-q", "linked", "other"]);
    assert_eq!(values(&root.join("linked"), &HistoryOptions::default()).len(), 2);
    drop(folder);
}

#[test]
fn a_large_history_is_read_to_its_end() {
    let (_folder, root) = repository();
    // More than one round reads before it lets the packs go; the names sort before the files with passwords.
    for number in 0..3 {
        let line = format!("line of the large file {number}\n");
        std::fs::write(root.join(format!("a{number}.txt")), line.repeat((48 << 20) / line.len())).unwrap();
    }
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "four"]);
    git(&root, &["repack", "-adq", "--window=0"]);
    assert_eq!(values(&root, &HistoryOptions::default()), both());
}

#[test]
fn the_index_alone_is_looked_at() {
    let (_folder, root) = repository();
    std::fs::write(root.join("new.env"), "API_PASSWORD=dahlia55-Garden\n").unwrap();
    git(&root, &["add", "new.env"]);
    std::fs::write(root.join("new.env"), "API_PASSWORD=\n").unwrap();
    let staged = StagedTree::open(&root).unwrap();
    let paths = staged.walk().paths;
    assert_eq!(paths, ["new.env"]);
    assert_eq!(scan_tree(&staged, &paths).secrets[0].value.reveal(), "dahlia55-Garden");
}

#[test]
fn a_broken_object_is_a_problem_and_the_rest_is_read() {
    let (_folder, root) = repository();
    let objects = root.join(".git/objects");
    // The blob of mail.env is the only one with that text; cut it short.
    let listed =
        Command::new("git").args(["rev-parse", "other:mail.env"]).current_dir(&root).output().unwrap();
    let id = String::from_utf8(listed.stdout).unwrap().trim().to_owned();
    let path = objects.join(&id[..2]).join(&id[2..]);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a file in a temporary folder")]
    permissions.set_readonly(false);
    std::fs::set_permissions(&path, permissions).unwrap();
    std::fs::write(&path, b"broken").unwrap();
    let scan = scan_history(&root, &HistoryOptions::default()).unwrap();
    assert_eq!(scan.secrets.len(), 1);
    assert_eq!(scan.problems.len(), 1);
}
