"""Which objects of a cluster are meant: by kind and namespace, by name, the beginning of a drawn name, or labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulator.demos.fields import Given, Wrong, string
from simulator.engine.objects import is_deleting, labels_of, name_of, namespace_of
from simulator.engine.registry import KINDS, Bodies, Body, Kind, Reader

FIELDS = ("kind", "namespace", "name", "prefix", "labels")
EVERYWHERE = "*"


@dataclass(frozen=True)
class Selector:
    """Objects of one kind. namespace: `*` for all; labels: all of them must be there as said."""

    kind: Kind
    namespace: str = ""
    name: str = ""
    prefix: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def find(self, reader: Reader) -> Bodies:
        """The objects that it means, oldest first; those on their way out come last."""
        resource = self.kind.resource
        if self.name and self.namespace != EVERYWHERE:
            body = reader.get(resource, self.namespace, self.name)
            found = [] if body is None else [body]
        else:
            found = reader.list(resource, None if self.namespace in ("", EVERYWHERE) else self.namespace)
        return sorted(filter(self.means, found), key=_age)

    def means(self, body: Body) -> bool:
        """True for an object of its kind that it means."""
        name, held = name_of(body), labels_of(body)
        if (self.name and name != self.name) or not name.startswith(self.prefix):
            return False
        if self.kind.namespaced and self.namespace not in (EVERYWHERE, namespace_of(body)):
            return False
        return all(held.get(key) == value for key, value in self.labels.items())

    def text(self) -> str:
        """The objects in a few words: `Pod web-*`, `Pods app=web`."""
        if self.name or self.prefix:
            return f"{self.kind.kind} {self.name or self.prefix + '*'}"
        listed = ", ".join(f"{key}={value}" for key, value in self.labels.items())
        return f"{self.kind.kind} {listed}".strip()


def _age(body: Body) -> tuple[bool, str, str]:
    return is_deleting(body), body["metadata"].get("creationTimestamp", ""), name_of(body)


def kind_named(given: Given) -> Kind:
    """A kind by its name or resource: `Pod`, `pods`, `deployments.apps`."""
    for kind in KINDS:
        if kind.is_kept and given.value in (kind.kind, kind.resource):
            return kind
    raise Wrong("must be a kind that is built in, such as Pod, Deployment or Node")


def selector(given: Given, *further: str) -> Selector:
    """A map of the selector's fields; it may have `further` ones, which the caller reads. Raises Wrong."""
    given.fields(*FIELDS, *further)
    kind = given.take("kind", kind_named)
    if kind is None:
        raise Wrong("which objects it means is not said")
    name, prefix = given.take("name", string, ""), given.take("prefix", string, "")
    if name and prefix:
        raise Wrong("name and prefix cannot both be said")
    namespace = given.take("namespace", string, "default") if kind.namespaced else ""
    return Selector(kind, namespace, name, prefix, given.take("labels", _labels, {}))


def one(given: Given) -> Selector:
    """One object: a selector, or `resource/namespace/name` (`nodes/worker-1`), where `*` may end the name."""
    if not isinstance(given.value, str):
        return selector(given)
    resource, *rest = given.value.split("/")
    kind = next((kind for kind in KINDS if kind.is_kept and kind.resource == resource), None)
    if kind is None:
        raise Wrong(f'"{resource}" is no resource that is built in, such as pods, nodes or deployments.apps')
    if len(rest) != (2 if kind.namespaced else 1) or not all(rest):
        shape = f"{resource}/namespace/name" if kind.namespaced else f"{resource}/name"
        raise Wrong(f"must be written as {shape}")
    namespace = rest[0] if kind.namespaced else ""
    name = rest[-1]
    if name.endswith("*"):
        return Selector(kind, namespace, prefix=name.removesuffix("*"))
    return Selector(kind, namespace, name=name)


def _labels(given: Given) -> Mapping[str, str]:
    held = given.value
    if not isinstance(held, dict) or not all(isinstance(one, str) for one in held.values()):
        raise Wrong("must be a map of text to text")
    return dict(held)
