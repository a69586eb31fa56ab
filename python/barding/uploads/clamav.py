"""ClamAV over its daemon's own protocol, on a Unix socket or on TCP. Nothing but Python's standard library is used."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any


class ScannerUnavailable(Exception):
    """The daemon could not be asked, or gave no answer that says whether the file is clean."""


@dataclass(frozen=True)
class ClamAV:
    """Where the daemon listens, and what to do when it does not answer."""

    #: The path of a Unix socket; it counts before host and port.
    socket: str | None = None
    host: str = "127.0.0.1"
    port: int = 3310
    #: Seconds for the whole scan.
    timeout: float = 30.0
    #: True: without an answer the file is refused. False: without an answer it is accepted.
    fail_closed: bool = True
    #: Bytes per message.
    chunk_size: int = 64 << 10

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        """For migrations: only what differs from the defaults."""
        kwargs = {item.name: getattr(self, item.name) for item in fields(self)}
        return "barding.uploads.ClamAV", (), {n: v for n, v in kwargs.items() if v != ClamAV.__dataclass_fields__[n].default}

    def scan(self, chunks: Iterable[bytes]) -> str | None:
        """The name of what was found, or None for a clean file. Raises ScannerUnavailable without a clear answer."""
        deadline = time.monotonic() + self.timeout
        try:
            with self._connect() as connection:
                connection.sendall(b"zINSTREAM\0")
                refused = False
                try:
                    for chunk in chunks:
                        view = memoryview(chunk)
                        for start in range(0, len(view), self.chunk_size):
                            piece = view[start : start + self.chunk_size]
                            connection.settimeout(max(0.01, deadline - time.monotonic()))
                            connection.sendall(struct.pack(">I", len(piece)))
                            connection.sendall(piece)
                    connection.sendall(struct.pack(">I", 0))
                except (BrokenPipeError, ConnectionResetError):
                    # The daemon hangs up when its own size limit is reached; its answer may still be read.
                    refused = True
                answer = self._answer(connection, deadline)
        except OSError as error:
            raise ScannerUnavailable(f"the scanner cannot be asked: {error}") from error
        if answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND").strip()
        if answer == "stream: OK" and not refused:
            return None
        raise ScannerUnavailable(f"the scanner gave no answer: {answer[:200]!r}")

    def ping(self) -> bool:
        """True when the daemon answers."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zPING\0")
                return self._answer(connection, time.monotonic() + self.timeout) == "PONG"
        except (OSError, ScannerUnavailable):
            return False

    def _connect(self) -> socket.socket:
        if self.socket is None:
            return socket.create_connection((self.host, self.port), timeout=self.timeout)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(self.timeout)
        try:
            connection.connect(self.socket)
        except OSError:
            connection.close()
            raise
        return connection

    @staticmethod
    def _answer(connection: socket.socket, deadline: float) -> str:
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < 4096:
            connection.settimeout(max(0.01, deadline - time.monotonic()))
            piece = connection.recv(4096)
            if not piece:
                break
            answer += piece
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")
