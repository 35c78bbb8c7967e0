"""The workloads: which nodes there are, which pods are placed beforehand, and the pods that are measured.

Names and numbers are upstream's, but for SchedulingBasic's 100, 1,000 and 15,000 nodes and PreemptionBasic's 5,000,
which it has in a comment. Churn comes there every 200 ms; here, so that a run is repeatable, once in so many pods,
which is more often than upstream's own scheduler meets it.
Follows test/integration/scheduler_perf/{misc,affinity,topology_spreading,volumes}/performance-config.yaml, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.bench.scheduler_perf import templates
from simulator.engine.registry import Body

CHURN_EVERY = 100
_ZONE1, _MOONS = ("zone1",), ("moon-1", "moon-2", "moon-3")


class Pods(NamedTuple):
    """So many pods of one template."""

    template: Body
    number: int
    namespace: str = "default"

    def bodies(self, prefix: str) -> Iterator[Body]:
        return templates.pods(self.template, self.number, prefix=prefix, namespace=self.namespace)


@dataclass(frozen=True)
class Workload:
    """nodes: made anew at each call. init: placed beforehand. churn: a pod that no node can take, in between.

    namespaces, objects: what else there is.
    """

    nodes: Callable[[], Iterator[Body]]
    measured: Pods
    init: tuple[Pods, ...] = ()
    churn: Body | None = None
    namespaces: tuple[Body, ...] = (templates.namespace("default"),)
    services: tuple[Body, ...] = field(default_factory=tuple)


Testcase = Callable[[int, int, int], Workload]
"""Makes a workload of upstream's parameters initNodes, initPods and measurePods."""


def _simple(
    template: Body, *, first: Body | None = None, zones: tuple[str, ...] = (), churn: Body | None = None
) -> Testcase:
    """All in one namespace. `first`: the template of the pods placed beforehand, where it is another one."""

    def made(nodes: int, init: int, measured: int) -> Workload:
        return Workload(
            lambda: templates.nodes(templates.NODE, nodes, zones=zones),
            Pods(template, measured),
            (Pods(first or template, init),),
            churn,
        )

    return made


def _paired(template: Body, *, first: Body | None = None, zones: tuple[str, ...] = ()) -> Testcase:
    """The pods placed beforehand in sched-0, those that are measured in sched-1."""

    def made(nodes: int, init: int, measured: int) -> Workload:
        return Workload(
            lambda: templates.nodes(templates.NODE, nodes, zones=zones),
            Pods(template, measured, "sched-1"),
            (Pods(first or template, init, "sched-0"),),
            namespaces=(templates.namespace("sched-0"), templates.namespace("sched-1")),
        )

    return made


def _mixed(nodes: int, init: int, measured: int) -> Workload:
    before = (
        templates.DEFAULT,
        templates.AFFINITY,
        templates.ANTI_AFFINITY,
        templates.PREFERRED_AFFINITY,
        templates.PREFERRED_ANTI_AFFINITY,
    )
    return Workload(
        lambda: templates.nodes(templates.NODE, nodes, zones=_ZONE1),
        Pods(templates.DEFAULT, measured),
        tuple(Pods(template, init, "sched-0") for template in before),
        namespaces=(templates.namespace("sched-0"), templates.namespace("default")),
    )


def _by_team(nodes: int, init: int, measured: int) -> Workload:
    """`init`: of pods in each of a hundred namespaces (upstream's initPodsPerNamespace) of one team."""
    names = [f"init-ns-{number}" for number in range(100)]
    return Workload(
        lambda: templates.nodes(templates.NODE, nodes),
        Pods(templates.ANTI_AFFINITY_NS_SELECTOR, measured, "measure-ns-0"),
        tuple(Pods(templates.ANTI_AFFINITY_NS_SELECTOR, init, name) for name in names),
        namespaces=tuple(templates.namespace(name, team="devops") for name in [*names, "measure-ns-0"]),
    )


def _behind_a_service(nodes: int, init: int, measured: int) -> Workload:
    return Workload(
        lambda: templates.nodes(templates.NODE, nodes, zones=_MOONS),
        Pods(templates.LABELLED, measured, "service-ns"),
        (Pods(templates.DEFAULT, init),),
        namespaces=(templates.namespace("default"), templates.namespace("service-ns")),
        services=(templates.service("service-ns"),),
    )


def _daemons(nodes: int, _init: int, measured: int) -> Workload:
    return Workload(
        lambda: iter([*templates.nodes(templates.NAMED_NODE, 1), *templates.nodes(templates.NODE, nodes, start=1)]),
        Pods(templates.DAEMON, measured),
    )


def _inclusion(nodes: int, tainted: int, measured: int) -> Workload:
    """nodes, tainted: upstream's normalNodes and taintNodes."""
    return Workload(
        lambda: iter([
            *templates.nodes(templates.NODE, nodes), *templates.nodes(templates.TAINTED_NODE, tainted, start=nodes),
        ]),
        Pods(templates.INCLUSION_POLICY, measured),
    )  # fmt: skip


