"""The live shop, behind nginx."""

from .base import *

SECURE_HSTS_SECONDS = "31536000"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = 1
CSRF_COOKIE_SECURE = True
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"
SILENCED_SYSTEM_CHECKS = ["security.W018"]
