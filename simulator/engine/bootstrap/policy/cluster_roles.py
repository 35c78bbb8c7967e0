"""The ClusterRoles that every cluster has, and to whom they are bound.

Follows plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go, v1.34, with the feature gates at their defaults.
"""

from __future__ import annotations

from ...rbac.policy import CLUSTER_ROLES
from ...registry import Body
from .shapes import (
    EVENTS,
    READ,
    READ_UPDATE,
    READ_WRITE,
    WRITE,
    Made,
    accounts,
    as_default,
    binding,
    groups,
    role,
    rule,
    urls,
    users,
)

_AUTHENTICATION, _AUTHORIZATION = "authentication.k8s.io", "authorization.k8s.io"
_CERTIFICATES, _COORDINATION, _DISCOVERY = "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io"
_NETWORKING, _RBAC, _RESOURCE = "networking.k8s.io", "rbac.authorization.k8s.io", "resource.k8s.io"
_STORAGE = "storage.k8s.io"
_TO = "rbac.authorization.k8s.io/aggregate-to-"
_TOKEN_REVIEWS = rule("create", _AUTHENTICATION, "tokenreviews")
_ACCESS_REVIEWS = rule("create", _AUTHORIZATION, "subjectaccessreviews")

_TO_VIEW = (
    rule(
        READ,
        "",
        "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers "
        "replicationcontrollers/scale serviceaccounts services services/status",
    ),
    rule(
        READ,
        "",
        "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status "
        "resourcequotas resourcequotas/status",
    ),
    rule(READ, "", "namespaces"),
    rule(READ, _DISCOVERY, "endpointslices"),
    rule(
        READ,
        "apps",
        "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status "
        "replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
    ),
    rule(READ, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
    rule(READ, "batch", "cronjobs cronjobs/status jobs jobs/status"),
    rule(
        READ,
        "extensions",
        "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status "
        "networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale",
    ),
    rule(READ, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
    rule(READ, _NETWORKING, "ingresses ingresses/status networkpolicies"),
    rule(READ, _RESOURCE, "resourceclaims resourceclaims/status resourceclaimtemplates"),
)
_TO_EDIT = (
    rule(READ, "", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"),
    rule("impersonate", "", "serviceaccounts"),
    rule(WRITE, "", "pods pods/attach pods/exec pods/portforward pods/proxy"),
    rule("create", "", "pods/eviction"),
    rule(
        WRITE,
        "",
        "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets "
        "serviceaccounts services services/proxy",
    ),
    rule("create", "", "serviceaccounts/token"),
    rule(
        WRITE,
        "apps",
        "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets "
        "statefulsets/scale",
    ),
    rule(WRITE, "autoscaling", "horizontalpodautoscalers"),
    rule(WRITE, "batch", "cronjobs jobs"),
    rule(
        WRITE,
        "extensions",
        "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets "
        "replicasets/scale replicationcontrollers/scale",
    ),
    rule(WRITE, "policy", "poddisruptionbudgets"),
    rule(WRITE, _NETWORKING, "ingresses networkpolicies"),
    rule(READ_WRITE, _COORDINATION, "leases"),
    rule(WRITE, _RESOURCE, "resourceclaims resourceclaimtemplates"),
)
_NODE = (
    _TOKEN_REVIEWS,
    rule("create", _AUTHORIZATION, "localsubjectaccessreviews subjectaccessreviews"),
    rule(READ, "", "services"),
    rule("create get list watch", "", "nodes"),
    rule("patch update", "", "nodes/status"),
    rule("patch update", "", "nodes"),
    rule("create patch update", "", "events"),
    rule(READ, "", "pods"),
    rule("create delete", "", "pods"),
    rule("patch update", "", "pods/status"),
    rule("create", "", "pods/eviction"),
    rule(READ, "", "configmaps secrets"),
    rule("get", "", "persistentvolumeclaims persistentvolumes"),
    rule("get", "", "endpoints"),
    rule("create get list watch", _CERTIFICATES, "certificatesigningrequests"),
    rule("create delete get patch update", _COORDINATION, "leases"),
    rule("get", _STORAGE, "volumeattachments"),
    rule("create", "", "serviceaccounts/token"),
    rule("get patch update", "", "persistentvolumeclaims/status"),
    rule(READ, _STORAGE, "csidrivers"),
    rule("create delete get patch update", _STORAGE, "csinodes"),
    rule(READ, "node.k8s.io", "runtimeclasses"),
    rule("get", _RESOURCE, "resourceclaims"),
    rule("deletecollection", _RESOURCE, "resourceslices"),
    rule("get", "", "serviceaccounts"),
)
_CONTROLLER_MANAGER = (
    EVENTS,
    rule("create", _COORDINATION, "leases"),
    rule("get update", _COORDINATION, "leases", "kube-controller-manager"),
    rule("create", "", "secrets serviceaccounts"),
    rule("delete", "", "secrets"),
    rule("get", "", "configmaps namespaces secrets serviceaccounts"),
    rule("update", "", "secrets serviceaccounts"),
    _TOKEN_REVIEWS,
    _ACCESS_REVIEWS,
    rule("list watch", "*", "*"),
    rule("create", "", "serviceaccounts/token"),
)
_SCHEDULER = (
    EVENTS,
    rule("create", _COORDINATION, "leases"),
    rule("get list update watch", _COORDINATION, "leases", "kube-scheduler"),
    rule(READ_WRITE, _COORDINATION, "leasecandidates"),
    rule(READ, "", "nodes"),
    rule(f"delete {READ}", "", "pods"),
    rule("create", "", "bindings pods/binding"),
    rule("patch update", "", "pods/status"),
    rule(READ, "", "replicationcontrollers services"),
    rule(READ, "apps,extensions", "replicasets"),
    rule(READ, "apps", "statefulsets"),
    rule(READ, "policy", "poddisruptionbudgets"),
    rule(READ, "", "persistentvolumeclaims persistentvolumes"),
    _TOKEN_REVIEWS,
    _ACCESS_REVIEWS,
    rule(READ, _STORAGE, "csinodes"),
    rule(READ, "", "namespaces"),
    rule(READ, _STORAGE, "csidrivers"),
    rule(READ, _STORAGE, "csistoragecapacities"),
    rule(READ, _STORAGE, "volumeattachments"),
    rule(READ, _RESOURCE, "deviceclasses"),
    rule(READ_UPDATE, _RESOURCE, "resourceclaims"),
    rule(READ_UPDATE, _RESOURCE, "resourceclaims/status"),
    rule(READ, _RESOURCE, "resourceslices"),
)
_ROLES: dict[str, tuple[Body, ...]] = {
    "cluster-admin": (rule("*", "*", "*"), {"nonResourceURLs": ["*"], "verbs": ["*"]}),
    "system:discovery": (
        urls("/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/"),
    ),
    "system:monitoring": (urls("/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*"),),
    "system:basic-user": (
        rule("create", _AUTHORIZATION, "selfsubjectaccessreviews selfsubjectrulesreviews"),
        rule("create", _AUTHENTICATION, "selfsubjectreviews"),
    ),
    "system:public-info-viewer": (urls("/healthz /livez /readyz /version /version/"),),
    "system:heapster": (rule(READ, "", "events namespaces nodes pods"), rule(READ, "extensions", "deployments")),
    "system:node": _NODE,
    "system:node-problem-detector": (rule("get", "", "nodes"), rule("patch", "", "nodes/status"), EVENTS),
    "system:kubelet-api-admin": (
        rule(READ, "", "nodes"),
        rule("proxy", "", "nodes"),
        rule("*", "", "nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats"),
    ),
    "system:node-bootstrapper": (rule("create get list watch", _CERTIFICATES, "certificatesigningrequests"),),
    "system:auth-delegator": (_TOKEN_REVIEWS, _ACCESS_REVIEWS),
    "system:kube-aggregator": (rule(READ, "", "endpoints services"),),
    "system:kube-controller-manager": _CONTROLLER_MANAGER,
    "system:kube-dns": (rule("list watch", "", "endpoints services"),),
    "system:persistent-volume-provisioner": (
        rule(f"create delete {READ}", "", "persistentvolumes"),
        rule(f"update {READ}", "", "persistentvolumeclaims"),
        rule(READ, _STORAGE, "storageclasses"),
        rule("watch", "", "events"),
        EVENTS,
    ),
    "system:certificates.k8s.io:certificatesigningrequests:nodeclient": (
        rule("create", _CERTIFICATES, "certificatesigningrequests/nodeclient"),
    ),
    "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": (
        rule("create", _CERTIFICATES, "certificatesigningrequests/selfnodeclient"),
    ),
    "system:volume-scheduler": (
        rule(READ_UPDATE, "", "persistentvolumes"),
        rule(READ, _STORAGE, "storageclasses"),
        rule(READ_UPDATE, "", "persistentvolumeclaims"),
    ),
    **{
        f"system:certificates.k8s.io:{signer}-approver": (
            rule("approve", _CERTIFICATES, "signers", f"kubernetes.io/{signer}"),
        )
        for signer in ("legacy-unknown", "kubelet-serving", "kube-apiserver-client", "kube-apiserver-client-kubelet")
    },
    "system:service-account-issuer-discovery": (urls("/.well-known/openid-configuration /openid/v1/jwks"),),
    "system:node-proxier": (
        rule("list watch", "", "endpoints services"),
        rule(READ, "", "nodes"),
        EVENTS,
        rule("list watch", _DISCOVERY, "endpointslices"),
    ),
    "system:kube-scheduler": _SCHEDULER,
}
_PARTS: dict[str, tuple[Body, ...]] = {
    "admin": (
        rule("create", _AUTHORIZATION, "localsubjectaccessreviews"),
        rule(READ_WRITE, _RBAC, "rolebindings roles"),
    ),
    "edit": _TO_EDIT,
    "view": _TO_VIEW,
}
_GATHERED = {"admin": "", "edit": "admin", "view": "edit"}
"""The roles that are gathered from others, each with the one that it is a part of itself."""

_BINDINGS = (
    binding("cluster-admin", *groups("system:masters")),
    binding("system:monitoring", *groups("system:monitoring")),
    binding("system:discovery", *groups("system:authenticated")),
    binding("system:basic-user", *groups("system:authenticated")),
    binding("system:public-info-viewer", *groups("system:authenticated", "system:unauthenticated")),
    binding("system:node-proxier", *users("system:kube-proxy")),
    binding("system:kube-controller-manager", *users("system:kube-controller-manager")),
    binding("system:kube-dns", *accounts("kube-dns")),
    binding("system:kube-scheduler", *users("system:kube-scheduler")),
    binding("system:volume-scheduler", *users("system:kube-scheduler")),
    binding("system:node"),
    binding("system:service-account-issuer-discovery", *groups("system:serviceaccounts")),
)


def objects() -> list[Made]:
    """The roles, those that are gathered and their parts, then the bindings."""
    parts = [
        as_default(role(f"system:aggregate-to-{name}", *rules), **{_TO + name: "true"})
        for name, rules in _PARTS.items()
    ]
    return [
        *(_gathered(name, of) for name, of in _GATHERED.items()),
        *parts,
        *(as_default(role(name, *rules)) for name, rules in _ROLES.items()),
        *map(as_default, _BINDINGS),
    ]


def _gathered(name: str, part_of: str) -> Made:
    """A ClusterRole whose rules are those of the roles with its label; the controller writes them."""
    _, body = as_default(role(name), **({_TO + part_of: "true"} if part_of else {}))
    selectors = [{"matchLabels": {_TO + name: "true"}}]
    return CLUSTER_ROLES, {**body, "aggregationRule": {"clusterRoleSelectors": selectors}, "rules": None}
