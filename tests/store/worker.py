"""A worker process for the tests: ticks one cluster until its step is done, in slices short enough to be hit.

usage: worker.py CLUSTER HOLDER [SLICE_MICROSECONDS]; prints `ticking` when it begins, then the number of its commits.
"""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "k8sviz.settings")
django.setup()

from simulator import runner, store  # noqa: E402
from simulator.models import Cluster  # noqa: E402


def main(name: str, holder: str, length: int) -> None:
    runner._SLICE = length
    pk = Cluster.objects.get(name=name).pk
    commits = 0

    def counted(*args: object, **kwargs: object) -> None:
        nonlocal commits
        commit(*args, **kwargs)  # type: ignore[arg-type]
        commits += 1

    commit, store.commit = store.commit, counted  # type: ignore[assignment]
    worker = runner.Runner(holder)
    print("ticking", flush=True)
    while Cluster.objects.get(pk=pk).until is not None:
        worker.tick(pk)
        time.sleep(0.001)
    print(commits, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 50_000)
