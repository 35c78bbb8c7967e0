"""The publisher of the root CA: every namespace has a ConfigMap with the certificate that pods trust the API server by.

Follows pkg/controller/certificates/rootcacertpublisher/publisher.go, v1.34. No container opens a connection, so the
certificate is a text of the right shape that says so, the same in all namespaces of one cluster.
"""

from __future__ import annotations

from base64 import b64encode

from simulator.engine.causes import _
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.objects import annotations_of, status_of
from simulator.engine.reconciler import Reconciler
from simulator.engine.registry import Body, Key
from simulator.engine.world import World

_NAME = "kube-root-ca.crt"
_NOTE = "kubernetes.io/description"
_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


def certificate(world: World) -> str:
    """The certificate of the cluster's authority."""
    digits = b"".join(world.hash("root-ca", part).to_bytes(8, "big") for part in range(30))
    text = b64encode(b"A simulated certificate: nothing verifies it. " + digits).decode()
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


class RootCAPublisher(Reconciler):
    """Its keys are namespaces."""

    name = "root-ca-certificate-publisher-controller"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        world.watch("namespaces", self._namespace_changed)
        world.watch("configmaps", self._config_map_changed)

    def reconcile(self, key: Key) -> None:
        namespace = self.world.get("namespaces", *key)
        if namespace is None or status_of(namespace).get("phase") == "Terminating":
            return
        held = self.world.get("configmaps", key.name, _NAME)
        data = {"ca.crt": certificate(self.world)}
        if held is None:
            self._publish(key.name, data)
        elif held.get("data") != data or _NOTE not in annotations_of(held):
            notes = {_NOTE: _DESCRIPTION, **annotations_of(held)}
            cause = self.cause("syncNamespace", _("{name} was changed: putting the root CA back."), name=_NAME)
            changed = {**held, "data": data, "metadata": {**held["metadata"], "annotations": notes}}
            self.world.update("configmaps", changed, cause)

    def _publish(self, namespace: str, data: dict[str, str]) -> None:
        meta = {"namespace": namespace, "name": _NAME, "annotations": {_NOTE: _DESCRIPTION}}
        config_map: Body = {"metadata": meta, "data": data}
        cause = self.cause(
            "syncNamespace", _("Namespace {namespace} does not have the root CA yet."), namespace=namespace
        )
        try:
            self.world.create("configmaps", config_map, cause)
        except StatusError as refusal:
            if refusal.reason not in ("AlreadyExists", "Forbidden"):
                raise

    def _namespace_changed(self, change: Change) -> None:
        if change.operation != "DELETED":
            self.enqueue(change.key, led_by=change.revision)

    def _config_map_changed(self, change: Change) -> None:
        if change.key.name == _NAME and change.cause.component != self.name:
            self.enqueue(Key("", change.key.namespace), led_by=change.revision)
