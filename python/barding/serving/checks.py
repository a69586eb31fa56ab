"""What ``manage.py check`` says about users' files: where they lie, who may run them, which fields let anything in."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import models

__all__ = ["check_fields", "check_media", "check_urls"]

_STATIC_SERVE = "django.views.static"


@checks.register(checks.Tags.security)
def check_media(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Media under static files, templates or code; media that may be executed."""
    found: list[checks.CheckMessage] = []
    media = _folder(getattr(settings, "MEDIA_ROOT", ""))
    if media is None:
        return found
    static = _folder(getattr(settings, "STATIC_ROOT", None))
    static_folders = [static, *(_folder(_static_dir(entry)) for entry in getattr(settings, "STATICFILES_DIRS", ()))]
    for folder in static_folders:
        if folder is not None and (_inside(media, folder) or _inside(folder, media)):
            found.append(
                checks.Warning(
                    f"MEDIA_ROOT ({media}) and the static files ({folder}) lie in each other: uploads are served like the site's own scripts.",
                    hint="Give uploads a folder of their own, outside of STATIC_ROOT and STATICFILES_DIRS.",
                    id="barding_serving.W001",
                )
            )
            break
    whitenoise = _folder(getattr(settings, "WHITENOISE_ROOT", None))
    if whitenoise is not None and (_inside(media, whitenoise) or _inside(whitenoise, media)):
        found.append(
            checks.Warning(
                f"WHITENOISE_ROOT ({whitenoise}) serves MEDIA_ROOT: uploads go out without any protecting header.",
                hint="Serve uploads through barding.serving or a location of the web server that forces downloads.",
                id="barding_serving.W002",
            )
        )
    media_url, static_url = str(getattr(settings, "MEDIA_URL", "") or ""), str(getattr(settings, "STATIC_URL", "") or "")
    if len(media_url) > 1 and len(static_url) > 1 and media_url.startswith(static_url):
        found.append(
            checks.Warning(
                f"MEDIA_URL ({media_url}) lies under STATIC_URL ({static_url}): uploads get the headers of the site's own files.",
                hint="Give uploads a prefix of their own, best on another domain.",
                id="barding_serving.W003",
            )
        )
    for folder in _template_folders():
        if _inside(media, folder) or _inside(folder, media):
            found.append(
                checks.Error(
                    f"MEDIA_ROOT ({media}) and a template folder ({folder}) lie in each other: an upload can become a template.",
                    hint="Move uploads out of every folder that templates are loaded from.",
                    id="barding_serving.E001",
                )
            )
            break
    for folder in _code_folders():
        if _inside(media, folder):
            found.append(
                checks.Warning(
                    f"MEDIA_ROOT ({media}) lies in the Python package {folder}: an uploaded module can be imported.",
                    hint="Move uploads out of the folders of your code.",
                    id="barding_serving.W004",
                )
            )
            break
    found.extend(_permissions(media))
    return found


def _permissions(media: Path) -> Iterator[checks.CheckMessage]:
    files = getattr(settings, "FILE_UPLOAD_PERMISSIONS", None)
    if isinstance(files, int) and files & 0o111:
        yield checks.Warning(
            f"FILE_UPLOAD_PERMISSIONS ({files:#o}) makes uploads executable.",
            hint="0o640 or 0o644 lets them be read only.",
            id="barding_serving.W005",
        )
    folders = getattr(settings, "FILE_UPLOAD_DIRECTORY_PERMISSIONS", None)
    loose = [mode for mode in (files, folders) if isinstance(mode, int) and mode & 0o002]
    if loose:
        yield checks.Warning(
            f"Uploads are created with mode {loose[0]:#o}: everybody on the machine may change them.",
            hint="Take the write permission for others away.",
            id="barding_serving.W006",
        )
    try:
        entries = [entry for entry, _ in zip(os.scandir(media), range(500))]
    except OSError:
        return
    runnable = sorted(
        entry.name
        for entry in entries
        if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mode & stat.S_IXUSR
    )
    if runnable:
        yield checks.Warning(
            f"MEDIA_ROOT holds executable files: {', '.join(runnable[:3])}{' and more' if len(runnable) > 3 else ''}.",
            hint="chmod a-x them, and set FILE_UPLOAD_PERMISSIONS to 0o640.",
            id="barding_serving.W007",
        )


