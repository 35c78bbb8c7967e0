"""All roles and bindings of a cluster, made ready for questions: may this subject do that, and by which binding.

Follows plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/registry/rbac/validation/rule.go, v1.34. Bindings are asked in
etcd's order, so that the reason is the same every time; upstream's order is that of a Go map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..objects import name_of, namespace_of
from ..registry import Bodies, Body, Reader
from .rules import GROUP, Attributes, Rule, quote, rules_of
from .subjects import MASTERS, Subject, account_name

ROLES, CLUSTER_ROLES = f"roles.{GROUP}", f"clusterroles.{GROUP}"
ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS = f"rolebindings.{GROUP}", f"clusterrolebindings.{GROUP}"
RESOURCES = frozenset((ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS))

_KEPT = 1024


class Decision(NamedTuple):
    """Whether something is allowed, and why: by which binding, or which roles were missing."""

    allowed: bool
    reason: str = ""


class Grant(NamedTuple):
    """A binding that applies to a subject: its name and subject as a reason tells them, and what it grants."""

    source: str
    rules: tuple[Rule, ...]
    missing: str = ""


class _Bound(NamedTuple):
    order: int
    subject: int
    grant: Grant


class Policy:
    """One state of a cluster's roles and bindings. It does not change; another state is another policy."""

    def __init__(
        self, *, roles: Bodies, cluster_roles: Bodies, role_bindings: Bodies, cluster_role_bindings: Bodies
    ) -> None:
        self._roles = {(namespace_of(role), name_of(role)): rules_of(role) for role in roles}
        self._roles |= {("", name_of(role)): rules_of(role) for role in cluster_roles}
        self._bound: dict[str, dict[tuple[str, str], list[_Bound]]] = defaultdict(lambda: defaultdict(list))
        for order, binding in enumerate((*cluster_role_bindings, *role_bindings)):
            self._bind(order, binding)
        self._known: dict[tuple[str, tuple[str, ...], str], tuple[Grant, ...]] = {}

    @classmethod
    def read(cls, reader: Reader) -> Policy:
        return cls(
            roles=reader.list(ROLES),
            cluster_roles=reader.list(CLUSTER_ROLES),
            role_bindings=reader.list(ROLE_BINDINGS),
            cluster_role_bindings=reader.list(CLUSTER_ROLE_BINDINGS),
        )

    def decide(self, subject: Subject, asked: Attributes) -> Decision:
        """Whether the subject may do it. Whoever is of `system:masters` may do anything, without any role."""
        if MASTERS in subject.groups:
            return Decision(True)
        grants = self.grants(subject, asked.namespace)
        for grant in grants:
            if any(rule.allows(asked) for rule in grant.rules):
                return Decision(True, f"RBAC: allowed by {grant.source}")
        trouble = self.trouble(grants)
        return Decision(False, f"RBAC: {trouble}" if trouble else "")

    def grants(self, subject: Subject, namespace: str) -> tuple[Grant, ...]:
        """The bindings that apply to a subject in a namespace (empty: cluster-wide alone), in the order of asking."""
        place = subject.name, subject.groups, namespace
        known = self._known.get(place)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[place] = tuple(self._found(subject, namespace))
        return known

    def rules(self, subject: Subject, namespace: str) -> list[Rule]:
        """Every rule that applies to a subject in a namespace."""
        return [rule for grant in self.grants(subject, namespace) for rule in grant.rules]

    def rules_of_reference(self, reference: Body, namespace: str) -> tuple[Rule, ...] | None:
        """The rules of the role that a binding of this namespace refers to; None if there is no such role."""
        is_cluster_role = reference.get("kind") == "ClusterRole"
        return self._roles.get(("" if is_cluster_role else namespace, reference.get("name", "")))

    @staticmethod
    def trouble(grants: Iterable[Grant]) -> str:
        """Which roles are not there, as Go joins several errors; empty if all are."""
        missing = list(dict.fromkeys(grant.missing for grant in grants if grant.missing))
        return missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]" if missing else ""

    def _found(self, subject: Subject, namespace: str) -> Iterator[Grant]:
        names = (("User", subject.name), *(("Group", group) for group in subject.groups))
        for place in ("", namespace) if namespace else ("",):
            bound = self._bound.get(place)
            if bound is None:
                continue
            first: dict[int, _Bound] = {}
            for one in sorted(one for name in names for one in bound.get(name, ())):
                first.setdefault(one.order, one)
            yield from (one.grant for one in first.values())

    def _bind(self, order: int, binding: Body) -> None:
        """Puts a binding under each of its subjects."""
        namespace, reference = namespace_of(binding), binding.get("roleRef") or {}
        rules = self.rules_of_reference(reference, namespace)
        missing = "" if rules is not None else _missing(reference)
        for position, subject in enumerate(binding.get("subjects") or ()):
            held = _holder(subject, namespace)
            if held is not None:
                grant = Grant(_source(binding, subject), rules or (), missing)
                self._bound[namespace][held].append(_Bound(order, position, grant))


def _holder(subject: Body, namespace: str) -> tuple[str, str] | None:
    """Under which user or group a binding's subject is found."""
    kind, name = subject.get("kind", ""), subject.get("name", "")
    if kind in ("User", "Group"):
        return kind, name
    home = subject.get("namespace") or namespace
    return ("User", account_name(home, name)) if kind == "ServiceAccount" and home else None


def _missing(reference: Body) -> str:
    kind, name = reference.get("kind", ""), reference.get("name", "")
    return f'{kind.lower()}.{GROUP} "{name}" not found'


def _source(binding: Body, subject: Body) -> str:
    """`ClusterRoleBinding "x" of ClusterRole "y" to User "z"`."""
    namespace, reference = namespace_of(binding), binding.get("roleRef") or {}
    kind, name = "ClusterRoleBinding", name_of(binding)
    if namespace:
        kind, name = "RoleBinding", f"{name}/{namespace}"
    role, who = quote(reference.get("name", "")), subject.get("name", "")
    if subject.get("kind") == "ServiceAccount":
        who = f"{who}/{subject.get('namespace') or namespace}"
    return f"{kind} {quote(name)} of {reference.get('kind', '')} {role} to {subject['kind']} {quote(who)}"
