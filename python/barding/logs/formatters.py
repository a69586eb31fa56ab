"""Formatters: the last look at the finished text, tracebacks with their locals, and JSON."""

from __future__ import annotations

import datetime
import json
import logging
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from barding.logs.filters import _NOT_EXTRA
from barding.logs.redactor import REDACTED, Redactor, shared

__all__ = ["JsonFormatter", "RedactingFormatter"]

#: Characters shown of one local variable.
LONGEST_LOCAL = 300
#: Variables shown of one frame.
MOST_LOCALS = 40


class RedactingFormatter(logging.Formatter):
    """Formats and then blots out what is left. With ``show_locals`` each frame of a traceback shows its variables, by name and
    by value without their secrets. With ``inner`` another formatter does the formatting.
    """

    def __init__(
        self,
        fmt: str | None = None,
        datefmt: str | None = None,
        style: Any = "%",
        validate: bool = True,
        *,
        defaults: Any = None,
        inner: logging.Formatter | None = None,
        show_locals: bool = False,
        redactor: Redactor | None = None,
    ) -> None:
        super().__init__(fmt, datefmt, style, validate, defaults=defaults)
        self._inner = inner
        self._show_locals = show_locals
        self._own = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The text of the record."""
        if self._show_locals and record.exc_info and self._inner is None:
            # The text of a traceback is kept with the record for all formatters; ours has more in it than others want.
            kept, record.exc_text = record.exc_text, None
            try:
                text = super().format(record)
            finally:
                record.exc_text = kept
        else:
            text = self._inner.format(record) if self._inner is not None else super().format(record)
        return (self._own or shared()).text(text)

    def formatException(self, ei: Any) -> str:  # noqa: N802, logging's name
        """The text of a traceback."""
        if not self._show_locals or ei[2] is None:
            return super().formatException(ei)
        return "".join(_with_locals(ei[1], ei[2], self._own or shared())).rstrip("\n")


def _with_locals(error: BaseException, trace: TracebackType | None, redactor: Redactor) -> Iterator[str]:
    chain: list[tuple[BaseException, TracebackType | None, str]] = []
    seen: set[int] = set()
    current: BaseException | None = error
    joint = ""
    while current is not None and id(current) not in seen and len(chain) < 10:
        seen.add(id(current))
        chain.append((current, trace if current is error else current.__traceback__, joint))
        if current.__cause__ is not None:
            joint = "\nThe above exception was the direct cause of the following exception:\n\n"
            current = current.__cause__
        elif current.__context__ is not None and not current.__suppress_context__:
            joint = "\nDuring handling of the above exception, another exception occurred:\n\n"
            current = current.__context__
        else:
            current = None
    for error_of_chain, trace_of_chain, joint in reversed(chain):
        yield "Traceback (most recent call last):\n"
        for frame, line in list(traceback.walk_tb(trace_of_chain))[-50:]:
            code = frame.f_code
            yield from traceback.format_list(
                [traceback.FrameSummary(code.co_filename, line, code.co_name)]
            )
            for name, text in locals_of(frame.f_locals, redactor):
                yield f"    {name} = {text}\n"
        yield from traceback.format_exception_only(type(error_of_chain), error_of_chain)
        yield joint


def locals_of(variables: dict[str, Any], redactor: Redactor) -> Iterator[tuple[str, str]]:
    """Names and texts of a frame's variables, without their secrets."""
    for count, (name, value) in enumerate(variables.items()):
        if count >= MOST_LOCALS:
            yield "…", f"{len(variables) - MOST_LOCALS} more"
            return
        if name.startswith("__"):
            continue
        clean = redactor.named(name, value)
        if clean is REDACTED:
            yield name, REDACTED
            continue
        try:
            text = repr(clean)
        except Exception as problem:
            text = f"<{type(value).__name__}, whose repr raises {type(problem).__name__}>"
        text = redactor.text(text)
        yield name, text if len(text) <= LONGEST_LOCAL else text[:LONGEST_LOCAL] + "…"


class JsonFormatter(logging.Formatter):
    """One JSON object per record: time, level, logger, message, extras, exception. Secrets go by key, pattern and value."""

    def __init__(self, *, show_locals: bool = False, redactor: Redactor | None = None) -> None:
        super().__init__()
        self._own = redactor
        self._exceptions = RedactingFormatter(show_locals=show_locals, redactor=redactor)

    def format(self, record: logging.LogRecord) -> str:
        """The object, in one line."""
        redactor = self._own or shared()
        moment = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        event: dict[str, Any] = {
            "time": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redactor.text(record.getMessage()),
        }
        for name, value in record.__dict__.items():
            if name not in _NOT_EXTRA and name not in event:
                event[name] = redactor.named(name, value)
        if record.exc_info and record.exc_info[0] is not None:
            event["exception"] = redactor.text(self._exceptions.formatException(record.exc_info))
        elif record.exc_text:
            event["exception"] = redactor.text(record.exc_text)
        if record.stack_info:
            event["stack"] = redactor.text(str(record.stack_info))
        return json.dumps(event, default=lambda value: redactor.text(_text_of(value)), ensure_ascii=False)


def _text_of(value: Any) -> str:
    try:
        return str(value)
    except Exception as problem:
        return f"<{type(value).__name__}, whose text raises {type(problem).__name__}>"
