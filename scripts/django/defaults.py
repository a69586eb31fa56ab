#!/usr/bin/env python3
"""Write crates/barding_project/src/django/defaults.json by asking real Django.

Usage: defaults.py PYTHON... > defaults.json

Each PYTHON is an interpreter with one series of Django installed, oldest series first. The table holds every name in
capitals of django.conf.global_settings, as runs [since, until, value] of series with the same value.
"""
import json
import subprocess
import sys

ASK = r'''
import json
import django
from django.conf import global_settings

def encode(value):
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    raise SystemExit("no encoding for %r" % (value,))

names = [name for name in dir(global_settings) if name.isupper()]
print(json.dumps({
    "series": "%d.%d" % django.VERSION[:2],
    "settings": {name: encode(getattr(global_settings, name)) for name in names},
}))
'''


def main(pythons):
    answers = [json.loads(subprocess.check_output([python, "-W", "ignore", "-c", ASK])) for python in pythons]
    table = {}
    for answer in answers:
        for name, value in answer["settings"].items():
            runs = table.setdefault(name, [])
            before = runs[-1] if runs else None
            unbroken = before and before[1] == previous
            if unbroken and json.dumps(before[2]) == json.dumps(value):
                before[1] = answer["series"]
            else:
                runs.append([answer["series"], answer["series"], value])
        previous = answer["series"]
    lines = []
    for name in sorted(table):
        runs = ",\n  ".join(json.dumps(run) for run in table[name])
        lines.append("%s: [\n  %s\n]" % (json.dumps(name), runs))
    print("{\n" + ",\n".join(lines) + "\n}")


main(sys.argv[1:])
