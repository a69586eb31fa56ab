"""Model fields that check what they store, also when a model is saved without a form."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile
from django.db import models

from barding.uploads import forms
from barding.uploads.examine import Examined, UploadRefused, refusal
from barding.uploads.names import RandomName
from barding.uploads.policy import DOCUMENTS, IMAGES, UploadPolicy
from barding.uploads.validators import ValidateUpload


class _Checked:
    """What both fields add to Django's."""

    usual_policy: UploadPolicy
    form_field: type

    def __init__(self, *args: Any, policy: UploadPolicy | None = None, hash_field: str | None = None, duplicates: str = "allow", **kwargs: Any) -> None:
        if duplicates not in ("allow", "refuse"):
            raise ValueError("duplicates must be allow or refuse")
        if duplicates == "refuse" and hash_field is None:
            raise ValueError("refusing duplicates needs a hash_field to know them by")
        self.policy = policy or self.usual_policy
        self.hash_field = hash_field
        self.duplicates = duplicates
        self.upload_check = ValidateUpload(self.policy)
        kwargs.setdefault("upload_to", RandomName())
        kwargs["validators"] = [*kwargs.get("validators", ()), self.upload_check]
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        others = [validator for validator in kwargs.pop("validators", ()) if validator is not self.upload_check]
        if others:
            kwargs["validators"] = others
        if self.policy != self.usual_policy:
            kwargs["policy"] = self.policy
        if self.hash_field is not None:
            kwargs["hash_field"] = self.hash_field
        if self.duplicates != "allow":
            kwargs["duplicates"] = self.duplicates
        return name, f"barding.uploads.{type(self).__name__}" if type(self).__module__ == __name__ else path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": self.form_field, "policy": self.policy, **kwargs})  # type: ignore[misc]

    def clean(self, value: Any, model_instance: Any) -> Any:
        value = super().clean(value, model_instance)  # type: ignore[misc]
        if value and not getattr(value, "_committed", True):
            examined = self.upload_check.examine(value)
            if examined is not None:
                self._refuse_duplicate(model_instance, examined)
        return value

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        file = getattr(model_instance, self.attname)  # type: ignore[attr-defined]
        if file and not file._committed:
            # Forms have looked already and left a note; `Model.objects.create(file=…)` comes here first.
            examined = self.upload_check.examine(file)
            if examined is not None:
                self._refuse_duplicate(model_instance, examined)
                if examined.content is not None:
                    file.file = ContentFile(examined.content, name=examined.name)
                    file._committed = False
                file.name = examined.name
                if self.hash_field is not None:
                    setattr(model_instance, self.hash_field, examined.sent_sha256)
        return super().pre_save(model_instance, add)  # type: ignore[misc]

    def _refuse_duplicate(self, model_instance: Any, examined: Examined) -> None:
        if self.duplicates != "refuse":
            return
        known = type(model_instance)._default_manager.filter(**{self.hash_field: examined.sent_sha256})
        if model_instance.pk is not None:
            known = known.exclude(pk=model_instance.pk)
        if known.exists():
            raise UploadRefused([refusal("duplicate")])


class SafeFileField(_Checked, models.FileField):
    """A file field with a policy (documents and pictures by default), random names in storage, and, with ``hash_field``,
    the SHA-256 of what was sent in another field of the model; ``duplicates="refuse"`` turns known files away."""

    usual_policy = UploadPolicy(kinds=(*DOCUMENTS, *IMAGES))
    form_field = forms.SafeFileField


class SafeImageField(_Checked, models.ImageField):
    """The same for pictures. Pillow is needed only for ``width_field``, ``height_field`` and encoding anew."""

    usual_policy = UploadPolicy(kinds=IMAGES)
    form_field = forms.SafeImageField

    def _check_image_library_installed(self) -> list[Any]:
        if self.width_field or self.height_field or self.policy.reencode:
            return super()._check_image_library_installed()
        return []
