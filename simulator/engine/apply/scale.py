"""The managed fields of an object as its scale subresource shows them, and what a write of the Scale makes of them.

Follows staging/src/k8s.io/apimachinery/pkg/util/managedfields/scalehandler.go, v1.34.
"""

from __future__ import annotations

from . import fields, managers
from .fields import Path
from .managers import Entries, Managed, Manager

API_VERSION = "autoscaling/v1"
_REPLICAS: Path = ("f:spec", "f:replicas")


def to_subresource(entries: Entries, api_version: str, replicas: Path) -> Entries:
    """The entries of those who manage the figure at the path, as managers of the Scale's spec.replicas."""
    shown = Managed(fields.of(_REPLICAS), API_VERSION)
    found = {
        who: shown._replace(time=held.time)
        for who, held in managers.decode(entries).items()
        if held.api_version == api_version and fields.has(held.fields, replicas)
    }
    return managers.encode(found)


def to_parent(entries: Entries, scaled: Entries, api_version: str, replicas: Path) -> Entries:
    """The object's entries after a write of its Scale, whose entries these are by then.

    Who manages the Scale's figure manages the object's; who lost it keeps the rest. What was written through a version
    that the object does not have is dropped.
    """
    figure = fields.of(replicas)
    after = {_named(who): who for who, held in managers.decode(scaled).items() if fields.has(held.fields, _REPLICAS)}
    result = {}
    for who, held in managers.decode(entries).items():
        if held.api_version != api_version:
            continue
        if fields.has(held.fields, replicas) and after.pop(_named(who), None) is None:
            left = fields.difference(held.fields, figure)
            if left:
                result[who] = held.with_fields(left)
        else:
            result[who] = held
    for who in after.values():
        version = api_version if who.operation == managers.UPDATE else ""
        result[who._replace(api_version=version)] = Managed(figure, api_version)
    return managers.encode(result)


def _named(who: Manager) -> Manager:
    return who._replace(api_version="")
