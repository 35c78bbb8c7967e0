"""What kube-state-metrics tells of a cluster's objects, under its names.

Follows docs/metrics and internal/store of kubernetes/kube-state-metrics, v2: the families that it serves by default,
without those of annotations and labels, which are empty there, of kinds that this cluster does not have, and a few
about parts of objects that nobody here writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from ..exposition import Series
from ..objects import name_of, namespace_of, uid_of
from ..registry import Body, Reader
from . import cluster, pods, workloads
from .families import Family


class Exported(NamedTuple):
    """The families about one resource. label: the one that names the object. with_uid: whether a label has its uid."""

    resource: str
    label: str
    families: tuple[Family, ...]
    namespaced: bool = True
    with_uid: bool = False

    def labels(self, body: Body) -> dict[str, str]:
        """The labels of every series about an object."""
        place = {"namespace": namespace_of(body)} if self.namespaced else {}
        return {**place, self.label: name_of(body), **({"uid": uid_of(body)} if self.with_uid else {})}


EXPORTED = (
    Exported("configmaps", "configmap", cluster.CONFIG_MAPS),
    Exported("cronjobs.batch", "cronjob", workloads.CRON_JOBS),
    Exported("daemonsets.apps", "daemonset", workloads.DAEMON_SETS),
    Exported("deployments.apps", "deployment", workloads.DEPLOYMENTS),
    Exported("horizontalpodautoscalers.autoscaling", "horizontalpodautoscaler", workloads.AUTOSCALERS),
    Exported("ingresses.networking.k8s.io", "ingress", cluster.INGRESSES),
    Exported("jobs.batch", "job_name", workloads.JOBS),
    Exported("limitranges", "limitrange", cluster.LIMIT_RANGES),
    Exported("namespaces", "namespace", cluster.NAMESPACES, namespaced=False),
    Exported("nodes", "node", cluster.NODES, namespaced=False),
    Exported("persistentvolumeclaims", "persistentvolumeclaim", cluster.CLAIMS),
    Exported("persistentvolumes", "persistentvolume", cluster.VOLUMES, namespaced=False),
    Exported("poddisruptionbudgets.policy", "poddisruptionbudget", workloads.BUDGETS),
    Exported("pods", "pod", pods.FAMILIES, with_uid=True),
    Exported("replicasets.apps", "replicaset", workloads.REPLICA_SETS),
    Exported("replicationcontrollers", "replicationcontroller", workloads.REPLICATION_CONTROLLERS),
    Exported("resourcequotas", "resourcequota", cluster.QUOTAS),
    Exported("secrets", "secret", cluster.SECRETS),
    Exported("services", "service", cluster.SERVICES, with_uid=True),
    Exported("statefulsets.apps", "statefulset", workloads.STATEFUL_SETS),
)


def told(reader: Reader, wanted: Callable[[str], bool] = lambda name: True) -> Iterable[Series]:
    """The families whose names are wanted, each with its series; those without any are left out."""
    for exported in EXPORTED:
        families = [one for one in exported.families if wanted(one.name)]
        bodies = reader.list(exported.resource) if families else []
        own = [(exported.labels(body), body) for body in bodies]
        for family in families:
            rows = [({**place, **labels}, value) for place, body in own for labels, value in family.rows(body)]
            if rows:
                yield Series(family.name, family.type, rows)
