"""Which autoscalers select which pods, so that two that share a pod are found without looking at all of them.

Follows hpasControllingPodsUnderSelector in pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from simulator.engine.objects import labels_of, namespace_of
from simulator.engine.registry import Bodies, Body, Key
from simulator.engine.selectors import Selector
from simulator.engine.world import World

_INDEX = "label"
_Bucket = tuple[str, str, str]


class Selecting:
    """The selectors of autoscalers by key. A selector is found by its first `key=value`, if it has one."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.clear()
        world.add_index("pods", _INDEX, _labels)

    def clear(self) -> None:
        self._held: dict[Key, Selector] = {}
        self._buckets: defaultdict[_Bucket, set[Key]] = defaultdict(set)

    def put(self, key: Key, selector: Selector) -> None:
        if self._held.get(key) != selector:
            self.drop(key)
            self._held[key] = selector
            self._buckets[_bucket(key, selector)].add(key)

    def drop(self, key: Key) -> None:
        selector = self._held.pop(key, None)
        if selector is not None:
            self._buckets[_bucket(key, selector)].discard(key)

    def of(self, key: Key) -> Selector | None:
        return self._held.get(key)

    def selecting(self, namespace: str, labels: Mapping[str, str]) -> set[Key]:
        """The autoscalers that select a pod with these labels."""
        buckets = [(namespace, "", ""), *((namespace, *one) for one in labels.items())]
        keys = {key for one in buckets for key in self._buckets.get(one, ())}
        return {key for key in keys if self._held[key].matches(labels)}

    def selecting_any(self, pods: Iterable[Body]) -> list[Key]:
        """The autoscalers that select any of these pods."""
        kinds = {(namespace_of(pod), frozenset(labels_of(pod).items())) for pod in pods}
        return sorted({key for namespace, labels in kinds for key in self.selecting(namespace, dict(labels))})

    def pods(self, namespace: str, selector: Selector) -> Bodies:
        """The pods that a selector selects, in etcd's order."""
        if selector.nothing:
            return []
        places = [(namespace, one.key, next(iter(one.values))) for one in selector.terms if one.operator == "="]
        found = [self.world.indexed("pods", _INDEX, place) for place in places]
        among = min(found, key=len) if found else self.world.list("pods", namespace)
        return [pod for pod in among if selector.matches(labels_of(pod))]


def _bucket(key: Key, selector: Selector) -> _Bucket:
    first = next((one for one in selector.terms if one.operator == "="), None)
    return (key.namespace, "", "") if first is None else (key.namespace, first.key, next(iter(first.values)))


def _labels(pod: Body) -> Iterable[_Bucket]:
    """Index function "label": the pods of a namespace that have a label."""
    return [(namespace_of(pod), *one) for one in labels_of(pod).items()]
