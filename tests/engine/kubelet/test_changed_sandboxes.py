"""What becomes of a pod whose sandbox is gone.

Follows TestComputePodActions, ...WithInitContainers and ...WithRestartableInitContainers in
pkg/kubelet/kuberuntime/kuberuntime_manager_test.go, v1.34, and names its cases.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.registry import Body
from tests.engine.cluster import USER, Cluster

from .containers import ends, runs, shown, sidecar


class Crash(NamedTuple):
    """The machine loses power when a pod is some seconds old: its sandbox is gone when it comes back."""

    policy: str
    containers: list[Body]
    expected: str
    anew: bool = True
    inits: list[Body] = []
    at: int = 15


LONG = [ends("a", after=9999), ends("b", after=9999)]
CRASHES = {
    "kill pod and recreate everything if the pod sandbox is dead, and RestartPolicy == Always": Crash(
        "Always", [*LONG, ends("c", after=9999)], "Running a=r*1 b=r*1 c=r*1"
    ),
    "... all containers (except for the succeeded one) if ... RestartPolicy == OnFailure": Crash(
        "OnFailure", [*LONG, ends("c")], "Running a=r*1 b=r*1 c=0*0"
    ),
    "do not create a pod sandbox ... with RestartPolicy=Never and all containers exited": Crash(
        "Never", LONG, "Failed a=255*0 b=255*0", anew=False
    ),
    "the same when one container has never been created": Crash(
        "Never", [LONG[0], runs("b", image="registry.invalid/b:1")], "Pending a=255*0 b=w*0", anew=False
    ),
    "create a pod sandbox ... with RestartPolicy=Never and no containers have ever been created": Crash(
        "Never",
        [runs("a", image="mysql:8.0")],
        "Running a=r*0",
        at=2,
    ),
    "kill pod and restart the first init container if the pod sandbox is dead": Crash(
        "Always", LONG, "Pending x=r*1 y=0*0 a=255*0 b=255*0", inits=[ends("x", after=30), ends("y")], at=40
    ),
    "pod sandbox not ready, init container failed, but RestartPolicy == Never; kill pod only": Crash(
        "Never", [runs("a")], "Failed x=0*0 y=255*0 a=w*0", anew=False, inits=[ends("x"), ends("y", after=60)]
    ),
    "pod sandbox not ready, RestartPolicy == Never, no visible init containers; create a new pod sandbox": Crash(
        "Never",
        [ends("a", after=9999)],
        "Running x=0*0 a=r*0",
        inits=[{**ends("x"), "image": "mysql:8.0", "command": ["sleep", "1"]}],
        at=2,
    ),
    "pod sandbox not ready, init container failed, and RestartPolicy == OnFailure; create a new pod sandbox": Crash(
        "OnFailure", [ends("a", after=9999)], "Running x=0*1 y=0*1 a=r*0", inits=[ends("x"), ends("y", after=9)], at=8
    ),
    "pod sandbox not ready, restartable init container failed, but RestartPolicy == Never; kill pod only": Crash(
        "Never", [ends("a", after=9999)], "Failed s=255*0 a=255*0", anew=False, inits=[sidecar(runs("s"))]
    ),
    "pod sandbox not ready, restartable init container failed, and RestartPolicy == OnFailure": Crash(
        "OnFailure",
        [ends("a", after=9999)],
        "Running s=r*1 t=r*1 a=r*1",
        inits=[sidecar(runs("s")), sidecar(runs("t"))],
    ),
    "pod sandbox not ready, restartable init container failed, and RestartPolicy == Always": Crash(
        "Always", [ends("a", after=9999)], "Running s=r*1 x=0*1 a=r*1", inits=[sidecar(runs("s")), ends("x")]
    ),
}


@pytest.mark.parametrize("case", CRASHES.values(), ids=CRASHES.keys())
def test_a_pod_whose_sandbox_is_gone(case: Crash) -> None:
    cluster = Cluster()
    spec: dict[str, Any] = {"nodeName": "a-1", "containers": case.containers, "initContainers": case.inits}
    meta = {"name": "web", "namespace": "default"}
    body = {"metadata": meta, "spec": {**spec, "restartPolicy": case.policy}}
    cluster.world.create("pods", body, USER, checked=True)
    cluster.until(case.at)
    before = cluster.the_pod("web")["status"].get("podIP")
    cluster.fault("off", "NodeCrash", {"nodeName": "a-1"}, durationSeconds=20)
    cluster.until(case.at + 60)
    pod = cluster.the_pod("web")
    assert shown(pod) == case.expected
    said = ["Pod sandbox changed, it will be killed and re-created."]
    assert cluster.said("web", "SandboxChanged") == (said if case.anew else [])
    assert (pod["status"].get("podIP") not in (None, before)) == case.anew
