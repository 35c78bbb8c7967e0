"""Endpoints of more than a thousand addresses.

The cases are those of TestTruncateEndpoints and TestSyncServiceOverCapacity in
pkg/controller/endpoint/endpoints_controller_test.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.controllers.endpoints import kept
from simulator.engine.objects import annotations_of

from .rig import Rig, make_ready

MOST = 1000
NOTE = "endpoints.kubernetes.io/over-capacity"


@pytest.mark.parametrize(
    ("ready", "waiting", "most_ready", "most_waiting"),
    [
        pytest.param([], [], [], [], id="empty"),
        pytest.param(
            [50, 100, 100, 100, 100],
            [50, 100, 100, 100, 100],
            [50, 100, 100, 100, 100],
            [50, 100, 100, 100, 100],
            id="total endpoints < max capacity",
        ),
        pytest.param([100] * 5, [100] * 5, [100] * 5, [100] * 5, id="total endpoints = max capacity"),
        pytest.param(
            [90, 110, 50, 10, 20],
            [101, 200, 200, 201, 298],
            [90, 110, 50, 10, 20],
            [73, 144, 144, 145, 214],
            id="total ready endpoints < max capacity, but total endpoints > max capacity",
        ),
        pytest.param(
            [205, 400, 402, 400, 693],
            [100, 200, 200, 200, 300],
            [98, 191, 192, 191, 328],
            [0] * 5,
            id="total ready endpoints > max capacity",
        ),
    ],
)
def test_truncate_endpoints(
    ready: list[int], waiting: list[int], most_ready: list[int], most_waiting: list[int]
) -> None:
    assert kept(list(zip(ready, waiting, strict=True))) == list(zip(most_ready, most_waiting, strict=True))


@pytest.mark.parametrize(
    ("before", "ready", "waiting", "kept_ready", "kept_waiting", "noted"),
    [
        pytest.param(None, 0, 0, 0, 0, False, id="empty"),
        pytest.param(None, MOST - 3, 4, MOST - 3, 3, True, id="annotation added past capacity, fewer are ready"),
        pytest.param(None, MOST, 10, MOST, 0, True, id="annotation added past capacity, that many are ready"),
        pytest.param("truncated", MOST - 1, 0, MOST - 1, 0, False, id="annotation removed below capacity"),
        pytest.param("warning", MOST, 0, MOST, 0, False, id="set to warning previously, removed at capacity"),
        pytest.param("warning", MOST + 1, 0, MOST, 0, True, id="set to warning previously but still over capacity"),
        pytest.param("truncated", MOST, 0, MOST, 0, False, id="annotation removed at capacity"),
        pytest.param("invalid", MOST + 1, 0, MOST, 0, True, id="no endpoints change, annotation value corrected"),
    ],
)
def test_over_capacity(
    before: str | None, ready: int, waiting: int, kept_ready: int, kept_waiting: int, noted: bool
) -> None:
    rig = Rig(1, kubelet=False)
    for number in range(ready + waiting):
        make_ready(rig.world, rig.pod(f"p{number:04}", {"app": "web"}), ready=number < ready)
    rig.settle()
    rig.service("web")
    rig.settle()
    if before is not None:
        notes = {**annotations_of(rig.get("endpoints", "web")), NOTE: before}
        rig.edit("endpoints", "web", ("metadata", "annotations"), notes)
        rig.settle()
    held = rig.get("endpoints", "web")
    subsets = held.get("subsets") or ()
    assert sum(len(one.get("addresses") or ()) for one in subsets) == kept_ready
    assert sum(len(one.get("notReadyAddresses") or ()) for one in subsets) == kept_waiting
    assert annotations_of(held).get(NOTE) == ("truncated" if noted else None)
