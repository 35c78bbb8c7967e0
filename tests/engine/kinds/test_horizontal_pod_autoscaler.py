# ruff: noqa: E501 - the tables have a line for each case
"""HorizontalPodAutoscalers: defaults, mistakes, the TARGETS cell."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.conversion.autoscaling import to_v1
from simulator.engine.registry import KINDS, Body

from .builders import NOW, broken, broken_change, changed, made, row, texts

HPA = "horizontalpodautoscalers.autoscaling"
REF = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
UP = {
    "stabilizationWindowSeconds": 0,
    "selectPolicy": "Max",
    "policies": [
        {"type": "Pods", "value": 4, "periodSeconds": 15},
        {"type": "Percent", "value": 100, "periodSeconds": 15},
    ],
}
DOWN = {"selectPolicy": "Max", "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}


def hpa(*metrics: Body, **spec: Any) -> Body:
    return {
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"scaleTargetRef": REF, "maxReplicas": 10, "metrics": list(metrics), **spec},
    }


def resource(name: str = "cpu", **target: Any) -> Body:
    filled = target or {"type": "Utilization", "averageUtilization": 50}
    return {"type": "Resource", "resource": {"name": name, "target": filled}}


def pods(value: str = "1k") -> Body:
    return {"type": "Pods", "pods": {"metric": {"name": "packets"}, "target": {"type": "AverageValue", "averageValue": value}}}  # fmt: skip


def of_object(**target: str) -> Body:
    described = {"kind": "Ingress", "name": "main", "apiVersion": "networking.k8s.io/v1"}
    return {"type": "Object", "object": {"describedObject": described, "metric": {"name": "hits"}, "target": target}}


def external(**target: str) -> Body:
    metric = {"name": "queue", "selector": {"matchLabels": {"q": "a"}}}
    return {"type": "External", "external": {"metric": metric, "target": target}}


def of_container(**target: Any) -> Body:
    return {"type": "ContainerResource", "containerResource": {"name": "cpu", "container": "web", "target": target}}


def test_defaults() -> None:
    stored = made(HPA, hpa())
    assert stored["spec"]["minReplicas"] == 1
    assert stored["spec"]["metrics"] == [resource(type="Utilization", averageUtilization=80)]
    assert "behavior" not in stored["spec"]
    assert stored["status"] == {"currentMetrics": None, "desiredReplicas": 0}
    assert "generation" not in stored["metadata"]
    assert KINDS[HPA].default(stored) is stored
    assert broken(HPA, hpa()) == []


@pytest.mark.parametrize(
    ("behavior", "filled"),
    [
        ({}, {"scaleUp": UP, "scaleDown": DOWN}),
        ({"scaleDown": {"stabilizationWindowSeconds": 60}}, {"scaleUp": UP, "scaleDown": {**DOWN, "stabilizationWindowSeconds": 60}}),
        ({"scaleUp": {"selectPolicy": "Disabled", "tolerance": "0.1"}}, {"scaleUp": {**UP, "selectPolicy": "Disabled"}, "scaleDown": DOWN}),
    ],
)  # fmt: skip
def test_behavior_is_filled_in(behavior: Body, filled: Body) -> None:
    stored = made(HPA, hpa(behavior=behavior))
    assert stored["spec"]["behavior"] == filled
    assert KINDS[HPA].default(stored) is stored
    assert changed(HPA, stored, behavior=behavior)["spec"]["behavior"] == filled


ONE = "spec.metrics[0]"
KNOWN = '"ContainerResource", "External", "Object", "Pods", "Resource"'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (hpa(minReplicas=0), [
            "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
            "spec.metrics: Forbidden: must specify at least one Object or External metric to support scaling to zero replicas",
        ]),
        (hpa(maxReplicas=0), [
            "spec.maxReplicas: Invalid value: 0: must be greater than 0",
            "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
        ]),
        (hpa(minReplicas=5, maxReplicas=4), ["spec.maxReplicas: Invalid value: 4: must be greater than or equal to `minReplicas`"]),
        (hpa(scaleTargetRef={}), ["spec.scaleTargetRef.kind: Required value", "spec.scaleTargetRef.name: Required value"]),
        (hpa(scaleTargetRef={**REF, "name": "a/b"}), ["spec.scaleTargetRef.name: Invalid value: \"a/b\": may not contain '/'"]),
        (hpa({"type": "Weather"}), [f'{ONE}.type: Unsupported value: "Weather": supported values: {KNOWN}'] * 2),
        (hpa({"type": "Pods"}), [f"{ONE}.pods: Required value: must populate information for the given metric source"]),
        (hpa({**resource(), "pods": pods()["pods"]}), [f"{ONE}.pods: Forbidden: must populate the given metric source only"]),
        (hpa(resource(type="Utilization")), [f"{ONE}.resource.target.averageUtilization: Required value: must set either a target raw value or a target utilization"]),
        (hpa(resource(type="Utilization", averageUtilization=0)), [f"{ONE}.resource.target.averageUtilization: Invalid value: 0: must be greater than 0"]),
        (hpa(resource(type="Utilization", averageUtilization=50, averageValue="1")), [
            f"{ONE}.resource.target.averageValue: Forbidden: may not set both a target raw value and a target utilization",
        ]),
        (hpa(resource(type="Share", averageUtilization=5)), [f'{ONE}.resource.target.type: Invalid value: "Share": must be either Utilization, Value, or AverageValue']),
        (hpa(resource("", type="Utilization", averageUtilization=5)), [f"{ONE}.resource.name: Required value: must specify a resource name"]),
        (hpa(pods("0")), [f'{ONE}.pods.target.averageValue: Invalid value: "0": must be positive']),
        (hpa(of_object(type="Value")), [f"{ONE}.object.target.averageValue: Required value: must set either a target value or averageValue"]),
        (hpa(external(type="Value", value="1", averageValue="1")), [f"{ONE}.external.target.value: Forbidden: may not set both a target value for metric and a per-pod target"]),
        (hpa({"type": "External", "external": {"metric": {}, "target": {"type": "Value", "value": "1"}}}), [f"{ONE}.external.metric.name: Required value: must specify a metric name"]),
        (hpa({"type": "ContainerResource", "containerResource": {"name": "pods", "target": {"type": "Utilization", "averageUtilization": 5}}}), [
            f'{ONE}.containerResource.name: Invalid value: "pods": must be a standard resource for containers',
            f"{ONE}.containerResource.container: Required value: must specify a container",
        ]),
        (hpa(behavior={"scaleUp": {"stabilizationWindowSeconds": 3601}}), ["spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less than or equal to 3600"]),
        (hpa(behavior={"scaleUp": {"selectPolicy": "Mean"}}), ['spec.behavior.scaleUp.selectPolicy: Unsupported value: "Mean": supported values: "Disabled", "Max", "Min"']),
        (hpa(behavior={"scaleDown": {"policies": []}}), ["spec.behavior.scaleDown.policies: Required value: must specify at least one Policy"]),
        (hpa(behavior={"scaleDown": {"policies": [{"type": "Nodes", "value": 0, "periodSeconds": 1801}]}}), [
            'spec.behavior.scaleDown.policies[0].type: Unsupported value: "Nodes": supported values: "Percent", "Pods"',
            "spec.behavior.scaleDown.policies[0].value: Invalid value: 0: must be greater than zero",
            "spec.behavior.scaleDown.policies[0].periodSeconds: Invalid value: 1801: must be less than or equal to 1800",
        ]),
    ],
)  # fmt: skip
def test_mistakes(body: Body, said: list[str]) -> None:
    assert broken(HPA, body) == said


def test_anything_may_change() -> None:
    assert (
        broken_change(HPA, made(HPA, hpa()), scaleTargetRef={"kind": "StatefulSet", "name": "db"}, maxReplicas=3) == []
    )


def test_status() -> None:
    old = made(HPA, hpa())
    new = {**old, "status": {"currentReplicas": -1, "desiredReplicas": -1}}
    assert [text.partition(":")[0] for text in texts(KINDS[HPA].parts["status"].validate(new, old))] == [
        "status.currentReplicas",
        "status.desiredReplicas",
    ]


# --- TARGETS -----------------------------------------------------------------------------------------------------


def reported(key: str, kind: str, **current: Any) -> Body:
    return {"type": kind, key: {"current": current}}


@pytest.mark.parametrize(
    ("metrics", "statuses", "shown"),
    [
        ([resource()], [], "cpu: <unknown>/50%"),
        ([resource()], [reported("resource", "Resource", averageUtilization=0, averageValue="0")], "cpu: 0%/50%"),
        ([resource("memory", type="AverageValue", averageValue="100Mi")], [reported("resource", "Resource", averageValue="20Mi")], "memory: 20Mi/100Mi"),
        ([resource("memory", type="AverageValue", averageValue="100Mi")], [], "memory: <unknown>/100Mi"),
        ([pods()], [reported("pods", "Pods", averageValue="7")], "7/1k"),
        ([of_object(type="Value", value="10k")], [reported("object", "Object", value="5")], "5/10k"),
        ([of_object(type="AverageValue", averageValue="9")], [reported("object", "Object", averageValue="5")], "5/9 (avg)"),
        ([external(type="Value", value="30")], [], "<unknown>/30"),
        ([external(type="AverageValue", averageValue="30")], [reported("external", "External", value="4")], "<unknown>/30 (avg)"),
        ([external(type="Value", value="30")], [reported("external", "External", averageValue="4")], "<nil>/30"),
        ([of_container(type="Utilization", averageUtilization=60)], [reported("containerResource", "ContainerResource", averageUtilization=5)], "cpu: 5%/60%"),
        ([{"type": "Weather"}], [], "<unknown type>"),
        ([resource(), pods(), pods("2"), pods("3")], [], "cpu: <unknown>/50%, <unknown>/1k + 2 more..."),
    ],
)  # fmt: skip
def test_targets(metrics: list[Body], statuses: list[Body], shown: str) -> None:
    body = {**made(HPA, hpa(*metrics)), "status": {"currentMetrics": statuses}}
    assert row(HPA, body)["Targets"] == shown
    old = KINDS.find("autoscaling/v1", "HorizontalPodAutoscaler")
    assert old is not None
    if shown not in ("<nil>/30", "<unknown>/30 (avg)", "<unknown type>") and len(metrics) == 1:
        assert old.columns[2].cell(to_v1(body), NOW) == shown


def test_the_row() -> None:
    assert row(HPA, made(HPA, hpa()), wide=True) == {
        "Name": "web",
        "Reference": "Deployment/web",
        "Targets": "cpu: <unknown>/80%",
        "MinPods": "1",
        "MaxPods": 10,
        "Replicas": 0,
        "Age": "0s",
    }
