"""Asks real Django what a project's settings are, which checks fire and which routes there are.

Run with the Python of a virtual environment that holds Django, in the project's folder, with DJANGO_SETTINGS_MODULE set.
Prints one JSON object: {"django": "4.2.30", "settings": {NAME: value}, "checks": [ids], "routes": [...], "error": null}.

A value is written so that nothing is lost between types: null, true, false, {"int": "1"}, {"float": "0.5"}, {"str": "x"},
{"bytes": "hex"}, {"list": [...]}, {"tuple": [...]}, {"set": [...sorted...]}, {"dict": [[key, value], ...]},
{"path": "/absolute"}, {"lazy": "text"}, {"pattern": "regex"}, {"seconds": "60"}, {"object": "module.Class"}.
"""
import json
import os
import sys

sys.path.insert(0, os.getcwd())

# What a project prints while it is loaded is no part of the answer.
answers, sys.stdout = sys.stdout, sys.stderr


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
        return {"lazy": text_of_lazy(value)}
    if type(value).__name__ in ("Pattern", "SRE_Pattern"):
        return {"pattern": value.pattern}
    if type(value).__name__ == "timedelta":
        return {"seconds": str(int(value.total_seconds()))}
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        return {"object": "%s.%s" % (value.__module__, value.__qualname__)}
    return {"object": "%s.%s" % (type(value).__module__, type(value).__qualname__)}


def text_of_lazy(value):
    """The text that stands in the source: before the apps are ready nothing can be translated."""
    arguments = getattr(value, "_args", None) or getattr(value, "_proxy____args", None)
    return str(arguments[0]) if arguments else str(value)


def is_own(module):
    """Whether a module stands in the project's folder."""
    file = getattr(sys.modules.get(module), "__file__", None)
    return bool(file) and os.path.realpath(file).startswith(os.path.realpath(os.getcwd()) + os.sep)


def text_of(pattern):
    inner = getattr(pattern, "pattern", None)
    if type(inner).__name__ == "LocalePrefixPattern":
        return "<language>/" if inner.prefix_default_language else "[<language>/]"
    if inner is not None and not hasattr(inner, "pattern"):
        return str(inner)
    return pattern.regex.pattern


def routes(patterns, prefix="", names=(), own=True):
    """Every route, with whether it is the project's: not one of a library that is included, nor of the admin."""
    found = []
    for pattern in patterns:
        text = prefix + text_of(pattern)
        if hasattr(pattern, "url_patterns"):
            namespace = names + ((pattern.namespace,) if pattern.namespace else ())
            module = getattr(pattern, "urlconf_module", None)
            here = own and (is_own(module.__name__) if hasattr(module, "__name__") else True)
            here = here and getattr(pattern, "app_name", None) != "admin"
            found.extend(routes(pattern.url_patterns, text, namespace, here))
        else:
            view = pattern.callback
            seen = 0
            while seen < 20:
                seen += 1
                inner = getattr(view, "view_class", None) or getattr(view, "cls", None)
                if inner is not None:
                    view = inner
                elif hasattr(view, "func"):
                    view = view.func
                elif hasattr(view, "__wrapped__"):
                    view = view.__wrapped__
                else:
                    break
            if not hasattr(view, "__qualname__"):
                view = type(view)
            name = view.__qualname__.replace("<locals>.", "")
            if name.endswith("WrappedAPIView"):
                # `@api_view` makes a class of the function, and keeps its name.
                name = view.__name__
            found.append(
                {
                    "pattern": text,
                    "name": ":".join(names + (str(pattern.name),)) if pattern.name else None,
                    "view": "%s.%s" % (getattr(view, "__module__", "?"), name),
                    "own": own,
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
    json.dump(answer, answers, sort_keys=True)


if __name__ == "__main__":
    main()
