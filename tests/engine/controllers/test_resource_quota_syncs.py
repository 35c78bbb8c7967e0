"""What the quota controller makes of one quota, in upstream's own cases (resource_quota_controller_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.resource_quota import RESOURCE, ResourceQuotaController
from simulator.engine.objects import key_of, set_in
from simulator.engine.registry import Body
from tests.engine.controllers.rig import USER, Rig, make_ready


def quota(rig: Rig, name: str, hard: dict[str, str], **more: Any) -> Body:
    meta = {"namespace": "default", "name": name}
    return rig.create(RESOURCE, {"metadata": meta, "spec": {"hard": hard, **more}})


def used(rig: Rig, name: str) -> dict[str, str]:
    found: dict[str, str] = rig.get(RESOURCE, name)["status"]["used"]
    return found


def asking(rig: Rig, name: str, **more: Any) -> Body:
    container = {"name": "ctr", "image": "image", "resources": {"requests": {"cpu": "100m", "memory": "1Gi"}}}
    spec = {"containers": [container], "restartPolicy": "Always", **more}
    return rig.create("pods", {"metadata": {"namespace": "default", "name": name}, "spec": spec})


def test_pods_that_ended_are_not_counted() -> None:
    """TestSyncResourceQuota."""
    rig = Rig(kubelet=False)
    for name, phase in (("pod-running", "Running"), ("pod-running-2", "Running"), ("pod-failed", "Failed")):
        make_ready(rig.world, asking(rig, name), phase=phase)
    hard = {"cpu": "3", "memory": "100Gi", "pods": "5"}
    quota(rig, "quota", hard)
    rig.settle()
    held = rig.get(RESOURCE, "quota")["status"]
    assert held == {"hard": hard, "used": {"cpu": "200m", "memory": "2Gi", "pods": "2"}}


CHANGES: dict[str, tuple[Body, bool]] = {
    "SpecChange": ({"hard": {"cpu": "3"}, "used": {"cpu": "0"}}, True),
    "SpecHardChange": ({"hard": {"cpu": "3", "memory": "1Gi"}, "used": {"cpu": "0", "memory": "0"}}, True),
    "NoChange": ({"hard": {"cpu": "4"}, "used": {"cpu": "0"}}, False),
    "no status": ({}, True),
    "status, no usage": ({"hard": {"cpu": "4"}}, True),
    "status, mismatch": ({"hard": {"cpu": "6"}, "used": {"cpu": "0"}}, True),
}


@pytest.mark.parametrize("case", CHANGES.values(), ids=CHANGES.keys())
def test_a_status_that_is_not_up_to_date_is_written(case: tuple[Body, bool]) -> None:
    status, is_written = case
    rig = Rig(kubelet=False)
    body = quota(rig, "rq", {"cpu": "4"})
    rig.settle()
    rig.world.update_status(RESOURCE, {**rig.get(RESOURCE, "rq"), "status": status}, USER)
    revision = rig.world.revision
    controller = next(one for one in rig.components if isinstance(one, ResourceQuotaController))
    controller.reconcile(key_of(body))
    assert rig.world.revision == revision + is_written
    assert rig.get(RESOURCE, "rq")["status"] == {"hard": {"cpu": "4"}, "used": {"cpu": "0"}}


def test_a_pod_that_gets_a_deadline_changes_sides() -> None:
    rig = Rig(kubelet=False)
    asking(rig, "job")
    for name in ("Terminating", "NotTerminating"):
        quota(rig, name.lower(), {"pods": "2"}, scopes=[name])
    rig.settle()
    assert (used(rig, "terminating"), used(rig, "notterminating")) == ({"pods": "0"}, {"pods": "1"})
    rig.edit("pods", "job", ("spec", "activeDeadlineSeconds"), 600)
    rig.settle()
    assert (used(rig, "terminating"), used(rig, "notterminating")) == ({"pods": "1"}, {"pods": "0"})


def test_a_resize_counts_with_what_the_pod_still_runs_with() -> None:
    rig = Rig(kubelet=False)
    pod = asking(rig, "web")
    quota(rig, "quota", {"requests.cpu": "1"})
    rig.settle()

    def runs_with(cpu: str) -> None:
        held = {"name": "ctr", "resources": {"requests": {"cpu": cpu, "memory": "1Gi"}}}
        body = rig.get("pods", "web")
        rig.world.update_status("pods", set_in(body, ("status", "containerStatuses"), [held]), USER)

    runs_with("100m")
    container = pod["spec"]["containers"][0]
    for asked, now, after in (("300m", "300m", "300m"), ("200m", "300m", "200m")):
        resources = {"requests": {"cpu": asked, "memory": "1Gi"}}
        resized = set_in(rig.get("pods", "web"), ("spec", "containers"), [{**container, "resources": resources}])
        rig.world.update("pods", resized, USER, subresource="resize")
        rig.settle()
        assert used(rig, "quota") == {"requests.cpu": now}
        runs_with(asked)
        rig.settle()
        assert used(rig, "quota") == {"requests.cpu": after}
