"""What a sync does to a pod's containers, by what they have come to.

Follows TestComputePodActions, ...WithInitContainers and ...WithRestartableInitContainers in
pkg/kubelet/kuberuntime/kuberuntime_manager_test.go, v1.34, and names its cases.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from simulator.engine.registry import Body

from .containers import ends, runs, shown, sidecar
from .lab import USER, Lab

FAILS = {"httpGet": {"path": "/none", "port": 80}, "failureThreshold": 1, "periodSeconds": 5}
PASSES = {"httpGet": {"path": "/", "port": 80}, "periodSeconds": 1}


def three(two: Body | None = None) -> list[Body]:
    return [runs("a"), two or runs("b"), ends("c", after=9999)]


class Case(NamedTuple):
    """expected: what the pod has come to after ten seconds; killed: what was said of containers that were stopped."""

    policy: str
    containers: list[Body]
    expected: str
    killed: list[str] = []
    inits: list[Body] = []
    seconds: float = 10


A_B_C = [ends("a", 0, 3), ends("b", 111, 3), ends("c", after=9999)]
LIVENESS = "Container b failed liveness probe"
CASES = {
    "everything is good; do nothing": Case("Always", three(), "Running a=r*0 b=r*0 c=r*0"),
    "restart exited containers if RestartPolicy == Always": Case(
        "Always", A_B_C, "Running a=r*1 b=r*1 c=r*0", seconds=6
    ),
    "restart failed containers if RestartPolicy == OnFailure": Case(
        "OnFailure", A_B_C, "Running a=0*0 b=r*1 c=r*0", seconds=6
    ),
    "don't restart containers if RestartPolicy == Never": Case("Never", A_B_C, "Running a=0*0 b=111*0 c=r*0"),
    "kill and recreate the container if the liveness check has failed": Case(
        "Always",
        [ends("a", after=9999), runs("b", livenessProbe=FAILS), ends("c", after=9999)],
        "Running a=r*0 b=r*1 c=r*0",
        [f"{LIVENESS}, will be restarted"],
        seconds=5,
    ),
    "the same, OnFailure": Case(
        "OnFailure",
        [ends("a", after=9999), runs("b", livenessProbe=FAILS), ends("c", after=9999)],
        "Running a=r*0 b=r*1 c=r*0",
        [f"{LIVENESS}, will be restarted"],
        seconds=5,
    ),
    "the same, Never": Case(
        "Never",
        [ends("a", after=9999), runs("b", livenessProbe=FAILS), ends("c", after=9999)],
        "Running a=r*0 b=0*0 c=r*0",
        [LIVENESS],
        seconds=5,
    ),
    "kill and recreate the container if the startup check has failed": Case(
        "Always",
        [ends("a", after=9999), runs("b", startupProbe=FAILS), ends("c", after=9999)],
        "Running a=r*0 b=r*1 c=r*0",
        ["Container b failed startup probe, will be restarted"],
        seconds=5,
    ),
    "no init containers have been started; start the first one": Case(
        "Always", [runs("a")], "Pending x=r*0 y=w*0 a=w*0", inits=[ends("x", 0, 60), ends("y")]
    ),
    "initialization completed; start all containers": Case(
        "Always", three(), "Running x=0*0 y=0*0 a=r*0 b=r*0 c=r*0", inits=[ends("x"), ends("y")]
    ),
    "initialization failed; restart the last init container if RestartPolicy == Always": Case(
        "Always", [runs("a")], "Pending x=0*0 y=r*1 a=w*0", inits=[ends("x"), ends("y", 137, 4)]
    ),
    "initialization failed; restart the last init container if RestartPolicy == OnFailure": Case(
        "OnFailure", [runs("a")], "Pending x=0*0 y=r*1 a=w*0", inits=[ends("x"), ends("y", 137, 4)]
    ),
    "initialization failed; kill pod if RestartPolicy == Never": Case(
        "Never", [runs("a")], "Failed x=0*0 y=137*0 a=w*0", inits=[ends("x"), ends("y", 137)]
    ),
    "the same with a sidecar": Case(
        "Never",
        [runs("a")],
        "Failed s=0*0 y=137*0 a=w*0",
        ["Stopping container s"],
        inits=[sidecar(runs("s")), ends("y", 137)],
    ),
    "restartable init container has started; start the next": Case(
        "Always", [runs("a")], "Pending s=r*0 x=r*0 a=w*0", inits=[sidecar(runs("s")), ends("x", 0, 60)]
    ),
    "startupProbe in progress; do nothing": Case(
        "Always",
        [runs("a")],
        "Pending s=r*0 x=w*0 a=w*0",
        inits=[sidecar(runs("s", startupProbe={**FAILS, "failureThreshold": 99})), ends("x")],
    ),
    "startupProbe has completed; start the next": Case(
        "Always",
        [ends("a", after=9999)],
        "Running s=r*0 x=0*0 a=r*0",
        inits=[sidecar(runs("s", startupProbe=PASSES)), ends("x")],
    ),
    "livenessProbe in progress; start the next": Case(
        "Always",
        [ends("a", after=9999)],
        "Running s=r*0 x=0*0 a=r*0",
        inits=[sidecar(runs("s", livenessProbe={**PASSES, "initialDelaySeconds": 60})), ends("x")],
    ),
    "kill and recreate the restartable init container if the liveness check has failed": Case(
        "Never",
        [ends("a", after=9999)],
        "Running s=r*1 a=r*0",
        ["Init container s failed liveness probe"],
        inits=[sidecar(runs("s", livenessProbe=FAILS))],
        seconds=5,
    ),
    "kill and recreate the restartable init container if the startup check has failed": Case(
        "Always",
        [ends("a", after=9999)],
        "Pending s=r*1 a=w*0",
        ["Init container s failed startup probe"],
        inits=[sidecar(runs("s", startupProbe=FAILS))],
        seconds=5,
    ),
    "restart terminated restartable init container and next init container": Case(
        "Always",
        [runs("a")],
        "Pending s=w*1 t=r*1 a=w*0",
        inits=[sidecar(ends("s", 1)), sidecar(ends("t", 1, 5, startupProbe={**FAILS, "failureThreshold": 99}))],
    ),
    "restart terminated restartable init container and regular containers": Case(
        "Always",
        [ends("a", after=9999)],
        "Running s=w*1 x=0*0 a=r*0",
        inits=[sidecar(ends("s", 1)), ends("x", 0, 5)],
    ),
    "initialization failed; restart the last restartable init container even if pod's RestartPolicy == Never": Case(
        "Never",
        [ends("a", after=9999)],
        "Pending s=r*0 t=w*1 a=w*0",
        inits=[sidecar(runs("s")), sidecar(ends("t", 1, 0))],
        seconds=4,
    ),
    "restart restartable init container if regular containers are running even if pod's RestartPolicy == Never": Case(
        "Never", [ends("a", after=9999)], "Running t=r*1 a=r*0", inits=[sidecar(ends("t", 1, 4))], seconds=8
    ),
    "kill the pod if all main containers succeeded if pod's RestartPolicy == Never": Case(
        "Never", [ends("a")], "Succeeded s=0*0 a=0*0", ["Stopping container s"], inits=[sidecar(runs("s"))]
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_a_sync_does(case: Case) -> None:
    lab = Lab()
    lab.pod(
        containers=case.containers,
        initContainers=case.inits,
        restartPolicy=case.policy,
    )
    lab.run(case.seconds)
    assert (shown(lab.get()), lab.said("Killing")) == (case.expected, case.killed)


class Change(NamedTuple):
    """A pod whose container `changed` gets another image after a while."""

    policy: str
    changed: str
    expected: str
    killed: list[str]
    containers: list[Body]
    inits: list[Body] = []


CHANGES = {
    "kill and recreate the container if the container's spec changed": Change(
        "Always",
        "b",
        "Running a=r*0 b=r*1 c=r*0",
        ["Container b definition changed, will be restarted"],
        three(),
    ),
    "the same, Never": Change(
        "Never", "b", "Running a=r*0 b=r*1 c=r*0", ["Container b definition changed, will be restarted"], three()
    ),
    "one that has ended, Never": Change("Never", "b", "Running a=r*0 b=0*0 c=r*0", [], three(two=ends("b"))),
    "one that has ended, OnFailure": Change("OnFailure", "b", "Running a=r*0 b=0*0 c=r*0", [], three(two=ends("b"))),
    "kill and recreate the restartable init container if the container definition changes": Change(
        "Always",
        "s",
        "Running s=r*1 a=r*0",
        ["Init container s definition changed"],
        [runs("a")],
        inits=[sidecar(runs("s"))],
    ),
    "an init container that runs is left to its end": Change(
        "Always", "x", "Pending x=r*0 a=w*0", [], [runs("a")], inits=[ends("x", 0, 60)]
    ),
    "after initialization, only restartable init containers need to be kept running": Change(
        "Always", "x", "Running x=0*0 a=r*0", [], [runs("a")], inits=[ends("x")]
    ),
}


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES.keys())
def test_a_container_whose_image_is_another(case: Change) -> None:
    lab = Lab()
    lab.pod(containers=case.containers, initContainers=case.inits, restartPolicy=case.policy)
    lab.run(8)
    pod = lab.get()
    spec = {
        part: [{**one, "image": f"{one['image']}-alpine"} if one["name"] == case.changed else one for one in listed]
        for part, listed in pod["spec"].items()
        if part in ("containers", "initContainers")
    }
    lab.world.update("pods", {**pod, "spec": {**pod["spec"], **spec}}, USER)
    lab.run(20)
    assert (shown(lab.get()), lab.said("Killing")) == (case.expected, case.killed)
