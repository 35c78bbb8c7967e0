"""Which pods of a node would have to move, and which of them keep it from being taken away.

Follows cluster-autoscaler/simulator/drainability/rules and utils/drain/drain.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine import disruption_budgets
from simulator.engine.clock import SECOND
from simulator.engine.cluster_autoscaler.settings import Settings
from simulator.engine.objects import (
    annotations_of,
    controller_of,
    instant_of,
    labels_of,
    name_of,
    namespace_of,
    uid_of,
)
from simulator.engine.pods import phase
from simulator.engine.registry import Bodies, Body, Instant
from simulator.engine.world import World

SAFE = "cluster-autoscaler.kubernetes.io/safe-to-evict"
_SAFE_VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"
_MIRROR = "kubernetes.io/config.mirror"
_EXTRA = 30 * SECOND
_CONTROLLERS = {
    "ReplicationController": "replicationcontrollers",
    "ReplicaSet": "replicasets.apps",
    "StatefulSet": "statefulsets.apps",
    "Job": "jobs.batch",
}


class Blocked(NamedTuple):
    """A pod that keeps its node: upstream's reason, and its words."""

    pod: Body
    reason: str
    message: str


class Drain(NamedTuple):
    """The pods that have to move, those of DaemonSets, and the one that does not let them."""

    pods: Bodies
    daemons: Bodies
    blocked: Blocked | None


class Budgets:
    """How many disruptions each budget has left, while removals are tried one after the other."""

    def __init__(self, world: World) -> None:
        self._held = world.list(disruption_budgets.RESOURCE)
        self._left = {uid_of(one): (one.get("status") or {}).get("disruptionsAllowed", 0) for one in self._held}

    def of(self, pod: Body) -> Bodies:
        same = (one for one in self._held if namespace_of(one) == namespace_of(pod))
        return [one for one in same if disruption_budgets.selects(one, labels_of(pod))]

    def short(self, pods: Bodies) -> Body | None:
        """The first pod of these for which a budget has nothing left."""
        left = dict(self._left)
        for pod in pods:
            for budget in self.of(pod):
                if left[uid_of(budget)] < 1:
                    return pod
                left[uid_of(budget)] -= 1
        return None

    def spend(self, pods: Bodies) -> None:
        for pod in pods:
            for budget in self.of(pod):
                self._left[uid_of(budget)] -= 1


def is_mirror(pod: Body) -> bool:
    return _MIRROR in annotations_of(pod)


def is_daemon(pod: Body) -> bool:
    return (controller_of(pod) or {}).get("kind") == "DaemonSet" or (
        annotations_of(pod).get("cluster-autoscaler.kubernetes.io/daemonset-pod") == "true"
    )


def gone_by(pod: Body) -> Instant | None:
    """After which instant a pod that is deleted should have been gone for half a minute."""
    deleted = pod["metadata"].get("deletionTimestamp")
    if deleted is None:
        return None
    grace = pod["spec"].get("terminationGracePeriodSeconds")
    return instant_of(deleted) + (30 if grace is None else grace) * SECOND + _EXTRA


def is_long_terminating(pod: Body, now: Instant) -> bool:
    end = gone_by(pod)
    return end is not None and end < now


def drain(world: World, settings: Settings, pods: Bodies, budgets: Budgets) -> Drain:
    """What becomes of the pods of a node that is taken away. Follows GetPodsToMove."""
    moving: Bodies = []
    daemons: Bodies = []
    for pod in pods:
        if is_mirror(pod) or is_long_terminating(pod, world.now):
            continue
        if is_daemon(pod):
            daemons.append(pod)
            continue
        if annotations_of(pod).get(SAFE) != "true" and not _is_over(pod):
            blocked = _blocked(world, settings, pod, budgets)
            if blocked is not None:
                return Drain([], [], blocked)
        moving.append(pod)
    short = budgets.short(moving)
    if short is not None:
        budget = name_of(budgets.of(short)[0])
        said = f"not enough pod disruption budget to move {namespace_of(short)}/{name_of(short)}: {budget}"
        return Drain([], [], Blocked(short, "NotEnoughPdb", said))
    return Drain(moving, daemons, None)


def _blocked(world: World, settings: Settings, pod: Body, budgets: Budgets) -> Blocked | None:
    name, place = name_of(pod), f"{namespace_of(pod)}/{name_of(pod)}"
    owner = controller_of(pod)
    resource = _CONTROLLERS.get(owner["kind"]) if owner else None
    if owner and resource and world.get(resource, namespace_of(pod), owner["name"]) is None:
        said = f"{owner['kind']} for {place} is not available"
        return Blocked(pod, "ControllerNotFound", said)
    if owner is None or (resource is None and settings.is_on("skip-nodes-with-custom-controller-pods")):
        return Blocked(pod, "NotReplicated", f"{place} is not replicated")
    is_system = namespace_of(pod) == "kube-system" and settings.is_on("skip-nodes-with-system-pods")
    if is_system and not budgets.of(pod):
        said = f"non-daemonset, non-mirrored, non-pdb-assigned kube-system pod present: {name}"
        return Blocked(pod, "UnmovableKubeSystemPod", said)
    if settings.is_on("skip-nodes-with-local-storage") and has_local_storage(pod):
        return Blocked(pod, "LocalStorageRequested", f"pod with local storage present: {name}")
    if annotations_of(pod).get(SAFE) == "false":
        return Blocked(pod, "NotSafeToEvictAnnotation", f"pod annotated as not safe to evict present: {name}")
    return None


def has_local_storage(pod: Body) -> bool:
    """Whether a pod keeps something on its node that it would lose."""
    named = annotations_of(pod).get(_SAFE_VOLUMES, "")
    safe = {one.strip() for one in named.split(",")}
    return any(
        (volume.get("hostPath") is not None or _is_on_disk(volume)) and volume.get("name") not in safe
        for volume in pod["spec"].get("volumes") or ()
    )


def _is_on_disk(volume: Body) -> bool:
    """Of emptyDir, what is in memory is lost as gladly as a process's own."""
    return volume.get("emptyDir") is not None and volume["emptyDir"].get("medium") != "Memory"


def _is_over(pod: Body) -> bool:
    policy, state = pod["spec"].get("restartPolicy"), phase(pod)
    if policy == "Never" and state in ("Succeeded", "Failed"):
        return True
    return (policy == "OnFailure" and state == "Succeeded") or state == "Failed"
