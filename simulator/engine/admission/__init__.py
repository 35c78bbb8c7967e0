"""Admission: what may change or refuse a write after it is defaulted and before it is validated.

One file per plugin, each with `admit(attributes, reader)`, which returns the body, changed or not, or raises StatusError.
They run in upstream's order (`pkg/kubeapiserver/options/plugins.go`, v1.34).
"""

from __future__ import annotations

from . import default_tolerations, namespace_lifecycle, priority, service_account
from .attributes import Attributes
from ..registry import Body, Reader

CHAIN = (
    namespace_lifecycle.admit,
    service_account.admit,
    default_tolerations.admit,
    priority.admit,
)

__all__ = ["CHAIN", "Attributes", "admit"]


def admit(attributes: Attributes, reader: Reader) -> Body:
    """Runs the chain and returns the body to store. Raises StatusError where a plugin refuses."""
    for plugin in CHAIN:
        attributes = attributes._replace(body=plugin(attributes, reader))
    return attributes.body
