# ruff: noqa: E501 - the tables have a line for each case
"""StatefulSets, Jobs, CronJobs, autoscalers, what belongs to them, and our own kinds."""

from __future__ import annotations

from typing import Any

from tests.api.invalid_objects import Case, Cause

Body = dict[str, Any]
POD = {"containers": [{"name": "c", "image": "nginx"}]}
REQUIRED, INVALID, FORBIDDEN = "FieldValueRequired", "FieldValueInvalid", "FieldValueForbidden"
UNSUPPORTED, DUPLICATE = "FieldValueNotSupported", "FieldValueDuplicate"


def workload(kind: str, pod: Body | None = None, **spec: Any) -> Body:
    template = {"metadata": {"labels": {"app": "a"}}, "spec": pod or POD}
    whole = {"selector": {"matchLabels": {"app": "a"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": kind, "spec": whole}


def job(pod: Body | None = None, **spec: Any) -> Body:
    template = {"spec": {**POD, "restartPolicy": "Never", **(pod or {})}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "one"},
        "spec": {"template": template, **spec},
    }


def cron_job(**spec: Any) -> Body:
    whole = {"schedule": "* * * * *", "jobTemplate": {"spec": job()["spec"]}, **spec}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "spec": whole}


def hpa(**spec: Any) -> Body:
    whole = {"scaleTargetRef": {"kind": "Deployment", "name": "web"}, "maxReplicas": 3, **spec}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "one"},
        "spec": whole,
    }


def sim(kind: str, **spec: Any) -> Body:
    return {"apiVersion": "sim.k8sviz.io/v1", "kind": kind, "spec": spec}


