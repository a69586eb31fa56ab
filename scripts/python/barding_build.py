"""Builds the wheel: the Rust extension by maturin, the barding program by cargo, both in one wheel.

maturin puts either a program or an extension into a wheel, not both. So the program is built first and laid into the
wheel's data folder (`[tool.maturin] data`), from which installers copy it to the environment's scripts. Running the
command line inside the extension instead was weighed: one file less, but every web worker would map all of the auditor,
and each `barding` would wait for Python to start (about 15 ms against 2 ms).

BARDING_BUILD_PROFILE chooses cargo's profile (default: release). BARDING_BUILD_BINARY names a program that is already
built, or "none" for a wheel without it (the environment's PATH is searched then).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import maturin

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "target" / "wheel-data"
NAME = "barding.exe" if sys.platform == "win32" else "barding"


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
        subprocess.run([cargo, "build", "--profile", profile, "-p", "barding"], cwd=ROOT, check=True)
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        built = str(target / ("debug" if profile == "dev" else profile) / NAME)
    shutil.copy2(built, scripts / NAME)
    if _profile() == "dev" and shutil.which("strip"):
        subprocess.run(["strip", str(scripts / NAME)], check=True)


def _prepare() -> None:
    arguments = os.environ.get("MATURIN_PEP517_ARGS", "")
    if "--profile" not in arguments:
        os.environ["MATURIN_PEP517_ARGS"] = f"{arguments} --profile {_profile()}".strip()


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
    """PEP 517's hook: the source archive."""
    (DATA / "scripts").mkdir(parents=True, exist_ok=True)
    return maturin.build_sdist(sdist_directory, config_settings)


def get_requires_for_build_wheel(config_settings=None) -> list[str]:
    """Nothing but maturin, which pyproject.toml names."""
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
get_requires_for_build_sdist = get_requires_for_build_wheel
