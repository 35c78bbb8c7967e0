"""create, update and patch of objects and of their status: decode, then one transaction of the store.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,update,patch}.go, v1.34.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jsonpatch
import jsonpointer
import orjson

from simulator import schema, store
from simulator.api import applying, bodies, refusals, tables
from simulator.api.calls import Answer, Call, answer
from simulator.api.negotiation import PATCHES, STRATEGIC, content_type
from simulator.api.options import WriteOptions, write_options
from simulator.decoding import WrongType, decode
from simulator.documents import Unreadable, parse_json
from simulator.engine import control_plane, errors, patching
from simulator.engine.causes import Cause, _
from simulator.engine.registry import Body, Kind

MOST_OPERATIONS = 10_000


def create(call: Call) -> Answer:
    """Stores the new object of the body and answers with it, 201. Raises StatusError."""
    options = write_options(call.query, "CreateOptions")
    kind = call.route.kind
    body = bodies.read(call, kind.group, kind.version, kind.kind, validation=options.validation)
    body = with_namespace(call, body)
    meta = body["metadata"]
    if meta.get("resourceVersion") not in (None, "", "0"):
        raise errors.bad_request("resourceVersion should not be set on objects to be created")
    body = {**body, "metadata": {key: value for key, value in meta.items() if key != "resourceVersion"}}
    name = meta.get("name") or meta.get("generateName", "")
    cause = call.cause("create", _("{user} created {kind} {name}."), name=name)
    made = kind.to_stored(body)

    def work(txn: store.Transaction) -> Body:
        return txn.create(kind, made, cause, manage=applying.noted(call, options, txn))

    stored = call.write(work, dry_run=options.dry_run)
    call.warnings.extend(control_plane.warnings(kind, stored, None))
    return answer(call, tables.shown(call, stored), 201)


def with_namespace(call: Call, body: Body) -> Body:
    """The body in the namespace of the path. Raises StatusError 400 where it says another."""
    namespace = call.route.namespace or ""
    meta = body["metadata"]
    if meta.get("namespace", namespace) not in (namespace, ""):
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if not namespace:
        return {**body, "metadata": {key: value for key, value in meta.items() if key != "namespace"}}
    return {**body, "metadata": {**meta, "namespace": namespace}}


def update(call: Call) -> Answer:
    """Replaces the object, or its status. Raises StatusError."""
    options = write_options(call.query, "UpdateOptions")
    kind = call.route.kind
    body = bodies.read(call, kind.group, kind.version, kind.kind, validation=options.validation)
    if not kind.unconditional and body["metadata"].get("resourceVersion") in (None, "", "0"):
        wrong = errors.invalid_value("metadata.resourceVersion", 0, "must be specified for an update")
        raise errors.invalid(kind.group, kind.plural, call.route.name, [wrong])
    return _stored(call, lambda old: body, cause_of(call, "update"), options)


def cause_of(call: Call, verb: str) -> Cause:
    if call.route.subresource == "status":
        return call.cause(verb, _("{user} changed the status of {kind} {name}."))
    if verb == "apply":
        return call.cause(verb, _("{user} applied {kind} {name}."))
    return call.cause(verb, _("{user} changed {kind} {name}."))


def patch(call: Call) -> Answer:
    """Patches the object, or its status, by a patch of any kind. Raises StatusError."""
    if applying.is_apply(call):
        return applying.apply(call, cause_of(call, "apply"))
    options = write_options(call.query, "PatchOptions")
    kind = call.route.kind
    typed = schema.of_kind(kind)
    change = change_of(call, typed)

    def make(old: Body) -> Body:
        return patched(call, change, old, typed, options.validation)

    return _stored(call, make, cause_of(call, "patch"), options)


def _stored(call: Call, make: Callable[[Body], Body], cause: Cause, options: WriteOptions) -> Answer:
    """Replaces the object by what `make` makes of it, in one transaction."""
    kind = call.route.kind

    def work(txn: store.Transaction) -> Body:
        old = txn.get(kind.storage, call.route.namespace or "", call.route.name)
        if old is None:
            raise errors.not_found(kind.resource, call.route.name)
        old = kind.from_stored(old)
        body = kind.to_stored(_for_this_object(call, make(old), old))
        new = txn.update(
            kind,
            body,
            cause,
            subresource=call.route.subresource,
            expected=body["metadata"].get("resourceVersion"),
            manage=applying.noted(call, options, txn),
        )
        call.warnings.extend([] if call.route.subresource else control_plane.warnings(kind, new, old))
        return new

    stored = call.write(work, dry_run=options.dry_run)
    return answer(call, tables.shown(call, stored))


def _for_this_object(call: Call, body: Body, old: Body) -> Body:
    """The body with the name and the namespace of the path. Raises StatusError where it says others."""
    meta = check_identity(call, body, old)["metadata"]
    if call.route.subresource:
        meta = {key: value for key, value in meta.items() if key != "managedFields"}
    return {**body, "metadata": {**meta, "name": call.route.name}}


def check_identity(call: Call, body: Body, old: Body) -> Body:
    """The body in the namespace of the path. Raises StatusError where its name, namespace or uid are another's."""
    name, meta = call.route.name, body["metadata"]
    if meta.get("name", name) != name:
        raise errors.bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
    held = old["metadata"]["uid"]
    if meta.get("uid", held) not in (held, ""):
        detail = f"Precondition failed: UID in precondition: {meta['uid']}, UID in object meta: {held}"
        raise errors.conflict(call.route.kind.resource, name, detail)
    return with_namespace(call, body)


