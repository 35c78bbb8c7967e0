"""The steps of a controller that creates and deletes pods itself, and what each waited for before the next."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import Any

import orjson
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from simulator.engine.causes import fill
from simulator.engine.registry import Body, Instant, Key
from simulator.models import Change as ChangeRow
from simulator.models import Cluster

Point = dict[str, int | None]
"""The figures of a workload's status at an instant."""

_CONTROLLERS = {
    "StatefulSet": "statefulset-controller",
    "DaemonSet": "daemonset-controller",
    "Job": "job-controller",
}
_MOST = 200
_SMALL = ("trackJobStatusAndRemoveFinalizers", "UpdateStatefulPod")
_AT_ONCE = 100_000  # microseconds

Step = dict[str, Any]


def of(
    cluster: Cluster, body: Body, key: Key, points: list[tuple[Instant, Point]], since: Instant, until: Instant
) -> dict[str, Any]:
    """The pods that the workload's controller created and deleted; their bodies are not looked at."""
    rows = ChangeRow.objects.filter(
        cluster=cluster,
        resource="pods",
        namespace=key.namespace,
        name__startswith=f"{key.name}-",
        component=_CONTROLLERS[body["kind"]],
        at__gte=since,
        at__lte=until,
    ).defer("text")
    found = _telling(list(rows.order_by("-revision")[: 4 * _MOST])[::-1])
    steps = [_step(row, since) for row in found[-_MOST:]]
    for step, following in pairwise(steps):
        waited = following["after"] - step["after"]
        if waited >= _AT_ONCE:
            step["waitedMicroseconds"] = waited
            step["waits"] = _waits(body, step, following, _at(points, since + step["after"]))
    return {"steps": steps, "stepsLeftOut": max(0, len(found) - _MOST)}


def _telling(rows: list[ChangeRow]) -> list[ChangeRow]:
    """Without the smaller changes of a pod: it is created once, and told once to go."""
    marks: set[tuple[str, str, int | None]] = set()
    found = []
    for row in rows:
        mark = (row.name, row.rule, row.led_by)
        if mark not in marks and row.rule not in _SMALL:
            found.append(row)
        marks.add(mark)
    return found


def _step(row: ChangeRow, since: Instant) -> Step:
    template = _("{pod} created") if row.operation == "ADDED" else _("{pod} told to go")
    return {
        "after": row.at - since,
        "revision": row.revision,
        "kind": "scale" if row.operation == "ADDED" else "deleted",
        "pod": row.name,
        "title": template.format(pod=row.name),
        "sentence": fill(gettext(row.sentence) if row.sentence else "", orjson.loads(row.inputs)),
        "component": row.component,
        "rule": row.rule,
        "waits": [],
        "lastWaits": [],
        "waitedMicroseconds": 0,
    }


def _at(points: list[tuple[Instant, Point]], instant: Instant) -> Point:
    place = bisect_right([at for at, _point in points], instant) - 1
    return points[place][1] if place >= 0 else {}


def _waits(body: Body, step: Step, following: Step, point: Point) -> list[str]:
    """Why the step that followed did not come sooner. Follows updateStatefulSet and rollingUpdate of both kinds."""
    pods = {"pod": step["pod"], "next": following["pod"]}
    if body["kind"] == "StatefulSet":
        if step["kind"] == "deleted" and following["kind"] == "scale" and pods["pod"] == pods["next"]:
            return [_("{pod} is created again when the old one has ended: both have the same name.").format(**pods)]
        if step["kind"] == "scale" and following["kind"] == "deleted":
            return [_("The update goes on to {next} when {pod} is available.").format(**pods)]
        if step["kind"] == following["kind"] == "scale" and body["spec"].get("podManagementPolicy") != "Parallel":
            return [_("OrderedReady: {next} is created when {pod} is ready.").format(**pods)]
    if body["kind"] == "DaemonSet" and following["kind"] == "deleted" and point.get("least") is not None:
        missing = (point["desired"] or 0) - (point["available"] or 0)
        most = (point["desired"] or 0) - (point["least"] or 0)
        if missing >= most > 0:
            said = _("{n} pod(s) are not available, and no more than {most} may be.")
            return [said.format(n=missing, most=most)]
    if body["kind"] == "Job" and following["kind"] == "scale" and point.get("active") == point.get("most"):
        return [_("{n} pod(s) run, and no more than {n} may: the next waits for one to end.").format(n=point["active"])]
    return []
