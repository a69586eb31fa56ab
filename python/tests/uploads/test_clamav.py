"""The scanner's protocol against a daemon that speaks it: on a socket, on TCP, and in all its moods."""

import io
import socket
import struct
import threading

import hostile
import pytest
from barding.uploads import ClamAV, ScannerUnavailable, UploadPolicy, UploadRefused, ValidateUpload

#: The test file of all scanners, put together here so that no scanner takes this file for one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Daemon(threading.Thread):
    """Answers as clamd does: PING, and INSTREAM with chunks that have their length before them."""

    def __init__(self, listener, mood="well"):
        super().__init__(daemon=True)
        self.listener, self.mood, self.seen = listener, mood, b""

    def run(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            with peer:
                try:
                    self.serve(peer)
                except OSError:
                    pass

    def serve(self, peer):
        stream = peer.makefile("rb")
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        if self.mood == "silent":
            threading.Event().wait(1.5)
            return
        if self.mood == "closing":
            return
        if command == b"zPING\0":
            peer.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        data = b""
        while length := struct.unpack(">I", stream.read(4))[0]:
            data += stream.read(length)
            if self.mood == "small" and len(data) > 10:
                peer.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.seen = data
        peer.sendall(b"stream: Win.Test.EICAR_HDB-1 FOUND\0" if b"EICAR-STANDARD" in data else b"stream: OK\0")


@pytest.fixture
def daemon(request):
    listener = socket.create_server(("127.0.0.1", 0))
    daemon = Daemon(listener, getattr(request, "param", "well"))
    daemon.start()
    yield daemon, ClamAV(port=listener.getsockname()[1], timeout=0.7)
    listener.close()


def test_clean_and_infected(daemon):
    daemon, scanner = daemon
    assert scanner.ping()
    assert scanner.scan([b"harmless"]) is None
    assert scanner.scan([b"x" * 200_000, EICAR]) == "Win.Test.EICAR_HDB-1"
    assert daemon.seen == b"x" * 200_000 + EICAR


def test_a_unix_socket(tmp_path):
    path = str(tmp_path / "clamd.sock")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    Daemon(listener).start()
    assert ClamAV(socket=path).scan([EICAR]) == "Win.Test.EICAR_HDB-1"
    listener.close()


def test_an_infected_upload_is_refused(daemon):
    _, scanner = daemon
    check = ValidateUpload(UploadPolicy(kinds=("txt", "png"), clamav=scanner))
    assert check.examine(hostile.picture("PNG"), name="a.png").kind == "png"
    with pytest.raises(UploadRefused) as refused:
        check.examine(b"Some text. " + EICAR, name="a.txt")
    assert [error.code for error in refused.value.error_list] == ["virus"]


@pytest.mark.parametrize("daemon", ["silent", "closing", "small"], indirect=True)
def test_without_an_answer_the_policy_decides(daemon):
    _, scanner = daemon
    with pytest.raises(ScannerUnavailable):
        scanner.scan([b"harmless text that is long enough"])
    _decides(scanner)


def test_without_a_daemon_the_policy_decides(tmp_path):
    _decides(ClamAV(socket=str(tmp_path / "nothing.sock")))


def _decides(scanner):
    from dataclasses import replace

    data = hostile.picture("PNG")
    with pytest.raises(UploadRefused) as refused:
        ValidateUpload(UploadPolicy(clamav=scanner)).examine(data, name="a.png")
    assert [error.code for error in refused.value.error_list] == ["scanner"]
    assert ValidateUpload(UploadPolicy(clamav=replace(scanner, fail_closed=False))).examine(data, name="a.png").kind == "png"


def test_plain_streams_are_scanned_from_their_beginning(daemon):
    daemon, scanner = daemon
    stream = io.BytesIO(hostile.picture("PNG"))
    ValidateUpload(UploadPolicy(clamav=scanner)).examine(stream, name="a.png")
    assert daemon.seen == stream.getvalue() and stream.tell() == 0
