"""A StatefulSet as one reconcile sees it: its pods by ordinal, those that are too many, its revisions.

Follows the first half of updateStatefulSet in pkg/controller/statefulset/stateful_set_control.go and
newVersionedStatefulSetPod and getStatefulSetMaxUnavailable in stateful_set_utils.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from simulator.engine.controllers.controller_history import template_in
from simulator.engine.controllers.int_or_percent import scaled
from simulator.engine.controllers.statefulset.history import Revisions
from simulator.engine.controllers.statefulset.identity import new_pod, ordinal_of, ordinals
from simulator.engine.objects import get_in, is_deleting, name_of, status_of
from simulator.engine.pods import is_available, is_ready, phase
from simulator.engine.registry import Body, Instant


class Plan(NamedTuple):
    """replicas: one for each ordinal, those that are not there yet as they are to be made.

    Where pods come one at a time, only the first that is missing is among them: nobody gets beyond it.

    condemned: those of other ordinals, the highest first.
    """

    sts: Body
    revisions: Revisions
    replicas: list[Body]
    condemned: list[Body]
    now: Instant

    @property
    def patience(self) -> int:
        """Seconds for which a pod must be ready before it counts as available."""
        return self.sts["spec"].get("minReadySeconds") or 0

    @property
    def in_order(self) -> bool:
        """True if one pod comes or goes at a time."""
        return bool(self.sts["spec"].get("podManagementPolicy") != "Parallel")

    @property
    def partition(self) -> int:
        """How many of the first pods keep the current revision during an update."""
        return int(get_in(self.sts, "spec", "updateStrategy", "rollingUpdate", "partition", default=0))

    @property
    def most_unavailable(self) -> int:
        return most_unavailable(self.sts)

    def is_settled(self, pod: Body) -> bool:
        """True if the pod runs and is ready, and has been for long enough."""
        return is_created(pod) and phase(pod) == "Running" and is_ready(pod) and self.is_available(pod)

    def is_available(self, pod: Body) -> bool:
        return is_available(pod, self.patience, self.now)

    def is_unavailable(self, pod: Body) -> bool:
        return not self.is_available(pod) or is_deleting(pod)

    def first_unavailable(self) -> Body | None:
        """The pod that scaling down may take though others must be available: the first in order of ordinals."""
        for pod in (*self.replicas, *reversed(self.condemned)):
            if self.is_unavailable(pod):
                return pod
        return None


def made(sts: Body, revisions: Revisions, pods: Sequence[Body], now: Instant) -> Plan:
    """Sorts the pods by what shall become of them."""
    wanted = ordinals(sts)
    found = {ordinal_of(pod): pod for pod in pods if ordinal_of(pod) in wanted}
    missing = [ordinal for ordinal in wanted if ordinal not in found]
    if sts["spec"].get("podManagementPolicy") != "Parallel":
        missing = missing[:1]
    found |= {ordinal: _missing(sts, revisions, ordinal) for ordinal in missing}
    condemned = [pod for pod in pods if ordinal_of(pod) >= 0 and ordinal_of(pod) not in wanted]
    return Plan(
        sts,
        revisions,
        [found[ordinal] for ordinal in wanted if ordinal in found],
        sorted(condemned, key=ordinal_of, reverse=True),
        now,
    )


def most_unavailable(sts: Body) -> int:
    """How many pods an update may keep unavailable at a time.

    A percentage is rounded down, but never to 0: so upstream's code does, though its API page says up.
    """
    rolling = get_in(sts, "spec", "updateStrategy", "rollingUpdate", default=None) or {}
    return max(scaled(rolling.get("maxUnavailable", 1), sts["spec"]["replicas"], round_up=False), 1)


def is_created(pod: Body) -> bool:
    """True for a pod that the API server knows."""
    return bool(status_of(pod).get("phase"))


def _missing(sts: Body, revisions: Revisions, ordinal: int) -> Body:
    revision = revisions.current if _stays_current(sts, ordinal) else revisions.update
    return new_pod(sts, template_in(revision), name_of(revision), ordinal)


def _stays_current(sts: Body, ordinal: int) -> bool:
    """True if the pod of this ordinal is not to be updated yet."""
    strategy, start = sts["spec"].get("updateStrategy") or {}, ordinals(sts).start
    rolling = strategy.get("rollingUpdate")
    if rolling is not None:
        return ordinal < start + int(rolling.get("partition") or 0)
    held = status_of(sts).get("currentReplicas") or 0
    return strategy.get("type") == "RollingUpdate" and ordinal < start + int(held)
