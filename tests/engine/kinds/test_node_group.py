# ruff: noqa: E501 - the tables have a line for each case
"""NodeGroup and VerticalPodAutoscaler: defaults, mistakes, what is shown."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import broken, made, row
from .test_sim_kinds import sim

GROUPS, VPAS = "nodegroups.sim.k8sviz.io", "verticalpodautoscalers.autoscaling.k8s.io"


def test_the_defaults_of_a_node_group() -> None:
    stored = made(GROUPS, sim(minSize=1, maxSize=3, template={"cpu": "2", "zone": "zone-a"}))
    assert stored["spec"] == {
        "minSize": 1,
        "maxSize": 3,
        "size": 1,
        "bootSeconds": 60,
        "pricePerHour": "1",
        "template": {
            "cpu": "2",
            "memory": "16Gi",
            "storage": "100Gi",
            "pods": 110,
            "zone": "zone-a",
            "region": "region-1",
        },
    }
    assert "namespace" not in stored["metadata"]
    assert KINDS[GROUPS].default(stored) is stored
    shown = row(GROUPS, stored)
    assert [shown[name] for name in ("Min", "Max", "Size", "Ready", "Price")] == [1, 3, 1, 0, "1"]


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"maxSize": 3}, []),
        ({"maxSize": 0}, []),
        ({}, ["spec.maxSize: Required value"]),
        ({"maxSize": 2, "minSize": 3}, ["spec.maxSize: Invalid value: 2: must be greater than or equal to `minSize`"]),
        ({"maxSize": -1}, ["spec.maxSize: Invalid value: -1: must be between 0 and 1000, inclusive"]),
        ({"maxSize": 2, "size": 5000}, ["spec.size: Invalid value: 5000: must be between 0 and 1000, inclusive"]),
        ({"maxSize": 2, "bootSeconds": -1}, ["spec.bootSeconds: Invalid value: -1: must be between 0 and 86400, inclusive"]),
        ({"maxSize": 2, "pricePerHour": "-1"}, ['spec.pricePerHour: Invalid value: "-1": must be greater than or equal to 0']),
        ({"maxSize": 2, "template": {"cpu": "0"}}, ['spec.template.cpu: Invalid value: "0": must be greater than 0']),
        ({"maxSize": 2, "template": {"pods": 0}}, ["spec.template.pods: Invalid value: 0: must be between 1 and 250, inclusive"]),
        ({"maxSize": 2, "template": {"resources": {"example.com/gpu": "2"}}}, []),
        ({"maxSize": 2, "template": {"resources": {"cpu": "2"}}}, ['spec.template.resources[cpu]: Invalid value: "cpu": must be a device such as example.com/dongle, or huge pages']),
        ({"maxSize": 2, "template": {"taints": [{"key": "a", "effect": "Never"}]}}, ['spec.template.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"']),
    ],
)  # fmt: skip
def test_mistakes_in_a_node_group(spec: Body, said: list[str]) -> None:
    assert broken(GROUPS, sim(**spec)) == said


TARGET = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"targetRef": TARGET}, []),
        ({}, ["spec.targetRef: Required value"]),
        ({"targetRef": {"kind": "Deployment"}}, ["spec.targetRef.name: Required value"]),
        ({"targetRef": TARGET, "updatePolicy": {"updateMode": "Now"}}, ['spec.updatePolicy.updateMode: Unsupported value: "Now": supported values: "Off", "Initial", "Recreate", "InPlaceOrRecreate", "Auto"']),
        ({"targetRef": TARGET, "updatePolicy": {"updateMode": "Off", "minReplicas": 0}}, ["spec.updatePolicy.minReplicas: Invalid value: 0: MinReplicas has to be positive"]),
        ({"targetRef": TARGET, "resourcePolicy": {"containerPolicies": [{"mode": "Off"}]}}, ["spec.resourcePolicy.containerPolicies[0].containerName: Required value"]),
        ({"targetRef": TARGET, "resourcePolicy": {"containerPolicies": [{"containerName": "*", "minAllowed": {"cpu": "2"}, "maxAllowed": {"cpu": "1"}}]}}, ['spec.resourcePolicy.containerPolicies[0].maxAllowed[cpu]: Invalid value: "1": max resource for cpu is lower than min']),
        ({"targetRef": TARGET, "resourcePolicy": {"containerPolicies": [{"containerName": "*", "mode": "Off", "controlledValues": "RequestsAndLimits"}]}}, ['spec.resourcePolicy.containerPolicies[0].controlledValues: Invalid value: "RequestsAndLimits": controlledValues shouldn\'t be specified if container scaling mode is off.']),
    ],
)  # fmt: skip
def test_mistakes_in_a_vertical_pod_autoscaler(spec: Body, said: list[str]) -> None:
    body = {"metadata": {"name": "v", "namespace": "default"}, "spec": spec}
    assert broken(VPAS, body) == said


def test_what_is_shown_of_a_vertical_pod_autoscaler() -> None:
    body = {"metadata": {"name": "v", "namespace": "default"}, "spec": {"targetRef": TARGET, "updatePolicy": {"updateMode": "Off"}}}  # fmt: skip
    assert list(row(VPAS, made(VPAS, body)).values())[:5] == ["v", "Off", "", "", ""]
    said = {"containerRecommendations": [{"containerName": "c", "target": {"cpu": "25m", "memory": "262144k"}}]}
    provided = {"type": "RecommendationProvided", "status": "True"}
    full = {**made(VPAS, body), "status": {"recommendation": said, "conditions": [provided]}}
    assert list(row(VPAS, full).values())[:5] == ["v", "Off", "25m", "262144k", "True"]
