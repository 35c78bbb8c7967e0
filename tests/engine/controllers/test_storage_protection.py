"""Claims and volumes that are in use stay until nobody uses them any more."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.pv_protection import PVProtectionController
from simulator.engine.controllers.pvc_protection import PVCProtectionController
from simulator.engine.objects import timestamp
from simulator.engine.registry import KINDS, Body, Kind
from simulator.engine.world import World

NOW = 1_700_000_000 * SECOND
CLAIM, VOLUME = "kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"


class StorageKinds:
    """The two kinds, plain, and the built-in ones."""

    plain = {
        kind.resource: kind
        for kind in (
            Kind(group="", version="v1", kind="PersistentVolumeClaim", plural="persistentvolumeclaims"),
            Kind(group="", version="v1", kind="PersistentVolume", plural="persistentvolumes", namespaced=False),
        )
    }

    def __getitem__(self, resource: str) -> Kind:
        return self.plain.get(resource) or KINDS[resource]


def world() -> World:
    made = World(seed=1, now=NOW)
    made.kinds = StorageKinds()  # type: ignore[assignment]
    return made


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
    cluster = world()
    PVCProtectionController(cluster)
    held = leaving(claim, CLAIM, "default", spec={})
    if "ephemeral" in body["spec"]["volumes"][0]:
        held["metadata"]["ownerReferences"] = OWNED
    cluster.load("persistentvolumeclaims", held)
    cluster.load("pods", body)
    cluster.clock.at(PVCProtectionController.name, f"default/{claim}", NOW)
    cluster.clock.run_until(NOW)
    assert (cluster.get("persistentvolumeclaims", "default", claim) is not None) == is_kept


@pytest.mark.parametrize(("phase", "is_kept"), [("Bound", True), ("Released", False), ("Available", False)])
def test_who_keeps_a_volume(phase: str, is_kept: bool) -> None:
    cluster = world()
    PVProtectionController(cluster)
    cluster.load("persistentvolumes", leaving("disk", VOLUME, status={"phase": phase}, spec={}))
    cluster.clock.at(PVProtectionController.name, "disk", NOW)
    cluster.clock.run_until(NOW)
    assert (cluster.get("persistentvolumes", "", "disk") is not None) == is_kept
