"""Deployments, ReplicaSets, DaemonSets, StatefulSets, ReplicationControllers.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go, v1.32.
"""

from __future__ import annotations

from simulator.engine.controllers.deployment.replica_sets import same_template
from simulator.engine.objects import controller_of
from simulator.engine.printing import labels_text
from simulator.engine.registry import Body
from simulator.terminal.describe.description import Description
from simulator.terminal.describe.pod_templates import template_lines
from simulator.terminal.describe.writing import NONE


def deployment(told: Description) -> None:
    spec, status = told.spec, told.status
    told.head()
    told.created()
    told.labels()
    told.annotations()
    told.line(0, f"Selector:\t{told.selector()}")
    figures = " | ".join(
        f"{status.get(field, 0)} {word}"
        for field, word in (
            ("updatedReplicas", "updated"),
            ("replicas", "total"),
            ("availableReplicas", "available"),
            ("unavailableReplicas", "unavailable"),
        )
    )
    told.line(0, f"Replicas:\t{spec.get('replicas', 0)} desired | {figures}")
    strategy = spec.get("strategy") or {}
    told.line(0, f"StrategyType:\t{strategy.get('type', '')}")
    told.line(0, f"MinReadySeconds:\t{spec.get('minReadySeconds', 0)}")
    rolling = strategy.get("rollingUpdate")
    if rolling is not None:
        least, most = rolling.get("maxUnavailable", 0), rolling.get("maxSurge", 0)
        told.line(0, f"RollingUpdateStrategy:\t{least} max unavailable, {most} max surge")
    template_lines(told.page, spec["template"])
    told.conditions()
    _replica_sets(told)
    told.events()


def _replica_sets(told: Description) -> None:
    """Those of older templates that are not empty, and the one of the present template."""
    uid = told.body["metadata"]["uid"]
    held = told.listed("replicasets.apps", told.namespace, labelSelector=told.selector())
    mine = [one for one in held if (owner := controller_of(one)) is not None and owner["uid"] == uid]
    mine.sort(key=lambda one: (one["metadata"]["creationTimestamp"], one["metadata"]["name"]))
    newest = next((one for one in mine if same_template(one, told.body)), None)
    old = [one for one in mine if one is not newest]
    if not old and newest is None:
        return
    told.line(0, f"OldReplicaSets:\t{_shown(old)}")
    told.line(0, f"NewReplicaSet:\t{_shown([newest] if newest else [])}")


def _shown(held: list[Body]) -> str:
    shown = (
        f"{one['metadata']['name']} ({one.get('status', {}).get('replicas', 0)}/{one['spec'].get('replicas', 0)} "
        "replicas created)"
        for one in held
    )
    return ", ".join(shown) or NONE


def replica_set(told: Description) -> None:
    told.head()
    told.line(0, f"Selector:\t{told.selector()}")
    told.labels()
    told.annotations()
    told.controlled()
    told.line(0, f"Replicas:\t{told.status.get('replicas', 0)} current / {told.spec.get('replicas', 0)} desired")
    told.line(0, f"Pods Status:\t{told.pod_counts()}")
    template_lines(told.page, told.spec["template"])
    told.conditions()
    told.events()


def daemon_set(told: Description) -> None:
    status = told.status
    told.line(0, f"Name:\t{told.name}")
    told.line(0, f"Selector:\t{told.selector()}")
    told.line(0, f"Node-Selector:\t{labels_text(told.spec['template']['spec'].get('nodeSelector'))}")
    told.labels()
    told.annotations()
    for title, field in (
        ("Desired Number of Nodes Scheduled", "desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "numberAvailable"),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ):
        told.line(0, f"{title}: {status.get(field, 0)}")
    told.line(0, f"Pods Status:\t{told.pod_counts()}")
    template_lines(told.page, told.spec["template"])
    told.events()


def stateful_set(told: Description) -> None:
    spec = told.spec
    told.head()
    told.created()
    told.line(0, f"Selector:\t{told.selector()}")
    told.labels()
    told.annotations()
    told.line(0, f"Replicas:\t{spec.get('replicas', 0)} desired | {told.status.get('replicas', 0)} total")
    strategy = spec.get("updateStrategy") or {}
    told.line(0, f"Update Strategy:\t{strategy.get('type', '')}")
    rolling = strategy.get("rollingUpdate") or {}
    if rolling.get("partition") is not None:
        told.line(1, f"Partition:\t{rolling['partition']}")
        if rolling.get("maxUnavailable") is not None:
            told.line(1, f"MaxUnavailable:\t{rolling['maxUnavailable']}")
    told.line(0, f"Pods Status:\t{told.pod_counts()}")
    template_lines(told.page, spec["template"])
    _claims(told)
    told.events()


def _claims(told: Description) -> None:
    held = told.spec.get("volumeClaimTemplates") or ()
    told.line(0, "Volume Claims:" if held else f"Volume Claims:\t{NONE}")
    for one in held:
        meta, spec = one["metadata"], one["spec"]
        told.line(1, f"Name:\t{meta['name']}")
        told.line(1, f"StorageClass:\t{spec.get('storageClassName', '')}")
        told.page.labels(0, "  Labels", meta.get("labels"))
        told.page.labels(0, "  Annotations", meta.get("annotations"))
        capacity = spec.get("resources", {}).get("requests", {}).get("storage", "<default>")
        told.line(1, f"Capacity:\t{capacity}")
        told.line(1, f"Access Modes:\t[{' '.join(spec.get('accessModes') or ())}]")


def replication_controller(told: Description) -> None:
    told.head()
    told.line(0, f"Selector:\t{labels_text(told.spec.get('selector'))}")
    told.labels()
    told.annotations()
    told.line(0, f"Replicas:\t{told.status.get('replicas', 0)} current / {told.spec.get('replicas', 0)} desired")
    told.line(0, f"Pods Status:\t{told.pod_counts()}")
    template_lines(told.page, told.spec["template"])
    told.conditions()
    told.events()
