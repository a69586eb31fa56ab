"""ClamAV's own daemon (scripts/install/clamd.sh), on a socket and on TCP, with one signature of ours."""

import shutil
import socket
import subprocess
import time

import hostile
import pytest
from barding.uploads import ClamAV, ScannerUnavailable, UploadPolicy, UploadRefused, ValidateUpload

MARK = b"barding-test-mark-that-no-real-file-has"


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    assert program is not None, "run scripts/install/clamd.sh first"
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "test.ndb").write_text(f"Barding.Test:0:*:{MARK.hex()}\n")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}/db\nLocalSocket {folder}/s\nTCPSocket {port}\nTCPAddr 127.0.0.1\n"
        f"Foreground yes\nStreamMaxLength 1M\nLogFile {folder}/log\n"
    )
    daemon = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    scanner = ClamAV(socket=str(folder / "s"), timeout=10)
    deadline = time.monotonic() + 30
    while not scanner.ping():
        assert daemon.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.1)
    yield scanner, ClamAV(port=port, timeout=10)
    daemon.terminate()
    daemon.wait(10)


def test_the_daemon_is_asked(clamd):
    for scanner in clamd:
        assert scanner.scan([b"harmless", b" text"]) is None
        assert scanner.scan([b"x" * 100_000, MARK[:10], MARK[10:]]).startswith("Barding.Test")


def test_more_than_the_daemon_takes_is_no_clean_file(clamd):
    for scanner in clamd:
        with pytest.raises(ScannerUnavailable):
            scanner.scan([bytes(100_000)] * 40)


def test_an_upload_goes_through_the_daemon(clamd):
    check = ValidateUpload(UploadPolicy(kinds=("txt", "png"), clamav=clamd[0]))
    assert check.examine(hostile.picture("PNG"), name="a.png").kind == "png"
    with pytest.raises(UploadRefused) as refused:
        check.examine(b"Some text. " + MARK, name="a.txt")
    assert [error.code for error in refused.value.error_list] == ["virus"]
