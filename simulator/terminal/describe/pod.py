"""Pods.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go (describePod), v1.32.
"""

from __future__ import annotations

from simulator.engine import pods
from simulator.engine.objects import annotations_of, get_in, labels_of
from simulator.engine.registry import Body
from simulator.terminal.describe.containers import write_containers, write_resources
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.pod_templates import write_spread, write_tolerations
from simulator.terminal.describe.volumes import write_volumes
from simulator.terminal.describe.writing import NONE

_MIRROR = "kubernetes.io/config.mirror"


def describe(told: Description) -> None:
    _head(told)
    _state(told)
    _containers(told)
    _gates(told)
    conditions = told.status.get("conditions") or ()
    if conditions:
        told.page.write(0, "Conditions:\n  Type\tStatus\n")
    for one in conditions:
        told.line(1, f"{one['type']} \t{one['status']} ")
    spec = told.spec
    write_volumes(told.page, spec.get("volumes"), "")
    told.line(0, f"QoS Class:\t{told.status.get('qosClass') or pods.qos(spec)}")
    told.page.labels(0, "Node-Selectors", spec.get("nodeSelector"))
    write_tolerations(told.page, "Tolerations", spec.get("tolerations"))
    write_spread(told.page, spec.get("topologySpreadConstraints"), "")
    mirror = annotations_of(told.body).get(_MIRROR)
    told.events(kind="", uids=(mirror,) if mirror else ())


def _head(told: Description) -> None:
    spec = told.spec
    told.head()
    if spec.get("priority") is not None:
        told.line(0, f"Priority:\t{spec['priority']}")
    for title, field in (
        ("Priority Class Name", "priorityClassName"),
        ("Runtime Class Name", "runtimeClassName"),
        ("Service Account", "serviceAccountName"),
    ):
        if spec.get(field):
            told.line(0, f"{title}:\t{spec[field]}")
    node = spec.get("nodeName")
    told.line(0, f"Node:\t{node}/{told.status.get('hostIP', '')}" if node else f"Node:\t{NONE}")
    if told.status.get("startTime"):
        told.line(0, f"Start Time:\t{told.page.time(told.status['startTime'])}")
    told.labels()
    told.annotations()


def _state(told: Description) -> None:
    status, meta = told.status, told.body["metadata"]
    if meta.get("deletionTimestamp") and status.get("phase") not in ("Failed", "Succeeded"):
        told.line(0, f"Status:\tTerminating (lasts {told.page.ago(meta['deletionTimestamp'])})")
        told.line(0, f"Termination Grace Period:\t{meta.get('deletionGracePeriodSeconds', 0)}s")
    else:
        told.line(0, f"Status:\t{status.get('phase', '')}")
    for title in ("Reason", "Message"):
        if status.get(title.lower()):
            told.line(0, f"{title}:\t{status[title.lower()]}")
    profile = get_in(told.spec, "securityContext", "seccompProfile")
    if profile:
        told.line(0, f"SeccompProfile:\t{profile['type']}")
        if profile["type"] == "Localhost":
            told.line(0, f"LocalhostProfile:\t{profile['localhostProfile']}")
    told.line(0, f"IP:\t{status.get('podIP', '')}")
    addresses = status.get("podIPs") or ()
    told.line(0, "IPs:" if addresses else f"IPs:\t{NONE}")
    for one in addresses:
        told.line(1, f"IP:\t{one['ip']}")
    told.controlled()
    if status.get("nominatedNodeName"):
        told.line(0, f"NominatedNodeName:\t{status['nominatedNodeName']}")


def _containers(told: Description) -> None:
    spec, status, page = told.spec, told.status, told.page
    if spec.get("resources"):
        told.line(0, "Resources:")
        write_resources(page, spec["resources"], 1)

    def resolve(field: Body) -> str:
        return _field(told.body, field["fieldPath"])

    for title, which, statuses in (
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        ("Ephemeral Containers", "ephemeralContainers", "ephemeralContainerStatuses"),
    ):
        if spec.get(which) or which == "containers":
            write_containers(page, title, spec.get(which) or [], status.get(statuses) or [], resolve, "")


def _field(pod: Body, path: str) -> str:
    """What the downward API gives for a field; only of its metadata."""
    for name, held in (("labels", labels_of(pod)), ("annotations", annotations_of(pod))):
        if path == f"metadata.{name}":
            return "\n".join(f'{key}="{value}"' for key, value in sorted(held.items()))
        if path.startswith(f"metadata.{name}['"):
            return str(held.get(path.removeprefix(f"metadata.{name}['").removesuffix("']"), ""))
    known = ("metadata.name", "metadata.namespace", "metadata.uid")
    return str(get_in(pod, *path.split("."), default="")) if path in known else ""


def _gates(told: Description) -> None:
    gates = told.spec.get("readinessGates") or ()
    if gates:
        told.page.write(0, "Readiness Gates:\n  Type\tStatus\n")
    held = {one["type"]: one["status"] for one in told.status.get("conditions") or ()}
    for one in gates:
        told.line(1, f"{one['conditionType']} \t{held.get(one['conditionType'], NONE)} ")
