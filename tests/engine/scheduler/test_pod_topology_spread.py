"""Which nodes PodTopologySpread refuses, and why.

The cases are of the breadth of pkg/scheduler/framework/plugins/podtopologyspread/filtering_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.pod_topology_spread import PodTopologySpread
from tests.engine.scheduler.builders import labels, pod, required, taint
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.spreading import (
    BAR,
    FOO,
    SOFT,
    a_node,
    counts,
    four,
    incoming,
    labelled,
    running,
    spread,
)

SKEWED = "node(s) didn't match pod topology spread constraints"
MISSING = "node(s) didn't match pod topology spread constraints (missing required label)"
ZONE, NODE = spread("zone"), spread("node")
BOTH = (ZONE, NODE)
TAINTED = [taint("dedicated")]
TOLERATING = [{"key": "dedicated", "operator": "Exists"}]


FOO_AND_BAR = [
    *counts(a=1, y=2),
    *running("a", 1, "foo", "bar"),
    *running("b", 1, "foo", "bar"),
    *running("y", 1, "foo", "bar"),
]
"""In zone1 three pods of foo, two of them of bar too; in zone2 three and one."""


class Case(NamedTuple):
    """skewed: the nodes where a pod more is too many. missing: those without a label."""

    pod: Body
    pods: list[Body]
    skewed: str = ""
    missing: str = ""
    nodes: list[Body] | None = None


def three(*extra: str, **of_c: Any) -> list[Body]:
    """a and b with the extra labels, c without."""
    return [a_node("a", "", *extra), a_node("b", "", *extra), a_node("c", "", **of_c)]


def keyed(*keys: str, selector: Body | None = FOO, key: str = "zone") -> Body:
    return spread(key, selector=selector, matchLabelKeys=list(keys))


def only(key: str, *values: str) -> Body:
    return required(labels(key, "In", *values))


CASES: dict[str, Case] = {
    # one constraint
    "nobody is there": Case(incoming(ZONE), []),
    "nobody is there and the pod does not count itself": Case(incoming(spread("zone", selector=BAR)), []),
    "pods of other namespaces do not count": Case(
        incoming(ZONE), [*running("a", 2, namespace="other"), *counts(a=1, b=1, x=1, y=0)], "a b"),
    "zones 3/3": Case(incoming(ZONE), counts(a=2, b=1, y=3)),
    "zones 3/4": Case(incoming(ZONE), counts(a=2, b=1, y=4), "x y"),
    "a node without a zone counts in none": Case(
        incoming(ZONE), counts(a=1, b=1, x=1, y=1), "x y", "b",
        [a_node("a", "zone1"), a_node("b"), a_node("x", "zone2"), a_node("y", "zone2")]),
    "no node has the label": Case(incoming(spread("rack")), counts(a=2, b=1), "", "a b x y"),
    "nodes 2/1/0/3": Case(incoming(NODE), counts(a=2, b=1, y=3), "a b y"),
    "nodes 2/1/0/3, two more are fine": Case(incoming(spread("node", 2)), counts(a=2, b=1, y=3), "a y"),
    "nodes 2/1/0/3 and the pod does not count itself": Case(
        labelled(incoming(NODE), "bar"), counts(a=2, b=1, y=3), "a y"),
    "a larger skew than the figures": Case(incoming(spread("node", 9)), counts(a=2, b=1, y=3)),
    "pods that are being deleted do not count": Case(
        incoming(NODE), [*running("a", deleting=True), *counts(b=1)], "b", "", [a_node("a"), a_node("b")]),
    "a terminating pod beside a living one": Case(
        incoming(NODE), [*running("a", 3, deleting=True), *counts(a=1, b=1, x=1, y=1)]),
    # selectors
    "no selector counts nobody, not even the pod": Case(incoming(spread("node", selector=None)), counts(a=9)),
    "an empty selector counts nobody but the pod": Case(incoming(spread("node", selector={})), counts(a=9)),
    "labels and expressions at once": Case(
        incoming(spread("node", selector={"matchLabels": {"bar": ""}, **FOO})),
        [*running("a", 2, "foo"), *running("b", 2, "bar"), *running("x", 2, "foo", "bar")], "x"),
    "NotIn counts pods without the label": Case(
        incoming(spread("node", selector=labels("bar", "NotIn", "on"))), [*running("a"), *running("b", 1, "baz")],
        "a b"),
    "DoesNotExist": Case(
        incoming(spread("node", selector=labels("bar", "DoesNotExist"))), [*running("a"), *running("b", 1, "bar")],
        "a"),
    # node selectors and affinity
    "nodes that the pod may not be on do not count, nor are they refused": Case(
        incoming(NODE, affinity=only("node", "a", "y")), counts(a=2, b=1, y=3), "y"),
    "a fuller node that may take it is the least of its kind": Case(
        incoming(NODE, affinity=only("node", "a", "b", "y")), counts(b=2, x=0, y=1), "b y"),
    "a nodeSelector does the same": Case(
        incoming(NODE, nodeSelector={"zone": "zone2"}), counts(a=5, x=1, y=2), "y"),
    "a nodeSelector that nothing matches": Case(incoming(NODE, nodeSelector={"zone": "z"}), counts(a=5, x=1, y=2)),
    "a whole zone out of reach is not the emptiest": Case(
        incoming(ZONE, nodeSelector={"zone": "zone2"}), counts(x=2, y=2)),
    "preferences keep no node out": Case(
        incoming(NODE, affinity={"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [
            {"weight": 1, "preference": labels("node", "In", "a")}]}}), counts(a=1, b=1, x=1), "a b x"),
    "affinity terms that match nothing": Case(incoming(NODE, affinity=required({})), counts(a=5)),
    "policy Honor, said aloud, with a nodeSelector": Case(
        incoming(spread("node", nodeAffinityPolicy="Honor"), nodeSelector={"foo": ""}), counts(a=2, b=1, c=0),
        "a", "", three("foo")),
    "policy Ignore with a nodeSelector": Case(
        incoming(spread("node", nodeAffinityPolicy="Ignore"), nodeSelector={"foo": ""}), counts(a=2, b=1, c=0),
        "a b", "", three("foo")),
    "policy Honor with affinity": Case(
        incoming(NODE, affinity=required(labels("foo", "Exists"))), counts(a=2, b=1, c=0), "a", "", three("foo")),
    "policy Ignore with affinity": Case(
        incoming(spread("node", nodeAffinityPolicy="Ignore"), affinity=required(labels("foo", "Exists"))),
        counts(a=2, b=1, c=0), "a b", "", three("foo")),
    # taints
    "tainted nodes count": Case(incoming(NODE), counts(a=2, b=1, c=0), "a b", "", three(taints=TAINTED)),
    "tainted nodes count, policy Ignore said aloud": Case(
        incoming(spread("node", nodeTaintsPolicy="Ignore")), counts(a=2, b=1, c=0), "a b", "", three(taints=TAINTED)),
    "policy Honor leaves tainted nodes out": Case(
        incoming(spread("node", nodeTaintsPolicy="Honor")), counts(a=2, b=1, c=0), "a", "", three(taints=TAINTED)),
    "policy Honor and the taint is tolerated": Case(
        incoming(spread("node", nodeTaintsPolicy="Honor"), tolerations=TOLERATING), counts(a=2, b=1, c=0), "a b", "",
        three(taints=TAINTED)),
    "policy Honor looks at NoExecute too": Case(
        incoming(spread("node", nodeTaintsPolicy="Honor")), counts(a=2, b=1, c=0), "a", "",
        three(taints=[taint("dedicated", effect="NoExecute")])),
    "policy Honor does not mind PreferNoSchedule": Case(
        incoming(spread("node", nodeTaintsPolicy="Honor")), counts(a=2, b=1, c=0), "a b", "",
        three(taints=[taint("dedicated", effect="PreferNoSchedule")])),
    "a cordon is no taint": Case(
        incoming(spread("node", nodeTaintsPolicy="Honor")), counts(a=2, b=1, c=0), "a b", "",
        three(unschedulable=True)),
    "both policies at once": Case(
        incoming(spread("node", nodeTaintsPolicy="Honor", nodeAffinityPolicy="Ignore"), nodeSelector={"foo": ""}),
        counts(a=3, b=1, c=2), "a", "", [a_node("a", "", "foo"), a_node("b"), a_node("c", "", "foo", taints=TAINTED)]),
    # minDomains
    "fewer domains than there should be: the least is 0": Case(
        incoming(spread("node", 2, minDomains=4)), counts(a=2, b=2, c=1), "a b", "", three()),
    "as many domains as there should be": Case(
        incoming(spread("node", 2, minDomains=3)), counts(a=2, b=2, c=1), "", "", three()),
    "more domains than there should be": Case(
        incoming(spread("node", 2, minDomains=2)), counts(a=2, b=2, c=1), "", "", three()),
    "fewer zones than there should be": Case(
        incoming(spread("zone", 2, minDomains=3)), counts(a=1, b=1, x=1), "a b"),
    "enough zones": Case(incoming(spread("zone", 2, minDomains=2)), counts(a=1, b=1, x=1)),
    "only domains that count are counted": Case(
        incoming(spread("node", 1, minDomains=3), nodeSelector={"foo": ""}), counts(a=1, b=1), "a b", "",
        three("foo")),
    # matchLabelKeys
    "a key of the pod's narrows the selector": Case(
        labelled(incoming(keyed("bar", key="node")), "foo", bar="1"),
        [labelled(running("a")[0], "foo", bar="2"), labelled(running("b")[0], "foo", bar="1")], "b"),
    "a key that the pod lacks narrows nothing": Case(incoming(keyed("bar", key="node")), counts(a=1), "a"),
    "keys with an empty selector": Case(
        labelled(incoming(keyed("foo", selector={}, key="node")), "foo"),
        [*running("a", 1, "foo"), *running("b", 1, "bar")], "a"),
    "keys that all are missing leave an empty selector": Case(
        incoming(keyed("bar", selector={}, key="node")), counts(a=3)),
    "keys without a selector select nothing": Case(incoming(keyed("foo", selector=None, key="node")), counts(a=3)),
    "several keys must all agree": Case(
        labelled(incoming(keyed("bar", "baz", key="node")), "foo", "bar", "baz"),
        [*running("a", 1, "foo", "bar"), *running("b", 1, "foo", "bar", "baz")], "b"),
    "what the server merged in and the key say the same": Case(
        labelled(incoming(keyed("bar", selector={**labels("bar", "In", "1")}, key="node")), "foo", bar="1"),
        [labelled(one, "foo", bar="1") for one in counts(a=1)], "a"),
    # more constraints
    "zones 3/3 and nodes 2/1/0/3": Case(incoming(*BOTH), counts(a=2, b=1, y=3), "a b y"),
    "zones 3/4 and nodes 2/1/0/4": Case(incoming(*BOTH), counts(a=2, b=1, y=4), "a b x y"),
    "zones 1/0 and nodes 1/0/0/0": Case(incoming(*BOTH), counts(a=1), "a b"),
    "zones 1/0 for foo and nodes 0/1/0/0 for bar": Case(
        labelled(incoming(ZONE, spread("node", selector=BAR)), "foo", "bar"),
        [*running("a"), *running("b", 1, "bar")], "a b"),
    "zones 1/0 for foo and nodes 0/0/1/1 for bar fit nowhere": Case(
        labelled(incoming(ZONE, spread("node", selector=BAR)), "foo", "bar"),
        [*running("a"), *running("x", 1, "bar"), *running("y", 1, "bar")], "a b x y"),
    "zones 1/0 for foo and nodes 0/0/1/0 for bar": Case(
        labelled(incoming(ZONE, spread("node", selector=BAR)), "foo", "bar"),
        [*running("b"), *running("x", 1, "bar")], "a b x"),
    "another selector where the pod does not count itself": Case(
        incoming(ZONE, spread("node", selector=BAR)),
        [*running("a"), *running("b", 2, "bar"), *running("x"), *running("y", 2, "bar")], "b y"),
    "one key twice: zones 2/1 for bar and 3/3 for foo": Case(
        labelled(incoming(spread("zone", selector=BAR), ZONE), "foo", "bar"), FOO_AND_BAR, "a b"),
    "one key twice: zones 2/1 for bar and 3/4 for foo fit nowhere": Case(
        labelled(incoming(spread("zone", selector=BAR), ZONE), "foo", "bar"), [*FOO_AND_BAR, *counts(x=1)],
        "a b x y"),
    "a node that lacks one of the labels counts for neither": Case(
        incoming(*BOTH), counts(a=1, b=5, x=2, y=0), "a x y", "b",
        [a_node("a", "zone1"), a_node("b"), a_node("x", "zone2"), a_node("y", "zone2")]),
    "the first constraint in order says why: skew": Case(
        incoming(ZONE, spread("rack")), counts(a=1), "a b", "",
        [a_node("a", "zone1", "rack"), a_node("b", "zone1"), a_node("x", "zone2", "rack")]),
    "the first constraint in order says why: no label": Case(
        incoming(spread("rack"), ZONE), counts(a=1), "a", "b",
        [a_node("a", "zone1", "rack"), a_node("b", "zone1"), a_node("x", "zone2", "rack")]),
    "nodes that count for no constraint leave every domain empty": Case(
        incoming(NODE, spread("rack")), counts(a=3, b=2), "", "a b x y"),
    "one constraint honours affinity, the other does not": Case(
        incoming(spread("zone", nodeAffinityPolicy="Ignore"), spread("node"), nodeSelector={"foo": ""}),
        counts(a=1, b=1, x=1, y=1), "", "",
        [a_node("a", "zone1", "foo"), a_node("b", "zone1", "foo"), a_node("x", "zone2", "foo"), a_node("y", "zone2")]),
    "one honours taints, the other affinity": Case(
        incoming(
            spread("zone", nodeAffinityPolicy="Ignore", nodeTaintsPolicy="Honor"), spread("node"),
            nodeSelector={"foo": ""}),
        counts(a=1, b=0, x=1, y=2), "a x y", "",
        [a_node("a", "zone1", "foo"), a_node("b", "zone1", "foo", taints=TAINTED), a_node("x", "zone2", "foo"),
         a_node("y", "zone2")]),
    "what is only wished for refuses nobody": Case(incoming(spread("node", when=SOFT), spread("zone", when=SOFT)),
        counts(a=9)),
    "a wish beside a demand": Case(incoming(ZONE, spread("rack", when=SOFT)), counts(a=1), "a b"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_who_is_refused(case: Case) -> None:
    told = judge(PodTopologySpread, case.pod, nodes=case.nodes or four(), pods=case.pods)
    expected = dict.fromkeys(case.skewed.split(), (SKEWED,)) | dict.fromkeys(case.missing.split(), (MISSING,))
    assert told.refused == expected
    assert told.resolvable == set(case.skewed.split())
    assert told.rejected == ""


def test_a_pod_without_demands_is_not_asked_about() -> None:
    for asked in (pod(), incoming(spread("zone", when=SOFT))):
        bench = set_up(PodTopologySpread, asked, nodes=four())
        assert isinstance(bench.plugin, PodTopologySpread)
        assert not bench.plugin.filters(bench.shape, bench.nodes)
    bench = set_up(PodTopologySpread, incoming(ZONE), nodes=four())
    assert isinstance(bench.plugin, PodTopologySpread)
    assert bench.plugin.filters(bench.shape, bench.nodes)
