"""ControllerRevisions: what DaemonSets and StatefulSets have in common in the history of their templates.

Follows pkg/controller/history/controller_history.go and getPatch in pkg/controller/{daemon,statefulset}, v1.34.
"""

from __future__ import annotations

from typing import Any

from simulator.engine.objects import annotations_of, get_in, name_of, namespace_of, owner_reference
from simulator.engine.registry import Body

RESOURCE = "controllerrevisions.apps"
REVISION_LABEL = "controller-revision-hash"
"""The label by which a pod says of which revision it is."""


def patch_of(owner: Body) -> Body:
    """The strategic merge patch that brings the template back, its keys sorted: kubectl compares it by its letters."""
    template = {**owner["spec"]["template"], "$patch": "replace"}
    return {"spec": {"template": _sorted(template)}}


def template_in(revision: Body) -> Body:
    """The pod template that a revision holds."""
    template: Body = revision["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}


def number_of(revision: Body) -> int:
    number: int = revision.get("revision", 0)
    return number


def by_age(revision: Body) -> tuple[int, str, str]:
    """Sorts revisions by their number, then by when they were made. Follows byRevision."""
    return number_of(revision), revision["metadata"].get("creationTimestamp", ""), name_of(revision)


def drawn_up(owner: Body, name: str, labels: dict[str, str], data: Body, number: int) -> Body:
    """A new revision of `owner` with its template's labels and `labels`."""
    held = get_in(owner, "spec", "template", "metadata", "labels", default={})
    meta: Body = {
        "name": name,
        "namespace": namespace_of(owner),
        "labels": {**held, **labels},
        "ownerReferences": [owner_reference(owner)],
    }
    if annotations_of(owner):
        meta["annotations"] = annotations_of(owner)
    return {"metadata": meta, "data": data, "revision": number}


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
