"""What an update does to managers, and what an apply makes of an object and of its managers.

Follows sigs.k8s.io/structured-merge-diff/v6/merge/update.go. Fields are as of the version that is stored.
"""

from __future__ import annotations

from typing import Any

from . import conflicts, fields, merge, sets, values
from .fields import Fields
from .managers import Managed, Manager, Managers
from .sets import Comparison
from .typed import Schema
from .values import ABSENT


def update(live: Any, new: Any, kind: Schema, managers: Managers, ignored: Fields) -> tuple[Managers, Fields]:
    """(The managers but for what changed, the fields that the update changed or added.)"""
    comparison = sets.compare(live, new, kind).without(ignored)
    return dispossessed(managers, comparison), comparison.changed


def apply(
    live: Any,
    config: Any,
    kind: Schema,
    managers: Managers,
    who: Manager,
    *,
    api_version: str,
    ignored: Fields,
    force: bool,
) -> tuple[Any, Managers]:
    """(The object after the apply or None if it stays as it is, its managers.) Raises Conflicts.

    config must fit the schema. ignored: the fields that this writer cannot set.
    """
    last = managers.get(who)
    mine = fields.without(sets.mentioned(config, kind), ignored)
    managers = {**managers, who: Managed(mine, api_version, last.time if last else "")}
    new = merge.merge(live, config, kind)
    if last is not None and last.fields:
        new = _or_empty(_pruned(new, kind, managers, last.fields))
    comparison = sets.compare(live, new, kind).without(ignored)
    if not force:
        _refuse_conflicts(managers, comparison.changed, who)
    managers = dispossessed(managers, comparison, who)
    return None if values.equal(live, new) else new, managers


def _refuse_conflicts(managers: Managers, changed: Fields, who: Manager) -> None:
    found = {
        other: both
        for other, held in managers.items()
        if other != who and (both := fields.intersection(held.fields, changed))
    }
    if found:
        raise conflicts.of(found)


def dispossessed(managers: Managers, comparison: Comparison, spared: Manager | None = None) -> Managers:
    """The managers without the fields that changed or went, except for one; who has none left is forgotten."""
    result: Managers = {}
    gone = fields.union(comparison.changed, comparison.removed)
    for who, held in managers.items():
        kept = held.fields if who == spared else fields.difference(held.fields, gone)
        if kept:
            result[who] = held if kept is held.fields else held.with_fields(kept)
    return result


def _pruned(merged: Any, kind: Schema, managers: Managers, last: Fields) -> Any:
    """The merged object without what its applier said last time, says no longer, and nobody else manages."""
    said = merge.with_named(last, kind)
    pruned = merge.remove(merged, said, kind)
    whole = merge.with_named(sets.mentioned(merged, kind), kind)
    everybodys: Fields = {}
    for held in managers.values():
        everybodys = fields.union(everybodys, held.fields)
    left = merge.with_named(sets.mentioned(_or_empty(pruned), kind), kind)
    kept = fields.union(left, merge.with_named(everybodys, kind))
    pruned = merge.remove(merged, fields.difference(whole, kept), kind)
    left = merge.with_named(sets.mentioned(_or_empty(pruned), kind), kind)
    gone = fields.intersection(fields.difference(whole, left), said)
    return merge.remove(merged, gone, kind)


def _or_empty(value: Any) -> Any:
    return {} if value is None or value is ABSENT else value
