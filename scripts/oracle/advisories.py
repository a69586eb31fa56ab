"""Compares barding's verdicts with OSV's ranges as Python's `packaging` evaluates them.

    cargo xtask advisories --from all.zip --verdicts verdicts.tsv
    $(scripts/install/packaging.sh) scripts/oracle/advisories.py all.zip verdicts.tsv

Every record of the archive is asked about every version that any record of its package names. The evaluation below follows
the pseudo-code of the OSV schema and knows nothing of ours.
"""

import collections
import json
import re
import sys
import zipfile

from packaging.version import InvalidVersion, Version


def parsed(text):
    try:
        return Version(text)
    except InvalidVersion:
        return None


def in_ranges(version, ranges):
    for each in ranges:
        if each.get("type") not in ("ECOSYSTEM", "SEMVER"):
            continue
        limits = [event["limit"] for event in each["events"] if "limit" in event]
        events = []
        readable = True
        for event in each["events"]:
            for kind in ("introduced", "fixed", "last_affected"):
                if kind in event:
                    if kind == "introduced" and event[kind] == "0":
                        events.append((None, kind))
                    elif parsed(event[kind]) is None:
                        readable = False
                    else:
                        events.append((parsed(event[kind]), kind))
        if not readable:
            # The order of the events is not known, so only the listed versions count.
            continue
        if limits and not any(limit == "*" or version < Version(limit) for limit in limits):
            continue
        events.sort(key=lambda event: (event[0] is not None, event[0] or Version("0")))
        vulnerable = False
        for bound, kind in events:
            if kind == "introduced" and (bound is None or version >= bound):
                vulnerable = True
            elif kind == "fixed" and version >= bound:
                vulnerable = False
            elif kind == "last_affected" and version > bound:
                vulnerable = False
        if vulnerable:
            return True
    return False


def main(archive, verdicts):
    records = collections.defaultdict(list)
    versions = collections.defaultdict(set)
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            record = json.loads(opened.read(name))
            if record.get("withdrawn"):
                continue
            for affected in record.get("affected", []):
                if affected["package"]["ecosystem"] != "PyPI":
                    continue
                package = re.sub(r"[-_.]+", "-", affected["package"]["name"]).lower()
                records[package].append((record["id"], affected))
                versions[package].update(affected.get("versions", []))
                for each in affected.get("ranges", []):
                    for event in each["events"]:
                        versions[package].update(event.values())
    expected = set()
    asked = 0
    for package, entries in records.items():
        for text in versions[package]:
            version = parsed(text)
            for record, affected in entries:
                asked += 1
                listed = affected.get("versions", [])
                if version is None:
                    hit = text in listed
                else:
                    hit = text in listed or any(parsed(one) == version for one in listed if one[:1] == text[:1])
                    hit = hit or in_ranges(version, affected.get("ranges", []))
                if hit:
                    expected.add((package, text, record))
    with open(verdicts, encoding="utf-8") as lines:
        found = {tuple(line.rstrip("\n").split("\t")) for line in lines}
    # Weaknesses that Django published after the archive was made are barding's own addition.
    known = {record for entries in records.values() for record, _ in entries}
    found = {verdict for verdict in found if verdict[2] in known}
    missed, extra = expected - found, found - expected
    print(f"{asked} questions, {len(expected)} affected, {len(missed)} missed, {len(extra)} too many")
    for word, verdicts in (("missed", missed), ("too many", extra)):
        for verdict in sorted(verdicts)[:20]:
            print(word, *verdict)
    return 1 if missed or extra else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
