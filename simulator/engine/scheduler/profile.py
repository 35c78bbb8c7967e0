"""A profile as the framework takes it: which plugins run at which extension point, in order, with which arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from simulator.engine.registry import Body


class Enabled(NamedTuple):
    """A plugin at an extension point. weight: counts at `score` only."""

    name: str
    weight: int = 0


class Profile(NamedTuple):
    """points: by the extension point's name as upstream writes it ("filter"). arguments: by plugin, defaulted.

    percentage: how many nodes in a hundred to find before ranking them; 0 lets the cluster's size decide.
    """

    scheduler_name: str
    points: Mapping[str, tuple[Enabled, ...]]
    arguments: Mapping[str, Body]
    percentage: int = 0
