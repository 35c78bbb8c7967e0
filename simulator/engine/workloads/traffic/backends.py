"""How requests are split among those who answer, and what these can answer together.

kube-proxy chooses an endpoint at random for each connection, so that all get the same in expectation; clients that
stick (sessionAffinity, keepAlive) choose once, by hash, and choose again when their pod has gone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

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

_LEAST = Fraction(1, 1000)
MOST_CLIENTS = 4096
"""So many clients stick one by one; of more, all pods get the same."""
Draw = Callable[[int], int]
"""A number by hash for a client, by its own number."""


class Means(NamedTuple):
    """What one of them has: what a request costs it, the cores that it may use for requests, and its node."""

    cost: Cost
    cores: Fraction
    node: str


Memo = dict[Key, tuple[Body, Body, str, Fraction | None, Means]]
"""What pods were found to have, by pod: for this pod, this Behavior, this container and a node of so many cores."""


def means(reader: Reader, ends: Sequence[End], memo: Memo) -> list[Means]:
    """What each has. memo: what was found before, which is added to."""
    behaviors: dict[str, Behaviors] = {}
    cores: dict[str, Fraction | None] = {}
    found = []
    for end in ends:
        key, node = key_of(end.pod), pods.node_of(end.pod)
        if key.namespace not in behaviors:
            behaviors[key.namespace] = Behaviors(reader, key.namespace)
        if node not in cores:
            cores[node] = _of_node(reader, node)
        behavior = behaviors[key.namespace].of_pod(end.pod).of(end.container)
        known = memo.get(key)
        if known is None or not _is_for(known, end, behavior, cores[node]):
            made = _means(end, spec_of(behavior), cores[node])
            known = memo[key] = (end.pod, behavior, end.container, cores[node], made)
        found.append(known[-1])
    return found


def _is_for(known: tuple[Body, Body, str, Fraction | None, Means], end: End, behavior: Body, whole: Any) -> bool:
    pod, before, container, cores, _ = known
    same = pod is end.pod and (before is behavior or before == behavior)
    return same and container == end.container and cores == whole


def _means(end: End, behavior: Body, whole: Fraction | None) -> Means:
    """Its cores are what its limits and its node leave it beside its work at rest."""
    spec, container = spec_as_run(end.pod), container_of(end.pod, end.container)
    quotas = (cpu.of_container(spec, container_of({"spec": spec}, end.container)).quota, cpu.of_pod(spec).quota)
    bounds = [Fraction(one, cpu.PERIOD) for one in quotas if one is not None]
    have = min([*bounds, *([] if whole is None else [whole])], default=Fraction(1))
    idle = demand.of(container, behavior, 0).cpu.base
    return _one(Means(cost.of(container, behavior), max(have - idle, _LEAST), pods.node_of(end.pod)))


@lru_cache(maxsize=4096)
def _one(held: Means) -> Means:
    """The same object for what is equal, so that `alike` need not compare."""
    return held


Alike = Sequence[tuple[Means, int]]
"""What some of them have alike, and how many these are."""


def alike(held: Sequence[Means]) -> Alike:
    by_identity = {id(one): one for one in held}
    return [(by_identity[identity], count) for identity, count in Counter(map(id, held)).items()]


def capacity(reader: Reader, held: Alike) -> Fraction | None:
    """How many requests a second the CPU of all of them is enough for; None if a request takes none.

    All of one node have no more than its cores.
    """
    by_node: defaultdict[str, list[tuple[Means, int]]] = defaultdict(list)
    for one, count in held:
        if one.cost.cpu:
            by_node[one.node].append((one, count))
    total = NOTHING
    for node, there in by_node.items():
        wanted, have = sum((one.cores * count for one, count in there), NOTHING), _of_node(reader, node)
        share = Fraction(1) if have is None or wanted <= have else have / wanted
        total += sum((one.cores * share * count / one.cost.cpu for one, count in there), NOTHING)
    return total if by_node else None


def servers(held: Alike) -> int:
    """The whole cores that one of them has, 1 at least."""
    return max([1, *(int(one.cores) for one, _count in held[:1])])


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
    """The backends as slices list them. What stays as it is keeps its entry. before: by uid and start."""
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
    kept = {key: one for key, one in flow.backend.items() if key not in ("since", "base")}
    return {**kept, "shares": 0, "held": list(flow.counts(now))}
