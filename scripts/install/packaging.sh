#!/bin/sh
# Installs Python's `packaging` beside the build, for comparing our version matching with it. Safe to run again.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
place="$root/target/oracle/packaging"
if ! "$place/bin/python" -c 'import packaging' 2>/dev/null; then
    python3 -m venv "$place"
    "$place/bin/pip" install --quiet 'packaging>=24'
fi
echo "$place/bin/python"
