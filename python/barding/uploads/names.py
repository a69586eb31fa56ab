"""Names for storage: random, so that nobody guesses, overwrites or smuggles anything with one."""

from __future__ import annotations

import secrets
from typing import Any

from barding import _core


def extension_of(name: str) -> str:
    """The last extension in lower case, without its dot; "tar.gz" counts as "gz"."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return base.rsplit(".", 1)[-1].lower() if "." in base.strip(".") else ""


class RandomName:
    """``upload_to`` with random names: ``RandomName("invoices")`` stores ``invoices/4f/4f0c….pdf``."""

    def __init__(self, folder: str = "uploads") -> None:
        self.folder = folder.strip("/")

    def __call__(self, instance: Any, filename: str) -> str:
        token = secrets.token_hex(16)
        extension = extension_of(_core.safe_name(filename))
        name = f"{token}.{extension}" if extension else token
        return "/".join(part for part in (self.folder, token[:2], name) if part)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomName) and self.folder == other.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        """For migrations."""
        return "barding.uploads.RandomName", (self.folder,), {}
