"""Asks real Django what a project's settings are, which checks fire and which routes there are.

Run with the Python of a virtual environment that holds Django, in the project's folder, with DJANGO_SETTINGS_MODULE set.
Prints one JSON object: {"django": "4.2.30", "settings": {NAME: value}, "checks": [ids], "routes": [...], "error": null}.

A value is written so that nothing is lost between types: null, true, false, {"int": "1"}, {"float": "0.5"}, {"str": "x"},
{"bytes": "hex"}, {"list": [...]}, {"tuple": [...]}, {"set": [...sorted...]}, {"dict": [[key, value], ...]},
{"path": "/absolute"}, {"lazy": "text"}, {"object": "module.Class"}.
"""
import json
import os
import sys

sys.path.insert(0, os.getcwd())


def encode(value, depth=0):
    if depth > 30:
        return {"object": "too deep"}
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is int:
        return {"int": str(value)}
    if kind is float:
        return {"float": repr(value)}
    if isinstance(value, str):
        return {"str": str(value)}
    if kind is bytes:
        return {"bytes": value.hex()}
    if isinstance(value, list):
        return {"list": [encode(item, depth + 1) for item in value]}
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth + 1) for item in value]}
    if isinstance(value, (set, frozenset)):
        return {"set": sorted((encode(item, depth + 1) for item in value), key=json.dumps)}
    if isinstance(value, dict):
        return {"dict": [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]}
    if hasattr(value, "__fspath__"):
        return {"path": os.fspath(value)}
    if type(value).__name__ == "__proxy__":
        return {"lazy": str(value)}
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        return {"object": "%s.%s" % (value.__module__, value.__qualname__)}
    return {"object": "%s.%s" % (type(value).__module__, type(value).__qualname__)}


def routes(patterns, prefix="", names=()):
    found = []
    for pattern in patterns:
        text = prefix + str(getattr(pattern, "pattern", None) or getattr(pattern, "regex", None) and pattern.regex.pattern or "")
        if hasattr(pattern, "url_patterns"):
            namespace = names + ((pattern.namespace,) if pattern.namespace else ())
            found.extend(routes(pattern.url_patterns, text, namespace))
        else:
            view = pattern.callback
            view = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
            while hasattr(view, "func"):
                view = view.func
            found.append(
                {
                    "pattern": text,
                    "name": ":".join(names + (pattern.name,)) if pattern.name else None,
                    "view": "%s.%s" % (getattr(view, "__module__", "?"), getattr(view, "__qualname__", type(view).__name__)),
                }
            )
    return found


def main():
    import django
    from django.conf import settings

    answer = {"django": django.get_version(), "settings": {}, "project_sets": [], "checks": [], "routes": None, "error": None}
    try:
        # As diffsettings does: the values themselves. LazySettings puts the script's prefix before MEDIA_URL on access.
        settings.DEBUG
        for name in sorted(dir(settings._wrapped)):
            if name.isupper():
                answer["settings"][name] = encode(getattr(settings._wrapped, name))
        answer["project_sets"] = sorted(
            name for name in dir(settings) if name.isupper() and settings.is_overridden(name)
        )
    except Exception as error:
        answer["error"] = "%s: %s" % (type(error).__name__, error)
    if not answer["error"]:
        try:
            django.setup()
            from django.core.checks import run_checks

            answer["checks"] = sorted(
                message.id for message in run_checks(include_deployment_checks=True) if message.id
            )
        except Exception as error:
            answer["checks_error"] = "%s: %s" % (type(error).__name__, error)
        if "--routes" in sys.argv:
            try:
                from django.urls import get_resolver

                answer["routes"] = routes(get_resolver().url_patterns)
            except Exception as error:
                answer["routes_error"] = "%s: %s" % (type(error).__name__, error)
    json.dump(answer, sys.stdout, sort_keys=True)


main()
