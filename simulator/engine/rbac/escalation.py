"""Nobody grants what they do not hold: the check on every write of a role or a binding.

Follows pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased/storage.go,
pkg/registry/rbac/escalation_check.go and ConfirmNoEscalation in pkg/registry/rbac/validation/rule.go, v1.34.
"""

from __future__ import annotations

from .. import errors
from ..objects import name_of, namespace_of
from ..registry import Body, Kind
from .covering import compacted, uncovered
from .policy import CLUSTER_ROLES, Policy
from .rules import ALL, GROUP, Attributes, Rule, quote, quoted, rules_of
from .subjects import MASTERS, Subject

_FULL = (Rule((ALL,), (ALL,), (ALL,)), Rule(verbs=(ALL,), urls=(ALL,)))


def check(policy: Policy, subject: Subject, kind: Kind, new: Body, old: Body | None) -> None:
    """Raises StatusError 403 if the subject may not write this role or binding, 404 if a binding's role is not there.

    `new` has its defaults; `old` is the object that it replaces.
    """
    if MASTERS in subject.groups or (old is not None and _is_for_the_collector(new, old)):
        return
    if "roleRef" in new:
        _check_binding(policy, subject, kind, new)
    else:
        _check_role(policy, subject, kind, new, old)


def _check_role(policy: Policy, subject: Subject, kind: Kind, new: Body, old: Body | None) -> None:
    namespace, name = namespace_of(new), name_of(new)
    asked = Attributes("escalate", GROUP, "*", kind.plural, namespace=namespace, name=name if old else "")
    if policy.decide(subject, asked).allowed:
        return
    if text := _not_held(policy, subject, namespace, rules_of(new)):
        raise errors.forbidden(kind.resource, name, text)
    aggregates = any((one or {}).get("aggregationRule") for one in (new, old))
    if kind.resource == CLUSTER_ROLES and aggregates and _not_held(policy, subject, "", _FULL):
        detail = "must have cluster-admin privileges to use the aggregationRule"
        raise errors.forbidden(kind.resource, name, detail)


def _check_binding(policy: Policy, subject: Subject, kind: Kind, new: Body) -> None:
    namespace, reference = namespace_of(new), new["roleRef"] or {}
    plural = {"ClusterRole": "clusterroles", "Role": "roles"}.get(reference.get("kind", ""))
    if plural is None:
        return  # validation refuses it
    asked = Attributes(
        "bind", reference.get("apiGroup", ""), "*", plural, namespace=namespace, name=reference.get("name", "")
    )
    if policy.decide(subject, asked).allowed:
        return
    rules = policy.rules_of_reference(reference, namespace)
    if rules is None:
        singular = f"{reference['kind'].lower()}.{GROUP}"
        raise errors.not_found(singular, reference.get("name", ""))
    if text := _not_held(policy, subject, namespace, rules):
        raise errors.forbidden(kind.resource, name_of(new), text)


def _not_held(policy: Policy, subject: Subject, namespace: str, wanted: tuple[Rule, ...]) -> str:
    """Why the subject may not grant these rules; empty if it may."""
    grants = policy.grants(subject, namespace)
    missing = uncovered([rule for grant in grants for rule in grant.rules], wanted)
    if not missing:
        return ""
    lines = "\n".join(sorted({rule.text() for rule in compacted(missing)}))
    text = (
        f"user {quote(subject.name)} (groups={quoted(subject.groups)}) is attempting to grant RBAC permissions "
        f"not currently held:\n{lines}"
    )
    trouble = policy.trouble(grants)
    return f"{text}; resolution errors: [{trouble}]" if trouble else text


def _is_for_the_collector(new: Body, old: Body) -> bool:
    """True if only owners and finalizers change, which the garbage collector must be able to do."""

    def kept(body: Body) -> Body:
        ignored = ("ownerReferences", "finalizers", "managedFields", "resourceVersion")
        return {**body, "metadata": {key: value for key, value in body["metadata"].items() if key not in ignored}}

    return new["metadata"] != old["metadata"] and kept(new) == kept(old)
