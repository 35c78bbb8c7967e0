"""What makes a StatefulSet's pod itself: its ordinal, name, labels, host name and volumes.

Follows pkg/controller/statefulset/stateful_set_utils.go, v1.34.
"""

from __future__ import annotations

import re
from functools import lru_cache

from simulator.engine.controllers import pod_control
from simulator.engine.controllers.controller_history import REVISION_LABEL
from simulator.engine.objects import get_in, labels_of, name_of, namespace_of, set_in
from simulator.engine.registry import Body

NAME_LABEL = "statefulset.kubernetes.io/pod-name"
INDEX_LABEL = "apps.kubernetes.io/pod-index"
_POD_NAME = re.compile(r"(.*)-([0-9]+)", re.DOTALL)
_LARGEST = 2**31 - 1


def parent_of(pod: Body) -> tuple[str, int]:
    """The name of the StatefulSet that a pod's name speaks of, and its ordinal; -1 if it has none."""
    return _parsed(name_of(pod))


@lru_cache(maxsize=65_536)
def _parsed(name: str) -> tuple[str, int]:
    found = _POD_NAME.fullmatch(name)
    if found is None:
        return "", -1
    ordinal = int(found[2])
    return found[1], ordinal if ordinal <= _LARGEST else -1


def ordinal_of(pod: Body) -> int:
    return parent_of(pod)[1]


def is_member(sts: Body, pod: Body) -> bool:
    """True if the pod's name is one that the StatefulSet gives."""
    return parent_of(pod)[0] == name_of(sts)


def ordinals(sts: Body) -> range:
    """The ordinals that the StatefulSet wants pods for."""
    start = int(get_in(sts, "spec", "ordinals", "start", default=0))
    return range(start, start + int(sts["spec"]["replicas"]))


def claim_name(sts: Body, template: Body, ordinal: int) -> str:
    return f"{name_of(template)}-{name_of(sts)}-{ordinal}"


def claims_of(sts: Body, ordinal: int) -> list[Body]:
    """The claims of the pod with this ordinal, in the order of their templates."""
    matched = sts["spec"]["selector"].get("matchLabels") or {}
    claims = []
    for template in sts["spec"].get("volumeClaimTemplates") or ():
        meta = {**template["metadata"], "name": claim_name(sts, template, ordinal), "namespace": namespace_of(sts)}
        labels = {**labels_of(template), **matched}
        claims.append({**template, "metadata": {**meta, "labels": labels} if labels else meta})
    return claims


def revision_name(pod: Body) -> str:
    """The name of the revision that the pod is of."""
    return labels_of(pod).get(REVISION_LABEL, "")


def new_pod(sts: Body, template: Body, revision: str, ordinal: int) -> Body:
    """The pod with this ordinal as it is made from a template, that of the revision of this name."""
    name = f"{name_of(sts)}-{ordinal}"
    pod = pod_control.pod_from(template, sts)
    labels = {**labels_of(pod), REVISION_LABEL: revision}
    spec = {**pod["spec"], "hostname": name}
    if sts["spec"].get("serviceName"):
        spec["subdomain"] = sts["spec"]["serviceName"]
    pod = {**pod, "metadata": {**pod["metadata"], "name": name, "labels": labels}, "spec": spec}
    return with_storage(sts, with_identity(sts, pod))


def identity_matches(sts: Body, pod: Body) -> bool:
    """True if the pod's name and label are those that its StatefulSet gives."""
    parent, ordinal = parent_of(pod)
    name = name_of(pod)
    return (
        ordinal >= 0
        and parent == name_of(sts)
        and name == f"{parent}-{ordinal}"
        and labels_of(pod).get(NAME_LABEL) == name
    )


def with_identity(sts: Body, pod: Body) -> Body:
    """The pod with the labels of its name and ordinal."""
    ordinal = ordinal_of(pod)
    labels = {**labels_of(pod), NAME_LABEL: f"{name_of(sts)}-{ordinal}", INDEX_LABEL: str(ordinal)}
    return set_in(pod, ("metadata", "labels"), labels)


def storage_matches(sts: Body, pod: Body) -> bool:
    """True if each claim of the StatefulSet is a volume of the pod."""
    templates, ordinal = sts["spec"].get("volumeClaimTemplates") or (), ordinal_of(pod)
    if not templates:
        return ordinal >= 0
    held = {volume["name"]: volume for volume in pod["spec"].get("volumes") or ()}
    return ordinal >= 0 and all(
        get_in(held.get(name_of(template), {}), "persistentVolumeClaim", "claimName")
        == claim_name(sts, template, ordinal)
        for template in templates
    )


def with_storage(sts: Body, pod: Body) -> Body:
    """The pod with its claims as volumes, in the place of others of the same names."""
    templates = sts["spec"].get("volumeClaimTemplates") or ()
    if not templates:
        return pod
    ordinal = ordinal_of(pod)
    volumes = [
        {"name": name_of(one), "persistentVolumeClaim": {"claimName": claim_name(sts, one, ordinal)}}
        for one in templates
    ]
    names = {name_of(one) for one in templates}
    volumes += [volume for volume in pod["spec"].get("volumes") or () if volume["name"] not in names]
    return set_in(pod, ("spec", "volumes"), volumes)
