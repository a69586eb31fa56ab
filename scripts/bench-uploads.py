#!/usr/bin/env python3
"""What checking uploads costs: uploads per second through Django's whole request, with its own fields and with barding's.

    target/python/django-5.2/bin/python scripts/bench-uploads.py

Django's test client sends each file to a view with a form, in one process; the middle of several rounds counts, and plain and checked
uploads take turns, so that other work on the machine strikes both.
"""

import io
import json
import random
import statistics
import sys
import time

import django
from django.conf import settings

settings.configure(SECRET_KEY="only for measuring", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, INSTALLED_APPS=[], MIDDLEWARE=[])
django.setup()

from barding.uploads import UploadPolicy, examine  # noqa: E402
from barding.uploads.forms import SafeFileField  # noqa: E402
from django import forms  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import path  # noqa: E402
from PIL import Image  # noqa: E402

KINDS = ("image", "document", "archive")
FIELDS = {
    "plain FileField": forms.FileField(),
    "plain ImageField": forms.ImageField(),
    "SafeFileField": SafeFileField(policy=UploadPolicy(kinds=KINDS)),
    "… metadata stripped": SafeFileField(policy=UploadPolicy(kinds=KINDS, metadata="strip")),
    "… encoded anew": SafeFileField(policy=UploadPolicy(kinds=KINDS, reencode=True)),
}


def view(request, number):
    form = type("Form", (forms.Form,), {"file": list(FIELDS.values())[number]})({}, request.FILES)
    return HttpResponse(status=200 if form.is_valid() else 400, content=form.errors.as_json())


urlpatterns = [path("<int:number>", view)]


def photo(side, quality):
    picture = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    exif = picture.getexif()
    exif[0x010E] = "a place and a time"
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def archive():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(50):
            packed.writestr(f"{number}.txt", random.Random(number).randbytes(20_000).hex())
    return out.getvalue()


FILES = {"avatar.jpg": photo(200, 85), "photo.jpg": photo(1600, 85), "letters.zip": archive()}


def per_second(client, name, number, seconds=0.4):
    content_type = "image/jpeg" if name.endswith("jpg") else "application/zip"
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        answer = client.post(f"/{number}", {"file": SimpleUploadedFile(name, FILES[name], content_type)})
        if answer.status_code != 200:
            raise SystemExit(f"{name} was refused by {list(FIELDS)[number]}: {answer.content.decode()}")
        count += 1
    return count / (time.perf_counter() - start)


def main():
    client, measured = Client(), {}
    for _ in range(5):
        for name in FILES:
            for number, field in enumerate(FIELDS):
                if name.endswith("jpg") or field != "plain ImageField":
                    measured.setdefault((name, field), []).append(per_second(client, name, number))
    if "--json" in sys.argv:
        print(json.dumps({f"{name}: {field}": statistics.median(values) for (name, field), values in measured.items()}))
        return
    print("| file | field | uploads a second | the check adds |\n|---|---|---|---|")
    for (name, field), values in measured.items():
        plain = statistics.median(measured[name, "plain FileField"])
        speed = statistics.median(values)
        added = "" if field == "plain FileField" else f"{(1 / speed - 1 / plain) * 1e3:.2f} ms"
        print(f"| {name}, {len(FILES[name]) / 1e3:.0f} kB | {field} | {speed:.0f} | {added} |")
    for name, data in FILES.items():
        start = time.perf_counter()
        for _ in range(20):
            examine(io.BytesIO(data), UploadPolicy(kinds=KINDS), name=name)
        print(f"\n`examine` alone, {name}: {(time.perf_counter() - start) / 20 * 1e3:.2f} ms", end="")
    print()


if __name__ == "__main__":
    main()
