# ruff: noqa: E501 - the tables have a line for each case
"""Who counts what. The cases follow pkg/quota/v1/evaluator/core/*_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.quota import evaluators
from simulator.engine.quota.amounts import Amounts
from simulator.engine.quota.scopes import covers
from simulator.engine.registry import Body
from tests.engine.kinds.builders import NOW, ago, container, pod, service


def asks(**figures: dict[str, str]) -> Body:
    return container("a", resources=figures)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (pod(container("a")), {"count/pods": "1", "pods": "1"}),
        (
            pod(asks(requests={"cpu": "1m", "memory": "1Mi"}, limits={"cpu": "2m"})),
            {"count/pods": "1", "pods": "1", "cpu": "1m", "requests.cpu": "1m", "memory": "1Mi", "requests.memory": "1Mi", "limits.cpu": "2m"},
        ),
        (
            pod(asks(requests={"ephemeral-storage": "1Gi"}, limits={"ephemeral-storage": "2Gi", "memory": "1Gi"})),
            {"count/pods": "1", "pods": "1", "ephemeral-storage": "1Gi", "requests.ephemeral-storage": "1Gi", "limits.ephemeral-storage": "2Gi", "limits.memory": "1Gi"},
        ),
        (
            pod(asks(requests={"hugepages-2Mi": "4Mi", "example.com/gpu": "1"})),
            {"count/pods": "1", "pods": "1", "hugepages-2Mi": "4Mi", "requests.hugepages-2Mi": "4Mi", "requests.example.com/gpu": "1"},
        ),
        ({**pod(asks(requests={"cpu": "1"})), "status": {"phase": "Succeeded"}}, {"count/pods": "1"}),
        ({**pod(asks(requests={"cpu": "1"})), "status": {"phase": "Failed"}}, {"count/pods": "1"}),
        (pod(container("a"), meta={"deletionTimestamp": ago(5), "deletionGracePeriodSeconds": 30}), {"count/pods": "1", "pods": "1"}),
        (pod(container("a"), meta={"deletionTimestamp": ago(31), "deletionGracePeriodSeconds": 30}), {"count/pods": "1"}),
    ],
)  # fmt: skip
def test_pods(body: Body, wanted: Amounts) -> None:
    assert evaluators.PODS.usage(body, NOW) == wanted


PORTS = [{"port": 1}, {"port": 2, "nodePort": 30001}]
TWO_PORTS = [{"port": 27443}, {"port": 27444}]
BOTH_SAID = [{"port": 27443, "nodePort": 32001}, {"port": 27444, "nodePort": 32002}]


@pytest.mark.parametrize(
    ("spec", "node_ports", "balancers"),
    [
        pytest.param({"type": "LoadBalancer", "ports": []}, 0, 1, id="loadbalancer"),
        pytest.param({"type": "LoadBalancer", "ports": [{"port": 27443}]}, 1, 1, id="loadbalancer_ports"),
        pytest.param({"type": "NodePort", "ports": [{"port": 27443}]}, 1, 0, id="nodeports"),
        pytest.param(
            {"type": "LoadBalancer", "ports": TWO_PORTS, "allocateLoadBalancerNodePorts": False}, 0, 1,
            id="nodeports-disabled",
        ),
        pytest.param(
            {"type": "LoadBalancer", "ports": TWO_PORTS, "allocateLoadBalancerNodePorts": True}, 2, 1,
            id="nodeports-explicitly-enabled",
        ),
        pytest.param(
            {"type": "LoadBalancer", "ports": BOTH_SAID, "allocateLoadBalancerNodePorts": False}, 2, 1,
            id="nodeports-disabled-but-specified",
        ),
        ({"type": "ClusterIP"}, 0, 0),
        ({"type": "NodePort"}, 2, 0),
        ({"type": "LoadBalancer"}, 2, 1),
        ({"type": "LoadBalancer", "allocateLoadBalancerNodePorts": False}, 1, 1),
        ({"type": "ExternalName"}, 0, 0),
    ],
)  # fmt: skip
def test_services(spec: Body, node_ports: int, balancers: int) -> None:
    held = service(*PORTS, type=spec["type"])
    used = evaluators.SERVICES.usage({**held, "spec": {**held["spec"], **spec}}, NOW)
    assert used == {
        "count/services": "1", "services": "1",
        "services.nodeports": str(node_ports), "services.loadbalancers": str(balancers),
    }  # fmt: skip


def claim(size: str, **more: Any) -> Body:
    spec = {"resources": {"requests": {"storage": size}}, **more.pop("spec", {})}
    return {"metadata": {"name": "data", "namespace": "default", **more.pop("meta", {})}, "spec": spec, **more}


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (claim("10Gi"), {"persistentvolumeclaims": "1", "requests.storage": "10Gi"}),
        (
            claim("10Gi", spec={"storageClassName": "gold"}),
            {
                "persistentvolumeclaims": "1", "requests.storage": "10Gi",
                "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
                "gold.storageclass.storage.k8s.io/requests.storage": "10Gi",
            },
        ),
        (
            claim("1Gi", meta={"annotations": {"volume.beta.kubernetes.io/storage-class": "old"}}),
            {
                "persistentvolumeclaims": "1", "requests.storage": "1Gi",
                "old.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
                "old.storageclass.storage.k8s.io/requests.storage": "1Gi",
            },
        ),
        (claim("1Gi", status={"allocatedResources": {"storage": "3Gi"}}), {"persistentvolumeclaims": "1", "requests.storage": "3Gi"}),
        pytest.param(claim("1001m"), {"persistentvolumeclaims": "1", "requests.storage": "2"}, id="pvc-usage-rounded"),
        pytest.param(
            claim("1001m", spec={"storageClassName": "gold"}),
            {
                "persistentvolumeclaims": "1", "requests.storage": "2",
                "gold.storageclass.storage.k8s.io/persistentvolumeclaims": "1",
                "gold.storageclass.storage.k8s.io/requests.storage": "2",
            },
            id="pvc-usage-by-class-rounded",
        ),
        pytest.param(
            claim("10G", status={"allocatedResources": {"storage": "5G"}}),
            {"persistentvolumeclaims": "1", "requests.storage": "10G"},
            id="pvc-usage-lower-allocated-resource",
        ),
    ],
)  # fmt: skip
def test_claims(body: Body, wanted: Amounts) -> None:
    assert evaluators.CLAIMS.usage(body, NOW) == {"count/persistentvolumeclaims": "1", **wanted}


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        ("configmaps", {"count/configmaps": "1", "configmaps": "1"}),
        ("secrets", {"count/secrets": "1", "secrets": "1"}),
        ("deployments.apps", {"count/deployments.apps": "1"}),
        ("widgets.example.com", {"count/widgets.example.com": "1"}),
    ],
)
def test_other_objects_are_counted(resource: str, wanted: Amounts) -> None:
    found = evaluators.of(resource)
    assert found is not None and found.usage({"metadata": {}}, NOW) == wanted
    assert evaluators.of("events") is None


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["pods", "cpu", "limits.memory"], ["pods"]),
        (["requests.nvidia.com/gpu", "hugepages-2Mi"], ["pods"]),
        (["services.nodeports"], ["services"]),
        (["gold.storageclass.storage.k8s.io/requests.storage"], ["persistentvolumeclaims"]),
        (["count/pods", "count/services"], ["pods", "services"]),
        (["count/jobs.batch", "secrets", "count/secrets"], ["jobs.batch", "secrets"]),
        (["count/events", "requests.storage"], ["persistentvolumeclaims"]),
        (["nonsense"], []),
        (["configmaps", "services", "services.nodeports", "services.loadbalancers"], ["services", "configmaps"]),
        (["storage", "bronze.storageclass.storage.k8s.io/storage", "gold.storage.k8s.io/requests.storage"], []),
    ],
)
def test_who_counts_an_amount(names: list[str], wanted: list[str]) -> None:
    assert [one.resource for one in evaluators.for_names(names)] == wanted


@pytest.mark.parametrize(
    ("names", "containers", "said"),
    [
        (["pods"], [container("a")], ""),
        (["requests.cpu"], [container("a")], "must specify requests.cpu for: a"),
        (["limits.cpu", "requests.cpu"], [container("web")], "must specify limits.cpu for: web; requests.cpu for: web"),
        (["memory"], [container("b"), container("a"), asks(requests={"memory": "1"})], "must specify memory for: a,b"),
        (["requests.ephemeral-storage", "requests.example.com/gpu"], [container("a")], ""),
        (["cpu"], [asks(requests={"cpu": "1"})], ""),
    ],
)
def test_what_must_be_said(names: list[str], containers: list[Body], said: str) -> None:
    assert evaluators.PODS.missing(names, pod(*containers)) == said


# --- scopes ------------------------------------------------------------------------------------------------------

PEER = {"topologyKey": "zone", "labelSelector": {}}


@pytest.mark.parametrize(
    ("scopes", "terms", "body", "is_covered"),
    [
        ([], [], pod(), True),
        (["Terminating"], [], pod(activeDeadlineSeconds=5), True),
        (["Terminating"], [], pod(), False),
        (["NotTerminating"], [], pod(), True),
        (["BestEffort"], [], pod(), True),
        (["BestEffort"], [], pod(asks(requests={"cpu": "1"})), False),
        (["NotBestEffort", "NotTerminating"], [], pod(asks(requests={"cpu": "1"})), True),
        (["NotBestEffort", "Terminating"], [], pod(asks(requests={"cpu": "1"})), False),
        (["PriorityClass"], [], pod(priorityClassName="high"), True),
        (["PriorityClass"], [], pod(), False),
        ([], [("PriorityClass", "In", ["high"])], pod(priorityClassName="high"), True),
        ([], [("PriorityClass", "In", ["high"])], pod(priorityClassName="low"), False),
        ([], [("PriorityClass", "NotIn", ["high"])], pod(), True),
        ([], [("PriorityClass", "DoesNotExist", [])], pod(), True),
        ([], [("PriorityClass", "Exists", [])], pod(), False),
        (["CrossNamespacePodAffinity"], [], pod(), False),
        (["CrossNamespacePodAffinity"], [], pod(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [PEER]}}), False),
        (["CrossNamespacePodAffinity"], [], pod(affinity={"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{**PEER, "namespaces": ["a"]}]}}), True),
        (["CrossNamespacePodAffinity"], [], pod(affinity={"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": {**PEER, "namespaceSelector": {}}}]}}), True),
        (["VolumeAttributesClass"], [], pod(), False),
    ],
)  # fmt: skip
def test_scopes_of_pods(
    scopes: list[str], terms: list[tuple[str, str, list[str]]], body: Body, is_covered: bool
) -> None:
    expressions = [{"scopeName": name, "operator": operator, "values": values} for name, operator, values in terms]
    quota = {"spec": {"scopes": scopes, "scopeSelector": {"matchExpressions": expressions}}}
    assert covers(quota, evaluators.PODS, body) == is_covered


CLASS1 = {"volumeAttributesClassName": "class1"}
TO_CLASS2 = {"currentVolumeAttributesClassName": "class2"}
TO_CLASS3 = {**TO_CLASS2, "modifyVolumeStatus": {"targetVolumeAttributesClassName": "class3"}}
CLASSES: dict[str, tuple[Body, set[str]]] = {
    "EmptyPVC": (claim("1Gi"), set()),
    "VolumeAttributesClass": (claim("1Gi", spec=CLASS1), {"class1"}),
    "VolumeAttributesClassWithTarget": (claim("1Gi", spec=CLASS1, status=TO_CLASS2), {"class1", "class2"}),
    "VolumeAttributesClassWithModityStatus": (
        claim("1Gi", spec=CLASS1, status=TO_CLASS3), {"class1", "class2", "class3"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CLASSES.values(), ids=CLASSES.keys())
def test_scopes_of_claims(case: tuple[Body, set[str]]) -> None:
    body, classes = case

    def covered(evaluator: evaluators.Evaluator, operator: str, *values: str) -> bool:
        expression = {"scopeName": "VolumeAttributesClass", "operator": operator, "values": list(values)}
        return covers({"spec": {"scopeSelector": {"matchExpressions": [expression]}}}, evaluator, body)

    assert covered(evaluators.CLAIMS, "DoesNotExist") is not bool(classes)
    assert covered(evaluators.CLAIMS, "Exists") is bool(classes)
    for name in ("class1", "class2", "class3", "class4"):
        assert covered(evaluators.CLAIMS, "In", name) is (name in classes)
    assert covered(evaluators.CLAIMS, "In", "class1", "class2", "class3", "class4") is bool(classes)
    assert covered(evaluators.CLAIMS, "NotIn", "class4")
    config_maps = evaluators.of("configmaps")
    assert config_maps is not None and not covered(config_maps, "Exists")


def test_what_gives_something_back() -> None:
    frees = evaluators.PODS.frees
    assert frees is not None
    running, done = pod(), {**pod(), "status": {"phase": "Succeeded"}}
    assert frees(done, running, NOW) and not frees(running, running, NOW) and not frees(done, done, NOW + SECOND)
    asked, more = pod(asks(requests={"cpu": "1"})), {"requests": {"cpu": "2"}}
    resizing = {**asked, "status": {"containerStatuses": [{"name": "a", "resources": more}]}}
    assert frees(asked, resizing, NOW) and frees(pod(activeDeadlineSeconds=5), pod(), NOW)
