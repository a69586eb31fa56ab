"""``python -m barding``: the barding program of this environment."""

from __future__ import annotations

import os
import subprocess
import sys

from barding._binary import BinaryNotFound, find_binary


def main() -> int:
    """Runs the program with our arguments and hands back its exit code."""
    try:
        binary = find_binary()
    except BinaryNotFound as error:
        print(f"barding: the audit did not happen: {error}", file=sys.stderr)
        return 2
    arguments = [binary, *sys.argv[1:]]
    if sys.platform == "win32":
        return subprocess.run(arguments, check=False).returncode
    os.execv(binary, arguments)


if __name__ == "__main__":
    sys.exit(main())
