"""A small language for the cases of PodTopologySpread: four nodes in two zones, and how many pods are on each."""

from __future__ import annotations

from typing import Any

from simulator.engine.registry import Body
from tests.engine.scheduler.builders import node, pod

HARD, SOFT = "DoNotSchedule", "ScheduleAnyway"
HOSTNAME = "kubernetes.io/hostname"
FOO: Body = {"matchExpressions": [{"key": "foo", "operator": "Exists"}]}
BAR: Body = {"matchExpressions": [{"key": "bar", "operator": "Exists"}]}


def spread(key: str, max_skew: int = 1, when: str = HARD, selector: Body | None = FOO, **more: Any) -> Body:
    held: Body = {"maxSkew": max_skew, "topologyKey": key, "whenUnsatisfiable": when, **more}
    return held if selector is None else {**held, "labelSelector": selector}


def labelled(body: Body, *names: str, **labels: str) -> Body:
    """The pod with these labels; those that are only named have an empty value."""
    return {**body, "metadata": {**body["metadata"], "labels": {**dict.fromkeys(names, ""), **labels}}}


def incoming(*constraints: Body, **spec: Any) -> Body:
    """A pod labelled foo with these constraints."""
    return labelled(pod("p", topologySpreadConstraints=list(constraints), **spec), "foo")


def a_node(name: str, zone: str = "", *labels: str, **more: Any) -> Body:
    held = {"node": name, HOSTNAME: name, **({"zone": zone} if zone else {}), **dict.fromkeys(labels, "")}
    return node(name, labels=held, **more)


def four() -> list[Body]:
    """a and b in zone1, x and y in zone2."""
    return [a_node("a", "zone1"), a_node("b", "zone1"), a_node("x", "zone2"), a_node("y", "zone2")]


def running(on: str, number: int = 1, *labels: str, namespace: str = "default", deleting: bool = False) -> list[Body]:
    """Pods on a node, labelled foo unless told otherwise."""
    made = []
    for index in range(number):
        body = labelled(pod(f"{on}-{'-'.join(labels)}-{index}", on=on), *(labels or ("foo",)))
        body["metadata"]["namespace"] = namespace
        if deleting:
            body["metadata"] |= {"name": f"{on}-gone-{index}", "deletionTimestamp": "2024-01-01T00:00:00Z"}
        made.append(body)
    return made


def counts(**on: int) -> list[Body]:
    """So many pods labelled foo on each node."""
    return [one for name, number in on.items() for one in running(name, number)]
