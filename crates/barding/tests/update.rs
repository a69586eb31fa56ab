//! `barding update` against an HTTPS server of our own: what is whole replaces the advisories, what is not never does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// Serves a folder over HTTPS with every fault that a mirror may have.
const SERVER: &str = r#"
import http.server, os, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *a): pass
    def do_GET(self):
        data = open("all.zip", "rb").read()
        path = self.path
        if path in ("/all.zip", "/moved/all.zip"):
            self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
            self.wfile.write(data)
        elif path == "/chunked":
            self.send_response(200); self.send_header("Transfer-Encoding", "chunked"); self.end_headers()
            for at in range(0, len(data), 100):
                part = data[at:at + 100]
                self.wfile.write(b"%x\r\n" % len(part) + part + b"\r\n")
            self.wfile.write(b"0\r\n\r\n")
        elif path == "/cut":
            self.send_response(200); self.send_header("Content-Length", str(len(data) + 10)); self.end_headers()
            self.wfile.write(data)
        elif path == "/broken":
            data = data[:len(data) // 2]
            self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
            self.wfile.write(data)
        elif path in ("/redirect", "/plain", "/round"):
            to = {"/redirect": "/moved/all.zip", "/plain": "http://127.0.0.1/all.zip", "/round": "/round"}[path]
            self.send_response(302); self.send_header("Location", to)
            self.send_header("Content-Length", "0"); self.end_headers()
        else:
            self.send_response(404); self.send_header("Content-Length", "0"); self.end_headers()
        self.close_connection = True
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("server.pem", "server.key")
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
"#;

/// Writes an archive of advisories: enough of them, and newer than what barding came with.
const ARCHIVE: &str = r#"
import json, zipfile
with zipfile.ZipFile("all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for number in range(3):
        archive.writestr(f"PYSEC-2099-{number}.json", json.dumps({
            "id": f"PYSEC-2099-{number}", "published": "2099-01-01T00:00:00Z", "modified": "2099-01-02T00:00:00Z",
            "affected": [{"package": {"ecosystem": "PyPI", "name": "tulip"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0"}]}]}]}))
"#;

struct Server {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(command: &mut Command) {
    let done = command.output().expect("the program is installed");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn server() -> Server {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    run(Command::new("openssl").current_dir(at).args([
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "2",
        "-subj",
        "/CN=Test authority",
    ]));
    run(Command::new("openssl").current_dir(at).args([
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
        "-subj",
        "/CN=localhost",
    ]));
    fs::write(at.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    run(Command::new("openssl").current_dir(at).args([
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-out",
        "server.pem",
        "-days",
        "2",
        "-extfile",
        "names",
    ]));
    run(Command::new("python3").current_dir(at).args(["-c", ARCHIVE]));
    let mut child = Command::new("python3")
        .current_dir(at)
        .args(["-c", SERVER])
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is installed");
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    Server { child, port: line.trim().parse().unwrap(), folder }
}

fn update(data: &Path, from: &str, authority: Option<PathBuf>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_barding"));
    command.args(["update", "--force", "--from", from]).env("BARDING_DATA", data);
    if let Some(path) = authority {
        command.arg("--ca-file").arg(path);
    }
    command.output().unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn what_is_whole_replaces_the_advisories_and_nothing_else_does() {
    let server = server();
    let authority = || Some(server.folder.path().join("ca.pem"));
    let url = |path: &str| format!("https://localhost:{}/{path}", server.port);
    let data = tempfile::tempdir().unwrap();
    for path in ["all.zip", "chunked", "redirect"] {
        let _ = fs::remove_file(data.path().join("advisories.bin"));
        let done = update(data.path(), &url(path), authority());
        assert_eq!(done.status.code(), Some(0), "{path}: {}", String::from_utf8_lossy(&done.stderr));
        assert!(String::from_utf8_lossy(&done.stdout).contains("2099-01-02"), "{path}");
        assert_eq!(files(data.path()), ["advisories.bin"], "{path}");
    }
    let kept = fs::read(data.path().join("advisories.bin")).unwrap();
    for path in ["cut", "broken", "plain", "round", "nowhere"] {
        let done = update(data.path(), &url(path), authority());
        assert_eq!(done.status.code(), Some(2), "{path}");
        assert!(!done.stderr.is_empty(), "{path}");
        assert_eq!(fs::read(data.path().join("advisories.bin")).unwrap(), kept, "{path}");
        assert_eq!(files(data.path()), ["advisories.bin"], "{path}");
    }
    // Without the authority's certificate, and by plain HTTP, nothing is fetched at all.
    for (from, authority) in [(url("all.zip"), None), (url("all.zip").replace("https", "http"), authority())]
    {
        let done = update(data.path(), &from, authority);
        assert_eq!(done.status.code(), Some(2), "{from}");
        assert_eq!(fs::read(data.path().join("advisories.bin")).unwrap(), kept, "{from}");
    }
    let deps = tempfile::tempdir().unwrap();
    fs::write(deps.path().join("requirements.txt"), "tulip==0.9\n").unwrap();
    let found = Command::new(env!("CARGO_BIN_EXE_barding"))
        .args(["deps", "."])
        .current_dir(deps.path())
        .env("BARDING_DATA", data.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&found.stdout);
    assert!(text.contains("PYSEC-2099-0") && text.contains("2099-01-02"), "{text}");
}
