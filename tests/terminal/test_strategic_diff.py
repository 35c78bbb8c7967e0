"""The patches of `apply` and `set`: applied to what they started from, they give what was wanted."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import schema
from simulator.engine import patching
from simulator.engine.registry import KINDS, Body
from simulator.terminal import strategic_diff

DEPLOYMENT = KINDS["deployments.apps"]


def deployment(*containers: Body, **spec: Any) -> Body:
    template = {"spec": {"containers": list(containers)}}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": template, **spec}}


def container(name: str, image: str = "a", **more: Any) -> Body:
    return {"name": name, "image": image, **more}


def env(*names: str) -> list[Body]:
    return [{"name": name, "value": name.lower()} for name in names]


TWO: dict[str, tuple[Body, Body]] = {
    "an image": (deployment(container("x")), deployment(container("x", "b"))),
    "a container more": (deployment(container("x")), deployment(container("x"), container("y"))),
    "a container less": (deployment(container("x"), container("y")), deployment(container("y"))),
    "another order": (deployment(container("x"), container("y")), deployment(container("y"), container("x"))),
    "a variable less": (deployment(container("x", env=env("A", "B"))), deployment(container("x", env=env("B")))),
    "a field less": (deployment(container("x"), paused=True), deployment(container("x"))),
    "a list without keys": (deployment(container("x", command=["a"])), deployment(container("x", command=["b", "c"]))),
    "nothing": (deployment(container("x")), deployment(container("x"))),
}


@pytest.mark.parametrize("case", TWO)
def test_from_one_to_another(case: str) -> None:
    before, after = TWO[case]
    patch = strategic_diff.two_way(DEPLOYMENT, before, after)
    assert patching.strategic(before, patch, schema.of_kind(DEPLOYMENT)) == after
    assert bool(patch) == (before != after)


THREE: dict[str, tuple[Body, Body, Body, Body]] = {
    "what others have added stays": (
        deployment(container("x")),
        deployment(container("x", "b")),
        deployment(container("x", imagePullPolicy="Always"), replicas=3),
        deployment(container("x", "b", imagePullPolicy="Always"), replicas=3),
    ),
    "what was applied and is no longer goes": (
        deployment(container("x", env=env("A", "B")), container("y"), replicas=2),
        deployment(container("x", "b", env=env("B"))),
        deployment(container("x", env=env("A", "B")), container("y"), container("side"), replicas=2),
        deployment(container("x", "b", env=env("B")), container("side")),
    ),
    "nothing is new": (
        deployment(container("x")),
        deployment(container("x")),
        deployment(container("x", imagePullPolicy="Always")),
        deployment(container("x", imagePullPolicy="Always")),
    ),
}


@pytest.mark.parametrize("case", THREE)
def test_three_ways(case: str) -> None:
    original, modified, current, wanted = THREE[case]
    patch = strategic_diff.three_way(DEPLOYMENT, original, modified, current)
    assert patching.strategic(current, patch, schema.of_kind(DEPLOYMENT)) == wanted
    assert bool(patch) == (current != wanted)
