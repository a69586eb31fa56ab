"""What ``manage.py check`` says about the quarantine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import NoReverseMatch, reverse

from barding.moderation.conf import PrivateStorage, private_storage


@checks.register(checks.Tags.security)
def check_quarantine(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """The quarantine lies where no web server looks, and the serving view has an address."""
    found: list[checks.CheckMessage] = []
    try:
        storage = private_storage()
    except ImproperlyConfigured as problem:
        return [checks.Error(str(problem), id="barding_moderation.E001")]
    location = getattr(storage, "location", None)
    if location and os.path.isabs(str(location)):
        folder = Path(os.path.realpath(location))
        shown = [("MEDIA_ROOT", getattr(settings, "MEDIA_ROOT", "")), ("STATIC_ROOT", getattr(settings, "STATIC_ROOT", ""))]
        shown += [("STATICFILES_DIRS", entry) for entry in getattr(settings, "STATICFILES_DIRS", ())]
        for name, value in shown:
            value = value[1] if isinstance(value, (list, tuple)) else value
            if not value:
                continue
            public = Path(os.path.realpath(value))
            if folder == public or public in folder.parents:
                found.append(
                    checks.Error(
                        f"The quarantine ({folder}) lies under {name}: what nobody has approved is served already.",
                        hint='Set BARDING_MODERATION["location"] to a folder outside of it.',
                        id="barding_moderation.E002",
                    )
                )
    if not isinstance(storage, PrivateStorage) and getattr(storage, "base_url", None) and not getattr(storage, "querystring_auth", False):
        found.append(
            checks.Warning(
                f"The storage of the quarantine has an address of its own ({storage.base_url}).",
                hint="Let it be private: no base_url, or signed addresses only.",
                id="barding_moderation.W001",
            )
        )
    if getattr(settings, "ROOT_URLCONF", None):
        try:
            reverse("barding_moderation:serve", kwargs={"pk": "00000000-0000-0000-0000-000000000000"})
        except NoReverseMatch:
            found.append(
                checks.Warning(
                    "The view that serves uploads has no address.",
                    hint='Add path("uploads/", include("barding.moderation.urls")) to the URLconf.',
                    id="barding_moderation.W002",
                )
            )
        except Exception:  # a broken URLconf is another check's matter
            return found
    return found
