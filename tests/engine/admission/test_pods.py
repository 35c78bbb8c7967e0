"""The older plugins about pods and namespaces, one by one, and the chain over a pod."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import admission
from simulator.engine.admission import default_tolerations, namespace_lifecycle, service_account
from simulator.engine.errors import StatusError
from simulator.engine.registry import KINDS, Body
from tests.engine.kinds.builders import container, pod

PODS = KINDS["pods"]
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


class Cluster:
    """Objects by (resource, namespace, name)."""

    def __init__(self, **accounts: Body) -> None:
        self.objects: dict[tuple[str, str, str], Body] = {
            ("namespaces", "", "default"): {"metadata": {"name": "default"}},
            ("namespaces", "", "leaving"): {"metadata": {"name": "leaving", "deletionTimestamp": "x"}},
        }
        for name, account in {"default": {}, **accounts}.items():
            body = {"metadata": {"name": name, "namespace": "default"}, **account}
            self.objects["serviceaccounts", "default", name] = body

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        return self.objects.get((resource, namespace, name))

    def list(self, resource: str, namespace: str | None = None) -> Any:
        return [body for key, body in self.objects.items() if key[0] == resource]


def creating(body: Body, kind: Any = PODS) -> admission.Attributes:
    return admission.Attributes("CREATE", kind, kind.default(body), None)


def refusal(plugin: Any, attributes: admission.Attributes, cluster: Cluster | None = None) -> StatusError:
    with pytest.raises(StatusError) as caught:
        plugin(attributes, cluster or Cluster())
    return caught.value


# --- NamespaceLifecycle ------------------------------------------------------------------------------------------


def test_nothing_is_made_in_a_missing_namespace() -> None:
    said = refusal(namespace_lifecycle.admit, creating(pod(meta={"namespace": "none"})))
    assert (said.code, said.message) == (404, 'namespaces "none" not found')


def test_nothing_is_made_in_a_namespace_that_leaves() -> None:
    said = refusal(namespace_lifecycle.admit, creating(pod(meta={"namespace": "leaving"})))
    assert said.message == (
        'pods "web" is forbidden: unable to create new content in namespace leaving because it is being terminated'
    )
    assert said.details["causes"][0]["reason"] == "NamespaceTerminating"


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public"])
def test_some_namespaces_stay(name: str) -> None:
    body = {"metadata": {"name": name}}
    said = refusal(namespace_lifecycle.admit, admission.Attributes("DELETE", KINDS["namespaces"], body, body))
    assert said.message == f'namespaces "{name}" is forbidden: this namespace may not be deleted'


# --- ServiceAccount ----------------------------------------------------------------------------------------------


def test_a_pod_runs_as_the_default_account_with_its_token() -> None:
    admitted = service_account.admit(creating(pod(container(), initContainers=[container("i")])), Cluster())
    spec = admitted["spec"]
    assert (spec["serviceAccountName"], spec["serviceAccount"]) == ("default", "default")
    (volume,) = spec["volumes"]
    assert volume["name"] == "kube-api-access-web"
    for one in (*spec["containers"], *spec["initContainers"]):
        assert one["volumeMounts"] == [{"name": volume["name"], "readOnly": True, "mountPath": TOKEN_PATH}]
    assert PODS.default(admitted) is admitted


@pytest.mark.parametrize(
    ("spec", "account"),
    [
        ({"automountServiceAccountToken": False}, {}),
        ({}, {"automountServiceAccountToken": False}),
        ({"automountServiceAccountToken": False}, {"automountServiceAccountToken": True}),
    ],
)
def test_a_token_can_be_declined(spec: Body, account: Body) -> None:
    admitted = service_account.admit(creating(pod(**spec)), Cluster(default=account))
    assert "volumes" not in admitted["spec"]


def test_the_pods_word_counts_more_than_the_accounts() -> None:
    cluster = Cluster(default={"automountServiceAccountToken": False})
    assert service_account.admit(creating(pod(automountServiceAccountToken=True)), cluster)["spec"]["volumes"]


def test_a_mount_of_ones_own_is_left_alone() -> None:
    own = container(volumeMounts=[{"name": "mine", "mountPath": TOKEN_PATH}])
    admitted = service_account.admit(creating(pod(own, volumes=[{"name": "mine"}])), Cluster())
    assert [volume["name"] for volume in admitted["spec"]["volumes"]] == ["mine"]


def test_an_account_that_is_not_there() -> None:
    said = refusal(service_account.admit, creating(pod(serviceAccountName="robot")))
    assert said.message == (
        'pods "web" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found'
    )


def test_pull_secrets_of_the_account() -> None:
    cluster = Cluster(default={"imagePullSecrets": [{"name": "registry"}]})
    assert service_account.admit(creating(pod()), cluster)["spec"]["imagePullSecrets"] == [{"name": "registry"}]
    own = pod(imagePullSecrets=[{"name": "mine"}])
    assert service_account.admit(creating(own), cluster)["spec"]["imagePullSecrets"] == [{"name": "mine"}]


def test_a_pod_without_containers_is_left_to_validation() -> None:
    assert service_account.admit(creating({"metadata": {"name": "a", "namespace": "default"}}), Cluster())


# --- DefaultTolerationSeconds -----------------------------------------------------------------------


def test_pods_stay_five_minutes_on_a_lost_node() -> None:
    admitted = default_tolerations.admit(creating(pod()), Cluster())
    assert [(one["key"], one["tolerationSeconds"]) for one in admitted["spec"]["tolerations"]] == [
        ("node.kubernetes.io/not-ready", 300),
        ("node.kubernetes.io/unreachable", 300),
    ]
    own = {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}
    kept = default_tolerations.admit(creating(pod(tolerations=[own])), Cluster())["spec"]["tolerations"]
    assert [one["key"] for one in kept] == ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]
    everything = creating(pod(tolerations=[{"operator": "Exists"}]))
    assert default_tolerations.admit(everything, Cluster()) is everything.body


# --- the chain ---------------------------------------------------------------------------------------------------


def test_the_chain_leaves_changes_and_other_kinds_alone() -> None:
    old = pod()
    update = admission.Attributes("UPDATE", PODS, old, old)
    assert admission.admit(update, Cluster()) is old
    config = {"metadata": {"name": "a", "namespace": "default"}}
    assert admission.admit(creating(config, KINDS["configmaps"]), Cluster()) is config


def test_the_chain_does_it_all() -> None:
    spec = admission.admit(creating(pod()), Cluster())["spec"]
    assert {"serviceAccountName", "tolerations", "priority", "volumes"} <= set(spec)
