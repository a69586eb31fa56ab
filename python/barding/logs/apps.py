"""The Django app ``barding.logs``: in ``INSTALLED_APPS`` it covers every handler and every error report."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

_DJANGOS_FILTER = "django.views.debug.SafeExceptionReporterFilter"
_DJANGOS_REPORTER = "django.views.debug.ExceptionReporter"


class LogsConfig(AppConfig):
    """Settings, all optional::

        BARDING_LOGS = {
            "keys": ["member_number"],   # further names whose values are secret
            "safe_keys": ["page_token"], # names whose values are not
            "values": [...],             # further values to hide; hashed at start
            "environment": True,         # take values from telling names of the environment too
            "handlers": True,            # put the filter on every handler there is
            "reports": True,             # take the place of Django's own reporter and its filter
        }
    """

    name = "barding.logs"
    label = "barding_logs"
    verbose_name = "Logs that do not tell"

    def ready(self) -> None:
        """Reads the project's secrets, keeps their hashes and takes its places."""
        from django.conf import settings

        from barding.logs import checks  # noqa: F401, registers itself
        from barding.logs.filters import attach
        from barding.logs.project import secrets_of
        from barding.logs.redactor import Redactor, use

        options: dict[str, Any] = getattr(settings, "BARDING_LOGS", None) or {}
        values = secrets_of(settings, None if options.get("environment", True) else {})
        use(
            Redactor(
                [*values, *options.get("values", ())],
                keys=options.get("keys", ()),
                safe_keys=options.get("safe_keys", ()),
            )
        )
        if options.get("handlers", True):
            attach()
        if options.get("reports", True):
            if settings.DEFAULT_EXCEPTION_REPORTER_FILTER == _DJANGOS_FILTER:
                settings.DEFAULT_EXCEPTION_REPORTER_FILTER = "barding.logs.reporter.RedactingReporterFilter"
            if settings.DEFAULT_EXCEPTION_REPORTER == _DJANGOS_REPORTER:
                settings.DEFAULT_EXCEPTION_REPORTER = "barding.logs.reporter.RedactingReporter"
                _let_mail_use_it()


def _let_mail_use_it() -> None:
    """Handlers that mail to the admins were made before any app was ready, with Django's reporter."""
    from django.utils.log import AdminEmailHandler
    from django.views.debug import ExceptionReporter

    from barding.logs.filters import handlers
    from barding.logs.reporter import RedactingReporter

    for handler in handlers():
        if isinstance(handler, AdminEmailHandler) and handler.reporter_class is ExceptionReporter:
            handler.reporter_class = RedactingReporter
