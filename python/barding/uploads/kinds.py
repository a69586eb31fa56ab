"""The kinds of file the Rust core knows, as a table to look things up in."""

from __future__ import annotations

from dataclasses import dataclass

from barding import _core


@dataclass(frozen=True)
class Kind:
    """One kind of file."""

    name: str
    family: str
    title: str
    media_types: tuple[str, ...]
    extensions: tuple[str, ...]


KINDS: dict[str, Kind] = {
    name: Kind(name, family, title, tuple(media_types), tuple(extensions))
    for name, family, title, media_types, extensions in _core.kinds()
}

FAMILIES: frozenset[str] = frozenset(kind.family for kind in KINDS.values())

#: What the first bytes say when the rest decides which of these it is.
CONTAINERS: dict[str, frozenset[str]] = {
    "zip": frozenset(
        "zip docx xlsx pptx office-macro vsdx xps odt ods odp odg epub jar apk browser-extension wheel".split()
    ),
    "ole": frozenset("ole doc xls ppt msg msi".split()),
    "txt": frozenset("txt csv json jsonl subtitles email vcard calendar pem".split()),
    "json": frozenset("txt json jsonl".split()),
    "csv": frozenset("txt csv".split()),
}


def expand(names: tuple[str, ...]) -> frozenset[str]:
    """The kinds that names of kinds and families stand for."""
    kinds: set[str] = set()
    for name in names:
        if name in KINDS:
            kinds.add(name)
        elif name in FAMILIES:
            kinds.update(kind.name for kind in KINDS.values() if kind.family == name)
        else:
            raise ValueError(f"{name!r} is neither a kind nor a family of files; barding.uploads.kinds.KINDS lists them")
    return frozenset(kinds)
