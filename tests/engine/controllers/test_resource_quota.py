"""The resource quota controller: what it takes up, what it counts, and when it counts anew."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.objects import condition, name_of
from simulator.engine.registry import Body
from tests.engine.controllers.rig import USER, Rig, make_ready

QUOTAS = "resourcequotas"


def quota(rig: Rig, hard: dict[str, str], name: str = "quota", **spec: Any) -> None:
    rig.create(QUOTAS, {"metadata": {"namespace": "default", "name": name}, "spec": {"hard": hard, **spec}})


def used(rig: Rig, name: str = "quota") -> dict[str, str]:
    found: dict[str, str] = rig.get(QUOTAS, name)["status"]["used"]
    return found


def asking(rig: Rig, name: str, **more: Any) -> Body:
    resources = {"requests": {"cpu": "100m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}
    spec = {"containers": [{"name": "c", "image": "nginx", "resources": resources}], "restartPolicy": "Always", **more}
    return rig.create("pods", {"metadata": {"namespace": "default", "name": name}, "spec": spec})


@pytest.mark.parametrize(
    ("hard", "wanted"),
    [
        ({"pods": "10"}, {"pods": "2"}),
        (
            {"requests.cpu": "1", "cpu": "1", "requests.memory": "10Gi", "limits.memory": "20Gi", "limits.cpu": "1"},
            {
                "requests.cpu": "200m", "cpu": "200m", "requests.memory": "2Gi",
                "limits.memory": "4Gi", "limits.cpu": "0",
            },
        ),
        ({"configmaps": "5", "count/configmaps": "5"}, {"configmaps": "1", "count/configmaps": "1"}),
        ({"services": "5", "services.nodeports": "5"}, {"services": "0", "services.nodeports": "0"}),
        ({"resourcequotas": "3"}, {"resourcequotas": "1"}),
        # What nobody counts is not in `used`.
        ({"count/widgets.example.com": "1", "pods": "10"}, {"pods": "2"}),
    ],
)  # fmt: skip
def test_it_counts_what_is_there(hard: dict[str, str], wanted: dict[str, str]) -> None:
    rig = Rig(kubelet=False)
    asking(rig, "one")
    asking(rig, "two")
    rig.create("configmaps", {"metadata": {"namespace": "default", "name": "settings"}})
    quota(rig, hard)
    rig.settle()
    found = rig.get(QUOTAS, "quota")["status"]
    expected = dict(wanted)
    if "configmaps" in hard:  # the root certificate has one too
        expected = dict.fromkeys(hard, "2")
    assert found == {"hard": hard, "used": expected}


def test_scopes_choose_what_is_counted() -> None:
    rig = Rig(kubelet=False)
    asking(rig, "burstable")
    rig.pod("best-effort", {"app": "web"})
    quota(rig, {"pods": "9"}, "best", scopes=["BestEffort"])
    quota(rig, {"pods": "9", "requests.cpu": "1"}, "better", scopes=["NotBestEffort"])
    rig.settle()
    assert used(rig, "best") == {"pods": "1"}
    assert used(rig, "better") == {"pods": "1", "requests.cpu": "100m"}


def test_what_is_deleted_or_has_ended_is_given_back() -> None:
    rig = Rig(kubelet=False)
    quota(rig, {"pods": "3", "count/pods": "3", "services.nodeports": "1"})
    first = asking(rig, "first")
    asking(rig, "second")
    rig.settle()
    assert used(rig) == {"pods": "2", "count/pods": "2", "services.nodeports": "0"}
    make_ready(rig.world, first, ready=False, phase="Succeeded")
    rig.settle()
    assert used(rig) == {"pods": "1", "count/pods": "2", "services.nodeports": "0"}
    rig.delete("pods", "second", grace=0)
    rig.settle()
    assert used(rig) == {"pods": "0", "count/pods": "1", "services.nodeports": "0"}
    rig.service("web", type="NodePort")
    assert used(rig)["services.nodeports"] == "1"
    rig.edit("services", "web", ("spec", "type"), "ClusterIP")
    rig.settle()
    assert used(rig)["services.nodeports"] == "0"


def test_a_change_of_what_is_allowed_is_taken_up() -> None:
    rig = Rig(kubelet=False)
    quota(rig, {"pods": "1"})
    rig.settle()
    rig.edit(QUOTAS, "quota", ("spec", "hard"), {"services": "2"})
    rig.settle()
    assert rig.get(QUOTAS, "quota")["status"] == {"hard": {"services": "2"}, "used": {"services": "0"}}


def test_the_count_is_that_of_the_charges() -> None:
    """What admission charged is what the controller finds, so that it has nothing to write."""
    rig = Rig()
    quota(rig, {"pods": "100", "count/pods": "100", "count/replicasets.apps": "5"})
    rig.settle()
    rig.deployment("web", 5)
    rig.settle()
    rig.world.drain()
    rig.world.clock.at("resourcequota-controller", "default/quota", rig.world.now)
    rig.settle()
    assert rig.world.drain().changes == []
    assert used(rig) == {"pods": "5", "count/pods": "5", "count/replicasets.apps": "1"}


def test_a_pod_that_should_be_gone_costs_nothing_after_the_next_look() -> None:
    rig = Rig(kubelet=False)
    quota(rig, {"pods": "3"})
    rig.pod("stuck", {"app": "web"}, finalizers=["example.com/wait"])
    rig.world.update(
        "pods",
        {**rig.get("pods", "stuck"), "spec": {**rig.get("pods", "stuck")["spec"], "nodeName": "node-0"}},
        USER,
        subresource="binding",
    )
    rig.settle()
    rig.delete("pods", "stuck", grace=30)
    rig.run(90)
    assert used(rig) == {"pods": "1"}
    rig.run(300)
    assert used(rig) == {"pods": "0"}
    assert rig.world.clock.settled()


def test_three_replicas_and_a_quota_of_two() -> None:
    rig = Rig()
    quota(rig, {"pods": "2"})
    rig.settle()
    rig.replicaset("web", 3)
    rig.run(30)
    assert len(rig.pods()) == 2
    said = [one.removeprefix("(combined from similar events): ") for one in rig.messages("FailedCreate")]
    assert len(said) == 10 and all(
        one.startswith('Error creating: pods "web-')
        and one.endswith("is forbidden: exceeded quota: quota, requested: pods=1, used: pods=2, limited: pods=2")
        for one in said
    )
    failure = condition(rig.get("replicasets.apps", "web"), "ReplicaFailure")
    assert failure is not None and failure["reason"] == "FailedCreate"
    rig.delete(QUOTAS, "quota")
    rig.settle()
    assert len(rig.pods()) == 3
    assert condition(rig.get("replicasets.apps", "web"), "ReplicaFailure") is None


def test_a_default_limit_below_the_request_is_an_invalid_pod() -> None:
    rig = Rig()
    limits = {"limits": [{"type": "Container", "default": {"cpu": "500m"}}]}
    rig.create("limitranges", {"metadata": {"namespace": "default", "name": "l"}, "spec": limits})
    body = rig.replicaset("web", 1)
    template = body["spec"]["template"]
    asking = {**template["spec"]["containers"][0], "resources": {"requests": {"cpu": "700m"}}}
    rig.edit("replicasets.apps", "web", ("spec", "template", "spec"), {**template["spec"], "containers": [asking]})
    rig.run(1)
    said = rig.messages("FailedCreate")
    assert rig.pods() == [] and said
    assert said[0].startswith('Error creating: Pod "web-')
    assert said[0].endswith(
        'is invalid: spec.containers[0].resources.requests: Invalid value: "700m": must be less than or equal to cpu '
        "limit of 500m"
    )


@pytest.mark.parametrize("at", [0.004, 0.009, 0.5, 40.0])
def test_a_rebuilt_world_counts_the_same(at: float) -> None:
    found = []
    for rebuild in (False, True):
        rig = Rig()
        quota(rig, {"pods": "4"})
        rig.replicaset("web", 6)
        rig.run(at)
        if rebuild:
            rig.rebuild()
        rig.run(100)
        rig.delete("pods", name_of(rig.pods()[0]))
        rig.run(1500)
        found.append((rig.world.list("pods"), rig.world.list(QUOTAS)))
    assert found[0] == found[1]


def test_a_settled_world_makes_no_writes() -> None:
    rig = Rig()
    quota(rig, {"pods": "10"})
    rig.replicaset("web", 3)
    rig.settle()
    revision = rig.world.revision
    rig.world.clock.run_until(rig.world.now + 3000 * SECOND)
    assert rig.world.revision == revision
