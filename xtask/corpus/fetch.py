"""Brings one release from PyPI through pip and unpacks it: fetch.py NAME VERSION FOLDER. Nothing of it is run."""
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

name, version, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
with tempfile.TemporaryDirectory() as load:
    # A source archive would be built to read its metadata; a wheel is only unpacked.
    for how in (["--only-binary", ":all:"], ["--no-binary", ":all:", "--no-build-isolation"]):
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", *how, "-d", load]
            + ["%s==%s" % (name, version)]
        )
        if done.returncode == 0:
            break
    archives = list(pathlib.Path(load).iterdir())
    if not archives:
        sys.exit("%s %s could not be downloaded" % (name, version))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if archives[0].suffix in (".whl", ".zip"):
        zipfile.ZipFile(archives[0]).extractall(folder)
    else:
        tarfile.open(archives[0]).extractall(folder, filter="data")
(folder / ".complete").touch()
