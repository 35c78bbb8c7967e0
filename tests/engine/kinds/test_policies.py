# ruff: noqa: E501 - the tables have a line for each case
"""ResourceQuota, LimitRange, PodDisruptionBudget and PriorityClass: defaults, mistakes, what is shown.

The cases follow pkg/apis/core/validation/validation_test.go, pkg/apis/policy/validation/validation_test.go and
pkg/apis/scheduling/validation/validation_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import writes
from simulator.engine.registry import KINDS, Body

from .builders import ago, broken, broken_change, made, row, texts

QUOTAS, RANGES = "resourcequotas", "limitranges"
BUDGETS, CLASSES = "poddisruptionbudgets.policy", "priorityclasses.scheduling.k8s.io"
META = {"name": "a", "namespace": "default"}
EXIST = "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"


def of_spec(**spec: Any) -> Body:
    return {"metadata": META, "spec": spec}


def term(scope: str, operator: str, *values: str) -> Body:
    return {"scopeName": scope, "operator": operator, "values": list(values)}


# --- quotas ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({}, []),
        ({"hard": {"cpu": "100", "requests.memory": "10Gi", "pods": "10", "count/jobs.batch": "5", "requests.storage": "1Ti"}}, []),
        ({"hard": {"requests.nvidia.com/gpu": "4", "gold.storageclass.storage.k8s.io/requests.storage": "1Gi", "hugepages-2Mi": "1Gi"}}, []),
        ({"hard": {"cpu": "-1"}}, ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0']),
        ({"hard": {"pods": "1500m"}}, ['spec.hard[pods]: Invalid value: "1500m": must be an integer']),
        ({"hard": {"count/jobs.batch": "1500m"}}, ['spec.hard[count/jobs.batch]: Invalid value: "1500m": must be an integer']),
        ({"hard": {"cpus": "1"}}, [
            'spec.hard[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified',
            'spec.hard[cpus]: Invalid value: "cpus": must be a standard resource for quota',
        ]),
        ({"hard": {"storage": "1"}}, ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota']),
        ({"hard": {"pods": "1"}, "scopes": ["BestEffort", "NotTerminating"]}, []),
        ({"hard": {"pods": "1"}, "scopes": ["Sometimes"]}, [
            'spec.scopes: Invalid value: ["Sometimes"]: unsupported scope',
            'spec.scopes: Invalid value: ["Sometimes"]: unsupported scope applied to resource',
        ]),
        ({"hard": {"cpu": "1"}, "scopes": ["BestEffort"]}, ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource']),
        ({"hard": {"count/jobs.batch": "1"}, "scopes": ["BestEffort"]}, []),
        ({"hard": {"pods": "1"}, "scopes": ["BestEffort", "NotBestEffort"]}, ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes']),
        ({"hard": {"pods": "1"}, "scopes": ["Terminating", "NotTerminating"]}, ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes']),
        ({"hard": {"requests.storage": "1Gi"}, "scopeSelector": {"matchExpressions": [term("VolumeAttributesClass", "In", "fast")]}}, []),
        ({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [term("PriorityClass", "In", "high")]}}, []),
        ({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [term("PriorityClass", "In")]}}, [
            "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
        ]),
        ({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [term("PriorityClass", "Exists", "high")]}}, [
            "spec.scopeSelector.matchExpressions.values: Invalid value: [\"high\"]: must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
        ]),
        ({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [term("PriorityClass", "Near")]}}, [
            'spec.scopeSelector.matchExpressions.operator: Invalid value: "Near": not a valid selector operator',
        ]),
        ({"hard": {"pods": "1"}, "scopeSelector": {"matchExpressions": [term("BestEffort", "In", "x")]}}, [
            f'spec.scopeSelector.matchExpressions.operator: Invalid value: "In": {EXIST}',
        ]),
    ],
)  # fmt: skip
def test_quotas(spec: Body, said: list[str]) -> None:
    assert broken(QUOTAS, of_spec(**spec)) == said


def test_what_may_change_of_a_quota() -> None:
    old = made(QUOTAS, of_spec(hard={"pods": "1"}, scopes=["BestEffort"]))
    assert broken_change(QUOTAS, old, hard={"pods": "5"}) == []
    assert broken_change(QUOTAS, old, scopes=["NotBestEffort"]) == [
        'spec.scopes: Invalid value: ["NotBestEffort"]: field is immutable'
    ]


@pytest.mark.parametrize(
    ("resource", "status", "said"),
    [
        (QUOTAS, {"hard": {"pods": "2"}, "used": {"pods": "1"}}, []),
        (QUOTAS, {"hard": {"podz": "2"}, "used": {"pods": "-1"}}, [
            'status.hard[podz]: Invalid value: "podz": must be a standard resource type or fully qualified',
            'status.hard[podz]: Invalid value: "podz": must be a standard resource for quota',
            'status.used[pods]: Invalid value: "-1": must be greater than or equal to 0',
        ]),
        (BUDGETS, {"disruptionsAllowed": 1, "currentHealthy": 2}, []),
        (BUDGETS, {"disruptionsAllowed": -1}, ["status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0"]),
    ],
)  # fmt: skip
def test_reported_figures(resource: str, status: Body, said: list[str]) -> None:
    old = made(resource, of_spec())
    assert texts(KINDS[resource].parts["status"].validate({**old, "status": status}, old)) == said


def test_amounts_are_written_as_kubernetes_writes_them() -> None:
    stored = made(QUOTAS, of_spec(hard={"cpu": "1000m", "memory": "1024Mi", "pods": 3}))
    assert stored["spec"]["hard"] == {"cpu": "1", "memory": "1Gi", "pods": "3"}
    assert stored["status"] == {}


def test_quotas_are_shown() -> None:
    hard = {"pods": "10", "limits.cpu": "2", "requests.cpu": "1", "limits.memory": "2Gi"}
    used = {"pods": "2", "limits.cpu": "500m", "requests.cpu": "0", "limits.memory": "1Gi"}
    body = {"metadata": {**META, "creationTimestamp": ago(90)}, "status": {"hard": hard, "used": used}}
    assert row(QUOTAS, body) == {
        "Name": "a",
        "Request": "pods: 2/10, requests.cpu: 0/1",
        "Limit": "limits.cpu: 500m/2, limits.memory: 1Gi/2Gi",
        "Age": "90s",
    }
    assert row(QUOTAS, made(QUOTAS, of_spec(hard={"pods": "1"})))["Request"] == ""


# --- limit ranges ------------------------------------------------------------------------------------------------


def limits(kind: str = "Container", **parts: Any) -> Body:
    return of_spec(limits=[{"type": kind, **parts}])


@pytest.mark.parametrize(
    ("body", "filled"),
    [
        (limits(max={"cpu": "1"}), {"max": {"cpu": "1"}, "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}}),
        (limits(min={"cpu": "1"}), {"min": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}}),
        (
            limits(max={"cpu": "2"}, min={"cpu": "1", "memory": "1024Ki"}, default={"cpu": "1500m"}),
            {
                "max": {"cpu": "2"}, "min": {"cpu": "1", "memory": "1Mi"}, "default": {"cpu": "1500m"},
                "defaultRequest": {"cpu": "1500m", "memory": "1Mi"},
            },
        ),
        (limits("Pod", max={"cpu": "1"}), {"max": {"cpu": "1"}}),
    ],
)  # fmt: skip
def test_what_a_limit_range_leaves_out(body: Body, filled: Body) -> None:
    stored = made(RANGES, body)
    (item,) = stored["spec"]["limits"]
    assert {key: value for key, value in item.items() if key != "type"} == filled
    assert KINDS[RANGES].default(stored) is stored


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (limits(max={"cpu": "2"}, min={"cpu": "1"}, default={"cpu": "2"}, defaultRequest={"cpu": "1"}, maxLimitRequestRatio={"cpu": "2"}), []),
        (limits("Pod", max={"cpu": "1"}), []),
        (limits("PersistentVolumeClaim", max={"storage": "1Gi"}), []),
        (limits("example.com/thing", max={"storage": "1Gi"}), []),
        (limits("Node"), ['spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified']),
        (of_spec(limits=[{"type": "Pod"}, {"type": "Pod"}]), ['spec.limits[1].type: Duplicate value: "Pod"']),
        (limits("Pod", default={"cpu": "1"}, defaultRequest={"cpu": "1"}), [
            "spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
            "spec.limits[0].defaultRequest: Forbidden: may not be specified when `type` is 'Pod'",
        ]),
        (limits("PersistentVolumeClaim"), ["spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided"]),
        (limits("Pod", max={"storage": "1"}), ['spec.limits[0].max[storage]: Invalid value: "storage": must be a standard resource for containers']),
        (limits("Pod", min={"cpu": "2"}, max={"cpu": "1"}), ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1']),
        (limits(min={"cpu": "1"}, default={"cpu": "1"}, defaultRequest={"cpu": "500m"}), ['spec.limits[0].defaultRequest[cpu]: Invalid value: "500m": min value 1 is greater than default request value 500m']),
        (limits(defaultRequest={"cpu": "3"}, default={"cpu": "2"}), ['spec.limits[0].defaultRequest[cpu]: Invalid value: "3": default request value 3 is greater than default limit value 2']),
        (limits(default={"cpu": "3"}, max={"cpu": "2"}, defaultRequest={"cpu": "1"}), ['spec.limits[0].default[cpu]: Invalid value: "2": default value 3 is greater than max value 2']),
        (limits(min={"cpu": "2"}, default={"cpu": "1"}, defaultRequest={"cpu": "2"}), [
            'spec.limits[0].defaultRequest[cpu]: Invalid value: "2": default request value 2 is greater than default limit value 1',
            'spec.limits[0].default[cpu]: Invalid value: "2": min value 2 is greater than default value 1',
        ]),
        (limits("Pod", maxLimitRequestRatio={"cpu": "800m"}), ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "800m": ratio 800m is less than 1']),
        (limits("Pod", min={"cpu": "1"}, max={"cpu": "2"}, maxLimitRequestRatio={"cpu": "10"}), ['spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "10": ratio 10 is greater than max/min = 2.000000']),
        (limits(default={"example.com/gpu": "2"}, defaultRequest={"example.com/gpu": "1"}), ['spec.limits[0].defaultRequest[example.com/gpu]: Invalid value: "1": default value 2 must equal to defaultRequest value 1 in example.com/gpu']),
    ],
)  # fmt: skip
def test_limit_ranges(body: Body, said: list[str]) -> None:
    assert broken(RANGES, body) == said


def test_limit_ranges_are_shown() -> None:
    assert row(RANGES, {"metadata": {**META, "creationTimestamp": "2024-01-01T00:00:00Z"}}) == {
        "Name": "a",
        "Created At": "2024-01-01T00:00:00Z",
    }


# --- disruption budgets ------------------------------------------------------------------------------------------

SELECTOR = {"matchLabels": {"app": "web"}}


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"minAvailable": 1}, []),
        ({"maxUnavailable": "100%"}, []),
        ({}, []),
        ({"minAvailable": -1}, ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"]),
        ({"minAvailable": "101%"}, ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%']),
        ({"maxUnavailable": "some"}, [
            "spec.maxUnavailable: Invalid value: \"some\": a valid percent string must be a numeric string followed by an ending '%' "
            "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
        ]),
        ({"minAvailable": 1, "maxUnavailable": 1}, [
            'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":1,"UnhealthyPodEvictionPolicy":null}: '
            "minAvailable and maxUnavailable cannot be both set",
        ]),
        ({"minAvailable": 1, "unhealthyPodEvictionPolicy": "Never"}, [
            'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
        ]),
        ({"selector": {"matchLabels": {"a b": "c"}}}, [
            "spec.selector.matchLabels: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and "
            "end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
        ]),
    ],
)  # fmt: skip
def test_budgets(spec: Body, said: list[str]) -> None:
    assert broken(BUDGETS, of_spec(**spec)) == said


def test_budgets_start_with_nothing_allowed_and_are_shown() -> None:
    stored = made(BUDGETS, of_spec(minAvailable="50%", selector=SELECTOR))
    assert stored["status"] == {"currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0}
    assert stored["metadata"]["generation"] == 1
    assert row(BUDGETS, stored) == {
        "Name": "a",
        "Min Available": "50%",
        "Max Unavailable": "N/A",
        "Allowed Disruptions": 0,
        "Age": "0s",
    }
    assert row(BUDGETS, made(BUDGETS, of_spec(maxUnavailable=1)))["Max Unavailable"] == "1"


# --- priority classes --------------------------------------------------------------------------------------------


def priority_class(name: str = "high", value: int = 1000, **more: Any) -> Body:
    return {"metadata": {"name": name}, "value": value, **more}


RESERVED = (
    "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error:"
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (priority_class(), []),
        (priority_class(value=-2147483648, preemptionPolicy="Never"), []),
        (priority_class(value=1000000000), []),
        (priority_class("system-node-critical", 2000001000), []),
        (priority_class(value=1000000001), ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"]),
        (priority_class("system-mine"), [f"{RESERVED} system-mine is not a known system priority class"]),
        (priority_class("system-node-critical", 5), [f"{RESERVED} value of system-node-critical PriorityClass must be 2000001000"]),
        (priority_class("system-node-critical", 2000001000, globalDefault=True), [f"{RESERVED} globalDefault of system-node-critical PriorityClass must be false"]),
        (priority_class(preemptionPolicy="Sometimes"), ['preemptionPolicy: Unsupported value: "Sometimes": supported values: "PreemptLowerPriority", "Never"']),
    ],
)  # fmt: skip
def test_priority_classes(body: Body, said: list[str]) -> None:
    assert broken(CLASSES, body) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"description": "new"}, []),
        ({"globalDefault": True}, []),
        ({"value": 5}, ["value: Forbidden: may not be changed in an update."]),
        ({"preemptionPolicy": "Never"}, ['preemptionPolicy: Invalid value: "Never": field is immutable']),
    ],
)
def test_what_may_change_of_a_priority_class(parts: Body, said: list[str]) -> None:
    old = made(CLASSES, priority_class())
    new = writes.updated(KINDS[CLASSES], old, {**old, **parts}, revision=2)
    assert new is not None
    assert texts(KINDS[CLASSES].validate_update(new, old)) == said


def test_priority_classes_are_shown() -> None:
    assert row(CLASSES, made(CLASSES, priority_class(globalDefault=True))) == {
        "Name": "high",
        "Value": 1000,
        "Global-Default": True,
        "Age": "0s",
        "PreemptionPolicy": "PreemptLowerPriority",
    }
