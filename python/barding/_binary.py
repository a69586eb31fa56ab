"""Finds the barding program that this package brought along."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig

NAME = "barding.exe" if sys.platform == "win32" else "barding"


class BinaryNotFound(RuntimeError):
    """The package is here, its program is not."""


def find_binary() -> str:
    """The path of the barding program: this environment's own first, then the user's, then the PATH."""
    places = [sysconfig.get_path("scripts")]
    places.append(sysconfig.get_path("scripts", scheme=sysconfig.get_preferred_scheme("user")))
    # `pip install --target FOLDER` puts programs into FOLDER/bin.
    package = os.path.dirname(os.path.abspath(__file__))
    places.append(os.path.join(os.path.dirname(package), "bin"))
    for place in places:
        candidate = os.path.join(place, NAME)
        if os.path.isfile(candidate) and os.access(candidate, os.X_OK):
            return candidate
    found = shutil.which(NAME)
    if found is not None:
        return found
    raise BinaryNotFound(f"no {NAME} in {', '.join(places)} or on the PATH; install the package again: pip install barding")
