"""From a parsed document to an object of a kind: each value must have its field's type, and unknown fields are told.

Messages are those of Go's decoders, which people know from kubectl.
Follows staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go and sigs.k8s.io/json, v1.34.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from simulator.engine import quantity
from simulator.engine.registry import Body
from simulator.schema import Type

MOST_COMPLAINTS = 100


class WrongType(ValueError):
    """A value that its field cannot hold. `path` is the field with the indexes of lists, as people write it."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


class Complaint(NamedTuple):
    """What strict decoding objects to: `unknown field "spec.foo"`, at the path without the quotes."""

    message: str
    path: str


class Literal(float):
    """A number with a fraction or an exponent, with the text that it was written as."""

    text: str

    def __new__(cls, text: str) -> Literal:
        held = super().__new__(cls, text)
        held.text = text
        return held


class Repeated(dict[str, Any]):
    """An object in which keys were written more than once; the last value counts."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        seen: set[str] = set()
        again = [key for key, _ in pairs if key in seen or seen.add(key)]  # type: ignore[func-returns-value]
        self.again = list(dict.fromkeys(again))


def decode(document: Mapping[str, Any], kind: Type) -> tuple[Body, list[Complaint]]:
    """The document as an object of the kind, without nulls, and what strict decoding would object to.

    Raises WrongType.
    """
    complaints: list[Complaint] = []
    body = _Decoder(complaints).object(document, kind, "", "", "")
    return body, complaints


class _Decoder:
    """Walks a document and its type together. `path` counts list items, `plain` is the path as Go's errors show it,
    `struct` the nearest type with a name."""

    def __init__(self, complaints: list[Complaint]) -> None:
        self.complaints = complaints

    def value(self, value: Any, kind: Type, path: str, plain: str, struct: str) -> Any:
        match kind.form:
            case "string":
                if isinstance(value, str):
                    return value
            case "object":
                if isinstance(value, dict):
                    return self.object(value, kind, path, plain, struct)
            case "list":
                if isinstance(value, list):
                    item = kind.item
                    return [
                        self.value(one, item, f"{path}[{index}]", plain, struct) if one is not None else _zero(item)
                        for index, one in enumerate(value)
                    ]
            case "map":
                if isinstance(value, dict):
                    return self.map(value, kind, path, plain, struct)
            case "integer":
                if type(value) is int and _fits(value, kind.go):
                    return value
            case "boolean":
                if isinstance(value, bool):
                    return value
            case "number":
                if isinstance(value, int | float) and not isinstance(value, bool):
                    return float(value)
            case "bytes":
                if isinstance(value, str):
                    return _special(_bytes, value, path)
            case "raw":
                return _free(value)
            case _:
                return _special(_SPECIAL[kind.form], value, path)
        raise WrongType(_mismatch(value, kind, plain, struct), path)

    def object(self, value: Mapping[str, Any], kind: Type, path: str, plain: str, struct: str) -> Body:
        body: Body = {}
        fields, struct = kind.fields, kind.struct or struct
        dot, plain_dot = f"{path}." if path else "", f"{plain}." if plain else ""
        if isinstance(value, Repeated):
            for name in value.again:
                self.complain("duplicate", f"{dot}{name}")
        for name, inner in value.items():
            field = fields.get(name)
            if field is None:
                self.complain("unknown", f"{dot}{name}")
            elif inner is not None:
                held = self.value(inner, field.type, f"{dot}{name}", f"{plain_dot}{name}", struct)
                if held or field.required or field.type.form not in ("list", "map"):
                    body[name] = held
        return body

    def map(self, value: Mapping[str, Any], kind: Type, path: str, plain: str, struct: str) -> Body:
        item = kind.item
        if isinstance(value, Repeated):
            for name in value.again:
                self.complain("duplicate", f"{path}.{name}")
        return {
            name: self.value(inner, item, f"{path}.{name}", plain, struct) if inner is not None else _zero(item)
            for name, inner in value.items()
        }

    def complain(self, what: str, path: str) -> None:
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(Complaint(f'{what} field "{path}"', path))


def _fits(value: int, go: str) -> bool:
    bits = 31 if go == "int32" else 63
    return -(1 << bits) <= value < 1 << bits


_ZEROS = {
    "string": "", "bytes": "", "integer": 0, "number": 0.0, "boolean": False, "quantity": "0", "intorstring": 0,
}  # fmt: skip


def _zero(kind: Type) -> Any:
    if kind.form == "object" or kind.form == "map":
        return {}
    return [] if kind.form == "list" else _ZEROS.get(kind.form)


def _free(value: Any) -> Any:
    """A value without a schema, of plain types that every JSON writer takes."""
    if isinstance(value, dict):
        return {key: _free(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_free(inner) for inner in value]
    if isinstance(value, float) or (type(value) is int and not -(1 << 63) <= value < 1 << 64):
        return float(value)
    return value


def shown(value: Any) -> str:
    """What Go's decoder calls a value: `string`, `number 1.5`, `object`, `array`, `bool`."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, str):
        return "string"
    if isinstance(value, dict):
        return "object"
    if isinstance(value, list):
        return "array"
    if value is None:
        return "null"
    return "number"


