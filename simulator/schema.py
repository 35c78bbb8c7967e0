"""The types of Kubernetes 1.34, as a compact tree that decoding, patching and OpenAPI walk.

The definitions come from the package `kubernetes-validate`, which ships upstream's swagger.json for each release. They
are read at first use, and of them only the types that somebody asks for are compiled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from simulator import go_types
from simulator.engine.registry import Kind
from simulator.engine.release import KUBERNETES

Definition = dict[str, Any]

_PREFIX = "#/$defs/"
_META = "io.k8s.apimachinery.pkg.apis.meta.v1"
_RAW_EXTENSION = "io.k8s.apimachinery.pkg.runtime.RawExtension"
_EXTENSIONS = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1"
SCHEMA = f"{_EXTENSIONS}.JSONSchemaProps"
"""The definition of the schemas that a CustomResourceDefinition holds."""
_SPECIAL = {
    f"{SCHEMA}OrArray": ("schemaorarray", "v1.JSONSchemaPropsOrArray"),
    f"{SCHEMA}OrBool": ("schemaorbool", "v1.JSONSchemaPropsOrBool"),
    f"{SCHEMA}OrStringArray": ("schemaortexts", "v1.JSONSchemaPropsOrStringArray"),
    f"{_META}.Time": ("time", "v1.Time"),
    f"{_META}.MicroTime": ("microtime", "v1.MicroTime"),
    f"{_META}.FieldsV1": ("raw", "v1.FieldsV1"),
    "io.k8s.apimachinery.pkg.api.resource.Quantity": ("quantity", "resource.Quantity"),
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": ("intorstring", "intstr.IntOrString"),
}
_SCALARS = {"string": "string", "bytes": "string", "integer": "numeric", "number": "numeric", "boolean": "boolean"}


class Field(NamedTuple):
    """One field of an object: its type and how a strategic merge patch treats it (`strategies`, `merge_key`)."""

    type: Type
    strategies: tuple[str, ...] = ()
    merge_key: str = ""
    required: bool = False


class Type:
    """A node of the tree. `structural` is the schema of a custom resource, at its root.

    `form` is object, map, list, string, integer, number, boolean, bytes, quantity, time, microtime, intorstring, raw
    (anything goes), or one of the three unions of schemas; `go` is the name of the type in upstream's error messages.
    """

    def __init__(
        self, definition: Definition, name: str = "", go: str = "", structural: Mapping[str, Any] | None = None
    ) -> None:
        self.definition = definition
        self.name = name
        self.structural = structural
        self.form, self.go = _form(definition, name, go)

    @property
    def struct(self) -> str:
        """The type's own name in upstream's sources: `DeploymentSpec`."""
        return self.name.rpartition(".")[2]

    @cached_property
    def fields(self) -> dict[str, Field]:
        required = frozenset(self.definition.get("required") or ())
        return {
            name: _field(name, one, name in required) for name, one in self.definition.get("properties", {}).items()
        }

    @cached_property
    def item(self) -> Type:
        """The type of a list's items or a map's values."""
        inner = self.definition.get("items") or self.definition.get("additionalProperties")
        return _type(inner if isinstance(inner, dict) else {})

    @property
    def is_primitive(self) -> bool:
        return self.form not in ("object", "map", "list", "raw")

    # --- how values merge, after kube-openapi's pkg/schemaconv/{openapi,smd}.go ---------------------------------------

    @property
    def list_type(self) -> str:
        """Of a list: atomic, set or map."""
        listed: str = self.definition.get("x-kubernetes-list-type", "atomic")
        return listed

    @cached_property
    def map_keys(self) -> tuple[str, ...]:
        return tuple(self.definition.get("x-kubernetes-list-map-keys", ()))

    @cached_property
    def map_type(self) -> str:
        """Of an object or a map: granular or atomic."""
        if self.name == _RAW_EXTENSION:
            return "atomic"
        mapped: str = self.definition.get("x-kubernetes-map-type", "granular")
        return mapped

    @cached_property
    def scalar(self) -> str:
        """string, numeric, boolean or untyped; of a raw value empty where only a map will do."""
        if self.form == "raw":
            return "" if _kind_of(self.definition) == "object" and self.name != _RAW_EXTENSION else "untyped"
        if self.form == "string" and self.definition.get("format"):
            return "untyped"
        return _SCALARS.get(self.form, "untyped")

    @cached_property
    def rest(self) -> Type | None:
        """The type of what an object holds beyond its fields, None where it may hold nothing else."""
        if self.form != "object":
            return self.item
        more = self.definition.get("additionalProperties")
        if isinstance(more, dict):
            return _type(more)
        return Type({}) if more or self.definition.get("x-kubernetes-preserve-unknown-fields") else None

    @cached_property
    def by_value(self) -> frozenset[str]:
        """The structs and lists that upstream's Go type holds, empty, even when nothing was said of them."""
        if not self.name.startswith(go_types.UPSTREAM):
            return frozenset()
        head = ("metadata", "spec", "status") if "x-kubernetes-group-version-kind" in self.definition else ()
        lists = (name for name, field in self.fields.items() if field.required and field.type.form == "list")
        return frozenset((*head, *go_types.BY_VALUE.get(self.struct, ()), *lists))

    def key_default(self, name: str) -> Any:
        """What an item of this list is known by where it leaves out a key; None for nothing."""
        item = self.item
        if (item.struct, name) in go_types.KEY_DEFAULTS:
            return go_types.KEY_DEFAULTS[item.struct, name]
        field = item.fields.get(name)
        if field is None or not item.name.startswith(go_types.UPSTREAM):
            return item.definition.get("properties", {}).get(name, {}).get("default")
        zero: Any = {"string": "", "numeric": 0}.get(field.type.scalar) if field.required else None
        return zero


