"""What the API server fills into a volume's source, in a pod or in a PersistentVolume.

Follows pkg/apis/core/v1/defaults.go, v1.34.
"""

from __future__ import annotations

from ..objects import fill_in
from ..registry import Body

_BLANKS: dict[str, Body] = {
    "iscsi": {"iscsiInterface": "default"},
    "rbd": {"pool": "rbd", "user": "admin", "keyring": "/etc/ceph/keyring"},
    "scaleIO": {"storageMode": "ThinProvisioned", "fsType": "xfs"},
}
_NULLS: dict[str, Body] = {
    "azureDisk": {"cachingMode": "ReadWrite", "kind": "Shared", "fsType": "ext4", "readOnly": False},
    "hostPath": {"type": ""},
}
FILLED = (*_BLANKS, *_NULLS)


def source(key: str, held: Body) -> Body:
    """The source with what was not said; the same object if nothing is missing."""
    blanks = {name: value for name, value in _BLANKS.get(key, {}).items() if not held.get(name)}
    held = {**held, **blanks} if blanks else held
    return fill_in(held, **_NULLS.get(key, {}))


def sources(holder: Body) -> Body:
    """A holder of sources with each of them filled in; the same object if nothing is missing."""
    changed = {}
    for key in FILLED:
        if holder.get(key) is not None:
            new = source(key, holder[key])
            if new is not holder[key]:
                changed[key] = new
    return {**holder, **changed} if changed else holder
