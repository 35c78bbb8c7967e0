"""The subresources scale and binding: small objects of their own that change one field of another.

Follows pkg/registry/apps/deployment/storage/storage.go (ScaleREST) and pkg/registry/core/pod/storage/storage.go
(BindingREST), v1.34.
"""

from __future__ import annotations

from simulator import reading, store
from simulator.api import bodies, tables, writing
from simulator.api.calls import Answer, Call, answer
from simulator.api.options import write_options
from simulator.engine import errors, selectors
from simulator.engine.causes import _
from simulator.engine.objects import get_in, is_deleting, set_in, timestamp, with_condition
from simulator.engine.registry import Body, Scale

_SCALE = ("autoscaling", "v1", "Scale")


def _paths(call: Call) -> Scale:
    return call.route.kind.scale or Scale()


def scale_of(call: Call, body: Body) -> Body:
    """The Scale of an object."""
    paths, meta = _paths(call), body["metadata"]
    selector = get_in(body, *paths.selector) if paths.selector else None
    status: Body = {"replicas": get_in(body, *paths.status_replicas, default=0)}
    if isinstance(selector, str):
        status["selector"] = selector
    elif selector:
        is_plain = not {"matchLabels", "matchExpressions"} & set(selector)
        status["selector"] = (selectors.of_labels(selector) if is_plain else selectors.of(selector)).text()
    kept = {
        key: meta[key] for key in ("name", "namespace", "uid", "resourceVersion", "creationTimestamp") if key in meta
    }
    replicas = get_in(body, *paths.replicas, default=0)
    spec = {"replicas": replicas} if replicas else {}
    return {"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": kept, "spec": spec, "status": status}


def get_scale(call: Call) -> Answer:
    body = reading.DatabaseReader(call.cluster).get(
        call.route.kind.storage, call.route.namespace or "", call.route.name
    )
    if body is None:
        raise errors.not_found(call.route.kind.resource, call.route.name)
    return answer(call, tables.shaped(call, scale_of(call, body)))


def put_scale(call: Call) -> Answer:
    """update and patch of a Scale. Raises StatusError."""
    is_patch = call.route.verb == "patch"
    options = write_options(call.query, "PatchOptions" if is_patch else "UpdateOptions")
    typed = bodies.type_of(call, *_SCALE)
    kind, paths = call.route.kind, _paths(call)
    change = writing.change_of(call, typed) if is_patch else None
    given = None if is_patch else bodies.read(call, *_SCALE, validation=options.validation)
    cause_sentence = _("{user} scaled {kind} {name} to {replicas}.")

    def work(txn: store.Transaction) -> Body:
        old = txn.get(kind.storage, call.route.namespace or "", call.route.name)
        if old is None:
            raise errors.not_found(kind.resource, call.route.name)
        held = scale_of(call, old)
        wanted = given if change is None else writing.patched(call, change, held, typed, options.validation)
        assert wanted is not None
        writing.check_identity(call, wanted, old)
        replicas = get_in(wanted, "spec", "replicas", default=0)
        if replicas < 0:
            wrong = errors.invalid_value("spec.replicas", replicas, "must be greater than or equal to 0")
            raise errors.invalid(_SCALE[0], _SCALE[2], call.route.name, [wrong])
        cause = call.cause("scale", cause_sentence, replicas=replicas)
        expected = wanted["metadata"].get("resourceVersion") or None
        return txn.update(kind, set_in(old, paths.replicas, replicas), cause, expected=expected)

    stored = call.write(work, dry_run=options.dry_run)
    return answer(call, tables.shaped(call, scale_of(call, stored)))


def bind(call: Call) -> Answer:
    """Puts a pod onto a node, as the scheduler does. Raises StatusError, 409 where it already has one."""
    options = write_options(call.query, "CreateOptions")
    body = bodies.read(call, "", "v1", "Binding", validation=options.validation)
    body = writing.with_namespace(
        call, body, "the namespace of the provided object does not match the namespace sent on the request"
    )
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
        **(pod.get("status") or {}),
        "conditions": with_condition(get_in(pod, "status", "conditions", default=[]), condition),
    }
    txn.update(kind, set_in(pod, ("spec", "nodeName"), node), cause, subresource="binding")
    return txn.update(kind, {**pod, "status": status}, cause, subresource="status")
