"""The model field: looks like a file field to forms and points to an :class:`Upload`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from barding.uploads.forms import SafeFileField
from barding.uploads.validators import ValidateUpload

__all__ = ["ModeratedFileField"]


class ModeratedFileField(models.ForeignKey):
    """A file that waits for a moderator.

    ``policy`` (of :mod:`barding.uploads`) says what may be uploaded; ``validators`` take its place where they are given.
    ``moderate=False`` publishes at once; the setting's ``models`` switch decides over it.
    """

    def __init__(self, moderate: bool = True, policy: Any = None, **kwargs: Any) -> None:
        self.moderate = moderate
        self.policy = policy
        kwargs.setdefault("to", "barding_moderation.Upload")
        kwargs.setdefault("on_delete", models.PROTECT)
        kwargs.setdefault("related_name", "+")
        self._file_validators = list(kwargs.pop("validators", ()))
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """For migrations: what may be uploaded is no matter of the database."""
        name, path, args, kwargs = super().deconstruct()
        if not self.moderate:
            kwargs["moderate"] = False
        return name, path, args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """A field for files, with the policy."""
        for unused in ("queryset", "limit_choices_to", "to_field_name", "using", "form_class", "choices_form_class"):
            kwargs.pop(unused, None)
        usual: dict[str, Any] = {
            "required": not self.blank,
            "label": _capital(self.verbose_name),
            "help_text": self.help_text,
            "max_length": 255,
        }
        if self._file_validators:
            return forms.FileField(**{**usual, "validators": self._file_validators, **kwargs})
        return SafeFileField(**{**usual, "policy": self.policy, **kwargs})

    def value_from_object(self, obj: models.Model) -> Any:
        """What a form shows as the present file."""
        return getattr(obj, self.name)

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """Keeps the file until the object is saved; ``False`` is the form's "clear", nothing means "as it was"."""
        if isinstance(data, UploadedFile):
            instance.__dict__[self._waiting] = data
        elif data is False:
            instance.__dict__.pop(self._waiting, None)
            setattr(instance, self.name, None)
        elif data is not None and not isinstance(data, str):
            setattr(instance, self.name, data)

    @property
    def _waiting(self) -> str:
        return f"_barding_waiting_{self.name}"

    def clean(self, value: Any, model_instance: Any) -> Any:
        """A file that waits to be saved is a value."""
        if model_instance is not None and self._waiting in model_instance.__dict__:
            return value
        return super().clean(value, model_instance)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Receives the file."""
        file = model_instance.__dict__.pop(self._waiting, None)
        if file is not None:
            self.receive(model_instance, file)
        return super().pre_save(model_instance, add)

    def receive(self, instance: models.Model, file: Any, uploader: Any = None) -> Any:
        """Puts a file into quarantine and lets ``instance`` point to it. The instance still has to be saved."""
        from barding.moderation.conf import is_moderated
        from barding.moderation.uploader import current_uploader
        from barding.moderation.workflow import receive

        label = instance._meta.label
        upload = receive(
            self.checked(file),
            uploader=uploader or current_uploader(),
            source=f"{label}.{self.name}",
            moderate=is_moderated(label, self.moderate),
        )
        setattr(instance, self.name, upload)
        return upload

    def checked(self, file: Any) -> Any:
        """The file as it may be stored; raises ``ValidationError`` where a form would. A form has looked already and left a note."""
        if self._file_validators:
            for validator in self._file_validators:
                validator(file)
            return file
        examined = ValidateUpload(self.policy or SafeFileField.usual_policy).examine(file)
        if examined is None or examined.content is None:
            return file
        return ContentFile(examined.content, name=examined.name)


def _capital(text: Any) -> str:
    text = str(text)
    return text[:1].upper() + text[1:]
