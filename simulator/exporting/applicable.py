"""An object as somebody would apply it: without what the system wrote into it. Pure: body in, body out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.engine.objects import annotations_of, drop_in, get_in, spec_of
from simulator.engine.registry import Body

_OF_THE_SYSTEM = frozenset(
    {
        "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
        "managedFields", "ownerReferences", "selfLink",
    }
)  # fmt: skip
_ANNOTATIONS = (
    "control-plane.alpha.kubernetes.io/", "deployment.kubernetes.io/", "deprecated.daemonset.template.generation",
    "kubectl.kubernetes.io/last-applied-configuration", "pv.kubernetes.io/", "volume.beta.kubernetes.io/storage-prov",
    "volume.kubernetes.io/", "batch.kubernetes.io/job-tracking", "autoscaling.alpha.kubernetes.io/",
    "sim.k8sviz.io/terminate",
)  # fmt: skip
_FINALIZERS = ("kubernetes.io/pvc-protection", "kubernetes.io/pv-protection", "foregroundDeletion", "orphan")
_OF_JOBS = ("batch.kubernetes.io/controller-uid", "batch.kubernetes.io/job-name", "controller-uid", "job-name")
_TOKEN = "kube-api-access-"
_UNWELL = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def applicable(body: Body) -> Body:
    """The object without status, identity, and what controllers and admission filled in."""
    clean = {key: value for key, value in body.items() if key != "status"}
    clean["metadata"] = _metadata(body["metadata"])
    special = _SPECIAL.get(body.get("kind", ""))
    clean = special(clean, body) if special else clean
    return {key: value for key, value in clean.items() if key == "metadata" or value not in ({}, None)}


def _metadata(meta: Body) -> Body:
    kept: dict[str, Any] = {key: value for key, value in meta.items() if key not in _OF_THE_SYSTEM}
    annotations = {
        key: text for key, text in (meta.get("annotations") or {}).items() if not key.startswith(_ANNOTATIONS)
    }
    finalizers = [one for one in meta.get("finalizers") or () if one not in _FINALIZERS]
    kept |= {"annotations": annotations, "finalizers": finalizers}
    if kept.get("name"):
        kept.pop("generateName", None)
    return {key: value for key, value in kept.items() if value not in ({}, [], "", None)}


def _pod(clean: Body, body: Body) -> Body:
    """Where a pod was put by the scheduler is not what somebody asked for; past the scheduler, it is."""
    if not _set_by_a_client(body, "nodeName"):
        clean = drop_in(clean, ("spec", "nodeName"))
    spec = spec_of(clean)
    for group in ("initContainers", "containers", "ephemeralContainers"):
        if spec.get(group):
            spec = {**spec, group: [_container(one) for one in spec[group]]}
    volumes = [one for one in spec.get("volumes") or () if not one.get("name", "").startswith(_TOKEN)]
    tolerations = [one for one in spec.get("tolerations") or () if not _is_admitted(one)]
    spec = {**spec, "volumes": volumes, "tolerations": tolerations}
    if "priorityClassName" in spec or not spec.get("priority"):
        spec = {key: value for key, value in spec.items() if key not in ("priority", "preemptionPolicy")}
    if spec.get("serviceAccountName") == "default":
        spec = {key: value for key, value in spec.items() if key not in ("serviceAccount", "serviceAccountName")}
    return {**clean, "spec": {key: value for key, value in spec.items() if value not in ([], {})}}


def _container(container: Body) -> Body:
    mounts = [one for one in container.get("volumeMounts") or () if not one.get("name", "").startswith(_TOKEN)]
    kept = {**container, "volumeMounts": mounts}
    return {key: value for key, value in kept.items() if value not in ([], {})}


def _is_admitted(toleration: Body) -> bool:
    """One of the two that every pod gets."""
    return toleration.get("key") in _UNWELL and toleration.get("tolerationSeconds") == 300


def _set_by_a_client(body: Body, field: str) -> bool:
    """Whether a client set this field of the spec when it wrote the object."""
    entries = body["metadata"].get("managedFields") or ()
    return any(
        f"f:{field}" in get_in(one, "fieldsV1", "f:spec", default={}) for one in entries if not one.get("subresource")
    )


def _service(clean: Body, body: Body) -> Body:
    """A headless Service says so; all other addresses are given by the API server."""
    if spec_of(body).get("clusterIP") == "None":
        return clean
    return drop_in(drop_in(clean, ("spec", "clusterIP")), ("spec", "clusterIPs"))


def _job(clean: Body, body: Body) -> Body:
    if spec_of(body).get("manualSelector"):
        return clean
    spec = {key: value for key, value in spec_of(clean).items() if key not in ("selector", "manualSelector")}
    template = spec.get("template") or {}
    template = {**template, "metadata": _without_labels(template.get("metadata") or {}, _OF_JOBS)}
    meta = _without_labels(clean["metadata"], _OF_JOBS)
    return {**clean, "metadata": meta, "spec": {**spec, "template": {k: v for k, v in template.items() if v != {}}}}


def _namespace(clean: Body, body: Body) -> Body:
    clean = {**clean, "metadata": _without_labels(clean["metadata"], ("kubernetes.io/metadata.name",))}
    return drop_in(clean, ("spec",)) if spec_of(body).get("finalizers") == ["kubernetes"] else clean


def _claim(clean: Body, body: Body) -> Body:
    """The volume that a controller found is not asked for again."""
    bound = "pv.kubernetes.io/bound-by-controller" in annotations_of(body)
    return drop_in(clean, ("spec", "volumeName")) if bound else clean


def _volume(clean: Body, body: Body) -> Body:
    return drop_in(drop_in(clean, ("spec", "claimRef", "uid")), ("spec", "claimRef", "resourceVersion"))


def _node(clean: Body, body: Body) -> Body:
    taints = [one for one in spec_of(clean).get("taints") or () if not one["key"].startswith("node.kubernetes.io/")]
    return {**clean, "spec": {**spec_of(clean), "taints": taints}} if taints else drop_in(clean, ("spec", "taints"))


def _without_labels(meta: Body, names: tuple[str, ...]) -> Body:
    labels = {key: value for key, value in (meta.get("labels") or {}).items() if key not in names}
    rest = {key: value for key, value in meta.items() if key not in ("labels", "creationTimestamp")}
    return {**rest, "labels": labels} if labels else rest


_SPECIAL: dict[str, Callable[[Body, Body], Body]] = {
    "Pod": _pod,
    "Service": _service,
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "Node": _node,
}
