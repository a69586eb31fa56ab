"""The board, the form, and a view that tells too much."""

import logging

from barding.moderation.models import State
from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from board.models import Picture

log = logging.getLogger("board")


class PictureForm(forms.ModelForm):
    """A title and a picture."""

    class Meta:
        model = Picture
        fields = ["title", "file"]


@require_safe
def board(request):
    """Published pictures for everybody; for each user also their own, whatever became of them."""
    pictures = Picture.objects.select_related("file").order_by("-pk")
    own = pictures.filter(file__uploader=request.user) if request.user.is_authenticated else pictures.none()
    published = pictures.filter(file__state=State.PUBLISHED)[:50]
    return render(request, "board/board.html", {"published": published, "own": own[:50]})


@login_required
def new(request):
    """The form."""
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            picture = form.save()
        except OSError:
            log.exception("the upload could not be stored")
            form.add_error("file", "We cannot take files at the moment. Please try again later.")
            return render(request, "board/new.html", {"form": form}, status=507)
        log.info("%s sent %s, %d bytes", request.user, picture.file.name, picture.file.size)
        messages.success(request, "Thank you. A moderator will look at your picture.")
        return redirect("board")
    status = 422 if request.method == "POST" else 200
    return render(request, "board/new.html", {"form": form}, status=status)


@require_POST
def leak(request):
    """What no view should do: log what was posted, and fail with a password in hand. Look into the log afterwards."""
    password = request.POST.get("password", "")
    log.warning("login attempt by %s with password %s", request.POST.get("user"), password)
    log.info("posted: %s", request.POST)
    authenticate(request, username=request.POST.get("user"), password=password)
    raise RuntimeError(f"could not connect to ldap://reader:{password}@directory.example/")
