"""What admission says to clients: refusals, warnings, and charges that are written with the object."""

from __future__ import annotations

from typing import Any

from simulator import store
from simulator.engine.causes import Cause
from simulator.engine.registry import KINDS
from simulator.models import Change, Cluster
from tests.api.conftest import CAUSE, Api

PODS = "api/v1/namespaces/default/pods"
QUOTAS = "api/v1/namespaces/default/resourcequotas"
MERGE = "application/merge-patch+json"
LABEL = "pod-security.kubernetes.io"
NOT_HARDENED = (
    'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), '
    'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), '
    'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), '
    'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or '
    '"Localhost")'
)


def pod(name: str = "web") -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def labelled(api: Api, **labels: str) -> Any:
    held = {f"{LABEL}/{key}": value for key, value in labels.items()}
    return api("PATCH", "api/v1/namespaces/default", {"metadata": {"labels": held}}, MERGE)


def quota(api: Api, cluster: Cluster, **hard: str) -> None:
    """A quota that its controller has seen."""
    made = api.post(QUOTAS, {"metadata": {"name": "q"}, "spec": {"hard": hard}}).body
    body = {**made, "status": {"hard": hard, "used": dict.fromkeys(hard, "0")}}
    store.write(cluster, lambda txn: txn.update(KINDS["resourcequotas"], body, CAUSE, subresource="status"))


def warning(text: str) -> str:
    return '299 - "' + text.replace('"', '\\"') + '"'


# --- warnings ----------------------------------------------------------------------------------------------------


def test_warnings_reach_the_client(api: Api) -> None:
    assert labelled(api, warn="restricted").code == 200
    made = api.post(PODS, pod())
    assert made.code == 201
    assert made.headers["Warning"] == warning(f'would violate PodSecurity "restricted:latest": {NOT_HARDENED}')


def test_a_workload_is_warned_of_when_its_pods_would_be_refused(api: Api) -> None:
    labelled(api, enforce="restricted")
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod()["spec"]}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template}
    made = api.post("apis/apps/v1/namespaces/default/deployments", {"metadata": {"name": "web"}, "spec": spec})
    assert made.code == 201 and "would violate PodSecurity" in made.headers["Warning"]
    refused = api.post(PODS, pod())
    assert (refused.code, refused.message) == (
        403, f'pods "web" is forbidden: violates PodSecurity "restricted:latest": {NOT_HARDENED}',
    )  # fmt: skip
    assert "Warning" not in refused.headers


def test_a_stricter_namespace_warns_of_the_pods_in_it(api: Api) -> None:
    api.post(PODS, pod())
    told = labelled(api, enforce="restricted").headers["Warning"]
    assert told == ", ".join(
        (
            warning(
                'existing pods in namespace "default" violate the new PodSecurity enforce level "restricted:latest"'
            ),
            warning(
                "web: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, "
                "seccompProfile"
            ),
        )
    )


def test_a_level_that_is_none_is_refused(api: Api) -> None:
    refused = labelled(api, enforce="strict")
    assert (refused.code, refused.message) == (
        422,
        f'Namespace "default" is invalid: metadata.labels[{LABEL}/enforce]: Invalid value: "strict": must be one of '
        "privileged, baseline, restricted",
    )


# --- quotas ------------------------------------------------------------------------------------------------------


def test_a_quota_is_charged_in_the_same_transaction(api: Api, cluster: Cluster) -> None:
    quota(api, cluster, pods="1")
    assert api.post(PODS, pod()).code == 201
    refused = api.post(PODS, pod("two"))
    assert (refused.code, refused.body["reason"]) == (403, "Forbidden")
    assert refused.body["details"] == {"name": "two", "kind": "pods"}
    assert refused.message == (
        'pods "two" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1'
    )
    assert api.get(f"{QUOTAS}/q").body["status"]["used"] == {"pods": "1"}
    written, charged = Change.objects.filter(cluster=cluster).order_by("-revision")[:2][::-1]
    assert (written.resource, charged.resource, charged.led_by) == ("pods", "resourcequotas", written.revision)
    assert api.get(f"{PODS}/two").code == 404


