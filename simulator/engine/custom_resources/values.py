"""Whether a value is what its schema says, in the words of upstream's validator.

Follows k8s.io/kube-openapi/pkg/validation/validate and
staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/validation/validation.go, v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import FieldError, invalid_value, required, too_long
from . import formats
from .scalars import go_number, is_multiple, is_same, matches
from .structural import INT_OR_STRING, NOTHING, Schema, item_before

NOWHERE = "<nil>"
"""How upstream writes the path of what is wrong with no field in particular."""


class Wrong(NamedTuple):
    """One thing wrong: `make` says it of a field, `path` is where below the validated value (None: nowhere)."""

    path: str | None
    make: Callable[[str], FieldError]


@dataclass
class _Result:
    """What a schema says of a value; `matches` counts the checks that were made, to choose between alternatives."""

    wrong: list[Wrong] = field(default_factory=list)
    matches: int = 0

    def merge(self, other: _Result) -> None:
        self.wrong += other.wrong
        self.matches += other.matches

    def invalid(self, path: str, value: Any, said: str) -> None:
        """Says of `path in body` what `said` says."""
        shown = "" if value is None else value
        message = f"{path} in body {said}"
        self.wrong.append(Wrong(path, lambda place: invalid_value(place, shown, message)))

    def of_no_field(self, message: str) -> None:
        self.wrong.append(Wrong(None, lambda place: invalid_value(place, "", message)))


def validate(value: Any, schema: Schema, path: str = "", old: Any = NOTHING) -> list[FieldError]:
    """What is wrong with a value that stands at `path`; messages name the fields below it.

    old: the value before, of which the parts that did not change are not objected to (ratcheting.go).
    """
    result = _validated(value, schema, "", old)
    found = []
    for one in result.wrong:
        below = (one.path or "").removeprefix(".")
        place = ".".join(filter(None, (path, below))) if one.path is not None else path
        found.append(one.make(place or NOWHERE))
    return found


def _validated(value: Any, schema: Schema, path: str, old: Any) -> _Result:
    result = _Result()
    if old is not NOTHING and is_same(value, old):
        return result
    kinds = _kinds(schema)
    form = formats.supported(schema.get("format") or "")
    if kinds or form:
        result.merge(_of_type(value, schema, kinds, form, path))
    if value is not None:
        _alternatives(result, value, schema, path, old)
        if isinstance(value, str):
            _text(result, value, schema, form, path)
        elif isinstance(value, list):
            _list(result, value, schema, path, old)
        elif isinstance(value, dict):
            _object(result, value, schema, path, old)
        elif not isinstance(value, bool):
            _number(result, value, schema, path)
        result.matches += 1
    _enum(result, value, schema, path)
    return result


def _kinds(schema: Schema) -> tuple[str, ...]:
    if schema.get(INT_OR_STRING):
        return ("integer", "string")
    return (schema["type"],) if schema.get("type") else ()


# --- types -------------------------------------------------------------------------------------------------------


def _kind_of(value: Any) -> tuple[str, str]:
    """The type of a value and the format that goes with it."""
    match value:
        case bool():
            return "boolean", ""
        case str():
            return "string", ""
        case int():
            return "integer", "int64"
        case float():
            return "number", "float64"
        case list():
            return "array", ""
    return "object", ""


def _of_type(value: Any, schema: Schema, kinds: tuple[str, ...], form: str, path: str) -> _Result:
    result = _Result(matches=1)
    wanted = ",".join(kinds)
    if value is None:
        if kinds and not schema.get("nullable"):
            return _type_failure(path, wanted, "null")
        return result
    kind, own = _kind_of(value)
    fits = (
        kind in kinds
        or (kind == "number" and "integer" in kinds and value.is_integer())
        or (kind == "integer" and "number" in kinds)
    )
    is_text = kind in ("string", "array")
    if form and not is_text and not fits and own != form:
        return _type_failure(path, form, own)
    if form and is_text and not {"number", "integer"} & set(kinds):
        return result
    return result if fits else _type_failure(path, wanted, kind)


def _type_failure(path: str, wanted: str, found: str) -> _Result:
    message = f"{path} in body must be of type {wanted}: {json.dumps(found)}"
    return _Result([Wrong(path, lambda place: FieldError("FieldValueTypeInvalid", place, found, message))])


# --- one of several ----------------------------------------------------------------------------------------------


def _alternatives(result: _Result, value: Any, schema: Schema, path: str, old: Any) -> None:
    shown = json.dumps(path)
    if schema.get("anyOf"):
        tried = _tried(value, schema["anyOf"], path, old)
        good = [one for one in tried if not one.wrong]
        if not good:
            result.of_no_field(f"{shown} must validate at least one schema (anyOf)")
        result.merge(good[0] if good else _best(tried))
    if schema.get("oneOf"):
        tried = _tried(value, schema["oneOf"], path, old)
        good = [one for one in tried if not one.wrong]
        if len(good) == 1:
            result.merge(good[0])
        else:
            found = f"Found {len(good)} valid alternatives" if good else "Found none valid"
            result.of_no_field(f"{shown} must validate one and only one schema (oneOf). {found}")
            if not good:
                result.merge(_best(tried))
    if schema.get("allOf"):
        tried = _tried(value, schema["allOf"], path, old)
        for one in tried:
            result.merge(one)
        if any(one.wrong for one in tried):
            none = ". None validated" if all(one.wrong for one in tried) else ""
            result.of_no_field(f"{shown} must validate all the schemas (allOf){none}")
    if isinstance(schema.get("not"), dict) and not _validated(value, schema["not"], path, old).wrong:
        result.of_no_field(f"{shown} must not validate the schema (not)")
    result.matches += 1


def _tried(value: Any, schemas: list[Schema], path: str, old: Any) -> list[_Result]:
    return [_validated(value, one, path, old) for one in schemas]


def _best(tried: list[_Result]) -> _Result:
    """The first of those failures of which most checks were made."""
    return max(tried, key=lambda one: one.matches)


# --- texts, numbers ----------------------------------------------------------------------------------------------


def _text(result: _Result, value: str, schema: Schema, form: str, path: str) -> None:
    most, least, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    if most is not None and len(value) > most:
        result.wrong.append(Wrong(path, lambda place: too_long(place, most)))
    elif least is not None and len(value) < least:
        result.invalid(path, value, f"should be at least {least} chars long")
    elif pattern and not matches(pattern, value):
        result.invalid(path, value, f"should match '{pattern}'")
    if form and not formats.matches(form, value):
        message = f"{path} in body must be of type {form}: {json.dumps(value, ensure_ascii=False)}"
        result.wrong.append(Wrong(path, lambda place: FieldError("FieldValueTypeInvalid", place, value, message)))


def _number(result: _Result, value: float, schema: Schema, path: str) -> None:
    factor, most, least = schema.get("multipleOf"), schema.get("maximum"), schema.get("minimum")
    whole = isinstance(value, int)
    if factor is not None:
        if factor <= 0:
            result.wrong.append(
                Wrong(
                    path,
                    lambda place: invalid_value(
                        place, factor, f"factor MultipleOf declared for {path} must be positive: {go_number(factor)}"
                    ),
                )
            )
        elif not is_multiple(value, factor):
            result.invalid(path, value, f"should be a multiple of {go_number(factor)}")
    if least is not None:
        bound = int(least) if whole else least
        exclusive = schema.get("exclusiveMinimum")
        if value < bound or (exclusive and value == bound):
            words = "greater than" if exclusive else "greater than or equal to"
            result.invalid(path, value, f"should be {words} {go_number(bound)}")
    if most is not None:
        bound = int(most) if whole else most
        exclusive = schema.get("exclusiveMaximum")
        if value > bound or (exclusive and value == bound):
            words = "less than" if exclusive else "less than or equal to"
            result.invalid(path, value, f"should be {words} {go_number(bound)}")
    result.matches += 1


def _enum(result: _Result, value: Any, schema: Schema, path: str) -> None:
    allowed = schema.get("enum")
    if not allowed or any(one is not None and is_same(value, one) for one in allowed):
        return
    shown = [one if isinstance(one, str) else json.dumps(one, separators=(",", ":")) for one in allowed]
    detail = "supported values: " + ", ".join(json.dumps(one, ensure_ascii=False) for one in shown)
    result.wrong.append(Wrong(path, lambda place: FieldError("FieldValueNotSupported", place, value, detail)))


# --- lists, objects ----------------------------------------------------------------------------------------------


def _too_many(result: _Result, path: str, size: int, most: int) -> None:
    detail = f"must have at most {most} {'item' if most == 1 else 'items'}"
    result.wrong.append(Wrong(path, lambda place: FieldError("FieldValueTooMany", place, size, detail)))


def _list(result: _Result, value: list[Any], schema: Schema, path: str, old: Any) -> None:
    item = schema.get("items")
    if isinstance(item, dict):
        for at, one in enumerate(value):
            result.merge(_validated(one, item, f"{path}[{at}]", item_before(one, old, schema)))
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None and len(value) < least:
        result.invalid(path, len(value), f"should have at least {least} items")
    if most is not None and len(value) > most:
        _too_many(result, path, len(value), most)
    if schema.get("uniqueItems") and any(is_same(one, two) for at, one in enumerate(value) for two in value[:at]):
        result.invalid(path, None, "shouldn't contain duplicates")
    result.matches += 1


def _object(result: _Result, value: dict[str, Any], schema: Schema, path: str, old: Any) -> None:
    before = old if isinstance(old, dict) else {}
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if least is not None and len(value) < least:
        result.invalid(path, len(value), f"should have at least {least} properties")
    if most is not None and len(value) > most:
        _too_many(result, path, len(value), most)
    known = schema.get("properties") or {}
    others = schema.get("additionalProperties")
    for key, inner in value.items():
        if key not in known and isinstance(others, dict):
            result.merge(_validated(inner, others, f"{path}.{key}", before.get(key, NOTHING)))
        elif key not in known and others is False:
            result.wrong.append(
                Wrong(
                    path,
                    lambda place, key=key: invalid_value(  # type: ignore[misc]
                        place, key, f"{path}.{key} in body is a forbidden property"
                    ),
                )
            )
    for key, one in known.items():
        if key in value:
            below = f"{path}.{key}" if path else key
            result.merge(_validated(value[key], one, below, before.get(key, NOTHING)))
    for key in schema.get("required") or ():
        if key not in value:
            result.wrong.append(Wrong(f"{path}.{key}", required))
