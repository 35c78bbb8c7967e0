"""A node that is calm books what it would book if everything were solved for anew with every change."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.engine.kubelet.margins import Calm
from simulator.engine.registry import Body
from tests.engine.kubelet.eviction.rig import Pressed
from tests.engine.kubelet.eviction.test_rounds_that_matter import CONFIGURATIONS

PODS = st.lists(
    st.fixed_dictionaries(
        {
            "idle": st.integers(1, 1500),
            "disk": st.sampled_from([0, 0, 0, 5, 40]),
            "leaks": st.sampled_from([False, False, False, True]),
            "lasts": st.sampled_from([None, None, 20]),
        }
    ),
    min_size=1,
    max_size=6,
)


class Uneasy(Calm):
    """Nothing is ever taken for calm."""

    def reigns(self, node: str) -> bool:
        return False


def build(pods: list[dict[str, Any]], configuration: Body, *, calm: bool) -> Pressed:
    lab = Pressed(1)
    if not calm:
        uneasy = Uneasy(lab.world, lab.kubelets.loads)
        for part in (lab.kubelets._memory, lab.manager, lab.kubelets.house.images):
            part._calm = uneasy
    lab.configure(**{key: one for key, one in configuration.items() if key != "soft"})
    for number, one in enumerate(pods):
        leak = [{"type": "Leak", "leak": {"perSecond": "1Mi"}}] if one["leaks"] else []
        lab.use(
            f"p{number}",
            memory={"idle": f"{one['idle']}Mi", "curves": leak},
            disk={"idle": f"{one['disk']}Gi"},
            **({"activeDeadlineSeconds": one["lasts"]} if one["lasts"] else {}),
        )
        lab.run(3)
    return lab


def booked(lab: Pressed) -> list[tuple[str, int]]:
    entries = lab.world.clock.entries()
    return sorted((one.key, one.due) for one in entries if one.component == "kubelet")


@settings(max_examples=60, deadline=None)
@given(pods=PODS, configuration=CONFIGURATIONS, percent=st.sampled_from([0, 0, 50, 87]))
def test_both_book_the_same(pods: list[dict[str, Any]], configuration: Body, percent: int) -> None:
    labs = [build(pods, configuration, calm=calm) for calm in (True, False)]
    for seconds in (1, 7, 60, 300):
        for lab in labs:
            lab.run(seconds)
        one, other = map(booked, labs)
        assert one == other
        if percent and seconds == 7:
            for lab in labs:
                lab.fill(percent, seconds=40, lasts=150)
    one, other = (lab.story() for lab in labs)
    assert one == other


def test_a_node_is_calm_as_long_as_its_pods_leave_enough() -> None:
    lab = Pressed()
    calm = Calm(lab.world, lab.kubelets.loads)
    lab.configure(evictionSoft={"memory.available": "1Gi"}, evictionSoftGracePeriod={"memory.available": "1h"})
    lab.use("small", memory={"idle": "500Mi"})
    lab.run(30)
    assert calm.reigns("n1")
    lab.use("large", memory={"idle": "2500Mi"})
    lab.run(30)
    assert not calm.reigns("n1")


def test_it_may_not_be_calm_because_of_a_curve_or_a_file() -> None:
    lab = Pressed()
    calm = Calm(lab.world, lab.kubelets.loads)
    lab.use("leaking", memory={"idle": "1Mi", "curves": [{"type": "Leak", "leak": {"perSecond": "1"}}]})
    lab.use("writing", node="n2", memory={"idle": "1Mi"}, disk={"idle": "1Mi"})
    assert calm.reigns("n1")
    assert calm.reigns("n2")
    lab.run(30)
    assert not calm.reigns("n1")
    assert not calm.reigns("n2")