TESTCASES: dict[str, Testcase] = {
    "SchedulingBasic": _simple(templates.DEFAULT),
    "SchedulingDaemonset": _daemons,
    "SchedulingSecrets": _simple(templates.SECRET_VOLUME),
    "SchedulingNodeAffinity": _simple(templates.NODE_AFFINITY, zones=_ZONE1),
    "TopologySpreading": _simple(templates.SPREAD, first=templates.DEFAULT, zones=_MOONS),
    "PreferredTopologySpreading": _simple(templates.PREFERRED_SPREAD, first=templates.DEFAULT, zones=_MOONS),
    "DefaultTopologySpreading": _behind_a_service,
    "SchedulingWithNodeInclusionPolicy": _inclusion,
    "SchedulingPodAntiAffinity": _paired(templates.ANTI_AFFINITY),
    "SchedulingPodMatchingAntiAffinity": _paired(templates.ANTI_AFFINITY_LABEL, first=templates.ANTI_AFFINITY),
    "SchedulingPodAffinity": _paired(templates.AFFINITY, zones=_ZONE1),
    "SchedulingPreferredPodAffinity": _paired(templates.PREFERRED_AFFINITY),
    "SchedulingPreferredPodAntiAffinity": _paired(templates.PREFERRED_ANTI_AFFINITY),
    "SchedulingRequiredPodAntiAffinityWithNSSelector": _by_team,
    "MixedSchedulingBasePod": _mixed,
    "PreemptionBasic": _simple(templates.HIGH_PRIORITY, first=templates.LOW_PRIORITY),
    "Unschedulable": _simple(templates.DEFAULT, churn=templates.LARGE_CPU),
}

WORKLOADS: dict[str, tuple[int, int, int]] = {
    "SchedulingBasic/100Nodes": (100, 100, 1000),
    "SchedulingBasic/500Nodes": (500, 500, 1000),
    "SchedulingBasic/1000Nodes": (1000, 1000, 1000),
    "SchedulingBasic/5000Nodes": (5000, 1000, 1000),
    "SchedulingBasic/5000Nodes_10000Pods": (5000, 1000, 10000),
    "SchedulingBasic/15000Nodes": (15000, 1000, 1000),
    "SchedulingDaemonset/15000Nodes": (15000, 0, 30000),
    "SchedulingSecrets/5000Nodes": (5000, 5000, 1000),
    "SchedulingNodeAffinity/500Nodes": (500, 500, 1000),
    "SchedulingNodeAffinity/5000Nodes": (5000, 5000, 1000),
    "TopologySpreading/500Nodes": (500, 1000, 1000),
    "TopologySpreading/5000Nodes": (5000, 5000, 2000),
    "PreferredTopologySpreading/500Nodes": (500, 1000, 1000),
    "PreferredTopologySpreading/5000Nodes": (5000, 5000, 2000),
    "DefaultTopologySpreading/500Nodes": (500, 1000, 1000),
    "DefaultTopologySpreading/5000Nodes_10000Pods": (5000, 5000, 10000),
    "SchedulingWithNodeInclusionPolicy/5000Nodes": (4000, 1000, 4000),
    "SchedulingPodAntiAffinity/500Nodes": (500, 100, 400),
    "SchedulingPodAntiAffinity/5000Nodes": (5000, 1000, 1000),
    "SchedulingPodMatchingAntiAffinity/5000Nodes_5000Pods": (5000, 1000, 5000),
    "SchedulingPodAffinity/500Nodes": (500, 500, 1000),
    "SchedulingPodAffinity/5000Nodes": (5000, 5000, 1000),
    "SchedulingPreferredPodAffinity/500Nodes": (500, 500, 1000),
    "SchedulingPreferredPodAffinity/5000Nodes": (5000, 5000, 1000),
    "SchedulingPreferredPodAntiAffinity/500Nodes": (500, 500, 1000),
    "SchedulingPreferredPodAntiAffinity/5000Nodes": (5000, 5000, 1000),
    "SchedulingRequiredPodAntiAffinityWithNSSelector/5000Nodes": (5000, 40, 1000),
    "MixedSchedulingBasePod/500Nodes": (500, 200, 1000),
    "MixedSchedulingBasePod/5000Nodes": (5000, 2000, 1000),
    "PreemptionBasic/1000Nodes": (1000, 4000, 1000),
    "PreemptionBasic/5000Nodes": (5000, 20000, 5000),
    "Unschedulable/500Nodes/10Init/1kPods": (500, 10, 1000),
    "Unschedulable/5kNodes/100Init/1kPods": (5000, 100, 1000),
    "Unschedulable/5kNodes/20kInit/10kPods": (5000, 20000, 10000),
}


def workload(name: str) -> Workload:
    return TESTCASES[name.partition("/")[0]](*WORKLOADS[name])
