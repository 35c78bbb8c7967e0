"""VolumeRestrictions: which disks and claims two pods cannot share.

The cases are those of pkg/scheduler/framework/plugins/volumerestrictions/volume_restrictions_test.go, v1.34, and more.
"""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugins.volume_restrictions import VolumeRestrictions
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import node, pod
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.storage import claim, holder, user

DISK = ("node(s) had no available disk",)
IN_USE = ("node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode",)


def gce(disk: str, **more: bool) -> Body:
    return {"gcePersistentDisk": {"pdName": disk, **more}}


def ebs(disk: str, **more: bool) -> Body:
    return {"awsElasticBlockStore": {"volumeID": disk, **more}}


def iscsi(iqn: str, **more: bool) -> Body:
    return {"iscsi": {"targetPortal": "127.0.0.1:3260", "iqn": iqn, "lun": 0, **more}}


def rbd(monitors: str, pool: str = "foo", image: str = "bar", **more: bool) -> Body:
    return {"rbd": {"monitors": list(monitors), "pool": pool, "image": image, **more}}


DISKS: dict[str, tuple[list[Body], list[Body], bool]] = {
    "nothing and nothing": ([], [], True),
    "nothing beside a disk": ([], [gce("foo")], True),
    "GCE: the same": ([gce("foo")], [gce("foo")], False),
    "GCE: another": ([gce("bar")], [gce("foo")], True),
    "GCE: both only read": ([gce("foo", readOnly=True)], [gce("foo", readOnly=True)], True),
    "GCE: one writes": ([gce("foo", readOnly=True)], [gce("foo")], False),
    "EBS: the same": ([ebs("foo")], [ebs("foo")], False),
    "EBS: another": ([ebs("bar")], [ebs("foo")], True),
    "EBS: even if both only read": ([ebs("foo", readOnly=True)], [ebs("foo", readOnly=True)], False),
    "iSCSI: the same": ([iscsi("iqn.2016-12.server:storage.target01")], [iscsi("iqn.2016-12.server:storage.target01")],
                        False),
    "iSCSI: another": ([iscsi("iqn.2017-12.server:storage.target01")], [iscsi("iqn.2016-12.server:storage.target01")],
                       True),
    "iSCSI: both only read": ([iscsi("iqn.a", readOnly=True)], [iscsi("iqn.a", readOnly=True)], True),
    "iSCSI: one writes": ([iscsi("iqn.a")], [iscsi("iqn.a", readOnly=True)], False),
    "RBD: the same": ([rbd("ab")], [rbd("ab")], False),
    "RBD: no monitor in common": ([rbd("cd")], [rbd("ab")], True),
    "RBD: one monitor in common": ([rbd("bc")], [rbd("ab")], False),
    "RBD: another pool": ([rbd("ab", "other")], [rbd("ab")], True),
    "RBD: another image": ([rbd("ab", image="other")], [rbd("ab")], True),
    "RBD: both only read": ([rbd("ab", readOnly=True)], [rbd("ab", readOnly=True)], True),
    "disks of two kinds with one name": ([ebs("foo")], [gce("foo")], True),
    "the second of two": ([gce("a"), gce("b")], [ebs("c"), gce("b")], False),
    "a directory of the node is no disk": ([{"hostPath": {"path": "/x"}}], [{"hostPath": {"path": "/x"}}], True),
}  # fmt: skip


@pytest.mark.parametrize("case", DISKS.values(), ids=DISKS.keys())
def test_disks(case: tuple[list[Body], list[Body], bool]) -> None:
    own, others, fits = case
    told = judge(
        VolumeRestrictions,
        holder(*own),
        nodes=[node("a"), node("b")],
        pods=[holder(*others, name="other", on="a", namespace="elsewhere")],
    )
    assert told.refused == ({} if fits else {"a": DISK})
    assert told.resolvable == (frozenset() if fits else {"a"})
    assert told.rejected == ""


ONE = claim("one", modes=("ReadWriteOncePod",))
MANY = claim("many", modes=("ReadWriteMany",))
CLAIMS: dict[str, tuple[Body, list[Body], list[Body], str, bool]] = {
    "no volumes": (pod(), [], [], "", True),
    "the claim is not there": (user("one"), [], [], 'persistentvolumeclaim "one" not found', True),
    "the second claim is not there": (user("many", "one"), [], [MANY], 'persistentvolumeclaim "one" not found', True),
    "nobody uses it": (user("one"), [user("many", name="r", on="a")], [ONE, MANY], "", True),
    "somebody does, on another node": (user("one"), [user("one", name="r", on="a")], [ONE, MANY], "", False),
    "one of two is in use": (user("many", "one"), [user("one", name="r", on="a")], [ONE, MANY], "", False),
    "a claim for many may be shared": (user("many"), [user("many", name="r", on="a")], [ONE, MANY], "", True),
    "the same name elsewhere": (user("one"), [user("one", name="r", on="a", namespace="x")], [ONE], "", True),
    "a pod that waits does not use it": (user("one"), [], [ONE], "", True),
}


