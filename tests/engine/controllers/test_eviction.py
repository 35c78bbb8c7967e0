"""Evictions: what they write, and that a refused one writes nothing.

The cases follow pkg/registry/core/pod/storage/eviction_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.eviction import evict
from simulator.engine.disruption_budgets import RESOURCE, SEVERAL
from simulator.engine.errors import StatusError
from simulator.engine.objects import condition
from tests.engine.controllers.rig import USER, Rig, make_ready


def guarded(*budgets: dict[str, Any], ready: bool = True) -> Rig:
    """Two pods `web-0` and `web-1`, of which the first is ready or not, and budgets of theirs."""
    rig = Rig(kubelet=False)
    for number, spec in enumerate(budgets):
        body = {"selector": {"matchLabels": {"app": "web"}}, **spec}
        rig.create(RESOURCE, {"metadata": {"namespace": "default", "name": f"pdb-{number}"}, "spec": body})
    for number in range(2):
        pod = rig.pod(f"web-{number}", {"app": "web"})
        make_ready(rig.world, pod, ready=ready or number == 1)
    rig.settle()
    rig.world.drain()
    return rig


@pytest.mark.parametrize(
    ("budgets", "ready", "left"),
    [
        pytest.param([], True, None, id="no budget"),
        pytest.param([{"minAvailable": 1}], True, 0, id="a budget that allows one"),
        pytest.param([{"minAvailable": 0}], True, 1, id="a budget that allows two"),
        pytest.param([{"minAvailable": 1}], False, 0, id="not ready, and enough are"),
        pytest.param(
            [{"minAvailable": 2, "unhealthyPodEvictionPolicy": "AlwaysAllow"}], False, 0, id="not ready, always allowed"
        ),
    ],
)
def test_a_pod_that_goes(budgets: list[dict[str, Any]], ready: bool, left: int | None) -> None:
    rig = guarded(*budgets, ready=ready)
    evict(rig.world, rig.get("pods", "web-0"), USER, grace=0)
    assert rig.world.get("pods", "default", "web-0") is None
    marked = next(change.body for change in rig.world.drain().changes if change.resource == "pods")
    assert (condition(marked, "DisruptionTarget") or {})["reason"] == "EvictionByEvictionAPI"
    if left is not None:
        assert rig.get(RESOURCE, "pdb-0")["status"]["disruptionsAllowed"] == left


@pytest.mark.parametrize(
    ("budgets", "ready", "code", "said"),
    [
        pytest.param([{"minAvailable": 2}], True, 429, "Cannot evict pod as it would violate", id="none allowed"),
        pytest.param([{"minAvailable": 2}], False, 429, "Cannot evict pod as it would violate", id="too few healthy"),
        pytest.param([{"minAvailable": 0}, {"minAvailable": 1}], True, 500, SEVERAL, id="two budgets"),
    ],
)
def test_a_pod_that_stays(budgets: list[dict[str, Any]], ready: bool, code: int, said: str) -> None:
    rig = guarded(*budgets, ready=ready)
    with pytest.raises(StatusError) as refused:
        evict(rig.world, rig.get("pods", "web-0"), USER)
    assert refused.value.code == code and refused.value.message.startswith(said)
    assert rig.world.drain().changes == []
