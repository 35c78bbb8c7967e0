"""Requests, QoS classes and readiness of pods. The STATUS column is in kinds/test_pod.py."""

from __future__ import annotations

import pytest

from simulator.engine import pods
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body

from .kinds.builders import NOW, ago


def asking(cpu: str = "", memory: str = "", *, sidecar: bool = False) -> Body:
    requests = {name: text for name, text in (("cpu", cpu), ("memory", memory)) if text}
    one: Body = {"name": "a", "resources": {"requests": requests}}
    return {**one, "restartPolicy": "Always"} if sidecar else one


@pytest.mark.parametrize(
    ("spec", "cpu", "memory"),
    [
        ({}, 0, 0),
        ({"containers": [asking("100m", "64Mi"), asking("0.2")]}, 300, 64 << 20),
        ({"containers": [asking("100m")], "initContainers": [asking("500m")]}, 500, 0),
        ({"containers": [asking("600m")], "initContainers": [asking("500m"), asking("400m")]}, 600, 0),
        ({"containers": [asking("100m")], "initContainers": [asking("50m", sidecar=True)]}, 150, 0),
        ({"containers": [asking("100m")], "initContainers": [asking("50m", sidecar=True), asking("500m")]}, 550, 0),
        ({"containers": [asking("100m")], "initContainers": [asking("500m"), asking("50m", sidecar=True)]}, 500, 0),
        (
            {"containers": [asking("100m", "1Gi")], "overhead": {"cpu": "10m", "memory": "1Mi"}},
            110,
            (1 << 30) + (1 << 20),
        ),
        ({"containers": [asking("100m")], "resources": {"requests": {"cpu": "1"}}}, 1000, 0),
    ],
    ids=[
        "none",
        "sum",
        "init",
        "init below",
        "sidecar",
        "init after sidecar",
        "init before sidecar",
        "overhead",
        "pod",
    ],
)
def test_requests(spec: Body, cpu: int, memory: int) -> None:
    assert pods.requests(spec) == {"cpu": cpu, "memory": memory}
    assert pods.requests(spec) is pods.requests(spec)


def test_other_resources_are_counted_whole() -> None:
    spec = {"containers": [{"resources": {"requests": {"example.com/gpu": "2", "ephemeral-storage": "1Gi"}}}] * 2}
    assert pods.requests(spec) == {"cpu": 0, "memory": 0, "example.com/gpu": 4, "ephemeral-storage": 2 << 30}


def test_a_pod_says_huge_pages_for_all_its_containers() -> None:
    pages = {"hugepages-2Mi": "4Mi"}
    spec: Body = {
        "containers": [{"resources": {"requests": pages, "limits": pages}}] * 2,
        "resources": {
            "requests": {"hugepages-2Mi": "6Mi", "example.com/gpu": "1"},
            "limits": {"hugepages-2Mi": "16Mi"},
        },
    }
    assert pods.requests(spec) == {"cpu": 0, "memory": 0, "hugepages-2Mi": 6 << 20}
    assert pods.limits(spec) == {"cpu": 0, "memory": 0, "hugepages-2Mi": 16 << 20}


def test_limits_count_overhead_only_where_there_is_a_limit() -> None:
    spec = {"containers": [{"resources": {"limits": {"cpu": "2"}}}], "overhead": {"cpu": "100m", "memory": "1Mi"}}
    assert pods.limits(spec) == {"cpu": 2100, "memory": 0}


BOTH = {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("containers", "expected"),
    [
        ([{}], "BestEffort"),
        ([{"requests": {"cpu": "0"}}], "BestEffort"),
        ([{"requests": BOTH, "limits": BOTH}], "Guaranteed"),
        ([{"requests": BOTH, "limits": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed"),
        ([{"requests": BOTH, "limits": BOTH}, {}], "Burstable"),
        ([{"requests": BOTH}], "Burstable"),
        ([{"requests": {"cpu": "1"}, "limits": {"cpu": "1"}}], "Burstable"),
        ([{"requests": {"example.com/gpu": "1"}, "limits": {"example.com/gpu": "1"}}], "BestEffort"),
        ([{"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": BOTH}], "Burstable"),
    ],
)
def test_quality_of_service(containers: list[Body], expected: str) -> None:
    spec = {"containers": [{"name": "a", "resources": resources} for resources in containers]}
    assert pods.qos(spec) == expected


def test_init_containers_count_for_quality_of_service() -> None:
    bound = {"name": "a", "resources": {"requests": BOTH, "limits": BOTH}}
    assert pods.qos({"containers": [bound], "initContainers": [{"name": "i"}]}) == "Burstable"


def ready(since: int) -> Body:
    condition = {"type": "Ready", "status": "True", "lastTransitionTime": ago(since)}
    return {"metadata": {"name": "a"}, "spec": {}, "status": {"phase": "Running", "conditions": [condition]}}


@pytest.mark.parametrize(
    ("pod", "wait", "available"),
    [
        (ready(5), 0, True),
        (ready(5), 5, True),
        (ready(5), 6, False),
        ({"metadata": {}, "spec": {}, "status": {"conditions": [{"type": "Ready", "status": "False"}]}}, 0, False),
        ({"metadata": {}, "spec": {}}, 0, False),
    ],
)
def test_available(pod: Body, wait: int, available: bool) -> None:
    assert pods.is_available(pod, wait, NOW) is available


def test_when_a_pod_becomes_available() -> None:
    assert pods.available_at(ready(5), 10) == NOW + 5 * SECOND
    assert pods.available_at({"metadata": {}, "spec": {}}, 10) is None


@pytest.mark.parametrize(
    ("phase", "meta", "active"),
    [
        ("Running", {}, True),
        ("Pending", {}, True),
        ("Succeeded", {}, False),
        ("Failed", {}, False),
        ("Running", {"deletionTimestamp": "x"}, False),
    ],
)
def test_active(phase: str, meta: Body, active: bool) -> None:
    assert pods.is_active({"metadata": meta, "spec": {}, "status": {"phase": phase}}) is active
