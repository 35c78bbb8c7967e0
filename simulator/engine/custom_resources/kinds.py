"""From a CustomResourceDefinition to kinds: one for each version, one of which is how the objects are stored.

Follows staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go and
pkg/registry/customresource/{strategy,validator,etcd}.go, v1.34.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..errors import FieldError, StatusError, invalid_value
from ..objects import get_in, is_condition_true, name_of, spec_of, status_of
from ..registry import Body, Kind, Part, Scale
from . import invariants, json_path, rules, structural, values, versions
from .columns import columns_of
from .structural import META, Schema

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
_LARGEST = (1 << 31) - 1
_KEPT = 512


class Definition(NamedTuple):
    """The kinds of one CustomResourceDefinition: that of the stored version, and those that are served."""

    stored: Kind
    served: tuple[Kind, ...]


class _Content(NamedTuple):
    """All that the kinds depend on."""

    spec: Body
    names: Body
    terminating: bool


_made: OrderedDict[tuple[str, str], list[tuple[_Content, Definition]]] = OrderedDict()
"""What was made of definitions, by name and uid; the content is compared, for clusters of one seed share uids."""


def definition_of(body: Body) -> Definition | None:
    """The kinds of a definition, the same ones for the same content; None until it is established."""
    names = status_of(body).get("acceptedNames") or {}
    if not is_condition_true(body, "Established") or not names.get("kind"):
        return None
    content = _Content(spec_of(body), names, is_condition_true(body, "Terminating"))
    place = name_of(body), body["metadata"].get("uid", "")
    known = _made.setdefault(place, [])
    _made.move_to_end(place)
    for held, definition in known:
        if held == content:
            return definition
    made = _definition(content)
    known.append((content, made))
    del known[:-4]
    while len(_made) > _KEPT:
        _made.popitem(last=False)
    return made


def _definition(content: _Content) -> Definition:
    listed = sorted(content.spec["versions"], key=lambda one: not one.get("storage"))
    stored = _kind(content, listed[0], None)
    others = [_kind(content, one, stored) for one in listed[1:] if one.get("served")]
    return Definition(stored, (stored, *others) if listed[0].get("served") else tuple(others))


def _kind(content: _Content, version: Body, stored: Kind | None) -> Kind:
    """The kind of a version; `stored` is that of the stored version unless it is this one."""
    spec, names = content.spec, content.names
    schema: Schema = get_in(version, "schema", "openAPIV3Schema", default={})
    behaviour = Behaviour(schema, version, content.terminating)
    api_version = f"{spec['group']}/{version['name']}"
    subresources = version.get("subresources") or {}
    views: dict[str, Any] = {}
    if stored is not None:
        views = {
            "stored_as": stored.resource,
            "to_stored": lambda body: {**body, "apiVersion": stored.api_version},
            "from_stored": lambda body: {**behaviour.read(body), "apiVersion": api_version},
        }
    elif structural.has_defaults(schema):
        views = {"at_read": lambda body, now: behaviour.default(body)}
    return Kind(
        group=spec["group"],
        version=version["name"],
        kind=names["kind"],
        plural=spec["names"]["plural"],
        singular=names.get("singular") or "",
        list_kind=names.get("listKind") or "",
        namespaced=spec["scope"] == "Namespaced",
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        subresources=frozenset(name for name in ("status", "scale") if name in subresources),
        verbs=_VERBS,
        columns=columns_of(version),
        scale=behaviour.scale,
        default=behaviour.default,
        prepare_create=behaviour.prepare_create,
        validate=behaviour.validate,
        validate_update=behaviour.validate_update,
        parts={"status": Part(lambda new, old: new, behaviour.validate_status)},
        warnings=_warnings,
        fields=behaviour.fields,
        definition=schema,
        structural=schema,
        unconditional=False,
        deprecation=_deprecation(spec, names, version),
        **views,
    )


_STANDARD = frozenset(("orphan", "foregroundDeletion", "kubernetes"))


def _warnings(new: Body, old: Body | None) -> list[str]:
    """Finalizers whose names may be somebody else's too."""
    known = set((old or {"metadata": {}})["metadata"].get("finalizers") or ())
    found = []
    for one in sorted(set(new["metadata"].get("finalizers") or ()) - known - _STANDARD):
        if "/" not in one:
            path = " including a path (/)" if "." in one else ""
            found.append(
                f"metadata.finalizers: {json.dumps(one)}: prefer a domain-qualified finalizer name{path} to avoid "
                "accidental conflicts with other finalizer writers"
            )
    return found


def is_same(kind: Kind, other: Kind) -> bool:
    """True for two kinds that say the same of their objects; that one of them is on its way out is no matter."""
    return _said(kind) == _said(other)


def _said(kind: Kind) -> tuple[Any, ...]:
    columns = [(column.name, *column[2:]) for column in kind.columns]
    names = kind.version, kind.kind, kind.singular, kind.list_kind, kind.short_names, kind.categories
    return names, kind.namespaced, kind.structural, kind.subresources, kind.scale, columns, kind.deprecation


