"""One look at an autoscaler: replicas and conditions, in upstream's own cases (horizontal_test.go)."""

from __future__ import annotations

from functools import partial

import pytest

from simulator.engine.clock import SECOND
from tests.engine.controllers.podautoscaler_looks import COOL, HOT, SPENT, Looked
from tests.engine.controllers.podautoscaler_rig import cpu, rules
from tests.engine.controllers.rig import START

F, T = "False", "True"
SCALED = ["SucceededRescale", "ValidMetricFound", "!DesiredWithinRange"]
RESTED = ["ReadyForNewScale", "ValidMetricFound", "!DesiredWithinRange"]
ABOVE = ["SucceededRescale", "ValidMetricFound", "TooManyReplicas"]
BELOW = ["SucceededRescale", "ValidMetricFound", "TooFewReplicas"]
CHEESE = {"type": "CheddarCheese"}


def failed(reason):
    return ["SucceededGetScale", f"!{reason}"]


NO_TYPE = failed("InvalidMetricSourceType")


def of_container(name, percent):
    target = {"type": "Utilization", "averageUtilization": percent}
    source = {"name": "cpu", "container": name, "target": target}
    return {"type": "ContainerResource", "containerResource": source}


def qps(amount):
    return {"metric": {"name": "qps"}, "target": {"type": "AverageValue", "averageValue": amount}}


def of_pods(amount):
    return {"type": "Pods", "pods": qps(amount)}


def of_object(**target):
    kind = "Value" if "value" in target else "AverageValue"
    about = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "some-deployment"}
    source = {"metric": {"name": "qps"}, "describedObject": about, "target": {"type": kind, **target}}
    return {"type": "Object", "object": source}


def external(**target):
    kind = "Value" if "value" in target else "AverageValue"
    source = {"metric": {"name": "qps", "selector": {}}, "target": {"type": kind, **target}}
    return {"type": "External", "external": source}


def case(name, wanted, metrics, levels, least, most, expected, reasons, percent=None, **more):
    metrics = metrics if isinstance(metrics, tuple) else (metrics,)
    made = partial(Looked, wanted, *metrics, levels=levels, **more)
    return pytest.param(made, least, most, expected, reasons, percent, id=name)


_UP, _FIVE = (300, 500, 700), (100, 300, 500, 250, 250)
_LATELY = {"recommended": SPENT}
_TWO_UNREADY, _TWO_GONE = {"ready": (T, T, F, F)}, {"gone": (False, False, True, True)}
_FAILED = {"phases": ("Running", "Running", "Failed", "Failed")}
_LEFT = (T, T, T, T, T, F, F)
_UNEVEN = ("0.9", "1", "1.1")
_TENTHS = ("0.1",) * 3
_JITTER = ("400m", "200m", "310m", "290m", "302m", "298m", "301m", "299m", "300m", "300m")


