"""The disruption controller in virtual time. The cases follow pkg/controller/disruption/disruption_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.disruption_budgets import RESOURCE
from simulator.engine.objects import condition, name_of, set_in, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START, USER, Rig, make_ready


def budget(rig: Rig, name: str = "pdb", app: str = "web", **spec: Any) -> None:
    body = {
        "metadata": {"namespace": "default", "name": name},
        "spec": {"selector": {"matchLabels": {"app": app}}, **spec},
    }
    rig.create(RESOURCE, body)


def status(rig: Rig, name: str = "pdb") -> Body:
    return rig.get(RESOURCE, name)["status"]


def figures(rig: Rig, name: str = "pdb") -> tuple[int, int, int, int]:
    """Allowed disruptions, healthy, desired, expected."""
    held = status(rig, name)
    return tuple(held[key] for key in ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"))  # type: ignore[return-value]


def ready_pods(rig: Rig, count: int, *, labels: dict[str, str] | None = None) -> None:
    for number in range(count):
        made = rig.pod(f"lone-{number}", labels or {"app": "web"})
        make_ready(rig.world, made)


@pytest.mark.parametrize(
    ("spec", "replicas", "wanted"),
    [
        ({"minAvailable": 2}, 3, (1, 3, 2, 3)),
        ({"minAvailable": 3}, 3, (0, 3, 3, 3)),
        ({"minAvailable": 5}, 3, (0, 3, 5, 3)),
        ({"minAvailable": 0}, 3, (3, 3, 0, 3)),
        ({"minAvailable": "67%"}, 3, (0, 3, 3, 3)),
        ({"minAvailable": "50%"}, 3, (1, 3, 2, 3)),
        ({"minAvailable": "0%"}, 3, (3, 3, 0, 3)),
        ({"maxUnavailable": 1}, 3, (1, 3, 2, 3)),
        ({"maxUnavailable": 5}, 3, (3, 3, 0, 3)),
        ({"maxUnavailable": "30%"}, 3, (1, 3, 2, 3)),
        ({"maxUnavailable": 0}, 3, (0, 3, 3, 3)),
        ({}, 3, (0, 3, 0, 0)),
    ],
)
@pytest.mark.parametrize("owner", ["replicaset", "deployment"])
def test_figures(owner: str, spec: Body, replicas: int, wanted: tuple[int, int, int, int]) -> None:
    rig = Rig()
    getattr(rig, owner)("web", replicas)
    rig.settle()
    budget(rig, **spec)
    rig.settle()
    assert figures(rig) == wanted
    told = condition(rig.get(RESOURCE, "pdb"), "DisruptionAllowed")
    assert told is not None
    assert (told["status"], told["reason"]) == (
        ("True", "SufficientPods") if wanted[0] else ("False", "InsufficientPods")
    )
    assert (told["message"], told["observedGeneration"]) == ("", 1)
    assert status(rig)["observedGeneration"] == 1


def test_a_deployment_counts_once_for_all_its_replicasets() -> None:
    rig = Rig()
    rig.deployment("web", 4, surge=2, unavailable=0)
    rig.settle()
    budget(rig, maxUnavailable=1)
    rig.settle()
    rig.image("web", "nginx:2")
    rig.run(0.5)
    assert status(rig)["expectedPods"] == 4
    rig.settle()
    assert figures(rig) == (1, 4, 3, 4)


def test_no_pods_allow_nothing_and_an_event_says_so() -> None:
    rig = Rig()
    budget(rig, minAvailable=0)
    rig.settle()
    assert figures(rig) == (0, 0, 0, 0)
    assert rig.messages("NoPods") == ["No matching pods found"]


def test_pods_that_come_and_go() -> None:
    rig = Rig()
    budget(rig, minAvailable=2)
    rig.replicaset("web", 3)
    rig.run(0.5)
    assert figures(rig) == (0, 0, 2, 3)
    rig.settle()
    assert figures(rig) == (1, 3, 2, 3)
    make_ready(rig.world, rig.pods()[0], ready=False)
    rig.run(0.1)
    assert figures(rig)[:2] == (0, 2)


def test_a_budget_without_a_spec_selects_nothing() -> None:
    rig = Rig(kubelet=False)
    ready_pods(rig, 1)
    rig.create(RESOURCE, {"metadata": {"namespace": "default", "name": "pdb"}})
    rig.settle()
    assert figures(rig) == (0, 0, 0, 0)
    assert rig.messages("NoPods") == ["No matching pods found"]


def test_lone_pods_are_unmanaged() -> None:
    rig = Rig(kubelet=False)
    ready_pods(rig, 3)
    budget(rig, minAvailable=2)
    rig.settle()
    assert figures(rig) == (1, 3, 2, 3)
    budget(rig, "percent", minAvailable="50%")
    rig.settle()
    assert figures(rig, "percent") == (0, 3, 0, 0)
    assert rig.messages("UnmanagedPods") == [
        "Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: web,},"
        "MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged. As a result, the status of the "
        "PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please "
        'set ".spec.minAvailable" field of the PDB to an integer value.'
    ]


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        ({"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "none"}, 'found no controllers for pod "lone"'),
        (
            {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "agent"},
            "daemonsets.apps does not implement the scale subresource",
        ),
        (
            {"apiVersion": "example.com/v1", "kind": "Widget", "name": "w"},
            'no matches for kind "Widget" in version "example.com/v1"',
        ),
    ],
)
def test_a_size_that_cannot_be_told_allows_nothing(owner: Body, said: str) -> None:
    rig = Rig(kubelet=False)
    rig.pod("lone", {"app": "web"}, ownerReferences=[{**owner, "uid": "u-1", "controller": True}], finalizers=["a/b"])
    budget(rig, maxUnavailable=1)
    rig.run(0.05)
    told = condition(rig.get(RESOURCE, "pdb"), "DisruptionAllowed")
    assert told is not None
    assert (told["status"], told["reason"], told["message"]) == ("False", "SyncFailed", said)
    assert status(rig)["disruptionsAllowed"] == 0
    assert rig.messages("CalculateExpectedPodCountFailed") == [
        f"Failed to calculate the number of expected pods: {said}"
    ]


def evicting(rig: Rig, name: str) -> None:
    """What the API server writes before it deletes a pod."""
    held = status(rig)
    left = {
        **held,
        "disruptionsAllowed": held["disruptionsAllowed"] - 1,
        "disruptedPods": {name: timestamp(rig.world.now)},
    }
    rig.world.update_status(RESOURCE, {**rig.get(RESOURCE, "pdb"), "status": left}, USER)


def test_an_eviction_counts_until_the_pod_goes() -> None:
    rig = Rig()
    rig.replicaset("web", 3)
    rig.settle()
    budget(rig, minAvailable=1)
    rig.settle()
    name = name_of(rig.pods()[0])
    evicting(rig, name)
    rig.run(0.1)
    assert figures(rig) == (1, 2, 1, 3) and name in status(rig)["disruptedPods"]
    rig.delete("pods", name)
    rig.settle()
    assert figures(rig) == (2, 3, 1, 3) and "disruptedPods" not in status(rig)


def test_an_eviction_that_nobody_carries_out_is_forgotten_after_two_minutes() -> None:
    rig = Rig()
    rig.replicaset("web", 3)
    rig.settle()
    budget(rig, minAvailable=1)
    rig.settle()
    evicting(rig, name_of(rig.pods()[0]))
    at = rig.world.now
    rig.run(100)
    assert figures(rig)[0] == 1
    rig.settle()
    assert figures(rig) == (2, 3, 1, 3) and "disruptedPods" not in status(rig)
    assert at + 119 * SECOND <= rig.world.now <= at + 122 * SECOND
    assert rig.messages("NotDeleted") == ["Pod was expected by PDB default/default to be deleted but it wasn't"]


def test_a_pod_of_several_budgets_is_told_of() -> None:
    rig = Rig(kubelet=False)
    ready_pods(rig, 1)
    budget(rig, "a", minAvailable=1)
    budget(rig, "b", minAvailable=0)
    rig.settle()
    assert set(rig.messages("MultiplePodDisruptionBudgets")) == {
        'Pod "default"/"lone-0" matches multiple PodDisruptionBudgets.  Chose "a" arbitrarily.'
    }
    assert (figures(rig, "a"), figures(rig, "b")) == ((0, 1, 1, 1), (1, 1, 0, 1))


def test_a_changed_budget_is_looked_at_again() -> None:
    rig = Rig()
    rig.replicaset("web", 3)
    rig.settle()
    budget(rig, minAvailable=3)
    rig.settle()
    rig.edit(RESOURCE, "pdb", ("spec", "minAvailable"), 1)
    rig.settle()
    assert figures(rig) == (2, 3, 1, 3)
    assert status(rig)["observedGeneration"] == 2


def test_evictions_that_are_no_longer_awaited() -> None:
    """TestUpdateDisruptedPods."""
    rig = Rig(kubelet=False)
    for name in ("p1", "p2", "p3"):
        meta = {"finalizers": ["a/b"]} if name == "p1" else {}
        make_ready(rig.world, rig.pod(name, {"app": "web"}, **meta))
    budget(rig, minAvailable=1)
    rig.settle()
    now = rig.world.now
    ago = {"p1": 0, "p2": 180, "p3": 60, "notthere": 0}
    disrupted = {name: timestamp(now - seconds * SECOND) for name, seconds in ago.items()}
    held = {**status(rig), "disruptedPods": disrupted}
    rig.world.update_status(RESOURCE, {**rig.get(RESOURCE, "pdb"), "status": held}, USER)
    rig.delete("pods", "p1")
    rig.run(0.1)
    assert status(rig)["disruptedPods"] == {"p3": disrupted["p3"]}
    assert figures(rig) == (0, 1, 1, len(rig.world.list("pods")))


TARGET = {"type": "DisruptionTarget", "status": "True", "lastTransitionTime": timestamp(START)}
CLEARED = {**TARGET, "status": "False"}
RESET = {**CLEARED, "lastTransitionTime": timestamp(START + 120 * SECOND)}


@pytest.mark.parametrize(
    ("held", "is_leaving", "seconds", "wanted"),
    [
        pytest.param(TARGET, False, 121, RESET, id="stale pod disruption"),
        pytest.param(TARGET, False, 119, TARGET, id="pod disruption in progress"),
        pytest.param(TARGET, True, 121, TARGET, id="pod disruption actuated"),
        pytest.param(None, True, 121, None, id="no pod disruption"),
        pytest.param(CLEARED, True, 121, CLEARED, id="pod disruption cleared"),
        pytest.param(
            {**TARGET, "reason": "TerminationByKubelet"}, False, 121, {**TARGET, "reason": "TerminationByKubelet"},
            id="by the kubelet",
        ),
        pytest.param({**TARGET, "reason": "EvictionByEvictionAPI"}, False, 121, RESET, id="by the API"),
    ],
)  # fmt: skip
def test_a_pod_that_was_to_be_disrupted(held: Body | None, is_leaving: bool, seconds: int, wanted: Body | None) -> None:
    """TestStalePodDisruption."""
    rig = Rig(kubelet=False)
    made = rig.pod("lone", {"app": "web"}, finalizers=["a/b"])
    if held is not None:
        rig.world.update_status("pods", set_in(made, ("status", "conditions"), [held]), USER)
    if is_leaving:
        rig.delete("pods", "lone")
    rig.run(seconds)
    assert condition(rig.get("pods", "lone"), "DisruptionTarget") == wanted


def test_a_settled_world_makes_no_writes() -> None:
    rig = Rig()
    budget(rig, minAvailable=2)
    rig.replicaset("web", 3)
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision
    rig.edit("pods", name_of(rig.pods()[0]), ("metadata", "annotations"), {"note": "x"})
    assert rig.world.clock.settled()
