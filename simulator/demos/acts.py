"""What a step does to a cluster: write objects, set the speed, let time pass, wait for a condition.

The writes go through a `Writer`: the engine's own world when a demo is rehearsed, the store when it is presented.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from simulator import manifests
from simulator.decoding import WrongType, decode
from simulator.demos import selecting
from simulator.demos.conditions import Condition, condition
from simulator.demos.fields import Given, Text, Wrong, duration, plain, string, whole, words
from simulator.demos.selecting import Selector
from simulator.engine import errors
from simulator.engine.causes import Cause, _
from simulator.engine.objects import key_of, name_of
from simulator.engine.patching import PatchError, strategic
from simulator.engine.registry import KINDS, Body, Instant, Kind, Reader
from simulator.manifests import Manifest, Place
from simulator.schema import of_kind

MIN_SPEED, MAX_SPEED = 0.1, 1000.0
_PATIENCE: Instant = 5 * 60 * 1_000_000
_MOST_REPLICAS = 1000
SIM = "sim.k8sviz.io"
_IDENTITY = ("name", "namespace", "uid", "resourceVersion")


class Writer(Reader, Protocol):
    """Checked writes of one cluster."""

    def create(self, kind: Kind, body: Body, cause: Cause) -> Body: ...

    def update(self, kind: Kind, body: Body, cause: Cause) -> Body: ...

    def delete(self, kind: Kind, namespace: str, name: str, cause: Cause) -> Any: ...


@dataclass(frozen=True)
class Act:
    """One thing that a step does, and where it is written."""

    place: Place
    path: str


@dataclass(frozen=True)
class Apply(Act):
    """Creates or replaces the objects of a file, one by one."""

    manifests: tuple[Manifest, ...]


@dataclass(frozen=True)
class Patch(Act):
    """Merges fields into an object, as `kubectl patch` does: lists whose items have names are merged by name."""

    target: Selector
    change: Body


@dataclass(frozen=True)
class Delete(Act):
    target: Selector


@dataclass(frozen=True)
class Speed(Act):
    """The speed at which the cluster runs from now on; it means nothing where nobody looks."""

    speed: float


@dataclass(frozen=True)
class Run(Act):
    """Lets so much virtual time pass."""

    duration: Instant


@dataclass(frozen=True)
class Wait(Act):
    """Waits until a condition holds, at most so long in virtual time."""

    condition: Condition
    timeout: Instant
    title: Text | None


Files = Mapping[str, bytes]


def reader(files: Files) -> Callable[[Given], Act]:
    """Reads one entry of `do`; `files` are those of the demo's folder."""

    def read(given: Given) -> Act:
        if not isinstance(given.value, dict):
            raise Wrong(f"must be a map with one of: {', '.join(_READ)}")
        named = [name for name in _READ if name in given.value]
        if len(named) != 1:
            raise Wrong(f"must say exactly one of: {', '.join(_READ)}")
        fields, make = _READ[named[0]]
        given.fields(named[0], *fields)
        if given.at(named[0]).value is None:
            raise Wrong("the field is required", named[0])
        return make(given, files)

    return read


def _apply(given: Given, files: Files) -> Act:
    at = given.at("apply")
    name = string(at) if isinstance(at.value, str) else ""
    if name not in files:
        listed = ", ".join(sorted(one for one in files if one.endswith(manifests.SUFFIXES))) or "none"
        raise Wrong(f'there is no file "{at.value}" in the folder; it has: {listed}', "apply")
    read = manifests.read_text(files[name], source=f"{given.place.source.rpartition('/')[0]}/{name}".lstrip("/"))
    given.troubles.extend(read.troubles)
    if not read.manifests and not read.troubles:
        raise Wrong(f"{name} holds no objects", "apply")
    return Apply(at.place, at.path, tuple(read.manifests))


def _patch(given: Given, files: Files) -> Act:
    target = given.take("patch", selecting.one)
    change = given.at("with")
    if target is None or not isinstance(change.value, dict):
        raise Wrong("must be a map of the fields to change", "with")
    return Patch(given.place, given.path, target, plain(change.value))


def _scale(given: Given, files: Files) -> Act:
    target, replicas = given.take("scale", selecting.one), given.take("replicas", whole(0, _MOST_REPLICAS))
    if target is None or replicas is None:
        raise Wrong("what is scaled, and to how many replicas, is not said")
    if target.kind.scale is None:
        raise Wrong(f"a {target.kind.kind} cannot be scaled", "scale")
    return Patch(given.place, given.path, target, {"spec": {"replicas": replicas}})


