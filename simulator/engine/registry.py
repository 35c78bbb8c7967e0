"""What a kind is, and the register of every kind.

A kind is one file in `simulator/engine/kinds/` that ends in `KIND = Kind(...)`. Everything that differs between kinds
is a field here: routes, discovery, `kubectl get` columns, the admin and the diagram are derived from these fields, and
nothing else in the tree lists the kinds.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

from .errors import FieldError

Body = dict[str, Any]
"""One Kubernetes object in the wire's own JSON shape. Bodies are replaced, never changed in place."""

Bodies = list[Body]

Instant = int
"""A moment of virtual time: microseconds since the Unix epoch."""


class Key(NamedTuple):
    """Which object of a resource: `namespace` is empty for cluster-scoped kinds."""

    namespace: str
    name: str


class Reader(Protocol):
    """Read access to a cluster's objects: the engine's `World`, or the database behind the API."""

    def get(self, resource: str, namespace: str, name: str) -> Body | None: ...

    def list(self, resource: str, namespace: str | None = None) -> Bodies: ...


class Column(NamedTuple):
    """One column of `kubectl get`. `cell(body, now)` returns text or number; priority 1 shows only with `-o wide`.

    documented: the field whose documentation describes the column, such as `core.v1.PodStatus.podIP`, where it is not
    described here.
    """

    name: str
    cell: Callable[[Body, Instant], Any]
    type: Literal["string", "integer", "number", "boolean", "date"] = "string"
    priority: int = 0
    description: str = ""
    format: str = ""
    documented: str = ""


class Scale(NamedTuple):
    """Where the `scale` subresource finds its figures, as paths of keys into the body."""

    replicas: tuple[str, ...] = ("spec", "replicas")
    status_replicas: tuple[str, ...] = ("status", "replicas")
    selector: tuple[str, ...] = ("spec", "selector")


class Part(NamedTuple):
    """A subresource through which a part of an object is changed.

    take(new, old): the old object with that part of the new one; validate(new, old): what is wrong with the outcome.
    """

    take: Callable[[Body, Body], Body]
    validate: Callable[[Body, Body], list[FieldError]]


def _same(body: Body) -> Body:
    return body


def _keep(new: Body, old: Body) -> Body:
    return new


def status_part(validate: Callable[[Body, Body], list[FieldError]], *, gated: str = "") -> dict[str, Part]:
    """The `parts` of a kind of which the status alone is checked: `validate(new, old)` says what is wrong with it.

    gated: a field of the status behind a feature gate that is off, which a write cannot bring in.
    """

    def take(new: Body, old: Body) -> Body:
        status = new.get("status") or {}
        if gated not in status or gated in (old.get("status") or {}):
            return new
        return {**new, "status": {key: value for key, value in status.items() if key != gated}}

    return {"status": Part(take if gated else _keep, validate)}


def _no_errors(body: Body) -> list[FieldError]:
    return []


def _no_update_errors(new: Body, old: Body) -> list[FieldError]:
    return []


def _no_warnings(new: Body, old: Body | None) -> list[str]:
    return []


