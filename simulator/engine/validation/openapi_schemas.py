"""What the schemas of a CustomResourceDefinition may say, and whether their defaults and rules are sound.

Follows ValidateCustomResourceDefinitionOpenAPISchema in
staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go and
pkg/apiserver/schema/defaulting/validation.go, v1.34.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..custom_resources import invariants, rules, structural, values
from ..custom_resources.structural import EMBEDDED, LIST_TYPE, MAP_KEYS, MAP_TYPE, META, PRESERVE, RULES, Schema
from ..errors import FieldError, forbidden_value, invalid_value, not_supported, required
from . import structural_schemas

_TYPES = ("string", "number", "integer", "boolean", "array", "object")
_UNSUPPORTED = ("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")
_REASONS = ("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired")
_AT_ROOT = (
    "Description", "Type", "Format", "Title", "Maximum", "ExclusiveMaximum", "Minimum", "ExclusiveMinimum",
    "MaxLength", "MinLength", "Pattern", "MaxItems", "MinItems", "UniqueItems", "MultipleOf", "Required", "Items",
    "Properties", "ExternalDocs", "Example", "XPreserveUnknownFields", "XValidations",
)  # fmt: skip
_ROOT_FIELDS = frozenset(f"{name[0].lower()}{name[1:]}" for name in _AT_ROOT) | {PRESERVE, RULES}


class _Place(NamedTuple):
    """Where in the tree a schema stands: `no_defaults` says why none may be set (None: they may)."""

    no_defaults: str | None = None
    in_meta: bool = False


def validate(path: str, schema: Schema, *, status: bool) -> list[FieldError]:
    """What is wrong with the root schema of a version; `status`: the version has the status subresource."""
    errors = list(_of_status(path, schema)) if status else []
    if schema.get("nullable"):
        errors.append(forbidden_value(f"{path}.nullable", "nullable cannot be true at the root"))
    broken = structural_schemas.validate(path, schema)
    errors += broken or list(_defaults(path, schema, structural.root(schema), inside_meta=False))
    found = list(_schema(path, schema, _Place(), root=True))
    return errors + found + ([] if errors or found else list(_expressions(path, schema)))


def _of_status(path: str, schema: Schema) -> Iterator[FieldError]:
    for name, held in schema.items():
        if name == "type":
            if held != "object":
                detail = (
                    'only "object" is allowed as the type at the root of the schema if the status subresource is '
                    "enabled"
                )
                yield invalid_value(f"{path}.type", held, detail)
                return
        elif name not in _ROOT_FIELDS and held not in (None, False, [], {}):
            detail = (
                f"only [{' '.join(_AT_ROOT)}] fields are allowed at the root of the schema if the status subresource "
                "is enabled"
            )
            yield invalid_value(path, schema, detail)
            return


def _schema(path: str, schema: Any, place: _Place, *, root: bool = False) -> Iterator[FieldError]:
    if not isinstance(schema, dict):
        return
    yield from _unsupported(path, schema, place)
    if schema.get("uniqueItems"):
        detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
        yield forbidden_value(f"{path}.uniqueItems", detail)
    others = schema.get("additionalProperties")
    if others is not None:
        if schema.get("properties") and others is not True:
            detail = "additionalProperties and properties are mutual exclusive"
            yield forbidden_value(f"{path}.additionalProperties", detail)
        inner = place
        if place.in_meta:
            inner = place._replace(no_defaults="inside additionalProperties applying to object metadata")
        yield from _schema(f"{path}.additionalProperties", others, inner)
    for name, one in (schema.get("properties") or {}).items():
        inner = place
        if (root or schema.get(EMBEDDED)) and name in META:
            inner = inner._replace(in_meta=True)
            if root:
                inner = inner._replace(no_defaults=f"in top-level {name}")
        yield from _schema(f"{path}.properties[{name}]", one, inner)
    yield from _schema(f"{path}.not", schema.get("not"), place)
    for name in ("allOf", "oneOf", "anyOf"):
        for at, one in enumerate(schema.get(name) or ()):
            yield from _schema(f"{path}.{name}[{at}]", one, place)
    yield from _schema(f"{path}.items", schema.get("items"), place)
    yield from _extensions(path, schema)
    yield from _map_keys(path, schema)
    for at, rule in enumerate(schema.get(RULES) or ()):
        yield from _rule(f"{path}.{RULES}[{at}]", rule)


def _unsupported(path: str, schema: Schema, place: _Place) -> Iterator[FieldError]:
    kind = schema.get("type") or ""
    if kind and kind not in _TYPES:
        yield not_supported(f"{path}.type", kind, sorted(_TYPES))
    if schema.get("default") is not None and place.no_defaults is not None:
        yield forbidden_value(f"{path}.default", f"must not be set {place.no_defaults}".rstrip())
    for name in _UNSUPPORTED:
        if schema.get(name) not in (None, "", {}):
            yield forbidden_value(f"{path}.{name}", f"{name} is not supported")
    if kind == "null":
        yield forbidden_value(f"{path}.type", "type cannot be set to null, use nullable as an alternative")
    if isinstance(schema.get("items"), list) and schema["items"]:
        yield forbidden_value(f"{path}.items", "items must be a schema object and not an array")
    if place.in_meta and schema.get(EMBEDDED):
        yield forbidden_value(f"{path}.{EMBEDDED}", "must not be used inside of resource meta")


def _extensions(path: str, schema: Schema) -> Iterator[FieldError]:
    """The Kubernetes extensions of a schema that concern lists and maps."""
    kind = schema.get("type") or ""
    if schema.get(PRESERVE) is False:
        yield invalid_value(f"{path}.{PRESERVE}", False, "must be true or undefined")
    for name, wanted in ((MAP_TYPE, "object"), (LIST_TYPE, "array")):
        if schema.get(name) is not None and kind != wanted:
            detail = f"must be {wanted} if {name} is specified"
            yield invalid_value(f"{path}.type", kind, detail) if kind else required(f"{path}.type", detail)
        if name == MAP_TYPE and schema.get(name) not in (None, "atomic", "granular"):
            yield not_supported(f"{path}.{name}", schema[name], ("atomic", "granular"))
    item = schema.get("items")
    if schema.get(LIST_TYPE) == "set" and kind == "array" and isinstance(item, dict):
        detail = "must be atomic as item of a list with x-kubernetes-list-type=set"
        if item.get("type") == "array" and item.get(LIST_TYPE) not in (None, "atomic"):
            yield invalid_value(f"{path}.items.{LIST_TYPE}", item.get(LIST_TYPE), detail)
        if item.get("type") == "object" and item.get(MAP_TYPE) != "atomic":
            yield invalid_value(f"{path}.items.{MAP_TYPE}", item.get(LIST_TYPE), detail)
    if schema.get(LIST_TYPE) not in (None, "atomic", "set", "map"):
        detail = "supported values: " + ", ".join(f'"{one}"' for one in ("atomic", "set", "map"))
        yield FieldError("FieldValueNotSupported", f"{path}.{LIST_TYPE}", schema[LIST_TYPE], detail)


def _map_keys(path: str, schema: Schema) -> Iterator[FieldError]:
    """What a list of type map, whose items are told apart by some of their fields, must say of those."""
    form, keys, item = schema.get(LIST_TYPE), schema.get(MAP_KEYS) or [], schema.get("items")
    if keys and form != "map":
        detail = "must be map if x-kubernetes-list-map-keys is non-empty"
        where = f"{path}.{LIST_TYPE}"
        yield required(where, detail) if form is None else invalid_value(where, form, detail)
    if form == "map":
        if not keys:
            yield required(f"{path}.{MAP_KEYS}", "must not be empty if x-kubernetes-list-type is map")
        if item is None:
            yield required(f"{path}.items", "must have a schema if x-kubernetes-list-type is map")
        elif isinstance(item, dict) and item.get("type") != "object":
            detail = "must be object if parent array's x-kubernetes-list-type is map"
            yield invalid_value(f"{path}.items.type", item.get("type") or "", detail)
        elif isinstance(item, dict):
            yield from _each_key(path, keys, item)
    if form in ("set", "map") and isinstance(item, dict):
        if item.get("nullable"):
            yield forbidden_value(f"{path}.items.nullable", f"cannot be nullable when x-kubernetes-list-type is {form}")
        if form == "map":
            yield from _present_keys(path, keys, item)


def _each_key(path: str, keys: list[str], item: Schema) -> Iterator[FieldError]:
    known = item.get("properties") or {}
    for at, key in enumerate(keys):
        if key not in known:
            yield invalid_value(f"{path}.{MAP_KEYS}", keys, "entries must all be names of item properties")
        elif known[key].get("type") in ("array", "object"):
            detail = "must be a scalar type if parent array's x-kubernetes-list-type is map"
            yield invalid_value(f"{path}.items.properties[{key}].type", item.get("type"), detail)
        if key in keys[:at]:
            yield invalid_value(f"{path}.{MAP_KEYS}", keys, "must not contain duplicate entries")


def _present_keys(path: str, keys: list[str], item: Schema) -> Iterator[FieldError]:
    known, needed = item.get("properties") or {}, item.get("required") or ()
    for key in keys:
        one = known.get(key)
        if one is None:
            continue
        where = f"{path}.items.properties[{key}]"
        if key not in needed and one.get("default") is None:
            detail = (
                "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"
            )
            yield required(f"{where}.default", detail)
        if one.get("nullable"):
            detail = "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"
            yield forbidden_value(f"{where}.nullable", detail)


# --- rules -------------------------------------------------------------------------------------------------------

_LINE_BREAK = re.compile(r"[\n\r]")


def _rule(path: str, rule: Any) -> Iterator[FieldError]:
    text, message = (rule.get("rule") or "").strip(), (rule.get("message") or "").strip()
    if not text:
        yield required(f"{path}.rule", "rule is not specified")
    elif rule.get("message") and not message:
        yield invalid_value(f"{path}.message", rule["message"], "must be non-empty if specified")
    elif _LINE_BREAK.search(message):
        yield invalid_value(f"{path}.message", rule["message"], "must not contain line breaks")
    elif _LINE_BREAK.search(text) and not message:
        yield required(f"{path}.message", "message must be specified if rule contains line breaks")
    if rule.get("messageExpression") and not rule["messageExpression"].strip():
        yield required(f"{path}.messageExpression", "messageExpression must be non-empty if specified")
    if rule.get("reason") is not None and rule["reason"] not in _REASONS:
        yield not_supported(f"{path}.reason", rule["reason"], sorted(_REASONS))
    if rule.get("fieldPath") and not rule["fieldPath"].strip():
        yield invalid_value(f"{path}.fieldPath", rule["fieldPath"], "must be non-empty if specified")
    if _LINE_BREAK.search(rule.get("fieldPath") or ""):
        yield invalid_value(f"{path}.fieldPath", rule["fieldPath"], "must not contain line breaks")


def _expressions(path: str, schema: Any) -> Iterator[FieldError]:
    """The rules that do not compile, of a schema that is sound otherwise."""
    if not isinstance(schema, dict):
        return
    for at, rule in enumerate(schema.get(RULES) or ()):
        where = f"{path}.{RULES}[{at}]"
        for name in ("rule", "messageExpression"):
            if rule.get(name) and (trouble := rules.trouble_of(rule[name].strip())):
                yield invalid_value(f"{where}.{name}", _shown(rule), trouble)
        if rule.get("optionalOldSelf") is not None and not rules.compares(rule["rule"].strip()):
            detail = "may not be set if oldSelf is not used in rule"
            yield invalid_value(f"{where}.optionalOldSelf", rule["optionalOldSelf"], detail)
    yield from _expressions(f"{path}.items", schema.get("items"))
    yield from _expressions(f"{path}.additionalProperties", schema.get("additionalProperties"))
    for name, one in (schema.get("properties") or {}).items():
        yield from _expressions(f"{path}.properties[{name}]", one)


def _shown(rule: Any) -> dict[str, Any]:
    """A rule as upstream's errors show it: Go's fields."""
    texts = {f"{name[0].upper()}{name[1:]}": rule.get(name) or "" for name in ("rule", "message", "messageExpression")}
    return {
        **texts,
        "Reason": rule.get("reason"),
        "FieldPath": rule.get("fieldPath") or "",
        "OptionalOldSelf": rule.get("optionalOldSelf"),
    }


# --- defaults ----------------------------------------------------------------------------------------------------


def _defaults(path: str, schema: Any, own: Schema, *, inside_meta: bool) -> Iterator[FieldError]:
    """Defaults must be pruned and valid. `own` is the schema with what its place adds to it."""
    if not isinstance(schema, dict):
        return
    embedded = bool(own.get(EMBEDDED))
    inside_meta = inside_meta and not embedded
    held, where = schema.get("default"), f"{path}.default"
    if held is not None:
        if not inside_meta and structural.pruned(held, schema) != held:
            yield invalid_value(where, held, "must not have unknown fields")
        broken = invariants.embedded(held, schema, where) or values.validate(held, schema, where)
        yield from broken or [
            one._replace(field=where if one.field == values.NOWHERE else f"{where}.{one.field}")
            for one in rules.Rules(schema).validate(held, [])
        ]
    item = schema.get("items")
    yield from _defaults(f"{path}.items", item, item if isinstance(item, dict) else {}, inside_meta=inside_meta)
    for name, one in (schema.get("properties") or {}).items():
        meta = inside_meta or (embedded and name in META)
        yield from _defaults(f"{path}.properties[{name}]", one, one, inside_meta=meta)
