"""The Django app ``barding.moderation``."""

from __future__ import annotations

from django.apps import AppConfig


class ModerationConfig(AppConfig):
    """Quarantine, moderation and serving of uploads."""

    name = "barding.moderation"
    label = "barding_moderation"
    verbose_name = "Moderation of uploads"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Registers the checks."""
        from barding.moderation import checks  # noqa: F401
        from barding.serving import checks as serving_checks  # noqa: F401
