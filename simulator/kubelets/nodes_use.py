"""What each node of a cluster uses now, for the bars of the map: what metrics-server tells, and the disk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import orjson

from simulator import reading
from simulator.engine import pods, quantity
from simulator.engine.kinds import node_metrics
from simulator.engine.kubelet import disk_fill, pod_load, signals
from simulator.engine.kubelet.pod_load import Load
from simulator.engine.kubelet.turn import COMPONENT
from simulator.engine.objects import name_of, status_of
from simulator.engine.registry import Instant
from simulator.engine.workloads import usage
from simulator.engine.workloads.behaviors import Behaviors
from simulator.engine.workloads.traffic.flows import Flows
from simulator.garbage import no_collection
from simulator.models import Cluster, Memory

_FILL = "fill:"


@no_collection()
def of(cluster: Cluster, now: Instant) -> dict[str, Any]:
    """By node name: cpu in thousandths of a core, memory and disk in bytes. A node that does not answer is left out."""
    reader = reading.SteadyReader(cluster)
    at = usage.sampled(now)
    loads = _loads(reader, at)
    fills = _fills(cluster)
    nodes = {name_of(node): node for node in reader.list("nodes")}
    told = {}
    for metrics in node_metrics.computed(reader, now):
        name, used = name_of(metrics), metrics["usage"]
        there = sum(one.get("sizeBytes", 0) for one in status_of(nodes[name]).get("images") or ())
        besides = disk_fill.told(fills.get(name))
        disk = signals.reading(nodes[name], loads[name], there, signals.NODEFS, besides=besides)
        told[name] = {
            "cpu": quantity.milli(used["cpu"]),
            "memory": quantity.value(used["memory"]),
            "disk": int(disk.used.at(at)),
        }
    return {"nodes": told}


def _loads(reader: reading.SteadyReader, at: Instant) -> defaultdict[str, list[Load]]:
    behaviors, flows = Behaviors(reader), Flows(reader)
    found: defaultdict[str, list[Load]] = defaultdict(list)
    for pod in reader.list("pods"):
        if pods.node_of(pod):
            found[pods.node_of(pod)].append(pod_load.shown(pod, behaviors, flows, reader, at))
    return found


def _fills(cluster: Cluster) -> dict[str, Any]:
    rows = Memory.objects.filter(cluster=cluster, component=COMPONENT, key__startswith=_FILL, note__isnull=False)
    return {key.removeprefix(_FILL): orjson.loads(note) for key, note in rows.values_list("key", "note") if note}
