"""ResourceQuota: what is refused and what is charged.

The cases follow staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/admission_test.go, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.admission.resource_quota import PLUGIN
from simulator.engine.registry import Body
from tests.engine.kinds.builders import container, pod, service, workload

from .rig import Cluster, changing, creating, refused

Charges = dict[str, dict[str, str]]


def quota(name: str = "quota", hard: dict[str, str] | None = None, used: Any = None, **spec: Any) -> tuple[str, Body]:
    """A quota whose controller has seen it; `used` None: everything is at zero."""
    hard = hard or {}
    used = dict.fromkeys(hard, "0") if used is None else used
    status = {"hard": hard, "used": used}
    return "resourcequotas", {
        "metadata": {"name": name, "namespace": "default", "resourceVersion": "1"},
        "spec": {"hard": hard, **spec},
        "status": status,
    }


def asks(name: str = "web", **figures: dict[str, str]) -> Body:
    return container(name, resources=figures)


def charges(attributes: Any, *quotas: tuple[str, Body]) -> Charges:
    """What is used after the write, by quota that was charged."""
    assert PLUGIN.validate is not None
    made = PLUGIN.validate(attributes, Cluster(*quotas))
    return {one.body["metadata"]["name"]: one.body["status"]["used"] for one in made}


REQUESTS = {"requests": {"cpu": "100m", "memory": "2Gi"}, "limits": {"cpu": "100m", "memory": "2Gi"}}
HARD = {"requests.cpu": "5", "memory": "100Gi", "pods": "5"}
USED = {"requests.cpu": "3", "memory": "10Gi", "pods": "3"}


@pytest.mark.parametrize(
    ("resource", "body", "quotas", "wanted"),
    [
        ("pods", pod(), [], {}),
        ("pods", pod(asks(**REQUESTS)), [quota(hard=HARD, used=USED)],
         {"quota": {"requests.cpu": "3100m", "memory": "12Gi", "pods": "4"}}),
        # A quota that counts nothing of the kind, or is of another scope, is not charged.
        ("pods", pod(), [quota(hard={"services": "1"})], {}),
        ("pods", pod(), [quota(hard={"pods": "5"}, scopes=["NotBestEffort"])], {}),
        ("pods", pod(), [quota("a", {"pods": "5"}, scopes=["BestEffort"]), quota("b", {"pods": "7"})],
         {"a": {"pods": "1"}, "b": {"pods": "1"}}),
        # Nothing is held against anybody before the controller has seen the quota.
        ("pods", pod(), [("resourcequotas", {"metadata": {"name": "new", "namespace": "default"},
                                             "spec": {"hard": {"pods": "0"}}})], {}),
        ("services", service({"port": 1}, {"port": 2}, type="NodePort"),
         [quota(hard={"services": "5", "services.nodeports": "5", "services.loadbalancers": "0"})],
         {"quota": {"services": "1", "services.nodeports": "2", "services.loadbalancers": "0"}}),
        ("configmaps", {"metadata": {"name": "a", "namespace": "default"}},
         [quota(hard={"configmaps": "1", "count/configmaps": "9"})],
         {"quota": {"configmaps": "1", "count/configmaps": "1"}}),
        ("deployments.apps", workload(), [quota(hard={"count/deployments.apps": "1"})],
         {"quota": {"count/deployments.apps": "1"}}),
        ("pods", pod(asks(requests={"nvidia.com/gpu": "1"}, limits={"nvidia.com/gpu": "1"})),
         [quota(hard={"requests.nvidia.com/gpu": "1"})], {"quota": {"requests.nvidia.com/gpu": "1"}}),
        ("events", {"metadata": {"name": "a", "namespace": "default"}}, [quota(hard={"count/events": "0"})], {}),
    ],
)  # fmt: skip
def test_charges(resource: str, body: Body, quotas: list[Any], wanted: Charges) -> None:
    assert charges(creating(resource, body), *quotas) == wanted


EXCEEDED = "exceeded quota: quota, requested:"


@pytest.mark.parametrize(
    ("resource", "body", "quotas", "said"),
    [
        ("pods", pod(), [quota(hard={"pods": "2"}, used={"pods": "2"})],
         f"{EXCEEDED} pods=1, used: pods=2, limited: pods=2"),
        ("pods", pod(asks(**REQUESTS)), [quota(hard=HARD, used={**USED, "memory": "99Gi", "requests.cpu": "4900m"})],
         f"{EXCEEDED} memory=2Gi, used: memory=99Gi, limited: memory=100Gi"),
        ("pods", pod(asks(**REQUESTS)), [quota(hard=HARD, used={"requests.cpu": "5", "memory": "0", "pods": "5"})],
         f"{EXCEEDED} pods=1,requests.cpu=100m, used: pods=5,requests.cpu=5, limited: pods=5,requests.cpu=5"),
        ("pods", pod(), [quota("ok", {"pods": "9"}), quota(hard={"pods": "0"})],
         f"{EXCEEDED} pods=1, used: pods=0, limited: pods=0"),
        ("pods", pod(), [quota(hard={"limits.cpu": "1", "requests.cpu": "1"})],
         "failed quota: quota: must specify limits.cpu for: web; requests.cpu for: web"),
        ("pods", pod(), [quota(hard={"pods": "3", "count/pods": "3"}, used={"count/pods": "0"})],
         "status unknown for quota: quota, resources: count/pods,pods"),
        ("configmaps", {"metadata": {"name": "web", "namespace": "default"}},
         [quota(hard={"count/configmaps": "1"}, used={"count/configmaps": "1"})],
         f"{EXCEEDED} count/configmaps=1, used: count/configmaps=1, limited: count/configmaps=1"),
        ("services", service(type="LoadBalancer"), [quota(hard={"services.loadbalancers": "0"})],
         f"{EXCEEDED} services.loadbalancers=1, used: services.loadbalancers=0, limited: services.loadbalancers=0"),
    ],
)  # fmt: skip
def test_refusals(resource: str, body: Body, quotas: list[Any], said: str) -> None:
    assert refused(PLUGIN, creating(resource, body), Cluster(*quotas)) == f'{resource} "web" is forbidden: {said}'


def test_a_priority_class_has_a_quota_of_its_own() -> None:
    terms = {"matchExpressions": [{"scopeName": "PriorityClass", "operator": "In", "values": ["high"]}]}
    held = quota(hard={"pods": "0"}, scopeSelector=terms)
    assert refused(PLUGIN, creating("pods", pod(priorityClassName="high")), Cluster(held))
    assert not refused(PLUGIN, creating("pods", pod(priorityClassName="low")), Cluster(held))


# --- changes -----------------------------------------------------------------------------------------------------


def test_a_service_is_charged_for_what_it_grows_by() -> None:
    held = quota(hard={"services": "1", "services.nodeports": "2"}, used={"services": "1", "services.nodeports": "1"})
    old, new = service({"port": 1}, type="NodePort"), service({"port": 1}, {"port": 2}, type="NodePort")
    asked = changing("services", old, new)
    assert charges(asked, held) == {"quota": {"services": "1", "services.nodeports": "2"}}
    again = changing("services", old, service({"port": 1}, {"port": 2}, {"port": 3}, type="NodePort"))
    assert refused(PLUGIN, again, Cluster(held)).endswith(
        f"{EXCEEDED} services.nodeports=2, used: services.nodeports=1, limited: services.nodeports=2"
    )
    assert charges(changing("services", new, old), held) == {}


def test_a_pod_that_changes_costs_nothing_unless_it_is_resized() -> None:
    held = quota(hard={"requests.cpu": "1"}, used={"requests.cpu": "500m"})
    old, new = pod(asks(requests={"cpu": "500m"})), pod(asks(requests={"cpu": "800m"}))
    assert charges(changing("pods", old, new), held) == {}
    assert charges(changing("pods", old, new, "resize"), held) == {"quota": {"requests.cpu": "800m"}}
    more = changing("pods", old, pod(asks(requests={"cpu": "1100m"})), "resize")
    assert "requested: requests.cpu=600m" in refused(PLUGIN, more, Cluster(held))


def test_a_pod_that_gets_a_deadline_is_charged_to_the_quota_of_those_that_have_one() -> None:
    """TestAdmitBelowTerminatingQuotaLimitWhenPodScopeUpdated: the other gets nothing back before it is counted."""
    used = {"requests.cpu": "1", "pods": "3"}
    held = [
        quota(name, {"requests.cpu": "3", "pods": "5"}, used=used, scopes=[scope])
        for name, scope in (("terminating", "Terminating"), ("other", "NotTerminating"))
    ]
    plain = pod(asks(requests={"cpu": "100m"}))
    short = pod(asks(requests={"cpu": "100m"}), activeDeadlineSeconds=30)
    charged = {"requests.cpu": "1100m", "pods": "4"}
    assert charges(changing("pods", plain, short), *held) == {"terminating": charged}
    assert charges(changing("pods", short, plain), *held) == {"other": charged}
    full = quota("terminating", {"pods": "3"}, used={"pods": "3"}, scopes=["Terminating"])
    assert "exceeded quota: terminating, requested: pods=1" in refused(
        PLUGIN, changing("pods", plain, short), Cluster(full)
    )


def test_a_namespace_without_quotas_costs_one_look() -> None:
    looks: list[str] = []

    class Counting(Cluster):
        def list(self, resource: str, namespace: str | None = None) -> Any:
            looks.append(resource)
            return super().list(resource, namespace)

    assert PLUGIN.validate is not None
    assert PLUGIN.validate(creating("pods", pod()), Counting()) == ()
    assert looks == ["resourcequotas"]
