# ruff: noqa: E501 - the tables have a line for each case
"""The core group but for pods, services and storage."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import (
    CONTAINER,
    NOT_A_LABEL,
    NOT_A_SUBDOMAIN,
    Case,
    duplicate,
    forbidden,
    required,
    too_long,
    unsupported,
    wrong,
)

KEY_RULE = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
LABEL_VALUE = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
NAME_PART = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
IP_RULE = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"


def secret(kind: str, **data: str) -> dict[str, Any]:
    return {"type": kind, "stringData": data}


def rc(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [CONTAINER]}}
    return {"spec": {"selector": {"app": "a"}, "template": template, **spec}}


CASES = [
    Case("a name with capitals and a bad key", "configmaps", {"metadata": {"name": "Bad"}, "data": {"a b": "x"}}, [
        wrong("metadata.name", '"Bad"', NOT_A_SUBDOMAIN), wrong("data[a b]", '"a b"', KEY_RULE),
    ]),
    Case("labels", "configmaps", {"metadata": {"labels": {"a b": "-"}}}, [
        wrong("metadata.labels", '"a b"', NAME_PART), wrong("metadata.labels", '"-"', LABEL_VALUE),
    ]),
    Case("a finalizer of one's own without a domain", "configmaps", {"metadata": {"finalizers": ["mine"]}}, [
        wrong("metadata.finalizers[0]", '"mine"', "name is neither a standard finalizer name nor is it fully qualified"),
    ]),
    Case("a key in both bags", "configmaps", {"data": {"k": "x"}, "binaryData": {"k": "eA=="}}, [
        wrong("data[k]", '"k"', "duplicate of key present in binaryData"),
    ]),
    Case("too much", "configmaps", {"data": {"k": "x" * (1024 * 1024 + 1)}}, [too_long("[]", 1_048_576)]),
    Case("a key", "secrets", {"stringData": {"..": "x"}}, [wrong("data[..]", '".."', "must not be '..'")]),
    Case("TLS without its pair", "secrets", secret("kubernetes.io/tls"), [required("data[tls.crt]"), required("data[tls.key]")]),
    Case("SSH with an empty key", "secrets", secret("kubernetes.io/ssh-auth", **{"ssh-privatekey": ""}), [required("data[ssh-privatekey]")]),
    Case("basic auth of nobody", "secrets", secret("kubernetes.io/basic-auth"), [required("data[username]"), required("data[password]")]),
    Case("a token of nobody", "secrets", secret("kubernetes.io/service-account-token"), [
        required("metadata.annotations[kubernetes.io/service-account.name]"),
    ]),
    Case("docker without config", "secrets", secret("kubernetes.io/dockercfg"), [required("data[.dockercfg]")]),
    Case("docker with half a config", "secrets", secret("kubernetes.io/dockerconfigjson", **{".dockerconfigjson": "{"}), [
        wrong("data[.dockerconfigjson]", '"<secret contents redacted>"', "unexpected end of JSON input"),
    ]),
    Case("docker with a list", "secrets", secret("kubernetes.io/dockercfg", **{".dockercfg": "[]"}), [
        wrong("data[.dockercfg]", '"<secret contents redacted>"', "json: cannot unmarshal array into Go value of type map[string]interface {}"),
    ]),
    Case("docker, too deep", "secrets", secret("kubernetes.io/dockercfg", **{".dockercfg": "[" * 20_000}), [
        wrong("data[.dockercfg]", '"<secret contents redacted>"', "exceeded max depth"),
    ]),
    Case("dots", "namespaces", {"metadata": {"name": "a.b"}}, [wrong("metadata.name", '"a.b"', "must not contain dots")]),
    Case("a finalizer", "namespaces", {"spec": {"finalizers": ["mine"]}}, [
        wrong("spec.finalizers", '"mine"', "name is neither a standard finalizer name nor is it fully qualified"),
    ]),
    Case("taints", "nodes", {"spec": {"taints": [{"key": "a", "effect": "Never"}, {"key": "b"}, {"key": "c", "effect": "NoSchedule"}, {"key": "c", "effect": "NoSchedule", "value": "d"}]}}, [
        unsupported("metadata.taints[0].effect", "Never", "NoSchedule", "PreferNoSchedule", "NoExecute"),
        required("metadata.taints[1].effect"),
        duplicate("metadata.taints[3]", '{"Key":"c","Value":"d","Effect":"NoSchedule","TimeAdded":null}', "taints must be unique by key and effect pair"),
    ]),
    Case("ranges", "nodes", {"spec": {"podCIDRs": ["10.0.0.0/8", "10.0.0.0/8", "ten"]}}, [
        wrong("spec.podCIDRs[2]", '"ten"', "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"),
        wrong("spec.podCIDRs", '["10.0.0.0/8","10.0.0.0/8","ten"]', "may specify no more than one CIDR for each IP family"),
        duplicate("spec.podCIDRs[1]", '"10.0.0.0/8"'),
    ]),
    Case("resources", "nodes", {"status": {"capacity": {"cpu": "-1", "pods": "1500m"}}}, [
        wrong("status.capacity.cpu", '"-1"', "must be greater than or equal to 0"),
        wrong("status.capacity.pods", '"1500m"', "must be an integer"),
        wrong("status.allocatable.cpu", '"-1"', "must be greater than or equal to 0"),
        wrong("status.allocatable.pods", '"1500m"', "must be an integer"),
    ]),
    Case("no addresses", "endpoints", {"subsets": [{"ports": [{"port": 80}]}]}, [required("subsets[0]", "must specify `addresses` or `notReadyAddresses`")]),
    Case("an address that is none", "endpoints", {"subsets": [{"addresses": [{"ip": "web", "hostname": "A", "nodeName": "B"}]}]}, [
        wrong("subsets[0].addresses[0].ip", '"web"', IP_RULE),
        wrong("subsets[0].addresses[0].hostname", '"A"', NOT_A_LABEL),
        wrong("subsets[0].addresses[0].nodeName", '"B"', NOT_A_SUBDOMAIN),
        wrong("subsets[0].addresses[0].ip", '"web"', "must be a valid IP address"),
    ]),
    Case("addresses of this machine", "endpoints", {"subsets": [{"addresses": [{"ip": "127.0.0.1"}, {"ip": "169.254.0.1"}, {"ip": "224.0.0.1"}, {"ip": "::"}]}]}, [
        wrong("subsets[0].addresses[0].ip", '"127.0.0.1"', "may not be in the loopback range (127.0.0.0/8, ::1/128)"),
        wrong("subsets[0].addresses[1].ip", '"169.254.0.1"', "may not be in the link-local range (169.254.0.0/16, fe80::/10)"),
        wrong("subsets[0].addresses[2].ip", '"224.0.0.1"', "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"),
        wrong("subsets[0].addresses[3].ip", '"::"', "may not be unspecified (::)"),
    ]),
    Case("ports", "endpoints", {"subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 0, "protocol": "HTTP"}, {"port": 1, "name": "a", "appProtocol": "a b"}]}]}, [
        required("subsets[0].ports[0].name"),
        wrong("subsets[0].ports[0].port", "0", "must be between 1 and 65535, inclusive"),
        unsupported("subsets[0].ports[0].protocol", "HTTP", "SCTP", "TCP", "UDP"),
        wrong("subsets[0].ports[1].appProtocol", '"a b"', NAME_PART),
    ]),
    Case("nothing to do", "replicationcontrollers", {"spec": {}}, [required("spec.selector"), required("spec.template")]),
    Case("figures", "replicationcontrollers", rc(replicas=-1, minReadySeconds=-1), [
        wrong("spec.minReadySeconds", "-1", "must be greater than or equal to 0"),
        wrong("spec.replicas", "-1", "must be greater than or equal to 0"),
    ]),
    Case("a selector of other pods", "replicationcontrollers", rc(selector={"app": "b"}), [
        wrong("spec.template.metadata.labels", '{"app":"a"}', "`selector` does not match template `labels`"),
    ]),
    Case("pods that end", "replicationcontrollers", rc(template={"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [CONTAINER], "restartPolicy": "Never", "activeDeadlineSeconds": 5}}), [
        unsupported("spec.template.spec.restartPolicy", "Never", "Always"),
        forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicationController is not Supported"),
    ]),
    Case("no containers", "podtemplates", {"template": {}}, [required("template.spec.containers")]),
    Case("a container to debug with", "podtemplates", {"template": {"spec": {"containers": [CONTAINER], "ephemeralContainers": [{"name": "d", "image": "busybox"}]}}}, [
        forbidden("template.spec.ephemeralContainers", "ephemeral containers not allowed in pod template"),
    ]),
    Case("an event of elsewhere", "events", {"involvedObject": {"kind": "Pod", "namespace": "other", "name": "a"}}, [
        wrong("involvedObject.namespace", '"other"', "does not match event.namespace"),
    ]),
]  # fmt: skip
