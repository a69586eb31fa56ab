"""Quarantine and moderation: states, who sees what, the admin, the history."""

import io
import json
import threading

import pytest
from barding.moderation import uploading_as, workflow
from barding.moderation.models import Event, State, Upload
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from gallery.models import Logo, Photo


def a_file(content=b"some text, not much of it", name="note.txt"):
    return SimpleUploadedFile(name, content)


def receive(uploader=None, **kwargs):
    return workflow.receive(a_file(**kwargs), uploader=uploader)


def client_of(user):
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def test_a_form_puts_its_file_into_quarantine(users, settings_of):
    client = client_of(users["ursula"])
    response = client.post("/upload/", {"title": "x", "file": a_file(name="../../Häßlich <b>.txt")})
    upload = Upload.objects.get(pk=response.content.decode())
    assert upload.state == State.PENDING and upload.uploader == users["ursula"]
    assert upload.source == "gallery.Photo.file" and upload.size == 25 and len(upload.sha256) == 64
    assert "/" not in upload.name and "<" not in upload.name
    # Nothing of the client's name reaches the disk, and nobody else may read it there.
    path = upload.file.path
    assert path.endswith(upload.pk.hex) and path.startswith(settings_of("location"))
    import os

    assert os.stat(path).st_mode & 0o077 == 0
    assert Photo.objects.get().file == upload and Photo.objects.get().second is None


def test_a_form_needs_its_file_and_keeps_the_present_one(users):
    from gallery.urls import PhotoForm

    form = PhotoForm({"title": "x"})
    assert not form.is_valid() and "file" in form.errors
    with uploading_as(users["ursula"]):
        form = PhotoForm({"title": "x"}, {"file": a_file(), "second": a_file(b"second")})
        photo = form.save()
    first = photo.file_id
    form = PhotoForm({"title": "new", "second-clear": "on"}, instance=Photo.objects.get())
    assert form.is_valid(), form.errors
    photo = form.save()
    photo.refresh_from_db()
    assert photo.file_id == first and photo.second_id is None and photo.title == "new"
    assert str(photo.file.pk) in str(PhotoForm(instance=photo)["file"])


def test_until_it_is_published_only_uploader_and_moderators_see_it(users):
    upload = receive(users["ursula"])
    seen = {name: client_of(user).get(upload.url).status_code for name, user in [("nobody", None), *users.items()]}
    assert seen == {"nobody": 404, "ursula": 200, "other": 404, "mo": 200, "root": 200}
    assert not Upload.objects.visible_to(users["other"]).exists() and Upload.objects.visible_to(users["mo"]).exists()
    workflow.approve(upload, users["mo"])
    assert client_of(None).get(upload.url).status_code == client_of(users["other"]).get(upload.url).status_code == 200
    workflow.withdraw(upload, users["mo"], "not ours")
    assert client_of(None).get(upload.url).status_code == 404
    assert client_of(users["ursula"]).get(upload.url).status_code == 200
    users["mo"].is_active = False
    assert not upload.is_visible_to(users["mo"])


def test_only_moderators_decide(users):
    upload = receive(users["ursula"])
    for name in ("ursula", "other"):
        for step in (workflow.approve, workflow.reject, workflow.publish, workflow.withdraw):
            with pytest.raises(PermissionDenied):
                step(upload, users[name], "because")
    with pytest.raises(PermissionDenied):
        workflow.approve(upload, None)
    upload.refresh_from_db()
    assert upload.state == State.PENDING


def test_four_eyes(users, settings_of):
    upload = receive(users["mo"])
    with settings_of.changed(four_eyes=True):
        with pytest.raises(PermissionDenied):
            workflow.approve(upload, users["mo"])
        assert workflow.approve(upload, users["root"]).state == State.PUBLISHED


def test_steps_in_their_order_only(users):
    mo = users["mo"]
    upload = receive(users["ursula"])
    with pytest.raises(workflow.NotPossible):
        workflow.publish(upload, mo)
    with pytest.raises(ValueError, match="reason"):
        workflow.reject(upload, mo, " ")
    workflow.reject(upload, mo, "blurred")
    for step in (workflow.approve, workflow.publish):
        with pytest.raises(workflow.NotPossible):
            step(upload, mo)
    workflow.reopen(upload, mo)
    workflow.approve(upload, mo, "fine now")
    upload.refresh_from_db()
    assert upload.state == State.PUBLISHED and upload.decided_by == mo and upload.decided


