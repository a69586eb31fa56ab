#!/usr/bin/env python3
"""Holds bills of materials against CycloneDX's own schema, strictly.

    barding deps PROJECT --format cyclonedx > bom.json; scripts/oracle/bill_of_materials.py bom.json…

Needs `pip install cyclonedx-python-lib[json-validation]`. Exits with 1 and says what is wrong.
"""

import pathlib
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

wrong = 0
for name in sys.argv[1:]:
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(pathlib.Path(name).read_text())
    print(f"{name}: {'valid' if error is None else error}")
    wrong += error is not None
sys.exit(1 if wrong else 0)
