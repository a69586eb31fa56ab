"""Form fields that check what is sent, and hand on files with safe names and the content the policy asks for."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.core.files.uploadedfile import InMemoryUploadedFile

from barding.uploads.policy import DOCUMENTS, IMAGES, UploadPolicy
from barding.uploads.validators import ValidateUpload


class SafeFileField(forms.FileField):
    """A file input with a policy. The cleaned file has ``examined``: its kind, hash and size."""

    usual_policy = UploadPolicy(kinds=(*DOCUMENTS, *IMAGES))

    def __init__(self, *, policy: UploadPolicy | None = None, **kwargs: Any) -> None:
        self.policy = policy or self.usual_policy
        self.upload_check = ValidateUpload(self.policy)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        """Browsers offer only what is allowed."""
        attrs = super().widget_attrs(widget)
        if isinstance(widget, forms.FileInput) and "accept" not in widget.attrs:
            attrs["accept"] = self.policy.accept
        return attrs

    def to_python(self, data: Any) -> Any:
        """A file refused while it was arriving says why, instead of being empty."""
        refused = getattr(data, "barding_refusal", None)
        if refused is not None:
            raise refused
        return super().to_python(data)

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file under a safe name, with new content where the policy asks for it."""
        file = super().clean(data, initial)
        if not file or file is initial or getattr(file, "_committed", False):
            return file
        examined = self.upload_check.examine(file)
        if examined is None:
            return file
        if examined.content is not None:
            charset = getattr(file, "charset", None)
            new = InMemoryUploadedFile(
                io.BytesIO(examined.content), None, examined.name, examined.media_type, len(examined.content), charset
            )
            new._barding_examined = (self.policy, len(examined.content), examined)
            file = new
        else:
            file.name = examined.name
            file.content_type = examined.media_type
        file.examined = examined
        return file


class SafeImageField(SafeFileField):
    """The same for pictures."""

    usual_policy = UploadPolicy(kinds=IMAGES)
