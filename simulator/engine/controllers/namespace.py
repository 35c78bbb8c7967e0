"""The namespace controller: empties a namespace that is being deleted, then lets it go.

Follows pkg/controller/namespace/deletion/namespaced_resources_deleter.go and status_condition_utils.go, v1.34: pods go
first, and everything else when the last of them has gone.
"""

from __future__ import annotations

from collections import Counter

from simulator.engine.causes import _
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.kinds.namespace import FINALIZER
from simulator.engine.objects import (
    condition,
    conditions_of,
    is_deleting,
    name_of,
    set_in,
    status_of,
    timestamp,
    with_condition,
)
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_GOOD = {
    "NamespaceDeletionDiscoveryFailure": ("ResourcesDiscovered", "All resources successfully discovered"),
    "NamespaceDeletionGroupVersionParsingFailure": ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
    "NamespaceDeletionContentFailure": (
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ),
    "NamespaceContentRemaining": ("ContentRemoved", "All content successfully removed"),
    "NamespaceFinalizersRemaining": ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
}


class NamespaceController(Reconciler):
    """Deletes what is in namespaces that are Terminating."""

    name = "namespace-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("namespaces", self._namespace_changed)
        world.watch("*", self._content_changed)

    def reconcile(self, key: Key) -> None:
        namespace = self.world.get("namespaces", *key)
        if namespace is None or not is_deleting(namespace):
            return
        namespace = self._mark(namespace)
        if FINALIZER not in (namespace.get("spec") or {}).get("finalizers", ()):
            return
        failures = [self._empty("pods", key.name)]
        resources = ["pods"]
        if not self.world.list("pods", key.name):
            resources = [kind.resource for kind in self.world.kinds if kind.namespaced]
            failures += [self._empty(resource, key.name) for resource in resources]
        refused = sorted(filter(None, failures))
        left = {resource: held for resource in resources if (held := self.world.list(resource, key.name))}
        namespace = self._report(namespace, left, refused)
        if not left:
            self._finalize(namespace)
        elif refused:
            raise StatusError(500, "InternalError", refused[0])

    def _mark(self, namespace: Body) -> Body:
        if status_of(namespace).get("phase") == "Terminating":
            return namespace
        cause = self.cause("retryOnConflictError", _("Namespace {name} is being deleted."), name=name_of(namespace))
        return self.world.update_status("namespaces", set_in(namespace, ("status", "phase"), "Terminating"), cause)

    def _empty(self, resource: str, namespace: str) -> str:
        """Deletes all objects of a resource; returns why the first of those stays that refuse to go."""
        failure = ""
        for body in self.world.list(resource, namespace):
            if is_deleting(body):
                continue
            cause = self.cause(
                "deleteCollection",
                _("Namespace {namespace} is being deleted, and {name} with it."),
                namespace=namespace,
                name=name_of(body),
            )
            try:
                self.world.delete(resource, namespace, name_of(body), cause, propagation="Background")
            except StatusError as refusal:
                failure = failure or refusal.message
        return failure

    def _report(self, namespace: Body, left: dict[str, list[Body]], failures: list[str]) -> Body:
        """Writes the five conditions that tell what keeps the namespace."""
        bad: dict[str, tuple[str, str]] = {}
        if failures:
            said = "Failed to delete all resource types, "
            bad["NamespaceDeletionContentFailure"] = (
                "ContentDeletionFailed",
                f"{said}{len(failures)} remaining: {', '.join(failures)}",
            )
        if left:
            counts = ", ".join(
                sorted(f"{_dotted(one)} has {len(held)} resource instances" for one, held in left.items())
            )
            bad["NamespaceContentRemaining"] = ("SomeResourcesRemain", f"Some resources are remaining: {counts}")
        finalizers = Counter(
            one for held in left.values() for body in held for one in body["metadata"].get("finalizers") or ()
        )
        if finalizers:
            counts = ", ".join(f"{one} in {finalizers[one]} resource instances" for one in sorted(finalizers))
            said = f"Some content in the namespace has finalizers remaining: {counts}"
            bad["NamespaceFinalizersRemaining"] = ("SomeFinalizersRemain", said)
        conditions = conditions_of(namespace)
        for kind, (reason, message) in _GOOD.items():
            status = "True" if kind in bad else "False"
            reason, message = bad.get(kind, (reason, message))
            held_one = condition(namespace, kind)
            if held_one and (held_one["status"], held_one["reason"], held_one["message"]) == (status, reason, message):
                continue
            at = timestamp(self.world.now)
            if held_one and held_one["status"] == status:
                at = held_one["lastTransitionTime"]
            new = {"type": kind, "status": status, "lastTransitionTime": at, "reason": reason, "message": message}
            conditions = with_condition(conditions, new)
        sentence = _("Namespace {name}: {count} objects are left.")
        if "pods" in left:
            sentence = _("Namespace {name}: {count} pods are left, which go before everything else.")
        cause = self.cause(
            "deleteAllContent",
            sentence,
            name=name_of(namespace),
            count=sum(len(held) for held in left.values()),
        )
        return self.world.update_status("namespaces", set_in(namespace, ("status", "conditions"), conditions), cause)

    def _finalize(self, namespace: Body) -> None:
        kept = [one for one in namespace["spec"]["finalizers"] if one != FINALIZER]
        cause = self.cause("finalizeNamespace", _("Namespace {name} is empty: it can go."), name=name_of(namespace))
        changed = set_in(namespace, ("spec", "finalizers"), kept)
        self.world.update("namespaces", changed, cause, subresource="finalize")

    def _namespace_changed(self, change: Change) -> None:
        if change.operation != "DELETED" and is_deleting(change.body) and change.cause.component != self.name:
            self.enqueue(change.key, led_by=change.revision)

    def _content_changed(self, change: Change) -> None:
        """What is gone from a namespace that waits for it brings its end nearer."""
        if change.operation != "DELETED" or not change.key.namespace or change.cause.component == self.name:
            return
        namespace = self.world.get("namespaces", "", change.key.namespace)
        if namespace is not None and is_deleting(namespace):
            self.enqueue(Key("", change.key.namespace), led_by=change.revision)


def _dotted(resource: str) -> str:
    """A resource with its group as upstream writes it, with a dot even where there is no group: `pods.`."""
    return resource if "." in resource else f"{resource}."
