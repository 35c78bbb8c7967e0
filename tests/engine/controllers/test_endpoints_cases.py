"""The Endpoints of one Service, in upstream's own cases (pkg/controller/endpoint/endpoints_controller_test.go)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine.controllers.endpoints import EndpointsController
from simulator.engine.objects import annotations_of, labels_of, timestamp
from simulator.engine.registry import Body
from tests.engine.controllers.rig import START, USER, Rig

MANAGED = {"endpoints.kubernetes.io/managed-by": "endpoint-controller"}
TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
OLD: list[Body] = [{"addresses": [{"ip": "6.7.8.9"}], "ports": [{"port": 1000, "protocol": "TCP"}]}]


class Still(Rig):
    """A rig in which only the Endpoints' controller is at work. Pods are called pod0, pod1, ..."""

    def __init__(self) -> None:
        super().__init__(1)
        self.count = 0

    def _assemble(self) -> None:
        self.components = [EndpointsController(self.world)]
        for component in self.components:
            component.start()

    def put(self, *, ready: bool = True, phase: str = "Running", ports: int = 1, **meta: Any) -> Body:
        number, self.count = self.count, self.count + 1
        held = [{"name": f"port{one}", "containerPort": 8080 + one, "protocol": "TCP"} for one in range(ports)]
        spec = {"containers": [{"name": "c", "image": "nginx", "ports": held}], "nodeName": "node-0"}
        named = {"namespace": "default", "name": f"pod{number}", "labels": {"foo": "bar"}, **meta}
        made = self.create("pods", {"metadata": named, "spec": spec})
        condition = {"type": "Ready", "status": "True" if ready else "False", "lastTransitionTime": timestamp(START)}
        status = {"phase": phase, "podIP": f"1.2.3.{4 + number}", "conditions": [condition]}
        return self.world.update_status("pods", {**made, "status": status}, USER)

    def serve(self, *ports: Body, labels: dict[str, str] | None = None, **spec: Any) -> None:
        held = {"selector": {"foo": "bar"}, "clusterIP": "10.96.0.9", "type": "ClusterIP", "ports": list(ports), **spec}
        named = {"namespace": "default", "name": "foo", "labels": labels or {}}
        self.create("services", {"metadata": named, "spec": held})

    def endpoints(self, subsets: list[Body] | None, **meta: Any) -> None:
        body = {"metadata": {"namespace": "default", "name": "foo", **meta}}
        self.create("endpoints", body if subsets is None else {**body, "subsets": subsets})

    def found(self) -> list[tuple[list[str], list[str], list[tuple[str, int, str]]]]:
        """Of each subset: addresses that are ready, and that are not, and (name, number, protocol) of the ports."""
        return [
            (
                [one["ip"] for one in subset.get("addresses") or ()],
                [one["ip"] for one in subset.get("notReadyAddresses") or ()],
                [(one.get("name", ""), one["port"], one["protocol"]) for one in subset.get("ports") or ()],
            )
            for subset in self.get("endpoints", "foo").get("subsets") or ()
        ]


def port(name: str = "", *, number: int = 80, target: int = 8080, protocol: str = "TCP") -> Body:
    held: Body = {"port": number, "targetPort": target, "protocol": protocol}
    return {"name": name, **held} if name else held


PHASES = [
    ("pod running phase", "Running", True, False, False, (1, 0)),
    ("pod running phase being deleted", "Running", True, True, False, (0, 0)),
    ("pod unknown phase container ready", "Unknown", True, False, False, (1, 0)),
    ("pod unknown phase container ready being deleted", "Unknown", True, True, False, (0, 0)),
    ("pod pending phase container ready", "Pending", True, False, False, (1, 0)),
    ("pod pending phase container ready being deleted", "Pending", True, True, False, (0, 0)),
    ("pod unknown phase container not ready", "Unknown", False, False, False, (0, 1)),
    ("pod pending phase container not ready", "Pending", False, False, False, (0, 1)),
    ("pod failed phase", "Failed", False, False, False, (0, 0)),
    ("pod succeeded phase", "Succeeded", False, False, False, (0, 0)),
    ("pod running phase and tolerate unready", "Running", False, False, True, (1, 0)),
    ("pod running phase and tolerate unready being deleted", "Running", False, True, True, (1, 0)),
    ("pod unknown phase and tolerate unready", "Unknown", False, False, True, (1, 0)),
    ("pod unknown phase and tolerate unready being deleted", "Unknown", False, True, True, (1, 0)),
    ("pod pending phase and tolerate unready", "Pending", False, False, True, (1, 0)),
    ("pod pending phase and tolerate unready being deleted", "Pending", False, True, True, (1, 0)),
    ("pod failed phase and tolerate unready", "Failed", False, False, True, (0, 0)),
    ("pod succeeded phase and tolerate unready endpoints", "Succeeded", False, False, True, (0, 0)),
]


@pytest.mark.parametrize(
    ("phase", "ready", "leaving", "tolerant", "wanted"), [one[1:] for one in PHASES], ids=[one[0] for one in PHASES]
)
def test_whose_address_is_in(phase: str, ready: bool, leaving: bool, tolerant: bool, wanted: tuple[int, int]) -> None:
    """TestSyncServiceAddresses."""
    rig = Still()
    rig.put(phase=phase, ready=ready, finalizers=["a/b"])
    if leaving:
        rig.delete("pods", "pod0")
    rig.serve(port(), publishNotReadyAddresses=tolerant)
    rig.settle()
    counts = [(len(ready), len(waiting)) for ready, waiting, _ports in rig.found()]
    assert (counts or [(0, 0)]) == [wanted]


