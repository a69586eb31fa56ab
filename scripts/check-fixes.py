#!/usr/bin/env python3
"""Fixes real Django projects from PyPI and checks what `barding fix` promises, project by project.

    scripts/check-fixes.py FOLDER…      each folder holds one unpacked project; it is copied, never changed
    scripts/check-fixes.py              installs the projects of PACKAGES below target/check-fixes first

Each project is fixed twice from the same start: with the safe fixes, and with --unsafe-fixes. Each time:

    parse     every Python file that Python could parse before still parses, and templates have their tags in pairs as before
    settle    a second run writes nothing
    silence   the audit says less than before
    new       the audit says nothing that it did not say before
    format    comments, quotes, line ends, byte order marks and the end of the file are as before
    settings  of the settings before and after only those differ that a fix speaks of. `barding settings` is asked, and, with
              --python, Django's own `Settings` for each module that this Python can import

Prints one line for each project and mode with the number of broken promises, the reasons below it, and exits with 1 when one
was broken. BARDING names the program to check.
"""

import argparse
import ast
import collections
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
import warnings

warnings.simplefilter("ignore")

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARDING = os.environ.get("BARDING", str(ROOT / "target/debug/barding"))
PACKAGES = [
    "archivebox==0.7.1",
    "doccano==1.8.4",
    "evennia==5.0.1",
    "geonode==5.1.1",
    "horizon==27.0.0",
    "kiwitcms==12.4",
    "label-studio==1.23.2",
    "mayan-edms==4.12.2",
    "nautobot==3.2.7",
    "pretix==2026.8.0",
    "pulpcore==3.123.1",
    "reviewboard==8.1",
    "weblate==5.14.3",
    "wger==2.1",
]
PROMISES = ["parse", "settle", "silence", "new", "format", "settings"]

# Stands for a value that differs from start to start.
ANEW = "made anew at each start"

# Asks Django for a module's settings, as diffsettings does, and prints them.
ASK_DJANGO = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = sys.argv[1]
from django.conf import settings
def shown(value):
    try:
        return repr(value)
    except Exception as error:  # a lazy address needs URLs that cannot be imported
        return f"{type(value)} {error}"
print("\\nSETTINGS:" + json.dumps({name: shown(getattr(settings, name)) for name in dir(settings) if name.isupper()}))
"""


def barding(arguments, folder):
    done = subprocess.run([BARDING, *arguments], cwd=folder, capture_output=True, timeout=1800)
    return done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


def texts(folder):
    """Every file of a folder: path to bytes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if "__pycache__" not in path.parts}


def parses(data):
    try:
        ast.parse(data)
        return True
    except (SyntaxError, ValueError, RecursionError):
        return False


def tokens(data, kind):
    """The tokens of one kind as written, counted."""
    found = collections.Counter()
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == kind:
                found[token.string] += 1
    except (tokenize.TokenError, SyntaxError, UnicodeDecodeError):
        pass
    return found


PAIRED = re.compile(
    rb"{%-?\s*(end)?(if|for|block|with|autoescape|blocktrans|blocktranslate|spaceless|comment|filter|verbatim)\b"
)


def pairs(data):
    count = collections.Counter()
    for ending, name in PAIRED.findall(data):
        count[name] += -1 if ending else 1
    return {name: number for name, number in count.items() if number}


def requoted(before, after):
    """String literals that came back with other quotes."""
    old, new = tokens(before, tokenize.STRING), tokens(after, tokenize.STRING)
    other = str.maketrans({"'": '"', '"': "'"})
    return [text for text in old - new if text.translate(other) in new - old]


def file_faults(path, before, after):
    if path.endswith(".py"):
        if parses(before) and not parses(after):
            yield "parse", f"{path} no longer parses"
        lost = tokens(before, tokenize.COMMENT) - tokens(after, tokenize.COMMENT)
        if lost:
            yield "format", f"{path} lost {list(lost)[:3]}"
        if quotes := requoted(before, after):
            yield "format", f"{path} changed the quotes of {quotes[:3]}"
    elif path.endswith((".html", ".txt", ".xml")) and pairs(before) != pairs(after):
        yield "parse", f"{path} has tags without their pairs: {pairs(before)} {pairs(after)}"
    ends = [(data.count(b"\r\n"), data.count(b"\n") - data.count(b"\r\n")) for data in (before, after)]
    if any(old == 0 and new > 0 for old, new in zip(*ends) if before.count(b"\n")):
        yield "format", f"{path} has other line ends: {ends}"
    if before.startswith(b"\xef\xbb\xbf") != after.startswith(b"\xef\xbb\xbf"):
        yield "format", f"{path} lost or got a byte order mark"
    if before.endswith(b"\n") and not after.endswith(b"\n"):
        yield "format", f"{path} lost the line end of its last line"


