//! Every format on one fixed result, against its golden, and what must hold for all of them: nothing from an audited
//! file reaches a terminal or a browser as a command.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_finding::*;
use barding_report::{Format, Look, render};
use barding_source::{FileId, Problem, SourceFile, Span};
use std::sync::Arc;

static RAW_SQL: RuleInfo = RuleInfo {
    id: RuleId("raw-sql-from-request"),
    title: "Request data becomes SQL",
    severity: Severity::High,
    tip: Tip::SqlInjection,
    cwe: &[89],
    django_checks: &[],
    consequence: "Whoever sends the request reads and changes whatever the database role may.",
    advice: "Pass the values as parameters: `cursor.execute(sql, [value])`.",
    since: "0.1.0",
    page: "# raw-sql-from-request\n\nSQL is code.\n\n## Found: x\n",
};
static DEBUG: RuleInfo = RuleInfo {
    id: RuleId("debug-enabled"),
    title: "DEBUG is on in production",
    severity: Severity::Critical,
    tip: Tip::LiveSettings,
    cwe: &[489, 215],
    django_checks: &["security.W018"],
    consequence: "Error pages show source, settings and SQL to every visitor.",
    advice: "Set `DEBUG = False` in production.",
    since: "0.1.0",
    page: "# debug-enabled\n\nErrors show too much.\n\n## Found: x\n",
};

const VIEWS: &str = "from django.db import connection\n\n\ndef search(request):\n    name = request.GET[\"name\"]\n    with connection.cursor() as cursor:\n        cursor.execute(f\"SELECT * FROM shop WHERE name = '{name}'\")\n        cursor.execute(\"SELECT \" + name)\n";
const SETTINGS: &str = "import os\n\nDEBUG = True\n";
const HOSTILE: &str =
    "x = 1  # \u{1b}[2J\u{1b}]0;owned\u{7} \u{202e}</pre><script>alert(1)</script> `a` | [b](http://c) ]]>\n";

fn span(file: u32, text: &str, needle: &str) -> Span {
    let start = text.find(needle).unwrap() as u32;
    Span::new(FileId(file), start, start + needle.len() as u32)
}

fn sample() -> AuditResult {
    let debug_place = Place::Code(span(1, SETTINGS, "DEBUG = True"));
    let mut debug = Finding::new(&DEBUG, debug_place, Confidence::High, "`shop.settings` turns DEBUG on");
    debug.concerning("shop.settings").concerning("shop.live").because([
        Evidence::at(Role::Defined, span(1, SETTINGS, "DEBUG = True"), "nothing later changes it"),
        Evidence::note(Role::Observed, "`wsgi.py` names `shop.settings`"),
    ]);
    let sink = span(0, VIEWS, "f\"SELECT * FROM shop WHERE name = '{name}'\"");
    let mut sql = Finding::new(
        &RAW_SQL,
        Place::Code(sink),
        Confidence::High,
        "`name` from the query string becomes SQL",
    );
    sql.because([
        Evidence::at(Role::Source, span(0, VIEWS, "request.GET[\"name\"]"), "the query string is read"),
        Evidence::at(Role::Step, span(0, VIEWS, "name ="), "kept in `name`"),
        Evidence::at(Role::Sink, sink, "`execute` takes it as SQL"),
    ]);
    let second = span(0, VIEWS, "\"SELECT \" + name");
    let mut again = Finding::new(&RAW_SQL, Place::Code(second), Confidence::Medium, "`name` is added to SQL");
    again.severity(Severity::Medium);
    let hostile = Finding::new(
        &RAW_SQL,
        Place::Code(span(2, HOSTILE, "x = 1")),
        Confidence::Low,
        "`\u{1b}[31mred\u{1b}[0m` <img src=x onerror=alert(1)> \u{202e}txt | ]]> @everyone",
    );
    let site = Finding::new(
        &DEBUG,
        Place::Url("https://shop.example/".into()),
        Confidence::High,
        "the site shows it",
    );
    let mut set_aside =
        Finding::new(&RAW_SQL, Place::Code(second), Confidence::High, "`name` is added to SQL");
    set_aside.fingerprint = "f".repeat(32);
    let mut findings = vec![debug, site, sql, again, hostile];
    for (at, finding) in findings.iter_mut().enumerate() {
        finding.fingerprint = format!("{:032x}", at + 1);
    }
    let mut result = AuditResult {
        target: "shop".into(),
        findings,
        ignored: vec![Ignored {
            finding: set_aside,
            reason: "a report for admins".into(),
            place: Some(second),
        }],
        rules: vec![&DEBUG, &RAW_SQL],
        checklist: vec![
            TipResult { tip: Tip::Xss, verdict: Verdict::NotLookedAt { commands: vec!["barding check"] } },
            TipResult {
                tip: Tip::Csrf,
                verdict: Verdict::Unknown { missing: vec!["the running site (barding scan URL)".into()] },
            },
            TipResult {
                tip: Tip::SqlInjection,
                verdict: Verdict::Fail { findings: 3, worst: Severity::High },
            },
            TipResult { tip: Tip::PasswordHashing, verdict: Verdict::Pass },
        ],
        advisory_date: Some("2026-11-01".into()),
        ..AuditResult::default()
    };
    let files =
        [(0, "shop/views.py", VIEWS), (1, "shop/settings.py", SETTINGS), (2, "a b/ü\u{1b}[1m.py", HOSTILE)];
    for (id, path, text) in files {
        result.files.insert(id, Arc::new(SourceFile::new(FileId(id), path, text)));
    }
    let coverage = &mut result.coverage;
    coverage.files.insert("Python", 3);
    coverage.judged.push(Judged {
        name: "shop.settings".into(),
        role: "production".into(),
        reason: "named by wsgi.py".into(),
        judged: true,
    });
    coverage.looked_at.insert(Need::Code, vec![]);
    coverage.problems.push(Problem::with_file("shop/old.py", "line 3 is no Python 3"));
    coverage.unknown.push(NotKnown {
        question: "`ALLOWED_HOSTS` in shop.settings".into(),
        evidence: Evidence::at(
            Role::NotKnown,
            span(1, SETTINGS, "import os"),
            "`load()` is not part of the project",
        ),
    });
    coverage.notes.push("the Django version is not known; 5.2 was assumed".into());
    result
}

