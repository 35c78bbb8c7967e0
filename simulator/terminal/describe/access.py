"""Roles and their bindings.

Follows staging/src/k8s.io/kubectl/pkg/describe/describe.go and pkg/util/rbac/rbac.go, v1.32.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.engine.registry import Body
from simulator.terminal.describe.description import Description

Line = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""A resource with its group, URLs, names of objects, verbs."""


def role(told: Description) -> None:
    told.line(0, f"Name:\t{told.name}")
    told.labels()
    told.annotations()
    told.line(0, "PolicyRule:")
    told.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs")
    told.line(1, "---------\t-----------------\t--------------\t-----")
    for shown, urls, names, verbs in compact(told.body.get("rules") or []):
        told.line(1, f"{shown}\t{_listed(urls)}\t{_listed(names)}\t{_listed(verbs)}")


def _listed(values: tuple[str, ...]) -> str:
    return f"[{' '.join(values)}]"


def compact(rules: list[Body]) -> list[Line]:
    """Each resource once, with all verbs that the rules allow on it, in upstream's order."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for rule in rules:
        for part in _parts(rule):
            held = found.setdefault(part, [])
            held += [verb for verb in rule.get("verbs") or () if verb not in held]
    lines: list[tuple[str, Line]] = []
    for rule in rules:
        for url in rule.get("nonResourceURLs") or ():
            verbs = list(rule.get("verbs") or ())
            lines.append((_rank("", "", url, "", verbs), ("", (url,), (), tuple(verbs))))
    for (resource, group, name), verbs in found.items():
        word, _, subresource = resource.partition("/")
        shown = f"{word}.{group}" if group else word
        shown = f"{shown}/{subresource}" if subresource else shown
        lines.append((_rank(resource, group, "", name, verbs), (shown, (), (name,) if name else (), tuple(verbs))))
    return [line for _, line in sorted(lines, key=lambda one: one[0])]


def _parts(rule: Body) -> Iterator[tuple[str, str, str]]:
    for group in rule.get("apiGroups") or ():
        for resource in rule.get("resources") or ():
            for name in rule.get("resourceNames") or ("",):
                yield resource, group, name


def _rank(resource: str, group: str, url: str, name: str, verbs: list[str]) -> str:
    """Rules are sorted by how Go writes them."""
    fields = {
        "Verbs": " ".join(verbs),
        "APIGroups": group,
        "Resources": resource,
        "ResourceNames": name,
        "NonResourceURLs": url,
    }
    return "".join(f"{title}:[{text}]," for title, text in fields.items())


def binding(told: Description) -> None:
    told.line(0, f"Name:\t{told.name}")
    told.labels()
    told.annotations()
    told.line(0, "Role:")
    told.line(1, f"Kind:\t{told.body['roleRef']['kind']}")
    told.line(1, f"Name:\t{told.body['roleRef']['name']}")
    told.line(0, "Subjects:")
    told.line(1, "Kind\tName\tNamespace")
    told.line(1, "----\t----\t---------")
    for one in told.body.get("subjects") or ():
        told.line(1, f"{one['kind']}\t{one['name']}\t{one.get('namespace', '')}")
