"""CoreDNS, the cluster's name server. Follows cmd/kubeadm/app/phases/addons/dns, v1.34."""

from __future__ import annotations

from ..registry import Body
from . import versions

_LABELS = {"k8s-app": "kube-dns"}
_COREFILE = f"""\
.:53 {{
    errors
    health {{
       lameduck 5s
    }}
    ready
    kubernetes {versions.DNS_DOMAIN} in-addr.arpa ip6.arpa {{
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }}
    prometheus :9153
    forward . /etc/resolv.conf {{
       max_concurrent 1000
    }}
    cache 30 {{
       disable success {versions.DNS_DOMAIN}
       disable denial {versions.DNS_DOMAIN}
    }}
    loop
    reload
    loadbalance
}}
"""
_PORTS = ((53, "dns", "UDP"), (53, "dns-tcp", "TCP"), (9153, "metrics", "TCP"))


def objects() -> list[tuple[str, Body]]:
    """(resource, object) of all that belongs to it, in the order of creation."""
    meta = {"name": "coredns", "namespace": "kube-system"}
    return [
        ("configmaps", {"metadata": meta, "data": {"Corefile": _COREFILE}}),
        ("serviceaccounts", {"metadata": meta}),
        ("deployments.apps", {"metadata": {**meta, "labels": _LABELS}, "spec": _deployment()}),
        ("services", _service()),
    ]


def _deployment() -> Body:
    return {
        "replicas": 2,
        "selector": {"matchLabels": _LABELS},
        "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": 1}},
        "template": {"metadata": {"labels": _LABELS}, "spec": _pod()},
    }


def _pod() -> Body:
    apart = {
        "labelSelector": {"matchExpressions": [{"key": "k8s-app", "operator": "In", "values": ["kube-dns"]}]},
        "topologyKey": "kubernetes.io/hostname",
    }
    return {
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"podAffinityTerm": apart, "weight": 100}]
            }
        },
        "containers": [_container()],
        "dnsPolicy": "Default",
        "nodeSelector": {"kubernetes.io/os": "linux"},
        "priorityClassName": "system-cluster-critical",
        "serviceAccountName": "coredns",
        "tolerations": [
            {"key": "CriticalAddonsOnly", "operator": "Exists"},
            {"effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"},
        ],
        "volumes": [
            {
                "configMap": {"items": [{"key": "Corefile", "path": "Corefile"}], "name": "coredns"},
                "name": "config-volume",
            }
        ],
    }


def _container() -> Body:
    probes = ((8080, "liveness-probe", "TCP"), (8181, "readiness-probe", "TCP"))
    return {
        "name": "coredns",
        "image": versions.COREDNS,
        "imagePullPolicy": "IfNotPresent",
        "args": ["-conf", "/etc/coredns/Corefile"],
        "livenessProbe": {
            "failureThreshold": 5,
            "httpGet": {"path": "/health", "port": "liveness-probe", "scheme": "HTTP"},
            "initialDelaySeconds": 60,
            "successThreshold": 1,
            "timeoutSeconds": 5,
        },
        "ports": [{"containerPort": port, "name": name, "protocol": kind} for port, name, kind in (*_PORTS, *probes)],
        "readinessProbe": {"httpGet": {"path": "/ready", "port": "readiness-probe", "scheme": "HTTP"}},
        "resources": {"limits": {"memory": "170Mi"}, "requests": {"cpu": "100m", "memory": "70Mi"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
        },
        "volumeMounts": [{"mountPath": "/etc/coredns", "name": "config-volume", "readOnly": True}],
    }


def _service() -> Body:
    return {
        "metadata": {
            "annotations": {"prometheus.io/port": "9153", "prometheus.io/scrape": "true"},
            "labels": {**_LABELS, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"},
            "name": "kube-dns",
            "namespace": "kube-system",
        },
        "spec": {
            "clusterIP": versions.DNS_SERVICE_IP,
            "clusterIPs": [versions.DNS_SERVICE_IP],
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "ports": [
                {"name": name, "port": port, "protocol": kind, "targetPort": port} for port, name, kind in _PORTS
            ],
            "selector": _LABELS,
            "sessionAffinity": "None",
            "type": "ClusterIP",
        },
    }
