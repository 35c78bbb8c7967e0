"""A cluster of 5,000 nodes and 150,000 pods as rows of the database: what pages and readers have to cope with.

Its objects are copies of those of a small cluster that has run, so that they are as large as real ones. It is paused.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from simulator import clusters, rows, runner, store
from simulator.engine.causes import Cause
from simulator.engine.journal import Change
from simulator.engine.registry import KINDS, Body, Key
from simulator.models import Cluster, KubeObject

NODES, PODS_ON_EACH, ZONES, NAMESPACES = 5000, 30, 10, 20
_CAUSE = Cause("bench", "fill", "")
_CHUNK = 2000


def make(name: str = "large", nodes: int = NODES) -> Cluster:
    """The cluster, open to guests."""
    cluster = clusters.control(clusters.create(name, latency="instant", shared=True), "pause")
    store.write(cluster, lambda work: work.create(KINDS["deployments.apps"], _deployment(), _CAUSE))
    clusters.control(cluster, "step", by=30)
    worker = runner.Runner("bench")
    while Cluster.objects.get(pk=cluster.pk).until is not None:
        worker.tick(cluster.pk)
    node, pod, replica_set, deployment = (_sample(cluster, *one) for one in _SAMPLES)
    with store.locked(cluster.pk) as held:
        KubeObject.objects.filter(cluster=held, resource__in=["pods", "replicasets.apps", "deployments.apps"]).delete()
        held.revision += 1
        every = KubeObject.objects.filter(cluster=held, resource="nodes").exclude(name="control-plane")
        every.delete()
        made = _objects(held, nodes, node, pod, replica_set, deployment)
        while chunk := list(islice(made, _CHUNK)):
            KubeObject.objects.bulk_create(chunk)
        held.heard = held.compacted = held.revision
        held.holder, held.due = "", None
        held.save()
    return held


def touch(cluster: Cluster, number: int) -> int:
    """Changes this many pods in one transaction, as a kubelet's status updates do; the revision after it."""
    with store.locked(cluster.pk) as held:
        texts = KubeObject.objects.filter(cluster=held, resource="pods").values_list("text", flat=True)[:number]
        changes = []
        for at, text in enumerate(texts, held.revision + 1):
            body = orjson.loads(text)
            body["metadata"]["resourceVersion"] = str(at)
            for status in body["status"].get("containerStatuses") or ():
                status["restartCount"] += 1
            key = Key(body["metadata"]["namespace"], body["metadata"]["name"])
            changes.append(Change(at, held.now, "MODIFIED", "pods", key, body, None, _CAUSE))
        rows.append(held, changes)
        held.heard = held.revision
        held.save()
        return int(held.revision)


_SAMPLES = (("nodes", "worker-1"), ("pods", ""), ("replicasets.apps", ""), ("deployments.apps", "web"))


def _deployment() -> Body:
    asked = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}}
    container = {"name": "web", "image": "nginx:1.29", "resources": asked}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}


def _sample(cluster: Cluster, resource: str, name: str) -> Body:
    found = KubeObject.objects.filter(cluster=cluster, resource=resource)
    row = found.get(name=name) if name else found.get(namespace="default")
    return row.body


def _objects(
    cluster: Cluster, nodes: int, node: Body, pod: Body, replica_set: Body, deployment: Body
) -> Iterator[KubeObject]:
    for number in range(nodes):
        name, app, space = f"node-{number:04d}", f"app-{number:04d}", f"team-{number % NAMESPACES:02d}"
        yield _row(cluster, "nodes", _node(node, name, f"zone-{number * ZONES // nodes:02d}"))
        owner = f"{app}-7c9d5f6b48"
        for resource, body, called in (
            ("deployments.apps", deployment, app),
            ("replicasets.apps", replica_set, owner),
        ):
            meta = {**body["metadata"], "name": called, "namespace": space}
            if resource == "replicasets.apps":
                meta["ownerReferences"] = [{**meta["ownerReferences"][0], "name": app}]
            yield _row(cluster, resource, {**body, "metadata": meta})
        for at in range(PODS_ON_EACH):
            place = number * PODS_ON_EACH + at
            yield _row(cluster, "pods", _pod(pod, f"{owner}-{place:05x}", space, owner, place, nodes))


def _node(sample: Body, name: str, zone: str) -> Body:
    labels = {**sample["metadata"]["labels"], "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone}
    return {**sample, "metadata": {**sample["metadata"], "name": name, "labels": labels}}


def _pod(sample: Body, name: str, space: str, owner: str, place: int, nodes: int) -> Body:
    """Pods of one owner lie on different nodes; a few have failed, crash or wait for a node."""
    meta, status = sample["metadata"], sample["status"]
    labels = {**meta["labels"], "app": owner.rsplit("-", 1)[0]}
    meta = {**meta, "name": name, "namespace": space, "labels": labels}
    meta["ownerReferences"] = [{**meta["ownerReferences"][0], "name": owner}]
    spec: dict[str, Any] = {**sample["spec"], "nodeName": f"node-{place * 7 % nodes:04d}"}
    if place % 1000 == 0:
        status = {**status, "phase": "Failed", "reason": "Evicted"}
    elif place % 1000 == 1:
        waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}
        told = [{**one, "ready": False, "restartCount": 7, "state": waiting} for one in status["containerStatuses"]]
        status = {**status, "containerStatuses": told}
    elif place % 2000 == 2:
        said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes."}
        del spec["nodeName"]
        status = {"phase": "Pending", "qosClass": status["qosClass"], "conditions": [said]}
    return {**sample, "metadata": meta, "spec": spec, "status": status}


def _row(cluster: Cluster, resource: str, body: Body) -> KubeObject:
    meta = body["metadata"]
    body = {**body, "metadata": {**meta, "resourceVersion": str(cluster.revision)}}
    return KubeObject(
        cluster=cluster,
        resource=resource,
        namespace=meta.get("namespace", ""),
        name=meta["name"],
        uid=meta["uid"],
        revision=cluster.revision,
        text=orjson.dumps(body).decode(),
    )
