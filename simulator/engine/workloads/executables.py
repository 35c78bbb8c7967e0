"""Whether a container's program is there to be started, and what the runtime says of one that is not.

Follows what containerd 2.1 and runc 1.3 report. Only of images whose content is known something can be missing.
"""

from __future__ import annotations

from ..objects import spec_of
from ..registry import Body, Instant, Reader
from . import catalogue, environment, image_tree, nodes, references
from .files import Files
from .nodes import FileError

_FAILED = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: error during container init: "
)
_INTERPRETERS = frozenset({"python3", "perl", "node", "go"})
_WRITABLE = ("emptyDir", "persistentVolumeClaim", "hostPath", "ephemeral", "csi", "nfs", "image")


def refusal(pod: Body, container: Body, words: list[str], *, reader: Reader, now: Instant) -> str:
    """Why the runtime cannot start the container's command line; empty if it can, or if nobody knows."""
    reference = references.parse(container["image"])
    image = catalogue.of(reference)
    if not words or not catalogue.is_known(reference) or _INTERPRETERS & set(image.programs):
        return ""
    if not container.get("command") and image.entrypoint:
        return ""
    name = words[0].rpartition("/")[2]
    if image.family == "scratch":
        return _said(words[0], "executable file not found in $PATH") if image_tree.is_basic(name) else ""
    directory = nodes.parent(words[0]) if "/" in words[0] else ""
    if (not directory or directory in environment.PATH.split(":")) and image_tree.is_plausible(name):
        return ""
    if _is_written(pod, container, words[0]):
        return ""
    reason = _fault(Files(pod, container["name"], reader=reader, now=now), words[0], container)
    return _said(words[0], reason) if reason else ""


def _said(program: str, reason: str) -> str:
    return f'{_FAILED}exec: "{program}": {reason}: unknown'


def _is_written(pod: Body, container: Body, path: str) -> bool:
    """Whether a path lies in a volume that others may have written to."""
    kinds = {one["name"]: one for one in spec_of(pod).get("volumes") or ()}
    return any(
        nodes.is_below(path, nodes.normal(mount["mountPath"]))
        and any(kinds.get(mount["name"], {}).get(kind) is not None for kind in _WRITABLE)
        for mount in container.get("volumeMounts") or ()
    )


def _fault(files: Files, program: str, container: Body) -> str:
    if "/" in program:
        path = nodes.normal(program, container.get("workingDir") or "/")
        try:
            node = files.at(path)
        except FileError as error:
            text = str(error)
            return f"stat {program}: {text[:1].lower()}{text[1:]}"
        if node.is_dir:
            return "is a directory"
        return "" if node.mode & 0o111 else "permission denied"
    for directory in environment.PATH.split(":"):
        try:
            node_there = files.find(f"{directory}/{program}")
        except FileError:
            continue
        if node_there is not None and node_there.type == "file" and node_there.mode & 0o111:
            return ""
    return "executable file not found in $PATH"
