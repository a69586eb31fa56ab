"""``manage.py barding check|settings|routes|scan``: the program, told what this running project knows.

The project's settings module, its folder and its environment go to the program, which otherwise has to guess them.
``settings --compare`` asks both, the program's model and the live settings, and says where they differ.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from barding._binary import BinaryNotFound, find_binary
from barding.management.compare import compare, parse_model

#: Subcommands that take the project's context. The program has more; they need none and are passed through.
_WITH_CONTEXT = ("check", "settings", "routes")
#: Options of the program whose value is the next word.
_WITH_VALUE = frozenset(
    (
        *("--select", "--ignore", "--baseline", "--write-baseline", "--settings", "--env", "--env-file", "--django", "--config"),
        *("--format", "-f", "--output", "-o", "--fail-on", "--min-severity", "--min-confidence"),
        *("--color", "--path", "--explain"),
    )
)
#: Characters that a line of an environment file cannot hold in a way every reader agrees on.
_UNWRITABLE = ("\0", "\n", "\r")


class Command(BaseCommand):
    """Runs the program and ends with its exit code."""

    help = "Audits this project: barding check, settings, routes, scan, with this project's settings module and environment."
    requires_system_checks: list[str] = []

    def run_from_argv(self, argv: list[str]) -> None:
        """The program reads its own options: only Django's ``--settings`` and ``--pythonpath`` were read before."""
        self._called_from = argv[0]
        words = [word for word in argv[2:] if not word.startswith(("--pythonpath=",))]
        try:
            code = self.run(_without_settings(words))
        except CommandError as problem:
            self.stderr.write(str(problem))
            code = 2
        sys.exit(code)

    def add_arguments(self, parser: Any) -> None:
        """For ``call_command``."""
        parser.add_argument("words", nargs="*")

    def handle(self, *args: Any, **options: Any) -> None:
        """For ``call_command("barding", "check")``; raises where the program would end with another code than 0."""
        code = self.run(list(options.get("words") or args))
        if code == 2:
            raise CommandError("barding: the audit did not happen", returncode=2)
        if code:
            raise CommandError("barding has found something", returncode=code)

    def run(self, words: list[str]) -> int:
        """Runs the program with the words and what we know; the result is its exit code."""
        if not words or words[0] in ("-h", "--help", "help"):
            self.stdout.write(
                "usage: manage.py barding check|settings|routes|scan|… [options of barding]\n"
                "       manage.py barding settings --compare     the program's model beside the live settings\n"
            )
            return 0 if words else 2
        try:
            binary = find_binary()
        except BinaryNotFound as problem:
            raise CommandError(f"barding: the audit did not happen: {problem}") from problem
        command, rest = words[0], words[1:]
        if command == "settings" and "--compare" in rest:
            return self._compare(binary, [word for word in rest if word != "--compare"])
        if command == "scan" and not _positional(rest):
            rest = [*rest, self._own_address()]
        if command not in _WITH_CONTEXT:
            return subprocess.run([binary, command, *rest], check=False).returncode
        with self._context() as context:
            return subprocess.run([binary, command, *self._placed(command, rest), *context], check=False).returncode

    def _placed(self, command: str, rest: list[str]) -> list[str]:
        """The words with the project's folder and module where the user named none."""
        if command == "settings":
            module = [] if _positional(rest) else [self._module()]
            path = [] if any(word.split("=")[0] == "--path" for word in rest) else ["--path", self._folder()]
            return [*module, *rest, *path]
        return rest if _positional(rest) else [*rest, self._folder()]

    @contextlib.contextmanager
    def _context(self) -> Iterator[list[str]]:
        """Settings module, version and environment as options. The environment goes by a file only we may read: what stands in
        a command line, everybody on the machine can see."""
        with tempfile.NamedTemporaryFile("w", prefix="barding-", suffix=".env", encoding="utf-8", errors="surrogateescape") as file:
            for name, value in sorted(os.environ.items()):
                file.write(_line(name, value) or "")
            file.flush()
            yield [
                "--settings", self._module(), "--django", _series(), "--env-file", file.name, "--env-complete",
            ]  # fmt: skip

    def _compare(self, binary: str, rest: list[str]) -> int:
        with self._context() as context:
            run = [binary, *("settings", self._module(), "--path", self._folder(), "--format", "json"), *rest, *context]
            said = subprocess.run(run, check=False, capture_output=True)
        if said.returncode not in (0, 1):
            self.stderr.write(said.stderr.decode("utf-8", "replace"))
            return 2
        differences, agreed, open_ = compare(parse_model(said.stdout, self._module()), settings, self._folder())
        for line in differences:
            self.stdout.write(line)
        self.stdout.write(
            f"{agreed} known settings agree with the running project, {len(differences)} do not; {open_} are not known to the model"
        )
        return 1 if differences else 0

    def _own_address(self) -> str:
        hosts = [host for host in settings.ALLOWED_HOSTS if host and "*" not in host]
        if not hosts:
            raise CommandError("barding: the audit did not happen: say which site: manage.py barding scan https://…")
        return f"https://{hosts[0].lstrip('.')}"

    def _folder(self) -> str:
        """Where manage.py lies; without one, where we are."""
        script = getattr(self, "_called_from", sys.argv[0])
        if os.path.basename(script) == "manage.py" and os.path.isfile(script):
            return os.path.dirname(os.path.abspath(script))
        return os.getcwd()

    @staticmethod
    def _module() -> str:
        module = os.environ.get("DJANGO_SETTINGS_MODULE")
        if not module:
            raise CommandError("barding: the audit did not happen: DJANGO_SETTINGS_MODULE is not set")
        return module


def _without_settings(words: list[str]) -> list[str]:
    """Django has read ``--settings`` and put it into the environment; it is not the program's word here."""
    kept = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in ("--settings", "--pythonpath"):
            skip = True
        elif not word.startswith("--settings="):
            kept.append(word)
    return kept


def _line(name: str, value: str) -> str | None:
    """A line of an environment file; nothing for what no line can say. The program's reader knows quotes and no escapes."""
    if any(mark in value or mark in name for mark in _UNWRITABLE) or "=" in name:
        return None
    for quote in ("'", '"'):
        if quote not in value:
            return f"{name}={quote}{value}{quote}\n"
    if value[0] in "'\"" or value != value.strip() or " #" in value:
        return None
    return f"{name}={value}\n"


def _positional(words: list[str]) -> list[str]:
    """The words that are no options and no values of options."""
    found = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in _WITH_VALUE
        else:
            found.append(word)
    return found


def _series() -> str:
    return ".".join(str(part) for part in django.VERSION[:3])
