"""How many pods a rollout may have, must keep, and gives to each ReplicaSet: arithmetic on bodies, nothing else.

Follows pkg/controller/deployment/util/deployment_util.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import copysign

from simulator.engine.controllers.int_or_percent import scaled
from simulator.engine.objects import annotations_of, get_in, status_of
from simulator.engine.registry import Body

DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"


def fenceposts(surge: int | str | None, unavailable: int | str | None, desired: int) -> tuple[int, int]:
    """(surge, unavailable) in pods. Both may round to 0, which would never move: then one pod may be unavailable."""
    more, fewer = scaled(surge, desired, round_up=True), scaled(unavailable, desired, round_up=False)
    return more, (1 if more == 0 and fewer == 0 else fewer)


def is_rolling(deployment: Body) -> bool:
    return bool(get_in(deployment, "spec", "strategy", "type", default="RollingUpdate") == "RollingUpdate")


def _limits(deployment: Body) -> tuple[int, int]:
    rolling = get_in(deployment, "spec", "strategy", "rollingUpdate", default={})
    return fenceposts(rolling.get("maxSurge"), rolling.get("maxUnavailable"), wanted(deployment))


def max_surge(deployment: Body) -> int:
    return _limits(deployment)[0] if is_rolling(deployment) else 0


def max_unavailable(deployment: Body) -> int:
    if not is_rolling(deployment) or wanted(deployment) == 0:
        return 0
    return min(_limits(deployment)[1], wanted(deployment))


def wanted(body: Body) -> int:
    """spec.replicas of a Deployment or a ReplicaSet."""
    return int(body["spec"]["replicas"])


def wanted_of(replicasets: Iterable[Body]) -> int:
    return sum(wanted(rs) for rs in replicasets)


def counted(replicasets: Iterable[Body], figure: str = "replicas") -> int:
    """The sum of a figure of the status (`replicas`, `readyReplicas`, `availableReplicas`)."""
    return sum(status_of(rs).get(figure, 0) for rs in replicasets)


def active(replicasets: Iterable[Body]) -> list[Body]:
    return [rs for rs in replicasets if wanted(rs) > 0]


def new_size(deployment: Body, new: Body, everyone: Iterable[Body]) -> int:
    """The size that the new ReplicaSet may have now."""
    if not is_rolling(deployment):
        return wanted(deployment)
    surge = get_in(deployment, "spec", "strategy", "rollingUpdate", "maxSurge")
    most = wanted(deployment) + scaled(surge, wanted(deployment), round_up=True)
    present = wanted_of(everyone)
    if present >= most:
        return wanted(new)
    return wanted(new) + min(most - present, wanted(deployment) - wanted(new))


def is_saturated(deployment: Body, new: Body | None) -> bool:
    """True if the new ReplicaSet has all the pods, and they are available."""
    if new is None:
        return False
    desired = annotation(new, DESIRED_REPLICAS)
    size = wanted(deployment)
    return wanted(new) == size and desired == size and status_of(new).get("availableReplicas", 0) == size


def annotation(rs: Body, name: str) -> int | None:
    """A figure that the controller left on a ReplicaSet; None if it is not there or no figure."""
    text = annotations_of(rs).get(name, "")
    return int(text) if text.isdecimal() else None


def proportion(rs: Body, deployment: Body, to_add: int, added: int) -> int:
    """The part of `to_add` pods (negative: to take away) that falls to one ReplicaSet, after `added` were given."""
    if wanted(rs) == 0 or to_add == 0 or to_add == added:
        return 0
    fraction, allowed = _fraction(rs, deployment), to_add - added
    return min(fraction, allowed) if to_add > 0 else max(fraction, allowed)


def _fraction(rs: Body, deployment: Body) -> int:
    if wanted(deployment) == 0:
        return -wanted(rs)
    before = annotation(rs, MAX_REPLICAS) or status_of(deployment).get("replicas", 0)
    if before == 0:
        return 0
    size = wanted(rs) * (wanted(deployment) + max_surge(deployment)) / before
    return int(size + copysign(0.5, size)) - wanted(rs)
