"""The subresources scale and binding: small objects of their own that change one field of another.

Follows pkg/registry/apps/deployment/storage/storage.go (ScaleREST) and pkg/registry/core/pod/storage/storage.go
(BindingREST), v1.34.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator import reading, store
from simulator.api import applying, bodies, tables, writing
from simulator.api.calls import Answer, Call, answer
from simulator.api.options import WriteOptions, manager_of, write_options
from simulator.engine import errors, scale
from simulator.engine.apply import fields
from simulator.engine.apply import scale as managed_scale
from simulator.engine.apply.field_manager import FieldManager
from simulator.engine.causes import _
from simulator.engine.objects import get_in, is_deleting, set_in, timestamp, with_condition
from simulator.engine.registry import Body, Instant, Kind, Scale

_SCALE = ("autoscaling", "v1", "Scale")
_KIND = Kind(group=_SCALE[0], version=_SCALE[1], kind=_SCALE[2], plural="scales", subresources=frozenset())


def _paths(call: Call) -> Scale:
    return call.route.kind.scale or Scale()


def scale_of(call: Call, body: Body) -> Body:
    """The Scale of an object."""
    return scale.of(_paths(call), body)


def get_scale(call: Call) -> Answer:
    body = reading.DatabaseReader(call.cluster).get(
        call.route.kind.storage, call.route.namespace or "", call.route.name
    )
    if body is None:
        raise errors.not_found(call.route.kind.resource, call.route.name)
    return answer(call, tables.shaped(call, scale_of(call, body)))


def put_scale(call: Call) -> Answer:
    """update, patch and apply of a Scale. Raises StatusError."""
    is_apply = applying.is_apply(call)
    options_kind = "PatchOptions" if call.route.verb == "patch" else "UpdateOptions"
    options = write_options(call.query, options_kind, applies=is_apply)
    make = _applied(call, options) if is_apply else _written(call, options)
    kind, paths = call.route.kind, _paths(call)
    cause_sentence = _("{user} scaled {kind} {name} to {replicas}.")

    def work(txn: store.Transaction) -> Body:
        old = txn.get(kind.storage, call.route.namespace or "", call.route.name)
        if old is None:
            raise errors.not_found(kind.resource, call.route.name)
        entries = old["metadata"].get("managedFields") or []
        held = scale_of(call, old)
        shown = managed_scale.to_subresource(entries, kind.api_version, _figure(paths))
        held = {**held, "metadata": {**held["metadata"], "managedFields": shown}}
        wanted = make(held, txn.now)
        replicas = get_in(wanted, "spec", "replicas", default=0)
        if replicas < 0:
            wrong = errors.invalid_value("spec.replicas", replicas, "must be greater than or equal to 0")
            raise errors.invalid(_SCALE[0], _SCALE[2], call.route.name, [wrong])
        cause = call.cause("scale", cause_sentence, replicas=replicas)
        scaled = wanted["metadata"].get("managedFields") or []
        managed = managed_scale.to_parent(entries, scaled, kind.api_version, _figure(paths))
        new = set_in(scale.scaled(paths, old, replicas), ("metadata", "managedFields"), managed)
        return txn.update(kind, new, cause, expected=wanted["metadata"].get("resourceVersion") or None)

    stored = call.write(work, dry_run=options.dry_run)
    return answer(call, tables.shaped(call, scale_of(call, stored)))


def _figure(paths: Scale) -> tuple[str, ...]:
    return tuple(fields.field(name) for name in paths.replicas)


_Make = Callable[[Body, Instant], Body]
"""What a write makes of a Scale at an instant, its managed fields included."""


def _written(call: Call, options: WriteOptions) -> _Make:
    """update and patch of a Scale."""
    typed = bodies.type_of(call, *_SCALE)
    change = writing.change_of(call, typed) if call.route.verb == "patch" else None
    given = bodies.read(call, *_SCALE, validation=options.validation) if change is None else {}
    manager = FieldManager(_KIND, typed, "scale")
    name = manager_of(options, call.headers.get("User-Agent", ""))

    def make(held: Body, now: Instant) -> Body:
        wanted = given if change is None else writing.patched(call, change, held, typed, options.validation)
        wanted = writing.check_identity(call, wanted, held)
        return manager.update(held, wanted, manager=name, now=now)

    return make


def _applied(call: Call, options: WriteOptions) -> _Make:
    """apply of a Scale."""
    typed = bodies.type_of(call, *_SCALE)
    manager = FieldManager(_KIND, typed, "scale")
    document = applying.read(call)

    def make(held: Body, now: Instant) -> Body:
        config = document.plain() if document else {}
        applied = manager.apply(held, config, manager=options.manager, force=options.force, now=now)
        applying.object_to_repeated(call, document, options.validation)
        return applying.identified(call, applying.canonical(applied, typed, config), held)

    return make


def bind(call: Call) -> Answer:
    """Puts a pod onto a node, as the scheduler does. Raises StatusError, 409 where it already has one."""
    options = write_options(call.query, "CreateOptions")
    body = bodies.read(call, "", "v1", "Binding", validation=options.validation)
    body = writing.with_namespace(call, body)
    name = call.route.name or body["metadata"].get("name", "")
    if body["metadata"].get("name", name) != name:
        raise errors.bad_request("name in URL does not match name in Binding object")
    target = body.get("target") or {}
    broken = []
    if target.get("kind") not in (None, "", "Node"):
        broken.append(errors.not_supported("target.kind", target["kind"], ("Node", "<empty>")))
    if not target.get("name"):
        broken.append(errors.required("target.name"))
    if broken:
        raise errors.invalid("", "Binding", name, broken)
    call.route = call.route._replace(name=name)
    call.write(lambda txn: _bound(call, txn, target["name"]), dry_run=options.dry_run)
    return answer(call, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def _bound(call: Call, txn: store.Transaction, node: str) -> Body:
    kind, name = call.route.kind, call.route.name
    pod = txn.get("pods", call.route.namespace or "", name)
    if pod is None:
        raise errors.not_found("pods", name)
    held = get_in(pod, "spec", "nodeName", default="")
    if is_deleting(pod):
        raise errors.conflict("pods/binding", name, f"pod {name} is being deleted, cannot be assigned to a host")
    if held:
        raise errors.conflict("pods/binding", name, f'pod {name} is already assigned to node "{held}"')
    if get_in(pod, "spec", "schedulingGates"):
        raise errors.conflict("pods/binding", name, f"pod {name} has non-empty .spec.schedulingGates")
    cause = call.cause("Bind", _("{user} bound {kind} {name} to {node}."), node=node)
    condition = {
        "type": "PodScheduled",
        "status": "True",
        "lastProbeTime": None,
        "lastTransitionTime": timestamp(txn.now),
    }
    status = {
        **{key: value for key, value in (pod.get("status") or {}).items() if key != "nominatedNodeName"},
        "conditions": with_condition(get_in(pod, "status", "conditions", default=[]), condition),
    }
    txn.update(kind, set_in(pod, ("spec", "nodeName"), node), cause, subresource="binding")
    return txn.update(kind, {**pod, "status": status}, cause, subresource="status")
