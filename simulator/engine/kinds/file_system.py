"""FileSystem: what the processes of a pod have written, beyond what its images and volumes hold.

One for each pod, of its name and owned by it. Of each container it keeps the writable layer of the instance that runs
(`containerID`), of each volume that can be written what all containers share. It is not Kubernetes' own: on real nodes
this lies on disks that no API shows.
"""

from __future__ import annotations

from typing import Any

from ..printing import AGE, NAME
from ..registry import Body, Column, Instant, Kind

RESOURCE = "filesystems.sim.k8sviz.io"


def _files(body: Body) -> list[Body]:
    return [
        file
        for part in (*(body.get("containers") or ()), *(body.get("volumes") or ()))
        for file in part.get("files") or ()
    ]


def _bytes(body: Body, now: Instant) -> str:
    return str(sum(len(file.get("content", "")) * 3 // 4 for file in _files(body)))


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "format": "int64"}


def _list(description: str, items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "description": description, "items": items}


_FILE = {
    "type": "object",
    "description": "One file that differs from what the image or the volume holds.",
    "required": ["path", "type"],
    "properties": {
        "path": {**_TEXT, "description": "Where it is, from the root of the container or of the volume."},
        "type": {**_TEXT, "description": "File, Directory, Link, or Removed for what was taken away."},
        "content": {"type": "string", "format": "byte", "description": "The bytes of a file, in base64."},
        "target": {**_TEXT, "description": "What a symbolic link points to."},
        "mode": {**_NUMBER, "description": "Permission bits."},
        "uid": {**_NUMBER, "description": "The owner."},
        "gid": {**_NUMBER, "description": "The owner's group."},
        "modified": {"type": "string", "format": "date-time", "description": "When it was last written."},
    },
}
_CONTAINER = {
    "type": "object",
    "description": "The writable layer of one container instance; it is lost when the container restarts.",
    "required": ["name", "containerID"],
    "properties": {
        "name": {**_TEXT, "description": "The container's name."},
        "containerID": {**_TEXT, "description": "Which instance of the container it belongs to."},
        "exitCode": {**_NUMBER, "description": "With which code its main process was ended from within, if it was."},
        "files": _list("What differs from the image.", _FILE),
    },
}
_VOLUME = {
    "type": "object",
    "description": "What the containers of the pod have written to one volume.",
    "required": ["name"],
    "properties": {
        "name": {**_TEXT, "description": "The volume's name in the pod's spec."},
        "files": _list("What lies in the volume.", _FILE),
    },
}

KIND = Kind(
    group="sim.k8sviz.io",
    version="v1",
    kind="FileSystem",
    plural="filesystems",
    verbs=("delete", "get", "list", "watch"),
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column("Files", lambda body, now: str(len(_files(body))), description="How many files differ."),
        Column("Bytes", _bytes, description="How many bytes they hold."),
        AGE,
    ),
    definition={
        "type": "object",
        "description": "FileSystem holds what the processes of a pod have written.",
        "properties": {
            "containers": _list("The writable layer of each container.", _CONTAINER),
            "volumes": _list("What was written to the volumes.", _VOLUME),
        },
    },
)
