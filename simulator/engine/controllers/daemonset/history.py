"""The earlier templates of a DaemonSet, kept as ControllerRevisions so that it can be rolled back.

Follows constructHistory, snapshot and cleanupHistory in pkg/controller/daemon/update.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine import selectors
from simulator.engine.causes import _
from simulator.engine.controllers import controller_history, ownership
from simulator.engine.controllers.controller_history import RESOURCE, REVISION_LABEL
from simulator.engine.controllers.template_hash import template_hash
from simulator.engine.errors import StatusError
from simulator.engine.objects import (
    labels_of,
    name_of,
    namespace_of,
    set_in,
    status_of,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

_LABELS = ("metadata", "labels")


class History(NamedTuple):
    """`hash` tells the pods of the present template from all others; `old` are the revisions of the other templates."""

    hash: str
    old: list[Body]


def construct(controller: Reconciler, ds: Body) -> History:
    """Makes sure that the present template is the newest revision. Raises StatusError, to be tried again."""
    data = controller_history.patch_of(ds)
    current: list[Body] = []
    old: list[Body] = []
    for revision in _claim(controller, ds):
        (current if revision.get("data") == data else old).append(_marked(controller, ds, revision))
    number = max((revision.get("revision", 0) for revision in old), default=0) + 1
    newest = _only(controller, ds, current) if current else _snapshot(controller, ds, data, number)
    if newest.get("revision", 0) < number:
        cause = controller.cause(
            "constructHistory",
            _("{daemonset} has an earlier template again, which becomes revision {revision}."),
            daemonset=name_of(ds),
            revision=number,
        )
        newest = controller.world.update(RESOURCE, {**newest, "revision": number}, cause)
    return History(labels_of(newest).get(REVISION_LABEL, ""), old)


def _claim(controller: Reconciler, ds: Body) -> list[Body]:
    """The DaemonSet's own revisions; those that its selector no longer fits are let go, fitting orphans adopted."""
    selector = selectors.of(ds["spec"]["selector"])
    owned = []
    for revision in controller.world.indexed(RESOURCE, "controller", uid_of(ds)):
        if selector.matches(labels_of(revision)):
            owned.append(revision)
        else:
            ownership.release(controller, RESOURCE, ds, revision)
    found = ownership.orphans(controller.world, RESOURCE, namespace_of(ds), selector)
    return [*owned, *(ownership.adopt(controller, RESOURCE, ds, revision) for revision in found)]


def _marked(controller: Reconciler, ds: Body, revision: Body) -> Body:
    """The revision with the label that tells its pods: its name, where it has none."""
    if REVISION_LABEL in labels_of(revision):
        return revision
    cause = controller.cause(
        "constructHistory",
        _("{revision} of {daemonset} gets the label that its pods carry."),
        revision=name_of(revision),
        daemonset=name_of(ds),
    )
    labels = {**labels_of(revision), REVISION_LABEL: name_of(revision)}
    return controller.world.update(RESOURCE, set_in(revision, _LABELS, labels), cause)


def _only(controller: Reconciler, ds: Body, current: list[Body]) -> Body:
    """The newest of the revisions that hold the present template; the others go, and pods follow the one that stays."""
    kept = max(current, key=lambda revision: (revision.get("revision", 0), current.index(revision)))
    for revision in current:
        if revision is not kept:
            _relabel(controller, ds, labels_of(kept)[REVISION_LABEL])
            _delete(controller, ds, revision, _("{revision} of {daemonset} is of the same template as a newer one."))
    return kept


def _relabel(controller: Reconciler, ds: Body, hash: str) -> None:
    for pod in controller.world.indexed("pods", "controller", uid_of(ds)):
        if labels_of(pod).get(REVISION_LABEL) != hash:
            cause = controller.cause(
                "dedupCurHistories",
                _("{pod} counts as one of the revision of {daemonset} that stays."),
                pod=name_of(pod),
                daemonset=name_of(ds),
            )
            controller.world.update("pods", set_in(pod, _LABELS, {**labels_of(pod), REVISION_LABEL: hash}), cause)


def _snapshot(controller: Reconciler, ds: Body, data: Body, number: int) -> Body:
    """Writes the present template down as a new revision. Raises StatusError where its name is taken."""
    world, template = controller.world, ds["spec"]["template"]
    hash = template_hash(template, status_of(ds).get("collisionCount"))
    name = f"{name_of(ds)}-{hash}"
    made = controller_history.drawn_up(ds, name, {REVISION_LABEL: hash}, data, number)
    cause = controller.cause(
        "snapshot",
        _("The template of {daemonset} is new: it is kept as revision {revision}."),
        daemonset=name_of(ds),
        revision=number,
    )
    try:
        return world.create(RESOURCE, made, cause)
    except StatusError as refusal:
        taken = world.get(RESOURCE, namespace_of(ds), name)
        if refusal.reason != "AlreadyExists" or taken is None:
            raise
        if taken.get("data") == data:
            return taken
        _count_collision(controller, ds)
        raise


def _count_collision(controller: Reconciler, ds: Body) -> None:
    count = (status_of(ds).get("collisionCount") or 0) + 1
    cause = controller.cause(
        "snapshot",
        _("Another template of {daemonset} has the same hash: it is made again with collision {count}."),
        daemonset=name_of(ds),
        count=count,
    )
    status = {**status_of(ds), "collisionCount": count}
    controller.world.update_status("daemonsets.apps", {**ds, "status": status}, cause)


def clean_up(controller: Reconciler, ds: Body, old: Iterable[Body]) -> None:
    """Deletes the oldest revisions beyond the limit, but none that a pod is of, be it on its way out."""
    by_age = sorted(old, key=lambda revision: (revision.get("revision", 0), name_of(revision)))
    surplus = len(by_age) - int(ds["spec"].get("revisionHistoryLimit", 10))
    if surplus <= 0:
        return
    live = {labels_of(pod).get(REVISION_LABEL) for pod in controller.world.indexed("pods", "controller", uid_of(ds))}
    for revision in by_age:
        if surplus <= 0:
            return
        if labels_of(revision).get(REVISION_LABEL) not in live:
            _delete(controller, ds, revision, _("{daemonset} keeps fewer revisions: {revision} goes."))
            surplus -= 1


def _delete(controller: Reconciler, ds: Body, revision: Body, why: str) -> None:
    cause = controller.cause("cleanupHistory", why, daemonset=name_of(ds), revision=name_of(revision))
    controller.world.delete(RESOURCE, namespace_of(revision), name_of(revision), cause)
