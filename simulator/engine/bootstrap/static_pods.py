"""The control plane's static pods, as their mirror objects show them.

Follows cmd/kubeadm/app/phases/controlplane/manifests.go, phases/etcd/local.go, util/staticpod/utils.go and
pkg/kubelet/pod/mirror_client.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..objects import micro_timestamp
from ..registry import Body
from ..world import World
from . import versions

_PKI = "/etc/kubernetes/pki"
_Mount = tuple[str, str, str]


def of(world: World, node: Body, ip: str) -> Iterator[Body]:
    """The mirror pods of the node, which must be stored already."""
    yield _pod(world, node, "etcd", _etcd(ip, node["metadata"]["name"]), _ETCD_MOUNTS)
    yield _pod(world, node, "kube-apiserver", _api_server(ip), _API_SERVER_MOUNTS)
    yield _pod(world, node, "kube-controller-manager", _controller_manager(), _CONTROLLER_MANAGER_MOUNTS)
    yield _pod(world, node, "kube-scheduler", _scheduler(), _SCHEDULER_MOUNTS)


_CERTS: tuple[_Mount, ...] = (
    ("ca-certs", "/etc/ssl/certs", "DirectoryOrCreate"),
    ("etc-ca-certificates", "/etc/ca-certificates", "DirectoryOrCreate"),
    ("k8s-certs", _PKI, "DirectoryOrCreate"),
)
_ETCD_MOUNTS: tuple[_Mount, ...] = (
    ("etcd-data", "/var/lib/etcd", "DirectoryOrCreate"),
    ("etcd-certs", f"{_PKI}/etcd", "DirectoryOrCreate"),
)
_API_SERVER_MOUNTS = _CERTS
_CONTROLLER_MANAGER_MOUNTS: tuple[_Mount, ...] = (
    *_CERTS,
    ("kubeconfig", "/etc/kubernetes/controller-manager.conf", "FileOrCreate"),
)
_SCHEDULER_MOUNTS: tuple[_Mount, ...] = (("kubeconfig", "/etc/kubernetes/scheduler.conf", "FileOrCreate"),)


def _pod(world: World, node: Body, name: str, container: Body, mounts: tuple[_Mount, ...]) -> Body:
    host = node["metadata"]["name"]
    digest = f"{world.hash('static', host, name):016x}{world.hash('static', host, name, 2):016x}"
    annotations = {
        "kubernetes.io/config.hash": digest,
        "kubernetes.io/config.mirror": digest,
        "kubernetes.io/config.seen": micro_timestamp(world.now),
        "kubernetes.io/config.source": "file",
    }
    address = container.pop("address", None)
    if address is not None:
        annotations[address[0]] = address[1]
    return {
        "metadata": {
            "name": f"{name}-{host}",
            "namespace": "kube-system",
            "annotations": annotations,
            "labels": {"component": name, "tier": "control-plane"},
            "ownerReferences": [
                {
                    "apiVersion": "v1",
                    "controller": True,
                    "kind": "Node",
                    "name": host,
                    "uid": node["metadata"]["uid"],
                }
            ],
        },
        "spec": {
            "containers": [
                {
                    "name": name,
                    "imagePullPolicy": "IfNotPresent",
                    **container,
                    "volumeMounts": [
                        {"mountPath": path, "name": volume}
                        if volume.startswith("etcd")
                        else {"mountPath": path, "name": volume, "readOnly": True}
                        for volume, path, _ in mounts
                    ],
                }
            ],
            "hostNetwork": True,
            "nodeName": host,
            "priority": 2_000_001_000,
            "priorityClassName": "system-node-critical",
            "securityContext": {"seccompProfile": {"type": "RuntimeDefault"}},
            "tolerations": [{"effect": "NoExecute", "operator": "Exists"}],
            "volumes": [{"hostPath": {"path": path, "type": kind}, "name": volume} for volume, path, kind in mounts],
        },
    }


def _etcd(ip: str, host: str) -> Body:
    client = f"https://{ip}:2379"
    flags = {
        "advertise-client-urls": client,
        "cert-file": f"{_PKI}/etcd/server.crt",
        "client-cert-auth": "true",
        "data-dir": "/var/lib/etcd",
        "feature-gates": "InitialCorruptCheck=true",
        "initial-advertise-peer-urls": f"https://{ip}:2380",
        "initial-cluster": f"{host}=https://{ip}:2380",
        "key-file": f"{_PKI}/etcd/server.key",
        "listen-client-urls": f"https://127.0.0.1:2379,{client}",
        "listen-metrics-urls": "http://127.0.0.1:2381",
        "listen-peer-urls": f"https://{ip}:2380",
        "name": host,
        "peer-client-cert-auth": "true",
        "snapshot-count": "10000",
        "trusted-ca-file": f"{_PKI}/etcd/ca.crt",
        "watch-progress-notify-interval": "5s",
    }
    return {
        "image": versions.ETCD,
        "command": ["etcd", *_flags(flags)],
        **_probed("127.0.0.1", 2381, "HTTP", live="/livez", ready="/readyz", started="/readyz"),
        "resources": {"requests": {"cpu": "100m", "memory": "100Mi"}},
        "address": ("kubeadm.kubernetes.io/etcd.advertise-client-urls", client),
    }


def _api_server(ip: str) -> Body:
    flags = {
        "advertise-address": ip,
        "allow-privileged": "true",
        "authorization-mode": "Node,RBAC",
        "client-ca-file": f"{_PKI}/ca.crt",
        "enable-admission-plugins": "NodeRestriction",
        "enable-bootstrap-token-auth": "true",
        "etcd-cafile": f"{_PKI}/etcd/ca.crt",
        "etcd-certfile": f"{_PKI}/apiserver-etcd-client.crt",
        "etcd-keyfile": f"{_PKI}/apiserver-etcd-client.key",
        "etcd-servers": "https://127.0.0.1:2379",
        "kubelet-client-certificate": f"{_PKI}/apiserver-kubelet-client.crt",
        "kubelet-client-key": f"{_PKI}/apiserver-kubelet-client.key",
        "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
        "secure-port": str(versions.API_PORT),
        "service-account-issuer": f"https://kubernetes.default.svc.{versions.DNS_DOMAIN}",
        "service-account-key-file": f"{_PKI}/sa.pub",
        "service-account-signing-key-file": f"{_PKI}/sa.key",
        "service-cluster-ip-range": versions.SERVICE_RANGE,
        "tls-cert-file": f"{_PKI}/apiserver.crt",
        "tls-private-key-file": f"{_PKI}/apiserver.key",
    }
    endpoint = f"{ip}:{versions.API_PORT}"
    return {
        "image": versions.API_SERVER,
        "command": ["kube-apiserver", *_flags(flags)],
        **_probed(ip, versions.API_PORT, "HTTPS", live="/livez", ready="/readyz", started="/livez"),
        "resources": {"requests": {"cpu": "250m"}},
        "address": ("kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint", endpoint),
    }


def _controller_manager() -> Body:
    kubeconfig = "/etc/kubernetes/controller-manager.conf"
    flags = {
        "allocate-node-cidrs": "true",
        "authentication-kubeconfig": kubeconfig,
        "authorization-kubeconfig": kubeconfig,
        "bind-address": "127.0.0.1",
        "client-ca-file": f"{_PKI}/ca.crt",
        "cluster-name": "kubernetes",
        "cluster-signing-cert-file": f"{_PKI}/ca.crt",
        "cluster-signing-key-file": f"{_PKI}/ca.key",
        "controllers": "*,bootstrapsigner,tokencleaner",
        "kubeconfig": kubeconfig,
        "leader-elect": "true",
        "root-ca-file": f"{_PKI}/ca.crt",
        "service-account-private-key-file": f"{_PKI}/sa.key",
        "service-cluster-ip-range": versions.SERVICE_RANGE,
        "use-service-account-credentials": "true",
    }
    return {
        "image": versions.CONTROLLER_MANAGER,
        "command": ["kube-controller-manager", *_flags(flags)],
        **_probed("127.0.0.1", 10257, "HTTPS", live="/healthz", started="/healthz"),
        "resources": {"requests": {"cpu": "200m"}},
    }


def _scheduler() -> Body:
    kubeconfig = "/etc/kubernetes/scheduler.conf"
    flags = {
        "authentication-kubeconfig": kubeconfig,
        "authorization-kubeconfig": kubeconfig,
        "bind-address": "127.0.0.1",
        "kubeconfig": kubeconfig,
        "leader-elect": "true",
    }
    return {
        "image": versions.SCHEDULER,
        "command": ["kube-scheduler", *_flags(flags)],
        **_probed("127.0.0.1", 10259, "HTTPS", live="/livez", ready="/readyz", started="/livez"),
        "resources": {"requests": {"cpu": "100m"}},
    }


_PORT = "probe-port"


def _probed(host: str, port: int, scheme: str, *, live: str, started: str, ready: str = "") -> Body:
    """The port that probes ask, by its name, and the probes."""

    def probe(path: str, delay: int, period: int, failures: int) -> Body:
        action = {"host": host, "path": path, "port": _PORT, "scheme": scheme}
        times = {"initialDelaySeconds": delay, "periodSeconds": period, "failureThreshold": failures}
        return {"httpGet": action, "timeoutSeconds": 15, **times}

    return {
        "ports": [{"name": _PORT, "containerPort": port, "protocol": "TCP"}],
        "livenessProbe": probe(live, 10, 10, 8),
        **({"readinessProbe": probe(ready, 0, 1, 3)} if ready else {}),
        "startupProbe": probe(started, 10, 10, 24),
    }


def _flags(flags: dict[str, str]) -> list[str]:
    return [f"--{name}={value}" for name, value in flags.items()]
