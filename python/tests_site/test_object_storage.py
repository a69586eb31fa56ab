"""Quarantine and publication in an object store, which has no paths and fails at any moment."""

import pytest
from barding.moderation import workflow
from barding.moderation.models import Upload
from barding.moderation.reconcile import reconcile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from gallery.object_storage import ObjectStorage

CONTENT = bytes(range(256)) * 40
BACKEND = "gallery.object_storage.ObjectStorage"


@pytest.fixture
def stores(users, settings_of):
    private = {"BACKEND": BACKEND, "OPTIONS": {"bucket": "private"}}
    public = {"BACKEND": BACKEND, "OPTIONS": {"bucket": "public"}}
    field = Upload._meta.get_field("file")
    usual = field.storage
    with settings_of.changed(storage=private, public_storage=public):
        # The field asks for its storage once, when the site starts.
        field.storage = ObjectStorage("private")
        yield ObjectStorage("private"), ObjectStorage("public"), users
    field.storage = usual
    ObjectStorage.answers_left = None
    for bucket in ObjectStorage.buckets.values():
        bucket.clear()


def received(users):
    return workflow.receive(SimpleUploadedFile("a.bin", CONTENT), uploader=users["ursula"])


def test_from_upload_to_withdrawal(stores):
    private, public, users = stores
    upload = received(users)
    assert private.objects[upload.file.name][0] == CONTENT and public.objects == {}
    address = f"/uploads/{upload.pk}/"
    assert Client().get(address).status_code == 404
    workflow.approve(upload, users["mo"])
    assert [content for content, _ in public.objects.values()] == [CONTENT]
    assert upload.url.startswith("https://objects.shop.example/")
    whole = Client().get(address)
    assert b"".join(whole.streaming_content) == CONTENT and "sandbox" in whole["Content-Security-Policy"]
    part = Client().get(address, HTTP_RANGE="bytes=1000-1999")
    assert part.status_code == 206 and b"".join(part.streaming_content) == CONTENT[1000:2000]
    # Without a path there is nothing to hand to the web server: the view sends the file itself.
    with override_settings(BARDING_SERVING={"server": "apache"}):
        assert b"".join(Client().get(address).streaming_content) == CONTENT
    assert reconcile(older_than=0, hashes=True).is_clean
    workflow.withdraw(upload, users["mo"], "no")
    assert public.objects == {} and upload.file.name in private.objects


def test_whatever_call_fails_nothing_is_published_unapproved(stores):
    private, public, users = stores
    calls = 0
    while True:
        ObjectStorage.answers_left = calls
        try:
            upload = received(users)
        except ConnectionError:
            upload = None
        reached = ObjectStorage.answers_left
        ObjectStorage.answers_left = None
        assert public.objects == {}
        # What is left behind is a row that says so, or a file that the account finds.
        reconcile(older_than=0, repair=True)
        assert reconcile(older_than=0, hashes=True).is_clean
        if upload is not None:
            break
        assert reached <= 0 and not Upload.objects.exists() and private.objects == {}
        calls += 1
    assert calls >= 2, "storing and reading back can both fail"


def test_a_store_that_fails_while_publishing_leaves_the_upload_pending(stores):
    _, public, users = stores
    upload = received(users)
    calls = 0
    while True:
        ObjectStorage.answers_left = calls
        try:
            workflow.approve(upload, users["mo"])
        except ConnectionError:
            ObjectStorage.answers_left = None
            assert Upload.objects.get(pk=upload.pk).state == "pending" and public.objects == {}
            calls += 1
            continue
        break
    ObjectStorage.answers_left = None
    assert calls >= 2 and Upload.objects.get(pk=upload.pk).state == "published"


def test_files_that_no_row_names_are_found_in_both_buckets(stores):
    private, public, users = stores
    upload = received(users)
    workflow.approve(upload, users["mo"])
    stray = "aa/" + "a" * 32
    for store in (private, public):
        store.save(stray, SimpleUploadedFile("x", b"x"))
    account = reconcile(older_than=0)
    assert account.orphans == [stray] and account.public_orphans == [stray]
    reconcile(older_than=0, repair=True)
    assert reconcile(older_than=0).is_clean
    private.delete(upload.file.name)
    assert reconcile(older_than=0).lost == [str(upload.pk)]
    assert Client().get(f"/uploads/{upload.pk}/").status_code == 404
