"""Genuine files are recognised, hostile ones are refused, mutated ones harm nobody."""

import io
import json
import random
import subprocess
import sys
import time
from pathlib import Path

import hostile
import pytest
from barding import _core
from barding.uploads import UploadPolicy, UploadRefused, examine

#: Allows as much as a policy can without allowing what runs.
WIDE = UploadPolicy(kinds=("image", "audio", "video", "document", "text", "archive", "font", "data", "svg", "xml"))

#: Kinds that hold other files packed in a way nobody can look into; policies must accept that by name.
OPAQUE = {"archive-opaque"}


def files(genuine: Path) -> list[Path]:
    return sorted(path for path in genuine.rglob("*") if path.is_file() and path.parent != genuine)


def test_at_least_sixty_kinds_of_genuine_files_are_recognised(genuine):
    wrong = []
    kinds = set()
    for path in files(genuine):
        found = _core.inspect_path(path)
        kinds.add(path.parent.name)
        problems = [problem for problem in found.problems if problem.code not in OPAQUE]
        if found.kind != path.parent.name or problems:
            wrong.append((path.parent.name, path.name, found.kind, problems))
    assert wrong == []
    assert len(kinds) >= 60, sorted(kinds)


def test_genuine_files_are_accepted_under_their_names(genuine):
    policy = UploadPolicy(kinds=WIDE.kinds, allow=("archive-opaque",))
    refused = {}
    for path in files(genuine):
        if path.parent.name not in policy.allowed:
            continue
        try:
            with path.open("rb") as stream:
                examine(stream, policy, name=path.name)
        except UploadRefused as error:
            refused[f"{path.parent.name}/{path.name}"] = error.messages
    assert refused == {}


def test_bytes_paths_and_streams_give_the_same_answer(genuine):
    for path in files(genuine):
        data = path.read_bytes()
        answers = [_core.inspect_bytes(data), _core.inspect_path(path), _core.inspect_file(io.BytesIO(data), len(data))]
        assert len({(a.kind, a.width, a.height, a.frames, a.entries, str(a.problems)) for a in answers}) == 1, path


def test_the_harmless_hosts_of_hostile_files_are_accepted():
    for name, content in {
        "a.jpg": hostile.picture("JPEG"),
        "a.png": hostile.picture("PNG"),
        "b.png": hostile.png_of(8, 8),
        "a.gif": hostile.picture("GIF"),
        "a.webp": hostile.picture("WEBP"),
        "a.bmp": hostile.picture("BMP"),
        "a.ico": hostile.picture("ICO"),
        "a.pdf": hostile.pdf(),
        "a.zip": hostile.archive({"a.txt": b"x"}),
        "a.docx": hostile.ooxml("word/document.xml"),
        "a.xlsx": hostile.ooxml("xl/workbook.xml"),
        "a.rtf": b"{\\rtf1 x}",
        "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><rect width='1'/></svg>",
        "a.csv": b"name,value\nx,-1\ny,2\n",
    }.items():
        assert examine(io.BytesIO(content), WIDE, name=name).size == len(content), name


def test_at_least_three_hundred_hostile_files_are_refused():
    accepted, slow, count = [], [], 0
    for name, declared, content in hostile.cases():
        count += 1
        start = time.perf_counter()
        try:
            examine(io.BytesIO(content), WIDE, name=name, content_type=declared)
            accepted.append((name, declared, content[:60]))
        except UploadRefused as refused:
            assert all(error.code and error.messages for error in refused.error_list)
        taken = time.perf_counter() - start
        if taken > 2:
            slow.append((name, taken))
    assert accepted == []
    assert slow == []
    assert count >= 300


CHILD = """
import json, resource, sys
from pathlib import Path
from barding import _core
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(Path(sys.argv[1]).iterdir()):
    _core.inspect_path(path)
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module there")
def test_no_hostile_file_takes_a_hundred_megabytes(tmp_path):
    for number, (_, _, content) in enumerate(hostile.cases()):
        (tmp_path / f"{number:04}").write_bytes(content)
    said = subprocess.run([sys.executable, "-c", CHILD, tmp_path], capture_output=True, text=True, check=True).stdout
    assert json.loads(said) < 100 * 1024, "kilobytes more than before"


def test_mutated_files_never_crash(genuine):
    chance = random.Random(20)
    originals = [path.read_bytes() for path in files(genuine)]
    originals = [data for data in originals if len(data) < 200_000]
    for data in originals:
        for _ in range(12):
            changed = bytearray(data)
            for _ in range(chance.choice((1, 1, 2, 8, 40))):
                # Headers are where lengths and counts are.
                place = chance.randrange(min(len(changed), chance.choice((64, 512, len(changed)))))
                changed[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            if chance.random() < 0.3:
                del changed[chance.randrange(len(changed)) :]
            start = time.perf_counter()
            _core.inspect_bytes(bytes(changed))
            _core.strip_metadata(bytes(changed))
            assert time.perf_counter() - start < 2, data[:40]


def test_mutated_texts_never_crash():
    chance = random.Random(21)
    pieces = ["<svg", ">", "<script>", "</svg>", "&#x", ";", "=", "'", '"', ",", "\n", "é", "<!--", "-->", "<![CDATA[", "]]>", " href", "\u202e", "."]
    for _ in range(3000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randrange(30)))
        _core.inspect_bytes(text.encode())
        _core.neutralise_csv(text)
        clean = _core.sanitise_svg(text)
        assert clean is None or "<script" not in clean
        safe = _core.safe_name(text)
        assert safe == _core.safe_name(safe), (text, safe)
        assert 0 < len(safe.encode()) <= 255


def test_the_page_of_kinds_is_what_the_package_knows(genuine):
    import importlib.util

    root = Path(__file__).resolve().parents[3]
    spec = importlib.util.spec_from_file_location("kinds_table", root / "scripts" / "python" / "kinds_table.py")
    kinds_table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(kinds_table)
    assert {family for _, family, *_ in _core.kinds()} == set(kinds_table.FAMILIES)
    assert (root / "docs" / "uploads-kinds.md").read_text() == kinds_table.table(genuine)
