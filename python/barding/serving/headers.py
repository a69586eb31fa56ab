"""Headers that keep a file from acting: what it may be called, and that it is no page of this site."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

__all__ = ["INLINE_TYPES", "content_disposition", "inert_headers", "inert_type"]

#: Types a browser shows and does not run. Only these may be inline, and only where the caller says what the content is.
INLINE_TYPES = frozenset(
    (
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/flac",
        "video/mp4",
        "video/webm",
        "video/ogg",
    )
)
#: Types that are sent under their own name, for downloads. What is not here goes out as mere bytes: HTML, SVG, XML, scripts.
_DOWNLOAD_TYPES = INLINE_TYPES | {
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/x-tar",
    "application/x-7z-compressed",
    "application/rtf",
    "application/epub+zip",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "image/tiff",
    "image/heic",
    "text/plain",
    "text/csv",
    "font/woff",
    "font/woff2",
}

_BYTES = "application/octet-stream"
_TOKEN = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")


def inert_type(content_type: str | None) -> str:
    """The type to send for a content of that type: itself when browsers do not run it, else plain bytes."""
    kind = (content_type or "").split(";")[0].strip().lower()
    if not _TOKEN.fullmatch(kind) or kind not in _DOWNLOAD_TYPES:
        return _BYTES
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def inert_headers(content_type: str | None, name: str, *, inline: bool = False, public: bool = False) -> dict[str, str]:
    """All headers for a user's file. ``inline`` is granted to pictures, sound and films only."""
    kind = inert_type(content_type)
    shown = inline and kind in INLINE_TYPES
    return {
        "Content-Type": kind,
        "Content-Disposition": content_disposition(name, inline=shown),
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'self'",
        "Cross-Origin-Resource-Policy": "same-site" if public else "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "SAMEORIGIN",
        "X-Download-Options": "noopen",
        "X-Permitted-Cross-Domain-Policies": "none",
        "Cache-Control": "public, max-age=3600" if public else "private, no-store",
    }


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header's value: an ASCII name for old programs, the whole name beside it. No line ends, no quotes, no paths."""
    # Control and format characters, the ones that turn the writing direction among them, have no place in a name.
    clean = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    clean = re.split(r"[/\\]", clean)[-1].strip(". ")[:150] or "file"
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^A-Za-z0-9 ._()+-]", "_", plain).strip(". ") or "file"
    value = f'{"inline" if inline else "attachment"}; filename="{plain}"'
    if plain != clean:
        value += f"; filename*=UTF-8''{quote(clean, safe='')}"
    return value
