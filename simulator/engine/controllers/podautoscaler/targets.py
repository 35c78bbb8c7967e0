"""What an autoscaler scales: anything that has a Scale, by group and kind and name, whatever version it asks for.

Follows reconcileAutoscaler and scaleForResourceMappings in pkg/controller/podautoscaler/horizontal.go, v1.34.
"""

from __future__ import annotations

from typing import NamedTuple

from simulator.engine import errors, scale
from simulator.engine.objects import get_in, namespace_of, spec_of
from simulator.engine.registry import Body, Key, Kind, Scale
from simulator.engine.world import World


class NoScaleError(Exception):
    """Why there is no Scale, in upstream's words."""


class Scaled(NamedTuple):
    """The object that is scaled: its resource, itself, the figures of its Scale and the text of its selector."""

    resource: str
    paths: Scale
    body: Body
    wanted: int
    have: int
    selector: str


def scaled_by(world: World, autoscaler: Body) -> Scaled:
    """What an autoscaler scales. Raises NoScaleError."""
    reference = spec_of(autoscaler).get("scaleTargetRef") or {}
    kind, name = _kind(world, reference), reference.get("name") or ""
    if "scale" not in kind.subresources:
        raise NoScaleError(errors.no_such_resource().message)
    body = world.get(kind.storage, namespace_of(autoscaler), name)
    if body is None:
        raise NoScaleError(errors.not_found(kind.resource, name).message)
    paths = kind.scale or Scale()
    wanted = get_in(body, *paths.replicas, default=0)
    have = get_in(body, *paths.status_replicas, default=0)
    return Scaled(kind.storage, paths, body, wanted, have, scale.selector_text(paths, body) or "")


def place_of(world: World, autoscaler: Body) -> tuple[str, Key] | None:
    """Where the object is, or would be, that an autoscaler scales; None if there is no such kind."""
    reference = spec_of(autoscaler).get("scaleTargetRef") or {}
    try:
        return _kind(world, reference).storage, Key(namespace_of(autoscaler), reference.get("name") or "")
    except NoScaleError:
        return None


def _kind(world: World, reference: Body) -> Kind:
    version, name = reference.get("apiVersion") or "", reference.get("kind") or ""
    found = world.kinds.find(version, name)
    if found is not None:
        return found
    if version.count("/") > 1:
        raise NoScaleError(f"unexpected GroupVersion string: {version}")
    group = version.rpartition("/")[0]
    for kind in world.kinds.served():
        if (kind.group, kind.kind) == (group, name):
            return kind
    raise NoScaleError(f'no matches for kind "{name}" in group "{group}"')
