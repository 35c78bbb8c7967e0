"""ReplicationControllers and PodTemplates: defaults, what may change, what is shown."""

from __future__ import annotations

import pytest

from simulator.engine import writes
from simulator.engine.registry import KINDS, Body

from .builders import broken, container, made, row, texts

KIND = KINDS["replicationcontrollers"]
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container()]}}


def controller(**spec: object) -> Body:
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": {"template": TEMPLATE, **spec}}


def test_what_a_controller_gets() -> None:
    stored = made("replicationcontrollers", controller())
    assert stored["metadata"]["labels"] == stored["spec"]["selector"] == {"app": "web"}
    assert (stored["spec"]["replicas"], stored["status"], stored["metadata"]["generation"]) == (1, {"replicas": 0}, 1)
    assert stored["spec"]["template"]["spec"]["restartPolicy"] == "Always"
    assert KIND.default(stored) is stored
    assert KIND.fields(stored) == {"status.replicas": "0"}


def test_the_row_of_a_controller() -> None:
    stored = {**made("replicationcontrollers", controller(replicas=3)), "status": {"replicas": 2, "readyReplicas": 1}}
    assert row("replicationcontrollers", stored, wide=True) == {
        "Name": "web",
        "Desired": 3,
        "Current": 2,
        "Ready": 1,
        "Age": "0s",
        "Containers": "web",
        "Images": "nginx:1.27",
        "Selector": "app=web",
    }


def test_the_selector_may_change_with_the_template() -> None:
    old = made("replicationcontrollers", controller())
    template = {**old["spec"]["template"], "metadata": {"labels": {"app": "api"}}}
    spec = {**old["spec"], "selector": {"app": "api"}, "template": template}
    new = writes.updated(KIND, old, {**old, "spec": spec}, revision=2)
    assert new is not None
    assert texts([*KIND.validate(new), *KIND.validate_update(new, old)]) == []
    assert new["metadata"]["generation"] == 2


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"replicas": 2, "fullyLabeledReplicas": 2, "readyReplicas": 1, "availableReplicas": 1}, []),
        (
            {"replicas": -1},
            [
                "status.replicas: Invalid value: -1: must be greater than or equal to 0",
                "status.fullyLabeledReplicas: Invalid value: 0: cannot be greater than status.replicas",
                "status.readyReplicas: Invalid value: 0: cannot be greater than status.replicas",
                "status.availableReplicas: Invalid value: 0: cannot be greater than status.replicas",
            ],
        ),
        (
            {"replicas": 1, "readyReplicas": 2, "availableReplicas": 3},
            [
                "status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas",
                "status.availableReplicas: Invalid value: 3: cannot be greater than status.replicas",
                "status.availableReplicas: Invalid value: 3: cannot be greater than readyReplicas",
            ],
        ),
    ],
)
def test_the_status_of_a_controller(status: Body, said: list[str]) -> None:
    old = made("replicationcontrollers", controller())
    assert texts(KIND.parts["status"].validate({**old, "status": status}, old)) == said


def test_a_pod_template() -> None:
    body = {"metadata": {"name": "web", "namespace": "default"}, "template": TEMPLATE}
    stored = made("podtemplates", body)
    assert stored["template"]["spec"]["dnsPolicy"] == "ClusterFirst"
    assert stored["metadata"]["generation"] == 1
    assert broken("podtemplates", body) == []
    assert row("podtemplates", stored) == {
        "Name": "web",
        "Containers": "web",
        "Images": "nginx:1.27",
        "Pod Labels": "app=web",
    }
