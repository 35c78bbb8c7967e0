"""The roles and bindings that kubeadm adds: its administrators, nodes that join, its notes, its addons.

Follows cmd/kubeadm/app/phases/{bootstraptoken,uploadconfig,kubelet,addons} and kubeconfig, v1.34.
"""

from __future__ import annotations

from .shapes import Made, accounts, binding, groups, role, rule, users

ADMINS = "kubeadm:cluster-admins"
_BOOTSTRAPPERS = "system:bootstrappers:kubeadm:default-node-token"
_CSR = "system:certificates.k8s.io:certificatesigningrequests"
_SYSTEM, _PUBLIC = "kube-system", "kube-public"
_CLUSTER_INFO = "kubeadm:bootstrap-signer-clusterinfo"
_CONFIG, _KUBELET = "kubeadm:nodes-kubeadm-config", "kubeadm:kubelet-config"


def objects() -> list[Made]:
    joining, nodes = groups(_BOOTSTRAPPERS), groups("system:nodes")
    return [
        binding(ADMINS, *groups(ADMINS), to="cluster-admin"),
        role("kubeadm:get-nodes", rule("get", "", "nodes")),
        binding("kubeadm:get-nodes", *joining),
        binding("kubeadm:kubelet-bootstrap", *joining, to="system:node-bootstrapper"),
        binding("kubeadm:node-autoapprove-bootstrap", *joining, to=f"{_CSR}:nodeclient"),
        binding("kubeadm:node-autoapprove-certificate-rotation", *nodes, to=f"{_CSR}:selfnodeclient"),
        role(_CLUSTER_INFO, rule("get", "", "configmaps", "cluster-info"), namespace=_PUBLIC),
        binding(_CLUSTER_INFO, *users("system:anonymous"), kind="Role", namespace=_PUBLIC),
        role(_CONFIG, rule("get", "", "configmaps", "kubeadm-config"), namespace=_SYSTEM),
        binding(_CONFIG, *joining, *nodes, kind="Role", namespace=_SYSTEM),
        role(_KUBELET, rule("get", "", "configmaps", "kubelet-config"), namespace=_SYSTEM),
        binding(_KUBELET, *nodes, *joining, kind="Role", namespace=_SYSTEM),
        role(
            "system:coredns",
            rule("list watch", "", "endpoints services pods namespaces"),
            rule("list watch", "discovery.k8s.io", "endpointslices"),
        ),
        binding("system:coredns", *accounts("coredns")),
        binding("kubeadm:node-proxier", *accounts("kube-proxy"), to="system:node-proxier"),
        role("kube-proxy", rule("get", "", "configmaps", "kube-proxy"), namespace=_SYSTEM),
        binding("kube-proxy", *joining, kind="Role", namespace=_SYSTEM),
    ]
