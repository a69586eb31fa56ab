#!/usr/bin/env python3
"""Compares `barding scan` with DJ Checkup (PyPI) on the sites of fixtures/live, check by check.

Run scripts/install/live-sites.sh first and build barding. Prints each disagreement; one that is not explained below is an
error. Also prints how long each took on the same site.
"""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))
DJCHECKUP = str(ROOT / "target/venvs/djcheckup/bin/djcheckup")

# Each check of DJ Checkup and the rules of ours that say the same.
SAME = {
    "admin_check": ["live-admin-at-default-path"],
    "csrf_samesite_check": ["live-csrf-cookie-cross-site"],
    "csrf_secure_check": ["live-csrf-cookie-insecure"],
    "debug_check": ["live-debug-page"],
    "hsts_header_check": ["live-hsts-missing", "live-https-missing"],
    "http_check": ["live-http-not-redirected"],
    "sessionid_httponly_check": ["live-session-cookie-script-readable"],
    "sessionid_secure_check": ["live-session-cookie-insecure"],
    "sessionid_samesite_check": ["live-session-cookie-cross-site"],
    "xframe_header_check": ["live-frameable"],
}

# Why they may disagree: (check, site or None for all): reason.
EXPLAINED = {
    ("admin_check", "spa"): "a catch-all page answers /admin; it is no admin",
    ("hsts_header_check", None): "DJ Checkup reads the header over plain HTTP, where browsers take no notice of it; on one port only "
    "there is no HTTPS to ask",
    ("csrf_samesite_check", None): "DJ Checkup sees cookies of the first page only",
    ("csrf_secure_check", None): "DJ Checkup sees cookies of the first page only",
    ("sessionid_httponly_check", None): "DJ Checkup sees cookies of the first page only",
    ("sessionid_secure_check", None): "DJ Checkup sees cookies of the first page only",
    ("sessionid_samesite_check", None): "DJ Checkup sees cookies of the first page only",
    ("debug_check", "spa"): "DJ Checkup needs a 404 first",
}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def serve(series, site):
    port = free_port()
    gunicorn = ROOT / f"target/venvs/django-{series}/bin/gunicorn"
    command = [gunicorn, "--bind", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "error"]
    command += ["--pythonpath", ROOT / "fixtures/live", "site:application"]
    child = subprocess.Popen(command, env={**os.environ, "SITE": site}, stderr=subprocess.DEVNULL)
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return child, port
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"Django {series} ({site}) does not listen")


def timed(command):
    started = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout, time.monotonic() - started


def theirs(text):
    """Their results by id; the JSON may stand behind a line of other output."""
    start = min(at for at in (text.find("["), text.find("{")) if at >= 0)
    data = json.loads(text[start:])
    rows = data if isinstance(data, list) else next(value for value in data.values() if isinstance(value, list))
    found = {}
    for row in rows:
        name = row.get("check_id") or row.get("id") or row.get("name")
        found[str(name)] = str(row.get("result") or row.get("status") or row.get("success")).lower()
    return found


def main():
    wrong = 0
    for series in ("3.2", "5.2", "6.1"):
        for site in ("plain", "debug", "moved", "spa", "careless"):
            child, port = serve(series, site)
            try:
                url = f"http://127.0.0.1:{port}/"
                their_text, their_time = timed([DJCHECKUP, url, "--output-json"])
                our_text, our_time = timed([BARDING, "scan", url, "--probe", "--yes", "--no-ports", "-f", "json"])
                _, passive_time = timed([BARDING, "scan", url, "-f", "json"])
            finally:
                child.terminate()
                child.wait()
            report = json.loads(our_text)
            ours = {finding["rule"] for finding in report["findings"]}
            rows = theirs(their_text)
            print(f"Django {series} {site}: DJ Checkup {their_time:.2f} s, {len(rows)} checks; barding passive "
                  f"{passive_time:.2f} s, with probes {our_time:.2f} s, {len(ours)} rules found something")
            for check, result in rows.items():
                if check not in SAME:
                    continue
                they_fail = "fail" in result or result in ("false", "failure")
                they_pass = "success" in result or "pass" in result or result == "true"
                we_fail = any(rule in ours for rule in SAME[check])
                if they_fail and not we_fail or they_pass and we_fail:
                    why = EXPLAINED.get((check, site)) or EXPLAINED.get((check, None))
                    print(f"  {check}: DJ Checkup says {result}, barding {'found' if we_fail else 'found nothing'}: "
                          f"{why or 'NOT EXPLAINED'}")
                    wrong += why is None
    print("no disagreement is left unexplained" if not wrong else f"{wrong} disagreements are not explained")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
