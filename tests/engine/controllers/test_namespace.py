"""Namespaces on their way out, and what every namespace is given.

The cases are those of pkg/controller/namespace/deletion/{namespaced_resources_deleter,status_condition_utils}_test.go,
v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.clock import SECOND
from simulator.engine.errors import StatusError
from simulator.engine.objects import condition, name_of
from tests.engine.controllers.rig import START, USER, Rig


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


def test_while_there_are_pods_only_they_count() -> None:
    rig = Rig(kubelet=False)
    rig.namespace("team")
    for resource, finalizer in (("pods", "a/pod"), ("configmaps", "a/map")):
        for number in range(2):
            meta = {"namespace": "team", "name": f"n{number}", "finalizers": [finalizer, "b/all"]}
            rig.create(resource, {"metadata": meta, "spec": {"containers": [{"name": "c", "image": "x"}]}})
    rig.settle()
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    assert said(rig, "NamespaceContentRemaining") == "Some resources are remaining: pods. has 2 resource instances"
    assert said(rig, "NamespaceFinalizersRemaining") == (
        "Some content in the namespace has finalizers remaining: a/pod in 2 resource instances, b/all in 2 resource "
        "instances"
    )
    for number in range(2):
        rig.edit("pods", f"n{number}", ("metadata", "finalizers"), [], namespace="team")
    rig.settle()
    assert (
        said(rig, "NamespaceContentRemaining") == "Some resources are remaining: configmaps. has 2 resource instances"
    )


def said(rig: Rig, kind: str) -> str:
    held = condition(rig.get("namespaces", "team", ""), kind)
    assert held is not None
    return str(held["message"])


def test_what_remains_is_sorted_by_name() -> None:
    rig = Rig(kubelet=False)
    rig.namespace("team")
    for resource in ("secrets", "jobs.batch", "configmaps"):
        spec = {"template": {"spec": {"containers": [{"name": "c", "image": "x"}], "restartPolicy": "Never"}}}
        meta = {"namespace": "team", "name": "n", "finalizers": ["a/b"]}
        rig.create(resource, {"metadata": meta, **({"spec": spec} if resource == "jobs.batch" else {})})
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    left = (
        "configmaps. has 1 resource instances, jobs.batch has 1 resource instances, secrets. has 1 resource instances"
    )
    assert said(rig, "NamespaceContentRemaining") == f"Some resources are remaining: {left}"


def test_the_five_conditions_of_one_that_goes_well() -> None:
    rig = Rig(kubelet=False)
    rig.create("namespaces", {"metadata": {"name": "team"}, "spec": {"finalizers": ["kubernetes", "example.com/mine"]}})
    rig.settle()
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    namespace = rig.get("namespaces", "team", "")
    assert namespace["spec"]["finalizers"] == ["example.com/mine"]
    held = {one["type"]: (one["status"], one["reason"], one["message"]) for one in namespace["status"]["conditions"]}
    assert held == {
        "NamespaceDeletionDiscoveryFailure": (
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        "NamespaceDeletionGroupVersionParsingFailure": (
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        "NamespaceDeletionContentFailure": (
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        "NamespaceContentRemaining": ("False", "ContentRemoved", "All content successfully removed"),
        "NamespaceFinalizersRemaining": (
            "False",
            "ContentHasNoFinalizers",
            "All content-preserving finalizers finished",
        ),
    }


def test_what_refuses_to_go_is_told_and_tried_again_ever_more_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(kubelet=False)
    rig.namespace("team")
    for name in ("a", "b"):
        rig.create("configmaps", {"metadata": {"namespace": "team", "name": name}})
    rig.settle()
    delete, tries = rig.world.delete, []

    def refusing(resource: str, *rest: Any, **options: Any) -> Any:
        if resource == "configmaps" and rest[1] == "a" and rig.world.now < START + 3600 * SECOND:
            tries.append(rig.world.now)
            raise StatusError(500, "InternalError", "no")
        return delete(resource, *rest, **options)

    monkeypatch.setattr(rig.world, "delete", refusing)
    rig.world.delete("namespaces", "", "team", USER)
    rig.run(3000)
    assert said(rig, "NamespaceDeletionContentFailure") == "Failed to delete all resource types, 1 remaining: no"
    held = condition(rig.get("namespaces", "team", ""), "NamespaceDeletionContentFailure")
    assert held is not None and (held["status"], held["reason"]) == ("True", "ContentDeletionFailed")
    assert 5 < len(tries) < 25
    rig.settle(most=9000)
    assert rig.world.get("namespaces", "", "team") is None
