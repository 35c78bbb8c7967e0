"""The Job controller: runs pods until enough of them have succeeded, or too many failed.

Follows pkg/controller/job/job_controller.go, v1.34. Its keys are Jobs, and pods that no Job counts any more: before the
namespace of those stands `pods|`.
"""

from __future__ import annotations

from simulator.engine import selectors
from simulator.engine.causes import _
from simulator.engine.controllers import ownership, pod_control, slow_start
from simulator.engine.controllers.job import backoff, conclusion, conditions
from simulator.engine.controllers.job import pods as job_pods
from simulator.engine.controllers.job.state import FINALIZER, State, is_suspended, is_tracked, mark_of
from simulator.engine.controllers.job.tracking import JOBS, Tracking, tell
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import (
    conditions_of,
    controller_of,
    is_deleting,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    spec_of,
    status_of,
    text_of,
    timestamp,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_OWN_NAME = "kubernetes.io/job-controller"
_ORPHAN = "pods|"


class JobController(Reconciler):
    """Makes pods, counts how they end, and says when the Job has."""

    name = "job-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        ownership.add_indexes(world, "pods")
        world.watch(JOBS, self._job_changed)
        world.watch("pods", self._pod_changed)

    def reconcile(self, key: Key) -> None:
        if key.namespace.startswith(_ORPHAN):
            self._let_go(Key(key.namespace.removeprefix(_ORPHAN), key.name))
            return
        job = self.world.get(JOBS, *key)
        if job is None or conditions.finished(job):
            self._forget(key)
            return
        if is_managed_elsewhere(job) or slow_start.is_waiting(self, key):
            return
        state = State(job, self._claim(job))
        if "startTime" not in state.status and not is_suspended(job):
            state.status["startTime"] = timestamp(self.world.now)
        state.backoff = backoff.advanced(backoff.read(self, key), state.new_succeeded, state.new_failed)
        state.condition = conclusion.of(state, self.world.now)
        due = None if state.condition is not None else conclusion.deadline(state)
        if due is not None:
            self.enqueue(key, after=due - self.world.now, led_by=self.led_by)
        refusal: StatusError | None = None
        try:
            if self._act(state):
                return
        except StatusError as error:
            refusal = None if pod_control.is_terminating(error) else error
        if self._track(state):
            self.enqueue(key, after=job_pods.BATCH, led_by=self.led_by)
        if conditions.finished(state.job):
            self._forget(key)
        if refusal is not None:
            raise refusal

    def _forget(self, key: Key) -> None:
        """Nothing is left to be done for a Job that has finished or gone."""
        backoff.forget(self, key)
        slow_start.stop(self, key)
        self.world.clock.cancel(self.name, text_of(key))

    def _claim(self, job: Body) -> list[Body]:
        """The Job's pods, with those that it adopts and without those that it lets go."""
        selector, owned = selectors.of(job["spec"]["selector"]), []
        for pod in self.world.indexed("pods", "controller", uid_of(job)):
            if selector.matches(labels_of(pod)):
                owned.append(pod)
            elif not is_deleting(job):
                ownership.release(self, "pods", job, pod, finalizer=FINALIZER)
        if is_deleting(job):
            return owned
        found = ownership.orphans(self.world, "pods", namespace_of(job), selector)
        return owned + [ownership.adopt(self, "pods", job, pod, finalizer=FINALIZER) for pod in found]

    # --- what it does --------------------------------------------------------------------------------------------

    def _act(self, state: State) -> bool:
        """Makes and deletes pods; True if more batches follow. Raises StatusError."""
        key, job = key_of(state.job), state.job
        if state.condition is not None:
            slow_start.stop(self, key)
            cause = self.cause(
                "deleteActivePods", _("{job} comes to its end: what still runs is deleted."), job=name_of(job)
            )
            job_pods.delete_active(self, state, cause)
            return False
        more = False if is_deleting(job) else job_pods.manage(self, state)
        state.condition = conclusion.reached(state, self.world.now)
        return more

    def _track(self, state: State) -> bool:
        """Writes what was found out; True if more pods wait to be counted."""
        changed = state.condition is None and not is_deleting(state.job) and self._suspend(state)
        figures = {"active": state.active, "ready": state.ready, "terminating": state.terminating}
        held = status_of(state.job)
        changed = changed or figures != {**{key: held.get(key) for key in figures}, "active": held.get("active", 0)}
        state.status.update(figures)
        return Tracking(self, state, changed=changed).run()

    def _suspend(self, state: State) -> bool:
        """Says that the Job is suspended, or goes on, from when its time counts anew; True if that is news."""
        held, now = conditions_of(state.job), self.world.now
        if is_suspended(state.job):
            wanted = conditions.new(conditions.SUSPENDED, "JobSuspended", "Job suspended", now)
        else:
            wanted = conditions.new(conditions.SUSPENDED, "JobResumed", "Job resumed", now, status="False")
        new = conditions.ensured(held, wanted)
        if new is held:
            return False
        if not is_suspended(state.job):
            state.status["startTime"] = timestamp(now)
        state.status["conditions"] = new
        reason = "Suspended" if is_suspended(state.job) else "Resumed"
        tell(self, state.job, "Normal", reason, wanted["message"])
        return True

    # --- pods that nobody counts ---------------------------------------------------------------------------------

    def _let_go(self, key: Key) -> None:
        """Takes the finalizer off a pod whose Job has finished or gone."""
        pod = self.world.get("pods", *key)
        if pod is None:
            return
        owner = controller_of(pod)
        if owner is not None:
            job = self._job_of(pod)
            if owner["kind"] != "Job" or owner["apiVersion"] != "batch/v1":
                return
            if job is not None and (is_managed_elsewhere(job) or not conditions.finished(job)):
                return
        cause = self.cause("syncOrphanPod", _("No Job counts {pod}: it loses the Job's finalizer."), pod=name_of(pod))
        job_pods.forget(self, key, cause)

    # --- watching ------------------------------------------------------------------------------------------------

    def _job_changed(self, change: Change) -> None:
        job, before = change.body, change.before
        if change.operation == "DELETED" or conditions.finished(job):
            for pod in self.world.indexed("pods", "controller", uid_of(job)):
                self._queue_orphan(pod, change)
        if change.operation != "DELETED" and change.cause.component == self.name:
            return
        if before is not None and before["metadata"].get("generation") == job["metadata"].get("generation"):
            self._book(change.key, change)
        else:
            self.enqueue(change.key, led_by=change.revision)

    def _pod_changed(self, change: Change) -> None:
        pod, before, gone = change.body, change.before, change.operation == "DELETED"
        owner = controller_of(pod)
        was = controller_of(before) if before is not None else None
        if owner is not None and owner["kind"] != "Job" and (was is None or was["kind"] != "Job"):
            return
        if change.cause.component == self.name and not gone:
            return
        if before is not None and not gone and mark_of(before) == mark_of(pod):
            return
        if was is not None and was != owner and was["kind"] == "Job":
            self._book(Key(change.key.namespace, was["name"]), change)
        if owner is not None:
            job = self._job_of(pod)
            if job is not None and not conditions.finished(job):
                self._book(key_of(job), change)
            elif owner["kind"] == "Job" and is_deleting(pod):
                self._queue_orphan(pod, change)
            return
        self._queue_orphan(pod, change)
        if gone or is_deleting(pod) or (before is not None and was is None and labels_of(before) == labels_of(pod)):
            return
        for job in self.world.list(JOBS, change.key.namespace):
            if selectors.of(job["spec"]["selector"]).matches(labels_of(pod)):
                self._book(key_of(job), change)

    def _job_of(self, pod: Body) -> Body | None:
        owner = controller_of(pod)
        if owner is None or owner["kind"] != "Job":
            return None
        job = self.world.get(JOBS, namespace_of(pod), owner["name"])
        return job if job is not None and uid_of(job) == owner["uid"] else None

    def _book(self, key: Key, change: Change) -> None:
        """Looks at the Job a little later, together with what else happens to its pods."""
        self.enqueue(key, after=self.world.latency.watch + job_pods.BATCH, led_by=change.revision)

    def _queue_orphan(self, pod: Body, change: Change) -> None:
        if is_tracked(pod):
            self.enqueue(Key(f"{_ORPHAN}{namespace_of(pod)}", name_of(pod)), led_by=change.revision)


def is_managed_elsewhere(job: Body) -> bool:
    """True for a Job that another controller, not of this cluster, takes care of."""
    return spec_of(job).get("managedBy") not in (None, _OWN_NAME)