def _number(value: Any) -> str:
    if isinstance(value, Literal):
        return f"number {value.text}"
    return f"number {value}" if isinstance(value, int | float) and not isinstance(value, bool) else shown(value)


def _mismatch(value: Any, kind: Type, plain: str, struct: str) -> str:
    called = _number(value) if kind.form == "integer" else shown(value)
    return f"json: cannot unmarshal {called} into Go struct field {struct}.{plain} of type {kind.go}"


def _special(read: Callable[[Any], Any], value: Any, path: str) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise WrongType(str(error), path) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"json: cannot unmarshal {shown(value)} into Go value of type string")
    return value


def _bytes(value: str) -> str:
    packed = value.replace("\n", "").replace("\r", "")
    try:
        base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        bad = next((at for at, letter in enumerate(packed) if letter not in alphabet), len(packed))
        raise ValueError(f"illegal base64 data at input byte {min(bad, len(packed) // 4 * 4 or bad)}") from None
    return packed


_HUGE = re.compile(r"[eE][-+]?\d{3}")
"""Powers of ten that nobody means, and that exact arithmetic would take for ever to write out."""


def _quantity(value: Any) -> str:
    if isinstance(value, Literal):
        value = value.text
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(quantity.MALFORMED)
    text = str(value).strip()
    if len(text) > 64 or _HUGE.search(text):
        raise ValueError(quantity.MALFORMED)
    try:
        quantity.parse(text)
        return quantity.canonical(text)
    except (ValueError, OverflowError, ArithmeticError):
        rest = text.lstrip("+-").lstrip("0123456789.")
        if rest and all(letter in "eEinumkKMGTP" for letter in rest):
            raise ValueError("unable to parse quantity's suffix") from None
        raise ValueError(quantity.MALFORMED) from None


def _int_or_string(value: Any) -> str | int:
    if isinstance(value, str):
        return value
    if type(value) is int and _fits(value, "int32"):
        return value
    raise ValueError(f"json: cannot unmarshal {_number(value)} into Go value of type int32")


def _time(value: Any) -> str:
    return _parsed(_text(value), "2006-01-02T15:04:05Z07:00").isoformat(timespec="seconds")[:-6] + "Z"


def _micro_time(value: Any) -> str:
    moment = _parsed(_text(value), "2006-01-02T15:04:05.000000Z07:00")
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def _parsed(text: str, layout: str) -> datetime:
    try:
        if len(text) < 20 or text[10] not in "Tt":
            raise ValueError(text)
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f'parsing time "{text}" as "{layout}": cannot parse "{text}" as "2006"') from None


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    "quantity": _quantity,
    "intorstring": _int_or_string,
    "time": _time,
    "microtime": _micro_time,
}
