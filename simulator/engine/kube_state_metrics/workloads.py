"""Series about what owns pods, and about their autoscalers and budgets."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..objects import condition, conditions_of, get_in, spec_of, status_of
from ..registry import Body
from .families import (
    Family,
    Row,
    conditions,
    created,
    deleted,
    figure,
    generation,
    info,
    moment,
    owners,
    parsed,
    version,
)


def _count(name: str, *path: str) -> Family:
    """A number of the object, 0 where it is not written."""
    return figure(name, *path, otherwise=0.0)


def _share(which: str) -> Family:
    """How many pods maxSurge or maxUnavailable of a Deployment come to."""
    field = "maxSurge" if which == "max_surge" else "maxUnavailable"

    def rows(body: Body) -> Iterable[Row]:
        held, replicas = get_in(body, "spec", "strategy", "rollingUpdate", field), spec_of(body).get("replicas") or 0
        if isinstance(held, int):
            yield {}, float(held)
        elif isinstance(held, str) and held.endswith("%") and held[:-1].isdecimal():
            share = int(held[:-1]) * replicas / 100
            yield {}, float(math.ceil(share) if which == "max_surge" else math.floor(share))

    return Family(f"kube_deployment_spec_strategy_rollingupdate_{which}", rows)


_D, _R, _C, _S = "kube_deployment", "kube_replicaset", "kube_replicationcontroller", "kube_statefulset"
DEPLOYMENTS = (
    created(_D),
    deleted(_D),
    _count(f"{_D}_status_replicas", "status", "replicas"),
    _count(f"{_D}_status_replicas_ready", "status", "readyReplicas"),
    _count(f"{_D}_status_replicas_available", "status", "availableReplicas"),
    _count(f"{_D}_status_replicas_unavailable", "status", "unavailableReplicas"),
    _count(f"{_D}_status_replicas_updated", "status", "updatedReplicas"),
    _count(f"{_D}_status_observed_generation", "status", "observedGeneration"),
    conditions(f"{_D}_status_condition", reason=True),
    figure(f"{_D}_spec_replicas", "spec", "replicas"),
    _count(f"{_D}_spec_paused", "spec", "paused"),
    _share("max_unavailable"),
    _share("max_surge"),
    generation(_D),
    owners(_D, controller=False),
)


def _keeping(prefix: str, *more: Family) -> tuple[Family, ...]:
    """What is told of that which keeps so many pods of one template."""
    return (
        created(prefix),
        _count(f"{prefix}_status_replicas", "status", "replicas"),
        _count(f"{prefix}_status_fully_labeled_replicas", "status", "fullyLabeledReplicas"),
        _count(f"{prefix}_status_ready_replicas", "status", "readyReplicas"),
        *more,
        _count(f"{prefix}_status_observed_generation", "status", "observedGeneration"),
        figure(f"{prefix}_spec_replicas", "spec", "replicas"),
        generation(prefix),
        owners(prefix),
    )


REPLICA_SETS = _keeping(_R)
REPLICATION_CONTROLLERS = _keeping(_C, _count(f"{_C}_status_available_replicas", "status", "availableReplicas"))
STATEFUL_SETS = (
    created(_S),
    deleted(_S),
    _count(f"{_S}_status_replicas", "status", "replicas"),
    _count(f"{_S}_status_replicas_current", "status", "currentReplicas"),
    _count(f"{_S}_status_replicas_ready", "status", "readyReplicas"),
    _count(f"{_S}_status_replicas_available", "status", "availableReplicas"),
    _count(f"{_S}_status_replicas_updated", "status", "updatedReplicas"),
    _count(f"{_S}_status_observed_generation", "status", "observedGeneration"),
    figure(f"{_S}_replicas", "spec", "replicas"),
    figure(f"{_S}_ordinals_start", "spec", "ordinals", "start"),
    generation(_S),
    info(
        f"{_S}_persistentvolumeclaim_retention_policy",
        when_deleted=("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"),
        when_scaled=("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"),
    ),
    info(f"{_S}_status_current_revision", revision=("status", "currentRevision")),
    info(f"{_S}_status_update_revision", revision=("status", "updateRevision")),
)
DAEMON_SETS = (
    created("kube_daemonset"),
    deleted("kube_daemonset"),
    _count("kube_daemonset_status_current_number_scheduled", "status", "currentNumberScheduled"),
    _count("kube_daemonset_status_desired_number_scheduled", "status", "desiredNumberScheduled"),
    _count("kube_daemonset_status_number_available", "status", "numberAvailable"),
    _count("kube_daemonset_status_number_misscheduled", "status", "numberMisscheduled"),
    _count("kube_daemonset_status_number_ready", "status", "numberReady"),
    _count("kube_daemonset_status_number_unavailable", "status", "numberUnavailable"),
    _count("kube_daemonset_status_observed_generation", "status", "observedGeneration"),
    _count("kube_daemonset_status_updated_number_scheduled", "status", "updatedNumberScheduled"),
    generation("kube_daemonset"),
)

_FAILURES = ("BackoffLimitExceeded", "DeadlineExceeded", "Evicted")


def _failed_pods(job: Body) -> Iterable[Row]:
    count = status_of(job).get("failed") or 0
    if not count:
        return [({}, 0.0)]
    held = [one.get("reason") for one in conditions_of(job) if one["type"] == "Failed"]
    rows: list[Row] = [({"reason": reason}, float(one == reason)) for one in held for reason in _FAILURES]
    return rows if any(one in _FAILURES for one in held) else [*rows, ({"reason": ""}, float(count))]


def _ended(kind: str, name: str) -> Family:
    def rows(job: Body) -> Iterable[Row]:
        held = condition(job, kind)
        for status in ("true", "false", "unknown") if held is not None else ():
            yield {"condition": status}, float((held or {}).get("status", "").lower() == status)

    return Family(name, rows)


JOBS = (
    info("kube_job_info"),
    created("kube_job"),
    owners("kube_job"),
    figure("kube_job_spec_parallelism", "spec", "parallelism"),
    figure("kube_job_spec_completions", "spec", "completions"),
    figure("kube_job_spec_active_deadline_seconds", "spec", "activeDeadlineSeconds"),
    _count("kube_job_status_active", "status", "active"),
    _count("kube_job_status_succeeded", "status", "succeeded"),
    Family("kube_job_status_failed", _failed_pods),
    figure("kube_job_status_ready", "status", "ready"),
    moment("kube_job_status_start_time", "status", "startTime"),
    moment("kube_job_status_completion_time", "status", "completionTime"),
    Family(
        "kube_job_status_suspended",
        lambda job: [({}, float((condition(job, "Suspended") or {}).get("status") == "True"))],
    ),
    _ended("Complete", "kube_job_complete"),
    _ended("Failed", "kube_job_failed"),
)
CRON_JOBS = (
    info(
        "kube_cronjob_info",
        schedule=("spec", "schedule"),
        concurrency_policy=("spec", "concurrencyPolicy"),
        timezone=("spec", "timeZone"),
    ),
    created("kube_cronjob"),
    Family("kube_cronjob_status_active", lambda body: [({}, float(len(status_of(body).get("active") or ())))]),
    moment("kube_cronjob_status_last_schedule_time", "status", "lastScheduleTime"),
    moment("kube_cronjob_status_last_successful_time", "status", "lastSuccessfulTime"),
    _count("kube_cronjob_spec_suspend", "spec", "suspend"),
    figure("kube_cronjob_spec_starting_deadline_seconds", "spec", "startingDeadlineSeconds"),
    figure("kube_cronjob_spec_successful_job_history_limit", "spec", "successfulJobsHistoryLimit"),
    figure("kube_cronjob_spec_failed_job_history_limit", "spec", "failedJobsHistoryLimit"),
    version("kube_cronjob"),
)

_H = "kube_horizontalpodautoscaler"
_SOURCES = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
_TARGETS = (("value", "value"), ("average", "averageValue"), ("utilization", "averageUtilization"))


def _metrics(name: str, part: str, field: str, figures: str) -> Family:
    """The targets of an autoscaler's metrics, or what they are now."""

    def rows(body: Body) -> Iterable[Row]:
        for one in get_in(body, part, field) or ():
            held = one.get(_SOURCES.get(one.get("type"), ""))
            for kind, key in _TARGETS:
                found = get_in(held or {}, figures, key)
                if held is not None and found is not None:
                    metric = held.get("name") or get_in(held, "metric", "name") or ""
                    labels = {
                        "metric_name": metric,
                        "metric_target_type": kind,
                        "container": held.get("container") or "",
                    }
                    yield labels, parsed(found)

    return Family(name, rows)


