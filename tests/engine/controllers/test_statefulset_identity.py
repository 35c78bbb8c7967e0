"""Names, ordinals, labels and volumes of a StatefulSet's pods.

The cases are those of pkg/controller/statefulset/stateful_set_utils_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.controller_history import patch_of, template_in
from simulator.engine.controllers.statefulset import identity
from simulator.engine.objects import labels_of, name_of, set_in
from simulator.engine.registry import Body
from tests.engine.controllers.rig import workload

LABELS = ("metadata", "labels")


def stateful_set(**spec: Any) -> Body:
    claim = {"metadata": {"name": "datadir", "labels": {"tier": "db"}}, "spec": {}}
    body = workload("foo", **{"replicas": 3, "serviceName": "governing", "volumeClaimTemplates": [claim], **spec})
    named = set_in(
        set_in(body, ("metadata", "uid"), "test"), ("spec", "template", "spec", "volumes"), [{"name": "home"}]
    )
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", **named}


def pod(ordinal: int = 1, **spec: Any) -> Body:
    sts = stateful_set(**spec)
    return identity.new_pod(sts, sts["spec"]["template"], "foo-abc", ordinal)


@pytest.mark.parametrize(
    ("name", "parent", "ordinal"),
    [
        ("foo-1", "foo", 1),
        ("foo-10", "foo", 10),
        ("foo-bar-2", "foo-bar", 2),
        ("foo-1-2", "foo-1", 2),
        ("foo", "", -1),
        ("foo-bar", "", -1),
        ("foo-1x", "", -1),
        ("-1", "", 1),
        ("foo-2147483648", "foo", -1),
    ],
)
def test_parents_and_ordinals(name: str, parent: str, ordinal: int) -> None:
    assert identity.parent_of({"metadata": {"name": name}}) == (parent, ordinal)


@pytest.mark.parametrize(
    ("start", "replicas", "expected"),
    [(None, 3, [0, 1, 2]), (0, 2, [0, 1]), (2, 2, [2, 3]), (5, 0, [])],
)
def test_the_range_of_ordinals(start: int | None, replicas: int, expected: list[int]) -> None:
    more = {"ordinals": {"start": start}} if start is not None else {}
    assert list(identity.ordinals(stateful_set(replicas=replicas, **more))) == expected


def test_members() -> None:
    sts = stateful_set()
    assert identity.is_member(sts, pod())
    assert not identity.is_member(stateful_set() | {"metadata": {"name": "foo2"}}, pod())


def test_a_new_pod() -> None:
    made = pod()
    assert (name_of(made), made["metadata"]["generateName"]) == ("foo-1", "foo-")
    assert (made["spec"]["hostname"], made["spec"]["subdomain"]) == ("foo-1", "governing")
    assert labels_of(made) == {
        "app": "foo",
        "controller-revision-hash": "foo-abc",
        "statefulset.kubernetes.io/pod-name": "foo-1",
        "apps.kubernetes.io/pod-index": "1",
    }
    assert made["spec"]["volumes"] == [
        {"name": "datadir", "persistentVolumeClaim": {"claimName": "datadir-foo-1"}},
        {"name": "home"},
    ]
    assert "subdomain" not in pod(serviceName="")["spec"]
    assert identity.identity_matches(stateful_set(), made)
    assert identity.storage_matches(stateful_set(), made)


@pytest.mark.parametrize(
    "broken",
    [
        set_in(pod(), LABELS, {}),
        set_in(pod(), (*LABELS, identity.NAME_LABEL), "other-1"),
        set_in(pod(), ("metadata", "name"), "other-1"),
        set_in(pod(), ("metadata", "name"), "foo"),
        set_in(pod(), ("metadata", "name"), "foo-01"),
    ],
    ids=["no labels", "another's label", "another's name", "no ordinal", "an ordinal written otherwise"],
)
def test_identities_that_do_not_match(broken: Body) -> None:
    assert not identity.identity_matches(stateful_set(), broken)


def test_an_identity_is_mended() -> None:
    sts = stateful_set()
    assert identity.with_identity(sts, set_in(pod(), (*LABELS, identity.NAME_LABEL), "x")) == pod()


@pytest.mark.parametrize(
    "volumes",
    [
        [],
        [{"name": "datadir"}],
        [{"name": "datadir", "emptyDir": {}}],
        [{"name": "datadir", "persistentVolumeClaim": {"claimName": "datadir-foo-2"}}],
    ],
    ids=["none", "empty", "another volume", "another's claim"],
)
def test_storage_that_does_not_match(volumes: list[Body]) -> None:
    broken = set_in(pod(), ("spec", "volumes"), volumes)
    assert not identity.storage_matches(stateful_set(), broken)
    mended = identity.with_storage(stateful_set(), broken)
    assert identity.storage_matches(stateful_set(), mended)
    assert len(mended["spec"]["volumes"]) == 1


def test_claims_carry_the_labels_of_their_template_and_of_the_selector() -> None:
    (claim,) = identity.claims_of(stateful_set(), 2)
    assert name_of(claim) == "datadir-foo-2"
    assert labels_of(claim) == {"tier": "db", "app": "foo"}


def test_a_revision_brings_the_template_back() -> None:
    sts = stateful_set()
    revision = {"data": patch_of(sts)}
    assert template_in(revision) == sts["spec"]["template"]
    changed = set_in(sts, ("spec", "template", "spec", "containers"), [{"name": "foo"}])
    assert patch_of(set_in(changed, ("spec", "template"), template_in(revision))) == patch_of(sts)
