"""How much CPU and memory a running container uses, as a function of time: what metrics-server would have sampled.

A Behavior that says what a container uses is followed to the letter. Otherwise well-known images have a figure of their
own, others one by hash of their name; programs that burn CPU or take memory (`stress`, busy loops) are known by their
command line; these figures swing by a tenth around their mean, by hash of the container and the instant of the sample.
A limit caps both. What a Behavior says of one request counts for nothing as long as no requests are simulated.
"""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from .. import pods, quantity
from ..clock import SECOND
from ..objects import containers_of, spec_of, status_of, uid_of
from ..registry import Body, Instant
from . import curves, references
from .behaviors import Behaviors
from .containers import running

PERIOD = 15 * SECOND
"""How often metrics-server samples, and the window over which it averages."""
_WARM_UP = 10 * SECOND
_MILLI = 1_000_000
_MIB = 1 << 20


class Usage(NamedTuple):
    """CPU in nanocores, memory (the working set) in bytes."""

    cpu: int
    memory: int


_TABLE = {
    "docker.io/library/nginx": (0.1, 8), "docker.io/library/httpd": (0.3, 12), "docker.io/library/redis": (2, 9),
    "docker.io/library/postgres": (3, 42), "docker.io/library/mysql": (7, 450), "docker.io/library/mariadb": (4, 110),
    "docker.io/library/mongo": (9, 180), "docker.io/library/rabbitmq": (12, 130), "docker.io/library/memcached": (1, 4),
    "docker.io/library/wordpress": (1, 65), "registry.k8s.io/hpa-example": (1, 12), "registry.k8s.io/pause": (0, 1),
    "registry.k8s.io/coredns/coredns": (3, 16), "registry.k8s.io/kube-proxy": (1, 22),
    "registry.k8s.io/kube-apiserver": (45, 290), "registry.k8s.io/kube-controller-manager": (18, 62),
    "registry.k8s.io/kube-scheduler": (4, 28), "registry.k8s.io/etcd": (22, 75),
    "registry.k8s.io/e2e-test-images/agnhost": (0.2, 7),
}  # fmt: skip
"""Idle usage by repository: millicores and mebibytes."""
_SHELLS = (0.1, 1)
_BUSY = re.compile(
    r"(?:while|until)\s+(?:true|:|\[\s*1\s*\])\s*;\s*do\s*:?\s*;?\s*done|\byes\b\s*>|/dev/(?:zero|urandom)\s*(?:\||>|$|of=)|"
    r"md5sum\s+/dev/zero|sha256sum\s+/dev/zero"
)
_SIZE = re.compile(r"(\d+)([bkmgBKMG]?)(?:i?[bB])?$")
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def sampled(now: Instant) -> Instant:
    """The instant of the last sample at or before `now`."""
    return now - now % PERIOD


def of_pod(pod: Body, at: Instant, behaviors: Behaviors) -> dict[str, Usage] | None:
    """The usage of each running container at a sample, None while the pod has none or one has just started."""
    if status_of(pod).get("phase") != "Running":
        return None
    chosen = behaviors.of_pod(pod)
    found: dict[str, Usage] = {}
    for name, started in running(pod):
        if started + _WARM_UP > at:
            return None
        found[name] = _of_container(pod, name, spec_of(chosen.of(name)), started, at)
    return found or None


def _of_container(pod: Body, name: str, behavior: Body, started: Instant, at: Instant) -> Usage:
    """`behavior`: the spec of the Behavior that counts for the container, empty if none does."""
    container = next((one for one in containers_of(spec_of(pod)) if one.get("name") == name), {})
    known = _known(pod, container, at)
    limits = pods.amounts(container, "limits")
    cpu, memory = (
        _said(behavior.get(which) or {}, figure, unit, at - started)
        for which, figure, unit in (("cpu", known.cpu, 1000 * _MILLI), ("memory", known.memory, 1))
    )
    return Usage(
        min(cpu, limits["cpu"] * _MILLI) if limits.get("cpu") else cpu,
        min(memory, limits["memory"]) if limits.get("memory") else memory,
    )


def _said(held: Body, known: int, unit: int, elapsed: int) -> int:
    """What a Behavior says of a resource, in parts of which a `unit` makes one; `known` where it does not say."""
    idle = held.get("idle")
    base = known if idle is None else quantity.parse(idle)[0] * unit
    return round(base + curves.total(held.get("curves") or (), elapsed) * unit)


def _known(pod: Body, container: Body, at: Instant) -> Usage:
    """What the program in a container is known to use, with the swing of the sample."""
    words = (*(container.get("command") or ()), *(container.get("args") or ()))
    cpu, memory = _mean(container.get("image") or "", words)
    text = f"{uid_of(pod)}/{container.get('name')}/{at}".encode()
    swing = int.from_bytes(blake2b(text, digest_size=4).digest(), "big") / (1 << 32) - 0.5
    return Usage(round(cpu * _MILLI * (1 + swing / 5)), round(memory * _MIB * (1 + swing / 50)))


@lru_cache(maxsize=4096)
def _mean(image: str, words: tuple[str, ...]) -> tuple[float, float]:
    """Millicores and mebibytes that a program uses."""
    line = " ".join(words)
    if "stress" in image.rpartition("/")[2] or (words and words[0].endswith("stress")):
        return _stress(words)
    if _BUSY.search(line):
        return 1000, _SHELLS[1]
    try:
        repository = references.parse(image).repository
    except ValueError:
        return _SHELLS
    known = _TABLE.get(repository)
    if known is not None and not (words and words[0] in ("sh", "/bin/sh", "bash", "/bin/bash", "sleep")):
        return known
    if words and words[0].rpartition("/")[2] in ("sh", "bash", "ash", "sleep", "tail"):
        return _SHELLS
    figure = int.from_bytes(blake2b(repository.encode(), digest_size=4).digest(), "big")
    return 0.5 + figure % 8, 8 + (figure >> 8) % 96


def _stress(words: tuple[str, ...]) -> tuple[float, float]:
    """polinux/stress: `--cpu 2 --vm 1 --vm-bytes 150M`; vish/stress: `-cpus 2 -mem-total 150Mi`."""
    given = dict(pairwise(words))
    cpus, workers = 0.0, 0
    for flag in ("--cpu", "-c", "-cpus", "--vm", "-m"):
        if given.get(flag, "").isdecimal():
            cpus += int(given[flag])
            workers += int(given[flag]) if flag in ("--vm", "-m") else 0
    memory = max(1, workers) * _bytes(given.get("--vm-bytes", "")) + _bytes(given.get("-mem-total", ""))
    return cpus * 1000 or 1, 2 + memory / _MIB


def _bytes(text: str) -> int:
    found = _SIZE.match(text)
    return int(found[1]) * _UNITS[found[2].lower()] if found else 0


def of_node(node: Body, containers: list[Usage], at: Instant) -> Usage:
    """What a node uses: its pods, and a twentieth of a core and 350 MiB for kubelet, runtime and system."""
    text = f"{uid_of(node)}/{at}".encode()
    swing = int.from_bytes(blake2b(text, digest_size=4).digest(), "big") / (1 << 32) - 0.5
    own = Usage(round(50 * _MILLI * (1 + swing / 5)), round(350 * _MIB * (1 + swing / 50)))
    return Usage(own.cpu + sum(one.cpu for one in containers), own.memory + sum(one.memory for one in containers))


def written(usage: Usage) -> Body:
    """The figures as the metrics API writes them: `1234567n` and `8192Ki`."""
    return {"cpu": f"{usage.cpu}n" if usage.cpu else "0", "memory": f"{usage.memory >> 10}Ki"}
