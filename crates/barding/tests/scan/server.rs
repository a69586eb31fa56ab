//! Scripted servers, and the program run against them.

use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// A request as a scripted server got it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }
}

/// A server that ends with the test, and what it was asked.
pub(crate) struct Scripted {
    pub(crate) port: u16,
    ended: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scripted {
    /// Hands each connection to a function.
    pub(crate) fn raw(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ended = Arc::new(AtomicBool::new(false));
        let (stop, serve) = (ended.clone(), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(stream), serve) = (stream, serve.clone()) else { continue };
                let _ = stream.set_read_timeout(Some(Duration::from_secs(20)));
                let _ = stream.set_nodelay(true);
                thread::spawn(move || serve(stream));
            }
        });
        Self { port, ended, asked: Arc::default() }
    }

    /// Answers each request; connections are kept open.
    pub(crate) fn new(answer: impl Fn(&Asked) -> String + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let log = asked.clone();
        let mut server = Self::raw(move |stream| {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut stream = stream;
            while let Some(request) = read(&mut reader) {
                let text = answer(&request);
                log.lock().unwrap().push(request);
                if stream.write_all(text.as_bytes()).is_err() || text.is_empty() {
                    return;
                }
            }
        });
        server.asked = asked;
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

pub(crate) fn read(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.split_whitespace();
    let mut asked =
        Asked { method: words.next()?.to_owned(), target: words.next()?.to_owned(), headers: Vec::new() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let length = asked.header("content-length").parse().unwrap_or(0);
    reader.read_exact(&mut vec![0; length]).ok()?;
    Some(asked)
}

/// An answer with its length.
pub(crate) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Words\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

pub(crate) fn page(headers: &str, body: &str) -> String {
    answer(200, &format!("Content-Type: text/html; charset=utf-8\r\n{headers}"), body)
}

pub(crate) fn not_found() -> String {
    answer(
        404,
        "Content-Type: text/html\r\n",
        "<!doctype html><title>Nothing here</title><p>There is no such page.</p>",
    )
}

/// What the program said.
pub(crate) struct Said {
    pub(crate) found: BTreeSet<String>,
    pub(crate) report: Value,
    pub(crate) code: i32,
    pub(crate) took: Duration,
    pub(crate) stderr: String,
}

impl Said {
    pub(crate) fn has(&self, id: &str) -> bool {
        self.found.contains(id)
    }

    /// The verdict on a tip of the checklist.
    pub(crate) fn verdict(&self, tip: &str) -> String {
        let list = self.report["checklist"].as_array().unwrap();
        let item = list.iter().find(|item| item["tip"] == tip || item["id"] == tip);
        item.map_or_else(
            || format!("no {tip} in {list:?}"),
            |item| item["verdict"].as_str().unwrap().to_owned(),
        )
    }
}

/// Runs the program and reads its JSON report; a look that did not happen has none.
pub(crate) fn run(arguments: &[&str]) -> Said {
    let started = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_barding"))
        .args(arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let took = started.elapsed();
    let report: Value = serde_json::from_slice(&done.stdout).unwrap_or(Value::Null);
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    Said {
        found: findings.iter().map(|one| one["rule"].as_str().unwrap().to_owned()).collect(),
        report,
        code: done.status.code().unwrap(),
        took,
        stderr: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

pub(crate) fn scan(url: &str, more: &[&str]) -> Said {
    run(&[&["scan", url, "--no-ports"], more].concat())
}
