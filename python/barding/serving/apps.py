"""The Django app ``barding.serving``: brings the checks."""

from django.apps import AppConfig


class ServingConfig(AppConfig):
    """In ``INSTALLED_APPS`` it adds what ``manage.py check`` says about users' files."""

    name = "barding.serving"
    label = "barding_serving"
    verbose_name = "Users' files"

    def ready(self) -> None:
        """Registers the checks."""
        from barding.serving import checks  # noqa: F401
