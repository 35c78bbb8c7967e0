"""A pod with probes on a node that is a minute old, and what is seen of it."""

from __future__ import annotations

from typing import Any

from simulator.engine.clock import SECOND
from simulator.engine.journal import Change
from simulator.engine.objects import condition
from simulator.engine.registry import Body
from tests.engine.kubelet.lab import T0, USER, Lab

BUSYBOX = "busybox:1.36"
HTTP = {"httpGet": {"path": "/", "port": 80}}
CAT = {"exec": {"command": ["cat", "/tmp/healthy"]}}


class Seen:
    """A lab in which one pod `web` has come, and what was seen of it. Instants are seconds after the pod came."""

    def __init__(self, **fields: Any) -> None:
        self.lab = Lab()
        self.lab.run(60)
        self.changes: list[tuple[float, Body]] = []
        self.told: list[tuple[float, str]] = []
        self.lab.world.watch("pods", self._pod)
        self.lab.world.watch("events", self._event)
        self.lab.pod(**fields)

    def run(self, seconds: float) -> Seen:
        self.lab.run(seconds)
        return self

    def behave(self, *probes: Body, name: str = "b", **spec: Any) -> None:
        body = {"metadata": {"name": name, "namespace": "default"}, "spec": {"probes": list(probes), **spec}}
        self.lab.world.create("behaviors.sim.k8sviz.io", body, USER)

    def _now(self) -> float:
        return round((self.lab.world.now - T0) / SECOND - 60, 3)

    def _pod(self, change: Change) -> None:
        self.changes.append((self._now(), change.body))

    def _event(self, change: Change) -> None:
        self.told.append((self._now(), change.body["message"]))

    def said(self, part: str) -> list[float]:
        return [at for at, message in self.told if part in message]

    def ready(self) -> list[tuple[float, str]]:
        """When the condition Ready became what."""
        found: list[tuple[float, str]] = []
        for at, body in self.changes:
            status = (condition(body, "Ready") or {}).get("status")
            if status and (not found or found[-1][1] != status):
                found.append((at, status))
        return found

    def starts(self) -> list[float]:
        return self.said("Started container main")


def probe(handler: Body, **figures: int) -> Body:
    return {**handler, **figures}
