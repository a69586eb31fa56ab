#!/usr/bin/env python3
"""Compares `barding tls` with sslyze and testssl.sh: the protocols and suites each finds, the time each takes, and the
memory barding needs. Exits 1 when there is a difference that is not explained below.

Usage: scripts/compare-tls.py BARDING [--testssl] [--full]   (--full times testssl.sh's whole run, on two of the servers)
Starts OpenSSL and nginx on 127.0.0.1 in several configurations. Needs scripts/install/nginx.sh and tls-scanners.sh.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# sslyze 6.3.1 has no name for these two, so it never asks for them; `openssl ciphers` lists them and the server takes them.
UNKNOWN_TO_SSLYZE = {f"TLS_DH_anon_WITH_CAMELLIA_{bits}_CBC_SHA256" for bits in (128, 256)}
# Why the other tools cannot connect: their own TLS library offers nothing that these servers take.
NOT_FOR_LIBRARIES = {"openssl, no encryption", "openssl, nobody authenticated"}
SUITES = {
    row[0].lower(): row[1]
    for row in (
        line.split("\t")
        for line in (Path(__file__).parent.parent / "crates/barding_live/src/tls/data/suites.tsv").read_text().splitlines()
    )
    if len(row) > 2
}
TOOLS = Path(os.environ.get("BARDING_TOOLS", Path.home() / ".cache/barding-tools"))
SSLYZE = TOOLS / "sslyze/bin/sslyze"
PROTOCOLS = {
    "ssl_2_0_cipher_suites": "SSL 2.0",
    "ssl_3_0_cipher_suites": "SSL 3.0",
    "tls_1_0_cipher_suites": "TLS 1.0",
    "tls_1_1_cipher_suites": "TLS 1.1",
    "tls_1_2_cipher_suites": "TLS 1.2",
    "tls_1_3_cipher_suites": "TLS 1.3",
}
OLD = ["-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]
CONFIGURATIONS = {
    "openssl, everything, RSA": ("rsa", OLD),
    "openssl, everything, ECDSA": ("ec", OLD),
    "openssl, server's order": ("rsa", [*OLD, "-serverpref"]),
    "openssl, defaults": ("rsa", []),
    "openssl, TLS 1.0": ("rsa", [*OLD, "-tls1"]),
    "openssl, TLS 1.1": ("rsa", [*OLD, "-tls1_1"]),
    "openssl, TLS 1.2": ("rsa", [*OLD, "-tls1_2"]),
    "openssl, TLS 1.3": ("ec", ["-tls1_3"]),
    "openssl, one TLS 1.3 suite": ("rsa", ["-ciphersuites", "TLS_AES_128_CCM_8_SHA256"]),
    "openssl, no encryption": ("rsa", ["-cipher", "eNULL:@SECLEVEL=0", "-tls1_2"]),
    "openssl, nobody authenticated": ("rsa", ["-cipher", "aNULL:@SECLEVEL=0", "-tls1_2"]),
    "openssl, CBC only": ("rsa", ["-cipher", "AES128-SHA:AES256-SHA:@SECLEVEL=0"]),
    "nginx, intermediate": ("ec", "TLSv1.2 TLSv1.3|ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"),
    "nginx, old": ("rsa", "TLSv1 TLSv1.1 TLSv1.2|ALL:!aNULL:@SECLEVEL=0"),
}

FULL = {"openssl, defaults", "nginx, intermediate"}

# testssl.sh first connects by the system's OpenSSL, which by itself refuses TLS 1.0 and 1.1.
OLD_CLIENT = """openssl_conf = main
[main]
ssl_conf = ssl
[ssl]
system_default = all
[all]
MinProtocol = TLSv1
CipherString = DEFAULT:@SECLEVEL=0
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start(folder, key, what):
    port = free_port()
    certificate, secret = folder / f"{key}.pem", folder / f"{key}.key"
    if isinstance(what, str):
        protocols, ciphers = what.split("|")
        path = folder / "nginx.conf"
        path.write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off;"
            f" client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;"
            f" uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e; server {{ listen 127.0.0.1:{port} ssl;"
            f" ssl_certificate {certificate}; ssl_certificate_key {secret}; ssl_protocols {protocols};"
            f" ssl_ciphers '{ciphers}'; location / {{ return 200 ok; }} }} }}"
        )
        command = ["nginx", "-e", "stderr", "-c", path]
    else:
        command = ["openssl", "s_server", "-quiet", "-www", "-accept", f"127.0.0.1:{port}", "-cert", certificate]
        command += ["-key", secret, *what]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return child, port
        except OSError:
            time.sleep(0.01)
    sys.exit(f"{command} does not listen")