def test_publishing_as_a_step_of_its_own(users, settings_of):
    with settings_of.changed(publish_on_approval=False):
        upload = workflow.approve(receive(users["ursula"]), users["mo"])
        assert upload.state == State.APPROVED and client_of(None).get(upload.url).status_code == 404
        assert workflow.publish(upload, users["mo"]).state == State.PUBLISHED


def test_the_history_says_everything_and_does_not_change(users):
    upload = receive(users["ursula"])
    workflow.reject(upload, users["mo"], "blurred")
    workflow.reopen(upload, users["root"])
    workflow.approve(upload, users["mo"], "fine")
    events = list(Event.objects.filter(upload_id=upload.pk).values_list("action", "actor", "before", "after", "reason"))
    assert events == [
        ("received", "ursula", "", "pending", ""),
        ("rejected", "mo", "pending", "rejected", "blurred"),
        ("reopened", "root", "rejected", "pending", ""),
        ("approved", "mo", "pending", "approved", "fine"),
        ("published", "mo", "approved", "published", "fine"),
    ]
    event = Event.objects.first()
    event.reason = "something else"
    for change in (event.save, event.delete):
        with pytest.raises(TypeError):
            change()
    workflow.withdraw(upload, users["mo"], "old")
    workflow.discard(upload, users["root"])
    assert not Upload.objects.exists() and Event.objects.filter(action="deleted", actor="root").exists()


def test_signals_follow_the_commit(users):
    from barding.moderation import signals
    from django.db import transaction

    heard = []

    def listener(signal, upload, by, reason, **kwargs):
        heard.append((upload.state, by.username if by else None, reason))
        raise RuntimeError("a listener's trouble is not ours")

    listeners = [signals.upload_received, signals.upload_approved, signals.upload_published, signals.upload_rejected]
    for signal in listeners:
        signal.connect(listener, dispatch_uid="test")
    try:
        upload = receive(users["ursula"])
        with pytest.raises(KeyError), transaction.atomic():
            workflow.approve(upload, users["mo"])
            raise KeyError
        assert heard == [("pending", "ursula", "")]
        workflow.approve(Upload.objects.get(), users["mo"], "yes")
        assert heard[1:] == [("published", "mo", "yes")] * 2
    finally:
        for signal in listeners:
            signal.disconnect(dispatch_uid="test")


def test_the_switch_for_a_model(users, settings_of):
    from django.db import models

    logo = Logo()
    Logo._meta.get_field("file").save_form_data(logo, a_file())
    logo.save()
    assert logo.file.state == State.PUBLISHED
    assert list(Event.objects.values_list("action", flat=True)) == ["received", "approved", "published"]
    assert "not moderated" in Event.objects.last().reason
    with settings_of.changed(models={"gallery.Logo": True}):
        logo = Logo()
        Logo._meta.get_field("file").save_form_data(logo, a_file())
        logo.save()
        assert logo.file.state == State.PENDING
    assert isinstance(logo._meta.get_field("file"), models.ForeignKey)


def test_what_was_changed_on_the_disk_is_not_published(users):
    upload = receive(users["ursula"])
    with open(upload.file.path, "r+b") as stored:
        stored.write(b"X")
    with pytest.raises(workflow.ContentChanged):
        workflow.approve(upload, users["mo"])
    assert Upload.objects.get().state == State.PENDING and not Event.objects.filter(action="approved").exists()


def test_a_public_storage_holds_published_files_only(users, settings_of, tmp_path):
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path), "base_url": "/shown/"}}
    with settings_of.changed(public_storage=storage):
        upload = receive(users["ursula"])
        assert not [path for path in tmp_path.rglob("*") if path.is_file()]
        workflow.approve(upload, users["mo"])
        (shown,) = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert upload.url.startswith("/shown/") and shown.name.startswith(upload.pk.hex)
        workflow.withdraw(upload, users["mo"], "old")
        assert not [path for path in tmp_path.rglob("*") if path.is_file()] and upload.url.startswith("/uploads/")


class Breaking(io.BytesIO):
    """A file whose second half does not come: a full disk and a broken connection look alike to us."""

    name = "big.bin"
    size = 1 << 21
    reads = 0

    def read(self, count=-1):
        self.reads += 1
        if self.reads > 1:
            raise OSError(28, "No space left on device")
        return super().read(count)


def test_a_full_disk_leaves_nothing_behind(users, settings_of):
    with pytest.raises(OSError, match="No space left"):
        workflow.receive(Breaking(b"x" * (1 << 21)), uploader=users["ursula"])
    assert not Upload.objects.exists() and files_in(settings_of("location")) == []


