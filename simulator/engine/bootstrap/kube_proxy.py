"""kube-proxy, which runs on each node. Follows cmd/kubeadm/app/phases/addons/proxy, v1.34."""

from __future__ import annotations

from ..registry import Body
from . import versions

_LABELS = {"k8s-app": "kube-proxy"}
_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: https://{ip}:{port}
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token"""
_CONFIG = """\
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: {network}
mode: ""
"""


def objects(api_ip: str, pod_network: str) -> list[tuple[str, Body]]:
    """(resource, object) of all that belongs to it, in the order of creation."""
    meta = {"name": "kube-proxy", "namespace": "kube-system"}
    data = {
        "config.conf": _CONFIG.format(network=pod_network),
        "kubeconfig.conf": _KUBECONFIG.format(ip=api_ip, port=versions.API_PORT),
    }
    return [
        ("configmaps", {"metadata": {**meta, "labels": {"app": "kube-proxy"}}, "data": data}),
        ("serviceaccounts", {"metadata": meta}),
        ("daemonsets.apps", {"metadata": {**meta, "labels": _LABELS}, "spec": _daemon_set()}),
    ]


def _daemon_set() -> Body:
    return {
        "selector": {"matchLabels": _LABELS},
        "template": {"metadata": {"labels": _LABELS}, "spec": _pod()},
        "updateStrategy": {"type": "RollingUpdate"},
    }


def _pod() -> Body:
    container: Body = {
        "name": "kube-proxy",
        "image": versions.PROXY,
        "imagePullPolicy": "IfNotPresent",
        "command": [
            "/usr/local/bin/kube-proxy",
            "--config=/var/lib/kube-proxy/config.conf",
            "--hostname-override=$(NODE_NAME)",
        ],
        "env": [{"name": "NODE_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "spec.nodeName"}}}],
        "securityContext": {"capabilities": {"add": ["NET_ADMIN", "SYS_MODULE"]}},
        "volumeMounts": [
            {"mountPath": "/var/lib/kube-proxy", "name": "kube-proxy"},
            {"mountPath": "/run/xtables.lock", "name": "xtables-lock"},
            {"mountPath": "/lib/modules", "name": "lib-modules", "readOnly": True},
        ],
    }
    return {
        "containers": [container],
        "hostNetwork": True,
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "priorityClassName": "system-node-critical",
        "serviceAccountName": "kube-proxy",
        "tolerations": [{"key": "CriticalAddonsOnly", "operator": "Exists"}, {"operator": "Exists"}],
        "volumes": [
            {"configMap": {"name": "kube-proxy"}, "name": "kube-proxy"},
            {"hostPath": {"path": "/run/xtables.lock", "type": "FileOrCreate"}, "name": "xtables-lock"},
            {"hostPath": {"path": "/lib/modules"}, "name": "lib-modules"},
        ],
    }
