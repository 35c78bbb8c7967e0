"""The STATUS column of `kubectl get pods` in every state that a pod goes through on its node.

Follows printPod in pkg/printers/internalversion/printers.go and TestPrintPod... in printers_test.go, v1.34.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pytest

from simulator.engine import pods
from simulator.engine.journal import Change

from .lab import USER, Lab

BUSYBOX = "busybox:1.36"
SLEEP = ["sleep", "9999"]
OBEYS = ["sh", "-c", "trap 'exit 0' TERM; sleep 9999"]


def main(*command: str, image: str = BUSYBOX, **fields: Any) -> dict[str, Any]:
    return {"image": image, "command": list(command), **fields}


def init(name: str, *command: str, image: str = BUSYBOX, **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": image, "command": list(command), **fields}


LIVES = {
    # name: (the pod, seconds, STATUS as it changes)
    "runs": (main(*SLEEP), 30, ["Pending", "ContainerCreating", "Running"]),
    "ends": (main("true", restartPolicy="Never"), 30, ["Pending", "ContainerCreating", "Completed"]),
    "fails": (main("false", restartPolicy="Never"), 30, ["Pending", "ContainerCreating", "Error"]),
    "crashes": (
        main("sh", "-c", "sleep 2; exit 1"),
        15,
        ["Pending", "ContainerCreating", "Running", "Error", "Running", "Error", "CrashLoopBackOff"],
    ),
    "ends again and again": (
        main("sleep", "2"),
        15,
        ["Pending", "ContainerCreating", "Running", "Completed", "Running", "Completed", "CrashLoopBackOff"],
    ),
    "no image": (
        main(image="registry.invalid/x:1"),
        25,
        ["Pending", "ContainerCreating", "ErrImagePull", "ImagePullBackOff", "ErrImagePull"],
    ),
    "malformed image": (main(image="Bad:1"), 25, ["Pending", "ContainerCreating", "InvalidImageName"]),
    "never pulled": (
        main(image="redis:7", imagePullPolicy="Never"),
        25,
        ["Pending", "ContainerCreating", "ErrImageNeverPull"],
    ),
    "no ConfigMap": (
        main(*SLEEP, envFrom=[{"configMapRef": {"name": "no"}}]),
        25,
        ["Pending", "ContainerCreating", "CreateContainerConfigError"],
    ),
    "no program": (
        main("slep"),
        8,
        ["Pending", "ContainerCreating", "RunContainerError", "CrashLoopBackOff"],
    ),
    "no program, never again": (main("slep", restartPolicy="Never"), 8, ["Pending", "ContainerCreating", "StartError"]),
    "a hook fails": (
        main(*OBEYS, lifecycle={"postStart": {"exec": {"command": ["false"]}}}),
        8,
        ["Pending", "ContainerCreating", "PostStartHookError", "CrashLoopBackOff"],
    ),
    "no volume": (
        main(*SLEEP, volumes=[{"name": "v", "configMap": {"name": "no"}}]),
        25,
        ["Pending", "ContainerCreating"],
    ),
    "init containers": (
        main(*SLEEP, initContainers=[init("a", "sleep", "2"), init("b", "sleep", "2")]),
        30,
        ["Pending", "Init:0/2", "Init:1/2", "PodInitializing", "Running"],
    ),
    "an init container fails": (
        main(*SLEEP, initContainers=[init("a", "sh", "-c", "sleep 2; exit 1")]),
        15,
        ["Pending", "Init:0/1", "Init:Error", "Init:0/1", "Init:Error", "Init:CrashLoopBackOff"],
    ),
    "an init container fails for good": (
        main(*SLEEP, restartPolicy="Never", initContainers=[init("a", "sh", "-c", "sleep 2; exit 1")]),
        15,
        ["Pending", "Init:0/1", "Init:Error"],
    ),
    "no image of an init container": (
        main(*SLEEP, initContainers=[init("a", "true", image="registry.invalid/x:1")]),
        12,
        ["Pending", "Init:0/1", "Init:ErrImagePull", "Init:ImagePullBackOff"],
    ),
    "no Secret of an init container": (
        main(*SLEEP, initContainers=[init("a", "true", envFrom=[{"secretRef": {"name": "no"}}])]),
        15,
        ["Pending", "Init:0/1", "Init:CreateContainerConfigError"],
    ),
    "a sidecar": (
        main(*SLEEP, initContainers=[init("a", *OBEYS, restartPolicy="Always")]),
        15,
        ["Pending", "Init:0/1", "PodInitializing", "Running"],
    ),
    "one of two ends": (
        {"containers": [init("one", "sleep", "2"), init("two", *SLEEP)], "restartPolicy": "Never"},
        15,
        ["Pending", "ContainerCreating", "Running", "NotReady"],
    ),
    "too long": (
        main(*OBEYS, activeDeadlineSeconds=5),
        15,
        ["Pending", "ContainerCreating", "Running", "Completed"],
    ),
}


@pytest.mark.parametrize(("fields", "seconds", "states"), LIVES.values(), ids=LIVES.keys())
def test_what_the_column_shows(fields: dict[str, Any], seconds: float, states: list[str]) -> None:
    lab = Lab()
    seen = list[str]()

    def changed(change: Change) -> None:
        if change.operation != "DELETED":
            seen.append(pods.status_text(change.body))

    lab.world.watch("pods", changed)
    lab.pod(**fields)
    lab.run(seconds)
    assert [state for state, _ in groupby(seen)] == states


def test_what_it_shows_of_a_pod_on_its_way_out() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=SLEEP)
    lab.run(5)
    lab.delete()
    assert pods.status_text(lab.get()) == "Terminating"


def test_what_it_shows_of_a_pod_whose_node_is_lost() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=SLEEP)
    lab.run(5)
    body = lab.get()
    lab.world.update_status("pods", {**body, "status": {**body["status"], "reason": "NodeLost"}}, USER)
    assert pods.status_text(lab.get()) == "NodeLost"
    lab.delete()
    assert pods.status_text(lab.get()) == "Unknown"
