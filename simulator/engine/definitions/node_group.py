"""The schema of NodeGroup."""

from __future__ import annotations

from .build import fields, integer, items, kind, labels, quantity, status, text

_TAINT = "#/$defs/io.k8s.api.core.v1.Taint"

_SPEC = fields(
    "How many machines there may be, and of which kind.",
    ("maxSize",),
    minSize=integer("The fewest machines that an autoscaler leaves. Defaults to 0."),
    maxSize=integer("The most machines that an autoscaler asks for."),
    size=integer("How many machines there are to be now. Defaults to minSize."),
    template=fields(
        "What each machine is like.",
        cpu=quantity("Its cores. Defaults to 4."),
        memory=quantity("Its memory. Defaults to 16Gi."),
        storage=quantity("Its disk. Defaults to 100Gi."),
        pods=integer("The most pods that its kubelet runs. Defaults to 110."),
        resources={
            "type": "object",
            "additionalProperties": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.api.resource.Quantity"},
            "description": "What else it has, by name: devices such as example.com/dongle, and huge pages.",
        },
        zone=text("The zone that it is in."),
        region=text("The region that it is in. Defaults to region-1 where there is a zone."),
        labels=labels("Further labels of its Node."),
        taints=items("The taints of its Node.", {"$ref": _TAINT}),
    ),
    bootSeconds=integer("How long it takes from the order of a machine until its Node is registered. Defaults to 60."),
    pricePerHour=quantity("What one machine costs in an hour, in any currency. Defaults to 1."),
)

NODE_GROUP = kind(
    "NodeGroup is a number of equal machines of a cloud: more of them are ordered, or some are given back, as its size "
    "says.",
    _SPEC,
    status(
        "What came of the NodeGroup.",
        "The condition Settled says whether as many machines are ready as there are to be.",
        size=integer("How many machines there are, those that boot included."),
        ready=integer("How many of their Nodes are ready."),
        instances=items(
            "The machines.",
            fields(
                "A machine.",
                ("name",),
                name=text("Its name, which is also that of its Node."),
                state=text("Creating until its Node is registered, then Running.", ("Creating", "Running")),
            ),
        ),
    ),
)
