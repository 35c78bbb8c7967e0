"""Who counts what: pods, Services and claims have counters of their own; of every other kind the objects are counted.

Follows pkg/quota/v1/evaluator/core/{pods,services,persistent_volume_claims,registry}.go and
staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from ..registry import Body, Instant
from . import claims, pods, services
from .amounts import Amounts

COUNT = "count/"
_LEGACY = frozenset({"configmaps", "resourcequotas", "replicationcontrollers", "secrets"})
"""Kinds that quotas counted by their plain name before there was `count/`."""

IGNORED = frozenset({"events", "events.events.k8s.io"})


def _in_no_scope(body: Body, term: Body) -> bool:
    return False


def _never(new: Body, old: Body) -> bool:
    return False


def _always(new: Body, old: Body) -> bool:
    return True


def _asks_nothing(names: Iterable[str], body: Body) -> str:
    return ""


class Evaluator(NamedTuple):
    """Counts the objects of one resource.

    tracks: whether an amount of a quota is about these objects. usage: what one object costs at an instant. in_scope:
    whether an object meets one term of a quota's scopes. missing: what an object must say before it can be counted.
    on_update: whether a change (new, old) may cost something too. frees: a change gave something back.
    """

    resource: str
    tracks: Callable[[str], bool]
    usage: Callable[[Body, Instant], Amounts]
    in_scope: Callable[[Body, Body], bool] = _in_no_scope
    missing: Callable[[Iterable[str], Body], str] = _asks_nothing
    on_update: Callable[[Body, Body], bool] = _never
    subresources: frozenset[str] = frozenset({""})
    frees: Callable[[Body, Body, Instant], bool] | None = None

    def tracked(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if self.tracks(name)]


PODS = Evaluator(
    "pods",
    pods.tracks,
    pods.usage,
    in_scope=pods.in_scope,
    missing=pods.missing,
    on_update=pods.changes_scope,
    subresources=frozenset({"", "resize"}),
    frees=pods.frees,
)
SERVICES = Evaluator(
    "services",
    services.NAMES.__contains__,
    services.usage,
    on_update=_always,
    subresources=frozenset({"", "status"}),
    frees=services.frees,
)
CLAIMS = Evaluator(
    "persistentvolumeclaims",
    claims.tracks,
    claims.usage,
    in_scope=claims.in_scope,
    on_update=_always,
    frees=claims.frees,
)
_OWN = {one.resource: one for one in (PODS, SERVICES, CLAIMS)}


@cache
def of(resource: str) -> Evaluator | None:
    """The evaluator of a resource; None for what quotas ignore."""
    if resource in IGNORED:
        return None
    if resource in _OWN:
        return _OWN[resource]
    names = (f"{COUNT}{resource}", *((resource,) if resource in _LEGACY else ()))
    return Evaluator(resource, names.__contains__, lambda body, now: dict.fromkeys(names, "1"))


def for_names(names: Iterable[str]) -> list[Evaluator]:
    """The evaluators that can count some of these amounts, each once."""
    names = list(names)
    resources = [one.resource for one in _OWN.values() if one.tracked(names)]
    for name in names:
        resource = name.removeprefix(COUNT) if name.startswith(COUNT) else name if name in _LEGACY else ""
        if resource and resource not in _OWN:
            resources.append(resource)
    found = (of(resource) for resource in dict.fromkeys(resources))
    return [one for one in found if one is not None]
