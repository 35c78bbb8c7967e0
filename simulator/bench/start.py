"""How long `make up` takes: from nothing, and again when everything is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from django.conf import settings

from simulator.bench.cases import Case, Measured
from simulator.bench.house import free_port


def _make_up(folder: Path) -> float:
    """Seconds from typing `make up` in a checkout until it says it is ready."""
    env = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE")}
    env |= {"PORT": str(free_port()), "KUBE_PORT": str(free_port()), "DATA_DIR": str(folder / "var")}
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "up"], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "KUBECONFIG=" in line:
                return time.monotonic() - begun
        raise RuntimeError("make up ended before it was ready")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=60)


def _fresh() -> Measured:
    folder = Path(tempfile.mkdtemp(prefix="k8sviz-fresh-"))
    try:
        subprocess.run(["git", "clone", "-q", str(settings.BASE_DIR), str(folder / "clone")], check=True)
        first = _make_up(folder / "clone")
        again = [_make_up(folder / "clone") for _ in range(3)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Measured(again, "s, make up when everything is installed", {"from_nothing_seconds": round(first, 1)})


CASES = [Case("up/MakeUp", "make up in a fresh clone, and again when everything is installed", _fresh)]
