#!/usr/bin/env bash
# What the tests of `barding scan` serve their sites with: gunicorn and Django REST framework beside Django, in the
# environments of scripts/install/django.sh; DJ Checkup, to compare with, in one of its own. Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash scripts/install/django.sh
bash scripts/install/nginx.sh
for series in 3.2 4.2 5.2 6.1; do
  venv=target/venvs/django-$series
  [ -x "$venv/bin/python" ] || { echo "NOT RUN: sites on Django $series (no such environment)"; continue; }
  [ -f "$venv/live-ready" ] && continue
  "$venv/bin/python" -m pip install -q --disable-pip-version-check gunicorn djangorestframework \
    "Django==$("$venv/bin/python" -c 'import django; print(django.get_version())')"
  touch "$venv/live-ready"
done
place=target/venvs/djcheckup
if ! [ -x "$place/bin/djcheckup" ]; then
  python3 -m venv "$place"
  "$place/bin/pip" install -q --disable-pip-version-check djcheckup==1.0.0
fi
