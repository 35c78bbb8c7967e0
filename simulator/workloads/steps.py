"""The steps of a rollout: each scaling with its cause, what people asked for, and what the conditions came to say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

import orjson
from django.utils.translation import gettext as _

from simulator.engine.causes import fill
from simulator.engine.controllers.deployment.sizes import wanted
from simulator.engine.objects import condition
from simulator.engine.registry import Body, Instant
from simulator.models import Change as ChangeRow
from simulator.workloads import waiting
from simulator.workloads.course import Sample

MOST = 200
"""How many steps are told, the newest."""
_CONTROLLER = "deployment-controller"
_TOLD_REASONS = {"ProgressDeadlineExceeded": "deadline", "NewReplicaSetAvailable": "complete"}
_AT_ONCE = 100_000  # microseconds: a shorter wait is the way of a write, nothing that a person waits for

Step = dict[str, Any]


class Steps:
    """They are found change by change, and told with what each waited for."""

    def __init__(self) -> None:
        self._found: list[tuple[Instant, Step]] = []

    def deployment_changed(self, row: ChangeRow, before: Body | None, body: Body) -> None:
        if before is None:
            if row.operation == "ADDED":
                self._add(row, "asked", _("Created, {n} pods wanted").format(n=wanted(body)))
            return
        for kind, title in _asked(before["spec"], body["spec"]):
            self._add(row, kind, title)
        self._progress(row, before, body)
        failure, held = condition(body, "ReplicaFailure"), condition(before, "ReplicaFailure")
        if failure is not None and (held is None or held.get("message") != failure.get("message")):
            self._add(row, "failure", _("Pods cannot be created"), sentence=failure.get("message", ""))

    def set_changed(self, row: ChangeRow, before: Body | None, body: Body, *, old: bool, earlier: Sample) -> None:
        if row.component != _CONTROLLER:
            return
        was, to = wanted(before) if before else 0, 0 if row.operation == "DELETED" else wanted(body)
        figures = {"set": row.name, "from": was, "to": to, "sum": waiting.sums(earlier)}
        if row.operation == "DELETED":
            self._add(row, "deleted", _("An old revision is forgotten"), **figures)
        elif was != to or before is None:
            template = _("Old: {was} to {to}") if old else _("New: {was} to {to}")
            self._add(row, "scale", template.format(was=was, to=to), old=old, **figures)

    def told(
        self, samples: Sequence[Sample], since: Instant, until: Instant, now: Instant, *, first: Instant | None
    ) -> dict[str, Any]:
        """The steps of a window from `first` on; how many earlier ones of it are left out."""
        begin = since if first is None else first
        inside = [one for one in self._found if begin <= one[0] <= until]
        shown = inside[-MOST:]
        instants = [one.at for one in samples]
        steps = []
        for place, (at, step) in enumerate(shown):
            following = shown[place + 1][0] if place + 1 < len(shown) else min(until, now)
            steps.append({**step, "after": at - since, **_waited(samples, instants, at, following)})
        return {"steps": steps, "stepsLeftOut": len(inside) - len(shown)}

    def _progress(self, row: ChangeRow, before: Body, body: Body) -> None:
        held, was = condition(body, "Progressing"), condition(before, "Progressing")
        reason = held and held.get("reason")
        kind = _TOLD_REASONS.get(reason or "")
        if held is None or kind is None or (was is not None and was.get("reason") == reason):
            return
        late = _("The progress deadline is exceeded")
        title = late if kind == "deadline" else _("All pods are new and available: complete")
        self._add(row, kind, title, sentence=held.get("message", ""))

    def _add(self, row: ChangeRow, kind: str, title: str, **more: Any) -> None:
        cause = fill(_(row.sentence) if row.sentence else "", orjson.loads(row.inputs))
        step = {
            "revision": row.revision,
            "kind": kind,
            "title": title,
            "sentence": cause,
            "component": row.component,
            "rule": row.rule,
            **more,
        }
        self._found.append((row.at, step))


def _asked(before: Body, spec: Body) -> list[tuple[str, str]]:
    """What somebody changed in a Deployment's spec."""
    found = []
    if before["template"] != spec["template"]:
        found.append(("asked", _images(before["template"], spec["template"]) or _("The pod template changed")))
    if before["replicas"] != spec["replicas"]:
        found.append(("asked", _("Scaled from {was} to {to}").format(was=before["replicas"], to=spec["replicas"])))
    if bool(before.get("paused")) != bool(spec.get("paused")):
        found.append(("paused", _("Paused")) if spec.get("paused") else ("resumed", _("Resumed")))
    if before.get("strategy") != spec.get("strategy"):
        found.append(("asked", _("The strategy changed")))
    return found


def _images(before: Body, template: Body) -> str:
    was = {one["name"]: one.get("image", "") for one in before["spec"]["containers"]}
    changed = [one for one in template["spec"]["containers"] if was.get(one["name"], "") != one.get("image", "")]
    said = _("{was} becomes {to}")
    return ", ".join(said.format(was=was.get(one["name"]) or "—", to=one.get("image", "")) for one in changed)


def _waited(samples: Sequence[Sample], instants: list[Instant], at: Instant, following: Instant) -> Step:
    """What the controller waited for after a step: as it began to wait, and the last that was missing."""
    waited = following - at
    first, last = bisect_right(instants, at) - 1, bisect_right(instants, max(at, following - _AT_ONCE)) - 1
    if waited < _AT_ONCE or first < 0:
        return {"waitedMicroseconds": waited, "waits": [], "lastWaits": []}
    waits, end = waiting.reasons(samples[first]), waiting.reasons(samples[last])
    return {"waitedMicroseconds": waited, "waits": waits, "lastWaits": [] if end == waits else end}
