"""Which plugins run where, in which order and with which weight; after default_plugins_test.go and the tables of
multiPoint in framework_test.go."""

from __future__ import annotations

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.plugins import EXTENSION_POINTS, PLUGINS
from simulator.engine.scheduler.configuration.reading import DEFAULT
from tests.engine.scheduler.configuration.documents import (
    at,
    document,
    faults_of,
    plugin_set,
    profile_of,
    weights,
    with_plugins,
)

SCORES = [
    "TaintToleration", "NodeAffinity", "NodeResourcesFit", "VolumeBinding", "PodTopologySpread", "InterPodAffinity",
    "NodeResourcesBalancedAllocation", "ImageLocality",
]  # fmt: skip
FILTERS = [
    "NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity", "NodePorts", "NodeResourcesFit",
    "VolumeRestrictions", "NodeVolumeLimits", "VolumeBinding", "VolumeZone", "PodTopologySpread", "InterPodAffinity",
    "DynamicResources",
]  # fmt: skip
DEFAULTS: dict[str, list[str]] = {
    "preEnqueue": ["SchedulingGates", "DynamicResources", "DefaultPreemption"],
    "queueSort": ["PrioritySort"],
    "preFilter": [one for one in FILTERS if one not in ("NodeUnschedulable", "NodeName", "TaintToleration")],
    "filter": FILTERS,
    "postFilter": ["DynamicResources", "DefaultPreemption"],
    "preScore": SCORES[:-1],
    "score": SCORES,
    "reserve": ["VolumeBinding", "DynamicResources"],
    "permit": [],
    "preBind": ["VolumeBinding", "DynamicResources"],
    "bind": ["DefaultBinder"],
    "postBind": [],
}
WEIGHTS = {
    "TaintToleration": 3, "NodeAffinity": 2, "NodeResourcesFit": 1, "VolumeBinding": 1, "PodTopologySpread": 2,
    "InterPodAffinity": 2, "NodeResourcesBalancedAllocation": 1, "ImageLocality": 1,
}  # fmt: skip


def test_the_default_profile() -> None:
    (profile,) = DEFAULT.profiles
    assert {point: at(profile, point) for point in EXTENSION_POINTS} == DEFAULTS
    assert weights(profile) == WEIGHTS


def without(point: str, *names: str) -> list[str]:
    return [one for one in DEFAULTS[point] if one not in names]


