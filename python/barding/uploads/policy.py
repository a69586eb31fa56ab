"""What may be uploaded. A policy is a plain value: equal policies are equal, and migrations can write one down."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

from barding import _core
from barding.uploads.clamav import ClamAV
from barding.uploads.kinds import KINDS, expand

#: Pictures every browser shows.
IMAGES = ("png", "jpeg", "gif", "webp", "avif")
#: What people write and read.
DOCUMENTS = ("pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "rtf", "txt", "csv")
#: Sound and films.
MEDIA = ("mp3", "m4a", "ogg", "opus", "wav", "flac", "mp4", "webm", "mov")

MEGABYTE = 1 << 20

#: Problems of names that are mended silently, for they happen to honest people.
MENDED_NAMES = frozenset({"name-special", "name-edges", "name-hidden"})


def _pairs(sizes: Any) -> tuple[tuple[str, int], ...]:
    return tuple(sizes.items()) if isinstance(sizes, dict) else tuple((name, size) for name, size in sizes)


@dataclass(frozen=True)
class UploadPolicy:
    """What may be uploaded, and what becomes of it. The defaults allow pictures of up to ten megabytes."""

    #: Kinds ("png") and families ("image") that are allowed. Families "active" and "executable" are never harmless.
    kinds: tuple[str, ...] = IMAGES
    #: Bytes of one file.
    max_size: int = 10 * MEGABYTE
    #: Bytes of one file by kind or family, as a dict or as pairs; the kind counts before the family.
    max_sizes: tuple[tuple[str, int], ...] = ()
    #: Files of one request, and their bytes together (for the upload handler and ``check_all``).
    max_files: int = 20
    max_total: int = 100 * MEGABYTE
    #: Pixels of one picture, along one side, and of all frames; frames of an animation.
    max_pixels: int = 50_000_000
    max_side: int = 20_000
    max_frames: int = 1_000
    max_frame_pixels: int = 500_000_000
    #: Entries of an archive, bytes and bytes per packed byte that come out of it, archives within archives.
    max_entries: int = 5_000
    max_unpacked: int = 256 * MEGABYTE
    max_ratio: int = 200
    max_nesting: int = 0
    #: Problems that are accepted, by their words (docs/uploads.md lists them).
    allow: tuple[str, ...] = ()
    #: Extension, declared type and content must agree.
    agreement: bool = True
    #: "keep", "strip" (JPEG, PNG, GIF, WebP; others are encoded anew or refused) or "refuse" EXIF, XMP and comments.
    metadata: str = "keep"
    #: Encode pictures anew, from pixels only (needs Pillow).
    reencode: bool = False
    #: "refuse" drawings with anything active in them, or "sanitise" them.
    svg: str = "refuse"
    #: "refuse" tables with formulas, "neutralise" their cells, or "keep" them.
    csv: str = "refuse"
    #: "refuse" deceptive names, or "mend" all of them.
    names: str = "refuse"
    #: Bytes of a name.
    max_name: int = 100
    #: A virus scanner to ask.
    clamav: ClamAV | None = field(default=None)

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", (self.kinds,) if isinstance(self.kinds, str) else tuple(self.kinds))
        object.__setattr__(self, "allow", tuple(self.allow))
        object.__setattr__(self, "max_sizes", _pairs(self.max_sizes))
        expand(self.kinds)
        expand(tuple(name for name, _ in self.max_sizes))
        for name, choices in (
            ("metadata", ("keep", "strip", "refuse")),
            ("svg", ("refuse", "sanitise")),
            ("csv", ("refuse", "neutralise", "keep")),
            ("names", ("refuse", "mend")),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} must be one of {', '.join(choices)}, not {getattr(self, name)!r}")

    @cached_property
    def allowed(self) -> frozenset[str]:
        """The kinds that are allowed."""
        return expand(self.kinds)

    @cached_property
    def limits(self) -> _core.Limits:
        """The bounds for the Rust core."""
        return _core.Limits(
            pixels=self.max_pixels,
            side=self.max_side,
            frames=self.max_frames,
            frame_pixels=self.max_frame_pixels,
            entries=self.max_entries,
            unpacked=self.max_unpacked,
            ratio=self.max_ratio,
            nesting=self.max_nesting,
        )

    def size_of(self, kind: str) -> int:
        """How large a file of this kind may be."""
        sizes = dict(self.max_sizes)
        return sizes.get(kind, sizes.get(KINDS[kind].family, self.max_size))

    @cached_property
    def largest(self) -> int:
        """How large any file may be."""
        return max(self.size_of(kind) for kind in self.allowed) if self.allowed else self.max_size

    def tolerates(self, code: str) -> bool:
        """True for problems that are accepted, or mended later."""
        return (
            code in self.allow
            or (code == "svg-active" and self.svg == "sanitise")
            or (code == "csv-formula" and self.csv != "refuse")
            or (code.startswith("name-") and (self.names == "mend" or code in MENDED_NAMES))
        )

    @property
    def accept(self) -> str:
        """For the ``accept`` attribute of a file input."""
        return ",".join(sorted({f".{extension}" for kind in self.allowed for extension in KINDS[kind].extensions}))

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """For migrations: only what differs from the defaults."""
        usual = {item.name: item.default for item in fields(self)}
        chosen = {item.name: getattr(self, item.name) for item in fields(self)}
        return "barding.uploads.UploadPolicy", (), {name: value for name, value in chosen.items() if value != usual[name]}
