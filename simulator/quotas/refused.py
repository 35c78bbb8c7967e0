"""What a namespace refused: writes of clients and, by their events, those of controllers, with the arithmetic."""

from __future__ import annotations

import re
from typing import Any

from simulator.engine.objects import instant_of
from simulator.engine.registry import Bodies
from simulator.models import Refusal
from simulator.states import State

_MOST = 100
_EXCEEDED = re.compile(
    r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>.*), used: (?P<used>.*), limited: (?P<limited>.*)$"
)


def of(state: State, namespace: str, events: Bodies) -> list[dict[str, Any]]:
    """The refusals in a namespace, newest first; those of controllers are told by their events."""
    rows = Refusal.objects.filter(cluster=state.cluster, namespace=namespace, at__lte=state.now)
    told = [_of_a_client(row) for row in rows.order_by("-pk")[:_MOST]]
    told += _of_controllers([event for event in events if _is_refusal(event)])
    return sorted(told, key=lambda one: -one["at"])[:_MOST]


def _of_controllers(events: Bodies) -> list[dict[str, Any]]:
    """One line for each object whose pods are refused: the latest words, and how often it was tried."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for line in sorted(map(_of_a_controller, events), key=lambda one: one["at"]):
        place = line["user"], line["name"]
        before = latest.get(place, {"count": 0})
        latest[place] = {**line, "count": line["count"] + before["count"]}
    return list(latest.values())


def _of_a_client(row: Refusal) -> dict[str, Any]:
    return {
        "at": row.at,
        "user": row.user,
        "verb": row.verb,
        "resource": row.resource,
        "name": row.name,
        "reason": row.reason,
        "message": row.message,
        "exceeded": exceeded(row.message),
        "count": 1,
    }


def _is_refusal(event: dict[str, Any]) -> bool:
    return event.get("reason") == "FailedCreate" and "is forbidden" in (event.get("message") or "")


def _of_a_controller(event: dict[str, Any]) -> dict[str, Any]:
    last = event.get("lastTimestamp") or event.get("eventTime") or event["metadata"]["creationTimestamp"]
    about = event["involvedObject"]
    message: str = event["message"]
    return {
        "at": instant_of(last),
        "user": (event.get("source") or {}).get("component") or event.get("reportingComponent") or "",
        "verb": "create",
        "resource": "pods",
        "name": f"{about.get('kind')} {about.get('name')}",
        "reason": "FailedCreate",
        "message": message,
        "exceeded": exceeded(message),
        "count": event.get("count") or 1,
    }


def exceeded(message: str) -> dict[str, Any] | None:
    """The arithmetic in a quota's refusal: by resource what was asked for, used and allowed; None for other words."""
    found = _EXCEEDED.search(message)
    if found is None:
        return None
    asked, used, limited = (_amounts(found[part]) for part in ("requested", "used", "limited"))
    rows = [
        {"resource": name, "requested": asked[name], "used": used.get(name, "0"), "hard": limited.get(name, "0")}
        for name in asked
    ]
    return {"quota": found["quota"], "rows": rows}


def _amounts(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in text.split(",") if "=" in part)
