"""The ControllerRevisions of StatefulSets: what `kubectl rollout history` and `undo` work with.

The cases are those of TestStatefulSetControl_getSetRevisions, TestStatefulSetControlLimitsHistory,
TestStatefulSetControlRollback and TestStatefulSetHonorRevisionHistoryLimit in
pkg/controller/statefulset/stateful_set_control_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.controllers.template_hash import template_hash
from simulator.engine.objects import controller_of, labels_of, name_of, owner_reference
from simulator.engine.patching import strategic
from simulator.engine.registry import Body
from simulator.schema import of
from tests.engine.controllers.rig import USER, Rig

STS, REVISIONS = "statefulsets.apps", "controllerrevisions.apps"
HASH = "controller-revision-hash"


def revisions(rig: Rig) -> list[Body]:
    return sorted(rig.world.list(REVISIONS, "default"), key=lambda one: one["revision"])


def images(rig: Rig) -> list[str]:
    templates = [one["data"]["spec"]["template"] for one in revisions(rig)]
    return [template["spec"]["containers"][0]["image"] for template in templates]


def updated(*versions: str, **more: object) -> Rig:
    """A settled StatefulSet that has had these images one after the other."""
    rig = Rig(2)
    rig.statefulset("web", 2, **more)
    rig.settle()
    for version in versions:
        rig.image("web", version, STS)
        rig.settle()
    return rig


def test_the_first_template_is_revision_one() -> None:
    rig = updated()
    (one,) = revisions(rig)
    sts = rig.get(STS, "web")
    hash = template_hash(sts["spec"]["template"], 0)
    assert name_of(one) == f"web-{hash}"
    assert labels_of(one) == {"app": "web", "controller.kubernetes.io/hash": hash}
    assert one["metadata"]["ownerReferences"] == [owner_reference(sts)]
    assert (one["revision"], one["data"]) == (
        1,
        {"spec": {"template": {**sts["spec"]["template"], "$patch": "replace"}}},
    )
    assert sts["status"]["currentRevision"] == sts["status"]["updateRevision"] == name_of(one)
    assert {labels_of(pod)[HASH] for pod in rig.pods()} == {name_of(one)}


def test_each_new_template_is_a_revision() -> None:
    rig = updated("nginx:2", "nginx:3")
    assert [one["revision"] for one in revisions(rig)] == [1, 2, 3]
    assert images(rig) == ["nginx:1", "nginx:2", "nginx:3"]


def test_scaling_is_no_revision() -> None:
    rig = updated()
    rig.edit(STS, "web", ("spec", "replicas"), 3)
    rig.settle()
    assert len(revisions(rig)) == 1


def test_undoing_makes_an_old_revision_the_newest() -> None:
    rig = updated("nginx:2", "nginx:3")
    undone = strategic(rig.get(STS, "web"), revisions(rig)[1]["data"], of("io.k8s.api.apps.v1.StatefulSet"))
    rig.world.update(STS, undone, USER)
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:3", "nginx:2"]
    assert [one["revision"] for one in revisions(rig)] == [1, 3, 4]
    assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods()} == {"nginx:2"}


@pytest.mark.parametrize(("limit", "kept"), [(0, ["nginx:4"]), (1, ["nginx:3", "nginx:4"]), (10, None)])
def test_only_so_many_are_kept(limit: int, kept: list[str] | None) -> None:
    rig = updated("nginx:2", "nginx:3", "nginx:4", revisionHistoryLimit=limit)
    assert images(rig) == (kept or ["nginx:1", "nginx:2", "nginx:3", "nginx:4"])


def test_a_revision_that_is_current_or_has_pods_is_kept() -> None:
    rig = updated("nginx:2", "nginx:3", updateStrategy={"type": "OnDelete"}, revisionHistoryLimit=0)
    assert images(rig) == ["nginx:1", "nginx:3"]
    for pod in rig.pods():
        rig.delete("pods", name_of(pod))
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:3"], "OnDelete leaves the status at the first revision"


def test_a_name_that_is_taken_is_a_collision() -> None:
    rig = Rig(1)
    rig.statefulset("model", 1)
    rig.settle()
    template = {**rig.get(STS, "model")["spec"]["template"], "metadata": {"labels": {"app": "web"}}}
    taken = {"name": f"web-{template_hash(template, 0)}", "namespace": "default"}
    rig.create(REVISIONS, {"metadata": taken, "data": {}, "revision": 7})
    rig.statefulset("web", 1)
    rig.settle()
    status = rig.get(STS, "web")["status"]
    assert (status["collisionCount"], status["readyReplicas"]) == (1, 1)
    assert status["updateRevision"] == f"web-{template_hash(template, 1)}"


def test_orphans_are_adopted() -> None:
    rig = updated()
    (one,) = revisions(rig)
    data = {"spec": {"template": {**one["data"]["spec"]["template"], "metadata": {"labels": {"app": "web", "v": "0"}}}}}
    meta = {"name": "web-old", "namespace": "default", "labels": {"app": "web"}}
    rig.create(REVISIONS, {"metadata": meta, "data": data, "revision": 4})
    rig.image("web", "nginx:2", STS)
    rig.settle()
    assert [one["revision"] for one in revisions(rig)] == [1, 4, 5]
    assert all((controller_of(one) or {}).get("name") == "web" for one in revisions(rig))


def test_they_go_with_their_stateful_set() -> None:
    rig = updated("nginx:2")
    rig.delete(STS, "web")
    rig.settle()
    assert revisions(rig) == []
