"""How requests are split among those who answer, and what these can answer together.

kube-proxy chooses an endpoint at random for each connection, so that all get the same in expectation; clients that
stick (sessionAffinity, keepAlive) choose once, by hash, and choose again when their pod has gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ... import pods
from ...objects import key_of, spec_of, status_of, timestamp, uid_of
from ...registry import Body, Instant, Key, Reader
from .. import cpu, demand
from ..behaviors import Behaviors
from ..containers import container_of, running, spec_as_run
from ..curves import NOTHING
from . import cost
from .cost import Cost
from .flows import Flow
from .targets import End

MOST_CLIENTS = 4096
"""So many clients stick one by one; of more, all pods get the same."""
Draw = Callable[[int], int]
"""A number by hash for a client, by its own number."""


def costs(reader: Reader, ends: Sequence[End]) -> list[Cost]:
    """What a request costs each of them."""
    behaviors: dict[str, Behaviors] = {}
    found = []
    for end in ends:
        namespace = key_of(end.pod).namespace
        chosen = behaviors.setdefault(namespace, Behaviors(reader, namespace)).of_pod(end.pod)
        found.append(cost.of(container_of(end.pod, end.container), spec_of(chosen.of(end.container))))
    return found


def capacity(reader: Reader, ends: Sequence[End], each: Sequence[Cost]) -> Fraction | None:
    """How many requests a second the CPU of all of them is enough for; None if a request takes none.

    Each has what its limit leaves it beside its work at rest, and all of one node no more than its cores.
    """
    if not any(one.cpu for one in each):
        return None
    cores: defaultdict[str, list[tuple[Fraction, Fraction]]] = defaultdict(list)
    for end, one in zip(ends, each, strict=True):
        if one.cpu:
            cores[pods.node_of(end.pod)].append((_cores(reader, end), one.cpu))
    total = NOTHING
    for name, held in cores.items():
        wanted, have = sum((one for one, _ in held), NOTHING), _of_node(reader, name)
        share = Fraction(1) if have is None or wanted <= have else have / wanted
        total += sum((one * share / work for one, work in held), NOTHING)
    return total


def servers(reader: Reader, ends: Sequence[End]) -> int:
    """The whole cores that one of them has, 1 at least."""
    return max([1, *(int(_cores(reader, end)) for end in ends[:1])])


def _cores(reader: Reader, end: End) -> Fraction:
    spec, container = spec_as_run(end.pod), container_of(end.pod, end.container)
    quotas = [cpu.of_container(spec, container_of({"spec": spec}, end.container)).quota, cpu.of_pod(spec).quota]
    bounds = [Fraction(one, cpu.PERIOD) for one in quotas if one is not None]
    node = _of_node(reader, pods.node_of(end.pod))
    chosen = Behaviors(reader, key_of(end.pod).namespace).of_pod(end.pod)
    idle = demand.of(container, spec_of(chosen.of(end.container)), 0).cpu.base
    have = min([*bounds, *([] if node is None else [node])], default=Fraction(1))
    return max(have - idle, Fraction(1, 1000))


def _of_node(reader: Reader, name: str) -> Fraction | None:
    node = reader.get("nodes", "", name) or {}
    millicores = pods.figure("cpu", (status_of(node).get("capacity") or {}).get("cpu") or 0)
    return Fraction(millicores, 1000) if millicores else None


def shares(ends: Sequence[End], before: Mapping[str, int] | None, clients: int, draw: Draw) -> list[int]:
    """How many shares each gets: one, or of clients that stick those that are or come to it.

    before: the clients that each pod has had, by uid; None where clients do not stick.
    """
    if before is None:
        return [1] * len(ends)
    kept = [before.get(uid_of(end.pod), 0) for end in ends]
    surplus = sum(kept) - clients
    for position in range(len(kept)):
        leaving = min(kept[position], max(surplus, 0))
        kept[position] -= leaving
        surplus -= leaving
    for client in range(sum(kept), clients):
        kept[draw(client) % len(ends)] += 1
    return kept


def entries(
    ends: Sequence[End], split: Sequence[int], before: Mapping[tuple[str, str], Flow], namespace: str, now: Instant
) -> list[dict[str, Any]]:
    """The backends as a Traffic's status has them. What stays as it is keeps its entry. before: by uid and start."""
    found = []
    for end, amount in zip(ends, split, strict=True):
        began = dict(running(end.pod))[end.container]
        old = before.get((uid_of(end.pod), timestamp(began)))
        known = old is not None and (old.container, old.backend["port"]) == (end.container, end.port)
        if old is not None and known and old.shares == amount:
            found.append(dict(old.backend))
            continue
        fresh = _entry(end, timestamp(began), amount, namespace)
        if old is not None and known:
            fresh["held"] = list(old.counts(now))
        found.append(fresh)
    return found


def _entry(end: End, began: str, amount: int, namespace: str) -> dict[str, Any]:
    key = key_of(end.pod)
    found: dict[str, Any] = {"pod": key.name, "uid": uid_of(end.pod), "container": end.container, "began": began}
    if key.namespace != namespace:
        found["namespace"] = key.namespace
    return {**found, "port": end.port, "shares": amount}


def left(flow: Flow, pod: Body | None, now: Instant) -> dict[str, Any] | None:
    """The entry of a container that gets no requests any more; None if it runs no more."""
    if pod is None or uid_of(pod) != flow.backend["uid"]:
        return None
    if timestamp(dict(running(pod)).get(flow.container, 0)) != flow.began:
        return None
    if not flow.shares:
        return dict(flow.backend)
    kept = {key: one for key, one in flow.backend.items() if key != "since"}
    return {**kept, "shares": 0, "held": list(flow.counts(now))}


def pod_key(flow: Flow, namespace: str) -> Key:
    return Key(flow.backend.get("namespace") or namespace, flow.backend["pod"])
