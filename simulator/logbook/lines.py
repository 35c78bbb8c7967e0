"""Lines of a cluster's log, newest first, page by page, narrowed down by what somebody looks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from simulator import reading
from simulator.live import frames
from simulator.models import Change, Cluster

PAGE = 100
_MOST_WORDS = 8
_OF_PEOPLE = '"user":'
"""What people did is told with who did it (`Call.cause`)."""


@dataclass(frozen=True)
class Sought:
    """What is looked for; empty fields narrow nothing down. before: only lines below this revision."""

    text: str = ""
    resource: str = ""
    namespace: str = ""
    component: str = ""
    operation: str = ""
    people: bool = False
    before: int | None = None


def page(cluster: Cluster, sought: Sought) -> dict[str, Any]:
    """The newest lines that match. more: where to go on, None at the end of what the log holds."""
    rows = list(_narrowed(Change.objects.filter(cluster=cluster), sought).order_by("-revision")[: PAGE + 1])
    lines = [{**frames.entry(reading.change(row)), "namespace": row.namespace} for row in rows[:PAGE]]
    return {"lines": lines, "more": rows[PAGE - 1].revision if len(rows) > PAGE else None}


def choices(cluster: Cluster) -> dict[str, list[str]]:
    """What the filters can be set to: what there is in the log."""
    rows = Change.objects.filter(cluster=cluster).order_by()
    return {
        "resources": _distinct(rows, "resource"),
        "namespaces": _distinct(rows, "namespace"),
        "components": sorted({name.partition("/")[0] for name in _distinct(rows, "component")}),
    }


def _distinct(rows: QuerySet[Change], field: str) -> list[str]:
    return sorted(value for value in rows.values_list(field, flat=True).distinct() if value)


def _narrowed(rows: QuerySet[Change], sought: Sought) -> QuerySet[Change]:
    if sought.before is not None:
        rows = rows.filter(revision__lt=sought.before)
    if sought.resource:
        rows = rows.filter(resource=sought.resource)
    if sought.namespace:
        rows = rows.filter(namespace=sought.namespace)
    if sought.component:
        rows = rows.filter(Q(component=sought.component) | Q(component__startswith=f"{sought.component}/"))
    if sought.operation:
        rows = rows.filter(operation=sought.operation)
    if sought.people:
        rows = rows.filter(inputs__contains=_OF_PEOPLE)
    for word in sought.text.split()[:_MOST_WORDS]:
        anywhere = Q()
        for field in ("name", "namespace", "resource", "component", "rule", "sentence", "inputs"):
            anywhere |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(anywhere)
    return rows
