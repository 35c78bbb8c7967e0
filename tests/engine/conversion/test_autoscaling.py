"""HorizontalPodAutoscalers between autoscaling/v2 and autoscaling/v1: nothing is lost, and no annotation does harm."""

from __future__ import annotations

import json
from typing import Any

import pytest

from simulator.engine.conversion.autoscaling import from_v1, to_v1
from simulator.engine.registry import Body
from tests.engine.kinds.builders import ago, made
from tests.engine.kinds.test_horizontal_pod_autoscaler import (
    HPA,
    REF,
    external,
    hpa,
    of_container,
    of_object,
    pods,
    resource,
)

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


@pytest.mark.parametrize("more", [{}, {"metadata": None}, {"metadata": {"annotations": None}}])
def test_an_applied_configuration_may_say_nothing_of_itself(more: Body) -> None:
    assert from_v1({"spec": {"maxReplicas": 3}, **more}) == {
        "apiVersion": "autoscaling/v2",
        "spec": {"maxReplicas": 3, "metrics": [resource(type="Utilization", averageUtilization=80)]},
        **more,
    }


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
