"""The arguments of plugins: what they are by default and what is refused; after validation_pluginargs_test.go and
defaults_test.go."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.registry import Body
from tests.engine.scheduler.configuration.documents import faults_of, profile_of, with_args

BOTH = [{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 1}]
LEAST = {"type": "LeastAllocated", "resources": BOTH}
RATIO = "RequestedToCapacityRatio"

DEFAULTED: dict[str, tuple[str, Body, Body]] = {
    "preemption": (
        "DefaultPreemption", {}, {"minCandidateNodesPercentage": 10, "minCandidateNodesAbsolute": 100}),
    "preemption, one of two": (
        "DefaultPreemption", {"minCandidateNodesAbsolute": 0},
        {"minCandidateNodesPercentage": 10, "minCandidateNodesAbsolute": 0}),
    "pod affinity": (
        "InterPodAffinity", {}, {"hardPodAffinityWeight": 1, "ignorePreferredTermsOfExistingPods": False}),
    "pod affinity, zero is said": (
        "InterPodAffinity", {"hardPodAffinityWeight": 0},
        {"hardPodAffinityWeight": 0, "ignorePreferredTermsOfExistingPods": False}),
    "node affinity": ("NodeAffinity", {}, {}),
    "balance": ("NodeResourcesBalancedAllocation", {}, {"resources": BOTH}),
    "balance, no resources": ("NodeResourcesBalancedAllocation", {"resources": []}, {"resources": BOTH}),
    "balance, no weights": (
        "NodeResourcesBalancedAllocation", {"resources": [{"name": "cpu", "weight": 0}, {"name": "x.io/gpu"}]},
        {"resources": [{"name": "cpu", "weight": 1}, {"name": "x.io/gpu", "weight": 1}]}),
    "fit": ("NodeResourcesFit", {}, {"scoringStrategy": LEAST}),
    "fit, ignored resources": (
        "NodeResourcesFit", {"ignoredResources": ["foo"]}, {"ignoredResources": ["foo"], "scoringStrategy": LEAST}),
    "fit, a type alone": (
        "NodeResourcesFit", {"scoringStrategy": {"type": "MostAllocated"}},
        {"scoringStrategy": {"type": "MostAllocated", "resources": BOTH}}),
    "fit, resources without weight": (
        "NodeResourcesFit", {"scoringStrategy": {"type": "LeastAllocated", "resources": [{"name": "cpu"}]}},
        {"scoringStrategy": {"type": "LeastAllocated", "resources": [{"name": "cpu", "weight": 1}]}}),
    "spread": ("PodTopologySpread", {}, {"defaultingType": "System"}),
    "spread, empty type": ("PodTopologySpread", {"defaultingType": ""}, {"defaultingType": "System"}),
    "spread, a list without constraints": (
        "PodTopologySpread", {"defaultingType": "List"}, {"defaultingType": "List"}),
    "volumes": ("VolumeBinding", {}, {"bindTimeoutSeconds": 600}),
    "volumes, no wait": ("VolumeBinding", {"bindTimeoutSeconds": 0}, {"bindTimeoutSeconds": 0}),
    "dynamic resources": ("DynamicResources", {}, {"filterTimeout": "10s"}),
    "dynamic resources, no timeout": ("DynamicResources", {"filterTimeout": "0s"}, {"filterTimeout": "0s"}),
}  # fmt: skip


@pytest.mark.parametrize(("plugin", "given", "expected"), DEFAULTED.values(), ids=DEFAULTED.keys())
def test_defaults(plugin: str, given: Body, expected: Body) -> None:
    assert profile_of(with_args(plugin, given)).arguments[plugin] == expected


def spread(*constraints: Body, kind: str = "List") -> Body:
    return {"defaultConstraints": list(constraints), "defaultingType": kind}


def constraint(**changed: Any) -> Body:
    return {"maxSkew": 1, "topologyKey": "node", "whenUnsatisfiable": "DoNotSchedule", **changed}


def strategy(kind: str = "LeastAllocated", **more: Any) -> Body:
    return {"scoringStrategy": {"type": kind, **more}}


def shaped(*points: tuple[int, int]) -> Body:
    shape = [{"utilization": utilization, "score": score} for utilization, score in points]
    return strategy(RATIO, requestedToCapacityRatio={"shape": shape})


def term(key: str, operator: str, *values: str, by: str = "matchExpressions") -> Body:
    return {by: [{"key": key, "operator": operator, "values": list(values)}]}


def required(*terms: Body) -> Body:
    return {"addedAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}}


def preferred(*terms: tuple[int, Body]) -> Body:
    held = [{"weight": weight, "preference": one} for weight, one in terms]
    return {"addedAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": held}}


NODE_TERM = "addedAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]"
PREFERRED = "addedAffinity.preferredDuringSchedulingIgnoredDuringExecution"
SHAPE = "scoringStrategy.requestedToCapacityRatio.shape"
QUALIFIED = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
    "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
PARTS = (
    "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
    "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
    "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' "
    "(e.g. 'example.com/MyName')"
)
NOR = "cannot be zero at the same time as "
LABEL = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
)
REFUSED: dict[str, tuple[str, Body, list[str]]] = {
    "negative percentage of candidates": (
        "DefaultPreemption", {"minCandidateNodesPercentage": -1},
        ["minCandidateNodesPercentage: Invalid value: -1: not in valid range [0, 100]"]),
    "percentage of candidates over 100": (
        "DefaultPreemption", {"minCandidateNodesPercentage": 900},
        ["minCandidateNodesPercentage: Invalid value: 900: not in valid range [0, 100]"]),
    "negative number of candidates": (
        "DefaultPreemption", {"minCandidateNodesAbsolute": -1},
        ["minCandidateNodesAbsolute: Invalid value: -1: not in valid range [0, inf)"]),
    "no candidates": (
        "DefaultPreemption", {"minCandidateNodesPercentage": 0, "minCandidateNodesAbsolute": 0},
        [f"minCandidateNodesPercentage: Invalid value: 0: {NOR}minCandidateNodesAbsolute",
         f"minCandidateNodesAbsolute: Invalid value: 0: {NOR}minCandidateNodesPercentage"]),
    "both negative": (
        "DefaultPreemption", {"minCandidateNodesPercentage": -1, "minCandidateNodesAbsolute": -1},
        ["minCandidateNodesPercentage: Invalid value: -1: not in valid range [0, 100]",
         "minCandidateNodesAbsolute: Invalid value: -1: not in valid range [0, inf)"]),
    "negative weight of pod affinity": (
        "InterPodAffinity", {"hardPodAffinityWeight": -1},
        ["hardPodAffinityWeight: Invalid value: -1: not in valid range [0, 100]"]),
    "weight of pod affinity over 100": (
        "InterPodAffinity", {"hardPodAffinityWeight": 101},
        ["hardPodAffinityWeight: Invalid value: 101: not in valid range [0, 100]"]),
    "negative skew": (
        "PodTopologySpread", spread(constraint(maxSkew=-1)),
        ["defaultConstraints[0].maxSkew: Invalid value: -1: not in valid range (0, inf)"]),
    "no topology key": (
        "PodTopologySpread", spread(constraint(topologyKey="")),
        ["defaultConstraints[0].topologyKey: Required value: can not be empty"]),
    "malformed topology key": (
        "PodTopologySpread", spread(constraint(topologyKey="a b")),
        [f'defaultConstraints[0].topologyKey: Invalid value: "a b": {QUALIFIED}']),
    "no action": (
        "PodTopologySpread", spread(constraint(whenUnsatisfiable="")),
        ["defaultConstraints[0].whenUnsatisfiable: Required value: can not be empty"]),
    "unknown action": (
        "PodTopologySpread", spread(constraint(whenUnsatisfiable="unknown action")),
        ['defaultConstraints[0].whenUnsatisfiable: Unsupported value: "unknown action": '
         'supported values: "DoNotSchedule", "ScheduleAnyway"']),
    "a constraint twice": (
        "PodTopologySpread", spread(constraint(), constraint(maxSkew=2)),
        ['defaultConstraints[1]: Duplicate value: "{node, DoNotSchedule}"']),
    "a selector": (
        "PodTopologySpread", spread(constraint(labelSelector={"matchLabels": {"a": "b"}})),
        ["defaultConstraints[0].labelSelector: Forbidden: "
         "constraint must not define a selector, as they deduced for each pod"]),
    "unknown defaulting": (
        "PodTopologySpread", {"defaultingType": "unknown"},
        ['defaultingType: Unsupported value: "unknown": supported values: "System", "List"']),
    "constraints beside the system's": (
        "PodTopologySpread", spread(constraint(), kind="System"),
        ['defaultingType: Invalid value: "System": when .defaultConstraints are not empty']),
    "constraints, and nothing said of the type": (
        "PodTopologySpread", spread(constraint(), kind=""),
        ['defaultingType: Invalid value: "System": when .defaultConstraints are not empty']),
    "balance by weight": (
        "NodeResourcesBalancedAllocation", {"resources": [{"name": "cpu", "weight": 2}]},
        ["resources[0].weight: Invalid value: 2: must be 1"]),
    "balance of a resource twice": (
        "NodeResourcesBalancedAllocation", {"resources": [{"name": "cpu"}, {"name": "cpu"}]},
        ['resources[1].name: Duplicate value: "cpu"']),
    "key of too many parts": (
        "NodeAffinity", required(term("invalid/label/key", "In", "x")),
        [f'{NODE_TERM}.matchExpressions[0].key: Invalid value: "invalid/label/key": {PARTS}']),
    "two values of a field": (
        "NodeAffinity", preferred((1, term("metadata.name", "In", "a", "b", by="matchFields"))),
        [f'{PREFERRED}[0].matchFields[0].values: Invalid value: ["a","b"]: must have one element']),
    "operator of a field": (
        "NodeAffinity", required(term("metadata.name", "Exists", by="matchFields")),
        [f'{NODE_TERM}.matchFields[0].operator: Unsupported value: "Exists": supported values: "In", "NotIn"']),
    "operator": (
        "NodeAffinity", required(term("zone", "in", "a")),
        [f'{NODE_TERM}.matchExpressions[0].operator: Unsupported value: "in": '
         'supported values: "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"']),
    "no values": (
        "NodeAffinity", required({"matchExpressions": [{"key": "zone", "operator": "In"}]}),
        [f"{NODE_TERM}.matchExpressions[0].values: Invalid value: null: "
         "for 'in', 'notin' operators, values set can't be empty"]),
    "values beside Exists": (
        "NodeAffinity", required(term("zone", "Exists", "a")),
        [f'{NODE_TERM}.matchExpressions[0].values: Invalid value: ["a"]: '
         "values set must be empty for exists and does not exist"]),
    "more than no number": (
        "NodeAffinity", preferred((5, term("cores", "Gt", "many"))),
        [f'{PREFERRED}[0].matchExpressions[0].values[0]: Invalid value: "many": '
         "for 'Gt', 'Lt' operators, the value must be an integer"]),
    "more than two numbers": (
        "NodeAffinity", required(term("cores", "Lt", "1", "2")),
        [f'{NODE_TERM}.matchExpressions[0].values: Invalid value: ["1","2"]: '
         "for 'Gt', 'Lt' operators, exactly one value is required"]),
    "more than less than nothing": (
        "NodeAffinity", required(term("cores", "Gt", "-3")),
        [f'{NODE_TERM}.matchExpressions[0].values[0][cores]: Invalid value: "-3": {LABEL}']),
    "negative time to bind": (
        "VolumeBinding", {"bindTimeoutSeconds": -10},
        ["bindTimeoutSeconds: Invalid value: -10: invalid BindTimeoutSeconds, should not be a negative value"]),
    "a shape, which needs a gate": (
        "VolumeBinding", {"shape": [{"utilization": 1, "score": 1}]},
        ['shape: Invalid value: [{"Utilization":1,"Score":1}]: '
         "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring"]),
    "an empty shape": (
        "VolumeBinding", {"shape": []},
        ["shape: Invalid value: []: "
         "unexpected field `shape`, remove it or turn on the feature gate StorageCapacityScoring"]),
    "negative timeout": (
        "DynamicResources", {"filterTimeout": "-1s"},
        ['filterTimeout: Invalid value: "-1s": must be zero or positive']),
    "malformed ignored resource": (
        "NodeResourcesFit", {"ignoredResources": ["ok", "a b"]},
        [f'ignoredResources[1]: Invalid value: "a b": {QUALIFIED}']),
    "ignored group with a slash": (
        "NodeResourcesFit", {"ignoredResourceGroups": ["example.com/gpu"]},
        ['ignoredResourceGroups[0]: Invalid value: "example.com/gpu": resource group name can\'t contain \'/\'']),
    "unknown strategy": (
        "NodeResourcesFit", strategy("Tightest"),
        ['scoringStrategy.type: Unsupported value: "Tightest": '
         'supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"']),
    "strategy without type": (
        "NodeResourcesFit", {"scoringStrategy": {}},
        ['scoringStrategy.type: Unsupported value: "": '
         'supported values: "LeastAllocated", "MostAllocated", "RequestedToCapacityRatio"']),
    "weight of a resource over 100": (
        "NodeResourcesFit", strategy(resources=[{"name": "cpu", "weight": 1}, {"name": "memory", "weight": 101}]),
        ["scoringStrategy.resources[1].weight: Invalid value: 101: "
         "resource weight of memory not in valid range (0, 100]"]),
    "negative weight of a resource": (
        "NodeResourcesFit", strategy(resources=[{"name": "cpu", "weight": -1}]),
        ["scoringStrategy.resources[0].weight: Invalid value: -1: resource weight of cpu not in valid range (0, 100]"]),
    "ratio without shape": (
        "NodeResourcesFit", strategy(RATIO),
        ["scoringStrategy.requestedToCapacityRatio: Required value: "
         "must be specified when type is RequestedToCapacityRatio"]),
    "shape without points": (
        "NodeResourcesFit", shaped(), [f"{SHAPE}: Required value: at least one point must be specified"]),
    "shape out of order": (
        "NodeResourcesFit", shaped((10, 3), (0, 1)),
        [f"{SHAPE}[1].utilization: Invalid value: 0: values must be sorted in increasing order"]),
    "a point twice": (
        "NodeResourcesFit", shaped((10, 3), (10, 4), (5, 1)),
        [f"{SHAPE}[1].utilization: Invalid value: 10: values must be sorted in increasing order"]),
    "shape beyond its square": (
        "NodeResourcesFit", shaped((-1, 11), (101, -1)),
        [f"{SHAPE}[0].utilization: Invalid value: -1: not in valid range [0, 100]",
         f"{SHAPE}[0].score: Invalid value: 11: not in valid range [0, 10]",
         f"{SHAPE}[1].utilization: Invalid value: 101: not in valid range [0, 100]",
         f"{SHAPE}[1].score: Invalid value: -1: not in valid range [0, 10]"]),
}  # fmt: skip


@pytest.mark.parametrize(("plugin", "given", "faults"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(plugin: str, given: Body, faults: list[str]) -> None:
    assert faults_of(with_args(plugin, given)) == [f"profiles[0].pluginConfig[0].args.{one}" for one in faults]


FINE: dict[str, tuple[str, Body]] = {
    "two constraints of a list": (
        "PodTopologySpread", spread(constraint(), constraint(whenUnsatisfiable="ScheduleAnyway"))),
    "added affinity": (
        "NodeAffinity",
        required(term("a", "In", "b"), term("cores", "Gt", "3"), term("metadata.name", "In", "n", by="matchFields"))),
    "a preference that nobody weighs": ("NodeAffinity", preferred((0, term("a b", "Nonsense")))),
    "terms that say nothing": ("NodeAffinity", required({}, {"matchExpressions": []})),
    "a shape": ("NodeResourcesFit", shaped((0, 0), (50, 10), (100, 3))),
    "ignored resources and groups": (
        "NodeResourcesFit", {"ignoredResources": ["example.com/gpu"], "ignoredResourceGroups": ["example.com"]}),
    "candidates by number alone": ("DefaultPreemption", {"minCandidateNodesPercentage": 0}),
}  # fmt: skip


@pytest.mark.parametrize(("plugin", "given"), FINE.values(), ids=FINE.keys())
def test_accepted_as_written(plugin: str, given: Body) -> None:
    held = profile_of(with_args(plugin, given)).arguments[plugin]
    for key, value in given.items():
        if key != "scoringStrategy":
            assert held[key] == value
        else:
            assert held[key] == {**value, "resources": BOTH}
