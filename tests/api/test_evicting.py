"""The subresource eviction of pods. The cases follow pkg/registry/core/pod/storage/eviction_test.go, v1.34."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import store
from simulator.engine.causes import Cause
from simulator.engine.disruption_budgets import RESOURCE
from simulator.engine.objects import condition, set_in
from simulator.engine.registry import KINDS
from simulator.models import Cluster
from tests.api.conftest import CAUSE, Api, Reply

PODS = "api/v1/namespaces/default/pods"
BUDGETS = "apis/policy/v1/namespaces/default/poddisruptionbudgets"
TOO_MANY = "Cannot evict pod as it would violate the pod's disruption budget."
USER = Cause("alice", "apply", "")


def pod(api: Api, cluster: Cluster, *, ready: bool = True, phase: str = "Running", node: str = "node-0") -> Any:
    """Pod `web`, bound and in this phase."""
    spec = {"containers": [{"name": "c", "image": "nginx"}], "nodeName": node}
    made = api.post(PODS, {"metadata": {"name": "web", "labels": {"app": "web"}}, "spec": spec}).body
    at = made["metadata"]["creationTimestamp"]
    told = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": at}
    body = {**made, "status": {**made["status"], "phase": phase, "conditions": [told]}}
    return write(cluster, "pods", body)


def write(cluster: Cluster, resource: str, body: Any) -> Any:
    return store.write(cluster, lambda txn: txn.update(KINDS[resource], body, CAUSE, subresource="status"))


def budget(api: Api, cluster: Cluster, name: str = "zk-pdb", *, seen: int = 1, spec: Any = None, **status: Any) -> None:
    """A budget of the pod's, with the figures that its controller found."""
    spec = {"selector": {"matchLabels": {"app": "web"}}, "minAvailable": 3, **(spec or {})}
    made = api.post(BUDGETS, {"metadata": {"name": name}, "spec": spec}).body
    found = {"currentHealthy": 3, "desiredHealthy": 3, "disruptionsAllowed": 0, "expectedPods": 3, **status}
    write(cluster, RESOURCE, {**made, "status": {**found, "observedGeneration": seen}})


def evict(api: Api, name: str = "web", query: str = "", **more: Any) -> Reply:
    body = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": name, "namespace": "default"}, **more}
    return api.post(f"{PODS}/web/eviction{query}", body)


