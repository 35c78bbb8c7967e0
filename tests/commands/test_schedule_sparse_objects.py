"""`manage.py schedule` on objects that leave out what an API server would have filled in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.commands.conftest import Run
from tests.commands.test_schedule import File, node, pod, state

SPARSE: dict[str, tuple[list[dict[str, Any]], dict[str, Any], str | None, str]] = {
    "a node that does not say how many pods it takes": (
        [], {}, None,
        "0/1 nodes are available: 1 Too many pods. no new claims to deallocate, "
        "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
    ),
    "amounts that are numbers": (
        [], {"containers": [{"resources": {"requests": {"cpu": 1, "memory": 1024}}}]}, "a",
        "Successfully assigned default/new to a",
    ),
    "a claim with a volume that nobody has finished to bind": (
        [{"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "v"}},
         {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"}, "spec": {"volumeName": "v"}}],
        {"volumes": [{"persistentVolumeClaim": {"claimName": "c"}}]}, None,
        "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. no new claims to deallocate, "
        "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    ),
    "a class without a provisioner": (
        [{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "s"},
          "volumeBindingMode": "WaitForFirstConsumer"},
         {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "c"},
          "spec": {"storageClassName": "s"}}],
        {"volumes": [{"persistentVolumeClaim": {"claimName": "c"}}]}, None,
        "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind. "
        "no new claims to deallocate, preemption: 0/1 nodes are available: "
        "1 Preemption is not helpful for scheduling.",
    ),
    "a budget that only says what it allows": (
        [{"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "b"},
          "status": {"disruptionsAllowed": 0}},
         pod("low", "3", nodeName="a")],
        {"priority": 5, "containers": [{"resources": {"requests": {"cpu": "2"}}}]}, None,
        "0/1 nodes are available: 1 Insufficient cpu.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SPARSE.values(), ids=SPARSE.keys())
def test_what_objects_leave_out(run: Run, case: tuple[list[dict[str, Any]], dict[str, Any], str | None, str]) -> None:
    """No uid, no creationTimestamp, no schedulerName, no labels, no capacity, and less."""
    objects, spec, where, message = case
    offer: dict[str, Any] = {"cpu": 4, "memory": 4096, **({"pods": 3} if objects or spec else {})}
    bare = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}, "status": {"allocatable": offer}}
    new = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "new"}, "spec": spec}
    done = run("schedule", "-f", "-", "--lines", stdin=state(bare, *objects, new).encode())
    (told,) = json.loads(done.out)["pods"]
    assert (done.status, told["node"], told["message"]) == (0, where, message)


@pytest.mark.parametrize("kind", ["Pod", "Node", "PersistentVolumeClaim", "Service"])
def test_objects_that_say_nothing(run: Run, file: File, kind: str) -> None:
    bare = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "bare", "resourceVersion": "x"}}
    done = run("schedule", "-f", file(state(node("a"), bare, pod("new", "1")), "s.json"))
    assert done.status == 0
    assert {"new": "a"}.items() <= {one["name"]: one["node"] for one in json.loads(done.out)["pods"]}.items()
