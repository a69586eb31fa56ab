"""One object that knows what must not be told, and applies it to texts and to data.

Texts go to the Rust core; data is walked here: by the names of keys, and each text in it by pattern and by value.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from barding import _core

__all__ = ["REDACTED", "Redactor", "shared", "use"]

#: What stands where something was blotted out.
REDACTED = "[redacted]"

#: Deeper data is replaced as a whole: nobody reads it, and a cycle has no end.
DEEPEST = 12
#: More members of one container are dropped from the copy, which says so.
MOST_MEMBERS = 2000

_PLAIN = frozenset((int, float, bool, type(None), complex))
#: Keys whose lists hold pairs of name and value.
_PAIRS = frozenset(("headers", "cookies", "query_string", "environ", "env", "params", "form"))


class Redactor:
    """Blots out secrets.

    ``values`` are the project's own secrets. They are hashed here and not kept; values too short or too ordinary to look for
    ("postgres") are counted in ``left_out``. ``keys`` are further names whose values are secret, ``safe_keys`` names whose
    values are not.
    """

    def __init__(self, values: Iterable[str] = (), keys: Iterable[str] = (), safe_keys: Iterable[str] = ()) -> None:
        core = _core.LogRedactor([value for value in values if isinstance(value, str)], os.urandom(32))
        #: The text without its secrets; the same object when it has none.
        self.text = core.redact
        #: How many of the values are not looked for.
        self.left_out: int = core.left_out
        self._names: dict[str, int] = {}
        self._keys = frozenset(_normal(key) for key in keys)
        self._safe = frozenset(_normal(key) for key in safe_keys)

    def is_secret_name(self, name: str) -> bool:
        """Whether a value of that name must not be shown, whatever it is."""
        return self._judge(name) == 2

    def _judge(self, name: str) -> int:
        """0: nothing secret; 1: a key of some sort, secret where it looks random; 2: secret."""
        known = self._names.get(name)
        if known is None:
            normal = _normal(name)
            if normal in self._safe:
                known = 0
            elif normal in self._keys:
                known = 2
            else:
                known = _core.judge_name(name[:200])
            if len(self._names) > 5000:  # names may come from users
                self._names.clear()
            self._names[name] = known
        return known

    def named(self, name: str, value: Any) -> Any:
        """The value as it may be shown under that name."""
        verdict = self._judge(name) if type(name) is str else 0
        if verdict and _is_worth_hiding(value) and (verdict == 2 or _looks_random(value)):
            return REDACTED
        return self.data(value, 1, name)

    def data(self, value: Any, depth: int = 0, name: Any = None) -> Any:
        """The data without its secrets; the same object when it has none. Objects of other classes are left as they are:
        their text is looked at when it is made."""
        kind = type(value)
        if kind is str:
            return self.text(value)
        if kind in _PLAIN:
            return value
        if depth > DEEPEST:
            return REDACTED if isinstance(value, (Mapping, list, tuple, set, frozenset, str, bytes)) else value
        if isinstance(value, str):
            clean = self.text(str(value))
            return value if clean == value else clean
        if isinstance(value, Mapping):
            return self._mapping(value, depth)
        if isinstance(value, (list, tuple, set, frozenset)):
            return self._sequence(value, depth, name)
        if isinstance(value, (bytes, bytearray)):
            text = bytes(value[:65536]).decode("latin-1")
            clean = self.text(text)
            return value if clean is text else clean.encode("latin-1", "replace")
        return value

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> Any:
        changed: dict[Any, Any] = {}
        lists = getattr(value, "lists", None)  # Django's MultiValueDict shows the last of several values only
        items = lists() if callable(lists) else value.items()
        for count, (key, item) in enumerate(items):
            if count >= MOST_MEMBERS:
                return {**self._copy(value, changed), "…": f"more than {MOST_MEMBERS} members"}
            name = key if type(key) is str else key.decode("latin-1") if type(key) is bytes else None
            verdict = self._judge(name) if name is not None else 0
            if verdict and _is_worth_hiding(item) and (verdict == 2 or _looks_random(item)):
                changed[key] = [REDACTED] if callable(lists) else REDACTED
                continue
            clean = self.data(item, depth + 1, name)
            if clean is not item:
                changed[key] = clean
        return self._copy(value, changed) if changed else value

    @staticmethod
    def _copy(value: Mapping[Any, Any], changed: Mapping[Any, Any]) -> Any:
        if hasattr(value, "setlist"):
            copy: Any = value.copy()  # type: ignore[attr-defined]
            for key, items in changed.items():
                copy.setlist(key, items)
            return copy
        members = list(value.items())[:MOST_MEMBERS]
        return {key: changed.get(key, item) for key, item in members}

    def _sequence(self, value: Any, depth: int, name: Any) -> Any:
        in_pairs = isinstance(name, str) and name.lower() in _PAIRS
        clean = []
        changed = False
        for count, item in enumerate(value):
            if count >= MOST_MEMBERS:
                clean.append(f"… more than {MOST_MEMBERS} members")
                changed = True
                break
            if in_pairs and isinstance(item, (list, tuple)) and len(item) == 2:
                new = self._pair(item, depth)
            else:
                new = self.data(item, depth + 1)
            changed = changed or new is not item
            clean.append(new)
        if not changed:
            return value
        if isinstance(value, tuple):
            if hasattr(value, "_make") and len(clean) == len(value):
                return value._make(clean)
            return tuple(clean)
        if isinstance(value, (set, frozenset)):
            try:
                return type(value)(clean)
            except TypeError:
                return clean
        return clean

    def _pair(self, pair: Any, depth: int) -> Any:
        key, item = pair
        name = key.decode("latin-1") if isinstance(key, bytes) else key
        clean = self.named(name, item) if isinstance(name, str) else self.data(item, depth + 1)
        return pair if clean is item else type(pair)((key, clean))


def _normal(name: str) -> str:
    return name.lower().replace("-", "_")


def _is_worth_hiding(value: Any) -> bool:
    """Whether there is anything to hide: no, yes, nothing and the empty text tell nothing, and containers are walked."""
    if value is None or value is True or value is False:
        return False
    if isinstance(value, (str, bytes)):
        return bool(value) and value != REDACTED
    return True


def _looks_random(value: Any) -> bool:
    if not isinstance(value, str) or len(value) < 16:
        return False
    digits = sum(letter.isdigit() for letter in value)
    return digits > 1 and digits < len(value) and " " not in value


_shared: Redactor | None = None


def shared() -> Redactor:
    """The redactor that filters and formatters use when they are given none. Knows the project's values once the app
    ``barding.logs`` is ready or :func:`use` was called."""
    global _shared
    if _shared is None:
        _shared = Redactor()
    return _shared


def use(redactor: Redactor) -> Redactor:
    """Makes it the shared one."""
    global _shared
    _shared = redactor
    return redactor
