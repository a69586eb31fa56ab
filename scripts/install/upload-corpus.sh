#!/usr/bin/env bash
# The programs that make genuine files for the tests of uploads, and the recognisers we compare ourselves with, in a virtual
# environment of their own (target/python/corpus). Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=target/python/corpus
ready=$place/ready-1
if [ ! -f "$ready" ]; then
  python_of() {
    if command -v "python$1" >/dev/null 2>&1 && "python$1" -c 'import sys' 2>/dev/null; then command -v "python$1"; return; fi
    local root=${PYENV_ROOT:-$HOME/.pyenv} found
    found=$(ls -d "$root/versions/$1".*/bin/python "$root/versions/$1"/bin/python 2>/dev/null | sort -V | tail -n 1) || true
    [ -n "$found" ] && echo "$found"
  }
  python=; for version in 3.12 3.11 3.13 3.10; do python=$(python_of $version) && [ -n "$python" ] && break; done
  rm -rf "$place"
  if "$python" -c 'import venv' 2>/dev/null; then "$python" -m venv "$place"; else "$python" -m virtualenv -q "$place"; fi
  "$place/bin/python" -m pip install -q --disable-pip-version-check --prefer-binary \
    Pillow pillow-heif pillow-jxl-plugin imageio-ffmpeg openpyxl python-docx python-pptx odfpy reportlab fonttools brotli numpy \
    py7zr zstandard lz4 EbookLib xlwt pycdlib cabarchive puremagic python-magic magika
  touch "$ready"
fi
# libmagic's own library and table come from Debian.
if ! "$place/bin/python" -c 'import magic; magic.from_buffer(b"x")' 2>/dev/null; then
  apt-get update -qq && apt-get install -y -qq libmagic1 >/dev/null
fi
echo "makers of genuine files are installed"
