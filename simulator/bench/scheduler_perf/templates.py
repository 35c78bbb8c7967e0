"""The nodes and pods of the workloads, as an API server with its defaults would store them.

Follows test/integration/scheduler_perf/templates/*.yaml and node_util.go, v1.34.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import orjson

from simulator.engine.admission import Attributes, default_tolerations
from simulator.engine.objects import timestamp
from simulator.engine.registry import KINDS, Body
from simulator.engine.world import World
from simulator.simulation import EPOCH

ZONE, HOSTNAME = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
_SMALL = {"cpu": "100m", "memory": "500Mi"}
_NAMESPACES = {"namespaces": ["sched-1", "sched-0"]}
_DEVOPS = {"namespaceSelector": {"matchLabels": {"team": "devops"}}}


def node(name: str = "", pods: str = "110", **spec: Any) -> Body:
    meta = {"name": name} if name else {}
    return {"metadata": meta, "spec": spec, "status": {"capacity": {"pods": pods, "cpu": "4", "memory": "32Gi"}}}


def pod(requests: dict[str, str] = _SMALL, color: str = "", **spec: Any) -> Body:
    """A pod of one container that asks for the requests and may have as much; `color`: its label."""
    container: Body = {"name": "pause", "image": "registry.k8s.io/pause:3.10.1", "ports": [{"containerPort": 80}]}
    if requests:
        container["resources"] = {"requests": requests, "limits": requests}
    return {"metadata": {"labels": {"color": color}} if color else {}, "spec": {"containers": [container], **spec}}


def _term(color: str, key: str, **where: Any) -> Body:
    return {"labelSelector": {"matchLabels": {"color": color}}, "topologyKey": key, **where}


def _required(kind: str, *terms: Body) -> Body:
    return {kind: {"requiredDuringSchedulingIgnoredDuringExecution": list(terms)}}


def _preferred(kind: str, term: Body) -> Body:
    return {kind: {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": term}]}}


def _spread(color: str, skew: int, key: str, unsatisfiable: str, **more: str) -> list[Body]:
    selector = {"matchLabels": {"color": color}}
    return [
        {"maxSkew": skew, "topologyKey": key, "whenUnsatisfiable": unsatisfiable, "labelSelector": selector, **more}
    ]


def _on_nodes(term: Body) -> Body:
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [term]}}}


NODE = node()
NAMED_NODE = node("scheduler-perf-node", "90000")
TAINTED_NODE = node(taints=[{"key": "foo", "effect": "NoSchedule"}])
DEFAULT = pod()
LABELLED = {**pod({}), "metadata": {"labels": {"app": "scheduler-perf"}}}
NODE_AFFINITY = pod(
    affinity=_on_nodes({"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["zone1", "zone2"]}]})
)
DAEMON = pod(
    {},
    affinity=_on_nodes(
        {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["scheduler-perf-node"]}]}
    ),
)
SPREAD = pod(color="blue", topologySpreadConstraints=_spread("blue", 5, ZONE, "DoNotSchedule"))
PREFERRED_SPREAD = pod(color="blue", topologySpreadConstraints=_spread("blue", 5, ZONE, "ScheduleAnyway"))
INCLUSION_POLICY = pod(
    color="bar",
    topologySpreadConstraints=_spread(
        "bar", 1, HOSTNAME, "DoNotSchedule", nodeAffinityPolicy="Honor", nodeTaintsPolicy="Honor"
    ),
)
AFFINITY = pod(color="blue", affinity=_required("podAffinity", _term("blue", ZONE, **_NAMESPACES)))
ANTI_AFFINITY = pod(color="green", affinity=_required("podAntiAffinity", _term("green", HOSTNAME, **_NAMESPACES)))
ANTI_AFFINITY_LABEL = pod(color="green")
PREFERRED_AFFINITY = pod(color="red", affinity=_preferred("podAffinity", _term("red", HOSTNAME, **_NAMESPACES)))
PREFERRED_ANTI_AFFINITY = pod(
    color="yellow", affinity=_preferred("podAntiAffinity", _term("yellow", HOSTNAME, **_NAMESPACES))
)
ANTI_AFFINITY_NS_SELECTOR = pod(
    color="green", affinity=_required("podAntiAffinity", _term("green", HOSTNAME, **_DEVOPS))
)
SECRET_VOLUME = pod(volumes=[{"name": "secret", "secret": {"secretName": "secret"}}])
LOW_PRIORITY = pod({"cpu": "900m", "memory": "500Mi"}, terminationGracePeriodSeconds=0)
HIGH_PRIORITY = pod({"cpu": "3000m", "memory": "500Mi"}, priority=10)
LARGE_CPU = pod({"cpu": "9", "memory": "500Mi"}, priority=10)


def nodes(template: Body, count: int, *, start: int = 0, zones: tuple[str, ...] = ()) -> Iterator[Body]:
    """As many nodes as asked for, each with its hostname, in the zones by turns."""
    text, turns = _stored("Node", template), itertools.cycle(zones or ("",))
    for number in range(start, start + count):
        body = orjson.loads(text)
        meta = body["metadata"]
        meta["name"] = meta.get("name") or f"scheduler-perf-{number:05d}"
        zone = next(turns)
        meta["labels"] = {**meta.get("labels", {}), HOSTNAME: meta["name"], **({ZONE: zone} if zone else {})}
        body["status"]["allocatable"] = body["status"]["capacity"]
        yield body


def pods(template: Body, count: int, *, prefix: str, namespace: str = "default") -> Iterator[Body]:
    """As many pods as asked for, each with a body of its own."""
    text = _stored("Pod", template)
    for number in range(count):
        body = orjson.loads(text)
        name = f"{prefix}-{number:05d}"
        body["metadata"] |= {"name": name, "namespace": namespace, "uid": f"uid-{namespace}-{name}"}
        yield body


def namespace(name: str, **labels: str) -> Body:
    meta = {"name": name, "labels": {"kubernetes.io/metadata.name": name, **labels}}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": meta}


def service(namespace: str) -> Body:
    ports = [{"protocol": "TCP", "port": 80, "targetPort": 8000}]
    spec = {"selector": {"app": "scheduler-perf"}, "ports": ports}
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "service", "namespace": namespace},
        "spec": spec,
    }


def _stored(kind: str, template: Body) -> bytes:
    """A template with the API's defaults; scheduler_perf's server runs DefaultTolerationSeconds, and not Priority."""
    known = KINDS[f"{kind.lower()}s"]
    meta = {"creationTimestamp": timestamp(EPOCH), **template["metadata"]}
    body = known.default({"apiVersion": "v1", "kind": kind, **template, "metadata": meta})
    if kind == "Pod":
        asked = Attributes("CREATE", known, body, None)
        body = default_tolerations.admit(asked, World(seed=1, now=EPOCH))
    return orjson.dumps(body)
