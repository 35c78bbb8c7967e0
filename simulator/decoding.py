"""From a parsed document to an object of a kind: each value must have its field's type, and unknown fields are told.

Messages are those of Go's decoders, which people know from kubectl.
Follows staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go and sigs.k8s.io/json, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from simulator.engine.custom_resources.structural import META, pruned, without_nulls
from simulator.engine.registry import Body
from simulator.schema import SCHEMA, Type, of
from simulator.unmarshal import READERS, fits, number, read_bytes, rewritten, shown, text

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
    decoder = _Decoder(complaints)
    if kind.structural is not None:
        return decoder.custom(document, kind), complaints
    return decoder.object(document, kind, "", "", ""), complaints


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
                if type(value) is int and fits(value, kind.go):
                    return value
            case "boolean":
                if isinstance(value, bool):
                    return value
            case "number":
                if isinstance(value, int | float) and not isinstance(value, bool):
                    return rewritten(value)
            case "bytes":
                if isinstance(value, str):
                    return _special(read_bytes, value, path)
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

    def custom(self, document: Mapping[str, Any], kind: Type) -> Body:
        """A custom resource: its head is Go's, of the rest what the schema knows. Values are not looked at here."""
        head: Body = {}
        for name in META & document.keys():
            if document[name] is not None:
                head[name] = self.value(document[name], kind.fields[name].type, name, name, "ObjectMeta")
        rest = {name: value for name, value in document.items() if name not in META}
        if isinstance(document, Repeated):
            for name in document.again:
                self.complain("duplicate", name)
        self.repeated(rest, "")
        unknown: list[str] = []
        left = pruned(_free(rest), kind.structural, unknown)
        for path in sorted(unknown):
            self.complain("unknown", path)
        return {**head, **without_nulls(left, kind.structural)}

    def repeated(self, value: Any, path: str) -> None:
        """Complains of keys that were written more than once, anywhere inside."""
        if isinstance(value, dict):
            for name in value.again if isinstance(value, Repeated) else ():
                self.complain("duplicate", f"{path}.{name}" if path else name)
            for name, inner in value.items():
                self.repeated(inner, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for at, inner in enumerate(value):
                self.repeated(inner, f"{path}[{at}]")

    def complain(self, what: str, path: str) -> None:
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(Complaint(f'{what} field "{path}"', path))


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
        return rewritten(value)
    return value


def _mismatch(value: Any, kind: Type, plain: str, struct: str) -> str:
    called = number(value) if kind.form == "integer" else shown(value)
    return f"json: cannot unmarshal {called} into Go struct field {struct}.{plain} of type {kind.go}"


def _special(read: Callable[[Any], Any], value: Any, path: str) -> Any:
    try:
        return read(value)
    except ValueError as error:
        raise WrongType(str(error), path) from None


def _schema(value: Any) -> Body:
    """A schema inside a schema, which upstream does not read strictly."""
    return _Decoder([]).object(value, of(SCHEMA), "", "", "")


def _schema_or_array(value: Any) -> Any:
    if isinstance(value, list):
        if not all(isinstance(one, dict) for one in value):
            raise ValueError("json: cannot unmarshal the items into Go value of type v1.JSONSchemaProps")
        return [_schema(one) for one in value]
    return _schema(value) if isinstance(value, dict) else {}


def _schema_or_bool(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if not isinstance(value, dict):
        raise ValueError("boolean or JSON schema expected")
    return _schema(value)


def _schema_or_texts(value: Any) -> Any:
    if isinstance(value, list):
        return [text(one) for one in value]
    return _schema(value) if isinstance(value, dict) else {}


_SPECIAL: dict[str, Callable[[Any], Any]] = {
    **READERS,
    "schemaorarray": _schema_or_array,
    "schemaorbool": _schema_or_bool,
    "schemaortexts": _schema_or_texts,
}