def _delete(given: Given, files: Files) -> Act:
    return Delete(given.place, given.path, selecting.one(given.at("delete")))


def _own(field: str, resource: str) -> Callable[[Given, Files], Act]:
    """A reader of one of our own kinds, written in place: its spec, and its name beside it."""

    def read(given: Given, files: Files) -> Act:
        kind, spec = KINDS[resource], given.at(field)
        if not isinstance(spec.value, dict):
            raise Wrong(f"must be the spec of a {kind.kind}", field)
        meta: Body = {"name": given.take("name", string, field)}
        if kind.namespaced:
            meta["namespace"] = given.take("namespace", string, "default")
        document = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": meta, "spec": spec.value}
        try:
            body, complaints = decode(document, of_kind(kind))
        except WrongType as error:
            raise Wrong(str(error), _below(field, error.path)) from None
        for one in complaints:
            given.complain(one.message, _below(field, one.path))
        for broken in kind.validate(kind.default(body)):
            given.complain(broken.message(), _below(field, broken.field))
        return Apply(spec.place, spec.path, (Manifest(spec.place, kind, body, None),))

    return read


def _below(field: str, path: str) -> str:
    return f"{field}.{path.removeprefix('spec.')}" if path.startswith("spec.") else field


def _speed(given: Given, files: Files) -> Act:
    speed = plain(given.at("speed").value)
    if isinstance(speed, bool) or not isinstance(speed, int | float) or not MIN_SPEED <= speed <= MAX_SPEED:
        raise Wrong(f"must be a number from {MIN_SPEED:g} to {MAX_SPEED:g}", "speed")
    return Speed(given.place, given.path, float(speed))


def _run(given: Given, files: Files) -> Act:
    return Run(given.place, given.path, given.take("run", duration))


def _wait(given: Given, files: Files) -> Act:
    until = given.take("wait", condition)
    return Wait(
        given.place, given.path, until, given.take("for", duration, _PATIENCE), given.take("title", words, None)
    )


_READ: dict[str, tuple[tuple[str, ...], Callable[[Given, Files], Act]]] = {
    "apply": ((), _apply),
    "patch": (("with",), _patch),
    "delete": ((), _delete),
    "scale": (("replicas",), _scale),
    "fault": (("name",), _own("fault", f"faults.{SIM}")),
    "traffic": (("name", "namespace"), _own("traffic", f"traffics.{SIM}")),
    "speed": ((), _speed),
    "run": ((), _run),
    "wait": (("for", "title"), _wait),
}
"""What may be done: further fields of the entry, and who reads it."""


def put(manifest: Manifest, writer: Writer, user: str) -> None:
    """Creates or replaces one object. Raises StatusError."""
    kind, body = manifest.kind, manifest.body
    old = None if not name_of(body) else writer.get(kind.resource, *key_of(body))
    about = {"kind": kind.kind, "name": name_of(body) or body["metadata"].get("generateName", ""), "user": user}
    cause = Cause(user, "apply", _("{user} applied {kind} {name}."), about)
    if old is None:
        writer.create(kind, body, cause)
    else:
        writer.update(kind, body, cause)


def write(act: Act, writer: Writer, user: str) -> None:
    """Does a Patch or a Delete. Raises StatusError, also where its object is not there."""
    assert isinstance(act, Patch | Delete)
    kind = act.target.kind
    found = act.target.find(writer)
    if not found:
        raise errors.not_found(kind.resource, act.target.name or act.target.text())
    about = {"kind": kind.kind, "name": name_of(found[0]), "user": user}
    if isinstance(act, Patch):
        cause = Cause(user, "patch", _("{user} patched {kind} {name}."), about)
        writer.update(kind, _patched(kind, found[0], act.change), cause)
    else:
        cause = Cause(user, "delete", _("{user} deleted {kind} {name}."), about)
        writer.delete(kind, *key_of(found[0]), cause)


def _patched(kind: Kind, old: Body, change: Body) -> Body:
    """The object with the change in it, of the kind's own shape. Raises StatusError."""
    try:
        body, complaints = decode(strategic(old, change, of_kind(kind)), of_kind(kind))
    except (PatchError, WrongType) as error:
        raise errors.bad_request(str(error)) from None
    if complaints:
        raise errors.bad_request(", ".join(one.message for one in complaints))
    meta = body.get("metadata") or {}
    return {**body, "metadata": {**meta, **{key: old["metadata"][key] for key in _IDENTITY if key in old["metadata"]}}}
