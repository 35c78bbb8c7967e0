"""The ControllerRevisions of DaemonSets: what `kubectl rollout history` and `undo` work with."""

from __future__ import annotations

from simulator.engine.controllers.template_hash import template_hash
from simulator.engine.objects import labels_of, name_of, owner_reference, set_in
from simulator.engine.patching import strategic
from simulator.engine.registry import Body
from simulator.schema import of
from tests.engine.controllers.rig import USER, Rig

DS, REVISIONS = "daemonsets.apps", "controllerrevisions.apps"
HASH = "controller-revision-hash"


def revisions(rig: Rig) -> list[Body]:
    return sorted(rig.world.list(REVISIONS, "default"), key=lambda one: one["revision"])


def images(rig: Rig) -> list[str]:
    templates = [one["data"]["spec"]["template"] for one in revisions(rig)]
    return [template["spec"]["containers"][0]["image"] for template in templates]


def updated(*versions: str, **more: object) -> Rig:
    """A settled DaemonSet that has had these images one after the other."""
    rig = Rig(2)
    rig.daemonset("agent", **more)
    rig.settle()
    for version in versions:
        rig.image("agent", version, DS)
        rig.settle()
    return rig


def test_the_first_template_is_revision_one():
    rig = updated()
    (one,) = revisions(rig)
    ds = rig.get(DS, "agent")
    hash = labels_of(one)[HASH]
    assert name_of(one) == f"agent-{hash}"
    assert labels_of(one) == {"app": "agent", HASH: hash}
    assert one["metadata"]["annotations"] == ds["metadata"]["annotations"]
    assert one["metadata"]["ownerReferences"] == [owner_reference(ds)]
    assert one["revision"] == 1
    assert one["data"] == {"spec": {"template": {**ds["spec"]["template"], "$patch": "replace"}}}
    assert list(one["data"]["spec"]["template"]) == ["$patch", "metadata", "spec"]
    assert {labels_of(pod)[HASH] for pod in rig.pods()} == {hash}


def test_each_new_template_is_a_revision():
    rig = updated("nginx:2", "nginx:3")
    assert [one["revision"] for one in revisions(rig)] == [1, 2, 3]
    assert images(rig) == ["nginx:1", "nginx:2", "nginx:3"]
    assert {labels_of(pod)[HASH] for pod in rig.pods()} == {labels_of(revisions(rig)[2])[HASH]}


def test_undoing_makes_an_old_revision_the_newest():
    rig = updated("nginx:2")
    patch = revisions(rig)[0]["data"]
    ds = rig.get(DS, "agent")
    undone = strategic(ds, patch, of("io.k8s.api.apps.v1.DaemonSet"))
    rig.world.update(DS, undone, USER)
    rig.settle()
    assert images(rig) == ["nginx:2", "nginx:1"]
    assert [one["revision"] for one in revisions(rig)] == [2, 3]
    assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods()} == {"nginx:1"}


def test_only_so_many_are_kept():
    rig = updated("nginx:2", "nginx:3", "nginx:4", revisionHistoryLimit=1)
    assert images(rig) == ["nginx:3", "nginx:4"]


def test_a_revision_with_pods_is_kept():
    rig = updated("nginx:2", "nginx:3", updateStrategy={"type": "OnDelete"}, revisionHistoryLimit=0)
    assert images(rig) == ["nginx:1", "nginx:3"]
    for pod in rig.pods():
        rig.delete("pods", name_of(pod))
    rig.settle()
    assert images(rig) == ["nginx:3"]


def test_a_deleted_revision_is_made_again():
    rig = updated("nginx:2")
    rig.delete(REVISIONS, name_of(revisions(rig)[1]))
    rig.settle()
    assert images(rig) == ["nginx:1", "nginx:2"]


def test_a_name_that_is_taken_is_a_collision():
    rig = Rig(1)
    rig.daemonset("other")
    rig.settle()
    template = set_in(rig.get(DS, "other")["spec"]["template"], ("metadata", "labels"), {"app": "agent"})
    taken = f"agent-{template_hash(template)}"
    rig.create(REVISIONS, {"metadata": {"name": taken, "namespace": "default"}, "data": {}, "revision": 7})
    rig.daemonset("agent")
    rig.settle()
    status = rig.get(DS, "agent")["status"]
    assert (status["collisionCount"], status["numberReady"]) == (1, 1)
    mine = [one for one in revisions(rig) if labels_of(one).get("app") == "agent"]
    assert [one["revision"] for one in mine] == [1]
    assert name_of(mine[0]) == f"agent-{template_hash(template, 1)}"


def test_two_revisions_of_one_template_become_one():
    rig = updated()
    (one,) = revisions(rig)
    twin = {**one["metadata"], "name": "agent-twin", "labels": {"app": "agent", HASH: "twin"}}
    rig.create(REVISIONS, {"metadata": twin, "data": one["data"], "revision": 5})
    rig.settle()
    (kept,) = revisions(rig)
    assert (name_of(kept), kept["revision"]) == ("agent-twin", 5)
    assert {labels_of(pod)[HASH] for pod in rig.pods()} == {"twin"}


def test_orphans_are_adopted_and_marked():
    rig = updated()
    data = set_in(revisions(rig)[0]["data"], ("spec", "template", "spec", "hostNetwork"), True)
    meta = {"name": "agent-old", "namespace": "default", "labels": {"app": "agent"}}
    rig.create(REVISIONS, {"metadata": meta, "data": data, "revision": 4})
    rig.image("agent", "nginx:2", DS)
    rig.settle()
    found = {name_of(one): one for one in revisions(rig)}
    assert labels_of(found["agent-old"])[HASH] == "agent-old"
    assert found["agent-old"]["metadata"]["ownerReferences"] == [owner_reference(rig.get(DS, "agent"))]
    assert [one["revision"] for one in revisions(rig)] == [1, 4, 5]


def test_they_go_with_their_daemon_set():
    rig = updated("nginx:2")
    rig.delete(DS, "agent")
    rig.settle()
    assert revisions(rig) == []


def test_a_settled_history_makes_no_writes():
    rig = updated("nginx:2", "nginx:3")
    revision = rig.world.revision
    rig.rebuild()
    rig.run(1000)
    assert rig.world.revision == revision
