"""The schema of Metric, and that of the metrics which the containers of a Behavior export."""

from __future__ import annotations

from .build import Definition, fields, kind, labels, quantity, text
from .usage import curves


def figures(since: str) -> dict[str, Definition]:
    """The fields of a metric; `since`: from when the time of its curves counts."""
    return {
        "name": text("The name of the metric, such as `packets-per-second`."),
        "labels": labels("Labels of the metric, by which it can be selected."),
        "value": quantity("What it is without its curves. Defaults to 0."),
        "curves": curves("the value", since),
    }


METRIC = kind(
    "Metric is a figure that no pod exports: about another object, for custom.metrics.k8s.io, or about something "
    "outside of the cluster, for external.metrics.k8s.io.",
    fields(
        "What the figure is about, and what it is.",
        ("name",),
        describedObject=fields(
            "The object that the figure is about: of the namespace of the Metric, or cluster-wide. Without it: "
            "something outside of the cluster.",
            ("apiVersion", "kind", "name"),
            apiVersion=text("The object's API version, such as `networking.k8s.io/v1`."),
            kind=text("The object's kind."),
            name=text("The object's name."),
        ),
        **figures("the Metric was created"),
    ),
)
