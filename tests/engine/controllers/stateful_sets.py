"""What the tests of StatefulSets ask of a rig: the pods of `web`, its figures, and what happened to its pods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulator.engine.objects import is_deleting, name_of
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig

STS = "statefulsets.apps"
BOTH = pytest.mark.parametrize("policy", ["OrderedReady", "Parallel"])
POLICIES = pytest.mark.parametrize(
    "retention",
    [(scaled, deleted) for scaled in ("Retain", "Delete") for deleted in ("Retain", "Delete")],
    ids="-".join,
)


def names(rig: Rig) -> list[str]:
    return [name_of(pod) for pod in rig.pods()]


def images(rig: Rig) -> list[str]:
    return [pod["spec"]["containers"][0]["image"] for pod in rig.pods()]


def status(rig: Rig) -> Body:
    held: Body = rig.get(STS, "web")["status"]
    return held


def figures(rig: Rig) -> tuple[int, ...]:
    """replicas, ready, available, current, updated."""
    keys = ("replicas", "readyReplicas", "availableReplicas", "currentReplicas", "updatedReplicas")
    return tuple(status(rig).get(key, 0) for key in keys)


def keeping(retention: tuple[str, str]) -> dict[str, Any]:
    return {"persistentVolumeClaimRetentionPolicy": {"whenScaled": retention[0], "whenDeleted": retention[1]}}


def history(rig: Rig) -> Iterator[tuple[str, str]]:
    """What happened to pods since the last call, their readiness left out: (`+` or `-`, name)."""
    for change in rig.world.drain().changes:
        if change.resource != "pods":
            continue
        if change.before is None:
            yield "+", change.key.name
        elif not is_deleting(change.before) and (change.operation == "DELETED" or is_deleting(change.body)):
            yield "-", change.key.name


def ready_one_by_one(rig: Rig) -> bool:
    """True if never, since the last call, a pod was made while one before it was not ready."""
    ready: set[str] = set()
    for change in rig.world.drain().changes:
        if change.resource == "pods" and change.operation == "ADDED":
            ordinal = int(change.key.name.rpartition("-")[2])
            if any(f"web-{before}" not in ready for before in range(ordinal)):
                return False
        if change.resource == "pods":
            conditions = change.body["status"].get("conditions") or ()
            if any(one["type"] == "Ready" and one["status"] == "True" for one in conditions):
                ready.add(change.key.name)
    return True
