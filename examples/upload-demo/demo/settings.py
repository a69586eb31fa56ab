"""A small site that takes pictures from its users. Everything can be set from the environment; nothing has to be."""

import os
import secrets
from pathlib import Path

from barding.logs import protect

BASE_DIR = Path(__file__).resolve().parent.parent
#: What the running site writes: database, quarantine, log.
PLACE = Path(os.environ.get("DEMO_PLACE", BASE_DIR / "var"))
PLACE.mkdir(parents=True, exist_ok=True)

DEBUG = os.environ.get("DEMO_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("DEMO_HOSTS", "127.0.0.1,localhost").split(",")


def _key():
    """The key of this installation, made at the first start."""
    given = os.environ.get("DEMO_SECRET_KEY")
    if given:
        return given
    file = PLACE / "secret-key"
    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return file.read_text()


SECRET_KEY = _key()

if os.environ.get("DEMO_POSTGRES_HOST"):
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("DEMO_POSTGRES_NAME", "demo"),
            "USER": os.environ.get("DEMO_POSTGRES_USER", "demo"),
            "PASSWORD": os.environ.get("DEMO_POSTGRES_PASSWORD", ""),
            "HOST": os.environ["DEMO_POSTGRES_HOST"],
            "PORT": os.environ.get("DEMO_POSTGRES_PORT", "5432"),
        }
    }
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": PLACE / "db.sqlite3", "OPTIONS": {"timeout": 30}}
    }

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "barding",
    "barding.logs",
    "barding.moderation",
    "board",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "barding.moderation.uploader.UploaderMiddleware",
]

TEMPLATES = [
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
]

ROOT_URLCONF = "demo.urls"
WSGI_APPLICATION = "demo.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LOGIN_URL = "/admin/login/"
STATIC_URL = "/static/"

# Uploads wait here, where no web server looks. Large ones pass through the second folder while they come in.
BARDING_MODERATION = {"location": PLACE / "quarantine"}
if os.environ.get("DEMO_NGINX") == "1":  # nginx sends what our view allows
    BARDING_SERVING = {"server": "nginx", "prefix": "/protected/"}
if os.environ.get("DEMO_SMALL_DISK"):  # to see what happens when the disk is full
    DEMO_SMALL_DISK = int(os.environ["DEMO_SMALL_DISK"])
    BARDING_MODERATION["storage"] = "board.smalldisk.SmallDisk"
FILE_UPLOAD_TEMP_DIR = PLACE / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(exist_ok=True)

LOGGING = protect(
    {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": "barding.logs.RedactingFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "show_locals": True,
            }
        },
        "handlers": {"file": {"class": "logging.FileHandler", "filename": PLACE / "demo.log", "formatter": "plain"}},
        "root": {"handlers": ["file"], "level": "INFO"},
    }
)
