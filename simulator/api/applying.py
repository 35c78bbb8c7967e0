"""Server-side apply, and the record of who manages which field that every write through the API keeps.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (applyPatcher), v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from simulator import schema, store
from simulator.api import authorization, tables
from simulator.api.calls import Answer, Call, answer
from simulator.api.negotiation import APPLY, content_type
from simulator.api.options import WriteOptions, manager_of, write_options
from simulator.decoding import WrongType, decode
from simulator.documents import Node, Unreadable, parse_yaml
from simulator.engine import control_plane, errors
from simulator.engine.apply.components import Manage
from simulator.engine.apply.field_manager import FieldManager, described, failed, reset_fields
from simulator.engine.causes import Cause
from simulator.engine.registry import Body
from simulator.engine.validation.metadata import IMMUTABLE


def is_apply(call: Call) -> bool:
    return content_type(call.headers.get("Content-Type", "")) == APPLY


def field_manager(call: Call) -> FieldManager:
    """The field manager of the kind and the subresource that the request is about."""
    kind, subresource = call.route.kind, call.route.subresource
    stored = call.kinds[kind.storage]
    return FieldManager(
        kind, schema.of_kind(stored), subresource, reset_fields(stored, subresource), schema.of_kind(kind)
    )


def noted(call: Call, options: WriteOptions, txn: store.Transaction) -> Manage:
    """How a write that is no apply notes who manages the fields that it changes."""
    manager = field_manager(call)
    name = manager_of(options, call.headers.get("User-Agent", ""))
    return lambda old, new: manager.update(old, new, manager=name, now=txn.now)


def apply(call: Call, cause: Cause) -> Answer:
    """Applies the configuration in the body: creates the object, 201, or merges it into the one there is.

    Raises StatusError: 409 where other managers have the fields, 403 where the client may patch but not create.
    """
    options = write_options(call.query, "PatchOptions", applies=True)
    kind, subresource = call.route.kind, call.route.subresource
    document = read(call)
    manager, typed = field_manager(call), schema.of_kind(call.kinds[kind.storage])

    def work(txn: store.Transaction) -> tuple[Body, Body | None]:
        old = txn.get(kind.storage, call.route.namespace or "", call.route.name)
        if old is None and subresource:
            raise errors.not_found(kind.resource, call.route.name)
        config = document.plain() if document else {}
        applied = manager.apply(old, config, manager=options.manager, force=options.force, now=txn.now)
        object_to_repeated(call, document, options.validation)
        body = identified(call, canonical(applied, typed, config), old)
        if old is None:
            made = txn.create(kind, body, cause)
            authorization.demand(call, authorization.attributes(call)._replace(verb="create"))
            return made, None
        expected = body["metadata"].get("resourceVersion")
        return txn.update(kind, body, cause, subresource=subresource, expected=expected), old

    stored, old = call.write(work, dry_run=options.dry_run)
    call.warnings.extend([] if subresource else control_plane.warnings(kind, stored, old))
    return answer(call, tables.shown(call, stored), 200 if old else 201)


def read(call: Call) -> Node | None:
    """The configuration of an apply: YAML, of which JSON is a part. None for an empty body. Raises StatusError 400."""
    try:
        text = call.body.decode("utf-8")
        document = next(parse_yaml(text), None)
    except UnicodeDecodeError:
        raise _undecodable("error converting YAML to JSON: yaml: invalid leading UTF-8 octet") from None
    except Unreadable as error:
        raise _undecodable(f"error converting YAML to JSON: {error}") from None
    if document is None or document.pairs is not None:
        return document
    value = document.plain()
    if value is None:
        return None
    called = "array" if isinstance(value, list) else "bool" if isinstance(value, bool) else "number"
    called = "string" if isinstance(value, str) else called
    raise _undecodable(
        "error unmarshaling JSON: while decoding JSON: "
        f"json: cannot unmarshal {called} into Go value of type map[string]interface {{}}"
    )


def _undecodable(detail: str) -> errors.StatusError:
    return errors.bad_request(f"error decoding YAML: {detail}")


def object_to_repeated(call: Call, document: Node | None, validation: str) -> None:
    """Refuses (Strict) or warns of (Warn) keys that are written more than once."""
    repeated = list(_repeated(document)) if document and validation != "Ignore" else []
    if not repeated:
        return
    lines = "".join(f"\n  {one}" for one in repeated)
    detail = f"error converting YAML to JSON: yaml: unmarshal errors:{lines}"
    if validation == "Strict":
        raise errors.bad_request(f"error strict decoding YAML: {detail}")
    call.warnings.append(detail)


def _repeated(node: Node) -> Iterator[str]:
    seen = set()
    for name, _, value in node.pairs or ():
        if name in seen:
            yield f"line {value.line}: key {json.dumps(name, ensure_ascii=False)} already set in map"
        seen.add(name)
        yield from _repeated(value)
    for item in node.items or ():
        yield from _repeated(item)


def canonical(applied: Body, typed: schema.Type, config: Any) -> Body:
    """The merged object as an object of its kind: its values in their proper form. Raises StatusError 500."""
    meta = applied["metadata"]
    entries = meta["managedFields"]
    bare = {**applied, "metadata": {key: value for key, value in meta.items() if key != "managedFields"}}
    try:
        body, _ = decode(bare, typed)
    except WrongType as error:
        named = described(config)
        detail = f"unable to convert unstructured object to {named.partition('; ')[2]}: {error}"
        raise failed(f"failed to convert new object ({named}) to proper version: {detail}") from None
    return {**body, "metadata": {**(body.get("metadata") or {}), "managedFields": entries}}


def identified(call: Call, body: Body, old: Body | None) -> Body:
    """The body in the namespace of the path. Raises StatusError where its name, namespace or uid are another's."""
    kind, name, meta = call.route.kind, call.route.name, body["metadata"]
    uid, held = meta.get("uid"), old["metadata"]["uid"] if old else ""
    if uid and not old:
        detail = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
        raise errors.conflict(kind.resource, name, detail)
    namespace = call.route.namespace or ""
    if namespace and meta.get("namespace") not in (None, "", namespace):
        raise errors.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    if not meta.get("name"):
        raise errors.bad_request(
            f"the name of the object ({name} based on URL) was undeterminable: name must be provided"
        )
    if meta["name"] != name:
        raise errors.bad_request(f"the name of the object ({meta['name']}) does not match the name on the URL ({name})")
    if uid and uid != held:
        wrong = errors.invalid_value("metadata.uid", uid, IMMUTABLE)
        raise errors.invalid(kind.group, kind.kind, name, [wrong])
    if namespace:
        return {**body, "metadata": {**meta, "namespace": namespace}}
    return {**body, "metadata": {key: value for key, value in meta.items() if key != "namespace"}}
