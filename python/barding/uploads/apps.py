"""The Django app ``barding.uploads``: brings translations and the checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    """What may be uploaded."""

    name = "barding.uploads"
    label = "barding_uploads"
    verbose_name = _("Uploads")

    def ready(self) -> None:
        """Registers the checks: media that could act, fields without protection."""
        from barding.serving import checks  # noqa: F401
