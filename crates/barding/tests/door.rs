//! The real binary: what it says, where, and how it exits.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder with files.
fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn barding(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_barding"));
    command.args(args).current_dir(folder).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "RUST_BACKTRACE"] {
        command.env_remove(name);
    }
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A finding that needs no more than one file: an ignore of a rule that does not exist, and without a reason.
const FOUND: (&str, &str) = ("shop/views.py", "x = 1  # barding: ignore[no-such-rule]\n");
const CLEAN: (&str, &str) = ("shop/views.py", "import django\n\nx = django.VERSION\n");

#[test]
fn exit_codes_say_clean_found_or_not_done() {
    assert_eq!(barding(project(&[CLEAN]).path(), &["check"]).status.code(), Some(0));
    assert_eq!(barding(project(&[FOUND]).path(), &["check"]).status.code(), Some(1));
    let found = project(&[FOUND]);
    assert_eq!(barding(found.path(), &["check", "--fail-on", "high"]).status.code(), Some(0));
    assert_eq!(barding(found.path(), &["check", "--fail-on", "never"]).status.code(), Some(0));
    for args in [&["check", "nowhere"][..], &["check", "--select", "no-such-rule"], &["check", "--bad-flag"]]
    {
        let output = barding(found.path(), args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(out(&output).is_empty(), "{args:?} wrote to the standard output");
    }
}

#[test]
fn an_audit_that_did_not_happen_says_so_first() {
    for files in [&[][..], &[("notes.bin", "hello")]] {
        let output = barding(project(files).path(), &["check"]);
        assert_eq!(output.status.code(), Some(2), "{files:?}");
        assert!(err(&output).starts_with("barding: the audit did not happen:"), "{}", err(&output));
    }
    let output = barding(project(&[("notes.bin", "hello")]).path(), &["check"]);
    assert!(err(&output).contains("looked for manage.py"), "{}", err(&output));
}

#[test]
fn python_without_django_is_no_project_in_order() {
    let plain = project(&[("tool/main.py", "print('hello')\n"), ("tool/other.py", "x = 1\n")]);
    let output = barding(plain.path(), &["check", "--format", "json"]);
    assert_eq!(output.status.code(), Some(2), "{}", err(&output));
    assert!(err(&output).contains("no Django project") && err(&output).contains("looked for manage.py"));
    assert!(out(&output).starts_with('{'), "the report is written all the same");
    let single = barding(plain.path(), &["check", "tool/main.py"]);
    assert_eq!(single.status.code(), Some(0), "{}", err(&single));
    let with = project(&[("tool/main.py", "print('hello')\n"), ("requirements.txt", "Django==5.2.19\n")]);
    assert_eq!(barding(with.path(), &["check", "--ignore", "dependencies"]).status.code(), Some(0));
}

#[test]
fn code_without_a_project_is_audited_and_the_report_says_what_was_not() {
    let folder = project(&[CLEAN]);
    let output = barding(folder.path(), &["check"]);
    assert!(out(&output).contains("no settings were judged"), "{}", out(&output));
    assert!(!out(&output).contains('\u{1b}'), "no colours into a pipe");
    let single = barding(folder.path(), &["check", "shop/views.py"]);
    assert_eq!(single.status.code(), Some(0), "{}", err(&single));
}

#[test]
fn strict_makes_gaps_a_failure() {
    let folder = project(&[("shop/views.py", "def f(:\n")]);
    assert_eq!(barding(folder.path(), &["check"]).status.code(), Some(0));
    let strict = barding(folder.path(), &["check", "--strict"]);
    assert_eq!(strict.status.code(), Some(2));
    assert!(err(&strict).contains("not complete"), "{}", err(&strict));
}

#[test]
fn a_baseline_sets_aside_what_was_there_and_reports_what_is_new() {
    let folder = project(&[FOUND]);
    let written = barding(folder.path(), &["check", "--write-baseline", "base.json"]);
    assert_eq!(written.status.code(), Some(0), "{}", err(&written));
    assert_eq!(barding(folder.path(), &["check", "--baseline", "base.json"]).status.code(), Some(0));
    fs::write(folder.path().join("shop/new.py"), FOUND.1).unwrap();
    assert_eq!(barding(folder.path(), &["check", "--baseline", "base.json"]).status.code(), Some(1));
    fs::write(folder.path().join("base.json"), "{}").unwrap();
    let broken = barding(folder.path(), &["check", "--baseline", "base.json"]);
    assert_eq!(broken.status.code(), Some(2));
    assert!(err(&broken).contains("no baseline"), "{}", err(&broken));
}

#[test]
fn configuration_holds_and_slips_of_the_pen_are_named() {
    let folder = project(&[FOUND, ("pyproject.toml", "[tool.barding]\nfail-on = \"never\"\n")]);
    assert_eq!(barding(folder.path(), &["check"]).status.code(), Some(0));
    assert_eq!(barding(folder.path(), &["check", "--no-config"]).status.code(), Some(1));
    fs::write(folder.path().join("barding.toml"), "fial-on = \"never\"\n").unwrap();
    let wrong = barding(folder.path(), &["check"]);
    assert_eq!(wrong.status.code(), Some(2));
    let message = err(&wrong);
    assert!(
        message.contains("fial-on") && message.contains("fail-on") && message.contains("barding.toml"),
        "{message}"
    );
}

#[test]
fn ignores_of_the_configuration_need_paths_that_match_and_days_that_have_not_passed() {
    let ignore = |extra: &str| {
        format!(
            "[[ignores]]\nrule = \"ignore-without-reason\"\nreason = \"later\"\n{extra}\n[[ignores]]\nrule = \"stale-ignore\"\nreason = \"x\"\n"
        )
    };
    let folder = project(&[FOUND, ("barding.toml", "")]);
    let run = |text: String| {
        fs::write(folder.path().join("barding.toml"), text).unwrap();
        barding(folder.path(), &["check", "-f", "json"])
    };
    assert_eq!(run(ignore("paths = [\"shop/**\"]")).status.code(), Some(0));
    assert_eq!(run(ignore("paths = [\"other\"]")).status.code(), Some(1));
    let late = run(ignore("until = 2020-01-31"));
    assert_eq!(late.status.code(), Some(1));
    assert!(out(&late).contains("ran out on 2020-01-31"), "{}", out(&late));
}

#[test]
fn reports_go_to_a_file_whole() {
    let folder = project(&[FOUND]);
    for (format, needle) in [
        ("sarif", "\"2.1.0\""),
        ("json", "\"version\": 1"),
        ("html", "<!DOCTYPE html>"),
        ("junit", "<testsuites"),
        ("markdown", "# Security audit"),
        ("gitlab", "\"check_name\""),
        ("gitlab-sast", "\"vulnerabilities\""),
        ("github", "::notice"),
    ] {
        let output = barding(folder.path(), &["check", "-f", format, "-o", "report"]);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", err(&output));
        assert!(output.stdout.is_empty());
        let text = fs::read_to_string(folder.path().join("report")).unwrap();
        assert!(text.contains(needle), "{format}: {text}");
        fs::remove_file(folder.path().join("report")).unwrap();
    }
    let nowhere = barding(folder.path(), &["check", "-o", "no/such/folder/report"]);
    assert_eq!(nowhere.status.code(), Some(2));
}

#[test]
fn colours_follow_the_option_and_the_environment() {
    let folder = project(&[FOUND]);
    let colored = |args: &[&str], name: &str, value: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_barding"))
            .args(args)
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .env(name, value)
            .current_dir(folder.path())
            .output()
            .unwrap();
        out(&output).contains('\u{1b}')
    };
    assert!(colored(&["check", "--color", "always"], "X", "1"));
    assert!(!colored(&["check", "--color", "never"], "CLICOLOR_FORCE", "1"));
    assert!(colored(&["check"], "CLICOLOR_FORCE", "1"));
    assert!(!colored(&["check"], "X", "1"));
}

