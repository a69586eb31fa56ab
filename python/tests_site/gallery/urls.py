"""Addresses of the test project."""

import logging

from django import forms
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path

from gallery.models import Photo

log = logging.getLogger("gallery")


class PhotoForm(forms.ModelForm):
    class Meta:
        model = Photo
        fields = ["title", "file", "second"]


def upload(request):
    form = PhotoForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        photo = form.save()
        return HttpResponse(str(photo.file_id))
    return HttpResponse(form.errors.as_json(), status=400)


def broken(request):
    password = request.POST.get("password", "")
    card = request.POST.get("card", "")
    holder = {"api_key": "q8x7c6v5b4n3m2l1", "colour": "red"}
    greeting = f"hello {request.GET.get('name', '')}"
    raise RuntimeError(f"no connection: postgres://shop:{password}@db/shop ({len(card)} {len(holder)} {len(greeting)})")


urlpatterns = [
    path("admin/", admin.site.urls),
    path("upload/", upload),
    path("broken/", broken),
    path("uploads/", include("barding.moderation.urls")),
]
