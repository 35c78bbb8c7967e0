"""The register of kinds: every file of the package is a kind, and a kind is one file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simulator import schema
from simulator.engine.registry import KINDS, Kind, Registry

SERVED = {
    "configmaps": ("ConfigMap", "v1", True, ("cm",)),
    "endpoints": ("Endpoints", "v1", True, ("ep",)),
    "events": ("Event", "v1", True, ("ev",)),
    "namespaces": ("Namespace", "v1", False, ("ns",)),
    "nodes": ("Node", "v1", False, ("no",)),
    "persistentvolumeclaims": ("PersistentVolumeClaim", "v1", True, ("pvc",)),
    "persistentvolumes": ("PersistentVolume", "v1", False, ("pv",)),
    "pods": ("Pod", "v1", True, ("po",)),
    "podtemplates": ("PodTemplate", "v1", True, ()),
    "replicationcontrollers": ("ReplicationController", "v1", True, ("rc",)),
    "secrets": ("Secret", "v1", True, ()),
    "serviceaccounts": ("ServiceAccount", "v1", True, ("sa",)),
    "services": ("Service", "v1", True, ("svc",)),
    "daemonsets.apps": ("DaemonSet", "apps/v1", True, ("ds",)),
    "deployments.apps": ("Deployment", "apps/v1", True, ("deploy",)),
    "replicasets.apps": ("ReplicaSet", "apps/v1", True, ("rs",)),
    "statefulsets.apps": ("StatefulSet", "apps/v1", True, ("sts",)),
    "controllerrevisions.apps": ("ControllerRevision", "apps/v1", True, ()),
    "jobs.batch": ("Job", "batch/v1", True, ()),
    "cronjobs.batch": ("CronJob", "batch/v1", True, ("cj",)),
    "horizontalpodautoscalers.autoscaling": ("HorizontalPodAutoscaler", "autoscaling/v2", True, ("hpa",)),
    "behaviors.sim.k8sviz.io": ("Behavior", "sim.k8sviz.io/v1", True, ()),
    "metrics.sim.k8sviz.io": ("Metric", "sim.k8sviz.io/v1", True, ()),
    "traffics.sim.k8sviz.io": ("Traffic", "sim.k8sviz.io/v1", True, ()),
    "faults.sim.k8sviz.io": ("Fault", "sim.k8sviz.io/v1", False, ()),
    "leases.coordination.k8s.io": ("Lease", "coordination.k8s.io/v1", True, ()),
    "endpointslices.discovery.k8s.io": ("EndpointSlice", "discovery.k8s.io/v1", True, ()),
    "ingressclasses.networking.k8s.io": ("IngressClass", "networking.k8s.io/v1", False, ()),
    "ingresses.networking.k8s.io": ("Ingress", "networking.k8s.io/v1", True, ("ing",)),
    "networkpolicies.networking.k8s.io": ("NetworkPolicy", "networking.k8s.io/v1", True, ("netpol",)),
    "csidrivers.storage.k8s.io": ("CSIDriver", "storage.k8s.io/v1", False, ()),
    "csinodes.storage.k8s.io": ("CSINode", "storage.k8s.io/v1", False, ()),
    "csistoragecapacities.storage.k8s.io": ("CSIStorageCapacity", "storage.k8s.io/v1", True, ()),
    "storageclasses.storage.k8s.io": ("StorageClass", "storage.k8s.io/v1", False, ("sc",)),
    "volumeattachments.storage.k8s.io": ("VolumeAttachment", "storage.k8s.io/v1", False, ()),
    "volumeattributesclasses.storage.k8s.io": ("VolumeAttributesClass", "storage.k8s.io/v1", False, ("vac",)),
}
DUMMY = """
from simulator.engine.registry import Kind

KIND = Kind(group="example.com", version="v1", kind="Dummy", plural="dummies")
"""


@pytest.mark.parametrize("resource", SERVED)
def test_kinds_have_their_names(resource: str) -> None:
    kind = KINDS[resource]
    assert (kind.kind, kind.api_version, kind.namespaced, kind.short_names) == SERVED[resource]
    assert KINDS.find(kind.api_version, kind.kind) is kind
    assert KINDS.route(kind.group, kind.version, kind.plural) is kind
    assert KINDS.of({"apiVersion": kind.api_version, "kind": kind.kind}) is kind


def test_what_kubectl_get_all_shows() -> None:
    assert {kind.resource for kind in KINDS if "all" in kind.categories} == {
        "pods",
        "replicationcontrollers",
        "services",
        "daemonsets.apps",
        "deployments.apps",
        "horizontalpodautoscalers.autoscaling",
        "replicasets.apps",
        "statefulsets.apps",
        "cronjobs.batch",
        "jobs.batch",
    }


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.resource)
def test_every_kind_is_shown_with_its_name_and_an_explained_column(kind: Kind) -> None:
    assert [column.name for column in kind.columns if column.format == "name"] == ["Name"]
    assert all(column.description or schema.documentation(column.documented) for column in kind.columns)


def test_an_unknown_kind_is_none() -> None:
    assert KINDS.of({"apiVersion": "v1", "kind": "Unicorn"}) is None
    assert KINDS.of({}) is None
    assert "unicorns" not in KINDS


def test_a_new_kind_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "dummy_kinds"
    package.mkdir()
    (package / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    registry = Registry("dummy_kinds")
    assert list(registry) == []
    (package / "dummy.py").write_text(DUMMY)
    registry.forget()
    assert [kind.resource for kind in registry] == ["dummies.example.com"]
    for name in ("dummy_kinds", "dummy_kinds.dummy"):
        sys.modules.pop(name, None)
