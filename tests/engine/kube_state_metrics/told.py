"""A few objects, and the lines that are told of them."""

from __future__ import annotations

from simulator.engine.exposition import text
from simulator.engine.kube_state_metrics import told

STAMP = "2017-07-14T02:40:00Z"  # 1.5e9 seconds


class Held:
    """A reader of a few objects, all of one resource."""

    def __init__(self, resource, *bodies):
        self.resource, self.bodies = resource, list(bodies)

    def list(self, resource, namespace=None):
        return self.bodies if resource == self.resource else []


def body(name, namespace="ns1", *, spec=None, status=None, **meta):
    metadata = {"name": name, "namespace": namespace, **meta}
    return {"metadata": metadata, "spec": spec or {}, "status": status or {}}


def lines(resource, one, *names):
    """The samples of some names about one object."""
    told_text = text(told(Held(resource, one), lambda name: name in names))
    return [line for line in told_text.splitlines() if not line.startswith("#")]
