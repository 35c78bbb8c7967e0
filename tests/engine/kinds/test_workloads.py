"""Deployments, ReplicaSets and DaemonSets: defaults, mistakes, what may change, what is shown."""

from __future__ import annotations

import pytest

from simulator.engine import writes
from simulator.engine.registry import KINDS, Body

from .builders import broken, broken_change, changed, container, made, row, workload

WORKLOADS = ("deployments.apps", "replicasets.apps", "daemonsets.apps")
DAEMON_GENERATION = "deprecated.daemonset.template.generation"


@pytest.mark.parametrize(
    ("resource", "filled"),
    [
        (
            "deployments.apps",
            {
                "replicas": 1,
                "revisionHistoryLimit": 10,
                "progressDeadlineSeconds": 600,
                "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}},
            },
        ),
        ("replicasets.apps", {"replicas": 1}),
        (
            "daemonsets.apps",
            {
                "revisionHistoryLimit": 10,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 0}},
            },
        ),
    ],
)
def test_defaults(resource: str, filled: Body) -> None:
    stored = made(resource, workload())
    spec = stored["spec"]
    assert {key: value for key, value in spec.items() if key not in ("selector", "template")} == filled
    assert spec["template"]["spec"]["restartPolicy"] == "Always"
    assert "enableServiceLinks" not in spec["template"]["spec"]
    assert KINDS[resource].default(stored) is stored
    assert broken(resource, workload()) == []


def test_recreate_has_no_figures() -> None:
    assert made("deployments.apps", workload(strategy={"type": "Recreate"}))["spec"]["strategy"] == {"type": "Recreate"}


def test_templates_do_not_get_requests_from_limits() -> None:
    spec = {"containers": [container(resources={"limits": {"cpu": "1"}})]}
    stored = made("deployments.apps", workload(template={"metadata": {"labels": {"app": "web"}}, "spec": spec}))
    assert stored["spec"]["template"]["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "1"}}


MISMATCH = 'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`'


@pytest.mark.parametrize("resource", WORKLOADS)
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (workload(labels={"app": "other"}), [MISMATCH]),
        (workload(minReadySeconds=-1), ["spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0"]),
        (
            workload(template={"metadata": {"labels": {"app": "web"}}, "spec": {"containers": []}}),
            ["spec.template.spec.containers: Required value"],
        ),
        (
            workload(template={
                "metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()], "restartPolicy": "Never"},
            }),
            ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
        ),
    ],
    ids=["labels", "negative", "no containers", "restart policy"],
)  # fmt: skip
def test_mistakes_of_all(resource: str, body: Body, said: list[str]) -> None:
    assert broken(resource, body) == said


UNMATCHED = 'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'
UNREADABLE = {"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "a", "operator": "Is"}]}
OPERATOR = 'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator'
SHOWN = '{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"a","operator":"Is"}]}'


@pytest.mark.parametrize(
    ("resource", "selector", "said"),
    [
        ("deployments.apps", None, ["spec.selector: Required value", UNMATCHED]),
        ("replicasets.apps", None, ["spec.selector: Required value", UNMATCHED]),
        ("daemonsets.apps", None, [UNMATCHED]),
        (
            "deployments.apps",
            UNREADABLE,
            [OPERATOR, f"spec.selector: Invalid value: {SHOWN}: invalid label selector"],
        ),
        ("daemonsets.apps", UNREADABLE, [OPERATOR]),
    ],
)
def test_a_selector_that_does_not_select(resource: str, selector: Body | None, said: list[str]) -> None:
    assert broken(resource, workload(selector=selector)) == said


@pytest.mark.parametrize(
    ("resource", "word"), list(zip(WORKLOADS, ("deployment", "deployment", "daemonset"), strict=True))
)
def test_an_empty_selector_is_refused(resource: str, word: str) -> None:
    assert broken(resource, workload(selector={})) == [
        f"spec.selector: Invalid value: {{}}: empty selector is invalid for {word}"
    ]


@pytest.mark.parametrize("resource", ["deployments.apps", "replicasets.apps"])
def test_replicas_are_not_negative(resource: str) -> None:
    assert broken(resource, workload(replicas=-1)) == [
        "spec.replicas: Invalid value: -1: must be greater than or equal to 0"
    ]


AT = "spec.strategy.rollingUpdate"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (
            {"strategy": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 0}}},
            [f"{AT}.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
        ),
        (
            {"strategy": {"rollingUpdate": {"maxUnavailable": "101%"}}},
            [f'{AT}.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
        ),
        (
            {"strategy": {"rollingUpdate": {"maxSurge": "a lot"}}},
            [
                f'{AT}.maxSurge: Invalid value: "a lot": a valid percent string must be a numeric string '
                f"followed by an "
                "ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
            ],
        ),
        (
            {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
            [f"{AT}: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
        ),
        (
            {"strategy": {"type": "Canary"}},
            [
                'spec.strategy: Unsupported value: {"Type":"Canary","RollingUpdate":null}: supported values: '
                '"Recreate", "RollingUpdate"'
            ],
        ),
        (
            {"progressDeadlineSeconds": 10, "minReadySeconds": 10},
            ["spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds"],
        ),
    ],
)
def test_mistakes_of_deployments(spec: Body, said: list[str]) -> None:
    assert broken("deployments.apps", workload(**spec)) == said


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        (
            {"maxSurge": 1},
            [
                "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when "
                "maxUnavailable is non-zero"
            ],
        ),
        (
            {"maxUnavailable": 0},
            ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
        ),
        ({"maxUnavailable": "0%", "maxSurge": "10%"}, []),
    ],
)
def test_mistakes_of_daemon_sets(figures: Body, said: list[str]) -> None:
    assert broken("daemonsets.apps", workload(updateStrategy={"rollingUpdate": figures})) == said


