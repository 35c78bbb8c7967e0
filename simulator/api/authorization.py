"""May the client do this: what a request asks for, judged by the cluster's roles and bindings.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/{request/requestinfo.go,filters/authorization.go,
handlers/responsewriters/errors.go}, v1.34.
"""

from __future__ import annotations

from functools import lru_cache, partial

from simulator import reading, store
from simulator.api.calls import Call
from simulator.api.options import flag
from simulator.engine import bootstrap, errors
from simulator.engine.bootstrap import policy as first_policy
from simulator.engine.errors import StatusError
from simulator.engine.rbac import escalation
from simulator.engine.rbac.policy import Policy
from simulator.engine.rbac.rules import GROUP, Attributes, quote
from simulator.engine.rbac.subjects import Subject
from simulator.engine.registry import Body, Kind
from simulator.engine.validation import selector_text
from simulator.engine.validation.names import path_segment
from simulator.models import Cluster

_VERBS = {
    "POST": "create",
    "GET": "get",
    "HEAD": "get",
    "PUT": "update",
    "PATCH": "patch",
    "DELETE": "delete",
}
_LOOKS = ("get", "list", "watch")
_DOORS = ("exec", "attach", "portforward", "proxy")
"""What is asked for by GET and does more than look."""
_NAMESPACE_SUBRESOURCES = ("status", "finalize")


def check(call: Call) -> None:
    """Raises StatusError 403 where the client may not do what it asks for; gives it the guard of its writes."""
    demand(call, attributes(call))
    call.guard = partial(_guard, call.subject)


def demand(call: Call, asked: Attributes) -> None:
    """Raises StatusError 403 where the client may not do this."""
    decision = policy_of(call).decide(call.subject, asked)
    # Whatever a cluster's roles say: nobody reads the cluster of another.
    if not decision.allowed or (call.is_stranger and asked.is_resource):
        raise _forbidden(call.subject, asked, decision.reason if not decision.allowed else "")
    if call.is_onlooker and not _only_looks(asked):
        raise _forbidden(call.subject, asked, "the cluster is shared with you to look at, not to change")


def _only_looks(asked: Attributes) -> bool:
    if asked.group == "authorization.k8s.io":
        return True  # a question about who may do what
    return asked.verb in _LOOKS and asked.subresource not in _DOORS


def policy_of(call: Call) -> Policy:
    """The policy that the client is judged by."""
    if call.is_stranger:
        return first_policy.at_first()
    if not call.cluster.access:
        _give_policy(call.cluster)
    return _policy(call.cluster.pk, call.cluster.access)


@lru_cache(maxsize=64)
def _policy(pk: int, access: str) -> Policy:
    """The policy of a cluster. `access` is another one after each change, so that what is kept here is never old."""
    return Policy.read(reading.DatabaseReader(Cluster(pk=pk)))


def _give_policy(cluster: Cluster) -> None:
    """Gives an older cluster the roles and priority classes that all have, as kube-apiserver does at its start."""
    cause = bootstrap.policy_cause()

    def work(txn: store.Transaction) -> None:
        for resource, body in first_policy.missing(txn):
            kind = txn.kinds[resource]
            if "uid" in body["metadata"]:
                txn.update(kind, body, cause)
            else:
                txn.create(kind, body, cause)
        for body in bootstrap.missing_priority_classes(txn):
            txn.create(txn.kinds[bootstrap.PRIORITY_CLASSES], body, bootstrap.priority_cause())

    store.write(cluster, work)
    Cluster.objects.filter(pk=cluster.pk, access="").update(access="complete")
    cluster.refresh_from_db()


def _guard(subject: Subject, txn: store.Transaction, kind: Kind, new: Body, old: Body | None) -> None:
    if kind.group == GROUP:
        escalation.check(Policy.read(txn), subject, kind, kind.default(new), old)


def attributes(call: Call) -> Attributes:
    """What a request asks for, by its method and path alone, whether or not there is such a thing."""
    parts = [part for part in call.path.strip("/").split("/") if part]
    verb = _VERBS.get(call.method, "")
    least = 4 if parts[:1] == ["apis"] else 3
    if parts[:1] not in (["api"], ["apis"]) or len(parts) < least:
        return Attributes(call.method.lower(), path=f"/{call.path}", is_resource=False)
    group = parts[1] if least == 4 else ""
    version, rest = parts[least - 2], parts[least - 1 :]
    if rest[0] in ("watch", "proxy") and len(rest) > 1:
        verb, rest = rest[0], rest[1:]
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        if len(rest) > 2 and rest[2] not in _NAMESPACE_SUBRESOURCES:
            rest = rest[2:]
    resource, name, subresource = (*rest, "", "")[:3]
    if not name and verb == "get":
        verb, name = ("watch" if flag(call.query, "watch") else "list"), _selected_name(call)
    elif not name and verb == "delete":
        verb = "deletecollection"
    return Attributes(verb, group, version, resource, subresource, namespace, name)


def _selected_name(call: Call) -> str:
    """The name to which a field selector narrows a list: who may read one object may list that one."""
    try:
        terms = selector_text.parse_fields(call.query.get("fieldSelector", ""))
    except ValueError:
        return ""
    named = [term.value for term in terms if term.field == "metadata.name" and term.equal]
    return named[0] if named and not path_segment(named[0]) else ""


def _forbidden(subject: Subject, asked: Attributes, reason: str) -> StatusError:
    who = f"User {quote(subject.name)} cannot {asked.verb}"
    if not asked.is_resource:
        return StatusError(403, "Forbidden", f"forbidden: {_said(f'{who} path {quote(asked.path)}', reason)}", {})
    shown = f"{asked.resource}/{asked.subresource}" if asked.subresource else asked.resource
    scope = f"in the namespace {quote(asked.namespace)}" if asked.namespace else "at the cluster scope"
    detail = f"{who} resource {quote(shown)} in API group {quote(asked.group)} {scope}"
    resource = f"{asked.resource}.{asked.group}" if asked.group else asked.resource
    return errors.forbidden(resource, asked.name, _said(detail, reason))


def _said(text: str, reason: str) -> str:
    """What is said, without what could be taken for HTML, and why."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{plain}: {reason}" if reason else plain