#[test]
fn several_paths_are_one_project() {
    let folder = project(&[("a/x.py", FOUND.1), ("b/y.py", FOUND.1), ("c/z.py", FOUND.1)]);
    let output = barding(folder.path(), &["check", "a", "b/y.py", "-f", "json"]);
    let text = out(&output);
    assert!(text.contains("\"a/x.py\"") && text.contains("\"b/y.py\"") && !text.contains("c/z.py"), "{text}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = project(&[FOUND, ("b.py", FOUND.1), ("c.html", "{{ x|safe }}\n")]);
    let first = barding(folder.path(), &["check", "-f", "json"]).stdout;
    for _ in 0..3 {
        assert_eq!(barding(folder.path(), &["check", "-f", "json"]).stdout, first);
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let folder = project(&[FOUND]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_barding"))
        .args(["check", "--full"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty(), "{}", err(&output));
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = project(&[]);
    let list = out(&barding(folder.path(), &["rules"]));
    assert!(list.lines().any(|line| line.starts_with("debug-enabled ")), "{list}");
    let page = out(&barding(folder.path(), &["explain", "debug-enabled"]));
    assert!(page.contains("What to do.") && page.contains("DEBUG = True"), "{page}");
    let unknown = barding(folder.path(), &["explain", "debug-on"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(err(&unknown).contains("debug-enabled"), "{}", err(&unknown));
}

#[test]
fn completions_and_man_pages_name_every_command() {
    let folder = project(&[]);
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(out(&barding(folder.path(), &["completions", shell])).contains("check"), "{shell}");
    }
    assert!(out(&barding(folder.path(), &["man"])).contains("barding"));
    let output = barding(folder.path(), &["man", "--folder", "man"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(folder.path().join("man/barding-check.1").is_file());
}

#[test]
fn settings_without_a_project_are_not_an_empty_answer() {
    let output = barding(project(&[CLEAN]).path(), &["settings"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("no settings module"), "{}", err(&output));
}

#[test]
#[cfg(unix)]
fn a_report_replaces_no_device_and_no_link() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let folder = project(&[CLEAN, ("report.json", "old")]);
    symlink(folder.path().join("report.json"), folder.path().join("link.json")).unwrap();
    let output = barding(folder.path(), &["check", ".", "--format", "json", "--output", "link.json"]);
    assert!(fs::symlink_metadata(folder.path().join("link.json")).unwrap().is_symlink(), "{}", err(&output));
    assert!(fs::read_to_string(folder.path().join("report.json")).unwrap().starts_with('{'));
    // As an ordinary user replacing it would fail; as root it would take the device away from the whole machine.
    barding(folder.path(), &["check", ".", "--format", "json", "--output", "/dev/null"]);
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
}
