"""Every file has a row and every row a file; what has not is named, and dealt with on demand."""

from __future__ import annotations

import datetime
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from barding.moderation.conf import private_storage, public_storage
from barding.moderation.models import Event, State, Upload

__all__ = ["Account", "reconcile"]


@dataclass
class Account:
    """What was found. Young files and rows may be uploads that are just going on, and are counted apart."""

    files: int = 0
    rows: int = 0
    #: Files of the quarantine that no row names.
    orphans: list[str] = field(default_factory=list)
    #: Published files that no published row names.
    public_orphans: list[str] = field(default_factory=list)
    #: Rows whose upload never came to its end.
    unfinished: list[str] = field(default_factory=list)
    #: Rows whose file is gone.
    lost: list[str] = field(default_factory=list)
    #: Published rows whose public file is gone.
    unshown: list[str] = field(default_factory=list)
    #: Rows whose file is not the one that was received (asked for with ``hashes``).
    changed: list[str] = field(default_factory=list)
    #: What Django left behind while a request was read: `*.upload*` in FILE_UPLOAD_TEMP_DIR.
    temporary: list[str] = field(default_factory=list)
    #: Too young to be judged.
    young: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether everything is where it belongs."""
        return not (
            self.orphans or self.public_orphans or self.unfinished or self.lost or self.unshown or self.changed or self.temporary
        )


def reconcile(*, older_than: int = 3600, repair: bool = False, hashes: bool = False) -> Account:
    """Compares rows and storages. With ``repair`` orphans are deleted, unfinished rows too, and lost ones are marked."""
    account = Account()
    private, public = private_storage(), public_storage()
    before = timezone.now() - datetime.timedelta(seconds=older_than)
    # Files first: a row that comes after its file was listed cannot make that file an orphan.
    names = list(_all_files(private))
    public_names = set(_ours(public)) if public is not None else set()
    account.files = len(names)
    rows = {row.file.name: row for row in Upload.objects.all().iterator(chunk_size=2000)}
    account.rows = len(rows)
    for name in names:
        if name in rows:
            continue
        if not _is_older(private, name, before):
            account.young += 1
            continue
        account.orphans.append(name)
        if repair:
            private.delete(name)
            Event.objects.create(upload_id=_id_of(name), name=name, action="orphan deleted", after="", actor="reconcile_uploads")
    present = set(names)
    shown = set()
    for name, upload in rows.items():
        if upload.state == State.RECEIVING:
            if upload.received > before:
                account.young += 1
            else:
                account.unfinished.append(str(upload.pk))
                if repair:
                    _drop(upload, private)
            continue
        if upload.state == State.LOST:
            continue
        if name not in present and not private.exists(name):
            account.lost.append(str(upload.pk))
            if repair:
                _mark_lost(upload)
            continue
        if hashes and _is_changed(upload):
            account.changed.append(str(upload.pk))
        if upload.public_name:
            shown.add(upload.public_name)
            if upload.state == State.PUBLISHED and public is not None and upload.public_name not in public_names:
                account.unshown.append(str(upload.pk))
    for name in sorted(public_names - shown):
        if not _is_older(public, name, before):
            account.young += 1
            continue
        account.public_orphans.append(name)
        if repair:
            public.delete(name)
    account.temporary.extend(_temporary(older_than, repair))
    return account


def _all_files(storage: Any, folder: str = "", depth: int = 0) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}" if folder else name
    if depth < 8:
        for name in sorted(folders):
            yield from _all_files(storage, f"{folder}/{name}" if folder else name, depth + 1)


def _ours(storage: Any) -> Iterator[str]:
    """Files of the public storage with names we gave: others live there too."""
    folders, _ = _listed(storage, "")
    for folder in folders:
        if len(folder) == 2 and _is_hex(folder):
            for name in _listed(storage, folder)[1]:
                if _is_hex(name[:32]) and len(name) >= 32 and name.startswith(folder):
                    yield f"{folder}/{name}"


def _listed(storage: Any, folder: str) -> tuple[list[str], list[str]]:
    try:
        return storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_hex(text: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in text)


def _id_of(name: str) -> str:
    last = name.rsplit("/", 1)[-1][:32]
    return last if len(last) == 32 and _is_hex(last) else "0" * 32


def _is_older(storage: Any, name: str, before: Any) -> bool:
    try:
        modified = storage.get_modified_time(name)
    except FileNotFoundError:  # gone meanwhile: nothing to account for
        return False
    except NotImplementedError:
        return True
    if timezone.is_naive(modified):
        modified = timezone.make_aware(modified)
    return modified <= before if timezone.is_aware(before) else timezone.make_naive(modified) <= before


def _is_changed(upload: Upload) -> bool:
    from barding.moderation.content import fingerprint

    with upload.file.storage.open(upload.file.name, "rb") as stored:
        return fingerprint(stored)[0] != upload.sha256


def _drop(upload: Upload, storage: Any) -> None:
    if Upload.objects.filter(pk=upload.pk, state=State.RECEIVING).delete()[0]:
        storage.delete(upload.file.name)
        Event.objects.create(
            upload_id=upload.pk, name=upload.name, action="unfinished deleted", before=State.RECEIVING, actor="reconcile_uploads"
        )


def _mark_lost(upload: Upload) -> None:
    if Upload.objects.filter(pk=upload.pk, state=upload.state).update(state=State.LOST):
        Event.objects.create(
            upload_id=upload.pk, name=upload.name, sha256=upload.sha256, action="lost", before=upload.state,
            after=State.LOST, actor="reconcile_uploads",
        )  # fmt: skip


def _temporary(older_than: int, repair: bool) -> Iterator[str]:
    folder = getattr(settings, "FILE_UPLOAD_TEMP_DIR", None)
    if not folder:  # the system's folder holds other programs' files too
        return
    limit = time.time() - older_than
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        try:
            is_ours = ".upload" in entry.name and entry.is_file(follow_symlinks=False)
            if is_ours and entry.stat(follow_symlinks=False).st_mtime <= limit:
                yield entry.path
                if repair:
                    os.unlink(entry.path)
        except OSError:
            continue
