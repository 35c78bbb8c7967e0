"""VolumeBinding: on which nodes a pod's claims are, can be bound, or can be provisioned.

The cases are those of pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}_test.go and of
staging/src/k8s.io/component-helpers/storage/volume/pv_helpers_test.go, v1.34, and more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from simulator.engine.objects import set_in
from simulator.engine.registry import Body
from simulator.engine.scheduler.plugins.volume_binding.plugin import VolumeBinding
from tests.engine.scheduler.builders import node, pod
from tests.engine.scheduler.harness import judge, set_up
from tests.engine.scheduler.storage import (
    HOSTNAME,
    NOW,
    WAIT,
    claim,
    csi_node,
    holder,
    local,
    user,
    volume,
)
from tests.engine.scheduler.volume_cases import CLASSES, ELSEWHERE, GONE, NO_VOLUME, NODES, UNBOUND, Case, both, check

EPHEMERAL: Body = {"ephemeral": {"volumeClaimTemplate": {"spec": {}}}}


class Rejected(NamedTuple):
    pod: Body
    objects: list[Body]
    message: str


DELETING = set_in(claim("c", "v"), ("metadata", "deletionTimestamp"), "2024-01-01T00:00:00Z")
REJECTED: dict[str, Rejected] = {
    "no claim by that name": Rejected(user("c"), [], 'persistentvolumeclaim "c" not found'),
    "the second is missing": Rejected(user("c", "d"), [claim("c", "v"), volume("v")],
                                      'persistentvolumeclaim "d" not found'),
    "a claim that lost its volume": Rejected(
        user("c"), [claim("c", "v", phase="Lost")],
        'persistentvolumeclaim "c" bound to non-existent persistentvolume "v"'),
    "a claim that is being deleted": Rejected(user("c"), [DELETING], 'persistentvolumeclaim "c" is being deleted'),
    "an ephemeral claim that is not made yet": Rejected(
        holder(EPHEMERAL), [],
        'waiting for ephemeral volume controller to create the persistentvolumeclaim "p-v0"'),
    "an ephemeral claim of somebody else": Rejected(
        holder(EPHEMERAL), [claim("p-v0")], "PVC default/p-v0 was not created for pod default/p (pod is not owner)"),
    "a claim that should be bound": Rejected(user("c"), [claim("c", storage_class=NOW)], UNBOUND),
    "a claim of no class": Rejected(user("c"), [claim("c", storage_class=None)], UNBOUND),
    "a claim of a class that is not there": Rejected(user("c"), [claim("c", storage_class="none")], UNBOUND),
    "a claim that names its volume but is not bound": Rejected(
        user("c"), [{**claim("c"), "spec": {**claim("c")["spec"], "volumeName": "v"}}, volume("v")], UNBOUND),
    "one bound, one that should be": Rejected(
        user("c", "d"), [claim("c", "v"), volume("v"), claim("d", storage_class=NOW)], UNBOUND),
    "one that waits, one that should be bound": Rejected(
        user("c", "d"), [claim("c"), volume("v"), claim("d", storage_class=NOW)], UNBOUND),
}  # fmt: skip


@pytest.mark.parametrize("case", REJECTED.values(), ids=REJECTED.keys())
def test_rejected(case: Rejected) -> None:
    told = judge(VolumeBinding, case.pod, nodes=NODES, objects=[*CLASSES, *case.objects])
    assert (told.rejected, told.refused, told.resolvable) == (case.message, {}, frozenset())


BOUND: dict[str, Case] = {
    "to a volume that all nodes reach": Case(user("c"), [claim("c", "v"), volume("v")], {}),
    "to a local one": Case(user("c"), [claim("c", "v"), local("v", "a")], {"b": ELSEWHERE}),
    "at once, to a local one": Case(
        user("c"), [claim("c", "v", storage_class=NOW), local("v", "b", storage_class=NOW)], {"a": ELSEWHERE}),
    "to two on one node": Case(
        user("c", "d"), [claim("c", "v"), claim("d", "w"), local("v", "a"), local("w", "a")], {"b": ELSEWHERE}),
    "to two on two nodes": Case(
        user("c", "d"), [claim("c", "v"), claim("d", "w"), local("v", "a"), local("w", "b")], both(ELSEWHERE)),
    "to a volume that is gone": Case(user("c"), [claim("c", "v")], both(GONE)),
    "elsewhere before gone": Case(
        user("c", "d"), [claim("c", "v"), claim("d", "w"), local("v", "a")], {"a": GONE, "b": ELSEWHERE}),
    "gone before elsewhere": Case(
        user("d", "c"), [claim("c", "v"), claim("d", "w"), local("v", "a")], both(GONE)),
    "for an ephemeral volume": Case(
        holder(EPHEMERAL), [claim("p-v0", "v", owner="uid-p"), local("v", "a")], {"b": ELSEWHERE}),
    "with terms of which one holds": Case(
        user("c"), [claim("c", "v"), volume("v", nodeAffinity={"required": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": "zone", "operator": "In", "values": ["none"]}]},
            {"matchExpressions": [{"key": "zone", "operator": "NotIn", "values": ["z-b"]},
                                  {"key": HOSTNAME, "operator": "Exists"}]}]}})], {"b": ELSEWHERE}),
    "with no term at all": Case(
        user("c"), [claim("c", "v"), volume("v", nodeAffinity={"required": {"nodeSelectorTerms": []}})],
        both(ELSEWHERE)),
    "with a term by the node's name": Case(
        user("c"), [claim("c", "v"), volume("v", nodeAffinity={"required": {"nodeSelectorTerms": [
            {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]}})], both(ELSEWHERE)),
    "with a term by another name": Case(
        user("c"), [claim("c", "v"), volume("v", nodeAffinity={"required": {"nodeSelectorTerms": [
            {"matchFields": [{"key": "metadata.name", "operator": "NotIn", "values": ["a"]}],
             "matchExpressions": [{"key": HOSTNAME, "operator": "In", "values": ["a"]}]}]}})], {"b": ELSEWHERE}),
    "with a term of no sense": Case(
        user("c"), [claim("c", "v"), volume("v", nodeAffinity={"required": {"nodeSelectorTerms": [
            {"matchExpressions": [{"key": HOSTNAME, "operator": "Near", "values": ["a"]}]}]}})], both(ELSEWHERE)),
    "beside one that finds nothing": Case(
        user("c", "d"), [claim("c", "v"), claim("d"), local("v", "a", to=claim("c"))],
        {"a": NO_VOLUME, "b": (ELSEWHERE, NO_VOLUME)}),
    "beside one that finds something": Case(
        user("c", "d"), [claim("c", "v"), claim("d"), local("v", "a", to=claim("c")), local("w", "a")],
        {"b": (ELSEWHERE, NO_VOLUME)}),
}  # fmt: skip
MATCHING: dict[str, Case] = {
    "nothing to bind": Case(user("c"), [claim("c")], both(NO_VOLUME)),
    "on one node": Case(user("c"), [claim("c"), local("v", "a")], {"b": NO_VOLUME}),
    "anywhere": Case(user("c"), [claim("c"), volume("v")], {}),
    "too small": Case(user("c"), [claim("c", size="2Gi"), volume("v", "1Gi")], both(NO_VOLUME)),
    "larger": Case(user("c"), [claim("c", size="2Gi"), volume("v", "5Gi")], {}),
    "of another class": Case(user("c"), [claim("c"), volume("v", storage_class="other")], both(NO_VOLUME)),
    "by the old annotation of a class": Case(
        user("c"), [claim("c"), {**volume("v", storage_class=""), "metadata": {
            "name": "v", "annotations": {"volume.beta.kubernetes.io/storage-class": WAIT}}}], {}),
    "somebody else's": Case(user("c"), [claim("c"), volume("v", to=claim("other"))], both(NO_VOLUME)),
    "made for it": Case(user("c"), [claim("c"), local("v", "a", to=claim("c"))], {"b": NO_VOLUME}),
    "made for one of its name that is gone": Case(
        user("c"), [claim("c"), volume("v", to={"metadata": {**claim("c")["metadata"], "uid": "old"}})],
        both(NO_VOLUME)),
    "made for its name": Case(
        user("c"), [claim("c"), local("v", "b", claimRef={"namespace": "default", "name": "c"})], {"a": NO_VOLUME}),
    "made for it comes before all others": Case(
        user("c"), [claim("c"), volume("small"), local("v", "a", "9Gi", to=claim("c"))], {"b": NO_VOLUME}),
    "made for it, but too small": Case(
        user("c"), [claim("c", size="2Gi"), volume("v", to=claim("c")), volume("w", "3Gi")], {}),
    "not available yet": Case(user("c"), [claim("c"), volume("v", phase="Pending")], both(NO_VOLUME)),
    "released": Case(user("c"), [claim("c"), volume("v", phase="Released")], both(NO_VOLUME)),
    "being deleted": Case(
        user("c"), [claim("c"), set_in(volume("v"), ("metadata", "deletionTimestamp"), "2024-01-01T00:00:00Z")],
        both(NO_VOLUME)),
    "a block device for a file system": Case(
        user("c"), [claim("c"), volume("v", volumeMode="Block")], both(NO_VOLUME)),
    "a block device for one": Case(
        user("c"), [claim("c", volumeMode="Block"), volume("v", volumeMode="Block")], {}),
    "without the access mode": Case(
        user("c"), [claim("c", modes=("ReadWriteMany",)), volume("v")], both(NO_VOLUME)),
    "with more access modes": Case(
        user("c"), [claim("c"), volume("v", modes=("ReadOnlyMany", "ReadWriteOnce"))], {}),
    "of other labels": Case(
        user("c"), [claim("c", selector={"matchLabels": {"x": "y"}}), volume("v", labels={"x": "z"})],
        both(NO_VOLUME)),
    "of the right labels": Case(
        user("c"), [claim("c", selector={"matchExpressions": [{"key": "x", "operator": "In", "values": ["y"]}]}),
                    volume("v", labels={"x": "y"})], {}),
    "of another class of attributes": Case(
        user("c"), [claim("c", volumeAttributesClassName="gold"), volume("v")], both(NO_VOLUME)),
    "of the same class of attributes": Case(
        user("c"), [claim("c", volumeAttributesClassName="gold"), volume("v", volumeAttributesClassName="gold")], {}),
    "two claims, one volume": Case(user("c", "d"), [claim("c"), claim("d"), volume("v")], both(NO_VOLUME)),
    "two claims, two volumes": Case(
        user("c", "d"), [claim("c"), claim("d"), local("v", "a"), local("w", "a"), local("x", "b")], {"b": NO_VOLUME}),
    "the smallest claim takes the smallest volume": Case(
        user("big", "small"), [claim("big", size="5Gi"), claim("small"), local("v", "a", "5Gi"), local("w", "a"),
                               local("x", "b", "5Gi"), local("y", "b", "5Gi")], {}),
    "taken in order of size, whatever their names": Case(
        user("small", "big"), [claim("big", size="5Gi"), claim("small"), local("a-large", "a", "5Gi"),
                               local("z-small", "a")], {"b": NO_VOLUME}),
    "two volumes of one claim": Case(user("c", "c"), [claim("c"), volume("v")], both(NO_VOLUME)),
}  # fmt: skip
OLD = "kubernetes.io/gce-pd"
DISK = {"gcePersistentDisk": {"pdName": "disk"}}


def disk(labels: dict[str, str] | None = None, **more: Any) -> Body:
    return volume("v", labels=labels, **DISK, **more)


GKE = [
    node("a", labels={"topology.gke.io/zone": "z1"}),
    node("b", labels={"topology.kubernetes.io/zone": "z1", "topology.gke.io/zone": "z2"}),
]
LABELLED = {"topology.kubernetes.io/zone": "z1"}
MOVED: dict[str, Case] = {
    "nodes that have not moved go by the volume's own terms": Case(user("c"), [claim("c", "v"), disk(LABELLED)], {}),
    "nodes that have moved go by the driver's label": Case(
        user("c"), [claim("c", "v"), disk(LABELLED), csi_node("a", moved=OLD), csi_node("b", moved=OLD)],
        {"b": ELSEWHERE}),
    "each node for itself": Case(
        user("c"), [claim("c", "v"), disk(LABELLED), csi_node("a", moved=OLD), csi_node("b")], {}),
    "another plugin has moved": Case(
        user("c"), [claim("c", "v"), disk(LABELLED), csi_node("a"), csi_node("b", moved="kubernetes.io/aws-ebs")], {}),
    "terms are renamed": Case(
        user("c"), [claim("c", "v"), disk(on={"topology.kubernetes.io/zone": ["z1"]}),
                    csi_node("a", moved=OLD)], {}),
    "several zones": Case(
        user("c"), [claim("c", "v"), disk({"failure-domain.beta.kubernetes.io/zone": "z0__z2"}),
                    csi_node("a", moved=OLD), csi_node("b", moved=OLD)], {"a": ELSEWHERE}),
}  # fmt: skip


@pytest.mark.parametrize("case", BOUND.values(), ids=BOUND.keys())
def test_bound_claims(case: Case) -> None:
    check(case, NODES)


@pytest.mark.parametrize("case", MATCHING.values(), ids=MATCHING.keys())
def test_volumes_to_bind(case: Case) -> None:
    check(case, NODES)


@pytest.mark.parametrize("case", MOVED.values(), ids=MOVED.keys())
def test_disks_that_a_driver_took_over(case: Case) -> None:
    check(case, GKE)


SKIPPED = {
    "no volumes": pod(),
    "a directory": holder({"hostPath": {"path": "/"}}),
    "inline": holder({"csi": {"driver": "x"}}),
}


@pytest.mark.parametrize("incoming", SKIPPED.values(), ids=SKIPPED.keys())
def test_skipped(incoming: Body) -> None:
    bench = set_up(VolumeBinding, incoming, nodes=NODES)
    assert isinstance(bench.plugin, VolumeBinding)
    assert not bench.plugin.filters(bench.shape, bench.nodes)


def test_it_neither_scores_nor_narrows() -> None:
    told = judge(VolumeBinding, user("c"), nodes=NODES, objects=[*CLASSES, claim("c", "v"), local("v", "a")])
    assert (told.raw, told.refused) == ({}, {"b": (ELSEWHERE,)})


def test_a_thousand_local_volumes() -> None:
    nodes = [node(f"n{n}", labels={HOSTNAME: f"n{n}"}) for n in range(300)]
    volumes = [local(f"v{n}", f"n{n}", f"{n % 7 + 1}Gi") for n in range(250)]
    told = judge(VolumeBinding, user("c"), nodes=nodes, objects=[*CLASSES, claim("c", size="3Gi"), *volumes])
    assert set(told.refused) == {f"n{n}" for n in range(300) if n >= 250 or n % 7 < 2}
