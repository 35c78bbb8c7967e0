"""The rules of roles: what a rule allows, and how one is written in a sentence.

Follows pkg/apis/rbac/v1/evaluation_helpers.go and RuleAllows in plugin/pkg/auth/authorizer/rbac/rbac.go, v1.34.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from ..registry import Body

GROUP = "rbac.authorization.k8s.io"
ALL = "*"


class Attributes(NamedTuple):
    """What somebody wants to do: a verb on a resource, or on a path that is none."""

    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""
    is_resource: bool = True


class Rule(NamedTuple):
    """A PolicyRule."""

    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @classmethod
    def of(cls, body: Body) -> Rule:
        return cls(*(tuple(body.get(field) or ()) for field in _FIELDS))

    def body(self) -> Body:
        return {field: list(held) for field, held in zip(_FIELDS, self, strict=True) if held}

    def allows(self, asked: Attributes) -> bool:
        if ALL not in self.verbs and asked.verb not in self.verbs:
            return False
        if not asked.is_resource:
            return any(_url_matches(url, asked.path) for url in self.urls)
        return (
            (ALL in self.groups or asked.group in self.groups)
            and self._has_resource(asked.resource, asked.subresource)
            and (not self.names or asked.name in self.names)
        )

    def _has_resource(self, resource: str, subresource: str) -> bool:
        if ALL in self.resources:
            return True
        if not subresource:
            return resource in self.resources
        return f"{resource}/{subresource}" in self.resources or f"*/{subresource}" in self.resources

    def text(self) -> str:
        """The rule as refusals show it: `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}`."""
        shown = zip(_SHOWN, (self.groups, self.resources, self.urls, self.names, self.verbs), strict=True)
        return "{" + ", ".join(f"{name}:{quoted(held)}" for name, held in shown if held) + "}"


_FIELDS = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
_SHOWN = ("APIGroups", "Resources", "NonResourceURLs", "ResourceNames", "Verbs")


def quote(text: str) -> str:
    """A string as Go's %q writes it."""
    return json.dumps(text, ensure_ascii=False)


def quoted(texts: Sequence[str]) -> str:
    """A list of strings as Go's %q writes it: `["a" "b"]`."""
    return f"[{' '.join(map(quote, texts))}]"


def rules_of(role: Body) -> tuple[Rule, ...]:
    """The rules of a Role or ClusterRole."""
    return tuple(Rule.of(rule) for rule in role.get("rules") or ())


def _url_matches(url: str, path: str) -> bool:
    if url in (ALL, path):
        return True
    return url.endswith("*") and path.startswith(url.rstrip("*"))
