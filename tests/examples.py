"""A small valid object of every kind that people create, all named `all`: what tests start from."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]

TEMPLATE: Body = {
    "metadata": {"labels": {"app": "all"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
ONCE: Body = {"spec": {"restartPolicy": "Never", "containers": [{"name": "c", "image": "busybox"}]}}
SELECTOR: Body = {"matchLabels": {"app": "all"}}
CRD_SCHEMA: Body = {
    "type": "object",
    "properties": {"spec": {"type": "object", "properties": {"size": {"type": "integer", "minimum": 1}}}},
}
SPECS: dict[str, Body] = {
    "v1 Pod": {"spec": TEMPLATE["spec"]},
    "v1 Endpoints": {"subsets": [{"addresses": [{"ip": "10.1.2.3"}], "ports": [{"port": 80}]}]},
    "v1 Service": {"spec": {"selector": {"app": "all"}, "ports": [{"port": 80}]}},
    "v1 ConfigMap": {"data": {"a": "b"}},
    "v1 Secret": {"stringData": {"a": "b"}},
    "v1 ServiceAccount": {},
    "v1 Event": {
        "involvedObject": {"kind": "Pod", "name": "all", "namespace": "NAMESPACE"},
        "reason": "R",
        "message": "m",
    },
    "v1 LimitRange": {"spec": {"limits": [{"type": "Container", "default": {"cpu": "500m"}}]}},
    "v1 ResourceQuota": {"spec": {"hard": {"pods": "100"}}},
    "v1 ReplicationController": {"spec": {"replicas": 0, "selector": {"app": "all"}, "template": TEMPLATE}},
    "v1 PodTemplate": {"template": TEMPLATE},
    "v1 PersistentVolumeClaim": {
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    },
    "apps/v1 Deployment": {"spec": {"replicas": 0, "selector": SELECTOR, "template": TEMPLATE}},
    "apps/v1 ReplicaSet": {"spec": {"replicas": 0, "selector": SELECTOR, "template": TEMPLATE}},
    "apps/v1 StatefulSet": {"spec": {"replicas": 0, "serviceName": "all", "selector": SELECTOR, "template": TEMPLATE}},
    "apps/v1 DaemonSet": {
        "spec": {
            "selector": SELECTOR,
            "template": {**TEMPLATE, "spec": {**TEMPLATE["spec"], "nodeSelector": {"no": "one"}}},
        }
    },
    "apps/v1 ControllerRevision": {"revision": 1, "data": {"spec": {}}},
    "batch/v1 Job": {"spec": {"suspend": True, "template": ONCE}},
    "batch/v1 CronJob": {"spec": {"schedule": "0 0 1 1 *", "jobTemplate": {"spec": {"template": ONCE}}}},
    "autoscaling/v2 HorizontalPodAutoscaler": {
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "all"}, "maxReplicas": 3}
    },
    "networking.k8s.io/v1 Ingress": {"spec": {"defaultBackend": {"service": {"name": "all", "port": {"number": 80}}}}},
    "networking.k8s.io/v1 NetworkPolicy": {"spec": {"podSelector": {}, "policyTypes": ["Ingress"]}},
    "discovery.k8s.io/v1 EndpointSlice": {"addressType": "IPv4", "endpoints": [{"addresses": ["10.1.2.3"]}]},
    "policy/v1 PodDisruptionBudget": {"spec": {"minAvailable": 1, "selector": SELECTOR}},
    "rbac.authorization.k8s.io/v1 Role": {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]},
    "rbac.authorization.k8s.io/v1 RoleBinding": {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "all"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "jane"}],
    },
    "coordination.k8s.io/v1 Lease": {"spec": {"holderIdentity": "me", "leaseDurationSeconds": 10}},
    "autoscaling.k8s.io/v1 VerticalPodAutoscaler": {
        "spec": {
            "targetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "all"},
            "updatePolicy": {"updateMode": "Off"},
            "resourcePolicy": {"containerPolicies": [{"containerName": "*", "maxAllowed": {"cpu": "1"}}]},
        }
    },
    "sim.k8sviz.io/v1 Behavior": {"spec": {"selector": SELECTOR, "cpu": {"idle": "10m"}}},
    "sim.k8sviz.io/v1 Metric": {"spec": {"name": "queue-length", "value": "5"}},
    "sim.k8sviz.io/v1 Traffic": {"spec": {"target": {"service": {"name": "all"}}, "rate": "1"}},
}
"""What objects of a namespace say beyond their head: by `apiVersion kind`. The Endpoints come before the Service, whose
controller would make them."""

CLUSTER_WIDE: dict[str, Body] = {
    "v1 Namespace": {},
    "v1 Node": {"spec": {"unschedulable": True}},
    "v1 PersistentVolume": {
        "spec": {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": "/data"}}
    },
    "storage.k8s.io/v1 StorageClass": {"provisioner": "example.com/disk"},
    "storage.k8s.io/v1 VolumeAttachment": {
        "spec": {"attacher": "example.com", "nodeName": "worker-1", "source": {"persistentVolumeName": "all"}}
    },
    "storage.k8s.io/v1 CSIDriver": {"spec": {"attachRequired": False}},
    "storage.k8s.io/v1 CSINode": {"spec": {"drivers": []}},
    "networking.k8s.io/v1 IngressClass": {"spec": {"controller": "example.com/ingress"}},
    "rbac.authorization.k8s.io/v1 ClusterRole": {
        "rules": [{"apiGroups": [""], "resources": ["nodes"], "verbs": ["get"]}]
    },
    "rbac.authorization.k8s.io/v1 ClusterRoleBinding": {
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "all"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "devs"}],
    },
    "scheduling.k8s.io/v1 PriorityClass": {"value": 10},
    "sim.k8sviz.io/v1 Fault": {"spec": {"type": "RegistryOutage", "target": {"registry": "registry.example.com"}}},
    "sim.k8sviz.io/v1 NodeGroup": {
        "spec": {"maxSize": 2, "bootSeconds": 20, "template": {"cpu": "2", "zone": "zone-a"}}
    },
    "apiextensions.k8s.io/v1 CustomResourceDefinition": {
        "metadata": {"name": "all.example.com"},
        "spec": {
            "group": "example.com",
            "scope": "Namespaced",
            "names": {"plural": "all", "singular": "every", "kind": "Every", "listKind": "EveryList"},
            "versions": [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": CRD_SCHEMA}}],
        },
    },
}
"""The same for objects of the whole cluster."""


def example(named: str, namespace: str = "") -> Body:
    """The example of `apiVersion kind`, in a namespace if its kind has one."""
    api_version, kind = named.split()
    own = SPECS.get(named)
    body = CLUSTER_WIDE[named] if own is None else own
    if kind == "Event":
        body = {**body, "involvedObject": {**body["involvedObject"], "namespace": namespace}}
    meta = {"name": "all", **({"namespace": namespace} if own is not None and namespace else {})}
    return {"apiVersion": api_version, "kind": kind, **body, "metadata": {**meta, **body.get("metadata", {})}}
