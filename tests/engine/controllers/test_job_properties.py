"""Whatever happens to a Job's pods, and whenever the worker changes: never two pods for one index, never too many.

And each pod is counted once, and a Job that has ended makes no more writes.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.job import conditions
from simulator.engine.controllers.job.indexes import index_of, parse, total
from simulator.engine.journal import Change
from simulator.engine.objects import name_of, timestamp, uid_of
from simulator.engine.pods import is_active, is_terminal

from .job_rig import JOBS, JobRig
from .rig import USER

_MOVES = st.lists(
    st.tuples(
        st.sampled_from(["succeed", "succeed", "fail", "fail", "run", "delete", "kill", "rebuild", "wait", "resume"]),
        st.integers(0, 5),
        st.sampled_from([0.01, 0.5, 1.2, 11, 40]),
    ),
    max_size=25,
)


class Watch:
    """Holds after every change that no index has two pods that run, and that no more run than may."""

    def __init__(self, rig: JobRig) -> None:
        self.rig = rig
        self.ended: dict[str, str] = {}
        rig.world.watch("pods", self._changed)

    def _changed(self, change: Change) -> None:
        job = self.rig.world.get(JOBS, "default", "j")
        if job is None:
            return
        running = [pod for pod in self.rig.world.list("pods", "default") if is_active(pod)]
        if change.operation == "ADDED":
            assert len(running) <= job["spec"]["parallelism"]
            if job["spec"].get("completionMode") == "Indexed":
                counts = Counter(index_of(pod) for pod in running)
                assert max(counts.values()) == 1
                assert all(index is not None and index < job["spec"]["completions"] for index in counts)
        if is_terminal(change.body):
            self.ended.setdefault(uid_of(change.body), change.body["status"]["phase"])


def _end(rig: JobRig, name: str, phase: str) -> None:
    pod = rig.get("pods", name)
    ended = {"exitCode": int(phase == "Failed"), "finishedAt": timestamp(rig.world.now)}
    held = [{"name": "c", "state": {"terminated": ended}}]
    rig.world.update_status("pods", {**pod, "status": {"phase": phase, "containerStatuses": held}}, USER)


def _do(rig: JobRig, move: str, which: int) -> None:
    if move == "rebuild":
        rig.rebuild()
        Watch(rig)
        return
    if move == "resume":
        job = rig.get(JOBS, "j")
        rig.edit(JOBS, "j", ("spec", "suspend"), not job["spec"]["suspend"])
        return
    pods = [name_of(pod) for pod in rig.world.list("pods", "default") if not is_terminal(pod)]
    if not pods or move == "wait":
        return
    name = pods[which % len(pods)]
    if move in ("succeed", "fail"):
        _end(rig, name, "Succeeded" if move == "succeed" else "Failed")
    elif move == "run":
        pod = rig.get("pods", name)
        rig.world.update_status("pods", {**pod, "status": {**pod.get("status", {}), "phase": "Running"}}, USER)
    else:
        rig.delete("pods", name, grace=0 if move == "kill" else None)


@settings(max_examples=60, deadline=None)
@given(
    moves=_MOVES,
    spec=st.fixed_dictionaries(
        {
            "parallelism": st.integers(1, 4),
            "completions": st.integers(1, 5),
            "completionMode": st.sampled_from(["Indexed", "NonIndexed"]),
            "backoffLimit": st.integers(0, 6),
            "podReplacementPolicy": st.sampled_from(["Failed", "TerminatingOrFailed"]),
        }
    ),
    per_index=st.none() | st.integers(0, 2),
)
def test_a_job_under_fire(moves: list[tuple[str, int, float]], spec: dict[str, Any], per_index: int | None) -> None:
    rig = JobRig()
    if per_index is not None and spec["completionMode"] == "Indexed":
        spec = {**spec, "backoffLimitPerIndex": per_index, "backoffLimit": None}
    rig.job(**spec)
    Watch(rig)
    for move, which, wait in moves:
        _do(rig, move, which)
        rig.run(wait)
        _check(rig)
    if rig.get(JOBS, "j")["spec"]["suspend"]:
        rig.edit(JOBS, "j", ("spec", "suspend"), False)
    _finish(rig)
    _check(rig)
    rig.world.drain()
    rig.run(3600)
    assert not [change for change in rig.world.drain().changes if change.resource != "events"]


def _check(rig: JobRig) -> None:
    job = rig.get(JOBS, "j")
    status, completions = job.get("status", {}), job["spec"]["completions"]
    done = parse(status.get("completedIndexes", ""), completions)
    if job["spec"].get("completionMode") == "Indexed":
        assert status.get("succeeded", 0) == total(done) <= completions
    if conditions.finished(job):
        assert not status.get("active")
        assert status["uncountedTerminatedPods"] == {}
        assert not any(pod["metadata"].get("finalizers") for pod in rig.world.list("pods", "default"))


def _finish(rig: JobRig) -> None:
    """Lets every pod succeed, until the Job has ended."""
    for _round in range(40):
        rig.run(700)
        if conditions.finished(rig.get(JOBS, "j")):
            break
        for pod in rig.world.list("pods", "default"):
            leaving = "deletionTimestamp" in pod["metadata"]
            if not is_terminal(pod):
                _end(rig, name_of(pod), "Failed" if leaving else "Succeeded")
            if leaving:
                rig.delete("pods", name_of(pod), grace=0)
    assert conditions.finished(rig.get(JOBS, "j"))
    for pod in rig.world.list("pods", "default"):
        if "deletionTimestamp" in pod["metadata"]:
            rig.delete("pods", name_of(pod), grace=0)
    rig.run(60)
