"""Who controls whom: adopting objects that match a selector and letting go of those that no longer do.

Follows pkg/controller/controller_ref_manager.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.causes import _
from simulator.engine.objects import (
    controller_of,
    drop_in,
    is_deleting,
    labels_of,
    name_of,
    namespace_of,
    owner_reference,
    set_in,
    uid_of,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body
from simulator.engine.selectors import Selector
from simulator.engine.world import World

_OWNERS = ("metadata", "ownerReferences")
_FINALIZERS = ("metadata", "finalizers")


def controller_uid(body: Body) -> tuple[str, ...]:
    """Index function "controller": the uid of the controller, if there is one."""
    owner = controller_of(body)
    return (owner["uid"],) if owner is not None else ()


def orphan_namespace(body: Body) -> tuple[str, ...]:
    """Index function "orphan": the namespace of an object that has no controller and is not being deleted."""
    return (namespace_of(body),) if controller_of(body) is None and not is_deleting(body) else ()


def add_indexes(world: World, resource: str) -> None:
    """Makes `controller` and `orphan` known as indexes of a resource that controllers own."""
    world.add_index(resource, "controller", controller_uid)
    world.add_index(resource, "orphan", orphan_namespace)


def orphans(world: World, resource: str, namespace: str, selector: Selector) -> list[Body]:
    """The objects of a namespace that a controller with this selector may adopt."""
    found = world.indexed(resource, "orphan", namespace)
    return [body for body in found if selector.matches(labels_of(body))] if found else []


def adopt(controller: Reconciler, resource: str, owner: Body, body: Body, *, finalizer: str = "") -> Body:
    """Makes `owner` the controller of `body`, which gets its finalizer, if it has one."""
    owners = [*(body["metadata"].get("ownerReferences") or ()), owner_reference(owner)]
    cause = controller.cause(
        "Adopt", _("{owner} adopts {name}: its labels match the selector."), owner=name_of(owner), name=name_of(body)
    )
    held = body["metadata"].get("finalizers") or []
    if finalizer and finalizer not in held:
        body = set_in(body, _FINALIZERS, [*held, finalizer])
    return controller.world.update(resource, set_in(body, _OWNERS, owners), cause)


def release(controller: Reconciler, resource: str, owner: Body, body: Body, *, finalizer: str = "") -> None:
    """Takes `owner` out of the owners of `body`, and its finalizer, if it has one, with it."""
    owners = [one for one in body["metadata"]["ownerReferences"] if one["uid"] != uid_of(owner)]
    cause = controller.cause(
        "Release",
        _("{owner} lets go of {name}: its labels no longer match the selector."),
        owner=name_of(owner),
        name=name_of(body),
    )
    held = body["metadata"].get("finalizers") or []
    if finalizer and finalizer in held:
        body = _with(body, _FINALIZERS, [one for one in held if one != finalizer])
    controller.world.update(resource, _with(body, _OWNERS, owners), cause)


def _with(body: Body, path: tuple[str, ...], items: list[Any]) -> Body:
    """The body with the list at the path, which is left out if it is empty, as Go does."""
    return set_in(body, path, items) if items else drop_in(body, path)
