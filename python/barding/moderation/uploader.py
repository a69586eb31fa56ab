"""Who is uploading: known from the request, or said by the code that saves."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

__all__ = ["UploaderMiddleware", "current_uploader", "uploading_as"]

_user: ContextVar[Any] = ContextVar("barding_uploader", default=None)


@contextlib.contextmanager
def uploading_as(user: Any) -> Iterator[None]:
    """Uploads saved inside belong to ``user``."""
    token = _user.set(user)
    try:
        yield
    finally:
        _user.reset(token)


def current_uploader() -> Any:
    """The user whose upload is being saved; nobody when that is not known or they are not logged in."""
    user = _user.get()
    if user is None:
        return None
    # A request's user is lazy; asked only now, so that requests without uploads cost no query.
    return user if getattr(user, "is_authenticated", False) and user.pk is not None else None


class UploaderMiddleware:
    """Says for each request that its user uploads. Stands after Django's ``AuthenticationMiddleware``."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        """Handles one request."""
        with uploading_as(getattr(request, "user", None)):
            return self.get_response(request)
