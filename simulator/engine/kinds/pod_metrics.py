"""PodMetrics: what the containers of each pod used at the last sample, as metrics-server tells.

Computed when somebody reads it. Follows the metrics.k8s.io/v1beta1 types of staging/src/k8s.io/metrics and
metrics-server's pkg/api.
"""

from __future__ import annotations

from collections.abc import Iterator

from .. import faults, quantity
from ..objects import key_of, labels_of, name_of, namespace_of, timestamp
from ..pods import node_of
from ..printing import NAME, field
from ..registry import Body, Column, Instant, Kind, Reader
from ..workloads import usage
from .node_metrics import WINDOW, head


def _computed(reader: Reader, now: Instant) -> Iterator[Body]:
    at, pods = usage.sampled(now), reader.list("pods")
    sampled = usage.of_pods(reader, pods, reader.list("nodes"), at)
    silent = faults.silent(reader)
    for pod in pods:
        if node_of(pod) in silent:
            continue
        containers = sampled.get(key_of(pod))
        if containers is not None:
            metadata: Body = {"name": name_of(pod), "namespace": namespace_of(pod), "creationTimestamp": timestamp(now)}
            if labels_of(pod):
                metadata["labels"] = labels_of(pod)
            yield {
                **head("PodMetrics", metadata, at),
                "containers": [{"name": name, "usage": usage.written(held)} for name, held in containers.items()],
            }


def _sum(resource: str) -> Column:
    def cell(body: Body, now: Instant) -> str:
        figures = [one["usage"][resource] for one in body["containers"]]
        if resource == "cpu":
            return f"{sum(int(one.removesuffix('n')) for one in figures)}n"
        return f"{sum(quantity.value(one) for one in figures) >> 10}Ki"

    name = "CPU" if resource == "cpu" else "Memory"
    return Column(name, cell, description=f"What the pod's containers use of {resource} together.")


KIND = Kind(
    group="metrics.k8s.io",
    version="v1beta1",
    kind="PodMetrics",
    plural="pods",
    subresources=frozenset(),
    verbs=("get", "list"),
    has_generation=False,
    columns=(NAME, _sum("cpu"), _sum("memory"), Column("Window", field("window"), description=WINDOW)),
    computed=_computed,
    definition={
        "type": "object",
        "description": "PodMetrics sets resource usage metrics of a pod.",
        "required": ["timestamp", "window", "containers"],
        "properties": {
            "timestamp": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.Time"},
            "window": {"type": "string", "description": WINDOW},
            "containers": {
                "type": "array",
                "description": "Metrics for all containers are collected within the same time window.",
                "items": {
                    "type": "object",
                    "required": ["name", "usage"],
                    "properties": {
                        "name": {"type": "string", "description": "Container name."},
                        "usage": {
                            "type": "object",
                            "description": "The memory usage is the memory working set.",
                            "additionalProperties": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"},
                        },
                    },
                },
            },
        },
    },
)
