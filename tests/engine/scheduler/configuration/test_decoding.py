"""Strict decoding: versions, kinds, unknown fields and wrong types, in Go's words."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.scheduler.configuration.reading import read
from tests.engine.scheduler.configuration.documents import (
    HEAD,
    document,
    faults_of,
    outcome,
    plugin_set,
    profile_of,
    with_args,
    with_plugins,
)

GROUP = "kubescheduler.config.k8s.io"
ONLY = f"only KubeSchedulerConfiguration {GROUP}/v1 is supported"
META = "couldn't get version/kind; json parse error: json: cannot unmarshal"

HEADS: dict[str, tuple[Any, str]] = {
    "an older version": (
        {**HEAD, "apiVersion": f"{GROUP}/v1beta3"},
        f'apiVersion: no kind "KubeSchedulerConfiguration" is registered for version "{GROUP}/v1beta3": {ONLY}'),
    "a version to come": (
        {**HEAD, "apiVersion": f"{GROUP}/v2"},
        f'apiVersion: no kind "KubeSchedulerConfiguration" is registered for version "{GROUP}/v2": {ONLY}'),
    "another group": (
        {**HEAD, "apiVersion": "v1"},
        f'apiVersion: no kind "KubeSchedulerConfiguration" is registered for version "v1": {ONLY}'),
    "another kind": (
        {"apiVersion": "v1", "kind": "Pod"}, f'kind: no kind "Pod" is registered for version "v1": {ONLY}'),
    "arguments alone": (
        {"apiVersion": f"{GROUP}/v1", "kind": "NodeAffinityArgs"},
        f"kind: couldn't decode as KubeSchedulerConfiguration, got {GROUP}/v1, Kind=NodeAffinityArgs: "),
    "no kind": ({"apiVersion": f"{GROUP}/v1"}, "kind: Object 'Kind' is missing"),
    "no version": ({"kind": "KubeSchedulerConfiguration"}, "apiVersion: Object 'apiVersion' is missing"),
    "nothing": ({}, "kind: Object 'Kind' is missing"),
    "an empty text": (None, "kind: Object 'Kind' is missing"),
    "a kind that is no text": ({**HEAD, "kind": 1}, f"{META} number into Go struct field .kind of type string"),
    "a version of too many parts": ({**HEAD, "apiVersion": "a/b/c"}, "unexpected GroupVersion string: a/b/c"),
    "a list": (
        [], f"{META} array into Go value of type "
        r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'),
}  # fmt: skip


@pytest.mark.parametrize(("body", "fault"), HEADS.values(), ids=HEADS.keys())
def test_head(body: Any, fault: str) -> None:
    assert faults_of(body) == [fault]


def _wrong(called: str, where: str, kind: str) -> str:
    return f"json: cannot unmarshal {called} into Go struct field {where} of type {kind}"


WRONG_TYPES: dict[str, tuple[Any, list[str]]] = {
    "text for a number": (
        document(parallelism="8"),
        ["parallelism: " + _wrong("string", "KubeSchedulerConfiguration.parallelism", "int32")]),
    "a fraction": (
        document(percentageOfNodesToScore=0.5),
        ["percentageOfNodesToScore: "
         + _wrong("number 0.5", "KubeSchedulerConfiguration.percentageOfNodesToScore", "int32")]),
    "beyond 32 bits": (
        with_plugins(score=plugin_set(("NodeResourcesFit", 3_000_000_000))),
        ["profiles[0].plugins.score.enabled[0].weight: "
         + _wrong("number 3000000000", "Plugin.profiles.plugins.score.enabled.weight", "int32")]),
    "beyond 64 bits": (
        document(podMaxBackoffSeconds=1 << 63),
        ["podMaxBackoffSeconds: "
         + _wrong(f"number {1 << 63}", "KubeSchedulerConfiguration.podMaxBackoffSeconds", "int64")]),
    "profiles as an object": (
        document(profiles={}),
        ["profiles: " + _wrong("object", "KubeSchedulerConfiguration.profiles", "[]v1.KubeSchedulerProfile")]),
    "a name for an object": (
        with_plugins(score={"enabled": ["NodeResourcesFit"]}),
        ["profiles[0].plugins.score.enabled[0]: "
         + _wrong("string", "PluginSet.profiles.plugins.score.enabled", "v1.Plugin")]),
    "a list for a set": (
        with_plugins(score=[]),  # type: ignore[arg-type]
        ["profiles[0].plugins.score: " + _wrong("array", "Plugins.profiles.plugins.score", "v1.PluginSet")]),
    "text for yes or no": (
        document(leaderElection={"leaderElect": "false"}),
        ["leaderElection.leaderElect: "
         + _wrong("string", "LeaderElectionConfiguration.leaderElection.leaderElect", "bool")]),
    "yes or no for a number": (
        document(parallelism=True),
        ["parallelism: " + _wrong("bool", "KubeSchedulerConfiguration.parallelism", "int32")]),
    "a duration without unit": (
        document(leaderElection={"leaseDuration": "15"}),
        ['leaderElection.leaseDuration: time: missing unit in duration "15"']),
    "a number for a duration": (
        document(extenders=[{"httpTimeout": 5}]),
        ["extenders[0].httpTimeout: json: cannot unmarshal number into Go value of type string"]),
    "bytes that are none": (
        document(extenders=[{"tlsConfig": {"caData": "?"}}]), ["extenders[0].tlsConfig.caData: illegal base64 data"]),
    "several": (
        document(parallelism="8", profiles=[{"schedulerName": 7}]),
        ["parallelism: " + _wrong("string", "KubeSchedulerConfiguration.parallelism", "int32"),
         "profiles[0].schedulerName: " + _wrong("number", "KubeSchedulerProfile.profiles.schedulerName", "string")]),
    "before unknown fields": (
        document(parallelism="8", nonsense=1),
        ["parallelism: " + _wrong("string", "KubeSchedulerConfiguration.parallelism", "int32")]),
    "in arguments": (
        with_args("NodeResourcesFit", {"scoringStrategy": {"resources": [{"name": "cpu", "weight": "1"}]}}),
        ["profiles[0].pluginConfig[0].args.scoringStrategy.resources[0].weight: decoding .profiles[0].pluginConfig[0]: "
         "decoding args for plugin NodeResourcesFit: "
         + _wrong("string", "ResourceSpec.scoringStrategy.resources.weight", "int64")]),
    "arguments as text": (
        with_args("NodeResourcesFit", "all"),
        ["profiles[0].pluginConfig[0].args: decoding .profiles[0].pluginConfig[0]: decoding args for plugin "
         f"NodeResourcesFit: {META} string into Go value of type "
         r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }']),
}  # fmt: skip


@pytest.mark.parametrize(("body", "faults"), WRONG_TYPES.values(), ids=WRONG_TYPES.keys())
def test_wrong_types(body: Any, faults: list[str]) -> None:
    assert faults_of(body) == faults


IN_ARGS = (
    "strict decoding error: decoding .profiles[0].pluginConfig[0]: strict decoding error: decoding args for plugin "
    "NodeResourcesFit: strict decoding error: unknown field "
)
SHAPE = "scoringStrategy.requestedToCapacityRatio.shape[0]"
UNKNOWN: dict[str, tuple[Any, list[str]]] = {
    "at the top": (
        document(algorithmSource={}), ['algorithmSource: strict decoding error: unknown field "algorithmSource"']),
    "a field of v1beta1": (
        document(healthzBindAddress=""),
        ['healthzBindAddress: strict decoding error: unknown field "healthzBindAddress"']),
    "an extension point of a later release": (
        with_plugins(placementScore={}),
        ["profiles[0].plugins.placementScore: strict decoding error: "
         'unknown field "profiles[0].plugins.placementScore"']),
    "a letter's case": (
        with_plugins(Score={}),
        ['profiles[0].plugins.Score: strict decoding error: unknown field "profiles[0].plugins.Score"']),
    "in a list": (
        document(profiles=[{}, {"schedulername": "x"}]),
        ['profiles[1].schedulername: strict decoding error: unknown field "profiles[1].schedulername"']),
    "in arguments": (
        with_args("NodeResourcesFit",
                  {"scoringStrategy": {"requestedToCapacityRatio": {"shape": [{"Score": 2, "Utilization": 1}]}}}),
        [f'profiles[0].pluginConfig[0].args.{SHAPE}.Score: {IN_ARGS}"{SHAPE}.Score"',
         f'profiles[0].pluginConfig[0].args.{SHAPE}.Utilization: {IN_ARGS}"{SHAPE}.Utilization"']),
    "in both": (
        {**with_args("NodeResourcesFit", {"scoringStrategy": {"resources": [{"Name": "cpu"}]}}), "nonsense": 1},
        ['nonsense: strict decoding error: unknown field "nonsense"',
         "profiles[0].pluginConfig[0].args.scoringStrategy.resources[0].Name: "
         f'{IN_ARGS}"scoringStrategy.resources[0].Name"']),
}  # fmt: skip


@pytest.mark.parametrize(("body", "faults"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_unknown_fields(body: Any, faults: list[str]) -> None:
    assert faults_of(body) == faults


class Repeated(dict[str, Any]):
    """What a parser gives for an object in which a key was written twice."""

    again = ["parallelism"]


def test_repeated_keys() -> None:
    assert faults_of(Repeated(document(parallelism=8))) == [
        'parallelism: strict decoding error: duplicate field "parallelism"'
    ]


AT = "decoding .profiles[0].pluginConfig[0]: "
KINDS: dict[str, tuple[Any, str]] = {
    "of another plugin": (
        {"apiVersion": f"{GROUP}/v1", "kind": "InterPodAffinityArgs"},
        f"{AT}args for plugin DefaultPreemption were not of type DefaultPreemptionArgs.{GROUP}, "
        f"got InterPodAffinityArgs.{GROUP}"),
    "of another plugin, without version": (
        {"kind": "InterPodAffinityArgs"},
        f"{AT}args for plugin DefaultPreemption were not of type DefaultPreemptionArgs.{GROUP}, "
        f"got InterPodAffinityArgs.{GROUP}"),
    "of another version": (
        {"apiVersion": f"{GROUP}/v1beta2", "kind": "DefaultPreemptionArgs"},
        f"{AT}decoding args for plugin DefaultPreemption: "
        f'no kind "DefaultPreemptionArgs" is registered for version "{GROUP}/v1beta2"'),
    "of no known kind": (
        {"apiVersion": f"{GROUP}/v1", "kind": "ServiceAffinityArgs"},
        f'{AT}decoding args for plugin DefaultPreemption: no kind "ServiceAffinityArgs" is registered for version '
        f'"{GROUP}/v1"'),
}  # fmt: skip


@pytest.mark.parametrize(("args", "message"), KINDS.values(), ids=KINDS.keys())
def test_arguments_of_the_wrong_kind(args: Any, message: str) -> None:
    assert faults_of(with_args("DefaultPreemption", args)) == [f"profiles[0].pluginConfig[0].args: {message}"]


def test_arguments_may_say_their_kind() -> None:
    args = {"apiVersion": f"{GROUP}/v1", "kind": "DefaultPreemptionArgs", "minCandidateNodesPercentage": 50}
    held = profile_of(with_args("DefaultPreemption", args)).arguments["DefaultPreemption"]
    assert held == {"minCandidateNodesPercentage": 50, "minCandidateNodesAbsolute": 100}


def test_nulls_are_as_if_they_were_not_there() -> None:
    body = document(parallelism=None, profiles=[None], extenders=None, leaderElection=None)
    assert read(body) == read(document())
    assert read(with_args("DefaultPreemption", None)) == read(document())
    assert outcome(with_plugins(filter={"enabled": [None]})) == [
        'profiles[0].plugins.filter.enabled[0].name: FilterPlugin "" does not exist'
    ]


def test_what_has_no_effect_here_is_taken() -> None:
    body = document(
        leaderElection={"leaderElect": False, "leaseDuration": "30s", "resourceLock": "leases"},
        clientConnection={"kubeconfig": "/etc/kubernetes/scheduler.conf", "qps": 50.5, "burst": 100},
        enableProfiling=False, enableContentionProfiling=False, delayCacheUntilActive=True,
    )  # fmt: skip
    assert read(body) == read(document())
