"""What was written in a pod, as its FileSystem object keeps it, and back."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import NamedTuple

from ..kinds.file_system import KIND
from ..objects import instant_of, micro_timestamp, uid_of
from ..registry import Body
from .nodes import Node, Type

Written = dict[str, Node | None]
"""By path; None for what was removed."""

_TYPES: dict[str, Type] = {"File": "file", "Directory": "dir", "Link": "link"}
_NAMES = {kind: name for name, kind in _TYPES.items()}


class Stored(NamedTuple):
    """containers: by container ID; codes: exit codes by container ID; volumes: by name."""

    containers: dict[str, Written]
    codes: dict[str, int]
    volumes: dict[str, Written]


def read(body: Body | None, pod: Body) -> Stored:
    """What a FileSystem says of a pod; nothing if it belongs to an earlier pod of the same name."""
    if body is None or not any(one.get("uid") == uid_of(pod) for one in body["metadata"].get("ownerReferences") or ()):
        return Stored({}, {}, {})
    containers = body.get("containers") or ()
    return Stored(
        {one["containerID"]: _written(one) for one in containers},
        {one["containerID"]: one["exitCode"] for one in containers if "exitCode" in one},
        {one["name"]: _written(one) for one in body.get("volumes") or ()},
    )


def body(pod: Body, stored: Stored, names: Mapping[str, str]) -> Body:
    """The FileSystem of a pod. names: the name of each container by the ID of its instance; others are dropped."""
    meta = pod["metadata"]
    owner = {"apiVersion": "v1", "kind": "Pod", "name": meta["name"], "uid": meta.get("uid", "")}
    containers = []
    for instance, name in sorted(names.items(), key=lambda one: one[1]):
        if stored.containers.get(instance) or instance in stored.codes:
            one: Body = {"name": name, "containerID": instance, "files": _files(stored.containers.get(instance, {}))}
            if instance in stored.codes:
                one["exitCode"] = stored.codes[instance]
            containers.append(one)
    return {
        "apiVersion": KIND.api_version,
        "kind": KIND.kind,
        "metadata": {"name": meta["name"], "namespace": meta.get("namespace", ""), "ownerReferences": [owner]},
        "containers": containers,
        "volumes": [
            {"name": name, "files": _files(written)} for name, written in sorted(stored.volumes.items()) if written
        ],
    }


def _written(part: Body) -> Written:
    return {one["path"]: _node(one) for one in part.get("files") or ()}


def _node(file: Body) -> Node | None:
    kind = _TYPES.get(file["type"])
    if kind is None:
        return None
    content = file.get("target", "").encode() if kind == "link" else b64decode(file.get("content", ""))
    modified = instant_of(file["modified"]) if "modified" in file else 0
    return Node(kind, file.get("mode", 0o644), content, modified, file.get("uid", 0), file.get("gid", 0))


def _files(written: Written) -> list[Body]:
    return [_file(path, node) for path, node in sorted(written.items())]


def _file(path: str, node: Node | None) -> Body:
    if node is None:
        return {"path": path, "type": "Removed"}
    file: Body = {
        "path": path,
        "type": _NAMES[node.type],
        "mode": node.mode,
        "modified": micro_timestamp(node.modified),
    }
    if node.uid or node.gid:
        file |= {"uid": node.uid, "gid": node.gid}
    if node.type == "link":
        file["target"] = node.content.decode(errors="replace")
    elif node.type == "file":
        file["content"] = b64encode(node.content).decode()
    return file
