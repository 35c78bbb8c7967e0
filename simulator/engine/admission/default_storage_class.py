"""DefaultStorageClass: a claim that names no class gets the cluster's default, the newest of several.

Follows plugin/pkg/admission/storage/storageclass/setdefault/admission.go and pkg/volume/util/storageclass.go, v1.34.
"""

from __future__ import annotations

from ..objects import annotations_of, name_of, set_in, spec_of
from ..registry import Bodies, Body, Reader
from .attributes import ON_CREATE, Attributes, Plugin

_BETA = "volume.beta.kubernetes.io/storage-class"
_DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def admit(attributes: Attributes, reader: Reader) -> Body:
    body = attributes.body
    if _BETA in annotations_of(body) or spec_of(body).get("storageClassName") is not None:
        return body
    marked = [
        one
        for one in reader.list("storageclasses.storage.k8s.io")
        if any(annotations_of(one).get(key) == "true" for key in _DEFAULTS)
    ]
    found = newest(marked)
    return body if found is None else set_in(body, ("spec", "storageClassName"), name_of(found))


def newest(found: Bodies) -> Body | None:
    """The object that was created last; of several, the first by name."""
    if not found:
        return None
    last = max(one["metadata"].get("creationTimestamp") or "" for one in found)
    return min((one for one in found if (one["metadata"].get("creationTimestamp") or "") == last), key=name_of)


PLUGIN = Plugin(
    "DefaultStorageClass", operations=ON_CREATE, resources=frozenset({"persistentvolumeclaims"}), admit=admit
)
