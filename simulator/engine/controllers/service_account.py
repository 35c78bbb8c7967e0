"""The ServiceAccount controller: every active namespace has an account named default.

Follows pkg/controller/serviceaccount/serviceaccounts_controller.go, v1.34.
"""

from __future__ import annotations

from simulator.engine.causes import _
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import status_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Key
from simulator.engine.world import World

_ACCOUNT = "default"


class ServiceAccountController(Reconciler):
    """Its keys are namespaces."""

    name = "service-account-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("namespaces", self._namespace_changed)
        world.watch("serviceaccounts", self._account_changed)

    def reconcile(self, key: Key) -> None:
        namespace = self.world.get("namespaces", *key)
        if namespace is None or status_of(namespace).get("phase") != "Active":
            return
        if self.world.get("serviceaccounts", key.name, _ACCOUNT) is not None:
            return
        account = {"metadata": {"namespace": key.name, "name": _ACCOUNT}}
        cause = self.cause(
            "syncNamespace", _("Namespace {namespace} has no account named default."), namespace=key.name
        )
        try:
            self.world.create("serviceaccounts", account, cause)
        except StatusError as refusal:
            if refusal.reason not in ("AlreadyExists", "Forbidden"):
                raise

    def _namespace_changed(self, change: Change) -> None:
        if change.operation != "DELETED":
            self.enqueue(change.key, led_by=change.revision)

    def _account_changed(self, change: Change) -> None:
        if change.operation == "DELETED" and change.key.name == _ACCOUNT:
            self.enqueue(Key("", change.key.namespace), led_by=change.revision)
