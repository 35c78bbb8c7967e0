"""The requests that reach a pod now, and what has been counted of them: read from Traffics and their slices alone.

The controller settles a Traffic whenever something about it changes: from then on its flow is a function of time. Each
backend gets so many shares of it, all of one size, so that what has been counted is one row of figures for all: a
backend's count is what a share has counted since it came in (beyond its `base`), times its shares. `points` are those
rows at instants of the last ten minutes. The backends are listed by TrafficSlices, as endpoints are by EndpointSlices:
one that comes or goes has the flow and one slice written anew, however many there are.
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
from ...objects import controller_of, get_in, instant_of, key_of, spec_of, status_of, uid_of
from ...registry import Bodies, Body, Instant, Key, Reader
from ..curves import NOTHING, Course, course, scaled, slots
from .serving import EXCESS, MICRO, NO_COUNTS, OVERLOAD, REQUESTS, Counts, Service, minus, plus

RESOURCE = "traffics.sim.k8sviz.io"
SLICES = "trafficslices.sim.k8sviz.io"


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
        share = minus(self.settled.counts(at), self.backend["base"])
        found = plus(held, share, self.shares)
        return (*found[:OVERLOAD], held[OVERLOAD] + share[OVERLOAD], *found[OVERLOAD + 1 :])


class Flows:
    """The flows to all pods, or those of the Traffics and slices that are put in one by one."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._by_pod: defaultdict[Key, dict[Key, Flow]] = defaultdict(dict)
        self._traffics: dict[Key, tuple[Body, Settled]] = {}
        self._slices: dict[Key, tuple[Key, Body]] = {}
        self._of_traffic: defaultdict[Key, set[Key]] = defaultdict(set)
        for resource in (SLICES, RESOURCE) if reader is not None else ():
            for body in reader.list(resource) if reader is not None else ():
                self.put(body) if resource == RESOURCE else self.put_slice(body)

    def put(self, traffic: Body) -> list[Key]:
        """A Traffic is there or another; the pods that it has to do with, before or now."""
        key, touched = key_of(traffic), self.drop(key_of(traffic))
        flow = status_of(traffic).get("flow")
        if not flow:
            return touched
        self._traffics[key] = traffic, Settled(flow)
        now = [pod for name in sorted(self._of_traffic[key]) for pod in self._reach(name)]
        return sorted({*touched, *now})

    def drop(self, key: Key) -> list[Key]:
        """A Traffic is gone; the pods that it had to do with."""
        self._traffics.pop(key, None)
        return sorted({pod for name in self._of_traffic.get(key, ()) for pod in self._leave(name)})

    def put_slice(self, body: Body) -> list[Key]:
        """A slice is there or another; the pods that it lists, before or now."""
        key, touched, owner = key_of(body), self.drop_slice(key_of(body)), controller_of(body)
        if owner is None:
            return touched
        traffic = Key(key.namespace, owner["name"])
        self._slices[key] = traffic, body
        self._of_traffic[traffic].add(key)
        return sorted({*touched, *self._reach(key)})

    def drop_slice(self, key: Key) -> list[Key]:
        """A slice is gone; the pods that it listed."""
        if key not in self._slices:
            return []
        touched = self._leave(key)
        traffic, _ = self._slices.pop(key)
        self._of_traffic[traffic].discard(key)
        if not self._of_traffic[traffic]:
            del self._of_traffic[traffic]
        return touched

    def _reach(self, name: Key) -> list[Key]:
        """Lets the requests of a slice's Traffic flow to its pods, if it is of that Traffic and of none before it."""
        key, body = self._slices[name]
        traffic, settled = self._traffics.get(key, (None, None))
        if traffic is None or settled is None or (controller_of(body) or {}).get("uid") != uid_of(traffic):
            return []
        pods = []
        for one in body.get("backends") or ():
            pods.append(pod_of(one, name.namespace))
            self._by_pod[pods[-1]][key] = Flow(traffic, settled, one)
        return pods

    def _leave(self, name: Key) -> list[Key]:
        key, body = self._slices[name]
        pods = []
        for one in body.get("backends") or ():
            pod = pod_of(one, name.namespace)
            held = self._by_pod.get(pod)
            if held is not None and held.pop(key, None) is not None:
                pods.append(pod)
                if not held:
                    del self._by_pod[pod]
        return pods

    def slices(self, traffic: Key) -> Bodies:
        """The slices that list the backends of a Traffic."""
        return [self._slices[name][1] for name in sorted(self._of_traffic.get(traffic) or ())]

    def of(self, traffic: Key) -> list[Flow]:
        """All that a Traffic sends, by pod."""
        listed = (one for body in self.slices(traffic) for one in body.get("backends") or ())
        pods = sorted(pod_of(one, traffic.namespace) for one in listed)
        return [self._by_pod[pod][traffic] for pod in pods if traffic in self._by_pod.get(pod, {})]

    def to(self, pod: Key) -> list[Key]:
        """The Traffics that reach a pod, or did."""
        return list(self._by_pod.get(pod) or ())

    def within(self, namespace: str) -> list[Key]:
        """The Traffics that reach pods of a namespace, or did."""
        return sorted({key for pod, held in self._by_pod.items() if pod.namespace == namespace for key in held})

    def of_pod(self, pod: Body) -> tuple[Flow, ...]:
        """The flows to a pod, in the order of their Traffics' names."""
        held = self._by_pod.get(key_of(pod)) if self._by_pod else None
        if not held:
            return ()
        return tuple(held[key] for key in sorted(held) if held[key].backend["uid"] == uid_of(pod))


def pod_of(backend: Body, namespace: str) -> Key:
    """The pod of an entry of a slice in a namespace."""
    return Key(backend.get("namespace") or namespace, backend["pod"])


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
        lengths = [len(counts) for _, counts in points]
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
