#!/usr/bin/env bash
# Installs testssl.sh (Debian) and sslyze (PyPI, in a virtual environment of its own), which scripts/compare-tls.py compares
# `barding tls` with. Does nothing when they are there.
set -euo pipefail
folder=${BARDING_TOOLS:-$HOME/.cache/barding-tools}
if ! command -v testssl >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends testssl.sh
fi
if ! [ -x "$folder/sslyze/bin/sslyze" ]; then
    python3 -m venv "$folder/sslyze"
    "$folder/sslyze/bin/pip" install --quiet sslyze==6.3.1
fi
"$folder/sslyze/bin/python" -c 'import sslyze'
