"""Logs that do not tell.

What goes through here loses its secrets: by key (``password``, ``Authorization``), by pattern (the detectors of
``barding secrets``) and by value (the project's own passwords and keys, known by their hashes).

The pieces::

    RedactingFilter      for handlers: messages, args, extras, tracebacks
    RedactingFormatter   the last look at the finished text; tracebacks with their locals
    JsonFormatter        one JSON object per record
    protect(LOGGING)     puts the filter on every handler of a dictConfig
    barding.logs.reporter.RedactingReporterFilter   for DEFAULT_EXCEPTION_REPORTER_FILTER
    barding.logs.structlog.redact_event             a structlog processor
    barding.logs.sentry.before_send                 for sentry_sdk.init

Put ``"barding.logs"`` into ``INSTALLED_APPS`` and all handlers and error reports of the project are covered.
"""

from barding.logs.filters import RedactingFilter, attach, protect
from barding.logs.formatters import JsonFormatter, RedactingFormatter
from barding.logs.redactor import REDACTED, Redactor, shared, use

__all__ = [
    "REDACTED",
    "JsonFormatter",
    "RedactingFilter",
    "RedactingFormatter",
    "Redactor",
    "attach",
    "protect",
    "shared",
    "use",
]
