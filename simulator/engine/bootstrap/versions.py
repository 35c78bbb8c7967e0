"""The images and addresses of a cluster made by kubeadm 1.34. Follows cmd/kubeadm/app/constants/constants.go, v1.34."""

from __future__ import annotations

from ..release import KUBERNETES

REGISTRY = "registry.k8s.io"
API_SERVER = f"{REGISTRY}/kube-apiserver:{KUBERNETES}"
CONTROLLER_MANAGER = f"{REGISTRY}/kube-controller-manager:{KUBERNETES}"
SCHEDULER = f"{REGISTRY}/kube-scheduler:{KUBERNETES}"
PROXY = f"{REGISTRY}/kube-proxy:{KUBERNETES}"
ETCD = f"{REGISTRY}/etcd:3.6.4-0"
COREDNS = f"{REGISTRY}/coredns/coredns:v1.12.1"
CONTROL_PLANE_IMAGES = (API_SERVER, CONTROLLER_MANAGER, SCHEDULER, PROXY, ETCD, COREDNS)

SERVICE_RANGE = "10.96.0.0/12"
API_SERVICE_IP = "10.96.0.1"
DNS_SERVICE_IP = "10.96.0.10"
DNS_DOMAIN = "cluster.local"
API_PORT = 6443
