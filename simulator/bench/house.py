"""A whole house (`manage.py up`) in a folder of its own on free ports, for the benchmarks that need one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from typing import Self

from django.conf import settings


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class House:
    """A context: inside it a fresh k8sviz with cluster `demo` answers at `url`."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="k8sviz-bench-")
        self.port = free_port()
        self.env = {
            **os.environ,
            "DATA_DIR": self._folder.name,
            "PORT": str(self.port),
            "KUBE_PORT": str(free_port()),
            "DJANGO_SETTINGS_MODULE": "k8sviz.settings",
        }
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        begun = time.monotonic()
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "up"]
        self._process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL)
        self.pid = self._process.pid
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() - begun > 180:
                self.__exit__()
                raise RuntimeError("the house did not come up")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._folder.cleanup()

    def run(self, code: str) -> str:
        """Runs Python inside the house's settings and returns what it printed."""
        script = f"import django; django.setup()\n{code}"
        done = subprocess.run(
            [sys.executable, "-c", script],
            env=self.env, cwd=settings.BASE_DIR, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout

    def child(self, mark: str) -> int:
        """The id of the process that the house runs with this in its command line."""
        listing = subprocess.run(
            ["ps", "--ppid", str(self.pid), "-o", "pid=,args="], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        return next(int(line.split(None, 1)[0]) for line in listing.splitlines() if mark in line)

    def token(self) -> str:
        """The bearer token of cluster `demo`."""
        return self.run("from simulator.models import Cluster; print(Cluster.objects.get(name='demo').token)").strip()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False
