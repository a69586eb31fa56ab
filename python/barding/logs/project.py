"""The secrets a Django project holds: what its settings and its environment say under telling names."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from barding import _core

__all__ = ["secrets_of"]

_URL_PASSWORD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s:/@]*:([^\s@]+)@")
# Names that say "secret" and hold none: classes, lifetimes, names of cookies and headers.
_NOT_VALUES = re.compile(
    r"(?:_NAME|_PATH|_DOMAIN|_AGE|_TIMEOUT|_URL|_CLASS|_HASHERS|_VALIDATORS|_BACKENDS?|_FILE|_DIR|_HEADER|_PREFIX|_SALT)$"
)


def secrets_of(settings: Any, environment: Mapping[str, str] | None = None) -> list[str]:
    """Every text that is a secret by its name: ``SECRET_KEY``, passwords of databases, tokens; passwords in addresses too."""
    found: dict[str, None] = {}
    for name in dir(settings):
        if name.isupper():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # Django's about settings that will go
                    value = getattr(settings, name)
            except Exception:  # a setting that raises is no secret we could know
                continue
            for text in _texts(name, value, 0):
                found[text] = None
    for name, value in (os.environ if environment is None else environment).items():
        for text in _texts(name, value, 0):
            found[text] = None
    return list(found)


def _texts(name: str, value: Any, depth: int) -> Iterator[str]:
    if depth > 6:
        return
    secret = _core.judge_name(name) == 2 and not _NOT_VALUES.search(name)
    if isinstance(value, (str, bytes)):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        if secret and text:
            yield text
        for found in _URL_PASSWORD.finditer(text[:5000]):
            yield found.group(1)
    elif isinstance(value, Mapping):
        for key, item in list(value.items())[:500]:
            yield from _texts(key if isinstance(key, str) else "", item, depth + 1)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in list(value)[:500]:
            yield from _texts(name if secret else "", item, depth + 1)
