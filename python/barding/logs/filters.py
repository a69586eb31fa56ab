"""The logging filter. It belongs on handlers: a logger's own filters do not see what its children hand up."""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Mapping
from typing import Any

from barding.logs.redactor import REDACTED, Redactor, shared

__all__ = ["RedactingFilter", "attach", "protect"]

_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__)
_LENGTH = len(_STANDARD)
#: What formatters add to a record, and what frameworks put there to be used, not shown.
_NOT_EXTRA = _STANDARD | {"message", "asctime", "exc_text", "stack_info"}
_SIMPLE = frozenset((str, int, float, bool, type(None)))
_NO_SECRETS: tuple[int, ...] = ()

# A conversion of a format, and the word that names the value: "password: %s", "token='%s'", "password is %s".
_CONVERSION = re.compile(r"%(?:\(([^)]*)\))?[-#0 +]*(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([diouxXeEfFgGcrsa%])")
_NAME_BEFORE = re.compile(r"([A-Za-z_][\w.-]*)[\"']?\s*(?:[:=]+>?|is|was)?\s*[\"'(<\[]?$")


class RedactingFilter(logging.Filter):
    """Takes the secrets out of each record that passes: message, args, extras, traceback, stack.

    A record that tells nothing is left as it is, template and args apart, so that tools which group by template still can.
    """

    def __init__(self, name: str = "", redactor: Redactor | None = None) -> None:
        super().__init__(name)
        self._own = redactor
        self._templates: dict[str, tuple[int, ...]] = {}

    @property
    def redactor(self) -> Redactor:
        """The one in use."""
        return self._own or shared()

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, unless the filter was given the name of a logger and it is another's."""
        if self.nlen and not super().filter(record):
            return False
        redactor = self._own or shared()
        message, args = record.msg, record.args
        if args:
            # What nearly all records are: a template that calls nothing secret, and plain args.
            is_usual = type(message) is str and type(args) is tuple
            if is_usual and self._templates.get(message) is _NO_SECRETS and _SIMPLE.issuperset(map(type, args)):
                try:
                    text = message % args
                except Exception:  # logging reports it where it happens
                    self._args_alone(record, redactor, _NO_SECRETS)
                else:
                    if redactor.text(text) is not text:
                        self._args_alone(record, redactor, _NO_SECRETS)
            elif is_usual:
                self._args_alone(record, redactor, self._read_template(message, redactor))
            else:
                self._args_alone(record, redactor, _NO_SECRETS)
        elif type(message) is str:
            clean = redactor.text(message)
            if clean is not message:
                record.msg = clean
        else:
            self._other_message(record, redactor)
        attributes = record.__dict__
        if len(attributes) != _LENGTH:
            self._extras(attributes, redactor)
        if record.exc_info or record.exc_text or record.stack_info:
            self._tracebacks(record, redactor)
        return True

    def _args_alone(self, record: logging.LogRecord, redactor: Redactor, secret: tuple[int, ...]) -> None:
        """Cleans each arg; where that is not enough, the finished message takes the place of template and args."""
        args = record.args
        if isinstance(args, Mapping):
            clean: Any = redactor.data(args)
        elif isinstance(args, tuple):
            clean = tuple(
                REDACTED if place in secret and isinstance(arg, (str, bytes)) and arg else redactor.data(arg)
                for place, arg in enumerate(args)
            )
            if all(new is old for new, old in zip(clean, args, strict=True)):
                clean = args
        else:
            clean = redactor.data(args)
        try:
            text = str(record.msg) % clean
        except Exception:
            # A number's conversion of what is no number any more, or a template that never fitted its args.
            try:
                text = str(record.msg) % args  # type: ignore[operator]
            except Exception:
                record.args = clean
                record.msg = redactor.data(record.msg)
                return
            safe = redactor.text(text)
            if secret or safe is text:
                safe = f"{redactor.text(str(record.msg))} {clean!r}"
            record.msg, record.args = safe, ()
            return
        safe = redactor.text(text)
        if safe is text:
            if clean is not args:
                record.args = clean
        else:
            record.msg, record.args = safe, ()

    def _other_message(self, record: logging.LogRecord, redactor: Redactor) -> None:
        message = record.msg
        if isinstance(message, (Mapping, list, tuple, set, frozenset)):
            message = record.msg = redactor.data(message)
        try:
            text = str(message)
        except Exception:
            return
        clean = redactor.text(text)
        if clean is not text:
            record.msg = clean

    def _extras(self, attributes: dict[str, Any], redactor: Redactor) -> None:
        for name in [name for name in attributes if name not in _NOT_EXTRA]:
            value = attributes[name]
            clean = redactor.named(name, value)
            if clean is not value:
                attributes[name] = clean

    def _tracebacks(self, record: logging.LogRecord, redactor: Redactor) -> None:
        if record.exc_info and not record.exc_text:
            info = record.exc_info
            if info[0] is not None:
                record.exc_text = _PLAIN_FORMATTER.formatException(info)
        if record.exc_text:
            record.exc_text = redactor.text(record.exc_text)
        if record.stack_info:
            record.stack_info = redactor.text(str(record.stack_info))

    def _read_template(self, message: str, redactor: Redactor) -> tuple[int, ...]:
        """Which args the template itself calls secret. Read once for each template."""
        known = self._templates.get(message)
        if known is not None:
            return known
        places = []
        place = 0
        end_of_last = 0
        for found in _CONVERSION.finditer(message[:2000]):
            if found.group(4) == "%":
                continue
            place += (found.group(2) == "*") + (found.group(3) == "*")
            before = _NAME_BEFORE.search(message[max(end_of_last, found.start() - 100) : found.start()])
            if before and redactor.is_secret_name(before.group(1)):
                places.append(place)
            place += 1
            end_of_last = found.end()
        if len(self._templates) > 5000:  # an f-string makes a new template each time
            self._templates.clear()
        secret = tuple(places) or _NO_SECRETS
        self._templates[message] = secret
        return secret


_PLAIN_FORMATTER = logging.Formatter()


def protect(config: Mapping[str, Any], *, name: str = "barding") -> dict[str, Any]:
    """A copy of a ``dictConfig`` with the filter on every handler: ``LOGGING = protect({...})``."""
    clean = copy.deepcopy(dict(config))
    clean.setdefault("version", 1)
    filters = clean.setdefault("filters", {})
    filters.setdefault(name, {"()": "barding.logs.RedactingFilter"})
    for handler in clean.get("handlers", {}).values():
        present = list(handler.get("filters") or [])
        if name not in present:
            # Last, so that the project's own filters may still add to the record.
            handler["filters"] = [*present, name]
    return clean


def attach(redactor: Redactor | None = None) -> int:
    """Puts the filter on every handler there is, where it is not there yet. Says on how many."""
    count = 0
    for handler in handlers():
        if not any(isinstance(present, RedactingFilter) for present in handler.filters):
            handler.addFilter(RedactingFilter(redactor=redactor))
            count += 1
    return count


def handlers() -> list[logging.Handler]:
    """Every handler that some logger has."""
    loggers: list[Any] = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
    found = {id(handler): handler for logger in loggers for handler in getattr(logger, "handlers", ())}
    if logging.lastResort is not None:
        found[id(logging.lastResort)] = logging.lastResort
    return list(found.values())
