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

# Each check of DJ Checkup and the rules of ours that say the same. What is left out says whether there is something to look at:
# that the site answers, that cookies were set, that unknown paths get a 404.
SAME = {
    "Is your Django admin site exposed at the default URL?": ["live-admin-at-default-path"],
    "Does the CSRF cookie have a SameSite flag?": ["live-csrf-cookie-cross-site"],
    "Is the CSRF cookie Secure?": ["live-csrf-cookie-insecure"],
    "Is Django DEBUG mode disabled?": ["live-debug-page"],
    "Is the Strict-Transport-Security (HSTS) header set?": ["live-hsts-missing"],
    "Does your site redirect all HTTP traffic to HTTPS?": ["live-http-not-redirected"],
    "Is your site accessible via HTTPS?": ["live-https-missing", "live-certificate-refused"],
    "Is the sessionid cookie HttpOnly?": ["live-session-cookie-script-readable"],
    "Is the sessionid cookie Secure?": ["live-session-cookie-insecure"],
    "Does the sessionid cookie have a SameSite flag?": ["live-session-cookie-cross-site"],
    "Is the X-Frame-Options header set?": ["live-frameable"],
}

# Why they may disagree where barding does not say so itself: (check, site or None for all): reason.
EXPLAINED = {
    ("Is your Django admin site exposed at the default URL?", "spa"): "a catch-all page answers /admin; it is no admin",
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
    wrong = slower = 0
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
            checks = {check["rule"]: check for check in json.loads(our_text)["check_up"]["checks"]}
            found = [rule for rule, check in checks.items() if check["verdict"] == "found"]
            rows = theirs(their_text)
            print(f"Django {series} {site}: DJ Checkup {their_time:.2f} s, {len(rows)} checks; barding passive "
                  f"{passive_time:.2f} s, with probes {our_time:.2f} s, {len(checks)} checks, {len(found)} found something")
            slower += passive_time > min(1, their_time)
            for check, result in rows.items():
                ours = [checks[rule] for rule in SAME.get(check, [])]
                we_fail = any(one["verdict"] == "found" for one in ours)
                if not ours or result not in ("failure", "success") or we_fail == (result == "failure"):
                    continue
                # "Could not tell" and "there is nothing to judge" are said with their reason.
                own = [one["why"] for one in ours if "why" in one]
                why = EXPLAINED.get((check, site)) or EXPLAINED.get((check, None)) or (own[0] if own and not we_fail else None)
                if why or result == "failure" or we_fail:
                    print(f"  {check} DJ Checkup says {result}, barding {'found' if we_fail else ours[0]['verdict']}: "
                          f"{why or 'NOT EXPLAINED'}")
                    wrong += why is None
    print("no disagreement is left unexplained" if not wrong else f"{wrong} disagreements are not explained")
    if slower:
        print(f"{slower} passive looks took more than a second or longer than DJ Checkup")
    return 1 if wrong or slower else 0


if __name__ == "__main__":
    sys.exit(main())
