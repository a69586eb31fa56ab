"""Django's error reports: the debug page and the mail to the admins, on a project that marks nothing as sensitive."""

import logging

import pytest
from conftest import DATABASE_PASSWORD, SECRET_KEY
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

POSTED = {"password": "t4ll-tulip", "card": "4111111111111111", "csrfmiddlewaretoken": "c" * 64, "colour": "red"}
SECRETS = ("t4ll-tulip", "4111111111111111", "c" * 64, "q8x7c6v5b4n3m2l1", SECRET_KEY, DATABASE_PASSWORD, "s3ssion-c00kie", "b34rer")


def ask():
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "s3ssion-c00kie"
    client.cookies["theme"] = "dark"
    return client.post(
        f"/broken/?name=ada&access_token=b34rer&note={SECRET_KEY}".replace("&w", "%26w"), POSTED,
        HTTP_AUTHORIZATION="Bearer b34rer", HTTP_X_THEME="light",
    )  # fmt: skip


@pytest.mark.parametrize("debug", [True, False])
def test_the_page_tells_no_secret(db, debug):
    from django.views.debug import get_exception_reporter_class

    with override_settings(DEBUG=True):
        response = ask()
    page = response.content.decode()
    assert response.status_code == 500 and "RuntimeError" in page
    assert get_exception_reporter_class(response.wsgi_request).__module__ == "barding.logs.reporter"
    for secret in SECRETS:
        assert secret not in page, secret
    for shown in ("red", "dark", "light", "colour", "ada"):
        assert shown in page, shown


@pytest.mark.parametrize("html", [True, False])
def test_the_mail_tells_no_secret(db, html):
    from barding.logs import RedactingFilter
    from django.utils.log import AdminEmailHandler

    handler = AdminEmailHandler(include_html=html)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    mail.outbox.clear()
    try:
        assert ask().status_code == 500
    finally:
        logger.removeHandler(handler)
    sent = mail.outbox[-1]
    text = f"{sent.subject} {sent.body} {[part for part in getattr(sent, 'alternatives', [])]}"
    assert "RuntimeError" in text and "colour" in text
    for secret in SECRETS:
        assert secret not in text, secret


def test_settings_of_the_report():
    from barding.logs.reporter import RedactingReporterFilter

    with override_settings(PAYMENT={"live": {"api_key": "q8x7c6v5b4n3m2l1", "region": "eu"}}, BROKER_URL="amqp://shop:x9-Kd83jd@mq/"):
        safe = RedactingReporterFilter().get_safe_settings()
    assert "q8x7c6v5b4n3m2l1" not in str(safe["PAYMENT"]) and "eu" in str(safe["PAYMENT"])
    assert "x9-Kd83jd" not in str(safe["BROKER_URL"])
    assert safe["SECRET_KEY"] == RedactingReporterFilter.cleansed_substitute
    assert safe["USE_TZ"] is True


def test_the_app_took_its_places():
    assert settings.DEFAULT_EXCEPTION_REPORTER_FILTER == "barding.logs.reporter.RedactingReporterFilter"
    from barding.logs import RedactingFilter

    handlers = [
        handler
        for name in ("django", "django.server")
        for handler in logging.getLogger(name).handlers
        if not type(handler).__module__.startswith("_pytest")
    ]
    assert len(handlers) >= 3
    for handler in handlers:
        assert any(isinstance(present, RedactingFilter) for present in handler.filters)


def test_checks_name_what_is_not_covered():
    from barding.logs.checks import check_logs

    of_pytest = check_logs(None)  # its handlers came after ours were covered
    assert not [found.msg for found in of_pytest if "AdminEmailHandler" in found.msg or "handler StreamHandler of the logger 'django" in found.msg]
    handler = logging.StreamHandler()
    logging.getLogger("uncovered").addHandler(handler)
    try:
        (found,) = [found for found in check_logs(None) if found not in of_pytest]
        assert found.id == "barding_logs.W001" and "'uncovered'" in found.msg
    finally:
        logging.getLogger("uncovered").removeHandler(handler)
    with override_settings(DEFAULT_EXCEPTION_REPORTER_FILTER="django.views.debug.SafeExceptionReporterFilter"):
        assert [found.id for found in check_logs(None) if found not in of_pytest] == ["barding_logs.W002"]


def test_secrets_of_a_project():
    from types import SimpleNamespace

    from barding.logs.project import secrets_of

    project = SimpleNamespace(
        SECRET_KEY="a-key-1", SECRET_KEY_FALLBACKS=["an-old-key-1"], DATABASES={"default": {"PASSWORD": "db-pass-1", "USER": "shop"}},
        CACHES={"default": {"LOCATION": "redis://:redis-pass-1@cache/0"}}, PASSWORD_HASHERS=["some.hasher"], CSRF_COOKIE_NAME="csrftoken",
        AUTH_PASSWORD_VALIDATORS=[{"NAME": "a.Validator"}], lower_token="not-a-setting",
    )  # fmt: skip
    found = secrets_of(project, {"STRIPE_API_KEY": "env-key-1", "HOME": "/home/ada", "DATABASE_URL": "postgres://u:url-pass-1@db/x"})
    assert {"a-key-1", "an-old-key-1", "db-pass-1", "redis-pass-1", "env-key-1", "url-pass-1"} <= set(found)
    assert not {"some.hasher", "a.Validator", "csrftoken", "shop", "/home/ada", "not-a-setting"} & set(found)
