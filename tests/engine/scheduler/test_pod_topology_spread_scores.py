"""How PodTopologySpread scores nodes, and by which constraints when a pod has none of its own.

The cases are of the breadth of pkg/scheduler/framework/plugins/podtopologyspread/scoring_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.pod_topology_spread import PodTopologySpread
from tests.engine.scheduler.builders import ZONE, labels, node, pod, required, taint
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.spreading import (
    BAR,
    FOO,
    HARD,
    HOSTNAME,
    SOFT,
    a_node,
    counts,
    four,
    incoming,
    labelled,
    running,
    spread,
)


def wish(key: str, max_skew: int = 1, selector: Body | None = FOO, **more: Any) -> Body:
    return spread(key, max_skew, SOFT, selector, **more)


class Case(NamedTuple):
    """scores: by node of those that are ranked. raw: likewise, where the case is about it."""

    pod: Body
    pods: list[Body]
    scores: dict[str, int]
    nodes: list[Body] | None = None
    raw: dict[str, int] | None = None


HOST, IN_ZONE = wish(HOSTNAME), wish("zone")
ABY = [*running("a", 1, "foo"), *running("b", 1, "foo", "bar"), *running("y", 1, "foo"), *running("y", 1, "bar")]
TWO = (IN_ZONE, wish(HOSTNAME, selector=BAR))
THREE = [a_node("a", "", "foo"), a_node("b", "", "foo"), a_node("c")]
TAINTED = [a_node("a"), a_node("b"), a_node("c", taints=[taint("dedicated")])]
FOO_NODES = required(labels("foo", "Exists"))


def both(**more: str) -> Body:
    """Labelled foo and bar, with a wish for zones by foo and for nodes by bar."""
    return labelled(incoming(*TWO), "foo", "bar", **more)


CASES: dict[str, Case] = {
    "nobody is there": Case(incoming(HOST), [], {"a": 100, "b": 100, "x": 100, "y": 100}),
    "a single candidate is the best": Case(incoming(HOST), counts(a=2, b=1), {"a": 100}),
    "as many everywhere": Case(incoming(HOST), counts(a=1, b=1), {"a": 100, "b": 100}),
    "nodes 2/1/0/3": Case(
        incoming(HOST), counts(a=2, b=1, y=3), {"a": 20, "b": 60, "x": 100, "y": 0}, None,
        {"a": 4, "b": 2, "x": 0, "y": 5}),
    "no selector counts nobody": Case(
        incoming(wish(HOSTNAME, selector=None)), counts(a=2, b=1, y=3), {"a": 100, "b": 100, "x": 100, "y": 100}),
    "an empty selector counts nobody": Case(
        incoming(wish(HOSTNAME, selector={})), counts(a=2, b=1, y=3), {"a": 100, "b": 100, "x": 100, "y": 100}),
    "nodes 2/1/0/3, skew 2": Case(
        incoming(wish(HOSTNAME, 2)), counts(a=2, b=1, y=3), {"a": 33, "b": 66, "x": 100, "y": 16}, None,
        {"a": 5, "b": 3, "x": 1, "y": 6}),
    "nodes 4/3/2/1, skew 3": Case(
        incoming(wish(HOSTNAME, 3)), counts(a=4, b=3, x=2, y=1), {"a": 44, "b": 66, "x": 77, "y": 100}),
    "nodes 4/2/1 and 3 on one that is no candidate": Case(
        incoming(HOST), counts(a=4, b=2, x=1, y=3), {"a": 33, "b": 83, "x": 100}),
    "a candidate without the label gets nothing": Case(
        incoming(HOST), counts(a=4, b=2, x=1, y=3), {"a": 16, "b": 0, "x": 100},
        [a_node("a"), node("b", labels={"n": "b"}), a_node("x"), a_node("y")], {"a": 6, "b": 0, "x": 1}),
    "no candidate has the label": Case(
        incoming(wish("rack")), counts(a=4), {"a": 0, "b": 0, "x": 0, "y": 0}),
    "a candidate without the label gets nothing even if all else is empty": Case(
        incoming(HOST), [], {"a": 100, "b": 0}, [a_node("a"), node("b")]),
    "zones count nodes that are no candidates": Case(
        incoming(IN_ZONE), counts(a=4, b=2, x=1, y=3), {"a": 75, "b": 75, "x": 100}),
    "zones and nodes, half of the nodes are candidates": Case(
        incoming(IN_ZONE, HOST), counts(a=2, b=1, x=2, y=4), {"a": 100, "x": 63}),
    "zones of foo, nodes of bar": Case(both(), ABY, {"a": 60, "b": 20, "x": 100, "y": 60}),
    "zones of foo 0/2, nodes of bar 0/1/0/1": Case(
        both(), [*running("b", 1, "bar"), *running("x"), *running("y", 1, "foo", "bar")],
        {"a": 100, "b": 60, "x": 40, "y": 0}),
    "zones of foo, nodes of bar, three candidates": Case(both(), ABY, {"a": 50, "b": 25, "x": 100}),
    "zones of foo and zones of bar": Case(
        labelled(incoming(IN_ZONE, wish("zone", selector=BAR)), "foo", "bar"),
        [*counts(a=1, y=2), *running("a", 1, "foo", "bar"), *running("b", 1, "foo", "bar"),
         *running("y", 1, "foo", "bar")],
        {"a": 85, "x": 100}),
    "pods of other namespaces do not count": Case(
        incoming(HOST), [*running("a", namespace="ns1"), *counts(a=1, b=2)], {"a": 100, "b": 33}),
    "pods that are being deleted do not count": Case(
        incoming(HOST), [*running("a", deleting=True), *counts(b=1)], {"a": 100, "b": 0}),
    "minDomains does not matter": Case(
        incoming(wish("node", 2, minDomains=10)), counts(a=2, b=2, c=1), {"a": 75, "b": 75, "c": 100}, TAINTED),
    "a key that the nodes share with no other counts as any other": Case(
        incoming(wish("node")), counts(a=2, b=1, y=3), {"a": 20, "b": 60, "x": 100, "y": 0}),
    # which nodes count
    "policy Honor with a nodeSelector": Case(
        incoming(wish("node"), nodeSelector={"foo": ""}), counts(a=2, b=1, c=1), {"a": 0, "b": 33, "c": 100}, THREE),
    "policy Ignore with a nodeSelector": Case(
        incoming(wish("node", nodeAffinityPolicy="Ignore"), nodeSelector={"foo": ""}), counts(a=2, b=1, c=1),
        {"a": 66, "b": 100, "c": 100}, THREE),
    "policy Honor with affinity": Case(
        incoming(wish("node"), affinity=FOO_NODES), counts(a=2, b=1, c=1), {"a": 0, "b": 33, "c": 100}, THREE),
    "policy Ignore with affinity": Case(
        incoming(wish("node", nodeAffinityPolicy="Ignore"), affinity=FOO_NODES), counts(a=2, b=1, c=1),
        {"a": 66, "b": 100, "c": 100}, THREE),
    "policy Honor with taints": Case(
        incoming(wish("node", nodeTaintsPolicy="Honor")), counts(a=2, b=1, c=1), {"a": 0, "b": 33, "c": 100}, TAINTED),
    "policy Honor with taints that are tolerated": Case(
        incoming(wish("node", nodeTaintsPolicy="Honor"), tolerations=[{"operator": "Exists"}]),
        counts(a=2, b=1, c=1), {"a": 66, "b": 100, "c": 100}, TAINTED),
    "taints do not matter else": Case(
        incoming(wish("node")), counts(a=2, b=1, c=1), {"a": 66, "b": 100, "c": 100}, TAINTED),
    "by hostname each node counts its own pods, whatever the policies": Case(
        incoming(wish(HOSTNAME, nodeTaintsPolicy="Honor")), counts(a=2, b=1, c=1), {"a": 66, "b": 100, "c": 100},
        TAINTED),
    # matchLabelKeys
    "keys with an empty selector": Case(
        labelled(
            incoming(
                wish("zone", selector={}, matchLabelKeys=["foo"]), wish(HOSTNAME, selector={}, matchLabelKeys=["bar"])),
            "foo", "bar"),
        ABY, {"a": 60, "b": 20, "x": 100, "y": 60}),
    "keys beside a selector": Case(
        labelled(incoming(IN_ZONE, wish(HOSTNAME, selector=BAR, matchLabelKeys=["baz"])), "foo", "bar", "baz"),
        [*running("a"), *running("b", 1, "foo", "bar", "baz"), *running("y"), *running("y", 1, "bar"),
         *running("y", 1, "bar", "baz")],
        {"a": 60, "b": 20, "x": 100, "y": 60}),
    # demands beside wishes
    "demands add nothing to the score": Case(
        incoming(spread("zone", 9), HOST), counts(a=2, b=1, y=3), {"a": 20, "b": 60, "x": 100, "y": 0}),
    "maxSkew beyond all counts levels them": Case(
        incoming(wish(HOSTNAME, 1000)), counts(a=2, b=1, y=3), {"a": 99, "b": 99, "x": 100, "y": 99}),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_scores(case: Case) -> None:
    told = judge(PodTopologySpread, case.pod, nodes=case.nodes or four(), pods=case.pods, among=list(case.scores))
    assert told.normalized == case.scores
    if case.raw:
        assert told.raw == case.raw


# --- constraints by default --------------------------------------------------------------------------------------


def owner(kind: str, name: str, version: str = "apps/v1", *, controller: bool = True) -> Body:
    return {"apiVersion": version, "kind": kind, "name": name, "uid": f"uid-{name}", "controller": controller}


def owned(body: Body, *owners: Body) -> Body:
    return {**body, "metadata": {**body["metadata"], "ownerReferences": list(owners)}}


def thing(kind: str, name: str, selector: Any, version: str = "apps/v1", namespace: str = "default") -> Body:
    spec = {} if selector is None else {"selector": selector}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def service(selector: Any, name: str = "s", namespace: str = "default") -> Body:
    return thing("Service", name, selector, "v1", namespace)


class Default(NamedTuple):
    """scores is None if no constraint holds by default."""

    pod: Body
    objects: list[Body]
    scores: dict[str, int] | None
    pods: list[Body]
    arguments: Body | None = None
    nodes: list[Body] | None = None


FOUR_HOSTS = [a_node(name) for name in "abxy"]
SPREAD_4321 = counts(a=4, b=3, x=2, y=1)
AS_ONE = {"a": 44, "b": 66, "x": 77, "y": 100}
ME = labelled(pod("p"), "foo", baz="sup")
ZONES = {"defaultingType": "List", "defaultConstraints": [spread("zone", 2, SOFT, None)]}
RS, STS, RC = (owner("ReplicaSet", "o"), owner("StatefulSet", "o"), owner("ReplicationController", "o", "v1"))


def zoned(name: str, zone: str) -> Body:
    return node(name, labels={HOSTNAME: name, **({ZONE: zone} if zone else {})})


DEFAULTS: dict[str, Default] = {
    "nobody selects the pod": Default(ME, [], None, SPREAD_4321),
    "a service selects it": Default(ME, [service({"foo": ""})], AS_ONE, SPREAD_4321, None, FOUR_HOSTS),
    "a service of another namespace": Default(ME, [service({"foo": ""}, namespace="other")], None, SPREAD_4321),
    "a service that selects others": Default(ME, [service({"foo": "", "bar": ""})], None, SPREAD_4321),
    "a service without a selector": Default(ME, [service(None)], None, SPREAD_4321),
    "a service with an empty selector": Default(ME, [service({})], None, SPREAD_4321),
    "services select together": Default(
        ME, [service({"foo": ""}), service({"baz": "sup"}, "t")], {"a": 100, "b": 33, "x": 100, "y": 100},
        [*running("a"), *[labelled(one, "foo", baz="sup") for one in running("b")]], ZONES | {"defaultConstraints": [
            spread("node", 2, SOFT, None)]}),
    "a ReplicaSet": Default(
        owned(ME, RS), [thing("ReplicaSet", "o", FOO)], AS_ONE, SPREAD_4321, None, FOUR_HOSTS),
    "a ReplicaSet that is not there": Default(owned(ME, RS), [thing("ReplicaSet", "other", FOO)], None, SPREAD_4321),
    "a ReplicaSet of another group": Default(
        owned(ME, owner("ReplicaSet", "o", "example.com/v1")), [thing("ReplicaSet", "o", FOO)], None, SPREAD_4321),
    "an owner that is not the controller": Default(
        owned(ME, owner("ReplicaSet", "o", controller=False)), [thing("ReplicaSet", "o", FOO)], None, SPREAD_4321),
    "a StatefulSet": Default(
        owned(ME, STS), [thing("StatefulSet", "o", FOO)], AS_ONE, SPREAD_4321, None, FOUR_HOSTS),
    "a ReplicationController": Default(
        owned(ME, RC), [thing("ReplicationController", "o", {"foo": ""}, "v1")], AS_ONE, SPREAD_4321, None,
        FOUR_HOSTS),
    "a DaemonSet selects nothing here": Default(
        owned(ME, owner("DaemonSet", "o")), [thing("DaemonSet", "o", FOO)], None, SPREAD_4321),
    "a service and a ReplicaSet select together": Default(
        owned(ME, RS), [service({"baz": "sup"}), thing("ReplicaSet", "o", FOO)],
        {"a": 100, "b": 33, "x": 100, "y": 100},
        [*running("a"), *[labelled(one, "foo", baz="sup") for one in running("b")]], ZONES | {"defaultConstraints": [
            spread("node", 2, SOFT, None)]}),
    "nodes without a zone are a zone of their own": Default(
        ME, [service({"foo": ""})], {"a": 22, "b": 44, "x": 77, "y": 100}, counts(a=1, x=1), None,
        [zoned("a", "mars"), zoned("b", "mars"), zoned("x", ""), zoned("y", "")]),
    "and an empty zone is that zone": Default(
        ME, [service({"foo": ""})], {"a": 50, "b": 40, "x": 100}, counts(a=1, b=1, x=1), None,
        [zoned("a", "mars"), node("b", labels={HOSTNAME: "b", ZONE: ""}), zoned("x", "")]),
    "the pod has constraints of its own": Default(
        labelled(incoming(wish(HOSTNAME, 3, BAR)), "foo"), [service({"foo": ""})],
        {"a": 100, "b": 100, "x": 100, "y": 100}, SPREAD_4321),
    "the pod has demands of its own and no wishes": Default(
        labelled(incoming(spread("zone", 9)), "foo"), [service({"foo": ""})], None, SPREAD_4321),
    "a list": Default(ME, [service({"foo": ""})], {"a": 25, "b": 25, "x": 100, "y": 100}, counts(a=2), ZONES),
    "a list's nodes need all labels": Default(
        ME, [service({"foo": ""})], {"a": 50, "b": 50, "x": 0, "y": 100}, counts(a=2, x=1, y=1), ZONES,
        [a_node("a", "zone1"), a_node("b", "zone1"), a_node("x"), a_node("y", "zone2")]),
    "an empty list": Default(ME, [service({"foo": ""})], None, SPREAD_4321, {"defaultingType": "List"}),
    "a list of demands": Default(
        ME, [service({"foo": ""})], None, SPREAD_4321,
        {"defaultingType": "List", "defaultConstraints": [spread("zone", 9, HARD, None)]}),
    "the system's own, said aloud": Default(
        ME, [service({"foo": ""})], AS_ONE, SPREAD_4321, {"defaultingType": "System", "defaultConstraints": []},
        FOUR_HOSTS),
}  # fmt: skip


@pytest.mark.parametrize("case", DEFAULTS.values(), ids=DEFAULTS.keys())
def test_constraints_by_default(case: Default) -> None:
    given = {"nodes": case.nodes or four(), "pods": case.pods, "objects": case.objects, "arguments": case.arguments}
    told = judge(PodTopologySpread, case.pod, **given)
    assert told.normalized == (case.scores or {})
    assert told.refused == {}
    bench = set_up(PodTopologySpread, case.pod, **given)
    assert isinstance(bench.plugin, PodTopologySpread)
    assert bench.plugin.scores(bench.shape, bench.nodes) == (case.scores is not None)


DEMANDED = {"defaultingType": "List", "defaultConstraints": [spread("zone", 1, HARD, None)]}


def test_demands_by_default() -> None:
    """A service makes pods be spread; another, or none, does not."""
    for objects, refused in (([service({"foo": ""})], {"a", "b"}), ([service({"bar": ""})], set()), ([], set())):
        told = judge(PodTopologySpread, ME, nodes=four(), pods=counts(a=1), objects=objects, arguments=DEMANDED)
        assert set(told.refused) == told.resolvable == refused


def test_what_is_read_matters_to_nodes_only_where_demands_hold_by_default() -> None:
    """Else every change of a ReplicaSet would have all nodes looked at again."""
    for arguments, reads in (
        ({}, ()),
        (ZONES, ()),
        (DEMANDED, ("services", "replicationcontrollers", "replicasets.apps", "statefulsets.apps")),
    ):
        assert set_up(PodTopologySpread, ME, nodes=four(), arguments=arguments).plugin.reads == reads


def test_services_that_change_are_seen() -> None:
    bench = set_up(PodTopologySpread, ME, nodes=four(), pods=counts(a=1), objects=[service({"foo": ""})])
    plugin = bench.plugin
    assert isinstance(plugin, PodTopologySpread)
    assert plugin.scores(bench.shape, bench.nodes)
    reader: Any = plugin.reader
    changed = {**reader.get("services", "default", "s"), "spec": {"selector": {"foo": "other"}}}
    reader.load("services", changed)
    assert not plugin.scores(bench.shape, bench.nodes)
