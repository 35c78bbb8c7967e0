"""Pods: what may change once they exist."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import broken, broken_change, changed, container, made, pod, texts

KIND = KINDS["pods"]

ALLOWED: list[tuple[str, Body, Body]] = [
    ("image", pod(), {"containers": [container(image="nginx:2")]}),
    ("deadline", pod(), {"activeDeadlineSeconds": 5}),
    ("more tolerations", pod(tolerations=[{"key": "a", "operator": "Exists", "effect": "NoExecute"}]), {
        "tolerations": [
            {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5},
            {"key": "b", "operator": "Exists"},
        ]
    }),
    ("a gate less", pod(schedulingGates=[{"name": "a/b"}]), {"schedulingGates": []}),
    ("a selector more while gated", pod(schedulingGates=[{"name": "a/b"}]), {"nodeSelector": {"a": "b"}}),
]  # fmt: skip


@pytest.mark.parametrize(("body", "parts"), [case[1:] for case in ALLOWED], ids=[case[0] for case in ALLOWED])
def test_little_may_change(body: Body, parts: Body) -> None:
    assert broken_change("pods", made("pods", body), **parts) == []


def test_the_rest_may_not_change_and_the_error_shows_what_differs() -> None:
    (said,) = broken_change("pods", made("pods", pod()), containers=[container(env=[{"name": "A", "value": "b"}])])
    head, _, tail = said.partition("\n")
    assert head == (
        "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,"
        "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing "
        "tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
    )
    assert tail == '+ spec.containers[0].env: [{"name": "A", "value": "b"}]\n'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"containers": []}, "spec.containers: Forbidden: pod updates may not add or remove containers"),
        ({"nodeName": "b"}, "spec: Forbidden: pod updates may not change"),
        ({"activeDeadlineSeconds": 9}, "spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to"),
        ({"tolerations": []}, "spec.tolerations: Forbidden: existing toleration can not be modified except"),
        ({"schedulingGates": [{"name": "x/y"}]}, "spec.schedulingGates[0].name: Forbidden: only deletion is allowed"),
    ],
)
def test_forbidden_changes(parts: Body, said: str) -> None:
    old = made("pods", pod(activeDeadlineSeconds=5, tolerations=[{"key": "a", "operator": "Exists"}]))
    heard = broken_change("pods", old, **parts)
    assert [one[: len(said)] for one in heard] == [said]


def test_a_change_of_the_spec_is_a_new_generation() -> None:
    old = made("pods", pod())
    assert changed("pods", old, containers=[container(image="nginx:2")])["metadata"]["generation"] == 2
    assert changed("pods", old) is old


def test_mirror_annotations_are_fixed() -> None:
    mirror = {"annotations": {"kubernetes.io/config.mirror": "x"}}
    assert broken("pods", pod(meta=mirror)) == [
        'metadata.annotations[kubernetes.io/config.mirror]: Invalid value: "x": must set spec.nodeName if mirror pod '
        "annotation is set"
    ]
    old = made("pods", pod(nodeName="n", meta=mirror))
    new = {**old, "metadata": {**old["metadata"], "annotations": {}}}
    assert texts(KIND.validate_update(new, old)) == [
        "metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation"
    ]
