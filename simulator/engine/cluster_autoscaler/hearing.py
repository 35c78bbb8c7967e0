"""Which changes may make the autoscaler find something else."""

from __future__ import annotations

from simulator.engine.cluster_autoscaler.actuation import STATUS
from simulator.engine.cluster_autoscaler.cluster_state import COMPONENT
from simulator.engine.cluster_autoscaler.expander import PRIORITIES
from simulator.engine.cluster_autoscaler.settings import WHERE
from simulator.engine.journal import Change
from simulator.engine.objects import (
    annotations_of,
    condition,
    is_condition_true,
    is_deleting,
    labels_of,
    spec_of,
    status_of,
)
from simulator.engine.pods import is_terminal
from simulator.engine.registry import Body


def concerns(change: Change) -> bool:
    """False for what no scan looks at."""
    if change.resource == "configmaps":
        return change.key in (WHERE, PRIORITIES) and change.key != STATUS
    if change.operation != "MODIFIED" or change.before is None:
        return True
    look = _LOOKS.get(change.resource)
    if look is None:
        return True
    return look(change.before) != look(change.body) and not _is_own(change)


def _is_own(change: Change) -> bool:
    """Taints that the autoscaler puts down change nothing that it looks at."""
    return change.resource == "nodes" and change.cause.component == COMPONENT


def _pod(pod: Body) -> tuple[object, ...]:
    scheduled, status = condition(pod, "PodScheduled") or {}, status_of(pod)
    return (
        spec_of(pod),
        labels_of(pod),
        annotations_of(pod),
        is_deleting(pod),
        is_terminal(pod),
        scheduled.get("status"),
        scheduled.get("reason"),
        status.get("nominatedNodeName"),
    )


def _node(node: Body) -> tuple[object, ...]:
    return (
        spec_of(node),
        labels_of(node),
        annotations_of(node).get("cluster-autoscaler.kubernetes.io/scale-down-disabled"),
        is_condition_true(node, "Ready"),
        status_of(node).get("allocatable"),
    )


def _budget(budget: Body) -> tuple[object, ...]:
    return spec_of(budget), status_of(budget).get("disruptionsAllowed")


def _daemon_set(daemon_set: Body) -> tuple[object, ...]:
    return (spec_of(daemon_set),)


_LOOKS = {
    "pods": _pod,
    "nodes": _node,
    "poddisruptionbudgets.policy": _budget,
    "daemonsets.apps": _daemon_set,
}
