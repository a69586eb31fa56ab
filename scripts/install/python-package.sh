#!/usr/bin/env bash
# Builds the wheel (dev profile) and installs it into one virtual environment per Django series under target/python/.
# Safe to run again: nothing is built or installed twice for the same sources.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=target/python
mkdir -p "$place"

# series, version, the Python it runs on (first choice first)
series=("3.2 3.2.25 3.10" "4.2 4.2.30 3.11 3.12 3.10" "5.2 5.2.19 3.12 3.13 3.11" "6.1 6.1.3 3.13 3.12")

python_of() { # the interpreter of a version, from the PATH or from pyenv
  if command -v "python$1" >/dev/null 2>&1 && "python$1" -c 'import sys' 2>/dev/null; then command -v "python$1"; return; fi
  local root=${PYENV_ROOT:-$HOME/.pyenv}
  local found
  found=$(ls -d "$root/versions/$1".*/bin/python "$root/versions/$1"/bin/python 2>/dev/null | sort -V | tail -n 1) || true
  [ -n "$found" ] && echo "$found"
}
new_venv() { if "$1" -c 'import venv' 2>/dev/null; then "$1" -m venv "$2"; else "$1" -m virtualenv -q "$2"; fi; }

# What the wheel is made from; when none of it changed, neither does the wheel.
sources=$( (git ls-files -co --exclude-standard -z -- crates python/barding scripts/python pyproject.toml Cargo.lock Cargo.toml \
  | sort -z | xargs -0 sha256sum 2>/dev/null; echo "${BARDING_BUILD_BINARY:-}") | sha256sum | cut -c1-16)

if [ ! -f "$place/wheel-$sources" ]; then
  if [ ! -x "$place/build/bin/maturin" ]; then
    python=; for version in 3.12 3.13 3.11 3.10; do python=$(python_of $version) && [ -n "$python" ] && break; done
    new_venv "${python:?no Python from 3.10 on is here}" "$place/build"
    "$place/build/bin/python" -m pip install -q --disable-pip-version-check 'maturin>=1.9,<2' build
  fi
  rm -rf "$place"/wheel "$place"/wheel-*
  PATH="$PWD/$place/build/bin:$PATH" BARDING_BUILD_PROFILE=${BARDING_BUILD_PROFILE:-dev} MATURIN_PEP517_ARGS="--compatibility linux" \
    "$place/build/bin/python" -m build --wheel --no-isolation --outdir "$place/wheel" . >"$place/build.log" 2>&1 || { tail -n 40 "$place/build.log" >&2; exit 1; }
  touch "$place/wheel-$sources"
fi
wheel=$(ls "$place"/wheel/barding-*.whl)

there=0
for row in "${series[@]}"; do
  read -r name version pythons <<<"$row"
  venv=$place/django-$name
  if [ ! -f "$venv/ready-$version-2" ]; then
    python=; for candidate in $pythons; do python=$(python_of "$candidate") && [ -n "$python" ] && break; done
    if [ -z "$python" ]; then echo "NOT RUN: the Python package on Django $name (none of Python $pythons is here)"; continue; fi
    rm -rf "$venv"
    new_venv "$python" "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --prefer-binary "Django==$version" djangorestframework Pillow pytest setuptools
    touch "$venv/ready-$version-2"
  fi
  if [ ! -f "$venv/barding-$sources" ]; then
    rm -f "$venv"/barding-*
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --force-reinstall "$wheel"
    touch "$venv/barding-$sources"
  fi
  there=$((there + 1))
done
if [ "$there" -lt 2 ]; then echo "at least two Django series are needed for the Python package; $there could be installed" >&2; exit 1; fi
echo "the Python package is installed for Django series: $there"
