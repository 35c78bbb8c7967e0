"""Counting the pods that ended, once each: a finalizer keeps them until the status has them.

Follows trackJobStatusAndRemoveFinalizers in pkg/controller/job/job_controller.go, v1.34. The uids of ended pods go into
the status, then the pods lose the Job's finalizer, then the counters take them over.
"""

from __future__ import annotations

from typing import Literal

from simulator.engine import events
from simulator.engine.causes import Cause, _
from simulator.engine.controllers.job import backoff, conditions, pod_failure_policy
from simulator.engine.controllers.job.indexes import has, index_of, text_of, total, valid_index, with_indexes
from simulator.engine.controllers.job.pods import forget
from simulator.engine.controllers.job.state import State, is_failed, is_indexed, is_tracked
from simulator.engine.objects import is_deleting, key_of, name_of, status_of, uid_of
from simulator.engine.pods import phase
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

JOBS = "jobs.batch"
_MOST_UNCOUNTED = 500


class Tracking:
    """One round of counting. `changed`: the status has something to be written."""

    def __init__(self, controller: Reconciler, state: State, *, changed: bool) -> None:
        self.controller = controller
        self.state = state
        self.changed = changed
        uncounted = state.status["uncountedTerminatedPods"]
        self.uncounted = {key: list(uncounted.get(key) or ()) for key in ("succeeded", "failed")}
        self.new_indexes: list[int] = []

    def run(self) -> bool:
        """Counts; True if there is more to count than fits into one round."""
        state = self.state
        pods = state.pods
        if is_indexed(state.job):
            pods = sorted(pods, key=lambda pod: -1 if (index := index_of(pod)) is None else index)
        tracked = {uid_of(pod) for pod in pods if is_tracked(pod)}
        self._count(tracked)
        ended, full = self._ended(pods)
        if is_indexed(state.job):
            self._note_indexes()
        self._note_interim()
        self._flush_all()
        cause = self._cause(_("{job} has taken note of {pod}, which loses the Job's finalizer."))
        for pod in ended:
            forget(self.controller, key_of(pod), cause._replace(inputs={**cause.inputs, "pod": name_of(pod)}))
        self._count(tracked - {uid_of(pod) for pod in ended})
        finished = not full and self._finish()
        if self.changed or finished:
            self._flush()
        if finished:
            self._tell_finished()
        return full

    # --- pods ----------------------------------------------------------------------------------------------------

    def _ended(self, pods: list[Body]) -> tuple[list[Body], bool]:
        """The pods that may lose their finalizer, each noted as what it was; whether there are more than fit."""
        ended: list[Body] = []
        for pod in pods:
            if not is_tracked(pod) or not self._may_go(pod):
                continue
            ended.append(pod)
            self._note(pod)
            if len(self.new_indexes) + sum(map(len, self.uncounted.values())) >= _MOST_UNCOUNTED:
                return ended, True
        return ended, False

    def _may_go(self, pod: Body) -> bool:
        state = self.state
        if is_deleting(state.job) or state.condition is not None or phase(pod) == "Succeeded":
            return True
        if not is_failed(pod, state.job):
            return False
        index = index_of(pod)
        delayed = state.delayed.get(index) if state.limits_indexes and index is not None else None
        return delayed is None or uid_of(delayed) != uid_of(pod)

    def _note(self, pod: Body) -> None:
        state, uid = self.state, uid_of(pod)
        index = valid_index(pod, state.spec["completions"]) if is_indexed(state.job) else None
        if phase(pod) == "Succeeded" and uid not in state.uncounted_failed:
            if is_indexed(state.job):
                if index is not None and not has(state.previous_indexes, index):
                    self.new_indexes.append(index)
                    self.changed = True
            elif uid not in state.uncounted_succeeded:
                self.uncounted["succeeded"].append(uid)
                self.changed = True
        elif is_failed(pod, state.job) or self._is_failing():
            counted = uid in state.uncounted_failed or (is_indexed(state.job) and index is None)
            if not counted and pod_failure_policy.match(state.policy, pod).counts:
                self.uncounted["failed"].append(uid)
                self.changed = True

    def _is_failing(self) -> bool:
        """True once the Job is to fail: then all that has not succeeded has failed."""
        condition = self.state.condition
        return condition is not None and condition["type"] != conditions.SUCCESS_CRITERIA_MET

    def _count(self, tracked: set[str]) -> None:
        """Counts the pods of the list that no longer have the finalizer."""
        for key, uids in self.uncounted.items():
            left = [uid for uid in uids if uid in tracked]
            if len(left) != len(uids):
                self.state.status[key] = self.state.status.get(key, 0) + len(uids) - len(left)
                self.uncounted[key] = left
                self.changed = True

    # --- status --------------------------------------------------------------------------------------------------

    def _note_indexes(self) -> None:
        state = self.state
        state.succeeded_indexes = with_indexes(state.succeeded_indexes, self.new_indexes)
        text = text_of(state.succeeded_indexes)
        failed = None if state.failed_indexes is None else text_of(state.failed_indexes)
        known = state.status.get("completedIndexes", ""), state.status.get("failedIndexes")
        self.changed = self.changed or known != (text, failed)
        state.status["succeeded"] = total(state.succeeded_indexes)
        state.status["completedIndexes"] = text
        if failed is not None:
            state.status["failedIndexes"] = failed

    def _note_interim(self) -> None:
        """Says that the Job comes to its end, before the pods go that say why."""
        state = self.state
        if state.condition is None:
            return
        if state.condition["type"] in (conditions.FAILURE_TARGET, conditions.SUCCESS_CRITERIA_MET):
            held = state.status.get("conditions") or []
            if not any(one["type"] == state.condition["type"] and one["status"] == "True" for one in held):
                state.status["conditions"] = conditions.ensured(held, state.condition)
                self.changed = True
            state.condition = conditions.final(state.condition, self.controller.world.now)

    def _flush_all(self) -> None:
        if self.changed:
            self._flush()
            backoff.write(self.controller, key_of(self.state.job), self.state.backoff)
            self.changed = False

    def _finish(self) -> bool:
        """Adds the condition that ends the Job, once every pod is counted and gone."""
        state = self.state
        if state.condition is None or any(self.uncounted.values()) or state.terminating:
            return False
        state.status["conditions"] = conditions.ensured(state.status.get("conditions") or [], state.condition)
        if state.condition["type"] == conditions.COMPLETE:
            state.status["completionTime"] = state.condition["lastTransitionTime"]
        return True

    def _flush(self) -> None:
        state = self.state
        state.status["uncountedTerminatedPods"] = {key: uids for key, uids in self.uncounted.items() if uids}
        for key in ("active", "succeeded", "failed", "completedIndexes", "conditions"):
            if not state.status.get(key):
                state.status.pop(key, None)
        cause = self._cause(
            _("{job}: {active} run, {ready} ready, {succeeded} succeeded, {failed} failed, {uncounted} to be counted.")
        )
        body = {**state.job, "status": dict(state.status)}
        state.job = self.controller.world.update_status(JOBS, body, cause)

    def _cause(self, sentence: str) -> Cause:
        status = self.state.status
        figures = {key: status.get(key, 0) for key in ("active", "ready", "succeeded", "failed")}
        return self.controller.cause(
            "trackJobStatusAndRemoveFinalizers",
            sentence,
            job=name_of(self.state.job),
            uncounted=sum(map(len, self.uncounted.values())) + len(self.new_indexes),
            **figures,
        )

    def _tell_finished(self) -> None:
        condition, job = self.state.condition or {}, self.state.job
        if condition["type"] == conditions.FAILED:
            tell(self.controller, job, "Warning", condition["reason"], condition.get("message", ""))
            return
        completions = self.state.spec.get("completions")
        if completions is not None and status_of(job).get("succeeded", 0) > completions:
            said = "Too many succeeded pods running after completion count reached"
            tell(self.controller, job, "Warning", "TooManySucceededPods", said)
        tell(self.controller, job, "Normal", "Completed", "Job completed")


def tell(controller: Reconciler, job: Body, severity: Literal["Normal", "Warning"], reason: str, message: str) -> None:
    """An event on the Job, for which its last write is the reason."""
    world = controller.world
    events.record(world, job, severity, reason, message, component=controller.name, led_by=world.revision)
