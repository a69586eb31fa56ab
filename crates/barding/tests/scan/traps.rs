//! The traps that older tools fall into, manners, and the options.

use super::server::{Scripted, answer, not_found, page, run, scan};
use std::time::Duration;

const SHELL: &str = "<!doctype html><title>Shop</title><div id=\"root\"></div>";

#[test]
fn a_site_that_answers_everything_with_one_page_exposes_nothing() {
    let server = Scripted::new(|_| page("X-Frame-Options: DENY\r\n", SHELL));
    let said = scan(&server.url(), &["--probe", "--yes"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let exposures = [
        "live-git-exposed",
        "live-env-file-exposed",
        "live-source-exposed",
        "live-database-exposed",
        "live-backup-exposed",
        "live-directory-listed",
        "live-admin-at-default-path",
        "live-silk-open",
        "live-metrics-open",
        "live-tool-open",
        "live-debug-page",
        "live-api-schema-open",
        "live-graphql-introspection",
        "live-open-redirect",
    ];
    for id in exposures {
        assert!(!said.has(id), "{id}");
    }
}

#[test]
fn what_is_really_exposed_is_found() {
    let server = Scripted::new(|asked| match asked.path() {
        "/" => page("", "<title>Shop</title><p>Welcome</p>"),
        "/.git/HEAD" => answer(200, "", "ref: refs/heads/main\n"),
        "/.env" => answer(200, "Content-Type: text/plain\r\n", "DEBUG=1\nSECRET_KEY=geheim\n"),
        "/db.sqlite3" => answer(206, "", "SQLite format 3\0"),
        "/dump.sql" => answer(200, "", "-- PostgreSQL database dump\n"),
        "/media/" => page("", "<title>Index of /media/</title>"),
        "/metrics" => answer(200, "Content-Type: text/plain\r\n", "python_info{version=\"3.12\"} 1\n"),
        "/go/" => {
            answer(302, &format!("Location: {}\r\n", asked.target.split("next=").nth(1).unwrap_or("/")), "")
        }
        _ => not_found(),
    });
    let said = scan(&server.url(), &["--probe", "--yes"]);
    for id in [
        "live-git-exposed",
        "live-env-file-exposed",
        "live-database-exposed",
        "live-backup-exposed",
        "live-directory-listed",
        "live-metrics-open",
        "live-host-not-validated",
    ] {
        assert!(said.has(id), "{id}: {:?}", said.found);
    }
    let text = said.report.to_string();
    assert!(!text.contains("geheim"), "a value of the file of secrets is in the report");
    assert!(text.contains("curl -sSi"), "no line shows it again");
}

#[test]
fn headers_that_mean_nothing_do_not_count() {
    let bad = Scripted::new(|asked| match asked.path() {
        "/" => page("X-Frame-Options: ALLOWALL\r\n", "<title>Shop</title>"),
        _ => not_found(),
    });
    assert!(scan(&bad.url(), &[]).has("live-frameable"));
    let good = Scripted::new(|asked| match asked.path() {
        "/" => {
            page("x-frame-options: sameorigin\r\nX-Content-Type-Options: NOSNIFF\r\n", "<title>Shop</title>")
        }
        _ => not_found(),
    });
    let said = scan(&good.url(), &[]);
    assert!(!said.has("live-frameable") && !said.has("live-nosniff-missing"), "{:?}", said.found);
}

#[test]
fn an_error_on_the_front_page_does_not_end_the_look() {
    let server = Scripted::new(|asked| match asked.path() {
        "/" => answer(
            403,
            "Content-Type: text/html\r\nSet-Cookie: sessionid=abc; Path=/\r\n",
            "<title>No</title>",
        ),
        _ => not_found(),
    });
    let said = scan(&server.url(), &[]);
    assert_eq!(said.code, 1);
    assert!(said.has("live-session-cookie-insecure") && said.has("live-session-cookie-script-readable"));
}

#[test]
fn a_cookie_set_on_the_redirect_is_seen_and_attributes_count_in_any_case() {
    let server = Scripted::new(|asked| match asked.path() {
        "/" => answer(302, "Location: /start/\r\nSet-Cookie: sessionid=abc; HTTPONLY; samesite=LAX\r\n", ""),
        "/start/" => page("", "<title>Start</title>"),
        _ => not_found(),
    });
    let said = scan(&server.url(), &[]);
    assert!(said.has("live-session-cookie-insecure"));
    assert!(!said.has("live-session-cookie-script-readable") && !said.has("live-session-cookie-cross-site"));
}

#[test]
fn a_wall_in_front_is_no_verdict_on_the_site() {
    let server = Scripted::new(|_| {
        answer(
            403,
            "Content-Type: text/html\r\nServer: cloudflare\r\ncf-mitigated: challenge\r\n",
            "<title>Just a moment...</title>",
        )
    });
    let said = scan(&server.url(), &["--probe", "--yes"]);
    for id in ["live-csp-missing", "live-frameable", "live-host-not-validated", "live-debug-page"] {
        assert!(!said.has(id), "{id}");
    }
    assert!(said.report.to_string().contains("Cloudflare"), "the wall is not named");
    assert_eq!(said.verdict("checkup"), "unknown");
}

#[test]
fn a_look_from_inside_never_passes_for_the_world() {
    let server = Scripted::new(|asked| if asked.path() == "/" { page("", SHELL) } else { not_found() });
    let said = scan(&server.url(), &[]);
    for tip in ["checkup", "https", "host-header"] {
        assert_ne!(said.verdict(tip), "pass", "{tip}");
    }
}

#[test]
fn the_passive_level_is_what_a_browser_does() {
    let server = Scripted::new(|asked| match asked.path() {
        "/" => {
            let links: String = (0..40).map(|n| format!("<a href=\"/page/{n}/\">{n}</a>")).collect();
            page("", &format!("<title>Shop</title><a href=\"/accounts/logout/\">out</a>{links}"))
        }
        path if path.starts_with("/page/") => page("", "<title>Page</title>"),
        _ => not_found(),
    });
    let said = scan(&server.url(), &["--max-pages", "10"]);
    let asked = server.asked();
    let crawled = asked.iter().filter(|one| one.path().starts_with("/page/")).count();
    assert_eq!(crawled, 10);
    assert!(asked.len() - crawled <= 15, "{} requests", asked.len() - crawled);
    for one in &asked {
        assert_eq!(one.method, "GET");
        assert!(one.header("user-agent").starts_with("barding/"), "{one:?}");
        assert!(!one.path().contains("logout"), "{one:?}");
        assert!(one.header("host").starts_with("127.0.0.1"), "{one:?}");
    }
    assert!(said.took < Duration::from_secs(3), "{:?}", said.took);
}

#[test]
fn probes_need_a_word_that_the_site_is_yours() {
    let server = Scripted::new(|_| page("", SHELL));
    let said = run(&["scan", &server.url(), "--probe"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--yes"), "{}", said.stderr);
    assert!(server.asked().is_empty());
}

#[test]
fn what_the_user_sends_goes_to_the_site_and_to_no_other() {
    let other = Scripted::new(|_| page("", SHELL));
    let place = format!("http://localhost:{}/", other.port);
    let server = Scripted::new(move |asked| match asked.path() {
        "/" => answer(302, &format!("Location: {place}\r\n"), ""),
        _ => not_found(),
    });
    let secret = ["--cookie", "sessionid=geheim", "--basic-auth", "user:geheim", "--header", "X-Key: geheim"];
    scan(&server.url(), &secret);
    assert!(
        server
            .asked()
            .iter()
            .any(|one| one.header("cookie") == "sessionid=geheim" && one.header("x-key") == "geheim")
    );
    assert!(server.asked().iter().any(|one| one.header("authorization") == "Basic dXNlcjpnZWhlaW0="));
    for one in other.asked() {
        let text = format!("{one:?}");
        assert!(!text.contains("geheim") && one.header("authorization").is_empty(), "{text}");
    }
}

#[test]
fn three_refusals_in_a_row_end_the_probes() {
    let server = Scripted::new(|asked| match asked.path() {
        "/" => page("", "<title>Shop</title>"),
        path if path.starts_with("/barding-") => not_found(),
        _ => answer(503, "Retry-After: 60\r\n", "later"),
    });
    let said = scan(&server.url(), &["--probe", "--yes"]);
    assert!(server.asked().len() < 40, "{} requests", server.asked().len());
    assert!(said.report.to_string().contains("three times in a row"));
}

#[test]
fn a_look_is_kept_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("look.json");
    let bad = Scripted::new(|asked| if asked.path() == "/" { page("", SHELL) } else { not_found() });
    let url = bad.url();
    scan(&url, &["--save", kept.to_str().unwrap()]);
    let again = scan(&url, &["--compare", kept.to_str().unwrap()]);
    assert!(again.report.to_string().contains("Nothing got better or worse"), "{}", again.report["coverage"]);
    let good = Scripted::new(|asked| {
        if asked.path() == "/" {
            page("X-Frame-Options: DENY\r\nX-Powered-By: a\r\n", SHELL)
        } else {
            not_found()
        }
    });
    let resolved = format!("127.0.0.1:{}", good.port);
    let changed = scan(&resolved, &["--compare", kept.to_str().unwrap()]);
    let text = changed.report.to_string();
    assert!(
        text.contains("Better: live-frameable") && text.contains("Worse: live-powered-by-visible"),
        "{text}"
    );
}

#[test]
fn many_sites_one_line_each_and_what_is_done_is_not_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let servers: Vec<Scripted> = (0..5)
        .map(|_| Scripted::new(|asked| if asked.path() == "/" { page("", SHELL) } else { not_found() }))
        .collect();
    let list: String = servers.iter().map(|server| server.url() + "\n").collect();
    let targets = folder.path().join("sites.txt");
    let results = folder.path().join("done.jsonl");
    std::fs::write(&targets, format!("# sites\n{list}http://127.0.0.1:1/\n")).unwrap();
    let arguments = ["scan", "--targets", targets.to_str().unwrap(), "--results", results.to_str().unwrap()];
    let first = std::process::Command::new(env!("CARGO_BIN_EXE_barding")).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&first.stdout);
    assert_eq!(text.lines().count(), 6, "{text}");
    assert_eq!(first.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&results).unwrap().lines().count(), 6);
    // A run that was stopped in the middle of a line leaves half of it.
    let whole = std::fs::read_to_string(&results).unwrap();
    std::fs::write(&results, format!("{whole}{{\"target\":\"http:")).unwrap();
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_barding")).args(arguments).output().unwrap();
    // Only the one that gave no answer is tried again.
    assert_eq!(String::from_utf8_lossy(&second.stdout).lines().count(), 1);
    let lines = std::fs::read_to_string(&results).unwrap();
    assert!(lines.lines().last().unwrap().ends_with('}') && lines.ends_with('\n'), "{lines}");
}

