"""What the programs in a pod export for Prometheus: requests, how long they took, and what the process uses.

Names, labels and buckets are those of Prometheus' client libraries (prometheus/client_golang's process collector and
prometheus/client_python's defaults). What a Behavior says that its program exports comes besides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple

from ... import exposition
from ...clock import SECOND
from ...objects import key_of, spec_of, timestamp
from ...registry import Body, Instant, Reader
from .. import cpu, demand, metrics, throttling, usage
from ..behaviors import Behaviors
from ..containers import container_of, running, spec_as_run
from ..demand import Demand
from .cost import Cost
from .cost import of as cost_of
from .flows import Flow, Flows, method_and_path, to_container
from .serving import BOUNDS, BUCKETS, ERRORS, MICRO, REQUESTS, SECONDS, Counts, plus


class Series(NamedTuple):
    """One figure that a container exports. kind: `counter`, `gauge` or `histogram`, as `# TYPE` says it."""

    container: str
    name: str
    labels: Mapping[str, str]
    value: Fraction
    kind: str


def exposed(
    reader: Reader,
    pod: Body,
    now: Instant,
    *,
    flows: Flows | None = None,
    behaviors: Behaviors | None = None,
    wanted: Callable[[str], bool] = lambda name: True,
) -> list[Series]:
    """What a pod exports at an instant: now, or one of the last ten minutes, from which a rate can be told.

    flows, behaviors: those of the cluster, where somebody has read them. wanted: the names that are asked for.
    """
    reaching = (Flows(reader) if flows is None else flows).of_pod(pod)
    chosen = (Behaviors(reader, key_of(pod).namespace) if behaviors is None else behaviors).of_pod(pod)
    found = list[Series]()
    for name, started in running(pod):
        if started > now:
            continue
        container, behavior = container_of(pod, name), spec_of(chosen.of(name))
        answered = to_container(reaching, name, timestamp(started))
        if answered and any(map(wanted, _OF_REQUESTS)):
            requests = _requests(name, answered, cost_of(container, behavior), now)
            found += [one for one in requests if wanted(one.name)]
        if any(map(wanted, _OF_PROCESS)):
            asked = demand.of(container, behavior, started, reaching, now)
            found += [one for one in _of_process(pod, container, started, asked, now) if wanted(one.name)]
        for one in behavior.get("metrics") or ():
            if wanted(one["name"]):
                kind = "counter" if one["name"].endswith("_total") else "gauge"
                figure = metrics.figure(one, now - started)
                found.append(Series(name, one["name"], one.get("labels") or {}, figure, kind))
    return found


_OF_PROCESS = ("process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds", "up")
_DURATION = "http_request_duration_seconds"
_OF_REQUESTS = ("http_requests_total", *(f"{_DURATION}_{part}" for part in ("bucket", "sum", "count")))


def _of_process(pod: Body, container: Body, started: Instant, asked: Demand, now: Instant) -> Iterator[Series]:
    """What the process collector tells, and that there is somebody to tell it."""
    name, quota = container["name"], cpu.of_container(spec_as_run(pod), container).quota
    used = Fraction(throttling.stat(asked, quota, started, now).usage, SECOND)
    memory = Fraction(usage.memory_of(pod, name, asked, now))
    yield Series(name, "process_cpu_seconds_total", {}, used, "counter")
    yield Series(name, "process_resident_memory_bytes", {}, memory, "gauge")
    yield Series(name, "process_start_time_seconds", {}, Fraction(started, SECOND), "gauge")
    yield Series(name, "up", {}, Fraction(1), "gauge")


def _requests(container: str, answered: tuple[Flow, ...], each: Cost, now: Instant) -> Iterator[Series]:
    """The counters of requests, by method and path; what several Traffics ask in the same way is added up."""
    counted = dict[tuple[str, str], Counts]()
    for flow in answered:
        place, counts = method_and_path(flow.traffic), flow.counts(now)
        counted[place] = plus(counted[place], counts) if place in counted else counts
    for (method, path), counts in sorted(counted.items()):
        labels = {"method": method, "path": path}
        by_code = {"500": counts[ERRORS]} if counts[ERRORS] else {}
        good = counts[REQUESTS] - counts[ERRORS]
        if good or not by_code:
            by_code = {str(each.status): good, **by_code} if each.status != 500 else {"500": counts[REQUESTS]}
        for code in sorted(by_code):
            whole = Fraction(by_code[code] // MICRO)
            yield Series(container, "http_requests_total", {**labels, "code": code}, whole, "counter")
        yield from _durations(container, labels, counts)


def _durations(container: str, labels: Mapping[str, str], counts: Counts) -> Iterator[Series]:
    name = _DURATION
    for bound, counted in zip(BOUNDS, counts[BUCKETS:], strict=True):
        told = {**labels, "le": _bound(bound)}
        yield Series(container, f"{name}_bucket", told, Fraction(counted // MICRO), "histogram")
    total = Fraction(counts[REQUESTS] // MICRO)
    yield Series(container, f"{name}_bucket", {**labels, "le": "+Inf"}, total, "histogram")
    yield Series(container, f"{name}_sum", labels, Fraction(counts[SECONDS], MICRO), "histogram")
    yield Series(container, f"{name}_count", labels, total, "histogram")


def _bound(bound: Fraction) -> str:
    """As Go writes it."""
    return str(int(bound)) if bound.denominator == 1 else f"{float(bound):g}"


def families(series: Iterable[Series]) -> list[exposition.Series]:
    """The series of one container as its page for Prometheus has them, by name; `up` is not on it."""
    samples: defaultdict[tuple[str, str], list[exposition.Sample]] = defaultdict(list)
    for one in series:
        if one.kind == "histogram":
            family = one.name.rpartition("_")[0]
            samples[family, one.kind].append(({**one.labels, "__name__": one.name}, one.value))
        elif one.name != "up":
            samples[one.name, one.kind].append((one.labels, one.value))
    return [exposition.Series(name, kind, held) for (name, kind), held in sorted(samples.items())]
