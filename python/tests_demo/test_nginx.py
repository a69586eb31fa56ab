"""The web server's part: our view says who may have the file and under which headers, nginx sends it, in parts too."""

import subprocess
import time
import urllib.error
import urllib.request

import pytest
from running import DEMO, Site, free_port

CONTENT = bytes(range(256)) * 400

CONFIGURATION = """
daemon off;
{user}
pid {place}/nginx.pid;
error_log {place}/nginx-error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {place}/t1; proxy_temp_path {place}/t2; fastcgi_temp_path {place}/t3; uwsgi_temp_path {place}/t4; scgi_temp_path {place}/t5;
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass {site}; proxy_set_header Host $http_host; }}
{documented}
  }}
}}
"""


@pytest.fixture
def addresses(tmp_path):
    """The address of nginx, and the path of an upload: once published, once not."""
    import os

    site = Site(tmp_path, {"DEMO_NGINX": "1"})
    site.prepare()
    uploads = site.ask(
        f"""
from barding.moderation import workflow
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
mo = User.objects.get(username="mo")
content = bytes(range(256)) * {len(CONTENT) // 256}
published, pending = (workflow.receive(ContentFile(content, name="a – b.html"), uploader=mo) for _ in range(2))
workflow.approve(published, mo)
print(json.dumps([published.url, pending.url, published.signed_url(), pending.signed_url(), pending.file.name]))
"""
    )
    site.start()
    port = free_port()
    configuration = tmp_path / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    # The very lines of the manual.
    documented = (DEMO.parents[1] / "docs" / "moderation.md").read_text().split("```nginx\n")[1].split("```")[0]
    documented = documented.replace("/srv/site/quarantine/", f"{tmp_path}/quarantine/")
    configuration.write_text(
        CONFIGURATION.format(place=tmp_path, port=port, site=site.address, user=user, documented=documented)
    )
    nginx = subprocess.Popen(["nginx", "-c", str(configuration), "-p", str(tmp_path)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", uploads
    finally:
        nginx.terminate()
        nginx.wait(10)
        site.stop()


def ask(address, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=20) as response:
            return response.status, dict(response.headers), response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), b""


def test_nginx_sends_what_the_view_allows(addresses):
    address, (published, pending, signed, signed_too_early, name) = addresses
    status, headers, body = ask(address + published)
    assert status == 200 and body == CONTENT
    assert headers["Content-Type"] == "application/octet-stream" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith("attachment") and "sandbox" in headers["Content-Security-Policy"]
    assert "X-Accel-Redirect" not in headers
    status, headers, body = ask(address + published, Range="bytes=1000-1999")
    assert status == 206 and body == CONTENT[1000:2000] and headers["Content-Range"] == f"bytes 1000-1999/{len(CONTENT)}"
    assert ask(address + pending)[0] == 404
    assert ask(address + signed)[2] == CONTENT
    assert ask(address + signed_too_early)[0] == 404
    # What lies behind the internal location nobody can ask for directly.
    assert ask(f"{address}/protected/{name}")[0] == 404
