"""What pods cost and which scopes they are in, in upstream's own cases (pkg/quota/v1/evaluator/core/pods_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.admission import resource_quota
from simulator.engine.admission.attributes import Attributes
from simulator.engine.objects import set_in
from simulator.engine.quota import amounts, evaluators
from simulator.engine.quota.amounts import Amounts
from simulator.engine.quota.scopes import covers
from simulator.engine.registry import Body
from tests.engine.admission.rig import changing, creating
from tests.engine.kinds.builders import NOW, ago, container, pod

Lists = tuple[dict[str, str], dict[str, str]]


def asks(name: str, requests: dict[str, str] | None = None, limits: dict[str, str] | None = None) -> Body:
    return container(name, resources={"requests": requests or {}, "limits": limits or {}})


def init(*containers: Body) -> Body:
    return set_in(pod(initContainers=list(containers)), ("spec", "containers"), [])


# --- usage -------------------------------------------------------------------------------------------------------

CPU: Lists = {"cpu": "1m"}, {"cpu": "2m"}
MEMORY: Lists = {"memory": "1m"}, {"memory": "2m"}
STORAGE: Lists = {"ephemeral-storage": "32Mi"}, {"ephemeral-storage": "64Mi"}
HUGE: Lists = {"hugepages-2Mi": "100Mi"}, {}
DONGLE: Lists = {"example.com/dongle": "3"}, {"example.com/dongle": "3"}


def costs(**figures: str) -> Amounts:
    """pods=1, and what is asked for under both of its names."""
    held = {"pods": "1"}
    for name, figure in figures.items():
        what, _, resource = name.partition("_")
        resource = resource.replace("_", "-")
        held |= {f"{what}.{resource}": figure, **({resource: figure} if what == "requests" else {})}
    return held


OF_DONGLES = {"pods": "1", "requests.example.com/dongle": "3"}
OF_PAGES = {"pods": "1", "hugepages-2Mi": "100Mi", "requests.hugepages-2Mi": "100Mi"}
OF_CPU = costs(requests_cpu="1m", limits_cpu="2m")
OF_MEMORY = costs(requests_memory="1m", limits_memory="2m")
OF_STORAGE = costs(requests_ephemeral_storage="32Mi", limits_ephemeral_storage="64Mi")
LEVEL_MEMORY = {"requests": {"memory": "1Mi"}, "limits": {"memory": "2Mi"}}
OF_LEVEL = costs(requests_memory="1Mi", limits_memory="2Mi")


def three(cpu: str, memory: str, dongle: str) -> dict[str, str]:
    return {"cpu": cpu, "memory": memory, "example.com/dongle": dongle}


LARGE = asks("a", three("4", "100M", "4"), three("8", "200M", "4"))
SMALL = asks("b", three("1", "50M", "2"), three("2", "100M", "2"))
MAIN = asks("c", three("1", "50M", "1"), three("2", "100M", "1"))
OTHER = asks("d", three("2", "25M", "2"), three("5", "50M", "2"))
OF_MOST = costs(requests_cpu="4", requests_memory="100M", limits_cpu="8", limits_memory="200M")
LEAVING = asks("a", {"cpu": "1", "memory": "50M"}, {"cpu": "2", "memory": "100M"})

USAGES: dict[str, tuple[Body, Amounts]] = {
    **{
        f"{kind} {what}": (make(asks("a", *lists)), wanted)
        for kind, make in (("init container", init), ("container", pod))
        for what, lists, wanted in (
            ("CPU", CPU, OF_CPU),
            ("MEM", MEMORY, OF_MEMORY),
            ("local ephemeral storage", STORAGE, OF_STORAGE),
            ("hugepages", HUGE, OF_PAGES),
            ("extended resources", DONGLE, OF_DONGLES),
        )
    },
    "terminated generic count still appears": ({**pod(asks("a", *DONGLE)), "status": {"phase": "Succeeded"}}, {}),
    "init container maximums override sum of containers": (
        pod(MAIN, OTHER, initContainers=[LARGE, SMALL]),
        {**OF_MOST, "requests.example.com/dongle": "4"},
    ),
    "pod deletion timestamp exceeded": (
        pod(LEAVING, meta={"deletionTimestamp": ago(60), "deletionGracePeriodSeconds": 30}),
        {},
    ),
    "pod deletion timestamp not exceeded": (
        pod(
            asks("a", {"cpu": "1"}, {"cpu": "2"}), meta={"deletionTimestamp": ago(0), "deletionGracePeriodSeconds": 30}
        ),
        costs(requests_cpu="1", limits_cpu="2"),
    ),
    "count pod overhead as usage": (
        pod(asks("a", {"cpu": "1"}, {"cpu": "2"}), overhead={"cpu": "1"}),
        costs(requests_cpu="2", limits_cpu="3"),
    ),
    "pod-level CPU": (pod(resources={"requests": {"cpu": "1m"}, "limits": {"cpu": "2m"}}), OF_CPU),
    "pod-level Memory": (pod(resources=LEVEL_MEMORY), OF_LEVEL),
    "pod-level memory with container-level ephemeral storage": (
        pod(asks("a", *STORAGE), resources=LEVEL_MEMORY),
        {**OF_STORAGE, **OF_LEVEL},
    ),
}


@pytest.mark.parametrize("case", USAGES.values(), ids=USAGES.keys())
def test_usage(case: tuple[Body, Amounts]) -> None:
    body, wanted = case
    assert amounts.same(evaluators.PODS.usage(body, NOW), {"count/pods": "1", **wanted})


SMALL_CPU, SMALL_MEMORY = ({"cpu": "100m"}, {"cpu": "200m"}), ({"memory": "200Mi"}, {"memory": "400Mi"})
BOTH = {**SMALL_CPU[0], **SMALL_MEMORY[0]}, {**SMALL_CPU[1], **SMALL_MEMORY[1]}
UNDONE: Body = {"conditions": [{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]}
RESIZES: dict[str, tuple[Lists, Body, Amounts]] = {
    "memory": (SMALL_MEMORY, {"requests": {"memory": "150Mi"}}, costs(requests_memory="200Mi", limits_memory="400Mi")),
    "CPU": (SMALL_CPU, {"requests": {"cpu": "150m"}}, costs(requests_cpu="150m", limits_cpu="200m")),
    "CPU and memory": (
        BOTH,
        {"requests": {"cpu": "150m", "memory": "250Mi"}},
        costs(requests_cpu="150m", limits_cpu="200m", requests_memory="250Mi", limits_memory="400Mi"),
    ),
    "limits too": (SMALL_CPU, {"limits": {"cpu": "1"}}, costs(requests_cpu="100m", limits_cpu="1")),
}


@pytest.mark.parametrize("case", RESIZES.values(), ids=RESIZES.keys())
def test_usage_while_it_is_resized(case: tuple[Lists, Body, Amounts]) -> None:
    lists, runs_with, wanted = case
    body = {**pod(asks("a", *lists)), "status": {"containerStatuses": [{"name": "a", "resources": runs_with}]}}
    assert amounts.same(evaluators.PODS.usage(body, NOW), {"count/pods": "1", **wanted})


def test_what_the_node_cannot_give_does_not_count() -> None:
    runs_with = {"requests": {"cpu": "50m"}, "limits": {"cpu": "80m"}}
    statuses = [{"name": "a", "resources": runs_with, "allocatedResources": {"cpu": "60m"}}]
    body = {**pod(asks("a", *SMALL_CPU)), "status": {**UNDONE, "containerStatuses": statuses}}
    wanted = costs(requests_cpu="60m", limits_cpu="80m")
    assert amounts.same(evaluators.PODS.usage(body, NOW), {"count/pods": "1", **wanted})


def test_a_status_without_resources_says_nothing() -> None:
    body = pod(asks("a", *BOTH))
    told = {**body, "status": {"containerStatuses": [{"name": "a"}]}}
    assert evaluators.PODS.usage(told, NOW) == evaluators.PODS.usage(body, NOW)


# --- what must be said -------------------------------------------------------------------------------------------

FOO, BAR = (asks(name, {"cpu": "1m"}, {"cpu": "2m"}) for name in ("foo", "bar"))
NOTHING = asks("foo"), asks("bar")
CONSTRAINTS: dict[str, tuple[Body, list[str], str]] = {
    "init container resource missing": (init(FOO), ["memory"], "must specify memory for: foo"),
    "multiple init container resource missing": (init(FOO, BAR), ["memory"], "must specify memory for: bar,foo"),
    "container resource missing": (pod(FOO), ["memory"], "must specify memory for: foo"),
    "multiple container resource missing": (pod(FOO, BAR), ["memory"], "must specify memory for: bar,foo"),
    "container resource missing multiple": (
        pod(*NOTHING), ["memory", "cpu"], "must specify cpu for: bar,foo; memory for: bar,foo"
    ),
    "pod-level resource set, container-level required resources missing": (
        pod(*NOTHING, resources={"requests": {"cpu": "1m"}}), ["memory", "cpu"], ""
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CONSTRAINTS.values(), ids=CONSTRAINTS.keys())
def test_constraints(case: tuple[Body, list[str], str]) -> None:
    body, names, said = case
    assert evaluators.PODS.missing(names, body) == said


# --- scopes ------------------------------------------------------------------------------------------------------

TERM: Body = {"labelSelector": {}, "topologyKey": "zone"}
ANY: Body = {"namespaceSelector": {}}


def near(kind: str, term: Body, *, preferred: bool = False) -> Body:
    key = f"{'preferred' if preferred else 'required'}DuringSchedulingIgnoredDuringExecution"
    held = {**TERM, **term}
    terms = [{"weight": 1, "podAffinityTerm": held} if preferred else held]
    return pod(activeDeadlineSeconds=30, affinity={kind: {key: terms}})


ACROSS = ["Terminating", "BestEffort", "CrossNamespacePodAffinity"]
SCOPES: dict[str, tuple[Body, list[str]]] = {
    "EmptyPod": (pod(), ["NotTerminating", "BestEffort"]),
    "PriorityClass": (pod(priorityClassName="class1"), ["NotTerminating", "BestEffort", "PriorityClass"]),
    "NotBestEffort": (pod(MAIN), ["NotTerminating", "NotBestEffort"]),
    "Terminating": (pod(activeDeadlineSeconds=30), ["Terminating", "BestEffort"]),
    "CrossNamespaceRequiredAffinity": (near("podAffinity", {"namespaces": ["ns1"], **ANY}), ACROSS),
    "CrossNamespaceRequiredAffinityWithSlice": (near("podAffinity", {"namespaces": ["ns1"]}), ACROSS),
    "CrossNamespacePreferredAffinity": (
        near("podAffinity", {"namespaces": ["ns2"], **ANY}, preferred=True), ACROSS
    ),
    "CrossNamespacePreferredAffinityWithSelector": (near("podAffinity", ANY, preferred=True), ACROSS),
    "CrossNamespacePreferredAntiAffinity": (near("podAntiAffinity", ANY, preferred=True), ACROSS),
    "CrossNamespaceRequiredAntiAffinity": (near("podAntiAffinity", {"namespaces": ["ns3"]}), ACROSS),
}  # fmt: skip
ALL = ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity"]


@pytest.mark.parametrize("case", SCOPES.values(), ids=SCOPES.keys())
def test_matching_scopes(case: tuple[Body, list[str]]) -> None:
    body, wanted = case

    def is_in(scope: str) -> bool:
        more: dict[str, Any] = {"operator": "In", "values": ["class1"]} if scope == "PriorityClass" else {}
        return evaluators.PODS.in_scope(body, {"scopeName": scope, **more})

    assert [scope for scope in ALL if is_in(scope)] == wanted


ONE = {"cpu": "1"}


def of_class(name: str, phase: str, resources: dict[str, str] | None = None) -> Body:
    body = pod(asks("a", resources, resources), **({"priorityClassName": name} if name else {}))
    return {**body, "status": {"phase": phase}}


HIGH = [of_class("high", "Running", ONE), of_class("high", "Succeeded", ONE), of_class("low", "Running", ONE)]
IN_HIGH = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}
OF_ONE = {**costs(requests_cpu="1", limits_cpu="1"), "count/pods": "2"}
STATS: dict[str, tuple[list[Body], Body, Amounts]] = {
    "nil case": ([], {}, {}),
    "all pods in running state": (
        [of_class("", "Running", ONE)] * 2, {}, {**costs(requests_cpu="2", limits_cpu="2"), "pods": "2",
                                                 "count/pods": "2"}
    ),
    "one pods in terminal state": ([of_class("", "Running", ONE), of_class("", "Succeeded", ONE)], {}, OF_ONE),
    "partial pods matching quotaScopeSelector": (HIGH, {"scopeSelector": IN_HIGH}, OF_ONE),
    "with scopeName specified": (HIGH, {"scopes": ["PriorityClass"], "scopeSelector": IN_HIGH}, OF_ONE),
    "with multiple scopeNames specified": (
        [*HIGH, of_class("high", "Failed")],
        {"scopes": ["PriorityClass", "BestEffort"], "scopeSelector": IN_HIGH},
        {"count/pods": "1"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STATS.values(), ids=STATS.keys())
def test_usage_of_all_that_is_in_scope(case: tuple[list[Body], Body, Amounts]) -> None:
    bodies, spec, wanted = case
    used: Amounts = {}
    for body in bodies:
        if covers({"spec": spec}, evaluators.PODS, body):
            used = amounts.add(used, evaluators.PODS.usage(body, NOW))
    assert amounts.same(used, wanted)


# --- what is looked at -------------------------------------------------------------------------------------------

PLAIN, SHORT, SHORTER = pod(), pod(activeDeadlineSeconds=2), pod(activeDeadlineSeconds=1)
HANDLED: dict[str, tuple[Attributes, bool]] = {
    "create": (creating("pods", PLAIN), True),
    "update-activeDeadlineSeconds-to-nil": (changing("pods", SHORT, PLAIN), True),
    "update-activeDeadlineSeconds-from-nil": (changing("pods", PLAIN, SHORT), True),
    "update-activeDeadlineSeconds-with-different-values": (changing("pods", SHORT, SHORTER), False),
    "update": (changing("pods", PLAIN, set_in(PLAIN, ("metadata", "labels"), {"a": "b"})), False),
    "update-subresource": (changing("pods", PLAIN, SHORT, "status"), False),
    "update-resize": (changing("pods", PLAIN, PLAIN, "resize"), True),
}


@pytest.mark.parametrize("case", HANDLED.values(), ids=HANDLED.keys())
def test_handles(case: tuple[Attributes, bool]) -> None:
    attributes, wanted = case

    class Asked(Exception):
        """The quotas were asked for."""

    class Reader:
        def list(self, resource: str, namespace: str | None = None) -> Any:
            raise Asked

    assert resource_quota.PLUGIN.validate is not None
    try:
        resource_quota.PLUGIN.validate(attributes, Reader())  # type: ignore[arg-type]
    except Asked:
        assert wanted
    else:
        assert not wanted