def sayings(folder):
    """What the audit says, without its numbers, counted. What is said of settings counts once for each module."""
    code, out, error = barding(["check", "--format", "json", "--no-config"], folder)
    if code == 2:
        raise SystemExit(f"barding check failed in {folder}: {error}")
    found = collections.Counter()
    for finding in json.loads(out)["findings"]:
        message = re.sub(r"\d+", "#", finding["message"])
        for name in finding["subjects"]:
            message = message.replace(f"`{name}`", "`*`")
        for subject in finding["subjects"] or [(finding["place"] or {}).get("path", "")]:
            found[finding["rule"], subject, message] += 1
    return found


def settings_of(folder):
    """What barding says of each module's settings: module to name to value, and the lines that made it."""
    code, out, _ = barding(["settings", "--format", "json", "--no-config"], folder)
    if code == 2:
        return {}, {}
    of, lines = {}, collections.defaultdict(set)
    for module in json.loads(out)["modules"]:
        of[module["name"]] = {one["name"]: f"{one['certainty']} {one.get('value')}" for one in module["settings"]}
        for one in module["settings"]:
            for step in one.get("history", []):
                path, line = step["place"].rsplit(":", 2)[:2]
                lines[one["name"]].add((path, int(line)))
    return of, lines


class Reading(ast.NodeVisitor):
    """Which words each line's statement reads: names and texts in it and in the conditions around it."""

    def __init__(self, data):
        self.words, self.around = {}, [set()]
        try:
            self.visit(ast.parse(data))
        except (SyntaxError, ValueError, RecursionError):
            pass

    @staticmethod
    def read(node):
        nodes = list(ast.walk(node))
        words = {one.id for one in nodes if isinstance(one, ast.Name)}
        return words | {one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)}

    def generic_visit(self, node):
        if isinstance(node, ast.If):
            self.around.append(self.around[-1] | self.read(node.test))
            super().generic_visit(node)
            self.around.pop()
        elif isinstance(node, ast.stmt) and not hasattr(node, "body"):
            for line in range(node.lineno, node.end_lineno + 1):
                self.words[line] = self.read(node) | self.around[-1]
        else:
            super().generic_visit(node)