@checks.register(checks.Tags.security)
def check_fields(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """File fields of the project that take whatever comes."""
    found: list[checks.CheckMessage] = []
    configs = app_configs if app_configs is not None else apps.get_app_configs()
    for config in configs:
        if config.name.startswith(("django.", "barding.")) or _is_installed(config.path):
            continue
        for model in config.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, models.FileField) and not _is_protected(field):
                    found.append(
                        checks.Warning(
                            f"{model.__name__}.{field.name} takes any file: nothing looks at the content.",
                            hint="Use barding.uploads.SafeFileField, or give it the validator ValidateUpload(policy).",
                            obj=field,
                            id="barding_serving.W008",
                        )
                    )
    return found


def _is_protected(field: models.FileField) -> bool:
    """Whether a field or validator of ours is at work. A look at the name's end alone protects from little."""
    if type(field).__module__.startswith("barding."):
        return True
    ours = [*type(field).__mro__, *(type(validator) for validator in field.validators)]
    return any(kind.__module__.startswith("barding.") for kind in ours)


@checks.register(checks.Tags.security)
def check_urls(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Media handed out by Django's development view on a site that runs."""
    if settings.DEBUG or not getattr(settings, "ROOT_URLCONF", None) or not getattr(settings, "MEDIA_ROOT", ""):
        return []
    from django.urls import get_resolver

    media = _folder(settings.MEDIA_ROOT)
    try:
        patterns = list(_patterns(get_resolver().url_patterns, 0))
    except Exception:  # a broken URLconf is another check's matter
        return []
    for pattern in patterns:
        callback = getattr(pattern, "callback", None)
        folder = _folder((getattr(pattern, "default_args", None) or {}).get("document_root"))
        if getattr(callback, "__module__", "") == _STATIC_SERVE and folder is not None and media is not None and _inside(media, folder):
            return [
                checks.Warning(
                    "The URLconf serves MEDIA_ROOT with django.views.static.serve: uploads are shown inline, by the type their name claims.",
                    hint="Serve them with barding.serving, or from the web server with forced downloads.",
                    id="barding_serving.W009",
                )
            ]
    return []


def _patterns(patterns: Any, depth: int) -> Iterator[Any]:
    for pattern in patterns:
        nested = getattr(pattern, "url_patterns", None)
        if nested is None:
            yield pattern
        elif depth < 10:
            yield from _patterns(nested, depth + 1)


def _folder(value: Any) -> Path | None:
    if not value:
        return None
    try:
        return Path(os.path.realpath(os.fspath(value)))
    except (TypeError, ValueError):
        return None


def _static_dir(entry: Any) -> Any:
    return entry[1] if isinstance(entry, (list, tuple)) and len(entry) == 2 else entry


def _inside(inner: Path, outer: Path) -> bool:
    return inner == outer or outer in inner.parents


def _template_folders() -> Iterator[Path]:
    for engine in getattr(settings, "TEMPLATES", ()) or ():
        for entry in (engine or {}).get("DIRS", ()) or ():
            folder = _folder(entry)
            if folder is not None:
                yield folder


def _code_folders() -> Iterator[Path]:
    for config in apps.get_app_configs():
        folder = _folder(config.path)
        if folder is not None:
            yield folder


def _is_installed(path: str) -> bool:
    """Whether an app came from a package: its fields are not the project's to change."""
    parts = Path(path).parts
    return "site-packages" in parts or "dist-packages" in parts or path.startswith(os.path.join(sys.prefix, "lib"))
