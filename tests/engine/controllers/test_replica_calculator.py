"""How many replicas a metric asks for, in upstream's own cases (replica_calculator_test.go, utilization_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler import replica_calculator as calculator
from simulator.engine.controllers.podautoscaler import utilization
from simulator.engine.controllers.podautoscaler.readings import MetricsError, Reading
from simulator.engine.controllers.podautoscaler.replica_calculator import Rules, Tolerances
from simulator.engine.objects import timestamp

NOW = 1_700_000_000 * SECOND
RULES = Rules(120 * SECOND, 10 * SECOND)
TOLERANCES = Tolerances()
COOL, HOT = 180 * SECOND, 10 * SECOND
"""For how long a pod has run: longer than its CPU takes to settle down, or not."""
F, T = "False", "True"


def pod(
    number: int,
    requests: tuple[str, ...] = (),
    ready: str = T,
    phase: str = "Running",
    age: int = COOL,
    gone: bool = False,
) -> dict[str, Any]:
    containers = [{"name": f"c{one}", "resources": {"requests": {"cpu": cpu}}} for one, cpu in enumerate(requests)]
    started = NOW - age
    # Upstream's fakes turn ready, or not, as they start.
    condition = {"type": "Ready", "status": ready, "lastTransitionTime": timestamp(started)}
    meta: dict[str, Any] = {"name": f"pod-{number}", "labels": {}}
    if gone:
        meta["deletionTimestamp"] = timestamp(NOW)
    status = {"phase": phase, "startTime": timestamp(started), "conditions": [condition]}
    return {"metadata": meta, "spec": {"containers": containers}, "status": status}


def reading(value: int, at: int = NOW, window: int = 60 * SECOND) -> Reading:
    return Reading(value, at, window, value, value)


def by_share(current, target, requests, levels, **more):
    """Upstream's pods have two containers that use and request the same."""
    count = len(requests)
    options = [{key: values[one] for key, values in more.items()} for one in range(count)]
    pods = [pod(one, (requests[one],) * 2, **options[one]) for one in range(count)]
    readings = {f"pod-{one}": reading(2 * level) for one, level in enumerate(levels) if level is not None}
    groups = calculator.group_pods(pods, readings, "cpu", NOW, RULES)
    metrics = {name: one.value for name, one in calculator.measured(pods, groups, readings).items()}
    asked = calculator.requests_of(pods, "", "cpu")
    found = calculator.of_resource(current, target, pods, groups, metrics, asked, TOLERANCES)
    return found.replicas, found.percent, found.average


_TWO_RUN = ("Running", "Running")