def files_in(folder):
    import pathlib

    return [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]


def test_reconciling_accounts_for_everything(users, settings_of, capsys, tmp_path):
    import pathlib

    quarantine = pathlib.Path(settings_of("location"))
    whole = receive(users["ursula"])
    lost = receive(users["ursula"], content=b"lost")
    (quarantine / lost.file.name).unlink()
    (quarantine / "ab").mkdir(parents=True, exist_ok=True)
    (quarantine / "ab" / ("ab" * 16)).write_bytes(b"orphan")
    unfinished = Upload(name="unfinished")
    unfinished.file.name = "cd/" + "cd" * 16
    unfinished.save()
    changed = receive(users["ursula"], content=b"changed")
    (quarantine / changed.file.name).write_bytes(b"changeD")
    temporary = tmp_path / "tmpx1.upload.jpg"
    temporary.write_bytes(b"half")
    (tmp_path / "other").write_bytes(b"")
    with override_settings(FILE_UPLOAD_TEMP_DIR=str(tmp_path)):
        with pytest.raises(SystemExit):
            call_command("reconcile_uploads", "--older-than=0", "--hashes", "--json")
        said = json.loads(capsys.readouterr().out)
        assert said["orphans"] == ["ab/" + "ab" * 16] and said["lost"] == [str(lost.pk)]
        assert said["unfinished"] == [str(unfinished.pk)] and said["changed"] == [str(changed.pk)]
        assert said["temporary"] == [str(temporary)] and not said["clean"] and said["files"] == 3
        # Young ones may be uploads that are just going on; a file that is gone is gone whatever its age.
        with pytest.raises(SystemExit):
            call_command("reconcile_uploads", "--older-than=3600")
        assert "0 too young" not in capsys.readouterr().out
        call_command("reconcile_uploads", "--older-than=0", "--repair")
        capsys.readouterr()
        workflow.reject(changed, users["mo"], "it is not what it was")
        call_command("reconcile_uploads", "--older-than=0")
        assert "everything is where it belongs" in capsys.readouterr().out
    assert Upload.objects.get(pk=lost.pk).state == State.LOST and not temporary.exists()
    assert set(Upload.objects.values_list("pk", flat=True)) == {whole.pk, lost.pk, changed.pk}
    assert set(Event.objects.filter(actor="reconcile_uploads").values_list("action", flat=True)) == {
        "orphan deleted", "unfinished deleted", "lost",
    }  # fmt: skip
    assert client_of(users["mo"]).get(Upload.objects.get(pk=lost.pk).url).status_code == 404


