"""The garbage collector: objects whose owners are gone go too, in the background, before their owner, or not at all.

Follows pkg/controller/garbagecollector/garbagecollector.go and graph_builder.go, v1.34. Its keys are objects of any
resource: the resource stands before the namespace, as in `pods|default/web-1`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from simulator.engine import events
from simulator.engine.causes import _
from simulator.engine.journal import Change
from simulator.engine.objects import drop_in, is_deleting, name_of, namespace_of, set_in, uid_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key, Kind
from simulator.engine.world import World

_RECORDER = "garbage-collector-controller"
FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"
_OWNERS = ("metadata", "ownerReferences")


class _Owners(NamedTuple):
    """An object's owner references by what became of the owner: there, gone, or waiting for its dependents to go.

    unknown: of which it cannot be told, because nobody knows the kind, or because an object without a namespace names
    an owner that must have one. While there is one, nothing is done about the object.
    """

    solid: list[Body]
    dangling: list[Body]
    waiting: list[Body]
    unknown: list[Body]


class GarbageCollector(Reconciler):
    """Deletes dependents, and takes its own two finalizers off owners when their time has come."""

    name = "generic-garbage-collector"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("*", self._changed)

    def reconcile(self, key: Key) -> None:
        resource, _bar, namespace = key.namespace.partition("|")
        body = self.world.get(resource, namespace, key.name)
        if body is None:
            return
        if is_deleting(body):
            if _has(body, ORPHAN):
                self._orphan(resource, body)
            elif _has(body, FOREGROUND):
                self._wait_for_dependents(resource, body)
            return
        owners = self._classify(body)
        self._tell_of_namespaces(body, owners)
        if owners.unknown:
            return
        if owners.solid:
            self._drop_owners(resource, body, owners)
        elif owners.dangling or owners.waiting:
            self._delete(resource, body, owners)

    # --- dependents ----------------------------------------------------------------------------------------------

    def _classify(self, body: Body) -> _Owners:
        owners = _Owners([], [], [], [])
        for reference in body["metadata"].get("ownerReferences") or ():
            kind = self._kind(reference)
            if kind is None or (kind.namespaced and not namespace_of(body)):
                owners.unknown.append(reference)
                continue
            owner = self._owner(reference, namespace_of(body))
            if owner is None:
                owners.dangling.append(reference)
            elif is_deleting(owner) and _has(owner, FOREGROUND):
                owners.waiting.append(reference)
            else:
                owners.solid.append(reference)
        return owners

    def _tell_of_namespaces(self, body: Body, owners: _Owners) -> None:
        """Warns of owners that live in another namespace, where an object's owners never are."""
        namespace = namespace_of(body)
        for one in (*owners.dangling, *owners.unknown):
            if not self._is_elsewhere(one, namespace):
                continue
            about = (
                f"[{one['apiVersion']}/{one['kind']}, namespace: {namespace}, name: {one['name']}, uid: {one['uid']}]"
            )
            said = f'ownerRef {about} does not exist in namespace "{namespace}"'
            events.record(
                self.world, body, "Warning", "OwnerRefInvalidNamespace", said, component=_RECORDER, led_by=self.led_by
            )

    def _is_elsewhere(self, reference: Body, namespace: str) -> bool:
        kind = self._kind(reference)
        if kind is None or not kind.namespaced:
            return False
        found = (one for one in self.world.list(kind.storage) if uid_of(one) == reference["uid"])
        return any(namespace_of(one) != namespace for one in found)

    def _drop_owners(self, resource: str, body: Body, owners: _Owners) -> None:
        """Another owner keeps the object: the references to the others go."""
        if not owners.dangling and not owners.waiting:
            return
        cause = self.cause(
            "attemptToDeleteItem",
            _("{name} keeps an owner; the references to owners that are gone are dropped."),
            name=name_of(body),
        )
        self.world.update(resource, set_in(body, _OWNERS, owners.solid), cause)

    def _delete(self, resource: str, body: Body, owners: _Owners) -> None:
        name, dependents = name_of(body), self.world.dependents(uid_of(body))
        if owners.waiting and dependents:
            if any(is_deleting(one) and _has(one, FOREGROUND) for _resource, one in dependents):
                body = self._unblock(resource, body)
            owner = owners.waiting[0]
            cause = self.cause(
                "attemptToDeleteItem",
                _("{kind} {owner} waits for its dependents to go: deleting {name} and what it owns."),
                kind=owner["kind"],
                owner=owner["name"],
                name=name,
            )
            self.world.delete(resource, namespace_of(body), name, cause, propagation="Foreground")
            return
        owner = (owners.dangling or owners.waiting)[0]
        sentence = _("{kind} {owner} waits for its dependents to go: deleting {name}.")
        if owners.dangling:
            sentence = _("{kind} {owner}, which owned {name}, is gone.")
        cause = self.cause(
            "attemptToDeleteItem",
            sentence,
            kind=owner["kind"],
            owner=owner["name"],
            name=name,
        )
        policy: Literal["Orphan", "Foreground", "Background"] = "Background"
        if _has(body, ORPHAN):
            policy = "Orphan"
        elif _has(body, FOREGROUND):
            policy = "Foreground"
        self.world.delete(resource, namespace_of(body), name, cause, propagation=policy)

    def _unblock(self, resource: str, body: Body) -> Body:
        """Owners that own each other would wait for ever: this one no longer blocks its own."""
        references = [{**one, "blockOwnerDeletion": False} for one in body["metadata"]["ownerReferences"]]
        cause = self.cause(
            "unblockOwnerReferences", _("{name} and an object that it owns wait for each other."), name=name_of(body)
        )
        return self.world.update(resource, set_in(body, _OWNERS, references), cause)

    # --- owners --------------------------------------------------------------------------------------------------

    def _orphan(self, resource: str, owner: Body) -> None:
        """Leaves the dependents without this owner, then lets the owner go."""
        for kind, dependent in self.world.dependents(uid_of(owner)):
            left = [one for one in dependent["metadata"]["ownerReferences"] if one["uid"] != uid_of(owner)]
            cause = self.cause(
                "orphanDependents",
                _("{owner} is deleted without its dependents: {name} stays on its own."),
                owner=name_of(owner),
                name=name_of(dependent),
            )
            self.world.update(kind, set_in(dependent, _OWNERS, left) if left else drop_in(dependent, _OWNERS), cause)
        self._drop_finalizer(resource, owner, ORPHAN, _("The dependents of {name} stay: it can go."))

    def _wait_for_dependents(self, resource: str, owner: Body) -> None:
        blocking = [
            (kind, dependent)
            for kind, dependent in self.world.dependents(uid_of(owner))
            if any(one["uid"] == uid_of(owner) and one.get("blockOwnerDeletion") for one in _owners_of(dependent))
        ]
        if not blocking:
            self._drop_finalizer(resource, owner, FOREGROUND, _("No dependent blocks {name} any more: it can go."))
            return
        for kind, dependent in blocking:
            if not is_deleting(dependent):
                self._queue(kind, dependent, self.led_by)

    def _drop_finalizer(self, resource: str, owner: Body, finalizer: str, sentence: str) -> None:
        left = [one for one in owner["metadata"]["finalizers"] if one != finalizer]
        cause = self.cause("removeFinalizer", sentence, name=name_of(owner))
        self.world.update(resource, set_in(owner, ("metadata", "finalizers"), left), cause)

    # --- watching ------------------------------------------------------------------------------------------------

    def _changed(self, change: Change) -> None:
        body, before, led_by = change.body, change.before, change.revision
        owners = body["metadata"].get("ownerReferences")
        if change.operation == "DELETED":
            self._queue_all(self.world.dependents(uid_of(body)), led_by)
            if owners:
                self._queue_waiting(owners, body, led_by)
            return
        if is_deleting(body) and body["metadata"].get("finalizers"):
            self._owner_changed(change)
        known = before["metadata"].get("ownerReferences") if before is not None else None
        if owners is known or owners == known:
            return
        state = self._classify(body)
        if state.dangling or state.waiting or any(self._is_elsewhere(one, namespace_of(body)) for one in state.unknown):
            self._queue(change.resource, body, led_by)
        if known:
            self._queue_waiting(known, body, led_by)

    def _owner_changed(self, change: Change) -> None:
        body, before = change.body, change.before
        was = before is not None and is_deleting(before)
        for finalizer in (ORPHAN, FOREGROUND):
            if _has(body, finalizer) and not (was and before is not None and _has(before, finalizer)):
                self._queue(change.resource, body, change.revision)
                if finalizer == FOREGROUND:
                    self._queue_all(self.world.dependents(uid_of(body)), change.revision)

    def _queue_waiting(self, references: Iterable[Body], dependent: Body, led_by: int) -> None:
        """Queues the owners that wait for this dependent to go."""
        for reference in references:
            kind, owner = self._kind(reference), self._owner(reference, namespace_of(dependent))
            if kind is not None and owner is not None and is_deleting(owner) and _has(owner, FOREGROUND):
                self._queue(kind.storage, owner, led_by)

    def _queue_all(self, places: Iterable[tuple[str, Body]], led_by: int) -> None:
        for resource, body in places:
            self._queue(resource, body, led_by)

    def _queue(self, resource: str, body: Body, led_by: int | None) -> None:
        self.enqueue(Key(f"{resource}|{namespace_of(body)}", name_of(body)), led_by=led_by)

    def _owner(self, reference: Body, namespace: str) -> Body | None:
        kind = self._kind(reference)
        if kind is None:
            return None
        owner = self.world.get(kind.storage, namespace if kind.namespaced else "", reference["name"])
        return owner if owner is not None and uid_of(owner) == reference["uid"] else None

    def _kind(self, reference: Body) -> Kind | None:
        return self.world.kinds.find(reference["apiVersion"], reference["kind"])


def _owners_of(body: Body) -> Iterable[Body]:
    return body["metadata"].get("ownerReferences") or ()


def _has(body: Body, finalizer: str) -> bool:
    return finalizer in (body["metadata"].get("finalizers") or ())
