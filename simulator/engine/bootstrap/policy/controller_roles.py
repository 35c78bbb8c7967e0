"""The ClusterRoles of the controllers, each bound to the service account of its controller in kube-system.

Follows plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go, v1.34, with the feature gates at their
defaults.
"""

from __future__ import annotations

from ...registry import Body
from .shapes import EVENTS, READ, Made, accounts, as_default, binding, role, rule

_PREFIX = "system:controller:"
_APPS, _DISCOVERY, _STORAGE = "apps,extensions", "discovery.k8s.io", "storage.k8s.io"
_CERTIFICATES, _NETWORKING, _RESOURCE = "certificates.k8s.io", "networking.k8s.io", "resource.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_KUBELET_CLIENT = "kubernetes.io/kube-apiserver-client-kubelet"
_SIGNERS = (
    f"kubernetes.io/kube-apiserver-client {_KUBELET_CLIENT} kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown"
)
_POD_WRITER = rule("create delete list patch watch", "", "pods")


def _workload(plural: str, groups: str = _APPS, verbs: str = f"update {READ}") -> tuple[Body, ...]:
    """What a controller needs on the kind that it looks after."""
    return (
        rule(verbs, groups, plural),
        rule("update", groups, f"{plural}/status"),
        rule("update", groups, f"{plural}/finalizers"),
    )