def test_a_pod_without_a_budget_goes(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    answer = evict(api)
    assert answer.code == 201
    assert answer.body == {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}
    left = api.get(f"{PODS}/web").body
    assert left["metadata"]["deletionGracePeriodSeconds"] == 30
    told = condition(left, "DisruptionTarget")
    assert told is not None
    assert (told["status"], told["reason"], told["message"]) == (
        "True", "EvictionByEvictionAPI", "Eviction API: evicting",
    )  # fmt: skip


def test_a_budget_that_allows_none_refuses(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    budget(api, cluster)
    answer = evict(api)
    assert answer.code == 429
    assert answer.body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": TOO_MANY,
        "reason": "TooManyRequests",
        "details": {
            "causes": [
                {
                    "reason": "DisruptionBudget",
                    "message": "The disruption budget zk-pdb needs 3 healthy pods and has 3 currently",
                }
            ]
        },
        "code": 429,
    }
    assert "Retry-After" not in answer.headers
    assert "deletionTimestamp" not in api.get(f"{PODS}/web").body["metadata"]


def test_a_budget_that_was_not_looked_at_yet_refuses_for_now(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    budget(api, cluster, seen=0, disruptionsAllowed=1)
    answer = evict(api)
    assert (answer.code, answer.message) == (429, TOO_MANY)
    assert answer.body["details"] == {
        "causes": [
            {
                "reason": "DisruptionBudget",
                "message": "The disruption budget zk-pdb is still being processed by the server.",
            }
        ],
        "retryAfterSeconds": 10,
    }
    assert answer.headers["Retry-After"] == "10"


def test_an_eviction_takes_one_from_the_budget(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    budget(api, cluster, disruptionsAllowed=1)
    assert evict(api).code == 201
    held = api.get(f"{BUDGETS}/zk-pdb").body
    assert held["status"]["disruptionsAllowed"] == 0
    assert list(held["status"]["disruptedPods"]) == ["web"]
    told = condition(held, "DisruptionAllowed")
    assert told is not None and (told["status"], told["reason"]) == ("False", "InsufficientPods")


def test_several_budgets_are_nobodys_to_resolve(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    budget(api, cluster, "a", disruptionsAllowed=1)
    budget(api, cluster, "b", disruptionsAllowed=1)
    answer = evict(api)
    assert answer.code == 201, "as upstream, where clients go by the Status"
    assert answer.body == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
        "code": 500,
    }
    assert "deletionTimestamp" not in api.get(f"{PODS}/web").body["metadata"]


@pytest.mark.parametrize(
    ("ready", "phase", "spec", "status", "code"),
    [
        (True, "Succeeded", {}, {}, 201),
        (True, "Failed", {}, {}, 201),
        (False, "Pending", {}, {}, 201),
        (False, "Running", {}, {}, 201),
        (False, "Running", {}, {"currentHealthy": 2}, 429),
        (False, "Running", {}, {"currentHealthy": 0, "desiredHealthy": 0}, 429),
        (False, "Running", {"unhealthyPodEvictionPolicy": "IfHealthyBudget"}, {"currentHealthy": 2}, 429),
        (False, "Running", {"unhealthyPodEvictionPolicy": "AlwaysAllow"}, {"currentHealthy": 2}, 201),
        (True, "Running", {"unhealthyPodEvictionPolicy": "AlwaysAllow"}, {}, 429),
        (True, "Running", {"selector": {"matchLabels": {"app": "db"}}}, {}, 201),
        (True, "Running", {"selector": {}}, {}, 429),
        (True, "Running", {"selector": None}, {}, 201),
    ],
)
def test_whose_going_needs_the_budget(
    api: Api, cluster: Cluster, ready: bool, phase: str, spec: Any, status: Any, code: int
) -> None:
    pod(api, cluster, ready=ready, phase=phase)
    budget(api, cluster, spec=spec, **status)
    assert evict(api).code == code
    assert "disruptedPods" not in api.get(f"{BUDGETS}/zk-pdb").body["status"]


def test_a_pod_on_its_way_out_needs_no_budget(api: Api, cluster: Cluster) -> None:
    """As in "matching pdbs with no disruptions allowed, pod terminating"."""
    pod(api, cluster)
    budget(api, cluster)
    api("DELETE", f"{PODS}/web")
    assert evict(api, deleteOptions={"gracePeriodSeconds": 300}).code == 201
    assert api.get(f"{BUDGETS}/zk-pdb").body["status"]["disruptionsAllowed"] == 0


def test_the_reason_changes_only_with_the_last_disruption(api: Api, cluster: Cluster) -> None:
    """TestEvictionPDBStatus."""
    pod(api, cluster)
    allowed = {"type": "DisruptionAllowed", "status": "True", "reason": "SufficientPods", "message": ""}
    told = {**allowed, "lastTransitionTime": "2020-01-01T00:00:00Z"}
    budget(api, cluster, disruptionsAllowed=3, conditions=[told])
    assert evict(api).code == 201
    held = api.get(f"{BUDGETS}/zk-pdb").body
    assert held["status"]["disruptionsAllowed"] == 2
    found = condition(held, "DisruptionAllowed")
    assert found is not None and (found["status"], found["reason"]) == ("True", "SufficientPods")


@pytest.mark.parametrize(("query", "more"), [("?dryRun=All", {}), ("", {"deleteOptions": {"dryRun": ["All"]}})])
def test_a_dry_run_says_what_would_be(api: Api, cluster: Cluster, query: str, more: Any) -> None:
    pod(api, cluster)
    budget(api, cluster, disruptionsAllowed=1)
    before = api.get(f"{PODS}/web").body
    assert evict(api, query=query, **more).code == 201
    assert api.get(f"{PODS}/web").body == before
    assert api.get(f"{BUDGETS}/zk-pdb").body["status"]["disruptionsAllowed"] == 1


def test_options_of_the_deletion(api: Api, cluster: Cluster) -> None:
    made = pod(api, cluster)
    stale = {"preconditions": {"resourceVersion": "1"}}
    version = api.get(f"{PODS}/web").body["metadata"]["resourceVersion"]
    answer = evict(api, deleteOptions=stale)
    assert (answer.code, answer.message) == (
        409,
        'Operation cannot be fulfilled on Pod "web": the ResourceVersion in the precondition (1) does not match the '
        f"ResourceVersion in record ({version}). The object might have been modified",
    )
    answer = evict(api, deleteOptions={"preconditions": {"uid": "other"}})
    assert answer.message == (
        'Operation cannot be fulfilled on Pod "web": the UID in the precondition (other) does not match the UID in '
        f"record ({made['metadata']['uid']}). The object might have been deleted and then recreated"
    )
    assert evict(api, deleteOptions={"gracePeriodSeconds": 0}).code == 201
    assert api.get(f"{PODS}/web").code == 404


def test_a_refused_deletion_takes_nothing_from_the_budget(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    budget(api, cluster, disruptionsAllowed=1)
    assert evict(api, deleteOptions={"preconditions": {"uid": "other"}}).code == 409
    assert api.get(f"{BUDGETS}/zk-pdb").body["status"]["disruptionsAllowed"] == 1


def test_an_eviction_can_be_repeated(api: Api, cluster: Cluster) -> None:
    pod(api, cluster)
    evict(api)
    first = condition(api.get(f"{PODS}/web").body, "DisruptionTarget")
    assert evict(api).code == 201
    again = condition(api.get(f"{PODS}/web").body, "DisruptionTarget")
    assert first is not None and again is not None
    assert again["lastTransitionTime"] == first["lastTransitionTime"]


def test_what_is_no_eviction(api: Api, cluster: Cluster) -> None:
    answer = evict(api)
    assert (answer.code, answer.message) == (404, 'pods "web" not found')
    made = pod(api, cluster)
    answer = evict(api, "other")
    assert (answer.code, answer.message) == (400, "name in URL does not match name in Eviction object")
    assert api.post(f"{PODS}/web/eviction", {**made, "metadata": {"name": "web"}}).code == 400
    assert api.get(f"{PODS}/web/eviction").code == 405
    elsewhere = set_in(
        {"apiVersion": "policy/v1", "kind": "Eviction"}, ("metadata",), {"name": "web", "namespace": "x"}
    )
    assert api.post(f"{PODS}/web/eviction", elsewhere).code == 400


def test_nothing_is_evicted_from_a_namespace_that_leaves(api: Api, cluster: Cluster) -> None:
    api.post("api/v1/namespaces", {"metadata": {"name": "team"}})
    account = {"metadata": {"name": "default", "namespace": "team"}}
    store.write(cluster, lambda txn: txn.create(KINDS["serviceaccounts"], account, CAUSE))
    body = {"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    assert api.post("api/v1/namespaces/team/pods", body).code == 201
    api("DELETE", "api/v1/namespaces/team")
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": {"name": "web", "namespace": "team"}}
    answer = api.post("api/v1/namespaces/team/pods/web/eviction", eviction)
    assert (answer.code, answer.body["details"]["causes"][0]["reason"]) == (403, "NamespaceTerminating")


def test_discovery_tells_of_it(api: Api) -> None:
    listed = {one["name"]: one for one in api.get("api/v1").body["resources"]}
    assert listed["pods/eviction"] == {
        "name": "pods/eviction", "singularName": "", "namespaced": True,
        "group": "policy", "version": "v1", "kind": "Eviction", "verbs": ["create"],
    }  # fmt: skip
