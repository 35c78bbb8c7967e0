"""The HorizontalPodAutoscaler controller in virtual time; cases of upstream's horizontal_test.go among others."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE
from simulator.engine.objects import instant_of, set_in
from tests.engine.controllers.podautoscaler_rig import BEHAVIORS, DEPLOYMENTS, METRICS, Autoscaled, cpu, rules
from tests.engine.controllers.rig import USER

_VALID = "the HPA was able to successfully calculate a replica count from {}"
_CPU = "cpu resource utilization (percentage of request)"


def settled(replicas: int, use: str, percent: int, **spec) -> Autoscaled:
    """A cluster whose autoscaler has seen its pods for long enough."""
    rig = Autoscaled()
    rig.load("web", use)
    rig.target("web", replicas)
    rig.autoscaler("web", cpu(percent), **spec)
    rig.run(330)
    return rig


def test_it_works():
    rig = settled(2, "50m", 50)
    rig.use("web", "80m")
    rig.run(1)
    assert rig.replicas("web") == 4
    assert rig.condition("web", "AbleToScale")[:2] == ("True", "SucceededRescale")
    assert rig.condition("web", "AbleToScale")[2] == "the HPA controller was able to update the target scale to 4"
    assert rig.condition("web", "ScalingActive") == ("True", "ValidMetricFound", _VALID.format(_CPU))
    assert rig.said("web")[-1] == ("SuccessfulRescale", f"New size: 4; reason: {_CPU} above target")
    current = rig.status("web")["currentMetrics"][0]["resource"]
    assert current == {"name": "cpu", "current": {"averageUtilization": 80, "averageValue": "80m"}}
    assert rig.status("web")["desiredReplicas"] == 4


@pytest.mark.parametrize(
    ("replicas", "use", "percent", "spec", "expected", "able", "limited"),
    [
        pytest.param(3, "50m", 50, {}, 3, "ReadyForNewScale", ("False", "DesiredWithinRange"), id="EventNotCreated"),
        pytest.param(
            3, "500m", 50, {"maxReplicas": 5}, 5, "ReadyForNewScale", ("True", "TooManyReplicas"), id="MaxReplicas"
        ),
        pytest.param(
            3, "1m", 90, {"minReplicas": 2}, 3, "ScaleDownStabilized", ("False", "DesiredWithinRange"), id="Stabilized"
        ),
    ],
)
def test_conditions(replicas, use, percent, spec, expected, able, limited):
    rig = settled(replicas, use, percent, **spec)
    assert rig.replicas("web") == expected
    assert rig.condition("web", "AbleToScale")[1] == able
    assert rig.condition("web", "ScalingLimited")[:2] == limited


def test_down_to_the_minimum():
    rig = settled(5, "1m", 50, minReplicas=2)
    rig.run(700)
    assert rig.replicas("web") == 2
    assert rig.condition("web", "ScalingLimited") == (
        "True", "TooFewReplicas", "the desired replica count is less than the minimum replica count"
    )  # fmt: skip
    assert rig.said("web")[-1] == ("SuccessfulRescale", "New size: 2; reason: All metrics below target")


@pytest.mark.parametrize(
    ("replicas", "expected", "reason"),
    [
        pytest.param(2, 3, "Current number of replicas below Spec.MinReplicas", id="TooFewReplicas"),
        pytest.param(10, 5, "Current number of replicas above Spec.MaxReplicas", id="TooManyReplicas"),
    ],
)
def test_a_target_out_of_range_is_brought_into_it(replicas, expected, reason):
    rig = Autoscaled()
    rig.target("web", replicas)
    rig.autoscaler("web", cpu(90), minReplicas=3, maxReplicas=5)
    rig.run(16)
    assert rig.replicas("web") == expected
    assert rig.condition("web", "AbleToScale")[:2] == ("True", "SucceededRescale")
    assert rig.said("web") == [("SuccessfulRescale", f"New size: {expected}; reason: {reason}")]


def test_a_target_of_no_replicas_is_left_alone():
    rig = Autoscaled()
    rig.target("web", 0)
    rig.autoscaler("web", cpu(90), minReplicas=3, maxReplicas=5)
    rig.run(16)
    assert rig.condition("web", "AbleToScale")[:2] == ("True", "SucceededGetScale")
    assert rig.condition("web", "ScalingActive") == (
        "False", "ScalingDisabled", "scaling is disabled since the replica count of the target is zero"
    )  # fmt: skip
    revision = rig.world.revision
    rig.run(3600)
    assert rig.world.revision == revision
    rig.edit(DEPLOYMENTS, "web", ("spec", "replicas"), 1)
    rig.run(16)
    assert rig.replicas("web") == 3


def outside(name: str, **target: str):
    kind = "Value" if "value" in target else "AverageValue"
    return {"type": "External", "external": {"metric": {"name": name}, "target": {"type": kind, **target}}}


def metric(rig: Autoscaled, name: str, value: str, **spec):
    held = {"name": name, "value": value, **spec}
    return rig.create(METRICS, {"metadata": {"namespace": "default", "name": name}, "spec": held})


def test_the_highest_of_several_metrics_counts():
    rig = Autoscaled()
    rig.load("web", "50m")
    metric(rig, "queue", "90")
    rig.target("web", 2)
    rig.autoscaler("web", cpu(50), outside("queue", averageValue="10"), maxReplicas=20, behavior={"scaleDown": {}})
    rig.run(330)
    assert rig.replicas("web") == 9
    assert rig.said("web")[-1][1] == "New size: 9; reason: external metric queue(nil) above target"
    assert rig.status("web")["currentMetrics"][1] == {
        "type": "External",
        "external": {"metric": {"name": "queue"}, "current": {"averageValue": "10"}},
    }


def test_a_metric_that_fails_holds_back_scaling_down_only():
    rig = Autoscaled()
    rig.load("web", "50m")
    metric(rig, "queue", "90")
    rig.target("web", 2)
    rig.autoscaler("web", outside("queue", averageValue="30"), outside("missing", value="1"))
    rig.run(60)
    assert rig.replicas("web") == 3
    assert rig.status("web")["currentMetrics"][1] == {"type": ""}
    rig.edit(METRICS, "queue", ("spec", "value"), "30")
    rig.run(400)
    assert rig.replicas("web") == 3
    assert rig.condition("web", "ScalingActive")[:2] == ("False", "FailedGetExternalMetric")
    first = (
        "invalid metrics (1 invalid out of 2), first error is: failed to get missing external metric value: failed to "
        "get external metric missing: unable to get external metric default/missing/nil: unable to fetch metrics from "
        "external metrics API: the server could not find the metric missing for namespaces"
    )
    assert ("FailedComputeMetricsReplicas", first) in rig.said("web")


def test_metrics_of_pods_and_of_objects():
    rig = Autoscaled()
    rig.load("web", "10m", metrics=[{"name": "requests", "value": "30"}])
    rig.service("web")
    rig.target("web", 1)
    of_pods = {"metric": {"name": "requests"}, "target": {"type": "AverageValue", "averageValue": "10"}}
    rig.autoscaler("web", {"type": "Pods", "pods": of_pods}, maxReplicas=3)
    rig.run(60)
    assert rig.replicas("web") == 3
    assert rig.said("web")[-1] == ("SuccessfulRescale", "New size: 3; reason: pods metric requests above target")
    of_service = {
        "metric": {"name": "requests"},
        "describedObject": {"apiVersion": "v1", "kind": "Service", "name": "web"},
        "target": {"type": "Value", "value": "45"},
    }
    rig.edit(RESOURCE, "web", ("spec", "metrics"), [{"type": "Object", "object": of_service}])
    rig.edit(RESOURCE, "web", ("spec", "maxReplicas"), 6)
    rig.run(1)
    assert rig.replicas("web") == 6
    assert rig.said("web")[-1] == ("SuccessfulRescale", "New size: 6; reason: Service metric requests above target")
    assert rig.status("web")["currentMetrics"][0]["object"]["current"] == {"value": "90"}


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ({"apiVersion": "apps/v1", "kind": "Deployment", "name": "gone"}, 'deployments.apps "gone" not found'),
        ({"apiVersion": "apps/v1", "kind": "Nothing", "name": "web"}, 'no matches for kind "Nothing" in group "apps"'),
        ({"kind": "Deployment", "name": "web"}, 'no matches for kind "Deployment" in group ""'),
        ({"apiVersion": "a/b/c", "kind": "Deployment", "name": "web"}, "unexpected GroupVersion string: a/b/c"),
        ({"apiVersion": "v1", "kind": "ConfigMap", "name": "web"}, "the server could not find the requested resource"),
    ],
)
def test_without_a_scale(reference, why):
    rig = Autoscaled()
    rig.target("web", 1)
    body = rig.autoscaler("web", cpu(50))
    rig.world.update(RESOURCE, set_in(body, ("spec", "scaleTargetRef"), reference), USER)
    rig.run(16)
    assert rig.condition("web", "AbleToScale") == (
        "False", "FailedGetScale", f"the HPA controller was unable to get the target's current scale: {why}"
    )  # fmt: skip
    assert rig.said("web") == [("FailedGetScale", why)]


def test_events_of_a_target_that_is_missing_do_not_go_on():
    rig = Autoscaled()
    rig.autoscaler("web", cpu(50), target="gone")
    rig.run(3600)
    event = next(one for one in rig.world.list("events") if one["reason"] == "FailedGetScale")
    assert event["count"] == 25 + 12 - 1
    revision = rig.world.revision
    rig.run(300)
    assert rig.world.revision == revision + 1


def test_a_replica_set_and_a_replication_controller_scale_too():
    rig = Autoscaled()
    metric(rig, "queue", "40")
    rig.replicaset("web", 1)
    rig.autoscaler("web", outside("queue", averageValue="10"), kind="ReplicaSet")
    rig.run(60)
    assert rig.get("replicasets.apps", "web")["spec"]["replicas"] == 4


def test_a_settled_world_makes_no_more_writes():
    rig = settled(2, "50m", 50)
    swinging = Autoscaled(seed=3)
    swinging.target("web", 2, "1m")
    swinging.autoscaler("web", cpu(10))
    swinging.run(1200)
    for one in (rig, swinging):
        one.run(4000)
        revision = one.world.revision
        one.run(24 * 3600)
        assert one.world.revision == revision
        assert not [entry for entry in one.world.clock.entries() if entry.component.startswith("horizontal")]


def test_a_step_of_load_is_met_at_its_instant():
    rig = settled(2, "50m", 50, maxReplicas=4)
    rig.run(3600)
    rig.delete(BEHAVIORS, "web")
    step = {"type": "Step", "fromSeconds": 7200, "step": {"by": "50m"}}
    rig.load("web", "50m", step)
    rig.run(7200)
    assert rig.replicas("web") == 4
    changes = [change for change in rig.world.drain().changes if change.cause.rule == "SuccessfulRescale"]
    started = min(instant_of(pod["status"]["startTime"]) for pod in rig.pods())
    assert len(changes) == 1
    # At most until the next sample, and from there until the next look.
    assert 7200 <= (changes[0].at - started) // SECOND <= 7230


def test_the_account_of_a_step_is_in_its_cause():
    rig = settled(2, "50m", 50, behavior={"scaleUp": rules(("Pods", 1, 60), window=0)})
    rig.world.drain()
    rig.use("web", "100m")
    rig.run(16)
    change = next(one for one in rig.world.drain().changes if one.resource == RESOURCE)
    status = {"name": "cpu", "current": {"averageUtilization": 100, "averageValue": "100m"}}
    assert change.cause.inputs == {
        "autoscaler": "web",
        "current": 2,
        "replicas": 3,
        "recommended": 4,
        "stabilized": 4,
        "limit": "ScaleUpLimit",
        "policy": {"type": "Pods", "value": 1, "periodSeconds": 60},
        "metrics": [{"name": _CPU, "replicas": 4, "status": {"type": "Resource", "resource": status}}],
    }


@settings(max_examples=15, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(
    st.integers(1, 4),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 300)), min_size=1, max_size=6),
)
def test_it_never_leaves_its_range(least, more, loads):
    rig = Autoscaled()
    rig.load("web", "50m")
    rig.target("web", least)
    rig.autoscaler("web", cpu(50), minReplicas=least, maxReplicas=least + more)
    for use, seconds in loads:
        rig.run(seconds)
        rig.use("web", f"{use}m")
    rig.run(600)
    sizes = [one.body["spec"]["replicas"] for one in rig.world.drain().changes if one.resource == DEPLOYMENTS]
    assert all(least <= one <= least + more for one in sizes)