def _field(name: str, definition: Definition, required: bool) -> Field:
    strategies = definition.get("x-kubernetes-patch-strategy", "")
    return Field(
        _type(definition, go_types.NAMED_TEXTS.get(name, "")),
        tuple(strategies.split(",")) if strategies else (),
        definition.get("x-kubernetes-patch-merge-key", ""),
        required,
    )


def _type(definition: Definition, go: str = "") -> Type:
    reference = definition.get("$ref", "").removeprefix(_PREFIX)
    if not reference:
        return Type(definition, go=go)
    mapped = definition.get("x-kubernetes-map-type", "")
    return _of_map_type(reference, mapped) if mapped else of(reference)


@cache
def _of_map_type(name: str, map_type: str) -> Type:
    """The type of a definition where a field that holds it says how it merges."""
    return Type({**definitions()[name], "x-kubernetes-map-type": map_type}, name)


def _kind_of(definition: Definition) -> str:
    kinds = definition.get("type", ())
    return kinds if isinstance(kinds, str) else next((one for one in kinds if one != "null"), "")


def _form(definition: Definition, name: str, go: str) -> tuple[str, str]:
    if name in _SPECIAL:
        return _SPECIAL[name]
    named = ".".join(name.rsplit(".", 2)[-2:])
    if "properties" in definition:
        return "object", named
    match _kind_of(definition):
        case "array":
            return "list", f"[]{_go_of(definition.get('items', {}))}"
        case "object" if isinstance(definition.get("additionalProperties"), dict):
            return "map", f"map[string]{_go_of(definition['additionalProperties'])}"
        case "string" if definition.get("format") == "byte":
            return "bytes", "[]uint8"
        case "string":
            return "string", go or "string"
        case "integer":
            return "integer", definition.get("format", "int64")
        case "number":
            return "number", "float64"
        case "boolean":
            return "boolean", "bool"
    return "raw", named


def _go_of(definition: Definition) -> str:
    reference = definition.get("$ref", "")
    return ".".join(reference.rsplit(".", 2)[-2:]) if reference else Type(definition).go


@cache
def definitions() -> dict[str, Definition]:
    """Every definition of the release by its upstream name, such as `io.k8s.api.apps.v1.Deployment`."""
    package = resources.files("kubernetes_validate")
    source = package / "kubernetes-json-schema" / f"{KUBERNETES}-local" / "_definitions.json"
    held: dict[str, Definition] = json.loads(source.read_bytes())["$defs"]
    return held


def documentation(path: str) -> str:
    """What the release says of a field, such as `core.v1.PodStatus.podIP`; empty if it says nothing."""
    name, _, field = path.rpartition(".")
    root = "io.k8s.apimachinery.pkg.apis" if name.startswith("meta.") else "io.k8s.api"
    held: str = definitions().get(f"{root}.{name}", {}).get("properties", {}).get(field, {}).get("description", "")
    return held


@cache
def of(name: str) -> Type:
    """The type of a definition. Raises KeyError if the release has none of that name."""
    return Type(definitions()[name], name)


@cache
def _names() -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for name, definition in definitions().items():
        for gvk in definition.get("x-kubernetes-group-version-kind", ()):
            found.setdefault((gvk["group"], gvk["version"], gvk["kind"]), name)
    return found


def name_of(group: str, version: str, kind: str) -> str | None:
    """The definition's name of a kind, or None where Kubernetes itself has no such kind."""
    return _names().get((group, version, kind))


_UNKNOWN = Type(
    {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"$ref": f"{_PREFIX}{_META}.ObjectMeta"},
            "spec": {"type": "object"},
            "status": {"type": "object"},
        },
    }
)


def own_name_of(group: str, version: str, kind: str) -> str:
    """How the definition of a kind is called that is not upstream's: `com.example.stable.v1.CronTab`."""
    return ".".join([*reversed(group.split(".")), version, kind])


@lru_cache(maxsize=256)
def of_kind(kind: Kind) -> Type:
    """The type of a kind: upstream's, or the kind's own definition; without one, spec and status are free."""
    if kind.definition is not None:
        own = own_name_of(kind.group, kind.version, kind.kind)
        return Type(_complete(kind.definition), own, structural=kind.structural)
    name = name_of(kind.group, kind.version, kind.kind)
    return _UNKNOWN if name is None else of(name)


def _complete(definition: Mapping[str, Any]) -> Definition:
    """A kind's own definition with the fields that every object has."""
    known = definitions()["io.k8s.api.core.v1.ConfigMap"]["properties"]
    head = {name: known[name] for name in ("apiVersion", "kind", "metadata")}
    return {**definition, "properties": {**definition.get("properties", {}), **head}}
