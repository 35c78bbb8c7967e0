"""delete and deletecollection.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/handlers/delete.go, v1.34.
"""

from __future__ import annotations

from simulator.api import bodies, reads, tables
from simulator.api.calls import Answer, Call, answer
from simulator.api.options import DeleteOptions, delete_options, selection
from simulator.engine import errors
from simulator.engine.causes import _
from simulator.engine.errors import StatusError
from simulator.engine.registry import Body


def options(call: Call) -> DeleteOptions:
    """The options of the body, if there is one, and of the query. Raises StatusError."""
    body = bodies.read_options(call) if call.body.strip() else {}
    return delete_options(call.query, body)


def delete(call: Call) -> Answer:
    """Deletes one object: answers with the object while it is on its way out, else with a Status of success."""
    kind, name = call.route.kind, call.route.name
    asked = options(call)
    cause = call.cause("delete", _("{user} deleted {kind} {name}."))
    _warn(call, asked)
    body, gone = call.write(
        lambda txn: txn.delete(
            kind,
            call.route.namespace or "",
            name,
            cause,
            grace=asked.grace,
            propagation=asked.propagation,
            preconditions=asked.preconditions,
        ),
        dry_run=asked.dry_run,
    )
    if not gone or kind.resource == "pods":
        return answer(call, tables.shown(call, body))
    details: Body = {"name": name, "kind": kind.plural, "uid": body["metadata"]["uid"]}
    if kind.group:
        details["group"] = kind.group
    return answer(call, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details})


def delete_collection(call: Call) -> Answer:
    """Deletes every object that the selectors choose, each in a transaction of its own as upstream does."""
    kind = call.route.kind
    asked = options(call)
    chosen = selection(call.query, kind)
    _warn(call, asked)
    found = list(reads.bodies(call, chosen, call.cluster.revision))
    for body in found:
        meta = body["metadata"]
        cause = call.cause("deletecollection", _("{user} deleted {kind} {name}."), name=meta["name"])
        try:
            call.write(
                lambda txn, meta=meta, cause=cause: txn.delete(  # type: ignore[misc]
                    kind,
                    meta.get("namespace", ""),
                    meta["name"],
                    cause,
                    grace=asked.grace,
                    propagation=asked.propagation,
                ),
                dry_run=asked.dry_run,
            )
        except StatusError as error:
            if error.code != errors.not_found(kind.resource, "").code:
                raise
    return answer(call, tables.shaped_list(call, found, {"resourceVersion": str(call.cluster.revision)}))


def _warn(call: Call, asked: DeleteOptions) -> None:
    """Warns of dependents that stay because nobody said what becomes of them."""
    if asked.propagation is None and call.route.kind.orphans_warning:
        call.warnings.append(call.route.kind.orphans_warning)
