"""The schema of Fault."""

from __future__ import annotations

from .build import fields, integer, kind, quantity, selector, status, text, time

TYPES = (
    "DiskFill", "KubeletStop", "NetworkPartition", "NodeCrash", "NodeShutdown", "PacketLoss", "RegistryOutage",
    "SlowRegistry", "ZoneOutage",
)  # fmt: skip
SCOPES = ("All", "ControlPlane")

_TYPE = (
    "What goes wrong. NodeCrash: the machines lose power. NodeShutdown: they are shut down, after their pods if their "
    "kubelets are configured so. KubeletStop: their kubelets stop, their containers go on. "
    "NetworkPartition: nothing reaches them and they reach nothing. PacketLoss: some packets to and from them are "
    "lost. DiskFill: their disks fill up. ZoneOutage: all machines of a zone lose power. SlowRegistry: images come "
    "slowly. RegistryOutage: images do not come at all."
)

_SPEC = fields(
    "What goes wrong, where, and for how long.",
    ("type",),
    type=text(_TYPE, TYPES),
    target=fields(
        "Where it goes wrong.",
        nodeName=text("One node, by its name."),
        nodeSelector=selector("All nodes with these labels."),
        zone=text("All nodes of a zone, by the label topology.kubernetes.io/zone."),
        registry=text("One registry of images, such as `docker.io`. Without it: all of them."),
    ),
    startAfterSeconds=integer("When it begins, in seconds since the Fault was created. Defaults to 0."),
    durationSeconds=integer("How long it lasts. Without it: until the Fault is deleted."),
    networkPartition=fields(
        "How a NetworkPartition cuts.",
        scope=text(
            "All: from everything. ControlPlane: only from the API server, so that pods still reach each other. "
            "Defaults to All.",
            SCOPES,
        ),
    ),
    packetLoss=fields(
        "How bad a PacketLoss is.",
        ("percent",),
        percent=integer("How many of a hundred packets are lost."),
    ),
    diskFill=fields(
        "How full a DiskFill makes the disk.",
        percent=integer("The share of the disk that is in use in the end, in percent. Defaults to 100."),
        durationSeconds=integer("How long it takes to fill up. Defaults to 0: it is full at once."),
    ),
    slowRegistry=fields(
        "How slow a SlowRegistry is.",
        bandwidth=quantity("Bytes per second that one pull gets. Defaults to 1Mi."),
        latencyMilliseconds=integer("How much longer each pull takes to begin. Defaults to 0."),
    ),
)

FAULT = kind(
    "Fault is something that goes wrong with the cluster for a while: a node crashes, a network is cut, a disk fills.",
    _SPEC,
    status(
        "What came of the Fault.",
        "The condition Active says whether it goes wrong now.",
        startTime=time("When it began."),
        completionTime=time("When it ended."),
    ),
)
