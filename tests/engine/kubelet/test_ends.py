"""How pods and containers end: deadlines, and what containers say at their end.

Follows pkg/kubelet/active_deadline_test.go and TestGetTerminationMessage... in
pkg/kubelet/kuberuntime/kuberuntime_container_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body

from .lab import T0, USER, Lab

BUSYBOX = "busybox:1.36"
OBEYS = ["sh", "-c", "trap 'exit 0' TERM; sleep 9999"]
MESSAGE = "Pod was active on the node longer than the specified deadline"


def test_a_pod_may_be_active_for_so_long() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=OBEYS, activeDeadlineSeconds=20)
    lab.run(20)
    assert lab.said("DeadlineExceeded") == []
    lab.run(1.5)
    status = lab.get()["status"]
    assert lab.said("DeadlineExceeded") == [MESSAGE]
    assert (status["phase"], status["reason"], status["message"]) == ("Failed", "DeadlineExceeded", MESSAGE)
    assert lab.main()["state"]["terminated"]["reason"] == "Completed"
    assert lab.said("Killing") == ["Stopping container main"]


def test_the_phase_is_the_last_thing_to_change() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sleep", "9999"], activeDeadlineSeconds=20, terminationGracePeriodSeconds=10)
    lab.run(25)
    assert (lab.get()["status"]["phase"], "reason" in lab.get()["status"]) == ("Running", False)
    lab.run(7)
    assert (lab.get()["status"]["phase"], lab.get()["status"]["reason"]) == ("Failed", "DeadlineExceeded")
    assert lab.main()["state"]["terminated"]["exitCode"] == 137


def test_time_in_which_images_are_pulled_counts() -> None:
    lab = Lab()
    lab.pod(image="registry.invalid/app:1", activeDeadlineSeconds=30)
    lab.run(32)
    assert lab.get()["status"]["reason"] == "DeadlineExceeded"
    lab.run(600)
    assert len(lab.said("DeadlineExceeded")) == 1


def test_a_deadline_can_be_shortened() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=OBEYS, activeDeadlineSeconds=900)
    lab.run(30)
    pod = lab.get()
    lab.world.update("pods", {**pod, "spec": {**pod["spec"], "activeDeadlineSeconds": 40}}, USER)
    lab.run(12)
    assert lab.get()["status"]["reason"] == "DeadlineExceeded"


def test_a_deadline_that_is_kept_does_nothing() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sleep", "3"], activeDeadlineSeconds=20, restartPolicy="Never")
    lab.run(60)
    assert (lab.get()["status"]["phase"], lab.said("DeadlineExceeded")) == ("Succeeded", [])


def test_the_kubelet_looks_every_second() -> None:
    lab = Lab()
    for number in range(3):
        lab.pod(f"p{number}", image=BUSYBOX, command=OBEYS, activeDeadlineSeconds=5 + number)
    lab.run(20)
    seen = [int(line.split()[0]) for line in lab.story() if "DeadlineExceeded" in line and "x" in line.split()[-1]]
    assert len({one % 1000 for one in seen}) == 1
    assert all(0 <= one - (5 + number) * 1000 - 8 < 1000 for number, one in enumerate(seen))
    assert lab.world.now == T0 + 20 * SECOND


SAYS = {
    # name: (script, fields of the container, message)
    "the usual file": ("echo Sleep expired > /dev/termination-log; exit 1", {}, "Sleep expired\n"),
    "also of one that succeeded": ("echo done > /dev/termination-log", {}, "done\n"),
    "another file": ("echo own > /tmp/log; exit 1", {"terminationMessagePath": "/tmp/log"}, "own\n"),
    "not in that file": ("echo own > /dev/termination-log; exit 1", {"terminationMessagePath": "/tmp/log"}, ""),
    "nothing": ("echo in the log; exit 1", {}, ""),
    "the log": ("echo in the log; exit 1", {"terminationMessagePolicy": "FallbackToLogsOnError"}, "in the log\n"),
    "the log of one that succeeded": ("echo no", {"terminationMessagePolicy": "FallbackToLogsOnError"}, ""),
    "the file before the log": (
        "echo log; echo file > /dev/termination-log; exit 1",
        {"terminationMessagePolicy": "FallbackToLogsOnError"},
        "file\n",
    ),
    "the last 80 lines": (
        "i=0; while [ $i -lt 100 ]; do echo $i; i=$((i+1)); done; exit 1",
        {"terminationMessagePolicy": "FallbackToLogsOnError"},
        "".join(f"{number}\n" for number in range(20, 100)),
    ),
}


@pytest.mark.parametrize(("script", "fields", "message"), SAYS.values(), ids=SAYS.keys())
def test_what_a_container_says_at_its_end(script: str, fields: dict[str, Any], message: str) -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sh", "-c", script], restartPolicy="Never", **fields)
    lab.run(10)
    assert lab.main()["state"]["terminated"].get("message", "") == message


def test_it_stays_with_the_run_before() -> None:
    lab = Lab()
    lab.pod(image=BUSYBOX, command=["sh", "-c", "echo why > /dev/termination-log; sleep 2; exit 1"])
    lab.run(4)
    assert lab.main()["lastState"]["terminated"]["message"] == "why\n"
    assert list(lab.main()["state"]) == ["running"]


def test_a_message_is_cut() -> None:
    lab = Lab()
    script = "i=0; while [ $i -lt 2000 ]; do echo $i >> /dev/termination-log; i=$((i+1)); done; exit 1"
    lab.pod(image=BUSYBOX, command=["sh", "-c", script], restartPolicy="Never")
    lab.run(30)
    message = lab.main()["state"]["terminated"]["message"]
    assert (len(message), message[-5:]) == (4096, "1999\n")


NO_IMAGE = "registry.invalid/app:1"
EARLIER, LATER = ({"name": name, "image": BUSYBOX, "command": ["sleep", "60"]} for name in ("one", "two"))
DONE = {"name": "one", "image": BUSYBOX, "command": ["true"]}
LAST: dict[str, tuple[dict[str, Any], dict[str, str], tuple[str, str]]] = {
    # name: (the pod, how its containers show in the last status, reasons of Initialized and Ready); after TerminatePod
    # in pkg/kubelet/status/status_manager.go
    "it ran": ({"command": OBEYS}, {"main": "Completed"}, ("PodCompleted", "PodCompleted")),
    "it had no image": ({"image": NO_IMAGE}, {"main": "ContainerStatusUnknown"}, ("", "ContainersNotReady")),
    "one of two had no image": (
        {"containers": [{"name": "main", "image": BUSYBOX, "command": OBEYS}, {"name": "other", "image": NO_IMAGE}]},
        {"main": "Completed", "other": "ContainerStatusUnknown"},
        ("", "ContainersNotReady"),
    ),
    "its first init container ran": (
        {"initContainers": [EARLIER, LATER]},
        {"one": "Error", "two": "PodInitializing", "main": "PodInitializing"},
        ("ContainersNotInitialized", "ContainersNotReady"),
    ),
    "its second init container ran": (
        {"initContainers": [DONE, LATER]},
        {"one": "Completed", "two": "Error", "main": "PodInitializing"},
        ("ContainersNotInitialized", "ContainersNotReady"),
    ),
    "its first init container had no image": (
        {"initContainers": [{**EARLIER, "image": NO_IMAGE}, LATER]},
        {"one": "ContainerStatusUnknown", "two": "PodInitializing", "main": "PodInitializing"},
        ("ContainersNotInitialized", "ContainersNotReady"),
    ),
    "its init container is done, and it had no image": (
        {"initContainers": [DONE], "image": NO_IMAGE},
        {"one": "Completed", "main": "ContainerStatusUnknown"},
        ("", "ContainersNotReady"),
    ),
    "it crashed and was held back": (
        {"command": ["false"]},
        {"main": "Error"},
        ("", "PodFailed"),
    ),
}


@pytest.mark.parametrize(("fields", "states", "reasons"), LAST.values(), ids=LAST.keys())
def test_the_last_status_of_a_pod_that_is_deleted(
    fields: dict[str, Any], states: dict[str, str], reasons: tuple[str, str]
) -> None:
    lab = Lab()
    bodies = list[Body]()
    lab.pod(**{"image": BUSYBOX, **fields})
    lab.run(10)
    lab.world.watch("pods", lambda change: bodies.append(change.body))
    lab.delete(grace=3)
    lab.run(10)
    status = bodies[-1]["status"]
    shown = [*(status.get("initContainerStatuses") or ()), *status["containerStatuses"]]
    assert {one["name"]: next(iter(one["state"].values()))["reason"] for one in shown} == states
    found = {one["type"]: one.get("reason", "") for one in status["conditions"]}
    assert (found["Initialized"], found["Ready"]) == reasons
    assert status["phase"] == ("Succeeded" if reasons[1] == "PodCompleted" else "Failed")
