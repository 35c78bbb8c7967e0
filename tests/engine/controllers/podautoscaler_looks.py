"""One look of the real controller at an autoscaler, with metrics that a test says.

As in upstream's horizontal_test.go (testCase), pods have two containers that use and request the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simulator.engine import quantity
from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler import HorizontalController
from simulator.engine.controllers.podautoscaler.horizontal import RESOURCE
from simulator.engine.controllers.podautoscaler.readings import FOREVER, MetricsError, Reading, Sample
from simulator.engine.latency import PROFILES
from simulator.engine.objects import status_of, timestamp
from simulator.engine.registry import Body, Key
from simulator.engine.selectors import Selector
from simulator.engine.world import World
from tests.engine.controllers.rig import START

COOL, HOT = 600, 0
"""For how many seconds a pod has run: longer than its CPU takes to settle down, or not."""
KEY = Key("default", "hpa")
SPENT = {50: START - 3600 * SECOND}
"""Recommendations of long ago: nothing holds back scaling down."""
_CONTROLLERS = "replicationcontrollers"
_LABELS = {"name": "test-pod"}


class SaidMetrics:
    """A MetricsClient that answers with levels in thousandths; None: it fails."""

    def __init__(self, levels: Sequence[int] | None, failing: Sequence[str] = ()) -> None:
        self.levels = levels
        self.failing = failing

    def resource(self, resource: str, namespace: str, selector: Selector, container: str) -> Sample:
        return self._of_pods("resource", 2 if container else 1)

    def of_pods(self, metric: str, namespace: str, selector: Selector, wanted: Selector) -> Sample:
        return self._of_pods("custom", 1)

    def of_object(self, metric: str, namespace: str, reference: Body, wanted: Selector) -> Sample:
        return Sample({"": _reading(self._held("custom")[0])}, FOREVER)

    def external(self, metric: str, namespace: str, wanted: Selector) -> Sample:
        return Sample({str(one): _reading(level) for one, level in enumerate(self._held("external"))}, FOREVER)

    def _of_pods(self, api: str, parts: int) -> Sample:
        held = self._held(api)
        return Sample({f"test-pod-{one}": _reading(level // parts) for one, level in enumerate(held)}, FOREVER)

    def _held(self, api: str) -> Sequence[int]:
        if self.levels is None or api in self.failing:
            raise MetricsError("something went wrong")
        if not self.levels:
            raise MetricsError(f"no metrics returned from {api} metrics API")
        return self.levels


def _reading(value: int) -> Reading:
    return Reading(value, START, 60 * SECOND, value, value)


class Looked:
    """A world of a ReplicationController, its pods and an autoscaler.

    wanted, have: the replicas of spec and status; requests: of CPU, one for each pod; levels: of the metrics, one for
    each pod; recommended: what it recommended lately; ready, ages, phases, gone: of the pods.
    """

    def __init__(
        self,
        wanted: int,
        *metrics: Body,
        levels: Sequence[int] | None = (),
        requests: Sequence[str] | None = None,
        have: int | None = None,
        recommended: dict[int, int] | None = None,
        failing: Sequence[str] = (),
        status: Body | None = None,
        selector: Any = _LABELS,
        **pods: Sequence[Any],
    ) -> None:
        self.world = World(seed=1, now=START, latency=PROFILES["realistic"])
        self.world.load("namespaces", {"metadata": {"name": "default"}, "status": {"phase": "Active"}})
        self.controller = HorizontalController(self.world)
        self.controller.client = SaidMetrics(levels, failing)
        have = wanted if have is None else have
        spec = {"replicas": wanted, "selector": selector}
        self._load(_CONTROLLERS, "ReplicationController", "rc", spec, {"replicas": have})
        for number, asked in enumerate(("1",) * have if requests is None else requests):
            self._pod(number, asked, {key: values[number] for key, values in pods.items()})
        self.controller.start()
        self.metrics, self.status_before = metrics, status or {}
        if recommended is not None:
            held = [[figure, at] for figure, at in recommended.items()]
            self.world.set_note(self.controller.name, "default/hpa", {"recommended": held})

    def look(self, least: int, most: int, **spec: Any) -> Looked:
        """Has the controller look once."""
        target = {"apiVersion": "v1", "kind": "ReplicationController", "name": "rc"}
        held = {"scaleTargetRef": target, "minReplicas": least, "maxReplicas": most, "metrics": list(self.metrics)}
        self._load(RESOURCE, "HorizontalPodAutoscaler", "hpa", {**held, **spec}, self.status_before)
        self.controller.reconcile(KEY)
        return self

    def _load(self, resource: str, kind: str, name: str, spec: Body, status: Body, **meta: Any) -> None:
        named = {"namespace": "default", "name": name, "uid": f"uid-{name}", "resourceVersion": "1", **meta}
        version = "autoscaling/v2" if resource == RESOURCE else "v1"
        body = {"apiVersion": version, "kind": kind, "metadata": named, "spec": spec, "status": status}
        self.world.load(resource, body)

    def _pod(self, number: int, asked: str, more: Body) -> None:
        half = {"requests": {"cpu": f"{quantity.milli(asked) // 2}m"}}
        containers = [{"name": f"container{one}", "resources": half} for one in (1, 2)]
        started = timestamp(START - more.get("ages", COOL) * SECOND)
        condition = {"type": "Ready", "status": more.get("ready", "True"), "lastTransitionTime": started}
        status = {"phase": more.get("phases", "Running"), "startTime": started, "conditions": [condition]}
        labels = more.get("labels", _LABELS)
        gone = {"deletionTimestamp": timestamp(START)} if more.get("gone") else {}
        self._load("pods", "Pod", f"test-pod-{number}", {"containers": containers}, status, labels=labels, **gone)

    # --- what came of it -----------------------------------------------------------------------------------------

    @property
    def status(self) -> Body:
        return status_of(self.world.get(RESOURCE, *KEY) or {})

    @property
    def replicas(self) -> int:
        figure: int = (self.world.get(_CONTROLLERS, "default", "rc") or {})["spec"]["replicas"]
        return figure

    @property
    def percent(self) -> int | None:
        """The use of CPU in the status, in percent of the requests."""
        found = next((one for one in self.status["currentMetrics"] if one["type"] == "Resource"), None)
        return None if found is None else found["resource"]["current"].get("averageUtilization")

    @property
    def reasons(self) -> list[str]:
        """The reasons of the conditions AbleToScale, ScalingActive and ScalingLimited; "!" before what is False."""
        return [("" if one["status"] == "True" else "!") + one["reason"] for one in self.status["conditions"]]

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(one["reason"], one["message"]) for one in self.world.list("events")]
