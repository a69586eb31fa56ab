#!/usr/bin/env python3
"""Compares what `barding scan` says about headers with MDN's HTTP Observatory (npm), header by header.

Serves one small site per case on the loopback, over HTTP and over HTTPS by a certificate of its own authority, and asks both.
Prints each difference; one that is not explained below is an error. Needs node, npm and openssl; build barding first, or name
a binary in the variable BARDING.
"""

import http.server
import json
import os
import pathlib
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))
PLACE = ROOT / "target/observatory"
PACKAGE = "@mdn/mdn-http-observatory@1.4.8"
PAGE = "<!doctype html><html><head><title>Shop</title>{}</head><body><p>Welcome</p></body></html>"

# Their tests, and the rules of ours that say the same.
SAME = {
    "content-security-policy": [
        "live-csp-missing", "live-csp-unsafe-inline", "live-csp-unsafe-eval", "live-csp-broad-source",
        "live-csp-http-source", "live-csp-malformed",
    ],
    "cookies": [
        "live-session-cookie-insecure", "live-session-cookie-script-readable", "live-session-cookie-cross-site",
        "live-csrf-cookie-cross-site", "live-csrf-cookie-insecure", "live-cookie-insecure", "live-cookie-prefix-broken",
    ],
    "cross-origin-resource-sharing": ["live-cors-reflects-origin"],
    "redirection": ["live-http-not-redirected", "live-http-redirect-changes-host", "live-https-downgraded"],
    "referrer-policy": ["live-referrer-leaks"],
    "strict-transport-security": ["live-hsts-missing", "live-hsts-short"],
    "subresource-integrity": ["live-script-without-integrity", "live-mixed-active"],
    "x-content-type-options": ["live-nosniff-missing"],
    "x-frame-options": ["live-frameable"],
    "cross-origin-resource-policy": ["live-isolation-header-invalid"],
}

