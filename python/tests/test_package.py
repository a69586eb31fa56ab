"""The package itself: what is installed, and the ways to the program."""

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
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


ROOT = Path(__file__).resolve().parents[2]


def build_hook(code, **environment):
    """Runs Python code that knows the build backend, with the maturin that built the wheel."""
    python = ROOT / "target" / "python" / "build" / "bin" / "python"
    assert python.exists(), "run scripts/install/python-package.sh first"
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    run = [python, "-c", f"import sys; sys.path.insert(0, 'scripts/python')\nimport barding_build\n{code}"]
    return subprocess.run(run, cwd=ROOT, env={**os.environ, "PATH": path, **environment}, capture_output=True, text=True, check=False)


def test_the_source_archive_has_all_a_build_needs(tmp_path):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        made = build_hook(f"barding_build.build_sdist({str(tmp_path / folder)!r})")
        assert made.returncode == 0, made.stderr
    stem = f"barding-{barding.__version__}"
    archives = [tmp_path / folder / f"{stem}.tar.gz" for folder in ("first", "second")]
    assert archives[0].read_bytes() == archives[1].read_bytes(), "the same sources make the same archive"
    with tarfile.open(archives[0]) as archive:
        names = {name.removeprefix(f"{stem}/") for name in archive.getnames()}
        archive.extractall(tmp_path, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "crates", "python/barding", "scripts/python"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    assert {name for name in listed if name and (ROOT / name).exists()} - names == set()
    assert {"PKG-INFO", "pyproject.toml", "Cargo.lock"} <= names
    # Cargo finds every crate of the workspace, and the lock file fits: a build can begin.
    cargo = ["cargo", "metadata", "--locked", "--offline", "--format-version", "1", "--no-deps"]
    known = subprocess.run(cargo, cwd=tmp_path / stem, capture_output=True, text=True, check=False)
    assert known.returncode == 0, known.stderr
    assert '"name":"barding"' in known.stdout


def test_a_wheel_for_old_systems_takes_no_program_for_new_ones(tmp_path):
    program = tmp_path / "barding"
    program.write_bytes(b"\0libc.so.6\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0")
    said = build_hook(f"print(barding_build.glibc_needed(open({str(program)!r}, 'rb').read()))")
    assert said.stdout.strip() == "(2, 34)", said.stderr
    stage = f"from pathlib import Path; barding_build.DATA = Path({str(tmp_path / 'data')!r}); barding_build._stage_binary()"
    refused = build_hook(stage, BARDING_BUILD_GLIBC="2.17", BARDING_BUILD_BINARY=str(program))
    assert refused.returncode == 1 and "needs glibc 2.34" in refused.stderr
    assert build_hook(stage, BARDING_BUILD_GLIBC="2.34", BARDING_BUILD_BINARY=str(program), BARDING_BUILD_PROFILE="release").returncode == 0
