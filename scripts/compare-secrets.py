#!/usr/bin/env python3
"""Makes random tokens from the rules of another scanner and counts which of them `barding secrets` finds.

    pip install kingfisher-bin
    scripts/compare-secrets.py --kingfisher path/to/kingfisher --barding target/release/barding

A token counts as true when the other scanner finds it in the file that was made of it. Rules for public parts (client ids,
addresses, host names) are left out. Each token stands in Python, in a file of environment variables, in JSON and in YAML,
assigned to the provider's name with `_api_token`, `_SECRET`, `_token` and `_api_key`; and alone, as the rule itself spells it.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import re._constants as code
import re._parser as parser
import string
import subprocess
import tempfile

LETTERS = string.ascii_letters + string.digits
PUBLIC = re.compile(
    r"client-id|account-(id|name|host)|-url$|-url\.|domain|username|cloud-name|tenant-id|host\.1|-id$|-id\.1|pub(lic)?-(api-)?key"
    r"|public-|-pub-|application-id|key-id|client-sdk|mobile-sdk|repository|token-name|address"
)
FORMS = {
    "a.py": '{name}_api_token = "{token}"\n',
    "b.env": "{upper}_SECRET={token}\n",
    "c.json": '{{\n  "{name}_token": "{token}"\n}}\n',
    "d.yaml": "{name}_api_key: {token}\n",
}


def for_python(pattern):
    """The pattern in the dialect of Python, without flags."""
    pattern = pattern.replace("\\z", "$").replace("[:alnum:]", "a-zA-Z0-9").replace("[:xdigit:]", "0-9a-fA-F")
    pattern = re.sub(r"\(\?[imsx-]+\)", "", pattern)
    pattern = re.sub(r"\(\?[imsx-]+:", "(?:", pattern)
    return re.sub(r"\(\?P?<[A-Za-z]\w*>", "(", pattern)


def one_of(items):
    chars, negated = set(), False
    classes = {
        code.CATEGORY_DIGIT: string.digits,
        code.CATEGORY_WORD: LETTERS + "_",
        code.CATEGORY_SPACE: " ",
        code.CATEGORY_NOT_SPACE: LETTERS,
        code.CATEGORY_NOT_WORD: " .",
        code.CATEGORY_NOT_DIGIT: string.ascii_letters,
    }
    for kind, value in items:
        if kind is code.NEGATE:
            negated = True
        elif kind is code.LITERAL:
            chars.add(chr(value))
        elif kind is code.RANGE:
            chars.update(chr(c) for c in range(value[0], min(value[1], 126) + 1))
        elif kind is code.CATEGORY:
            chars.update(classes[value])
    if negated:
        chars = set(LETTERS) - chars
    return random.choice(sorted(chars))


class Text:
    """A random text for a pattern: the secret (group 1) at random lengths, what stands around it as short as it may be."""

    def __init__(self):
        self.text, self.secret = "", None

    def add(self, tree, inside):
        for kind, value in tree:
            if kind is code.LITERAL:
                self.text += chr(value)
            elif kind in (code.NOT_LITERAL, code.ANY):
                self.text += random.choice(LETTERS)
            elif kind is code.IN:
                self.text += one_of(value)
            elif kind in (code.MAX_REPEAT, code.MIN_REPEAT):
                low, high, below = value
                for _ in range(random.randint(low, min(high, low + 60)) if inside else low):
                    self.add(below, inside)
            elif kind is code.SUBPATTERN:
                start = len(self.text)
                self.add(value[3], inside or value[0] == 1)
                if value[0] == 1 and self.secret is None:
                    self.secret = (start, len(self.text))
            elif kind is code.BRANCH:
                self.add(random.choice(value[1]), inside)


def make(rules, root):
    for rule in rules:
        if PUBLIC.search(rule["id"]):
            continue
        try:
            tree = parser.parse(for_python(rule["pattern"]))
        except (re.error, IndexError, OverflowError):
            continue
        name = re.split(r"[.-]", rule["id"].replace("secrets/", "").split(".", 1)[-1])[0]
        folder = root / rule["id"].replace("/", "_")
        for number in range(3):
            text = Text()
            try:
                text.add(tree, tree.state.groups == 1)
            except IndexError:
                continue
            token = text.text[slice(*text.secret)] if text.secret else text.text
            (folder / str(number)).mkdir(parents=True, exist_ok=True)
            (folder / str(number) / "raw.txt").write_text(text.text + "\n")
            if not re.search(r'[\s"]', token):
                for file, form in FORMS.items():
                    made = form.format(name=name, upper=name.upper(), token=token)
                    (folder / str(number) / file).write_text(made)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kingfisher", required=True)
    arguments.add_argument("--barding", default="target/release/barding")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    random.seed(given.seed)
    run = lambda *command: subprocess.run(command, capture_output=True, check=False).stdout
    rules = json.loads(run(given.kingfisher, "rules", "list", "--format", "json", "-q"))
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "shop"
        make(rules, root)
        options = ("--no-validate", "--format", "json", "-q", "--no-dedup", "--confidence", "low", "--no-update-check")
        theirs = json.loads(run(given.kingfisher, "scan", str(root), *options))["findings"]
        true = {pathlib.Path(found["finding"]["path"]).relative_to(root).as_posix() for found in theirs}
        ours = json.loads(run(given.barding, "secrets", str(root), "-f", "json"))["findings"]
        found = {finding["place"]["path"] for finding in ours}
    missed = collections.Counter(path.split("/")[0] for path in true - found)
    for rule, count in missed.most_common():
        print(f"{count:3} not found  {rule}")
    for kind, paths in {
        "assigned": {path for path in true if not path.endswith("raw.txt")},
        "alone": {path for path in true if path.endswith("raw.txt")},
    }.items():
        print(f"{kind}: {len(paths & found)} of {len(paths)}, {100 * len(paths & found) / max(1, len(paths)):.1f} %")


main()