# (name, headers over HTTPS, in the head of the page)
CSP = "Content-Security-Policy"
HSTS = "Strict-Transport-Security"
CASES = [
    ("nothing", [], ""),
    ("csp none", [(CSP, "default-src 'none'")], ""),
    ("csp self", [(CSP, "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'")], ""),
    ("csp inline", [(CSP, "default-src 'self' 'unsafe-inline'")], ""),
    ("csp inline with nonce", [(CSP, "script-src 'unsafe-inline' 'nonce-cmFuZG9tcmFuZG9tcmFuZG9t'; object-src 'none'; base-uri 'none'")], ""),
    ("csp inline styles", [(CSP, "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'")], ""),
    ("csp eval", [(CSP, "default-src 'self'; script-src 'self' 'unsafe-eval'")], ""),
    ("csp any", [(CSP, "default-src *")], ""),
    ("csp https", [(CSP, "default-src https:")], ""),
    ("csp data", [(CSP, "default-src 'self'; script-src 'self' data:")], ""),
    ("csp images anywhere", [(CSP, "default-src 'self'; img-src *")], ""),
    ("csp http source", [(CSP, "default-src 'self'; script-src 'self' http://cdn.example")], ""),
    ("csp http images", [(CSP, "default-src 'self'; img-src http://cdn.example")], ""),
    ("csp only images", [(CSP, "img-src 'self'")], ""),
    ("csp two", [(CSP, "default-src * 'unsafe-inline'"), (CSP, "default-src 'self'")], ""),
    ("csp strict", [(CSP, "script-src 'strict-dynamic' 'nonce-cmFuZG9tcmFuZG9tcmFuZG9t' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'")], ""),
    ("csp strict alone", [(CSP, "default-src 'self'; script-src 'strict-dynamic'")], ""),
    ("csp unquoted", [(CSP, "default-src self")], ""),
    ("csp report only", [(CSP + "-Report-Only", "default-src 'self'")], ""),
    ("csp in meta", [], "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'\">"),
    ("csp duplicate", [(CSP, "default-src 'self'; default-src *")], ""),
    ("hsts year", [(HSTS, "max-age=31536000; includeSubDomains")], ""),
    ("hsts half a year", [(HSTS, "max-age=15768000")], ""),
    ("hsts day", [(HSTS, "max-age=86400")], ""),
    ("hsts zero", [(HSTS, "max-age=0")], ""),
    ("hsts broken", [(HSTS, "includeSubDomains")], ""),
    ("hsts twice", [(HSTS, "max-age=31536000"), (HSTS, "max-age=0")], ""),
    ("xfo deny", [("X-Frame-Options", "DENY")], ""),
    ("xfo small", [("X-Frame-Options", "sameorigin")], ""),
    ("xfo all", [("X-Frame-Options", "ALLOWALL")], ""),
    ("xfo from", [("X-Frame-Options", "ALLOW-FROM https://a.example")], ""),
    ("frame-ancestors", [(CSP, "frame-ancestors 'none'")], ""),
    ("frame-ancestors all", [(CSP, "frame-ancestors *"), ("X-Frame-Options", "DENY")], ""),
    ("nosniff", [("X-Content-Type-Options", "nosniff")], ""),
    ("nosniff large", [("X-Content-Type-Options", "NoSniff")], ""),
    ("nosniff wrong", [("X-Content-Type-Options", "sniff")], ""),
    ("referrer same", [("Referrer-Policy", "same-origin")], ""),
    ("referrer unsafe", [("Referrer-Policy", "unsafe-url")], ""),
    ("referrer list", [("Referrer-Policy", "unsafe-url, strict-origin-when-cross-origin")], ""),
    ("referrer downgrade", [("Referrer-Policy", "no-referrer-when-downgrade")], ""),
    ("referrer unknown", [("Referrer-Policy", "whatever")], ""),
    ("corp", [("Cross-Origin-Resource-Policy", "same-origin")], ""),
    ("corp wrong", [("Cross-Origin-Resource-Policy", "mine")], ""),
    ("cookie good", [(HSTS, "max-age=31536000"), ("Set-Cookie", "sessionid=a; Secure; HttpOnly; SameSite=Lax; Path=/")], ""),
    ("cookie bare", [("Set-Cookie", "sessionid=a; Path=/")], ""),
    ("cookie readable", [("Set-Cookie", "sessionid=a; Secure; SameSite=Lax; Path=/")], ""),
    ("cookie other", [("Set-Cookie", "theme=dark; Path=/")], ""),
    ("cookie csrf", [("Set-Cookie", "csrftoken=a; Secure; Path=/")], ""),
    ("cookie csrf lax", [("Set-Cookie", "csrftoken=a; Secure; SameSite=Lax; Path=/")], ""),
    ("cookie insecure, HSTS", [(HSTS, "max-age=31536000"), ("Set-Cookie", "sessionid=a; HttpOnly; SameSite=Lax; Path=/")], ""),
    ("cookie same-site none", [("Set-Cookie", "sessionid=a; HttpOnly; Secure; SameSite=None; Path=/")], ""),
    ("script elsewhere", [], '<script src="https://cdn.example/a.js"></script>'),
    ("script with integrity", [], '<script src="https://cdn.example/a.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC" crossorigin="anonymous"></script>'),
    ("script over http", [], '<script src="http://cdn.example/a.js"></script>'),
    ("script of its own", [], '<script src="/a.js"></script>'),
    ("cors any", [("Access-Control-Allow-Origin", "*")], ""),
    ("cors reflected", [("Access-Control-Allow-Origin", "REFLECT"), ("Access-Control-Allow-Credentials", "true")], ""),
    ("no redirect", [], ""),
    ("redirect elsewhere", [], ""),
]

