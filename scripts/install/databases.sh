#!/usr/bin/env bash
# Installs PostgreSQL and MariaDB, on which the tests run generated roles. Does nothing when they are there. The tests start
# servers of their own; those of the system are not used.
set -euo pipefail
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && command -v psql >/dev/null && command -v mariadbd >/dev/null && exit 0
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
apt-get update -qq
apt-get install -y -qq --no-install-recommends postgresql postgresql-client mariadb-server mariadb-client
