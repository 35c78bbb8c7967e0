"""Budgets of pods whose owners are scaled, or are several.

The cases are those of pkg/controller/disruption/disruption_test.go, v1.34, whose controller is alone as well.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.disruption import DisruptionController
from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.objects import owner_reference, set_in, timestamp
from simulator.engine.registry import KINDS, Body
from tests.engine.controllers.rig import USER, Rig, make_ready, workload
from tests.engine.controllers.test_custom_resource_definitions import CRONTAB
from tests.engine.controllers.test_disruption import budget, figures

RC, STS, BUDGETS = "replicationcontrollers", "statefulsets.apps", "poddisruptionbudgets.policy"


def owned(rig: Rig, name: str, owner: Body, labels: dict[str, str], *, ready: bool = True) -> None:
    """A pod of an owner that nobody but it knows of."""
    made = rig.pod(name, labels, ownerReferences=[owner_reference(owner)])
    make_ready(rig.world, made, ready=ready)


class Still(Rig):
    """A rig in which only the budgets' controller is at work."""

    def _assemble(self) -> None:
        self.components = [DisruptionController(self.world)]
        for component in self.components:
            component.start()

    def owner(self, resource: str, replicas: int, name: str = "owner", labels: Any = None) -> Body:
        kind = KINDS[resource]
        body = workload(name, replicas=replicas)
        if resource == RC:
            body = set_in(body, ("spec", "selector"), labels or {"app": name})
        return {**self.create(resource, body), "apiVersion": kind.api_version, "kind": kind.kind}


@pytest.mark.parametrize(
    ("spec", "replicas", "wanted", "scaled_to", "then"),
    [
        pytest.param({"maxUnavailable": 2}, 7, (0, 1, 5, 7), 5, (0, 1, 3, 5), id="integer maxUnavailable"),
        pytest.param({"maxUnavailable": "30%"}, 7, (0, 1, 4, 7), 3, (0, 1, 2, 3), id="percentage maxUnavailable"),
        pytest.param({"minAvailable": "20%"}, 10, (0, 1, 2, 10), 5, (0, 1, 1, 5), id="percentage minAvailable"),
    ],
)
def test_scaling(spec: Body, replicas: int, wanted: tuple[int, ...], scaled_to: int, then: tuple[int, ...]) -> None:
    rig = Still(1)
    owner = rig.owner("replicasets.apps", replicas)
    owned(rig, "pod", owner, {"app": "web"})
    budget(rig, **spec)
    rig.settle()
    assert figures(rig) == wanted
    rig.edit("replicasets.apps", "owner", ("spec", "replicas"), scaled_to)
    rig.edit("pods", "pod", ("metadata", "labels"), {"app": "web", "more": "x"})
    rig.settle()
    assert figures(rig) == then


@pytest.mark.parametrize("resource", [RC, STS, "replicasets.apps", "deployments.apps"])
def test_pods_of_one_owner_come_one_by_one(resource: str) -> None:
    rig = Still(1)
    owner = rig.owner(resource, 3)
    if resource == "deployments.apps":
        above = [owner_reference(owner)]
        body = set_in(workload("rs", replicas=1), ("metadata", "ownerReferences"), above)
        made = rig.create("replicasets.apps", body)
        owner = {**made, "apiVersion": "apps/v1", "kind": "ReplicaSet"}
    budget(rig, minAvailable="34%")
    rig.settle()
    assert figures(rig) == (0, 0, 0, 0)
    for number, wanted in enumerate([(0, 1, 2, 3), (0, 2, 2, 3), (1, 3, 2, 3)]):
        owned(rig, f"foobar-{number}", owner, {"app": "web"})
        rig.settle()
        assert figures(rig) == wanted
    make_ready(rig.world, rig.pod("rogue", {"app": "web"}))
    rig.settle()
    assert figures(rig)[0] == 2


def test_two_owners_of_eleven() -> None:
    rig = Still(1)
    first = rig.owner(RC, 11, "first")
    budget(rig, minAvailable="28%")
    rig.settle()
    assert figures(rig) == (0, 0, 0, 0)
    for number in range(1, 12):
        owned(rig, f"quux-{number:02}", first, {"app": "web"}, ready=number > 6)
        rig.settle()
        healthy = max(number - 6, 0)
        assert figures(rig) == (max(healthy - 4, 0), healthy, 4, 11)
    second = rig.owner("replicasets.apps", 11, "second")
    for number in range(1, 12):
        owned(rig, f"quuux-{number:02}", second, {"app": "web"}, ready=number > 9)
        rig.settle()
        healthy = 5 + max(number - 9, 0)
        assert figures(rig) == (max(healthy - 7, 0), healthy, 7, 22)
    make_ready(rig.world, rig.get("pods", "quux-01"))
    rig.settle()
    assert figures(rig) == (1, 8, 7, 22)


