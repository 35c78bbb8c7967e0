"""Reading manifests from files, folders or stdin: every object of known kinds, and every error with its place.

Shared by `manage.py simulate` and `schedule`; the API reads its bodies with the same parser and decoder.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from simulator.decoding import WrongType, decode
from simulator.documents import LARGEST, Node, Unreadable, parse_json, parse_yaml
from simulator.engine.custom_resources.cluster import ClusterKinds
from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.objects import name_of
from simulator.engine.registry import KINDS, Bodies, Body, Kind, Kinds
from simulator.schema import of_kind

SUFFIXES = (".json", ".yaml", ".yml")


class Place(NamedTuple):
    """Where something is written: the source's name, the document and the line, both from 1 (0: not known)."""

    source: str
    document: int = 0
    line: int = 0

    def __str__(self) -> str:
        words = [self.source]
        if self.document:
            words.append(f"document {self.document}")
        if self.line:
            words.append(f"line {self.line}")
        return ", ".join(words)


class Trouble(NamedTuple):
    """One thing wrong with a manifest. `field` is empty where the whole document is meant.

    may_pass: a controller is about to make what is missing.
    """

    place: Place
    message: str
    field: str = ""
    may_pass: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.field}: {self.message}" if self.field else f"{self.place}: {self.message}"


class Manifest(NamedTuple):
    """One object as it was written: decoded, of a kind we serve, not defaulted. `node` finds the lines of fields."""

    place: Place
    kind: Kind
    body: Body
    node: Node | None

    def trouble(self, message: str, field: str = "") -> Trouble:
        """An error about a field of this manifest, with the line that the field stands in."""
        line = self.node.line_of(field) if self.node else 0
        return Trouble(self.place._replace(line=line or self.place.line), message, field)


class _Waiting(NamedTuple):
    """A document whose kind may be defined in another one."""

    document: Body
    node: Node | None
    place: Place
    namespace: str


class Read(NamedTuple):
    """What was read. Objects of kinds that are defined in there come last."""

    manifests: list[Manifest]
    troubles: list[Trouble]
    waiting: list[_Waiting]


def read(sources: Iterable[str], *, namespace: str = "default") -> Read:
    """Everything in the sources, in order: files, folders (their manifests, sorted, with subfolders), `-` for stdin.

    An object of a namespaced kind without a namespace gets `namespace`. Nothing is raised: what cannot be read is a
    trouble.
    """
    result = Read([], [], [])
    for source in sources:
        for name, text in _texts(source, result.troubles):
            _read_text(text, name, namespace, result)
    _take_waiting(result)
    return result


def read_text(text: bytes, *, source: str, namespace: str = "default") -> Read:
    """The manifests of one text."""
    result = Read([], [], [])
    _read_text(text, source, namespace, result)
    _take_waiting(result)
    return result


def _read_text(text: bytes, source: str, namespace: str, result: Read) -> None:
    if len(text) > LARGEST:
        result.troubles.append(Trouble(Place(source), f"the file is larger than {LARGEST} bytes"))
        return
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        result.troubles.append(Trouble(Place(source, line=line), "the text is not valid UTF-8"))
        return
    number = 0
    try:
        for number, (document, node) in enumerate(_documents(source, decoded), 1):
            if document is not None:
                _take(document, node, Place(source, number, node.line if node else 0), namespace, result)
    except Unreadable as error:
        result.troubles.append(Trouble(Place(source, number + 1, error.line), str(error)))


def _texts(source: str, troubles: list[Trouble]) -> Iterator[tuple[str, bytes]]:
    if source == "-":
        yield "stdin", sys.stdin.buffer.read(LARGEST + 1)
        return
    path = Path(source)
    try:
        if path.is_dir():
            files = sorted(one for one in path.rglob("*") if one.suffix in SUFFIXES and one.is_file())
            if not files:
                troubles.append(Trouble(Place(source), "the folder has no .yaml, .yml or .json files"))
        else:
            files = [path]
        for file in files:
            with file.open("rb") as stream:
                yield str(file), stream.read(LARGEST + 1)
    except OSError as error:
        troubles.append(Trouble(Place(source), error.strerror or str(error)))