@pytest.mark.postgresql
def test_two_moderators_at_once(users):
    upload = receive(users["ursula"])
    results = []

    def decide(step, name):
        try:
            step(Upload.objects.get(pk=upload.pk), users[name], "now")
            results.append(name)
        except workflow.NotPossible:
            results.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(workflow.approve, "mo")), threading.Thread(target=decide, args=(workflow.approve, "root"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results)[-1] == "too late" and len(results) == 2
    assert Event.objects.filter(action="approved").count() == 1


# -- the admin


def act(client, action, uploads, reason=""):
    return client.post(
        "/admin/barding_moderation/upload/",
        {"action": action, "_selected_action": [str(upload.pk) for upload in uploads], "reason": reason}, follow=True,
    )  # fmt: skip


def test_the_admin_decides_in_bulk(users):
    client = client_of(users["mo"])
    uploads = [receive(users["ursula"], content=b"content %d" % number) for number in range(3)]
    page = client.get("/admin/barding_moderation/upload/").content.decode()
    assert page.count("note.txt") >= 3 and 'name="reason"' in page and "delete_selected" not in page
    assert "3 approved" in act(client, "approve_selected", uploads).content.decode()
    assert set(Upload.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    assert "Give a reason" in act(client, "withdraw_selected", uploads).content.decode()
    act(client, "withdraw_selected", uploads[:2], "old <b>")
    assert Upload.objects.filter(state=State.REJECTED, reason="old <b>").count() == 2
    assert "the upload is rejected" in act(client, "approve_selected", uploads[:1]).content.decode()
    act(client, "reopen_selected", uploads[:1])
    act(client, "reject_selected", uploads[:1], "no")
    page = client.get(f"/admin/barding_moderation/upload/{uploads[0].pk}/change/").content.decode()
    assert "old &lt;b&gt;" in page and "reopened" in page and uploads[0].sha256 in page
    assert client.get("/admin/barding_moderation/event/").status_code == 200


def test_the_admin_is_closed_to_others(users):
    users["other"].is_staff = True
    users["other"].save()
    upload = receive(users["ursula"])
    client = client_of(users["other"])
    assert client.get("/admin/barding_moderation/upload/").status_code == 403
    assert act(client, "approve_selected", [upload]).status_code == 403
    assert client.get(f"/uploads/{upload.pk}/preview/").status_code == 403
    upload.refresh_from_db()
    assert upload.state == State.PENDING


def test_the_admin_deletes_only_what_was_rejected(users):
    upload = receive(users["ursula"])
    path = upload.file.path
    client = client_of(users["root"])
    address = f"/admin/barding_moderation/upload/{upload.pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403
    workflow.reject(upload, users["mo"], "no")
    assert client.post(address, {"post": "yes"}).status_code == 302
    import os

    assert not Upload.objects.exists() and not os.path.exists(path)


def picture(**kwargs):
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (600, 300), "red").save(out, kwargs.pop("format", "JPEG"), **kwargs)
    return out.getvalue()


def test_a_policy_decides_with_and_without_a_form(users):
    from django import forms
    from django.core.exceptions import ValidationError
    from gallery.models import Guarded
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "taken at my house"
    form_class = forms.modelform_factory(Guarded, fields=["file"])
    page = SimpleUploadedFile("page.png", b"<html><script>alert(1)</script></html>", "image/png")
    polyglot = SimpleUploadedFile("a.jpg", picture() + b"<script>alert(1)</script>", "image/jpeg")
    for refused in (page, polyglot):
        form = form_class({}, {"file": refused})
        assert not form.is_valid() and form.errors["file"]
        guarded = Guarded()
        with pytest.raises(ValidationError):
            Guarded._meta.get_field("file").receive(guarded, refused)
    assert not Upload.objects.exists()
    for count, with_form in enumerate((True, False), start=1):
        photo = SimpleUploadedFile("house.jpg", picture(exif=exif), "image/jpeg")
        assert b"my house" in photo.read()
        photo.seek(0)
        if with_form:
            form = form_class({}, {"file": photo})
            assert form.is_valid(), form.errors
            guarded = form.save()
        else:
            guarded = Guarded()
            guarded.file = Guarded._meta.get_field("file").receive(guarded, photo)
            guarded.save()
        with guarded.file.file.open() as stored:
            assert b"my house" not in stored.read()
        assert (guarded.file.kind, guarded.file.content_type) == ("jpeg", "image/jpeg")
        assert Upload.objects.count() == count


def test_previews_are_written_anew(users):
    from PIL import Image

    exif = Image.Exif()
    exif[0x010E] = "GPS of my house"
    upload = receive(users["ursula"], content=picture(exif=exif) + b"<script>alert(1)</script>", name="a.jpg")
    assert upload.content_type == "image/jpeg"
    response = client_of(users["mo"]).get(f"/uploads/{upload.pk}/preview/")
    assert response.status_code == 200 and response["Content-Type"] == "image/png"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"GPS" not in response.content and b"script" not in response.content
    assert Image.open(io.BytesIO(response.content)).size == (240, 120)
    assert client_of(None).get(f"/uploads/{upload.pk}/preview/").status_code == 403
    assert client_of(users["ursula"]).get(f"/uploads/{upload.pk}/preview/").status_code == 403
    page = client_of(users["mo"]).get("/admin/barding_moderation/upload/").content.decode()
    assert f"/uploads/{upload.pk}/preview/" in page


def test_no_preview_of_bombs_and_of_what_is_no_picture(users, settings_of):
    bomb = receive(users["ursula"], content=picture(format="PNG"), name="a.png")
    Upload.objects.filter(pk=bomb.pk).update(content_type="image/png")
    broken = receive(users["ursula"], content=b"\x89PNG\r\n\x1a\nnothing")
    Upload.objects.filter(pk=broken.pk).update(content_type="image/png")
    other = receive(users["ursula"])
    client = client_of(users["mo"])
    with settings_of.changed(preview_pixels=1000):
        assert client.get(f"/uploads/{bomb.pk}/preview/").status_code == 404
    assert client.get(f"/uploads/{broken.pk}/preview/").status_code == 404
    assert client.get(f"/uploads/{other.pk}/preview/").status_code == 404
