"""Under load: 200 uploads at once, workers killed in the middle, a disk that is full. Nothing is published that nobody approved,
and every file and row is accounted for."""

import concurrent.futures
import contextlib
import functools
import http.client
import http.cookiejar
import io
import os
import random
import re
import signal
import subprocess
import threading
import time
import urllib.parse
import urllib.request
import uuid
from collections import Counter

import pytest
from PIL import Image
from running import Site

UPLOADS = 200


@functools.cache
def picture(number):
    # Noise does not compress: about 300 kB, so that sending takes a moment.
    out = io.BytesIO()
    Image.frombytes("RGB", (320, 320), random.Random(number).randbytes(320 * 320 * 3)).save(out, "PNG")
    return out.getvalue()


class Person:
    """A logged-in user with a form."""

    def __init__(self, site, name):
        self.site = site
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        page = self.read("/admin/login/?next=/new/")
        page = self.read(
            "/admin/login/?next=/new/",
            urllib.parse.urlencode({"username": name, "password": "pass-word-9", "csrfmiddlewaretoken": token_of(page)}).encode(),
        )
        self.token = token_of(page)
        self.cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar())

    def jar(self):
        return next(handler.cookiejar for handler in self.opener.handlers if hasattr(handler, "cookiejar"))

    def read(self, path, data=None):
        request = urllib.request.Request(self.site.address + path, data, {"Referer": self.site.address})
        with self.opener.open(request, timeout=60) as response:
            return response.read().decode()

    def send(self, title, content):
        """The status, or what broke."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (("csrfmiddlewaretoken", self.token), ("title", title))
        ]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{title}.png"\r\nContent-Type: image/png\r\n\r\n'.encode())
        body = b"".join([*parts, content, f"\r\n--{boundary}--\r\n".encode()])
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=90)
        try:
            connection.request(
                "POST", "/new/", body, {"Content-Type": f"multipart/form-data; boundary={boundary}", "Cookie": self.cookies, "Referer": self.site.address}
            )
            return connection.getresponse().status
        except OSError as problem:
            return type(problem).__name__
        except http.client.HTTPException as problem:
            return type(problem).__name__
        finally:
            connection.close()


def token_of(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)


def send_all(site, contents, meanwhile=lambda stop: None):
    """Sends all at once; the counts of what came back."""
    person = Person(site, "ursula")
    stop = threading.Event()
    trouble = threading.Thread(target=meanwhile, args=(stop,))
    trouble.start()
    try:
        with concurrent.futures.ThreadPoolExecutor(len(contents)) as crowd:
            answers = list(crowd.map(lambda pair: person.send(f"p{pair[0]}", pair[1]), enumerate(contents)))
    finally:
        stop.set()
        trouble.join()
    return Counter(answers)


def states(site):
    return site.ask(
        "from barding.moderation.models import Upload\nfrom collections import Counter\n"
        "print(json.dumps(Counter(Upload.objects.values_list('state', flat=True))))"
    )


def nothing_is_shown(site):
    with urllib.request.urlopen(site.address, timeout=60) as response:
        assert "<figure>" not in response.read().decode()


def test_many_uploads_and_killed_workers(site):
    """On both databases."""
    before = sum(states(site).values())
    contents = [picture(number % 7) for number in range(UPLOADS)]
    killed = []

    def kill(stop):
        while not stop.wait(0.7) and len(killed) < 8:
            workers = site.workers()
            if workers:
                victim = random.choice(workers)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(victim, signal.SIGKILL)
                    killed.append(victim)

    answers = send_all(site, contents, kill)
    assert sum(answers.values()) == UPLOADS and killed
    # Everybody who was thanked is in the queue; of the others nothing is half there.
    thanked = answers[302]
    assert thanked > UPLOADS / 2, answers
    time.sleep(1)
    counts = states(site)
    assert set(counts) <= {"pending", "receiving", "published", "rejected"}
    nobody_approved = site.ask(
        "from barding.moderation.models import Event, Upload\n"
        "published = set(Upload.objects.filter(state='published').values_list('pk', flat=True))\n"
        "approved = set(Event.objects.filter(action='approved').exclude(actor='').values_list('upload_id', flat=True))\n"
        "print(json.dumps(len(published - approved)))"
    )
    assert nobody_approved == 0
    accounted = site.account()
    assert not accounted["lost"] and not accounted["changed"] and not accounted["public_orphans"]
    # Each broken request left at the most one trace, and the account names it.
    traces = len(accounted["orphans"]) + len(accounted["unfinished"])
    assert traces <= UPLOADS - thanked
    assert accounted["rows"] - before >= thanked
    site.account("--repair")
    after = site.account()
    assert after["clean"], after
    assert after["files"] == after["rows"]


def test_a_full_disk(tmp_path_factory):
    """A disk of 4 MB in a namespace of its own; the uploads want sixty."""
    place = tmp_path_factory.mktemp("full")
    small = place / "quarantine"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(small)], capture_output=True, text=True, check=False)
    environment = {}
    if mounted.returncode:
        # Not allowed here: the storage itself says that it is full, after it has written a part, as a disk does.
        environment = {"DEMO_SMALL_DISK": str(4 << 20)}
    site = Site(place, environment)
    try:
        site.prepare()
        site.start()
        answers = send_all(site, [picture(number % 7) for number in range(60)])
        assert answers[302] and answers[507] and set(answers) == {302, 507}, answers
        assert states(site) == {"pending": answers[302]}
        nothing_is_shown(site)
        accounted = site.account()
        assert accounted["clean"] and accounted["files"] == accounted["rows"] == answers[302], accounted
        assert "No space left" in site.log()
    finally:
        site.stop()
        if not mounted.returncode:
            subprocess.run(["umount", "-l", str(small)], check=True)


def test_a_broken_connection_leaves_nothing(site):
    """A client that goes away in the middle of its file."""
    person = Person(site, "ursula")
    before = states(site)
    for _ in range(5):
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
        connection.putrequest("POST", "/new/")
        for name, value in {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "5000000", "Cookie": person.cookies}.items():
            connection.putheader(name, value)
        connection.endheaders(b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + b"x" * 100000)
        connection.sock.close()
    time.sleep(1)
    assert states(site) == before and site.account()["clean"]


@pytest.fixture(autouse=True)
def _still_running(request):
    """A test that brought gunicorn's master down would let the next ones fail for the wrong reason."""
    yield
    if "site" in request.fixturenames:
        assert request.getfixturevalue("site").process.poll() is None
