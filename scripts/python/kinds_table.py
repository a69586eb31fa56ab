"""Writes docs/uploads-kinds.md: every kind of file barding.uploads knows, and how far each is followed.

    target/python/django-5.2/bin/python scripts/python/kinds_table.py target/python/genuine >docs/uploads-kinds.md

How far is taken from genuine files (scripts/install/upload-corpus.sh has the programs that make them), not from a list that somebody
has to keep true.
"""

from __future__ import annotations

import sys
from pathlib import Path

from barding import _core

FAMILIES = {
    "image": "Pictures",
    "audio": "Sound",
    "video": "Films",
    "document": "Documents",
    "text": "Texts and tables",
    "archive": "Archives",
    "font": "Fonts",
    "data": "Data",
    "active": "What runs in a browser, a viewer or an office program",
    "executable": "Programs",
    "unknown": "Everything else",
}


def followed(files: list[Path]) -> str:
    """How far the genuine files of a kind are followed."""
    if not files:
        return "no genuine file in the tests"
    return "to its end" if all(_core.inspect_path(path).walked for path in files) else "recognised"


def table(genuine: Path) -> str:
    """The page."""
    kinds = _core.kinds()
    lines = [
        "# Kinds of files",
        "",
        f"`barding.uploads` tells {len(kinds)} kinds apart by content. `kinds` of a policy takes the words of the first column, and the",
        "families. A name's extension and the declared type must be among those of the kind, unless the policy says `agreement=False`.",
        "“Followed” is how far genuine files are: *to its end* means that every part is visited and that what lies behind the end is",
        "seen; *recognised* means by structure at the beginning (and by the directory, for archives).",
        "",
        "Made by `scripts/python/kinds_table.py`; a test compares this page with the package.",
    ]
    for family, title in FAMILIES.items():
        lines += ["", f"## {title} (`{family}`)", "", "| kind | what it is | extensions | declared as | followed |", "|---|---|---|---|---|"]
        for name, of, said, media_types, extensions in kinds:
            if of == family:
                shown = " ".join(extensions) or "–"
                lines.append(f"| `{name}` | {said} | {shown} | {' '.join(media_types) or '–'} | {followed(sorted((genuine / name).glob('*')))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(table(Path(sys.argv[1])), end="")
