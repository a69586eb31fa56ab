"""The package itself: what is installed, and the ways to the program."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import barding
import pytest
from barding import _core
from barding._binary import find_binary


def test_the_package_has_types_and_a_version():
    folder = Path(barding.__file__).parent
    assert (folder / "py.typed").exists()
    assert (folder / "_core.pyi").exists()
    assert re.fullmatch(r"\d+\.\d+\.\d+", barding.__version__)


def test_every_name_of_the_extension_is_in_the_stubs():
    stubs = (Path(barding.__file__).parent / "_core.pyi").read_text()
    for name in dir(_core):
        if not name.startswith("__"):
            assert re.search(rf"\b{name}\b", stubs), name


def test_the_extension_is_one_for_all_pythons():
    assert "abi3" in _core.__file__


needs_program = pytest.mark.skipif(
    os.environ.get("BARDING_BUILD_BINARY") == "none", reason="the wheel was built without the program on purpose"
)


@needs_program
def test_the_program_came_along():
    assert Path(find_binary()).parent == Path(sysconfig.get_path("scripts"))
    said = subprocess.run([find_binary(), "--version"], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["barding", barding.__version__]


@needs_program
def test_python_dash_m_is_the_program(tmp_path):
    run = [sys.executable, "-m", "barding"]
    said = subprocess.run([*run, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["barding", barding.__version__]
    # Its exit code is ours: 2, no audit took place.
    assert subprocess.run([*run, "check", str(tmp_path / "nothing")], capture_output=True, check=False).returncode == 2


def test_without_the_program_the_first_words_say_so(monkeypatch, tmp_path, capsys):
    from barding import __main__, _binary

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(_binary, "NAME", "barding-that-is-not-there")
    assert __main__.main() == 2
    assert capsys.readouterr().err.startswith("barding: the audit did not happen")
