"""OpenAPI 2 and 3 documents for the kinds that we serve, enough for `kubectl apply`, `explain` and `diff`.

The schemas are those of `simulator.schema`; the paths are derived from the kinds. Documents are made once per process.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import orjson

from simulator import schema
from simulator.api import discovery, refusals, writing
from simulator.api.negotiation import SPOKEN
from simulator.api.routes import subresources
from simulator.engine.custom_resources import structural
from simulator.engine.registry import Kind, Kinds
from simulator.engine.release import KUBERNETES

Document = dict[str, Any]

_VALUES = frozenset(("default", "enum", "example", "x-kubernetes-validations"))
"""Fields of a definition that hold no definitions, whatever they look like."""
_INFO = {"title": "Kubernetes", "version": KUBERNETES}
_V2, _V3 = "#/definitions/", "#/components/schemas/"
V2_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
_DELETE = "io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions"


def _names_within(definition: Any) -> Iterable[str]:
    if isinstance(definition, dict):
        for key, value in definition.items():
            if key == "$ref" and isinstance(value, str):
                yield value.rpartition("/")[2]
            elif key not in _VALUES or not isinstance(value, dict | list):
                yield from _names_within(value)
    elif isinstance(definition, list):
        for one in definition:
            yield from _names_within(one)


def _closure(own: dict[str, Any], roots: Iterable[str]) -> dict[str, Any]:
    """The definitions of these names and of all that they name, by name; `own` are those that are not upstream's."""
    upstream, found = schema.definitions(), {}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        definition = own.get(name, upstream.get(name))
        if name not in found and definition is not None:
            found[name] = definition
            waiting += _names_within(definition)
    return dict(sorted(found.items()))


def _converted(definition: Any, prefix: str) -> Any:
    """A definition as swagger writes it: types are single, nothing is nullable, version and kind are free."""
    if isinstance(definition, list):
        return [_converted(one, prefix) for one in definition]
    if not isinstance(definition, dict):
        return definition
    result = {}
    for key, value in definition.items():
        if key == "type" and isinstance(value, list):
            result[key] = next(one for one in value if one != "null")
        elif key == "$ref":
            result[key] = prefix + value.rpartition("/")[2]
        elif key in _VALUES:
            result[key] = value
        elif key == "properties":
            result[key] = {name: _property(name, one, prefix) for name, one in value.items()}
        else:
            result[key] = _converted(value, prefix)
    if prefix == _V3 and "$ref" in result and len(result) > 1:
        result = {"allOf": [{"$ref": result.pop("$ref")}], "default": {}, **result}
    return result


def _property(name: str, definition: Any, prefix: str) -> Any:
    if name in ("apiVersion", "kind"):
        definition = {key: value for key, value in definition.items() if key != "enum"}
    return _converted(definition, prefix)


def _schemas(kinds: Iterable[Kind], prefix: str) -> Document:
    result = {}
    for name, definition in _closure(_own(kinds, prefix), _roots(kinds)).items():
        converted = _converted(definition, prefix)
        if name.endswith(".resource.Quantity"):
            converted = {"type": "string"}
        elif name.endswith(".IntOrString"):
            converted = {"type": "string", "format": "int-or-string"}
            if prefix == _V3:
                converted = {"oneOf": [{"type": "integer"}, {"type": "string"}], "format": "int-or-string"}
        result[name] = converted
    return result


def schema_name(kind: Kind) -> str | None:
    """Under which name the documents have the schema of a kind, None if they have none."""
    if kind.definition is not None:
        return schema.own_name_of(kind.group, kind.version, kind.kind)
    return schema.name_of(kind.group, kind.version, kind.kind)


def _own(kinds: Iterable[Kind], prefix: str) -> dict[str, Any]:
    """The definitions of the kinds that upstream's swagger does not have, and of their lists."""
    found: dict[str, Any] = {}
    for kind in kinds:
        if kind.definition is None:
            continue
        name = schema.own_name_of(kind.group, kind.version, kind.kind)
        gvk = {"group": kind.group, "version": kind.version, "kind": kind.kind}
        definition = schema.of_kind(kind).definition
        if kind.structural is not None and prefix == _V2:
            definition = {**structural.in_swagger(definition), "type": "object"}
        found[name] = {**definition, "x-kubernetes-group-version-kind": [gvk]}
        found[f"{name}List"] = {
            "type": "object",
            "description": f"{kind.listed} is a list of {kind.kind}",
            "required": ["items"],
            "properties": {
                "apiVersion": {"type": "string"},
                "kind": {"type": "string"},
                "metadata": {"$ref": "#/$defs/io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta"},
                "items": {"type": "array", "items": {"$ref": f"#/$defs/{name}"}},
            },
            "x-kubernetes-group-version-kind": [{**gvk, "kind": kind.listed}],
        }
    return found


def _roots(kinds: Iterable[Kind]) -> list[str]:
    found = [schema_name(kind) for kind in kinds]
    lists = [f"{name}List" for name in found if name]
    subs = [
        schema.name_of(one.group, one.version, one.kind)
        for kind in kinds
        for one in subresources(kind).values()
        if one.kind
    ]
    return [name for name in (*found, *lists, *subs, _DELETE) if name]


_QUERY = ("dryRun", "fieldManager", "fieldValidation", "force", "pretty")


