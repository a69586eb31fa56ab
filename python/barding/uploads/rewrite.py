"""New content for accepted files: metadata left out, pictures encoded anew, drawings and tables made harmless."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from barding import _core

if TYPE_CHECKING:
    from barding.uploads.policy import UploadPolicy

#: How Pillow names the kinds it can write, and what to write them with.
FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "png": ("PNG", {"optimize": False}),
    "jpeg": ("JPEG", {"quality": 90}),
    "gif": ("GIF", {}),
    "webp": ("WEBP", {"quality": 90}),
    "bmp": ("BMP", {}),
    "tiff": ("TIFF", {"compression": "tiff_deflate"}),
    "avif": ("AVIF", {"quality": 75}),
    "jp2": ("JPEG2000", {}),
    "ico": ("ICO", {}),
}

#: Kinds whose animations or pages are all kept. A picture of another kind with several is its first one.
MANY_FRAMES = frozenset({"gif", "webp", "png", "avif", "tiff"})

#: Kinds the Rust core can leave metadata out of, bit for bit the same pixels.
STRIPPED = frozenset({"png", "jpeg", "gif", "webp"})


class CannotRewrite(Exception):
    """The file cannot be brought into the form the policy asks for."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


def rewritten(stream: Any, found: _core.Inspection, policy: UploadPolicy) -> bytes | None:
    """The content to store instead of what was sent; None when that may stay as it is."""
    if found.family == "image" and policy.reencode:
        return reencode(_all(stream), found.kind)
    if policy.metadata == "strip" and found.metadata and found.family == "image":
        if found.kind not in STRIPPED:
            return reencode(_all(stream), found.kind)
        stripped = _core.strip_metadata(_all(stream))
        if stripped is None:
            raise CannotRewrite("reencode", "the metadata could not be left out")
        return stripped
    if found.kind == "svg" and policy.svg == "sanitise":
        clean = _core.sanitise_svg(_text(stream))
        if clean is None or _core.inspect_bytes(clean.encode(), policy.limits).problems:
            raise CannotRewrite("svg-active", "the drawing could not be made harmless")
        return clean.encode()
    if found.kind in ("csv", "txt") and policy.csv == "neutralise" and any(p.code == "csv-formula" for p in found.problems):
        return _core.neutralise_csv(_text(stream)).encode()
    return None


def reencode(data: bytes, kind: str) -> bytes:
    """A picture made anew from its pixels: upright, with its colour profile and animation, and nothing else."""
    try:
        from PIL import Image, ImageOps, ImageSequence
    except ImportError as error:
        raise CannotRewrite("reencode", "encoding pictures anew needs Pillow") from error
    if kind not in FORMATS:
        raise CannotRewrite("reencode", f"pictures of the kind {kind} cannot be encoded anew")
    name, options = FORMATS[kind]
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data), formats=[name]) as image:
            profile = {"icc_profile": image.info["icc_profile"]} if "icc_profile" in image.info else {}
            if getattr(image, "n_frames", 1) > 1 and kind in MANY_FRAMES:
                frames = [frame.copy() for frame in ImageSequence.Iterator(image)]
                durations = [frame.info.get("duration", 100) for frame in frames]
                frames[0].save(
                    out,
                    name,
                    save_all=True,
                    append_images=frames[1:],
                    duration=durations,
                    loop=image.info.get("loop", 0),
                    **options,
                    **profile,
                )
            else:
                upright = ImageOps.exif_transpose(image)
                clean = Image.new(upright.mode, upright.size)
                if upright.mode == "P" and upright.palette is not None:
                    clean.putpalette(upright.palette.getdata()[1], upright.palette.mode)
                clean.paste(upright)
                if "transparency" in upright.info:
                    options = {**options, "transparency": upright.info["transparency"]}
                clean.save(out, name, **options, **profile)
    except CannotRewrite:
        raise
    except Exception as error:  # Pillow raises many kinds for broken pictures
        raise CannotRewrite("reencode", f"the picture could not be read: {error}") from error
    return out.getvalue()


def _all(stream: Any) -> bytes:
    stream.seek(0)
    data: bytes = stream.read()
    return data


def _text(stream: Any) -> str:
    data = _all(stream)
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "cp1252", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CannotRewrite("text-binary", "the text cannot be decoded")
