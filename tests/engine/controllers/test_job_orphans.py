"""Pods that a Job lets go, takes back, or leaves behind, and what a deleted Job leaves of them."""

from __future__ import annotations

import pytest

from simulator.engine.controllers.job.state import FINALIZER
from simulator.engine.objects import name_of

from .job_rig import JOBS, JobRig

R = "Running"


def test_a_pod_that_no_longer_matches_is_let_go_with_its_finalizer_and_taken_back() -> None:
    rig = JobRig()
    job = rig.job(parallelism=1, completions=1)
    pod = rig.put(job, R)
    rig.sync()
    labels = pod["metadata"]["labels"]
    rig.edit("pods", name_of(pod), ("metadata", "labels"), {"app": "other"})
    rig.run(2)
    pod = rig.get("pods", name_of(pod))
    assert not pod["metadata"].get("finalizers")
    assert "ownerReferences" not in pod["metadata"]
    assert len(rig.pods()) == 2
    rig.edit("pods", name_of(pod), ("metadata", "labels"), labels)
    rig.run(0.9)
    assert "ownerReferences" not in rig.get("pods", name_of(pod))["metadata"]
    rig.run(0.2)
    pod = rig.get("pods", name_of(pod))
    assert pod["metadata"]["ownerReferences"][0]["name"] == "j"
    assert pod["metadata"]["finalizers"] == [FINALIZER]


@pytest.mark.parametrize("propagation", ["Background", "Orphan", None])
def test_pods_of_a_deleted_job_lose_the_finalizer(propagation: str | None) -> None:
    rig = JobRig()
    pod = rig.put(rig.job(parallelism=1, completions=1), R)
    rig.sync()
    rig.delete(JOBS, "j", propagation=propagation)
    rig.settle()
    held = rig.world.get("pods", "default", name_of(pod))
    assert rig.world.get(JOBS, "default", "j") is None
    assert held is not None
    assert not held["metadata"].get("finalizers")
    assert ("deletionTimestamp" in held["metadata"]) is (propagation == "Background")
    assert bool(held["metadata"].get("ownerReferences")) is (propagation == "Background")
