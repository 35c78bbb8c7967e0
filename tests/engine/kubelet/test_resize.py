"""Resizes in place: what the node can give, when it holds, which containers start again, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.kubelet import cgroups, resize
from simulator.engine.objects import condition
from simulator.engine.registry import Body
from tests.engine.kubelet.lab import USER, Lab

FIRST = {"requests": {"cpu": "500m", "memory": "256Mi"}, "limits": {"cpu": "1", "memory": "512Mi"}}


def ask(lab: Lab, name: str = "web", **resources: Body) -> None:
    """Resizes the container main."""
    pod = lab.get(name)
    (container,) = pod["spec"]["containers"]
    held = {key: {**container["resources"].get(key, {}), **resources.get(key, {})} for key in ("requests", "limits")}
    body = {**pod, "spec": {**pod["spec"], "containers": [{**container, "resources": held}]}}
    lab.world.update("pods", body, USER, subresource="resize", checked=True)


def lab_with(resources: Body = FIRST, **fields: Any) -> Lab:
    lab = Lab()
    lab.pod(resources=resources, **fields)
    lab.run(5)
    lab.story()
    return lab


def resizing(lab: Lab, kind: str, name: str = "web") -> tuple[str, str] | None:
    found = condition(lab.get(name), kind)
    return None if found is None else (found.get("reason", ""), found.get("message", ""))


def test_it_works() -> None:
    lab = lab_with()
    ask(lab, requests={"cpu": "800m"}, limits={"cpu": "1500m"})
    lab.run(0.1)
    assert resizing(lab, "PodResizeInProgress") == ("", "")
    assert lab.main()["allocatedResources"] == {"cpu": "800m", "memory": "256Mi"}
    lab.run(2)
    assert resizing(lab, "PodResizeInProgress") is None is resizing(lab, "PodResizePending")
    main = lab.main()
    assert main["resources"]["limits"] == {"cpu": "1500m", "memory": "512Mi"}
    assert (main["restartCount"], list(main["state"])) == (0, ["running"])
    assert [line.partition(" ")[2] for line in lab.story()] == [
        "ResizeStarted x1",
        "web Running main=running",
        "ResizeCompleted x1",
        "web Running main=running",
    ]
    said = '{"containers":[{"name":"main","resources":{"limits":{"cpu":"1500m","memory":"512Mi"},'
    said += '"requests":{"cpu":"800m","memory":"256Mi"}}}],"generation":2}'
    assert lab.said("ResizeStarted") == [f"Pod resize started: {said}"]
    assert lab.said("ResizeCompleted") == [f"Pod resize completed: {said}"]
    assert lab.get()["status"]["observedGeneration"] == 2
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    tree = {(one.kind, *one.about): one for _, one in cgroups.tree(lab.world, node, lab.world.now).walk()}
    assert tree["container", "default", "web", "main"].settings["cpu.max"] == "150000 100000"


CANNOT = {
    # name: (requests, reason, message); 2 CPUs, of which another pod has 1, and 4 GiB less 100 MiB
    "more than there is of CPU": (
        {"cpu": "3"},
        "Infeasible",
        "Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000",
    ),
    "more than there is of memory": (
        {"memory": "5Gi"},
        "Infeasible",
        "Node didn't have enough capacity: memory, requested: 5368709120, capacity: 4294967296",
    ),
    "more than is left": (
        {"cpu": "1500m"},
        "Deferred",
        "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
    ),
}


@pytest.mark.parametrize(("requests", "reason", "message"), CANNOT.values(), ids=CANNOT.keys())
def test_what_cannot_be_given(requests: Body, reason: str, message: str) -> None:
    lab = lab_with({"requests": {"cpu": "500m", "memory": "256Mi"}})
    lab.pod("other", resources={"requests": {"cpu": "1"}})
    lab.run(5)
    ask(lab, requests=requests)
    lab.run(5)
    assert resizing(lab, "PodResizePending") == (reason, message)
    assert resizing(lab, "PodResizeInProgress") is None
    assert lab.main()["allocatedResources"] == {"cpu": "500m", "memory": "256Mi"}
    (said,) = lab.said(f"Resize{reason}")
    assert said.startswith(f'Pod resize {reason}: {{"containers":[{{"name":"main","resources":')
    assert said.endswith(f'"generation":2,"error":"{message}"}}')
    ask(lab, requests={"cpu": "500m", "memory": "256Mi"})
    lab.run(5)
    assert resizing(lab, "PodResizePending") is None


def test_a_resize_that_waits_is_done_when_there_is_room() -> None:
    lab = lab_with({"requests": {"cpu": "500m"}})
    lab.pod("other", resources={"requests": {"cpu": "1"}})
    lab.run(5)
    ask(lab, requests={"cpu": "1500m"})
    lab.run(5)
    lab.delete("other", grace=0)
    lab.run(5)
    assert resizing(lab, "PodResizePending") is None
    assert lab.main()["allocatedResources"] == {"cpu": "1500m"}
    lab.pod("next", resources={"requests": {"cpu": "600m"}})
    lab.run(5)
    assert lab.get("next")["status"]["reason"] == "OutOfcpu"


def test_less_makes_room_for_others() -> None:
    lab = lab_with({"requests": {"cpu": "1500m"}})
    ask(lab, requests={"cpu": "500m"})
    lab.run(5)
    lab.pod("next", resources={"requests": {"cpu": "1500m"}})
    lab.run(5)
    assert lab.get("next")["status"]["phase"] == "Running"


@pytest.mark.parametrize(
    ("resource", "restarts"), [("memory", 1), ("cpu", 0)], ids=["its policy says so", "the other resource's does not"]
)
def test_a_container_may_have_to_start_again(resource: str, restarts: int) -> None:
    policy = [
        {"resourceName": "cpu", "restartPolicy": "NotRequired"},
        {"resourceName": "memory", "restartPolicy": "RestartContainer"},
    ]
    lab = lab_with(resizePolicy=policy, restartPolicy="OnFailure")
    ask(lab, limits={resource: {"memory": "600Mi", "cpu": "1200m"}[resource]})
    lab.run(10)
    assert lab.main()["restartCount"] == restarts
    assert lab.main()["resources"]["limits"][resource] in ("600Mi", "1200m")
    assert lab.said("Killing") == ["Container main resize requires restart"] * restarts
    assert len(lab.said("ResizeCompleted")) == 1
    assert resizing(lab, "PodResizeInProgress") is None


def test_memory_that_is_in_use_is_not_taken_away() -> None:
    lab = Lab()
    memory = {"idle": "100Mi", "curves": [{"type": "Step", "step": {"by": "300Mi", "durationSeconds": 60}}]}
    behavior = {"metadata": {"name": "b", "namespace": "default"}, "spec": {"memory": memory}}
    lab.world.create("behaviors.sim.k8sviz.io", behavior, USER)
    lab.pod(resources=FIRST)
    lab.run(5)
    ask(lab, limits={"memory": "300Mi"})
    lab.run(20)
    why = "attempting to set container main memory limit (314572800) below current usage (419430400)"
    assert resizing(lab, "PodResizeInProgress") == ("Error", f"cannot decrease memory limits: {why}")
    assert lab.main()["resources"]["limits"]["memory"] == "512Mi"
    assert len(lab.said("ResizeError")) == 1
    lab.run(60)
    assert resizing(lab, "PodResizeInProgress") is None
    assert lab.main()["resources"]["limits"]["memory"] == "300Mi"
    assert lab.main()["restartCount"] == 0


def test_a_higher_limit_saves_from_the_kill_and_a_lower_one_brings_it() -> None:
    lab = Lab()
    memory = {"idle": "100Mi", "curves": [{"type": "Leak", "leak": {"perSecond": "10Mi"}}]}
    behavior = {"metadata": {"name": "b", "namespace": "default"}, "spec": {"memory": memory}}
    lab.world.create("behaviors.sim.k8sviz.io", behavior, USER)
    lab.pod(resources={"limits": {"memory": "200Mi"}, "requests": {"memory": "50Mi"}})
    lab.run(5)
    ask(lab, limits={"memory": "400Mi"})
    lab.run(20)
    assert lab.main()["restartCount"] == 0
    lab.run(10)
    assert lab.main()["lastState"]["terminated"]["reason"] == "OOMKilled"


GIVEN = {
    # name: what is asked for instead of 500m and 256Mi; after TestHandlePodResourcesResize
    "less of both": {"cpu": "250m", "memory": "128Mi"},
    "more CPU, less memory": {"cpu": "700m", "memory": "128Mi"},
    "less CPU, more memory": {"cpu": "250m", "memory": "400Mi"},
    "next to no CPU": {"cpu": "1m", "memory": "256Mi"},
}


@pytest.mark.parametrize("requests", GIVEN.values(), ids=GIVEN.keys())
def test_what_is_given(requests: Body) -> None:
    lab = lab_with()
    ask(lab, requests=requests)
    lab.run(0.1)
    assert (resizing(lab, "PodResizeInProgress"), resizing(lab, "PodResizePending")) == (("", ""), None)
    assert lab.main()["allocatedResources"] == requests
    lab.run(3)
    assert resizing(lab, "PodResizeInProgress") is None
    assert lab.main()["resources"]["requests"] == requests
    assert lab.main()["restartCount"] == 0


def test_nothing_is_said_of_a_resize_to_the_same() -> None:
    lab = lab_with()
    ask(lab, requests={"cpu": "0.5"})
    lab.run(3)
    assert lab.said("ResizeStarted") == []
    assert resizing(lab, "PodResizeInProgress") is None is resizing(lab, "PodResizePending")


def test_in_which_order_those_that_wait_are_looked_at_again() -> None:
    lab = Lab()
    lab.world.create("priorityclasses.scheduling.k8s.io", {"metadata": {"name": "high"}, "value": 1000}, USER)
    asked = {"more": "900m", "important": "800m", "firm": "700m", "less": "300m"}
    for name in asked:
        limits = {"limits": {"cpu": "400m", "memory": "64Mi"}} if name == "firm" else {}
        lab.pod(
            name,
            resources={"requests": {"cpu": "400m", "memory": "64Mi"}, **limits},
            **({"priorityClassName": "high"} if name == "important" else {}),
        )
    lab.run(5)
    node = lab.world.get("nodes", "", "n1")
    assert node is not None
    status = {**node["status"], "allocatable": {**node["status"]["allocatable"], "cpu": "1"}}
    lab.world.update_status("nodes", {**node, "status": status}, USER)
    for name, cpu in asked.items():
        ask(lab, name, requests={"cpu": cpu}, limits={"cpu": cpu} if name == "firm" else {})
        lab.run(1)
        assert (resizing(lab, "PodResizePending", name) or ("",))[0] == "Deferred"
    waiting = [pod["metadata"]["name"] for pod in resize.waiting(lab.world, "n1")]
    assert waiting == ["less", "important", "firm", "more"]
