"""StatefulSets, DaemonSets and Jobs over time: the figures of their own status, and each pod they create or delete."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import orjson
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from simulator import reading
from simulator.engine.clock import SECOND
from simulator.engine.controllers.daemonset import rolling
from simulator.engine.controllers.statefulset.plan import most_unavailable
from simulator.engine.objects import get_in, micro_timestamp, status_of, uid_of
from simulator.engine.registry import KINDS, Body, Instant, Key
from simulator.models import Cluster
from simulator.workloads import course, histories, lanes, pod_steps
from simulator.workloads.pod_steps import Point

RESOURCES = ("statefulsets.apps", "daemonsets.apps", "jobs.batch")
_MOST_POINTS = 600
_MARGIN = 2 * SECOND


def of(cluster: Cluster, resource: str, key: Key, now: Instant, last: Instant | None) -> dict[str, Any]:
    """The workload's course, of so many microseconds, else since its template changed last. Raises Http404."""
    body = reading.DatabaseReader(cluster).get(resource, *key)
    if body is None:
        raise Http404(f'{resource} "{key.name}" not found')
    rows = course.changes_of(cluster, resource, key.namespace, name=key.name)
    bodies = [(row.at, orjson.loads(row.text)) for row in rows if row.operation != "DELETED"]
    bodies = [(at, one) for at, one in bodies if uid_of(one) == uid_of(body)]
    began = _began(bodies, now)
    busy = bodies[-1][0] if bodies else now
    until = now if last is not None else min(now, busy + max(_MARGIN, (busy - began) // 4))
    since = now - last if last is not None else began - max(_MARGIN, (until - began) // 12)
    since = max(since, cluster.born)
    points = _points(resource, bodies, began, since, until)
    names = points[-1][1] if points else {}
    return {
        "kind": KINDS[resource].kind,
        "at": micro_timestamp(now),
        "since": micro_timestamp(since),
        "until": micro_timestamp(until),
        "began": None if began < since else began - since,
        "whole": course.is_whole(cluster, key, rows),
        "after": [max(0, at - since) for at, _point in points],
        **{name: [point[name] for _at, point in points] for name in names},
        **pod_steps.of(cluster, body, key, points, since, until),
        "lanes": _lanes(cluster, key, body, points, since, until),
        "newestLabels": histories.newest_labels(cluster, resource, key),
        "waits": _waits(resource, body),
        "done": _is_done(resource, body),
        **_facts(resource, body),
    }


def _lanes(
    cluster: Cluster, key: Key, body: Body, points: list[tuple[Instant, Point]], since: Instant, until: Instant
) -> list[dict[str, Any]]:
    """None of a workload that is too large for them."""
    counted = ("updated", "outdated", "active", "succeeded", "failed")
    if max((sum(point.get(name) or 0 for name in counted) for _at, point in points), default=0) > lanes.MOST:
        return []
    owners = {uid_of(body): (key.name, body["spec"].get("minReadySeconds") or 0)}
    return lanes.of(cluster, key.namespace, owners, since, until)


def _waits(resource: str, body: Body) -> list[str]:
    """What is still missing, and what a partition keeps as it is."""
    point = _FIGURES[resource](body)
    if resource == "jobs.batch":
        return []
    said = []
    missing, outdated = (point["desired"] or 0) - (point["available"] or 0), point["outdated"] or 0
    if missing > 0:
        said.append(
            ngettext("{n} pod is not available yet.", "{n} pods are not available yet.", missing).format(n=missing)
        )
    partition = get_in(body, "spec", "updateStrategy", "rollingUpdate", "partition", default=0) or 0
    if outdated and partition:
        said.append(_("Partition {n}: pods below ordinal {n} keep their revision.").format(n=partition))
    elif outdated:
        said.append(
            ngettext("{n} pod is still of an old revision.", "{n} pods are still of an old revision.", outdated).format(
                n=outdated
            )
        )
    return said


def _began(bodies: list[tuple[Instant, Body]], now: Instant) -> Instant:
    """When its template was changed last, or when it is first heard of."""
    began = bodies[0][0] if bodies else now
    for (_at, before), (at, body) in pairwise(bodies):
        if before["spec"]["template"] != body["spec"]["template"]:
            began = at
    return began


def _points(
    resource: str, bodies: list[tuple[Instant, Body]], began: Instant, since: Instant, until: Instant
) -> list[tuple[Instant, Point]]:
    """The figures as they changed. Which pods are new is said of the newest template, also before it was there."""
    figures = _FIGURES[resource]
    found: list[tuple[Instant, Point]] = []
    for at, body in bodies:
        if at > until:
            break
        point = figures(body)
        if "updated" in point and (at < began or _is_stale(body)):
            point = {**point, "updated": 0, "outdated": (point["updated"] or 0) + (point["outdated"] or 0)}
        if found and (found[-1][0] == at or at <= since):
            found[-1] = at, point
        elif not found or found[-1][1] != point:
            found.append((at, point))
    every = max(1, -(-len(found) // _MOST_POINTS))
    return [one for place, one in enumerate(found) if place % every == 0 or place == len(found) - 1]


def _is_stale(body: Body) -> bool:
    """Whether the controller has yet to look at the spec as it is: its figures are about the one before."""
    return int(status_of(body).get("observedGeneration", 0)) < int(body["metadata"].get("generation", 0))


def _of_statefulset(body: Body) -> Point:
    status, desired = status_of(body), body["spec"]["replicas"]
    updated, total = status.get("updatedReplicas", 0), status.get("replicas", 0)
    rolls = get_in(body, "spec", "updateStrategy", "type", default="RollingUpdate") == "RollingUpdate"
    return {
        "desired": desired,
        "most": desired,
        "least": max(0, desired - most_unavailable(body)) if rolls else None,
        "updated": updated,
        "outdated": max(0, total - updated),
        "available": status.get("availableReplicas", 0),
    }


def _of_daemonset(body: Body) -> Point:
    status = status_of(body)
    desired, total = status.get("desiredNumberScheduled", 0), status.get("currentNumberScheduled", 0)
    updated = status.get("updatedNumberScheduled", 0)
    rolls = get_in(body, "spec", "updateStrategy", "type", default="RollingUpdate") == "RollingUpdate"
    surge, unavailable = rolling.limits(body, desired)
    return {
        "desired": desired,
        "most": desired + surge if rolls else desired,
        "least": max(0, desired - unavailable) if rolls else None,
        "updated": updated,
        "outdated": max(0, total - updated),
        "available": status.get("numberAvailable", 0),
    }


def _of_job(body: Body) -> Point:
    status, spec = status_of(body), body["spec"]
    return {
        "desired": spec.get("completions"),
        "most": 0 if spec.get("suspend") else spec.get("parallelism", 1),
        "least": None,
        "active": status.get("active", 0),
        "succeeded": status.get("succeeded", 0),
        "failed": status.get("failed", 0),
    }


_FIGURES: dict[str, Callable[[Body], Point]] = {
    "statefulsets.apps": _of_statefulset,
    "daemonsets.apps": _of_daemonset,
    "jobs.batch": _of_job,
}


def _is_done(resource: str, body: Body) -> bool:
    point = _FIGURES[resource](body)
    if resource == "jobs.batch":
        return any(one["type"] in ("Complete", "Failed") and one["status"] == "True" for one in _conditions(body))
    partition = get_in(body, "spec", "updateStrategy", "rollingUpdate", "partition", default=0) or 0
    return point["available"] == point["desired"] and (point["outdated"] or 0) <= partition


def _conditions(body: Body) -> list[Body]:
    return status_of(body).get("conditions") or []


def _facts(resource: str, body: Body) -> dict[str, Any]:
    spec = body["spec"]
    strategy = get_in(spec, "updateStrategy", "rollingUpdate", default={}) or {}
    return {
        "replicas": _FIGURES[resource](body)["desired"],
        "paused": bool(spec.get("suspend")),
        "strategy": get_in(spec, "updateStrategy", "type", default=""),
        "maxSurge": strategy.get("maxSurge"),
        "maxUnavailable": strategy.get("maxUnavailable"),
        "partition": strategy.get("partition"),
        "minReadySeconds": spec.get("minReadySeconds") or 0,
        "podManagementPolicy": spec.get("podManagementPolicy"),
        "parallelism": spec.get("parallelism"),
        "completions": spec.get("completions"),
        "backoffLimit": spec.get("backoffLimit"),
    }
