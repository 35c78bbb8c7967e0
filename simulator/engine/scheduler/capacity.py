"""How many more pods like one the scheduler would find room for, and what stops the next one.

Answers the question of sigs.k8s.io/cluster-capacity: nobody is pushed off a node for them.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from simulator.engine.objects import name_of
from simulator.engine.registry import Body
from simulator.engine.scheduler.cycle import drawing
from simulator.engine.scheduler.decision import decide
from simulator.engine.scheduler.one_pass import Pass
from simulator.engine.scheduler.trace import told


class Capacity(NamedTuple):
    """per_node: how many more of the pod go to each node, in the order of the nodes' names.

    next_one: the trace of the one after them. limited: they were not all counted; it would fit too.
    """

    per_node: dict[str, int]
    next_one: dict[str, Any]
    limited: bool

    def told(self) -> dict[str, Any]:
        """The answer in plain JSON; of the reasons, the most frequent comes first."""
        found = Counter(
            reason for node in self.next_one["nodes"] if node["filter"] for reason in node["filter"]["reasons"]
        )
        reasons = sorted(found.items(), key=lambda one: (-one[1], one[0]))
        return {
            "replicas": sum(self.per_node.values()),
            "limited": self.limited,
            "perNode": [{"name": node, "count": count} for node, count in self.per_node.items()],
            "message": self.next_one["message"],
            "reasons": [{"reason": reason, "nodes": number} for reason, number in reasons],
        }


def capacity(running: Pass, pod: Body, *, most: int) -> Capacity:
    """Fills the table with pods like this one, one after the other, with `most` at the most."""
    framework, nodes, held = running.profiles.of(pod), running.nodes, Counter[str]()
    number = 0
    nodes.refresh()
    while framework is not None and len(nodes) and number < most:
        one = _replica(pod, number)
        shape = running.shapes.of(one)
        decision = decide(framework, nodes, shape, start=running.start, draw=drawing(running.chance, one))
        if decision.node is None:
            break
        running.start = decision.start
        running.assume(one, decision.node)
        held[decision.node] += 1
        number += 1
    after = _replica(pod, number)
    answer = told(running, after, running.try_out(after))
    return Capacity({name: held[name] for name in sorted(held)}, answer, limited=answer["node"] is not None)


def _replica(pod: Body, number: int) -> Body:
    """Another pod like this one, with a name that no real pod has."""
    return {**pod, "metadata": {**pod["metadata"], "name": f"{name_of(pod)}/{number}"}}
