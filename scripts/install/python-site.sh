#!/usr/bin/env bash
# What the tests of logs, moderation and the demo need besides the package: a browser, PostgreSQL, and Python libraries in each
# environment of scripts/install/python-package.sh. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."

missing=()
[ -x /usr/bin/chromium ] || missing+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
  as_root=; [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

wanted="structlog sentry-sdk python-json-logger psycopg2-binary gunicorn playwright pyperf hypothesis"
for venv in target/python/django-*; do
  [ -x "$venv/bin/python" ] || continue
  if [ "$(cat "$venv/site-libraries" 2>/dev/null)" != "$wanted" ]; then
    # shellcheck disable=SC2086 # a list of names
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --prefer-binary $wanted
    echo "$wanted" >"$venv/site-libraries"
  fi
done
echo "libraries for logs, moderation and the demo are installed"
