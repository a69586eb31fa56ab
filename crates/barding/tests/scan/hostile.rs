//! Servers that mean harm: bounded time, an honest result, nothing unescaped in any report.

use super::server::{Scripted, answer, page, read, run, scan};
use std::io::{BufReader, Write};
use std::net::TcpStream;
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Reads a request, then does something nasty.
fn nasty(act: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Scripted {
    Scripted::raw(move |stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        if read(&mut reader).is_some() {
            act(&mut stream);
        }
    })
}

fn ends_in_time(server: &Scripted, why: &str) {
    let said = scan(&server.url(), &["--timeout", "6"]);
    assert!(said.took < Duration::from_secs(9), "{why}: {:?}", said.took);
    assert!(said.code == 1 || said.code == 2, "{why}: {}", said.code);
}

#[test]
fn floods_and_drips_end_in_time() {
    let endless_body = nasty(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n");
        while stream.write_all(&[b'a'; 65_536]).is_ok() {}
    });
    ends_in_time(&endless_body, "an endless body");
    let endless_head = nasty(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream
            .write_all(b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n")
            .is_ok()
        {}
    });
    ends_in_time(&endless_head, "an endless head");
    let drip = nasty(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while stream.write_all(b"a").is_ok() {
            sleep(Duration::from_millis(200));
        }
    });
    ends_in_time(&drip, "a drip");
    let silence = nasty(|_| sleep(Duration::from_secs(12)));
    ends_in_time(&silence, "silence");
}

#[test]
fn odd_answers_are_read_or_refused() {
    let cases: [(&str, Vec<u8>); 9] = [
        ("a megabyte of one header", [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &vec![b'a'; 1 << 20], b"\r\nContent-Length: 0\r\n\r\n"].concat()),
        ("ten thousand cookies", [b"HTTP/1.1 200 OK\r\n".as_slice(), "Set-Cookie: sessionid=1\r\n".repeat(10_000).as_bytes(), b"Content-Length: 0\r\n\r\n"].concat()),
        ("no UTF-8", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-\xff\xfe: \xff\r\nContent-Length: 4\r\n\r\n<p>\xff".to_vec()),
        ("half a head", b"HTTP/1.1 200 OK\r\nContent-".to_vec()),
        ("half a body", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".to_vec()),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()),
        ("nothing", Vec::new()),
        ("a chunk of all numbers", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc".to_vec()),
        ("a status of its own", b"HTTP/1.1 999 \x1b[2J\r\nContent-Length: 0\r\n\r\n".to_vec()),
    ];
    for (name, bytes) in cases {
        let server = nasty(move |stream| {
            let _ = stream.write_all(&bytes);
        });
        ends_in_time(&server, name);
    }
}

#[test]
fn a_bomb_of_gzip_stays_small() {
    use std::process::Stdio;
    // Fifty megabytes of zeros; gzip is on every machine that builds this.
    let mut child =
        Command::new("gzip").arg("-9c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || {
        let block = vec![0; 1 << 20];
        for _ in 0..50 {
            let _ = stdin.write_all(&block);
        }
    });
    let bomb = child.wait_with_output().unwrap().stdout;
    feeder.join().unwrap();
    assert!(bomb.len() < 100_000);
    let server = nasty(move |stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            bomb.len()
        );
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(&bomb);
    });
    ends_in_time(&server, "a bomb");
}

#[test]
fn circles_end_and_redirects_to_inner_addresses_are_not_followed() {
    let circle = Scripted::new(|asked| {
        answer(302, &format!("Location: {}\r\n", if asked.path() == "/" { "/b" } else { "/" }), "")
    });
    let said = scan(&circle.url(), &[]);
    assert!(said.has("live-redirect-loop"), "{:?}", said.found);
    let endless = Scripted::new(|asked| answer(302, &format!("Location: {}x\r\n", asked.path()), ""));
    let said = scan(&endless.url(), &[]);
    assert!(endless.asked().len() <= 40 && said.took < Duration::from_secs(5));
    let elsewhere =
        Scripted::new(|_| answer(302, "Location: http://169.254.169.254/latest/meta-data/\r\n", ""));
    let said = scan(&elsewhere.url(), &[]);
    assert!(said.took < Duration::from_secs(5), "{:?}", said.took);
    assert!(said.report.to_string().contains("was not asked"), "{}", said.report["coverage"]);
}

#[test]
fn nothing_of_the_site_is_obeyed_in_any_report() {
    let evil = "<script>alert(1)</script>\u{1b}[2J\u{1b}]0;owned\u{7}\u{202e}`$(id)`";
    let server = Scripted::new(move |asked| match asked.path() {
        "/" => page(
            &format!(
                "Server: nginx/1.0{evil}\r\nX-Powered-By: {evil}\r\nX-Frame-Options: {evil}\r\nSet-Cookie: sessionid{evil}=1\r\n"
            ),
            &format!(
                "<title>{evil}</title><form method=post action=\"http://evil.example/{evil}\"><input type=password name=p></form><script src=\"https://cdn.example/{evil}\"></script>"
            ),
        ),
        _ => answer(404, "", evil),
    });
    for format in ["terminal", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"] {
        let done = Command::new(env!("CARGO_BIN_EXE_barding"))
            .args(["scan", &server.url(), "--probe", "--yes", "--no-ports", "--full", "--format", format])
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&done.stdout);
        assert!(text.len() > 500, "{format}: {text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{format} lets an escape through");
        if matches!(format, "terminal" | "html" | "markdown") {
            assert!(!text.contains('\u{202e}'), "{format} lets a bidirectional override through");
        }
        // What stands between backticks is text in Markdown, whatever it looks like.
        let prose: String = match format {
            "markdown" => text.lines().flat_map(|line| line.split('`').step_by(2)).collect(),
            _ => text.to_string(),
        };
        if matches!(format, "html" | "junit" | "markdown") {
            assert!(!prose.contains("<script>alert(1)"), "{format} lets markup through");
        }
    }
}

#[test]
fn the_time_for_the_whole_look_holds() {
    let server = Scripted::new(|_| {
        sleep(Duration::from_millis(900));
        page("", "<title>Slow</title>")
    });
    let started = Instant::now();
    let said = run(&["scan", &server.url(), "--probe", "--yes", "--no-ports", "--timeout", "4"]);
    assert!(started.elapsed() < Duration::from_secs(7), "{:?}", started.elapsed());
    assert!(said.report.to_string().contains("used up"), "{}", said.report["coverage"]);
}
