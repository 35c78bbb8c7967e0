"""From the bytes of a request to an object of the kind that its path names, in upstream's words where it cannot be.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,rest}.go, v1.34.
"""

from __future__ import annotations

from typing import Any

from simulator import schema
from simulator.api import protobuf, refusals
from simulator.api.calls import Call
from simulator.api.negotiation import SPOKEN, YAML, content_type
from simulator.decoding import Complaint, WrongType, decode
from simulator.documents import Unreadable, parse_json, parse_yaml
from simulator.engine import errors
from simulator.engine.errors import StatusError
from simulator.engine.registry import Body
from simulator.schema import Type
from simulator.unmarshal import shown

_SCHEME = "pkg/api/legacyscheme/scheme.go:30"


def parse(call: Call, kind: Type) -> Any:
    """The document of a body of this kind. Raises StatusError 415, and Unreadable."""
    media = content_type(call.headers.get("Content-Type", "")) or SPOKEN[0]
    if media == protobuf.MEDIA:
        api_version, name, raw = protobuf.envelope(call.body)
        return {**protobuf.message(raw, kind), "apiVersion": api_version, "kind": name}
    if media not in SPOKEN:
        raise refusals.unsupported_media_type((*SPOKEN, protobuf.MEDIA))
    text = call.body.decode("utf-8", "replace")
    if media != YAML:
        return parse_json(text)
    if b"\0" in call.body or ("\ufffd" in text and "\ufffd".encode() not in call.body):
        raise Unreadable("yaml: invalid leading UTF-8 octet")
    documents = [node.plain() for node in parse_yaml(text)]
    return documents[0] if documents else None


def read(call: Call, group: str, version: str, kind: str, *, validation: str) -> Body:
    """The object in the body, which must be of this kind or say nothing of its kind. Raises StatusError."""
    typed = type_of(call, group, version, kind)
    document = _parsed(call, kind, typed)
    api_version = f"{group}/{version}" if group else version
    _check_kind(call, document, api_version, kind)
    try:
        body, complaints = decode(with_reset(document), typed)
    except WrongType as error:
        raise cannot_handle(kind, version, kind, str(error)) from None
    object_to(call, complaints, validation, kind, version)
    return {**body, "apiVersion": api_version, "kind": kind, "metadata": body.get("metadata") or {}}


def with_reset(document: Any) -> Any:
    """The document with one empty entry where its managedFields are an empty list: both mean to reset them.

    Decoding would drop the list.
    """
    meta = document.get("metadata")
    if not isinstance(meta, dict) or meta.get("managedFields") != []:
        return document
    return {**document, "metadata": {**meta, "managedFields": [{}]}}


def type_of(call: Call, group: str, version: str, kind: str) -> Type:
    """The type of a kind of the cluster, or of one that only the API speaks of, such as Scale."""
    known = call.kinds.find(f"{group}/{version}" if group else version, kind)
    return schema.of_kind(known) if known else schema.of(schema.name_of(group, version, kind) or "")


def _parsed(call: Call, kind: str, typed: Type) -> Any:
    try:
        document = parse(call, typed)
    except Unreadable as error:
        raise unrecognized(kind, f"couldn't get version/kind; json parse error: {error}", call.body) from None
    return {} if document is None else document


def read_options(call: Call) -> Body:
    """The DeleteOptions of a body, which come in the group of the object or in that of the core. Raises StatusError."""
    name, typed = "DeleteOptions", schema.of("io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions")
    document = _parsed(call, name, typed)
    if isinstance(document, dict) and document.get("apiVersion") == call.route.kind.api_version:
        document = {**document, "apiVersion": "v1"}
    _check_kind(call, document, "v1", name)
    try:
        return decode(document, typed)[0]
    except WrongType as error:
        raise cannot_handle(name, "v1", name, str(error)) from None


def object_to(call: Call, complaints: list[Complaint], validation: str, kind: str, version: str) -> None:
    """Refuses (Strict) or warns of (Warn) what strict decoding objects to."""
    if not complaints or validation == "Ignore":
        return
    if validation == "Warn":
        call.warnings.extend(one.message for one in complaints)
        return
    raise cannot_handle(kind, version, kind, f"strict decoding error: {', '.join(one.message for one in complaints)}")


def cannot_handle(found: str, version: str, kind: str, detail: str) -> StatusError:
    return errors.bad_request(f'{found} in version "{version}" cannot be handled as a {kind}: {detail}')


def unrecognized(kind: str, detail: str, body: bytes) -> StatusError:
    """A body that is not even an object with a kind; its first bytes are shown in hexadecimal."""
    start = body[:30].hex() + (" ..." if len(body) > 30 else "")
    return errors.bad_request(f"the object provided is unrecognized (must be of type {kind}): {detail} ({start})")


def _check_kind(call: Call, document: Any, api_version: str, kind: str) -> None:
    interpreted = "couldn't get version/kind; json parse error: json: cannot unmarshal"
    if not isinstance(document, dict):
        go = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
        raise unrecognized(kind, f"{interpreted} {shown(document)} into Go value of type {go}", call.body)
    for field in ("apiVersion", "kind"):
        if not isinstance(document.get(field) or "", str):
            detail = f"{interpreted} {shown(document[field])} into Go struct field .{field} of type string"
            raise unrecognized(kind, detail, call.body)
    own_version, own_kind = document.get("apiVersion") or api_version, document.get("kind") or kind
    if (own_version, own_kind) == (api_version, kind):
        return
    own_group, _, version = own_version.rpartition("/")
    if call.kinds.find(own_version, own_kind) is None and schema.name_of(own_group, version, own_kind) is None:
        raise errors.bad_request(
            f'no kind "{own_kind}" is registered for version "{own_version}" in scheme "{_SCHEME}"'
        )
    if own_kind != kind:
        group = api_version.rpartition("/")[0].partition(".")[0] or "core"
        detail = f"converting ({version}.{own_kind}) to ({group}.{kind}): unknown conversion"
        raise cannot_handle(own_kind, version, kind, detail)
    raise errors.bad_request(
        f"the API version in the data ({own_version}) does not match the expected API version ({api_version})"
    )
