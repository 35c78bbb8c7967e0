"""The scheduler's benchmark places every pod of every workload, on few nodes; how fast is not asserted."""

from __future__ import annotations

import pytest

from simulator.bench.cases import every_case
from simulator.bench.scheduler_perf.measuring import measure
from simulator.bench.scheduler_perf.testcases import TESTCASES, WORKLOADS

SMALL = {
    "SchedulingDaemonset": (5, 0, 10),
    "SchedulingWithNodeInclusionPolicy": (4, 1, 4),
    "SchedulingPodAntiAffinity": (5, 1, 4),
    "SchedulingPodMatchingAntiAffinity": (5, 1, 4),
    "SchedulingRequiredPodAntiAffinityWithNSSelector": (110, 1, 4),
    "MixedSchedulingBasePod": (5, 2, 10),
    "PreemptionBasic": (5, 20, 5),
    "Unschedulable": (5, 1, 110),
}


@pytest.mark.parametrize("name", TESTCASES)
def test_every_pod_is_placed(name: str) -> None:
    figures = measure(TESTCASES[name](*SMALL.get(name, (5, 5, 10)))).report()
    assert figures["unit"] == "pods/s" and figures["n"] == 3
    assert 0 < figures["min"] <= figures["value"] <= figures["max"]
    assert figures["p50_microseconds"] <= figures["p99_microseconds"] <= figures["slowest_microseconds"]


def test_cases_are_named_as_upstream_names_them() -> None:
    names = [case.name for case in every_case()]
    assert len(names) == len(set(names))
    assert {"scheduler/SchedulingBasic/5000Nodes", "scheduler/SchedulingBasic/5000Nodes/AllNodes"} < set(names)
    assert {name.partition("/")[0] for name in WORKLOADS} == set(TESTCASES)
    assert all(case.alone for case in every_case() if case.name.startswith("scheduler/"))
