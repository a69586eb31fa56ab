"""The program's model of the settings beside the settings themselves."""

from __future__ import annotations

import ast
import datetime
import json
import os
import re
from typing import Any

from django.utils.functional import Promise

__all__ = ["compare", "parse_model"]

_UNREADABLE = object()
_PATH = re.compile(r"(?:Pure)?(?:Posix)?Path\((?P<text>'[^'\\]*')\)")


def parse_model(output: bytes, module: str) -> list[dict[str, Any]]:
    """The settings of one module out of ``barding settings --format json``."""
    modules = json.loads(output)["modules"]
    for entry in modules:
        if entry["name"] == module:
            return entry["settings"]
    return modules[0]["settings"] if modules else []


def compare(model: list[dict[str, Any]], live: Any, root: str) -> tuple[list[str], int, int]:
    """Lines that tell the differences, how many known values agree, and how many the model does not know."""
    differences, agreed, unknown = [], 0, 0
    for entry in model:
        name = entry["name"]
        if entry.get("certainty") != "known":
            unknown += 1
            continue
        ours = _read(str(entry.get("value")), root)
        if ours is _UNREADABLE:
            unknown += 1
            continue
        if name in ("MEDIA_URL", "STATIC_URL") and isinstance(ours, str) and hasattr(live, "_add_script_prefix"):
            # Django shows these two with the prefix the site runs under, which is no matter of the settings.
            ours = live._add_script_prefix(ours)
        if not hasattr(live, name):
            differences.append(f"{name}: the model says it is set ({entry.get('place', 'no place')}), the project has none")
            continue
        theirs = _plain(getattr(live, name))
        if theirs is _UNREADABLE:
            unknown += 1
        elif _same(ours, theirs):
            agreed += 1
        else:
            where = entry.get("place") or "Django's default"
            # Values stay out of it: a difference in a password must not print it.
            differences.append(f"{name}: the model ({where}) and the running project differ")
    return differences, agreed, unknown


def _read(text: str, root: str) -> Any:
    """A value as the program writes it; what it shortened or blotted out cannot be compared."""
    if "redacted" in text or "…" in text or text.endswith("..."):
        return _UNREADABLE
    text = _PATH.sub(lambda found: found.group("text"), text)
    try:
        return _rooted(ast.literal_eval(text), root)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return _UNREADABLE


def _rooted(value: Any, root: str) -> Any:
    if isinstance(value, str):
        return value.replace("<root>", root)
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(_rooted(item, root) for item in value)
    if isinstance(value, dict):
        return {key: _rooted(item, root) for key, item in value.items()}
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, (str, bytes, int, float, bool, type(None))):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_plain(item) for item in value]
        return _UNREADABLE if any(item is _UNREADABLE for item in items) else _of_kind(value, items)
    if isinstance(value, dict):
        pairs = {key: _plain(item) for key, item in value.items()}
        return _UNREADABLE if any(item is _UNREADABLE for item in pairs.values()) else pairs
    if isinstance(value, (datetime.timedelta, datetime.date)):
        return _UNREADABLE
    return _UNREADABLE


def _of_kind(value: Any, items: list[Any]) -> Any:
    kind = next(kind for kind in (list, tuple, set, frozenset) if isinstance(value, kind))
    try:
        return kind(items)
    except TypeError:
        return _UNREADABLE


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, bool) != isinstance(theirs, bool):
        return False
    if isinstance(ours, dict) and isinstance(theirs, dict):
        # Django fills in each database and cache when it first connects.
        return all(key in theirs and _same(item, theirs[key]) for key, item in ours.items())
    if isinstance(ours, (list, tuple)) and isinstance(theirs, (list, tuple)):
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return ours == theirs
