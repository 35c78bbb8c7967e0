# ruff: noqa: E501 - the tables have a line for each case
"""Workloads, leases and EndpointSlices."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import CONTAINER, Case, forbidden, required, unsupported, wrong


def workload(**spec: Any) -> dict[str, Any]:
    template = {"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [CONTAINER]}}
    return {"spec": {"selector": {"matchLabels": {"app": "a"}}, "template": template, **spec}}


CASES = [
    Case("no selector", "deployments.apps", workload(selector=None), [
        required("spec.selector"),
        wrong("spec.template.metadata.labels", '{"app":"a"}', "`selector` does not match template `labels`"),
    ]),
    Case("a selector of other pods", "deployments.apps", workload(selector={"matchLabels": {"app": "b"}}), [
        wrong("spec.template.metadata.labels", '{"app":"a"}', "`selector` does not match template `labels`"),
    ]),
    Case("figures", "deployments.apps", workload(replicas=-1, progressDeadlineSeconds=5, minReadySeconds=5), [
        wrong("spec.replicas", "-1", "must be greater than or equal to 0"),
        wrong("spec.progressDeadlineSeconds", "5", "must be greater than minReadySeconds"),
    ]),
    Case("pods that end", "replicasets.apps", workload(template={"metadata": {"labels": {"app": "a"}}, "spec": {"containers": [CONTAINER], "restartPolicy": "OnFailure", "activeDeadlineSeconds": 5}}), [
        unsupported("spec.template.spec.restartPolicy", "OnFailure", "Always"),
        forbidden("spec.template.spec.activeDeadlineSeconds", "activeDeadlineSeconds in ReplicaSet is not Supported"),
    ]),
    Case("no pods at all", "daemonsets.apps", workload(template={"metadata": {"labels": {"app": "a"}}}), [required("spec.template.spec.containers")]),
    Case("figures", "leases.coordination.k8s.io", {"spec": {"leaseDurationSeconds": 0, "leaseTransitions": -1}}, [
        wrong("spec.leaseDurationSeconds", "0", "must be greater than 0"),
        wrong("spec.leaseTransitions", "-1", "must be greater than or equal to 0"),
    ]),
    Case("another family", "endpointslices.discovery.k8s.io", {"addressType": "IPv4", "endpoints": [{"addresses": ["fe80::1"]}]}, [
        wrong("endpoints[0].addresses[0]", '"fe80::1"', "must be an IPv4 address"),
    ]),
]  # fmt: skip
