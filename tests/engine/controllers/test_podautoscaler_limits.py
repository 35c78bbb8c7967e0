"""How far one step of an autoscaler may go, in upstream's own cases (horizontal_test.go)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler import event_budget, limits, recommendations
from simulator.engine.controllers.podautoscaler.recommendations import Memory
from simulator.engine.kinds.horizontal_pod_autoscaler import KIND
from tests.engine.controllers.podautoscaler_rig import rules

NOW = 1_700_000_000 * SECOND
NOTHING = Memory({}, [], [])


def scaling(pods, pods_period, percent, percent_period, window):
    held = [("Pods", pods, pods_period)] if pods else []
    return rules(*held, *([("Percent", percent, percent_period)] if percent else []), window=window)


def behavior(up=None, down=None):
    given = {key: one for key, one in (("scaleUp", up), ("scaleDown", down)) if one is not None}
    return KIND.default({"metadata": {"name": "a"}, "spec": {"behavior": given, "metrics": [{}]}})["spec"]["behavior"]


def spread(events, seconds):
    """Events in the middle of equal parts of the last seconds."""
    part = seconds / len(events)
    return [(one, NOW - int(seconds - part * (place + 1) + part / 2) * SECOND) for place, one in enumerate(events)]


@pytest.mark.parametrize(
    ("current", "desired", "least", "most", "expected"),
    [
        pytest.param(5, 7, 3, 8, (7, "DesiredWithinRange"), id="within range"),
        pytest.param(3, 1, 2, 8, (2, "TooFewReplicas"), id="less than minReplicas"),
        pytest.param(1, 0, 0, 10, (0, "DesiredWithinRange"), id="zero within range"),
        pytest.param(20, 1000, 1, 10, (10, "TooManyReplicas"), id="maxReplicas is the limit"),
        pytest.param(3, 1000, 1, 2000, (6, "ScaleUpLimit"), id="the scale-up limit is the limit"),
        pytest.param(1, 9, 1, 20, (4, "ScaleUpLimit"), id="at least four"),
    ],
)
def test_without_behavior(current, desired, least, most, expected):
    assert limits.by_rules(current, desired, least, most)[:2] == expected


_UP, _WITHIN, _DOWN, _MANY, _FEW = (
    "ScaleUpLimit", "DesiredWithinRange", "ScaleDownLimit", "TooManyReplicas", "TooFewReplicas"
)  # fmt: skip


@pytest.mark.parametrize(
    ("up", "down", "ups", "downs", "current", "desired", "least", "most", "expected"),
    [
        pytest.param(None, None, (), (), 5, 7, 3, 8, (7, _WITHIN), id="within range"),
        pytest.param(None, None, (), (), 3, 1, 2, 8, (2, _FEW), id="less than minReplicas"),
        pytest.param(None, None, (), (), 1, 0, 0, 10, (0, _WITHIN), id="zero"),
        pytest.param(None, None, (), (), 20, 1000, 1, 10, (10, _MANY), id="maxReplicas"),
        pytest.param(None, None, (), (), 100, 1000, 100, 150, (150, _MANY), id="more than maxReplicas"),
        pytest.param((0, 0, 1, 60, 0), None, (), (), 3, 1000, 1, 2000, (4, _UP), id="user policies"),
        pytest.param(None, (20, 60, 0, 0, 0), (), (), 1000, 3, 3, 2000, (980, _DOWN), id="user policies down"),
        pytest.param(None, None, (), (), 10, 50, 1, 1000, (20, _UP), id="default behavior"),
        pytest.param((100, 60, 100, 60, 0), None, (), (), 10, 500, 1, 1000, (110, _UP), id="pods larger"),
        pytest.param((2, 60, 100, 60, 0), None, (), (), 10, 500, 1, 1000, (20, _UP), id="percent larger"),
        pytest.param((100, 60, 0, 0, 0), None, (), (), 10, 50, 1, 1000, (50, _WITHIN), id="large pod policy"),
        pytest.param((10000, 60, 0, 0, 0), None, (), (), 10, 50, 1, 1000, (50, _WITHIN), id="very large pod policy"),
        pytest.param((30, 60, 0, 0, 0), None, (), (), 10, 50, 1, 1000, (40, _UP), id="pod policy"),
        pytest.param((0, 0, 200, 60, 0), None, (), (), 10, 50, 1, 1000, (30, _UP), id="percent policy"),
        pytest.param(None, (20, 60, 1, 60, 300), (), (), 100, 2, 1, 1000, (80, _DOWN), id="down: pods larger"),
        pytest.param(None, (2, 60, 1, 60, 300), (), (), 100, 2, 1, 1000, (98, _DOWN), id="down: pods larger still"),
        pytest.param(None, (100, 60, 0, 0, 300), (), (), 10, 0, 1, 1000, (1, _FEW), id="down: minReplicas"),
        pytest.param(None, (0, 0, 100, 60, 300), (), (), 10, 2, 5, 1000, (5, _FEW), id="down: minReplicas 5"),
        pytest.param(None, (5, 60, 0, 0, 300), (), (), 10, 2, 1, 1000, (5, _DOWN), id="down: pod policy"),
        pytest.param(None, (0, 0, 50, 60, 300), (), (), 10, 5, 1, 1000, (5, _WITHIN), id="down: percent policy"),
        pytest.param((300, 60, 0, 0, 0), None, (1, 5, 9), (), 100, 500, 1, 200, (200, _MANY), id="events, pods"),
        pytest.param((0, 0, 10000, 60, 0), None, (1, 5, 9), (), 100, 500, 1, 200, (200, _MANY), id="events, percent"),
        pytest.param((5, 120, 0, 0, 0), None, (1, 5, 9), (), 100, 500, 1, 1000, (100, _UP), id="many recent events"),
        pytest.param((150, 120, 0, 0, 0), None, (1, 5, 9), (), 100, 500, 1, 1000, (235, _UP), id="pods after events"),
        pytest.param((0, 0, 200, 120, 0), None, (1, 5, 9), (), 100, 500, 1, 1000, (255, _UP), id="percent after"),
        pytest.param((0, 0, 300, 300, 0), None, (4,), (2,), 6, 24, 1, 1000, (16, _UP), id="up and down events"),
        pytest.param(None, None, (), (1, 5, 9), 10, 5, 1, 1000, (5, _WITHIN), id="down: default, events"),
        pytest.param(None, (115, 120, 0, 0, 300), (), (1, 5, 9), 100, 0, 1, 1000, (1, _FEW), id="down: events"),
        pytest.param(None, (130, 120, 0, 0, 300), (), (1, 5, 9), 100, 0, 5, 1000, (5, _FEW), id="down: events, 5"),
        pytest.param(None, (0, 0, 100, 120, 300), (), (1, 5, 9), 100, 2, 5, 1000, (5, _FEW), id="down: to nothing"),
        pytest.param(None, (5, 120, 0, 0, 300), (), (1, 5, 9), 100, 2, 1, 1000, (100, _DOWN), id="down: pods after"),
        pytest.param(None, (0, 0, 50, 120, 300), (), (2, 4, 6), 100, 0, 1, 1000, (56, _DOWN), id="down: percent after"),
        pytest.param(None, (0, 0, 50, 180, 0), (2,), (4,), 10, 1, 1, 1000, (6, _DOWN), id="down: up and down events"),
        pytest.param(None, (0, 0, 10, 120, 300), (), (10,) * 3, 100, 0, 1, 1000, (100, _DOWN), id="down: no further"),
        pytest.param(None, (0, 0, 1000, 120, 300), (), (10,) * 3, 10, 5, 1, 1000, (5, _WITHIN), id="down: still more"),
        pytest.param((1000, 60, 0, 0, 0), None, (8, 12, 9, 11), (), 100, 200, 1, 1000, (200, _WITHIN), id="one"),
        pytest.param((1000, 120, 100, 60, 0), None, (8, 12, 9, 11), (), 100, 200, 1, 1000, (200, _WITHIN), id="two"),
        pytest.param(None, (1000, 60, 0, 0, 300), (), (8, 12, 9, 11), 100, 5, 1, 1000, (5, _WITHIN), id="down: one"),
        pytest.param(
            None, (1000, 120, 100, 60, 300), (), (8, 12, 9, 11), 100, 5, 1, 1000, (5, _WITHIN), id="down: two"
        ),
        pytest.param(None, (1000, 30, 100, 60, 300), (), (8, 12, 9, 11), 100, 5, 1, 1000, (5, _WITHIN), id="down: old"),
    ],
)
def test_with_behavior(up, down, ups, downs, current, desired, least, most, expected):
    held = behavior(*(None if one is None else scaling(*one) for one in (up, down)))
    memory = Memory({}, *(spread(one, 120) if one else [] for one in (ups, downs)))
    assert limits.by_behavior(memory, held, current, desired, least, most, NOW)[:2] == expected


def test_the_policy_that_limits_is_told():
    fast, slow = ("Percent", 100, 15), ("Pods", 1, 60)
    up = limits.by_behavior(NOTHING, behavior(rules(fast, slow)), 4, 20, 1, 30, NOW)
    assert up.policy == {"type": "Percent", "value": 100, "periodSeconds": 15}
    up = limits.by_behavior(NOTHING, behavior(rules(fast, slow, choice="Min")), 4, 20, 1, 30, NOW)
    assert (up.replicas, up.policy) == (5, {"type": "Pods", "value": 1, "periodSeconds": 60})
    up = limits.by_behavior(NOTHING, behavior(rules(fast, choice="Disabled")), 4, 20, 1, 30, NOW)
    assert (up.replicas, up.reason, up.policy) == (4, "ScaleUpLimit", {"selectPolicy": "Disabled"})


@pytest.mark.parametrize(
    ("up", "current", "expected"),
    [pytest.param(True, 1, 2, id="TestCalculateScaleUpLimitWithScalingRules"), pytest.param(False, 5, 3, id="Down")],
)
def test_the_least_of_two_policies(up, current, expected):
    held = rules(("Pods", 2, 60), ("Percent", 50, 60), window=300, choice="Min")
    desired = 100 if up else 0
    limited = limits.by_behavior(NOTHING, {"scaleUp": held, "scaleDown": held}, current, desired, 1, 1000, NOW)
    assert limited.replicas == expected


@pytest.mark.parametrize(
    ("remembered", "figure", "expected"),
    [
        pytest.param({}, 5, 5, id="empty log"),
        pytest.param({4: 120, 5: 60}, 3, 5, id="stabilize"),
        pytest.param({1: 120, 2: 60}, 3, 3, id="no stabilize"),
        pytest.param({10: 600, 9: 540}, 3, 3, id="no stabilize - old recommendations"),
        pytest.param({10: 600, 4: 60, 5: 120, 9: 540}, 3, 5, id="stabilize - old recommendations"),
    ],
)
def test_without_behavior_the_highest_of_five_minutes_counts(remembered, figure, expected):
    memory = NOTHING._replace(recommended={one: NOW - ago * SECOND for one, ago in remembered.items()})
    assert recommendations.highest(memory, figure, NOW) == expected
    kept = recommendations.recommend(memory, None, figure, NOW).recommended
    assert kept == {**{one: NOW - ago * SECOND for one, ago in remembered.items() if ago <= 300}, figure: NOW}


@pytest.mark.parametrize(
    ("remembered", "up", "down", "current", "figure", "expected"),
    [
        pytest.param({}, 0, 0, 100, 5, 5, id="empty recommendations for scaling down"),
        pytest.param({4: 120, 5: 60}, 0, 180, 100, 3, 5, id="simple scale down stabilization"),
        pytest.param({4: 120, 5: 60}, 300, 0, 1, 7, 4, id="simple scale up stabilization"),
        pytest.param({1: 120, 2: 60}, 300, 0, 100, 3, 3, id="no scale down stabilization"),
        pytest.param({4: 120, 5: 60}, 0, 300, 1, 3, 3, id="no scale up stabilization"),
        pytest.param({10: 600, 9: 540}, 0, 0, 100, 3, 3, id="no scale down stabilization, reuse"),
        pytest.param({10: 600, 9: 540}, 0, 0, 1, 100, 100, id="no scale up stabilization, reuse"),
        pytest.param({10: 600, 4: 60, 5: 120, 9: 540}, 0, 180, 100, 3, 5, id="scale down stabilization, reuse"),
        pytest.param({10: 6000, 6: 60, 5: 120, 9: 180}, 300, 0, 1, 100, 5, id="scale up stabilization, reuse"),
        pytest.param({2: 6000, 3: 180}, 300, 300, 2, 1, 2, id="both, not up when the recommendation goes down"),
        pytest.param({2: 6000, 1: 180}, 300, 300, 2, 3, 2, id="both, not down when the recommendation goes up"),
        pytest.param({4: 120, 6: 60}, 0, 90, 100, 3, 6, id="down: within the window"),
        pytest.param({5: 60, 30: 120}, 300, 300, 10, 20, 10, id="between both, what is current stays"),
        pytest.param({1: 360, 2: 330}, 300, 300, 3, 5, 5, id="what is old is forgotten"),
    ],
)
def test_with_behavior_the_windows_count(remembered, up, down, current, figure, expected):
    memory = NOTHING._replace(recommended={one: NOW - ago * SECOND for one, ago in remembered.items()})
    held = behavior(rules(("Pods", 4, 15), window=up), rules(("Pods", 4, 15), window=down))
    assert recommendations.stabilized(memory, held, current, figure, NOW) == expected


_TEN, _TWO = (("Pods", 10, 60),), (("Pods", 10, 60), ("Percent", 100, 60))


@pytest.mark.parametrize(
    ("policies", "before", "within", "after"),
    [
        pytest.param((), (), 0, (), id="empty entries with default behavior"),
        pytest.param(_TWO, (), 0, (5,), id="empty entries with two-policy-behavior"),
        pytest.param((), ((7, 61),), 0, (7,), id="one outdated entry to be kept untouched without behavior"),
        pytest.param(_TWO, ((7, 61),), 0, (5,), id="one outdated entry to be replaced with behavior"),
        pytest.param(_TWO, ((7, 58),), 7, (7, 5), id="one actual entry to be not touched with behavior"),
        pytest.param(_TEN, ((7, 61), (6, 59)), 6, (5, 6), id="two entries, one of them to be replaced"),
        pytest.param(
            (*_TEN, ("Percent", 100, 30)), ((8, 29), (6, 59), (7, 61), (9, 61)), 14, (8, 6, 7, 5),
            id="replace one entry, use policies with different periods",
        ),
        pytest.param(
            (("Pods", 10, 120), ("Percent", 100, 30)), ((7, 58), (6, 59)), 13, (7, 6, 5), id="two entries, both actual"
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("way", ["up", "down"])
def test_changes_of_scale_are_remembered(policies, before, within, after, way):
    events = [(change, NOW - ago * SECOND) for change, ago in before]
    memory = NOTHING._replace(**{way: events})
    assert recommendations.changed_within(events, 60, NOW) == within
    held = behavior(**{way: rules(*policies, window=0)}) if policies else None
    scaled = recommendations.scaled(memory, held, 10, 15 if way == "up" else 5, NOW)
    assert [change for change, _ in getattr(scaled, way)] == list(after)


def test_a_change_of_scale_takes_the_place_of_one_that_is_spent():
    held = behavior(rules(("Pods", 4, 60), window=0))
    memory = Memory({}, [(1, NOW - 200 * SECOND), (2, NOW - 100 * SECOND), (3, NOW - 30 * SECOND)], [])
    assert recommendations.scaled(memory, held, 4, 8, NOW).up == [
        (1, NOW - 200 * SECOND),
        (4, NOW),
        (3, NOW - 30 * SECOND),
    ]
    assert recommendations.scaled(memory, held, 8, 4, NOW).down == [(4, NOW)]
    assert recommendations.scaled(memory, None, 8, 4, NOW) == memory
    assert recommendations.of_note(memory.noted()) == memory


_FIGURES = st.integers(0, 500)


@given(_FIGURES, _FIGURES, st.integers(0, 50), st.integers(1, 200), st.lists(st.integers(1, 40), max_size=4))
def test_no_step_leaves_the_range(current, desired, least, most, events):
    least, most = min(least, most), max(least, most)
    current = min(max(current, least), most)
    memory = Memory({}, spread(events, 120) if events else [], [])
    held = behavior(rules(("Pods", 3, 90), ("Percent", 40, 60), window=0), rules(("Percent", 30, 60), window=0))
    for found in (
        limits.by_rules(current, desired, least, most),
        limits.by_behavior(memory, held, current, desired, least, most, NOW),
    ):
        assert least <= found.replicas <= most


def test_events_are_budgeted():
    full, written = None, 0
    for second in range(0, 3600, 15):
        after = event_budget.spend(full, NOW + second * SECOND)
        if after is not None:
            full, written = after, written + 1
    # 25 at once, and one for every five minutes since.
    assert written == 25 + 3600 // 300 - 1