@pytest.mark.parametrize(
    ("made", "least", "most", "expected", "reasons", "percent"),
    [
        case("ScaleUp", 3, cpu(30), _UP, 2, 6, 5, SCALED, 50),
        case("ScaleUpContainer", 3, of_container("container1", 30), _UP, 2, 6, 5, SCALED),
        case("ScaleUpUnreadyLessScale", 3, cpu(30), _UP, 2, 6, 4, SCALED, 60, ready=(F, T, T)),
        case("ScaleUpHotCpuLessScale", 3, cpu(30), _UP, 2, 6, 4, SCALED, 60, ages=(HOT, COOL, COOL)),
        case("ScaleUpUnreadyNoScale", 3, cpu(30), (400, 500, 700), 2, 6, 3, RESTED, 40, ready=(T, F, F)),
        case(
            "ScaleUpHotCpuNoScale", 3, cpu(30), (400, 500, 700), 2, 6, 3, RESTED, 40,
            ready=(T, F, F), ages=(COOL, HOT, HOT),
        ),
        case(
            "ScaleUpIgnoresFailedPods", 2, cpu(30), (500, 700), 2, 6, 4, SCALED, 60,
            requests=("1",) * 4, **_TWO_UNREADY, **_FAILED,
        ),
        case(
            "ScaleUpIgnoresDeletionPods", 2, cpu(30), (500, 700), 2, 6, 4, SCALED, 60,
            requests=("1",) * 4, **_TWO_UNREADY, **_TWO_GONE,
        ),
        case("ScaleUpCM", 3, of_pods("15"), (20000, 10000, 30000), 2, 6, 4, SCALED),
        case(
            "ScaleUpCMUnreadyAndHotCpuNoLessScale", 3, of_pods("15"), (50000, 10000, 30000), 2, 6, 6, SCALED,
            ready=(T, T, F), ages=(COOL, COOL, HOT),
        ),
        case(
            "ScaleUpCMUnreadyandCpuHot", 3, of_pods("15"), (50000, 15000, 30000), 2, 6, 6, ABOVE,
            ready=(F, T, F), ages=(HOT, COOL, HOT),
        ),
        case(
            "ScaleUpHotCpuNoScaleWouldScaleDown", 3, of_pods("15"), (50000, 15000, 30000), 2, 6, 6, ABOVE,
            ages=(HOT, COOL, HOT),
        ),
        case("ScaleUpCMObject", 3, of_object(value="15"), (20000,), 2, 6, 4, SCALED),
        case("ScaleUpFromZeroCMObject", 0, of_object(value="15"), (20000,), 0, 6, 2, SCALED),
        case("ScaleUpFromZeroIgnoresToleranceCMObject", 0, of_object(value="1"), (1000,), 0, 6, 1, SCALED),
        case("ScaleUpPerPodCMObject", 3, of_object(averageValue="10"), (40000,), 2, 6, 4, SCALED),
        case("ScaleUpCMExternal", 3, external(value="6666m"), (8600,), 2, 6, 4, SCALED),
        case("ScaleUpPerPodCMExternal", 3, external(averageValue="2222m"), (8600,), 2, 6, 4, SCALED),
        case("ScaleDown", 5, cpu(50), _FIVE, 2, 6, 3, SCALED, 28, **_LATELY),
        case("ScaleDownContainerResource", 5, of_container("container2", 50), _FIVE, 2, 6, 3, SCALED, **_LATELY),
        case("ScaleDownStabilizeInitialSize", 5, cpu(50), _FIVE, 2, 6, 5, ["ScaleDownStabilized", *SCALED[1:]], 28),
        case("ScaleDownCM", 5, of_pods("20"), (12000,) * 5, 2, 6, 3, SCALED, **_LATELY),
        case("ScaleDownCMObject", 5, of_object(value="20"), (12000,), 2, 6, 3, SCALED, **_LATELY),
        case("ScaleDownToZeroCMObject", 5, of_object(value="20"), (0,), 0, 6, 0, SCALED, **_LATELY),
        case("ScaleDownPerPodCMObject", 5, of_object(averageValue="20"), (60000,), 2, 6, 3, SCALED, **_LATELY),
        case("ScaleDownCMExternal", 5, external(value="14400m"), (8600,), 2, 6, 3, SCALED, **_LATELY),
        case("ScaleDownToZeroCMExternal", 5, external(value="14400m"), (0,), 0, 6, 0, SCALED, **_LATELY),
        case("ScaleDownPerPodCMExternal", 5, external(averageValue="3"), (8600,), 2, 6, 3, SCALED, **_LATELY),
        case(
            "ScaleDownIncludeUnreadyPods", 5, cpu(50), _FIVE, 2, 6, 2, SCALED, 30, ready=(T, T, T, F, F), **_LATELY
        ),
        case(
            "ScaleDownIgnoreHotCpuPods", 5, cpu(50), _FIVE, 2, 6, 2, SCALED, 30,
            ages=(COOL, COOL, COOL, HOT, HOT), **_LATELY,
        ),
        case(
            "ScaleDownIgnoresFailedPods", 5, cpu(50), _FIVE, 2, 6, 3, SCALED, 28, requests=("1",) * 7, ready=_LEFT,
            phases=("Running",) * 5 + ("Failed",) * 2, **_LATELY,
        ),
        case(
            "ScaleDownIgnoresDeletionPods", 5, cpu(50), _FIVE, 2, 6, 3, SCALED, 28, requests=("1",) * 7, ready=_LEFT,
            gone=(False,) * 5 + (True,) * 2, **_LATELY,
        ),
        case("Tolerance", 3, cpu(100), (1010, 1030, 1020), 1, 5, 3, RESTED, requests=_UNEVEN),
        case("ToleranceCM", 3, of_pods("20"), (20000, 20001, 21000), 1, 5, 3, RESTED),
        case("ToleranceCMObject", 3, of_object(value="20"), (20050,), 1, 5, 3, RESTED),
        case("ToleranceCMExternal", 4, external(value="8666m"), (8600,), 2, 6, 4, RESTED),
        case("TolerancePerPodCMObject", 4, of_object(averageValue="2200m"), (8600,), 2, 6, 4, RESTED),
        case("TolerancePerPodCMExternal", 4, external(averageValue="2200m"), (8600,), 2, 6, 4, RESTED),
        case("MinReplicas", 3, cpu(90), (10, 95, 10), 2, 5, 2, BELOW, requests=_UNEVEN, **_LATELY),
        case("ZeroMinReplicasDesiredZero", 3, cpu(90), (0, 0, 0), 0, 5, 0, SCALED, requests=_UNEVEN, **_LATELY),
        case("MinReplicasDesiredZero", 3, cpu(90), (0, 0, 0), 2, 5, 2, BELOW, requests=_UNEVEN, **_LATELY),
        case("ZeroReplicas", 0, cpu(90), (), 3, 5, 0, failed("ScalingDisabled")),
        case("TooFewReplicas", 2, cpu(90), (), 3, 5, 3, SCALED[:1], requests=()),
        case("TooManyReplicas", 10, cpu(90), (), 3, 5, 5, SCALED[:1], requests=()),
        case("MaxReplicas", 3, cpu(90), (8000, 9500, 1000), 2, 5, 5, ABOVE, requests=_UNEVEN),
        case("SuperfluousMetrics", 4, cpu(100), (4000, 9500, 3000, 7000, 3200, 2000), 2, 6, 6, ABOVE),
        case("MissingMetrics", 4, cpu(100), (400, 95), 2, 6, 3, SCALED, **_LATELY),
        case("EmptyMetrics", 4, cpu(100), (), 2, 6, 4, failed("FailedGetResourceMetric")),
        case(
            "EmptyCPURequest", 1, cpu(100), (200,), 1, 5, 1, failed("FailedGetResourceMetric"),
            requests=(),
        ),
        case("MissingReports", 4, cpu(50), (200,), 1, 5, 2, SCALED, requests=("0.2",), **_LATELY),
        case("MoreReplicasThanSpecNoScale", 4, cpu(50), (500,) * 5, 1, 8, 4, RESTED, have=5),
        case("ScaleUpOneMetricInvalid", 3, (cpu(30), CHEESE), (300, 400, 500), 2, 6, 4, SCALED, 40),
        case(
            "ScaleUpFromZeroOneMetricInvalid", 0, (cpu(30), CHEESE), (300, 400, 500), 0, 6, 4, SCALED, 40,
            requests=("1",) * 3, **_LATELY,
        ),
        case("ScaleUpBothMetricsEmpty", 3, CHEESE, (), 2, 6, 3, NO_TYPE),
        case("ConditionInvalidSourceType", 3, CHEESE, (20,), 2, 6, 3, NO_TYPE),
        case(
            "ScaleUpOneMetricEmpty", 3, (cpu(30), external(value="100m")), (300, 400, 500), 2, 6, 4, SCALED, 40,
            failing=("external",),
        ),
        case(
            "NoScaleDownOneMetricInvalid", 5, (cpu(50), CHEESE), _FIVE, 2, 6, 5,
            NO_TYPE, **_LATELY,
        ),
        case(
            "NoScaleDownOneMetricEmpty", 5, (cpu(50), external(value="1")), _FIVE, 2, 6, 5,
            failed("FailedGetExternalMetric"), failing=("external",), **_LATELY,
        ),
        *(
            case(f"Condition{reason}", 3, metric, None, 1, 100, 3, failed(reason), requests=_TENTHS)
            for reason, metric in (
                ("FailedGetResourceMetric", cpu(10)),
                ("FailedGetPodsMetric", of_pods("15")),
                ("FailedGetObjectMetric", of_object(value="15")),
                ("FailedGetExternalMetric", external(value="300m")),
            )
        ),
        case("NoBackoffUpscaleCM", 3, of_pods("15"), (20000, 10000, 30000), 1, 5, 4, SCALED),
        case("NoBackoffUpscaleCMNoBackoffCpu", 3, (cpu(10), of_pods("15")), (20000, 10000, 30000), 1, 5, 5, ABOVE),
        case(
            "StabilizeDownscale", 4, cpu(100), (50,) * 3, 1, 5, 4, ["ScaleDownStabilized", *SCALED[1:]],
            requests=_TENTHS, recommended={10: START - 600 * SECOND, 4: START - 60 * SECOND},
        ),
        case("ComputedTolerance: down", 10, cpu(56), (150,) * 10, 0, 1000, 9, SCALED, requests=_JITTER, **_LATELY),
        case("ComputedTolerance: rest", 10, cpu(55), (150,) * 10, 0, 1000, 10, RESTED, requests=_JITTER, **_LATELY),
        case("ScaleUpRCImmediately", 1, cpu(80), (0,) * 4, 2, 6, 2, SCALED[:1], requests=("1",) * 4),
        case("ScaleDownRCImmediately", 6, cpu(50), (8000, 9500, 1000), 2, 5, 5, SCALED[:1], requests=_UNEVEN),
    ],
)  # fmt: skip
def test_a_look(made, least, most, expected, reasons, percent):
    looked = made().look(least, most)
    assert looked.replicas == expected
    assert looked.reasons == reasons
    assert percent is None or looked.percent == percent


@pytest.mark.parametrize(
    ("made", "least", "most", "up", "expected", "reasons"),
    [
        pytest.param(
            partial(Looked, 5, cpu(50), levels=_FIVE, **_LATELY), 2, 6, rules(("Percent", 100, 15), window=30),
            3, SCALED, id="ScaleDownWithScalingRules",
        ),
        pytest.param(
            partial(Looked, 3, cpu(10), levels=(100, 200, 300), requests=_TENTHS), 1, 100,
            rules(("Percent", 700, 60), window=0), 24, [*SCALED[:2], "ScaleUpLimit"], id="UpscaleCap",
        ),
        pytest.param(
            partial(Looked, 3, cpu(10), levels=(100, 200, 300), requests=_TENTHS), 1, 20,
            rules(("Percent", 700, 60), window=0), 20, ABOVE, id="UpscaleCapGreaterThanMaxReplicas",
        ),
    ],
)  # fmt: skip
def test_a_look_with_behavior(made, least, most, up, expected, reasons):
    down = rules(("Percent", 100, 15))
    looked = made().look(least, most, behavior={"scaleUp": up, "scaleDown": down})
    assert looked.replicas == expected
    assert looked.reasons == reasons
