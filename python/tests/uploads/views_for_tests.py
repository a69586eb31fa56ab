"""A view with a form of barding's fields, and one with Django's own."""

from barding.uploads import IMAGES, UploadPolicy
from barding.uploads.forms import SafeImageField
from django import forms
from django.http import JsonResponse
from django.urls import path


class SafeForm(forms.Form):
    picture = SafeImageField(policy=UploadPolicy(kinds=IMAGES, metadata="strip"))


class PlainForm(forms.Form):
    picture = forms.FileField()


def answer(form_class):
    def view(request):
        form = form_class(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["picture"]
            return JsonResponse({"name": file.name, "size": file.size})
        return JsonResponse({"errors": form.errors.get_json_data()["picture"]}, status=400)

    return view


urlpatterns = [path("safe/", answer(SafeForm)), path("plain/", answer(PlainForm))]
