"""Whether a Job has come to its end, and how: too many failures, too long, a policy, or enough successes.

Follows syncJob in pkg/controller/job/job_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.controllers.job import conditions, pod_failure_policy, success_policy
from simulator.engine.controllers.job.indexes import total
from simulator.engine.controllers.job.state import State, is_failed, is_indexed, is_suspended, restarts_of
from simulator.engine.objects import instant_of
from simulator.engine.pods import phase
from simulator.engine.registry import Body, Instant


def of(state: State, now: Instant) -> Body | None:
    """The condition that the Job is coming to, None while it goes on. Reads the indexes of an indexed Job."""
    condition = conditions.decided(state.job, now) or _by_policy(state, now) or _by_limits(state, now)
    if not is_indexed(state.job):
        return condition
    state.read_indexes()
    state.succeeded = total(state.succeeded_indexes)
    if state.limits_indexes:
        condition = condition or _by_indexes(state, now)
        state.read_delayed()
    return condition or _by_success_policy(state, now)


def deadline(state: State) -> Instant | None:
    """When the Job will have been active for too long."""
    limit, started = state.spec.get("activeDeadlineSeconds"), state.status.get("startTime")
    if limit is None or started is None or is_suspended(state.job):
        return None
    return instant_of(started) + int(limit) * SECOND


def reached(state: State, now: Instant) -> Body | None:
    """The condition of a Job of which enough pods have succeeded, when none runs any more."""
    completions = state.spec.get("completions")
    if state.succeeded < (1 if completions is None else completions) or state.active:
        return None
    message = "Reached expected number of succeeded pods"
    return conditions.new(conditions.SUCCESS_CRITERIA_MET, "CompletionsReached", message, now)


def _failure(reason: str, message: str, now: Instant) -> Body:
    return conditions.new(conditions.FAILURE_TARGET, reason, message, now)


def _by_policy(state: State, now: Instant) -> Body | None:
    for pod in state.pods if state.policy is not None else ():
        if is_failed(pod, state.job):
            message = pod_failure_policy.match(state.policy, pod).message
            if message:
                return _failure("PodFailurePolicy", message, now)
    return None


def _by_limits(state: State, now: Instant) -> Body | None:
    if state.failed > state.spec["backoffLimit"] or _restarts_too_often(state):
        return _failure("BackoffLimitExceeded", "Job has reached the specified backoff limit", now)
    due = deadline(state)
    if due is not None and due <= now:
        return _failure("DeadlineExceeded", "Job was active longer than specified deadline", now)
    return None


def _restarts_too_often(state: State) -> bool:
    """Whether the containers of running pods, which are started again where they fail, were so too often."""
    spec, limit = state.spec["template"]["spec"], state.spec["backoffLimit"]
    if spec.get("restartPolicy") != "OnFailure":
        return False
    count = sum(restarts_of(pod) for pod in state.pods if phase(pod) in ("Running", "Pending"))
    return bool(count > 0 if limit == 0 else count >= limit)


def _by_indexes(state: State, now: Instant) -> Body | None:
    failed, most = total(state.failed_indexes or []), state.spec.get("maxFailedIndexes")
    if most is not None and failed > most:
        message = "Job has exceeded the specified maximal number of failed indexes"
        return _failure("MaxFailedIndexesExceeded", message, now)
    if failed and failed + state.succeeded >= state.spec["completions"]:
        return _failure("FailedIndexes", "Job has failed indexes", now)
    return None


def _by_success_policy(state: State, now: Instant) -> Body | None:
    policy = state.spec.get("successPolicy")
    message = success_policy.match(policy, state.spec["completions"], state.succeeded_indexes)
    if message is None:
        return None
    return conditions.new(conditions.SUCCESS_CRITERIA_MET, "SuccessPolicy", message, now)
