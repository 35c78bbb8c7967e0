"""What each node of a cluster uses now, for the bars of the map: what metrics-server tells, and the disk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from simulator import reading
from simulator.engine import pods, quantity
from simulator.engine.kinds import node_metrics
from simulator.engine.kubelet import disk_fill, pod_load, signals
from simulator.engine.kubelet.pod_load import Load
from simulator.engine.kubelet.turn import COMPONENT
from simulator.engine.objects import name_of, status_of
from simulator.engine.registry import Instant, Reader
from simulator.engine.workloads import usage
from simulator.engine.workloads.behaviors import Behaviors
from simulator.engine.workloads.traffic.flows import Flows
from simulator.garbage import no_collection
from simulator.states import State

_FILL = "fill:"


@no_collection()
def of(state: State) -> dict[str, Any]:
    """By node name: cpu in thousandths of a core, memory and disk in bytes. A node that does not answer is left out."""
    reader = state.reader if state.is_past else reading.SteadyReader(state.cluster)
    at = usage.sampled(state.now)
    loads = _loads(reader, at)
    nodes = {name_of(node): node for node in reader.list("nodes")}
    fills = state.notes(COMPONENT, [_FILL + name for name in nodes])
    told = {}
    for metrics in node_metrics.computed(reader, state.now):
        name, used = name_of(metrics), metrics["usage"]
        there = sum(one.get("sizeBytes", 0) for one in status_of(nodes[name]).get("images") or ())
        besides = disk_fill.told(fills.get(_FILL + name))
        disk = signals.reading(nodes[name], loads[name], there, signals.NODEFS, besides=besides)
        told[name] = {
            "cpu": quantity.milli(used["cpu"]),
            "memory": quantity.value(used["memory"]),
            "disk": int(disk.used.at(at)),
        }
    return {"nodes": told}


def _loads(reader: Reader, at: Instant) -> defaultdict[str, list[Load]]:
    behaviors, flows = Behaviors(reader), Flows(reader)
    found: defaultdict[str, list[Load]] = defaultdict(list)
    for pod in reader.list("pods"):
        if pods.node_of(pod):
            found[pods.node_of(pod)].append(pod_load.shown(pod, behaviors, flows, reader, at))
    return found
