"""Django's error reports without secrets: the debug page and the mail to the admins.

:class:`RedactingReporterFilter` is for ``DEFAULT_EXCEPTION_REPORTER_FILTER``. It does what Django's does, whether DEBUG is on
or not, and also looks at names and values that nobody marked as sensitive. :class:`RedactingReporter`, for
``DEFAULT_EXCEPTION_REPORTER``, covers what Django does not hand to a filter: the query string, cookies before Django 4.1, the
exception's own text.
"""

from __future__ import annotations

from typing import Any

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from barding.logs.redactor import Redactor, shared

__all__ = ["RedactingReporter", "RedactingReporterFilter"]

#: Cookies that stand for a login.
_SESSION_COOKIES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME")


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

        closed = {getattr(settings, name, None) for name in _SESSION_COOKIES[:2]}
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
        return data

    def get_traceback_html(self) -> str:
        """The debug page."""
        return shared().text(str(super().get_traceback_html()))

    def get_traceback_text(self) -> str:
        """The text of the mail."""
        return shared().text(str(super().get_traceback_text()))
