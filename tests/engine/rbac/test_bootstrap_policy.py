"""The roles and bindings that every cluster has, and how a cluster that lacks some comes by them."""

from __future__ import annotations

import pytest

from simulator.engine import topology
from simulator.engine.bootstrap import policy
from simulator.engine.causes import Cause
from simulator.engine.clock import SECOND
from simulator.engine.control_plane import boot
from simulator.engine.objects import annotations_of, instant_of, labels_of, name_of
from simulator.engine.rbac.policy import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES, Policy
from simulator.engine.rbac.reconciliation import AUTOUPDATE, reconciled
from simulator.engine.rbac.rules import Attributes
from simulator.engine.rbac.subjects import ADMIN, NOBODY, Subject
from simulator.engine.registry import KINDS, Body, Key
from simulator.engine.world import World

T0 = instant_of("2026-01-01T00:00:00Z")
CAUSE = Cause("test", "test", "")


@pytest.fixture(scope="module")
def world() -> World:
    made = World(seed=1, now=T0)
    boot(made, topology.demo(), until=T0 + 60 * SECOND)
    return made


def test_all_of_it_is_valid_and_there(world: World) -> None:
    for resource, body in policy.objects():
        kind = KINDS[resource]
        assert kind.validate(kind.default(body)) == [], name_of(body)
        assert world.get(resource, body["metadata"].get("namespace", ""), name_of(body)) is not None
    assert list(policy.missing(world)) == []


@pytest.mark.parametrize(
    ("resource", "count", "some"),
    [
        (
            CLUSTER_ROLES,
            70,
            {"cluster-admin", "edit", "system:node", "system:controller:job-controller", "system:coredns"},
        ),
        (CLUSTER_ROLE_BINDINGS, 56, {"cluster-admin", "kubeadm:cluster-admins", "system:basic-user"}),
        (ROLES, 11, {"kubeadm:bootstrap-signer-clusterinfo", "system::leader-locking-kube-scheduler"}),
        (
            ROLE_BINDINGS,
            11,
            {"kubeadm:bootstrap-signer-clusterinfo", "system::extension-apiserver-authentication-reader"},
        ),
    ],
)
def test_their_names(world: World, resource: str, count: int, some: set[str]) -> None:
    found = [name_of(body) for body in world.list(resource)]
    assert len(found) == count
    assert some <= set(found)


def test_the_marks_of_upstreams_own(world: World) -> None:
    for body in world.list(CLUSTER_ROLES):
        is_kubeadms = name_of(body) in ("kubeadm:get-nodes", "system:coredns")
        assert (labels_of(body).get("kubernetes.io/bootstrapping") == "rbac-defaults") is not is_kubeadms
        assert (annotations_of(body).get(AUTOUPDATE) == "true") is not is_kubeadms


@pytest.mark.parametrize(
    ("name", "subject", "asked", "allowed"),
    [
        ("the administrator", ADMIN, Attributes("delete", resource="nodes", name="worker-1"), True),
        ("nobody reads health", NOBODY, Attributes("get", path="/healthz", is_resource=False), True),
        ("nobody reads no list of groups", NOBODY, Attributes("get", path="/apis", is_resource=False), False),
        ("nobody reads no pods", NOBODY, Attributes("list", resource="pods"), False),
        ("nobody reads how to join", NOBODY,
         Attributes("get", resource="configmaps", namespace="kube-public", name="cluster-info"), True),
        ("any user discovers", Subject("jane", ("system:authenticated",)),
         Attributes("get", path="/apis/apps/v1", is_resource=False), True),
        ("the scheduler binds", Subject("system:kube-scheduler"),
         Attributes("create", resource="pods", subresource="binding", namespace="default"), True),
        ("the scheduler creates no pods", Subject("system:kube-scheduler"),
         Attributes("create", resource="pods", namespace="default"), False),
        ("a node has nothing by its group", Subject("system:node:a", ("system:nodes",)),
         Attributes("list", resource="pods"), False),
        ("CoreDNS looks up services", Subject("system:serviceaccount:kube-system:coredns"),
         Attributes("watch", resource="services"), True),
    ],
)  # fmt: skip
def test_what_they_allow(world: World, name: str, subject: Subject, asked: Attributes, allowed: bool) -> None:
    assert Policy.read(world).decide(subject, asked).allowed is allowed
    if "role" not in name:
        assert policy.at_first().decide(subject, asked).allowed is allowed


