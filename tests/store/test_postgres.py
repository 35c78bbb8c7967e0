"""The store's tests once more, on a real PostgreSQL server."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_store_on_postgresql(postgres: str) -> None:
    env = {**os.environ, "TEST_DATABASE_URL": postgres}
    env.pop("DJANGO_SETTINGS_MODULE", None)
    env = {key: value for key, value in env.items() if not key.startswith("PYTEST_")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "tests/store/test_store.py",
        "tests/store/test_branches.py",
        "tests/store/test_branches_of_a_running_cluster.py",
    ]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0, done.stdout[-4000:]
    assert " passed" in done.stdout
