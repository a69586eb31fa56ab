#!/usr/bin/env python3
"""Compare versions of Django applications before and after a security fix, by hand: compare-pairs.py BARDING DIR [NAME…]

Brings both wheels or sdists of each pair into DIR with pip (they are unpacked, never installed), audits both, and prints
the findings that stand within six lines of what the fix changed and are gone after it. A starred line is worth reading;
whether it is the defect that was mended a reader decides. Packages whose sdist has to be built may fail to come.
"""
import difflib
import json
import pathlib
import subprocess
import sys
import tarfile
import zipfile
from collections import Counter

PAIRS = """
archivebox 0.6.2 0.7.0
coderedcms 0.22.2 0.22.3
django-basic-auth-ip-whitelist 0.3.3 0.3.4
django-cms 3.1.0 3.1.1
django-cms 3.7.3 3.7.4
django-debug-toolbar 3.2 3.2.1
django-grappelli 2.15.1 2.15.2
django-helpdesk 0.3.0 0.3.1
django-helpdesk 0.3.1 0.3.2
django-js-reverse 0.9.0 0.9.1
django-nopassword 4.0.2 5.0.0
django-photologue 3.15.1 3.16
django-piston 0.2.2.1 0.2.3
django-registration 3.1.1 3.1.2
django-rest-registration 0.4.5 0.5.0
django-s3file 5.5.0 5.5.1
django-ses 3.4.1 3.5.0
django-tastypie 0.9.9 0.9.10
django-ucamlookup 1.9.1 1.9.2
django-unicorn 0.35.3 0.36.0
django-unicorn 0.36.0 0.36.1
django-user-sessions 1.7.0 1.7.1
djblets 0.8.2 0.8.3
geonode 4.0.2 4.0.3
hyperkitty 1.3.4 1.3.5
kiwitcms 12.0 12.1
kiwitcms 12.1 12.2
label-studio 1.8.1 1.8.2
label-studio 1.9.2 1.9.2.post0
label-studio 1.10.0 1.10.1
mayan-edms 4.3.5 4.3.6
modoboa 2.0.3 2.0.4
modoboa 2.0.5 2.1.0
nautobot 1.6.15 1.6.16
nautobot 1.6.21 1.6.22
omero-web 5.10.0 5.11.0
postorius 1.3.4 1.3.5
pretalx 2.3.1 2.3.2
pretix 4.17.0 4.17.1
tendenci 15.3.7 15.3.8
wagtail 2.15.1 2.15.2
wagtail 4.1.3 4.1.4
wagtail 5.1.2 5.1.3
weblate 4.10.1 4.11
wiki 0.7.8 0.7.9
"""
PACKAGES = ("vulnerable-", "unpinned-", "unhashed-", "outdated-", "unsupported-")
REACH = 6


def brought(folder, name, version):
    """The unpacked package, or None when it does not come."""
    tree = folder / "packages" / f"{name}-{version}"
    if not tree.exists():
        load = folder / "downloads" / f"{name}-{version}"
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--prefer-binary", "-d", str(load)]
        subprocess.run([*command, f"{name}=={version}"], capture_output=True, check=False)
        archive = next(iter(load.iterdir()), None) if load.exists() else None
        if archive is None:
            return None
        if archive.suffix in (".whl", ".zip"):
            zipfile.ZipFile(archive).extractall(tree)
        else:
            tarfile.open(archive).extractall(tree, filter="data")
    inner = list(tree.iterdir())
    packed = len(inner) == 1 and inner[0].is_dir() and not (inner[0] / "__init__.py").exists()
    return inner[0] if packed else tree


def findings(barding, tree):
    """What is said about code and templates: (rule, file, message), line, confidence."""
    run = subprocess.run([barding, "check", "--format", "json", str(tree)], capture_output=True, text=True, timeout=300)
    for finding in json.loads(run.stdout)["findings"]:
        place = finding["place"]
        if place.get("path") and not finding["rule"].startswith(PACKAGES):
            key = (finding["rule"], place["path"], finding["message"])
            yield key, place.get("line") or 0, finding["confidence"]


def is_near_change(before, after, line):
    """Whether the fix changed something close to the line."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    changed = ((first, last) for tag, first, last, _, _ in matcher.get_opcodes() if tag != "equal")
    return any(first + 1 - REACH <= line <= max(last, first + 1) + REACH for first, last in changed)


def main():
    barding, folder, *only = sys.argv[1:]
    folder = pathlib.Path(folder)
    seen = near = 0
    for name, old, new in (line.split() for line in PAIRS.split("\n") if line):
        if only and name not in only:
            continue
        before, after = brought(folder, name, old), brought(folder, name, new)
        if before is None or after is None:
            print(f"{name} {old}: did not come")
            continue
        seen += 1
        left = Counter(key for key, _, _ in findings(barding, after))
        starred = []
        for key, line, confidence in findings(barding, before):
            if left[key] > 0:
                left[key] -= 1
                continue
            files = [tree / key[1] for tree in (before, after)]
            if not all(file.exists() for file in files):
                continue
            texts = [file.read_text(errors="replace").splitlines() for file in files]
            if len(texts[0]) < 5000 and is_near_change(*texts, line):
                starred.append((line, confidence, *key))
        near += bool(starred)
        print(f"{name} {old} -> {new}: {len(starred)} gone near the change", flush=True)
        for line, confidence, rule, path, message in starred:
            print(f"  * {rule} {confidence} {path}:{line} {message[:100]}")
    print(f"{near} of {seen} pairs have a finding near the change that is gone after it")


if __name__ == "__main__":
    main()
