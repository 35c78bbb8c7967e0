"""Memory that runs out: the instant, the victim, what is said of it, and what comes after."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.kubelet import oom
from simulator.engine.registry import Body
from tests.engine.kubelet.lab import USER, Lab

MI, GI = 1 << 20, 1 << 30
STRESS = {"image": "polinux/stress:1.0.4", "command": ["stress"]}


def limits(memory: str, **more: Any) -> Body:
    return {"limits": {"memory": memory}, **more}


def behave(lab: Lab, name: str = "b", **spec: Any) -> None:
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": spec}
    lab.world.create("behaviors.sim.k8sviz.io", body, USER)


def leak(idle: str, per_second: str) -> Body:
    return {"idle": idle, "curves": [{"type": "Leak", "leak": {"perSecond": per_second}}]}


def test_a_container_that_takes_more_than_its_limit_is_killed_in_a_loop() -> None:
    lab = Lab()
    lab.pod(**STRESS, args=["--vm", "1", "--vm-bytes", "250M"], resources=limits("100Mi", requests={"memory": "50Mi"}))
    lab.run(5)
    assert [line for line in lab.story() if "web" in line] == [
        "8 web Pending main=ContainerCreating",
        "1850 web Running main=running",
        "1946 web Running main=OOMKilled",
        "2236 web Running main=running",
        "2331 web Running main=OOMKilled",
        "3331 web Running main=CrashLoopBackOff",
    ]
    main = lab.main()
    ended = main["lastState"]["terminated"]
    assert (ended["exitCode"], ended["reason"], main["restartCount"]) == (137, "OOMKilled", 1)
    assert lab.said("SystemOOM") == []


ENDS = {
    # name: (resources of the container, Behavior's memory, seconds from the start to the kill or None)
    "a leak": (limits("100Mi"), leak("20Mi", "8Mi"), 10.000001),
    "a leak that has no limit": ({}, leak("20Mi", "8Mi"), None),
    "at its limit, not over it": (limits("100Mi"), {"idle": "100Mi"}, None),
    "over it from the start": (limits("100Mi"), {"idle": "101Mi"}, 0),
    "a step": (
        limits("100Mi"),
        {"idle": "90Mi", "curves": [{"type": "Step", "fromSeconds": 4, "step": {"by": "11Mi"}}]},
        4,
    ),
    "a ramp that stays below": (
        limits("100Mi"),
        {"idle": "90Mi", "curves": [{"type": "Ramp", "ramp": {"by": "10Mi", "durationSeconds": 9}}]},
        None,
    ),
}


@pytest.mark.parametrize(("resources", "memory", "seconds"), ENDS.values(), ids=ENDS.keys())
def test_the_instant_of_the_kill(resources: Body, memory: Body, seconds: float | None) -> None:
    lab = Lab()
    behave(lab, memory=memory)
    lab.pod(resources=resources, restartPolicy="Never")
    lab.run(30)
    box = lab.world.note("kubelet", "default/web")
    if seconds is None:
        assert box["boxes"]["main"]["state"] == "running"
        return
    terminated = lab.main()["state"]["terminated"]
    assert (lab.get()["status"]["phase"], terminated["exitCode"], terminated["reason"]) == ("Failed", 137, "OOMKilled")
    assert box is None or box["boxes"]["main"]["end"] - box["boxes"]["main"]["at"] == round(seconds * SECOND)


def test_a_behavior_that_comes_later_counts_from_then_on() -> None:
    lab = Lab()
    lab.pod(resources=limits("100Mi"))
    lab.run(20)
    assert lab.world.clock.next_due() is None
    behave(lab, memory=leak("20Mi", "2Mi"))
    lab.run(20)
    assert "running" in lab.main()["state"]
    lab.run(5)
    assert lab.main()["lastState"]["terminated"]["reason"] == "OOMKilled"
    lab.world.delete("behaviors.sim.k8sviz.io", "default", "b", USER)
    lab.run(60)
    assert lab.main()["restartCount"] == 1


def test_init_containers_and_sidecars_are_killed_too() -> None:
    lab = Lab()
    behave(lab, container="greedy", memory=leak("10Mi", "50Mi"))
    greedy = {"name": "greedy", "image": "busybox:1.36", "command": ["sleep", "5"], "resources": limits("64Mi")}
    lab.pod("init", initContainers=[greedy])
    lab.pod("side", initContainers=[{**greedy, "restartPolicy": "Always"}])
    lab.run(8)
    for name in ("init", "side"):
        status = lab.get(name)["status"]["initContainerStatuses"][0]
        assert status["lastState"]["terminated"]["reason"] == "OOMKilled", name
    assert "running" in lab.main("side")["state"]
    assert lab.main("init")["state"] == {"waiting": {"reason": "PodInitializing"}}


def test_a_pods_own_limit_takes_the_worst_of_its_containers() -> None:
    lab = Lab()
    behave(lab, container="small", memory={"idle": "50Mi"})
    behave(lab, "big", container="big", memory=leak("20Mi", "10Mi"))
    containers = [{"name": name, "image": "nginx:1.27"} for name in ("small", "big")]
    spec = {"containers": containers, "resources": {"limits": {"memory": "128Mi"}}, "nodeName": "n1"}
    lab.world.create("pods", {"metadata": {"name": "web", "namespace": "default"}, "spec": spec}, USER)
    lab.run(9)
    statuses = {one["name"]: one for one in lab.get()["status"]["containerStatuses"]}
    assert statuses["big"]["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert "running" in statuses["small"]["state"] and not statuses["small"]["restartCount"]


def test_a_node_without_memory_kills_by_score_and_says_so() -> None:
    """4 GiB: a BestEffort pod goes before a Burstable one that holds more, and a Guaranteed one stays."""
    lab = Lab()
    same = {"cpu": "100m", "memory": "2Gi"}
    behave(lab, "a", container="main", memory={"idle": "300Mi"})
    behave(lab, "g", container="g", memory={"idle": "1900Mi"})
    behave(lab, "u", container="u", memory=leak("1000Mi", "50Mi"))
    lab.pod("best")
    for name, resources in (("g", {"requests": same, "limits": same}), ("u", {"requests": {"memory": "1900Mi"}})):
        container = {"name": name, "image": "nginx:1.27", "resources": resources}
        lab.pod(name, containers=[container])
    lab.run(11)
    assert lab.main("best")["restartCount"] == 0
    lab.run(3)
    assert lab.main("best")["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert lab.main("g")["restartCount"] == lab.main("u")["restartCount"] == 0
    said, *_ = lab.said("SystemOOM")
    assert said.startswith("System OOM encountered, victim process: nginx, pid: ")
    event = next(one for one in lab.world.list("events") if one["reason"] == "SystemOOM")
    assert (event["involvedObject"]["kind"], event["involvedObject"]["name"], event["type"]) == (
        "Node",
        "n1",
        "Warning",
    )


def test_a_node_that_a_single_pod_exhausts_stays_up() -> None:
    lab = Lab()
    lab.pod(**STRESS, args=["--vm", "2", "--vm-bytes", "4G", "--vm-hang", "1"])
    lab.run(60)
    assert lab.main()["lastState"]["terminated"]["reason"] == "OOMKilled"
    assert lab.main()["restartCount"] >= 2


def container(memory: str = "", **fields: Any) -> Body:
    return {"name": "c", "image": "x", "resources": {"requests": {"memory": memory}} if memory else {}, **fields}


def pod(*containers: Body, **spec: Any) -> Body:
    return {"metadata": {"name": "p"}, "spec": {"containers": list(containers), **spec}}


EQUAL = {"cpu": "1", "memory": "1G"}
FULL = {"name": "c", "image": "x", "resources": {"requests": EQUAL, "limits": EQUAL}}
CRITICAL = {"priority": 2_000_001_000, "priorityClassName": "system-node-critical"}
SIDECAR = container("1G", restartPolicy="Always")
BOUND_CPU: Body = {"name": "c", "image": "x", "resources": {"limits": {"cpu": "10"}}}
BOUND_MEMORY: Body = {"name": "c", "image": "x", "resources": {"requests": {"cpu": "0"}, "limits": {"memory": "10G"}}}
NO_MEMORY: Body = {"name": "c", "image": "x", "resources": {"limits": {"memory": "0"}}}
HALF: Body = {
    "name": "c",
    "image": "x",
    "resources": {"requests": {"cpu": "5m", "memory": "4G"}, "limits": {"memory": "10G"}},
}
SCORES = {
    # name: (pod, its container, the node's memory in bytes, oom_score_adj); after pkg/kubelet/qos/policy_test.go
    "best effort": (pod(container()), container(), 8 * 10**9, 1000),
    "guaranteed": (pod(FULL), FULL, 10**10, -997),
    "all of the memory requested": (pod(container("8G")), container("8G"), 8 * 10**9, 3),
    "more than half": (pod(container("4G")), container("4G"), 8 * 10**9, 500),
    "a limit of CPU alone": (pod(BOUND_CPU), BOUND_CPU, 4 * 10**9, 999),
    "a limit of memory, no CPU requested": (pod(BOUND_MEMORY), BOUND_MEMORY, 8 * 10**9, 999),
    "a limit of no memory": (pod(NO_MEMORY), NO_MEMORY, 7230457451, 1000),
    "half of the memory, a limit of memory": (pod(HALF), HALF, 8 * 10**9, 500),
    "all but a byte": (pod(container("7999999999")), container("7999999999"), 8 * 10**9, 3),
    "guaranteed on a node that has less": (pod(FULL), FULL, 123456789, -997),
    "next to nothing": (pod(container("1k")), container("1k"), 8 * 10**9, 999),
    "one container of two asks for nothing": (pod(container("4G"), container()), container(), 8 * 10**9, 999),
    "node critical": (pod(container("1G"), **CRITICAL), container("1G"), 8 * 10**9, -997),
    "cluster critical": (
        pod(container("1G"), priority=2_000_000_000, priorityClassName="system-cluster-critical"),
        container("1G"),
        8 * 10**9,
        875,
    ),
    "a sidecar is no worse than its containers": (
        pod(container("4G"), initContainers=[SIDECAR]),
        SIDECAR,
        8 * 10**9,
        500,
    ),
    "a sidecar that asks for more": (pod(container("500M"), initContainers=[SIDECAR]), SIDECAR, 8 * 10**9, 875),
    "the pod's own request is shared out": (
        pod(container("1G"), container("1G"), resources={"requests": {"memory": "4G"}}),
        container("1G"),
        8 * 10**9,
        750,
    ),
    "the pod's own request alone": (
        pod(container(), container(), resources={"requests": {"memory": "4G"}}),
        container(),
        8 * 10**9,
        750,
    ),
}


@pytest.mark.parametrize(("body", "one", "capacity", "score"), SCORES.values(), ids=SCORES.keys())
def test_the_score(body: Body, one: Body, capacity: int, score: int) -> None:
    assert oom.score_adj(body, one, capacity) == score


@settings(max_examples=40, deadline=None)
@given(
    idle=st.integers(1, 90),
    leaks=st.integers(1, 40),
    others=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 40), st.integers(1, 9)), max_size=3),
)
def test_the_instant_is_that_of_a_simulation_that_looks_all_the_time(
    idle: int, leaks: int, others: list[tuple[int, int, int]]
) -> None:
    """The first millisecond at which the figure is over the limit is the one in which the container is killed."""
    lab = Lab()
    curves: list[Body] = [{"type": "Leak", "leak": {"perSecond": f"{leaks}Mi"}}]
    for begin, by, length in others:
        curves.append({"type": "Step", "fromSeconds": begin, "step": {"by": f"{by}Mi", "durationSeconds": length}})
    behave(lab, memory={"idle": f"{idle}Mi", "curves": curves})
    lab.pod(resources=limits("100Mi"), restartPolicy="Never")
    lab.run(200)
    terminated = [int(line.split()[0]) for line in lab.story() if "web" in line and "OOMKilled" in line]
    started = 788  # the instant of the start in milliseconds, as the story of the loop above has it
    over = next(
        at
        for at in range(200_000)
        if idle
        + leaks * at / 1000
        + sum(by for begin, by, length in others if begin * 1000 <= at < (begin + length) * 1000)
        > 100
    )
    # A kill before the start has been told is told with it.
    told = {over + 60} if over > 61 else {60} if over < 59 else {60, over + 60}
    assert terminated and any(abs(terminated[0] - (started + at)) <= 1 for at in told)
