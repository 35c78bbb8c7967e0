"""kubectl's annotation of what it last applied on its own side, which an apply by kubectl may take over and keeps up.

Follows staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/lastapplied{,manager,updater}.go, v1.34.
"""

from __future__ import annotations

import json

from ..objects import annotations_of
from ..registry import Body
from . import fields, sets, typed, values
from .fields import Fields
from .typed import Schema

KUBECTL = "kubectl"
ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration"
_ANNOTATIONS_LIMIT = 256 * 1024


def allowed(live: Body, kind: Schema) -> Fields | None:
    """The fields that are still as kubectl last applied them, which nobody is robbed of; None if that is not known."""
    written = annotations_of(live).get(ANNOTATION)
    if not written:
        return None
    try:
        last = json.loads(written)
    except (ValueError, RecursionError):
        return None
    if not isinstance(last, dict) or last.get("apiVersion") != live["apiVersion"]:
        return None
    if last.get("kind") != live["kind"] or typed.misfits(last, kind):
        return None
    changes = sets.compare(last, live, kind)
    return fields.difference(sets.mentioned(last, kind), fields.union(changes.changed, changes.removed))


def kept_up(body: Body, config: Body) -> Body:
    """The body with the annotation, where it has one, saying what was applied now."""
    annotations = annotations_of(body)
    if not annotations.get(ANNOTATION):
        return body
    kept = {name: value for name, value in annotations.items() if name != ANNOTATION}
    new = {**kept, ANNOTATION: _written(config)}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in new.items() if isinstance(value, str))
    new = kept if size > _ANNOTATIONS_LIMIT else new
    return {**body, "metadata": {**body["metadata"], "annotations": new}}


def _written(config: Body) -> str:
    meta = config.get("metadata")
    if isinstance(meta, dict) and isinstance(meta.get("annotations"), dict):
        kept = {name: value for name, value in meta["annotations"].items() if name != ANNOTATION}
        config = {**config, "metadata": {**meta, "annotations": kept}}
    return values.json_of(_sorted(config)) + "\n"


def _sorted(value: object) -> object:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    return [_sorted(one) for one in value] if isinstance(value, list) else value
