"""What an upload is: its hash, its size and its kind, read from the content."""

from __future__ import annotations

import hashlib
from typing import Any

from barding import _core

__all__ = ["fingerprint", "recognise", "safe_name"]

_CHUNK = 1 << 20


def fingerprint(file: Any) -> tuple[str, int]:
    """SHA-256 and length of what is stored."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def recognise(file: Any, size: int) -> tuple[str, str]:
    """The kind of a content and its type. What the client said does not matter."""
    found = _core.inspect_file(file, size)
    file.seek(0)
    return found.kind, found.media_type


def safe_name(name: str) -> str:
    """A name that can be shown and written anywhere."""
    return _core.safe_name(name or "file")
