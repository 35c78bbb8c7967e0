"""Lives of pods whose probes are worked out ahead, held against the same with each probe looked at in its time."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.objects import is_condition_true
from simulator.engine.registry import Body
from simulator.engine.workloads.probe import answers as answers_of
from tests.engine.kubelet.lab import USER, Lab
from tests.engine.kubelet.test_properties import everything, rebuilt

HANDLERS: tuple[Body, ...] = (
    {"httpGet": {"path": "/", "port": 80}},
    {"httpGet": {"path": "/other", "port": "http"}},
    {"tcpSocket": {"port": 81}},
    {"grpc": {"port": 80}},
    {"exec": {"command": ["cat", "/tmp/healthy"]}},
    {"exec": {"command": ["no-such-program"]}},
)
FIGURES = st.fixed_dictionaries(
    {"periodSeconds": st.integers(1, 7), "failureThreshold": st.integers(1, 4)},
    optional={"initialDelaySeconds": st.integers(0, 12), "timeoutSeconds": st.integers(1, 9)},
)
PROBES = st.builds(lambda handler, figures: {**handler, **figures}, st.sampled_from(HANDLERS), FIGURES)
READINESS = st.builds(lambda probe, number: {**probe, "successThreshold": number}, PROBES, st.integers(1, 3))
PROGRAMS: tuple[Body, ...] = (
    {"image": "nginx:1.27", "ports": [{"name": "http", "containerPort": 80}]},
    {
        "image": "busybox:1.36",
        "command": ["sh", "-c", "sleep 4; touch /tmp/healthy; sleep 17; rm /tmp/healthy; sleep 60"],
    },
    {
        "image": "busybox:1.36",
        "command": ["sh", "-c", "while true; do touch /tmp/healthy; sleep 9; rm /tmp/healthy; sleep 5; done"],
    },
    {"image": "busybox:1.36", "command": ["sh", "-c", "touch /tmp/healthy; sleep 25; exit 3"]},
)
ANSWERS = st.lists(
    st.fixed_dictionaries(
        {"status": st.sampled_from([200, 302, 500, 0]), "fromSeconds": st.integers(0, 40)},
        optional={"path": st.sampled_from(["/", "/o*"]), "latencyMilliseconds": st.sampled_from([5, 900, 3100])},
    ),
    max_size=3,
)
PODS = st.fixed_dictionaries(
    {"program": st.sampled_from(PROGRAMS), "policy": st.sampled_from(["Always", "OnFailure", "Never"])},
    optional={"livenessProbe": PROBES, "readinessProbe": READINESS, "startupProbe": PROBES},
)


def begun(pod: dict[str, Any], lab: Lab | None = None) -> Lab:
    lab = lab or Lab()
    fields = {**pod["program"], **{key: one for key, one in pod.items() if key.endswith("Probe")}}
    lab.pod(restartPolicy=pod["policy"], terminationGracePeriodSeconds=6, **fields)
    return lab


def behave(lab: Lab, answers: list[Body]) -> None:
    body = {"metadata": {"name": "b", "namespace": "default"}, "spec": {"probes": answers}}
    lab.world.create("behaviors.sim.k8sviz.io", body, USER)


def lived(pod: dict[str, Any], answers: list[Body], late: int, end: int) -> tuple[list[str], Lab]:
    lab = Lab()
    lab.run(20)
    seen: list[str] = []
    for resource in ("pods", "events"):
        lab.world.watch(resource, lambda change: seen.append(f"{change.at} {change.operation} {change.body}"))
    begun(pod, lab)
    lab.run(late)
    behave(lab, answers)
    lab.run(end)
    if lab.world.get("pods", "default", "web") is not None:
        lab.delete()
    lab.run(40)
    return seen, lab


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pod=PODS, answers=ANSWERS, late=st.integers(0, 30), end=st.integers(1, 150))
def test_lives_are_the_same(
    monkeypatch: pytest.MonkeyPatch, pod: dict[str, Any], answers: list[Body], late: int, end: int
) -> None:
    expected, _ = lived(pod, answers, late, end)
    with monkeypatch.context() as patched:
        known = answers_of.of
        patched.setattr(answers_of, "of", lambda *given: known(*given)._replace(is_momentary=True))
        found, _ = lived(pod, answers, late, end)
    assert found == expected


@settings(max_examples=40, deadline=None)
@given(pod=PODS, answers=ANSWERS, late=st.integers(0, 30_000), after=st.integers(0, 60_000))
def test_a_world_that_is_built_again_probes_on(pod: dict[str, Any], answers: list[Body], late: int, after: int) -> None:
    lab = begun(pod)
    lab.run(late / 1000)
    behave(lab, answers)
    lab.run(after / 1000)
    copy = rebuilt(lab.world)
    for world in (lab.world, copy):
        world.clock.run_until(world.now + 200 * SECOND)
    assert everything(lab.world) == everything(copy)


@settings(max_examples=40, deadline=None)
@given(pod=PODS, answers=ANSWERS, late=st.integers(0, 30))
def test_a_ready_pod_has_all_its_containers_ready_and_restarts_only_grow(
    pod: dict[str, Any], answers: list[Body], late: int
) -> None:
    lab, counts = Lab(), [0]

    def look(change: Any) -> None:
        status = change.body.get("status") or {}
        for one in status.get("containerStatuses") or ():
            assert one["restartCount"] >= counts[-1]
            counts.append(one["restartCount"])
            assert one["started"] or not one["ready"]
            assert "running" in one["state"] or not one["ready"]
        if is_condition_true(change.body, "Ready"):
            assert all(one["ready"] for one in status["containerStatuses"])

    lab.world.watch("pods", look)
    begun(pod, lab)
    lab.run(late)
    behave(lab, answers)
    lab.run(120)
