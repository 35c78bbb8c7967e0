"""Pods: their grace period, and what `kubectl get`, field selectors and the diagram show."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import NOW, ago, container, made, pod, row

KIND = KINDS["pods"]


@pytest.mark.parametrize(
    ("spec", "phase", "seconds"),
    [
        ({}, "Pending", 0),
        ({"nodeName": "a"}, "Running", 30),
        ({"nodeName": "a", "terminationGracePeriodSeconds": 0}, "Running", 0),
        ({"nodeName": "a", "terminationGracePeriodSeconds": -5}, "Running", 1),
        ({"nodeName": "a"}, "Succeeded", 0),
        ({"nodeName": "a"}, "Failed", 0),
    ],
)
def test_the_grace_period(spec: Body, phase: str, seconds: int) -> None:
    assert KIND.grace({**made("pods", pod(**spec)), "status": {"phase": phase}}) == seconds


def waiting(reason: str, **more: Any) -> Body:
    return {"name": "web", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": reason}}, **more}


def running(name: str = "web", ready: bool = True, **more: Any) -> Body:
    return {"name": name, "ready": ready, "restartCount": 0, "state": {"running": {}}, **more}


def ended(name: str = "web", code: int = 0, reason: str = "", signal: int = 0, **more: Any) -> Body:
    state = {"exitCode": code, "reason": reason, "signal": signal}
    return {"name": name, "ready": False, "restartCount": 0, "state": {"terminated": state}, **more}


READY = [{"type": "Ready", "status": "True"}]
RESTARTED = {"terminated": {"exitCode": 1, "finishedAt": ago(300)}}
ROWS: list[tuple[str, Body, Body, Body, tuple[str, str, str]]] = [
    ("new", {}, {}, {"phase": "Pending"}, ("0/1", "Pending", "0")),
    ("creating", {}, {}, {"phase": "Pending", "containerStatuses": [waiting("ContainerCreating")]}, (
        "0/1", "ContainerCreating", "0",
    )),
    ("running", {}, {}, {"phase": "Running", "containerStatuses": [running()]}, ("1/1", "Running", "0")),
    ("crashing", {}, {}, {"phase": "Running", "containerStatuses": [
        waiting("CrashLoopBackOff", restartCount=3, lastState=RESTARTED)
    ]}, ("0/1", "CrashLoopBackOff", "3 (5m ago)")),
    ("done", {}, {}, {"phase": "Succeeded", "containerStatuses": [ended(reason="Completed")]}, (
        "0/1", "Completed", "0",
    )),
    ("killed", {}, {}, {"phase": "Failed", "containerStatuses": [ended(code=137, signal=9)]}, ("0/1", "Signal:9", "0")),
    ("exit code", {}, {}, {"phase": "Failed", "containerStatuses": [ended(code=3)]}, ("0/1", "ExitCode:3", "0")),
    ("evicted", {}, {}, {"phase": "Failed", "reason": "Evicted"}, ("0/1", "Evicted", "0")),
    ("terminating", {}, {"deletionTimestamp": ago(0)}, {"phase": "Running", "containerStatuses": [running()]}, (
        "1/1", "Terminating", "0",
    )),
    ("done and being deleted", {}, {"deletionTimestamp": ago(0)}, {
        "phase": "Succeeded", "containerStatuses": [ended(reason="Completed")],
    }, ("0/1", "Completed", "0")),
    ("gated", {"schedulingGates": [{"name": "a/b"}]}, {}, {"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}
    ]}, ("0/1", "SchedulingGated", "0")),
    ("init runs", {"initContainers": [container("i"), container("j")]}, {}, {
        "phase": "Pending", "initContainerStatuses": [ended("i"), running("j")],
    }, ("0/1", "Init:1/2", "0")),
    ("init fails", {"initContainers": [container("i")]}, {}, {"phase": "Pending", "initContainerStatuses": [
        ended("i", code=1, reason="Error", restartCount=2, lastState=RESTARTED)
    ]}, ("0/1", "Init:Error", "2 (5m ago)")),
    ("init backs off", {"initContainers": [container("i")]}, {}, {"phase": "Pending", "initContainerStatuses": [
        {**waiting("CrashLoopBackOff"), "name": "i"}
    ]}, ("0/1", "Init:CrashLoopBackOff", "0")),
    ("restarts of later init containers do not count yet", {"initContainers": [container("i"), container("j")]}, {}, {
        "phase": "Pending", "initContainerStatuses": [
            running("i", restartCount=1), {**waiting("PodInitializing"), "name": "j", "restartCount": 5},
        ],
    }, ("0/1", "Init:0/2", "1")),
    ("a sidecar counts", {"initContainers": [container("s", restartPolicy="Always")]}, {}, {
        "phase": "Running", "containerStatuses": [running()],
        "initContainerStatuses": [running("s", started=True, restartCount=1)],
    }, ("2/2", "Running", "1")),
    ("one of two done", {"containers": [container("web"), container("job")]}, {}, {
        "phase": "Running", "conditions": READY,
        "containerStatuses": [running("web"), ended("job", reason="Completed")],
    }, ("1/2", "Running", "0")),
    ("one done, not ready", {"containers": [container("job"), container("web")]}, {}, {
        "phase": "Running", "containerStatuses": [ended("job", reason="Completed"), running("web")],
    }, ("1/2", "NotReady", "0")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "meta", "status", "shown"), [case[1:] for case in ROWS], ids=[case[0] for case in ROWS]
)
def test_the_row_of_kubectl_get(spec: Body, meta: Body, status: Body, shown: tuple[str, str, str]) -> None:
    stored = made("pods", pod(**spec))
    body = {**stored, "metadata": {**stored["metadata"], **meta}, "status": status}
    cells = row("pods", body)
    assert (cells["Ready"], cells["Status"], cells["Restarts"]) == shown


def test_wide_columns_and_age() -> None:
    stored = made("pods", pod(nodeName="n1", readinessGates=[{"conditionType": "a/b"}]))
    body = {**stored, "status": {"podIP": "10.1.1.1", "conditions": [{"type": "a/b", "status": "True"}]}}
    body["metadata"] = {**body["metadata"], "creationTimestamp": ago(125)}
    assert row("pods", body, wide=True) == {
        "Name": "web",
        "Ready": "0/1",
        "Status": "Pending",
        "Restarts": "0",
        "Age": "2m5s",
        "IP": "10.1.1.1",
        "Node": "n1",
        "Nominated Node": "<none>",
        "Readiness Gates": "1/1",
    }
    assert row("pods", made("pods", pod()), wide=True)["IP"] == "<none>"


def test_field_selectors() -> None:
    assert KIND.fields(made("pods", pod(nodeName="n1"))) == {
        "spec.nodeName": "n1",
        "spec.restartPolicy": "Always",
        "spec.schedulerName": "default-scheduler",
        "spec.serviceAccountName": "",
        "spec.hostNetwork": "false",
        "status.phase": "Pending",
        "status.podIP": "",
        "status.nominatedNodeName": "",
    }


def test_the_sketch() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-1", "uid": "u", "controller": True}
    resources = {"requests": {"cpu": "100m", "memory": "64Mi"}}
    stored = made("pods", pod(container(resources=resources), meta={"ownerReferences": [owner], "labels": {"a": "b"}}))
    status = {
        **stored["status"],
        "conditions": [{"type": "PodScheduled", "status": "False", "message": "0/5 nodes are available."}],
    }
    assert KIND.draw is not None
    assert KIND.draw({**stored, "status": status}) == {
        "phase": "Pending",
        "status": "Pending",
        "node": "",
        "qos": "Burstable",
        "requests": {"cpu": 100, "memory": 64 << 20, "disk": 0},
        "limits": {"cpu": 0, "memory": 0, "disk": 0},
        "containers": [
            {"name": "web", "image": "nginx:1.27", "state": "waiting", "ready": False, "reason": "", "init": False}
        ],
        "restarts": 0,
        "ready": "0/1",
        "ip": "",
        "owner": {"kind": "ReplicaSet", "name": "web-1"},
        "labels": {"a": "b"},
        "created": NOW,
        "message": "0/5 nodes are available.",
    }


def test_a_gated_pod_says_so_from_the_start() -> None:
    stored = made("pods", pod(schedulingGates=[{"name": "a/b"}]))
    assert row("pods", stored)["Status"] == "SchedulingGated"