@pytest.mark.parametrize(
    ("current", "target", "requests", "levels", "more", "expected"),
    [
        pytest.param(3, 30, ("1",) * 3, (300, 500, 700), {}, (5, 50, 1000), id="ScaleUp"),
        pytest.param(3, 30, ("1",) * 3, (300, 500, 700), {"ready": (F, T, T)}, (4, 60, 1200), id="ScaleUpUnreadyLess"),
        pytest.param(3, 30, ("1",) * 3, (300, 500, 700), {"age": (HOT, COOL, COOL)}, (4, 60, 1200), id="ScaleUpHot"),
        pytest.param(3, 30, ("1",) * 3, (400, 500, 700), {"ready": (T, F, F)}, (3, 40, 800), id="ScaleUpUnreadyNo"),
        pytest.param(
            3, 30, ("1",) * 3, (400, 500, 700), {"ready": (T, F, F), "age": (COOL, HOT, HOT)}, (3, 40, 800), id="HotNo"
        ),
        pytest.param(
            2, 30, ("1",) * 4, (500, 700), {"ready": (T, T, F, F), "phase": (*_TWO_RUN, "Failed", "Failed")},
            (4, 60, 1200), id="ScaleUpIgnoresFailed",
        ),
        pytest.param(
            2, 30, ("1",) * 4, (500, 700), {"ready": (T, T, F, F), "gone": (False, False, True, True)}, (4, 60, 1200),
            id="ScaleUpIgnoresDeletion",
        ),
        pytest.param(5, 50, ("1",) * 5, (100, 300, 500, 250, 250), {}, (3, 28, 560), id="ScaleDown"),
        pytest.param(
            5, 50, ("1",) * 5, (100, 300, 500, 250, 250), {"ready": (T, T, T, F, F)}, (2, 30, 600),
            id="ScaleDownIncludeUnready",
        ),
        pytest.param(
            5, 50, ("1",) * 5, (100,), {"ready": (T, F, F, F, F), "phase": ("Running", *("Pending",) * 4)},
            (1, 10, 200), id="ScaleDownExcludeUnscheduled",
        ),
        pytest.param(
            5, 50, ("1",) * 5, (100, 300, 500, 250, 250), {"age": (COOL, COOL, COOL, HOT, HOT)}, (2, 30, 600),
            id="ScaleDownIgnoreHot",
        ),
        pytest.param(
            5, 50, ("1",) * 7, (100, 300, 500, 250, 250),
            {"ready": (T,) * 5 + (F,) * 2, "phase": ("Running",) * 5 + ("Failed",) * 2}, (3, 28, 560),
            id="ScaleDownIgnoresFailed",
        ),
        pytest.param(
            5, 50, ("1",) * 7, (100, 300, 500, 250, 250),
            {"ready": (T,) * 5 + (F,) * 2, "gone": (False,) * 5 + (True,) * 2}, (3, 28, 560),
            id="ScaleDownIgnoresDeletion",
        ),
        pytest.param(3, 100, ("0.9", "1", "1.1"), (1010, 1030, 1020), {}, (3, 102, 2040), id="Tolerance"),
        pytest.param(4, 100, ("1",) * 4, (4000, 9500, 3000, 7000, 3200, 2000), {}, (24, 587, 11750), id="Superfluous"),
        pytest.param(4, 100, ("1",) * 4, (400, 95), {}, (3, 24, 495), id="MissingMetrics"),
        pytest.param(2, 100, ("1",) * 2, (1000,), {}, (2, 100, 2000), id="MissingNoChangeEq"),
        pytest.param(2, 100, ("1",) * 2, (1900,), {}, (2, 190, 3800), id="MissingNoChangeGt"),
        pytest.param(2, 100, ("1",) * 2, (600,), {}, (2, 60, 1200), id="MissingNoChangeLt"),
        pytest.param(3, 50, ("1",) * 3, (100, 450), {"ready": (F, T, T)}, (3, 45, 900), id="MissingUnreadyChange"),
        pytest.param(3, 50, ("1",) * 3, (100, 450), {"age": (HOT, COOL, COOL)}, (3, 45, 900), id="MissingHotNoChange"),
        pytest.param(3, 50, ("1",) * 3, (100, 2000), {"ready": (F, T, T)}, (4, 200, 4000), id="MissingUnreadyScaleUp"),
        pytest.param(
            3, 50, ("1",) * 3, (100, 2000), {"ready": (F, T, T), "age": (HOT, COOL, COOL)}, (4, 200, 4000),
            id="MissingHotScaleUp",
        ),
        pytest.param(
            4, 50, ("1",) * 4, (100, 100, 100), {"ready": (F, T, T, T)}, (3, 10, 200), id="MissingUnreadyScaleDown"
        ),
        pytest.param(2, 50, ("1",) * 3, (100, 100), {}, (2, 10, 200), id="RollingUpdateWithMaxSurge"),
        pytest.param(
            10, 56, ("400m", "200m", "310m", "290m", "302m", "298m", "301m", "299m", "300m", "300m"), (150,) * 10, {},
            (9, 50, 300), id="ComputedTolerance",
        ),
        pytest.param(
            10, 55, ("400m", "200m", "310m", "290m", "302m", "298m", "301m", "299m", "300m", "300m"), (150,) * 10, {},
            (10, 50, 300), id="ComputedToleranceNoScale",
        ),
    ],
)  # fmt: skip
def test_by_a_share_of_the_requests(current, target, requests, levels, more, expected):
    # The metrics server may know pods that the selector does not select.
    known = levels[: len(requests)] if len(levels) <= len(requests) else levels
    assert by_share(current, target, requests, known, **more) == expected


