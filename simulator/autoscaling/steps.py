"""What an autoscaler saw and decided, step by step, from the changes of it in the log.

Between two steps all figures hold. A step that is no look, such as a change of the spec, has those of the look before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simulator.engine import quantity
from simulator.engine.controllers.podautoscaler.recommendations import WINDOW, rules_of
from simulator.engine.journal import Change
from simulator.engine.objects import conditions_of, get_in, spec_of, status_of, uid_of
from simulator.engine.registry import Body

Step = dict[str, Any]
_SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
_FIGURES = {"Utilization": "averageUtilization", "AverageValue": "averageValue", "Value": "value"}


def of(changes: Iterable[Change], uid: str) -> list[Step]:
    """The steps of the object of this uid; instants are microseconds since the Unix epoch."""
    found: list[Step] = []
    for change in changes:
        if change.operation == "DELETED" or uid_of(change.body) != uid:
            continue
        step = _step(change, found[-1] if found else None)
        if found and found[-1]["at"] == step["at"] and not step["looked"]:
            found[-1] = {**found[-1], "least": step["least"], "most": step["most"]}
        elif not found or {**found[-1], "at": step["at"]} != step:
            found.append(step)
    return found


def _step(change: Change, before: Step | None) -> Step:
    spec, inputs = spec_of(change.body), change.cause.inputs
    looked = change.cause.rule == "updateStatus"
    step: Step = {
        "at": change.at,
        "looked": looked,
        "least": 1 if spec.get("minReplicas") is None else spec["minReplicas"],
        "most": spec["maxReplicas"],
    }
    if not looked:
        return {**_decided({}, spec), "metrics": [], "failed": "", **(before or {}), **step}
    if "replicas" not in inputs:
        have = status_of(change.body).get("currentReplicas")
        return {
            **step,
            **_decided({"current": have, "replicas": have}, spec),
            "metrics": _metrics(change.body, ()),
            "failed": _failure(change.body),
        }
    return {
        **step,
        **_decided(inputs, spec),
        "metrics": _metrics(change.body, inputs.get("metrics") or ()),
        "failed": "",
    }


def _decided(inputs: Body, spec: Body) -> Step:
    """window: the seconds of the stabilization window that holds a recommendation, None if none does."""
    recommended, stabilized = inputs.get("recommended"), inputs.get("stabilized")
    window = None
    if recommended is not None and stabilized is not None and recommended != stabilized:
        way = "scaleDown" if stabilized > recommended else "scaleUp"
        held = rules_of(spec.get("behavior") or {}, way).get("stabilizationWindowSeconds")
        window = (WINDOW if way == "scaleDown" else 0) if held is None else held
    return {
        "current": inputs.get("current"),
        "recommended": recommended,
        "stabilized": stabilized,
        "replicas": inputs.get("replicas"),
        "limit": inputs.get("limit"),
        "policy": inputs.get("policy"),
        "window": window,
    }


def _failure(body: Body) -> str:
    """Why nothing could be decided, in upstream's words."""
    bad = [one for one in conditions_of(body) if one["type"] != "ScalingLimited" and one["status"] == "False"]
    return str(bad[0].get("message") or bad[0].get("reason") or "") if bad else ""


def _metrics(body: Body, asked: Iterable[Body | None]) -> list[Body]:
    """Each metric's figure and target, in units; None for a figure that there is not."""
    reported = status_of(body).get("currentMetrics") or []
    wanted = list(asked)
    return [
        _metric(
            metric,
            reported[place] if place < len(reported) else {},
            wanted[place] if place < len(wanted) else None,
        )
        for place, metric in enumerate(spec_of(body).get("metrics") or ())
    ]


def _metric(metric: Body, reported: Body, asked: Body | None) -> Body:
    key = _SOURCES[metric["type"]]
    source, kind = metric[key], get_in(metric, key, "target", "type", default="")
    figure = _FIGURES.get(kind, "value")
    return {
        "name": _name(metric["type"], source),
        "resource": source.get("name", "") if "esource" in key else "",
        "form": kind,
        "value": _number(get_in(reported, key, "current", figure), kind),
        "target": _number(get_in(source, "target", figure), kind),
        "replicas": asked["replicas"] if asked else None,
    }


def _name(kind: str, source: Body) -> str:
    if kind == "Resource":
        return str(source["name"])
    if kind == "ContainerResource":
        return f"{source['name']} ({source['container']})"
    name = str(get_in(source, "metric", "name", default=""))
    about = source.get("describedObject")
    return f"{name} ({about['kind']}/{about['name']})" if about else name


def _number(figure: str | int | None, kind: str) -> float | None:
    if figure is None:
        return None
    return float(figure) if kind == "Utilization" else quantity.milli(figure) / 1000
