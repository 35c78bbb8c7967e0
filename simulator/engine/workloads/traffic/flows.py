"""The requests that reach a pod now, and what has been counted of them: read from the status of Traffics alone.

The controller settles a Traffic whenever something about it changes: from then on its flow is a function of time. Each
backend gets so many shares of it, all of one size, so that what has been counted is one row of figures for all: a
backend's count is what a share has counted since it came in, times its shares. `points` are those rows at the
instants of the last ten minutes, and at those at which the present backends came in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from ... import quantity
from ...clock import SECOND
from ...objects import get_in, instant_of, key_of, namespace_of, spec_of, status_of, uid_of
from ...registry import Body, Instant, Key, Reader
from ..curves import NOTHING, Course, course, scaled, slots
from .serving import EXCESS, MICRO, NO_COUNTS, OVERLOAD, REQUESTS, Counts, Service, minus, plus

RESOURCE = "traffics.sim.k8sviz.io"


class Settled:
    """The flow of one Traffic since its controller last settled it."""

    def __init__(self, flow: Body) -> None:
        self._flow = flow
        self.since = instant_of(flow["since"])
        self.shares: int = flow["shares"]

    @cached_property
    def course(self) -> Course:
        """All requests per second."""
        held = self._flow
        base = quantity.parse(held["rate"])[0]
        return course(base, held.get("curves") or (), instant_of(held["began"])) if held.get("curves") else Course(base)

    @cached_property
    def service(self) -> Service:
        held = self._flow
        pause, capacity = held.get("pauseMicroseconds"), held.get("capacity")
        return Service(
            Fraction(held["workMicroseconds"], SECOND),
            Fraction(held["latencyMicroseconds"], SECOND),
            None if capacity is None else quantity.parse(capacity)[0],
            held["servers"],
            Fraction(held["timeoutSeconds"]),
            held.get("errorPercent") or 0,
            held["clients"],
            None if pause is None else Fraction(pause, SECOND),
        )

    @cached_property
    def points(self) -> list[tuple[Instant, Counts]]:
        return [(instant_of(one["at"]), tuple(one["counts"])) for one in self._flow["points"]]

    def rate(self, at: Instant) -> Fraction:
        """All requests per second at an instant from `since` on."""
        return max(self.course.at(at), NOTHING)

    def counts(self, at: Instant) -> Counts:
        """What one share has counted up to an instant."""
        if at >= self.since:
            return plus(self.points[-1][1], self._added(at))
        after = bisect_right(self.points, at, key=lambda one: one[0])
        if not after:
            return self.points[0][1]
        (begin, low), (end, high) = self.points[after - 1], self.points[after]
        return tuple(a + (b - a) * (at - begin) // (end - begin) for a, b in zip(low, high, strict=True))

    def totals(self, at: Instant) -> tuple[int, int]:
        """Millionths of requests: sent, and not answered, since the Traffic began."""
        sent, failed = self._flow["sentMicro"], self._flow["failedMicro"]
        more, lost = NOTHING, NOTHING
        for begin, end in slots(self.course, self.since, at):
            rate = self.rate(begin)
            failing = self.service.failed(rate)
            more += (self.service.served(rate) + failing) * (end - begin)
            lost += failing * (end - begin)
        return sent + int(more * MICRO / SECOND), failed + int(lost * MICRO / SECOND)

    def offered(self, at: Instant) -> Fraction:
        """Requests per second that a share brings at an instant of the last minutes, answered or not."""
        if at >= self.since:
            return self.rate(at) / self.shares
        after = bisect_right(self.points, at, key=lambda one: one[0])
        if not after:
            return NOTHING
        (begin, low), (end, high) = self.points[after - 1], self.points[after]
        more = sum(high[one] - low[one] for one in (REQUESTS, EXCESS))
        return Fraction(more * SECOND, MICRO * (end - begin))

    def _added(self, at: Instant) -> Counts:
        total = [NOTHING] * len(NO_COUNTS)
        for begin, end in slots(self.course, self.since, at):
            for position, figure in enumerate(self.service.pace(self.rate(begin))):
                total[position] += figure * (end - begin)
        whole = total[OVERLOAD]
        total = [one / self.shares for one in total]
        total[OVERLOAD] = whole
        return tuple(int(one * MICRO / SECOND) for one in total)


class Flow:
    """What one Traffic sends to one container of a pod."""

    def __init__(self, traffic: Body, settled: Settled, backend: Body) -> None:
        self.traffic, self.settled, self.backend = traffic, settled, backend
        self.container: str = backend["container"]
        self.shares: int = backend["shares"]
        self.began: str = backend["began"]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Flow) and (self.backend, self.settled._flow) == (other.backend, other.settled._flow)

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def since(self) -> Instant:
        """From when on the pod has had its shares."""
        return instant_of(self.backend["since"])

    @cached_property
    def course(self) -> Course:
        """Requests per second from when the Traffic was settled on."""
        return scaled(self.settled.course, Fraction(self.shares, self.settled.shares))

    def at(self, at: Instant | None) -> Course:
        """The course that holds at an instant; that of the present if None."""
        if at is None or at >= self.settled.since:
            return self.course
        return Course(self.settled.offered(at) * self.shares if at >= self.since else NOTHING)

    def answered(self, at: Instant) -> Course:
        """Requests per second that are answered from an instant on; one rate for good where they are too many."""
        settled = self.settled
        rate = settled.rate(at)
        if settled.service.failed(rate) or settled.service.served(rate) < rate:
            return Course(settled.service.served(rate) * self.shares / settled.shares)
        return self.course

    def requests(self, at: Instant) -> Fraction:
        """How many the container has answered since it started."""
        return Fraction(self.counts(at)[REQUESTS], MICRO)

    def counts(self, at: Instant) -> Counts:
        """What the container has counted since it started, up to an instant of the last minutes."""
        held = tuple(self.backend.get("held") or NO_COUNTS)
        if not self.shares or at <= self.since:
            return held
        share = minus(self.settled.counts(at), self.settled.counts(self.since))
        found = plus(held, share, self.shares)
        return (*found[:OVERLOAD], held[OVERLOAD] + share[OVERLOAD], *found[OVERLOAD + 1 :])


class Flows:
    """The flows to all pods, or those of the Traffics that are put in one by one."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._by_pod: defaultdict[Key, dict[Key, Flow]] = defaultdict(dict)
        self._pods: dict[Key, list[Key]] = {}
        for body in reader.list(RESOURCE) if reader is not None else ():
            self.put(body)

    def put(self, traffic: Body) -> list[Key]:
        """A Traffic is there or another; the pods that it has to do with, before or now."""
        key, touched = key_of(traffic), self.drop(key_of(traffic))
        flow = status_of(traffic).get("flow")
        if not flow:
            return touched
        settled, pods = Settled(flow), []
        for one in status_of(traffic).get("backends") or ():
            pod = Key(one.get("namespace") or namespace_of(traffic), one["pod"])
            self._by_pod[pod][key] = Flow(traffic, settled, one)
            pods.append(pod)
        self._pods[key] = pods
        return sorted({*touched, *pods})

    def drop(self, key: Key) -> list[Key]:
        """A Traffic is gone; the pods that it had to do with."""
        pods = self._pods.pop(key, [])
        for pod in pods:
            held = self._by_pod[pod]
            held.pop(key, None)
            if not held:
                del self._by_pod[pod]
        return pods

    def to(self, pod: Key) -> list[Key]:
        """The Traffics that reach a pod, or did."""
        return list(self._by_pod.get(pod) or ())

    def within(self, namespace: str) -> list[Key]:
        """The Traffics that reach pods of a namespace, or did."""
        return [key for key, pods in sorted(self._pods.items()) if any(pod.namespace == namespace for pod in pods)]

    def of_pod(self, pod: Body) -> tuple[Flow, ...]:
        """The flows to a pod, in the order of their Traffics' names."""
        held = self._by_pod.get(key_of(pod)) if self._by_pod else None
        if not held:
            return ()
        return tuple(held[key] for key in sorted(held) if held[key].backend["uid"] == uid_of(pod))


