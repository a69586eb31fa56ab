"""One file against one policy: what it is, whether it may come in, and in which form."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat

from barding import _core
from barding.uploads import rewrite
from barding.uploads.clamav import ScannerUnavailable
from barding.uploads.kinds import KINDS
from barding.uploads.messages import GENERAL, MESSAGES
from barding.uploads.names import extension_of
from barding.uploads.policy import UploadPolicy

#: Types that browsers and programs send when they do not know better.
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-download", "multipart/form-data"})


class UploadRefused(ValidationError):
    """A file that may not come in. ``error_list`` has one error per problem, each with its word as ``code``."""


@dataclass(frozen=True)
class Examined:
    """A file that may come in."""

    #: The kind's word, such as "png".
    kind: str
    #: The media type to serve it with.
    media_type: str
    #: A name that is safe everywhere.
    name: str
    #: Bytes, and SHA-256 of what will be stored, in hexadecimal digits.
    size: int
    sha256: str
    width: int | None
    height: int | None
    #: New content where the policy asked for some, else None.
    content: bytes | None
    #: SHA-256 of what was sent.
    sent_sha256: str


def refusal(code: str, detail: str = "", **values: Any) -> ValidationError:
    """One problem as an error with a clear message."""
    return ValidationError(MESSAGES.get(code, GENERAL), code=code, params={"detail": detail, **values})


def size_of(stream: Any) -> int:
    """How long a stream is; its place is kept."""
    size = getattr(stream, "size", None)
    if isinstance(size, int):
        return size
    place = stream.tell()
    end = stream.seek(0, os.SEEK_END)
    stream.seek(place)
    return end if isinstance(end, int) else stream.tell()


def chunks_of(stream: BinaryIO, size: int = 1 << 18) -> Iterator[bytes]:
    """A stream's bytes from its beginning."""
    stream.seek(0)
    while piece := stream.read(size):
        yield piece


def seekable(stream: Any) -> Any:
    """The stream itself, or a copy on disk of one that cannot go back."""
    inner = getattr(stream, "file", stream)
    try:
        if inner.seekable():
            return stream
    except AttributeError:
        if hasattr(stream, "seek"):
            return stream
    import tempfile

    copy = tempfile.SpooledTemporaryFile(max_size=2 << 20)
    while piece := stream.read(1 << 18):
        copy.write(piece)
    copy.seek(0)
    return copy


def inspect(stream: Any, size: int, limits: _core.Limits) -> _core.Inspection:
    """Walks a stream by the cheapest way there is: its bytes, its path, or its methods."""
    inner = getattr(stream, "file", stream)
    if isinstance(inner, io.BytesIO):
        return _core.inspect_bytes(inner.getvalue(), limits)
    path = getattr(stream, "temporary_file_path", None)
    if callable(path):
        if hasattr(inner, "flush"):
            inner.flush()
        return _core.inspect_path(path(), limits)
    return _core.inspect_file(stream, size, limits)


def examine(
    stream: Any, policy: UploadPolicy | None = None, *, name: str | None = None, content_type: str | None = None
) -> Examined:
    """Looks at a whole file. Raises UploadRefused with every reason there is; the stream is at its beginning afterwards."""
    policy = policy or UploadPolicy()
    refused = getattr(stream, "barding_refusal", None)
    if refused is not None:
        raise refused
    name = name if name is not None else os.path.basename(str(getattr(stream, "name", "") or ""))
    content_type = content_type if content_type is not None else getattr(stream, "content_type", None)
    stream = seekable(stream)
    size = size_of(stream)
    errors = list(_name_errors(name, policy))
    if size == 0:
        raise UploadRefused([*errors, refusal("empty")])
    if size > policy.largest:
        # Too large for any kind: not worth a look.
        raise UploadRefused([*errors, _too_large(size, policy.largest)])
    place = stream.tell()
    try:
        found = inspect(stream, size, policy.limits)
        errors += _content_errors(found, name, content_type, size, policy)
        if not errors and policy.clamav is not None:
            errors += _scan(stream, policy)
        if errors:
            raise UploadRefused(errors)
        return _accepted(stream, found, name, size, policy)
    finally:
        stream.seek(0 if place == size else place)


def _name_errors(name: str, policy: UploadPolicy) -> Iterator[ValidationError]:
    for code, detail in _core.name_problems(name):
        if not policy.tolerates(code):
            yield refusal(code, detail)


def _content_errors(
    found: _core.Inspection, name: str, content_type: str | None, size: int, policy: UploadPolicy
) -> Iterator[ValidationError]:
    kind = KINDS[found.kind]
    if kind.name not in policy.allowed:
        allowed = ", ".join(sorted(policy.allowed))
        if kind.family == "unknown":
            yield refusal("unknown", allowed=allowed)
        else:
            yield refusal("kind", found=kind.title, allowed=allowed)
        return
    if size > policy.size_of(kind.name):
        yield _too_large(size, policy.size_of(kind.name))
    if policy.agreement:
        extension = extension_of(_core.safe_name(name))
        if extension not in kind.extensions:
            yield refusal("extension", extension=extension, found=kind.title)
        declared = (content_type or "").split(";")[0].strip().lower()
        if declared not in UNDECLARED and declared not in kind.media_types:
            yield refusal("content-type", declared=declared[:100], found=kind.title)
    if policy.metadata == "refuse" and found.metadata:
        yield refusal("metadata")
    seen: set[str] = set()
    for problem in found.problems:
        if problem.code not in seen and not policy.tolerates(problem.code):
            seen.add(problem.code)
            yield refusal(problem.code, problem.detail)


def _too_large(size: int, limit: int) -> ValidationError:
    return refusal("size", size=filesizeformat(size), limit=filesizeformat(limit))


def _scan(stream: Any, policy: UploadPolicy) -> Iterator[ValidationError]:
    assert policy.clamav is not None
    try:
        virus = policy.clamav.scan(chunks_of(stream))
    except ScannerUnavailable as error:
        if policy.clamav.fail_closed:
            yield refusal("scanner", str(error))
        return
    if virus is not None:
        yield refusal("virus", virus)


def _accepted(stream: Any, found: _core.Inspection, name: str, size: int, policy: UploadPolicy) -> Examined:
    digest = hashlib.sha256()
    for piece in chunks_of(stream):
        digest.update(piece)
    sent = digest.hexdigest()
    try:
        content = rewrite.rewritten(stream, found, policy)
    except rewrite.CannotRewrite as error:
        raise UploadRefused([refusal(error.code, str(error))]) from error
    if content is not None and len(content) > policy.size_of(found.kind):
        raise UploadRefused([_too_large(len(content), policy.size_of(found.kind))])
    return Examined(
        kind=found.kind,
        media_type=found.media_type,
        name=_core.safe_name(name, policy.max_name),
        size=size if content is None else len(content),
        sha256=sent if content is None else hashlib.sha256(content).hexdigest(),
        width=found.width,
        height=found.height,
        content=content,
        sent_sha256=sent,
    )
