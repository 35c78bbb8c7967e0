"""Which slice of a Traffic lists which of its backends: what is listed stays where it is.

As pkg/controller/endpointslice keeps the endpoints of a Service, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from ...objects import name_of, namespace_of, owner_reference
from ...registry import Bodies, Body

MOST = 32
"""So many backends are listed by one slice."""
LABEL = "sim.k8sviz.io/traffic"
_LONGEST_LABEL = 63

Backend = dict[str, Any]


class Changes(NamedTuple):
    """Slices to create, to write anew and to delete."""

    new: Bodies
    other: Bodies
    gone: Bodies


def changes(traffic: Body, held: Bodies, backends: Sequence[Backend]) -> Changes:
    """What makes the slices that there are list these backends and no others."""
    wanted = {one["uid"]: one for one in backends}
    lists = [[wanted.pop(old["uid"]) for old in _listed(body) if old["uid"] in wanted] for body in held]
    left = list(wanted.values())
    for listed in lists:
        room = max(MOST - len(listed), 0) if listed else 0
        listed += left[:room]
        left = left[room:]
    other = [
        {**body, "backends": listed}
        for body, listed in zip(held, lists, strict=True)
        if listed and listed != _listed(body)
    ]
    new = [_slice(traffic, left[begin : begin + MOST]) for begin in range(0, len(left), MOST)]
    return Changes(new, other, [body for body, listed in zip(held, lists, strict=True) if not listed])


def _listed(body: Body) -> list[Backend]:
    return list(body.get("backends") or ())


def _slice(traffic: Body, backends: Iterable[Backend]) -> Body:
    name = name_of(traffic)
    owner = owner_reference({"apiVersion": "sim.k8sviz.io/v1", "kind": "Traffic", **traffic})
    meta: Body = {"generateName": f"{name}-", "namespace": namespace_of(traffic), "ownerReferences": [owner]}
    if len(name) <= _LONGEST_LABEL:
        meta["labels"] = {LABEL: name}
    return {"metadata": meta, "backends": list(backends)}