@pytest.mark.parametrize(
    ("current", "target", "levels", "more", "expected"),
    [
        pytest.param(3, 15000, (20000, 10000, 30000), {}, (4, 20000), id="ScaleUpCM"),
        pytest.param(
            3, 15000, (50000, 10000, 30000), {"ready": (T, T, F), "age": (COOL, COOL, HOT)}, (6, 30000),
            id="ScaleUpCMUnreadyHotNoLess",
        ),
        pytest.param(
            3, 15000, (50000, 15000, 30000), {"ready": (F, T, F), "age": (HOT, COOL, HOT)}, (7, 31666),
            id="ScaleUpCMUnreadyHotWouldScaleDown",
        ),
        pytest.param(1, 4400, (8600,), {}, (2, 8600), id="ScaleUpCMExternal"),
        pytest.param(5, 20000, (12000,) * 5, {}, (3, 12000), id="ScaleDownCM"),
        pytest.param(3, 20000, (20000, 21000, 21000), {}, (3, 20666), id="ToleranceCM"),
    ],
)  # fmt: skip
def test_by_an_amount_for_each_pod(current, target, levels, more, expected):
    pods = [pod(one, **{key: values[one] for key, values in more.items()}) for one in range(len(levels))]
    readings = {f"pod-{one}": reading(level) for one, level in enumerate(levels)}
    groups = calculator.group_pods(pods, readings, "", NOW, RULES)
    metrics = {name: one.value for name, one in calculator.measured(pods, groups, readings).items()}
    found = calculator.of_average(current, target, groups, metrics, TOLERANCES)
    assert (found.replicas, found.average) == expected


@pytest.mark.parametrize(
    ("current", "target", "total", "ready", "expected"),
    [
        pytest.param(3, 15000, 20000, (T, T, T), 4, id="ScaleUpCMObject"),
        pytest.param(3, 10000, 50000, (F, T, F), 5, id="ScaleUpCMObjectIgnoresUnready"),
        pytest.param(3, 4400, 8600, (F, T, F), 2, id="ScaleUpCMExternalIgnoresUnready"),
        pytest.param(5, 20000, 12000, (T,) * 5, 3, id="ScaleDownCMObject"),
        pytest.param(5, 14334, 8600, (T,) * 5, 3, id="ScaleDownCMExternal"),
        pytest.param(3, 20000, 20666, (T,) * 3, 3, id="ToleranceCMObject"),
        pytest.param(3, 8888, 8600, (T,) * 3, 3, id="ToleranceCMExternal"),
        pytest.param(0, 10000, 30000, (), 3, id="from zero"),
        pytest.param(0, 10000, 0, (), 0, id="stays at zero"),
        pytest.param(1, 1, 1 << 62, (T,), (1 << 31) - 1, id="more than fits"),
    ],
)
def test_by_a_total(current, target, total, ready, expected):
    pods = [pod(number, ready=one) for number, one in enumerate(ready)]
    found = calculator.of_total(current, target, total, pods, TOLERANCES)
    assert (found.replicas, found.average) == (expected, total)


@pytest.mark.parametrize(
    ("have", "target", "total", "expected"),
    [
        pytest.param(3, 5000, 20000, (4, 6667), id="ScaleUpCMPerPodObject"),
        pytest.param(3, 2150, 8600, (4, 2867), id="ScaleUpPerPodCMExternal"),
        pytest.param(5, 2000, 6000, (3, 1200), id="ScaleDownPerPodCMObject"),
        pytest.param(5, 2867, 8600, (3, 1720), id="ScaleDownPerPodCMExternal"),
        pytest.param(4, 5000, 20166, (4, 5042), id="TolerancePerPodCMObject"),
        pytest.param(3, 2900, 8600, (3, 2867), id="TolerancePerPodCMExternal"),
    ],
)
def test_by_a_share_of_a_total(have, target, total, expected):
    found = calculator.of_share(have, target, total, TOLERANCES)
    assert (found.replicas, found.average) == expected


def _state(phase="Succeeded", age=None, ready=None, turned=0):
    status: dict[str, Any] = {"phase": phase}
    if age is not None:
        status["startTime"] = timestamp(NOW - age * SECOND)
    if ready is not None:
        at = timestamp(NOW - turned * SECOND)
        status["conditions"] = [{"type": "Ready", "status": ready, "lastTransitionTime": at}]
    return {"metadata": {"name": "p"}, "spec": {}, "status": status}


