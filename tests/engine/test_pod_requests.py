"""What a pod's containers ask for, and may use, together.

Follows TestPodResourceRequests, TestPodResourceLimits and TestPodLevelResourceRequests in
staging/src/k8s.io/component-helpers/resource/helpers_test.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine import pods
from simulator.engine.registry import Body

Amounts = dict[str, str]


class Case(NamedTuple):
    """inits: a name that begins with `s` is a sidecar's. The amounts are requests, and then limits."""

    expected: Amounts
    containers: tuple[Amounts, ...] = ()
    inits: dict[str, Amounts] = {}
    level: Amounts = {}
    overhead: Amounts = {}


def cpu(text: str) -> Amounts:
    return {"cpu": text}


SMALL, FOURS = {"cpu": "2m", "memory": "3Mi"}, {"cpu": "4m", "memory": "5Mi"}
EIGHTS = {"cpu": "8m", "memory": "6Mi"}
HUGE, GIANT = "hugepages-2Mi", "hugepages-1Gi"

CASES = {
    "nothing": Case({}),
    "larger init container": Case(cpu("4"), (cpu("1"),), {"i": cpu("4")}),
    "larger containers": Case(cpu("5"), (cpu("2"), cpu("3")), {"i": cpu("2")}),
    "a sidecar": Case(cpu("2"), (cpu("1"),), {"s": cpu("1")}),
    "multiple sidecars": Case(
        cpu("7"), (cpu("1"),), {"i": cpu("5"), "s1": cpu("1"), "s2": cpu("2"), "s3": cpu("3")}
    ),
    "multiple sidecars and init containers": Case(
        cpu("8"), (cpu("1"),), {"i1": cpu("5"), "s1": cpu("1"), "s2": cpu("2"), "i2": cpu("5"), "s3": cpu("3")}
    ),
    "sidecar, init container and container": Case(cpu("210"), (cpu("100"),), {"s": cpu("10"), "i": cpu("200")}),
    "one of two containers": Case({"cpu": "2", "memory": "2Gi"}, ({"cpu": "2", "memory": "2Gi"}, {})),
    "one of two init containers": Case(
        {"cpu": "2", "memory": "2Gi"}, ({"cpu": "1", "memory": "1Gi"},), {"i1": {"cpu": "2", "memory": "2Gi"}, "i2": {}}
    ),
    "the pod's memory alone": Case({"memory": "2Mi"}, level={"memory": "2Mi"}),
    "the pod's memory, a container's CPU": Case(
        {"cpu": "2m", "memory": "2Mi"}, (cpu("2m"),), level={"memory": "2Mi"}
    ),
    "what no pod can have, on both levels": Case({"storage": "3Mi"}, ({"storage": "3Mi"},), level={"storage": "2Mi"}),
    "what no pod can have": Case({"memory": "3Mi"}, ({"memory": "3Mi"},), level={"storage": "2Mi"}),
    "containers only": Case(SMALL, (SMALL,)),
    "both levels": Case({"cpu": "8m", "memory": "6Mi"}, (SMALL,), level={"cpu": "8m", "memory": "6Mi"}),
    "init container": Case(FOURS, (SMALL,), {"i": FOURS}),
    "container and sidecar": Case({"cpu": "6m", "memory": "8Mi"}, (SMALL,), {"s": FOURS}),
    "container, sidecar and init container": Case(
        {"cpu": "12m", "memory": "11Mi"}, (SMALL,), {"s": FOURS, "i": EIGHTS}
    ),
    "all of them, and the pod": Case(
        {"cpu": "18m", "memory": "15Mi"}, (SMALL,), {"s": FOURS, "i": EIGHTS}, {"cpu": "18m", "memory": "15Mi"}
    ),
    "huge pages of the pod": Case({"memory": "10Mi", HUGE: "2Mi"}, level={"memory": "10Mi", HUGE: "2Mi"}),
    "huge pages of two sizes": Case(
        {"cpu": "1", HUGE: "2Mi", GIANT: "1Gi"}, level={"cpu": "1", HUGE: "2Mi", GIANT: "1Gi"}
    ),
    "huge pages on both levels": Case(
        {"cpu": "1", HUGE: "10Mi"}, ({HUGE: "6Mi"},), level={"cpu": "1", HUGE: "10Mi"}
    ),
    "huge pages of one size on each level": Case(
        {"cpu": "1", "memory": "4Mi", HUGE: "10Mi", GIANT: "1Gi"},
        ({"memory": "4Mi", GIANT: "1Gi"},),
        level={"cpu": "1", HUGE: "10Mi"},
    ),
}  # fmt: skip


def figures(amounts: Amounts) -> dict[str, int]:
    return {"cpu": 0, "memory": 0, **{name: pods.figure(name, text) for name, text in amounts.items()}}


def spec_of(case: Case, which: str) -> Body:
    def holder(name: str, amounts: Amounts) -> Body:
        policy = {"restartPolicy": "Always"} if name.startswith("s") else {}
        return {"name": name, "resources": {which: amounts}, **policy}

    spec: Body = {"containers": [holder(f"c{place}", one) for place, one in enumerate(case.containers)]}
    if case.inits:
        spec["initContainers"] = [holder(name, one) for name, one in case.inits.items()]
    if case.level:
        spec["resources"] = {which: case.level}
    if case.overhead:
        spec["overhead"] = case.overhead
    return spec


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_requests_and_limits(case: Case) -> None:
    assert pods.requests(spec_of(case, "requests")) == figures(case.expected)
    assert pods.limits(spec_of(case, "limits")) == figures(case.expected)


OVERHEAD = Case({}, (cpu("2"), cpu("3")), {"i": cpu("2")}, overhead={"cpu": "1", "memory": "1Gi"})


def test_the_overhead_is_requested_and_raises_only_limits_that_there_are() -> None:
    assert pods.requests(spec_of(OVERHEAD, "requests")) == figures({"cpu": "6", "memory": "1Gi"})
    assert pods.limits(spec_of(OVERHEAD, "limits")) == figures({"cpu": "6"})