def _documents(source: str, text: str) -> Iterator[tuple[Any, Node | None]]:
    if source.endswith(".json"):
        yield parse_json(text), None
        return
    for node in parse_yaml(text):
        yield node.plain(), node


def _take(document: Any, node: Node | None, place: Place, namespace: str, result: Read) -> None:
    if not isinstance(document, dict):
        result.troubles.append(Trouble(place, "the document is not an object"))
        return
    name = document.get("kind")
    if isinstance(name, str) and name.endswith("List") and isinstance(document.get("items"), list):
        inner = next((one.items for key, _, one in (node.pairs or ()) if key == "items"), None) if node else None
        for index, item in enumerate(document["items"]):
            own = inner[index] if inner else None
            _take(item, own, place._replace(line=own.line if own else place.line), namespace, result)
        return
    found = _named(document, place, result.troubles)
    if found is None:
        return
    kind = KINDS.find(*found)
    if kind is None:
        result.waiting.append(_Waiting(document, node, place, namespace))
    elif not kind.is_kept:
        message = f'objects of kind "{kind.kind}" are answers to questions and cannot be stored'
        result.troubles.append(Trouble(place, message, "kind"))
    else:
        _decode(document, kind, KINDS, node, place, namespace, result)


def _decode(
    document: Body, kind: Kind, kinds: Kinds, node: Node | None, place: Place, namespace: str, result: Read
) -> None:
    try:
        body, complaints = decode(document, of_kind(kind))
    except WrongType as error:
        line = node.line_of(error.path) if node else place.line
        result.troubles.append(Trouble(place._replace(line=line), str(error), error.path))
        return
    manifest = Manifest(place, kind, body, node)
    result.troubles.extend(manifest.trouble(one.message, one.path) for one in complaints)
    if complaints:
        return
    meta = body.get("metadata") or {}
    if not meta.get("name") and not meta.get("generateName"):
        result.troubles.append(manifest.trouble("name or generateName is required", "metadata.name"))
        return
    if kind.namespaced:
        meta = {**meta, "namespace": meta.get("namespace") or namespace}
    body = kind.to_stored({**body, "metadata": meta})
    result.manifests.append(manifest._replace(kind=kinds[kind.storage], body=body))


def _named(document: Body, place: Place, troubles: list[Trouble]) -> tuple[str, str] | None:
    """The version and the kind that a document says it is of."""
    version, name = document.get("apiVersion"), document.get("kind")
    for field, held in (("apiVersion", version), ("kind", name)):
        if not isinstance(held, str) or not held:
            troubles.append(Trouble(place, "the field is required" if not held else "the field must be text", field))
            return None
    return str(version), str(name)


# --- kinds that are defined in the manifests -----------------------------------------------------------------------


class _Defined:
    """The `Reader` of a cluster that holds the definitions of some manifests, all established."""

    def __init__(self, definitions: Iterable[Body]) -> None:
        self._held = {name_of(body): body for body in definitions}

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        return self._held.get(name)

    def list(self, resource: str, namespace: str | None = None) -> Bodies:
        return list(self._held.values())


def _take_waiting(result: Read) -> None:
    """Reads the documents whose kinds are not built in."""
    if not result.waiting:
        return
    kinds = ClusterKinds(_Defined(_definitions(result)), fixed=True)
    for document, node, place, namespace in result.waiting:
        kind = kinds.of(document)
        if kind is None:
            message = f'no matches for kind "{document["kind"]}" in version "{document["apiVersion"]}"'
            result.troubles.append(Trouble(place, message, "kind"))
        else:
            _decode(document, kind, kinds, node, place, namespace, result)
    result.waiting.clear()


def _definitions(result: Read) -> Iterator[Body]:
    """The definitions as they will be when they are established; what is wrong with one is a trouble."""
    for manifest in [one for one in result.manifests if one.kind.resource == DEFINITIONS]:
        body = manifest.kind.prepare_create(manifest.kind.default(manifest.body))
        broken = manifest.kind.validate(body)
        result.troubles.extend(manifest.trouble(one.message(), one.field) for one in broken)
        if not broken:
            established = {"type": "Established", "status": "True"}
            yield {**body, "status": {"acceptedNames": body["spec"]["names"], "conditions": [established]}}
