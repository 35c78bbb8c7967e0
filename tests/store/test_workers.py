"""Workers that die, and two workers for one cluster."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.store.conftest import Place

STATE = """
import json
from simulator.models import Cluster
cluster = Cluster.objects.get(name="NAME")
objects = cluster.objects_held.order_by("resource", "namespace", "name").values_list("resource", "text")
memories = cluster.memories.order_by("component", "key").values_list(
    "component", "key", "note", "due", "order", "led_by")
log = cluster.changes.order_by("revision").values_list(
    "revision", "at", "operation", "resource", "name", "text", "sentence", "led_by")
print(json.dumps([cluster.now, cluster.until, cluster.revision, list(objects), list(memories), list(log)]))
"""


def state(place: Place, name: str) -> Any:
    return json.loads(place.run(STATE.replace("NAME", name)))


def finish(place: Place, name: str, holder: str = "last", length: int = 50_000) -> int:
    """Runs a worker to the end of the step; the number of its commits."""
    return ended(place.spawn("finish", name, holder, str(length)))


def ended(worker: subprocess.Popen[str]) -> int:
    out, _ = worker.communicate(timeout=240)
    assert worker.returncode == 0
    return int(out)


@pytest.mark.parametrize(("kills", "seconds"), [(10, 40), pytest.param(50, 300, marks=pytest.mark.soak)])
def test_kills_during_a_rollout_leave_no_trace(
    place: Place, rollout: Callable[[str, int], str], kills: int, seconds: int
) -> None:
    place.run(rollout("undisturbed", seconds))
    place.run(rollout("disturbed", seconds))
    finish(place, "undisturbed")
    hit = ended(place.spawn("kill", "disturbed", str(kills), "11"))
    assert hit == kills, "the rollout must last long enough for every kill to hit a working worker"
    finish(place, "disturbed")
    assert state(place, "disturbed") == state(place, "undisturbed")


def test_of_two_workers_only_one_ever_commits(place: Place, rollout: Callable[[str, int], str]) -> None:
    place.run(rollout("contested", 40))
    workers = [place.spawn("finish", "contested", holder, "2000") for holder in ("one", "two")]
    commits = sorted(ended(worker) for worker in workers)
    assert commits[0] == 0
    assert commits[1] > 5
    assert state(place, "contested")[1] is None
