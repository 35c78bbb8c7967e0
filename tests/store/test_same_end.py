"""The engine alone and the whole house come to the same end: `simulate`, and the store with a worker."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from simulator import clusters, reading, runner, store
from simulator.engine import topology
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Reader
from simulator.manifests import Manifest, read, read_text
from simulator.models import Cluster
from simulator.simulation import simulate

pytestmark = pytest.mark.django_db(transaction=True)

GUESTBOOK = Path(__file__).resolve().parents[3] / "shared/manifests/docs/application/guestbook"
OWN = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, resources: {requests: {cpu: 500m}}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: too-large}
spec: {containers: [{name: main, image: nginx, resources: {requests: {cpu: "64"}}}]}
"""


def end(reader: Reader) -> dict[str, Any]:
    """What the default namespace has come to, without what is drawn by hash and when: made-up names and instants."""

    def plain(body: Body) -> tuple[str, str, str]:
        owners = body["metadata"].get("ownerReferences") or [{"name": body["metadata"]["name"]}]
        conditions = body["status"].get("conditions") or []
        held = sorted(f"{one['type']}={one['status']} {one.get('reason', '')}" for one in conditions)
        return owners[0]["name"], body["status"].get("phase", ""), "; ".join(held)

    def ready(endpoint: Body) -> bool:
        return bool(endpoint["conditions"]["ready"])

    slices = reader.list("endpointslices.discovery.k8s.io", "default")
    counted = ("replicas", "readyReplicas", "availableReplicas", "updatedReplicas")
    return {
        "pods": Counter(plain(body) for body in reader.list("pods", "default")),
        "sets": {
            body["metadata"]["name"]: {field: body["status"].get(field) for field in counted}
            for resource in ("deployments.apps", "replicasets.apps")
            for body in reader.list(resource, "default")
        },
        "services": {body["metadata"]["name"]: body["spec"] for body in reader.list("services", "default")},
        "endpoints": {
            re.sub(r"-\w+$", "", body["metadata"]["name"]): sum(map(ready, body.get("endpoints") or ()))
            for body in slices
        },
        "events": Counter(body["reason"] for body in reader.list("events", "default")),
    }


def through_the_house(manifests: list[Manifest], seconds: int) -> dict[str, Any]:
    cluster = clusters.control(clusters.create("lab"), "pause")
    for one in manifests:
        store.write(cluster, lambda work, one=one: work.create(one.kind, one.body, Cause("test", "create", "")))
    clusters.control(cluster, "step", by=seconds)
    worker = runner.Runner("test")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)
    return end(reading.DatabaseReader(cluster))


@pytest.mark.parametrize("name", ["guestbook", "our own"])
def test_simulate_ends_as_the_house_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.news.tell", lambda cluster, *, wake: None)
    if name == "guestbook" and not GUESTBOOK.is_dir():
        pytest.skip(f"the documentation's examples are not beside the checkout: {GUESTBOOK}")
    found = read([str(GUESTBOOK)]) if name == "guestbook" else read_text(OWN.encode(), source="own.yaml")
    assert not found.troubles
    alone = simulate(found.manifests, nodes=topology.demo(), until=300 * SECOND)
    assert not alone.troubles
    expected = end(alone.world)
    assert expected["pods"]
    assert through_the_house(found.manifests, 300) == expected
