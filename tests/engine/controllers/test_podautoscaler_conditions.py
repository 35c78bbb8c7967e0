"""What an autoscaler says: events, conditions and status, in upstream's own cases (horizontal_test.go)."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from simulator.engine import selectors
from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError
from simulator.engine.objects import timestamp
from tests.engine.controllers.podautoscaler_looks import COOL, HOT, KEY, SPENT, Looked
from tests.engine.controllers.podautoscaler_rig import cpu, rules
from tests.engine.controllers.rig import START

SCALED = ["SucceededRescale", "ValidMetricFound", "!DesiredWithinRange"]
RESTED = ["ReadyForNewScale", *SCALED[1:]]


def test_events():
    looked = Looked(1, cpu(50), levels=(200,), requests=("0.2",)).look(1, 5)
    assert looked.reasons == SCALED
    reason = "cpu resource utilization (percentage of request) above target"
    assert looked.said == [("SuccessfulRescale", f"New size: 2; reason: {reason}")]
    looked = Looked(2, cpu(50), levels=(200, 200), requests=("0.4", "0.4")).look(1, 5)
    assert looked.said == []
    assert looked.reasons == RESTED


def test_what_is_the_same_is_not_written_again():
    """TestAvoidUnnecessaryUpdates."""
    texts = {
        "AbleToScale": ("ReadyForNewScale", "recommended size matches current size"),
        "ScalingActive": (
            "ValidMetricFound",
            "the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of "
            "request)",
        ),
        "ScalingLimited": (
            "TooFewReplicas", "the desired replica count is less than the minimum replica count"
        ),
    }  # fmt: skip
    past = timestamp(START - 3600 * SECOND)
    conditions = [
        {"type": kind, "status": "True", "lastTransitionTime": past, "reason": reason, "message": message}
        for kind, (reason, message) in texts.items()
    ]
    current = {"averageValue": "400m", "averageUtilization": 40}
    status = {
        "currentReplicas": 2,
        "desiredReplicas": 2,
        "lastScaleTime": past,
        "currentMetrics": [{"type": "Resource", "resource": {"name": "cpu", "current": current}}],
        "conditions": conditions,
    }
    ages = (COOL, HOT, HOT)
    looked = Looked(
        2, cpu(80), levels=(400, 500, 700), requests=("1",) * 3, ages=ages, status=status, recommended=SPENT
    )
    revision = looked.world.revision
    looked.look(2, 6)
    assert looked.world.revision == revision
    assert looked.status == status


@pytest.mark.parametrize(
    ("other", "labels", "selector", "reason", "text"),
    [
        pytest.param({"cheddar": "cheese"}, None, {"name": "test-pod"}, "", "", id="NoSelectorOverlap"),
        pytest.param(
            {"name": "test-pod"}, None, {"name": "test-pod"}, "AmbiguousSelector",
            "pods by selector name=test-pod are controlled by multiple HPAs: [default/hpa default/hpa-2]",
            id="FullSelectorOverlap",
        ),
        pytest.param(
            {"cheddar": "cheese"}, {"name": "test-pod", "cheddar": "cheese"}, {"name": "test-pod"}, "AmbiguousSelector",
            "pods by selector name=test-pod are controlled by multiple HPAs: [default/hpa default/hpa-2]",
            id="PartialSelectorOverlap",
        ),
        pytest.param(None, None, {}, "InvalidSelector", "the HPA target's scale is missing a selector", id="Missing"),
        pytest.param(
            None, None, {"cheddar cheese": ""}, "InvalidSelector", "couldn't convert selector into a corresponding "
            "internal selector object: ", id="Unparsable",
        ),
    ],
)  # fmt: skip
def test_selectors(other, labels, selector, reason, text):
    more = {"labels": (labels,) * 3} if labels else {}
    looked = Looked(3, cpu(30), levels=(300, 500, 700), selector=selector, **more)
    if other:
        key = KEY._replace(name="hpa-2")
        looked.controller.selecting.put(key, selectors.of({"matchLabels": other}))
    looked.look(2, 6)
    assert looked.replicas == (3 if reason else 5)
    assert looked.reasons == (["SucceededGetScale", f"!{reason}"] if reason else SCALED)
    assert looked.status["conditions"][1]["message"].startswith(text)


def test_a_scale_that_is_refused():
    """TestConditionFailedUpdateScale."""
    looked = Looked(3, cpu(100), levels=(150,) * 3, requests=("0.1",) * 3)
    update = looked.world.update

    def refuse(resource, body, cause, **more):
        if resource == "replicationcontrollers":
            raise StatusError(500, "InternalError", "something went wrong")
        return update(resource, body, cause, **more)

    with patch.object(looked.world, "update", refuse):
        looked.look(1, 5)
    assert looked.replicas == 3
    assert looked.reasons == ["!FailedUpdateScale", *SCALED[1:]]
    assert looked.said[0][0] == "FailedRescale"
    assert looked.said[0][1].endswith("; error: something went wrong")


@pytest.mark.parametrize(
    ("levels", "up", "down", "expected"),
    [
        pytest.param((650,) * 4, None, None, 6, id="up: a tenth by default"),
        pytest.param((650,) * 4, "0.5", None, 4, id="up: within its own tolerance"),
        pytest.param((650,) * 4, "250m", "0.5", 6, id="up: beyond its own tolerance"),
        pytest.param((520,) * 4, "0", None, 5, id="up: none at all"),
        pytest.param((400,) * 4, None, "0.25", 4, id="down: within its own tolerance"),
        pytest.param((300,) * 4, "0.5", "0.25", 3, id="down: beyond its own tolerance"),
    ],
)
def test_a_tolerance_of_its_own(levels, up, down, expected):
    """HPAConfigurableTolerance: each direction by itself."""
    tolerances = {"scaleUp": up, "scaleDown": down}
    behavior = {
        way: {**rules(("Percent", 100, 15), window=0), **({} if held is None else {"tolerance": held})}
        for way, held in tolerances.items()
    }
    looked = Looked(4, cpu(50), levels=levels, recommended=SPENT).look(1, 10, behavior=behavior)
    assert looked.replicas == expected
