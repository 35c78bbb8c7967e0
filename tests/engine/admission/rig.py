"""What the tests of the plugins share: a cluster that is only objects, and one write as a plugin is asked about it."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import admission
from simulator.engine.errors import StatusError
from simulator.engine.objects import key_of
from simulator.engine.registry import KINDS, Body


class Cluster:
    """A Reader over the objects that it is given, as (resource, body)."""

    def __init__(self, *objects: tuple[str, Body], labels: dict[str, str] | None = None) -> None:
        namespace = {"metadata": {"name": "default", "labels": labels or {}}}
        self.objects = [("namespaces", namespace), *objects]

    def get(self, resource: str, namespace: str, name: str) -> Body | None:
        found = (body for held, body in self.objects if held == resource and key_of(body) == (namespace, name))
        return next(found, None)

    def list(self, resource: str, namespace: str | None = None) -> Any:
        found = [body for held, body in self.objects if held == resource]
        return [body for body in found if namespace is None or key_of(body).namespace == namespace]


def creating(resource: str, body: Body, **more: Any) -> admission.Attributes:
    kind = KINDS[resource]
    return admission.Attributes("CREATE", kind, kind.default(body), None, **more)


def changing(resource: str, old: Body, new: Body, subresource: str = "", **more: Any) -> admission.Attributes:
    kind = KINDS[resource]
    return admission.Attributes("UPDATE", kind, kind.default(new), kind.default(old), subresource, **more)


def refused(plugin: admission.Plugin, attributes: admission.Attributes, cluster: Cluster) -> str:
    """What the validating half of the plugin says no with; empty if it does not."""
    assert plugin.validate is not None
    try:
        plugin.validate(attributes, cluster)
    except StatusError as error:
        assert error.code in (403, 422)
        return error.message
    return ""


def refusal(plugin: admission.Plugin, attributes: admission.Attributes, cluster: Cluster) -> str:
    """What the changing half says no with."""
    assert plugin.admit is not None
    with pytest.raises(StatusError) as caught:
        plugin.admit(attributes, cluster)
    return caught.value.message


def admitted(plugin: admission.Plugin, attributes: admission.Attributes, cluster: Cluster) -> Body:
    assert plugin.admit is not None
    return plugin.admit(attributes, cluster)
