"""What holds of every update of a DaemonSet: it never takes away more than it may, and it comes to an end."""

from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import MILLISECOND
from simulator.engine.journal import Change
from simulator.engine.objects import name_of
from simulator.engine.pods import is_active, is_ready
from simulator.engine.registry import Body
from tests.engine.controllers.rig import Rig, make_ready

DS = "daemonsets.apps"
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["unready", "ready", "evict", "delete", "gain a node", "lose a node", "rebuild", "again"]),
        st.integers(0, 30),
        st.sampled_from([0.001, 0.02, 0.3, 1.5, 8]),
    ),
    max_size=12,
)


class Limits:
    """Holds whenever the controller takes the last ready pod of a node that no more nodes are without one than may be.

    What became of other pods in the last moment the controller may not know.
    """

    MOMENT = 100 * MILLISECOND

    def __init__(self, rig: Rig, most: int, news: list[int] | None = None) -> None:
        self.rig, self.most = rig, most
        self.news: list[int] = [] if news is None else news
        rig.world.watch("pods", self._changed)
        rig.world.watch("nodes", self._node_changed)

    def _node_changed(self, change: Change) -> None:
        self.news.append(change.at)

    def _changed(self, change: Change) -> None:
        before = self._is_up(change.before)
        after = change.operation != "DELETED" and self._is_up(change.body)
        if before == after:
            return
        if change.cause.component != "daemonset-controller":
            self.news.append(change.at)
            return
        ready = {pod["spec"]["nodeName"] for pod in self.rig.world.list("pods", "default") if self._is_up(pod)}
        nodes = {name_of(node) for node in self.rig.world.list("nodes")}
        if before and change.body["spec"]["nodeName"] in nodes - ready:
            unknown = sum(at > change.at - self.MOMENT for at in self.news)
            assert len(nodes - ready) <= self.most + unknown, (nodes, ready, self.most, unknown)

    @staticmethod
    def _is_up(pod: Body | None) -> bool:
        return pod is not None and is_active(pod) and is_ready(pod)


def _do(rig: Rig, move: str, which: int, number: int) -> None:
    pods = [pod for pod in rig.pods() if is_active(pod)]
    pod = pods[which % len(pods)] if pods else None
    nodes = rig.world.list("nodes")
    if move == "rebuild":
        rig.rebuild()
    elif move == "again":
        rig.image("agent", f"nginx:{number}", DS)
    elif move == "gain a node":
        rig.node(f"extra-{number}")
    elif move == "lose a node" and len(nodes) > 1:
        rig.delete("nodes", name_of(nodes[which % len(nodes)]), namespace="")
    elif pod is None or move == "lose a node":
        return
    elif move == "delete":
        rig.delete("pods", name_of(pod))
    elif move == "evict":
        make_ready(rig.world, pod, ready=False, phase="Failed")
    elif move == "unready" or pod["spec"].get("nodeName"):
        make_ready(rig.world, pod, ready=move == "ready")


@settings(max_examples=60, deadline=None)
@given(
    limit=st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda both: (both[0] == 0) != (both[1] == 0)),
    sick=st.integers(0, 3),
    moves=MOVES,
)
def test_an_update_takes_no_more_away_than_it_may(limit: tuple[int, int], sick: int, moves: list[Any]) -> None:
    surge, unavailable = limit
    rig = Rig(5, is_sick=lambda pod: pod["metadata"]["uid"][0] in "0123"[:sick])
    rig.daemonset("agent", surge=surge, unavailable=unavailable)
    rig.settle()
    limits = Limits(rig, unavailable)
    numbers = count(2)
    rig.image("agent", f"nginx:{next(numbers)}", DS)
    for move, which, pause in moves:
        rig.run(pause)
        world = rig.world
        _do(rig, move, which, next(numbers))
        if rig.world is not world:
            limits = Limits(rig, unavailable, limits.news)
    rig.settle(7200)
    assert len(rig.pods()) >= len(rig.world.list("nodes"))
    if not sick and all(move != "unready" for move, _which, _pause in moves):
        template = rig.get(DS, "agent")["spec"]["template"]["spec"]["containers"][0]["image"]
        assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods() if is_active(pod)} == {template}
        assert rig.get(DS, "agent")["status"]["numberAvailable"] == len(rig.world.list("nodes"))