FIRST = ["1.2.3.4"]
SYNCS: dict[str, tuple[list[bool], list[Body], list[Any]]] = {
    "ProtocolTCP": ([True], [port()], [(FIRST, [], [("", 8080, "TCP")])]),
    "ProtocolUDP": ([True], [port(protocol="UDP")], [(FIRST, [], [("", 8080, "UDP")])]),
    "ProtocolSCTP": ([True], [port(protocol="SCTP")], [(FIRST, [], [("", 8080, "SCTP")])]),
    "ItemsSelectsAllNotReady": ([False], [port()], [([], FIRST, [("", 8080, "TCP")])]),
    "ItemsSelectsAllMixed": ([True, False], [port()], [(FIRST, ["1.2.3.5"], [("", 8080, "TCP")])]),
    "Items": (
        [True, True, True], [port("port0"), port("port1", number=88, target=8088)],
        [(["1.2.3.4", "1.2.3.5", "1.2.3.6"], [], [("port0", 8080, "TCP"), ("port1", 8088, "TCP")])],
    ),
    "NewNoSubsets": ([], [port()], []),
}  # fmt: skip


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "preexisting"])
@pytest.mark.parametrize("case", SYNCS.values(), ids=SYNCS.keys())
def test_syncs(case: tuple[list[bool], list[Body], list[Any]], is_there: bool) -> None:
    pods, ports, wanted = case
    rig = Still()
    if is_there:
        rig.endpoints(OLD)
    for ready in pods:
        rig.put(ready=ready)
    rig.serve(*ports, labels={"foo": "bar"})
    rig.settle()
    assert rig.found() == wanted
    assert labels_of(rig.get("endpoints", "foo")) == {"foo": "bar", **MANAGED}


def test_labels_are_those_of_the_service() -> None:
    """TestSyncEndpointsItemsPreexistingLabelsChange."""
    rig = Still()
    rig.endpoints(OLD, labels={"foo": "bar"})
    rig.put()
    rig.serve(port(), labels={"baz": "blah"})
    rig.settle()
    assert labels_of(rig.get("endpoints", "foo")) == {"baz": "blah", **MANAGED}


def test_without_a_port() -> None:
    """TestSyncEndpointsHeadlessService and TestSyncEndpointsHeadlessWithoutPort."""
    rig = Still()
    rig.endpoints(OLD)
    rig.put()
    rig.serve(clusterIP="None", labels={"a": "b"})
    rig.settle()
    assert rig.found() == [(FIRST, [], [])]
    assert labels_of(rig.get("endpoints", "foo")) == {"a": "b", "service.kubernetes.io/headless": "", **MANAGED}


def test_endpoints_without_a_selector_are_let_alone() -> None:
    """TestSyncEndpointsItemsPreserveNoSelector."""
    rig = Still()
    rig.endpoints(OLD)
    rig.serve(port(), selector=None)
    rig.settle()
    assert rig.get("endpoints", "foo")["subsets"] == OLD


@pytest.mark.parametrize("subsets", [None, []], ids=["ExistingNilSubsets", "ExistingEmptySubsets"])
def test_what_is_right_is_not_written(subsets: list[Body] | None) -> None:
    rig = Still()
    rig.endpoints(subsets, labels=MANAGED)
    rig.serve(port())
    revision = rig.world.revision
    rig.settle()
    assert rig.world.revision == revision


def test_a_new_version_of_a_pod_is_no_news() -> None:
    """TestSyncEndpointsWithPodResourceVersionUpdateOnly and TestSyncEndpointsItemsPreexistingIdentical."""
    rig = Still()
    rig.put()
    rig.put(ready=False)
    rig.serve(port())
    rig.settle()
    for name in ("pod0", "pod1"):
        rig.edit("pods", name, ("metadata", "annotations"), {"note": "x"})
    revision = rig.world.revision
    rig.settle()
    assert rig.world.revision == revision


def test_what_somebody_deletes_is_made_again() -> None:
    """TestEndpointsDeletionEvents."""
    rig = Still()
    rig.put()
    rig.serve(port())
    rig.settle()
    rig.delete("endpoints", "foo")
    rig.settle()
    assert rig.found() == [(FIRST, [], [("", 8080, "TCP")])]


@pytest.mark.parametrize("old", [None, "2018-01-01T00:00:00Z"], ids=["none", "AnnotationOverridden"])
def test_when_the_change_began_is_noted(old: str | None) -> None:
    """TestLastTriggerChangeTimeAnnotation."""
    rig = Still()
    rig.endpoints(OLD, **({"annotations": {TRIGGER: old}} if old else {}))
    rig.put()
    rig.serve(port())
    rig.settle()
    assert annotations_of(rig.get("endpoints", "foo")) == {TRIGGER: timestamp(START)}
    rig.delete("pods", "pod0", grace=0)
    rig.settle()
    assert annotations_of(rig.get("endpoints", "foo")) == {}, "AnnotationCleared"
