"""What `kubeadm init` writes down about the cluster.

Follows cmd/kubeadm/app/phases/{uploadconfig,bootstraptoken}, v1.34.
"""

from __future__ import annotations

from ..registry import Body
from ..release import KUBERNETES
from . import versions

_CLUSTER = """\
apiServer: {{}}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {{}}
dns: {{}}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: {version}
networking:
  dnsDomain: {domain}
  podSubnet: {network}
  serviceSubnet: {services}
proxy: {{}}
scheduler: {{}}
"""
_KUBELET = """\
apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: true
cgroupDriver: systemd
clusterDNS:
- {dns}
clusterDomain: {domain}
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
"""
_CLUSTER_INFO = """\
apiVersion: v1
clusters:
- cluster:
    server: https://{ip}:{port}
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {{}}
users: null
"""


def objects(node: str, api_ip: str, pod_network: str) -> list[tuple[str, Body]]:
    """(resource, object) of kubeadm's own notes, in the order of creation."""
    cluster = _CLUSTER.format(
        version=KUBERNETES,
        domain=versions.DNS_DOMAIN,
        network=pod_network,
        services=versions.SERVICE_RANGE,
    )
    kubelet = _KUBELET.format(dns=versions.DNS_SERVICE_IP, domain=versions.DNS_DOMAIN)
    info = _CLUSTER_INFO.format(ip=api_ip, port=versions.API_PORT)
    return [
        ("configmaps", _map("kube-system", "kubeadm-config", "ClusterConfiguration", cluster)),
        ("configmaps", _map("kube-system", "kubelet-config", "kubelet", kubelet)),
        ("configmaps", _map("kube-public", "cluster-info", "kubeconfig", info)),
    ]


def _map(namespace: str, name: str, key: str, text: str) -> Body:
    return {"metadata": {"name": name, "namespace": namespace}, "data": {key: text}}