@pytest.mark.parametrize(
    ("state", "resource", "metric", "expected"),
    [
        pytest.param(_state(), "memory", reading(1), "ready", id="ready pod - memory"),
        pytest.param(_state(age=0), "cpu", reading(1, 0), "unready", id="without ready condition"),
        pytest.param(_state(age=60, ready=T, turned=30), "cpu", reading(1, NOW, 30 * SECOND), "ready", id="fresh"),
        pytest.param(
            _state(age=60, ready=T, turned=30), "cpu", reading(1, NOW, 60 * SECOND), "unready", id="not fresh"
        ),
        pytest.param(_state(age=600, ready=F, turned=594), "cpu", reading(1, 0), "unready", id="never was ready"),
        pytest.param(_state(age=180, ready=T, turned=180), "cpu", reading(1, NOW - 120 * SECOND), "ready", id="later"),
        pytest.param(_state(age=600, ready=F, turned=540), "cpu", reading(1, 0), "ready", id="was ready"),
        pytest.param(_state(age=600, ready=F, turned=590), "cpu", reading(1, 0), "ready", id="not ready for long"),
        pytest.param(_state(age=180), "cpu", None, "missing", id="a missing pod"),
        pytest.param(_state("Pending"), "cpu", None, "unready", id="pending pods are unready"),
        pytest.param(_state("Failed"), "cpu", None, "ignored", id="failed pods are ignored"),
    ],
)
def test_groups(state, resource, metric, expected):
    groups = calculator.group_pods([state], {} if metric is None else {"p": metric}, resource, NOW, RULES)
    names = {"unready": groups.unready, "missing": groups.missing, "ignored": groups.ignored}
    assert groups.ready == (expected == "ready")
    assert {key: held for key, held in names.items() if held} == ({} if expected == "ready" else {expected: ["p"]})


def test_what_is_wrong_with_the_figures():
    pods = [pod(0, ("1",))]
    with pytest.raises(MetricsError, match=r"^no metrics returned matched known pods$"):
        utilization.of_requests({"an-older-pod-name": 100}, {"pod-0": 1000}, 100)
    with pytest.raises(MetricsError, match=r"^no pods returned by selector while calculating replica count$"):
        calculator.measured([], calculator.group_pods([], {}, "cpu", NOW), {})
    with pytest.raises(MetricsError, match=r"^did not receive metrics for targeted pods \(pods might be unready\)$"):
        calculator.measured(pods, calculator.group_pods(pods, {}, "cpu", NOW), {})
    with pytest.raises(MetricsError, match=r"^missing request for memory in container c0 of Pod pod-0$"):
        calculator.requests_of(pods, "", "memory")
    with pytest.raises(MetricsError, match=r"^container other not found in Pod pod-0$"):
        calculator.requests_of(pods, "other", "cpu")


def test_requests():
    held = pod(0, ("100m", "200m"))
    assert calculator.requests_of([held], "", "cpu") == {"pod-0": 300}
    assert calculator.requests_of([held], "c1", "cpu") == {"pod-0": 200}
    sidecar = {"name": "s", "restartPolicy": "Always", "resources": {"requests": {"cpu": "50m"}}}
    with_init = {**held, "spec": {**held["spec"], "initContainers": [sidecar, {"name": "init"}]}}
    assert calculator.requests_of([with_init], "", "cpu") == {"pod-0": 350}
    of_pod = {**held, "spec": {**held["spec"], "resources": {"requests": {"cpu": "1"}}}}
    assert calculator.requests_of([of_pod], "", "cpu") == {"pod-0": 1000}
    assert calculator.requests_of([of_pod], "c0", "cpu") == {"pod-0": 100}
    with pytest.raises(MetricsError, match=r"^missing pod-level request for memory in Pod pod-0$"):
        calculator.requests_of([of_pod], "", "memory")


@pytest.mark.parametrize(
    ("metrics", "requests", "target", "expected"),
    [
        pytest.param({"a": 50, "b": 76}, {"a": 100, "b": 100}, 50, (1.26, 63, 63), id="over"),
        pytest.param({"a": 50, "b": 76, "c": 0}, {"a": 100, "b": 100}, 50, (1.26, 63, 63), id="extra metrics"),
        pytest.param({"a": 50, "b": 76}, {"a": 100, "b": 100, "c": 100}, 50, (1.26, 63, 63), id="extra request"),
    ],
)
def test_utilization(metrics, requests, target, expected):
    assert tuple(utilization.of_requests(metrics, requests, target)) == expected


@pytest.mark.parametrize(
    ("metrics", "target", "expected"),
    [
        pytest.param({"a": 5000, "b": 10000}, 10000, (0.75, 7500), id="base"),
        pytest.param({"a": 5000, "b": 10000}, 6000, (1.25, 7500), id="over"),
    ],
)
def test_usage(metrics, target, expected):
    assert utilization.of_target(metrics, target) == expected


@pytest.mark.parametrize(
    ("tolerances", "ratio", "holds"),
    [
        (Tolerances(), 1.1, True),
        (Tolerances(), 1.11, False),
        (Tolerances(), 0.9, True),
        (Tolerances(0.2, 0.0), 0.81, True),
        (Tolerances(0.2, 0.0), 1.01, False),
    ],
)
def test_tolerances(tolerances, ratio, holds):
    assert tolerances.holds(ratio) is holds
