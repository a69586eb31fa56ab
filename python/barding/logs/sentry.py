"""For Sentry: ``sentry_sdk.init(before_send=before_send, before_breadcrumb=before_breadcrumb, ...)``. Needs no import of it."""

from __future__ import annotations

from typing import Any

from barding.logs.redactor import shared

__all__ = ["before_breadcrumb", "before_send", "before_send_log", "before_send_transaction"]


def before_send(event: dict[str, Any], hint: dict[str, Any] | None = None) -> dict[str, Any]:
    """The event without its secrets: message, request with its cookies and headers, variables of frames, breadcrumbs, extras."""
    return shared().data(event)


def before_send_transaction(event: dict[str, Any], hint: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same for transactions."""
    return shared().data(event)


def before_breadcrumb(crumb: dict[str, Any], hint: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same for one breadcrumb."""
    return shared().data(crumb)


def before_send_log(log: dict[str, Any], hint: dict[str, Any] | None = None) -> dict[str, Any]:
    """The same for Sentry's structured logs."""
    return shared().data(log)
