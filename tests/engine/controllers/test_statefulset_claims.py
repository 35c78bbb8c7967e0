"""The claims of StatefulSets: their names, who owns them, and what happens when one is missing or on its way out.

The cases are those of TestClaimOwnerMatchesSetAndPod, TestUpdateClaimOwnerRefForSetAndPod, TestHasUnexpectedController,
TestHasNonController and TestHasStaleOwnerRef in pkg/controller/statefulset/stateful_set_utils_test.go, and of
stateful_pod_control_test.go, v1.34.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from simulator.engine.controllers.statefulset import retention
from simulator.engine.objects import labels_of, name_of, owner_reference, uid_of
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig

STS, PVC = "statefulsets.apps", "persistentvolumeclaims"
CASES = {
    "retain": ("Retain", "Retain", "pod-1", []),
    "on deletion": ("Retain", "Delete", "pod-1", ["set"]),
    "on deletion, condemned": ("Retain", "Delete", "pod-8", ["set"]),
    "when scaled only, condemned": ("Delete", "Retain", "pod-8", ["pod"]),
    "when scaled only, remains": ("Delete", "Retain", "pod-1", []),
    "on both, condemned": ("Delete", "Delete", "pod-8", ["pod"]),
    "on both, remains": ("Delete", "Delete", "pod-1", ["set"]),
}


def body(kind: str, name: str, uid: str, **spec: Any) -> Body:
    version = "apps/v1" if kind == "StatefulSet" else "v1"
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "uid": uid}, "spec": spec}


def stateful_set(scaled: str, deleted: str) -> Body:
    kept = {"whenScaled": scaled, "whenDeleted": deleted}
    return body("StatefulSet", "pod", "set-uid", replicas=5, persistentVolumeClaimRetentionPolicy=kept)


def claim(*owners: Body) -> Body:
    return {"metadata": {"name": "data-pod-1", "ownerReferences": list(owners)}}


@pytest.mark.parametrize(("scaled", "deleted", "name", "wanted"), CASES.values(), ids=CASES)
def test_who_shall_own_a_claim(scaled: str, deleted: str, name: str, wanted: list[str]) -> None:
    sts, pod = stateful_set(scaled, deleted), body("Pod", name, "pod-uid")
    references = {"set": owner_reference(sts), "pod": owner_reference(pod)}
    for *held, others in product([False, True], repeat=3):
        mine = [references[key] for key, there in zip(("set", "pod"), held, strict=True) if there]
        strangers = [{**owner_reference(body("Pod", "rand", "rand-uid")), "controller": False}] if others else []
        one = claim(*strangers, *mine)
        expected = [references[key] for key in wanted]
        assert retention.is_up_to_date(one, sts, pod) is (mine == expected)
        assert retention.owners(one, sts, pod) == strangers + expected


SET, POD = stateful_set("Retain", "Delete"), body("Pod", "pod-1", "pod-uid")
OTHER = owner_reference(body("Pod", "other", "other-uid"))
CONFLICTS = {
    "no owner": ([], False),
    "the set": ([owner_reference(SET)], False),
    "the pod": ([owner_reference(POD)], False),
    "another controller": ([OTHER], True),
    "another owner": ([{**OTHER, "controller": False}], False),
    "another controller and the set": ([OTHER, owner_reference(SET)], True),
    "an earlier set": ([{**owner_reference(SET), "uid": "old"}], True),
    "an earlier pod": ([{**owner_reference(POD), "uid": "old"}], True),
}


@pytest.mark.parametrize(("owners", "expected"), CONFLICTS.values(), ids=CONFLICTS)
def test_another_controller(owners: list[Body], expected: bool) -> None:
    assert retention.is_managed_by_another(claim(*owners), SET, POD) is expected
    assert retention.is_managed_by_another(claim(*owners), stateful_set("Retain", "Retain"), POD) is False


UP_TO_DATE = {
    "an earlier set's claim is not touched": ([{**owner_reference(SET), "uid": "old"}], True),
    "an earlier pod's claim is not touched": ([{**owner_reference(POD), "uid": "old"}], True),
    "another controller's claim is not touched": ([OTHER], True),
    "beside another controller the set lets go": ([OTHER, owner_reference(SET)], False),
    "an owner has to be the controller": ([{**owner_reference(SET), "controller": False}], False),
}


@pytest.mark.parametrize(("owners", "expected"), UP_TO_DATE.values(), ids=UP_TO_DATE)
def test_what_is_left_alone(owners: list[Body], expected: bool) -> None:
    assert retention.is_up_to_date(claim(*owners), SET, POD) is expected


def test_the_set_lets_go_of_another_controllers_claim() -> None:
    assert retention.owners(claim(OTHER, owner_reference(SET)), SET, POD) == [OTHER]


# --- in virtual time ---------------------------------------------------------------------------------------------


def keeping(scaled: str, deleted: str) -> dict[str, Any]:
    return {"persistentVolumeClaimRetentionPolicy": {"whenScaled": scaled, "whenDeleted": deleted}}


def claims(rig: Rig) -> list[str]:
    return [name_of(one) for one in rig.world.list(PVC, "default")]


def owners(rig: Rig, name: str) -> list[str]:
    return [one["kind"] for one in rig.get(PVC, name)["metadata"].get("ownerReferences") or ()]


def test_each_pod_has_claims_of_its_own() -> None:
    rig = Rig()
    rig.statefulset("web", 2, claims=["data", "logs"])
    rig.settle()
    assert claims(rig) == ["data-web-0", "data-web-1", "logs-web-0", "logs-web-1"]
    one = rig.get(PVC, "data-web-1")
    assert labels_of(one) == {"app": "web"}
    assert one["spec"]["resources"] == {"requests": {"storage": "1Gi"}}
    assert rig.get("pods", "web-1")["spec"]["volumes"][:2] == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-1"}},
        {"name": "logs", "persistentVolumeClaim": {"claimName": "logs-web-1"}},
    ]
    assert "create Claim data-web-1 Pod web-1 in StatefulSet web success" in rig.messages("SuccessfulCreate")


def test_claims_are_used_again() -> None:
    rig = Rig()
    rig.statefulset("web", 2, claims=["data"])
    rig.settle()
    before = uid_of(rig.get(PVC, "data-web-1"))
    for replicas in (1, 2):
        rig.edit(STS, "web", ("spec", "replicas"), replicas)
        rig.settle()
    assert uid_of(rig.get(PVC, "data-web-1")) == before
    assert owners(rig, "data-web-1") == []


@pytest.mark.parametrize(
    ("scaled", "deleted", "running", "after_scaling", "after_deletion"),
    [
        ("Retain", "Retain", [], ["data-web-0", "data-web-1"], ["data-web-0", "data-web-1"]),
        ("Delete", "Retain", [], ["data-web-0"], ["data-web-0"]),
        ("Retain", "Delete", ["StatefulSet"], ["data-web-0", "data-web-1"], []),
        ("Delete", "Delete", ["StatefulSet"], ["data-web-0"], []),
    ],
)
def test_claims_go_as_the_policy_says(
    scaled: str, deleted: str, running: list[str], after_scaling: list[str], after_deletion: list[str]
) -> None:
    rig = Rig()
    rig.statefulset("web", 2, claims=["data"], **keeping(scaled, deleted))
    rig.settle()
    assert owners(rig, "data-web-1") == running
    rig.edit(STS, "web", ("spec", "replicas"), 1)
    rig.settle()
    assert claims(rig) == after_scaling
    rig.delete(STS, "web")
    rig.settle()
    assert claims(rig) == after_deletion


def test_another_policy_changes_the_owners() -> None:
    rig = Rig()
    rig.statefulset("web", 1, claims=["data"])
    rig.settle()
    assert owners(rig, "data-web-0") == []
    for policy, expected in (("Delete", ["StatefulSet"]), ("Retain", [])):
        rig.edit(STS, "web", ("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"), policy)
        rig.settle()
        assert owners(rig, "data-web-0") == expected
    assert set(rig.messages("SuccessfulUpdate")) == {"update Pod web-0 in StatefulSet web successful"}


@pytest.mark.parametrize(("policy", "stays"), [("OrderedReady", False), ("Parallel", True)])
def test_a_pod_waits_for_the_claim_of_the_one_before_it_to_go(policy: str, stays: bool) -> None:
    """A parallel StatefulSet mends the owners even while the pod is on its way out, so that its claim stays."""
    rig = Rig()
    rig.statefulset("web", 2, claims=["data"], podManagementPolicy=policy, **keeping("Delete", "Retain"))
    rig.settle()
    before = uid_of(rig.get(PVC, "data-web-1"))
    rig.edit(STS, "web", ("spec", "replicas"), 1)
    rig.run(0.015)
    rig.edit(STS, "web", ("spec", "replicas"), 2)
    rig.settle()
    assert (uid_of(rig.get(PVC, "data-web-1")) == before) is stays
    assert owners(rig, "data-web-1") == []
    assert rig.get(STS, "web")["status"]["readyReplicas"] == 2


def test_a_claim_on_its_way_out_is_waited_for() -> None:
    rig = Rig()
    rig.statefulset("web", 1, claims=["data"])
    rig.settle()
    rig.delete(PVC, "data-web-0")
    rig.delete("pods", "web-0")
    rig.edit(PVC, "data-web-0", ("metadata", "finalizers"), ["kubernetes.io/pvc-protection", "example.com/backup"])
    rig.run(2)
    assert rig.messages("FailedCreate") == [
        "create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted"
    ]
    rig.edit(PVC, "data-web-0", ("metadata", "finalizers"), [])
    rig.settle()
    assert rig.get(STS, "web")["status"]["readyReplicas"] == 1


def test_a_missing_claim_of_a_pending_pod_is_made_again() -> None:
    rig = Rig(kubelet=False)
    rig.statefulset("web", 1, claims=["data"])
    rig.settle()
    rig.edit(PVC, "data-web-0", ("metadata", "finalizers"), [])
    rig.delete(PVC, "data-web-0")
    rig.edit(STS, "web", ("metadata", "annotations"), {"look": "again"})
    rig.settle()
    assert claims(rig) == ["data-web-0"]


def test_a_refused_claim_is_two_events() -> None:
    rig = Rig()
    quota = {"metadata": {"name": "few", "namespace": "default"}, "spec": {"hard": {PVC: "0"}}}
    rig.create("resourcequotas", quota)
    rig.run(1)
    rig.statefulset("web", 1, claims=["data"])
    rig.run(5)
    refused = (
        'persistentvolumeclaims "data-web-0" is forbidden: exceeded quota: few, requested: persistentvolumeclaims=1, '
        "used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0"
    )
    assert sorted(rig.messages("FailedCreate")) == [
        f"create Claim data-web-0 for Pod web-0 in StatefulSet web failed error: {refused}",
        f"create Pod web-0 in StatefulSet web failed error: failed to create PVC data-web-0: {refused}",
    ]
    assert rig.pods() == []


def test_another_controller_of_a_claim_is_warned_of() -> None:
    rig = Rig()
    other = rig.pod("other", {"app": "other"})
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    meta = {"name": "data-web-0", "namespace": "default", "ownerReferences": [owner_reference(other)]}
    rig.create(PVC, {"metadata": meta, "spec": spec})
    rig.statefulset("web", 1, claims=["data"], **keeping("Retain", "Delete"))
    rig.settle()
    assert rig.messages("ConflictingController") == [
        "PersistentVolumeClaim data-web-0 has a conflicting OwnerReference that acts as a manging controller, the "
        "retention policy is ignored for this claim"
    ]
    assert owners(rig, "data-web-0") == ["Pod"]
