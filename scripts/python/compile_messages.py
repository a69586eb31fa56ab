"""Compiles the translations of the Python package: every django.po under python/barding to the django.mo beside it.

Run it after changing a .po file; a test compares the two. Only what our files use is read: msgid, msgstr, one line each.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "python" / "barding"


def entries(text: str) -> dict[str, str]:
    """The sentences and their translations."""
    found, identifier = {}, None
    for line in text.splitlines():
        word, _, quoted = line.partition(" ")
        if word == "msgid":
            identifier = ast.literal_eval(quoted)
        elif word == "msgstr" and identifier is not None:
            found[identifier] = ast.literal_eval(quoted)
    return {identifier: said for identifier, said in found.items() if said}


def compiled(found: dict[str, str]) -> bytes:
    """The binary form: a header, two tables of lengths and places, and the texts."""
    pairs = [(identifier.encode(), said.encode()) for identifier, said in sorted(found.items())]
    count = len(pairs)
    place = 28 + 16 * count
    tables: tuple[list[int], list[int]] = ([], [])
    texts = b""
    for side, table in enumerate(tables):
        for pair in pairs:
            table += [len(pair[side]), place + len(texts)]
            texts += pair[side] + b"\0"
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, place)
    return header + struct.pack(f"<{2 * count}I", *tables[0]) + struct.pack(f"<{2 * count}I", *tables[1]) + texts


if __name__ == "__main__":
    for source in sorted(ROOT.rglob("django.po")):
        source.with_suffix(".mo").write_bytes(compiled(entries(source.read_text(encoding="utf-8"))))
        print(source.relative_to(ROOT.parent))
