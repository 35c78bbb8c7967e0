"""Whatever people do to a namespace, no more is used than its quota allows, and the count is that of what is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.engine.errors import StatusError
from simulator.engine.quota import amounts
from tests.engine.controllers.rig import Rig, make_ready
from tests.engine.kinds.builders import container, pod

HARD = {"pods": "3", "requests.cpu": "1", "count/configmaps": "4"}
NAMES = st.sampled_from(["a", "b", "c", "d", "e"])
DEEDS = st.one_of(
    st.tuples(st.just("create"), NAMES, st.sampled_from(["100m", "400m", "1", "2"])),
    st.tuples(st.just("end"), NAMES, st.just("")),
    st.tuples(st.just("delete"), NAMES, st.just("")),
    st.tuples(st.just("configure"), NAMES, st.just("")),
    st.tuples(st.just("wait"), NAMES, st.just("")),
)


def _do(rig: Rig, deed: str, name: str, cpu: str) -> None:
    held = rig.world.get("pods", "default", name)
    if deed == "create":
        rig.create("pods", pod(container("c", resources={"requests": {"cpu": cpu}}), name=name))
    elif deed == "configure":
        rig.create("configmaps", {"metadata": {"namespace": "default", "name": name}})
    elif deed == "wait":
        rig.run(5)
    elif held is not None and deed == "end":
        make_ready(rig.world, held, ready=False, phase="Succeeded")
    elif held is not None:
        rig.delete("pods", name, grace=0)


@given(st.lists(DEEDS, max_size=25))
def test_a_quota_is_kept(deeds: list[tuple[str, str, str]]) -> None:
    rig = Rig(kubelet=False)
    rig.create("resourcequotas", {"metadata": {"namespace": "default", "name": "q"}, "spec": {"hard": HARD}})
    rig.settle()
    for deed in deeds:
        try:
            _do(rig, *deed)
        except StatusError as refusal:
            assert refusal.reason in ("AlreadyExists", "Forbidden"), refusal.message
        used = rig.get("resourcequotas", "q")["status"]["used"]
        assert amounts.beyond(used, HARD) == []
    rig.settle()
    used = rig.get("resourcequotas", "q")["status"]["used"]
    running = [one for one in rig.world.list("pods", "default") if one["status"]["phase"] == "Pending"]
    assert used["pods"] == str(len(running))
    assert used["count/configmaps"] == str(len(rig.world.list("configmaps", "default")))
    cpu = sum(
        (amounts.figure(amounts.of_pod(one["spec"], "requests")["cpu"]) for one in running), start=amounts.figure("0")
    )
    assert amounts.figure(used["requests.cpu"]) == cpu
