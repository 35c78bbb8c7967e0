"""How endpoints are spread over slices.

The cases are those of staging/src/k8s.io/endpointslice/reconciler_test.go, v1.34, whose reconciler is alone as well.
"""

from __future__ import annotations

import pytest

from simulator.engine.controllers.endpointslice import EndpointSliceController
from simulator.engine.objects import name_of, set_in
from simulator.engine.registry import Body

from .rig import USER, Rig, make_ready

SLICES = "endpointslices.discovery.k8s.io"


class Still(Rig):
    """A rig in which only the slices' controller is at work, with so many pods behind the Service `web`."""

    def __init__(self, pods: int) -> None:
        super().__init__(1, kubelet=False)
        for number in range(pods):
            self.add(number)
        self.service("web")
        self.settle()

    def _assemble(self) -> None:
        self.components = [EndpointSliceController(self.world)]
        for component in self.components:
            component.start()

    def add(self, number: int, *, ready: bool = True) -> None:
        spec = {"containers": [{"name": "c", "image": "x"}], "nodeName": "node-0"}
        meta = {"namespace": "default", "name": f"p{number:03}", "labels": {"app": "web"}}
        make_ready(self.world, self.create("pods", {"metadata": meta, "spec": spec}), ready=ready)

    def slices(self) -> list[Body]:
        return self.world.list(SLICES, "default")

    def sizes(self) -> list[int]:
        return sorted((len(one["endpoints"]) for one in self.slices()), reverse=True)

    def arrange(self, *groups: list[int]) -> int:
        """Puts the endpoints of these pods into one slice a group, and no others; returns the revision then."""
        known = {one["targetRef"]["name"]: one for held in self.slices() for one in held["endpoints"]}
        shape = self.slices()[0]
        for held in self.slices():
            self.delete(SLICES, name_of(held))
        for rank, group in enumerate(groups):
            meta = {**shape["metadata"], "name": f"web-{rank}"}
            endpoints = [known[f"p{number:03}"] for number in group]
            self.create(SLICES, {**shape, "metadata": meta, "endpoints": endpoints})
        return self.world.revision


def test_many_pods() -> None:
    assert Still(250).sizes() == [100, 100, 50]


@pytest.mark.parametrize(
    ("pods", "wanted", "writes"),
    [
        pytest.param(250, [100, 89, 61], 2, id="SomePreexisting: one is filled, one is new"),
        pytest.param(300, [100, 74, 74, 52], 2, id="SomePreexistingWorseAllocation: two are new"),
    ],
)
def test_some_are_there_already(pods: int, wanted: list[int], writes: int) -> None:
    rig = Still(pods)
    before = rig.arrange(list(range(1, pods - 4, 4)), list(range(3, pods - 4, 4)))
    rig.settle()
    assert rig.sizes() == wanted
    assert rig.world.revision - before == writes


def test_recycling() -> None:
    rig = Still(300)
    before = rig.arrange(*(list(range(first, first + 30)) for first in range(0, 300, 30)))
    rig.settle()
    assert rig.world.revision == before, "no repacking should be done"
    service = rig.get("services", "web")
    ports = [{**service["spec"]["ports"][0], "targetPort": 81}]
    rig.world.update("services", set_in(service, ("spec", "ports"), ports), USER)
    before = rig.world.revision
    rig.settle()
    assert rig.sizes() == [100, 100, 100]
    assert rig.world.revision - before == 10, "3 updates and 7 deletes"


def test_update_packing() -> None:
    rig = Still(100)
    rig.arrange(list(range(80)), list(range(80, 100)))
    rig.settle()
    for number in range(0, 100, 10):
        make_ready(rig.world, rig.get("pods", f"p{number:03}"), ready=False)
    for number in range(200, 215):
        rig.add(number)
    before = rig.world.revision
    rig.settle()
    assert rig.sizes() == [95, 20], "additional pods should get added to fuller slice"
    assert rig.world.revision - before == 2
