"""What an upload is: its hash, its size and its kind, read from the content."""

from __future__ import annotations

import hashlib
from typing import Any

__all__ = ["fingerprint", "recognise", "safe_name"]

_CHUNK = 1 << 20
#: Kinds that moderators see a preview of. All others go out as mere bytes, so nothing more needs to be told apart.
_PICTURES = (
    ("png", "image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("jpeg", "image/jpeg", 0, b"\xff\xd8\xff"),
    ("gif", "image/gif", 0, b"GIF8"),
    ("webp", "image/webp", 8, b"WEBP"),
)


def fingerprint(file: Any) -> tuple[str, int]:
    """SHA-256 and length of what is stored."""
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_CHUNK):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.hexdigest(), size


def recognise(file: Any) -> tuple[str, str]:
    """The kind of a content and its type; empty texts when it is none we know. What the client said does not matter."""
    file.seek(0)
    start = file.read(16)
    file.seek(0)
    for kind, content_type, at, mark in _PICTURES:
        if start[at : at + len(mark)] == mark:
            return kind, content_type
    return "", ""


def safe_name(name: str) -> str:
    """A name that can be shown and written anywhere."""
    from barding import _core

    return _core.safe_name(name or "file")
