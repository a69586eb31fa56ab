//! Files and repositories made to exhaust whoever reads them: bounded time, a clear problem, and the rest is scanned.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_secrets::{HistoryOptions, scan_history, scan_tree};
use barding_source::{DiskTree, Tree, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;
use std::io::{self, Read};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SECRET: &str = "DB_PASSWORD=tulip42-Garden-7\n";
/// Far more than any of these takes, far less than reading all of it would.
const PATIENCE: Duration = Duration::from_secs(180);

fn folder() -> (TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().canonicalize().unwrap()).unwrap();
    (folder, root)
}

fn git(folder: &Utf8Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=Maria", "-c", "user.email=maria@shop.example", "-c", "gc.auto=0"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git is installed");
    assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn paths_with_secrets(tree: &dyn Tree) -> (Vec<String>, Vec<String>) {
    let scan = scan_tree(tree, &tree.walk().paths);
    let secrets = scan.secrets.iter().map(|secret| secret.path.to_string()).collect();
    (secrets, scan.problems.iter().map(|problem| format!("{:?} {}", problem.path, problem.message)).collect())
}

#[test]
fn a_file_of_ten_gigabytes_of_nothing() {
    let (_guard, root) = folder();
    let sparse = fs::File::create(root.join("dump.sql")).unwrap();
    sparse.set_len(10 << 30).unwrap();
    fs::write(root.join("app.env"), SECRET).unwrap();
    let start = Instant::now();
    let (secrets, _) = paths_with_secrets(&DiskTree::new(&root));
    assert_eq!(secrets, ["app.env"]);
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

/// One file whose text is a pattern without a line break, without end, and another beside it.
struct Endless(&'static [u8], u64);

impl Tree for Endless {
    fn walk(&self) -> Walked {
        Walked { paths: vec!["app.env".into(), "long.js".into()], problems: Vec::new() }
    }

    fn read(&self, _: &Utf8Path, _: u64) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::FileTooLarge.into())
    }

    fn open<'a>(&'a self, path: &Utf8Path) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match path.as_str() {
            "app.env" => Box::new(SECRET.as_bytes()),
            _ => Box::new(Repeated { pattern: self.0, at: 0 }.take(self.1)),
        })
    }

    fn is_file(&self, _: &Utf8Path) -> bool {
        true
    }

    fn is_folder(&self, _: &Utf8Path) -> bool {
        false
    }
}

struct Repeated {
    pattern: &'static [u8],
    at: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for byte in buffer.iter_mut() {
            *byte = self.pattern[self.at];
            self.at = (self.at + 1) % self.pattern.len();
        }
        Ok(buffer.len())
    }
}

#[test]
fn one_line_of_a_gigabyte() {
    let start = Instant::now();
    let (secrets, problems) = paths_with_secrets(&Endless(b"lorem ipsum dolor sit amet; ", 1 << 30));
    assert_eq!(secrets, ["app.env"]);
    assert!(problems.iter().any(|problem| problem.contains("long.js") && problem.contains("larger than")));
    assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
}

#[test]
fn lines_that_look_like_secrets_all_along() {
    for pattern in [
        "password='",
        "secret: ",
        "AKIA",
        "https://a:",
        "-----BEGIN RSA PRIVATE KEY-----",
        "eyJhbGci.",
        "key = (",
    ] {
        let start = Instant::now();
        let _ = paths_with_secrets(&Endless(pattern.as_bytes(), 1 << 20));
        assert!(start.elapsed() < PATIENCE, "{pattern}: {:?}", start.elapsed());
    }
}

#[cfg(unix)]
#[test]
fn links_out_of_the_tree_are_not_followed() {
    let (_guard, outside) = folder();
    fs::write(outside.join("app.env"), SECRET).unwrap();
    let (_guard, root) = folder();
    fs::write(root.join("views.py"), "x = 1\n").unwrap();
    std::os::unix::fs::symlink(outside.join("app.env"), root.join("linked.env")).unwrap();
    std::os::unix::fs::symlink(&outside, root.join("linked")).unwrap();
    std::os::unix::fs::symlink(&root, root.join("loop")).unwrap();
    assert_eq!(paths_with_secrets(&DiskTree::new(&root)).0, Vec::<String>::new());
}

fn packed() -> (TempDir, Utf8PathBuf, Utf8PathBuf) {
    let (guard, root) = folder();
    git(&root, &["init", "-q"]);
    for round in 0..6 {
        let lines: String = (0..400).map(|line| format!("{line} {}\n", line * 7919 % (round + 97))).collect();
        fs::write(root.join("notes.txt"), lines).unwrap();
        fs::write(root.join("app.env"), format!("A={round}\n{SECRET}")).unwrap();
        git(&root, &["add", "."]);
        git(&root, &["commit", "-qm", "round"]);
    }
    git(&root, &["repack", "-adq"]);
    let packs = root.join(".git/objects/pack");
    let pack = packs.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path());
    let pack = pack.into_iter().find(|path| path.extension() == Some("pack")).unwrap();
    (guard, root, pack)
}

#[test]
fn broken_packs_are_named_and_never_panic() {
    let (_guard, root, pack) = packed();
    assert!(!scan_history(&root, &HistoryOptions::default()).unwrap().secrets.is_empty());
    let whole = fs::read(&pack).unwrap();
    let mut permissions = fs::metadata(&pack).unwrap().permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "a file of this test's own folder")]
    permissions.set_readonly(false);
    fs::set_permissions(&pack, permissions).unwrap();
    for part in 0..24 {
        let mut broken = whole.clone();
        let at = 12 + (broken.len() - 40) * part / 24;
        broken[at] ^= 0x5a;
        fs::write(&pack, &broken).unwrap();
        let start = Instant::now();
        let _ = scan_history(&root, &HistoryOptions::default()).map(|scan| scan.secrets.len());
        assert!(start.elapsed() < PATIENCE, "byte {at}");
    }
    fs::write(&pack, &whole[..whole.len() / 2]).unwrap();
    match scan_history(&root, &HistoryOptions::default()) {
        Ok(scan) => assert!(!scan.problems.is_empty()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

#[test]
fn a_small_object_that_unpacks_to_a_large_one() {
    let (_guard, root) = folder();
    git(&root, &["init", "-q"]);
    fs::write(root.join("app.env"), SECRET).unwrap();
    let text = "lorem ipsum dolor sit amet\n".repeat(1000);
    let mut large = String::new();
    while large.len() < 80 << 20 {
        large.push_str(&text);
    }
    fs::write(root.join("large.txt"), &large).unwrap();
    git(&root, &["add", "."]);
    git(&root, &["commit", "-qm", "one"]);
    // The second version is stored as a difference of some bytes from the first.
    large.push_str("A=1\n");
    fs::write(root.join("large.txt"), &large).unwrap();
    git(&root, &["commit", "-qam", "two"]);
    git(&root, &["repack", "-adq"]);
    let scan = scan_history(&root, &HistoryOptions::default()).unwrap();
    assert_eq!(scan.secrets.len(), 1, "the rest is scanned");
    assert!(
        scan.problems.iter().any(|problem| problem.message.contains("larger than")),
        "{:?}",
        scan.problems
    );
}
