"""DaemonSet: one pod of a template on every node that the template fits.

Follows pkg/registry/apps/daemonset/strategy.go, pkg/apis/apps/v1/defaults.go, ValidateDaemonSet in
pkg/apis/apps/validation/validation.go and printDaemonSet in pkg/printers/internalversion/printers.go, v1.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..defaults import rolling_update
from ..defaults.pod_template import template
from ..errors import FieldError, invalid_value, not_supported, required
from ..objects import annotations_of, fill_in, get_in, labels_of, set_in, spec_of, status_of
from ..printing import AGE, CONTAINERS, IMAGES, NAME, SELECTOR, field, labels_text
from ..registry import Body, Column, Kind, status_part
from ..validation import workloads
from ..validation.pod_template import pod_template
from ..validation.selectors import label_selector, of_template

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
_MORE = "More info: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/"
_FIGURES = (
    "currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration",
    "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount",
)  # fmt: skip


def _default(body: Body) -> Body:
    held = body.get("spec") or {}
    spec = template(fill_in(held, revisionHistoryLimit=10))
    spec = rolling_update.strategy(spec, "updateStrategy", maxUnavailable=1, maxSurge=0)
    return body if spec is held else {**body, "spec": spec}


def _with_template_generation(body: Body, generation: int) -> Body:
    text = str(generation)
    if annotations_of(body).get(TEMPLATE_GENERATION) == text:
        return body
    return set_in(body, ("metadata", "annotations"), {**annotations_of(body), TEMPLATE_GENERATION: text})


def _prepare_create(body: Body) -> Body:
    if "status" in body:
        return body
    zero = {"currentNumberScheduled": 0, "numberMisscheduled": 0, "desiredNumberScheduled": 0, "numberReady": 0}
    return _with_template_generation({**body, "status": zero}, 1)


def _prepare_update(new: Body, old: Body) -> Body:
    held = annotations_of(old).get(TEMPLATE_GENERATION, "1")
    changed = spec_of(new).get("template") != spec_of(old).get("template")
    return _with_template_generation(new, (int(held) if held.isdecimal() else 1) + changed)


def _validate(body: Body) -> list[FieldError]:
    spec = spec_of(body)
    errors = _selector(spec)
    errors += pod_template("spec.template", spec.get("template") or {})
    errors += workloads.runs_for_ever("spec.template.spec", spec, "DaemonSet")
    errors += workloads.figures("spec", spec, "minReadySeconds")
    errors += _strategy("spec.updateStrategy", spec.get("updateStrategy") or {})
    return errors + workloads.figures("spec", spec, "revisionHistoryLimit")


def _selector(spec: Body) -> list[FieldError]:
    """A selector that is not there is refused only because it does not match the template."""
    selector = spec.get("selector")
    errors = label_selector("spec.selector", selector) or of_template("spec.template", spec)
    if selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(invalid_value("spec.selector", selector, "empty selector is invalid for daemonset"))
    return errors


def _validate_status(new: Body, old: Body) -> list[FieldError]:
    status = status_of(new)
    counted = status_of(old).get("collisionCount")
    errors = workloads.figures("status", status, *_FIGURES)
    return errors + workloads.not_decremented("status.collisionCount", status.get("collisionCount"), counted)


def _strategy(at: str, strategy: Body) -> list[FieldError]:
    kind, rolling = strategy.get("type"), strategy.get("rollingUpdate")
    if kind == "OnDelete":
        return []
    if kind != "RollingUpdate":
        shown = workloads.go_strategy(strategy, "maxUnavailable", "maxSurge")
        return [not_supported(at, shown, ("RollingUpdate", "OnDelete"))]
    if rolling is None:
        return [required(f"{at}.rollingUpdate")]
    unavailable, surge = rolling.get("maxUnavailable"), rolling.get("maxSurge")
    errors = []
    for key, value in (("maxUnavailable", unavailable), ("maxSurge", surge)):
        errors += workloads.count_or_percent(f"{at}.rollingUpdate.{key}", value)
        errors += workloads.at_most_all(f"{at}.rollingUpdate.{key}", value)
    if not workloads.is_zero(unavailable) and not workloads.is_zero(surge):
        detail = "may not be set when maxUnavailable is non-zero"
        errors.append(invalid_value(f"{at}.rollingUpdate.maxSurge", surge, detail))
    if workloads.is_zero(unavailable) and workloads.is_zero(surge):
        errors.append(required(f"{at}.rollingUpdate.maxUnavailable", "cannot be 0 when maxSurge is 0"))
    return errors


def _figure(name: str, key: str, description: str) -> Column:
    return Column(name, field("status", key, default=0), "integer", description=description)


def _draw(body: Body) -> Mapping[str, Any]:
    status = status_of(body)
    return {
        "desired": status.get("desiredNumberScheduled", 0),
        "ready": status.get("numberReady", 0),
        "updated": status.get("updatedNumberScheduled", 0),
        "available": status.get("numberAvailable", 0),
        "owner": None,
        "labels": labels_of(body),
    }


KIND = Kind(
    group="apps",
    version="v1",
    kind="DaemonSet",
    plural="daemonsets",
    short_names=("ds",),
    categories=("all",),
    columns=(
        NAME,
        _figure(
            "Desired",
            "desiredNumberScheduled",
            "The total number of nodes that should be running the daemon pod (including nodes correctly running the "
            f"daemon pod). {_MORE}",
        ),
        _figure(
            "Current",
            "currentNumberScheduled",
            "The number of nodes that are running at least 1 daemon pod and are supposed to run the daemon pod. "
            f"{_MORE}",
        ),
        _figure(
            "Ready",
            "numberReady",
            "numberReady is the number of nodes that should be running the daemon pod and have one or more of the "
            "daemon pod running with a Ready Condition.",
        ),
        _figure(
            "Up-to-date",
            "updatedNumberScheduled",
            "The total number of nodes that are running updated daemon pod",
        ),
        _figure(
            "Available",
            "numberAvailable",
            "The number of nodes that should be running the daemon pod and have one or more of the daemon pod running "
            "and available (ready for at least spec.minReadySeconds)",
        ),
        Column(
            "Node Selector",
            lambda body, now: labels_text(get_in(body, "spec", "template", "spec", "nodeSelector")),
            description=(
                "NodeSelector is a selector which must be true for the pod to fit on a node. Selector which must match "
                "a node's labels for the pod to be scheduled on that node. More info: "
                "https://kubernetes.io/docs/concepts/configuration/assign-pod-node/"
            ),
        ),
        AGE,
        CONTAINERS,
        IMAGES,
        SELECTOR._replace(
            description=(
                "A label query over pods that are managed by the daemon set. Must match in order to be controlled. It "
                "must match the pod template's labels. More info: "
                "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors"
            )
        ),
    ),
    default=_default,
    prepare_create=_prepare_create,
    prepare_update=_prepare_update,
    validate=_validate,
    validate_update=workloads.selector_stays,
    parts=status_part(_validate_status),
    draw=_draw,
)
