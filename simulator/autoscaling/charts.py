"""What an autoscaler saw and did over time, read from the log; what it is set to, and what loads its target."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from simulator.autoscaling import loads, steps
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE
from simulator.engine.journal import Change
from simulator.engine.objects import conditions_of, spec_of, status_of, uid_of
from simulator.engine.registry import KINDS, Body, Instant, Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster
from simulator.reading import SteadyReader, change_at, change_before, list_texts

MOST_STEPS = 600
_MOST_LISTED = 500


def listed(cluster: Cluster) -> list[dict[str, Any]]:
    """The autoscalers of a cluster, by namespace and name."""
    reader = SteadyReader(cluster)
    found = []
    for row in list_texts(cluster, RESOURCE, limit=_MOST_LISTED):
        body = reader.get(RESOURCE, *row.key)
        if body is not None:
            found.append({"namespace": row.key.namespace, "name": row.key.name, **_settings(body)})
    return found


def of(cluster: Cluster, key: Key, since: Instant, now: Instant) -> dict[str, Any]:
    """The chart from an instant up to now. Raises Http404."""
    reader = SteadyReader(cluster)
    body = reader.get(RESOURCE, *key)
    if body is None:
        raise Http404(f'{RESOURCE} "{key.name}" not found')
    changes, is_whole = _since(cluster, key, since)
    return {
        "namespace": key.namespace,
        "name": key.name,
        "since": max(since, cluster.born),
        "until": now,
        "complete": is_whole,
        "steps": steps.of(changes, uid_of(body)),
        "behavior": behavior_of(body),
        "ownBehavior": spec_of(body).get("behavior") is not None,
        "conditions": conditions_of(body),
        "loads": loads.of(reader, body, now),
        **_settings(body),
    }


def last_look(cluster: Cluster, key: Key) -> list[Change]:
    """The last change of an autoscaler, with which whatever comes begins."""
    found = change_before(cluster, RESOURCE, key, 1 << 62)
    return [] if found is None else [found]


def behavior_of(body: Body) -> Body:
    """The rules that an autoscaler goes by, as its defaults fill them in."""
    spec = spec_of(body)
    filled: Body = KINDS[RESOURCE].default({**body, "spec": {**spec, "behavior": spec.get("behavior") or {}}})
    behavior: Body = filled["spec"]["behavior"]
    return behavior


def _settings(body: Body) -> dict[str, Any]:
    spec, status = spec_of(body), status_of(body)
    target = spec.get("scaleTargetRef") or {}
    return {
        "target": {"kind": target.get("kind", ""), "name": target.get("name", "")},
        "least": 1 if spec.get("minReplicas") is None else spec["minReplicas"],
        "most": spec["maxReplicas"],
        "current": status.get("currentReplicas") or 0,
        "desired": status.get("desiredReplicas") or 0,
    }


def _since(cluster: Cluster, key: Key, since: Instant) -> tuple[list[Change], bool]:
    """The newest changes since an instant, after the one that held there; whether these are all."""
    rows = ChangeRow.objects.filter(cluster=cluster, resource=RESOURCE, namespace=key.namespace, name=key.name)
    revisions = list(
        rows.filter(at__gte=since).order_by("-revision").values_list("revision", flat=True)[: MOST_STEPS + 1]
    )
    is_whole = len(revisions) <= MOST_STEPS
    found = [change for one in reversed(revisions[:MOST_STEPS]) if (change := change_at(cluster, one)) is not None]
    first = found[0].revision if found else 1 << 62
    before = change_before(cluster, RESOURCE, key, first)
    return ([before, *found] if before is not None else found), is_whole
