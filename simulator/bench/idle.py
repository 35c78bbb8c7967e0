"""What clusters cost that do nothing: the CPU time of the processes of a running house with 100 of them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from simulator.bench.cases import Case, Measured
from simulator.bench.house import House

_CLUSTERS = 100
_SECONDS = 60.0


def _cpu_seconds(root: int) -> float:
    """User and system time of a process and all below it, in seconds."""
    ticks, parents = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
            ticks[int(entry.name)] = int(fields[11]) + int(fields[12])
    family, grown = {root}, True
    while grown:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        family |= more
        grown = bool(more)
    return sum(ticks.get(pid, 0) for pid in family) / os.sysconf("SC_CLK_TCK")


def _idle() -> Measured:
    with House() as house:
        shares = {}
        for clusters in (1, _CLUSTERS):
            house.run(
                "from simulator import clusters\n"
                f"for n in range({clusters - 1}): clusters.create(f'idle-{{n}}', latency='instant')"
            )
            time.sleep(10)
            before, begun = _cpu_seconds(house.pid), time.monotonic()
            time.sleep(_SECONDS)
            shares[clusters] = (_cpu_seconds(house.pid) - before) / (time.monotonic() - begun) * 100
    extra = {
        "house_with_1_cluster_percent": round(shares[1], 3),
        "house_with_100_clusters_percent": round(shares[_CLUSTERS], 3),
    }
    return Measured([max(0.0, shares[_CLUSTERS] - shares[1])], "% of a core for 99 more idle clusters", extra)


CASES = [Case("idle/100Clusters", "CPU of a house with 100 idle clusters, beyond that of one with 1", _idle)]
