"""Whose pods a StatefulSet's are, and what it does when it is refused.

The cases are those of pkg/controller/statefulset/{stateful_set_control_test.go,stateful_set_test.go}, v1.34.
"""

from __future__ import annotations

from simulator.engine.objects import controller_of, labels_of, name_of, uid_of
from tests.engine.controllers.rig import Rig
from tests.engine.controllers.stateful_sets import (
    BOTH,
    STS,
    figures,
    keeping,
    names,
)


def test_it_adopts_pods_of_its_names_only() -> None:
    rig = Rig()
    rig.pod("web-0", {"app": "web"})
    rig.pod("stray", {"app": "web"})
    rig.pod("other-0", {"app": "web"})
    rig.run(2)
    rig.statefulset("web", 1)
    rig.settle()
    owners = {name_of(pod): controller_of(pod) for pod in rig.pods()}
    assert owners["web-0"] is not None
    assert owners["stray"] is None and owners["other-0"] is None


def test_it_lets_go_of_what_no_longer_matches() -> None:
    rig = Rig()
    rig.statefulset("web", 2)
    rig.settle()
    rig.edit("pods", "web-1", ("metadata", "labels"), {"app": "debug"})
    rig.run(3)
    assert controller_of(rig.get("pods", "web-1")) is None
    assert names(rig) == ["web-0", "web-1"]
    rig.delete("pods", "web-1")
    rig.settle()
    assert controller_of(rig.get("pods", "web-1")) is not None
    assert figures(rig) == (2, 2, 2, 2, 2)


def test_a_name_that_is_taken_is_tried_again_without_an_event() -> None:
    rig = Rig()
    rig.pod("web-0", {"app": "other"})
    rig.statefulset("web", 1)
    rig.run(20)
    assert rig.messages("FailedCreate") == []
    rig.delete("pods", "web-0")
    rig.run(60)
    assert labels_of(rig.get("pods", "web-0"))["app"] == "web"


def test_the_label_of_the_name_comes_back() -> None:
    rig = Rig()
    rig.statefulset("web", 1)
    rig.settle()
    labels = labels_of(rig.get("pods", "web-0"))
    without = {key: value for key, value in labels.items() if not key.startswith("statefulset.")}
    rig.edit("pods", "web-0", ("metadata", "labels"), without)
    rig.settle()
    assert labels_of(rig.get("pods", "web-0")) == labels
    assert rig.messages("SuccessfulUpdate") == ["update Pod web-0 in StatefulSet web successful"]


def test_a_refused_create_is_an_event_and_tried_again() -> None:
    rig = Rig()
    quota = {"metadata": {"name": "few", "namespace": "default"}, "spec": {"hard": {"pods": "1"}}}
    rig.create("resourcequotas", quota)
    rig.run(1)
    rig.statefulset("web", 2)
    rig.run(30)
    assert rig.messages("FailedCreate") == [
        'create Pod web-1 in StatefulSet web failed error: pods "web-1" is forbidden: exceeded quota: few, '
        "requested: pods=1, used: pods=1, limited: pods=1"
    ]
    assert figures(rig) == (1, 1, 1, 1, 1)
    rig.delete("resourcequotas", "few")
    rig.settle()
    assert figures(rig) == (2, 2, 2, 2, 2)


def test_a_name_that_is_too_long_for_a_label_is_refused() -> None:
    rig = Rig()
    name = "w" * 60
    rig.statefulset(name, 1)
    rig.run(1)
    (message, *_more) = rig.messages("FailedCreate")
    assert "must be no more than 63" in message
    assert rig.pods() == []


def test_a_deleted_one_takes_its_pods_along() -> None:
    rig = Rig()
    rig.statefulset("web", 2, claims=["data"])
    rig.settle()
    rig.delete(STS, "web")
    rig.settle()
    assert names(rig) == []
    assert len(rig.world.list("persistentvolumeclaims", "default")) == 2


def test_orphans_stay_and_are_adopted_by_the_next() -> None:
    rig = Rig()
    rig.statefulset("web", 2)
    rig.settle()
    rig.delete(STS, "web", propagation="Orphan")
    rig.settle()
    before = [uid_of(pod) for pod in rig.pods()]
    assert len(before) == 2 and all(controller_of(pod) is None for pod in rig.pods())
    rig.statefulset("web", 2)
    rig.settle()
    assert [uid_of(pod) for pod in rig.pods()] == before
    assert figures(rig) == (2, 2, 2, 2, 2)


@BOTH
def test_a_settled_one_makes_no_writes(policy: str) -> None:
    rig = Rig()
    retention = keeping(("Delete", "Delete"))
    rig.statefulset("web", 3, claims=["data"], minReadySeconds=5, podManagementPolicy=policy, **retention)
    rig.settle()
    revision = rig.world.revision
    rig.rebuild()
    rig.run(1000)
    assert rig.world.revision == revision