def test_a_daemon_set_has_two_ways_of_updating() -> None:
    assert broken("daemonsets.apps", workload(updateStrategy={"type": "Canary"})) == [
        'spec.updateStrategy: Unsupported value: {"Type":"Canary","RollingUpdate":null}: supported values: '
        '"RollingUpdate", "OnDelete"'
    ]


@pytest.mark.parametrize("resource", WORKLOADS)
def test_the_selector_is_for_life(resource: str) -> None:
    old = made(resource, workload())
    assert broken_change(resource, old, selector={"matchLabels": {"app": "b"}}) == [
        'spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable'
    ]
    assert broken_change(resource, old, minReadySeconds=5) == []


def test_annotations_are_a_new_generation_of_deployments_only() -> None:
    for resource, generation in (("deployments.apps", 2), ("replicasets.apps", 1)):
        old = made(resource, workload())
        annotated = {**old, "metadata": {**old["metadata"], "annotations": {"a": "b"}}}
        new = writes.updated(KINDS[resource], old, annotated, revision=2)
        assert new is not None
        assert new["metadata"]["generation"] == generation


def test_daemon_sets_count_their_templates() -> None:
    old = made("daemonsets.apps", workload())
    assert old["metadata"]["annotations"] == {DAEMON_GENERATION: "1"}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container(image="nginx:2")]}}
    new = changed("daemonsets.apps", old, template=template)
    assert new["metadata"]["annotations"] == {DAEMON_GENERATION: "2"}
    assert changed("daemonsets.apps", new, minReadySeconds=3)["metadata"]["annotations"] == {DAEMON_GENERATION: "2"}


def test_rows() -> None:
    deployment = {
        **made("deployments.apps", workload(replicas=3)),
        "status": {"readyReplicas": 2, "updatedReplicas": 3},
    }
    assert row("deployments.apps", deployment, wide=True) == {
        "Name": "web",
        "Ready": "2/3",
        "Up-to-date": 3,
        "Available": 0,
        "Age": "0s",
        "Containers": "web",
        "Images": "nginx:1.27",
        "Selector": "app=web",
    }
    replica_set = {**made("replicasets.apps", workload()), "status": {"replicas": 1, "readyReplicas": 1}}
    assert row("replicasets.apps", replica_set) == {"Name": "web", "Desired": 1, "Current": 1, "Ready": 1, "Age": "0s"}
    daemon_set = made("daemonsets.apps", workload())
    assert row("daemonsets.apps", daemon_set) == {
        "Name": "web",
        "Desired": 0,
        "Current": 0,
        "Ready": 0,
        "Up-to-date": 0,
        "Available": 0,
        "Node Selector": "<none>",
        "Age": "0s",
    }


def test_sketches() -> None:
    draw = KINDS["daemonsets.apps"].draw
    assert draw is not None
    status = {"desiredNumberScheduled": 5, "numberReady": 4, "updatedNumberScheduled": 3, "numberAvailable": 2}
    assert draw({**made("daemonsets.apps", workload()), "status": status}) == {
        "desired": 5,
        "ready": 4,
        "updated": 3,
        "available": 2,
        "owner": None,
        "labels": {},
    }


def test_what_scales_has_the_subresource() -> None:
    scaled = {kind.resource for kind in KINDS if kind.scale is not None}
    assert scaled >= {"deployments.apps", "replicasets.apps", "statefulsets.apps"}
    assert scaled == {kind.resource for kind in KINDS if "scale" in kind.subresources}
