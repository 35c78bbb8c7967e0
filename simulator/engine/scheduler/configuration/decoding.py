"""Strict decoding: a parsed document into the fields of a type, with every wrong value and unknown field.

Messages are those of Go's decoders. Values that are null are as if they were not there.
Follows staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go, sigs.k8s.io/json and
pkg/apis/meta/v1/duration.go, v1.34.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

from simulator.engine import cron
from simulator.engine.scheduler.configuration.faults import Fault
from simulator.engine.scheduler.configuration.types import Type

_BITS = {"int32": 31, "int64": 63}
_ZEROS: dict[str, Any] = {"text": "", "bytes": "", "integer": 0, "number": 0.0, "boolean": False, "duration": "0s"}
_STRICT = "strict decoding error: "


class Decoded(NamedTuple):
    """The fields that hold something; `faults` is empty where the value may be used."""

    body: dict[str, Any]
    faults: list[Fault]


def decode(value: Mapping[str, Any], kind: Type, *, at: str = "", wrapped: str = "", strictly: str = "") -> Decoded:
    """at: the path of the value. wrapped and strictly: what its errors, and those of unknown fields, begin with.

    Where a value has the wrong type, unknown fields are not told, as upstream's decoder does not come to them.
    """
    decoder = _Decoder(at, wrapped, strictly)
    body = decoder.object(value, kind, "", "", "")
    return Decoded(body, decoder.wrong or decoder.unknown)


class _Decoder:
    """Walks a value and its type together. `path` counts list items, `plain` is the path as Go's errors show it,
    `struct` the nearest type with a name."""

    def __init__(self, at: str, wrapped: str, strictly: str) -> None:
        self.wrong: list[Fault] = []
        self.unknown: list[Fault] = []
        self._at, self._wrapped, self._strictly = at, wrapped, strictly

    def object(self, value: Mapping[str, Any], kind: Type, path: str, plain: str, struct: str) -> dict[str, Any]:
        body, struct = {}, kind.struct or struct
        dot, plain_dot = f"{path}." if path else "", f"{plain}." if plain else ""
        self._repeated(value, dot)
        for name, inner in value.items():
            field = kind.fields.get(name)
            if field is None:
                self._complain("unknown", f"{dot}{name}")
            elif inner is not None:
                body[name] = self.value(inner, field, f"{dot}{name}", f"{plain_dot}{name}", struct)
        return body

    def value(self, value: Any, kind: Type, path: str, plain: str, struct: str) -> Any:
        match kind.form:
            case "object" if isinstance(value, dict):
                return self.object(value, kind, path, plain, struct)
            case "list" if isinstance(value, list) and kind.item:
                return self._list(value, kind.item, path, plain, struct)
            case "map" if isinstance(value, dict) and kind.item:
                self._repeated(value, f"{path}.")
                return {
                    str(name): _zero(kind.item)
                    if one is None
                    else self.value(one, kind.item, f"{path}.{name}", plain, struct)
                    for name, one in value.items()
                }
            case "text" if isinstance(value, str):
                return value
            case "boolean" if isinstance(value, bool):
                return value
            case "integer" if type(value) is int and -(1 << _BITS[kind.go]) <= value < 1 << _BITS[kind.go]:
                return value
            case "number" if isinstance(value, int | float) and not isinstance(value, bool):
                return value
            case "raw":
                return value
            case "duration" | "bytes":
                return self._special(value, kind, path, plain, struct)
        said = f"json: cannot unmarshal {_called(value, kind)} into Go struct field {struct}.{plain} of type {kind.go}"
        return self._refuse(path, said)

    def _list(self, value: list[Any], item: Type, path: str, plain: str, struct: str) -> list[Any]:
        return [
            _zero(item) if one is None else self.value(one, item, f"{path}[{index}]", plain, struct)
            for index, one in enumerate(value)
        ]

    def _special(self, value: Any, kind: Type, path: str, plain: str, struct: str) -> Any:
        if not isinstance(value, str):
            target = (
                "Go value of type string"
                if kind.form == "duration"
                else f"Go struct field {struct}.{plain} of type {kind.go}"
            )
            return self._refuse(path, f"json: cannot unmarshal {_shown(value)} into {target}")
        try:
            if kind.form == "duration":
                cron.duration(value)
            else:
                base64.b64decode(value, validate=True)
        except binascii.Error:
            return self._refuse(path, "illegal base64 data")
        except ValueError as error:
            return self._refuse(path, str(error))
        return value

    def _refuse(self, path: str, message: str) -> None:
        self.wrong.append(Fault(_joined(self._at, path), self._wrapped + message))

    def _complain(self, what: str, path: str) -> None:
        message = f'{self._strictly}{_STRICT}{what} field "{path}"'
        self.unknown.append(Fault(_joined(self._at, path), message))

    def _repeated(self, value: Mapping[str, Any], dot: str) -> None:
        """Complains of keys that were written more than once, which a parser notes as `again`."""
        for name in getattr(value, "again", ()):
            self._complain("duplicate", f"{dot}{name}")


def _joined(at: str, path: str) -> str:
    return f"{at}.{path}" if at and path else at or path


def _zero(kind: Type) -> Any:
    if kind.form in ("object", "map"):
        return {}
    return [] if kind.form == "list" else _ZEROS.get(kind.form)


def _called(value: Any, kind: Type) -> str:
    called = _shown(value)
    return f"number {getattr(value, 'text', value)}" if called == "number" and kind.form == "integer" else called


def _shown(value: Any) -> str:
    """What Go's decoder calls a value."""
    for types, name in ((bool, "bool"), (str, "string"), (dict, "object"), (list, "array")):
        if isinstance(value, types):
            return name
    return "number"


def head(document: Any) -> tuple[str, str]:
    """The apiVersion and the kind of a document, empty where it has none. Raises ValueError in upstream's words."""
    parse = "couldn't get version/kind; json parse error: json: cannot unmarshal"
    if document is None:
        return "", ""
    if not isinstance(document, dict):
        raise ValueError(f"{parse} {_shown(document)} into Go value of type {_HEAD}")
    for key in ("apiVersion", "kind"):
        if document.get(key) is not None and not isinstance(document[key], str):
            raise ValueError(f"{parse} {_shown(document[key])} into Go struct field .{key} of type string")
    version: str = document.get("apiVersion") or ""
    if version.count("/") > 1:
        raise ValueError(f"unexpected GroupVersion string: {version}")
    return version, document.get("kind") or ""


_HEAD = r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
