"""Branches of a cluster and going back in its time."""

from __future__ import annotations

from typing import Any

from simulator.clusters import NotUnderstood
from simulator.models import Cluster


def branch(cluster: Cluster, at: int, *, name: str | None = None, owner: Any = None, session: str = "") -> Cluster:
    """A new cluster that goes on exactly from that virtual instant."""
    raise NotUnderstood("This cluster cannot be branched.")


def rewind(cluster: Cluster, at: int) -> None:
    """The same cluster, back at that instant."""
    raise NotUnderstood("This cluster cannot go back in time.")
