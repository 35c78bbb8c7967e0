"""StorageObjectInUseProtection: claims and volumes get a finalizer that keeps them while they are in use.

Follows plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go, v1.34.
"""

from __future__ import annotations

from ..objects import set_in
from ..registry import Body, Reader
from .attributes import ON_CREATE, Attributes, Plugin

FINALIZERS = {
    "persistentvolumes": "kubernetes.io/pv-protection",
    "persistentvolumeclaims": "kubernetes.io/pvc-protection",
}


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    finalizer = FINALIZERS[attributes.kind.resource]
    held = body["metadata"].get("finalizers") or []
    return body if finalizer in held else set_in(body, ("metadata", "finalizers"), [*held, finalizer])


PLUGIN = Plugin("StorageObjectInUseProtection", operations=ON_CREATE, resources=frozenset(FINALIZERS), admit=admit)
