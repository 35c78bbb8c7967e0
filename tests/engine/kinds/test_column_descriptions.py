"""The columns of workloads say what upstream's swagger says of the fields that they show, or how it begins."""

from __future__ import annotations

import pytest

from simulator import schema
from simulator.engine.registry import KINDS

SHOWN = {
    "deployments.apps": {
        "Up-to-date": "status.updatedReplicas",
        "Available": "status.availableReplicas",
        "Selector": "spec.selector",
    },
    "replicasets.apps": {
        "Desired": "spec.replicas",
        "Current": "status.replicas",
        "Ready": "status.readyReplicas",
        "Selector": "spec.selector",
    },
    "daemonsets.apps": {
        "Desired": "status.desiredNumberScheduled",
        "Current": "status.currentNumberScheduled",
        "Ready": "status.numberReady",
        "Up-to-date": "status.updatedNumberScheduled",
        "Available": "status.numberAvailable",
        "Node Selector": "spec.template.spec.nodeSelector",
        "Selector": "spec.selector",
    },
    "controllerrevisions.apps": {"Revision": "revision"},
    "jobs.batch": {"Completions": "status.succeeded", "Selector": "spec.selector"},
    "cronjobs.batch": {
        "Schedule": "spec.schedule",
        "Timezone": "spec.timeZone",
        "Suspend": "spec.suspend",
        "Active": "status.active",
        "Last Schedule": "status.lastScheduleTime",
        "Selector": "spec.jobTemplate.spec.selector",
    },
    "horizontalpodautoscalers.autoscaling": {
        "Reference": "spec.scaleTargetRef",
        "Targets": "spec.metrics",
        "MinPods": "spec.minReplicas",
        "MaxPods": "spec.maxReplicas",
        "Replicas": "status.currentReplicas",
    },
    "events": {
        "Last Seen": "lastTimestamp",
        "Type": "type",
        "Reason": "reason",
        "Object": "involvedObject",
        "Subobject": "involvedObject.fieldPath",
        "Source": "source",
        "Message": "message",
        "First Seen": "firstTimestamp",
        "Count": "count",
    },
    "leases.coordination.k8s.io": {"Holder": "spec.holderIdentity"},
    "endpointslices.discovery.k8s.io": {"AddressType": "addressType", "Ports": "ports", "Endpoints": "endpoints"},
}


def description(resource: str, path: str) -> str:
    typed = schema.of_kind(KINDS[resource])
    *way, last = path.split(".")
    for step in way:
        typed = typed.fields[step].type
    said: str = typed.definition["properties"][last]["description"]
    return said


@pytest.mark.parametrize("resource", SHOWN)
def test_columns_are_described_as_upstream_does(resource: str) -> None:
    said = {column.name: column.description for column in KINDS[resource].columns}
    for name, path in SHOWN[resource].items():
        assert said[name] and description(resource, path).startswith(said[name]), (name, description(resource, path))