const ALL: [Format; 9] = [
    Format::Terminal,
    Format::Json,
    Format::Sarif,
    Format::Github,
    Format::Gitlab,
    Format::GitlabSast,
    Format::Junit,
    Format::Markdown,
    Format::Html,
];

#[test]
fn each_format_is_as_its_golden() {
    let result = sample();
    for format in ALL {
        let name = format!("{format:?}").to_lowercase();
        insta::assert_snapshot!(name, render(&result, format, &Look::default()));
    }
    let full = Look { full: true, width: 80, ..Look::default() };
    insta::assert_snapshot!("terminal_full", render(&result, Format::Terminal, &full));
    let counted = Look { statistics: true, quiet: true, ..Look::default() };
    insta::assert_snapshot!("terminal_statistics", render(&result, Format::Terminal, &counted));
}

#[test]
fn nothing_audited_commands_the_terminal() {
    let result = sample();
    for full in [false, true] {
        let text = render(&result, Format::Terminal, &Look { full, ..Look::default() });
        let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || *c == '\u{202e}');
        assert_eq!(bad, None, "{text}");
        let colored = render(&result, Format::Terminal, &Look { full, color: true, ..Look::default() });
        // Our own colours are all of the form ESC [ digits m; every escape must be one of them.
        let mut rest = colored.as_str();
        while let Some((_, after)) = rest.split_once('\u{1b}') {
            let end = after.find('m').expect("a colour ends in m");
            assert!(after.starts_with('['), "{after:?}");
            assert!(after[1..end].chars().all(|c| c.is_ascii_digit() || c == ';'), "{after:?}");
            rest = &after[end + 1..];
        }
        assert!(!colored.contains('\u{7}') && !colored.contains('\u{202e}'));
    }
}

#[test]
fn nothing_audited_becomes_markup() {
    let result = sample();
    let html = render(&result, Format::Html, &Look::default());
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(!html.contains('\u{202e}') && !html.contains('\u{1b}'));
    let markdown = render(&result, Format::Markdown, &Look::default());
    assert!(!markdown.contains("<img"), "{markdown}");
    let junit = render(&result, Format::Junit, &Look::default());
    assert!(!junit.contains("<script") && !junit.contains('\u{1b}'));
    let github = render(&result, Format::Github, &Look::default());
    assert!(github.lines().all(|line| line.starts_with("::")), "{github}");
}

#[test]
fn a_line_of_a_million_characters_is_cut() {
    let text = format!("{}needle{}", "x".repeat(500_000), "y".repeat(500_000));
    let mut result = sample();
    result.files.insert(0, Arc::new(SourceFile::new(FileId(0), "big.py", text.as_str())));
    result.ignored.clear();
    result.findings = vec![Finding::new(
        &DEBUG,
        Place::Code(span(0, &text, "needle")),
        Confidence::High,
        "a needle in a long line",
    )];
    for format in [Format::Terminal, Format::Html, Format::Markdown, Format::Sarif] {
        let out = render(&result, format, &Look { full: true, ..Look::default() });
        assert!(out.len() < 40_000, "{format:?} wrote {} bytes", out.len());
    }
    assert!(render(&result, Format::Terminal, &Look::default()).contains("needle"));
}

#[test]
fn a_check_up_shows_its_grade_and_what_each_check_said() {
    let mut result = sample();
    let check = |rule: &RuleInfo, said| Checked { rule: rule.id, title: rule.title, said };
    result.check_up = Some(CheckUp {
        grade: "C",
        points: 64,
        sentence: "Grade C with 64 of 100 points; 3 kinds of fault cost points".into(),
        level: "passive",
        checks: vec![
            check(&DEBUG, Said::Found(Severity::Critical)),
            check(&RAW_SQL, Said::CannotTell("<script>alert(1)</script>\u{1b}[2J answered".into())),
        ],
    });
    let html = render(&result, Format::Html, &Look::default());
    assert!(html.contains("Grade</span> C<") && html.contains("64 of 100 points"), "{html}");
    assert!(
        html.contains("href=\"#debug-enabled\"") && html.contains("Could not tell: Request data becomes SQL")
    );
    assert!(!html.contains("<script") && !html.contains('\u{1b}'), "{html}");
    let json: serde_json::Value =
        serde_json::from_str(&render(&result, Format::Json, &Look::default())).unwrap();
    assert_eq!(json["check_up"]["grade"], "C");
    assert_eq!(json["check_up"]["checks"][1]["verdict"], "cannot-tell");
}