NOTHING: dict[str, list[str]] = {point: [] for point in DEFAULTS}
CASES: dict[str, tuple[dict[str, Body], dict[str, list[str]]]] = {
    "nothing said": ({}, {}),
    "empty sets": ({"score": {}, "multiPoint": {}}, {}),
    "disabled at one point": (
        {"score": plugin_set(disabled=("ImageLocality", "NodeAffinity"))},
        {"score": without("score", "ImageLocality", "NodeAffinity")}),
    "all disabled at one point": ({"score": plugin_set(disabled=("*",))}, {"score": []}),
    "all but one": (
        {"score": plugin_set("NodeResourcesFit", disabled=("*",))}, {"score": ["NodeResourcesFit"]}),
    "in another order": (
        {"filter": plugin_set("NodeResourcesFit", "NodeName", disabled=("*",))},
        {"filter": ["NodeResourcesFit", "NodeName"]}),
    "what is enabled again comes first": (
        {"filter": plugin_set("NodePorts", "NodeName")},
        {"filter": ["NodePorts", "NodeName", *without("filter", "NodePorts", "NodeName")]}),
    "disabled and enabled: it comes last": (
        {"filter": plugin_set("NodeName", disabled=("NodeName",))},
        {"filter": [*without("filter", "NodeName"), "NodeName"]}),
    "enabled again, and disabled and enabled": (
        {"filter": plugin_set("NodeName", "NodePorts", disabled=("NodeName",))},
        {"filter": ["NodePorts", *without("filter", "NodePorts", "NodeName"), "NodeName"]}),
    "disabled everywhere": (
        {"multiPoint": plugin_set(disabled=("NodeAffinity",))},
        {point: without(point, "NodeAffinity") for point in ("preFilter", "filter", "preScore", "score")}),
    "disabled everywhere, enabled at one point": (
        {"multiPoint": plugin_set(disabled=("NodeAffinity",)), "filter": plugin_set("NodeAffinity")},
        {**{point: without(point, "NodeAffinity") for point in ("preFilter", "preScore", "score")},
         "filter": [*without("filter", "NodeAffinity"), "NodeAffinity"]}),
    "disabled and enabled everywhere: it comes last": (
        {"multiPoint": plugin_set("NodeName", disabled=("NodeName",))},
        {"filter": [*without("filter", "NodeName"), "NodeName"]}),
    "enabled everywhere, disabled at one point": (
        {"multiPoint": plugin_set(("ImageLocality", 5)), "score": plugin_set(disabled=("ImageLocality",))},
        {"score": without("score", "ImageLocality")}),
    "only what is named": (
        {"multiPoint": plugin_set("PrioritySort", "DefaultBinder", "NodeResourcesFit", disabled=("*",))},
        {**NOTHING, "queueSort": ["PrioritySort"], "bind": ["DefaultBinder"],
         "preFilter": ["NodeResourcesFit"], "filter": ["NodeResourcesFit"], "preScore": ["NodeResourcesFit"],
         "score": ["NodeResourcesFit"]}),
    "only what points name": (
        {"multiPoint": plugin_set(disabled=("*",)), "queueSort": plugin_set("PrioritySort"),
         "bind": plugin_set("DefaultBinder"), "score": plugin_set("ImageLocality")},
        {**NOTHING, "queueSort": ["PrioritySort"], "bind": ["DefaultBinder"],
         "score": ["ImageLocality"]}),
    "a default plugin keeps its place": (
        {"multiPoint": plugin_set(("ImageLocality", 7), ("TaintToleration", 9))}, {}),
    "no preemption": (
        {"postFilter": plugin_set(disabled=("DefaultPreemption",))}, {"postFilter": ["DynamicResources"]}),
    "a plugin of an earlier release disabled": ({"score": plugin_set(disabled=("SelectorSpread",))}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("plugins", "changed"), CASES.values(), ids=CASES.keys())
def test_order(plugins: dict[str, Body], changed: dict[str, list[str]]) -> None:
    profile = profile_of(with_plugins(**plugins))
    assert {point: at(profile, point) for point in EXTENSION_POINTS} == {**DEFAULTS, **changed}


WEIGHED: dict[str, tuple[dict[str, Body], dict[str, int]]] = {
    "everywhere": ({"multiPoint": plugin_set(("ImageLocality", 7))}, {**WEIGHTS, "ImageLocality": 7}),
    "at score": ({"score": plugin_set(("ImageLocality", 7))}, {**WEIGHTS, "ImageLocality": 7}),
    "at score before everywhere": (
        {"score": plugin_set(("ImageLocality", 7)), "multiPoint": plugin_set(("ImageLocality", 9))},
        {**WEIGHTS, "ImageLocality": 7}),
    "at score without weight": ({"score": plugin_set("TaintToleration")}, {**WEIGHTS, "TaintToleration": 1}),
    "everywhere without weight": ({"multiPoint": plugin_set("TaintToleration")}, {**WEIGHTS, "TaintToleration": 1}),
    "at another point it counts for nothing": ({"filter": plugin_set(("TaintToleration", 50))}, WEIGHTS),
    "one alone": ({"score": plugin_set(("NodeAffinity", 100), disabled=("*",))}, {"NodeAffinity": 100}),
}  # fmt: skip


@pytest.mark.parametrize(("plugins", "expected"), WEIGHED.values(), ids=WEIGHED.keys())
def test_weights(plugins: dict[str, Body], expected: dict[str, int]) -> None:
    profile = profile_of(with_plugins(**plugins))
    assert weights(profile) == expected
    assert all(not one.weight for point, held in profile.points.items() for one in held if point != "score")


PROFILE = 'profile with scheduler name "default-scheduler"'
REFUSED: dict[str, tuple[dict[str, Body], list[str]]] = {
    "unknown at a point": (
        {"score": plugin_set("Foo")}, ['score.enabled[0].name: ScorePlugin "Foo" does not exist']),
    "unknown everywhere": (
        {"multiPoint": plugin_set("NodeName", "Foo")},
        ['multiPoint.enabled[1].name: PreFilterPlugin "Foo" does not exist']),
    "where it does not work": (
        {"score": plugin_set("NodeName")},
        ['score.enabled[0].name: plugin "NodeName" does not extend ScorePlugin plugin']),
    "where none works": (
        {"permit": plugin_set("DefaultBinder")},
        ['permit.enabled[0].name: plugin "DefaultBinder" does not extend PermitPlugin plugin']),
    "twice at a point": (
        {"filter": plugin_set("NodeName", "NodePorts", "NodeName")},
        ['filter.enabled[2].name: plugin "NodeName" already registered as "FilterPlugin"']),
    "twice everywhere": (
        {"multiPoint": plugin_set("NodeAffinity", "NodePorts", "NodeAffinity")},
        ['multiPoint.enabled[0].name: plugin "NodeAffinity" already registered as "PreFilterPlugin"']),
    "queues are not sorted": (
        {"queueSort": plugin_set(disabled=("PrioritySort",))},
        [f"queueSort: only one queue sort plugin required for {PROFILE}, but got 0"]),
    "nobody binds": (
        {"bind": plugin_set(disabled=("*",))}, [f"bind: at least one bind plugin is needed for {PROFILE}"]),
    "nothing is left": (
        {"multiPoint": plugin_set(disabled=("*",))},
        [f"queueSort: only one queue sort plugin required for {PROFILE}, but got 0",
         f"bind: at least one bind plugin is needed for {PROFILE}"]),
    "several": (
        {"preFilter": plugin_set("Bar"), "score": plugin_set("Foo", "NodePorts"), "multiPoint": plugin_set("Baz")},
        ['multiPoint.enabled[0].name: PreFilterPlugin "Baz" does not exist',
         'preFilter.enabled[0].name: PreFilterPlugin "Bar" does not exist',
         'score.enabled[0].name: ScorePlugin "Foo" does not exist',
         'score.enabled[1].name: plugin "NodePorts" does not extend ScorePlugin plugin']),
}  # fmt: skip


@pytest.mark.parametrize(("plugins", "faults"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(plugins: dict[str, Body], faults: list[str]) -> None:
    assert faults_of(with_plugins(**plugins)) == [f"profiles[0].plugins.{one}" for one in faults]


@pytest.mark.parametrize("point", EXTENSION_POINTS)
def test_a_plugin_is_taken_at_its_points_and_no_other(point: str) -> None:
    for plugin, points in PLUGINS.items():
        body = with_plugins(**{point: plugin_set(plugin, disabled=("*",))})
        if point in points:
            assert at(profile_of(body), point) == [plugin]
        else:
            expected = f'plugin "{plugin}" does not extend {EXTENSION_POINTS[point]} plugin'
            assert faults_of(body) == [f"profiles[0].plugins.{point}.enabled[0].name: {expected}"]


def test_the_fault_is_of_its_profile() -> None:
    held = [{"schedulerName": "a"}, {"schedulerName": "b", "plugins": {"bind": plugin_set(disabled=("*",))}}]
    assert faults_of(document(profiles=held)) == [
        'profiles[1].plugins.bind: at least one bind plugin is needed for profile with scheduler name "b"'
    ]
