"""Memory, resizes and Behaviors in any order: a rebuilt world goes on the same way, and the accounts stay true."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine import pods
from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError
from simulator.engine.kubelet import cgroups, signals
from simulator.engine.kubelet.allocation import as_allocated
from simulator.engine.objects import key_of, status_of, text_of
from simulator.engine.registry import Body
from tests.engine.kubelet.lab import USER, Lab
from tests.engine.kubelet.test_properties import everything, rebuilt

NAMES = st.sampled_from(["a", "b", "c"])
AMOUNTS = st.sampled_from(["64Mi", "200Mi", "1Gi", "3Gi"])
LEAKS = st.integers(1, 200).map(lambda n: [{"type": "Leak", "leak": {"perSecond": f"{n}Mi"}}])
SINES = st.integers(1, 60).map(lambda n: [{"type": "Sine", "sine": {"amplitude": "200Mi", "periodSeconds": n}}])
STEPS = st.lists(
    st.tuples(
        st.integers(0, 30_000),
        st.one_of(
            st.tuples(st.just("create"), NAMES, AMOUNTS, st.sampled_from([None, "300m", "1"])),
            st.tuples(st.just("behave"), NAMES, AMOUNTS, st.one_of(st.just([]), LEAKS, SINES)),
            st.tuples(st.just("resize"), NAMES, AMOUNTS, st.sampled_from(["100m", "600m", "1900m"])),
            st.tuples(st.just("delete"), NAMES, AMOUNTS, st.sampled_from([None, 0])),
        ),
    ),
    min_size=1,
    max_size=8,
)


def act(lab: Lab, step: tuple[Any, ...]) -> None:
    what, name, amount, more = step
    try:
        _act(lab, what, name, amount, more)
    except StatusError:
        return  # it is there already, or not there, or would be another QoS class


def _act(lab: Lab, what: str, name: str, amount: str, more: Any) -> None:
    if what == "create":
        resources: Body = {"limits": {"memory": amount}, "requests": {"memory": "64Mi", "cpu": more or "50m"}}
        lab.pod(name, containers=[{"name": name, "image": "nginx:1.27", "resources": resources if more else {}}])
    elif what == "behave":
        lab.world.delete("behaviors.sim.k8sviz.io", "default", name, USER)
        spec = {"container": name, "memory": {"idle": amount, "curves": more}}
        lab.world.create(
            "behaviors.sim.k8sviz.io", {"metadata": {"name": name, "namespace": "default"}, "spec": spec}, USER
        )
    elif what == "delete":
        lab.world.delete("pods", "default", name, USER, grace=more)
    elif lab.world.get("pods", "default", name):
        pod = lab.get(name)
        (container,) = pod["spec"]["containers"]
        resources = {"limits": {"memory": amount}, "requests": {"memory": "64Mi", "cpu": more}}
        body = {**pod, "spec": {**pod["spec"], "containers": [{**container, "resources": resources}]}}
        lab.world.update("pods", body, USER, subresource="resize", checked=True)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, after=st.integers(0, 60_000))
def test_a_world_that_is_built_again_goes_on_in_the_same_way(steps: list[Any], after: int) -> None:
    lab = Lab()
    for pause, step in steps:
        act(lab, step)
        lab.run(pause / 1000)
    lab.run(after / 1000)
    copy = rebuilt(lab.world)
    for world in (lab.world, copy):
        world.clock.run_until(world.now + 300 * SECOND)
    assert everything(lab.world) == everything(copy)


def _is_told(lab: Lab, node: str) -> bool:
    """Whether the statuses of a node's pods say what its kubelet knows of their containers."""
    for pod in lab.world.indexed("pods", "node", node):
        note = lab.world.note("kubelet", text_of(key_of(pod)))
        boxes = note["boxes"].values() if note is not None else ()
        told = (one["state"] for one in status_of(pod).get("containerStatuses") or ())
        if sum(box["state"] == "running" for box in boxes) != sum("running" in state for state in told):
            return False
    return True


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_the_memory_that_a_node_lacks_is_what_its_cgroups_hold(steps: list[Any]) -> None:
    """Without curves: the cgroups are seen through statuses, which know of starts only by whole seconds."""
    lab = Lab()
    for pause, (what, name, amount, more) in steps:
        act(lab, (what, name, amount, [] if what == "behave" else more))
        lab.run(pause / 1000)
        if not _is_told(lab, "n1"):
            continue
        node = lab.world.get("nodes", "", "n1")
        assert node is not None
        reading = signals.read(lab.world, lab.kubelets.loads, node, signals.MEMORY)
        held = cgroups.tree(lab.world, node, lab.world.now).memory
        capacity = pods.figure("memory", node["status"]["capacity"]["memory"])
        assert abs(capacity - held - reading.available(lab.world.now)) <= len(lab.world.list("pods"))


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_no_memory_is_held_beyond_a_limit_and_none_is_given_away_twice(steps: list[Any]) -> None:
    lab = Lab()
    for pause, step in steps:
        act(lab, step)
        lab.run(pause / 1000)
        node = lab.world.get("nodes", "", "n1")
        assert node is not None
        root = cgroups.tree(lab.world, node, lab.world.now)
        assert root.memory == sum(one.memory for _, one in root.walk() if not one.children)
        given_away = {"cpu": 0, "memory": 0}
        for pod in lab.world.indexed("pods", "node", "n1"):
            note = lab.world.note("kubelet", text_of(key_of(pod)))
            if note is None or note["step"] == "killed":
                continue
            for name, figure in pods.requests(as_allocated(pod, note)["spec"]).items():
                given_away[name] += figure
            load = lab.kubelets.loads.on("n1").get(text_of(key_of(pod)))
            for name, course in (load.running if load else {}).items():
                limit = (note["boxes"][name].get("resources") or (note["allocated"] or {}).get(name) or {}).get(
                    "limits"
                )
                if limit:
                    assert course.memory.at(lab.world.now) <= pods.figure("memory", limit["memory"])
        account = lab.kubelets._ledger.of("n1").requests
        assert {name: account.get(name, 0) for name in given_away} == given_away
        assert given_away["cpu"] <= 2000
