#!/usr/bin/env bash
# Installs Apache and Caddy, in front of which the tests of `barding generate` put a real site. Does nothing when they are there.
set -euo pipefail
command -v apache2 >/dev/null && command -v caddy >/dev/null && command -v curl >/dev/null && command -v openssl >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
apt-get update -qq
apt-get install -y -qq --no-install-recommends apache2 caddy curl openssl
