"""The view that serves uploads, and the previews moderators see."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from barding.moderation.models import State, Upload
from barding.moderation.preview import preview_of
from barding.serving import BadLink, LinkExpired, inert_headers, inert_response, read_link

__all__ = ["preview", "serve", "signed"]


@require_safe
def serve(request: HttpRequest, pk: Any) -> HttpResponse:
    """An upload, for those who may see it. To all others it does not exist. ``?inline`` shows pictures in place."""
    upload = get_object_or_404(Upload, pk=pk)
    if not upload.is_visible_to(getattr(request, "user", None)):
        raise Http404
    return _response(request, upload, inline="inline" in request.GET)


@require_safe
def signed(request: HttpRequest, token: str) -> HttpResponse:
    """An upload, for whoever has the link while it is good. Before somebody approved it, the link opens nothing to strangers."""
    try:
        subject, claims = read_link(token, purpose="upload")
    except LinkExpired:
        return HttpResponse("This link has expired.", status=410, content_type="text/plain; charset=utf-8")
    except BadLink:
        raise Http404 from None
    upload = Upload.objects.filter(pk=subject).exclude(state__in=(State.RECEIVING, State.LOST, State.REJECTED)).first()
    if upload is None or upload.state == State.PENDING and not upload.is_visible_to(getattr(request, "user", None)):
        raise Http404
    return _response(request, upload, inline=bool(claims.get("inline")))


@require_safe
def preview(request: HttpRequest, pk: Any) -> HttpResponse:
    """A small picture of an upload, made by us, for moderators."""
    user = getattr(request, "user", None)
    if user is None or not user.is_active or not user.has_perm("barding_moderation.can_moderate"):
        raise PermissionDenied
    upload = get_object_or_404(Upload, pk=pk)
    picture = preview_of(upload)
    if picture is None:
        raise Http404
    response = HttpResponse(picture)
    for header, value in inert_headers("image/png", "preview.png", inline=True).items():
        response[header] = value
    return response


def _response(request: HttpRequest, upload: Upload, *, inline: bool) -> HttpResponse:
    try:
        return inert_response(
            request,
            upload.file,
            name=upload.name,
            content_type=upload.content_type,
            inline=inline,
            public=upload.is_published,
            size=upload.size,
            tag=upload.sha256,
        )
    except FileNotFoundError:
        raise Http404 from None