def test_a_dry_run_is_checked_and_not_charged(api: Api, cluster: Cluster) -> None:
    quota(api, cluster, pods="1")
    assert api.post(f"{PODS}?dryRun=All", pod()).code == 201
    assert api.get(f"{QUOTAS}/q").body["status"]["used"] == {"pods": "0"}
    api.post(PODS, pod())
    assert api.post(f"{PODS}?dryRun=All", pod("two")).code == 403


def test_an_object_that_is_there_already_is_not_charged(api: Api, cluster: Cluster) -> None:
    quota(api, cluster, pods="5")
    api.post(PODS, pod())
    assert api.post(PODS, pod()).code == 409
    assert api.get(f"{QUOTAS}/q").body["status"]["used"] == {"pods": "1"}


def test_a_full_quota_speaks_before_the_name_does(api: Api, cluster: Cluster) -> None:
    quota(api, cluster, pods="1")
    api.post(PODS, pod())
    assert "exceeded quota" in api.post(PODS, pod()).message


def test_a_pod_that_grows_is_charged(api: Api, cluster: Cluster) -> None:
    quota(api, cluster, **{"requests.cpu": "1"})
    small = pod()
    small["spec"]["containers"][0]["resources"] = {"requests": {"cpu": "500m"}}
    assert api.post(PODS, small).code == 201

    def resized(cpu: str) -> Any:
        grown = {"spec": {"containers": [{"name": "c", "resources": {"requests": {"cpu": cpu}}}]}}
        return api("PATCH", f"{PODS}/web/resize", grown, "application/strategic-merge-patch+json")

    assert resized("900m").code == 200
    assert api.get(f"{QUOTAS}/q").body["status"]["used"] == {"requests.cpu": "900m"}
    refused = resized("1100m")
    assert (refused.code, refused.message) == (
        403,
        'pods "web" is forbidden: exceeded quota: q, requested: requests.cpu=200m, used: requests.cpu=900m, limited: '
        "requests.cpu=1",
    )


def test_defaults_of_a_limit_range_are_stored(api: Api) -> None:
    limits = [{"type": "Container", "max": {"cpu": "800m"}, "defaultRequest": {"cpu": "100m"}}]
    api.post("api/v1/namespaces/default/limitranges", {"metadata": {"name": "l"}, "spec": {"limits": limits}})
    made = api.post(PODS, pod()).body
    assert made["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "800m"}, "requests": {"cpu": "100m"}}
    assert made["metadata"]["annotations"]["kubernetes.io/limit-ranger"] == (
        "LimitRanger plugin set: cpu request for container c; cpu limit for container c"
    )
    assert made["status"]["qosClass"] == "Burstable"
    big = pod("big")
    big["spec"]["containers"][0]["resources"] = {"limits": {"cpu": "1500m"}}
    refused = api.post(PODS, big)
    assert refused.message == ('pods "big" is forbidden: maximum cpu usage per Container is 800m, but limit is 1500m')


def test_priority_classes(api: Api, cluster: Cluster) -> None:
    classes = "apis/scheduling.k8s.io/v1/priorityclasses"
    assert api.post(classes, {"metadata": {"name": "high"}, "value": 1000}).code == 201
    urgent = pod()
    urgent["spec"]["priorityClassName"] = "high"
    assert api.post(PODS, urgent).body["spec"]["priority"] == 1000
    urgent["spec"]["priorityClassName"] = "higher"
    refused = api.post(PODS, {**urgent, "metadata": {"name": "two"}})
    assert refused.message == 'pods "two" is forbidden: no PriorityClass with name higher was found'
    system = KINDS["priorityclasses.scheduling.k8s.io"]
    body = {"metadata": {"name": "system-node-critical"}, "value": 2000001000}
    store.write(cluster, lambda txn: txn.create(system, body, Cause("apiserver", "bootstrap", "")))
    assert api("DELETE", f"{classes}/system-node-critical").message == (
        'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and '
        "cannot be deleted"
    )
