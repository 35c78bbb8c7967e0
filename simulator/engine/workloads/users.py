"""Whom the processes of a container run as: its security context, the pod's, else the image's own user."""

from __future__ import annotations

from typing import NamedTuple

from ..registry import Body
from . import catalogue, references


class User(NamedTuple):
    """The numbers of a user. groups: the supplementary ones, its own first, as the container's status shows them."""

    uid: int
    gid: int
    groups: tuple[int, ...]

    @property
    def is_root(self) -> bool:
        return self.uid == 0


def of(spec: Body, container: Body) -> User:
    """The user of a container of a pod's spec."""
    pod_level, own = spec.get("securityContext") or {}, container.get("securityContext") or {}
    default = catalogue.of(references.parse(container["image"])).user
    uid = own.get("runAsUser", pod_level.get("runAsUser", default))
    gid = own.get("runAsGroup", pod_level.get("runAsGroup", default if uid == default else 0))
    more = (pod_level.get("fsGroup"), *(pod_level.get("supplementalGroups") or ()))
    return User(uid, gid, (gid, *(one for one in more if one is not None)))
