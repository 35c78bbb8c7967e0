"""Reading the protobuf bodies that typed clients such as `kubectl create deployment` send. We answer them in JSON.

The field numbers are in wire_fields.json (made by scripts/wire_fields.py); types and everything else come from
`simulator.schema`. Follows staging/src/k8s.io/apimachinery/pkg/runtime/serializer/protobuf/protobuf.go, v1.34.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from simulator.documents import DEEPEST, Unreadable, parse_json
from simulator.engine.objects import micro_timestamp, timestamp
from simulator.schema import Type

MEDIA = "application/vnd.kubernetes.protobuf"
_MAGIC = b"k8s\0"
_LATEST = 253_402_300_799  # the last second of the year 9999


@cache
def _tables() -> dict[str, dict[str, str]]:
    text = (resources.files("simulator.api") / "wire_fields.json").read_bytes()
    held: dict[str, dict[str, str]] = json.loads(text)
    return held


def envelope(data: bytes) -> tuple[str, str, bytes]:
    """apiVersion, kind and the object's own bytes. Raises Unreadable."""
    if not data.startswith(_MAGIC):
        raise Unreadable("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    meta, raw = b"", b""
    for number, value in _fields(data[len(_MAGIC) :]):
        if number == 1:
            meta = _packed(value)
        elif number == 2:
            raw = _packed(value)
    texts = {number: _text(value) for number, value in _fields(meta)}
    return texts.get(1, ""), texts.get(2, ""), raw


def message(data: bytes, kind: Type) -> dict[str, Any]:
    """The object in the bytes, in the wire's JSON shape. Raises Unreadable."""
    return _message(data, kind, kind.name, 0)


def _message(data: bytes, kind: Type, name: str, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise Unreadable("exceeded max depth")
    table = _tables().get(name, {})
    body: dict[str, Any] = {}
    for number, value in _fields(data):
        field = table.get(str(number), "")
        if field.startswith("."):
            body |= _message(_packed(value), kind, name.rpartition(".")[0] + field, depth + 1)
            continue
        known = kind.fields.get(field.removeprefix("*"))
        if known is not None:
            _take(body, field, value, known.type, known.required, depth)
    return body


def _take(body: dict[str, Any], field: str, value: bytes | int, kind: Type, required: bool, depth: int) -> None:
    """Puts one value of a field into the object; those that Go leaves out when they are zero are left out."""
    name = field.removeprefix("*")
    if kind.form == "list":
        body.setdefault(name, []).append(_value(value, kind.item, depth))
    elif kind.form == "map":
        key, held = _entry(_packed(value), kind.item, depth)
        body.setdefault(name, {})[key] = held
    else:
        held = _value(value, kind, depth)
        if held is not None and (held not in ("", 0, False) or field.startswith("*") or required):
            body[name] = held


def _entry(data: bytes, kind: Type, depth: int) -> tuple[str, Any]:
    key, held = "", None
    for number, value in _fields(data):
        if number == 1:
            key = _text(value)
        elif kind.form == "list":
            held = [_value(one, kind.item, depth) for _, one in _fields(_packed(value))]
        else:
            held = _value(value, kind, depth)
    return key, "" if held is None and kind.is_primitive else held


def _value(value: bytes | int, kind: Type, depth: int) -> Any:
    match kind.form:
        case "object":
            return _message(_packed(value), kind, kind.name, depth + 1)
        case "string":
            return _text(value)
        case "integer":
            return _number(value)
        case "boolean":
            return bool(_number(value))
        case "bytes":
            return base64.b64encode(_packed(value)).decode()
        case "number":
            packed = _packed(value)
            return struct.unpack("<d", packed)[0] if len(packed) == 8 else 0.0
    parts = dict(_fields(_packed(value)))
    match kind.form:
        case "quantity":
            return _text(parts.get(1, b"")) or "0"
        case "intorstring":
            return _text(parts.get(3, b"")) if parts.get(1) else _number(parts.get(2, 0))
        case "time" | "microtime":
            return _moment(parts, kind.form)
        case "raw":
            raw = _packed(parts.get(1, b""))
            return parse_json(raw.decode("utf-8", "replace")) if raw else None
    return None


def _moment(parts: dict[int, bytes | int], form: str) -> str | None:
    seconds, nanos = _number(parts.get(1, 0)), _number(parts.get(2, 0))
    if not parts or not 0 < seconds <= _LATEST:
        return None
    return (
        micro_timestamp(seconds * 1_000_000 + nanos // 1000) if form == "microtime" else timestamp(seconds * 1_000_000)
    )


def _fields(data: bytes) -> Iterator[tuple[int, bytes | int]]:
    """The fields of a message: number, and bytes or (for varints) the number. Raises Unreadable."""
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        wire = tag & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield tag >> 3, value
            continue
        if wire == 2:
            length, at = _varint(data, at)
        elif wire in (1, 5):
            length = 8 if wire == 1 else 4
        else:
            raise Unreadable(f"proto: illegal wireType {wire}")
        if at + length > end:
            raise Unreadable("unexpected EOF")
        yield tag >> 3, data[at : at + length]
        at += length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise Unreadable("unexpected EOF")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise Unreadable("proto: integer overflow")


def _packed(value: bytes | int) -> bytes:
    if isinstance(value, int):
        raise Unreadable("proto: wrong wireType = 0")
    return value


def _text(value: bytes | int) -> str:
    return _packed(value).decode("utf-8", "replace")


def _number(value: bytes | int) -> int:
    if isinstance(value, bytes):
        raise Unreadable("proto: wrong wireType = 2")
    value &= (1 << 64) - 1
    return value - (1 << 64) if value >= 1 << 63 else value
