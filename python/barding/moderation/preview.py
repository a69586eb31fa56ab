"""Small pictures for moderators: decoded within limits and written anew, so that nothing of the original gets through."""

from __future__ import annotations

import io
import warnings

from barding.moderation.conf import option
from barding.moderation.models import State, Upload

__all__ = ["can_preview", "preview_of"]

#: Pillow's names of formats whose decoders we trust with strangers' files, by type.
_FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/bmp": "BMP",
}
#: Larger files are not opened for a preview.
_LARGEST = 50 << 20


def can_preview(upload: Upload) -> bool:
    """Whether it is worth asking for one."""
    return upload.content_type in _FORMATS and upload.size <= _LARGEST and upload.state not in (State.RECEIVING, State.LOST)


def preview_of(upload: Upload) -> bytes | None:
    """A PNG, or nothing: no picture, too large, broken, or Pillow is not installed."""
    if not can_preview(upload):
        return None
    try:
        from PIL import Image
    except ImportError:
        return None
    side = int(option("preview_size"))
    try:
        with warnings.catch_warnings(), upload.file.storage.open(upload.file.name, "rb") as stored:
            warnings.simplefilter("error")  # Pillow's warning of a bomb counts as one
            with Image.open(stored, formats=[_FORMATS[upload.content_type]]) as picture:
                width, height = picture.size
                if not 0 < width * height <= option("preview_pixels"):
                    return None
                picture.draft("RGB", (side * 2, side * 2))
                small = picture.convert("RGBA")
                small.thumbnail((side, side))
                # Into a fresh picture: no metadata comes along.
                clean = Image.new("RGBA", small.size)
                clean.paste(small)
                out = io.BytesIO()
                clean.save(out, "PNG")
                return out.getvalue()
    except Exception:  # decoders raise what they like at what strangers send
        return None
