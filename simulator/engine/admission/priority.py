"""Priority: the number behind a pod's priorityClassName, and which classes there may be.

Follows plugin/pkg/admission/priority/admission.go and pkg/registry/scheduling/priorityclass/storage/storage.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from .. import errors
from ..kinds.priority_class import LOWER, SYSTEM
from ..objects import fill_in, name_of
from ..registry import Body, Reader
from .attributes import ON_ALL, Attributes, FollowUp, Plugin

_PODS = "pods"
_CLASSES = "priorityclasses.scheduling.k8s.io"


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    if attributes.kind.resource != _PODS or attributes.operation == "DELETE":
        return body
    if attributes.old is not None:
        held = attributes.old["spec"]
        kept = {key: held[key] for key in ("priority", "preemptionPolicy") if held.get(key) is not None}
        spec = fill_in(body["spec"], **kept)
        return body if spec is body["spec"] else {**body, "spec": spec}
    spec = body["spec"]
    name = spec.get("priorityClassName") or ""
    found = _class(reader, name) if name else default_class(reader)
    if name and found is None:
        raise errors.forbidden(_PODS, name_of(body), f"no PriorityClass with name {name} was found")
    figure = (found or {}).get("value") or 0
    policy = (found or {}).get("preemptionPolicy") or LOWER
    _refuse_another(body, "integer value of priority", spec.get("priority"), figure)
    _refuse_another(body, "string value of PreemptionPolicy", spec.get("preemptionPolicy"), policy)
    computed: Body = {"priority": figure, "preemptionPolicy": policy}
    if found is not None and not name:
        computed["priorityClassName"] = name_of(found)
    return {**body, "spec": {**spec, **computed}}


def _class(reader: Reader, name: str) -> Body | None:
    """The class of this name; the system's two are always there."""
    return reader.get(_CLASSES, "", name) or SYSTEM.get(name)


def default_class(reader: Reader) -> Body | None:
    """The class of pods that name none; of several, the one with the lowest value."""
    marked = [one for one in reader.list(_CLASSES) if one.get("globalDefault")]
    return min(marked, key=lambda one: one.get("value") or 0) if marked else None


def _refuse_another(body: Body, what: str, said: object, computed: object) -> None:
    if said is not None and said != computed:
        detail = (
            f"the {what} ({said}) must not be provided in pod spec; priority admission controller computed {computed} "
            "from the given PriorityClass name"
        )
        raise errors.forbidden(_PODS, name_of(body), detail)


def validate(attributes: Attributes, reader: Reader) -> Iterable[FollowUp]:
    body, name = attributes.body, name_of(attributes.body)
    if attributes.kind.resource != _CLASSES:
        return ()
    if attributes.operation == "DELETE":
        if name in SYSTEM:
            raise errors.forbidden(_CLASSES, name, "this is a system priority class and cannot be deleted")
    elif body.get("globalDefault"):
        other = default_class(reader)
        if other is not None and (attributes.operation == "CREATE" or name_of(other) != name):
            detail = f"PriorityClass {name_of(other)} is already marked as default. Only one default can exist"
            raise errors.forbidden(_CLASSES, name, detail)
    return ()


PLUGIN = Plugin("Priority", operations=ON_ALL, resources=frozenset({_PODS, _CLASSES}), admit=admit, validate=validate)
