"""Containers that end, log and answer as a Behavior says: what the kubelet makes of it is upstream's.

Follows computePodActions in pkg/kubelet/kuberuntime/kuberuntime_manager.go and getPhase in
pkg/kubelet/kubelet_pods.go, v1.34.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import instant_of
from simulator.engine.registry import Body
from simulator.engine.workloads import logs

from .lab import T0, USER, Lab

BEHAVIORS = "behaviors.sim.k8sviz.io"


def behave(lab: Lab, name: str = "ends", **spec: Any) -> Body:
    return lab.world.create(BEHAVIORS, {"metadata": {"name": name, "namespace": "default"}, "spec": spec}, USER)


class Case(NamedTuple):
    name: str
    policy: str
    exit: Body
    phase: str
    restarts: int
    state: str
    code: int | None


@pytest.mark.parametrize(
    "case",
    [
        Case("done for good", "Never", {"afterSeconds": 20}, "Succeeded", 0, "terminated", 0),
        Case("failed for good", "Never", {"code": 3, "afterSeconds": 20}, "Failed", 0, "terminated", 3),
        Case("done, on failure", "OnFailure", {"afterSeconds": 20}, "Succeeded", 0, "terminated", 0),
        Case("failed, on failure", "OnFailure", {"code": 3, "afterSeconds": 20}, "Running", 1, "running", None),
        Case("done, always", "Always", {"afterSeconds": 20}, "Running", 1, "running", None),
        Case("at once, never", "Never", {}, "Succeeded", 0, "terminated", 0),
        Case("at once, always", "Always", {"code": 1}, "Running", 2, "waiting", None),
    ],
    ids=lambda case: case.name,
)
def test_what_an_exit_comes_to(case: Case) -> None:
    lab = Lab()
    behave(lab, exit=case.exit)
    lab.pod(restartPolicy=case.policy)
    lab.run(30)
    main = lab.main()
    assert (lab.get()["status"]["phase"], main["restartCount"], [*main["state"]]) == (
        case.phase,
        case.restarts,
        [case.state],
    )
    assert main["state"].get("terminated", {}).get("exitCode") == case.code


def test_a_container_that_ends_again_and_again_is_held_back() -> None:
    lab = Lab()
    behave(lab, exit={"code": 1, "afterSeconds": 2, "message": "no license"})
    lab.pod()
    lab.run(60)
    main = lab.main()
    assert main["state"]["waiting"]["reason"] == "CrashLoopBackOff"
    last = main["lastState"]["terminated"]
    assert (last["exitCode"], last["reason"], last["message"]) == (1, "Error", "no license")


def test_a_message_is_left_only_by_who_ends_by_itself() -> None:
    lab = Lab()
    behave(lab, exit={"code": 1, "afterSeconds": 500, "message": "no license"})
    lab.pod(activeDeadlineSeconds=20)
    lab.run(60)
    assert "message" not in lab.main()["state"]["terminated"]


@pytest.mark.parametrize(("ignores", "code"), [(True, 137), (None, 0)], ids=["it ignores it", "nothing is said of it"])
def test_sigterm(ignores: bool | None, code: int) -> None:
    lab = Lab()
    behave(lab, exit={"afterSeconds": 500, **({} if ignores is None else {"ignoresTerm": ignores})})
    lab.pod(activeDeadlineSeconds=20, terminationGracePeriodSeconds=10)
    lab.run(60)
    assert lab.main()["state"]["terminated"]["exitCode"] == code


def test_a_shell_that_does_not_ignore_sigterm() -> None:
    lab = Lab()
    behave(lab, exit={"afterSeconds": 500, "ignoresTerm": False})
    lab.pod(image="busybox:1.36", command=["sleep", "9999"], activeDeadlineSeconds=20)
    lab.run(25)
    assert lab.main()["state"]["terminated"]["exitCode"] == 143


def test_a_behavior_that_comes_late_holds_for_what_runs() -> None:
    lab = Lab()
    lab.pod(restartPolicy="Never")
    lab.run(30)
    behave(lab, exit={"code": 4, "afterSeconds": 10})
    lab.run(2)
    ended = lab.main()["state"]["terminated"]
    assert (ended["exitCode"], ended["finishedAt"]) == (4, "2026-01-01T00:00:30Z")


def test_a_behavior_that_goes_leaves_the_program_as_it_was() -> None:
    lab = Lab()
    behave(lab, exit={"code": 4, "afterSeconds": 60})
    lab.pod(restartPolicy="Never")
    lab.run(30)
    lab.world.delete(BEHAVIORS, "default", "ends", USER)
    lab.run(120)
    assert lab.get()["status"]["phase"] == "Running"


def test_a_behavior_does_not_hold_up_a_container_that_is_being_stopped() -> None:
    lab = Lab()
    lab.pod(image="busybox:1.36", command=["sleep", "9999"])
    lab.run(20)
    lab.delete()
    lab.run(5)
    behave(lab, exit={"afterSeconds": 900})
    lab.run(30)
    assert lab.world.get("pods", "default", "web") is None


def test_labels_that_change_change_who_is_meant() -> None:
    lab = Lab()
    behave(lab, selector={"matchLabels": {"ends": "yes"}}, exit={"code": 4})
    lab.pod(restartPolicy="Never")
    lab.run(20)
    assert lab.get()["status"]["phase"] == "Running"
    pod = lab.get()
    lab.world.update("pods", {**pod, "metadata": {**pod["metadata"], "labels": {"ends": "yes"}}}, USER)
    lab.run(3)
    assert lab.get()["status"]["phase"] == "Failed"


def test_lines_that_a_behavior_has_written() -> None:
    lab = Lab()
    behave(lab, logs=[{"line": "tick", "afterSeconds": 5, "everySeconds": 10}, {"line": "once", "afterSeconds": 7}])
    lab.pod(image="busybox:1.36", command=["sleep", "9999"])
    lab.run(27)
    started = (logs.lines(lab.get(), "main", lab.world.now, reader=lab.world)[0].at - T0) // 1_000_000 - 5
    shown = [
        ((line.at - T0) // 1_000_000 - started, line.text)
        for line in logs.lines(lab.get(), "main", lab.world.now, reader=lab.world)
    ]
    assert shown == [(5, "tick"), (7, "once"), (15, "tick"), (25, "tick")]
    coming = logs.following(lab.get(), "main", lab.world.now, reader=lab.world)
    assert coming is not None and (coming - T0) // 1_000_000 - started == 35
    last = logs.lines(lab.get(), "main", lab.world.now + 10**12, most=2, reader=lab.world)
    assert [line.text for line in last] == ["tick", "tick"]


@pytest.mark.parametrize(("takes", "ended"), [(1, 2), (30, 30), (200, 200)])
def test_who_waits_for_a_program_goes_on_once_it_listens(takes: int, ended: int) -> None:
    lab = Lab()
    behave(lab, imagePattern="*nginx*", startup={"durationSeconds": takes})
    lab.pod("server")
    lab.run(2)
    script = "until wget -qO- http://10.244.1.2 >/dev/null 2>&1; do sleep 1; done"
    lab.pod("client", image="busybox:1.36", command=["sh", "-c", script], restartPolicy="Never")
    lab.run(max(0, takes - 2))
    assert lab.get("client")["status"]["phase"] != "Succeeded"
    lab.run(5)
    assert lab.get("client")["status"]["phase"] == "Succeeded"
    finished = instant_of(lab.main("client")["state"]["terminated"]["finishedAt"])
    assert 0 <= (finished - T0) // SECOND - ended <= 1
