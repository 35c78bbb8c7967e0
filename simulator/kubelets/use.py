"""What a pod has used over time against what it asked for and what bounds it, and the periods of its CPU quotas.

Nothing is recorded: use is a function of time, worked out for each instant from what the cluster was then, by the log.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from django.http import Http404

from simulator import reading
from simulator.engine import pods
from simulator.engine.clock import SECOND
from simulator.engine.kubelet import pod_load
from simulator.engine.kubelet.pod_load import Load
from simulator.engine.objects import instant_of, status_of, uid_of
from simulator.engine.registry import Body, Instant, Key
from simulator.engine.workloads import cpu, throttling, usage
from simulator.engine.workloads.behaviors import Behaviors
from simulator.engine.workloads.containers import container_of, running, spec_as_run
from simulator.engine.workloads.traffic.flows import Flows
from simulator.kubelets import container_past, node_past
from simulator.kubelets.node_past import NodePast, Version
from simulator.models import Cluster

_POINTS = 100
_EDGES = 200
_WINDOWS = 10


class _Held(NamedTuple):
    """A pod on the node at an instant, and what its containers ask for."""

    pod: Body
    load: Load


def of(cluster: Cluster, key: Key, since: Instant, until: Instant) -> dict[str, Any]:
    """A pod's use in a span; if it is gone, in as long a span before it went. Raises Http404."""
    versions = _versions(cluster, key, since)
    gone = versions[-1][0] if versions[-1][1] is None else None
    if gone is not None and gone < until:
        since, until = max(0, since - (until - gone)), gone
        versions = _versions(cluster, key, since)
    pod = next(body for _at, body in reversed(versions) if body is not None)
    node, reach = pods.node_of(pod), max(since, node_past.reach(cluster))
    past = NodePast(cluster, node, since) if node else None
    begin = max(reach, past.since if past else since)
    created = instant_of(pod["metadata"]["creationTimestamp"])
    instants = _instants([at for at, _body in versions], max(begin, created), until)
    figures: list[_Figures | None] = _figures(past, pod, instants) if past else [None] * len(instants)
    names = container_past.kinds(pod)
    return {
        "namespace": key.namespace,
        "name": key.name,
        "uid": uid_of(pod),
        "node": node,
        "since": since,
        "until": until,
        "reach": begin,
        "created": created,
        "gone": gone,
        "at": instants,
        "pod": {"bounds": container_past.bounds(versions, "", since), **_column(figures, "")},
        "containers": [
            {
                "name": name,
                "kind": kind,
                "bounds": container_past.bounds(versions, name, since),
                "states": container_past.states(versions, name, max(begin, created)),
                "ends": container_past.ends(versions, name, begin),
                **_column(figures, name),
            }
            for name, kind in names.items()
        ],
    }


def _versions(cluster: Cluster, key: Key, since: Instant) -> list[Version]:
    """What the last pod of this name was, from before the span on. Raises Http404."""
    found = node_past.versions_of(cluster, "pods", key, since)
    last = next((body for _at, body in reversed(found) if body is not None), None)
    if last is None:
        raise Http404(f'pods "{key.name}" not found')
    while found and found[0][1] is not last and (found[0][1] is None or uid_of(found[0][1]) != uid_of(last)):
        found.pop(0)
    return found


