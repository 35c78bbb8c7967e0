"""Which pod goes first: one row for each step of upstream's ranking."""

from __future__ import annotations

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.controllers.pod_ranking import least_needed
from simulator.engine.objects import timestamp
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


@pytest.mark.parametrize("name", CASES)
def test_the_second_pod_goes_first(name):
    first, second = CASES[name]
    assert least_needed([first, second], 1, [], START) == [second]


def test_doubled_up_on_a_node_goes_first():
    alone, pair = pod("a", node="one"), [pod("b", node="two"), pod("c", node="two")]
    assert least_needed([alone, *pair], 1, [alone, *pair], START)[0] in pair


def test_pods_of_other_replicasets_count_for_the_crowd_but_not_those_that_leave():
    first, second = pod("a", node="one"), pod("b", node="two")
    leaving = [pod("y", node="one", deleting=True), pod("z", node="one", deleting=True)]
    related = [first, second, pod("x", node="two"), *leaving]
    assert least_needed([first, second], 1, related, START) == [second]


def test_all_go_in_the_order_they_have():
    pods = [pod("a"), pod("b", node="")]
    assert least_needed(pods, 2, [], START) == pods
