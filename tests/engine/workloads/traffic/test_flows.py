"""What flows and what is counted, whatever happens to a Traffic: nothing is lost, and no counter falls."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.registry import Body, Instant
from simulator.engine.workloads.traffic import targets
from simulator.engine.workloads.traffic.flows import SLICES, Flow, Flows, is_sound, settled
from simulator.engine.workloads.traffic.serving import MICRO, REQUESTS
from simulator.engine.workloads.traffic.settling import settle
from simulator.engine.workloads.traffic.slices import changes
from tests.engine.workloads.traffic.store import START, Store, traffic


class History:
    """One Traffic on a Service, settled again and again."""

    def __init__(self, **spec: Any) -> None:
        self.store, self.now = Store(), START
        self.body = traffic(**spec)
        self.held_back = False

    def at(self, seconds: float, ready: list[str] | None = None, **spec: Any) -> None:
        """Settles it then, with these pods behind the Service."""
        self.now = START + int(seconds * SECOND)
        self.body = {**self.body, "spec": {**self.body["spec"], **spec}}
        for name in ready or ():
            if self.store.get("pods", "default", name) is None:
                limits = {"limits": {"cpu": "501m"}}
                self.store.run(name, started=self.now, resources=limits, image="registry.k8s.io/hpa-example")
        if ready is not None:
            self.store.serve(ready)
        self.settle()

    def settle(self) -> None:
        found = None if self.held_back else targets.find(self.store, self.body, self.now)
        self.body = self.after(found)
        self.store.held["traffics"] = [self.body]
        found_slices = changes(self.body, self.store.list(SLICES), self.backends)
        for place, body in enumerate(found_slices.new):
            name = f"t-{self.now}-{place}"
            self.store.put("trafficslices", {**body, "metadata": {**body["metadata"], "name": name}})
        for body in found_slices.other:
            self.store.put("trafficslices", json.loads(json.dumps(body)))
        for body in found_slices.gone:
            self.store.held["trafficslices"].remove(body)

    def after(self, found: targets.Found | None) -> Body:
        settlement = settle(
            self.store,
            self.body,
            found,
            self.now,
            began=START,
            others=Flows(self.store),
            draw=lambda client: client,
            memo={},
        )
        self.backends = settlement.backends
        return json.loads(json.dumps({**self.body, "status": settlement.parts}))  # type: ignore[no-any-return]

    def flows(self) -> dict[str, Flow]:
        pods = self.store.list("pods")
        return {pod["metadata"]["name"]: one for pod in pods for one in Flows(self.store).of_pod(pod)}

    def requests(self, seconds: float) -> dict[str, int]:
        """Whole requests that each pod has answered."""
        at = START + int(seconds * SECOND)
        return {name: one.counts(at)[REQUESTS] // MICRO for name, one in self.flows().items()}


def test_a_share_for_each_and_what_was_counted_stays() -> None:
    history = History(rate="12")
    history.at(0, ["a"])
    assert history.requests(10) == {"a": 120}
    history.at(10, ["a", "b"])
    assert history.requests(20) == {"a": 180, "b": 60}
    history.at(20, ["b", "c", "d"])
    assert history.requests(30) == {"a": 180, "b": 100, "c": 40, "d": 40}
    history.at(30, ["a", "b"])
    assert history.requests(40) == {"a": 240, "b": 160, "c": 40, "d": 40}
    assert history.requests(15) == {"a": 180, "b": 30, "c": 40, "d": 40}  # of those who came again, what they had


def test_a_container_that_starts_again_counts_anew() -> None:
    history = History(rate="12")
    history.at(0, ["a", "b"])
    history.store.run("a", started=START + 20 * SECOND, image="registry.k8s.io/hpa-example")
    history.at(21)
    assert history.requests(31) == {"a": 60, "b": 186}


def test_clients_that_stick_stay_as_long_as_their_pod_is_there() -> None:
    history = History(rate="10", clients=5, keepAlive=True)
    history.at(0, ["a", "b"])
    shares = {name: one.shares for name, one in history.flows().items()}
    assert shares == {"a": 3, "b": 2}
    history.at(10, ["a", "b", "c"])
    assert {name: one.shares for name, one in history.flows().items()} == {"a": 3, "b": 2, "c": 0}
    history.at(20, ["b", "c"])
    assert {name: one.shares for name, one in history.flows().items()} == {"a": 0, "b": 4, "c": 1}
    assert history.requests(20) == {"a": 120, "b": 80, "c": 0}
    assert history.requests(30) == {"a": 120, "b": 160, "c": 20}


def test_what_is_too_much_is_shared_by_those_who_ask() -> None:
    history = History(rate="20")
    history.at(0, ["a"])
    assert settled(history.body).service.capacity == Fraction(14_286, 1000)  # type: ignore[union-attr]
    other = History(rate="10")
    other.store, other.body = history.store, {**traffic(name="u", rate="20"), "status": {}}
    found = targets.find(other.store, other.body, START)
    assert Fraction(other.after(found)["status"]["flow"]["capacity"].removesuffix("m")) / 1000 == Fraction(7143, 1000)


def test_nothing_different_is_nothing_to_write() -> None:
    history = History(rate="12", curves=[{"type": "Sine", "sine": {"amplitude": "5", "periodSeconds": 60}}])
    history.at(0, ["a", "b"])
    before = history.body
    history.at(100)
    assert history.body == before
    del history.store.held["pods"][:]
    history.at(110)
    assert history.body != before


BROKEN: dict[str, dict[str, Any]] = {
    "no points": {"points": []},
    "points of the wrong length": {"points": [{"at": "2023-11-14T22:13:30.000000Z", "counts": [1]}]},
    "no shares": {"shares": 0},
    "a time that is none": {"since": "soon"},
    "a rate that is none": {"rate": "fast"},
    "a curve that is none": {"curves": [{"type": "Sine"}]},
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_status_that_cannot_be_read_is_known(broken: dict[str, Any]) -> None:
    history = History(rate="12")
    history.at(0, ["a"])
    assert is_sound(history.body)
    status = history.body["status"]
    assert not is_sound({**history.body, "status": {**status, "flow": {**status["flow"], **broken}}})


CURVES = (
    [],
    [{"type": "Ramp", "ramp": {"by": "40", "durationSeconds": 90}}],
    [
        {"type": "Sine", "sine": {"amplitude": "30", "periodSeconds": 45}},
        {"type": "Leak", "leak": {"perSecond": "100m"}},
    ],
    [{"type": "Step", "fromSeconds": 30, "step": {"by": "-20", "durationSeconds": 50}}],
)
SPECS = st.fixed_dictionaries(
    {
        "rate": st.sampled_from(["0", "3", "100m", "50"]),
        "clients": st.integers(1, 9),
        "keepAlive": st.booleans(),
        "curves": st.sampled_from(CURVES),
    }
)
PODS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4, unique=True)
STEPS = st.lists(st.tuples(st.integers(1, 120_000), PODS, SPECS, st.booleans()), min_size=1, max_size=8)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_nothing_is_lost_and_no_counter_falls(steps: list[tuple[int, list[str], dict[str, Any], bool]]) -> None:
    history, elapsed = History(), 0.0
    before: dict[str, tuple[int, ...]] = {}
    for wait, ready, spec, held_back in steps:
        before = _grown(history, before, START + int((elapsed + wait / 2000) * SECOND))
        elapsed += wait / 1000
        history.held_back = held_back
        history.at(elapsed, ready, **spec)
        before = _grown(history, before, history.now)
    end = history.now + 77 * SECOND
    _grown(history, before, end)
    flow = settled(history.body)
    assert flow is not None and is_sound(history.body)
    if any(one.shares for one in history.flows().values()):
        shared = sum((one.course.at(end) for one in history.flows().values()), Fraction(0))
        assert shared == flow.course.at(end)
    sent, failed = flow.totals(end)
    answered = sum(one.counts(end)[REQUESTS] for one in history.flows().values())
    assert abs(sent - failed - answered) <= 40 * len(steps)


def _grown(history: History, before: dict[str, tuple[int, ...]], at: Instant) -> dict[str, tuple[int, ...]]:
    """The counts at an instant, none of which is less than it was."""
    now = {name: one.counts(at) for name, one in history.flows().items()}
    for name, counts in before.items():
        assert all(one <= other for one, other in zip(counts, now[name], strict=True)), name
    return {**before, **now}
