"""The scheduler at a glance: the configuration that runs, its profiles, and the pods that it has in hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from simulator.clusters import NotUnderstood
from simulator.engine.objects import condition, key_of, micro_timestamp, uid_of
from simulator.engine.registry import Bodies, Body, Instant, Key
from simulator.engine.scheduler.configuration.reading import Configuration
from simulator.engine.scheduler.profiles import scheduler_of
from simulator.engine.scheduler.queue import LONGEST_WAIT, WINDOW, Queued, backoff_ends
from simulator.models import KubeObject
from simulator.scheduling.configurations import BadConfiguration, policies, read, running, shown
from simulator.scheduling.queue import queued
from simulator.states import State


def overview(state: State) -> dict[str, Any]:
    """What runs and what waits."""
    found = running(state)
    return {
        "configuration": found.text,
        "source": found.source,
        "error": found.error,
        "profiles": shown(found.configuration),
        "policies": policies(),
        "queue": list(_queued(state, found.configuration)),
    }


def check(asked: dict[str, Any]) -> dict[str, Any]:
    """The errors of a configuration's text, each with its line, or its profiles. Raises NotUnderstood."""
    text = asked.get("text")
    if not isinstance(text, str):
        raise NotUnderstood(_("The request needs a text."))
    try:
        return {"errors": [], "profiles": shown(read(text))}
    except BadConfiguration as error:
        return {"errors": error.details["errors"], "profiles": []}


def _queued(state: State, configuration: Configuration) -> Iterator[dict[str, Any]]:
    places = queued(state)
    pods = {key_of(pod): pod for pod in _pods(state, places)}
    for key, place in places.items():
        pod = pods.get(key)
        if pod is not None and uid_of(pod) == place.uid:
            name = "backoff" if place.queue == "error" else place.queue
            yield _entry(key, pod, name, place.since, _until(place, configuration), place.attempts, place.refused_by)


def _until(place: Queued, configuration: Configuration) -> Instant | None:
    """When the pod is tried again though nothing happens."""
    if place.queue == "unschedulable":
        return place.since + LONGEST_WAIT
    if place.queue in ("backoff", "error"):
        return backoff_ends(place, configuration.initial_backoff, configuration.max_backoff) + WINDOW
    return place.until or None


def _entry(
    key: Key, pod: Body, place: str, since: Instant, until: Instant | None, attempts: int, refused_by: Iterable[str]
) -> dict[str, Any]:
    return {
        "namespace": key.namespace,
        "name": key.name,
        "place": place,
        "since": micro_timestamp(since),
        "until": None if until is None else micro_timestamp(until),
        "attempts": attempts,
        "refusedBy": list(refused_by),
        "message": (condition(pod, "PodScheduled") or {}).get("message", ""),
        "profile": scheduler_of(pod),
    }


def _pods(state: State, keys: dict[Key, Any]) -> Bodies:
    """The pods of these names, of whatever namespace."""
    if state.is_past:
        return [pod for pod in (state.reader.get("pods", *key) for key in keys) if pod is not None]
    names = sorted({key.name for key in keys})
    found: Bodies = []
    for first in range(0, len(names), 500):
        rows = KubeObject.objects.filter(cluster=state.cluster, resource="pods", name__in=names[first : first + 500])
        found += [row.body for row in rows]
    return found