def settled(traffic: Body) -> Settled | None:
    """The flow of a Traffic, None if it has none."""
    flow = status_of(traffic).get("flow")
    return Settled(flow) if flow else None


def is_sound(traffic: Body) -> bool:
    """Whether the status of a Traffic can be read: people may write it too."""
    try:
        flow = settled(traffic)
        if flow is None:
            return True
        since, size = flow.since, len(NO_COUNTS)
        flow.service.pace(flow.rate(since))
        points = flow.points
        backends = [Flow(traffic, flow, one) for one in status_of(traffic).get("backends") or ()]
        lengths = [len(one.counts(since)) for one in backends] + [len(counts) for _, counts in points]
        ascending = all(one[0] < other[0] for one, other in pairwise(points)) and points[-1][0] == since
        return flow.shares > 0 and flow.totals(since)[0] >= 0 and ascending and set(lengths) == {size}
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError):
        return False


def to_container(flows: Iterable[Flow], container: str, began: str) -> tuple[Flow, ...]:
    """Those that reach a container in its present run, which began then."""
    return tuple(one for one in flows if one.container == container and one.began == began)


def method_and_path(traffic: Body) -> tuple[str, str]:
    spec = spec_of(traffic)
    return spec.get("method") or "GET", (spec.get("path") or "/").partition("?")[0]


def timeout(traffic: Body) -> int:
    return int(get_in(traffic, "spec", "timeoutSeconds", default=10))
