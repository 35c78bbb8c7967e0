"""The subresource eviction of pods: a deletion that asks the pod's disruption budget first.

Follows pkg/registry/core/pod/storage/eviction.go, v1.34.
"""

from __future__ import annotations

from simulator import store
from simulator.api import bodies, writing
from simulator.api.calls import Answer, Call, answer
from simulator.api.options import DeleteOptions, delete_options, write_options
from simulator.engine import disruption_budgets, errors
from simulator.engine.causes import Cause, _
from simulator.engine.errors import StatusError
from simulator.engine.objects import name_of
from simulator.engine.registry import Body


def evict(call: Call) -> Answer:
    """Deletes the pod if its budget allows. Raises StatusError: 429 where it does not."""
    options = write_options(call.query, "CreateOptions")
    body = bodies.read(call, "policy", "v1", "Eviction", validation=options.validation)
    body = writing.with_namespace(call, body)
    if body["metadata"].get("name") != call.route.name:
        raise errors.bad_request("name in URL does not match name in Eviction object")
    asked = delete_options({}, body.get("deleteOptions") or {})
    several = call.write(lambda txn: _evict(call, txn, asked), dry_run=options.dry_run or asked.dry_run)
    head: Body = {"kind": "Status", "apiVersion": "v1", "metadata": {}}
    if several:
        # Upstream answers so with the code of success; clients go by the Status.
        return answer(call, {**head, "status": "Failure", "message": disruption_budgets.SEVERAL, "code": 500}, 201)
    return answer(call, {**head, "status": "Success", "code": 201}, 201)


def _evict(call: Call, txn: store.Transaction, asked: DeleteOptions) -> bool:
    """Evicts the pod; True if several budgets guard it, which nobody resolves. Raises StatusError."""
    pod = txn.get("pods", call.route.namespace or "", call.route.name)
    if pod is None:
        raise errors.not_found("pods", call.route.name)
    txn.admit(call.route.kind, pod, "eviction")
    cause = call.cause("EvictPod", _("{user} evicted {kind} {name}."))
    budgets = disruption_budgets.asked(txn, pod)
    if len(budgets) > 1:
        return True
    for budget in budgets:
        if not disruption_budgets.may_go_unasked(pod, budget):
            _take_one(call, txn, budget, cause)
    _mark(call, txn, pod, asked, cause)
    return False


def _take_one(call: Call, txn: store.Transaction, budget: Body, cause: Cause) -> None:
    left = disruption_budgets.less_one(budget, call.route.name, txn.now)
    taken = call.cause(
        "checkAndDecrement",
        _("{user} evicts {name}: {budget} allows {allowed} more."),
        budget=name_of(budget),
        allowed=left["disruptionsAllowed"],
    )
    txn.update(txn.kinds[disruption_budgets.RESOURCE], {**budget, "status": left}, taken, subresource="status")


def _mark(call: Call, txn: store.Transaction, pod: Body, asked: DeleteOptions, cause: Cause) -> None:
    """Says on the pod why it goes, and deletes it. Raises StatusError where the preconditions do not hold."""
    _check(pod, asked.preconditions)
    txn.update(call.route.kind, disruption_budgets.evicted(pod, txn.now), cause, subresource="status")
    txn.delete(
        call.route.kind,
        call.route.namespace or "",
        call.route.name,
        cause,
        grace=asked.grace,
        propagation=asked.propagation,
    )


def _check(pod: Body, preconditions: Body) -> None:
    meta = pod["metadata"]
    uid, version = preconditions.get("uid"), preconditions.get("resourceVersion")
    if uid and uid != meta["uid"]:
        raise _conflict(
            pod,
            f"the UID in the precondition ({uid}) does not match the UID in record ({meta['uid']}). The object might "
            "have been deleted and then recreated",
        )
    if version and version != meta["resourceVersion"]:
        raise _conflict(
            pod,
            f"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record "
            f"({meta['resourceVersion']}). The object might have been modified",
        )


def _conflict(pod: Body, detail: str) -> StatusError:
    return errors.conflict("Pod", name_of(pod), detail)
