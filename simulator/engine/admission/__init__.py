"""Admission: what may change or refuse a write after it is defaulted and before it is validated.

One file per plugin, each with `RESOURCE`, the resource that it concerns (None: all), and `admit(attributes, reader)`,
which returns the body, changed or not, or raises StatusError. They run in upstream's order
(`pkg/kubeapiserver/options/plugins.go`, v1.34).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from ..registry import Body, Reader
from . import default_tolerations, namespace_lifecycle, priority, service_account, service_ip
from .attributes import Attributes

CHAIN = (namespace_lifecycle, service_account, default_tolerations, priority, service_ip)

__all__ = ["CHAIN", "Attributes", "admit"]


def admit(attributes: Attributes, reader: Reader) -> Body:
    """Runs the chain and returns the body to store. Raises StatusError where a plugin refuses."""
    for plugin in _concerned(attributes.kind.resource):
        body = plugin(attributes, reader)
        if body is not attributes.body:
            attributes = attributes._replace(body=body)
    return attributes.body


@cache
def _concerned(resource: str) -> tuple[Callable[[Attributes, Reader], Body], ...]:
    return tuple(plugin.admit for plugin in CHAIN if plugin.RESOURCE in (None, resource))
