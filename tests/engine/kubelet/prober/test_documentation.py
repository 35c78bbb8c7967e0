"""The documentation's examples of probes do what their page says.

Follows https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import manifests
from simulator.engine.clock import SECOND
from simulator.engine.objects import is_condition_true
from simulator.engine.topology import demo
from simulator.simulation import Run, simulate

GOLDEN = Path(__file__).parents[3] / "golden"
PAGES = {
    # name: (seconds, restarts, ready, (message, how often, when it first came, when it came last) told)
    "exec-liveness": (
        (
            44,
            0,
            True,
            ("Liveness probe failed: cat: can't open '/tmp/healthy': No such file or directory\n", 2, 35, 40),
        ),
        (70, 0, True, ("Container liveness failed liveness probe, will be restarted", 1, 45, 45)),
        (76, 1, True, ("Started container liveness", 2, 1, 75)),
    ),
    "http-liveness": (
        (12, 0, True, None),
        (20, 0, True, ("Liveness probe failed: HTTP probe failed with statuscode: 500", 2, 15, 18)),
        (22, 1, True, ("Container liveness failed liveness probe, will be restarted", 1, 21, 21)),
    ),
    "tcp-liveness-readiness": (
        (15, 0, False, None),
        (30, 0, True, None),
        (900, 0, True, None),
    ),
    "grpc-liveness": (
        (15, 0, True, None),
        (900, 0, True, None),
    ),
}
CASES = {f"{name} after {case[0]} s": (name, *case) for name, cases in PAGES.items() for case in cases}


def ran(name: str, seconds: int) -> Run:
    read = manifests.read([str(GOLDEN / name / "input.yaml")])
    return simulate(read.manifests, nodes=demo(), until=seconds * SECOND)


@pytest.mark.parametrize(("name", "seconds", "restarts", "ready", "told"), CASES.values(), ids=CASES.keys())
def test_a_page(name: str, seconds: int, restarts: int, ready: bool, told: tuple[str, int, int, int] | None) -> None:
    run = ran(name, seconds)
    (pod,) = run.world.list("pods", "default")
    (main,) = pod["status"]["containerStatuses"]
    assert (main["restartCount"], is_condition_true(pod, "Ready")) == (restarts, ready)
    if told is None:
        assert not [one for one in run.world.list("events", "default") if one["reason"] == "Unhealthy"]
        return
    message, count, first, last = told
    at = [change.at for change in run.changes if change.resource == "events" and change.body["message"] == message]
    assert (len(at), (at[0] - run.start) // SECOND, (at[-1] - run.start) // SECOND) == (count, first, last)
