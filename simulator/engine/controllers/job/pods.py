"""The pods of a Job: how many it wants, which are too many, and what a new one looks like.

Follows manageJob in pkg/controller/job/job_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import Cause, _
from simulator.engine.clock import SECOND
from simulator.engine.controllers import pod_control, slow_start
from simulator.engine.controllers.job import backoff
from simulator.engine.controllers.job.indexes import (
    FAILURES,
    IGNORED_FAILURES,
    INDEX,
    failures_of,
    generate_name,
    indexes_of,
    merged,
    pending,
    repeated,
    with_indexes,
    with_variable,
)
from simulator.engine.controllers.job.pod_failure_policy import match
from simulator.engine.controllers.job.state import (
    FINALIZER,
    State,
    is_indexed,
    is_suspended,
    is_terminating,
    is_tracked,
    replaces_only_failed,
)
from simulator.engine.controllers.pod_ranking import by_state
from simulator.engine.errors import StatusError
from simulator.engine.objects import drop_in, key_of, name_of, set_in
from simulator.engine.pods import is_ready
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key

BATCH = SECOND
"""What happens to pods within this time is looked at together."""
_MOST = 500


def manage(controller: Reconciler, state: State) -> bool:
    """Makes or deletes what the spec asks for; True if more batches follow. Raises StatusError."""
    want = _wanted(state)
    surplus = _surplus(state, max(state.active - want, 0))
    if surplus:
        slow_start.stop(controller, key_of(state.job))
        _delete(controller, state, surplus, want)
        _look_again(controller, state, state.active > want)
        return False
    on_their_way = state.terminating if replaces_only_failed(state.job) else 0
    missing = want - state.active - on_their_way
    if missing > 0 and not is_suspended(state.job):
        _look_again(controller, state, missing > _MOST)
        return _create(controller, state, min(missing, _MOST), want)
    slow_start.stop(controller, key_of(state.job))
    return False


def _look_again(controller: Reconciler, state: State, more: bool) -> None:
    """There is more to do than one sync does."""
    if more:
        controller.enqueue(key_of(state.job), after=BATCH, led_by=controller.led_by)


def _wanted(state: State) -> int:
    """How many pods should run now."""
    parallelism, completions = state.spec["parallelism"], state.spec.get("completions")
    if is_suspended(state.job):
        return 0
    if completions is None:
        return state.active if state.succeeded else int(parallelism)
    return int(max(min(completions - state.succeeded, parallelism), 0))


def _surplus(state: State, at_least: int) -> list[Body]:
    """The pods that should not be, with those that are first to go where there are too many."""
    remove: list[Body] = []
    left = state.active_pods
    if is_indexed(state.job):
        remove, left = repeated(left, state.spec["completions"])
    if len(remove) < at_least:
        remove = [*remove, *sorted(left, key=by_state)[: at_least - len(remove)]]
    return remove if is_suspended(state.job) else remove[:_MOST]


def _delete(controller: Reconciler, state: State, pods: list[Body], want: int) -> None:
    cause = controller.cause(
        "manageJob",
        _("{job} has {have} pod(s) that run and wants {want}: deleting {count}."),
        job=name_of(state.job),
        have=state.active,
        want=want,
        count=len(pods),
    )
    uncounted = controller.cause(
        "deleteJobPods",
        _("A pod of {job} that runs is too many and is not counted: it loses the Job's finalizer."),
        job=name_of(state.job),
    )
    for pod in pods:
        forget(controller, key_of(pod), uncounted)
        if controller.world.get("pods", *key_of(pod)) is not None:
            pod_control.delete_pod(controller, state.job, pod, cause)
        taken(state, pod)


def delete_active(controller: Reconciler, state: State, cause: Cause) -> None:
    """Deletes all that runs; what was deleted is still to be counted."""
    for pod in state.active_pods:
        pod_control.delete_pod(controller, state.job, pod, cause)
        taken(state, pod)


def taken(state: State, pod: Body) -> None:
    """Takes note of a running pod that was deleted."""
    state.active -= 1
    state.terminating += 1
    state.ready -= is_ready(pod)


def forget(controller: Reconciler, key: Key, cause: Cause) -> None:
    """Takes the Job's finalizer off a pod, if it is there and has it."""
    pod = controller.world.get("pods", *key)
    if pod is not None and is_tracked(pod):
        left = [one for one in pod["metadata"]["finalizers"] if one != FINALIZER]
        path = ("metadata", "finalizers")
        controller.world.update("pods", set_in(pod, path, left) if left else drop_in(pod, path), cause)


