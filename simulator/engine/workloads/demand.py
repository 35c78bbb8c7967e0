"""What the program in a container asks for: CPU, memory and disk as courses over time, and how bursty its CPU is.

A Behavior that says what a container uses is followed to the letter. Otherwise well-known images have a figure of their
own, others one by hash of their name; programs that burn CPU or take memory (`stress`, busy loops) are known by their
command line. Requests add what each of them costs (`traffic/`): CPU by their rate, memory by how many are being
answered while the CPU is free (Little's law), disk by how many have been answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

from .. import quantity
from ..clock import MILLISECOND, SECOND
from ..objects import timestamp
from ..registry import Body, Instant
from . import curves, references
from .curves import NOTHING, Course, Term
from .traffic import cost, flows
from .traffic.answering import Answering

_MIB = 1 << 20
_TOUCHED = 1 << 30
"""How many bytes a second a program can take that writes to all that it takes."""


class Demand(NamedTuple):
    """CPU in cores, memory and disk in bytes, all on the clock.

    threads: how many cores the program can use at once; every: the microseconds from one burst of its work to the next,
    0 where the work is spread evenly. is_said: whether a Behavior says what it takes of CPU, so that it is exact.
    answering: the requests that it answers, which the courses hold too; None if there are none.
    """

    cpu: Course
    memory: Course
    disk: Course
    threads: int
    every: int
    is_said: bool
    answering: Answering | None = None

    def cores(self, at: Instant) -> Fraction:
        """The cores that it asks for at an instant; bursts cannot take more than a core for each thread."""
        cores = max(self.cpu.at(at), NOTHING)
        return min(cores, Fraction(self.threads)) if self.every else cores


class _Known(NamedTuple):
    """What a program is known to take. grows: bytes that it takes besides, within so many microseconds."""

    millicores: float
    mebibytes: float
    grows: int = 0
    within: int = 0
    leaks: int = 0


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
_SHELL = _Known(0.1, 1)
_BUSY = re.compile(
    r"(?:while|until)\s+(?:true|:|\[\s*1\s*\])\s*;\s*do\s*:?\s*;?\s*done|\byes\b\s*>|/dev/(?:zero|urandom)\s*(?:\||>|$|of=)|"
    r"md5sum\s+/dev/zero|sha256sum\s+/dev/zero"
)
_STRESS = re.compile(r"(?:^|[\s/;&])stress(?:-ng)?\s")
_HOARDS = re.compile(r"\btail\s+/dev/zero")
_SIZE = re.compile(r"(\d+)([bkmgtBKMGT]?)(?:i?[bB])?$")
_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_LARGEST = 1 << 62


def of(
    container: Body,
    behavior: Body,
    started: Instant,
    reaching: tuple[flows.Flow, ...] = (),
    at: Instant | None = None,
) -> Demand:
    """What a container asks for that started at an instant. `behavior`: the spec of the one that counts, or empty.

    reaching: the requests to its pod. at: the instant that is looked at, None from now on.
    """
    rest = _at_rest(container, behavior, started)
    answered = flows.to_container(reaching, container["name"], timestamp(started)) if reaching else ()
    if not answered:
        return rest
    each, begin = cost.of(container, behavior), max(one.settled.since for one in answered)
    rate = curves.together(one.at(at) for one in answered)
    return rest._replace(
        cpu=curves.together((rest.cpu, curves.scaled(rate, each.cpu))),
        memory=curves.together((rest.memory, curves.scaled(rate, each.memory * each.seconds))),
        disk=curves.together((rest.disk, *_written(answered, each, begin))) if each.disk else rest.disk,
        answering=Answering(rest.cpu, each.cpu, answered),
    )


def _written(answered: tuple[flows.Flow, ...], each: cost.Cost, begin: Instant) -> list[Course]:
    return [cost.kept(one.answered(begin), each, one.requests(begin), begin) for one in answered]


def _at_rest(container: Body, behavior: Body, started: Instant) -> Demand:
    known = _of_words(container.get("image") or "", (*(container.get("command") or ()), *(container.get("args") or ())))
    grown = []
    if known.grows:
        grown.append(Term("ramp", started, Fraction(known.grows), known.within))
    if known.leaks:
        grown.append(Term("leak", started, Fraction(known.leaks)))
    cpu, memory, disk = (behavior.get(key) or {} for key in ("cpu", "memory", "disk"))
    burst: Mapping[str, int] = cpu.get("burst") or {}
    course = _course(cpu, Course(Fraction(round(known.millicores * 1000), 1_000_000)), started)
    return Demand(
        course,
        _course(memory, Course(Fraction(round(known.mebibytes * _MIB)), tuple(grown)), started),
        _course(disk, Course(NOTHING), started),
        burst.get("threads") or max(1, -int(-course.base // 1)),
        (burst.get("everyMilliseconds") or 0) * MILLISECOND,
        cpu.get("idle") is not None,
    )


def _course(held: Body, known: Course, started: Instant) -> Course:
    """What a Behavior says of a resource; what is known of the program where it does not say."""
    idle = held.get("idle")
    if not held:
        return known
    rest = known if idle is None else Course(quantity.parse(idle)[0])
    return curves.together((rest, curves.course(NOTHING, held.get("curves") or (), started)))


@lru_cache(maxsize=4096)
def _of_words(image: str, words: tuple[str, ...]) -> _Known:
    line = " ".join(words)
    if "stress" in image.rpartition("/")[2] or _STRESS.search(line):
        return _stress(line)
    if _HOARDS.search(line):
        return _Known(1000, 1, leaks=_TOUCHED)
    if _BUSY.search(line):
        return _Known(1000, 1)
    try:
        repository = references.parse(image).repository
    except ValueError:
        return _SHELL
    known = _TABLE.get(repository)
    if known is not None and not (words and words[0] in ("sh", "/bin/sh", "bash", "/bin/bash", "sleep")):
        return _Known(*known)
    if words and words[0].rpartition("/")[2] in ("sh", "bash", "ash", "sleep", "tail"):
        return _SHELL
    figure = int.from_bytes(blake2b(repository.encode(), digest_size=4).digest(), "big")
    return _Known(0.5 + figure % 8, 8 + (figure >> 8) % 96)


def _stress(line: str) -> _Known:
    """polinux/stress: `--cpu 2 --vm 1 --vm-bytes 150M`; vish/stress: `-cpus 2 -mem-total 150Mi`.

    The latter takes `-mem-alloc-size` (4Ki) and then sleeps for `-mem-alloc-sleep` (1 ms), until it has the total.
    """
    given = dict(pairwise(word for part in line.split() for word in part.split("=", 1)))
    cpus, workers = 0, 0
    for flag in ("--cpu", "-c", "-cpus", "--vm", "-m"):
        if re.fullmatch(r"[0-9]{1,6}", given.get(flag, "")):
            cpus += int(given[flag])
            workers += int(given[flag]) if flag in ("--vm", "-m") else 0
    if "-mem-total" in given:
        total, portion = _bytes(given["-mem-total"]), _bytes(given.get("-mem-alloc-size", "")) or 4096
        pause = _microseconds(given.get("-mem-alloc-sleep", "1ms"))
        within = total * pause // portion + total * SECOND // _TOUCHED
    else:
        each = _bytes(given.get("--vm-bytes", "256M")) if workers else 0
        total, within = min(workers * each, _LARGEST), each * SECOND // _TOUCHED
    return _Known(cpus * 1000 or 1, 2, total, within)


def _bytes(text: str) -> int:
    found = _SIZE.match(text[:20])
    return min(int(found[1]) * _UNITS[found[2].lower()], _LARGEST) if found else 0


def _microseconds(text: str) -> int:
    """A time as Go writes it, of one unit; 1 ms where it is none."""
    found = re.fullmatch(r"([0-9]{1,9})(us|ms|s|m)", text)
    units = {"us": 1, "ms": MILLISECOND, "s": SECOND, "m": 60 * SECOND}
    return int(found[1]) * units[found[2]] if found else MILLISECOND
