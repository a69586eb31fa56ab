#!/usr/bin/env bash
# ClamAV's daemon from Debian, without its signatures: the tests of uploads start it on a socket of their own with one signature.
set -euo pipefail
if ! command -v clamd >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends clamav-daemon >/dev/null
fi
echo "ClamAV's daemon is installed: $(clamd --version)"