AUTOSCALERS = (
    info(
        f"{_H}_info",
        scaletargetref_api_version=("spec", "scaleTargetRef", "apiVersion"),
        scaletargetref_kind=("spec", "scaleTargetRef", "kind"),
        scaletargetref_name=("spec", "scaleTargetRef", "name"),
    ),
    created(_H),
    deleted(_H),
    generation(_H),
    figure(f"{_H}_spec_max_replicas", "spec", "maxReplicas"),
    figure(f"{_H}_spec_min_replicas", "spec", "minReplicas", otherwise=1.0),
    _metrics(f"{_H}_spec_target_metric", "spec", "metrics", "target"),
    _metrics(f"{_H}_status_target_metric", "status", "currentMetrics", "current"),
    conditions(f"{_H}_status_condition"),
    _count(f"{_H}_status_current_replicas", "status", "currentReplicas"),
    _count(f"{_H}_status_desired_replicas", "status", "desiredReplicas"),
)

_B = "kube_poddisruptionbudget"
BUDGETS = (
    created(_B),
    deleted(_B),
    _count(f"{_B}_status_current_healthy", "status", "currentHealthy"),
    _count(f"{_B}_status_desired_healthy", "status", "desiredHealthy"),
    _count(f"{_B}_status_pod_disruptions_allowed", "status", "disruptionsAllowed"),
    _count(f"{_B}_status_expected_pods", "status", "expectedPods"),
    _count(f"{_B}_status_observed_generation", "status", "observedGeneration"),
)
