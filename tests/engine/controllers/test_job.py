# ruff: noqa: E501 - the tables have a line for each case
"""What one sync does with a Job and its pods.

The cases are those of TestControllerSyncJob in pkg/controller/job/job_controller_test.go, v1.34, with the features that
are on by default; those about expectations and failing clients are left out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.controllers.job.indexes import INDEX
from simulator.engine.registry import Body

from .job_rig import JOBS, JobRig, conditions, creations, deletions, patches
from .rig import START

S, F, R, P = "Succeeded", "Failed", "Running", "Pending"
COMPLETE = [("SuccessCriteriaMet", "True", "CompletionsReached"), ("Complete", "True", "CompletionsReached")]
FAILING = [("FailureTarget", "True", "BackoffLimitExceeded")]
FAILED = [*FAILING, ("Failed", "True", "BackoffLimitExceeded")]
SUSPENDED = [("Suspended", "True", "JobSuspended")]


class Pods(NamedTuple):
    """How many there are of each sort; indexed: index and phase of each."""

    pending: int = 0
    running: int = 0
    ready: int = 0
    succeeded: int = 0
    failed: int = 0
    leaving: int = 0
    indexed: tuple[tuple[str, str], ...] = ()


class Done(NamedTuple):
    """What the sync did, and the status after it. made: the indexes that got a pod."""

    created: int = 0
    deleted: int = 0
    patched: int = 0
    active: int = 0
    ready: int = 0
    terminating: int = 0
    succeeded: int = 0
    failed: int = 0
    completed: str = ""
    made: frozenset[int] = frozenset()
    conditions: tuple[tuple[str, str, str], ...] = ()


def spec(parallelism: int, completions: int | None, limit: int = 6, **more: Any) -> dict[str, Any]:
    return {"parallelism": parallelism, "completions": completions, "backoffLimit": limit, **more}


def indexed(parallelism: int, completions: int, limit: int = 6, **more: Any) -> dict[str, Any]:
    return spec(parallelism, completions, limit, completionMode="Indexed", **more)


def each(text: str) -> tuple[tuple[str, str], ...]:
    """`0S 1F` as ((0, Succeeded), (1, Failed))."""
    phases = {"S": S, "F": F, "R": R, "P": P}
    return tuple((word[:-1] if word[:-1] != "?" else "invalid", phases[word[-1]]) for word in text.split())


ONLY_FAILED = {"podReplacementPolicy": "Failed"}
CASES = [
    ("job start", spec(2, 5), Pods(), Done(created=2, active=2)),
    ("WQ job start", spec(2, None), Pods(), Done(created=2, active=2)),
    ("pending pods", spec(2, 5), Pods(pending=2), Done(active=2)),
    ("correct # of pods", spec(3, 5), Pods(running=3, ready=2), Done(active=3, ready=2)),
    ("WQ job: correct # of pods", spec(2, None), Pods(running=2), Done(active=2)),
    ("too few active pods", spec(2, 5), Pods(running=1, succeeded=1), Done(created=1, active=2, succeeded=1, patched=1)),
    ("WQ job: recreate pods when failed", spec(1, None, **ONLY_FAILED), Pods(running=1, failed=1, leaving=1), Done(patched=1, failed=1, active=1, terminating=1)),
    ("PodReplacementPolicy not set", spec(1, 1), Pods(running=1, failed=1, leaving=1), Done(patched=2, failed=2, active=1, terminating=1)),
    ("WQ job: recreate pods when terminating or failed", spec(1, None, podReplacementPolicy="TerminatingOrFailed"), Pods(running=1, failed=1, leaving=1), Done(patched=2, failed=2, active=1, terminating=1)),
    ("more terminating pods than parallelism", spec(1, 1, **ONLY_FAILED), Pods(running=2, leaving=4), Done(deleted=1, patched=1, active=1, terminating=5)),
    ("more terminating pods than parallelism; PodFailurePolicy used", spec(1, 1, podFailurePolicy={"rules": []}), Pods(running=2, leaving=4), Done(deleted=1, patched=1, active=1, terminating=5)),
    ("too few active pods with a dynamic job", spec(2, None), Pods(running=1), Done(created=1, active=2)),
    ("too many active pods", spec(2, 5), Pods(running=3), Done(deleted=1, active=2, patched=1, terminating=1)),
    ("count ready pods when too many active pods", spec(2, 5), Pods(running=3, ready=3), Done(deleted=1, active=2, ready=2, patched=1, terminating=1)),
    ("failed + succeed pods: reset backoff delay", spec(2, 5), Pods(running=1, succeeded=1, failed=1), Done(created=1, active=2, succeeded=1, failed=1, patched=2)),
    ("new failed pod", spec(2, 5), Pods(running=1, failed=1), Done(created=1, active=2, failed=1, patched=1)),
    ("job finish", spec(2, 5), Pods(succeeded=5), Done(succeeded=5, patched=5, conditions=tuple(COMPLETE))),
    ("WQ job finishing", spec(2, None), Pods(running=1, succeeded=1), Done(active=1, succeeded=1, patched=1)),
    ("WQ job all finished", spec(2, None), Pods(succeeded=2), Done(succeeded=2, patched=2, conditions=tuple(COMPLETE))),
    ("WQ job all finished despite one failure", spec(2, None), Pods(succeeded=1, failed=1), Done(succeeded=1, failed=1, patched=2, conditions=tuple(COMPLETE))),
    ("more active pods than parallelism", spec(2, 5), Pods(running=10), Done(deleted=8, active=2, patched=8, terminating=8)),
    ("more active pods than remaining completions", spec(3, 4), Pods(running=3, succeeded=2), Done(deleted=1, active=2, succeeded=2, patched=3, terminating=1)),
    ("status change", spec(2, 5), Pods(running=2, succeeded=2), Done(active=2, succeeded=2, patched=2)),
    ("deleting job", spec(2, 5, deleting=True), Pods(pending=1, running=1, succeeded=1), Done(active=2, succeeded=1, patched=3)),
    ("too many job failures", spec(2, 5, 0, deleting=True), Pods(failed=1), Done(failed=1, patched=1, conditions=tuple(FAILED))),
    ("indexed job start", indexed(2, 5), Pods(), Done(created=2, active=2, made=frozenset({0, 1}))),
    ("some pods deleted, podReplacementPolicy Failed", indexed(2, 5, **ONLY_FAILED), Pods(leaving=1), Done(created=1, active=1, made=frozenset({0}), terminating=1)),
    ("some pods deleted, podReplacementPolicy TerminatingOrFailed", indexed(2, 5), Pods(leaving=1), Done(created=2, active=2, made=frozenset({0, 1}), terminating=1, patched=1)),
    ("indexed job completed", indexed(2, 3), Pods(indexed=each("0S 1F 1S 2S")), Done(succeeded=3, failed=1, completed="0-2", patched=4, conditions=tuple(COMPLETE))),
    ("indexed job failed", indexed(2, 3, 0), Pods(indexed=each("0S 1F 2R")), Done(succeeded=1, failed=2, completed="0", patched=3, deleted=1, terminating=1, conditions=tuple(FAILING))),
    ("count ready pods when job fails", spec(2, 3, 0), Pods(running=2, ready=2, failed=1), Done(failed=3, patched=3, deleted=2, terminating=2, conditions=tuple(FAILING))),
    ("indexed job repeated completed index", indexed(2, 3), Pods(indexed=each("0S 1S 1S")), Done(created=1, active=1, succeeded=2, completed="0,1", made=frozenset({2}), patched=3)),
    ("indexed job some running and completed pods", indexed(8, 20), Pods(indexed=each("0R 2S 3P 4S 5S 7S 8S 9S")), Done(created=6, active=8, succeeded=6, completed="2,4,5,7-9", made=frozenset({1, 6, 10, 11, 12, 13}), patched=6)),
    ("indexed job some failed pods", indexed(3, 4), Pods(indexed=each("0F 1P 2F")), Done(created=2, active=3, failed=2, made=frozenset({0, 2}), patched=2)),
    ("indexed job some pods without index", indexed(2, 5), Pods(running=1, succeeded=1, failed=1, indexed=each("?R ?S ?F ?P 0S 1R 2R")), Done(deleted=3, active=2, succeeded=1, completed="0", patched=8, terminating=3)),
    ("indexed job repeated indexes", indexed(5, 5), Pods(succeeded=1, failed=1, indexed=each("?R 0S 1R 2R 2P")), Done(deleted=2, active=2, succeeded=1, completed="0", patched=5, terminating=2)),
    ("indexed job with indexes outside of range", indexed(2, 5), Pods(indexed=each("0S 5R 6S 7P 8F")), Done(succeeded=1, deleted=2, completed="0", patched=5, terminating=2)),
    ("suspending a job", spec(2, 4, suspend=True), Pods(running=2), Done(deleted=2, patched=2, terminating=2, conditions=tuple(SUSPENDED))),
    ("count ready pods when suspending a job", spec(2, 4, suspend=True), Pods(running=2, ready=2), Done(deleted=2, patched=2, terminating=2, conditions=tuple(SUSPENDED))),
    ("suspending a deleted job", spec(2, 4, suspend=True, deleting=True), Pods(running=2), Done(active=2, patched=2)),
    ("a job that another controller manages", spec(2, 4, managedBy="example.com/other"), Pods(), Done()),
]  # fmt: skip


def fill(rig: JobRig, job: Body, pods: Pods) -> None:
    for _number in range(pods.pending):
        rig.put(job, P)
    for number in range(pods.running):
        rig.put(job, R, ready=number < pods.ready)
    for phase, count in ((S, pods.succeeded), (F, pods.failed)):
        for _number in range(count):
            rig.put(job, phase)
    for _number in range(pods.leaving):
        rig.put(job, R, leaving=True)
    for index, phase in pods.indexed:
        rig.put(job, phase, index=index)


@pytest.mark.parametrize(("given", "pods", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_sync(given: dict[str, Any], pods: Pods, wanted: Done) -> None:
    rig = JobRig()
    fill(rig, rig.job(**given), pods)
    changes = rig.sync()
    body = rig.get(JOBS, "j")
    status, made = body.get("status", {}), creations(changes)
    figures = [status.get(key, 0) for key in ("active", "ready", "terminating", "succeeded", "failed")]
    indexes = frozenset(
        int(pod["metadata"]["annotations"][INDEX])
        for pod in made
        if INDEX in (pod["metadata"].get("annotations") or {})
    )
    found = Done(
        len(made), deletions(changes), patches(changes), *figures, status.get("completedIndexes", ""), indexes, tuple(conditions(body))
    )  # fmt: skip
    assert found == wanted
    assert not rig.world.note("job-controller", "slowStart/default/j")


def test_a_job_that_goes_on_begins_anew() -> None:
    rig = JobRig()
    suspended = {"type": "Suspended", "status": "True", "reason": "JobSuspended", "message": "Job suspended"}
    rig.job(**spec(2, 4), status={"conditions": [suspended], "startTime": "2020-01-01T00:00:00Z"})
    assert len(creations(rig.sync())) == 2
    body = rig.get(JOBS, "j")
    assert conditions(body) == [("Suspended", "False", "JobResumed")]
    assert body["status"]["startTime"] == "2023-11-14T22:13:20Z"
    assert rig.messages("Resumed") == ["Job resumed"]


@pytest.mark.parametrize(("failures", "made"), [pytest.param(1, 0, id="back-off"), pytest.param(0, 1, id="none")])
def test_too_few_pods_and_a_back_off(failures: int, made: int) -> None:
    rig = JobRig()
    rig.job(**spec(1, 1))
    rig.world.set_note("job-controller", "backoff/default/j", [failures, START])
    assert len(creations(rig.sync())) == made
    rig.run(11)
    assert len(rig.pods()) == 1


@pytest.mark.parametrize("kind", ["FailureTarget", "SuccessCriteriaMet"])
def test_a_condition_that_somebody_added_as_false_is_ignored(kind: str) -> None:
    rig = JobRig()
    held = {"type": kind, "status": "False", "reason": "ConditionAddedManually", "message": "Testing"}
    job = rig.job(**spec(1, 1, 6), status={"active": 1, "startTime": "2023-11-14T22:13:20Z", "conditions": [held]})
    rig.put(job, R, ready=True)
    rig.sync()
    status = rig.get(JOBS, "j")["status"]
    assert (status["active"], status["ready"], status["conditions"]) == (1, 1, [held])


def test_a_back_off_does_not_hide_the_pods_that_run() -> None:
    """https://github.com/kubernetes/kubernetes/pull/139752: active was 0 while ready was not."""
    rig = JobRig()
    job = rig.job(**spec(2, 2))
    rig.put(job, R, ready=True)
    rig.world.set_note("job-controller", "backoff/default/j", [1, START])
    rig.sync()
    status = rig.get(JOBS, "j")["status"]
    assert (status["active"], status["ready"]) == (1, 1)


def test_a_job_that_has_ended_leaves_nothing_to_be_done() -> None:
    rig = JobRig()
    rig.put(rig.job(**spec(1, 1), activeDeadlineSeconds=100_000), S)
    rig.run(2)
    assert conditions(rig.get(JOBS, "j")) == COMPLETE
    assert rig.world.clock.booked("job-controller", "default/j") is None
    assert rig.world.clock.settled()