def timed(command):
    """Seconds and the most megabytes it held at once."""
    started = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = status
    return time.monotonic() - started, used.ru_maxrss // 1024


def by_barding(barding, port, folder):
    out = folder / "barding.json"
    out.unlink(missing_ok=True)
    took, memory = timed([barding, "tls", f"localhost:{port}", "--ip", "127.0.0.1", "--facts", out, "-q", "--fail-on", "never"])
    seen = json.loads(out.read_text())[0]
    found = {one["protocol"]: set(one["suites"]) for one in seen["protocols"] if one["offered"] == "yes"}
    return took, memory, seen["connections"], found


def by_sslyze(port, folder):
    out = folder / "sslyze.json"
    out.unlink(missing_ok=True)
    took, _ = timed([SSLYZE, f"localhost:{port}{{127.0.0.1}}", "--json_out", out])
    result = json.loads(out.read_text())["server_scan_results"][0]["scan_result"]
    if result is None:
        return took, None
    found = {}
    for key, protocol in PROTOCOLS.items():
        accepted = (result[key]["result"] or {}).get("accepted_cipher_suites", [])
        if accepted:
            found[protocol] = {one["cipher_suite"]["name"] for one in accepted}
    return took, found


def by_testssl(port, folder):
    out = folder / "testssl.json"
    out.unlink(missing_ok=True)
    (folder / "openssl.cnf").write_text(OLD_CLIENT)
    command = ["env", f"OPENSSL_CONF={folder}/openssl.cnf", "testssl", "--quiet", "--color", "0", "--ip", "127.0.0.1"]
    took, _ = timed([*command, "-E", "--jsonfile", out, f"localhost:{port}"])
    names = {"ssl2": "SSL 2.0", "ssl3": "SSL 3.0", "tls1": "TLS 1.0", "tls1_1": "TLS 1.1", "tls1_2": "TLS 1.2", "tls1_3": "TLS 1.3"}
    found = {}
    for one in json.loads(out.read_text()):
        if one["id"].startswith("cipher-") and "_x" in one["id"]:
            version, code = one["id"][len("cipher-") :].rsplit("_x", 1)
            protocol = names.get(version.replace("tls1_0", "tls1"))
            if protocol:
                found.setdefault(protocol, set()).add(SUITES.get(code.zfill(4), code))
    return took, found


def main():
    barding, with_testssl = sys.argv[1], "--testssl" in sys.argv
    folder = Path(tempfile.mkdtemp())
    for key, options in {"rsa": ["rsa:2048"], "ec": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]}.items():
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-newkey", *options, "-keyout", folder / f"{key}.key", "-out"]
            + [folder / f"{key}.pem", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "30"],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    differences = most = 0
    for name, (key, what) in CONFIGURATIONS.items():
        child, port = start(folder, key, what)
        try:
            ours, memory, connections, mine = by_barding(barding, port, folder)
            most = max(most, memory)
            others = {"sslyze": by_sslyze(port, folder)}
            if with_testssl:
                others["testssl.sh"] = by_testssl(port, folder)
            if "--full" in sys.argv and name in FULL:
                whole, _ = timed(["testssl", "--quiet", "--color", "0", "--ip", "127.0.0.1", f"localhost:{port}"])
                print(f"  testssl.sh, everything: {whole:.0f} s, {whole / ours:.0f} times as long as barding")
        finally:
            child.kill()
            child.wait()
        suites = sum(map(len, mine.values()))
        print(f"{name}: barding {ours:.2f} s, {memory} MB, {connections} connections, {suites} suites")
        for tool, (took, theirs) in others.items():
            if not theirs:
                print(f"  {tool} could not connect ({took:.1f} s)")
                differences += name not in NOT_FOR_LIBRARIES
                continue
            print(f"  {tool} {took:.2f} s: {took / ours:.0f} times as long")
            for protocol in sorted(mine.keys() | theirs.keys()):
                left, right = mine.get(protocol, set()), theirs.get(protocol, set())
                explained = UNKNOWN_TO_SSLYZE if tool == "sslyze" else set()
                if left - explained != right:
                    differences += 1
                    print(f"    {protocol}: only barding {sorted(left - right)}; only {tool} {sorted(right - left)}")
    print(f"{differences} differences not explained; barding held {most} MB at most")
    sys.exit(differences > 0)


if __name__ == "__main__":
    main()
