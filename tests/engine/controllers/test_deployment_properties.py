"""What holds of every rollout: it ends, keeps its limits, leads back to who asked, and outlives a rebuilt world."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import MILLISECOND
from simulator.engine.controllers.deployment import sizes
from simulator.engine.journal import Change
from simulator.engine.objects import controller_of, name_of
from simulator.engine.pods import is_active, is_ready
from simulator.engine.registry import Body
from tests.engine.controllers.rig import USER, Rig, make_ready

RS = "replicasets.apps"
DEPLOYMENTS = "deployments.apps"


def test_a_settled_world_makes_no_writes():
    rig = Rig()
    rig.deployment("web", 5)
    rig.settle()
    rig.image("web", "nginx:2")
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision


def test_every_write_has_a_cause_that_leads_back_to_the_user():
    rig = Rig()
    rig.settle()
    rig.world.drain()
    rig.deployment("web", 2)
    rig.settle()
    changes = {change.revision: change for change in rig.world.drain().changes}
    for change in changes.values():
        if change.cause.component.endswith("controller") or change.resource == "events":
            step = change
            while step.cause.led_by is not None:
                assert step.cause.led_by < step.revision
                step = changes[step.cause.led_by]
            assert step.cause in (USER,) or step.cause.component in ("alice", "fake-kubelet"), change
            assert "{" not in change.cause.text(), change.cause


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["unready", "ready", "evict", "delete", "lose a node", "gain a node", "rebuild", "again"]),
        st.integers(0, 30),
        st.sampled_from([0.001, 0.02, 0.3, 1.5, 8]),
    ),
    max_size=12,
)


class Limits:
    """Holds after every change of a pod during a rollout of `web` that there are not more than may be.

    And that, whenever the ReplicaSets' controller deletes a pod that is ready, enough ready ones are left. What others
    take away is not made up for by that; and that a pod is lost, or ready after all, the controllers know only after a
    moment, which is granted.
    """

    MOMENT = 100 * MILLISECOND

    def __init__(self, rig: Rig, least: int, most: int, news: list[tuple[int, str]] | None = None) -> None:
        self.rig, self.least, self.most = rig, least, most
        self.news = [] if news is None else news
        """(instant, "" for a pod that was lost, or the ReplicaSet of one that has become ready)"""
        rig.world.watch("pods", self._changed)

    def _changed(self, change: Change) -> None:
        pods = [pod for pod in self.rig.world.list("pods", "default") if is_active(pod)]
        assert len(pods) <= self.most, (len(pods), self.most)
        before = self._is_up(change.before)
        after = change.operation != "DELETED" and self._is_up(change.body)
        owner = (controller_of(change.body) or {}).get("name", "")
        if after and not before:
            self.news.append((change.at, owner))
        if not before or after:
            return
        if change.cause.component != "replicaset-controller":
            self.news.append((change.at, ""))
            return
        unknown = sum(at > change.at - self.MOMENT and whose in ("", owner) for at, whose in self.news)
        up = sum(map(self._is_up, pods))
        assert up >= self.least - unknown, (up, self.least, unknown)

    @staticmethod
    def _is_up(pod: Body | None) -> bool:
        return pod is not None and is_active(pod) and is_ready(pod)


def _do(rig: Rig, move: str, which: int, image: Iterator[int]) -> None:
    pods = rig.pods()
    pod = pods[which % len(pods)] if pods else None
    if move == "rebuild":
        rig.rebuild()
    elif move == "again":
        rig.image("web", f"nginx:{next(image)}")
    elif move == "gain a node":
        rig.node(f"extra-{next(image)}")
    elif move == "lose a node":
        nodes = rig.world.list("nodes")
        if len(nodes) > 1:
            rig.delete("nodes", name_of(nodes[which % len(nodes)]), namespace="")
    elif pod is None or not is_active(pod):
        return
    elif move == "delete":
        rig.delete("pods", name_of(pod))
    elif move == "evict":
        make_ready(rig.world, pod, ready=False, phase="Failed")
    elif move == "unready" or pod["spec"].get("nodeName"):
        make_ready(rig.world, pod, ready=move == "ready")


@settings(max_examples=60, deadline=None)
@given(
    replicas=st.integers(1, 8),
    surge=st.one_of(st.integers(0, 4), st.sampled_from(["0%", "25%", "100%"])),
    unavailable=st.one_of(st.integers(0, 4), st.sampled_from(["0%", "25%", "50%"])),
    sick=st.integers(0, 3),
    latency=st.sampled_from(["realistic", "instant"]),
    moves=MOVES,
)
def test_a_rolling_update_never_breaks_its_limits(replicas, surge, unavailable, sick, latency, moves):
    """Whatever becomes of the pods and nodes meanwhile, and however often the template changes on the way."""
    rig = Rig(latency=latency, is_sick=lambda pod: pod["metadata"]["uid"][0] in "0123"[:sick])
    rig.deployment("web", replicas, surge=surge, unavailable=unavailable, progressDeadlineSeconds=30)
    rig.settle()
    deployment = rig.get(DEPLOYMENTS, "web")
    least, most = replicas - sizes.max_unavailable(deployment), replicas + sizes.max_surge(deployment)
    limits = Limits(rig, least, most)
    image = count(2)
    rig.image("web", f"nginx:{next(image)}")
    for move, which, pause in moves:
        rig.run(pause)
        world = rig.world
        _do(rig, move, which, image)
        if rig.world is not world:
            limits = Limits(rig, least, most, limits.news)
    rig.settle()
    revision = rig.world.revision
    rig.run(3000)
    assert rig.world.revision == revision
    left = [pod for pod in rig.pods() if is_active(pod)]
    if all(is_ready(pod) for pod in left):  # nobody makes a pod well again that a move made unready
        assert {pod["spec"]["containers"][0]["image"] for pod in left} == {
            rig.get(DEPLOYMENTS, "web")["spec"]["template"]["spec"]["containers"][0]["image"]
        }


@settings(max_examples=15, deadline=None)
@given(moments=st.lists(st.floats(0.001, 4), min_size=1, max_size=4))
def test_a_rebuilt_world_ends_the_same(moments):
    worlds = []
    for rebuild in (False, True):
        rig = Rig()
        rig.deployment("web", 5, minReadySeconds=1)
        rig.settle()
        rig.image("web", "nginx:2")
        for moment in moments:
            rig.run(moment)
            if rebuild:
                rig.rebuild()
        rig.settle()
        worlds.append(rig.world)
    for resource in (DEPLOYMENTS, RS, "pods", "events"):
        assert worlds[0].list(resource) == worlds[1].list(resource)
