"""Owners that are elsewhere, of another kind, or in a ring.

The cases are those of TestConflictingData and TestAbsentOwnerCache in
pkg/controller/garbagecollector/garbagecollector_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.errors import StatusError
from simulator.engine.objects import is_deleting, name_of, owner_reference, uid_of
from simulator.engine.registry import Body

from .rig import Rig

MAPS, ROLES = "configmaps", "clusterroles.rbac.authorization.k8s.io"
SAID = 'ownerRef [v1/ConfigMap, namespace: {here}, name: {name}, uid: {uid}] does not exist in namespace "{here}"'
GONE = "00000000-0000-4000-8000-000000000000"


def world() -> Rig:
    rig = Rig(0, kubelet=False)
    for name in ("ns1", "ns2"):
        rig.namespace(name)
    rig.settle()
    return rig


def make(rig: Rig, resource: str, namespace: str, name: str, *owners: Body, **meta: Any) -> Body:
    head: Body = {"name": name, **meta, **({"namespace": namespace} if namespace else {})}
    if owners:
        head["ownerReferences"] = list(owners)
    return rig.create(resource, {"metadata": head, **({"rules": []} if resource == ROLES else {})})


def reference(owner: Body, **changes: Any) -> Body:
    return {**owner_reference(owner), "controller": False, **changes}


@pytest.mark.parametrize(
    ("owner", "child", "changes", "kept", "told"),
    [
        pytest.param((MAPS, "ns1"), (MAPS, "ns1"), {}, True, False, id="good child in ns1 -> owner in ns1"),
        pytest.param((ROLES, ""), (MAPS, "ns1"), {}, True, False, id="good child in ns1 -> cluster-scoped owner"),
        pytest.param((ROLES, ""), (ROLES, ""), {}, True, False, id="good cluster-scoped child -> cluster-scoped owner"),
        pytest.param((MAPS, "ns2"), (MAPS, "ns1"), {}, False, True, id="bad child in ns1 -> owner in ns2"),
        pytest.param((MAPS, "ns1"), (ROLES, ""), {}, True, True, id="bad cluster-scoped child -> owner in ns1"),
        pytest.param((MAPS, "ns1"), (MAPS, "ns1"), {"name": "other"}, False, False, id="the uid of another name"),
        pytest.param((MAPS, "ns1"), (MAPS, "ns1"), {"kind": "Secret"}, False, False, id="the uid of another kind"),
        pytest.param((MAPS, "ns1"), (MAPS, "ns1"), {"uid": GONE}, False, False, id="another uid"),
        pytest.param(
            (MAPS, "ns1"), (MAPS, "ns1"), {"apiVersion": "a.b/v1", "kind": "X"}, True, False, id="unknown kind"
        ),
        pytest.param((ROLES, ""), (ROLES, ""), {"uid": GONE}, False, False, id="cluster-scoped owner is gone"),
    ],
)
def test_conflicting_data(
    owner: tuple[str, str], child: tuple[str, str], changes: Body, kept: bool, told: bool
) -> None:
    rig = world()
    above = make(rig, *owner, "parent")
    make(rig, *child, "child", reference(above, **changes))
    rig.settle()
    assert (rig.world.get(child[0], child[1], "child") is not None) is kept
    wanted = SAID.format(here=child[1], name="parent", uid=uid_of(above))
    assert rig.messages("OwnerRefInvalidNamespace") == ([wanted] if told else [])
    assert rig.world.get(owner[0], owner[1], "parent") is not None


def test_one_good_owner_of_two_keeps_the_child() -> None:
    rig = world()
    good, bad = make(rig, MAPS, "ns1", "good"), make(rig, MAPS, "ns2", "bad")
    make(rig, MAPS, "ns1", "child", reference(good), reference(bad))
    rig.settle()
    owners = rig.get(MAPS, "child", "ns1")["metadata"]["ownerReferences"]
    assert [one["name"] for one in owners] == ["good"]
    assert len(rig.messages("OwnerRefInvalidNamespace")) == 1


def test_nothing_is_done_while_one_owner_cannot_be_told_of() -> None:
    rig = world()
    above = make(rig, MAPS, "ns1", "parent")
    strange = reference(above, apiVersion="example.com/v1", kind="Gadget", uid="u-1")
    make(rig, MAPS, "ns1", "child", reference(above, uid=GONE), strange)
    rig.settle()
    assert len(rig.get(MAPS, "child", "ns1")["metadata"]["ownerReferences"]) == 2


def test_a_grown_ring_goes_whole() -> None:
    rig = world()
    bodies = [make(rig, MAPS, "ns1", f"n{number}") for number in range(4)]
    for number, body in enumerate(bodies):
        owners = [reference(bodies[number - 1])]
        rig.edit(MAPS, name_of(body), ("metadata", "ownerReferences"), owners, namespace="ns1")
    rig.settle()
    assert len(rig.world.list(MAPS, "ns1")) == 5
    rig.delete(MAPS, "n0", namespace="ns1", propagation="Foreground")
    rig.settle()
    assert [name_of(one) for one in rig.world.list(MAPS, "ns1")] == ["kube-root-ca.crt"]


def test_an_object_that_owns_itself_goes_in_the_foreground() -> None:
    rig = world()
    body = make(rig, MAPS, "ns1", "self")
    rig.edit(MAPS, "self", ("metadata", "ownerReferences"), [reference(body)], namespace="ns1")
    rig.settle()
    rig.delete(MAPS, "self", namespace="ns1", propagation="Foreground")
    rig.run(60)
    revision = rig.world.revision
    rig.run(600)
    assert rig.world.revision == revision, "it does not go round"


PLANS = st.integers(2, 9).flatmap(
    lambda count: st.tuples(
        st.lists(st.lists(st.integers(0, count - 1), max_size=3, unique=True), min_size=count, max_size=count),
        st.permutations(range(count)),
        st.lists(
            st.tuples(st.integers(0, count - 1), st.sampled_from([None, "Background", "Foreground", "Orphan"])),
            max_size=5,
        ),
        st.lists(st.booleans(), min_size=count, max_size=count),
        st.booleans(),
    )
)


@settings(max_examples=120, deadline=None)
@given(PLANS)
def test_what_has_a_live_owner_stays_and_what_dangles_goes(plan: Any) -> None:
    owners, order, deletions, blocks, together = plan
    rig = world()
    place = {node: rank for rank, node in enumerate(order)}
    made: dict[int, Body] = {}
    for node in order:
        above = [one for one in owners[node] if place[one] < place[node]]
        references = [reference(made[one], blockOwnerDeletion=blocks[node]) for one in above]
        made[node] = make(rig, MAPS, "ns1", f"n{node}", *references)
    rig.settle()
    assert len(rig.world.list(MAPS, "ns1")) == len(order) + 1, "nothing dangles yet"
    for node, propagation in deletions:
        try:
            rig.delete(MAPS, f"n{node}", namespace="ns1", propagation=propagation)
        except StatusError:
            continue
        rig.run(0.01) if together else rig.settle()
    rig.settle()
    left = {uid_of(one): one for one in rig.world.list(MAPS, "ns1")}
    assert not any(map(is_deleting, left.values()))
    for body in left.values():
        references = body["metadata"].get("ownerReferences") or ()
        assert not references or any(one["uid"] in left for one in references), name_of(body)
    gone = {node for node in order if uid_of(made[node]) not in left}
    asked = {node for node, _propagation in deletions}
    for node in gone - asked:
        above = [one for one in owners[node] if place[one] < place[node]]
        assert above and set(above) <= gone, "it went although an owner is there"
    revision = rig.world.revision
    rig.run(600)
    assert rig.world.revision == revision
