"""The two behaviors that are asked about, and the step of load: checked as the server checks what is written.

What is not said is, of the first, as the autoscaler has it, and of the second what Kubernetes does unless told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from simulator import schema, store, why
from simulator.autoscaling import loads
from simulator.clusters import NotUnderstood
from simulator.decoding import WrongType, decode
from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE
from simulator.engine.errors import StatusError
from simulator.engine.objects import set_in
from simulator.engine.registry import KINDS, Body, Instant, Key
from simulator.models import Cluster
from simulator.reading import DatabaseReader

_BEHAVIOR = "spec.behavior"
_LONGEST = 64


class Load(NamedTuple):
    """A load that takes another value so many microseconds after the start."""

    resource: str
    key: Key
    value: str
    after: Instant


class Asked(NamedTuple):
    """The autoscaler as each of the runs has it."""

    first: Body
    second: Body
    load: Load | None


def read(cluster: Cluster, autoscaler: Body, asked: Mapping[str, Any], minutes: int) -> Asked:
    """The sides of a question about an autoscaler. Raises NotUnderstood, with `errors` by field."""
    own = autoscaler["spec"].get("behavior")
    first = _side(cluster, autoscaler, "first", asked.get("first"), own)
    return Asked(
        first,
        _side(cluster, autoscaler, "second", asked.get("second"), {}),
        _load(cluster, asked.get("load"), minutes),
    )


def _side(cluster: Cluster, autoscaler: Body, side: str, asked: Any, default: Body | None) -> Body:
    if asked is None:
        behavior = default
    elif isinstance(asked, dict):
        behavior = asked
    else:
        raise NotUnderstood(_("{which} must be a JSON object.").format(which=side))
    if behavior is None:
        return autoscaler

    def place(field: str) -> str:
        return f"{side}{field[len(_BEHAVIOR) :]}" if field.startswith(_BEHAVIOR) else side

    return _checked(cluster, RESOURCE, set_in(autoscaler, ("spec", "behavior"), behavior), place)


def _load(cluster: Cluster, asked: Any, minutes: int) -> Load | None:
    if asked is None:
        return None
    if not isinstance(asked, dict):
        raise NotUnderstood(_("{which} must be a JSON object.").format(which="load"))
    resource, namespace, name = (asked.get(one) for one in ("resource", "namespace", "name"))
    if not (isinstance(resource, str) and isinstance(namespace, str) and isinstance(name, str)):
        raise _at("load.name", _("There is no such Traffic or Behavior."))
    body = DatabaseReader(cluster).get(resource, namespace, name) if resource in loads.PATHS else None
    if body is None:
        raise _at("load.name", _("There is no such Traffic or Behavior."))
    value = asked.get("value")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise _at("load.value", _("This must be a short text."))
    after = asked.get("afterSeconds", 0)
    if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after <= minutes * 60:
        said = _("This must be a number of seconds from 0 to {most}.").format(most=minutes * 60)
        raise _at("load.afterSeconds", said)
    _checked(cluster, resource, loads.loaded(resource, body, value), lambda field: "load.value")
    return Load(resource, Key(namespace, name), value, after * SECOND)


def _checked(cluster: Cluster, resource: str, body: Body, place: Callable[[str], str]) -> Body:
    """The object as the cluster would store it. Raises NotUnderstood with the places of what is wrong."""
    kind = KINDS[resource]
    try:
        body, complaints = decode(body, schema.of_kind(kind))
    except WrongType as error:
        raise _at(place(error.path), str(error)) from None
    faults = [{"field": place(one.path), "message": one.message} for one in complaints]
    if faults:
        raise NotUnderstood(faults[0]["message"], errors=faults)
    made: list[Body] = []

    def try_out(work: store.Transaction) -> None:
        made.append(work.update(kind, body, why.asked("compare")))

    try:
        store.write(cluster, try_out, dry_run=True)
    except StatusError as error:
        causes = error.details.get("causes") or [{"field": "", "message": error.message}]
        faults = [{"field": place(one["field"]), "message": one["message"]} for one in causes]
        raise NotUnderstood(faults[0]["message"], errors=faults) from None
    return made[0]


def _at(field: str, said: str) -> NotUnderstood:
    return NotUnderstood(said, errors=[{"field": field, "message": said}])
