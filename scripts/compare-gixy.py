#!/usr/bin/env python3
"""Compares `barding check` with gixy's own judgement on gixy's own sample configurations.

    scripts/compare-gixy.py FOLDER     FOLDER is the unpacked source archive of gixy-ng (pip download --no-binary :all: gixy-ng)

gixy keeps samples for each of its plugins; those named `…_fp.conf` must not be reported. For each plugin this prints how many
samples both report, how many only gixy does, and how many of the fine ones we report at high or medium confidence. With
--verbose each sample that differs is printed with the reason where one is known.
"""

import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))

# gixy's plugins and the rules of ours that say the same.
SAME = {
    "add_header_redefinition": ["nginx-security-headers-lost"],
    "add_header_multiline": ["nginx-header-over-lines"],
    "alias_traversal": ["nginx-alias-traversal"],
    "allow_without_deny": ["nginx-allow-without-deny"],
    "error_log_off": ["nginx-errors-not-logged"],
    "filesystem_root_exposure": ["nginx-root-is-project"],
    "host_spoofing": ["nginx-host-header-passed-raw"],
    "hsts_header": ["nginx-hsts-weak"],
    "http_splitting": ["nginx-header-injection"],
    "origins": ["nginx-origin-check-loose", "nginx-open-cors"],
    "regex_redos": ["nginx-pattern-explodes"],
    "resolver_external": ["nginx-public-resolver"],
    "return_bypasses_allow_deny": ["nginx-access-check-skipped"],
    "ssl_stapling_letsencrypt": ["nginx-stapling-idle"],
    "ssl_stapling_without_resolver": ["nginx-stapling-idle"],
    "ssrf": ["nginx-proxy-to-client-choice"],
    "status_page_exposed": ["nginx-status-page-open"],
    "unanchored_regex": ["nginx-pattern-not-anchored"],
    "valid_referers": ["nginx-referer-none-valid"],
    "version_disclosure": ["nginx-version-shown"],
    "weak_ssl_tls": ["nginx-old-tls", "nginx-weak-ciphers"],
}

# Plugins without a rule of ours, with the reason.
LEFT_OUT = {
    "add_header_content_type": "no gap: a header twice",
    "default_server_flag": "nginx-any-host judges what the default server does, not the word",
    "hash_without_default": "no gap by itself",
    "http2_misdirected_request": "an answer's code",
    "if_is_evil": "robustness, not security",
    "invalid_regex": "nginx itself says so",
    "low_keepalive_requests": "speed",
    "missing_resolver": "availability",
    "nginx_cves": "the version is not in the configuration; the live check-up sees it",
    "proxy_pass_normalized": "a path decoded by nginx does no harm by itself",
    "quic_bpf_reuseport": "speed",
    "regex_exact_match": "style",
    "ssl_ecdh_curve": "nginx itself says so",
    "try_files_is_evil_too": "speed",
    "worker_rlimit_nofile_vs_connections": "capacity",
}

# Samples that gixy reports and we do not, with the reason.
MISSED = {
    "not_secure_dropped": "the header that is lost protects nothing",
    "not_secure_outer": "the header that is lost protects nothing",
    "trailer_inherit_absent": "no browser takes protection from trailers",
    "trailer_inherit_off": "no browser takes protection from trailers",
    "trailer_inherit_on": "no browser takes protection from trailers",
    "not_slashed_alias": "nothing above the folder is served, only neighbours whose names begin like it; too common to tell",
    "allow_without_deny_dump": "the output of nginx -T is not read, files are",
    "missing_hsts": "Django may send the header; the settings and the live check-up judge",
    "if_block": "a dot matches no line break; nginx-redirect-to-client-choice says what is wrong with it",
    "mapped_unsafe_uri": "a dot matches no line break",
    "more_origins_15": "depends on the names that gixy is told",
    "origin_https": "depends on an option of gixy",
    "origin_w_slash_and_hash": "a page that never is a referrer, so nothing is let in",
    "referrer_double_r": "a header that browsers never send, so nothing is let in",
    "adjacent_quantifiers": "quadratic, on addresses of 8 kB at the most",
    "overlapping_alternatives": "each text can be cut up in one way only",
    "prefer_on": "no weakness",
}


def whole(text):
    """The sample as nginx would take it: directives that belong into a server get one."""
    outer = ("http", "server", "map", "upstream", "user", "worker_", "events", "stream")
    starts = [line.split("#")[0].strip() for line in text.splitlines()]
    top = [line for line in starts if line]
    if "server {" in text or "server{" in text or (top and all(line.startswith((*outer, "}", "~", "default", '"')) for line in top)):
        return text
    return "server {\nlisten 8080;\n" + text + "\n}\n"


def said(text, workspace):
    (workspace / "nginx.conf").write_text(text)
    command = [BARDING, "check", str(workspace), "--format", "json", "--no-config"]
    done = subprocess.run(command, capture_output=True, timeout=60)
    report = json.loads(done.stdout)
    return [(one["rule"], one["confidence"]) for one in report["findings"]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    samples = next(options.folder.rglob("plugins/simply"))
    total = collections.Counter()
    print(f"{'plugin':<30}{'found':>6}{'missed':>7}{'fine':>6}{'false':>6}")
    with tempfile.TemporaryDirectory() as folder:
        workspace = pathlib.Path(folder)
        for plugin in sorted(path.name for path in samples.iterdir() if path.is_dir()):
            if plugin not in SAME:
                print(f"{plugin:<30}  left out: {LEFT_OUT.get(plugin, 'no reason is written down')}")
                total["left out"] += 1
                continue
            count = collections.Counter()
            for sample in sorted((samples / plugin).glob("*.conf")):
                text = sample.read_text()
                hits = [sure for rule, sure in said(whole(text), workspace) if rule in SAME[plugin]]
                if sample.stem.endswith("_fp"):
                    is_false = any(sure != "low" for sure in hits)
                    count["false" if is_false else "fine"] += 1
                    differs = is_false
                else:
                    count["found" if hits else "missed"] += 1
                    differs = not hits
                if differs and options.verbose:
                    why = MISSED.get(sample.stem, "no reason is known")
                    print(f"--- {plugin}/{sample.name}: {why}\n{text.rstrip()}")
            total.update(count)
            print(f"{plugin:<30}" + "".join(f"{count[name]:>{width}}" for name, width in [("found", 6), ("missed", 7), ("fine", 6), ("false", 6)]))
    print(", ".join(f"{number} {name}" for name, number in total.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