def _parameters(verb: str, version: int) -> list[Document]:
    names = {
        "patch": _QUERY,
        "put": _QUERY,
        "post": _QUERY,
        "delete": ("dryRun", "gracePeriodSeconds", "propagationPolicy"),
    }
    return [
        {"name": name, "in": "query", **({"schema": {"type": "string"}} if version == 3 else {"type": "string"})}
        for name in names.get(verb, ("labelSelector", "fieldSelector", "limit", "continue", "watch", "resourceVersion"))
    ]


def _operation(kind: Kind, verb: str, action: str, version: int) -> Document:
    name = schema_name(kind)
    prefix = _V3 if version == 3 else _V2
    shape: Document = {"$ref": prefix + name} if name else {"type": "object"}
    operation: Document = {
        "description": f"{action} {kind.kind}",
        "operationId": f"{action}{kind.kind}",
        "parameters": _parameters(verb, version),
        "x-kubernetes-action": action,
        "x-kubernetes-group-version-kind": {"group": kind.group, "version": kind.version, "kind": kind.kind},
    }
    if version == 3:
        content = {media: {"schema": shape} for media in SPOKEN}
        operation["responses"] = {"200": {"description": "OK", "content": content}}
        if verb in ("post", "put", "patch"):
            accepted = writing.patches(kind) if verb == "patch" else ("*/*",)
            operation["requestBody"] = {"content": {media: {"schema": shape} for media in accepted}, "required": True}
    else:
        operation["responses"] = {"200": {"description": "OK", "schema": shape}}
        if verb in ("post", "put", "patch"):
            operation["parameters"].append({"name": "body", "in": "body", "required": True, "schema": shape})
    return operation


def _paths(kinds: Iterable[Kind], version: int) -> Document:
    result: Document = {}
    for kind in kinds:
        root = f"/apis/{kind.group}/{kind.version}" if kind.group else f"/api/{kind.version}"
        space = "/namespaces/{namespace}" if kind.namespaced else ""
        verbs = set(kind.verbs)
        collection = {"get": "list", "post": "create", "delete": "deletecollection"}
        single = {"get": "get", "put": "update", "patch": "patch", "delete": "delete"}
        for path, table in ((kind.plural, collection), (f"{kind.plural}/{{name}}", single)):
            operations = {
                method: _operation(kind, method, {"create": "post", "update": "put"}.get(verb, verb), version)
                for method, verb in table.items()
                if verb in verbs
            }
            if operations:
                result[f"{root}{space}/{path}"] = operations
        for name, sub in subresources(kind).items():
            methods = {"get": "get", "put": "update", "patch": "patch", "post": "create"}
            result[f"{root}{space}/{kind.plural}/{{name}}/{name}"] = {
                method: _operation(kind, method, verb, version) for method, verb in methods.items() if verb in sub.verbs
            }
    return result


def v2(kinds: Kinds) -> bytes:
    """The OpenAPI 2 document of everything, as JSON."""
    return _v2(tuple(kinds.served()))


@lru_cache(maxsize=8)
def _v2(served: tuple[Kind, ...]) -> bytes:
    document = {"swagger": "2.0", "info": _INFO, "paths": _paths(served, 2), "definitions": _schemas(served, _V2)}
    return orjson.dumps(document)


def v2_protobuf() -> bytes:
    """The OpenAPI 2 document in protobuf, without paths and definitions: kubectl asks for it only about a kind that the
    OpenAPI 3 documents do not have, and then finds that there is none."""

    def text(number: int, value: bytes) -> bytes:
        return bytes((number << 3 | 2, len(value))) + value

    info = text(1, _INFO["title"].encode()) + text(2, _INFO["version"].encode())
    return text(1, b"2.0") + text(2, info) + text(8, b"") + text(9, b"")


@lru_cache(maxsize=256)
def _v3(served: tuple[Kind, ...]) -> bytes:
    document = {
        "openapi": "3.0.0",
        "info": _INFO,
        "paths": _paths(served, 3),
        "components": {"schemas": _schemas(served, _V3)},
    }
    return orjson.dumps(document)


def _group_versions(kinds: Kinds) -> dict[str, tuple[Kind, ...]]:
    """The kinds of each document by its path."""
    return {
        f"apis/{group}/{version}" if group else f"api/{version}": tuple(discovery.kinds_of(kinds, group, version))
        for group, held in discovery.versions(kinds).items()
        for version in held
    }


@lru_cache(maxsize=256)
def _hash(served: tuple[Kind, ...]) -> str:
    return hashlib.sha512(_v3(served)).hexdigest().upper()


def v3_index(kinds: Kinds, prefix: str) -> Document:
    """Where the OpenAPI 3 document of each group and version is; the hash in the address changes with its content."""
    return {
        "paths": {
            path: {"serverRelativeURL": f"{prefix}/openapi/v3/{path}?hash={_hash(served)}"}
            for path, served in _group_versions(kinds).items()
        }
    }


def v3(kinds: Kinds, path: str) -> bytes:
    """The OpenAPI 3 document of `api/v1` or `apis/<group>/<version>`, as JSON. Raises StatusError 404."""
    found = _group_versions(kinds).get(path)
    if found is None:
        raise refusals.no_such_path()
    return _v3(found)
