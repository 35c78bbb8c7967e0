"""The revisions of a workload's pod template that are kept, how two of them differ, and what brings one back.

Follows kubectl's pkg/polymorphichelpers/history.go and rollback.go, v1.34.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any

import yaml
from django.http import Http404
from django.utils.translation import gettext as _

from simulator import reading
from simulator.engine.controllers import controller_history
from simulator.engine.controllers.deployment import revisions
from simulator.engine.controllers.deployment.sizes import DESIRED_REPLICAS, MAX_REPLICAS
from simulator.engine.objects import annotations_of, controller_of, drop_in, labels_of, name_of, status_of, uid_of
from simulator.engine.registry import Body, Key
from simulator.models import Cluster

DEPLOYMENTS = "deployments.apps"
BY_REVISIONS = ("statefulsets.apps", "daemonsets.apps")
_CAUSE = "kubernetes.io/change-cause"
_HASH_LABEL = ("metadata", "labels", "pod-template-hash")
_KEPT = (
    "kubectl.kubernetes.io/last-applied-configuration",
    revisions.REVISION,
    "deployment.kubernetes.io/revision-history",
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    "deprecated.deployment.rollback.to",
)
"""The annotations that a rollback leaves as the Deployment has them."""
_CONTEXT = 3


def of(cluster: Cluster, resource: str, key: Key) -> list[dict[str, Any]]:
    """Newest first. `undo`: the patch of the workload that brings the template back. Raises Http404."""
    owner, held = _kept(cluster, resource, key)
    newest = max((number for number, _one in held), default=0)
    told = [_told(resource, owner, number, one, newest) for number, one in held]
    return sorted(told, key=lambda one: -one["revision"])


def diff(cluster: Cluster, resource: str, key: Key, old: int, new: int) -> list[dict[str, Any]]:
    """The lines of both templates as YAML: what only the new one has is "+", only the old one "-". Raises Http404."""
    owner, held = _kept(cluster, resource, key)
    templates = dict(held)
    for number in (old, new):
        if number not in templates:
            raise Http404(_("{name} has no revision {revision}.").format(name=name_of(owner), revision=number))
    texts = [_text(_template(resource, templates[number])) for number in (old, new)]
    return _lines(*texts)


def newest_labels(cluster: Cluster, resource: str, key: Key) -> list[str]:
    """What the pods of the newest revision carry as controller-revision-hash: its name, or its hash."""
    if resource not in BY_REVISIONS:
        return []
    _owner, held = _kept(cluster, resource, key)
    newest = max(held, key=lambda one: one[0], default=None)
    if newest is None:
        return []
    return [name_of(newest[1]), labels_of(newest[1]).get(controller_history.REVISION_LABEL, "")]


def _kept(cluster: Cluster, resource: str, key: Key) -> tuple[Body, list[tuple[int, Body]]]:
    reader = reading.DatabaseReader(cluster)
    owner = reader.get(resource, *key) if resource in (DEPLOYMENTS, *BY_REVISIONS) else None
    if owner is None:
        raise Http404(f'{resource} "{key.name}" not found')
    of_deployment = resource == DEPLOYMENTS
    held = reader.list("replicasets.apps" if of_deployment else controller_history.RESOURCE, key.namespace)
    mine = [one for one in held if (controller_of(one) or {}).get("uid") == uid_of(owner)]
    number = revisions.revision_of if of_deployment else controller_history.number_of
    return owner, [(number(one), one) for one in mine]


def _told(resource: str, owner: Body, number: int, one: Body, newest: int) -> dict[str, Any]:
    template = _template(resource, one)
    status = status_of(one)
    of_deployment = resource == DEPLOYMENTS
    return {
        "revision": number,
        "name": name_of(one),
        "images": [box.get("image", "") for box in template["spec"]["containers"]],
        "changeCause": annotations_of(one).get(_CAUSE, ""),
        "created": one["metadata"]["creationTimestamp"],
        "earlier": annotations_of(one).get("deployment.kubernetes.io/revision-history", ""),
        "pods": status.get("replicas", 0) if of_deployment else None,
        "available": status.get("availableReplicas", 0) if of_deployment else None,
        "current": number == newest,
        "undo": None if number == newest else _undo(resource, owner, one),
    }


def _template(resource: str, one: Body) -> Body:
    if resource != DEPLOYMENTS:
        return controller_history.template_in(one)
    template: Body = drop_in(one["spec"]["template"], _HASH_LABEL)
    return template


def _undo(resource: str, owner: Body, one: Body) -> dict[str, Any]:
    """A Deployment takes the ReplicaSet's template and annotations; the others apply the revision's own patch."""
    if resource != DEPLOYMENTS:
        return {"contentType": "application/strategic-merge-patch+json", "patch": one["data"]}
    own = annotations_of(owner)
    notes = {name: own[name] for name in _KEPT if name in own}
    notes |= {name: text for name, text in annotations_of(one).items() if name not in _KEPT}
    patch = [
        {"op": "replace", "path": "/spec/template", "value": _template(resource, one)},
        {"op": "replace", "path": "/metadata/annotations", "value": notes},
    ]
    return {"contentType": "application/json-patch+json", "patch": patch}


def _text(template: Body) -> list[str]:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(template, Dumper=dumper, allow_unicode=True)
    return text.splitlines()


def _lines(old: list[str], new: list[str]) -> list[dict[str, Any]]:
    """With three lines around each difference, as diff -u has them; what is left out is "@"."""
    found: list[dict[str, Any]] = []
    groups = list(SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(_CONTEXT))
    for place, group in enumerate(groups):
        if place or group[0][1]:
            found.append({"sign": "@", "text": ""})
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [{"sign": " ", "text": line} for line in old[i1:i2]]
                continue
            found += [{"sign": "-", "text": line} for line in old[i1:i2]]
            found += [{"sign": "+", "text": line} for line in new[j1:j2]]
    return found
