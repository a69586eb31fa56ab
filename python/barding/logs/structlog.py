"""A structlog processor. Put it right before the renderer."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from barding.logs.redactor import shared

__all__ = ["redact_event"]


def redact_event(logger: Any, method_name: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The event without its secrets. Also behind ``dict_tracebacks``: the locals of frames are data like any other."""
    clean = shared().data(event_dict)
    if clean is not event_dict and not isinstance(clean, type(event_dict)):
        return type(event_dict)(clean)  # type: ignore[call-arg]
    return clean
