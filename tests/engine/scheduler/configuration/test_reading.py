"""From a document to profiles and back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.plugins import EXTENSION_POINTS, PLUGINS
from simulator.engine.scheduler.configuration.reading import DEFAULT, Configuration, described, read
from tests.engine.scheduler.configuration.documents import (
    HEAD,
    at,
    document,
    faults_of,
    outcome,
    plugin_set,
    profile_of,
    weights,
    with_plugins,
)

SECOND = 1_000_000


def test_it_works() -> None:
    body = document(
        parallelism=8,
        percentageOfNodesToScore=35,
        podInitialBackoffSeconds=2,
        podMaxBackoffSeconds=60,
        profiles=[
            {"plugins": {"score": plugin_set(("NodeResourcesFit", 5))}, "schedulerName": "default-scheduler"},
            {
                "schedulerName": "packer",
                "percentageOfNodesToScore": 100,
                "plugins": {"score": plugin_set("NodeResourcesFit", disabled=("*",))},
                "pluginConfig": [{"name": "NodeResourcesFit", "args": {"scoringStrategy": {"type": "MostAllocated"}}}],
            },
        ],
    )
    held = read(body)
    default, packer = held.profiles
    assert (held.parallelism, held.percentage, held.initial_backoff, held.max_backoff) == (
        8,
        35,
        2 * SECOND,
        60 * SECOND,
    )
    assert (default.scheduler_name, default.percentage, weights(default)["NodeResourcesFit"]) == (
        "default-scheduler",
        35,
        5,
    )
    assert (packer.scheduler_name, packer.percentage, at(packer, "score")) == ("packer", 100, ["NodeResourcesFit"])
    assert packer.arguments["NodeResourcesFit"]["scoringStrategy"]["type"] == "MostAllocated"
    assert default.arguments["NodeResourcesFit"]["scoringStrategy"]["type"] == "LeastAllocated"
    assert held.profile("packer") is packer
    assert held.profile("another") is None


def test_an_empty_file() -> None:
    assert read(dict(HEAD)) == DEFAULT
    assert read(document(profiles=[])) == DEFAULT
    assert (DEFAULT.parallelism, DEFAULT.percentage) == (16, 0)
    assert (DEFAULT.initial_backoff, DEFAULT.max_backoff) == (SECOND, 10 * SECOND)
    assert [one.scheduler_name for one in DEFAULT.profiles] == ["default-scheduler"]
    assert DEFAULT.warnings == ()


def test_a_lone_profile_may_have_another_name() -> None:
    assert profile_of(document(profiles=[{"schedulerName": "mine"}])).scheduler_name == "mine"


def test_arguments_of_what_does_not_run_are_left_out() -> None:
    profile = profile_of(with_plugins(multiPoint=plugin_set(disabled=("VolumeBinding", "InterPodAffinity"))))
    assert profile.arguments.keys() == {
        "DefaultPreemption", "DynamicResources", "NodeAffinity", "NodeResourcesBalancedAllocation", "NodeResourcesFit",
        "PodTopologySpread",
    }  # fmt: skip


def test_a_document_is_not_changed() -> None:
    body = document(
        profiles=[
            {"pluginConfig": [{"name": "NodeResourcesFit", "args": {"scoringStrategy": {"type": "MostAllocated"}}}]}
        ]
    )
    before = repr(body)
    read(body)
    assert repr(body) == before


# --- extenders ---------------------------------------------------------------------------------------------------

EXTENDER = {
    "urlPrefix": "http://127.0.0.1:8081/extender",
    "filterVerb": "filter",
    "managedResources": [{"name": "example.com/a", "ignoredByScheduler": True}, {"name": "example.com/b"}],
}


def test_extenders_are_read_and_warned_of() -> None:
    held = read(document(extenders=[EXTENDER, {"bindVerb": "bind"}]))
    assert held.extenders == (EXTENDER, {"bindVerb": "bind"})
    assert [one.field for one in held.warnings] == ["extenders[0]", "extenders[1]"]
    assert {one.message for one in held.warnings} == {
        "Nobody calls this extender: it is an address outside the cluster, and the cluster is simulated."
    }


def test_what_an_extender_counts_the_scheduler_does_not() -> None:
    config = [{"name": "NodeResourcesFit", "args": {"ignoredResources": ["example.com/c"]}}]
    held = profile_of(document(extenders=[EXTENDER], profiles=[{"pluginConfig": config}]))
    assert held.arguments["NodeResourcesFit"]["ignoredResources"] == ["example.com/c", "example.com/a"]


def test_an_extender_counts_and_nobody_else_would() -> None:
    body = with_plugins(multiPoint=plugin_set(disabled=("NodeResourcesFit",)))
    assert faults_of({**body, "extenders": [EXTENDER]}) == [
        "profiles[0].pluginConfig: can't find NodeResourcesFitArgs in plugin config"
    ]


# --- back to a document ------------------------------------------------------------------------------------------

POINTS = (*EXTENSION_POINTS, "multiPoint")
NAMES = st.sampled_from([*PLUGINS, *PLUGINS, "Foo"])
SETS = st.builds(
    lambda enabled, disabled: {"enabled": enabled, "disabled": disabled},
    st.lists(st.builds(lambda name, weight: {"name": name, "weight": weight}, NAMES, st.integers(0, 3)), max_size=3),
    st.lists(st.builds(lambda name: {"name": name}, st.sampled_from([*PLUGINS, "*"])), max_size=3),
)
PROFILES = st.lists(st.dictionaries(st.sampled_from(POINTS), SETS, max_size=4), min_size=1, max_size=3)


@given(PROFILES, st.integers(-1, 101))
def test_described_reads_back_to_the_same(plugins: list[Body], percentage: int) -> None:
    profiles = [{"schedulerName": f"s{position}", "plugins": one} for position, one in enumerate(plugins)]
    held = outcome(document(profiles=profiles, percentageOfNodesToScore=percentage))
    if isinstance(held, Configuration):
        assert read(described(held)) == held


def test_described_says_everything() -> None:
    body = described(read(document(extenders=[EXTENDER], profiles=[{"schedulerName": "mine"}])))
    (profile,) = body["profiles"]
    assert body["podMaxBackoffSeconds"] == 10
    assert profile["plugins"]["multiPoint"] == {"disabled": [{"name": "*"}]}
    assert profile["plugins"]["score"]["enabled"][0] == {"name": "TaintToleration", "weight": 3}
    assert profile["plugins"]["bind"] == {"enabled": [{"name": "DefaultBinder"}]}
    assert profile["pluginConfig"][0] == {
        "name": "DefaultPreemption",
        "args": {
            "apiVersion": HEAD["apiVersion"], "kind": "DefaultPreemptionArgs",
            "minCandidateNodesPercentage": 10, "minCandidateNodesAbsolute": 100,
        },
    }  # fmt: skip
    assert described(read(body)) == body


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["parallelism", "profiles", "extenders", "leaderElection", "clientConnection", "percentageOfNodesToScore", "kind"]
)


@given(st.dictionaries(FIELDS, JSON, max_size=3) | JSON, JSON)
def test_anything_else_is_refused_in_words(fields: Any, args: Any) -> None:
    body = {**HEAD, **fields} if isinstance(fields, dict) else fields
    for one in (body, document(profiles=[{"pluginConfig": [{"name": "NodeResourcesFit", "args": args}]}])):
        held = outcome(one)
        assert isinstance(held, Configuration) or (held and all(held))