_WORKLOADS: dict[str, tuple[Body, ...]] = {
    "cronjob-controller": (
        rule(f"update {READ}", "batch", "cronjobs"),
        rule(f"create delete patch update {READ}", "batch", "jobs"),
        rule("update", "batch", "cronjobs/status"),
        rule("update", "batch", "cronjobs/finalizers"),
        rule("delete list watch", "", "pods"),
        EVENTS,
    ),
    "daemon-set-controller": (
        *_workload("daemonsets", verbs=READ),
        rule("list watch", "", "nodes"),
        _POD_WRITER,
        rule("create", "", "pods/binding"),
        rule(f"create delete patch update {READ}", "apps", "controllerrevisions"),
        EVENTS,
    ),
    "deployment-controller": (
        *_workload("deployments"),
        rule(f"create delete patch update {READ}", _APPS, "replicasets"),
        rule(f"update {READ}", "", "pods"),
        EVENTS,
    ),
    "disruption-controller": (
        rule(READ, _APPS, "deployments"),
        rule(READ, _APPS, "replicasets"),
        rule(READ, "", "replicationcontrollers"),
        rule(READ, "policy", "poddisruptionbudgets"),
        rule(READ, "apps", "statefulsets"),
        rule("update", "policy", "poddisruptionbudgets/status"),
        rule("patch update", "", "pods/status"),
        rule("get", "*", "*/scale"),
        EVENTS,
    ),
    "horizontal-pod-autoscaler": (
        rule(READ, "autoscaling", "horizontalpodautoscalers"),
        rule("update", "autoscaling", "horizontalpodautoscalers/status"),
        rule("get update", "*", "*/scale"),
        rule("list watch", "", "pods"),
        rule("list watch", "metrics.k8s.io", "pods"),
        rule(READ, "custom.metrics.k8s.io", "*"),
        rule(READ, "external.metrics.k8s.io", "*"),
        EVENTS,
    ),
    "job-controller": (*_workload("jobs", "batch", f"patch update {READ}"), _POD_WRITER, EVENTS),
    "replicaset-controller": (*_workload("replicasets"), _POD_WRITER, EVENTS),
    "replication-controller": (*_workload("replicationcontrollers", ""), _POD_WRITER, EVENTS),
    "statefulset-controller": (
        rule("list watch", "", "pods"),
        *_workload("statefulsets", "apps", READ),
        rule("create delete get patch update", "", "pods"),
        rule(f"create delete patch update {READ}", "apps", "controllerrevisions"),
        rule(f"create {READ}", "", "persistentvolumeclaims"),
        rule("delete update", "", "persistentvolumeclaims"),
        rule("update", "", "pods/finalizers"),
        EVENTS,
    ),
    "ttl-after-finished-controller": (rule(f"delete {READ}", "batch", "jobs"), EVENTS),
}
_NETWORK: dict[str, tuple[Body, ...]] = {
    "endpoint-controller": (
        rule(READ, "", "pods services"),
        rule(f"create delete update {READ}", "", "endpoints"),
        rule("create", "", "endpoints/restricted"),
        EVENTS,
    ),
    "endpointslice-controller": (
        rule(READ, "", "nodes pods services"),
        rule("update", "", "services/finalizers"),
        rule(f"create delete update {READ}", _DISCOVERY, "endpointslices"),
        EVENTS,
    ),
    "endpointslicemirroring-controller": (
        rule(READ, "", "endpoints services"),
        rule("update", "", "services/finalizers"),
        rule("update", "", "endpoints/finalizers"),
        rule(f"create delete update {READ}", _DISCOVERY, "endpointslices"),
        EVENTS,
    ),
    "route-controller": (rule("list watch", "", "nodes"), rule("patch", "", "nodes/status"), EVENTS),
    "service-controller": (
        rule(READ, "", "services"),
        rule("patch update", "", "services/status"),
        rule("list watch", "", "nodes"),
        EVENTS,
    ),
    "service-cidrs-controller": (
        rule(f"patch update {READ}", _NETWORKING, "servicecidrs"),
        rule("patch update", _NETWORKING, "servicecidrs/finalizers"),
        rule("patch update", _NETWORKING, "servicecidrs/status"),
        rule(READ, _NETWORKING, "ipaddresses"),
        EVENTS,
    ),
}
_VOLUMES: dict[str, tuple[Body, ...]] = {
    "attachdetach-controller": (
        rule("list watch", "", "persistentvolumeclaims persistentvolumes"),
        rule(READ, "", "nodes"),
        rule("patch update", "", "nodes/status"),
        rule("list watch", "", "pods"),
        EVENTS,
        rule(f"create delete {READ}", _STORAGE, "volumeattachments"),
        rule(READ, _STORAGE, "csidrivers"),
        rule(READ, _STORAGE, "csinodes"),
    ),
    "expand-controller": (
        rule(f"patch update {READ}", "", "persistentvolumes"),
        rule("patch update", "", "persistentvolumeclaims/status"),
        rule(READ, "", "persistentvolumeclaims"),
        EVENTS,
        rule("get", "", "services"),
    ),
    "ephemeral-volume-controller": (
        rule(READ, "", "pods"),
        rule("update", "", "pods/finalizers"),
        rule(f"create {READ}", "", "persistentvolumeclaims"),
        EVENTS,
    ),
    "persistent-volume-binder": (
        rule(f"create delete update {READ}", "", "persistentvolumes"),
        rule("update", "", "persistentvolumes/status"),
        rule(f"update {READ}", "", "persistentvolumeclaims"),
        rule("update", "", "persistentvolumeclaims/status"),
        rule(f"create delete {READ}", "", "pods"),
        rule(READ, _STORAGE, "storageclasses"),
        rule("list watch", "", "nodes"),
        EVENTS,
        rule("watch", "", "events"),
        rule("get", "", "services"),
    ),
    "pvc-protection-controller": (
        rule(f"update {READ}", "", "persistentvolumeclaims"),
        rule(READ, "", "pods"),
        EVENTS,
    ),
    "pv-protection-controller": (rule(f"update {READ}", "", "persistentvolumes"), EVENTS),
    "volumeattributesclass-protection-controller": (
        rule(READ, "", "persistentvolumeclaims"),
        rule(READ, "", "persistentvolumes"),
        rule(f"update {READ}", _STORAGE, "volumeattributesclasses"),
        EVENTS,
    ),
    "selinux-warning-controller": (
        EVENTS,
        rule(READ, "", "persistentvolumes"),
        rule(READ, "", "persistentvolumeclaims"),
        rule(READ, "", "pods"),
        rule(READ, _STORAGE, "csidrivers"),
    ),
}
_CLUSTER: dict[str, tuple[Body, ...]] = {
    "clusterrole-aggregation-controller": (
        rule(f"escalate patch update {READ}", "rbac.authorization.k8s.io", "clusterroles"),
    ),
    "resource-claim-controller": (
        rule(READ, "", "pods"),
        rule("update", "", "pods/finalizers"),
        rule(f"create delete {READ}", _RESOURCE, "resourceclaims"),
        rule("patch update", _RESOURCE, "resourceclaims resourceclaims/status"),
        rule("patch update", "", "pods/status"),
        EVENTS,
    ),
    "generic-garbage-collector": (rule(f"delete patch update {READ}", "*", "*"), EVENTS),
    "namespace-controller": (
        rule(f"delete {READ}", "", "namespaces"),
        rule("update", "", "namespaces/finalize namespaces/status"),
        rule(f"delete deletecollection {READ}", "*", "*"),
    ),
    "node-controller": (
        rule(f"delete patch update {READ}", "", "nodes"),
        rule("patch update", "", "nodes/status"),
        rule("patch update", "", "pods/status"),
        rule(f"delete {READ}", "", "pods"),
        EVENTS,
    ),
    "pod-garbage-collector": (
        rule("delete list watch", "", "pods"),
        rule(READ, "", "nodes"),
        rule("patch", "", "pods/status"),
    ),
    "resourcequota-controller": (
        rule("list watch", "*", "*"),
        rule("update", "", "resourcequotas/status"),
        EVENTS,
    ),
    "service-account-controller": (rule("create", "", "serviceaccounts"), EVENTS),
    "ttl-controller": (rule("list patch update watch", "", "nodes"), EVENTS),
    "certificate-controller": (
        rule(f"delete {READ}", _CERTIFICATES, "certificatesigningrequests"),
        rule("update", _CERTIFICATES, "certificatesigningrequests/approval certificatesigningrequests/status"),
        rule("approve", _CERTIFICATES, "signers", _KUBELET_CLIENT),
        rule("sign", _CERTIFICATES, "signers", _SIGNERS),
        rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        EVENTS,
    ),
    "root-ca-cert-publisher": (rule("create update", "", "configmaps"), EVENTS),
    "validatingadmissionpolicy-status-controller": (
        rule(READ, _ADMISSION, "validatingadmissionpolicies"),
        rule("get patch update", _ADMISSION, "validatingadmissionpolicies/status"),
        EVENTS,
    ),
    "legacy-service-account-token-cleaner": (
        rule("get", "", "configmaps", "kube-apiserver-legacy-service-account-token-tracking"),
        rule("delete patch", "", "secrets"),
    ),
}


def objects() -> list[Made]:
    """The roles, then the bindings."""
    roles = {**_WORKLOADS, **_NETWORK, **_VOLUMES, **_CLUSTER}
    return [
        *(as_default(role(_PREFIX + name, *rules)) for name, rules in roles.items()),
        *(as_default(binding(_PREFIX + name, *accounts(name))) for name in roles),
    ]
