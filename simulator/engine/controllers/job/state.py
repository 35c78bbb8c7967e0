"""What one sync of a Job knows: its pods by what became of them, and the status that it is about to write.

Follows syncJobCtx and the functions that fill it in pkg/controller/job/job_controller.go and
pkg/controller/job/tracking_utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from simulator.engine.controllers.job import backoff, pod_failure_policy
from simulator.engine.controllers.job.indexes import (
    Intervals,
    all_failures_of,
    failures_of,
    has,
    indexes_of,
    parse,
    valid_index,
    with_indexes,
)
from simulator.engine.objects import conditions_of, controller_of, is_deleting, labels_of, spec_of, status_of, uid_of
from simulator.engine.pods import is_active, is_ready, is_terminal, phase
from simulator.engine.registry import Body

FINALIZER = "batch.kubernetes.io/job-tracking"


def is_tracked(pod: Body) -> bool:
    """True for a pod that its Job has not counted yet."""
    return FINALIZER in (pod["metadata"].get("finalizers") or ())


def is_indexed(job: Body) -> bool:
    return bool(spec_of(job).get("completionMode") == "Indexed")


def is_suspended(job: Body) -> bool:
    return bool(spec_of(job).get("suspend"))


def replaces_only_failed(job: Body) -> bool:
    """True if a pod on its way out is replaced when it has ended, and not before."""
    spec = spec_of(job)
    return spec.get("podReplacementPolicy") == "Failed" or spec.get("podFailurePolicy") is not None


def is_failed(pod: Body, job: Body) -> bool:
    """True for a pod that failed, or that was deleted and counts as such, for it may never say so."""
    if phase(pod) == "Failed":
        return True
    return not replaces_only_failed(job) and is_deleting(pod) and phase(pod) != "Succeeded"


def is_terminating(pod: Body) -> bool:
    return is_deleting(pod) and not is_terminal(pod)


def restarts_of(pod: Body) -> int:
    status = status_of(pod)
    held = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    return sum(one.get("restartCount", 0) for one in held)


def mark_of(pod: Body) -> tuple[Any, ...]:
    """What matters to a Job about a pod."""
    disrupted = [one.get("status") for one in conditions_of(pod) if one["type"] == "DisruptionTarget"]
    flags = phase(pod), is_ready(pod), is_deleting(pod), is_tracked(pod)
    return controller_of(pod), labels_of(pod), flags, restarts_of(pod), disrupted


@dataclass
class State:
    """`job` is as it is stored, `status` what will be written. condition: how the Job ends, None while it does not."""

    job: Body
    pods: list[Body]
    active_pods: list[Body] = field(init=False)
    active: int = field(init=False)
    ready: int = field(init=False)
    terminating: int = field(init=False)
    uncounted_succeeded: frozenset[str] = field(init=False)
    uncounted_failed: frozenset[str] = field(init=False)
    new_succeeded: list[Body] = field(init=False)
    new_failed: list[Body] = field(init=False)
    succeeded: int = field(init=False)
    failed: int = field(init=False)
    status: Body = field(init=False)
    condition: Body | None = None
    backoff: backoff.Record = field(default_factory=backoff.Record)
    previous_indexes: Intervals = field(default_factory=list)
    succeeded_indexes: Intervals = field(default_factory=list)
    failed_indexes: Intervals | None = None
    delayed: dict[int, Body] = field(default_factory=dict)

    def __post_init__(self) -> None:
        status = status_of(self.job)
        self.status = {**status, "uncountedTerminatedPods": status.get("uncountedTerminatedPods") or {}}
        self.active_pods = [pod for pod in self.pods if is_active(pod)]
        self.active = len(self.active_pods)
        self.ready = sum(map(is_ready, self.active_pods))
        self.terminating = sum(map(is_terminating, self.pods))
        uncounted = self.status["uncountedTerminatedPods"]
        self.uncounted_succeeded = frozenset(uncounted.get("succeeded") or ())
        self.uncounted_failed = frozenset(uncounted.get("failed") or ())
        self.new_succeeded = [pod for pod in self.valid(self.uncounted_succeeded) if phase(pod) == "Succeeded"]
        self.new_failed = [pod for pod in self.valid(self.uncounted_failed) if is_failed(pod, self.job)]
        policy = spec_of(self.job).get("podFailurePolicy")
        counted = sum(pod_failure_policy.match(policy, pod).counts for pod in self.new_failed)
        self.succeeded = status.get("succeeded", 0) + len(self.new_succeeded) + len(self.uncounted_succeeded)
        self.failed = status.get("failed", 0) + counted + len(self.uncounted_failed)

    @property
    def spec(self) -> Body:
        spec: Body = self.job["spec"]
        return spec

    @property
    def policy(self) -> Body | None:
        policy: Body | None = self.spec.get("podFailurePolicy")
        return policy

    @property
    def limits_indexes(self) -> bool:
        return self.spec.get("backoffLimitPerIndex") is not None

    def valid(self, counted: Collection[str] = ()) -> list[Body]:
        """The pods that are not counted yet and, in an indexed Job, have one of its indexes."""
        pods = [pod for pod in self.pods if is_tracked(pod) and uid_of(pod) not in counted]
        if is_indexed(self.job):
            return [pod for pod in pods if valid_index(pod, self.spec["completions"]) is not None]
        return pods

    def read_indexes(self) -> None:
        """Finds out which indexes succeeded, and with a limit for each index, which failed."""
        completions = self.spec["completions"]
        done = [pod for pod in self.valid() if phase(pod) == "Succeeded"]
        self.previous_indexes = parse(self.status.get("completedIndexes", ""), completions)
        self.succeeded_indexes = with_indexes(self.previous_indexes, indexes_of(done))
        if self.limits_indexes:
            failed = [pod for pod in self.valid() if self._ends_index(pod)]
            known = parse(self.status.get("failedIndexes") or "", completions)
            self.failed_indexes = with_indexes(known, indexes_of(failed))

    def _ends_index(self, pod: Body) -> bool:
        """True if with this pod its index has failed for good."""
        if not is_failed(pod, self.job):
            return False
        verdict = pod_failure_policy.match(self.policy, pod)
        if verdict.action == "FailIndex":
            return True
        return verdict.counts and failures_of(pod) >= self.spec["backoffLimitPerIndex"]

    def read_delayed(self) -> None:
        """Finds the failed pods that stay until another takes their index, so that it can go on counting."""
        running = indexes_of(self.active_pods)
        for pod in self.valid():
            index = valid_index(pod, self.spec["completions"])
            if index is None or not is_failed(pod, self.job) or index in running:
                continue
            if has(self.succeeded_indexes, index) or has(self.failed_indexes or [], index):
                continue
            known = self.delayed.get(index)
            if known is None or (
                all_failures_of(known) <= all_failures_of(pod)
                and backoff.finished_at(pod) >= backoff.finished_at(known)
            ):
                self.delayed[index] = pod