@pytest.mark.parametrize(
    ("above", "expected"),
    [
        pytest.param(("extensions/v1", "Deployment"), 10, id="happy path"),
        pytest.param(("apps/v1", "Deployment"), 10, id="today's group"),
        pytest.param(("deployment/v1", "Deployment"), 5, id="invalid deployment apiVersion"),
        pytest.param(("extensions/v1", "InvalidKind"), 5, id="invalid deployment kind"),
    ],
)
def test_whose_size_counts_for_a_replica_set(above: tuple[str, str], expected: int) -> None:
    """TestDeploymentFinderFunction: what is no Deployment is passed over, and the ReplicaSet's own scale counts."""
    rig = Still(1)
    deployment = rig.owner("deployments.apps", 10)
    reference = {**owner_reference(deployment), "apiVersion": above[0], "kind": above[1]}
    made = rig.create(
        "replicasets.apps", set_in(workload("rs", replicas=5), ("metadata", "ownerReferences"), [reference])
    )
    owned(rig, "pod", {**made, "apiVersion": "apps/v1", "kind": "ReplicaSet"}, {"app": "web"})
    budget(rig, maxUnavailable=1)
    rig.settle()
    assert figures(rig) == (0, 1, expected - 1, expected)


@pytest.mark.parametrize(
    ("version", "kind", "name", "is_found"),
    [
        pytest.param("apps/v1", "ReplicaSet", "owner", True, id="replicaset controller with apps group"),
        pytest.param("invalid/v1", "ReplicaSet", "owner", False, id="replicaset controller with invalid group"),
        pytest.param("apps/v1", "ReplicationController", "owner", False, id="replicationcontroller, invalid group"),
        pytest.param("apps/v1", "StatefulSet", "owner", False, id="statefulset controller with invalid kind"),
        pytest.param("apps/v1", "ReplicaSet", "other", False, id="another name"),
    ],
)
def test_which_owners_are_found(version: str, kind: str, name: str, is_found: bool) -> None:
    """TestBasicFinderFunctions."""
    rig = Still(1)
    owner = rig.owner("replicasets.apps", 10)
    reference = {**owner, "apiVersion": version, "kind": kind, "metadata": {**owner["metadata"], "name": name}}
    owned(rig, "pod", reference, {"app": "web"})
    budget(rig, maxUnavailable=1)
    rig.run(0.05)
    found = rig.get(BUDGETS, "pdb")["status"]
    assert (found.get("expectedPods") == 10) is is_found
    assert (found["conditions"][0]["reason"] == "SyncFailed") is not is_found


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [
        pytest.param({"scale": {"specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"}},
                     (0, 4, 5, 10), id="resource implements scale"),
        pytest.param({}, None, id="resource does not implement scale"),
    ],
)  # fmt: skip
def test_an_owner_of_somebodys_own_kind(scale: Body, wanted: tuple[int, ...] | None) -> None:
    """TestScaleResource and TestScaleFinderNoResource."""
    rig = Rig(1, kubelet=False)
    versions = [{**one, "subresources": scale} for one in CRONTAB["spec"]["versions"]]
    rig.create(DEFINITIONS, set_in(CRONTAB, ("spec", "versions"), versions))
    rig.settle()
    meta = {"namespace": "default", "name": "owner"}
    made = rig.create("crontabs.stable.example.com", {"metadata": meta, "spec": {"replicas": 10}})
    for number in range(4):
        owner = {**made, "apiVersion": "stable.example.com/v1", "kind": "CronTab"}
        owned(rig, f"pod-{number}", owner, {"app": "web"})
    budget(rig, maxUnavailable=5)
    rig.run(0.5)
    if wanted is not None:
        assert figures(rig) == wanted
    else:
        told = rig.get(BUDGETS, "pdb")["status"]["conditions"][0]
        assert (told["reason"], told["message"]) == (
            "SyncFailed", "crontabs.stable.example.com does not implement the scale subresource"
        )  # fmt: skip


def test_conditions_of_others_stay() -> None:
    """TestKeepExistingPDBConditionDuringSync."""
    rig = Still(1)
    budget(rig, minAvailable=3)
    rig.settle()
    held = rig.get(BUDGETS, "pdb")
    other = {"type": "ExistingTestCondition", "status": "True", "reason": "Test", "message": "This is a test condition"}
    conditions = [*held["status"]["conditions"], {**other, "lastTransitionTime": timestamp(rig.world.now)}]
    rig.world.update_status(BUDGETS, set_in(held, ("status", "conditions"), conditions), USER)
    make_ready(rig.world, rig.pod("pod", {"app": "web"}))
    rig.settle()
    assert figures(rig) == (0, 1, 3, 1)
    assert [one["type"] for one in rig.get(BUDGETS, "pdb")["status"]["conditions"]] == [
        "DisruptionAllowed",
        "ExistingTestCondition",
    ]
