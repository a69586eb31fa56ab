#!/usr/bin/env bash
# Installs nft and ip, with which the tests load a generated packet filter in a network namespace. Does nothing when they are there.
set -euo pipefail
command -v nft >/dev/null && command -v ip >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends nftables iproute2
