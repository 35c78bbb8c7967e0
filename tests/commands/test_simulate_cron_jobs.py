"""`manage.py simulate` with CronJobs: it has settled when nothing but the clock will bring the next run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Run

File = Callable[..., Path]

CRON_JOB = """\
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: hello}
spec:
  schedule: "*/2 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{name: hello, image: "busybox:1.36", command: [sleep, "5"]}]
          restartPolicy: Never
"""
"""The manifests come at 00:01:30, so that the first run is due half a minute later."""


@pytest.mark.parametrize(
    ("until", "status", "said"),
    [
        pytest.param(
            "20s",
            0,
            "settled: CronJob default/hello waits for its next run at 2026-01-01T00:02:00Z",
            id="before the first run",
        ),
        pytest.param("30s", 3, "not settled after 30s: something is still due", id="at the instant of a run"),
        pytest.param("33s", 3, "not settled after 33s: something is still due", id="while its Job runs"),
        pytest.param(
            "100s",
            0,
            "settled: CronJob default/hello waits for its next run at 2026-01-01T00:04:00Z",
            id="after the first run",
        ),
    ],
)
def test_a_cron_job(run: Run, file: File, until: str, status: int, said: str) -> None:
    done = run("simulate", "-f", file(CRON_JOB), "--nodes", 1, "--until", until)
    assert (done.status, done.err.strip()) == (status, said)


def test_the_first_of_several(run: Run, file: File) -> None:
    daily = CRON_JOB.replace("hello", "daily").replace("*/2 * * * *", "0 3 * * *")
    zoned = CRON_JOB.replace("hello", "zoned").replace('"*/2 * * * *"', '"0 3 * * *"\n  timeZone: Asia/Shanghai')
    done = run("simulate", "-f", file(daily + zoned), "--nodes", 1)
    said = "settled: CronJob default/zoned waits for its next run at 2026-01-01T19:00:00Z, and 1 more for theirs"
    assert (done.status, done.err.strip()) == (0, said.replace("zoned", "daily").replace("T19", "T03"))
    done = run("simulate", "-f", file(daily + zoned), "--nodes", 1, "--until", "3h")
    assert (done.status, done.err.strip()) == (0, said)


def test_a_list_stays_a_list(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(CRON_JOB), "--nodes", 1, "--until", "100s", "-o", "json")
    assert json.loads(done.out)["kind"] == "List"
    assert done.err.startswith("settled: CronJob default/hello ")


def test_one_that_is_suspended_waits_for_nothing(run: Run, file: File) -> None:
    suspended = CRON_JOB.replace("spec:\n  schedule", "spec:\n  suspend: true\n  schedule")
    done = run("simulate", "-f", file(suspended), "--nodes", 1)
    assert (done.status, done.err) == (0, "")


def test_a_pod_that_is_on_its_way_is_waited_for_all_the_same(run: Run, file: File) -> None:
    pod = """\
---
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  containers: [{name: main, image: "busybox:1.36", command: [sleep, "3600"]}]
  restartPolicy: Never
"""
    done = run("simulate", "-f", file(CRON_JOB + pod), "--nodes", 1, "--until", "100s")
    assert (done.status, done.err.strip()) == (3, "not settled after 100s: something is still due")
