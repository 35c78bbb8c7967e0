"""What a configuration must be, in upstream's words; the table covers that of validation_test.go."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.scheduler.configuration.faults import InvalidConfiguration
from simulator.engine.scheduler.configuration.plugins import PLUGINS
from simulator.engine.scheduler.configuration.reading import read
from tests.engine.scheduler.configuration.documents import document, faults_of, outcome, plugin_set, with_plugins

WAS_INVALID = 'was invalid in version "v1" (KubeSchedulerConfiguration is version "kubescheduler.config.k8s.io/v1")'
POSITIVE = "must have a positive weight applied to it"
KNOWN = "supported values: " + ", ".join(f'"{one}"' for one in sorted(PLUGINS))


def profiles(*held: Body) -> Body:
    return document(profiles=list(held))


def named(name: str, **plugins: Body) -> Body:
    return {"schedulerName": name, "plugins": plugins}


def extenders(*held: Body) -> Body:
    return document(extenders=list(held))


SORT = plugin_set("PrioritySort")
DAY = date(2026, 1, 2)
CASES: dict[str, tuple[Any, list[str]]] = {
    "parallelism of zero": (
        document(parallelism=0), ["parallelism: Invalid value: 0: should be an integer value greater than zero"]),
    "negative parallelism": (
        document(parallelism=-1), ["parallelism: Invalid value: -1: should be an integer value greater than zero"]),
    "percentage over 100": (
        document(percentageOfNodesToScore=101),
        ["percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]"]),
    "negative percentage": (
        document(percentageOfNodesToScore=-1),
        ["percentageOfNodesToScore: Invalid value: -1: not in valid range [0-100]"]),
    "percentage of a profile": (
        profiles({"percentageOfNodesToScore": 101}),
        ["profiles[0].percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]"]),
    "no initial back-off": (
        document(podInitialBackoffSeconds=0),
        ["podInitialBackoffSeconds: Invalid value: 0: must be greater than 0"]),
    "largest back-off below the initial one": (
        document(podInitialBackoffSeconds=20),
        ["podMaxBackoffSeconds: Invalid value: 10: must be greater than or equal to PodInitialBackoffSeconds"]),
    "no scheduler name": (
        profiles({"schedulerName": "a"}, {}), ["profiles[1].schedulerName: Required value"]),
    "empty scheduler name": (profiles({"schedulerName": ""}), ["profiles[0].schedulerName: Required value"]),
    "a scheduler name twice": (
        profiles({"schedulerName": "a"}, {"schedulerName": "b"}, {"schedulerName": "a"}),
        ["profiles[2].schedulerName: Duplicate value: {}"]),
    "arguments twice": (
        profiles({"pluginConfig": [{"name": "NodeAffinity"}, {"name": "NodeAffinity"}]}),
        ['profiles[0].pluginConfig[1]: Duplicate value: "NodeAffinity"']),
    "arguments of a plugin that is gone": (
        profiles({"pluginConfig": [{"name": "EBSLimits"}]}),
        [f'profiles[0].pluginConfig[0]: Invalid value: "EBSLimits": {WAS_INVALID}']),
    "arguments of an unknown plugin": (
        profiles({"pluginConfig": [{"name": "Foo", "args": {"foo": "bar"}}]}),
        [f'profiles[0].pluginConfig[0].name: Unsupported value: "Foo": {KNOWN}']),
    "a plugin that is gone": (
        with_plugins(filter=plugin_set("AzureDiskLimits")),
        [f'profiles[0].plugins.filter.enabled[0]: Invalid value: "AzureDiskLimits": {WAS_INVALID}']),
    "a plugin that is gone, everywhere": (
        with_plugins(multiPoint=plugin_set("CinderLimits")),
        ['profiles[0].plugins.multiPoint.enabled[0].name: PreFilterPlugin "CinderLimits" does not exist']),
    "an unknown plugin disabled": (
        with_plugins(score=plugin_set(disabled=("NodeResourceFit",))),
        [f'profiles[0].plugins.score.disabled[0].name: Unsupported value: "NodeResourceFit": {KNOWN}']),
    "an unknown plugin disabled everywhere": (
        with_plugins(multiPoint=plugin_set(disabled=("NodeName", "Foo"))),
        [f'profiles[0].plugins.multiPoint.disabled[1].name: Unsupported value: "Foo": {KNOWN}']),
    "weight of zero": (
        with_plugins(score=plugin_set(("NodeResourcesFit", 0))),
        [f"profiles[0].plugins.score.enabled[0].weight: Invalid value: 0: {POSITIVE}"]),
    "weight of zero everywhere": (
        with_plugins(multiPoint=plugin_set(("ImageLocality", 0))),
        [f"profiles[0].plugins.multiPoint.enabled[0].weight: Invalid value: 0: {POSITIVE}"]),
    "negative weight": (
        with_plugins(score=plugin_set("ImageLocality", ("NodeResourcesFit", -1))),
        [f"profiles[0].plugins.score.enabled[1].weight: Invalid value: -1: {POSITIVE}"]),
    "two sorts of a queue": (
        profiles(named("a", queueSort=plugin_set("PrioritySort", "PrioritySort"))),
        ["profiles[0].plugins.queueSort.Enabled: Invalid value: 2: only one queue sort plugin can be enabled",
         "profiles[0].plugins.queueSort.enabled[1].name: "
         'plugin "PrioritySort" already registered as "QueueSortPlugin"']),
    "one queue is sorted by name, the other by default": (
        profiles(named("a"), named("b", queueSort=SORT)),
        ["profiles[1].plugins.queueSort: Invalid value: "
         '{"Enabled":[{"Name":"PrioritySort","Weight":0}],"Disabled":null}: must be the same for all profiles']),
    "a queue's sort has arguments in one profile": (
        profiles(named("a", queueSort=SORT),
                 {**named("b", queueSort=SORT), "pluginConfig": [{"name": "PrioritySort", "args": {"by": "age"}}]}),
        ['profiles[1].pluginConfig.args: Invalid value: {"by":"age"}: queueSort must be the same for all profiles']),
    "the same, of values that JSON has not": (
        profiles(named("a", queueSort=SORT),
                 {**named("b", queueSort=SORT), "pluginConfig": [{"name": "PrioritySort", "args": {1: DAY}}]}),
        ['profiles[1].pluginConfig.args: Invalid value: {"1":"2026-01-02"}: '
         "queueSort must be the same for all profiles"]),
    "negative burst": (
        document(clientConnection={"burst": -1}), ["clientConnection.burst: Invalid value: -1: must be non-negative"]),
    "leases": (
        document(leaderElection={"leaseDuration": "-5s", "renewDeadline": "90s", "retryPeriod": "-1ms"}),
        ['leaderElection.leaseDuration: Invalid value: "-5s": must be greater than zero',
         'leaderElection.retryPeriod: Invalid value: "-1ms": must be greater than zero',
         'leaderElection.leaseDuration: Invalid value: "1m30s": must be greater than `RenewDeadline`']),
    "another lock": (
        document(leaderElection={"resourceLock": "configmaps"}),
        ['leaderElection.resourceLock: Invalid value: "configmaps": resourceLock value must be "leases"']),
    "an extender without weight": (
        extenders({"prioritizeVerb": "prioritize"}), [f"extenders[0].weight: Invalid value: 0: {POSITIVE}"]),
    "an extender of negative weight": (
        extenders({"prioritizeVerb": "prioritize", "weight": -1}),
        [f"extenders[0].weight: Invalid value: -1: {POSITIVE}"]),
    "two extenders that bind": (
        extenders({"bindVerb": "foo"}, {"bindVerb": "bar"}),
        ['extenders: Invalid value: "found 2 extenders implementing bind": only one extender can implement bind']),
    "a managed resource twice": (
        extenders({"managedResources": [{"name": "foo.com/bar"}]}, {"managedResources": [{"name": "foo.com/bar"}]}),
        ['extenders[1].managedResources[0].name: Invalid value: "foo.com/bar": '
         "duplicate extender managed resource name"]),
    "a managed resource of Kubernetes' own": (
        extenders({"managedResources": [{"name": "kubernetes.io/foo"}]}),
        ['extenders[0].managedResources[0].name: Invalid value: "kubernetes.io/foo": '
         "is an invalid extended resource name"]),
    "everything at once": (
        document(parallelism=0, profiles=[{"plugins": {"filter": plugin_set("Foo")}}], percentageOfNodesToScore=200),
        ["parallelism: Invalid value: 0: should be an integer value greater than zero",
         "percentageOfNodesToScore: Invalid value: 200: not in valid range [0-100]",
         'profiles[0].plugins.filter.enabled[0].name: FilterPlugin "Foo" does not exist']),
}  # fmt: skip


@pytest.mark.parametrize(("body", "faults"), CASES.values(), ids=CASES.keys())
def test_refused(body: Body, faults: list[str]) -> None:
    assert faults_of(body) == faults


FINE: dict[str, Body] = {
    "a sorted queue in all profiles": profiles(named("a", queueSort=SORT), named("b", queueSort=SORT)),
    "the largest weight": with_plugins(score=plugin_set(("NodeResourcesFit", 2_147_483_647))),
    "weights as kube-scheduler itself writes them": with_plugins(
        multiPoint=plugin_set(("NodeName", 0), ("VolumeBinding", 0), ("ImageLocality", 1))
    ),
    "a plugin of an earlier release disabled": with_plugins(
        score=plugin_set(disabled=("NodeResourcesLeastAllocated",)), filter=plugin_set(disabled=("EBSLimits",))
    ),
    "arguments for a plugin that takes none": profiles({"pluginConfig": [{"name": "NodeName", "args": {"a": 1}}]}),
    "the whole range of percentages": document(
        percentageOfNodesToScore=0, profiles=[{"percentageOfNodesToScore": 100}]
    ),
    "equal back-offs": document(podInitialBackoffSeconds=5, podMaxBackoffSeconds=5),
    "a lock that nobody takes": document(leaderElection={"leaderElect": False, "resourceLock": "configmaps"}),
    "an extender": extenders(
        {"urlPrefix": "http://127.0.0.1:8081/extender", "filterVerb": "filter", "prioritizeVerb": "p", "weight": 2}
    ),
}


@pytest.mark.parametrize("body", FINE.values(), ids=FINE.keys())
def test_accepted(body: Body) -> None:
    assert not isinstance(outcome(body), list)


def test_one_fault_reads_alone_and_several_in_brackets() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        read(document(parallelism=0))
    one = str(caught.value)
    assert one == "parallelism: Invalid value: 0: should be an integer value greater than zero"
    with pytest.raises(InvalidConfiguration) as caught:
        read(document(parallelism=0, percentageOfNodesToScore=101))
    assert str(caught.value) == f"[{one}, percentageOfNodesToScore: Invalid value: 101: not in valid range [0-100]]"
