"""What holds of every StatefulSet: its order, its limits, its end, its causes, and that it outlives a rebuilt world."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.statefulset.identity import ordinal_of
from simulator.engine.controllers.statefulset.plan import most_unavailable
from simulator.engine.journal import Change
from simulator.engine.objects import is_deleting, name_of
from simulator.engine.pods import is_available, is_ready, is_terminal
from simulator.engine.registry import Body
from tests.engine.controllers.rig import USER, Rig, make_ready

STS = "statefulsets.apps"
UNAVAILABLE = st.sampled_from([1, 2, 3, "50%", "100%"])
STEPS = st.lists(
    st.tuples(st.sampled_from(["scale", "image", "delete", "fail", "wait", "rebuild"]), st.integers(0, 5)), max_size=6
)


class Watch:
    """Follows the pods of a StatefulSet, change by change."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.pods: dict[str, Body] = {}
        self.fewest = self.most = 0
        self.made_too_soon: list[str] = []
        self.taken_too_many: list[str] = []
        self.follow(rig)

    def follow(self, rig: Rig) -> None:
        self.rig = rig
        rig.world.watch("pods", self._changed)

    def steady(self) -> int:
        return sum(is_ready(pod) and not is_deleting(pod) for pod in self.pods.values())

    def _changed(self, change: Change) -> None:
        name = change.key.name
        if change.operation == "DELETED":
            del self.pods[name]
        else:
            if change.operation == "ADDED" and not self._those_before_are_ready(name):
                self.made_too_soon.append(name)
            self.pods[name] = change.body
            if self._is_taken_by_the_update(change) and self._unavailable() > most_unavailable(self._statefulset()):
                self.taken_too_many.append(name)
        self.fewest, self.most = min(self.fewest, self.steady()), max(self.most, len(self.pods))

    def _statefulset(self) -> Body:
        return self.rig.get(STS, "web")

    def _is_taken_by_the_update(self, change: Change) -> bool:
        """True where the controller deletes a pod that has not ended and is not one too many."""
        return (
            change.cause.rule == "DeleteStatefulPod"
            and not is_terminal(change.body)
            and ordinal_of(change.body) < self._statefulset()["spec"]["replicas"]
        )

    def _unavailable(self) -> int:
        spec = self._statefulset()["spec"]
        pods = (self.pods.get(f"web-{ordinal}") for ordinal in range(spec["replicas"]))
        patience, now = spec.get("minReadySeconds", 0), self.rig.world.now
        return sum(pod is None or is_deleting(pod) or not is_available(pod, patience, now) for pod in pods)

    def _those_before_are_ready(self, name: str) -> bool:
        names = (f"web-{before}" for before in range(int(name.rpartition("-")[2])))
        return all(before in self.pods and is_ready(self.pods[before]) for before in names)


def act(rig: Rig, watch: Watch, what: str, figure: int) -> None:
    pods = rig.pods()
    if what == "scale":
        rig.edit(STS, "web", ("spec", "replicas"), figure)
    elif what == "image":
        rig.image("web", f"nginx:{figure}", STS)
    elif what == "delete" and pods:
        rig.delete("pods", name_of(pods[figure % len(pods)]))
    elif what == "fail" and pods:
        make_ready(rig.world, pods[figure % len(pods)], ready=False, phase="Failed")
    elif what == "rebuild":
        rig.rebuild()
        watch.follow(rig)
    rig.run(figure / 2)


@settings(max_examples=40, deadline=None)
@given(
    replicas=st.integers(0, 4),
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    partition=st.integers(0, 3),
    unavailable=UNAVAILABLE,
    patience=st.sampled_from([0, 3]),
    steps=STEPS,
)
def test_whatever_happens_it_comes_to_its_end(
    replicas: int, policy: str, partition: int, unavailable: int | str, patience: int, steps: list[tuple[str, int]]
) -> None:
    rig = Rig(2)
    watch = Watch(rig)
    more: dict[str, Any] = {"podManagementPolicy": policy, "minReadySeconds": patience, "claims": ["data"]}
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition, "maxUnavailable": unavailable}}
    rig.statefulset("web", replicas, updateStrategy=strategy, **more)
    for what, figure in steps:
        act(rig, watch, what, figure)
    rig.settle()
    sts = rig.get(STS, "web")
    want, status = sts["spec"]["replicas"], sts["status"]
    assert [name_of(pod) for pod in rig.pods()] == [f"web-{number}" for number in range(want)]
    assert (status["replicas"], status.get("readyReplicas", 0), status["availableReplicas"]) == (want, want, want)
    image = sts["spec"]["template"]["spec"]["containers"][0]["image"]
    assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods()[partition:]} <= {image}
    assert watch.taken_too_many == []
    if policy == "OrderedReady":
        assert watch.made_too_soon == []
    revision = rig.world.revision
    rig.rebuild()
    rig.run(3000)
    assert rig.world.revision == revision


@settings(max_examples=25, deadline=None)
@given(
    replicas=st.integers(1, 5),
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    unavailable=UNAVAILABLE,
    patience=st.sampled_from([0, 4]),
)
def test_an_update_takes_as_many_pods_away_as_it_may(
    replicas: int, policy: str, unavailable: int | str, patience: int
) -> None:
    rig = Rig(2)
    watch = Watch(rig)
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": 0, "maxUnavailable": unavailable}}
    rig.statefulset("web", replicas, podManagementPolicy=policy, minReadySeconds=patience, updateStrategy=strategy)
    rig.settle()
    watch.fewest = watch.steady()
    assert watch.fewest == replicas
    rig.image("web", "nginx:2", STS)
    rig.settle()
    most = min(most_unavailable(rig.get(STS, "web")), replicas)
    assert (watch.fewest, watch.most) == (replicas - most, replicas)


def test_every_write_has_a_cause_that_leads_back_to_the_user() -> None:
    rig = Rig()
    rig.settle()
    rig.world.drain()
    rig.statefulset("web", 2, claims=["data"])
    rig.settle()
    rig.image("web", "nginx:2", STS)
    rig.settle()
    changes = {change.revision: change for change in rig.world.drain().changes}
    assert any(change.cause.component == "statefulset-controller" for change in changes.values())
    for change in changes.values():
        if change.cause.component.endswith("controller") or change.resource == "events":
            step = change
            while step.cause.led_by is not None:
                assert step.cause.led_by < step.revision
                step = changes[step.cause.led_by]
            assert step.cause in (USER,) or step.cause.component in ("alice", "fake-kubelet"), change
            assert "{" not in change.cause.text(), change.cause
