"""A manager that only books rounds that come to something does what one does that looks every ten seconds."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.kubelet.sync import Kubelets
from simulator.engine.registry import KINDS, Body
from simulator.engine.world import World
from tests.engine.kubelet.eviction.rig import Pressed

CURVES = st.lists(
    st.one_of(
        st.builds(
            lambda per, since: {"type": "Leak", "fromSeconds": since, "leak": {"perSecond": f"{per}Mi"}},
            st.integers(1, 40),
            st.integers(0, 90),
        ),
        st.builds(
            lambda by, since, lasts: {
                "type": "Step",
                "fromSeconds": since,
                "step": {"by": f"{by}Mi", "durationSeconds": lasts},
            },
            st.integers(100, 3000),
            st.integers(0, 200),
            st.integers(1, 120),
        ),
        st.builds(
            lambda by, since, lasts: {
                "type": "Ramp",
                "fromSeconds": since,
                "ramp": {"by": f"{by}Mi", "durationSeconds": lasts},
            },
            st.integers(100, 2000),
            st.integers(0, 200),
            st.integers(1, 120),
        ),
        st.builds(
            lambda by, period: {"type": "Sine", "sine": {"amplitude": f"{by}Mi", "periodSeconds": period}},
            st.integers(100, 2500),
            st.integers(20, 300),
        ),
    ),
    max_size=2,
)
PODS = st.lists(
    st.fixed_dictionaries(
        {
            "idle": st.integers(10, 900),
            "curves": CURVES,
            "disk": st.integers(0, 30),
            "request": st.sampled_from([None, "100Mi", "600Mi"]),
            "limit": st.sampled_from([None, None, "8Gi"]),
            "priority": st.sampled_from(["", "high", "low"]),
            "static": st.booleans(),
        }
    ),
    min_size=1,
    max_size=4,
)
CONFIGURATIONS = st.fixed_dictionaries(
    {},
    optional={
        "evictionHard": st.sampled_from([{"memory.available": "500Mi"}, {"nodefs.available": "70%"}, {}]),
        "soft": st.sampled_from([("1Gi", "45s"), ("2Gi", "15s"), ("40%", "1m30s")]),
        "evictionMinimumReclaim": st.sampled_from([{"memory.available": "300Mi"}, {"memory.available": "10%"}]),
        "evictionPressureTransitionPeriod": st.sampled_from(["20s", "1m", "95s"]),
        "evictionMaxPodGracePeriod": st.sampled_from([0, 7, 60]),
    },
)


def build(pods: list[dict[str, Any]], configuration: Body, *, always: bool, seed: int) -> Pressed:
    lab = Pressed(seed, always=always)
    soft = configuration.get("soft")
    fields = {key: one for key, one in configuration.items() if key != "soft"}
    if soft:
        fields |= {
            "evictionSoft": {"memory.available": soft[0]},
            "evictionSoftGracePeriod": {"memory.available": soft[1]},
        }
    lab.configure(**fields)
    for number, one in enumerate(pods):
        metadata = {"annotations": {"kubernetes.io/config.mirror": f"m{number}"}} if one["static"] and number else {}
        lab.use(
            f"p{number}",
            memory={"idle": f"{one['idle']}Mi", "curves": one["curves"]},
            disk={"idle": f"{one['disk']}Gi"},
            requests={"memory": one["request"]} if one["request"] else None,
            limits={"ephemeral-storage": one["limit"]} if one["limit"] else None,
            metadata=metadata,
            **({"priorityClassName": one["priority"]} if one["priority"] else {}),
        )
    return lab


def seen(lab: Pressed) -> list[str]:
    """Everything that was written, with its instants and words."""
    return json.loads(
        json.dumps([lab.story(), [lab.world.list(kind.resource) for kind in KINDS]], sort_keys=True, default=str)
    )


@settings(max_examples=60, deadline=None)
@given(pods=PODS, configuration=CONFIGURATIONS, percent=st.sampled_from([0, 50, 87, 100]), seed=st.integers(1, 50))
def test_both_come_to_the_same(pods: list[dict[str, Any]], configuration: Body, percent: int, seed: int) -> None:
    labs = [build(pods, configuration, always=always, seed=seed) for always in (False, True)]
    for lab in labs:
        lab.run(30)
        if percent:
            lab.fill(percent, seconds=40, lasts=150)
        lab.run(900)
    few, all_of_them = map(seen, labs)
    assert few == all_of_them


@settings(max_examples=30, deadline=None)
@given(pods=PODS, configuration=CONFIGURATIONS)
def test_nobody_evicts_a_critical_pod(pods: list[dict[str, Any]], configuration: Body) -> None:
    lab = build(pods, configuration, always=False, seed=1)
    lab.run(600)
    spared = {f"p{number}" for number, one in enumerate(pods) if one["static"] and number}
    assert not spared & set(lab.evicted())


def test_a_day_without_pressure_costs_no_round() -> None:
    lab = Pressed()
    lab.use(
        "calm",
        memory={"idle": "200Mi", "curves": [{"type": "Sine", "sine": {"amplitude": "1Gi", "periodSeconds": 600}}]},
    )
    lab.run(30)
    assert lab.world.clock.booked("kubelet", "eviction:n1") is None
    assert lab.world.clock.next_due() is None


@settings(max_examples=25, deadline=None)
@given(pods=PODS, configuration=CONFIGURATIONS, after=st.integers(1, 400_000))
def test_a_world_that_is_built_again_goes_on_in_the_same_way(
    pods: list[dict[str, Any]], configuration: Body, after: int
) -> None:
    lab = build(pods, configuration, always=False, seed=1)
    lab.run(after / 1000)
    copy = rebuilt(lab.world)
    for world in (lab.world, copy):
        world.clock.run_until(world.now + 500 * SECOND)
    assert everything(lab.world) == everything(copy)


def rebuilt(world: World) -> World:
    new = World(seed=world.seed, now=world.now, revision=world.revision)
    component = Kubelets(new)
    for kind in KINDS:
        for body in world.list(kind.resource):
            new.load(kind.resource, json.loads(json.dumps(body)))
    new.revision = world.revision
    for memory in world.memories():
        if memory.component == "kubelet":
            new.remember(memory._replace(note=json.loads(json.dumps(memory.note))))
    component.start()
    return new


def everything(world: World) -> str:
    objects = {kind.resource: world.list(kind.resource) for kind in KINDS}
    memories = [memory[:3] for memory in world.memories() if memory.component == "kubelet"]
    return json.dumps([objects, memories], sort_keys=True, default=str)
