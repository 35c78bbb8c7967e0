"""The environment of containers. Cases after TestMakeEnvironmentVariables of pkg/kubelet/kubelet_pods_test.go."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from simulator.engine.registry import Body
from simulator.engine.workloads import environment

from .shell.driver import Objects, pod


def service(name: str, ip: str, *ports: tuple[str, int], namespace: str = "default") -> Body:
    listed = [{"name": port_name, "port": port} for port_name, port in ports]
    return {"metadata": {"name": name, "namespace": namespace}, "spec": {"clusterIP": ip, "ports": listed}}


READER = Objects(
    {
        "services": [
            service("kubernetes", "10.96.0.1", ("https", 443)),
            service("my-db.x", "10.96.0.7", ("sql", 5432), ("web-ui", 80)),
            service("headless", "None", ("", 80)),
            service("far", "10.96.0.8", ("", 80), namespace="other"),
        ],
        "configmaps": [{"metadata": {"name": "c", "namespace": "default"}, "data": {"KEY": "value", "a.b": "dotted"}}],
        "secrets": [{"metadata": {"name": "s", "namespace": "default"}, "data": {"PASS": b64encode(b"pw").decode()}}],
        "nodes": [{"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "2", "memory": "1Gi"}}}],
    }
)


def variables(body: Body) -> dict[str, str]:
    return environment.of(body, body["spec"]["containers"][0], READER).variables


def ref(**source: Any) -> dict[str, Any]:
    return {"name": "X", "valueFrom": source}


SOURCES = {
    "a value": ({"name": "X", "value": "1"}, "1"),
    "an empty one": ({"name": "X"}, ""),
    "a reference": ({"name": "X", "value": "$(A)-$(HOSTNAME)-$$(A)-$(A"}, "a-$(HOSTNAME)-$(A)-$(A"),
    "a reference to a service": ({"name": "X", "value": "$(KUBERNETES_SERVICE_HOST)"}, "10.96.0.1"),
    "a config map": (ref(configMapKeyRef={"name": "c", "key": "KEY"}), "value"),
    "a secret": (ref(secretKeyRef={"name": "s", "key": "PASS"}), "pw"),
    "an optional key": (ref(configMapKeyRef={"name": "c", "key": "no", "optional": True}), None),
    "the name": (ref(fieldRef={"fieldPath": "metadata.name"}), "web"),
    "the namespace": (ref(fieldRef={"fieldPath": "metadata.namespace"}), "default"),
    "a label": (ref(fieldRef={"fieldPath": "metadata.labels['app']"}), "web"),
    "no such label": (ref(fieldRef={"fieldPath": "metadata.labels['no']"}), ""),
    "the address": (ref(fieldRef={"fieldPath": "status.podIP"}), "10.244.1.5"),
    "the node": (ref(fieldRef={"fieldPath": "spec.nodeName"}), "n1"),
    "the node's address": (ref(fieldRef={"fieldPath": "status.hostIP"}), "192.168.0.2"),
    "a request": (ref(resourceFieldRef={"resource": "requests.cpu"}), "1"),
    "a request in millicores": (ref(resourceFieldRef={"resource": "requests.cpu", "divisor": "1m"}), "250"),
    "a limit": (ref(resourceFieldRef={"resource": "limits.memory", "divisor": "1Mi"}), "64"),
    "a limit that is not set": (ref(resourceFieldRef={"resource": "limits.cpu"}), "2"),
}


@pytest.mark.parametrize(("variable", "value"), SOURCES.values(), ids=SOURCES.keys())
def test_variables(variable: Body, value: str | None) -> None:
    resources = {"requests": {"cpu": "250m"}, "limits": {"memory": "64Mi"}}
    found = variables(pod(env=[{"name": "A", "value": "a"}, variable], resources=resources))
    assert found.get("X") == value


def test_all_of_a_config_map_and_a_secret() -> None:
    sources = [{"prefix": "P_", "configMapRef": {"name": "c"}}, {"secretRef": {"name": "s"}}]
    found = variables(pod(envFrom=sources, env=[{"name": "PASS", "value": "mine"}]))
    assert (found["P_KEY"], found["P_a.b"], found["PASS"]) == ("value", "dotted", "mine")


def test_services() -> None:
    found = variables(pod())
    assert found["KUBERNETES_PORT"] == "tcp://10.96.0.1:443"
    assert found["MY_DB_X_SERVICE_HOST"] == "10.96.0.7"
    assert found["MY_DB_X_SERVICE_PORT"] == "5432"
    assert found["MY_DB_X_SERVICE_PORT_WEB_UI"] == "80"
    assert found["MY_DB_X_PORT_80_TCP_ADDR"] == "10.96.0.7"
    assert not any(name.startswith(("HEADLESS", "FAR")) for name in found)


def test_without_service_links() -> None:
    found = variables(pod(enableServiceLinks=False))
    assert "KUBERNETES_SERVICE_HOST" in found
    assert "MY_DB_X_SERVICE_HOST" not in found


MISSING = {
    "a config map": ({"env": [ref(configMapKeyRef={"name": "no", "key": "k"})]}, 'configmap "no" not found'),
    "a secret": ({"env": [ref(secretKeyRef={"name": "no", "key": "k"})]}, 'secret "no" not found'),
    "a key": (
        {"env": [ref(configMapKeyRef={"name": "c", "key": "no"})]},
        "couldn't find key no in ConfigMap default/c",
    ),
    "a key of a secret": (
        {"env": [ref(secretKeyRef={"name": "s", "key": "no"})]},
        "couldn't find key no in Secret default/s",
    ),
    "all of one": ({"envFrom": [{"configMapRef": {"name": "no"}}]}, 'configmap "no" not found'),
}


@pytest.mark.parametrize(("fields", "message"), MISSING.values(), ids=MISSING.keys())
def test_what_is_missing(fields: dict[str, Any], message: str) -> None:
    body = pod(**fields)
    assert environment.of(body, body["spec"]["containers"][0], READER).missing == (message,)


EXPANSIONS = {
    "$(A)": "1", "$$(A)": "$(A)", "$$$(A)": "$1", "$(NO)": "$(NO)", "$(A": "$(A", "$": "$", "$$": "$", "a$b": "a$b",
    "$(A)$(A)": "11", "$()": "$()", "$$$$(A)": "$$(A)", "x $(A) y": "x 1 y",
}  # fmt: skip


@pytest.mark.parametrize(("text", "value"), EXPANSIONS.items())
def test_expansion(text: str, value: str) -> None:
    assert environment.expand(text, {"A": "1"}) == value


HOSTNAMES = {
    "the name": (pod(), "web"),
    "its own": (pod(hostname="db-0"), "db-0"),
    "a long one": (pod(name="a" * 62 + "-bcd"), "a" * 62),
    "the node's": (pod(hostNetwork=True), "n1"),
}


@pytest.mark.parametrize(("body", "name"), HOSTNAMES.values(), ids=HOSTNAMES.keys())
def test_hostnames(body: Body, name: str) -> None:
    assert environment.hostname(body) == name
