"""A real browser: sends a picture, is refused with a clear message, moderates, downloads. And the log keeps its mouth shut."""

import io
import re

import pytest
from PIL import Image

PASSWORD = "t4ll-tulip-99"


def picture(kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", (320, 200), (200, 30, 60)).save(out, kind)
    return out.getvalue()


@pytest.fixture
def visitor(browser, site):
    """Makes pages of their own for each user."""
    contexts = []

    def make(name=None):
        context = browser.new_context(accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20000)
        if name:
            page.goto(f"{site.address}/admin/login/?next=/")
            page.fill("#id_username", name)
            page.fill("#id_password", "pass-word-9")
            page.click("input[type=submit]")
            page.wait_for_url(f"{site.address}/")
        return page

    yield make
    for context in contexts:
        context.close()


def send(page, site, title, name, content):
    page.goto(f"{site.address}/new/")
    page.fill("#id_title", title)
    page.set_input_files("#id_file", {"name": name, "mimeType": "image/png", "buffer": content})
    with page.expect_navigation() as navigation:
        page.click("form button")
    return navigation.value


def test_from_upload_to_download(visitor, site):
    ursula, mo, nobody = visitor("ursula"), visitor("mo"), visitor()
    send(ursula, site, "A red field", "Mein Bild – rot.png", picture())
    assert "A moderator will look at your picture" in ursula.content()
    assert "pending" in ursula.inner_text("#own")
    nobody.goto(site.address)
    assert "A red field" not in nobody.content()
    address = site.address + ursula.get_attribute("#own a", "href")
    assert nobody.request.get(address).status == 404 and ursula.request.get(address).status == 200

    mo.goto(f"{site.address}/admin/barding_moderation/upload/?state__exact=pending")
    row = mo.locator("tr", has_text="Mein")
    # The preview is a real picture that the browser could draw.
    preview = row.locator("img")
    preview.scroll_into_view_if_needed()
    mo.wait_for_function("() => [...document.querySelectorAll('td.field-preview img')].some(image => image.naturalWidth > 0)")
    row.locator("input.action-select").check()
    mo.select_option("select[name=action]", "approve_selected")
    mo.fill("input[name=reason]", "a fine red")
    mo.click("button[name=index]")
    mo.wait_for_selector(".messagelist .success")

    nobody.goto(site.address)
    image = nobody.locator("#published img[alt='A red field']")
    assert image.count() == 1
    nobody.wait_for_function("() => document.querySelector('#published img').naturalWidth === 320")
    with nobody.expect_download() as download:
        nobody.locator("#published figure", has_text="A red field").locator("a").click()
    assert download.value.suggested_filename.startswith("Mein") and download.value.suggested_filename.endswith(".png")
    with open(download.value.path(), "rb") as saved:
        assert saved.read() == picture()


def test_a_refusal_says_why(visitor, site):
    ursula = visitor("ursula")
    for content, word in (
        (b"<html><script>alert(1)</script></html>", "web page"),
        (picture() + b"<script>alert(1)</script>", "behind the end"),
        (b"MZ" + bytes(200), "program|accepted"),
        (b"", "empty"),
    ):
        response = send(ursula, site, "Not a picture", "page.png", content)
        assert response.status == 422
        message = ursula.inner_text(".errorlist")
        assert re.search(word, message, re.I), message
    ursula.goto(site.address)
    assert "Not a picture" not in ursula.content()
    assert site.account()["clean"]


def test_a_rejection_reaches_the_uploader(visitor, site):
    ursula, mo = visitor("ursula"), visitor("mo")
    send(ursula, site, "Too blue", "blue.png", picture())
    mo.goto(f"{site.address}/admin/barding_moderation/upload/?state__exact=pending")
    mo.locator("tr", has_text="blue.png").locator("input.action-select").check()
    mo.select_option("select[name=action]", "reject_selected")
    mo.click("button[name=index]")
    assert "Give a reason" in mo.inner_text(".messagelist")
    mo.locator("tr", has_text="blue.png").locator("input.action-select").check()
    mo.select_option("select[name=action]", "reject_selected")
    mo.fill("input[name=reason]", "not on topic <b>")
    mo.click("button[name=index]")
    mo.wait_for_selector(".messagelist .success")
    ursula.goto(site.address)
    own = ursula.inner_text("#own")
    assert "Too blue: rejected (not on topic <b>)" in own
    # Ursula is staff here, and still sees nothing of the desk.
    assert ursula.goto(f"{site.address}/admin/barding_moderation/upload/").status == 403


def test_nothing_runs_in_the_browser(visitor, site):
    """What got through once, an old file say, does no harm when it is opened: no script, no access to the site."""
    page_in_storage = site.ask(
        """
from barding.moderation import workflow
from barding.moderation.models import Upload
from django.core.files.base import ContentFile
from django.contrib.auth.models import User
mo = User.objects.get(username="mo")
upload = workflow.receive(ContentFile(b"<script>document.title='ran'</script>", name="old.html"), uploader=mo)
workflow.approve(upload, mo)
Upload.objects.filter(pk=upload.pk).update(content_type="image/png")
print(json.dumps(upload.url))
"""
    )
    ursula = visitor("ursula")
    response = ursula.goto(f"{site.address}{page_in_storage}?inline")
    assert response.headers["x-content-type-options"] == "nosniff" and "sandbox" in response.headers["content-security-policy"]
    assert ursula.title() != "ran"


def test_the_leaking_view_leaks_nothing(visitor, site):
    page = visitor()
    page.goto(f"{site.address}/admin/login/")
    token = page.get_attribute("input[name=csrfmiddlewaretoken]", "value")
    response = page.request.post(
        f"{site.address}/leak/", form={"user": "ada", "password": PASSWORD, "csrfmiddlewaretoken": token},
        headers={"Referer": site.address},
    )  # fmt: skip
    assert response.status == 500
    log = site.log()
    assert "login attempt by ada" in log and "RuntimeError" in log and "password = [redacted]" in log
    assert PASSWORD not in log and token not in log
    key = (site.place / "secret-key").read_text()
    assert key not in log