def settings_of_django(folder, modules, python):
    """What Django says of each module's settings, where it can import them."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    for example in folder.rglob(".env.example"):
        for line in example.read_text(errors="replace").splitlines():
            name, is_set, value = line.partition("=")
            if is_set and not name.startswith("#"):
                environment[name] = value.strip("\"'") or "a-value-that-the-environment-gives-to-each-of-these-variables-1"
    of = {}
    for module in modules:
        # A folder in between (`backend/config/settings`) is a place to import from.
        roots = [folder, *(path for path in sorted(folder.iterdir()) if path.is_dir())]
        command = [python, "-c", ASK_DJANGO, module]
        for root in roots:
            try:
                asked = {**environment, "PYTHONPATH": str(root)}
                done = subprocess.run(command, cwd=root, env=asked, capture_output=True, timeout=60)
            except subprocess.TimeoutExpired:
                continue
            if done.returncode == 0 and b"\nSETTINGS:" in done.stdout:
                of[module] = json.loads(done.stdout.decode(errors="replace").rsplit("\nSETTINGS:", 1)[1])
                break
    return of


# Settings of one family are set together: HSTS with its companions, a cookie's attributes, a policy with its nonce.
FAMILIES = ["SECURE_HSTS_", "SECURE_CSP", "SESSION_COOKIE_", "CSRF_COOKIE_"]


def settings_faults(who, before, after, said, lines, folder):
    """Settings that differ though no fix speaks of them, or of what they are made from."""
    named = set(re.findall(r"\b_?[A-Z][A-Z0-9_]{2,}\b", said))
    families = [start for start in FAMILIES if any(name.startswith(start) for name in named)]
    edited = {(path, int(line)) for path, line in re.findall(r"^(\S+):(\d+): (?!.*not applied)", said, re.M)}
    reads = {path: Reading((folder / path).read_bytes()).words for path in {path for at in lines.values() for path, _ in at}}
    different = {}
    for module, values in after.items():
        old = before.get(module)
        for name in sorted(set(values) | set(old or {})):
            # An object without words of its own prints its address.
            of = [re.sub(r"0x[0-9a-f]{6,}", "0x…", str(side.get(name))) for side in (old or {}, values)]
            if old is not None and of[0] not in (of[1], ANEW):
                different[module, name] = of
    explained = set(named) | {name for _, name in different if name.startswith(tuple(families))}
    # A setting that is made from another one changes with it.
    for _ in range(len(different)):
        for _, name in different:
            made_from = {word for path, line in lines.get(name, ()) for word in reads[path].get(line, ())}
            if made_from & explained or lines.get(name, set()) & edited:
                explained.add(name)
    for (module, name), (old, new) in different.items():
        if name not in explained:
            yield "settings", f"{who}: {module}.{name} was {old[:120]} and is {new[:120]}"


def check(source, unsafe, workspace, python):
    """Fixes a copy of one project. Gives figures and faults."""
    folder = workspace / source.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, symlinks=True)
    before, said_before, (settings_before, _) = texts(folder), sayings(folder), settings_of(folder)
    django_before = settings_of_django(folder, settings_before, python) if python else {}
    # A value that is made anew at each start (a random key, a temporary file) says nothing.
    for module, values in settings_of_django(folder, django_before, python).items() if python else ():
        same = {name: value for name, value in values.items() if django_before[module].get(name) == value}
        django_before[module] = {**dict.fromkeys(values, ANEW), **same}
    for path in set(texts(folder)) - set(before):
        (folder / path).unlink()
    arguments = ["fix", "--allow-dirty", "--no-config"] + (["--unsafe-fixes"] if unsafe else [])
    code, _, told = barding(arguments, folder)
    if code == 2:
        return collections.Counter(), [("parse", f"the fix did not run: {told[-300:]}")], []
    after = texts(folder)
    fixes = [line for line in told.splitlines() if not line.startswith("barding: ")]
    refused = [line for line in fixes if ": not applied: " in line]
    faults = []
    for path, data in sorted(after.items()):
        if path not in before:
            if not path.endswith(".env.example"):
                faults.append(("settings", f"{path} came without being asked for"))
        elif data != before[path]:
            faults.extend(file_faults(path, before[path], data))
    said_after = sayings(folder)
    for rule, subject, message in sorted(said_after - said_before):
        faults.append(("new", f"{rule}: {message} ({subject})"[:300]))
    gone = sum((said_before - said_after).values())
    if len(fixes) > len(refused) and not gone:
        faults.append(("silence", "fixes were applied and every finding is still there"))
    settings_after, lines = settings_of(folder)
    faults.extend(settings_faults("barding", settings_before, settings_after, told, lines, folder))
    django_after = settings_of_django(folder, django_before, python) if python else {}
    for module in set(django_before) - set(django_after):
        faults.append(("settings", f"Django can no longer import {module}"))
    faults.extend(settings_faults("Django", django_before, django_after, told, lines, folder))
    for path in set(texts(folder)) - set(after):
        (folder / path).unlink()
    barding(arguments, folder)
    again = texts(folder)
    faults.extend(("settle", f"{path} changes again") for path in sorted(again) if again[path] != after.get(path))
    changed = sum(1 for path in after if after[path] != before.get(path))
    figures = {"applied": len(fixes) - len(refused), "files": changed, "closed": gone, "refused": len(refused)}
    figures["imported"] = len(django_after)
    return collections.Counter(figures), faults, refused


def installed(folder):
    """The projects of PACKAGES, unpacked below a folder."""
    for package in PACKAGES:
        target = folder / package.split("==")[0]
        if not target.is_dir():
            install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile"]
            subprocess.run([*install, "--ignore-requires-python", "--target", target, package], check=True)
        yield target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=pathlib.Path, help="unpacked projects")
    parser.add_argument("--python", help="a Python with Django, to ask for the settings")
    parser.add_argument("--verbose", action="store_true", help="name the fixes that were refused")
    options = parser.parse_args()
    folders = options.folders or list(installed(ROOT / "target/check-fixes"))
    columns = ["applied", "files", "closed", "refused", "imported"]
    print(f"{'project':<14}{'fixes':<8}" + "".join(f"{name:>9}" for name in columns) + "  " + "  ".join(PROMISES))
    broken, total = 0, collections.Counter()
    with tempfile.TemporaryDirectory() as workspace:
        for source in folders:
            for unsafe in (False, True):
                figures, faults, refused = check(source.resolve(), unsafe, pathlib.Path(workspace), options.python)
                total.update(figures)
                count = collections.Counter(promise for promise, _ in faults)
                marks = "  ".join(str(count[name] or "ok").center(len(name)) for name in PROMISES)
                numbers = "".join(f"{figures[name]:>9}" for name in columns)
                print(f"{source.name:<14}{'unsafe' if unsafe else 'safe':<8}{numbers}  {marks}", flush=True)
                for promise, words in faults:
                    print(f"    {promise}: {words}")
                for line in refused if options.verbose else []:
                    print(f"    refused: {line[:400]}", flush=True)
                broken += len(faults)
    print(", ".join(f"{total[name]} {name}" for name in columns), end=": ")
    print(f"{broken} promises broken" if broken else "every promise held")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