# Why they may differ: (their test, case or None for all): reason.
EXPLAINED = {
    ("content-security-policy", "csp http images"): "images over plain HTTP are of low severity here; the Observatory lets them "
    "pass and takes points",
    ("content-security-policy", "csp two"): "browsers obey each of several policies, so the second one stops what the first "
    "admits; the Observatory reads them as one",
    ("content-security-policy", "csp unquoted"): "without quotes `self` is the name of a host; the Observatory does not say so",
    ("strict-transport-security", "hsts half a year"): "six months are enough for the Observatory; browsers' preload list wants "
    "a year, so this is of low severity here",
    ("strict-transport-security", "hsts twice"): "browsers obey the first header, which is good; live-hsts-sent-twice says that "
    "there are two",
    ("x-frame-options", "xfo from"): "browsers take no notice of ALLOW-FROM any more",
    ("x-frame-options", "frame-ancestors all"): "frame-ancestors wins over X-Frame-Options, and here it admits everybody",
    ("cookies", "cookie same-site none"): "the Observatory wants the attribute, whatever it says; None sends the session along "
    "with requests of other sites",
    ("cross-origin-resource-sharing", "cors reflected"): "the Observatory looks for its own Origin where the client does not keep "
    "it, so it never sees that it came back",
    ("redirection", "redirect elsewhere"): "the Observatory follows to the other name, which has no address here, and takes port "
    "80 for closed",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        name, headers, head = self.server.case
        status, body, extra = 200, PAGE.format(head).encode(), headers
        if self.path not in ("/", "/?") and not self.path.startswith("/?"):
            status, body, extra = 404, b"<title>Not here</title>", []
        if not self.server.is_secure and name != "no redirect":
            host = "elsewhere.localhost" if name == "redirect elsewhere" else "localhost"
            status, body, extra = 301, b"", [("Location", f"https://{host}:{self.server.other}{self.path}")]
        elif not self.server.is_secure:
            extra = []
        self.send_response(status)
        for key, value in extra:
            if value == "REFLECT":
                value = self.headers.get("Origin", "null")
            self.send_header(key, value)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_OPTIONS = answer

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def serve(case, context):
    pair = []
    for is_secure in (True, False):
        server = Server(("127.0.0.1", 0), Handler)
        server.case, server.is_secure = case, is_secure
        server.other = pair[0].server_address[1] if pair else 0
        if is_secure:
            server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        pair.append(server)
    return [server.server_address[1] for server in pair]


def certificate(folder):
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "90",
            "-subj", "/CN=Test Authority")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost")
    (folder / "ext").write_text("subjectAltName=DNS:localhost,DNS:elsewhere.localhost\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "60",
            "-extfile", "ext", "-out", "leaf.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
    return context


def install():
    home = PLACE / "node_modules/@mdn/mdn-http-observatory"
    if not home.exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        # Its own step after the installation loads the list of preloaded hosts; localhost is on none.
        subprocess.run(["npm", "install", "--silent", "--ignore-scripts", "--prefix", PLACE, PACKAGE], check=True)
    for name, text in (("hsts-preload.json", "{}"), ("tld-enum.json", "[]")):
        if not (home / "conf" / name).exists():
            (home / "conf" / name).write_text(text)


def main():
    install()
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        context = certificate(folder)
        ports = {case[0]: serve(case, context) for case in CASES}
        asked = json.dumps([{"name": name, "https": pair[0], "http": pair[1]} for name, pair in ports.items()])
        environment = {**os.environ, "NODE_EXTRA_CA_CERTS": str(folder / "ca.pem")}
        done = subprocess.run(["node", ROOT / "scripts/observatory.mjs", PLACE], input=asked, text=True,
                              capture_output=True, env=environment)
        if done.returncode:
            raise SystemExit(f"the Observatory did not run: {done.stderr}")
        theirs = json.loads(done.stdout)
        compared = same = wrong = 0
        for name, (https, http_port) in ports.items():
            done = subprocess.run([BARDING, "scan", f"https://localhost:{https}/", "--http-port", str(http_port), "--ca",
                                   folder / "ca.pem", "--ipv4", "--probe", "--yes", "--no-ports", "-f", "json"],
                                  capture_output=True, text=True)
            ours = {(one["rule"], one["severity"]) for one in json.loads(done.stdout)["findings"]}
            found = {rule for rule, severity in ours if severity != "info"}
            for test, rules in SAME.items():
                said = theirs[name][test]
                hits = sorted(found & set(rules))
                compared += 1
                if said["pass"] != bool(hits):
                    same += 1
                    continue
                why = EXPLAINED.get((test, name)) or EXPLAINED.get((test, said["result"])) or EXPLAINED.get((test, None))
                wrong += why is None
                print(f"{name} · {test}: the Observatory says {said['result']} ({'pass' if said['pass'] else 'fail'}), barding "
                      f"{', '.join(hits) or 'found nothing'}: {why or 'NOT EXPLAINED'}")
    print(f"{len(CASES)} sites, {compared} verdicts compared, {same} the same, {wrong} not explained")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
