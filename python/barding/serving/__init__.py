"""Users' files handed out so that they cannot act: inert headers, range requests, hand-over to the web server, signed links.

The pieces::

    inert_response(request, file, name=…)     the response for any file, wherever it is stored
    sign_link(…), read_link(…)                links that name a file, end, and cannot be changed
    barding.serving.checks                    what manage.py check says about media

Nothing here decides who may see a file: the view that calls it does.
"""

from barding.serving.headers import INLINE_TYPES, inert_headers, inert_type
from barding.serving.links import BadLink, LinkExpired, read_link, sign_link
from barding.serving.response import inert_response

__all__ = [
    "INLINE_TYPES",
    "BadLink",
    "LinkExpired",
    "inert_headers",
    "inert_response",
    "inert_type",
    "read_link",
    "sign_link",
]
