"""When a Job that has finished goes.

The cases are those of pkg/controller/ttlafterfinished/ttlafterfinished_controller_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.ttl_after_finished import expires_at
from simulator.engine.objects import timestamp

from .job_rig import JOBS, JobRig
from .rig import START


def finished(kind: str, second: int) -> dict[str, Any]:
    at = timestamp(START + second * SECOND)
    return {"conditions": [{"type": kind, "status": "True", "lastTransitionTime": at}], "startTime": at}


@pytest.mark.parametrize(
    ("status", "ttl", "left"),
    [
        pytest.param({}, 100, None, id="job unfinished"),
        pytest.param(finished("Complete", 0), None, None, id="job completed now, no TTL"),
        pytest.param(finished("Complete", 0), 0, 0, id="job completed now, 0s TTL"),
        pytest.param(finished("Complete", 0), 10, 10, id="job completed now, 10s TTL"),
        pytest.param(finished("Complete", -10), 15, 5, id="job completed 10s ago, 15s TTL"),
        pytest.param({}, None, None, id="job failed now, no TTL"),
        pytest.param(finished("Failed", 0), 0, 0, id="job failed now, 0s TTL"),
        pytest.param(finished("Failed", 0), 10, 10, id="job failed now, 10s TTL"),
        pytest.param(finished("Failed", -10), 15, 5, id="job failed 10s ago, 15s TTL"),
        pytest.param(finished("Suspended", 0), 5, None, id="another condition"),
    ],
)
def test_the_time_left(status: dict[str, Any], ttl: int | None, left: int | None) -> None:
    spec = {} if ttl is None else {"ttlSecondsAfterFinished": ttl}
    found = expires_at({"metadata": {}, "spec": spec, "status": status})
    assert found == (None if left is None else START + left * SECOND)


def test_a_job_goes_with_its_pods_at_that_instant() -> None:
    rig = JobRig()
    job = rig.job(completions=1, ttlSecondsAfterFinished=20)
    rig.put(job, "Succeeded")
    rig.run(19.9)
    assert rig.world.get(JOBS, "default", "j") is not None
    rig.run(0.2)
    assert rig.world.get(JOBS, "default", "j") is None
    assert not rig.world.list("pods")
    rig.run(2)
    assert rig.world.clock.settled()


def test_a_time_that_is_set_later_or_changed_counts() -> None:
    rig = JobRig()
    rig.put(rig.job(completions=1), "Succeeded")
    rig.run(100)
    rig.edit(JOBS, "j", ("spec", "ttlSecondsAfterFinished"), 200)
    rig.run(1)
    rig.edit(JOBS, "j", ("spec", "ttlSecondsAfterFinished"), 150)
    rig.run(48)
    assert rig.world.get(JOBS, "default", "j") is not None
    rig.run(2)
    assert rig.world.get(JOBS, "default", "j") is None
