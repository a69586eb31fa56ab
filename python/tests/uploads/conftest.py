"""Django for the tests of uploads: one model, in memory."""

import subprocess
import sys
from pathlib import Path

import django
import pytest
from django.conf import settings

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
sys.path.insert(0, str(HERE))

if not settings.configured:
    settings.configure(
        SECRET_KEY="only for tests",
        INSTALLED_APPS=["django.contrib.contenttypes", "barding.uploads"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        ROOT_URLCONF="views_for_tests",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
        USE_I18N=True,
        LANGUAGE_CODE="en",
        MIDDLEWARE=[],
        FILE_UPLOAD_HANDLERS=[
            "barding.uploads.handlers.EarlyUploadHandler",
            "django.core.files.uploadhandler.MemoryFileUploadHandler",
            "django.core.files.uploadhandler.TemporaryFileUploadHandler",
        ],
    )
    django.setup()


@pytest.fixture(scope="session")
def genuine() -> Path:
    """The folder of genuine files, made by scripts/install/upload-corpus.sh's programs."""
    folder = ROOT / "target" / "python" / "genuine"
    python = ROOT / "target" / "python" / "corpus" / "bin" / "python"
    assert python.exists(), "run scripts/install/upload-corpus.sh first"
    if not (folder / "complete").exists():
        subprocess.run([python, HERE / "genuine.py", folder], check=True)
        (folder / "complete").touch()
    return folder


@pytest.fixture
def media(tmp_path, settings_of):
    """An empty MEDIA_ROOT."""
    with settings_of(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


@pytest.fixture
def settings_of():
    """Django's settings with some of them changed, for a while."""
    from django.test.utils import override_settings

    return override_settings