def _no_fields(body: Body) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Everything that is special about one kind.

    default: fills in what `kubectl get -o yaml` would show; follows `pkg/apis/*/v1/defaults.go`.
    validate: errors of an object, new or changed; validate_create: what else only a new one is refused for;
    validate_update: errors of replacing `old` by `new`, immutable fields included.
    prepare_create, prepare_update: what the API server itself sets or takes away (status, generation is done by
    `writes.py`), as upstream's `strategy.go`. `prepare_update(new, old)` serves writes that are not of a subresource.
    prepare_delete: what changes besides the metadata when a delete has to wait for finalizers.
    keeps_status: a new object may come with its status (upstream resets it for most kinds).
    warnings: what the writer of an object is warned of, `old` being None for a new one.
    fields: the field selectors of the kind beyond `metadata.name` and `metadata.namespace`.
    at_read: the parts of the object that are functions of time, filled in when somebody reads it.
    draw: what the diagram shows of an object beyond its identity, as flat JSON; None: the kind is not drawn.
    grace: seconds of graceful deletion for an object, 0 for at once (only pods have one).
    parts: the subresources that change a part of the object, by name; `status` needs to be here only if it is checked.
    definition: the schema of a kind that upstream's swagger does not have, as swagger writes it.
    stored_as: the resource as which the objects of this kind are stored, where it is another version of a kind or
    another view of it; `to_stored` and `from_stored` convert.
    stored: False for what is only asked (reviews) or only computed.
    computed: the objects of a kind that are made up whenever somebody reads them, in etcd's order.
    structural: the schema of a custom resource: fields that it does not know are taken away, `validate` checks values,
    and `validate_update` says all of a changed object, for what did not change is not objected to.
    deprecation: what every request for the kind is warned of, as upstream's apiserver words it.
    deletion_finalizer: what the first delete leaves on the object, for a controller to take away.
    orphans: a delete that does not say what becomes of the dependents leaves them (DefaultGarbageCollectionPolicy);
    orphans_warning: what its sender is warned of.
    unconditional: False where an update must say which resourceVersion it replaces (AllowUnconditionalUpdate).
    """

    group: str
    version: str
    kind: str
    plural: str
    singular: str = ""
    list_kind: str = ""
    namespaced: bool = True
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: frozenset[str] = frozenset({"status"})
    verbs: tuple[str, ...] = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
    columns: tuple[Column, ...] = ()
    scale: Scale | None = None
    has_generation: bool = True
    keeps_status: bool = False
    name_rule: Literal["subdomain", "label", "service", "free"] = "subdomain"
    default: Callable[[Body], Body] = _same
    prepare_create: Callable[[Body], Body] = _same
    prepare_update: Callable[[Body, Body], Body] = _keep
    prepare_delete: Callable[[Body], Body] = _same
    validate: Callable[[Body], list[FieldError]] = _no_errors
    validate_create: Callable[[Body], list[FieldError]] = _no_errors
    validate_update: Callable[[Body, Body], list[FieldError]] = _no_update_errors
    warnings: Callable[[Body, Body | None], list[str]] = _no_warnings
    fields: Callable[[Body], Mapping[str, str]] = _no_fields
    at_read: Callable[[Body, Instant], Body] | None = None
    draw: Callable[[Body], Mapping[str, Any]] | None = None
    grace: Callable[[Body], int] = field(default=lambda body: 0)
    parts: Mapping[str, Part] = field(default_factory=dict, hash=False, compare=False)
    definition: Mapping[str, Any] | None = field(default=None, hash=False, compare=False)
    stored_as: str = ""
    to_stored: Callable[[Body], Body] = _same
    from_stored: Callable[[Body], Body] = _same
    stored: bool = True
    computed: Callable[[Reader, Instant], Iterable[Body]] | None = None
    structural: Mapping[str, Any] | None = field(default=None, hash=False, compare=False)
    deprecation: str = ""
    deletion_finalizer: str = ""
    orphans: bool = False
    orphans_warning: str = ""
    unconditional: bool = True

    @cached_property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @cached_property
    def resource(self) -> str:
        """Upstream's GroupResource as text: `pods`, `deployments.apps`. The key of the kind all over the tree."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @cached_property
    def storage(self) -> str:
        """The resource under which the objects are kept: the kind's own unless it is a view of another."""
        return self.stored_as or self.resource

    @cached_property
    def is_kept(self) -> bool:
        """True if there are stored objects, whatever their version; False for what is only asked or computed."""
        return self.stored and self.computed is None

    @cached_property
    def listed(self) -> str:
        """The kind of a list of these objects."""
        return self.list_kind or f"{self.kind}List"

    @cached_property
    def has_status(self) -> bool:
        return "status" in self.subresources


class Kinds(Protocol):
    """The kinds of a cluster. Iterating gives those that are stored, `served` all versions and views of them too."""

    def __iter__(self) -> Iterator[Kind]: ...

    def __getitem__(self, resource: str) -> Kind: ...

    def __contains__(self, resource: object) -> bool: ...

    def served(self) -> Iterator[Kind]: ...

    def of(self, body: Body) -> Kind | None: ...

    def find(self, api_version: str, kind: str) -> Kind | None: ...

    def route(self, group: str, version: str, plural: str) -> Kind | None: ...


class Registry:
    """Every built-in kind, found by resource, by (group, version, kind) or by (group, version, plural)."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._served: list[Kind] = []
        self._by_resource: dict[str, Kind] = {}
        self._by_name: dict[tuple[str, str], Kind] = {}
        self._by_route: dict[tuple[str, str, str], Kind] = {}

    def _read(self) -> None:
        package = importlib.import_module(self._package)
        modules = [
            importlib.import_module(f"{self._package}.{module.name}")
            for module in pkgutil.iter_modules(package.__path__)
        ]
        self._served = sorted((module.KIND for module in modules), key=lambda k: (k.group, k.plural, k.version))
        self._by_resource = {kind.resource: kind for kind in self._served if not kind.stored_as}
        self._by_name = {(kind.api_version, kind.kind): kind for kind in self._served}
        self._by_route = {(kind.group, kind.version, kind.plural): kind for kind in self._served}

    def forget(self) -> None:
        """Read the package again at the next look-up (for tests that add a kind)."""
        self._served = []

    def served(self) -> Iterator[Kind]:
        """All versions and views of all kinds, those that are not stored too."""
        if not self._served:
            self._read()
        return iter(self._served)

    def __iter__(self) -> Iterator[Kind]:
        """The kinds whose objects are stored."""
        return (kind for kind in self.served() if kind.is_kept and not kind.stored_as)

    def __getitem__(self, resource: str) -> Kind:
        if not self._served:
            self._read()
        return self._by_resource[resource]

    def __contains__(self, resource: object) -> bool:
        if not self._served:
            self._read()
        return resource in self._by_resource

    def of(self, body: Body) -> Kind | None:
        """The kind that a body says it is, or None."""
        return self.find(body.get("apiVersion", ""), body.get("kind", ""))

    def find(self, api_version: str, kind: str) -> Kind | None:
        self.served()
        return self._by_name.get((api_version, kind))

    def route(self, group: str, version: str, plural: str) -> Kind | None:
        self.served()
        return self._by_route.get((group, version, plural))


KINDS = Registry("simulator.engine.kinds")
