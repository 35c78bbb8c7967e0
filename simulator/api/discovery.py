"""What the server serves: groups, versions, resources and their subresources, in the aggregated and the old forms.

Derived from the kinds. Follows staging/src/k8s.io/apiserver/pkg/endpoints/discovery, v1.34.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from simulator.api import refusals
from simulator.api.negotiation import Accept
from simulator.api.routes import Subresource, subresources
from simulator.engine.custom_resources.versions import rank
from simulator.engine.registry import Body, Kind, Kinds
from simulator.engine.release import KUBERNETES

VERSION: Body = {
    "major": "1",
    "minor": "34",
    "emulationMajor": "1",
    "emulationMinor": "34",
    "minCompatibilityMajor": "1",
    "minCompatibilityMinor": "33",
    "gitVersion": KUBERNETES,
    "gitCommit": "f28b4c9efbca5c5c0af716d9f2d5702667ee8a45",
    "gitTreeState": "clean",
    "buildDate": "2025-08-27T10:09:04Z",
    "goVersion": "go1.24.6",
    "compiler": "gc",
    "platform": "linux/amd64",
}
_SERVERS = [{"clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"}]


class Group(NamedTuple):
    """A group whose resources are no kinds, as another API server has it that the aggregation layer stands before.

    versions: the preferred one first; resources: as the old form lists them.
    """

    name: str
    versions: tuple[str, ...]
    resources: list[Body]


def versions(kinds: Kinds) -> dict[str, list[str]]:
    """The versions of each group, the preferred one first; the core group is the empty name."""
    found: dict[str, set[str]] = {}
    own: set[str] = set()
    for kind in kinds.served():
        found.setdefault(kind.group, set()).add(kind.version)
        if kind.structural is None:
            own.add(kind.group)
    ordered = sorted(found, key=lambda group: (group not in own, group != "apps", group))
    return {group: sorted(found[group], key=rank) for group in ordered}


def kinds_of(kinds: Kinds, group: str, version: str) -> list[Kind]:
    return [kind for kind in kinds.served() if (kind.group, kind.version) == (group, version)]


def api_versions(kinds: Kinds) -> Body:
    """The answer to `/api` in the old form."""
    return {"kind": "APIVersions", "versions": versions(kinds).get("", []), "serverAddressByClientCIDRs": _SERVERS}


def group_list(kinds: Kinds, others: Sequence[Group] = ()) -> Body:
    """The answer to `/apis` in the old form."""
    return {
        "kind": "APIGroupList",
        "apiVersion": "v1",
        "groups": [_group(name, held) for name, held in _all_versions(kinds, others).items() if name],
    }


def group(kinds: Kinds, name: str, others: Sequence[Group] = ()) -> Body:
    """The answer to `/apis/<group>`. Raises StatusError 404."""
    held = _all_versions(kinds, others).get(name)
    if not name or not held:
        raise refusals.no_such_path()
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, held)}


def _all_versions(kinds: Kinds, others: Sequence[Group]) -> dict[str, list[str]]:
    return versions(kinds) | {one.name: list(one.versions) for one in others}


def _group(name: str, held: list[str]) -> Body:
    listed = [{"groupVersion": f"{name}/{version}", "version": version} for version in held]
    return {"name": name, "versions": listed, "preferredVersion": listed[0]}


def resource_list(kinds: Kinds, group_name: str, version: str, others: Sequence[Group] = ()) -> Body:
    """The answer to `/api/v1` and `/apis/<group>/<version>`. Raises StatusError 404."""
    found = kinds_of(kinds, group_name, version)
    other = next((one for one in others if one.name == group_name and version in one.versions), None)
    if not found and other is None:
        raise refusals.no_such_path()
    resources: list[Body] = [] if other is None else list(other.resources)
    for kind in found:
        resources.append(_resource(kind))
        resources += [_subresource(kind, name, one) for name, one in subresources(kind).items()]
    if (group_name, version) == ("", "v1") and "pods" in kinds:
        binding = {
            "name": "bindings",
            "singularName": "binding",
            "namespaced": True,
            "kind": "Binding",
            "verbs": ["create"],
        }
        resources.append(binding)
    resources.sort(key=lambda one: str(one["name"]))
    named = f"{group_name}/{version}" if group_name else version
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": named, "resources": resources}


def _resource(kind: Kind) -> Body:
    body: Body = {
        "name": kind.plural,
        "singularName": kind.singular or kind.kind.lower(),
        "namespaced": kind.namespaced,
        "kind": kind.kind,
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        body["shortNames"] = list(kind.short_names)
    if kind.categories:
        body["categories"] = list(kind.categories)
    return body


def _subresource(kind: Kind, name: str, one: Subresource) -> Body:
    body: Body = {
        "name": f"{kind.plural}/{name}",
        "singularName": "",
        "namespaced": kind.namespaced,
        "kind": one.kind or kind.kind,
        "verbs": list(one.verbs),
    }
    return {**body, "group": one.group, "version": one.version} if one.kind and one.group else body


def aggregated(kinds: Kinds, accept: Accept, *, core: bool, others: Sequence[Group] = ()) -> Body:
    """The answer to `/api` (core) or `/apis` that holds every resource at once, which kubectl asks for first."""
    items = [
        {
            "metadata": {"name": name, "creationTimestamp": None} if name else {"creationTimestamp": None},
            "versions": [
                {
                    "version": version,
                    "resources": [_aggregated(kind) for kind in kinds_of(kinds, name, version)],
                    "freshness": "Current",
                }
                for version in listed
            ],
        }
        for name, listed in versions(kinds).items()
        if (name == "") == core
    ]
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{accept.version}",
        "metadata": {},
        "items": [*items, *(_converted(one) for one in others)],
    }


def _converted(one: Group) -> Body:
    """Follows ConvertGroupVersionIntoToDiscovery in apiserver/pkg/endpoints/installer.go."""
    resources: dict[str, Body] = {}
    for listed in one.resources:
        name, _, subresource = listed["name"].partition("/")
        scope = "Namespaced" if listed["namespaced"] else "Cluster"
        gvk, verbs = _gvk("", "", listed["kind"]), listed["verbs"]
        if not subresource:
            resources[name] = {
                "resource": name,
                "responseKind": gvk,
                "scope": scope,
                "singularResource": "",
                "verbs": verbs,
            }
            continue
        nobody: Body = {"resource": name, "responseKind": _gvk("", "", ""), "scope": scope, "singularResource": ""}
        parent = resources.setdefault(name, {**nobody, "verbs": None, "subresources": []})
        parent["subresources"].append({"subresource": subresource, "responseKind": gvk, "verbs": verbs})
    held = [
        {"version": version, "resources": list(resources.values()), "freshness": "Current"} for version in one.versions
    ]
    return {"metadata": {"name": one.name, "creationTimestamp": None}, "versions": held}


def _aggregated(kind: Kind) -> Body:
    body: Body = {
        "resource": kind.plural,
        "responseKind": _gvk(kind.group, kind.version, kind.kind),
        "scope": "Namespaced" if kind.namespaced else "Cluster",
        "singularResource": kind.singular or kind.kind.lower(),
        "verbs": list(kind.verbs),
    }
    if kind.short_names:
        body["shortNames"] = list(kind.short_names)
    if kind.categories:
        body["categories"] = list(kind.categories)
    inner = list(_aggregated_subresources(kind))
    return {**body, "subresources": inner} if inner else body


def _aggregated_subresources(kind: Kind) -> Iterator[Body]:
    for name, one in subresources(kind).items():
        gvk = _gvk(one.group, one.version, one.kind) if one.kind else _gvk(kind.group, kind.version, kind.kind)
        yield {"subresource": name, "responseKind": gvk, "verbs": list(one.verbs)}


def _gvk(group_name: str, version: str, kind: str) -> Body:
    return {"group": group_name, "version": version, "kind": kind}


def paths(kinds: Kinds, others: Sequence[Group] = ()) -> Body:
    """The answer to `/`."""
    listed = ["/api", "/api/v1", "/apis"]
    for name, held in _all_versions(kinds, others).items():
        if name:
            listed += [f"/apis/{name}", *(f"/apis/{name}/{version}" for version in held)]
    return {"paths": [*listed, "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"]}


def etag(content: bytes) -> str:
    return '"' + hashlib.sha512(content).hexdigest().upper() + '"'
