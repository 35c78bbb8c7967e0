"""Claims and volumes that are in use stay until nobody uses them any more."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.pv_protection import PVProtectionController
from simulator.engine.controllers.pvc_protection import PVCProtectionController
from simulator.engine.objects import timestamp
from simulator.engine.registry import Body
from simulator.engine.world import World

NOW = 1_700_000_000 * SECOND
CLAIM, VOLUME = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"


def leaving(name: str, finalizer: str, namespace: str = "", **more: Any) -> Body:
    meta = {"name": name, "uid": f"uid-{name}", "finalizers": [finalizer], "deletionTimestamp": timestamp(NOW)}
    return {
        "metadata": {**meta, "namespace": namespace, "resourceVersion": "1", "deletionGracePeriodSeconds": 0},
        **more,
    }


def pod(volume: Body, node: str = "node-0", phase: str = "Running") -> Body:
    return {
        "metadata": {"name": "web", "namespace": "default", "uid": "uid-web", "resourceVersion": "1"},
        "spec": {"nodeName": node, "volumes": [{"name": "data", **volume}]},
        "status": {"phase": phase},
    }


NAMED = {"persistentVolumeClaim": {"claimName": "disk"}}
OWNED = [{"kind": "Pod", "name": "web", "uid": "uid-web", "controller": True}]


@pytest.mark.parametrize(
    ("claim", "body", "is_kept"),
    [
        ("disk", pod(NAMED), True),
        ("disk", pod({"persistentVolumeClaim": {"claimName": "other"}}), False),
        ("disk", pod(NAMED, node=""), False),
        ("disk", pod(NAMED, phase="Succeeded"), True),
        ("web-data", pod({"ephemeral": {"volumeClaimTemplate": {}}}), True),
        ("web-data", pod({"ephemeral": {"volumeClaimTemplate": {}}}, phase="Failed"), False),
    ],
)
def test_who_keeps_a_claim(claim: str, body: Body, is_kept: bool) -> None:
    world = World(seed=1, now=NOW)
    if "persistentvolumeclaims" not in world.kinds:
        pytest.skip("there are no claims yet")
    PVCProtectionController(world)
    held = leaving(claim, CLAIM, "default", spec={})
    if "ephemeral" in body["spec"]["volumes"][0]:
        held["metadata"]["ownerReferences"] = OWNED
    world.load("persistentvolumeclaims", held)
    world.load("pods", body)
    world.clock.at(PVCProtectionController.name, f"default/{claim}", NOW)
    world.clock.run_until(NOW)
    assert (world.get("persistentvolumeclaims", "default", claim) is not None) == is_kept


@pytest.mark.parametrize(("phase", "is_kept"), [("Bound", True), ("Released", False), ("Available", False)])
def test_who_keeps_a_volume(phase: str, is_kept: bool) -> None:
    world = World(seed=1, now=NOW)
    if "persistentvolumes" not in world.kinds:
        pytest.skip("there are no volumes yet")
    PVProtectionController(world)
    world.load("persistentvolumes", leaving("disk", VOLUME, status={"phase": phase}, spec={}))
    world.clock.at(PVProtectionController.name, "disk", NOW)
    world.clock.run_until(NOW)
    assert (world.get("persistentvolumes", "", "disk") is not None) == is_kept
