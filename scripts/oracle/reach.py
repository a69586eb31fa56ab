#!/usr/bin/env python3
"""Looks every name of crates/barding_deps/data/reach_django.toml up in real Django.

    scripts/oracle/reach.py PYTHON…

Each PYTHON is an interpreter with one series of Django installed. A name must exist in at least one of them: by import, or,
where an import needs a library that is not here (GDAL, psycopg), as text of the module it should be in. Exits with 1 and
names what was found nowhere.
"""

import json
import pathlib
import re
import subprocess
import sys
import tomllib

DATA = pathlib.Path(__file__).parents[2] / "crates/barding_deps/data/reach_django.toml"

LOOK = r"""
import importlib, json, sys, warnings
warnings.simplefilter("ignore")
import django
from django.conf import settings
apps = ["auth", "contenttypes", "admin", "humanize", "sessions", "messages"]
settings.configure(INSTALLED_APPS=["django.contrib." + app for app in apps], SECRET_KEY="looked up",
                   DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
django.setup()
names, words = json.loads(sys.argv[1]), json.loads(sys.argv[2])
found = []
for name in names:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:end]))
        except Exception:
            continue
        try:
            for part in parts[end:]:
                thing = getattr(thing, part)
            found.append(name)
        except Exception:
            pass
        break
from django.template import Engine
engine = Engine(libraries={"humanize": "django.contrib.humanize.templatetags.humanize"})
for library in list(engine.template_builtins) + list(engine.template_libraries.values()):
    found += [word for word in words if word in library.filters or word in library.tags]
print(json.dumps([found, django.__path__[0]]))
"""


def in_text(name: str, roots: list[pathlib.Path]) -> bool:
    module, _, last = name.rpartition(".")
    for root in roots:
        for path in (name, module):
            base = root.parent / path.replace(".", "/")
            for file in (base.with_suffix(".py"), base / "__init__.py", *base.glob("*.py")):
                if file.is_file() and (path == name or re.search(rf"\b{last}\b", file.read_text())):
                    return True
    return False


def main() -> int:
    parts = tomllib.loads(DATA.read_text())["part"]
    names = {name for part in parts for key in ("names", "hints", "apps") for name in part.get(key, [])}
    names = sorted(name for name in names if name.startswith("django."))
    words = sorted({word for part in parts for key in ("filters", "tags") for word in part.get(key, [])})
    found, roots = set(), []
    for python in sys.argv[1:]:
        done = subprocess.run([python, "-c", LOOK, json.dumps(names), json.dumps(words)],
                              capture_output=True, text=True, check=True)
        own, root = json.loads(done.stdout)
        found.update(own)
        roots.append(pathlib.Path(root))
    missing = [name for name in names + words if name not in found and not in_text(name, roots)]
    print(f"{len(names)} names and {len(words)} filters and tags, {len(roots)} series; found nowhere: {missing or 'none'}")
    return 1 if missing or not roots else 0


if __name__ == "__main__":
    sys.exit(main())
