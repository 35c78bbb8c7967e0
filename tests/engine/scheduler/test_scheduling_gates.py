"""SchedulingGates: a pod with a gate is not queued."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.scheduling_gates import SchedulingGates
from tests.engine.scheduler.builders import pod
from tests.engine.scheduler.harness import set_up

GATES: dict[str, tuple[Body, bool]] = {
    "no gates": (pod(), True),
    "an empty list": (pod(schedulingGates=[]), True),
    "one gate": (pod(schedulingGates=[{"name": "foo"}]), False),
    "two gates": (pod(schedulingGates=[{"name": "foo"}, {"name": "bar"}]), False),
}


@pytest.mark.parametrize("case", GATES.values(), ids=GATES.keys())
def test_gates(case: tuple[Body, bool]) -> None:
    body, admitted = case
    bench = set_up(SchedulingGates, body, nodes=[])
    assert isinstance(bench.plugin, SchedulingGates)
    assert bench.plugin.admits(body) is bench.framework.admits(body) is admitted
