"""Admission: what may change or refuse a write after it is defaulted.

One file per plugin, each with `PLUGIN`, which says what it concerns. A plugin's `admit` comes before the object is
validated and may change it; its `validate` comes after, and only looks. Each phase runs in upstream's order
(AllOrderedPlugins in `pkg/kubeapiserver/options/plugins.go`, v1.34).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from ..registry import Body, Reader
from . import (
    default_ingress_class,
    default_storage_class,
    default_tolerations,
    limit_ranger,
    namespace_lifecycle,
    persistent_volume_claim_resize,
    pod_security,
    priority,
    resource_quota,
    service_account,
    service_ip,
    storage_object_in_use_protection,
)
from .attributes import Attributes, FollowUp, FollowUps, Operation, Plugin, unheard

CHAIN: tuple[Plugin, ...] = (
    namespace_lifecycle.PLUGIN,
    limit_ranger.PLUGIN,
    service_account.PLUGIN,
    pod_security.PLUGIN,
    priority.PLUGIN,
    default_tolerations.PLUGIN,
    default_storage_class.PLUGIN,
    storage_object_in_use_protection.PLUGIN,
    persistent_volume_claim_resize.PLUGIN,
    default_ingress_class.PLUGIN,
    service_ip.PLUGIN,
    resource_quota.PLUGIN,
)

__all__ = ["CHAIN", "Attributes", "FollowUp", "FollowUps", "Plugin", "admit", "judge", "unheard", "validate"]

Admit = Callable[[Attributes, Reader], Body]
Validate = Callable[[Attributes, Reader], Iterable[FollowUp]]


def admit(attributes: Attributes, reader: Reader) -> Body:
    """Runs the changing half of the chain and returns the body to store. Raises StatusError where a plugin refuses."""
    for plugin in _admitting(attributes.kind.resource, attributes.operation, attributes.subresource):
        body = plugin(attributes, reader)
        if body is not attributes.body:
            attributes = attributes._replace(body=body)
    return attributes.body


def validate(attributes: Attributes, reader: Reader) -> FollowUps:
    """Runs the looking half of the chain: what else is to be written. Raises StatusError where a plugin refuses."""
    follow_ups: FollowUps = []
    for plugin in _validating(attributes.kind.resource, attributes.operation, attributes.subresource):
        follow_ups += plugin(attributes, reader)
    return follow_ups


def judge(attributes: Attributes, reader: Reader) -> None:
    """Both halves about what stores nothing new: a deletion, an eviction. Raises StatusError where a plugin refuses."""
    admit(attributes, reader)
    validate(attributes, reader)


@cache
def _admitting(resource: str, operation: Operation, subresource: str) -> tuple[Admit, ...]:
    return tuple(one.admit for one in CHAIN if one.admit and one.concerns(resource, operation, subresource))


@cache
def _validating(resource: str, operation: Operation, subresource: str) -> tuple[Validate, ...]:
    return tuple(one.validate for one in CHAIN if one.validate and one.concerns(resource, operation, subresource))
