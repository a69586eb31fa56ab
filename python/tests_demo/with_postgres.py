"""Runs a command with a PostgreSQL of its own: ``with_postgres.py python -m pytest …``. The tests find it in BARDING_TEST_DATABASE."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from running import Postgres

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="barding-postgres-") as place:
        server = Postgres(Path(place) / "server").start()
        try:
            database = {"ENGINE": "django.db.backends.postgresql", "NAME": "demo", "USER": "demo", "PASSWORD": "t7-hq0Ck$92x",
                        "HOST": "127.0.0.1", "PORT": server.port}  # fmt: skip
            environment = {**os.environ, "BARDING_TEST_DATABASE": json.dumps(database)}
            code = subprocess.run(sys.argv[1:], env=environment, check=False).returncode
        finally:
            server.stop()
    sys.exit(code)
