"""What a budget says to one disruption more. The cases follow pkg/registry/core/pod/storage/eviction_test.go, v1.34."""

from __future__ import annotations

import pytest

from simulator.engine import disruption_budgets
from simulator.engine.errors import StatusError
from simulator.engine.registry import Body
from tests.engine.kinds.builders import NOW, ago

REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."


def budget(**status: object) -> Body:
    figures = {"observedGeneration": 1, "currentHealthy": 3, "desiredHealthy": 2, "disruptionsAllowed": 1}
    return {
        "metadata": {"name": "pdb", "namespace": "default", "generation": 1},
        "spec": {},
        "status": {**figures, **status},
    }


def test_one_less() -> None:
    left = disruption_budgets.less_one(budget(disruptionsAllowed=2, disruptedPods={"a": ago(5)}), "web", NOW)
    assert (left["disruptionsAllowed"], left["disruptedPods"]) == (1, {"a": ago(5), "web": ago(0)})
    assert "conditions" not in left
    last = disruption_budgets.less_one(budget(), "web", NOW)
    assert last["conditions"] == [
        {
            "type": "DisruptionAllowed", "status": "False", "reason": "InsufficientPods", "message": "",
            "observedGeneration": 1, "lastTransitionTime": ago(0),
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "code", "said", "cause"),
    [
        ({"disruptionsAllowed": 0}, 429, REFUSED, "The disruption budget pdb needs 2 healthy pods and has 3 currently"),
        ({"observedGeneration": 0}, 429, REFUSED, "The disruption budget pdb is still being processed by the server."),
        (
            {"disruptionsAllowed": -1},
            403,
            'poddisruptionbudget.policy "pdb" is forbidden: pdb disruptions allowed is negative',
            "",
        ),
        (
            {"disruptedPods": {f"p{number}": ago(1) for number in range(2001)}},
            403,
            'poddisruptionbudget.policy "pdb" is forbidden: DisruptedPods map too big - too many evictions not '
            "confirmed by PDB controller",
            "",
        ),
    ],
)
def test_refusals(status: Body, code: int, said: str, cause: str) -> None:
    with pytest.raises(StatusError) as caught:
        disruption_budgets.less_one(budget(**status), "web", NOW)
    assert (caught.value.code, caught.value.message) == (code, said)
    assert [one["message"] for one in caught.value.details.get("causes", ())] == ([cause] if cause else [])


def test_the_condition_keeps_its_time_while_it_stays() -> None:
    held = budget(conditions=[{"type": "DisruptionAllowed", "status": "True", "lastTransitionTime": ago(60)}])["status"]
    assert disruption_budgets.with_allowed(held, NOW)["conditions"][0]["lastTransitionTime"] == ago(60)
    turned = disruption_budgets.with_allowed({**held, "disruptionsAllowed": 0}, NOW)
    assert turned["conditions"][0]["lastTransitionTime"] == ago(0)


@pytest.mark.parametrize(
    ("selector", "labels", "is_selected"),
    [
        ({"matchLabels": {"app": "web"}}, {"app": "web"}, True),
        ({"matchLabels": {"app": "web"}}, {"app": "db"}, False),
        ({}, {}, True),
        (None, {"app": "web"}, False),
        ({"matchExpressions": [{"key": "app", "operator": "Near"}]}, {"app": "web"}, False),
    ],
)
def test_whom_a_budget_selects(selector: Body | None, labels: dict[str, str], is_selected: bool) -> None:
    assert disruption_budgets.selects({"spec": {"selector": selector}}, labels) == is_selected