def granted(world: World, role: str, verb: str, resource: str, group: str = "") -> bool:
    body = world.get(CLUSTER_ROLES, "", role)
    assert body is not None
    bound = {"metadata": {"name": "b"}, "roleRef": {"kind": "ClusterRole", "name": role},
             "subjects": [{"kind": "User", "name": "jane"}]}  # fmt: skip
    found = Policy(roles=[], cluster_roles=[body], role_bindings=[], cluster_role_bindings=[bound])
    return found.decide(Subject("jane"), Attributes(verb, group, resource=resource)).allowed


@pytest.mark.parametrize(
    ("role", "verb", "resource", "group", "allowed"),
    [
        ("view", "get", "pods", "", True),
        ("view", "get", "secrets", "", False),
        ("view", "create", "pods", "", False),
        ("edit", "get", "secrets", "", True),
        ("edit", "patch", "deployments", "apps", True),
        ("edit", "create", "roles", "rbac.authorization.k8s.io", False),
        ("admin", "create", "roles", "rbac.authorization.k8s.io", True),
        ("admin", "create", "namespaces", "", False),
    ],
)
def test_the_gathered_roles(world: World, role: str, verb: str, resource: str, group: str, allowed: bool) -> None:
    assert granted(world, role, verb, resource, group) is allowed


def test_a_role_with_the_label_joins_and_leaves(world: World) -> None:
    """Tutorials add the rights on their own kinds to `view` this way."""
    rules = [{"apiGroups": ["example.com"], "resources": ["widgets"], "verbs": ["get"]}]
    meta = {"name": "widgets", "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}}
    world.create(CLUSTER_ROLES, {"metadata": meta, "rules": rules}, CAUSE)
    world.clock.run_until(world.now + SECOND)
    assert [granted(world, role, "get", "widgets", "example.com") for role in ("view", "edit", "admin")] == [True] * 3
    world.delete(CLUSTER_ROLES, "", "widgets", CAUSE)
    world.clock.run_until(world.now + SECOND)
    assert [granted(world, role, "get", "widgets", "example.com") for role in ("view", "edit", "admin")] == [False] * 3
    settled = world.revision
    world.clock.run_until(world.now + 60 * SECOND)
    assert not [one for one in world.drain().changes if one.revision > settled and one.resource == CLUSTER_ROLES]


def test_what_was_taken_away_comes_back_and_what_was_added_stays() -> None:
    made = World(seed=1, now=T0)
    for namespace in ("kube-system", "kube-public"):
        made.create("namespaces", {"metadata": {"name": namespace}}, CAUSE)
    for resource, body in policy.missing(made):
        made.create(resource, body, CAUSE)
    own = {"verbs": ["get"], "apiGroups": [""], "resources": ["widgets"]}
    basic = made.get(CLUSTER_ROLES, "", "system:basic-user") or {}
    made.update(CLUSTER_ROLES, {**basic, "rules": [*basic["rules"][:1], own]}, CAUSE)
    made.delete(CLUSTER_ROLES, "", "system:discovery", CAUSE)
    (first, back), (second, mended) = policy.missing(made)
    assert (first, name_of(back), second, name_of(mended)) == (
        CLUSTER_ROLES, "system:discovery", CLUSTER_ROLES, "system:basic-user",
    )  # fmt: skip
    assert own in mended["rules"]
    assert {one["resources"][0] for one in mended["rules"]} >= {"selfsubjectreviews", "selfsubjectaccessreviews"}


def test_a_role_that_says_so_is_let_alone() -> None:
    wanted: Body = next(body for resource, body in policy.objects() if resource == CLUSTER_ROLES and "rules" in body)
    held = {**wanted, "rules": [], "metadata": {"name": "x", "annotations": {AUTOUPDATE: "false"}}}
    assert reconciled(held, wanted) is None


def test_without_its_namespace_nothing_is_wanted_there() -> None:
    made = World(seed=1, now=T0)
    assert {Key(*key) for key in {(b["metadata"].get("namespace", ""), "") for _, b in policy.missing(made)}} == {
        Key("", "")
    }
