"""The serving view: inert headers, ranges, signed links, the web server's part."""

import datetime

import pytest
from barding.moderation import workflow
from barding.moderation.models import Upload
from barding.serving import BadLink, LinkExpired, inert_type, read_link, sign_link
from barding.serving.headers import content_disposition
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def published(users):
    upload = workflow.receive(SimpleUploadedFile("Bericht 2026 – ä.html", CONTENT), uploader=users["ursula"])
    workflow.approve(upload, users["mo"])
    return upload


def body(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_nothing_acts(published):
    for kind in ("text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/javascript", "", "x\r\nSet-Cookie: a=b"):
        Upload.objects.filter(pk=published.pk).update(content_type=kind)
        response = Client().get(f"{published.url}?inline=1")
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment;")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"] and "default-src 'none'" in response["Content-Security-Policy"]
        assert body(response) == CONTENT


def test_pictures_may_be_shown_in_place(published):
    Upload.objects.filter(pk=published.pk).update(content_type="image/png")
    assert Client().get(published.url)["Content-Disposition"].startswith("attachment;")
    response = Client().get(f"{published.url}?inline")
    assert (response["Content-Type"], response["Content-Disposition"][:7]) == ("image/png", "inline;")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "status", "start", "end"),
    [
        ("bytes=0-0", 206, 0, 1),
        ("bytes=100-199", 206, 100, 200),
        ("bytes=10000-", 206, 10000, 10240),
        ("bytes=-5", 206, 10235, 10240),
        ("bytes=-99999", 206, 0, 10240),
        ("bytes=10000-99999", 206, 10000, 10240),
        ("bytes=10240-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=5-2", 200, 0, 10240),
        ("bytes=0-1,5-6", 200, 0, 10240),
        ("lines=1-2", 200, 0, 10240),
        ("bytes=-", 200, 0, 10240),
        ("bytes=" + "9" * 50 + "-", 416, 0, 0),
    ],
)
def test_ranges(published, asked, status, start, end):
    response = Client().get(published.url, HTTP_RANGE=asked)
    assert response.status_code == status
    assert body(response) == CONTENT[start:end]
    if status == 206:
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/10240" and response["Content-Length"] == str(end - start)
    if status == 416:
        assert response["Content-Range"] == "bytes */10240"


def test_going_on_after_a_break_needs_the_same_content(published):
    tag = f'"{published.sha256}"'
    assert Client().get(published.url, HTTP_RANGE="bytes=5-", HTTP_IF_RANGE=tag).status_code == 206
    assert Client().get(published.url, HTTP_RANGE="bytes=5-", HTTP_IF_RANGE='"other"').status_code == 200
    assert Client().get(published.url, HTTP_IF_NONE_MATCH=tag).status_code == 304


def test_head_and_other_methods(published):
    response = Client().head(published.url)
    assert response.status_code == 200 and response["Content-Length"] == "10240" and body(response) == b""
    assert Client().post(published.url).status_code == 405


def test_what_is_not_public_is_not_kept_by_caches(users):
    upload = workflow.receive(SimpleUploadedFile("a.txt", CONTENT), uploader=users["ursula"])
    client = Client()
    client.force_login(users["ursula"])
    response = client.get(upload.url)
    assert response["Cache-Control"] == "private, no-store" and response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert body(response) == CONTENT


def test_signed_links(users, settings_of):
    upload = workflow.receive(SimpleUploadedFile("a.txt", CONTENT), uploader=users["ursula"])
    link = upload.signed_url(lasts=60)
    assert Client().get(link).status_code == 404, "nobody has approved it"
    uploader = Client()
    uploader.force_login(users["ursula"])
    assert body(uploader.get(link)) == CONTENT
    workflow.approve(upload, users["mo"])
    assert body(Client().get(link)) == CONTENT
    changed = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    assert Client().get(changed).status_code == 404
    expired = sign_link(str(upload.pk), purpose="upload", lasts=1)
    import time
    from unittest import mock

    with mock.patch.object(time, "time", return_value=time.time() + 5):
        assert Client().get(f"/uploads/link/{expired}/").status_code == 410
    workflow.withdraw(upload, users["mo"], "no")
    assert Client().get(link).status_code == 404
    assert uploader.get(link).status_code == 404


def test_links_are_good_for_one_purpose():
    token = sign_link("7", purpose="upload", lasts=datetime.timedelta(minutes=1), inline=True)
    assert read_link(token, purpose="upload") == ("7", {"inline": True})
    with pytest.raises(BadLink):
        read_link(token, purpose="other")
    for bad in ("", "x", "x" * 5000, token + "x"):
        with pytest.raises(BadLink):
            read_link(bad, purpose="upload")
    with pytest.raises(ValueError, match="second"):
        sign_link("7", purpose="upload", lasts=0)
    assert issubclass(LinkExpired, BadLink)


def test_the_web_server_is_handed_the_file(published):
    with override_settings(BARDING_SERVING={"server": "nginx", "prefix": "/inside"}):
        response = Client().get(published.url)
    assert response["X-Accel-Redirect"] == f"/inside/{published.file.name}" and body(response) == b""
    assert response["Content-Disposition"].startswith("attachment") and response["X-Content-Type-Options"] == "nosniff"
    with override_settings(BARDING_SERVING={"server": "apache"}):
        assert Client().get(published.url)["X-Sendfile"] == published.file.path
    with override_settings(BARDING_SERVING={"server": "iis"}), pytest.raises(ValueError, match="iis"):
        Client().get(published.url)


