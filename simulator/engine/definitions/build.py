"""The words in which our definitions are written: one function for each form of a field.

Durations are whole seconds with the unit in the field's name, as Kubernetes' API conventions ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Definition = dict[str, Any]

_META = "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1"
_API = "#/$defs/io.k8s.apimachinery.pkg"


def fields(description: str, required: Sequence[str] = (), /, **properties: Definition) -> Definition:
    """An object with these fields."""
    held: Definition = {"type": "object", "description": description, "properties": properties}
    return {**held, "required": list(required)} if required else held


def items(description: str, item: Definition, *, key: str = "") -> Definition:
    """A list; with a key its items are merged by it, without one the list is replaced as a whole."""
    held: Definition = {"type": "array", "description": description, "items": item}
    if not key:
        return {**held, "x-kubernetes-list-type": "atomic"}
    return {
        **held,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": [key],
        "x-kubernetes-patch-merge-key": key,
        "x-kubernetes-patch-strategy": "merge",
    }


def text(description: str, enum: Sequence[str] = ()) -> Definition:
    held: Definition = {"type": "string", "description": description}
    return {**held, "enum": list(enum)} if enum else held


def integer(description: str, form: str = "int32") -> Definition:
    return {"type": "integer", "format": form, "description": description}


def boolean(description: str) -> Definition:
    return {"type": "boolean", "description": description}


def quantity(description: str) -> Definition:
    return {"$ref": f"{_API}.api.resource.Quantity", "description": description}


def port(description: str) -> Definition:
    return {"$ref": f"{_API}.util.intstr.IntOrString", "description": description}


def time(description: str) -> Definition:
    return {"$ref": f"{_META}.Time", "description": description}


def micro_time(description: str) -> Definition:
    return {"$ref": f"{_META}.MicroTime", "description": description}


def selector(description: str) -> Definition:
    return {"$ref": f"{_META}.LabelSelector", "description": description}


def labels(description: str) -> Definition:
    return {"type": "object", "additionalProperties": {"type": "string"}, "description": description}


def status(description: str, conditions: str, /, **more: Definition) -> Definition:
    """A status with the generation that it is about and a list of conditions."""
    return fields(
        description,
        observedGeneration=integer("The generation of the object that this status is about.", "int64"),
        conditions=items(conditions, {"$ref": f"{_META}.Condition"}, key="type"),
        **more,
    )


def kind(description: str, spec: Mapping[str, Any], status: Mapping[str, Any] | None = None) -> Definition:
    """A whole kind; every object's own fields are added to it where it is served."""
    held = {"spec": dict(spec)} if status is None else {"spec": dict(spec), "status": dict(status)}
    return {"type": "object", "description": description, "properties": held}
