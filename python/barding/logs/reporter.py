"""Django's error reports without secrets: the debug page and the mail to the admins.

:class:`RedactingReporterFilter` is for ``DEFAULT_EXCEPTION_REPORTER_FILTER``. It does what Django's does, whether DEBUG is on
or not, and also looks at names and values that nobody marked as sensitive. :class:`RedactingReporter`, for
``DEFAULT_EXCEPTION_REPORTER``, covers what Django does not hand to a filter: the query string, cookies before Django 4.1, the
exception's own text.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import escape
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from barding.logs.redactor import REDACTED, Redactor, shared

__all__ = ["RedactingReporter", "RedactingReporterFilter"]

#: Cookies that stand for a login.
_CLOSED_COOKIES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME")
#: The shortest value that is hidden wherever it stands.
SHORTEST = 6


class RedactingReporterFilter(SafeExceptionReporterFilter):
    """Django's filter, and by name and by value besides: settings, request data, cookies, headers, local variables."""

    @property
    def redactor(self) -> Redactor:
        """The one in use."""
        return shared()

    def cleanse_setting(self, key: Any, value: Any) -> Any:
        """A setting, a header or a cookie."""
        cleansed = super().cleanse_setting(key, value)
        return self._shown(key, cleansed)

    def get_safe_cookies(self, request: Any) -> dict[str, Any]:
        """Cookies; those of the session and of CSRF never show their values."""
        if not hasattr(request, "COOKIES"):
            return {}
        from django.conf import settings

        closed = {getattr(settings, name, None) for name in _CLOSED_COOKIES}
        return {
            key: self.cleansed_substitute if key in closed else self.cleanse_setting(key, value)
            for key, value in request.COOKIES.items()
        }

    def get_cleansed_multivaluedict(self, request: Any, multivaluedict: Any) -> Any:
        """What a form posted, where only parts of it are shown."""
        return self.redactor.data(super().get_cleansed_multivaluedict(request, multivaluedict))

    def get_post_parameters(self, request: Any) -> Any:
        """What a form posted."""
        parameters = super().get_post_parameters(request)
        return self.redactor.data(parameters)

    def cleanse_special_types(self, request: Any, value: Any) -> Any:
        """Variables that hold what a form posted."""
        return self._shown("", super().cleanse_special_types(request, value))

    def get_traceback_frame_variables(self, request: Any, tb_frame: Any) -> Any:
        """Local variables."""
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return [(name, self._variable(name, value)) for name, value in variables]

    def _variable(self, name: str, value: Any) -> Any:
        clean = self._shown(name, value)
        if isinstance(clean, (str, bytes, int, float, bool, type(None))):
            return clean
        # Objects tell their secrets in their reprs, which only Django's pretty-printer sees otherwise.
        try:
            text = repr(clean)
        except Exception:
            return clean
        redacted = self.redactor.text(text)
        return clean if redacted is text else redacted

    def _shown(self, name: Any, value: Any) -> Any:
        if value == self.cleansed_substitute if isinstance(value, str) else False:
            return value
        redactor = self.redactor
        if isinstance(name, str):
            if redactor.is_secret_name(name) and isinstance(value, (str, bytes, int)) and not isinstance(value, bool):
                return self.cleansed_substitute if value else value
            return redactor.named(name, value)
        return redactor.data(value)


class RedactingReporter(ExceptionReporter):
    """A reporter that looks at everything once more before it is shown."""

    def get_traceback_data(self) -> dict[str, Any]:
        """What the templates of the report are given."""
        data = super().get_traceback_data()
        redactor = shared()
        if self.request is not None:
            data["request_GET_items"] = list(redactor.data(self.request.GET).items())
            cookies = getattr(self.filter, "get_safe_cookies", None) or RedactingReporterFilter().get_safe_cookies
            data["request_COOKIES_items"] = list(cookies(self.request).items())
        for name in ("exception_value", "request_insecure_uri", "exception_notes", "template_does_not_exist"):
            if isinstance(data.get(name), str):
                data[name] = redactor.text(str(data[name]))
        for frame in data.get("frames") or ():
            for part in ("pre_context", "post_context"):
                if isinstance(frame.get(part), (list, tuple)):
                    frame[part] = [redactor.text(line) if isinstance(line, str) else line for line in frame[part]]
            if isinstance(frame.get("context_line"), str):
                # The line may end in the exception's own text, which has its secrets from values.
                frame["context_line"] = redactor.text(frame["context_line"])
        return data

    def get_traceback_html(self) -> str:
        """The debug page."""
        return self._without_secrets(str(super().get_traceback_html()))

    def get_traceback_text(self) -> str:
        """The text of the mail."""
        return self._without_secrets(str(super().get_traceback_text()))

    def _without_secrets(self, text: str) -> str:
        """What names gave away is hidden wherever else it stands: a password posted may be part of the exception's text."""
        for value in self._overheard():
            text = text.replace(value, REDACTED)
            escaped = escape(value)
            if escaped != value:
                text = text.replace(str(escaped), REDACTED)
        return shared().text(text)

    def _overheard(self) -> list[str]:
        redactor = shared()
        values: set[str] = set()
        request = self.request
        for source in ("POST", "GET", "COOKIES", "META"):
            try:
                members = getattr(request, source, None) or {}
                lists = members.lists() if hasattr(members, "lists") else ((key, [value]) for key, value in members.items())
                for key, items in lists:
                    if isinstance(key, str) and redactor.is_secret_name(key):
                        values.update(item for item in items if isinstance(item, str))
            except Exception:  # a request that broke off cannot be read any more
                continue
        trace = self.tb
        for _ in range(100):
            if trace is None:
                break
            for name, value in list(trace.tb_frame.f_locals.items())[:200]:
                if isinstance(value, str) and redactor.is_secret_name(name):
                    values.add(value)
            trace = trace.tb_next
        # Short ones are parts of ordinary words.
        usable = {value for value in values if SHORTEST <= len(value) <= 5000 and not redactor.is_secret_name(value)}
        return sorted(usable, key=lambda value: (-len(value), value))
