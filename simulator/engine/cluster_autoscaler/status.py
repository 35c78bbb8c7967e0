"""What the autoscaler says of itself: the ConfigMap `cluster-autoscaler-status`.

Follows cluster-autoscaler/clusterstate/{api/types.go,utils/status.go} and GetStatus of clusterstate.go, v1.34. Upstream
writes it at each scan; here it is written when it says something else but the time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from simulator.engine import node_groups
from simulator.engine.causes import _
from simulator.engine.cluster_autoscaler.actuation import STATUS
from simulator.engine.cluster_autoscaler.cluster_state import Readiness
from simulator.engine.objects import is_condition_true, name_of, timestamp

if TYPE_CHECKING:
    from simulator.engine.cluster_autoscaler.autoscaler import Scan

_UPDATED = "cluster-autoscaler.kubernetes.io/last-updated"

Part = dict[str, Any]


def show(scan: Scan) -> None:
    """Writes the status if it is another than before."""
    shown, memory, world = _said(scan), scan.state.memory, scan.world
    held = world.get("configmaps", *STATUS)
    if memory.get("shown") == shown and held is not None:
        return
    since = dict(memory["since"])
    before = _statuses(memory.get("shown") or {})
    for place, status in _statuses(shown).items():
        if before.get(place) != status:
            since[place] = scan.now
    memory["since"] = {place: one for place, one in since.items() if place in _statuses(shown)}
    memory["shown"] = shown
    text = yaml.safe_dump(_timed(shown, memory["since"], scan.now), sort_keys=False, default_flow_style=False)
    written = f"{timestamp(scan.now).replace('T', ' ').removesuffix('Z')} +0000 UTC"
    meta = {"namespace": STATUS.namespace, "name": STATUS.name}
    cause = scan.owner.cause("WriteStatusConfigMap", _("The cluster autoscaler says how it stands."))
    if held is None:
        meta_of_new = {**meta, "annotations": {_UPDATED: written}}
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta_of_new, "data": {"status": text}}
        world.create("configmaps", body, cause)
        return
    annotations = {**(held["metadata"].get("annotations") or {}), _UPDATED: written}
    new = {**held, "metadata": {**held["metadata"], "annotations": annotations}, "data": {"status": text}}
    world.update("configmaps", new, cause)


def _said(scan: Scan) -> Part:
    """The status without times."""
    state = scan.state
    unneeded = [one.node for one in scan.planner.found] if scan.planner is not None else []
    groups = []
    for name, group in state.groups.items():
        mine = sum(node_groups.group_of(node) == name for node in unneeded)
        up = "Backoff" if state.is_backed_off(name) else "InProgress" if _grows(scan, name) else "NoActivity"
        groups.append(
            {
                "name": name,
                "health": {
                    "status": "Healthy" if state.is_healthy(name) else "Unhealthy",
                    "nodeCounts": _counts(state.readiness[name], scan),
                    "cloudProviderTarget": node_groups.target(group),
                    "minSize": node_groups.minimum(group),
                    "maxSize": node_groups.maximum(group),
                },
                "scaleUp": {"status": up},
                "scaleDown": _candidates(mine),
            }
        )
    nodes = scan.world.list("nodes")
    grows = any(_grows(scan, name) for name in state.groups)
    return {
        "autoscalerStatus": "Running",
        "clusterWide": {
            "health": {
                "status": "Healthy" if state.is_cluster_healthy(nodes) else "Unhealthy",
                "nodeCounts": _counts(_all(scan), scan),
            },
            "scaleUp": {"status": "InProgress" if grows else "NoActivity"},
            "scaleDown": _candidates(len(unneeded)),
        },
        "nodeGroups": groups,
    }


def _grows(scan: Scan, name: str) -> bool:
    return name in scan.state.memory["requests"]


def _candidates(number: int) -> Part:
    return {"status": "CandidatesPresent", "candidates": number} if number else {"status": "NoCandidates"}


def _all(scan: Scan) -> Readiness:
    """The nodes of the whole cluster."""
    total = Readiness([], [], [], [], [])
    for held in scan.state.readiness.values():
        total.ready.extend(held.ready)
        total.unready.extend(held.unready)
        total.not_started.extend(held.not_started)
        total.deleted.extend(held.deleted)
        total.lost.extend(held.lost)
    others = [node for node in scan.world.list("nodes") if scan.state.group_of(node) is None]
    for node in others:
        (total.ready if is_condition_true(node, "Ready") else total.unready).append(node)
    return total


def _counts(held: Readiness, scan: Scan) -> Part:
    lost = set(held.lost)
    waiting = set(scan.state.memory["unregistered"]) - lost
    names = {name_of(node) for node in held.registered}
    registered: Part = {"total": len(names) + len(held.deleted), "ready": len(held.ready)}
    registered |= {"notStarted": len(held.not_started)}
    if held.deleted:
        registered["beingDeleted"] = len(held.deleted)
    if held.unready:
        registered["unready"] = {"total": len(held.unready), "resourceUnready": 0}
    groups = [scan.state.groups[name] for name, one in scan.state.readiness.items() if one is held]
    mine = {name for one in groups for name in node_groups.instances(one)} if groups else waiting
    return {"registered": registered, "longUnregistered": len(lost), "unregistered": len(waiting & mine)}


def _statuses(shown: Part) -> dict[str, str]:
    """Each `status` by its place."""
    parts = {"": shown.get("clusterWide") or {}, **{one["name"]: one for one in shown.get("nodeGroups") or ()}}
    return {
        f"{name}/{kind}": one[kind]["status"]
        for name, one in parts.items()
        for kind in ("health", "scaleUp", "scaleDown")
        if kind in one
    }


def _timed(shown: Part, since: dict[str, int], now: int) -> Part:
    """The status with the times of a look at `now`."""

    def timed(name: str, part: Part) -> Part:
        return {
            kind: {
                **held,
                "lastProbeTime": timestamp(now),
                "lastTransitionTime": timestamp(since[f"{name}/{kind}"]),
            }
            if kind in ("health", "scaleUp", "scaleDown")
            else held
            for kind, held in part.items()
        }

    return {
        "time": timestamp(now),
        "autoscalerStatus": shown["autoscalerStatus"],
        "clusterWide": timed("", shown["clusterWide"]),
        "nodeGroups": [timed(one["name"], one) for one in shown["nodeGroups"]],
    }