@pytest.mark.parametrize("case", CLAIMS.values(), ids=CLAIMS.keys())
def test_claims_for_one_pod(case: tuple[Body, list[Body], list[Body], str, bool]) -> None:
    incoming, running, objects, rejected, fits = case
    nodes = [node("a"), node("b")]
    told = judge(VolumeRestrictions, incoming, nodes=nodes, pods=running, objects=objects)
    assert told.rejected == rejected
    assert told.refused == ({} if fits else {"a": IN_USE, "b": IN_USE})
    assert told.resolvable == (frozenset() if fits else {"a", "b"})


def test_only_the_node_of_its_user_can_give_the_claim_up() -> None:
    users = [user("one", name="r", on="a"), user("many", name="s", on="b")]
    _, plugin, nodes, shape, _ = set_up(
        VolumeRestrictions, user("one"), nodes=[node("a"), node("b")], pods=users, objects=[ONE, MANY]
    )
    assert isinstance(plugin, VolumeRestrictions)
    left = {}
    for name in ("a", "b"):
        row = nodes.row_of[name]
        with nodes.without(row, list(nodes.pods_on(row))):
            left[name] = plugin.filter(shape, nodes, nodes.every).tolist()
    assert left == {"a": [0, 0], "b": [2, 2]}


def test_a_claim_made_anew_is_judged_by_what_it_is_now() -> None:
    bench = set_up(
        VolumeRestrictions, user("c"), nodes=[node("a")], pods=[user("c", name="r", on="a")], objects=[claim("c")]
    )
    assert isinstance(bench.plugin, VolumeRestrictions)
    assert not bench.plugin.filters(bench.shape, bench.nodes)
    bench.plugin.reader.load("persistentvolumeclaims", claim("c", modes=("ReadWriteOncePod",)))  # type: ignore[attr-defined]
    assert bench.plugin.filters(bench.shape, bench.nodes)


GONE: dict[str, tuple[Body, Body, bool]] = {
    "it had the disk": (holder(gce("foo")), holder(gce("foo")), True),
    "it had another disk": (holder(gce("foo")), holder(gce("bar")), False),
    "it had the claim": (user("c"), user("c"), True),
    "one of its claims": (user("c", "d"), user("d", "e"), True),
    "it had another claim": (user("c"), user("d"), False),
    "it was in another namespace": (user("c"), user("c", namespace="x"), False),
    "it had no volumes": (user("c"), pod(), False),
}


@pytest.mark.parametrize("case", GONE.values(), ids=GONE.keys())
def test_a_pod_that_goes(case: tuple[Body, Body, bool]) -> None:
    incoming, gone, helps = case
    plugin, shapes = set_up(VolumeRestrictions, incoming, nodes=[node("a")]).plugin, Shapes()
    there = Placed("a", shapes.of(gone))
    assert plugin.helped_by_pod(shapes.of(incoming), there, None) == helps
    assert not plugin.helped_by_pod(shapes.of(incoming), None, there)
    assert not plugin.helped_by_pod(shapes.of(incoming), there, there)


def test_other_changes() -> None:
    plugin, shape = set_up(VolumeRestrictions, user("c"), nodes=[node("a")]).plugin, Shapes().of(user("c"))
    assert plugin.helped_by_node(shape, None, node("b"))
    assert not plugin.helped_by_node(shape, node("b"), node("b", labels={"x": "y"}))
    told = {
        "it comes": plugin.helped_by(shape, "persistentvolumeclaims", None, claim("c")),
        "another comes": plugin.helped_by(shape, "persistentvolumeclaims", None, claim("d")),
        "elsewhere": plugin.helped_by(shape, "persistentvolumeclaims", None, claim("c", namespace="x")),
        "it changes": plugin.helped_by(shape, "persistentvolumeclaims", claim("c"), claim("c", "v")),
        "it goes": plugin.helped_by(shape, "persistentvolumeclaims", claim("c"), None),
    }
    assert [name for name, helps in told.items() if helps] == ["it comes"]