#[test]
fn a_slow_line_costs_few_round_trips() {
    let server = Scripted::new(|asked| {
        std::thread::sleep(Duration::from_millis(100));
        match asked.path() {
            "/" => {
                page("", "<title>Shop</title><a href=\"/a/\">a</a><a href=\"/b/\">b</a><a href=\"/c/\">c</a>")
            }
            "/a/" | "/b/" | "/c/" => page("", "<title>Page</title>"),
            _ => not_found(),
        }
    });
    let said = scan(&server.url(), &[]);
    // Fifteen round trips of 100 ms, and the program's own time on a busy machine.
    assert!(said.took < Duration::from_millis(2_200), "{:?}", said.took);
}

#[test]
fn a_site_that_gives_no_answer_is_no_clean_site() {
    let said = run(&["scan", "http://127.0.0.1:1/"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("the audit did not happen") && said.stderr.contains("the port is closed"),
        "{}",
        said.stderr
    );
}

#[test]
fn a_parameter_that_makes_the_database_wait_is_told_from_a_slow_site() {
    let seconds = |target: &str| -> u64 {
        let told = target.split("pg_sleep%28").nth(1).and_then(|rest| rest.split("%29").next());
        told.and_then(|seconds| seconds.parse().ok()).unwrap_or(0)
    };
    let server = Scripted::new(move |asked| match asked.path() {
        "/" => page("", "<title>Shop</title><form action=\"/search/\"><input name=\"q\"></form>"),
        "/search/" => {
            // As PostgreSQL does where the text stands between quotes.
            if asked.target.contains("%27%7C%7C") {
                std::thread::sleep(Duration::from_secs(seconds(&asked.target)));
            }
            page("", "<title>Nothing found</title>")
        }
        _ => not_found(),
    });
    let said = scan(&server.url(), &["--active", "--yes"]);
    assert!(said.has("live-sql-delay"), "{:?}", said.found);
    let text = said.report.to_string();
    assert!(text.contains("told to wait 0, 2 and 4 seconds"), "{text}");
    // Without --active nothing of the kind is sent.
    let before = server.asked().len();
    scan(&server.url(), &["--probe", "--yes"]);
    assert!(server.asked()[before..].iter().all(|one| !one.target.contains("sleep")));
}

#[test]
fn asking_for_less_to_read_makes_no_site_look_better() {
    let server = Scripted::new(|asked| if asked.path() == "/" { page("", SHELL) } else { not_found() });
    let (whole, less) = (scan(&server.url(), &[]), scan(&server.url(), &["--min-severity", "critical"]));
    assert!(less.found.len() < whole.found.len());
    assert_eq!(whole.report["check_up"], less.report["check_up"]);
}
