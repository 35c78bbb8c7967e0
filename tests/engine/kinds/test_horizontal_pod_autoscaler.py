# ruff: noqa: E501 - the tables have a line for each case
"""HorizontalPodAutoscalers: defaults, mistakes, the TARGETS cell, and autoscaling/v1 as another version of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.engine.conversion.autoscaling import from_v1, to_v1
from simulator.engine.registry import KINDS, Body

from .builders import NOW, ago, broken, broken_change, changed, made, row, texts

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
            f'{ONE}.containerResource.name: Invalid value: "pods": must be a standard resource type or fully qualified',
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


# --- autoscaling/v1 ----------------------------------------------------------------------------------------------

NOTE = "autoscaling.alpha.kubernetes.io/"


def notes(body: Body) -> dict[str, Any]:
    held = body["metadata"].get("annotations", {})
    return {key.removeprefix(NOTE): json.loads(text) for key, text in held.items() if key.startswith(NOTE)}


def test_the_cpu_of_v1_is_a_field() -> None:
    sent = {"apiVersion": "autoscaling/v1", **hpa(targetCPUUtilizationPercentage=60)}
    del sent["spec"]["metrics"]
    stored = from_v1(sent)
    assert stored["apiVersion"] == "autoscaling/v2"
    assert stored["spec"]["metrics"] == [resource(type="Utilization", averageUtilization=60)]
    assert to_v1(stored) == sent
    del sent["spec"]["targetCPUUtilizationPercentage"]
    assert from_v1(sent)["spec"]["metrics"] == [resource(type="Utilization", averageUtilization=80)]


METRICS = {
    "memory": (
        resource("memory", type="AverageValue", averageValue="1Gi"),
        {"type": "Resource", "resource": {"name": "memory", "targetAverageValue": "1Gi"}},
    ),
    "memory's share": (
        resource("memory", type="Utilization", averageUtilization=5),
        {"type": "Resource", "resource": {"name": "memory", "targetAverageUtilization": 5}},
    ),
    "pods": (pods(), {"type": "Pods", "pods": {"metricName": "packets", "targetAverageValue": "1k"}}),
    "object": (
        of_object(type="Value", value="2"),
        {
            "type": "Object",
            "object": {
                "target": {"kind": "Ingress", "name": "main", "apiVersion": "networking.k8s.io/v1"},
                "metricName": "hits",
                "targetValue": "2",
            },
        },
    ),
    "object by pod": (
        of_object(type="AverageValue", averageValue="2"),
        {
            "type": "Object",
            "object": {
                "target": {"kind": "Ingress", "name": "main", "apiVersion": "networking.k8s.io/v1"},
                "metricName": "hits",
                "targetValue": "0",
                "averageValue": "2",
            },
        },
    ),
    "external": (
        external(type="Value", value="30"),
        {
            "type": "External",
            "external": {"metricName": "queue", "metricSelector": {"matchLabels": {"q": "a"}}, "targetValue": "30"},
        },
    ),
    "container": (
        of_container(type="Utilization", averageUtilization=60),
        {
            "type": "ContainerResource",
            "containerResource": {"name": "cpu", "targetAverageUtilization": 60, "container": "web"},
        },
    ),
}


@pytest.mark.parametrize("name", METRICS)
def test_all_other_metrics_are_an_annotation(name: str) -> None:
    metric, written = METRICS[name]
    stored = made(HPA, hpa(metric, resource()))
    shown = to_v1(stored)
    assert notes(shown) == {"metrics": [written]}
    assert shown["spec"] == {
        "scaleTargetRef": REF,
        "minReplicas": 1,
        "maxReplicas": 10,
        "targetCPUUtilizationPercentage": 50,
    }
    assert from_v1(shown) == stored


def test_behavior_is_an_annotation_by_the_names_of_go() -> None:
    stored = made(HPA, hpa(behavior={"scaleUp": {"stabilizationWindowSeconds": 5}}))
    shown = to_v1(stored)
    assert notes(shown)["behavior"]["ScaleUp"] == {
        "StabilizationWindowSeconds": 5,
        "SelectPolicy": "Max",
        "Policies": [
            {"Type": "Pods", "Value": 4, "PeriodSeconds": 15},
            {"Type": "Percent", "Value": 100, "PeriodSeconds": 15},
        ],
        "Tolerance": None,
    }
    assert from_v1(shown) == stored
    shown["metadata"]["annotations"] = {f"{NOTE}behavior": json.dumps({"scaleup": {"selectpolicy": "Min"}})}
    assert from_v1(shown)["spec"]["behavior"] == {"scaleUp": {"selectPolicy": "Min"}}


def test_the_status_of_v1() -> None:
    status = {
        "currentReplicas": 2,
        "desiredReplicas": 3,
        "lastScaleTime": ago(5),
        "currentMetrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "current": {"averageUtilization": 70, "averageValue": "7m"}},
            },
            {"type": "Pods", "pods": {"metric": {"name": "packets"}, "current": {"averageValue": "5"}}},
        ],
        "conditions": [{"type": "AbleToScale", "status": "True", "lastTransitionTime": ago(9), "reason": "Ready"}],
    }
    stored = {**made(HPA, hpa(resource())), "status": status}
    shown = to_v1(stored)
    assert shown["status"] == {
        "lastScaleTime": ago(5),
        "currentReplicas": 2,
        "desiredReplicas": 3,
        "currentCPUUtilizationPercentage": 70,
    }
    assert sorted(notes(shown)) == ["conditions", "current-metrics"]
    assert notes(shown)["current-metrics"][0]["resource"] == {
        "name": "cpu",
        "currentAverageUtilization": 70,
        "currentAverageValue": "7m",
    }
    assert from_v1(shown) == stored


def test_people_keep_their_annotations() -> None:
    stored = made(HPA, hpa(pods()))
    stored["metadata"]["annotations"] = {"team": "a"}
    assert sorted(to_v1(stored)["metadata"]["annotations"]) == [f"{NOTE}metrics", "team"]
    assert from_v1(to_v1(stored))["metadata"] == stored["metadata"]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", "5", "null", '[{"type":5}]', "[" * 50_000, '[{"type":"Pods","pods":{"targetAverageValue":"x"}}]',
     '[{"type":"Pods","pods":[]}]', '[{"type":"External","external":{"metricSelector":{"matchLabels":5}}}]',
     '[{"type":"Resource","resource":{"targetAverageUtilization":"1"}}]', '{"scaleUp":{"policies":[5]}}'],
    ids=range(12),
)  # fmt: skip
def test_an_annotation_that_cannot_be_read_counts_as_none(text: str) -> None:
    body = {**hpa(), "status": {}}
    body["metadata"]["annotations"] = {
        f"{NOTE}{key}": text for key in ("metrics", "behavior", "conditions", "current-metrics")
    }
    stored = from_v1(body)
    assert stored["spec"]["metrics"] == [resource(type="Utilization", averageUtilization=80)]
    assert "behavior" not in stored["spec"] or text.startswith("{")
    assert "annotations" not in stored["metadata"]
