"""What must hold of every history: a rebuilt world goes on as the old one would have, and figures only grow."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError
from simulator.engine.journal import Change
from simulator.engine.kubelet.sync import Kubelets
from simulator.engine.objects import is_condition_true, name_of
from simulator.engine.pods import is_sidecar
from simulator.engine.registry import KINDS, Body
from simulator.engine.world import World
from tests.engine.kubelet.lab import USER, Lab

IMAGES = ("nginx:1.27", "redis:7", "x.invalid/app", "Bad Name", "busybox:1.36")
COMMANDS = ([], ["sleep", "7"], ["sh", "-c", "sleep 3; exit 2"], ["true"], ["sleep", "infinity"], ["slep"])
SIDECAR = {"name": "side", "image": "busybox:1.36", "command": ["sleep", "99"], "restartPolicy": "Always"}
FIELDS: tuple[dict[str, Any], ...] = (
    {},
    {"lifecycle": {"postStart": {"exec": {"command": ["sh", "-c", "sleep 2; exit 1"]}}}},
    {"lifecycle": {"postStart": {"sleep": {"seconds": 4}}, "preStop": {"sleep": {"seconds": 3}}}},
    {"lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", "echo x > /tmp/x; exit 1"]}}}},
    {"activeDeadlineSeconds": 9, "terminationGracePeriodSeconds": 4},
    {"envFrom": [{"configMapRef": {"name": "late"}}]},
    {"volumes": [{"name": "v", "configMap": {"name": "late"}}]},
    {"initContainers": [SIDECAR], "terminationMessagePolicy": "FallbackToLogsOnError"},
)
CREATE = st.tuples(
    st.just("create"),
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(IMAGES),
    st.sampled_from(COMMANDS),
    st.sampled_from(["Always", "OnFailure", "Never"]),
    st.booleans(),
    st.sampled_from(FIELDS),
)
LATE = st.just(("late",))
DELETE = st.tuples(st.just("delete"), st.sampled_from(["a", "b", "c", "d"]), st.sampled_from([None, 0, 3]))
STEPS = st.lists(st.tuples(st.integers(0, 40_000), st.one_of(CREATE, CREATE, DELETE, LATE)), min_size=1, max_size=8)


def act(lab: Lab, step: tuple[Any, ...]) -> None:
    if step[0] == "delete":
        lab.delete(step[1], grace=step[2])
        return
    if step[0] == "late":
        if lab.world.get("configmaps", "default", "late") is None:
            meta = {"name": "late", "namespace": "default"}
            lab.world.create("configmaps", {"metadata": meta, "data": {"a": "1"}}, USER)
        return
    _, name, image, command, policy, init, more = step
    fields: dict[str, Any] = {"restartPolicy": policy, **more}
    if command:
        fields["command"] = command
    if init:
        first = {"name": "init", "image": "busybox:1.36", "command": ["sleep", "2"]}
        fields["initContainers"] = [*fields.get("initContainers", ()), first]
    try:
        lab.pod(name, image, **fields)
    except StatusError:
        return  # a pod of that name is still there


def rebuilt(world: World) -> World:
    """A world made anew from what the old one would have written down, through JSON as the database does it."""
    new = World(seed=world.seed, now=world.now, revision=world.revision)
    component = Kubelets(new)
    for kind in KINDS:
        for body in world.list(kind.resource):
            new.load(kind.resource, json.loads(json.dumps(body)))
    new.revision = world.revision
    for memory in world.memories():
        new.remember(memory._replace(note=json.loads(json.dumps(memory.note))))
    component.start()
    return new


def everything(world: World) -> str:
    objects = {kind.resource: world.list(kind.resource) for kind in KINDS}
    return json.dumps([objects, [memory[:3] for memory in world.memories()]], sort_keys=True, default=str)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS, after=st.integers(0, 90_000))
def test_a_world_that_is_built_again_goes_on_in_the_same_way(steps: list[Any], after: int) -> None:
    lab = Lab()
    for pause, step in steps:
        act(lab, step)
        lab.run(pause / 1000)
    lab.run(after / 1000)
    copy = rebuilt(lab.world)
    for world in (lab.world, copy):
        world.clock.run_until(world.now + 400 * SECOND)
    assert everything(lab.world) == everything(copy)


class Watcher:
    """Looks at each change of a pod as it comes."""

    def __init__(self, lab: Lab) -> None:
        self.seen: dict[tuple[str, str], int] = {}
        self.last = 0
        lab.world.watch("pods", self)

    def __call__(self, change: Change) -> None:
        assert change.at >= self.last
        self.last = change.at
        status = change.body.get("status") or {}
        statuses = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
        for one in statuses:
            place = (change.body["metadata"]["uid"], one["name"])
            assert one["restartCount"] >= self.seen.get(place, 0)
            self.seen[place] = one["restartCount"]
            assert len(one["state"]) == 1
            _check_times(one)
        if is_condition_true(change.body, "Ready"):
            sidecars = {one["name"] for one in change.body["spec"].get("initContainers") or () if is_sidecar(one)}
            assert all(one["ready"] and "running" in one["state"] for one in status["containerStatuses"])
            assert all(one["ready"] for one in statuses if one["name"] in sidecars)
            assert status["phase"] == "Running"
        began = ((change.before or {}).get("status") or {}).get("startTime")
        assert began is None or status["startTime"] == began
        old = {one["type"]: one for one in ((change.before or {}).get("status") or {}).get("conditions") or ()}
        for one in status.get("conditions") or ():
            held = old.get(one["type"], one)
            assert held["lastTransitionTime"] <= one["lastTransitionTime"]
        policy = change.body["spec"]["restartPolicy"]
        for one in ((change.before or {}).get("status") or {}).get("containerStatuses") or ():
            ended = one["state"].get("terminated")
            if ended and (policy == "Never" or (policy == "OnFailure" and not ended["exitCode"])):
                assert [now["state"] for now in status["containerStatuses"] if now["name"] == one["name"]] == [
                    one["state"]
                ]
        before = ((change.before or {}).get("status") or {}).get("phase")
        assert before not in ("Succeeded", "Failed") or status["phase"] == before


def _check_times(status: Body) -> None:
    """A container ends after it has begun, and begins again after it has ended; what never began did so in 1970."""
    runs = [status["lastState"].get("terminated"), status["state"].get("terminated") or status["state"].get("running")]
    instants = [run[key] for run in runs if run for key in ("startedAt", "finishedAt") if run.get(key)]
    instants = [one for one in instants if not one.startswith("1970")]
    assert instants == sorted(instants)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_restart_counts_never_fall_and_ready_means_ready(steps: list[Any]) -> None:
    lab = Lab()
    Watcher(lab)
    for pause, step in steps:
        act(lab, step)
        lab.run(pause / 1000)
    lab.run(300)


@settings(max_examples=20, deadline=None)
@given(steps=STEPS)
def test_nothing_is_left_of_pods_that_are_gone(steps: list[Any]) -> None:
    lab = Lab()
    for pause, step in steps:
        act(lab, step)
        lab.run(pause / 1000)
    for pod in lab.world.list("pods"):
        lab.delete(name_of(pod))
    lab.run(60)
    assert lab.world.list("pods") == []
    assert [one.key for one in lab.world.memories() if "/" in one.key or one.key.startswith("pull:")] == []


def test_a_pod_costs_nothing_while_it_runs() -> None:
    lab = Lab()
    lab.pod()
    lab.run(30)
    assert lab.world.clock.next_due() is None
