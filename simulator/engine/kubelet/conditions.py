"""The conditions of a pod that the kubelet owns. Follows pkg/kubelet/status/generate.go, v1.34."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..objects import timestamp
from ..pods import is_sidecar
from ..registry import Body, Instant

OWNED = frozenset(
    {"PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"}
    | {"PodResizePending", "PodResizeInProgress"}
)
_Verdict = tuple[str, str, str]
_TRUE: _Verdict = ("True", "", "")


def of(
    pod: Body,
    statuses: Mapping[str, Body],
    phase: str,
    *,
    sandbox: bool,
    resizes: Iterable[tuple[str, str, str, int]],
    now: Instant,
) -> list[Body]:
    """All conditions: those of others first, then the kubelet's. Times of those that did not change are kept.

    resizes: (type, reason, message, generation) of those that are there only while a resize is under way.
    """
    old = {one["type"]: one for one in (pod.get("status") or {}).get("conditions") or ()}
    others = [one for kind, one in old.items() if kind not in OWNED]
    containers = _containers_ready(pod["spec"], statuses, phase)
    verdicts: tuple[tuple[str, _Verdict], ...] = (
        ("PodReadyToStartContainers", _TRUE if sandbox else ("False", "", "")),
        ("Initialized", _initialized(pod["spec"], statuses, phase)),
        ("Ready", _ready(pod["spec"], old, containers)),
        ("ContainersReady", containers),
        ("PodScheduled", _TRUE),
    )
    generation = pod["metadata"].get("generation")
    changing = [
        _condition(kind, ("True", reason, message), old.get(kind), asked, now)
        for kind, reason, message, asked in resizes
    ]
    return [
        *others,
        *changing,
        *(_condition(kind, verdict, old.get(kind), generation, now) for kind, verdict in verdicts),
    ]


def _condition(kind: str, verdict: _Verdict, old: Body | None, generation: int | None, now: Instant) -> Body:
    status, reason, message = verdict
    unchanged = old is not None and old["status"] == status
    new: Body = {
        "lastProbeTime": None,
        "lastTransitionTime": old["lastTransitionTime"] if old is not None and unchanged else timestamp(now),
    }
    if message:
        new["message"] = message
    if generation:
        new["observedGeneration"] = generation
    if reason:
        new["reason"] = reason
    new["status"] = status
    new["type"] = kind
    return new


def _containers_ready(spec: Body, statuses: Mapping[str, Body], phase: str) -> _Verdict:
    if phase == "Succeeded":
        return "False", "PodCompleted", ""
    if phase == "Failed":
        return "False", "PodFailed", ""
    counted = [one["name"] for one in spec.get("initContainers") or () if is_sidecar(one)]
    counted += [one["name"] for one in spec["containers"]]
    unready = [name for name in counted if not statuses[name]["ready"]]
    if unready:
        return "False", "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"
    return _TRUE


def _ready(spec: Body, conditions: Mapping[str, Body], containers: _Verdict) -> _Verdict:
    if containers[0] != "True" or not spec.get("readinessGates"):
        return containers
    faults = []
    for gate in spec["readinessGates"]:
        kind = gate["conditionType"]
        found = conditions.get(kind)
        if found is None:
            faults.append(f'corresponding condition of pod readiness gate "{kind}" does not exist.')
        elif found["status"] != "True":
            faults.append(f'the status of pod readiness gate "{kind}" is not "True", but {found["status"]}')
    return ("False", "ReadinessGatesNotReady", ", ".join(faults)) if faults else _TRUE


def _initialized(spec: Body, statuses: Mapping[str, Body], phase: str) -> _Verdict:
    """A pod of which a container proper has started is initialized, even while its sidecars start again."""
    if phase == "Succeeded":
        return "True", "PodCompleted", ""
    if any("waiting" not in statuses[one["name"]]["state"] for one in spec["containers"]):
        return _TRUE
    incomplete = [
        one["name"]
        for one in spec.get("initContainers") or ()
        if not statuses[one["name"]]["started" if is_sidecar(one) else "ready"]
    ]
    if incomplete:
        return "False", "ContainersNotInitialized", f"containers with incomplete status: [{' '.join(incomplete)}]"
    return _TRUE
