"""``manage.py reconcile_uploads``: accounts for every file and every row of the quarantine."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from django.core.management.base import BaseCommand

from barding.moderation.reconcile import Account, reconcile

_WORDS = {
    "orphans": "files that no row names",
    "public_orphans": "public files that no published upload names",
    "unfinished": "uploads that never came to their end",
    "lost": "uploads whose file is gone",
    "unshown": "published uploads whose public file is gone",
    "changed": "uploads whose file has changed since",
    "temporary": "temporary files of requests that broke off",
}


class Command(BaseCommand):
    """Exit code 1 where something was found and not repaired."""

    help = "Compares the rows of uploads with the files of the quarantine and of the public storage."

    def add_arguments(self, parser: Any) -> None:
        """The options."""
        parser.add_argument("--older-than", type=int, default=3600, metavar="SECONDS", help="leave younger ones alone (3600)")
        parser.add_argument("--repair", action="store_true", help="delete orphans and unfinished uploads, mark lost ones")
        parser.add_argument("--hashes", action="store_true", help="read every file and compare its hash")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Does it."""
        account = reconcile(older_than=options["older_than"], repair=options["repair"], hashes=options["hashes"])
        if options["json"]:
            self.stdout.write(json.dumps({**dataclasses.asdict(account), "clean": account.is_clean}))
        else:
            self._tell(account, options["repair"])
        if not account.is_clean and not options["repair"]:
            raise SystemExit(1)

    def _tell(self, account: Account, repaired: bool) -> None:
        self.stdout.write(f"{account.files} files, {account.rows} rows, {account.young} too young to judge")
        for name, words in _WORDS.items():
            items = getattr(account, name)
            if items:
                self.stdout.write(f"{len(items)} {words}{' (dealt with)' if repaired and name not in ('changed', 'unshown') else ''}")
                for item in items[:20]:
                    self.stdout.write(f"  {item}")
                if len(items) > 20:
                    self.stdout.write(f"  and {len(items) - 20} more")
        if account.is_clean:
            self.stdout.write("everything is where it belongs")
