"""Whether some rules grant all that others do: nobody gives away more than they hold.

Follows staging/src/k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go and
pkg/registry/rbac/validation/policy_compact.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .rules import ALL, Rule


def uncovered(held: Sequence[Rule], wanted: Iterable[Rule]) -> list[Rule]:
    """What the wanted rules grant and the held ones do not, one verb on one thing at a time."""
    distinct = list(dict.fromkeys(held))
    return [part for rule in wanted for part in parts(rule) if not any(_covers(one, part) for one in distinct)]


def parts(rule: Rule) -> Iterator[Rule]:
    """A rule taken apart: one verb of one resource of one group, of one name where there are names."""
    for group in rule.groups:
        for resource in rule.resources:
            for verb in rule.verbs:
                if not rule.names:
                    yield Rule((verb,), (group,), (resource,))
                for name in rule.names:
                    yield Rule((verb,), (group,), (resource,), (name,))
    for url in rule.urls:
        for verb in rule.verbs:
            yield Rule(verbs=(verb,), urls=(url,))


def _covers(owner: Rule, part: Rule) -> bool:
    return (
        _all_in(part.verbs, owner.verbs)
        and _all_in(part.groups, owner.groups)
        and all(_has_resource(owner, resource) for resource in part.resources)
        and all(_has_url(owner, url) for url in part.urls)
        and (not owner.names or (bool(part.names) and set(part.names) <= set(owner.names)))
    )


def _all_in(wanted: tuple[str, ...], held: tuple[str, ...]) -> bool:
    return ALL in held or all(one in held for one in wanted)


def _has_resource(owner: Rule, resource: str) -> bool:
    if ALL in owner.resources or resource in owner.resources:
        return True
    _, slash, subresource = resource.partition("/")
    return bool(slash) and f"*/{subresource}" in owner.resources


def _has_url(owner: Rule, url: str) -> bool:
    if url in owner.urls:
        return True
    return any(one.endswith("*") and url.startswith(one.rstrip("*")) for one in owner.urls)


def compacted(rules: Iterable[Rule]) -> list[Rule]:
    """The rules with those that differ by their verbs alone made into one."""
    left: list[Rule] = []
    simple: dict[Rule, Rule] = {}
    for rule in rules:
        if len(rule.names) > 1 or rule.urls or len(rule.groups) != 1 or len(rule.resources) != 1:
            left.append(rule)
            continue
        thing = rule._replace(verbs=())
        verbs = (*simple[thing].verbs, *rule.verbs) if thing in simple else rule.verbs
        simple[thing] = rule._replace(verbs=tuple(dict.fromkeys(verbs)))
    return [*left, *simple.values()]
