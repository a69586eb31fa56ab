"""The setting ``BARDING_MODERATION``, read when it is needed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.module_loading import import_string

__all__ = ["PrivateStorage", "is_moderated", "option", "private_storage", "public_storage"]

DEFAULTS: dict[str, Any] = {
    # An alias of STORAGES, a dotted path, or {"BACKEND": …, "OPTIONS": {…}}. None: a folder, see "location".
    "storage": None,
    # The folder of the private storage, outside of MEDIA_ROOT and STATIC_ROOT.
    "location": None,
    # The storage published files are copied to. None: they stay where they are and our view serves them.
    "public_storage": None,
    # Approved is published. False: publishing is a step of its own.
    "publish_on_approval": True,
    # Nobody decides about their own upload.
    "four_eyes": False,
    # The switch for each model: {"shop.Photo": False} publishes its uploads at once.
    "models": {},
    # Largest side of the previews in the admin, and the most pixels we decode for one.
    "preview_size": 240,
    "preview_pixels": 40_000_000,
    # How long signed links last unless said otherwise, in seconds.
    "link_lasts": 3600,
}


def option(name: str) -> Any:
    """One option, or its default."""
    options = getattr(settings, "BARDING_MODERATION", None) or {}
    unknown = set(options) - set(DEFAULTS)
    if unknown:
        raise ImproperlyConfigured(
            f"BARDING_MODERATION has no option {', '.join(sorted(unknown))}; there are {', '.join(DEFAULTS)}."
        )
    return options.get(name, DEFAULTS[name])


class PrivateStorage(FileSystemStorage):
    """A folder that no web server shows: files for this user only, no address."""

    def __init__(self, location: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("file_permissions_mode", 0o600)
        kwargs.setdefault("directory_permissions_mode", 0o700)
        super().__init__(location=location or _usual_location(), base_url=None, **kwargs)

    def url(self, name: str | None) -> str:
        """There is none."""
        raise ValueError("a private file has no address of its own; ask the upload for its url")


def _usual_location() -> str:
    location = option("location")
    if location:
        return os.fspath(location)
    base = getattr(settings, "BASE_DIR", None)
    if base is None:
        raise ImproperlyConfigured('BARDING_MODERATION needs a "location" or a "storage": uploads wait there.')
    return str(Path(base) / "quarantine")


def private_storage() -> Storage:
    """Where uploads wait. Models name this function, so migrations hold no path."""
    chosen = option("storage")
    return PrivateStorage() if chosen is None else _storage(chosen)


def public_storage() -> Storage | None:
    """Where published files go, if they go anywhere."""
    chosen = option("public_storage")
    return None if chosen is None else _storage(chosen)


def _storage(chosen: Any) -> Storage:
    if isinstance(chosen, dict):
        return import_string(chosen["BACKEND"])(**chosen.get("OPTIONS", {}))
    if isinstance(chosen, str):
        try:
            from django.core.files.storage import storages
        except ImportError:  # Django before 4.2
            storages = None
        if storages is not None and chosen in (getattr(settings, "STORAGES", None) or {}):
            return storages[chosen]
        if chosen == "default":
            from django.core.files.storage import default_storage

            return default_storage
        if "." not in chosen:
            raise ImproperlyConfigured(f"BARDING_MODERATION: {chosen!r} is no alias of STORAGES and no dotted path.")
        chosen = import_string(chosen)
    return chosen() if callable(chosen) else chosen


def is_moderated(model_label: str, field_says: bool) -> bool:
    """Whether uploads of a model wait: the setting's switch for the model, else what the field says."""
    models = {label.lower(): switch for label, switch in option("models").items()}
    return bool(models.get(model_label.lower(), field_says))
