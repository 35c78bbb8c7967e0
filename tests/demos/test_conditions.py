"""What conditions hold on: a table over a handful of objects."""

from typing import Any

import pytest

from simulator.demos.conditions import condition
from simulator.demos.fields import Given
from simulator.documents import only_document
from simulator.engine.index import Objects
from simulator.engine.objects import key_of


def _pod(name: str, phase: str, restarts: int = 0, **labels: str) -> dict[str, Any]:
    status = {
        "phase": phase,
        "containerStatuses": [{"name": "main", "restartCount": restarts}, {"name": "side", "restartCount": 9}],
        "conditions": [{"type": "Ready", "status": "True" if phase == "Running" else "False"}],
    }
    meta = {"name": name, "namespace": "default", "labels": labels, "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {}, "status": status}


def _event(reason: str, kind: str, name: str, count: int) -> dict[str, Any]:
    about = {"kind": kind, "name": name, "namespace": "default"}
    meta = {"name": f"{name}.{reason}", "namespace": "default", "creationTimestamp": "2026-01-01T00:00:00Z"}
    body = {"kind": "Event", "metadata": meta, "involvedObject": about, "reason": reason, "count": count}
    return {**body, "type": "Warning", "message": f"{reason} it was"}


@pytest.fixture
def cluster() -> Objects:
    held = Objects()
    pods = [
        _pod("web-a1b2c", "Running", 1, app="web"),
        _pod("web-d3e4f", "Pending", app="web"),
        _pod("db-0", "Running"),
    ]
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": "default", "labels": {"a.b/c": "d"}},
        "status": {"used": {"requests.memory": "1Gi"}},
    }
    events = [_event("BackOff", "Pod", "web-a1b2c", 3), _event("Killing", "Pod", "gone", 1)]
    for resource, bodies in (("pods", pods), ("resourcequotas", [quota]), ("events", events)):
        for body in bodies:
            held.place(resource, key_of(body), None, body)
    return held


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("{kind: Pod}", True),
        ("{kind: pods, count: {is: 3}}", True),
        ("{kind: Pod, namespace: other}", False),
        ("{kind: Pod, namespace: '*', count: 3}", True),
        ("{kind: Pod, name: db-0}", True),
        ("{kind: Pod, name: db}", False),
        ("{kind: Pod, prefix: web-, count: 2}", True),
        ("{kind: Pod, labels: {app: web}, where: {status.phase: Running}, count: 1}", True),
        ("{kind: Pod, labels: {app: web}, where: {status.phase: {isNot: Running}}, count: 1}", True),
        ("{kind: Pod, where: {status.phase: {in: [Pending, Failed]}}, count: 1}", True),
        ("{kind: Pod, where: {'status.containerStatuses[0].restartCount': {above: 0}}, count: 1}", True),
        ("{kind: Pod, where: {'status.containerStatuses[*].restartCount': {above: 8}}, count: 3}", True),
        ("{kind: Pod, where: {'status.containerStatuses[name=side].restartCount': 9}, count: 3}", True),
        ("{kind: Pod, where: {'status.conditions[type=Ready].status': 'True'}, count: 2}", True),
        ("{kind: Pod, where: {status.reason: {exists: false}}, count: 3}", True),
        ("{kind: Pod, where: {status.reason: {exists: true}}}", False),
        ("{kind: Pod, where: {spec.nodeName: {isNot: a}}, count: 3}", True),
        ("{kind: ResourceQuota, name: q, where: {'status.used[''requests.memory'']': 1024Mi}}", True),
        ("{kind: ResourceQuota, name: q, where: {'status.used[''requests.memory'']': {below: 1025Mi}}}", True),
        ("{kind: ResourceQuota, labels: {a.b/c: d}}", True),
        ("{event: {reason: BackOff}}", True),
        ("{event: {reason: BackOff, about: {kind: Pod, labels: {app: web}}}, count: 3}", True),
        ("{event: {reason: BackOff, about: {kind: Pod, name: db-0}}}", False),
        ("{event: {reason: Killing, about: {kind: Pod, name: gone}}}", True),
        ("{event: {type: Warning, contains: it was}, count: {atLeast: 4}}", True),
        ("{all: [{kind: Pod}, {kind: Node}]}", False),
        ("{any: [{kind: Pod}, {kind: Node}]}", True),
        ("{not: {kind: Node}}", True),
        ("{not: {any: [{kind: Node}, {kind: Pod}]}}", False),
    ],
)
def test_conditions(cluster: Objects, text: str, holds: bool) -> None:
    node = only_document(text)
    given = Given(node.plain(), node, "demo.yaml")
    made = given.read(condition)
    assert given.troubles == []
    assert made.holds(cluster) is holds


def test_a_count_says_how_it_stands(cluster: Objects) -> None:
    node = only_document("{kind: Pod, labels: {app: web}, where: {status.phase: Running}, count: {atLeast: 2}}")
    made = Given(node.plain(), node, "demo.yaml").read(condition)
    [(what, found)] = made.counts(cluster)
    assert (what, found.there, found.wanted.text()) == ("Pod app=web status.phase = Running", 1, "≥ 2")
