"""Clusters in a database of their own, outside the test's transaction, so that other processes see them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Place:
    """A data directory with a migrated database; `run` runs Python there, `spawn` starts it."""

    def __init__(self, folder: Path) -> None:
        # Nobody listens at this Redis: news is lost, and nothing may depend on it.
        self.env = {**os.environ, "DATA_DIR": str(folder), "REDIS_URL": "redis://127.0.0.1:1/0", "LEASE_SECONDS": "1"}
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=self.env, check=True)

    def run(self, code: str) -> str:
        script = f"import django; django.setup()\n{code}"
        env = {**self.env, "DJANGO_SETTINGS_MODULE": "k8sviz.settings"}
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env=env, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def spawn(self, *arguments: str) -> subprocess.Popen[str]:
        env = {**self.env, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, str(ROOT / "tests/store/worker.py"), *arguments],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    yield Place(tmp_path)


@pytest.fixture
def rollout() -> Callable[[str, int], str]:
    """Python text that makes a paused cluster `name`, a rollout under way, and asks for a step of so many seconds."""

    def text(name: str, seconds: int) -> str:
        return (ROOT / "tests/store/rollout.py").read_text().replace("NAME", name).replace("SECONDS", str(seconds))

    return text
