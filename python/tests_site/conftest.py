"""One Django project for the tests of the apps: SQLite in memory, or the database of BARDING_TEST_DATABASE."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import django
import pytest
from django.conf import settings

SECRET_KEY = "kd83-Jd0q!x)9s&w=pQ_zz71hg5t"  # barding: ignore[secret-key-hardcoded] made up for the tests
DATABASE_PASSWORD = "t7-hq0Ck$92x"
PLACE = Path(tempfile.mkdtemp(prefix="barding-tests-"))


def _database():
    chosen = os.environ.get("BARDING_TEST_DATABASE")
    if chosen:
        return json.loads(chosen)
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "PASSWORD": DATABASE_PASSWORD}


def pytest_configure(config):
    config.addinivalue_line("markers", "postgresql: asked on PostgreSQL only")
    settings.configure(
        BASE_DIR=PLACE,
        SECRET_KEY=SECRET_KEY,
        ALLOWED_HOSTS=["testserver"],
        DATABASES={"default": _database()},
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.messages",
            "django.contrib.sessions",
            "barding",
            "barding.logs",
            "barding.serving",
            "barding.moderation",
            "gallery",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "barding.moderation.uploader.UploaderMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        ROOT_URLCONF="gallery.urls",
        MEDIA_ROOT=str(PLACE / "media"),
        MEDIA_URL="/media/",
        STATIC_URL="/static/",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        BARDING_MODERATION={"location": str(PLACE / "quarantine"), "models": {"gallery.Logo": False}},
        ADMINS=[("Ada", "ada@shop.example")],
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    )
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()


def pytest_collection_modifyitems(config, items):
    """What needs several connections is asked where there are several: on PostgreSQL."""
    if "postgresql" in settings.DATABASES["default"]["ENGINE"]:
        return
    needs_it = [item for item in items if item.get_closest_marker("postgresql")]
    if needs_it:
        config.hook.pytest_deselected(items=needs_it)
        items[:] = [item for item in items if item not in needs_it]


@pytest.fixture(scope="session")
def _databases():
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    old = runner.setup_databases()
    yield
    runner.teardown_databases(old)


@pytest.fixture
def db(_databases):
    """A database that is empty again afterwards, with real commits: signals and workers need them."""
    yield
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    shutil.rmtree(PLACE / "quarantine", ignore_errors=True)


@pytest.fixture
def users(db):
    from django.contrib.auth.models import Permission, User

    def make(name, **kwargs):
        return User.objects.create_user(name, f"{name}@shop.example", "pass-word-9", **kwargs)

    moderator = make("mo", is_staff=True)
    moderator.user_permissions.add(Permission.objects.get(codename="can_moderate"))
    everybody = {"ursula": make("ursula"), "other": make("other"), "mo": User.objects.get(pk=moderator.pk)}
    everybody["root"] = User.objects.create_superuser("root", "root@shop.example", "pass-word-9")
    return everybody


@pytest.fixture
def settings_of():
    """The options of the moderation: asked by calling it, changed for a while by ``changed(...)``."""
    from barding.moderation.conf import option
    from django.test import override_settings

    def ask(name):
        return option(name)

    def changed(**options):
        return override_settings(BARDING_MODERATION={**settings.BARDING_MODERATION, **options})

    ask.changed = changed
    return ask
