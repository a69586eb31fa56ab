#!/usr/bin/env bash
# Installs nginx, which tests of `barding tls` look at. Does nothing when it is there.
set -euo pipefail
command -v nginx >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends nginx-light
