"""ResourceQuota: no more in a namespace than its quotas allow; what is admitted is charged to them.

The last plugin of the chain. It is as upstream's check with one difference: the charge is written with the object, or
not at all.
Follows CheckRequest in staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Iterable

from .. import errors
from ..causes import Cause, _
from ..objects import name_of, namespace_of, status_of
from ..quota import amounts, evaluators, scopes
from ..quota.amounts import Amounts
from ..quota.evaluators import Evaluator
from ..registry import Bodies, Body, Reader
from .attributes import ON_WRITE, Attributes, FollowUp, Plugin

RESOURCE = "resourcequotas"


def validate(attributes: Attributes, reader: Reader) -> Iterable[FollowUp]:
    if not attributes.kind.namespaced:
        return ()
    evaluator = evaluators.of(attributes.kind.resource)
    if evaluator is None or not _handles(evaluator, attributes):
        return ()
    quotas = reader.list(RESOURCE, namespace_of(attributes.body))
    return _charges(attributes, evaluator, quotas) if quotas else ()


def _handles(evaluator: Evaluator, attributes: Attributes) -> bool:
    if attributes.subresource not in evaluator.subresources:
        return False
    if attributes.operation == "CREATE" or attributes.subresource:
        return True
    return attributes.old is not None and evaluator.on_update(attributes.body, attributes.old)


def _charges(attributes: Attributes, evaluator: Evaluator, quotas: Bodies) -> list[FollowUp]:
    body, old = attributes.body, attributes.old
    usage = evaluator.usage(body, 0)
    grown = usage if old is None else amounts.growth(usage, evaluator.usage(old, 0))
    found: list[tuple[Body, Amounts]] = []
    for quota in quotas:
        if not _matches(quota, evaluator, body):
            continue
        _refuse_unmeasured(attributes, evaluator, quota)
        cost = grown if old is not None and _matches(quota, evaluator, old) else usage
        found.append((quota, amounts.without_zeros(cost)))
    charges = [_charge(attributes, quota, cost) for quota, cost in found if cost]
    return [one for one in charges if one is not None]


def _matches(quota: Body, evaluator: Evaluator, body: Body) -> bool:
    """True for a quota that counts something about the object, in scopes that the object is in."""
    return bool(evaluator.tracked(_hard(quota))) and scopes.covers(quota, evaluator, body)


def _hard(quota: Body) -> Amounts:
    """What the quota controller has taken up of the spec; nothing right after the quota was made."""
    return status_of(quota).get("hard") or {}


def _refuse_unmeasured(attributes: Attributes, evaluator: Evaluator, quota: Body) -> None:
    """Raises StatusError if the object does not say what the quota counts, or if the quota has no figures yet."""
    names = evaluator.tracked(_hard(quota))
    missing = evaluator.missing(names, attributes.body)
    if missing:
        raise _forbidden(attributes, f"failed quota: {name_of(quota)}: {missing}")
    used = status_of(quota).get("used") or {}
    if any(name not in used for name in names):
        listed = amounts.names_shown(names)
        raise _forbidden(attributes, f"status unknown for quota: {name_of(quota)}, resources: {listed}")


def _charge(attributes: Attributes, quota: Body, cost: Amounts) -> FollowUp | None:
    """The quota with the cost added to what is used. Raises StatusError if that is more than it allows."""
    hard, used = _hard(quota), status_of(quota).get("used") or {}
    asked = amounts.only(cost, hard)
    if not asked:
        return None
    total = amounts.add(used, asked)
    exceeded = amounts.beyond(amounts.only(total, asked), hard)
    if exceeded and attributes.subresource != "status":
        requested, held, limited = (amounts.shown(amounts.only(one, exceeded)) for one in (asked, used, hard))
        detail = f"exceeded quota: {name_of(quota)}, requested: {requested}, used: {held}, limited: {limited}"
        raise _forbidden(attributes, detail)
    cause = Cause(
        "apiserver",
        "ResourceQuota",
        _("{kind} {name} is charged to quota {quota}: {requested}."),
        {
            "kind": attributes.kind.kind,
            "name": name_of(attributes.body),
            "quota": name_of(quota),
            "requested": amounts.shown(asked),
        },
    )
    return FollowUp(RESOURCE, {**quota, "status": {**status_of(quota), "used": total}}, cause)


def _forbidden(attributes: Attributes, detail: str) -> errors.StatusError:
    return errors.forbidden(attributes.kind.resource, name_of(attributes.body), detail)


PLUGIN = Plugin(
    "ResourceQuota", operations=ON_WRITE, subresources=frozenset({"", "resize", "status"}), validate=validate
)
