"""The plugins about claims, volumes and Ingresses, which act on plain bodies of those kinds."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import admission
from simulator.engine.admission import (
    default_ingress_class,
    default_storage_class,
    persistent_volume_claim_resize,
    storage_object_in_use_protection,
)
from simulator.engine.registry import Body, Kind

from .rig import Cluster, admitted, refused

CLAIMS = Kind(group="", version="v1", kind="PersistentVolumeClaim", plural="persistentvolumeclaims")
VOLUMES = Kind(group="", version="v1", kind="PersistentVolume", plural="persistentvolumes", namespaced=False)
INGRESSES = Kind(group="networking.k8s.io", version="v1", kind="Ingress", plural="ingresses")


def marked(name: str, key: str, created: str = "2024-01-01T00:00:00Z", **more: Any) -> Body:
    return {"metadata": {"name": name, "creationTimestamp": created, "annotations": {key: "true"}}, **more}


def asked(kind: Kind, spec: Body | None = None, **meta: Any) -> admission.Attributes:
    body = {"metadata": {"name": "data", "namespace": "default", **meta}, "spec": spec or {}}
    return admission.Attributes("CREATE", kind, body, None)


STORAGE = "storageclasses.storage.k8s.io"
IS_DEFAULT = "storageclass.kubernetes.io/is-default-class"
OLD, NEW = marked("old", IS_DEFAULT), marked("new", IS_DEFAULT, "2025-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("classes", "spec", "meta", "wanted"),
    [
        ([], {}, {}, None),
        ([OLD], {}, {}, "old"),
        ([OLD, NEW], {}, {}, "new"),
        ([OLD, marked("aged", IS_DEFAULT)], {}, {}, "aged"),
        ([marked("beta", "storageclass.beta.kubernetes.io/is-default-class")], {}, {}, "beta"),
        ([marked("plain", "example.com/default")], {}, {}, None),
        ([OLD], {"storageClassName": "fast"}, {}, "fast"),
        ([OLD], {"storageClassName": ""}, {}, ""),
        ([OLD], {}, {"annotations": {"volume.beta.kubernetes.io/storage-class": "fast"}}, None),
    ],
)
def test_default_storage_class(classes: list[Body], spec: Body, meta: Body, wanted: str | None) -> None:
    cluster = Cluster(*((STORAGE, one) for one in classes))
    made = admitted(default_storage_class.PLUGIN, asked(CLAIMS, spec, **meta), cluster)
    assert made["spec"].get("storageClassName") == wanted


INGRESS_DEFAULT = "ingressclass.kubernetes.io/is-default-class"


@pytest.mark.parametrize(
    ("classes", "spec", "meta", "wanted"),
    [
        ([], {}, {}, None),
        ([marked("nginx", INGRESS_DEFAULT)], {}, {}, "nginx"),
        ([marked("b", INGRESS_DEFAULT), marked("a", INGRESS_DEFAULT)], {}, {}, "a"),
        ([marked("nginx", INGRESS_DEFAULT)], {"ingressClassName": "own"}, {}, "own"),
        ([marked("nginx", INGRESS_DEFAULT)], {}, {"annotations": {"kubernetes.io/ingress.class": "own"}}, None),
    ],
)
def test_default_ingress_class(classes: list[Body], spec: Body, meta: Body, wanted: str | None) -> None:
    cluster = Cluster(*(("ingressclasses.networking.k8s.io", one) for one in classes))
    made = admitted(default_ingress_class.PLUGIN, asked(INGRESSES, spec, **meta), cluster)
    assert made["spec"].get("ingressClassName") == wanted


@pytest.mark.parametrize(
    ("kind", "held", "wanted"),
    [
        (CLAIMS, [], ["kubernetes.io/pvc-protection"]),
        (VOLUMES, ["a/b"], ["a/b", "kubernetes.io/pv-protection"]),
        (VOLUMES, ["kubernetes.io/pv-protection"], ["kubernetes.io/pv-protection"]),
    ],
)
def test_storage_objects_get_a_finalizer(kind: Kind, held: list[str], wanted: list[str]) -> None:
    made = admitted(storage_object_in_use_protection.PLUGIN, asked(kind, finalizers=held), Cluster())
    assert made["metadata"]["finalizers"] == wanted


def claim(size: str, name: str = "fast", phase: str = "Bound") -> Body:
    spec = {"storageClassName": name, "resources": {"requests": {"storage": size}}}
    return {"metadata": {"name": "data", "namespace": "default"}, "spec": spec, "status": {"phase": phase}}


NOT_SUPPORTED = (
    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (claim("1Gi"), claim("2Gi"), ""),
        (claim("2Gi"), claim("2Gi"), ""),
        (claim("1Gi", "slow"), claim("2Gi", "slow"), NOT_SUPPORTED),
        (claim("1Gi", "none"), claim("2Gi", "none"), NOT_SUPPORTED),
        (claim("1Gi", ""), claim("2Gi", ""), NOT_SUPPORTED),
        (claim("1Gi", phase="Pending"), claim("2Gi"), "Only bound persistent volume claims can be expanded"),
    ],
)
def test_a_claim_grows_if_its_class_lets_it(old: Body, new: Body, said: str) -> None:
    cluster = Cluster(
        (STORAGE, {"metadata": {"name": "fast"}, "allowVolumeExpansion": True}),
        (STORAGE, {"metadata": {"name": "slow"}}),
    )
    found = refused(persistent_volume_claim_resize.PLUGIN, admission.Attributes("UPDATE", CLAIMS, new, old), cluster)
    assert found == (f'persistentvolumeclaims "data" is forbidden: {said}' if said else "")
