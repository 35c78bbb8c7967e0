"""What every namespace is given.

The cases are those of pkg/controller/serviceaccount/serviceaccounts_controller_test.go and
pkg/controller/certificates/rootcacertpublisher/publisher_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.objects import annotations_of, name_of
from simulator.engine.registry import Body

from .rig import USER, Rig

ROOT = "kube-root-ca.crt"


def world(*, terminating: bool = False, account: bool = True) -> Rig:
    """A rig with the namespace `team`, which is kept by a finalizer while it is on its way out."""
    rig = Rig(0, kubelet=False)
    phase = "Terminating" if terminating else "Active"
    rig.create(
        "namespaces", {"metadata": {"name": "team"}, "spec": {"finalizers": ["a/b"]}, "status": {"phase": phase}}
    )
    if account:
        rig.create("serviceaccounts", {"metadata": {"namespace": "team", "name": "default"}})
    return rig


def accounts(rig: Rig) -> list[str]:
    return [name_of(one) for one in rig.world.list("serviceaccounts", "team")]


@pytest.mark.parametrize(
    ("terminating", "account", "others", "deleted", "wanted"),
    [
        pytest.param(False, False, [], None, ["default"], id="new active namespace missing serviceaccounts"),
        pytest.param(False, False, ["mine"], None, ["default", "mine"], id="missing serviceaccount"),
        pytest.param(False, True, ["mine"], None, ["default", "mine"], id="new active namespace with serviceaccounts"),
        pytest.param(True, False, [], None, [], id="new terminating namespace"),
        pytest.param(False, True, [], "default", ["default"], id="deleted serviceaccount with active namespace"),
        pytest.param(True, True, [], "default", [], id="deleted serviceaccount with terminating namespace"),
        pytest.param(False, True, ["mine"], "mine", ["default"], id="deleted unmanaged serviceaccount"),
        pytest.param(True, True, ["mine"], "mine", ["default"], id="deleted unmanaged, terminating namespace"),
    ],
)
def test_accounts(terminating: bool, account: bool, others: list[str], deleted: str | None, wanted: list[str]) -> None:
    rig = world(terminating=terminating, account=account)
    for name in others:
        rig.create("serviceaccounts", {"metadata": {"namespace": "team", "name": name}})
    rig.settle()
    if deleted:
        rig.delete("serviceaccounts", deleted, namespace="team")
    rig.settle()
    assert accounts(rig) == wanted


def test_an_account_of_a_namespace_that_is_not_there() -> None:
    rig = Rig(0, kubelet=False)
    meta = {"namespace": "nowhere", "name": "default", "uid": "u", "resourceVersion": "1"}
    rig.world.load("serviceaccounts", {"metadata": meta})
    rig.delete("serviceaccounts", "default", namespace="nowhere")
    rig.settle()
    assert rig.world.list("serviceaccounts", "nowhere") == []


@pytest.mark.parametrize(
    ("change", "writes"),
    [
        pytest.param({}, 0, id="nothing"),
        pytest.param({"data": {"ca.crt": "abc"}}, 1, id="update ca configmap with modifying field"),
        pytest.param({"data": {"test": "test"}}, 1, id="update ca configmap with adding field"),
        pytest.param({"data": None}, 1, id="without data"),
        pytest.param({"annotations": {}}, 1, id="without its description"),
        pytest.param(
            {"annotations": {"kubernetes.io/description": "mine", "a": "b"}}, 0, id="with another description"
        ),
    ],
)
def test_the_root_ca_is_put_back(change: Body, writes: int) -> None:
    rig = world()
    rig.settle()
    held = rig.get("configmaps", ROOT, "team")
    if "annotations" in change:
        changed = {**held, "metadata": {**held["metadata"], **change}}
    else:
        changed = {**held, **change}
    rig.world.update("configmaps", changed, USER)
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision - before == writes
    after = rig.get("configmaps", ROOT, "team")
    assert after["data"] == held["data"]
    assert "kubernetes.io/description" in annotations_of(after)


@pytest.mark.parametrize(
    ("name", "terminating", "there"),
    [
        pytest.param(None, False, True, id="create new namespace"),
        pytest.param(ROOT, False, True, id="delete ca configmap"),
        pytest.param("other", False, True, id="delete other configmap"),
        pytest.param(None, True, False, id="update namespace with terminating state"),
    ],
)
def test_the_root_ca(name: str | None, terminating: bool, there: bool) -> None:
    rig = world(terminating=terminating)
    rig.create("configmaps", {"metadata": {"namespace": "team", "name": "other"}})
    rig.settle()
    if name:
        rig.delete("configmaps", name, namespace="team")
        rig.settle()
    assert (rig.world.get("configmaps", "team", ROOT) is not None) is there
