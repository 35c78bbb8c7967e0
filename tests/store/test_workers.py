"""Workers that die, and two workers for one cluster."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.store.conftest import Place

KILLS = 50
STATE = """
import json
from simulator.models import Cluster
cluster = Cluster.objects.get(name="NAME")
objects = cluster.objects_held.order_by("resource", "namespace", "name").values_list("resource", "text")
memories = cluster.memories.order_by("component", "key").values_list("component", "key", "note", "due", "order", "led_by")
log = cluster.changes.order_by("revision").values_list("revision", "at", "operation", "resource", "name", "text", "sentence", "led_by")
print(json.dumps([cluster.now, cluster.until, cluster.revision, list(objects), list(memories), list(log)]))
"""


def state(place: Place, name: str) -> Any:
    return json.loads(place.run(STATE.replace("NAME", name)))


def finish(place: Place, name: str, *arguments: str) -> int:
    """Runs a worker to the end of the step; the number of its commits."""
    worker = place.spawn(name, *arguments)
    out, _ = worker.communicate(timeout=120)
    return int(out.split()[-1])


def test_fifty_kills_during_a_rollout_leave_no_trace(place: Place, rollout: Callable[[str], str]) -> None:
    place.run(rollout("undisturbed"))
    place.run(rollout("disturbed").replace('"disturbed", seed', '"disturbed", seed'))
    finish(place, "undisturbed", "quiet")
    chance, killed = random.Random(11), 0
    for attempt in range(KILLS):
        worker = place.spawn("disturbed", f"victim-{attempt}", "1")
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ticking\n"
        time.sleep(chance.uniform(0, 0.12))
        worker.send_signal(signal.SIGKILL)
        killed += worker.wait() == -signal.SIGKILL
        # What it held, it holds no longer: the next one need not wait for the lease to run out.
        place.run("from simulator.models import Cluster\nCluster.objects.filter(name='disturbed').update(held_until=0)")
    middle = state(place, "disturbed")
    assert killed == KILLS, "the step must be long enough for every kill to hit a living worker"
    assert middle[1] is not None
    finish(place, "disturbed", "last")
    assert state(place, "disturbed") == state(place, "undisturbed")


def test_of_two_workers_only_one_ever_commits(place: Place, rollout: Callable[[str], str]) -> None:
    place.run(rollout("contested"))
    workers = [place.spawn("contested", holder, "2000") for holder in ("one", "two")]
    commits = sorted(int(worker.communicate(timeout=120)[0].split()[-1]) for worker in workers)
    assert commits[0] == 0
    assert commits[1] > 5
    assert state(place, "contested")[1] is None
