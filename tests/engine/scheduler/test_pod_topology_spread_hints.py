"""Which changes make PodTopologySpread think again about a pod that it refused.

The cases are of the breadth of pkg/scheduler/framework/plugins/podtopologyspread/plugin_test.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.nodes import Placed
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins.pod_topology_spread import PodTopologySpread
from simulator.engine.scheduler.shape import Shape, Shapes
from tests.engine.scheduler.builders import EMPTY, node, pod, taint
from tests.engine.scheduler.spreading import BAR, HARD, SOFT, incoming, labelled, running, spread

PLUGIN: Plugin = PodTopologySpread(EMPTY, {"defaultingType": "List"})
BY_ZONE = incoming(spread("zone"))
BY_BOTH = incoming(spread("zone"), spread("node"))
TWO = incoming(spread("zone"), spread("node", selector=BAR))


def shape(body: Body) -> Shape:
    return Shapes().of(body)


def held(*names: str, **labels: str) -> Body:
    """A node with these labels."""
    return node("n", labels={**dict.fromkeys(names, ""), **labels})


class NodeChange(NamedTuple):
    pod: Body
    before: Body | None
    after: Body | None
    helps: bool


NODES: dict[str, NodeChange] = {
    "another zone": NodeChange(BY_ZONE, held(zone="1"), held(zone="2"), True),
    "another label, no zone": NodeChange(BY_ZONE, held(foo="1"), held(foo="2"), False),
    "another label, all keys": NodeChange(BY_BOTH, held(zone="1", node="1"), held("foo", zone="1", node="1"), False),
    "a label less, all keys": NodeChange(BY_BOTH, held("foo", zone="1", node="1"), held(zone="1", node="1"), False),
    "comes without a zone": NodeChange(BY_ZONE, None, held("foo"), False),
    "comes with a zone": NodeChange(BY_ZONE, None, held(zone="1"), True),
    "comes with an empty zone": NodeChange(BY_ZONE, None, held("zone"), True),
    "goes without a zone": NodeChange(BY_ZONE, held("foo"), None, False),
    "goes with a zone": NodeChange(BY_ZONE, held(zone="1"), None, True),
    "comes with one key of two": NodeChange(BY_BOTH, None, held(zone="1"), False),
    "comes with both keys": NodeChange(BY_BOTH, None, held(zone="1", node="1"), True),
    "one key of two, the same": NodeChange(BY_BOTH, held(zone="1"), held(zone="1"), False),
    "one key of two, another value": NodeChange(BY_BOTH, held(zone="1"), held(zone="2"), False),
    "both keys, another value": NodeChange(BY_BOTH, held(zone="1", node="1"), held(zone="1", node="2"), True),
    "gets the second key": NodeChange(BY_BOTH, held(zone="1"), held(zone="1", node="1"), True),
    "loses the second key": NodeChange(BY_BOTH, held(zone="1", node="1"), held(zone="1"), True),
    "other taints": NodeChange(BY_ZONE, held("zone"), node("n", labels={"zone": ""}, taints=[taint("x")]), True),
    "other taints, no zone": NodeChange(BY_ZONE, held("foo"), node("n", taints=[taint("x")]), False),
    "other allocatable": NodeChange(BY_ZONE, node("n", "1", labels={"zone": ""}), held("zone"), False),
    "keys of what is only wished for do not matter": NodeChange(
        incoming(spread("zone"), spread("node", when=SOFT)), None, held(zone="1"), True),
}  # fmt: skip


@pytest.mark.parametrize("case", NODES.values(), ids=NODES.keys())
def test_nodes(case: NodeChange) -> None:
    assert PLUGIN.helped_by_node(shape(case.pod), case.before, case.after) is case.helps


class PodChange(NamedTuple):
    """before, after: a pod on a node, by its labels."""

    pod: Body
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    helps: bool
    namespace: str = "default"


PODS: dict[str, PodChange] = {
    "one that counts comes": PodChange(BY_ZONE, None, ("foo",), True),
    "one that does not count comes": PodChange(BY_ZONE, None, ("bar",), False),
    "one of another namespace comes": PodChange(BY_ZONE, None, ("foo",), False, "other"),
    "one that counts goes": PodChange(BY_ZONE, ("foo",), None, True),
    "one that does not count goes": PodChange(BY_ZONE, ("bar",), None, False),
    "one of another namespace goes": PodChange(BY_ZONE, ("foo",), None, False, "other"),
    "nothing changes": PodChange(BY_ZONE, ("foo",), ("foo",), False),
    "another label": PodChange(BY_ZONE, ("foo", "bar"), ("foo", "baz"), False),
    "it begins to count": PodChange(BY_ZONE, ("bar",), ("bar", "foo"), True),
    "it counts no more": PodChange(BY_ZONE, ("foo",), ("bar",), True),
    "of another namespace, it begins to count": PodChange(BY_ZONE, ("bar",), ("foo",), False, "other"),
    "it begins to count for the second constraint": PodChange(TWO, ("foo",), ("foo", "bar"), True),
    "it counts for one as before": PodChange(TWO, ("foo",), ("foo", "baz"), False),
    "it counts for both as before": PodChange(TWO, ("foo", "bar"), ("foo", "bar", "baz"), False),
    "one that counts for the second constraint comes": PodChange(TWO, None, ("bar",), True),
    "one that counts for a wish comes": PodChange(
        incoming(spread("zone"), spread("node", when=SOFT, selector=BAR)), None, ("bar",), False),
    "a selector that selects nothing": PodChange(incoming(spread("zone", selector=None)), None, ("foo",), False),
    "a selector that selects all": PodChange(incoming(spread("zone", selector={})), None, ("foo",), True),
}  # fmt: skip


@pytest.mark.parametrize("case", PODS.values(), ids=PODS.keys())
def test_pods(case: PodChange) -> None:
    placed = [
        one and Placed("n", Shapes().of(running("n", 1, *one, namespace=case.namespace)[0], placed=True))
        for one in (case.before, case.after)
    ]
    assert PLUGIN.helped_by_pod(shape(case.pod), *placed) is case.helps


class OwnChange(NamedTuple):
    before: Body
    after: Body
    helps: bool


TOLERATION = {"key": "x", "operator": "Exists"}
HONORS = spread("zone", nodeTaintsPolicy="Honor")
OWN: dict[str, OwnChange] = {
    "nothing changes": OwnChange(BY_ZONE, BY_ZONE, False),
    "it counts itself no more": OwnChange(BY_ZONE, labelled(BY_ZONE, "bar"), True),
    "it begins to count itself": OwnChange(labelled(BY_ZONE, "bar"), BY_ZONE, True),
    "another label": OwnChange(BY_ZONE, labelled(BY_ZONE, "foo", "bar"), False),
    "a toleration where taints are honoured": OwnChange(
        incoming(HONORS), incoming(HONORS, tolerations=[TOLERATION]), True),
    "a toleration where they are not": OwnChange(BY_ZONE, incoming(spread("zone"), tolerations=[TOLERATION]), False),
    "a toleration where a wish honours them": OwnChange(
        incoming(spread("zone"), {**HONORS, "whenUnsatisfiable": SOFT}),
        incoming(spread("zone"), {**HONORS, "whenUnsatisfiable": SOFT}, tolerations=[TOLERATION]), False),
}  # fmt: skip


@pytest.mark.parametrize("case", OWN.values(), ids=OWN.keys())
def test_the_pod_itself(case: OwnChange) -> None:
    assert PLUGIN.helped_by_own(shape(case.before), shape(case.after)) is case.helps


def test_services_are_nobodys_business() -> None:
    """Upstream registers no events of them: such a pod waits for something else, or for five minutes."""
    demanding = PodTopologySpread(
        EMPTY, {"defaultingType": "List", "defaultConstraints": [spread("zone", 1, HARD, None)]}
    )
    assert not demanding.helped_by(shape(pod()), "services", None, {"spec": {"selector": {"foo": ""}}})
