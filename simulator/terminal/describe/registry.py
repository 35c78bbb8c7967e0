"""Which kind is described how."""

from __future__ import annotations

from simulator.terminal.describe import (
    access,
    autoscaler,
    configuration,
    generic,
    jobs,
    limits,
    node,
    pod,
    services,
    storage,
    workloads,
)
from simulator.terminal.describe.description import Describe

_RBAC = "rbac.authorization.k8s.io"
DESCRIBERS: dict[str, Describe] = {
    "pods": pod.describe,
    "nodes": node.describe,
    "namespaces": limits.namespace,
    "resourcequotas": limits.quota,
    "limitranges": limits.limit_range,
    "services": services.service,
    "endpoints": services.endpoints,
    "ingresses.networking.k8s.io": services.ingress,
    "configmaps": configuration.config_map,
    "secrets": configuration.secret,
    "serviceaccounts": configuration.service_account,
    "priorityclasses.scheduling.k8s.io": configuration.priority_class,
    "storageclasses.storage.k8s.io": configuration.storage_class,
    "persistentvolumeclaims": storage.claim,
    "deployments.apps": workloads.deployment,
    "replicasets.apps": workloads.replica_set,
    "daemonsets.apps": workloads.daemon_set,
    "statefulsets.apps": workloads.stateful_set,
    "replicationcontrollers": workloads.replication_controller,
    "jobs.batch": jobs.job,
    "cronjobs.batch": jobs.cron_job,
    "horizontalpodautoscalers.autoscaling": autoscaler.autoscaler,
    "poddisruptionbudgets.policy": autoscaler.budget,
    f"roles.{_RBAC}": access.role,
    f"clusterroles.{_RBAC}": access.role,
    f"rolebindings.{_RBAC}": access.binding,
    f"clusterrolebindings.{_RBAC}": access.binding,
}


def describer(resource: str) -> Describe:
    return DESCRIBERS.get(resource, generic.describe)
