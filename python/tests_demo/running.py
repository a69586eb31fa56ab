"""The demo, really running: migrated, under gunicorn, with users; on SQLite or PostgreSQL."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

DEMO = Path(__file__).resolve().parents[2] / "examples" / "upload-demo"

USERS = """
from django.contrib.auth.models import Permission, User
for name in ("ursula", "other"):
    user = User.objects.create_user(name, password="pass-word-9")
    user.is_staff = True  # the demo logs people in through the admin's form
    user.save()
user = User.objects.create_user("mo", password="pass-word-9")
user.is_staff = True
user.save()
user.user_permissions.add(Permission.objects.get(codename="can_moderate"))
"""


# Below what the kernel gives to whoever asks for any port; processes beside each other begin far apart.
PORTS = (10_000 + (os.getpid() * 4_099 + number) % 22_000 for number in range(22_000))


def free_port():
    """A port that nobody listens on, and that nobody else in this process will be given."""
    for port in PORTS:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


class Site:
    """One running demo."""

    def __init__(self, place, environment=None):
        self.place = Path(place)
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {**os.environ, "DEMO_PLACE": str(place), "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = None

    def manage(self, *words, check=True, **kwargs):
        """Runs manage.py."""
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=DEMO, env=self.environment, check=check, capture_output=True, text=True, **kwargs
        )

    def prepare(self):
        """The database and its users."""
        self.manage("migrate", "--verbosity=0")
        self.manage("shell", "-c", USERS)

    def start(self, workers=2, timeout=60):
        """Gunicorn; comes back when it answers."""
        command = [sys.executable, "-m", "gunicorn", "demo.wsgi", "--bind", f"127.0.0.1:{self.port}", "--workers", str(workers),
                   "--timeout", str(timeout), "--backlog", "512", "--log-level", "warning"]  # fmt: skip
        with open(self.place / "gunicorn.log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=DEMO, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        limit = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{self.address}/", timeout=5):
                    return self
            except OSError:
                if time.monotonic() > limit or self.process.poll() is not None:
                    raise RuntimeError((self.place / "gunicorn.log").read_text()[-2000:]) from None
                time.sleep(0.2)

    def workers(self):
        """The process ids of gunicorn's workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(number) for number in children.read_text().split()]

    def stop(self):
        """Ends it, and what it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process = None

    def account(self, *words):
        """What reconcile_uploads says."""
        said = self.manage("reconcile_uploads", "--json", "--older-than=0", "--hashes", *words, check=False)
        assert said.returncode in (0, 1), said.stderr
        return json.loads(said.stdout.splitlines()[-1])

    def ask(self, code):
        """Runs Python inside and reads the JSON it prints."""
        return json.loads(self.manage("shell", "-c", f"import json\n{code}").stdout.splitlines()[-1])

    def log(self):
        """The text of its log."""
        return (self.place / "demo.log").read_text()


class Postgres:
    """A PostgreSQL of our own on the loopback, gone afterwards."""

    def __init__(self, place):
        self.place = Path(place)
        self.port = free_port()
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not folders:
            raise RuntimeError("PostgreSQL is not installed: scripts/install/python-site.sh")
        self.programs = folders[-1]
        # PostgreSQL refuses to run as root.
        self.user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def start(self):
        self.place.mkdir(parents=True, exist_ok=True)
        if self.user:
            for folder in (self.place, *self.place.parents):
                if folder.stat().st_mode & 0o001 == 0 and str(folder).startswith("/tmp/"):
                    folder.chmod(folder.stat().st_mode | 0o011)
            shutil.chown(self.place, "postgres")
        data = self.place / "data"
        run = {"check": True, "cwd": "/", "stdout": subprocess.DEVNULL}
        subprocess.run([*self.user, self.programs / "initdb", "-D", data, "-A", "trust", "-U", "demo", "--no-sync", "-E", "UTF8"], **run)
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -c unix_socket_directories={self.place} -c fsync=off -c max_connections=200"
        subprocess.run([*self.user, self.programs / "pg_ctl", "-D", data, "-w", "-l", self.place / "log", "-o", options, "start"], **run)
        self.create("demo")
        return self

    def create(self, name):
        """A new database."""
        subprocess.run([self.programs / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "demo", name], check=True, cwd="/")

    def environment(self):
        """For a demo of its own, with a database of its own."""
        self.databases = getattr(self, "databases", 0) + 1
        name = f"demo{self.databases}"
        self.create(name)
        return {
            "DEMO_POSTGRES_HOST": "127.0.0.1", "DEMO_POSTGRES_PORT": str(self.port), "DEMO_POSTGRES_USER": "demo", "DEMO_POSTGRES_NAME": name,
        }  # fmt: skip

    def stop(self):
        subprocess.run([*self.user, self.programs / "pg_ctl", "-D", self.place / "data", "-m", "immediate", "stop"], cwd="/", stdout=subprocess.DEVNULL)
