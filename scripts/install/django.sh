#!/usr/bin/env bash
# Django of several series, each in a virtual environment of its own under target/venvs/django-SERIES.
# Asks the Pythons it finds; a series whose Python is missing is named, and two series at the least must be there.
#   scripts/install/django.sh            the series of the test command
#   scripts/install/django.sh --all      every series from 1.11 to 6.1
set -euo pipefail
cd "$(dirname "$0")/../.."
venvs=target/venvs
mkdir -p "$venvs"

# series, newest patch we know, the Pythons it runs on (first choice first)
all=(
  "1.11 1.11.29 3.6 3.7 2.7" "2.0 2.0.13 3.6 3.7" "2.1 2.1.15 3.7 3.6" "2.2 2.2.28 3.8 3.9 3.7" "3.0 3.0.14 3.8 3.7"
  "3.1 3.1.14 3.8 3.9" "3.2 3.2.25 3.9 3.10 3.8" "4.0 4.0.10 3.9 3.10" "4.1 4.1.13 3.10 3.11" "4.2 4.2.30 3.11 3.12 3.10"
  "5.0 5.0.14 3.11 3.12" "5.1 5.1.15 3.12 3.11" "5.2 5.2.19 3.12 3.13 3.11" "6.0 6.0.10 3.13 3.12" "6.1 6.1.3 3.13 3.12"
)
usual=" 1.11 2.2 3.2 4.2 5.2 6.0 6.1 "
wanted=${1:-}

python_of() { # the interpreter of a version, from the PATH or from pyenv
  if command -v "python$1" >/dev/null 2>&1 && "python$1" -c 'import sys' 2>/dev/null; then command -v "python$1"; return; fi
  local root=${PYENV_ROOT:-$HOME/.pyenv}
  local found
  found=$(ls -d "$root/versions/$1".*/bin/python "$root/versions/$1"/bin/python 2>/dev/null | sort -V | tail -n 1)
  [ -n "$found" ] && echo "$found"
}

there=0
for row in "${all[@]}"; do
  read -r series version pythons <<<"$row"
  [[ "$wanted" == --all || "$usual" == *" $series "* ]] || continue
  venv=$venvs/django-$series
  if [ -f "$venv/ready-$version" ]; then there=$((there + 1)); continue; fi
  python=
  for candidate in $pythons; do python=$(python_of "$candidate") && [ -n "$python" ] && break; done
  if [ -z "$python" ]; then echo "NOT RUN: Django $series (none of Python $pythons is here)"; continue; fi
  rm -rf "$venv"
  if "$python" -c 'import venv' 2>/dev/null; then "$python" -m venv "$venv"; else "$python" -m virtualenv -q "$venv"; fi
  "$venv/bin/python" -m pip install -q --disable-pip-version-check "Django==$version" setuptools
  touch "$venv/ready-$version"
  there=$((there + 1))
done
if [ "$there" -lt 2 ]; then echo "at least two Django series are needed; $there could be installed" >&2; exit 1; fi
echo "Django series installed: $there"
