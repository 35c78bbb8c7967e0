"""What the strategy of a Deployment and of a DaemonSet gets. Follows pkg/apis/apps/v1/defaults.go, v1.34."""

from __future__ import annotations

from typing import Any

from ..objects import fill_in
from ..registry import Body


def strategy(spec: Body, key: str, **limits: Any) -> Body:
    """A spec whose strategy under `key` has a type and, where it is RollingUpdate, each of the limits."""
    held = spec.get(key) or {}
    filled = held if held.get("type") else {**held, "type": "RollingUpdate"}
    if filled["type"] == "RollingUpdate":
        rolling = filled.get("rollingUpdate") or {}
        new = fill_in(rolling, **limits)
        filled = filled if new is rolling else {**filled, "rollingUpdate": new}
    return spec if filled is held else {**spec, key: filled}
