"""From a path to what is asked for: the kind, the object, the subresource and the verb. All derived from the kinds.

Follows staging/src/k8s.io/apiserver/pkg/endpoints/request/requestinfo.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.api import refusals
from simulator.engine.registry import Kind, Kinds


class Subresource(NamedTuple):
    """A subresource that we serve: the kind that it speaks (empty: that of its object) and what may be done with it."""

    kind: str = ""
    group: str = ""
    version: str = ""
    verbs: tuple[str, ...] = ("get", "patch", "update")


SUBRESOURCES = {
    "status": Subresource(),
    "ephemeralcontainers": Subresource(),
    "finalize": Subresource(verbs=("update",)),
    "resize": Subresource(),
    "scale": Subresource("Scale", "autoscaling", "v1"),
    "binding": Subresource("Binding", "", "v1", ("create",)),
    "eviction": Subresource("Eviction", "policy", "v1", ("create",)),
    "log": Subresource(verbs=("get",)),
    "exec": Subresource("PodExecOptions", "", "v1", ("create", "get")),
    "attach": Subresource("PodAttachOptions", "", "v1", ("create", "get")),
    "portforward": Subresource("PodPortForwardOptions", "", "v1", ("create", "get")),
    "proxy": Subresource("{kind}ProxyOptions", "", "v1", ("create", "delete", "get", "patch", "update")),
    "token": Subresource("TokenRequest", "authentication.k8s.io", "v1", ("create",)),
}


def subresources(kind: Kind) -> dict[str, Subresource]:
    """The subresources of a kind that are served, by name."""
    held = {name: SUBRESOURCES[name] for name in sorted(kind.subresources) if name in SUBRESOURCES}
    return {name: one._replace(kind=one.kind.format(kind=kind.kind)) for name, one in held.items()}


class Route(NamedTuple):
    """What a request is about. An empty name means the collection; namespace None means all of them.

    rest: the path behind the subresource proxy, with its slash.
    """

    kind: Kind
    namespace: str | None
    name: str
    subresource: str
    verb: str
    rest: str = ""


_COLLECTION = {"GET": "list", "POST": "create", "DELETE": "deletecollection"}
_OBJECT = {"GET": "get", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
_SUB = {"GET": "get", "PUT": "update", "PATCH": "patch", "POST": "create", "DELETE": "delete"}


def find(kinds: Kinds, parts: list[str], method: str, *, watch: bool) -> Route:
    """The route of a path such as ["apis", "apps", "v1", "namespaces", "default", "deployments"].

    Raises StatusError: 404 where nothing is, 405 for a method that does not fit.
    """
    if parts[0] == "api":
        group, version, rest = "", parts[1], parts[2:]
    elif len(parts) > 3:
        group, version, rest = parts[1], parts[2], parts[3:]
    else:
        raise refusals.no_such_path()
    if rest and rest[0] == "watch":
        rest, watch = rest[1:], True
    namespace: str | None = None
    if len(rest) > 2 and rest[0] == "namespaces" and not (len(rest) == 3 and rest[2] in ("status", "finalize")):
        namespace, rest = rest[1], rest[2:]
    behind = ""
    if len(rest) > 3 and rest[2] == "proxy":
        rest, behind = rest[:3], "/" + "/".join(rest[3:])
    if not 1 <= len(rest) <= 3 or not all(rest) or namespace == "":
        raise refusals.no_such_path()
    plural, name, subresource = (*rest, "", "")[:3]
    if (group, version, plural, name) == ("", "v1", "bindings", ""):
        return _bindings(kinds, namespace, method)
    kind = kinds.route(group, version, plural)
    if kind is None or (namespace is not None and not kind.namespaced):
        raise refusals.no_such_path()
    if kind.namespaced and namespace is None and (name or method != "GET"):
        raise refusals.method_not_allowed() if not name else refusals.no_such_path()
    verb = _verb(kind, name, subresource, method, watch)
    return Route(kind, namespace if kind.namespaced else "", name, subresource, verb, behind)


def _verb(kind: Kind, name: str, subresource: str, method: str, watch: bool) -> str:
    if subresource:
        served = subresources(kind).get(subresource)
        if served is None:
            raise refusals.no_such_path()
        verb = "get" if subresource == "proxy" and method in ("HEAD", "OPTIONS") else _SUB.get(method, "")
        allowed: tuple[str, ...] = served.verbs
    else:
        verb = (_OBJECT if name else _COLLECTION).get(method, "")
        allowed = kind.verbs
        if watch and method == "GET":
            verb = "watch"
    if verb not in allowed:
        raise refusals.method_not_allowed()
    return verb


def _bindings(kinds: Kinds, namespace: str | None, method: str) -> Route:
    """The old way to bind a pod: the name is in the body."""
    if namespace is None or method != "POST" or "pods" not in kinds:
        raise refusals.method_not_allowed()
    return Route(kinds["pods"], namespace, "", "binding", "create")
