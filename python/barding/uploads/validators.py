"""The validator: any file, any stream, one policy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File

from barding.uploads.examine import Examined, UploadRefused, examine, refusal, size_of
from barding.uploads.policy import UploadPolicy


class ValidateUpload:
    """Checks files with a policy. Works in ``validators=[…]`` of model fields, form fields and DRF serializer fields, and
    directly: ``ValidateUpload(policy)(stream)`` raises ``UploadRefused``, a ``ValidationError`` with every reason."""

    def __init__(self, policy: UploadPolicy | None = None, **options: Any) -> None:
        if policy is not None and options:
            raise TypeError("give a policy or its parts, not both")
        self.policy = policy or UploadPolicy(**options)

    def __call__(self, value: Any) -> None:
        self.examine(value)

    def examine(self, value: Any, *, name: str | None = None, content_type: str | None = None) -> Examined | None:
        """The same check, with what was found out. None for a file that was stored and checked before."""
        if isinstance(value, (bytes, bytearray)):
            import io

            value = io.BytesIO(bytes(value))
        # A model's file that is already in its storage was checked when it came in.
        if getattr(value, "_committed", False):
            return None
        holder = _uploaded(value)
        known = getattr(holder, "_barding_examined", None)
        if known is not None and known[0] == self.policy and known[1] == size_of(holder) and name is None:
            return known[2]
        examined = examine(holder, self.policy, name=name, content_type=content_type)
        # Plain streams keep no notes; they may have no size to know them by.
        if isinstance(holder, File):
            holder._barding_examined = (self.policy, size_of(holder), examined)
        return examined

    def check_all(self, files: Iterable[Any]) -> list[Examined | None]:
        """Several files of one request: each by itself, their number, and their size together."""
        files = list(files)
        errors: list[ValidationError] = []
        if len(files) > self.policy.max_files:
            raise UploadRefused([refusal("too-many", limit=self.policy.max_files)])
        if sum(size_of(file) for file in files) > self.policy.max_total:
            from django.template.defaultfilters import filesizeformat

            raise UploadRefused([refusal("total", limit=filesizeformat(self.policy.max_total))])
        examined = []
        for file in files:
            try:
                examined.append(self.examine(file))
            except UploadRefused as refused:
                errors += refused.error_list
        if errors:
            raise UploadRefused(errors)
        return examined

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ValidateUpload) and self.policy == other.policy

    def __hash__(self) -> int:
        return hash(self.policy)

    def deconstruct(self) -> tuple[str, tuple[UploadPolicy, ...], dict[str, Any]]:
        """For migrations."""
        return "barding.uploads.ValidateUpload", (self.policy,), {}


def _uploaded(value: Any) -> Any:
    """The uploaded file behind a model's file, which knows the declared type."""
    inner = getattr(value, "_file", None)
    return inner if inner is not None and hasattr(inner, "read") else value