# --- creating ----------------------------------------------------------------------------------------------------


def _create(controller: Reconciler, state: State, missing: int, want: int) -> bool:
    key, now = key_of(state.job), controller.world.now
    wait = 0 if state.limits_indexes else state.backoff.remaining(now)
    indexes: list[int | None] = [] if wait else [None] * missing
    if not wait and is_indexed(state.job):
        indexes, wait = _indexes(state, missing, now)
    if wait:
        controller.enqueue(key, after=max(wait, BATCH), led_by=controller.led_by)
    if not indexes:
        return False
    count = slow_start.next_batch(controller, key, len(indexes), _MOST)
    cause = controller.cause(
        "manageJob",
        _("{job} has {have} pod(s) that run and wants {want}: creating {count}."),
        job=name_of(state.job),
        have=state.active,
        want=want,
        count=count,
    )
    try:
        pod = _pod_of(state.job)
        for index in indexes[:count]:
            pod_control.create_pod(controller, state.job, pod if index is None else _indexed(state, pod, index), cause)
            state.active += 1
    except StatusError:
        slow_start.stop(controller, key)
        raise
    return slow_start.advance(controller, key, count, len(indexes), _MOST)


def _indexes(state: State, missing: int, now: int) -> tuple[list[int | None], int]:
    """The indexes that get a pod now, and how long to wait for the first of the others."""
    taken = with_indexes(state.succeeded_indexes, indexes_of(state.active_pods))
    if replaces_only_failed(state.job):
        taken = with_indexes(taken, indexes_of(filter(is_terminating, state.pods)))
    taken = merged(taken, state.failed_indexes or [])
    found = pending(taken, missing, state.spec["completions"])
    if not state.limits_indexes:
        return [*found], 0
    waits = {index: backoff.remaining_of_index(state.delayed.get(index), now) for index in found}
    return [index for index in found if not waits[index]], min(filter(None, waits.values()), default=0)


def _pod_of(job: Body) -> Body:
    pod = pod_control.pod_from(job["spec"]["template"], job)
    held = pod["metadata"].get("finalizers") or []
    if FINALIZER not in held:
        pod = set_in(pod, ("metadata", "finalizers"), [*held, FINALIZER])
    return {**pod, "spec": with_variable(pod["spec"])} if is_indexed(job) else pod


def _indexed(state: State, pod: Body, index: int) -> Body:
    """The pod for one index: its name, hostname, label and annotations."""
    meta, name = pod["metadata"], name_of(state.job)
    annotations = {**(meta.get("annotations") or {}), INDEX: str(index)}
    if state.limits_indexes:
        annotations.update(_failures(state, index))
    return {
        **pod,
        "metadata": {
            **meta,
            "generateName": generate_name(name, index),
            "annotations": annotations,
            "labels": {**(meta.get("labels") or {}), INDEX: str(index)},
        },
        "spec": {**pod["spec"], "hostname": f"{name}-{index}"},
    }


def _failures(state: State, index: int) -> dict[str, str]:
    """How often the index failed so far, as the pod that is replaced had it, and that pod too."""
    replaced = state.delayed.get(index)
    if replaced is None:
        return {FAILURES: "0"}
    counts = match(state.policy, replaced).counts
    ignored = failures_of(replaced, IGNORED_FAILURES) + (not counts)
    return {
        FAILURES: str(failures_of(replaced) + counts),
        **({IGNORED_FAILURES: str(ignored)} if ignored else {}),
    }
