"""Links that name one thing, for a time, and cannot be changed: signed with SECRET_KEY."""

from __future__ import annotations

import datetime
import time
from typing import Any

from django.core import signing

__all__ = ["BadLink", "LinkExpired", "read_link", "sign_link"]

_SALT = "barding.serving.links"


class BadLink(Exception):
    """The link was changed, or made for something else."""


class LinkExpired(BadLink):
    """The link was good and is too old."""


def sign_link(subject: str, *, purpose: str, lasts: datetime.timedelta | int = 3600, **claims: Any) -> str:
    """A token for ``subject`` (a primary key, a path) that is good for ``lasts`` seconds and for this purpose only."""
    seconds = int(lasts.total_seconds()) if isinstance(lasts, datetime.timedelta) else int(lasts)
    if seconds <= 0:
        raise ValueError("a link must last for a second at the least")
    payload = {"s": subject, "e": int(time.time()) + seconds, **({"c": claims} if claims else {})}
    return signing.dumps(payload, salt=f"{_SALT}.{purpose}", compress=False)


def read_link(token: str, *, purpose: str) -> tuple[str, dict[str, Any]]:
    """The subject and the claims of a token. Raises :class:`LinkExpired` or :class:`BadLink`."""
    if not isinstance(token, str) or len(token) > 4000:
        raise BadLink("this is no link of ours")
    try:
        payload = signing.loads(token, salt=f"{_SALT}.{purpose}")
    except signing.BadSignature as error:
        raise BadLink("the signature does not fit") from error
    if not isinstance(payload, dict) or not isinstance(payload.get("s"), str) or not isinstance(payload.get("e"), int):
        raise BadLink("the link says nothing we know")
    if payload["e"] < time.time():
        raise LinkExpired("the link has expired")
    claims = payload.get("c")
    return payload["s"], claims if isinstance(claims, dict) else {}
