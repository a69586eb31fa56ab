"""The Django app ``barding.uploads``. Only its translations need it to be installed."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UploadsConfig(AppConfig):
    """What may be uploaded."""

    name = "barding.uploads"
    label = "barding_uploads"
    verbose_name = _("Uploads")
