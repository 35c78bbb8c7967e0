"""NodeMetrics: what each node used at the last sample, as metrics-server tells.

Computed when somebody reads it. Follows the metrics.k8s.io/v1beta1 types of staging/src/k8s.io/metrics and
metrics-server's pkg/api.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from .. import faults
from ..objects import is_condition_true, key_of, labels_of, name_of, timestamp
from ..pods import node_of
from ..printing import NAME, field
from ..registry import Body, Column, Instant, Kind, Reader
from ..workloads import usage

WINDOW = "The time over which the figures were averaged, ending at the timestamp."


def head(kind: str, metadata: Body, at: Instant) -> Body:
    """The part that the metrics of pods and of nodes share."""
    window = f"{usage.PERIOD // 1_000_000}s"
    return {
        "apiVersion": "metrics.k8s.io/v1beta1",
        "kind": kind,
        "metadata": metadata,
        "timestamp": timestamp(at),
        "window": window,
    }


def computed(reader: Reader, now: Instant) -> Iterator[Body]:
    """The metrics of every node that is ready and answers."""
    at = usage.sampled(now)
    used: defaultdict[str, list[usage.Usage]] = defaultdict(list)
    silent = faults.silent(reader)
    pods, nodes = reader.list("pods"), reader.list("nodes")
    sampled = usage.of_pods(reader, pods, nodes, at)
    for pod in pods:
        used[node_of(pod)] += sampled.get(key_of(pod), {}).values()
    for node in nodes:
        if not is_condition_true(node, "Ready") or name_of(node) in silent:
            continue
        metadata: Body = {"name": name_of(node), "creationTimestamp": timestamp(now), "labels": labels_of(node)}
        figures = usage.of_node(node, used[name_of(node)], at)
        yield {**head("NodeMetrics", metadata, at), "usage": usage.written(figures)}


KIND = Kind(
    group="metrics.k8s.io",
    version="v1beta1",
    kind="NodeMetrics",
    plural="nodes",
    namespaced=False,
    subresources=frozenset(),
    verbs=("get", "list"),
    has_generation=False,
    columns=(
        NAME,
        Column("CPU", field("usage", "cpu"), description="What the node uses of its CPU."),
        Column("Memory", field("usage", "memory"), description="The node's working set."),
        Column("Window", field("window"), description=WINDOW),
    ),
    computed=computed,
    definition={
        "type": "object",
        "description": "NodeMetrics sets resource usage metrics of a node.",
        "required": ["timestamp", "window", "usage"],
        "properties": {
            "timestamp": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.Time"},
            "window": {"type": "string", "description": WINDOW},
            "usage": {
                "type": "object",
                "description": "The memory usage is the memory working set.",
                "additionalProperties": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"},
            },
        },
    },
)
