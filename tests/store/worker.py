"""Worker processes for the tests: each a fork of this one, so that a kill costs milliseconds.

usage: worker.py finish CLUSTER HOLDER SLICE     ticks until the step is done, prints the number of commits
       worker.py kill CLUSTER TIMES SEED         kills that many workers at random instants, prints how many it hit

SLICE is in microseconds; kills happen to workers with the shortest slices, so that they fall into many ticks.
"""

import os
import random
import signal
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8sviz.settings")
django.setup()

from django.db import connection  # noqa: E402

from simulator import runner, store  # noqa: E402
from simulator.models import Cluster  # noqa: E402


def unfinished(name: str) -> bool:
    return Cluster.objects.get(name=name).until is not None


def work(name: str, holder: str, length: int) -> int:
    """Ticks until the cluster's step is done; the number of its commits."""
    runner._SLICE = length
    pk = Cluster.objects.get(name=name).pk
    commits = 0

    def counted(*args: object, **kwargs: object) -> None:
        nonlocal commits
        commit(*args, **kwargs)  # type: ignore[arg-type]
        commits += 1

    commit, store.commit = store.commit, counted  # type: ignore[assignment]
    worker = runner.Runner(holder)
    while unfinished(name):
        worker.tick(pk)
        time.sleep(0.001)
    return commits


def kill(name: str, times: int, seed: int) -> int:
    """Forks workers one after the other and kills each while it works; how many were alive when they were hit."""
    chance, hit = random.Random(seed), 0
    for attempt in range(times):
        # What the last one held, it holds no longer: the next need not wait for the lease to run out.
        Cluster.objects.filter(name=name).update(held_until=0)
        connection.close()
        victim = os.fork()
        if victim == 0:
            work(name, f"victim-{attempt}", 1)
            os._exit(0)
        time.sleep(chance.uniform(0.005, 0.12))
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        hit += os.WIFSIGNALED(status)
    Cluster.objects.filter(name=name).update(held_until=0)
    return hit


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["finish", name, holder, length]:
            print(work(name, holder, int(length)))
        case ["kill", name, times, seed]:
            print(kill(name, int(times), int(seed)))
