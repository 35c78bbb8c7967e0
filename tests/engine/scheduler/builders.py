"""Nodes, pods and worlds for the scheduler's tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.engine.causes import Cause
from simulator.engine.latency import PROFILES
from simulator.engine.objects import key_of
from simulator.engine.registry import KINDS, Body, Reader
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration
from simulator.engine.scheduler.cycle import Scheduler
from simulator.engine.scheduler.framework import Framework
from simulator.engine.scheduler.nodes import NodeTable
from simulator.engine.scheduler.plugin import Plugin
from simulator.engine.scheduler.plugins.registry import PLUGINS
from simulator.engine.scheduler.shape import Shapes
from simulator.engine.world import World

EMPTY = World(seed=1, now=0)
"""For plugins that read nothing."""
START = 1_700_000_000_000_000
TEST = Cause("test", "test", "A test did it.")
ZONE = "topology.kubernetes.io/zone"


def node(
    name: str,
    cpu: str = "4",
    memory: str = "8Gi",
    pods: str = "110",
    *,
    labels: dict[str, str] | None = None,
    taints: list[Body] | None = None,
    unschedulable: bool = False,
    **extra: str,
) -> Body:
    spec: Body = {}
    if taints:
        spec["taints"] = taints
    if unschedulable:
        spec["unschedulable"] = True
    offered = {"cpu": cpu, "memory": memory, "pods": pods, **{key.replace("__", "/"): n for key, n in extra.items()}}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "uid": f"uid-{name}", "labels": labels or {}},
        "spec": spec,
        "status": {"allocatable": offered},
    }


def container(name: str = "main", **requests: str) -> Body:
    asked = {key.replace("__", "/"): amount for key, amount in requests.items()}
    return {"name": name, "image": "nginx", "resources": {"requests": asked} if asked else {}}


def pod(name: str = "pod", *containers: Body, on: str = "", **spec: Any) -> Body:
    spec = {"schedulerName": "default-scheduler", "containers": list(containers) or [container()], **spec}
    if on:
        spec["nodeName"] = on
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def taint(key: str, value: str = "", effect: str = "NoSchedule") -> Body:
    return {"key": key, "value": value, "effect": effect}


def required(*terms: Body) -> Body:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def preferred(*weighted: tuple[int, Body]) -> Body:
    terms = [{"weight": weight, "preference": term} for weight, term in weighted]
    return {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}}


def labels(key: str, operator: str, *values: str) -> Body:
    one: Body = {"key": key, "operator": operator}
    if values:
        one["values"] = list(values)
    return {"matchExpressions": [one]}


def table(nodes: list[Body], running: list[Body] | None = None, shapes: Shapes | None = None) -> NodeTable:
    shapes = shapes or Shapes()
    made = NodeTable(nodes)
    for one in running or ():
        spec = one["spec"]
        made.place(key_of(one), spec["nodeName"], shapes.of(one, placed=True))
    return made


def default_framework(reader: Reader, *, percentage: int = 0) -> Framework:
    """The default profile. `percentage` is percentageOfNodesToScore, 100 for every node."""
    return Framework(DEFAULT.profiles[0]._replace(percentage=percentage), reader, PLUGINS)


def judged(nodes: list[Body], incoming: Body, running: list[Body] | None = None) -> tuple[Framework, NodeTable, Any]:
    """(framework, table, shape) for one pod before these nodes."""
    shapes = Shapes()
    return default_framework(EMPTY), table(nodes, running, shapes), shapes.of(incoming)


def world(
    *objects: Body,
    latency: str = "instant",
    seed: int = 1,
    classes: Mapping[str, type[Plugin]] = PLUGINS,
    default: Configuration = DEFAULT,
) -> tuple[World, Scheduler]:
    """A world with a scheduler and nothing else."""
    made = World(seed=seed, now=START, latency=PROFILES[latency])
    scheduler = Scheduler(made, classes, default)
    for body in (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default", "uid": "ns"}},
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": "default"}},
        *objects,
    ):
        meta = {"resourceVersion": str(made.revision + 1), **body["metadata"]}
        made.load(f"{body['kind'].lower()}s", {**body, "metadata": meta})
    scheduler.start()
    return made, scheduler


def resource_of(body: Body) -> str:
    """The resource name of an object, by its apiVersion and kind."""
    group, _, version = body["apiVersion"].rpartition("/")
    return next(one.resource for one in KINDS if (one.group, one.version, one.kind) == (group, version, body["kind"]))


def placed(made: World) -> dict[str, str]:
    """Which node each pod is on."""
    return {one["metadata"]["name"]: one["spec"].get("nodeName", "") for one in made.list("pods")}
