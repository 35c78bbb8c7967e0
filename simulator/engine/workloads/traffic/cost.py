"""What one request costs the container that answers it, and what it is answered."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from ... import quantity
from ...clock import MILLISECOND, SECOND
from ...registry import Body, Instant
from .. import references
from ..curves import NOTHING, Course, scaled

_MIB = 1 << 20


class Cost(NamedTuple):
    """cpu: seconds of one core; memory: bytes while it is answered; disk: bytes that stay; latency: microseconds.

    latency is what an answer takes besides the CPU. errors: how many of a hundred are answered with 500.
    """

    cpu: Fraction
    memory: Fraction = NOTHING
    disk: Fraction = NOTHING
    latency: int = 0
    status: int = 200
    errors: int = 0

    @property
    def seconds(self) -> Fraction:
        """How long an answer takes while the CPU is free."""
        return self.cpu + Fraction(self.latency, SECOND)


_TABLE = {
    "docker.io/library/nginx": (100, 0), "docker.io/nginxinc/nginx-unprivileged": (100, 0),
    "docker.io/library/httpd": (300, 0), "docker.io/library/wordpress": (60_000, 12),
    "registry.k8s.io/nginx-slim": (100, 0), "registry.k8s.io/echoserver": (200, 0),
    "registry.k8s.io/hpa-example": (35_000, 0), "registry.k8s.io/e2e-test-images/agnhost": (200, 0),
    "gcr.io/google-samples/hello-app": (100, 0), "docker.io/hashicorp/http-echo": (100, 0),
    "docker.io/traefik/whoami": (100, 0), "docker.io/corelab/gb-frontend": (5_000, 4),
    "gcr.io/google-samples/gb-frontend": (5_000, 4), "registry.k8s.io/pause": (0, 0),
}  # fmt: skip
"""By repository: microseconds of CPU and mebibytes of memory.

hpa-example adds up a million square roots: with one client in a loop, as the walkthrough of the HorizontalPodAutoscaler
has it, 35 ms keep 0.7 of a core busy, which is what the page's own figures (seven pods of 200m at half) come to.
"""
_OTHERS = (1_000, 0)


def of(container: Body, behavior: Body) -> Cost:
    """The cost of a request to a container. `behavior`: the spec of the Behavior that counts, or empty."""
    micros, mebibytes = _of_image(container.get("image") or "")
    said = {key: (behavior.get(key) or {}).get("perRequest") for key in ("cpu", "memory", "disk")}
    response = behavior.get("response") or {}
    return Cost(
        Fraction(micros, SECOND) if said["cpu"] is None else quantity.parse(said["cpu"])[0],
        Fraction(mebibytes * _MIB) if said["memory"] is None else quantity.parse(said["memory"])[0],
        NOTHING if said["disk"] is None else quantity.parse(said["disk"])[0],
        (response.get("latencyMilliseconds") or 0) * MILLISECOND,
        response.get("status") or 200,
        response.get("errorPercent") or 0,
    )


@lru_cache(maxsize=4096)
def _of_image(image: str) -> tuple[int, int]:
    try:
        return _TABLE.get(references.parse(image).repository, _OTHERS)
    except ValueError:
        return _OTHERS


def is_solved_for(container: Body, behavior: Body) -> bool:
    """Whether requests change when something happens to the container: memory and disk run out, CPU does not."""
    cost = of(container, behavior)
    return bool(cost.memory or cost.disk)


def kept(course: Course, cost: Cost, counted: Fraction, begin: Instant) -> Course:
    """What requests have written to disk, from an instant on by which some had been counted."""
    total = scaled(course, cost.disk).filled(begin)
    return total._replace(base=total.base + counted * cost.disk)
