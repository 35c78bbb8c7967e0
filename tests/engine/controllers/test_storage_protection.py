"""Claims and volumes that are in use stay until nobody uses them any more.

The cases are those of pkg/controller/volume/{pvcprotection,pvprotection}/*_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from simulator.engine import errors
from simulator.engine.clock import SECOND
from simulator.engine.controllers.pv_protection import PVProtectionController
from simulator.engine.controllers.pvc_protection import PVCProtectionController
from simulator.engine.objects import timestamp
from simulator.engine.registry import KINDS, Body, Kind
from simulator.engine.world import World

from .rig import USER, Rig

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


@pytest.mark.parametrize(
    ("resource", "controller", "finalizer"),
    [
        pytest.param("persistentvolumeclaims", PVCProtectionController, CLAIM, id="claim"),
        pytest.param("persistentvolumes", PVProtectionController, VOLUME, id="volume"),
    ],
)
@pytest.mark.parametrize("failures", [0, 2], ids=["", "update fails -> controller retries"])
@pytest.mark.parametrize(
    ("is_leaving", "is_protected", "is_written"),
    [
        pytest.param(False, False, True, id="without finalizer -> finalizer is added"),
        pytest.param(False, True, False, id="with finalizer -> no action"),
        pytest.param(True, True, True, id="deleted with finalizer -> finalizer is removed"),
        pytest.param(True, False, False, id="deleted without finalizer -> no action"),
    ],
)
def test_finalizers(
    resource: str,
    controller: Any,
    finalizer: str,
    failures: int,
    is_leaving: bool,
    is_protected: bool,
    is_written: bool,
) -> None:
    cluster = world()
    controller(cluster)
    body = leaving("disk", finalizer, "default" if finalizer == CLAIM else "", spec={}, status={})
    meta = {**body["metadata"], "finalizers": ["a/b", *([finalizer] if is_protected else [])]}
    if not is_leaving:
        meta = {key: value for key, value in meta.items() if not key.startswith("deletion")}
    cluster.load(resource, {**body, "metadata": meta})
    update, tried = cluster.update, []

    def fail(*given: Any, **more: Any) -> Body:
        tried.append(given)
        if len(tried) <= failures:
            raise errors.forbidden(resource, "disk", "Mock error")
        return update(*given, **more)

    cluster.clock.at(controller.name, "default/disk" if finalizer == CLAIM else "disk", NOW)
    with patch.object(cluster, "update", fail):
        cluster.clock.run_until(NOW + SECOND)
    assert len(tried) == (failures + 1 if is_written else 0)
    held = cluster.get(resource, "default" if finalizer == CLAIM else "", "disk")
    assert held is not None
    assert (finalizer in held["metadata"]["finalizers"]) is not is_leaving


@pytest.mark.parametrize(("phase", "is_kept"), [("Bound", True), ("Released", False), ("Available", False)])
def test_who_keeps_a_volume(phase: str, is_kept: bool) -> None:
    cluster = world()
    PVProtectionController(cluster)
    cluster.load("persistentvolumes", leaving("disk", VOLUME, status={"phase": phase}, spec={}))
    cluster.clock.at(PVProtectionController.name, "disk", NOW)
    cluster.clock.run_until(NOW)
    assert (cluster.get("persistentvolumes", "", "disk") is not None) == is_kept


class Cluster(Rig):
    """A rig with the claim `disk`, which is on its way out if it is `leaving`."""

    def __init__(self, *, leaving: bool, finalizer: bool = True) -> None:
        super().__init__(1, kubelet=False)
        spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        finalizers = [CLAIM, "a/b"] if leaving else []
        meta = {"namespace": "default", "name": "disk", "finalizers": finalizers}
        self.user("web")
        self.create("persistentvolumeclaims", {"metadata": meta, "spec": spec})
        self.settle()
        if not finalizer:
            self.edit("persistentvolumeclaims", "disk", ("metadata", "finalizers"), ["a/b"])
        if leaving:
            self.delete("persistentvolumeclaims", "disk")
        self.settle()

    def user(self, name: str, claim: str = "disk", node: str = "node-0", phase: str = "Running") -> Body:
        volumes = [{"name": "d", "persistentVolumeClaim": {"claimName": claim}}, {"name": "e", "emptyDir": {}}]
        spec = {"containers": [{"name": "c", "image": "x"}], "volumes": volumes}
        held = self.create(
            "pods", {"metadata": {"namespace": "default", "name": name}, "spec": {**spec, "nodeName": node}}
        )
        return self.world.update_status("pods", {**held, "status": {"phase": phase}}, USER)

    def is_protected(self) -> bool:
        return CLAIM in (self.get("persistentvolumeclaims", "disk")["metadata"].get("finalizers") or ())


def test_a_claim_without_its_finalizer_gets_it() -> None:
    rig = Cluster(leaving=False, finalizer=False)
    assert rig.is_protected()


def test_a_pod_that_ends_keeps_its_claim() -> None:
    rig = Cluster(leaving=True)
    assert rig.is_protected()
    rig.world.update_status("pods", {**rig.get("pods", "web"), "status": {"phase": "Succeeded"}}, USER)
    rig.settle()
    assert rig.is_protected(), "updated finished Pod -> finalizer is not removed"


@pytest.mark.parametrize(
    ("again", "kept"),
    [
        pytest.param(None, False, id="deleted running Pod -> finalizer is removed"),
        pytest.param("other", False, id="pod of the same name, old pod used deleted PVC -> finalizer is removed"),
        pytest.param("disk", True, id="pod of the same name, both pods reference deleted PVC -> it is not removed"),
    ],
)
def test_a_pod_that_goes(again: str | None, kept: bool) -> None:
    rig = Cluster(leaving=True)
    rig.delete("pods", "web", grace=0)
    if again:
        rig.user("web", again)
    rig.settle()
    assert rig.is_protected() is kept


def test_the_old_pod_used_a_claim_that_stays() -> None:
    rig = Cluster(leaving=False)
    rig.delete("pods", "web", grace=0)
    rig.user("web", "other")
    rig.settle()
    assert rig.is_protected()


@pytest.mark.parametrize(
    ("node", "kept"),
    [
        pytest.param("", False, id="updated unscheduled Pod -> finalizer is removed"),
        pytest.param("node-0", True, id="pod update from unscheduled to scheduled -> finalizer is not removed"),
    ],
)
def test_a_pod_that_was_not_scheduled(node: str, kept: bool) -> None:
    rig = Cluster(leaving=True)
    rig.delete("pods", "web", grace=0)
    rig.user("new", node="")
    if node:
        rig.edit("pods", "new", ("spec", "nodeName"), node)
    rig.settle()
    assert rig.is_protected() is kept