NEGATIVE = "must be greater than or equal to 0"
MISMATCH = 'Invalid value: {"app":"a"}: `selector` does not match template `labels`'
CASES = [
    Case("a Deployment without a selector", "deployments.apps", workload("Deployment", selector=None), [
        Cause(REQUIRED, "spec.selector", "Required value"),
        Cause(INVALID, "spec.template.metadata.labels", MISMATCH),
    ]),
    Case("a Deployment of another strategy", "deployments.apps", workload("Deployment", strategy={"type": "Canary"}), [
        Cause(UNSUPPORTED, "spec.strategy", 'Unsupported value: {"Type":"Canary","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"'),
    ]),
    Case("a Deployment with two mistakes", "deployments.apps", workload("Deployment", replicas=-1, minReadySeconds=-1), [
        Cause(INVALID, "spec.replicas", f"Invalid value: -1: {NEGATIVE}"),
        Cause(INVALID, "spec.minReadySeconds", f"Invalid value: -1: {NEGATIVE}"),
    ]),
    Case("a ReplicaSet with an empty selector", "replicasets.apps", workload("ReplicaSet", selector={}), [
        Cause(INVALID, "spec.selector", "Invalid value: {}: empty selector is invalid for deployment"),
    ]),
    Case("a ReplicaSet whose pods end", "replicasets.apps", workload("ReplicaSet", {**POD, "restartPolicy": "Never", "activeDeadlineSeconds": 1}), [
        Cause(UNSUPPORTED, "spec.template.spec.restartPolicy", 'Unsupported value: "Never": supported values: "Always"'),
        Cause(FORBIDDEN, "spec.template.spec.activeDeadlineSeconds", "Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported"),
    ]),
    Case("a DaemonSet without a selector", "daemonsets.apps", workload("DaemonSet", selector=None), [
        Cause(INVALID, "spec.template.metadata.labels", MISMATCH),
    ]),
    Case("a DaemonSet that surges and makes do", "daemonsets.apps", workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}), [
        Cause(INVALID, "spec.updateStrategy.rollingUpdate.maxSurge", "Invalid value: 1: may not be set when maxUnavailable is non-zero"),
    ]),
    Case("a StatefulSet with a subdomain for a name", "statefulsets.apps", {**workload("StatefulSet"), "metadata": {"name": "a.b"}}, [
        Cause(INVALID, "metadata.name", 'Invalid value: "a.b": must not contain dots'),
    ]),
    Case("a StatefulSet with odd policies", "statefulsets.apps", workload("StatefulSet", podManagementPolicy="Any", persistentVolumeClaimRetentionPolicy={"whenDeleted": "Burn"}), [
        Cause(INVALID, "spec.podManagementPolicy", "Invalid value: \"Any\": must be 'OrderedReady' or 'Parallel'"),
        Cause(UNSUPPORTED, "spec.persistentVolumeClaimRetentionPolicy.whenDeleted", 'Unsupported value: "Burn": supported values: "Retain", "Delete"'),
    ]),
    Case("a ControllerRevision of nothing", "controllerrevisions.apps", {"apiVersion": "apps/v1", "kind": "ControllerRevision", "revision": -1}, [
        Cause(REQUIRED, "data", "Required value: data is mandatory"),
        Cause(INVALID, "revision", f"Invalid value: -1: {NEGATIVE}"),
    ]),
    Case("a Job whose pods run for ever", "jobs.batch", job({"restartPolicy": "Always"}), [
        Cause(REQUIRED, "spec.template.spec.restartPolicy", 'Required value: valid values: "OnFailure", "Never"'),
    ]),
    Case("an indexed Job without an end", "jobs.batch", job(completionMode="Indexed", parallelism=1, maxFailedIndexes=1), [
        Cause(REQUIRED, "spec.backoffLimitPerIndex", "Required value: when maxFailedIndexes is specified"),
        Cause(REQUIRED, "spec.completions", "Required value: when completion mode is Indexed"),
    ]),
    Case("a Job with a rule for nothing", "jobs.batch", job(podFailurePolicy={"rules": [{"action": "Ignore"}]}), [
        Cause(INVALID, "spec.podFailurePolicy.rules[0]", "Invalid value: specifying one of OnExitCodes and OnPodConditions is required"),
    ]),
    Case("a CronJob with a long name and a bad schedule", "cronjobs.batch", {**cron_job(schedule="61 * * * *"), "metadata": {"name": "x" * 53}}, [
        Cause(INVALID, "spec.schedule", 'Invalid value: "61 * * * *": end of range (61) above maximum (59): 61'),
        Cause(INVALID, "metadata.name", f'Invalid value: "{"x" * 53}": must be no more than 52 characters'),
    ]),
    Case("a CronJob of nowhere", "cronjobs.batch", cron_job(timeZone="Nowhere", concurrencyPolicy="Any"), [
        Cause(UNSUPPORTED, "spec.concurrencyPolicy", 'Unsupported value: "Any": supported values: "Allow", "Forbid", "Replace"'),
        Cause(INVALID, "spec.timeZone", 'Invalid value: "Nowhere": unknown time zone Nowhere'),
    ]),
    Case("an autoscaler that wants less than nothing", "horizontalpodautoscalers.autoscaling", hpa(minReplicas=5, metrics=[{"type": "Pods"}]), [
        Cause(INVALID, "spec.maxReplicas", "Invalid value: 3: must be greater than or equal to `minReplicas`"),
        Cause(REQUIRED, "spec.metrics[0].pods", "Required value: must populate information for the given metric source"),
    ]),
    Case("a Lease that is over before it begins", "leases.coordination.k8s.io", {"spec": {"leaseDurationSeconds": 0}}, [
        Cause(INVALID, "spec.leaseDurationSeconds", "Invalid value: 0: must be greater than 0"),
    ]),
    Case("an EndpointSlice of names", "endpointslices.discovery.k8s.io", {"addressType": "FQDN", "endpoints": [{"addresses": ["a"]}], "ports": [{"name": "a"}, {"name": "a"}]}, [
        Cause(INVALID, "endpoints[0].addresses[0]", 'Invalid value: "a": should be a domain with at least two segments separated by dots'),
        Cause(DUPLICATE, "ports[1].name", 'Duplicate value: "a"'),
    ]),
    Case("an Event of the core elsewhere", "events", {"involvedObject": {"namespace": "other"}}, [
        Cause(INVALID, "involvedObject.namespace", 'Invalid value: "other": does not match event.namespace'),
    ]),
    Case("a Behavior without measure", "behaviors.sim.k8sviz.io", sim("Behavior", exit={"code": 999}, memory={"curves": [{"type": "Leak"}]}), [
        Cause(REQUIRED, "spec.memory.curves[0].leak", "Required value: must be set when `type` is 'Leak'"),
        Cause(INVALID, "spec.exit.code", "Invalid value: 999: must be between 0 and 255, inclusive"),
    ]),
    Case("a Metric of nothing", "metrics.sim.k8sviz.io", sim("Metric", describedObject={"apiVersion": "v1", "kind": "Pod"}, value="-1"), [
        Cause(REQUIRED, "spec.describedObject.name", "Required value"),
        Cause(REQUIRED, "spec.name", "Required value"),
        Cause(INVALID, "spec.value", 'Invalid value: "-1": must be greater than or equal to 0'),
    ]),
    Case("Traffic to nobody", "traffics.sim.k8sviz.io", sim("Traffic", target={}, rate="1"), [
        Cause(REQUIRED, "spec.target", "Required value: must specify one of: `service`, `ingress`, `pod`"),
    ]),
    Case("a Fault nowhere", "faults.sim.k8sviz.io", sim("Fault", type="NodeCrash", packetLoss={"percent": 5}), [
        Cause(REQUIRED, "spec.target", "Required value: must specify one of: `nodeName`, `nodeSelector`"),
        Cause(FORBIDDEN, "spec.packetLoss", "Forbidden: may only be set when `type` is 'PacketLoss'"),
    ]),
]  # fmt: skip
