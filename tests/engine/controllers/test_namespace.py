"""Namespaces on their way out, and what every namespace is given."""

from __future__ import annotations

from simulator.engine.objects import condition, name_of
from tests.engine.controllers.rig import Rig


def test_a_namespace_is_emptied_and_goes():
    rig = Rig()
    rig.namespace("team")
    rig.create("configmaps", {"metadata": {"namespace": "team", "name": "settings"}, "data": {"a": "b"}})
    body = rig.deployment("web", 2)
    meta = {"namespace": "team", "name": "web"}
    rig.create("deployments.apps", {**body, "metadata": meta})
    rig.settle()
    assert len(rig.world.list("pods", "team")) == 2
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    assert rig.world.get("namespaces", "", "team") is None
    for resource in ("pods", "deployments.apps", "replicasets.apps", "configmaps", "serviceaccounts", "events"):
        assert rig.world.list(resource, "team") == [], resource
    assert len(rig.pods()) == 2


def test_it_waits_for_what_has_finalizers_and_says_so():
    rig = Rig()
    rig.namespace("team")
    rig.create("configmaps", {"metadata": {"namespace": "team", "name": "held", "finalizers": ["example.com/wait"]}})
    rig.settle()
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    namespace = rig.get("namespaces", "team", "")
    assert namespace["status"]["phase"] == "Terminating"
    left = condition(namespace, "NamespaceContentRemaining")
    assert (left["status"], left["reason"]) == ("True", "SomeResourcesRemain")
    assert left["message"] == "Some resources are remaining: configmaps. has 1 resource instances"
    held = condition(namespace, "NamespaceFinalizersRemaining")
    assert held["message"] == (
        "Some content in the namespace has finalizers remaining: example.com/wait in 1 resource instances"
    )
    assert condition(namespace, "NamespaceDeletionContentFailure")["status"] == "False"
    rig.edit("configmaps", "held", ("metadata", "finalizers"), [], namespace="team")
    rig.settle()
    assert rig.world.get("namespaces", "", "team") is None


def test_pods_go_first():
    rig = Rig(kubelet=False)
    rig.namespace("team")
    spec = {"containers": [{"name": "c", "image": "x"}]}
    meta = {"namespace": "team", "name": "p", "finalizers": ["example.com/wait"]}
    rig.create("pods", {"metadata": meta, "spec": spec})
    rig.settle()
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    assert [name_of(one) for one in rig.world.list("serviceaccounts", "team")] == ["default"]
    rig.edit("pods", "p", ("metadata", "finalizers"), [], namespace="team")
    rig.settle()
    assert rig.world.get("namespaces", "", "team") is None


def test_every_namespace_has_an_account_and_the_root_ca():
    rig = Rig()
    rig.namespace("team")
    rig.settle()
    maps = [rig.get("configmaps", "kube-root-ca.crt", namespace) for namespace in ("default", "team")]
    assert maps[0]["data"] == maps[1]["data"]
    assert maps[0]["data"]["ca.crt"].startswith("-----BEGIN CERTIFICATE-----\n")
    rig.delete("serviceaccounts", "default", namespace="team")
    rig.delete("configmaps", "kube-root-ca.crt", namespace="team")
    rig.settle()
    rig.get("serviceaccounts", "default", "team")
    rig.edit("configmaps", "kube-root-ca.crt", ("data",), {"ca.crt": "mine"}, namespace="team")
    rig.settle()
    assert rig.get("configmaps", "kube-root-ca.crt", "team")["data"] == maps[0]["data"]
