#!/usr/bin/env bash
# The readers of the environment that fixtures/oracle uses, in every Django environment of scripts/install/django.sh.
# Not every reader runs on every old Python; the oracle names the ones it could not ask.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash scripts/install/django.sh
for venv in target/venvs/django-*; do
  [ -f "$venv/packages-ready" ] && continue
  for package in django-environ python-decouple dj-database-url environs django-split-settings django-configurations djangorestframework; do
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --prefer-binary "$package" \
      "Django==$("$venv/bin/python" -c 'import django; print(django.get_version())')" || echo "NOT RUN: $package on $venv"
  done
  touch "$venv/packages-ready"
done
