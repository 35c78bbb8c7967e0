"""Create, update and delete, as the world and the API's store do them."""

from __future__ import annotations

import pytest

from simulator.engine import writes
from simulator.engine.clock import SECOND
from simulator.engine.objects import set_in, timestamp
from simulator.engine.registry import KINDS, Body

from .kinds.builders import NOW, ago, container, made, pod, workload

POD, DEPLOYMENT = KINDS["pods"], KINDS["deployments.apps"]


def test_the_server_owns_parts_of_the_metadata() -> None:
    lies = {
        "uid": "mine",
        "creationTimestamp": ago(99),
        "generation": 7,
        "resourceVersion": "9",
        "deletionTimestamp": "x",
    }
    stored = made("pods", {**pod(meta=lies), "status": {"phase": "Running"}})
    assert stored["metadata"] == {
        "name": "web",
        "namespace": "default",
        "uid": "uid-1",
        "resourceVersion": "1",
        "creationTimestamp": timestamp(NOW),
        "generation": 1,
    }
    assert stored["status"]["phase"] == "Pending"
    assert (stored["apiVersion"], stored["kind"]) == ("v1", "Pod")


def test_a_restored_object_keeps_its_past() -> None:
    past = {"uid": "old", "creationTimestamp": ago(99)}
    stored = made("pods", {**pod(meta=past), "status": {"phase": "Running"}}, restored=True)
    assert (stored["metadata"]["uid"], stored["metadata"]["creationTimestamp"]) == ("old", ago(99))
    assert stored["status"] == {"phase": "Running"}


def test_a_write_that_changes_nothing_is_none() -> None:
    old = made("pods", pod())
    assert writes.updated(POD, old, old, revision=2) is None
    assert writes.updated(POD, old, {**old, "status": {"phase": "Running"}}, revision=2) is None
    assert writes.updated(POD, old, old, revision=2, subresource="status") is None


def test_a_write_of_the_status_leaves_the_spec() -> None:
    old = made("pods", pod())
    new = writes.updated(
        POD, old, {**old, "spec": {}, "status": {"phase": "Running"}}, revision=2, subresource="status"
    )
    assert new is not None
    assert (new["spec"], new["status"]) == (old["spec"], {"phase": "Running"})
    assert (new["metadata"]["generation"], new["metadata"]["resourceVersion"]) == (1, "2")


@pytest.mark.parametrize(
    ("subresource", "path", "value", "generation"),
    [
        ("", ("spec", "replicas"), 3, 2),
        ("scale", ("spec", "replicas"), 3, 2),
        ("", ("metadata", "labels"), {"a": "b"}, 1),
        ("", ("metadata", "annotations"), {"a": "b"}, 2),
    ],
)
def test_generations(subresource: str, path: tuple[str, ...], value: object, generation: int) -> None:
    old = made("deployments.apps", workload())
    new = writes.updated(DEPLOYMENT, old, set_in(old, path, value), revision=2, subresource=subresource)
    assert new is not None
    assert new["metadata"]["generation"] == generation


def test_binding_is_no_new_generation() -> None:
    bound = writes.bound(made("pods", pod()), "worker-1", now=NOW + SECOND, revision=2)
    assert bound["spec"]["nodeName"] == "worker-1"
    assert bound["metadata"]["generation"] == 1
    assert bound["status"]["conditions"][0]["lastTransitionTime"] == timestamp(NOW + SECOND)


@pytest.mark.parametrize(
    ("spec", "grace", "gone", "seconds"),
    [
        ({}, None, True, None),
        ({"nodeName": "a"}, None, False, 30),
        ({"nodeName": "a"}, 5, False, 5),
        ({"nodeName": "a"}, 0, True, None),
        ({}, 60, True, None),
    ],
)
def test_pods_leave_gracefully(spec: Body, grace: int | None, gone: bool, seconds: int | None) -> None:
    outcome = writes.deleted(POD, made("pods", pod(**spec)), now=NOW, revision=2, grace=grace)
    assert outcome is not None
    assert outcome.gone is gone
    if seconds is not None:
        meta = outcome.body["metadata"]
        assert meta["deletionTimestamp"] == timestamp(NOW + seconds * SECOND)
        assert (meta["deletionGracePeriodSeconds"], meta["generation"]) == (seconds, 2)


def test_a_second_delete_only_shortens() -> None:
    first = writes.deleted(POD, made("pods", pod(nodeName="a")), now=NOW, revision=2)
    assert first is not None
    assert writes.deleted(POD, first.body, now=NOW + SECOND, revision=3) is None
    shorter = writes.deleted(POD, first.body, now=NOW + SECOND, revision=3, grace=10)
    assert shorter is not None
    assert shorter.body["metadata"]["deletionTimestamp"] == timestamp(NOW + 11 * SECOND)
    at_once = writes.deleted(POD, first.body, now=NOW + SECOND, revision=3, grace=0)
    assert at_once is not None
    assert at_once.gone


@pytest.mark.parametrize(
    ("propagation", "finalizers"), [("Foreground", ["foregroundDeletion"]), ("Orphan", ["orphan"])]
)
def test_finalizers_hold_an_object(propagation: writes.Propagation, finalizers: list[str]) -> None:
    old = made("deployments.apps", workload())
    outcome = writes.deleted(DEPLOYMENT, old, now=NOW, revision=2, propagation=propagation)
    assert outcome is not None
    assert not outcome.gone
    assert outcome.body["metadata"]["finalizers"] == finalizers
    freed = writes.updated(DEPLOYMENT, outcome.body, set_in(outcome.body, ("metadata", "finalizers"), []), revision=3)
    assert freed is not None
    assert writes.is_released(DEPLOYMENT, freed)
    assert not writes.is_released(DEPLOYMENT, outcome.body)


def test_background_deletion_is_at_once() -> None:
    outcome = writes.deleted(
        DEPLOYMENT, made("deployments.apps", workload()), now=NOW, revision=2, propagation="Background"
    )
    assert outcome is not None
    assert outcome.gone


def test_templates_are_shared_by_a_write() -> None:
    old = made("deployments.apps", workload(template={
        "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()]},
    }))  # fmt: skip
    new = writes.updated(DEPLOYMENT, old, set_in(old, ("spec", "replicas"), 3), revision=2)
    assert new is not None
    assert new["spec"]["template"] is old["spec"]["template"]