def _deprecation(spec: Body, names: Body, version: Body) -> str:
    """What clients of the version are warned of."""
    if not version.get("deprecated"):
        return ""
    own: str = version.get("deprecationWarning") or ""
    better = [
        one["name"]
        for one in spec["versions"]
        if one.get("served")
        and not one.get("deprecated")
        and versions.rank(one["name"]) < versions.rank(version["name"])
    ]
    use = f"; use {spec['group']}/{min(better, key=versions.rank)} {names['kind']}" if better else ""
    return own or f"{spec['group']}/{version['name']} {names['kind']} is deprecated{use}"


def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.removeprefix(".").split(".")) if path else ()


class Behaviour:
    """What a version's schema and subresources make of its objects."""

    def __init__(self, schema: Schema, version: Body, terminating: bool) -> None:
        self.schema = schema
        self.terminating = terminating
        self.paths = [one["jsonPath"] for one in version.get("selectableFields") or ()]
        self.scaled: Body = get_in(version, "subresources", "scale", default={})
        self.rules = rules.Rules(schema)
        self._inner = {key: one for key, one in (schema.get("properties") or {}).items() if key not in META}

    @property
    def scale(self) -> Scale | None:
        if not self.scaled:
            return None
        return Scale(
            _steps(self.scaled["specReplicasPath"]),
            _steps(self.scaled["statusReplicasPath"]),
            _steps(self.scaled.get("labelSelectorPath") or ""),
        )

    def default(self, body: Body) -> Body:
        """Nulls that may not be go, defaults come."""
        schema = {**self.schema, "properties": self._inner}
        inner = {key: value for key, value in body.items() if key not in META}
        left = structural.defaulted(structural.without_nulls(inner, schema), schema)
        return body if left == inner else {**{key: value for key, value in body.items() if key in META}, **left}

    def read(self, body: Body) -> Body:
        """An object of another version as this version shows it."""
        return self.default(structural.pruned(body, structural.root(self.schema)))

    def prepare_create(self, body: Body) -> Body:
        """Raises StatusError where the definition is on its way out."""
        if self.terminating:
            detail = "create not allowed while custom resource definition is terminating"
            raise StatusError(405, "MethodNotAllowed", detail)
        return body

    # --- validation ----------------------------------------------------------------------------------------------

    def validate(self, body: Body) -> list[FieldError]:
        return self._errors(body, structural.NOTHING)

    def validate_update(self, new: Body, old: Body) -> list[FieldError]:
        """As for a new object, but what did not change is not objected to."""
        return self._errors(new, old)

    def _errors(self, body: Body, old: Any) -> list[FieldError]:
        errors = values.validate(body, self.schema, old=old)
        errors += self._scale_errors(body, "specReplicasPath", "statusReplicasPath")
        errors += invariants.embedded(body, self.schema)
        errors += self._duplicates(body, old)
        return errors + self.rules.validate(body, errors, old)

    def _duplicates(self, body: Body, old: Any) -> list[FieldError]:
        if old is not structural.NOTHING and invariants.duplicates(old, self.schema):
            return []
        return invariants.duplicates(body, self.schema)

    def validate_status(self, new: Body, old: Body) -> list[FieldError]:
        errors: list[FieldError] = []
        schema = structural.inside(self.schema, "status")
        if schema is not None and "status" in new:
            errors += values.validate(new["status"], schema, "status", old.get("status", structural.NOTHING))
        errors += self._scale_errors(new, "statusReplicasPath")
        errors += self._duplicates(new, old)
        return errors + self.rules.validate(new, errors, old)

    def _scale_errors(self, body: Body, *names: str) -> list[FieldError]:
        errors = []
        for name in names:
            if path := self.scaled.get(name):
                errors += _replicas(body, path)
        if path := self.scaled.get("labelSelectorPath"):
            held = get_in(body, *_steps(path))
            if held is not None and not isinstance(held, str):
                detail = f"{path} accessor error: {held} is of the type {_go(held)}, expected string"
                errors.append(invalid_value(path, "", detail))
        return errors

    def fields(self, body: Body) -> Mapping[str, str]:
        """The selectable fields; the name is one of them, so that what is not is refused in upstream's words."""
        found = {"metadata.name": body["metadata"].get("name", "")}
        for path in self.paths:
            held = json_path.find(body, path)
            found[path.removeprefix(".")] = json_path.text_of(held[0]) if held and held[0] is not None else ""
        return found


def _replicas(body: Body, path: str) -> list[FieldError]:
    figure = get_in(body, *_steps(path), default=0)
    if not isinstance(figure, int) or isinstance(figure, bool):
        detail = f"{path} accessor error: {figure} is of the type {_go(figure)}, expected int64"
        return [invalid_value(path, 0, detail)]
    if figure < 0:
        return [invalid_value(path, figure, "should be a non-negative integer")]
    if figure > _LARGEST:
        return [invalid_value(path, figure, f"should be less than or equal to {_LARGEST}")]
    return []


def _go(value: Any) -> str:
    if isinstance(value, list):
        return "[]interface {}"
    named = {bool: "bool", int: "int64", float: "float64", str: "string", dict: "map[string]interface {}"}
    return named.get(type(value), "<nil>")
