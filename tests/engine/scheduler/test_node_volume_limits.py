"""NodeVolumeLimits: how many volumes of a driver a node takes, and what counts.

The cases are those of pkg/scheduler/framework/plugins/nodevolumelimits/csi_test.go, v1.34, and more.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from simulator.engine.scheduler.shape import Shapes
from tests.engine.scheduler.builders import node, pod
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.storage import attachment, claim, csi_node, holder, storage_class, user, volume

EBS, GCE = "ebs.csi.aws.com", "pd.csi.storage.gke.io"
OLD_EBS = "kubernetes.io/aws-ebs"
FULL = ("node(s) exceed max volume count",)
INLINE = {"awsElasticBlockStore": {"volumeID": "inline"}}
SAME_INLINE = {"awsElasticBlockStore": {"volumeID": "ebs-1"}}
EPHEMERAL: Body = {"ephemeral": {"volumeClaimTemplate": {"spec": {}}}}


def csi(name: str, driver: str) -> Body:
    return volume(name, csi={"driver": driver, "volumeHandle": name})


OBJECTS = [
    *(claim(f"ebs-{n}", f"ebs-{n}") for n in range(4)), *(csi(f"ebs-{n}", EBS) for n in range(4)),
    *(claim(f"gce-{n}", f"gce-{n}") for n in range(4)), *(csi(f"gce-{n}", GCE) for n in range(4)),
    *(claim(f"old-{n}", f"old-{n}") for n in range(3)),
    *(volume(f"old-{n}", awsElasticBlockStore={"volumeID": f"aws://zone/vol-old{n}"}) for n in range(3)),
    claim("path", "path"), volume("path", hostPath={"path": "/tmp"}),
    claim("unbound", storage_class="ebs"), claim("unbound-old", storage_class="old"),
    claim("no-class", storage_class=None), claim("lost", "missing-in-action", storage_class="ebs"),
    storage_class("ebs", EBS), storage_class("old", OLD_EBS),
]  # fmt: skip
LIMIT = {"ebs_csi_aws_com": 0, "pd_csi_storage_gke_io": 0}


class Case(NamedTuple):
    pod: Body
    running: list[Body]
    limit: int | None
    fits: bool
    more: tuple[Body, ...] = ()
    moved: str = OLD_EBS


def run(*claims: str, name: str = "r") -> Body:
    return user(*claims, name=name, on="n")


def eph(uid: str, *names: str) -> tuple[Body, ...]:
    return tuple(claim(name, storage_class="ebs", owner=uid) for name in names)


CASES: dict[str, Case] = {
    "room for one more": Case(user("ebs-0"), [run("ebs-3"), run("ebs-1", "ebs-2", name="s")], 4, True),
    "no room": Case(user("ebs-0"), [run("ebs-3"), run("ebs-1", "ebs-2", name="s")], 2, False),
    "exactly full after it": Case(user("ebs-0"), [run("ebs-1")], 2, True),
    "exactly full before it": Case(user("ebs-0"), [run("ebs-1", "ebs-2")], 2, False),
    "a limit of none": Case(user("ebs-0"), [], 0, False),
    "the driver tells no limit": Case(user("ebs-0"), [run("ebs-1", "ebs-2", "ebs-3")], None, True),
    "a claim without a volume counts": Case(user("ebs-0"), [run("unbound"), run("ebs-1", "ebs-2", name="s")], 2, False),
    "the same one counts once": Case(
        user("ebs-0"), [run("unbound"), run("unbound", name="t"), run("ebs-1", "ebs-2", name="s")], 4, True),
    "a volume that is gone counts by its class": Case(
        user("ebs-0"), [run("lost"), run("ebs-1", "ebs-2", name="s")], 3, False),
    "without a class it does not count": Case(user("ebs-0"), [run("ebs-3"), run("no-class", name="s")], 2, True),
    "a claim that is not there does not count": Case(user("ebs-0"), [run("ebs-3", "none")], 2, True),
    "another driver's do not count": Case(user("gce-0", "gce-1"), [run("ebs-1", "ebs-2", "ebs-3")], 2, True),
    "only the same driver's count": Case(user("ebs-0"), [run("gce-0", "gce-1"), run("ebs-1", "ebs-2", name="s")], 2,
                                         False),
    "one of two drivers is full": Case(user("gce-0", "ebs-0"), [run("ebs-1", "ebs-2")], 2, False),
    "a volume that is there already": Case(user("ebs-1"), [run("ebs-1", "ebs-2")], 2, True),
    "one there already, one new": Case(user("ebs-1", "ebs-0"), [run("ebs-1", "ebs-2")], 2, False),
    "the same claim twice in a pod": Case(user("ebs-0", "ebs-0"), [run("ebs-1")], 2, True),
    "too many in one pod": Case(user("ebs-0", "ebs-1", "ebs-2"), [], 2, False),
    "an old plugin's, moved": Case(user("old-0"), [run("old-1", "old-2")], 2, False),
    "an old plugin's, not moved": Case(user("old-0"), [run("old-1", "old-2")], 2, True, moved=""),
    "an old plugin's, where another moved": Case(
        user("old-0"), [run("old-1", "old-2")], 2, True, moved="kubernetes.io/gce-pd"),
    "among several that moved": Case(
        user("old-0"), [run("old-1", "old-2")], 2, False, moved=f"kubernetes.io/gce-pd,{OLD_EBS}"),
    "without a volume, by the class of an old plugin": Case(user("unbound-old"), [run("old-1", "old-2")], 2, False),
    "the same, not moved": Case(user("unbound-old"), [run("ebs-1", "ebs-2")], 2, True, moved=""),
    "old and new together": Case(user("old-0"), [run("ebs-1", "ebs-2")], 2, False),
    "new and old together": Case(user("ebs-0"), [run("old-1", "old-2")], 2, False),
    "a directory is no driver's": Case(user("path"), [run("ebs-1", "ebs-2")], 2, True),
    "inline": Case(holder(INLINE), [run("old-1", "old-2")], 2, False),
    "inline, not moved": Case(holder(INLINE), [run("ebs-1", "ebs-2")], 2, True, moved=""),
    "inline beside claims": Case(holder(INLINE), [run("ebs-1", "ebs-2"), run("old-0", name="s")], 3, False),
    "inline, but there already": Case(holder(SAME_INLINE), [run("ebs-1", "ebs-2"), run("old-0", name="s")], 3, True),
    "running inline": Case(user("ebs-0"), [holder(INLINE, name="r", on="n"), run("ebs-1", name="s")], 2, False),
    "inline of a plugin that is not heeded": Case(
        holder({"azureFile": {"shareName": "s", "secretName": "x"}}), [run("ebs-1", "ebs-2")], 0, True,
        moved="kubernetes.io/azure-file"),
    "config maps and secrets": Case(holder({"configMap": {"name": "x"}}, {"secret": {"secretName": "x"}}), [], 0, True),
    "config maps beside a claim": Case(
        holder({"configMap": {"name": "x"}}, {"persistentVolumeClaim": {"claimName": "ebs-0"}}), [], 0, False),
    "ephemeral, unbound": Case(holder(EPHEMERAL), [], None, True, eph("uid-p", "p-v0")),
    "ephemeral, no room": Case(holder(EPHEMERAL), [run("ebs-3"), run("ebs-1", "ebs-2", name="s")], 2, False,
                               eph("uid-p", "p-v0")),
    "running ephemeral": Case(user("ebs-0"), [run("ebs-3"), holder(EPHEMERAL, EPHEMERAL, name="r2", on="n")], 3, False,
                              eph("uid-r2", "r2-v0", "r2-v1")),
    "room beside an ephemeral": Case(
        user("ebs-0"), [run("ebs-3"), holder(EPHEMERAL, name="r2", on="n"), run("ebs-1", "ebs-2", name="s")], 5, True,
        eph("uid-r2", "r2-v0")),
    "attached, used by nobody": Case(
        user("ebs-0"), [], 2, False, (attachment("x", "ebs-1", "n", EBS), attachment("y", "ebs-2", "n", EBS))),
    "attached, with room": Case(user("ebs-0"), [], 2, True, (attachment("x", "ebs-1", "n", EBS),)),
    "its own, attached already, counts twice": Case(
        user("ebs-0"), [], 2, False, (attachment("x", "ebs-0", "n", EBS), attachment("y", "ebs-1", "n", EBS))),
    "attached for a pod that is there": Case(
        user("ebs-0"), [run("ebs-1")], 2, True, (attachment("x", "ebs-1", "n", EBS),)),
    "attached elsewhere": Case(
        user("ebs-0"), [run("ebs-1")], 2, True, (attachment("x", "ebs-2", "m", EBS),)),
    "attached, of a volume that is gone": Case(
        user("ebs-0"), [run("ebs-1")], 2, True, (attachment("x", "none", "n", EBS),)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_limits(case: Case) -> None:
    limits = dict.fromkeys(LIMIT, case.limit)
    told = judge(
        NodeVolumeLimits,
        case.pod,
        nodes=[node("n"), node("free")],
        pods=case.running,
        objects=[*OBJECTS, csi_node("n", moved=case.moved, **limits), *case.more],
    )
    assert (told.rejected, told.refused) == ("", {} if case.fits else {"n": FULL})
    assert told.resolvable == (frozenset() if case.fits else {"n"})


TROUBLE: dict[str, tuple[Body, tuple[Body, ...], str]] = {
    "the claim is missing": (
        user("none"), (), 'looking up PVC default/none: persistentvolumeclaim "none" not found'),
    "the ephemeral claim is missing": (
        holder(EPHEMERAL), (), 'looking up PVC default/p-v0: persistentvolumeclaim "p-v0" not found'),
    "the ephemeral claim is another pod's": (
        holder(EPHEMERAL), eph("uid-q", "p-v0"),
        "PVC default/p-v0 was not created for pod default/p (pod is not owner)"),
    "the ephemeral claim is nobody's": (
        holder(EPHEMERAL), (claim("p-v0"),), "PVC default/p-v0 was not created for pod default/p (pod is not owner)"),
}  # fmt: skip


@pytest.mark.parametrize("case", TROUBLE.values(), ids=TROUBLE.keys())
def test_trouble(case: tuple[Body, tuple[Body, ...], str]) -> None:
    incoming, objects, reason = case
    told = judge(NodeVolumeLimits, incoming, nodes=[node("n")], objects=objects)
    assert (told.refused, told.resolvable) == ({"n": (reason,)}, frozenset())


SKIPPED: dict[str, tuple[Body, bool]] = {
    "no volumes": (pod(), True),
    "config maps and secrets": (holder({"configMap": {"name": "x"}}, {"secret": {"secretName": "x"}}), True),
    "a CSI volume in the pod": (holder({"csi": {"driver": EBS}}), True),
    "a disk that no driver took over": (holder({"iscsi": {"iqn": "x"}}), True),
    "a claim": (user("ebs-0"), False),
    "an ephemeral volume": (holder(EPHEMERAL), False),
    "an old plugin's disk": (holder(INLINE), False),
    "an old plugin's share": (holder({"azureFile": {"shareName": "s"}}), False),
}


@pytest.mark.parametrize("case", SKIPPED.values(), ids=SKIPPED.keys())
def test_skipped(case: tuple[Body, bool]) -> None:
    incoming, skipped = case
    bench = set_up(NodeVolumeLimits, incoming, nodes=[node("n")])
    assert isinstance(bench.plugin, NodeVolumeLimits)
    assert bench.plugin.filters(bench.shape, bench.nodes) != skipped


GONE: dict[str, tuple[Body, bool]] = {
    "it had a claim": (user("placeholder"), True),
    "it had an ephemeral volume": (holder(EPHEMERAL), True),
    "it had an old plugin's disk": (holder(INLINE), True),
    "it had no volume": (pod(), False),
    "it had a config map": (holder({"configMap": {"name": "x"}}), False),
}


@pytest.mark.parametrize("case", GONE.values(), ids=GONE.keys())
def test_a_pod_that_goes(case: tuple[Body, bool]) -> None:
    gone, helps = case
    plugin, shapes = set_up(NodeVolumeLimits, user("ebs-0"), nodes=[node("n")]).plugin, Shapes()
    there = Placed("n", shapes.of(gone))
    assert plugin.helped_by_pod(shapes.of(user("ebs-0")), there, None) == helps
    assert not plugin.helped_by_pod(shapes.of(user("ebs-0")), None, there)


NODES, ATTACHED = "csinodes.storage.k8s.io", "volumeattachments.storage.k8s.io"
BOTH = holder(INLINE, {"persistentVolumeClaim": {"claimName": "c"}})
HELP: dict[str, tuple[Body, str, Body | None, Body | None, bool]] = {
    "a CSINode comes": (user("c"), NODES, None, csi_node("n"), True),
    "a limit rises": (user("c"), NODES, csi_node("n", x=1), csi_node("n", x=2), True),
    "a limit falls": (user("c"), NODES, csi_node("n", x=2), csi_node("n", x=1), False),
    "a driver comes": (user("c"), NODES, csi_node("n"), csi_node("n", x=1), False),
    "a CSINode goes": (user("c"), NODES, csi_node("n"), None, False),
    "the claim comes": (user("c"), "persistentvolumeclaims", None, claim("c"), True),
    "the ephemeral claim comes": (holder(EPHEMERAL), "persistentvolumeclaims", None, claim("p-v0"), True),
    "another claim": (user("c"), "persistentvolumeclaims", None, claim("d"), False),
    "a claim elsewhere": (user("c"), "persistentvolumeclaims", None, claim("c", namespace="x"), False),
    "a claim for a pod without": (pod(), "persistentvolumeclaims", None, claim("c"), False),
    "the claim is bound": (user("c"), "persistentvolumeclaims", claim("c"), claim("c", "v"), False),
    "detached, and there is a claim": (user("c"), ATTACHED, attachment("x", "v", "n", "test"), None, True),
    "detached, of the inline disk's driver": (holder(INLINE), ATTACHED, attachment("x", "v", "n", EBS), None, True),
    "detached, of another driver": (holder(INLINE), ATTACHED, attachment("x", "v", "n", GCE), None, False),
    "detached, of another driver, but a claim": (BOTH, ATTACHED, attachment("x", "v", "n", GCE), None, True),
    "detached, and there is nothing": (pod(), ATTACHED, attachment("x", "v", "n", EBS), None, False),
    "attached": (user("c"), ATTACHED, None, attachment("x", "v", "n", EBS), False),
    "a volume comes": (user("c"), "persistentvolumes", None, volume("v"), False),
}


@pytest.mark.parametrize("case", HELP.values(), ids=HELP.keys())
def test_what_helps(case: tuple[Body, str, Body | None, Body | None, bool]) -> None:
    incoming, resource, before, after, helps = case
    plugin = set_up(NodeVolumeLimits, incoming, nodes=[node("n")]).plugin
    assert plugin.helped_by(Shapes().of(incoming), resource, before, after) == helps


def test_a_pod_pushed_off_makes_room() -> None:
    bench = set_up(
        NodeVolumeLimits,
        user("ebs-0"),
        nodes=[node("n")],
        pods=[run("ebs-1"), run("ebs-2", name="s")],
        objects=[*OBJECTS, csi_node("n", ebs_csi_aws_com=2)],
    )
    assert isinstance(bench.plugin, NodeVolumeLimits)
    assert bench.plugin.filter(bench.shape, bench.nodes, bench.nodes.every).tolist() == [1]
    with bench.nodes.without(0, list(bench.nodes.pods_on(0))[:1]):
        assert bench.plugin.filter(bench.shape, bench.nodes, bench.nodes.every).tolist() == [0]
