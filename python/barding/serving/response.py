"""The response for a user's file: whole, in part, or left to the web server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse

from barding.serving.headers import inert_headers

__all__ = ["inert_response"]

_CHUNK = 256 << 10
_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


def inert_response(
    request: HttpRequest,
    file: Any,
    *,
    name: str,
    content_type: str | None = None,
    inline: bool = False,
    public: bool = False,
    size: int | None = None,
    tag: str | None = None,
    hand_over: bool = True,
) -> HttpResponse:
    """Serves ``file``: a ``FieldFile``, or any open file together with its ``size``.

    ``content_type`` is what the content was recognised as, never what a client said. ``tag`` is a hash of the content, for
    caches and for going on after a break. Where ``BARDING_SERVING`` names a web server, it is handed the file.
    """
    headers = inert_headers(content_type, name, inline=inline, public=public)
    headers["Accept-Ranges"] = "bytes"
    if tag:
        headers["ETag"] = f'"{tag}"'
    if request.method not in ("GET", "HEAD"):
        response = HttpResponse(status=405)
        response["Allow"] = "GET, HEAD"
        return response
    if tag and _matches(request.headers.get("If-None-Match", ""), tag):
        return _with_headers(HttpResponseNotModified(), headers, without=("Content-Type",))
    if hand_over:
        handed = _handed_over(file)
        if handed is not None:
            header, place = handed
            response = _with_headers(HttpResponse(), headers)
            response[header] = place
            return response
    length = int(file.size if size is None else size)
    wanted = _range(request, length, tag)
    if wanted is None:
        response = _with_headers(HttpResponse(status=416), headers)
        response["Content-Range"] = f"bytes */{length}"
        return response
    start, end, partial = wanted
    if request.method == "HEAD":
        response = HttpResponse()
    elif partial:
        response = StreamingHttpResponse(_part(_opened(file), start, end), status=206)
    else:
        response = FileResponse(_opened(file))
    response = _with_headers(response, headers)
    if partial:
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{length}"
    response["Content-Length"] = str(end - start)
    return response


def _opened(file: Any) -> Any:
    if hasattr(file, "storage"):
        # A handle of our own: the field's one may be read by somebody else, or be closed.
        return file.storage.open(file.name, "rb")
    return file


def _with_headers(response: HttpResponse, headers: dict[str, str], without: tuple[str, ...] = ()) -> HttpResponse:
    for header, value in headers.items():
        if header not in without:
            response[header] = value
    return response


def _matches(given: str, tag: str) -> bool:
    tags = [part.strip().removeprefix("W/").strip('"') for part in given.split(",")]
    return tag in tags or given.strip() == "*"


def _range(request: HttpRequest, length: int, tag: str | None) -> tuple[int, int, bool] | None:
    """First byte, the one after the last, and whether that is a part. Nothing when the part asked for does not exist."""
    whole = (0, length, False)
    asked = request.headers.get("Range", "")
    condition = request.headers.get("If-Range", "")
    if not asked or request.method != "GET" or condition and condition.strip('"') != (tag or "\0"):
        return whole
    found = _RANGE.match(asked.strip())
    if not found or len(asked) > 60:
        # Several ranges, other units: the whole answers all of them.
        return whole
    first, last = found.groups()
    if not first and not last:
        return whole
    if not first:
        count = min(int(last), length)
        return (length - count, length, True) if count else None
    start = int(first)
    end = min(int(last) + 1, length) if last else length
    if last and int(last) < start:
        return whole
    return (start, end, True) if start < length else None


def _part(file: Any, start: int, end: int) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start
        while left > 0:
            piece = file.read(min(_CHUNK, left))
            if not piece:
                return
            left -= len(piece)
            yield piece


def _handed_over(file: Any) -> tuple[str, str] | None:
    """The header and the place for the web server. nginx keeps only some of our headers, so its location adds the others
    (docs/moderation.md): ``BARDING_SERVING = {"server": "nginx", "prefix": "/protected/"}``, where the
    prefix is an ``internal`` location over the storage's folder; ``"apache"`` (mod_xsendfile) and ``"lighttpd"`` take the path.
    """
    options = getattr(settings, "BARDING_SERVING", None) or {}
    server = options.get("server")
    if not server or not hasattr(file, "storage"):
        return None
    name = str(file.name).replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/"):
        return None
    if server == "nginx":
        prefix = "/" + str(options.get("prefix", "/protected/")).strip("/") + "/"
        return "X-Accel-Redirect", quote(prefix + name)
    if server in ("apache", "lighttpd"):
        try:
            return "X-Sendfile", file.storage.path(name)
        except NotImplementedError:  # not on this machine's disk
            return None
    raise ValueError(f"BARDING_SERVING: the server is {server!r}; nginx, apache and lighttpd are known")
