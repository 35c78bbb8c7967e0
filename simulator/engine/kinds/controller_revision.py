"""ControllerRevision: an earlier or present state of a DaemonSet or StatefulSet, to which it can be rolled back.

Follows pkg/registry/apps/controllerrevision/strategy.go, ValidateControllerRevision in
pkg/apis/apps/validation/validation.go and printControllerRevision in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from ..errors import FieldError, required
from ..objects import controller_of, fill_in
from ..printing import AGE, NAME, NONE
from ..registry import Body, Column, Instant, Kind
from ..validation.fields import not_negative
from ..validation.metadata import immutable


def _default(body: Body) -> Body:
    return fill_in(body, revision=0)


def _validate(body: Body) -> list[FieldError]:
    errors = [required("data", "data is mandatory")] if body.get("data") is None else []
    return errors + not_negative("revision", body.get("revision"))


def _validate_update(new: Body, old: Body) -> list[FieldError]:
    return immutable("data", new.get("data"), old.get("data"))


def _controller(body: Body, now: Instant) -> str:
    owner = controller_of(body)
    if owner is None:
        return NONE
    group = owner.get("apiVersion", "").rpartition("/")[0]
    kind = f"{owner.get('kind', '')}.{group}" if group else owner.get("kind", "")
    return f"{kind.lower()}/{owner.get('name', '')}"


KIND = Kind(
    group="apps",
    version="v1",
    kind="ControllerRevision",
    plural="controllerrevisions",
    subresources=frozenset(),
    has_generation=False,
    columns=(
        NAME,
        Column("Controller", _controller, description="Controller of the object"),
        Column(
            "Revision",
            lambda body, now: body.get("revision") or 0,
            description="Revision indicates the revision of the state represented by Data.",
        ),
        AGE,
    ),
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
)
