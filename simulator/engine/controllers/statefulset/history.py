"""The revisions of a StatefulSet: the one that its pods have come from, and the one that they go to.

Follows getStatefulSetRevisions and truncateHistory in pkg/controller/statefulset/stateful_set_control.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from simulator.engine import selectors
from simulator.engine.causes import _
from simulator.engine.controllers import controller_history, ownership
from simulator.engine.controllers.controller_history import RESOURCE, number_of
from simulator.engine.controllers.statefulset.identity import revision_name
from simulator.engine.controllers.template_hash import template_hash
from simulator.engine.objects import labels_of, name_of, namespace_of, status_of, uid_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body

_HASH_LABEL = "controller.kubernetes.io/hash"


class Revisions(NamedTuple):
    """`known` are all that there were before this reconcile, the oldest first; `collisions` counts names taken."""

    current: Body
    update: Body
    collisions: int
    known: list[Body]


def adopt(controller: Reconciler, sts: Body) -> None:
    """Takes over the revisions that have lost their owner."""
    selector = selectors.of(sts["spec"]["selector"])
    for revision in ownership.orphans(controller.world, RESOURCE, namespace_of(sts), selector):
        ownership.adopt(controller, RESOURCE, sts, revision)


def construct(controller: Reconciler, sts: Body) -> Revisions:
    """Makes sure that the present template is the newest revision. Raises StatusError, to be tried again."""
    selector = selectors.of(sts["spec"]["selector"])
    owned = controller.world.indexed(RESOURCE, "controller", uid_of(sts))
    known = sorted((one for one in owned if selector.matches(labels_of(one))), key=controller_history.by_age)
    data = controller_history.patch_of(sts)
    collisions = status_of(sts).get("collisionCount") or 0
    number = number_of(known[-1]) + 1 if known else 1
    equal = [one for one in known if one.get("data") == data]
    if not equal:
        update, collisions = _snapshot(controller, sts, data, number, collisions)
    elif known[-1].get("data") == data:
        update = known[-1]
    else:
        update = _raised(controller, sts, equal[-1], number)
    named = status_of(sts).get("currentRevision")
    current = next((one for one in known if name_of(one) == named), update)
    return Revisions(current, update, collisions, known)


def _raised(controller: Reconciler, sts: Body, revision: Body, number: int) -> Body:
    cause = controller.cause(
        "getStatefulSetRevisions",
        _("{statefulset} has an earlier template again, which becomes revision {revision}."),
        statefulset=name_of(sts),
        revision=number,
    )
    return controller.world.update(RESOURCE, {**revision, "revision": number}, cause)


def _snapshot(controller: Reconciler, sts: Body, data: Body, number: int, collisions: int) -> tuple[Body, int]:
    """Writes the present template down as a new revision; it, and how often its name was taken so far."""
    world, template = controller.world, sts["spec"]["template"]
    cause = controller.cause(
        "newRevision",
        _("The template of {statefulset} is new: it is kept as revision {revision}."),
        statefulset=name_of(sts),
        revision=number,
    )
    labels = {_HASH_LABEL: template_hash(template, collisions)}
    while True:
        name = f"{name_of(sts)}-{template_hash(template, collisions)}"
        taken = world.get(RESOURCE, namespace_of(sts), name)
        if taken is None:
            return world.create(
                RESOURCE, controller_history.drawn_up(sts, name, labels, data, number), cause
            ), collisions
        if taken.get("data") == data:
            return taken, collisions
        collisions += 1


def truncate(controller: Reconciler, sts: Body, revisions: Revisions, pods: Iterable[Body]) -> None:
    """Deletes the oldest revisions beyond the limit, of those that neither the StatefulSet nor a pod is of."""
    live = {name_of(revisions.current), name_of(revisions.update), *map(revision_name, pods)}
    past = [one for one in revisions.known if name_of(one) not in live]
    limit = int(sts["spec"].get("revisionHistoryLimit", 10))
    for revision in past[: max(0, len(past) - limit)]:
        cause = controller.cause(
            "truncateHistory",
            _("{statefulset} keeps fewer revisions: {revision} goes."),
            statefulset=name_of(sts),
            revision=name_of(revision),
        )
        controller.world.delete(RESOURCE, namespace_of(revision), name_of(revision), cause)