def _instants(edges: list[Instant], since: Instant, until: Instant) -> list[Instant]:
    """Round instants of a span, its ends, and both sides of each change of the pod."""
    step = max(SECOND // 10, -(-(until - since) // _POINTS))
    step = next(
        (one * SECOND // 10 for one in (1, 2, 5, 10, 20, 50, 100, 150, 300, 600) if one * SECOND // 10 >= step), step
    )
    grid = set(range(-(-since // step) * step, until + 1, step)) | {since, until}
    changed = [at for at in edges if since < at <= until][-_EDGES:]
    return sorted(grid | {at - 1 for at in changed} | set(changed)) if until >= since else []


_Figures = dict[str, tuple[float, int, float]]
"""By container, "" the pod: thousandths of a core, bytes, the part of the quota's periods that was throttled."""


def _figures(past: NodePast, pod: Body, instants: list[Instant]) -> list[_Figures | None]:
    return [_of(held, node, pod, at) for at, node, held in _moments(past, instants)]


def _moments(past: NodePast, instants: list[Instant]) -> Iterator[tuple[Instant, Body, list[_Held]]]:
    """The node and its pods at each instant. What did not change since the instant before is not worked out again."""
    besides, kept = past.changes(pods=False), dict[int, _Held]()
    seen, behaviors, flows = -1, None, None
    for at in instants:
        past.now, place = at, bisect_right(besides, at)
        if behaviors is None or flows is None or place != seen:
            seen, behaviors, flows, kept = place, Behaviors(past), Flows(past), {}
        name = past.node
        bodies = [one for one in past.list("pods") if pods.node_of(one) == name and has_cgroup(one)]
        kept = {
            id(one): kept.get(id(one)) or _Held(one, pod_load.shown(one, behaviors, flows, past, at)) for one in bodies
        }
        yield at, past.get("nodes", "", name) or {}, list(kept.values())


def has_cgroup(pod: Body) -> bool:
    return not pods.is_terminal(pod) and bool(status_of(pod).get("startTime"))


def _of(held: list[_Held], node: Body, pod: Body, at: Instant) -> _Figures | None:
    place = next((n for n, one in enumerate(held) if uid_of(one.pod) == uid_of(pod)), None)
    if place is None:
        return None
    wanted = [
        (one.pod, {name: usage.wanted(one.pod, name, asked, at) for name, asked in one.load.running.items()})
        for one in held
    ]
    cores = cpu.shared(node, wanted, usage.of_system(node, at))[place]
    mine, load = held[place]
    spec = spec_as_run(mine)
    found: _Figures = {}
    for name, asked in load.running.items():
        quota = cpu.of_container(spec, container_of({"spec": spec}, name)).quota
        throttled = throttling.share(asked, at, quota)
        found[name] = _millicores(cores[name]), usage.memory_of(mine, name, asked, at), round(float(throttled), 3)
    memory = sum(one[1] for one in found.values()) + round(load.kept)
    worst = max((one[2] for one in found.values()), default=0.0)
    return {**found, "": (_millicores(sum(cores.values(), Fraction(0))), memory, worst)}


def _millicores(cores: Fraction) -> float:
    return round(float(cores * 1000), 1)


def _column(figures: list[_Figures | None], name: str) -> dict[str, list[Any]]:
    rows = [None if one is None else one.get(name) for one in figures]
    return {
        which: [None if row is None else row[place] for row in rows]
        for place, which in enumerate(("cpu", "memory", "throttled"))
    }


def windows(cluster: Cluster, key: Key, container: str, at: Instant) -> dict[str, Any]:
    """Ten periods of a container's CPU quota: the last ones, or those of its last burst. Raises Http404, Compacted."""
    if at < node_past.reach(cluster):
        raise reading.Compacted(cluster.compacted)
    body = next((one for _at, one in reversed(_until(_versions(cluster, key, at), at)) if one is not None), None)
    if body is None or container not in container_past.kinds(body):
        raise Http404(f'container "{container}" of pods "{key.name}" not found')
    spec = spec_as_run(body)
    quota = cpu.of_container(spec, container_of({"spec": spec}, container)).quota
    told: dict[str, Any] = {"container": container, "at": at, "periodMicroseconds": cpu.PERIOD, "quota": quota}
    started = dict(running(body)).get(container)
    node = pods.node_of(body)
    if started is None or quota is None or not node or at < started:
        return {
            **told,
            "running": started is not None,
            "threads": 0,
            "every": 0,
            "periods": [],
            "stat": None,
            "burst": None,
        }
    past = NodePast(cluster, node, at)
    past.now = at
    if at < past.since:
        raise reading.Compacted(cluster.compacted)
    asked = pod_load.shown(body, Behaviors(past), Flows(past), past, at).running[container]
    found = throttling.windows(asked, quota, started, _end(asked.every, started, at) - 1, _WINDOWS)
    counted = throttling.stat(asked, quota, started, at)
    burst = throttling.burst(asked, at, quota)
    return {
        **told,
        "running": True,
        "threads": asked.threads,
        "every": asked.every,
        "burst": None if burst is None else {"alone": burst.alone, "heldUp": burst.held_up},
        "periods": [{"at": one.begin, "used": one.used, "waited": one.waited} for one in found],
        "stat": {
            "usage_usec": counted.usage,
            "nr_periods": counted.periods,
            "nr_throttled": counted.throttled,
            "throttled_usec": counted.throttled_time,
        },
    }


def _end(every: Instant, started: Instant, at: Instant) -> Instant:
    """Where the ten periods end that tell most: those of the last burst, if bursts are so far apart; else the last."""
    length = _WINDOWS * cpu.PERIOD
    if every < length:
        return at
    whole = started + (at - started) // every * every + length
    whole -= every if whole > at else 0
    return whole if whole - length >= started else at


def _until(versions: list[Version], at: Instant) -> list[Version]:
    return [one for one in versions if one[0] <= at]