Change = Callable[[Body], Any]


def change_of(call: Call, typed: schema.Type) -> Change:
    """What the patch in the body does to an object. Raises StatusError on a body that is no patch."""
    media = content_type(call.headers.get("Content-Type", ""))
    accepted = patches(call.route.kind)
    if media not in accepted:
        raise refusals.unsupported_media_type(accepted)
    try:
        document = parse_json(call.body.decode("utf-8", "replace"))
    except Unreadable as error:
        raise errors.bad_request(f"error decoding patch: {error}") from None
    if media == PATCHES[0]:
        return _json_patch(document)
    if not isinstance(document, dict):
        raise errors.bad_request("error decoding patch: json: cannot unmarshal the patch into an object")
    if media == PATCHES[1]:
        return lambda old: patching.merge(old, document)
    return lambda old: patching.strategic(old, document, typed)


def patches(kind: Kind) -> tuple[str, ...]:
    """The kinds of patches that objects of a kind take: a strategic merge needs a type of Go's."""
    return PATCHES if kind.structural is None else tuple(one for one in PATCHES if one != STRATEGIC)


def _json_patch(document: Any) -> Change:
    if not isinstance(document, list) or not all(isinstance(one, dict) for one in document):
        raise errors.bad_request(
            "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch"
        )
    if len(document) > MOST_OPERATIONS:
        raise refusals.too_large(
            f"The allowed maximum operations in a JSON patch is {MOST_OPERATIONS}, got {len(document)}"
        )

    def change(old: Body) -> Any:
        result: Any = copy.deepcopy(old)
        for operation in document:
            result = _one_operation(result, operation)
        return result

    return change


def _one_operation(target: Any, operation: Body) -> Any:
    """The target with one operation of a JSON patch applied. Raises StatusError."""
    try:
        return jsonpatch.JsonPatch([operation]).apply(target, in_place=True)
    except (
        jsonpatch.JsonPatchException,
        jsonpointer.JsonPointerException,
        AttributeError,
        TypeError,
        KeyError,
        ValueError,
        IndexError,
    ):
        raise refusals.rejected_patch() from None


def patched(call: Call, change: Change, old: Body, typed: schema.Type, validation: str) -> Body:
    """The old object with the patch applied, decoded as a new one is. Raises StatusError."""
    try:
        document = change(old)
    except patching.PatchError as error:
        raise errors.bad_request(str(error)) from None
    if not isinstance(document, dict):
        raise refusals.rejected_patch()
    for field in ("apiVersion", "kind"):
        if document.get(field, old.get(field)) != old.get(field):
            wrong = errors.invalid_value(field, document[field], "field is immutable")
            raise errors.invalid("", "", call.route.name, [wrong])
    try:
        body, complaints = decode(bodies.with_reset(document), typed)
        detail = ", ".join(one.message for one in complaints)
        if complaints and validation == "Strict":
            raise WrongType(f"strict decoding error: {detail}", "")
    except WrongType as error:
        wrong = errors.invalid_value("patch", _shown(document), str(error))
        raise errors.invalid("", "", "", [wrong]) from None
    if validation == "Warn":
        call.warnings.extend(one.message for one in complaints)
    return {**body, "metadata": body.get("metadata") or {}}


def _shown(document: Any) -> str:
    try:
        return orjson.dumps(document).decode()
    except (TypeError, ValueError):
        return str(document)
