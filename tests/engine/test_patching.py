# ruff: noqa: E501 - the tables have a line for each case
"""Merge patches, strategic and plain: the cases of upstream's strategicpatch/patch_test.go that matter to clients."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from simulator import schema
from simulator.engine import patching

POD = schema.of("io.k8s.api.core.v1.Pod")
DEPLOYMENT = schema.of("io.k8s.api.apps.v1.Deployment")


def containers(*names: str, **image: str) -> dict[str, Any]:
    return {"spec": {"containers": [{"name": name, "image": image.get(name, "old")} for name in names]}}


STRATEGIC: list[tuple[str, schema.Type, Any, Any, Any]] = [
    ("fields merge", POD, {"metadata": {"name": "a", "labels": {"x": "1"}}}, {"metadata": {"labels": {"y": "2"}}}, {"metadata": {"name": "a", "labels": {"x": "1", "y": "2"}}}),
    ("null removes", POD, {"metadata": {"labels": {"x": "1", "y": "2"}}}, {"metadata": {"labels": {"x": None}}}, {"metadata": {"labels": {"y": "2"}}}),
    ("null for what is not there", POD, {"metadata": {}}, {"metadata": {"labels": {"x": None}}}, {"metadata": {"labels": {}}}),
    ("lists merge by key", POD, containers("a", "b"), containers("b", b="new"), containers("a", "b", b="new")),
    ("lists grow", POD, containers("a"), containers("b"), containers("b", "a")),
    ("primitives that are new stand first", POD, {"metadata": {"finalizers": ["a"]}}, {"metadata": {"finalizers": ["b"]}}, {"metadata": {"finalizers": ["b", "a"]}}),
    ("an item is deleted", POD, containers("a", "b"), {"spec": {"containers": [{"name": "a", "$patch": "delete"}]}}, containers("b")),
    ("a list is replaced", POD, containers("a", "b"), {"spec": {"containers": [{"$patch": "replace"}, {"name": "c", "image": "old"}]}}, containers("c")),
    ("a map is replaced", POD, {"metadata": {"labels": {"x": "1"}}}, {"metadata": {"labels": {"$patch": "replace", "y": "2"}}}, {"metadata": {"labels": {"y": "2"}}}),
    ("a map is deleted", POD, {"metadata": {"labels": {"x": "1"}}}, {"metadata": {"labels": {"$patch": "delete"}}}, {"metadata": {"labels": {}}}),
    ("an atomic list is replaced", POD, {"spec": {"tolerations": [{"key": "a"}]}}, {"spec": {"tolerations": [{"key": "b"}]}}, {"spec": {"tolerations": [{"key": "b"}]}}),
    ("primitives join a set", POD, {"metadata": {"finalizers": ["a", "b"]}}, {"metadata": {"finalizers": ["b", "c"]}}, {"metadata": {"finalizers": ["a", "b", "c"]}}),
    ("primitives leave a set", POD, {"metadata": {"finalizers": ["a", "b"]}}, {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}}, {"metadata": {"finalizers": ["b"]}}),
    ("an order is set", POD, containers("a", "b"), {"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "b"}, {"name": "a"}], "containers": [{"name": "c", "image": "old"}]}}, containers("c", "b", "a")),
    ("the server's own item keeps its place", POD, containers("a", "own", "b"), {"spec": {"$setElementOrder/containers": [{"name": "a"}, {"name": "b"}], "containers": [{"name": "b", "image": "new"}]}}, containers("a", "own", "b", b="new")),
    ("an order without a change", POD, containers("a", "b"), {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}}, containers("b", "a")),
    ("an order with a deletion", POD, containers("a", "b"), {"spec": {"$setElementOrder/containers": [{"name": "b"}], "containers": [{"name": "a", "$patch": "delete"}]}}, containers("b")),
    ("keys are retained", DEPLOYMENT, {"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}}, {"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}}, {"spec": {"strategy": {"type": "Recreate"}}}),
    ("a union of volumes", POD, {"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}}, {"spec": {"volumes": [{"name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/"}}]}}, {"spec": {"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}}),
    ("directives do not survive", POD, {}, {"spec": {"containers": [{"name": "a", "$patch": "delete"}], "$setElementOrder/containers": [{"name": "a"}]}}, {"spec": {"containers": []}}),
    ("ports merge by containerPort", POD, {"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 80, "name": "x"}]}]}}, {"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 80, "protocol": "TCP"}]}]}}, {"spec": {"containers": [{"name": "a", "ports": [{"containerPort": 80, "name": "x", "protocol": "TCP"}]}]}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "target", "patch", "expected"), STRATEGIC, ids=[case[0] for case in STRATEGIC]
)
def test_strategic(name: str, kind: schema.Type, target: Any, patch: Any, expected: Any) -> None:
    before = copy.deepcopy((target, patch))
    assert patching.strategic(target, patch, kind) == expected
    assert (target, patch) == before, "nothing is changed in place"


@pytest.mark.parametrize(
    ("name", "patch"),
    [
        ("an unknown directive", {"$patch": "nonsense"}),
        ("an item without its key", {"spec": {"containers": [{"image": "x"}]}}),
        ("an item that is no object", {"spec": {"containers": ["x"]}}),
        ("an order that is no list", {"spec": {"$setElementOrder/containers": 5}}),
        ("an order without keys", {"spec": {"$setElementOrder/containers": [{}], "containers": [{"name": "a"}]}}),
        ("a patch out of order", {"spec": {"$setElementOrder/containers": [{"name": "a"}, {"name": "b"}], "containers": [{"name": "b"}, {"name": "a"}]}}),
        ("keys to retain that are no list", {"spec": {"$retainKeys": 1}}),
        ("a key that is not retained", {"spec": {"$retainKeys": ["a"], "b": 1}}),
    ],
)  # fmt: skip
def test_strategic_refuses(name: str, patch: Any) -> None:
    with pytest.raises(patching.PatchError):
        patching.strategic(containers("a", "b"), patch, POD)


@pytest.mark.parametrize(
    ("target", "patch", "expected"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_as_in_the_appendix_of_rfc_7386(target: Any, patch: Any, expected: Any) -> None:
    assert patching.merge(target, patch) == expected
