"""What is mounted where in a container: its root from the image and the kubelet, and the pod's volumes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..objects import spec_of
from ..registry import Body, Reader
from . import image_tree, nodes, pod_files, references, volumes
from .layers import Layer
from .nodes import Tree
from .stored_files import Written


class Mount(NamedTuple):
    """A volume, or a part of it, at a path of the container."""

    path: str
    layer: Layer
    inside: str
    read_only: bool


def root(pod: Body, container: Body, reader: Reader) -> Tree:
    """What lies in the container before anybody writes: the image, the pod's own files, the places of the mounts."""
    whole = {**image_tree.of(references.parse(container["image"])), **pod_files.of(pod, reader)}
    for mount in container.get("volumeMounts") or ():
        path = nodes.normal(mount["mountPath"])
        while (path := nodes.parent(path)) not in whole:
            whole[path] = nodes.directory()
    return whole


def is_read_only(container: Body) -> bool:
    return bool((container.get("securityContext") or {}).get("readOnlyRootFilesystem"))


def volume(pod: Body, held: Body, stored: Mapping[str, Written], reader: Reader) -> tuple[Tree, Written, bool]:
    """A volume's content to begin with, what was written to it, and whether it can only be read."""
    computed = volumes.tree(pod, held, reader)
    if computed is not None:
        return computed, {}, True
    group = (spec_of(pod).get("securityContext") or {}).get("fsGroup")
    top = nodes.directory(0o777) if group is None else nodes.directory(0o2777, gid=group)
    return {"/": top}, stored.get(held["name"], {}), False


def of(container: Body, layers: Mapping[str, Layer]) -> list[Mount]:
    """The container's mounts, the deepest first."""
    found = []
    for mount in container.get("volumeMounts") or ():
        layer = layers.get(mount["name"])
        if layer is not None:
            inside = layer.real(nodes.within("/", mount.get("subPath", "")))
            found.append(Mount(nodes.normal(mount["mountPath"]), layer, inside, bool(mount.get("readOnly"))))
    return sorted(found, key=lambda one: -len(one.path))
