"""A Deployment's rollout: its ReplicaSets' pods over time, the two limits, and the steps of its controller.

The figures are those of the ReplicaSets' own status, which is what the controller goes by.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from django.http import Http404

from simulator import reading
from simulator.engine.clock import SECOND
from simulator.engine.controllers.deployment.conditions import is_complete
from simulator.engine.controllers.deployment.replica_sets import RESOURCE as REPLICASETS
from simulator.engine.controllers.deployment.replica_sets import same_template
from simulator.engine.controllers.deployment.revisions import revision_of
from simulator.engine.controllers.deployment.sizes import is_rolling, max_surge, max_unavailable, wanted
from simulator.engine.objects import (
    controller_of,
    get_in,
    is_deleting,
    labels_of,
    name_of,
    namespace_of,
    status_of,
    uid_of,
)
from simulator.engine.registry import Body, Instant, Key
from simulator.garbage import no_collection
from simulator.models import Change as ChangeRow
from simulator.models import Cluster
from simulator.workloads import course, lanes, waiting
from simulator.workloads.course import Figures, Sample
from simulator.workloads.steps import Steps

DEPLOYMENTS = "deployments.apps"
_MARGIN = 2 * SECOND


@no_collection()
def of(cluster: Cluster, resource: str, key: Key, now: Instant, last: Instant | None) -> dict[str, Any]:
    """The rollout, of so many microseconds, else since the template changed last. Raises Http404."""
    deployment = reading.DatabaseReader(cluster).get(resource, *key)
    if deployment is None:
        raise Http404(f'{resource} "{key.name}" not found')
    story = Story(deployment)
    rows = rows_of(cluster, key, story.replicasets_of(cluster))
    story.tell(rows)
    since, until = _window(story, now, last)
    since = max(since, cluster.born)
    samples = course.thinned(course.within(story.samples, since, until), since, until)
    shown = [name for name in story.by_age() if any(one.bands.get(name, course.NONE) != course.NONE for one in samples)]
    figures = dict(course.columns(samples, shown, since))
    present = story.samples[-1] if story.samples else None
    return {
        "kind": "Deployment",
        **course.told(samples, since, until, now),
        "began": _after(story.began, since),
        "whole": course.is_whole(cluster, key, rows),
        "bands": [{**story.about(name), **figures[name]} for name in shown],
        **story.steps.told(story.samples, since, until, now, first=since if last is not None else story.began),
        "lanes": _lanes(cluster, key, story, samples, since, until),
        "waits": waiting.reasons(present) if present else [],
        "done": present is not None and present.complete,
        **facts(deployment),
    }


def _lanes(
    cluster: Cluster, key: Key, story: Story, samples: list[Sample], since: Instant, until: Instant
) -> list[dict[str, Any]]:
    """None of a Deployment that is too large for them."""
    if max((one.everyone.total for one in samples), default=0) > lanes.MOST:
        return []
    return lanes.of(cluster, key.namespace, story.owners(), since, until)


def rows_of(cluster: Cluster, key: Key, names: Iterable[str]) -> list[ChangeRow]:
    """What was written of a Deployment and of all that may be its ReplicaSets, oldest first."""
    own = course.changes_of(cluster, DEPLOYMENTS, key.namespace, name=key.name)
    sets = course.changes_of(cluster, REPLICASETS, key.namespace, name__startswith=f"{key.name}-")
    others = [name for name in names if not name.startswith(f"{key.name}-")]
    if others:
        sets += course.changes_of(cluster, REPLICASETS, key.namespace, name__in=others)
    return sorted([*own, *sets], key=lambda row: row.revision)[-course.MOST_CHANGES :]


def facts(deployment: Body) -> dict[str, Any]:
    """What the Deployment says about its rollouts."""
    spec = deployment["spec"]
    rolling = get_in(spec, "strategy", "rollingUpdate", default={}) if is_rolling(deployment) else {}
    return {
        "replicas": wanted(deployment),
        "paused": bool(spec.get("paused")),
        "strategy": get_in(spec, "strategy", "type", default="RollingUpdate"),
        "maxSurge": rolling.get("maxSurge"),
        "maxUnavailable": rolling.get("maxUnavailable"),
        "surge": max_surge(deployment),
        "unavailable": max_unavailable(deployment),
        "minReadySeconds": spec.get("minReadySeconds") or 0,
        "progressDeadlineSeconds": spec.get("progressDeadlineSeconds"),
        "partition": None,
    }


class Story:
    """A Deployment and its ReplicaSets, told change by change."""

    def __init__(self, deployment: Body) -> None:
        self.uid, self._namespace = uid_of(deployment), namespace_of(deployment)
        self.samples: list[Sample] = []
        self.steps = Steps()
        self.began: Instant | None = None
        self._deployment: Body | None = None
        self._newest = ""
        self._sets: dict[str, Body] = {}
        self._known: dict[str, Body] = {}

    def replicasets_of(self, cluster: Cluster) -> list[str]:
        """The names of the ReplicaSets that it has now."""
        held = reading.DatabaseReader(cluster).list(REPLICASETS, self._namespace)
        mine = [rs for rs in held if self._is_mine(rs)]
        self._known |= {name_of(rs): rs for rs in mine}
        return [name_of(rs) for rs in mine]

    def tell(self, rows: list[ChangeRow]) -> None:
        """What never changed while the log reached back was as it is now."""
        written = {row.name for row in rows if row.resource == REPLICASETS}
        self._sets = {name: body for name, body in self._known.items() if name not in written}
        for row in rows:
            if row.resource == DEPLOYMENTS:
                self._deployment_changed(row, orjson.loads(row.text))
            else:
                self._set_changed(row, orjson.loads(row.text))

    def by_age(self) -> list[str]:
        return sorted(self._known, key=lambda name: (revision_of(self._known[name]), name))

    def owners(self) -> dict[str, tuple[str, int]]:
        """Its ReplicaSets by uid: (name, minReadySeconds)."""
        return {uid_of(rs): (name, rs["spec"].get("minReadySeconds") or 0) for name, rs in self._known.items()}

    def about(self, name: str) -> dict[str, Any]:
        rs = self._known[name]
        return {
            "name": name,
            "revision": revision_of(rs),
            "hash": labels_of(rs).get("pod-template-hash", ""),
            "images": [one["image"] for one in rs["spec"]["template"]["spec"]["containers"] if "image" in one],
            "newest": name == self._newest,
        }

    def _is_mine(self, rs: Body) -> bool:
        owner = controller_of(rs)
        return owner is not None and owner["uid"] == self.uid

    def _deployment_changed(self, row: ChangeRow, body: Body) -> None:
        if uid_of(body) != self.uid or row.operation == "DELETED":
            return
        before, self._deployment = self._deployment, body
        if before is None or before["spec"]["template"] != body["spec"]["template"]:
            self.began = row.at
            self._find_newest()
        self._sample(row)
        self.steps.deployment_changed(row, before, body)

    def _set_changed(self, row: ChangeRow, body: Body) -> None:
        name, before = row.name, self._sets.get(row.name)
        if row.operation == "DELETED" or not self._is_mine(body):
            self._sets.pop(name, None)
            if before is None:
                return
        else:
            self._sets[name] = self._known[name] = body
        if before is None or name not in self._sets:
            self._find_newest()
        earlier = self.samples[-1] if self.samples else None
        self._sample(row)
        if self.samples:
            old = name != self._newest
            self.steps.set_changed(row, before, body, old=old, earlier=earlier or self.samples[-1])

    def _find_newest(self) -> None:
        """The ReplicaSet of the template that the Deployment has; there need not be one yet."""
        deployment = self._deployment
        of_template = [name for name, rs in self._sets.items() if deployment and same_template(rs, deployment)]
        self._newest = min(
            of_template, key=lambda name: (self._sets[name]["metadata"]["creationTimestamp"], name), default=""
        )

    def _sample(self, row: ChangeRow) -> None:
        deployment = self._deployment
        if deployment is None:
            return
        desired = wanted(deployment)
        new = Sample(
            at=row.at,
            desired=desired,
            most=desired + max_surge(deployment),
            least=desired - max_unavailable(deployment) if is_rolling(deployment) else 0,
            newest=self._newest,
            paused=bool(deployment["spec"].get("paused")),
            recreates=not is_rolling(deployment),
            complete=is_complete(deployment, status_of(deployment)),
            bands={name: _figures(rs) for name, rs in self._sets.items()},
        )
        if self.samples and self.samples[-1].at == row.at:
            self.samples.pop()
        self.samples.append(new)


def _figures(rs: Body) -> Figures:
    status = status_of(rs)
    wants = 0 if is_deleting(rs) else wanted(rs)
    counted = (int(status.get(figure, 0)) for figure in ("replicas", "readyReplicas", "availableReplicas"))
    return Figures(wants, *counted)


def _after(instant: Instant | None, since: Instant) -> int | None:
    return None if instant is None or instant < since else instant - since


def _window(story: Story, now: Instant, last: Instant | None) -> tuple[Instant, Instant]:
    """From just before the template changed until the rollout ended, or now."""
    if last is not None:
        return now - last, now
    began = story.began if story.began is not None else now - 60 * SECOND
    ended = next((one.at for one in story.samples if one.at > began and one.complete), None)
    until = now
    busy = story.samples[-1].at if story.samples else now
    if ended is not None and story.samples[-1].complete:
        until = min(now, busy + max(_MARGIN, (busy - began) // 8))
    return began - max(_MARGIN, (until - began) // 12), max(until, began + SECOND)
