"""The moderators' desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied
from django.template.defaultfilters import filesizeformat
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from barding.moderation import workflow
from barding.moderation.models import Event, State, Upload
from barding.moderation.preview import can_preview

__all__ = ["EventAdmin", "ReasonForm", "UploadAdmin"]


class ReasonForm(ActionForm):
    """The form over the list: what to do, and why."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=1000)


@admin.register(Upload)
class UploadAdmin(admin.ModelAdmin):
    """Uploads with previews, bulk actions and their history. Nothing here is edited: states change by actions only."""

    list_display = ("preview", "name", "kind", "shown_size", "state", "uploader", "received", "decided_by")
    list_display_links = ("name",)
    list_filter = ("state", "kind", "received")
    search_fields = ("name", "sha256", "=id")
    date_hierarchy = "received"
    list_select_related = ("uploader", "decided_by")
    action_form = ReasonForm
    actions = ("approve_selected", "reject_selected", "publish_selected", "withdraw_selected", "reopen_selected")
    fields = (
        "preview", "name", "download", "kind", "content_type", "shown_size", "sha256", "same_content", "state", "source",
        "uploader", "received", "decided", "decided_by", "reason", "history",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: Any) -> bool:
        """Uploads come from forms."""
        return False

    def has_moderate_permission(self, request: Any) -> bool:
        """For the actions."""
        return request.user.has_perm("barding_moderation.can_moderate")

    def has_module_permission(self, request: Any) -> bool:
        """Moderators see the app."""
        return self.has_moderate_permission(request)

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Moderators see uploads; the permission to view rows alone shows no files."""
        return self.has_moderate_permission(request)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Nothing is edited."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Only what was rejected or lost may go, one at a time: Django's bulk deletion asks for no state."""
        if obj is None or obj.state not in (State.REJECTED, State.LOST):
            return False
        return super().has_delete_permission(request, obj) and self.has_moderate_permission(request)

    def delete_model(self, request: Any, obj: Any) -> None:
        """Removes row and file, and says so in the history."""
        workflow.discard(obj, request.user)

    # -- what is shown

    @admin.display(description=_("preview"))
    def preview(self, upload: Upload) -> str:
        """A small picture, where there can be one."""
        if not can_preview(upload):
            return "–"
        try:
            address = reverse("barding_moderation:preview", kwargs={"pk": upload.pk})
        except NoReverseMatch:
            return "–"
        return format_html('<img src="{}" alt="" style="max-width:120px;max-height:120px" loading="lazy">', address)

    @admin.display(description=_("size"), ordering="size")
    def shown_size(self, upload: Upload) -> str:
        """The size in words."""
        return filesizeformat(upload.size)

    @admin.display(description=_("file"))
    def download(self, upload: Upload) -> str:
        """A link that makes the browser save the file, never show it."""
        if upload.state in (State.RECEIVING, State.LOST):
            return "–"
        try:
            address = reverse("barding_moderation:serve", kwargs={"pk": upload.pk})
        except NoReverseMatch:
            return "–"
        return format_html('<a href="{}" download>{}</a>', address, _("Download"))

    @admin.display(description=_("same content"))
    def same_content(self, upload: Upload) -> str:
        """Other uploads of the same bytes, and what became of them."""
        others = Upload.objects.filter(sha256=upload.sha256).exclude(pk=upload.pk).exclude(sha256="")[:10]
        return format_html_join(", ", "{} ({})", ((other.name, other.get_state_display()) for other in others)) or "–"

    @admin.display(description=_("history"))
    def history(self, upload: Upload) -> str:
        """Who did what, when and why."""
        events = Event.objects.filter(upload_id=upload.pk)
        rows = (
            (event.at.strftime("%Y-%m-%d %H:%M:%S"), event.action, event.actor or "–", event.reason) for event in events
        )
        return format_html("<table>{}</table>", format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows))

    # -- what is done

    @admin.action(description=_("Approve"), permissions=["moderate"])
    def approve_selected(self, request: Any, uploads: Any) -> None:
        """Yes."""
        self._each(request, uploads, workflow.approve, _("approved"))

    @admin.action(description=_("Reject (with a reason)"), permissions=["moderate"])
    def reject_selected(self, request: Any, uploads: Any) -> None:
        """No, because."""
        self._each(request, uploads, workflow.reject, _("rejected"), needs_reason=True)

    @admin.action(description=_("Publish approved ones"), permissions=["moderate"])
    def publish_selected(self, request: Any, uploads: Any) -> None:
        """Show to everybody."""
        self._each(request, uploads, workflow.publish, _("published"))

    @admin.action(description=_("Withdraw published ones (with a reason)"), permissions=["moderate"])
    def withdraw_selected(self, request: Any, uploads: Any) -> None:
        """Take back."""
        self._each(request, uploads, workflow.withdraw, _("withdrawn"), needs_reason=True)

    @admin.action(description=_("Put rejected ones back into the queue"), permissions=["moderate"])
    def reopen_selected(self, request: Any, uploads: Any) -> None:
        """Look again."""
        self._each(request, uploads, workflow.reopen, _("put back"))

    def _each(
        self, request: Any, uploads: Any, step: Callable[..., Any], done: Any, needs_reason: bool = False
    ) -> None:
        reason = request.POST.get("reason", "").strip()
        if needs_reason and not reason:
            self.message_user(request, _("Give a reason: the uploader is owed one."), messages.ERROR)
            return
        count = 0
        for upload in uploads:
            try:
                step(upload, request.user, reason)
                count += 1
            except (workflow.NotPossible, PermissionDenied) as problem:
                self.message_user(request, f"{upload.name}: {problem}", messages.WARNING)
            except OSError:
                self.message_user(request, _("%(name)s: the storage did not take it") % {"name": upload.name}, messages.ERROR)
        if count:
            self.message_user(request, _("%(count)d %(done)s") % {"count": count, "done": done}, messages.SUCCESS)


@admin.register(Event)
class EventAdmin(admin.ModelAdmin):
    """The history of all uploads, to read only."""

    list_display = ("at", "action", "name", "actor", "before", "after", "reason")
    list_filter = ("action", "at")
    search_fields = ("name", "sha256", "actor", "=upload_id")
    date_hierarchy = "at"

    def has_add_permission(self, request: Any) -> bool:
        """Entries write themselves."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Entries do not change."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Entries stay."""
        return False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        """Moderators read them."""
        return request.user.has_perm("barding_moderation.can_moderate") or super().has_view_permission(request, obj)
