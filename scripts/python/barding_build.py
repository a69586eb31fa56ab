"""Builds the wheel: the Rust extension by maturin, the barding program by cargo, both in one wheel.

maturin puts either a program or an extension into a wheel, not both. So the program is built first and laid into the
wheel's data folder (`[tool.maturin] data`), from which installers copy it to the environment's scripts. Running the
command line inside the extension instead was weighed: one file less, but every web worker would map all of the auditor,
and each `barding` would wait for Python to start (about 15 ms against 2 ms).

The source archive is made here too: maturin packs the extension's own crates, and the program needs all of them.

BARDING_BUILD_PROFILE chooses cargo's profile (default: release). BARDING_BUILD_BINARY names a program that is already
built, or "none" for a wheel without it (the environment's PATH is searched then). BARDING_BUILD_GLIBC=2.17 links program
and extension against that old C library with Zig, for wheels that run on every Linux of the last years (manylinux).
"""

from __future__ import annotations

import gzip
import io
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import maturin

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "target" / "wheel-data"
NAME = "barding.exe" if sys.platform == "win32" else "barding"

#: What a build needs, and what the archive holds besides PKG-INFO.
SOURCES = (
    *("Cargo.toml", "Cargo.lock", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE", "NOTICE"),
    *("crates", "xtask", "python/barding", "scripts/python", "docs/configuration.md"),
)
#: What builds leave behind among the sources.
LEFT_BEHIND = (".so", ".pyd", ".dylib", ".pyc", ".dist-info")


def _profile() -> str:
    return os.environ.get("BARDING_BUILD_PROFILE", "release")


def _stage_binary() -> None:
    """Lays the program into the wheel's data folder."""
    shutil.rmtree(DATA, ignore_errors=True)
    scripts = DATA / "scripts"
    scripts.mkdir(parents=True)
    built = os.environ.get("BARDING_BUILD_BINARY")
    if built == "none":
        return
    if not built:
        profile = _profile()
        cargo = os.environ.get("CARGO", "cargo")
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        glibc = os.environ.get("BARDING_BUILD_GLIBC")
        build, platform_options = ["build"], []
        if glibc:
            triple = f"{platform.machine()}-unknown-linux-gnu"
            build, platform_options = ["zigbuild"], ["--target", f"{triple}.{glibc}"]
            target /= triple
        subprocess.run([cargo, *build, "--locked", "--profile", profile, "-p", "barding", *platform_options], cwd=ROOT, check=True)
        built = str(target / ("debug" if profile == "dev" else profile) / NAME)
    shutil.copy2(built, scripts / NAME)
    _demand_old_glibc(scripts / NAME)
    if _profile() == "dev" and shutil.which("strip"):
        subprocess.run(["strip", str(scripts / NAME)], check=True)


def _demand_old_glibc(program: Path) -> None:
    """maturin looks at what the extension needs; the program has to keep the promise of the wheel's name too."""
    promised = os.environ.get("BARDING_BUILD_GLIBC")
    if promised and glibc_needed(program.read_bytes()) > tuple(map(int, promised.split("."))):
        needed = ".".join(map(str, glibc_needed(program.read_bytes())))
        raise SystemExit(f"{program.name} needs glibc {needed}, the wheel would promise {promised}: build it with cargo zigbuild")


def glibc_needed(binary: bytes) -> tuple[int, ...]:
    """The newest version of the C library that a program asks for by its symbols' versions."""
    versions = re.findall(rb"\0GLIBC_(\d+(?:\.\d+)+)(?=\0)", binary)
    return max((tuple(map(int, version.split(b"."))) for version in versions), default=())


def _prepare() -> None:
    arguments = os.environ.get("MATURIN_PEP517_ARGS", "")
    if "--profile" not in arguments:
        arguments += f" --profile {_profile()}"
    glibc = os.environ.get("BARDING_BUILD_GLIBC")
    if glibc and "--zig" not in arguments:
        arguments += f" --zig --compatibility manylinux_{glibc.replace('.', '_')}"
    os.environ["MATURIN_PEP517_ARGS"] = arguments.strip()


def build_wheel(wheel_directory: str, config_settings=None, metadata_directory=None) -> str:
    """PEP 517's hook: the wheel with the program and the extension."""
    _stage_binary()
    _prepare()
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory: str, config_settings=None, metadata_directory=None) -> str:
    """PEP 660's hook: `pip install -e .`."""
    _stage_binary()
    _prepare()
    return maturin.build_editable(wheel_directory, config_settings, metadata_directory)


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings=None) -> str:
    """PEP 517's hook: name, version and the rest, without compiling."""
    (DATA / "scripts").mkdir(parents=True, exist_ok=True)
    return maturin.prepare_metadata_for_build_wheel(metadata_directory, config_settings)


prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel


def build_sdist(sdist_directory: str, config_settings=None) -> str:
    """PEP 517's hook: the source archive, the same bytes for the same sources."""
    with tempfile.TemporaryDirectory() as folder:
        info = Path(folder) / prepare_metadata_for_build_wheel(folder) / "METADATA"
        described = info.read_bytes()
    said = dict(line.split(": ", 1) for line in described.decode().split("\n\n")[0].splitlines() if ": " in line)
    stem = f"{said['Name']}-{said['Version']}"
    with (
        open(Path(sdist_directory) / f"{stem}.tar.gz", "wb") as file,
        gzip.GzipFile("", "wb", 9, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        contents = [("PKG-INFO", described), *((str(path.relative_to(ROOT)), path.read_bytes()) for path in _sources())]
        for name, content in contents:
            entry = tarfile.TarInfo(f"{stem}/{Path(name).as_posix()}")
            entry.size, entry.mode, entry.mtime = len(content), 0o644, 315532800  # 1980, ZIP's first day
            archive.addfile(entry, io.BytesIO(content))
    return f"{stem}.tar.gz"


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        place = ROOT / name
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(ROOT).parts)
            if path.is_file() and not hidden and not path.name.endswith(LEFT_BEHIND):
                yield path


def get_requires_for_build_wheel(config_settings=None) -> list[str]:
    """Nothing but maturin, which pyproject.toml names."""
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel
