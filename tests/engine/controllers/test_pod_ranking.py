"""Which pod goes first: one row for each step of upstream's ranking."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.pod_ranking import least_needed, rank
from simulator.engine.objects import timestamp
from simulator.engine.registry import Key
from simulator.engine.validation.pod_template import DELETION_COST
from tests.engine.controllers.rig import START

HOUR = 3600


def pod(uid, *, node="n", phase="Running", ready=100, cost=None, restarts=0, age=1000, deleting=False):
    """ready: seconds since it became ready, None if it is not; age: seconds since it was created."""
    meta = {"name": uid, "uid": uid, "creationTimestamp": timestamp(START - age * SECOND)}
    if cost is not None:
        meta["annotations"] = {DELETION_COST: cost}
    if deleting:
        meta["deletionTimestamp"] = timestamp(START)
    condition = {"type": "Ready", "status": "False"}
    if ready is not None:
        condition = {"type": "Ready", "status": "True", "lastTransitionTime": timestamp(START - ready * SECOND)}
    status = {"phase": phase, "conditions": [condition], "containerStatuses": [{"name": "c", "restartCount": restarts}]}
    return {"metadata": meta, "spec": {"nodeName": node} if node else {}, "status": status}


CASES = {
    "unassigned before assigned": (pod("a"), pod("b", node="")),
    "pending before unknown": (pod("a", phase="Unknown"), pod("b", phase="Pending")),
    "unknown before running": (pod("a"), pod("b", phase="Unknown")),
    "not ready before ready": (pod("a"), pod("b", ready=None)),
    "lower cost first": (pod("a", cost="10"), pod("b", cost="-5")),
    "no cost counts as 0": (pod("a", cost="1"), pod("b")),
    "a bad cost counts as 0": (pod("a", cost="1"), pod("b", cost="cheap")),
    "not ready comes before a low cost": (pod("a", cost="-100"), pod("b", ready=None)),
    "ready for less time first": (pod("a", ready=HOUR), pod("b", ready=10)),
    "as old in order of magnitude: by uid": (pod("b", ready=1000), pod("a", ready=1001)),
    "more restarts first": (pod("a", restarts=1), pod("b", restarts=3)),
    "younger first": (pod("a", age=HOUR), pod("b", age=10)),
}


def first_to_go(pods, count=1, crowd=None):
    """The names of the pods that go first."""
    ranks = {Key("default", one["metadata"]["name"]): rank(one) for one in pods}
    return [key.name for key in least_needed(ranks, count, crowd or {}, START)]


@pytest.mark.parametrize("name", CASES)
def test_the_second_pod_goes_first(name):
    first, second = CASES[name]
    assert first_to_go([first, second]) == [second["metadata"]["name"]]


def test_doubled_up_on_a_node_goes_first():
    pods = [pod("a", node="one"), pod("b", node="two"), pod("c", node="two")]
    assert first_to_go(pods, crowd={"one": 1, "two": 2}) == ["b"]
    assert first_to_go(pods, crowd={"one": 3, "two": 2}) == ["a"]


def test_groups_go_one_after_the_other():
    pods = [pod("a"), pod("b", ready=None), pod("c", node=""), pod("d", restarts=1), pod("e", ready=None, restarts=2)]
    assert first_to_go(pods, 4) == ["c", "e", "b", "d"]


def test_all_go_in_the_order_of_their_names():
    assert first_to_go([pod("b", node=""), pod("a")], 2) == ["a", "b"]
