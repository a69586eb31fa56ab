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
    "Is your Django admin site exposed at the default URL?": ["live-admin-at-default-path"],
    "Does the CSRF cookie have a SameSite flag?": ["live-csrf-cookie-cross-site"],
    "Is the CSRF cookie Secure?": ["live-csrf-cookie-insecure"],
    "Is Django DEBUG mode disabled?": ["live-debug-page"],
    "Is the Strict-Transport-Security (HSTS) header set?": ["live-hsts-missing"],
    "Does your site redirect all HTTP traffic to HTTPS?": ["live-http-not-redirected"],
    "Is the sessionid cookie HttpOnly?": ["live-session-cookie-script-readable"],
    "Is the sessionid cookie Secure?": ["live-session-cookie-insecure"],
    "Does the sessionid cookie have a SameSite flag?": ["live-session-cookie-cross-site"],
    "Is the X-Frame-Options header set?": ["live-frameable"],
}

# Why they may disagree: (check, site or None for all): reason.
EXPLAINED = {
    ("Is your Django admin site exposed at the default URL?", "spa"): "a catch-all page answers /admin; it is no admin",
    ("Is the Strict-Transport-Security (HSTS) header set?", None): "DJ Checkup reads the header over plain HTTP, where browsers take no notice of it; on one port only "
    "there is no HTTPS to ask",
    ("Does the CSRF cookie have a SameSite flag?", None): "DJ Checkup sees cookies of the first page only",
    ("Is the CSRF cookie Secure?", None): "DJ Checkup sees cookies of the first page only",
    ("Is the sessionid cookie HttpOnly?", None): "DJ Checkup sees cookies of the first page only",
    ("Is the sessionid cookie Secure?", None): "DJ Checkup sees cookies of the first page only",
    ("Does the sessionid cookie have a SameSite flag?", None): "DJ Checkup sees cookies of the first page only",
    ("Is Django DEBUG mode disabled?", "spa"): "DJ Checkup needs a 404 first",
}


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def serve(series, site):
    port = free_port()
    gunicorn = ROOT / f"target/venvs/django-{series}/bin/gunicorn"
    command = [gunicorn, "--bind", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "error"]
    command += ["--pythonpath", ROOT / "fixtures/live", "pony_site:application"]
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
    rows = json.loads(text[text.index("{"):])["check_results"]
    return {row["name"]: row["result"] for row in rows}


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
                they_fail, they_pass = result == "failure", result == "success"
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
