"""The old names beside the new ones."""

from __future__ import annotations

from simulator.engine.scheduler.configuration.plugins import PLUGINS
from simulator.engine.scheduler.configuration.policies import PREDICATES, PRIORITIES, WORDS
from tests.engine.scheduler.configuration.documents import faults_of

NAMES = {**PREDICATES, **PRIORITIES}
GONE = "Scheduling policies were removed in Kubernetes 1.23: write a KubeSchedulerConfiguration with profiles."


def test_the_names_of_today_exist() -> None:
    for name, old in {**NAMES, **WORDS}.items():
        assert set(old.plugins) <= set(PLUGINS), name
        assert old.sentence.endswith("."), name
        mentioned = {plugin for plugin in PLUGINS if plugin in old.sentence}
        assert mentioned <= set(old.plugins), name


def test_predicates_filter_and_priorities_score() -> None:
    for names, point in ((PREDICATES, "filter"), (PRIORITIES, "score")):
        for name, old in names.items():
            assert all(point in PLUGINS[plugin] for plugin in old.plugins), name


def test_the_names_that_upstream_had_by_default() -> None:
    assert {
        "NoVolumeZoneConflict", "MaxEBSVolumeCount", "MaxGCEPDVolumeCount", "MaxAzureDiskVolumeCount",
        "MaxCSIVolumeCountPred", "MatchInterPodAffinity", "NoDiskConflict", "GeneralPredicates",
        "PodToleratesNodeTaints", "CheckVolumeBinding", "CheckNodeUnschedulable", "EvenPodsSpread",
    } <= PREDICATES.keys()  # fmt: skip
    assert {
        "SelectorSpreadPriority", "InterPodAffinityPriority", "LeastRequestedPriority", "BalancedResourceAllocation",
        "NodePreferAvoidPodsPriority", "NodeAffinityPriority", "TaintTolerationPriority", "ImageLocalityPriority",
        "EvenPodsSpreadPriority",
    } <= PRIORITIES.keys()  # fmt: skip


def test_the_names_of_the_tutorial() -> None:
    """It calls the two steps by their old names, and gives PodFitsResources as the example of a filter."""
    assert PREDICATES["PodFitsResources"].plugins == ("NodeResourcesFit",)
    assert {"Policy", "Predicate", "Priority"} <= WORDS.keys()
    for name in ("LeastRequestedPriority", "BalancedResourceAllocation", "ImageLocalityPriority"):
        assert NAMES[name].plugins
    for condition in ("CheckNodeMemoryPressure", "CheckNodeDiskPressure"):
        assert NAMES[condition].plugins == ("TaintToleration",)


def test_a_policy_is_refused_and_its_names_explained() -> None:
    body = {
        "apiVersion": "v1", "kind": "Policy",
        "predicates": [{"name": "PodFitsResources"}, {"name": "Mine"}, {"name": "HostName"}],
        "priorities": [{"name": "EqualPriority", "weight": 1}],
    }  # fmt: skip
    assert faults_of(body) == [
        'kind: no kind "Policy" is registered for version "v1"',
        f"kind: {GONE}",
        f"predicates[0].name: {PREDICATES['PodFitsResources'].sentence}",
        f"predicates[2].name: {PREDICATES['HostName'].sentence}",
        f"priorities[0].name: {PRIORITIES['EqualPriority'].sentence}",
    ]


def test_a_malformed_policy_is_refused_all_the_same() -> None:
    for held in (None, "all", {"name": "HostName"}, [None, 1, {"name": 2}, {}]):
        body = {"apiVersion": "kubescheduler.config.k8s.io/v1beta1", "kind": "Policy", "predicates": held}
        assert faults_of(body)[1:] == [f"kind: {GONE}"]
