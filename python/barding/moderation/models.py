"""One upload and its history."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from barding.moderation.conf import private_storage

__all__ = ["Event", "State", "Upload"]


class State(models.TextChoices):
    """Where an upload stands."""

    RECEIVING = "receiving", _("receiving")
    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    PUBLISHED = "published", _("published")
    #: The row is here and the file is not: `reconcile_uploads` found that.
    LOST = "lost", _("lost")


def quarantine_name(instance: Upload, filename: str) -> str:
    """The name in the private storage: nothing of what the client called it, no extension anybody could act on."""
    name = instance.pk.hex
    return f"{name[:2]}/{name}"


class UploadQuerySet(models.QuerySet):
    """Questions about uploads."""

    def visible_to(self, user: Any) -> UploadQuerySet:
        """What that user may see: published ones, their own, and for moderators all."""
        if user is not None and user.is_active and user.has_perm("barding_moderation.can_moderate"):
            return self
        published = models.Q(state=State.PUBLISHED)
        if user is None or not user.is_authenticated:
            return self.filter(published)
        return self.filter(published | models.Q(uploader_id=user.pk))

    def waiting(self) -> UploadQuerySet:
        """What moderators have to look at, the oldest first."""
        return self.filter(state=State.PENDING).order_by("received")


class Upload(models.Model):
    """A file somebody sent, what we know about it and what was decided."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.FileField(_("file"), storage=private_storage, upload_to=quarantine_name, max_length=200)
    name = models.CharField(_("name"), max_length=255, help_text=_("As the uploader called it, made safe."))
    kind = models.CharField(_("kind"), max_length=60, blank=True, help_text=_("What the content is."))
    content_type = models.CharField(_("content type"), max_length=120, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True, db_index=True)
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.RECEIVING, db_index=True)
    source = models.CharField(_("for"), max_length=150, blank=True, help_text=_("The model and field it was sent to."))
    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("uploader")
    )
    received = models.DateTimeField(_("received"), auto_now_add=True, db_index=True)
    decided = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.TextField(_("reason"), blank=True)
    public_name = models.CharField(_("public name"), max_length=200, blank=True, editable=False)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-received"]
        permissions = [("can_moderate", _("Can approve, reject and publish uploads"))]

    def __str__(self) -> str:
        return self.name or str(self.pk)

    @property
    def is_published(self) -> bool:
        """Whether everybody may see it."""
        return self.state == State.PUBLISHED

    def is_visible_to(self, user: Any) -> bool:
        """Whether that user may see it."""
        if self.state in (State.RECEIVING, State.LOST):
            return False
        if self.state == State.PUBLISHED:
            return True
        if user is None or not user.is_authenticated or not user.is_active:
            return False
        return user.pk == self.uploader_id or user.has_perm("barding_moderation.can_moderate")

    @property
    def url(self) -> str:
        """Its address: in the public storage once it is published there, else our view, which asks who comes."""
        from django.urls import reverse

        from barding.moderation.conf import public_storage

        if self.is_published and self.public_name:
            storage = public_storage()
            if storage is not None:
                return storage.url(self.public_name)
        return reverse("barding_moderation:serve", kwargs={"pk": self.pk})

    def signed_url(self, lasts: Any = None, *, inline: bool = False) -> str:
        """An address that anybody who has it may use, for a time. It says nothing about the file and cannot be changed."""
        from django.urls import reverse

        from barding.moderation.conf import option
        from barding.serving import sign_link

        token = sign_link(
            str(self.pk), purpose="upload", lasts=lasts or option("link_lasts"), **({"inline": True} if inline else {})
        )
        return reverse("barding_moderation:signed", kwargs={"token": token})


class Event(models.Model):
    """One entry of the history. Entries are written once and never change; they outlive the upload."""

    upload_id = models.UUIDField(_("upload"), db_index=True)
    name = models.CharField(_("name"), max_length=255, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    action = models.CharField(_("action"), max_length=20)
    before = models.CharField(_("before"), max_length=12, blank=True)
    after = models.CharField(_("after"), max_length=12, blank=True)
    actor_id = models.CharField(_("actor's id"), max_length=64, blank=True)
    actor = models.CharField(_("actor"), max_length=255, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("entry of the history")
        verbose_name_plural = _("history")
        ordering = ["at", "id"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Writes a new entry. An old one cannot be written again."""
        if not self._state.adding:
            raise TypeError("entries of the history do not change")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise TypeError("entries of the history are not deleted")
