"""Compares our recognition of files with libmagic, puremagic and magika, and measures speed, in one run.

    scripts/install/python-package.sh && scripts/install/upload-corpus.sh
    target/python/corpus/bin/python scripts/compare-uploads.py >docs/uploads-recognition.md

Genuine files are those the tests make with real programs; the right answer is the kind they were made as. An answer of
another tool counts as right when it is one of that kind's media types. Run it when nothing else runs.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
for venv in sorted((ROOT / "target" / "python").glob("django-*/lib/python*/site-packages")):
    if (venv / "barding").exists() and not os.environ.get("PYTHONPATH"):
        sys.path.append(str(venv))

import magic  # noqa: E402
import puremagic  # noqa: E402
from barding import _core  # noqa: E402
from magika import Magika  # noqa: E402
from PIL import Image  # noqa: E402

KINDS = {name: set(media_types) for name, _, _, media_types, _ in _core.kinds()}


def best(function, rounds: int = 7) -> float:
    """The shortest of some runs, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def pure(data: bytes) -> str:
    try:
        return puremagic.from_string(data, mime=True)
    except Exception:
        return "unknown"


def main() -> None:
    folder = ROOT / "target" / "python" / "genuine"
    if not (folder / "complete").exists():
        subprocess.run([sys.executable, ROOT / "python" / "tests" / "uploads" / "genuine.py", folder], check=True, stdout=sys.stderr)
        (folder / "complete").touch()
    files = [(path.parent.name, path.read_bytes()) for path in sorted(folder.glob("*/*")) if path.stat().st_size]
    libmagic, learned = magic.Magic(mime=True), Magika()
    tools = {
        "barding": lambda data: _core.inspect_bytes(data).kind,
        "libmagic": libmagic.from_buffer,
        "puremagic": pure,
        "magika": lambda data: learned.identify_bytes(data).output.mime_type,
    }
    answers: dict[str, dict[str, list[tuple[bool, str]]]] = defaultdict(lambda: defaultdict(list))
    for kind, data in files:
        for tool, ask in tools.items():
            said = ask(data)
            answers[kind][tool].append((said == kind if tool == "barding" else said.lower() in KINDS[kind], said))
    print("# Recognition compared\n")
    print(f"Made by `scripts/compare-uploads.py`: {len(files)} genuine files of {len(answers)} kinds, made by real programs. A cell says how many")
    print("files of the kind were recognised, and what the tool said of the others.\n")
    print("| kind | files | barding | libmagic | puremagic | magika |")
    print("|---|---|---|---|---|---|")
    right = defaultdict(int)
    for kind in sorted(answers):
        cells = []
        for tool in tools:
            good = sum(fits for fits, _ in answers[kind][tool])
            right[tool] += good
            wrong = sorted({said for fits, said in answers[kind][tool] if not fits})
            cells.append(f"{good}" + (f" ({', '.join(wrong)})" if wrong else ""))
        print(f"| {kind} | {len(answers[kind]['barding'])} | {' | '.join(cells)} |")
    print(f"| all | {len(files)} | {' | '.join(f'**{right[tool]}**' for tool in tools)} |\n")

    print("Kinds that are of one family under several media types (text, `application/zip` for a document) count as wrong when the tool names the")
    print("container only. Hostile files are another matter: no other tool here walks a file to its end.\n")
    datas = [data for _, data in files]
    print("## Speed\n")
    print("| what | barding | compared with |")
    print("|---|---|---|")
    ours, theirs = best(lambda: [_core.recognise(data) for data in datas]), best(lambda: [libmagic.from_buffer(data) for data in datas], 3)
    print(f"| recognise {len(datas)} files | {ours:.2f} ms | libmagic {theirs:.1f} ms |")
    walked = best(lambda: [_core.inspect_bytes(data) for data in datas])
    print(f"| walk them to their ends | {walked:.1f} ms | |")
    out = io.BytesIO()
    Image.effect_noise((3300, 2500), 90).convert("RGB").save(out, "JPEG", quality=97)
    jpeg = out.getvalue()
    ours, theirs = best(lambda: _core.inspect_bytes(jpeg)), best(lambda: Image.open(io.BytesIO(jpeg)).load(), 3)
    print(f"| walk a JPEG of {len(jpeg) / 1e6:.1f} MB to its end | {ours:.1f} ms | Pillow's load() {theirs:.0f} ms |")
    film = b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + (100_000_008).to_bytes(4, "big") + b"mdat" + os.urandom(1_000_000) * 100 + b"\0\0\0\x08moov"
    taken = best(lambda: _core.inspect_bytes(film), 5)
    print(f"| stream a film of {len(film) / 1e6:.0f} MB | {len(film) / taken / 1e6:.1f} GB/s | |")


if __name__ == "__main__":
    main()
