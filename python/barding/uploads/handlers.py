"""An upload handler that refuses while a file is still arriving: by name, number, size and first bytes.

    FILE_UPLOAD_HANDLERS = [
        "barding.uploads.handlers.EarlyUploadHandler",
        "django.core.files.uploadhandler.MemoryFileUploadHandler",
        "django.core.files.uploadhandler.TemporaryFileUploadHandler",
    ]
    BARDING_UPLOADS = {"POLICY": UploadPolicy(…), "FIELDS": {"avatar": UploadPolicy(…)}}

The rest of a refused file is thrown away as it comes, and the form's field says why. The whole file is looked at later, by
the form or the model.
"""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.template.defaultfilters import filesizeformat

from barding import _core
from barding.uploads.examine import UploadRefused, refusal
from barding.uploads.kinds import CONTAINERS, KINDS
from barding.uploads.policy import UploadPolicy

#: Enough to recognise every kind by its beginning.
HEAD = 4096


class RefusedUpload(UploadedFile):
    """What is left of a refused file: its name and the reason. Django's own fields call it empty, barding's say why."""

    def __init__(self, name: str, content_type: str | None, errors: list[ValidationError]) -> None:
        super().__init__(io.BytesIO(), name=name, content_type=content_type, size=0)
        self.barding_refusal = UploadRefused(errors)


class EarlyUploadHandler(FileUploadHandler):
    """Stands before Django's handlers and lets through only what may still turn out fine."""

    chunk_size = 64 << 10

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        options = getattr(settings, "BARDING_UPLOADS", {})
        self.usual: UploadPolicy = options.get("POLICY") or UploadPolicy()
        self.by_field: dict[str, UploadPolicy] = options.get("FIELDS", {})
        self.files = 0
        self.total = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins: its name and the number of files can be judged."""
        super().new_file(*args, **kwargs)
        self.policy = self.by_field.get(self.field_name or "", self.usual)
        self.errors = [refusal(code, detail) for code, detail in _core.name_problems(self.file_name or "") if not self.policy.tolerates(code)]
        self.head = b""
        self.recognised = False
        self.size = 0
        self.files += 1
        if self.files > self.usual.max_files:
            self.errors.append(refusal("too-many", limit=self.usual.max_files))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Some of the file: handed on, or thrown away once the file is refused."""
        self.size += len(raw_data)
        self.total += len(raw_data)
        if self.total > 2 * self.usual.max_total:
            # Whoever sends this much more than allowed is not waiting for a message.
            raise StopUpload(connection_reset=True)
        if self.errors:
            return None
        if self.total > self.usual.max_total:
            self.errors.append(refusal("total", limit=filesizeformat(self.usual.max_total)))
        if self.size > self.policy.largest:
            self.errors.append(refusal("size", size=f"> {filesizeformat(self.policy.largest)}", limit=filesizeformat(self.policy.largest)))
        if not self.recognised:
            self.head += raw_data[: HEAD - len(self.head)]
            if len(self.head) == HEAD:
                self._recognise()
        return None if self.errors else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file's end: a refused one stands in for what was thrown away."""
        if not self.errors:
            return None
        return RefusedUpload(self.file_name or "file", self.content_type, self.errors)

    def _recognise(self) -> None:
        self.recognised = True
        kind = _core.recognise_head(self.head)
        if kind in self.policy.allowed or CONTAINERS.get(kind, frozenset()) & self.policy.allowed:
            return
        # Text at the beginning may still be anything of its family, and a table may be told only by more lines.
        if KINDS[kind].family == "text" and any(KINDS[name].family == "text" for name in self.policy.allowed):
            return
        self.errors.append(refusal("kind", found=KINDS[kind].title, allowed=", ".join(sorted(self.policy.allowed))))
