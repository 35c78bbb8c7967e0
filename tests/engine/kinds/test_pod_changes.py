"""Pods: what may change once they exist."""

from __future__ import annotations

import pytest

from simulator.engine.registry import KINDS, Body

from .builders import broken, broken_change, changed, container, made, pod, texts

KIND = KINDS["pods"]

ZONE: Body = {"matchExpressions": [{"key": "a", "operator": "Exists"}]}
REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


def node_affinity(*terms: Body) -> Body:
    return {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": list(terms)}}}


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
    ("affinity while gated", pod(schedulingGates=[{"name": "a/b"}]), {"affinity": node_affinity(ZONE)}),
    ("more affinity while gated", pod(schedulingGates=[{"name": "a/b"}], affinity=node_affinity(ZONE)), {
        "affinity": node_affinity({"matchExpressions": [*ZONE["matchExpressions"], {"key": "b", "operator": "Exists"}]})
    }),
    ("a grace period that was negative", pod(terminationGracePeriodSeconds=-1), {"terminationGracePeriodSeconds": 1}),
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


TERMS = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"
SHOWN = '{"MatchExpressions":[{"Key":"b","Operator":"Exists","Values":null}],"MatchFields":null}'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"nodeSelector": {}}, [
            "spec.nodeSelector: Invalid value: null: only additions to spec.nodeSelector are allowed (no mutations or "
            "deletions)"
        ]),
        ({"affinity": None}, [
            f"{TERMS}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        ]),
        ({"affinity": node_affinity({"matchExpressions": [{"key": "b", "operator": "Exists"}]})}, [
            f"{TERMS}[0]: Invalid value: {SHOWN}: only additions are allowed (no mutations or deletions)"
        ]),
        ({"hostname": "b"}, ["spec: Forbidden: pod updates may not change fields other than"]),
    ],
)  # fmt: skip
def test_a_gated_pod_may_only_become_harder_to_place(parts: Body, said: list[str]) -> None:
    old = made("pods", pod(schedulingGates=[{"name": "a/b"}], nodeSelector={"a": "b"}, affinity=node_affinity(ZONE)))
    heard = broken_change("pods", old, **parts)
    assert [one[: len(wanted)] for one, wanted in zip(heard, said, strict=True)] == said


def test_apparmor_annotations_are_fixed() -> None:
    key = "container.apparmor.security.beta.kubernetes.io/web"
    old = made("pods", pod(meta={"annotations": {key: "unconfined"}}))
    new = {**old, "metadata": {**old["metadata"], "annotations": {f"{key}2": "unconfined"}}}
    assert texts(KIND.validate_update(new, old)) == [
        f"metadata.annotations[{key}]: Forbidden: may not remove or update AppArmor annotations",
        f"metadata.annotations[{key}2]: Forbidden: may not add AppArmor annotations",
    ]


ENDED = {"name": "web", "state": {"terminated": {"exitCode": 0}}}


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"phase": "Running", "podIP": "10.1.1.1", "podIPs": [{"ip": "10.1.1.1"}]}, []),
        ({"qosClass": "Guaranteed"}, ['status.qosClass: Invalid value: "Guaranteed": field is immutable']),
        ({"conditions": [{"type": "a b"}]}, ["metadata.conditions[0].Type: Invalid value"]),
        ({"nominatedNodeName": "A"}, ["status.nominatedNodeName: Invalid value"]),
        ({"containerStatuses": [{"name": "web", "state": {"running": {}}}]}, [
            "status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"
        ]),
        ({"podIPs": [{"ip": "10.1.1.1"}, {"ip": "10.1.1.1"}]}, [
            'status.podIPs: Invalid value: [{"IP":"10.1.1.1"},{"IP":"10.1.1.1"}]: may specify no more than one IP',
            'status.podIPs[1]: Duplicate value: {"IP":"10.1.1.1"}',
        ]),
        ({"hostIP": "10.0.0.1", "hostIPs": [{"ip": "10.0.0.2"}]}, [
            'status.hostIPs[0].ip: Invalid value: "10.0.0.2": must be equal to `hostIP`'
        ]),
    ],
)  # fmt: skip
def test_what_a_status_may_say(status: Body, said: list[str]) -> None:
    stored = made("pods", pod(restartPolicy="Never"))
    old = {**stored, "status": {**stored["status"], "containerStatuses": [ENDED]}}
    new = {**old, "status": {**old["status"], **status}}
    heard = texts(KIND.parts["status"].validate(new, old))
    assert [one[: len(wanted)] for one, wanted in zip(heard, said, strict=True)] == said


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
