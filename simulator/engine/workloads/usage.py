"""How much CPU and memory a running container uses, as a function of time: what metrics-server would have sampled.

What programs ask for is `demand.py`'s, and which of it the node's cores give them, `cpu.py`'s. A figure of CPU that no
Behavior says swings by a tenth around its mean, by hash of the container and the instant of the sample. Memory is what
the container's limit leaves of it: what goes over it is killed at that instant (`kubelet/oom.py`).
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from hashlib import blake2b
from typing import NamedTuple

from .. import pods
from ..clock import SECOND
from ..objects import key_of, name_of, spec_of, status_of, uid_of
from ..registry import Bodies, Body, Instant, Key, Reader
from . import cpu, writes
from .behaviors import Behaviors
from .containers import container_of, running, spec_as_run
from .demand import Demand
from .traffic.flows import Flows

PERIOD = 15 * SECOND
"""How often metrics-server samples, and the window over which it averages."""
_WARM_UP = 10 * SECOND
_NANO = 1_000_000_000
SYSTEM_CPU = Fraction(50, 1000)
SYSTEM_MEMORY = 350 << 20
"""What a node uses besides its pods, for kubelet, runtime and system: cores and bytes."""


class Usage(NamedTuple):
    """CPU in nanocores, memory (the working set) in bytes."""

    cpu: int
    memory: int


def sampled(now: Instant) -> Instant:
    """The instant of the last sample at or before `now`."""
    return now - now % PERIOD


def demands(pod: Body, behaviors: Behaviors, flows: Flows, at: Instant | None = None) -> dict[str, Demand]:
    """What each running container of a pod asks for, as its status shows them, as seen at an instant."""
    chosen, reaching = behaviors.of_pod(pod), flows.of_pod(pod)
    return {
        name: writes.of(
            pod, container_of(pod, name), spec_of(chosen.of(name)), started, behaviors.reader, reaching, at
        ).asked
        for name, started in running(pod)
    }


def of_pods(reader: Reader, bodies: Bodies, nodes: Bodies, at: Instant) -> dict[Key, dict[str, Usage]]:
    """What the containers of all pods use at a sample; without those that have just started."""
    behaviors, flows, places = Behaviors(reader), Flows(reader), {name_of(node): node for node in nodes}
    by_node: defaultdict[str, list[Body]] = defaultdict(list)
    for pod in bodies:
        if status_of(pod).get("phase") in ("Running", "Pending"):
            by_node[pods.node_of(pod)].append(pod)
    found: dict[Key, dict[str, Usage]] = {}
    for name, held in by_node.items():
        found |= of_node_pods(
            places.get(name, {}), {key_of(pod): (pod, demands(pod, behaviors, flows, at)) for pod in held}, at
        )
    return found


def of_node_pods(
    node: Body, held: dict[Key, tuple[Body, dict[str, Demand]]], at: Instant
) -> dict[Key, dict[str, Usage]]:
    """What the containers of one node's pods use at a sample."""
    given = cpu.shared(
        node,
        [(pod, {name: wanted(pod, name, one, at) for name, one in asked.items()}) for pod, asked in held.values()],
        of_system(node, at),
    )
    found = {}
    for (key, (pod, asked)), cores in zip(held.items(), given, strict=True):
        if asked and status_of(pod).get("phase") == "Running" and all(_began(one) <= at for one in running(pod)):
            found[key] = {
                name: Usage(round(cores[name] * _NANO), memory_of(pod, name, one, at)) for name, one in asked.items()
            }
    return found


def _began(container: tuple[str, Instant]) -> Instant:
    """From when on there are samples of a container."""
    return container[1] + _WARM_UP


def wanted(pod: Body, name: str, asked: Demand, at: Instant) -> Fraction:
    """How many cores a container would use if it had the node for itself."""
    cores = asked.cores(at)
    rest = asked.cpu if asked.answering is None else asked.answering.rest
    return cores if asked.is_said else cores + rest.base * _swing(f"{uid_of(pod)}/{name}/{sampled(at)}") / 5


def memory_of(pod: Body, name: str, asked: Demand, at: Instant) -> int:
    """The working set of a container."""
    spec = spec_as_run(pod)
    limit = cpu.of_container(spec, container_of({"spec": spec}, name)).memory
    figure = round(asked.memory.at(at))
    return min(figure, limit) if limit else figure


def _swing(text: str) -> Fraction:
    """From -1/2 to 1/2, by hash."""
    return Fraction(int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big"), 1 << 32) - Fraction(1, 2)


def of_node(node: Body, containers: list[Usage], at: Instant) -> Usage:
    """What a node uses: its pods, and a twentieth of a core and 350 MiB for kubelet, runtime and system."""
    own = of_system(node, at)
    capacity = pods.figure("cpu", (status_of(node).get("capacity") or {}).get("cpu") or 0) * 1_000_000
    used = round(own * _NANO) + sum(one.cpu for one in containers)
    return Usage(min(used, capacity) if capacity else used, SYSTEM_MEMORY + sum(one.memory for one in containers))


def of_system(node: Body, at: Instant) -> Fraction:
    """The cores that a node uses besides its pods."""
    return SYSTEM_CPU * (1 + _swing(f"{uid_of(node) if node else ''}/{sampled(at)}") / 5)


def written(usage: Usage) -> Body:
    """The figures as the metrics API writes them: `1234567n` and `8192Ki`."""
    return {"cpu": f"{usage.cpu}n" if usage.cpu else "0", "memory": f"{usage.memory >> 10}Ki"}
