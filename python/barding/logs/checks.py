"""What ``manage.py check`` says about logs."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.utils.module_loading import import_string


@register(Tags.security)
def check_logs(app_configs: Any, **kwargs: Any) -> list[Warning]:
    """Handlers without the filter, and a report filter of the project's own that knows nothing of ours."""
    from barding.logs.filters import RedactingFilter
    from barding.logs.formatters import JsonFormatter, RedactingFormatter
    from barding.logs.reporter import RedactingReporterFilter

    found = []
    loggers: list[Any] = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    for logger in loggers:
        for handler in getattr(logger, "handlers", ()):
            if isinstance(handler, logging.NullHandler):
                continue
            covered = any(isinstance(present, RedactingFilter) for present in handler.filters)
            if not covered and not isinstance(handler.formatter, (RedactingFormatter, JsonFormatter)):
                found.append(
                    Warning(
                        f"The handler {type(handler).__name__} of the logger {logger.name!r} writes secrets as they come.",
                        hint="Give it the filter barding.logs.RedactingFilter, or wrap LOGGING in barding.logs.protect().",
                        id="barding_logs.W001",
                    )
                )
    try:
        chosen = import_string(settings.DEFAULT_EXCEPTION_REPORTER_FILTER)
    except ImportError:
        return found  # Django reports it
    if not issubclass(chosen, RedactingReporterFilter):
        found.append(
            Warning(
                f"Error reports go through {settings.DEFAULT_EXCEPTION_REPORTER_FILTER}, which hides by marked names only.",
                hint="Let it extend barding.logs.reporter.RedactingReporterFilter.",
                id="barding_logs.W002",
            )
        )
    return found