def test_names_in_headers():
    assert content_disposition("a.txt") == 'attachment; filename="a.txt"'
    for bad in ('a"\r\nSet-Cookie: x=y', "../../etc/passwd", "\u202egpj.exe", "", "..", "\x00", "a;b\\c.txt"):
        value = content_disposition(bad)
        assert "\r" not in value and "\n" not in value and "\u202e" not in value and ".." not in value
        assert value.count('"') == 2
    value = content_disposition("Bericht – ä.txt")
    assert "filename*=UTF-8''Bericht%20%E2%80%93%20%C3%A4.txt" in value


def test_types():
    assert inert_type("image/png") == "image/png"
    assert inert_type("text/plain") == "text/plain; charset=utf-8"
    for kind in ("text/html", "image/svg+xml", "application/javascript", None, "", "image/png, text/html", "IMAGE/SVG+XML"):
        assert inert_type(kind) == "application/octet-stream"


# -- what `manage.py check` says


def ids(check):
    return [found.id for found in check(None)]


def test_checks_of_media(tmp_path):
    from barding.serving.checks import check_media

    media = tmp_path / "static" / "media"
    media.mkdir(parents=True)
    with override_settings(MEDIA_ROOT=str(tmp_path / "other"), STATIC_ROOT=str(tmp_path / "static")):
        assert ids(check_media) == []
    with override_settings(MEDIA_ROOT=str(media), STATIC_ROOT=str(tmp_path / "static")):
        assert ids(check_media) == ["barding_serving.W001"]
    with override_settings(MEDIA_ROOT=str(media), STATICFILES_DIRS=[("x", str(tmp_path / "static"))]):
        assert ids(check_media) == ["barding_serving.W001"]
    with override_settings(MEDIA_ROOT=str(media), WHITENOISE_ROOT=str(media)):
        assert ids(check_media) == ["barding_serving.W002"]
    with override_settings(MEDIA_ROOT=str(media), MEDIA_URL="/static/media/"):
        assert ids(check_media) == ["barding_serving.W003"]
    templates = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [str(tmp_path / "static")]}]
    with override_settings(MEDIA_ROOT=str(media), TEMPLATES=templates):
        assert ids(check_media) == ["barding_serving.E001"]
    import os

    import gallery

    with override_settings(MEDIA_ROOT=os.path.join(os.path.dirname(gallery.__file__), "media")):
        assert ids(check_media) == ["barding_serving.W004"]
    with override_settings(MEDIA_ROOT=str(media), FILE_UPLOAD_PERMISSIONS=0o755):
        assert ids(check_media) == ["barding_serving.W005"]
    with override_settings(MEDIA_ROOT=str(media), FILE_UPLOAD_PERMISSIONS=0o666):
        assert ids(check_media) == ["barding_serving.W006"]
    (media / "run.sh").write_text("")
    (media / "run.sh").chmod(0o755)
    with override_settings(MEDIA_ROOT=str(media)):
        assert ids(check_media) == ["barding_serving.W007"]


def test_checks_of_fields():
    from barding.serving.checks import check_fields
    from django.apps import apps

    found = check_fields([apps.get_app_config("gallery")])
    assert [(problem.id, str(problem.obj)) for problem in found] == [("barding_serving.W008", "gallery.Loose.anything")]


def test_checks_of_urls(tmp_path):
    import sys
    import types

    from barding.serving.checks import check_urls
    from django.urls import path
    from django.views.static import serve

    urls = types.ModuleType("urls_with_media")
    urls.urlpatterns = [path("media/<path:path>", serve, {"document_root": str(tmp_path)})]
    sys.modules["urls_with_media"] = urls
    with override_settings(MEDIA_ROOT=str(tmp_path), DEBUG=False, ROOT_URLCONF="urls_with_media"):
        assert ids(check_urls) == ["barding_serving.W009"]
    with override_settings(MEDIA_ROOT=str(tmp_path / "x" / ".."), DEBUG=True, ROOT_URLCONF="urls_with_media"):
        assert ids(check_urls) == []
    assert ids(check_urls) == []


def test_checks_of_the_quarantine(settings_of, tmp_path):
    from barding.moderation.checks import check_quarantine

    assert ids(check_quarantine) == []
    with settings_of.changed(location=str(tmp_path / "media" / "q")), override_settings(MEDIA_ROOT=str(tmp_path / "media")):
        assert ids(check_quarantine) == ["barding_moderation.E002"]
    with settings_of.changed(storage="django.core.files.storage.FileSystemStorage"):
        assert "barding_moderation.W001" in ids(check_quarantine)
    with settings_of.changed(storage="nowhere"):
        assert ids(check_quarantine) == ["barding_moderation.E001"]
    with override_settings(ROOT_URLCONF="barding.moderation.views"):
        assert ids(check_quarantine) == []  # a URLconf that is none is another check's matter
    import sys
    import types

    sys.modules["urls_without_ours"] = types.ModuleType("urls_without_ours")
    sys.modules["urls_without_ours"].urlpatterns = []
    with override_settings(ROOT_URLCONF="urls_without_ours"):
        assert ids(check_quarantine) == ["barding_moderation.W002"]
