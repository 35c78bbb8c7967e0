"""Claims of ephemeral volumes. The cases are those of pkg/controller/volume/ephemeral/controller_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.objects import is_deleting, name_of, namespace_of, owner_reference, timestamp
from simulator.engine.registry import Body

from .rig import Rig

CLAIMS = "persistentvolumeclaims"
SPEC = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
TEMPLATE = {"metadata": {"labels": {"a": "b"}, "annotations": {"c": "d"}}, "spec": SPEC}


def pod(rig: Rig, *volumes: Body, **meta: Any) -> Body:
    spec = {"containers": [{"name": "c", "image": "x"}], "volumes": list(volumes)}
    return rig.create("pods", {"metadata": {"namespace": "default", "name": "web", **meta}, "spec": spec})


def ephemeral(name: str = "scratch") -> Body:
    return {"name": name, "ephemeral": {"volumeClaimTemplate": TEMPLATE}}


def claims(rig: Rig) -> list[str]:
    return [name_of(claim) for claim in rig.world.list(CLAIMS)]


def test_create() -> None:
    rig = Rig(kubelet=False)
    made = pod(rig, ephemeral(), {"name": "tmp", "emptyDir": {}}, ephemeral("more"))
    rig.settle()
    assert claims(rig) == ["web-more", "web-scratch"]
    claim = rig.get(CLAIMS, "web-scratch")
    assert claim["metadata"]["ownerReferences"] == [owner_reference(made)]
    assert (claim["metadata"]["labels"], claim["metadata"]["annotations"]) == ({"a": "b"}, {"c": "d"})
    assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    rig.delete("pods", "web", grace=0)
    rig.settle()
    assert claims(rig) == []


@pytest.mark.parametrize(
    ("volumes", "meta"),
    [
        pytest.param([{"name": "tmp", "emptyDir": {}}], {}, id="no-volumes"),
        pytest.param([{"name": "d", "persistentVolumeClaim": {"claimName": "other"}}], {}, id="a claim by name"),
        pytest.param([ephemeral()], {"deletionTimestamp": timestamp(0), "finalizers": ["a/b"]}, id="deleted-pod"),
    ],
)
def test_nothing_to_do(volumes: list[Body], meta: Body) -> None:
    rig = Rig(kubelet=False)
    deleted = bool(meta.pop("deletionTimestamp", None))
    pod(rig, *volumes, **meta)
    if deleted:
        rig.delete("pods", "web")
        assert is_deleting(rig.get("pods", "web"))
    rig.settle()
    assert claims(rig) == []


def test_recreate() -> None:
    rig = Rig(kubelet=False)
    pod(rig, ephemeral())
    rig.settle()
    rig.delete(CLAIMS, "web-scratch")
    rig.settle()
    assert claims(rig) == ["web-scratch"]


def test_a_claim_of_somebody_else() -> None:
    rig = Rig(kubelet=False)
    rig.create(CLAIMS, {"metadata": {"namespace": "default", "name": "web-scratch"}, "spec": SPEC})
    pod(rig, ephemeral())
    rig.run(1)
    said = "ephemeral volume scratch: PVC default/web-scratch was not created for pod default/web (pod is not owner)"
    assert rig.messages("FailedBinding") == [said]
    assert "ownerReferences" not in rig.get(CLAIMS, "web-scratch")["metadata"]
    count = rig.world.revision
    rig.run(3600)
    assert rig.world.revision - count < 20, "it is tried again ever more seldom"
    rig.delete(CLAIMS, "web-scratch")
    rig.run(1)
    assert controller(rig) == "web"


def controller(rig: Rig) -> str:
    return str(rig.get(CLAIMS, "web-scratch")["metadata"]["ownerReferences"][0]["name"])


def test_a_quota_that_is_used_up() -> None:
    rig = Rig(kubelet=False)
    hard = {"persistentvolumeclaims": "0"}
    rig.create("resourcequotas", {"metadata": {"namespace": "default", "name": "q"}, "spec": {"hard": hard}})
    rig.settle()
    made = pod(rig, ephemeral())
    rig.run(0.05)
    (said,) = rig.messages("FailedBinding")
    assert said.startswith('ephemeral volume scratch: create PVC web-scratch: persistentvolumeclaims "web-scratch" is ')
    rig.edit("resourcequotas", "q", ("spec", "hard"), {"persistentvolumeclaims": "1"})
    rig.settle(most=4000)
    assert claims(rig) == ["web-scratch"] and namespace_of(made) == "default"
