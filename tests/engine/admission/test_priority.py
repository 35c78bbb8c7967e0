"""Priority: pods get the number of their class.

The cases follow plugin/pkg/admission/priority/admission_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.admission import Attributes
from simulator.engine.admission.priority import PLUGIN
from simulator.engine.kinds.priority_class import LOWER, SYSTEM
from simulator.engine.registry import KINDS, Body
from tests.engine.kinds.builders import pod

from .rig import Cluster, admitted, changing, creating, refusal, refused

CLASSES = "priorityclasses.scheduling.k8s.io"


def priority_class(name: str, value: int, **more: Any) -> Body:
    return KINDS[CLASSES].default({"metadata": {"name": name}, "value": value, **more})


HIGH = priority_class("high", 1000)
MEEK = priority_class("meek", -5, preemptionPolicy="Never")
USUAL = priority_class("usual", 10, globalDefault=True)
OTHER = priority_class("other", 7, globalDefault=True)


@pytest.mark.parametrize(
    ("classes", "spec", "wanted"),
    [
        ([], {}, ("", 0, LOWER)),
        ([HIGH], {"priorityClassName": "high"}, ("high", 1000, LOWER)),
        ([MEEK], {"priorityClassName": "meek"}, ("meek", -5, "Never")),
        ([HIGH, USUAL], {}, ("usual", 10, LOWER)),
        ([USUAL, OTHER], {}, ("other", 7, LOWER)),
        ([], {"priorityClassName": "system-node-critical"}, ("system-node-critical", 2000001000, LOWER)),
        ([HIGH], {"priorityClassName": "high", "priority": 1000}, ("high", 1000, LOWER)),
    ],
)  # fmt: skip
def test_pods(classes: list[Body], spec: Body, wanted: tuple[str, int, str]) -> None:
    made = admitted(PLUGIN, creating("pods", pod(**spec)), Cluster(*((CLASSES, one) for one in classes)))["spec"]
    assert (made.get("priorityClassName", ""), made["priority"], made["preemptionPolicy"]) == wanted


COMPUTED = "must not be provided in pod spec; priority admission controller computed"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"priorityClassName": "low"}, "no PriorityClass with name low was found"),
        (
            {"priority": 5},
            f"the integer value of priority (5) {COMPUTED} 0 from the given PriorityClass name",
        ),
        (
            {"priorityClassName": "high", "preemptionPolicy": "Never"},
            f"the string value of PreemptionPolicy (Never) {COMPUTED} {LOWER} from the given PriorityClass name",
        ),
    ],
)
def test_pods_that_are_refused(spec: Body, said: str) -> None:
    assert (
        refusal(PLUGIN, creating("pods", pod(**spec)), Cluster((CLASSES, HIGH))) == f'pods "web" is forbidden: {said}'
    )


def test_a_change_that_does_not_say_the_priority_keeps_it() -> None:
    old = pod(priority=1000, preemptionPolicy="Never")
    made = admitted(PLUGIN, changing("pods", old, pod()), Cluster())["spec"]
    assert (made["priority"], made["preemptionPolicy"]) == (1000, "Never")


def test_there_is_one_default() -> None:
    cluster = Cluster((CLASSES, USUAL))
    said = (
        f'{CLASSES} "other" is forbidden: PriorityClass usual is already marked as default. Only one default can exist'
    )
    assert refused(PLUGIN, creating(CLASSES, OTHER), cluster) == said
    assert refused(PLUGIN, creating(CLASSES, HIGH), cluster) == ""
    assert refused(PLUGIN, changing(CLASSES, USUAL, {**USUAL, "description": "x"}), cluster) == ""
    assert "already marked" in refused(PLUGIN, changing(CLASSES, HIGH, {**HIGH, "globalDefault": True}), cluster)


def test_the_systems_classes_stay() -> None:
    body = SYSTEM["system-node-critical"]
    leaving = Attributes("DELETE", KINDS[CLASSES], body, body)
    assert refused(PLUGIN, leaving, Cluster()) == (
        f'{CLASSES} "system-node-critical" is forbidden: this is a system priority class and cannot be deleted'
    )
    assert refused(PLUGIN, Attributes("DELETE", KINDS[CLASSES], HIGH, HIGH), Cluster()) == ""
