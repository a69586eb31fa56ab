"""What happens to uploads. Every step is one transaction with one entry in the history; signals follow its commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from barding.moderation import content, signals
from barding.moderation.conf import option, public_storage
from barding.moderation.models import Event, State, Upload, quarantine_name

__all__ = ["ContentChanged", "NotPossible", "approve", "discard", "publish", "receive", "reject", "reopen", "withdraw"]


class NotPossible(Exception):
    """The upload is in no state for this."""


class ContentChanged(NotPossible):
    """What is stored is not what was looked at."""


def receive(
    file: Any,
    *,
    uploader: Any = None,
    name: str | None = None,
    source: str = "",
    moderate: bool = True,
) -> Upload:
    """Stores a file in quarantine. With ``moderate=False`` it is published at once, which the history says.

    The row comes first, in a state nobody can see, and names the file: whatever breaks the rest, `reconcile_uploads` finds it.
    """
    upload = Upload(
        name=content.safe_name(name or getattr(file, "name", "") or "file"), source=source, uploader=uploader
    )
    upload.file.name = quarantine_name(upload, "")
    upload.save(force_insert=True)
    storage = upload.file.storage
    try:
        file.seek(0)
        upload.file.name = storage.save(upload.file.name, File(file), max_length=200)
        with storage.open(upload.file.name, "rb") as stored:
            upload.sha256, upload.size = content.fingerprint(stored)
            upload.kind, upload.content_type = content.recognise(stored, upload.size)
        with transaction.atomic():
            upload.state = State.PENDING
            upload.save(force_update=True)
            _note(upload, "received", uploader, before="", reason="")
            _send(signals.upload_received, upload, uploader, "")
            if not moderate:
                _decide(upload, State.APPROVED, "approved", None, "this model's uploads are not moderated")
                _publish(upload, None, "this model's uploads are not moderated")
    except BaseException:
        # A full disk, a lost connection, a worker told to stop: leave neither a piece of a file nor a row.
        _forget(upload)
        raise
    return upload


def _forget(upload: Upload) -> None:
    try:
        upload.file.storage.delete(upload.file.name)
    except Exception:
        return  # the row stays, so that the file is accounted for
    try:
        Upload.objects.filter(pk=upload.pk, state__in=(State.RECEIVING, State.PENDING)).delete()
    except Exception:  # the transaction is broken: it takes the row with it
        return


def approve(upload: Upload, by: Any, reason: str = "") -> Upload:
    """A moderator says yes. Publishes too, unless publishing is a step of its own."""
    publish_too = option("publish_on_approval")

    def step(locked: Upload) -> None:
        _decide(locked, State.APPROVED, "approved", by, reason)
        _send(signals.upload_approved, locked, by, reason)
        if publish_too:
            _publish(locked, by, reason)

    return _step(upload, by, (State.PENDING,), step)


def reject(upload: Upload, by: Any, reason: str) -> Upload:
    """A moderator says no, and why: the uploader is owed that."""
    if not reason.strip():
        raise ValueError("a rejection needs a reason")

    def step(locked: Upload) -> None:
        _decide(locked, State.REJECTED, "rejected", by, reason)
        _send(signals.upload_rejected, locked, by, reason)

    return _step(upload, by, (State.PENDING, State.APPROVED), step)


def publish(upload: Upload, by: Any, reason: str = "") -> Upload:
    """Shows an approved upload to everybody."""
    return _step(upload, by, (State.APPROVED,), lambda locked: _publish(locked, by, reason))


def withdraw(upload: Upload, by: Any, reason: str) -> Upload:
    """Takes a published upload back; it counts as rejected."""
    if not reason.strip():
        raise ValueError("a withdrawal needs a reason")

    def step(locked: Upload) -> None:
        public_name, locked.public_name = locked.public_name, ""
        _decide(locked, State.REJECTED, "withdrawn", by, reason)
        if public_name:
            transaction.on_commit(lambda: _delete_public(public_name))
        _send(signals.upload_withdrawn, locked, by, reason)

    return _step(upload, by, (State.PUBLISHED,), step)


def reopen(upload: Upload, by: Any, reason: str = "") -> Upload:
    """Puts a rejected upload back into the queue."""

    def step(locked: Upload) -> None:
        _decide(locked, State.PENDING, "reopened", by, reason)
        _send(signals.upload_reopened, locked, by, reason)

    return _step(upload, by, (State.REJECTED,), step)


def _step(upload: Upload, by: Any, allowed: tuple[str, ...], step: Callable[[Upload], None]) -> Upload:
    _demand_moderator(upload, by)
    with transaction.atomic():
        # Two moderators at once: the second finds the state the first has left.
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state not in allowed:
            raise NotPossible(f"the upload is {locked.get_state_display()}")
        step(locked)
    for field in ("state", "reason", "decided", "decided_by_id", "public_name"):
        setattr(upload, field, getattr(locked, field))
    return upload


def _demand_moderator(upload: Upload, by: Any) -> None:
    if by is None or not by.is_active or not by.has_perm("barding_moderation.can_moderate"):
        raise PermissionDenied("only moderators decide about uploads")
    if option("four_eyes") and upload.uploader_id == by.pk:
        raise PermissionDenied("nobody decides about their own upload")


def _decide(upload: Upload, state: str, action: str, by: Any, reason: str) -> None:
    before, upload.state = upload.state, state
    upload.reason = reason
    upload.decided = None if state == State.PENDING else timezone.now()
    upload.decided_by = None if state == State.PENDING else by
    upload.save()
    _note(upload, action, by, before, reason)


def _publish(upload: Upload, by: Any, reason: str) -> None:
    with upload.file.storage.open(upload.file.name, "rb") as stored:
        if content.fingerprint(stored)[0] != upload.sha256:
            raise ContentChanged("the stored file is not the one that was uploaded")
        storage = public_storage()
        if storage is not None:
            wanted = f"{quarantine_name(upload, '')}{_extension(upload)}"
            upload.public_name = storage.save(wanted, File(stored), max_length=200)
    before, upload.state = upload.state, State.PUBLISHED
    try:
        upload.save()
        _note(upload, "published", by, before, reason)
        _send(signals.upload_published, upload, by, reason)
    except BaseException:
        if upload.public_name:
            _delete_public(upload.public_name)
        raise


def _extension(upload: Upload) -> str:
    """The extension the content calls for; the client's is not asked."""
    import mimetypes

    from barding.serving import inert_type

    kind = inert_type(upload.content_type).split(";")[0]
    return (mimetypes.guess_extension(kind) or ".bin") if kind != "application/octet-stream" else ".bin"


def _delete_public(name: str) -> None:
    storage = public_storage()
    if storage is not None:
        storage.delete(name)


def _note(upload: Upload, action: str, by: Any, before: str, reason: str) -> None:
    Event.objects.create(
        upload_id=upload.pk,
        name=upload.name,
        sha256=upload.sha256,
        action=action,
        before=before,
        after=upload.state,
        actor_id="" if by is None else str(by.pk),
        actor="" if by is None else by.get_username()[:255],
        reason=reason,
    )


def _send(signal: Signal, upload: Upload, by: Any, reason: str) -> None:
    transaction.on_commit(lambda: signal.send_robust(sender=Upload, upload=upload, by=by, reason=reason) and None)


def discard(upload: Upload, by: Any) -> None:
    """Removes a rejected or lost upload, row and file. The history stays."""
    _demand_moderator(upload, by)
    with transaction.atomic():
        locked = Upload.objects.select_for_update().get(pk=upload.pk)
        if locked.state not in (State.REJECTED, State.LOST):
            raise NotPossible(f"the upload is {locked.get_state_display()}")
        _note(locked, "deleted", by, locked.state, "")
        storage, name = locked.file.storage, locked.file.name
        locked.delete()
        transaction.on_commit(lambda: storage.delete(name))
