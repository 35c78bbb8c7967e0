"""What the manager sees, as it is shown: it is what the manager then does."""

from __future__ import annotations

from simulator.engine.clock import SECOND
from simulator.engine.kubelet.eviction.lab import Lab, lab
from tests.engine.kubelet.eviction.rig import Pressed, leak


def shown(pressed: Pressed) -> Lab:
    node = pressed.world.get("nodes", "", "n1")
    assert node is not None
    return lab(pressed.world, pressed.kubelets.loads, node)


def test_a_signal_against_its_thresholds_and_who_would_go() -> None:
    pressed = Pressed()
    soft = {"evictionSoft": {"memory.available": "2Gi"}, "evictionSoftGracePeriod": {"memory.available": "1m"}}
    pressed.configure(**soft, evictionMinimumReclaim={"memory.available": "500Mi"})
    pressed.use("calm", memory={"idle": "100Mi"}, requests={"memory": "1Gi"})
    pressed.use("leaks", memory=leak("1Gi", "10Mi"))
    pressed.run(20)
    before = shown(pressed)
    (line,) = (one for one in before.lines if not one.threshold.is_hard)
    assert (line.level, line.until, line.is_met, line.since) == (2 << 30, (2 << 30) + (500 << 20), False, None)
    assert line.crosses is not None
    assert pressed.world.now < line.crosses < pressed.world.now + 60 * SECOND
    pressed.run((line.crosses - pressed.world.now) / SECOND + 11)
    (line,) = (one for one in shown(pressed).lines if not one.threshold.is_hard)
    assert (line.is_met, line.crosses) == (True, None)
    assert line.since is not None
    assert line.acts == line.since + 60 * SECOND
    assert shown(pressed).short == ""
    pressed.run((line.acts - pressed.world.now - 1) / SECOND)
    (memory,) = (one for one in shown(pressed).rankings if one.resource == "memory")
    first, second = memory.places
    assert (first.standing.text, first.quality, first.standing.is_over) == ("default/leaks", "BestEffort", True)
    assert (second.standing.text, second.quality, second.standing.is_over) == ("default/calm", "Burstable", False)
    pressed.run(5)
    assert pressed.evicted() == ["leaks"]
    assert shown(pressed).conditions == ("MemoryPressure",)
    assert shown(pressed).ends["MemoryPressure"] > pressed.world.now


def test_looking_changes_nothing() -> None:
    pressed = Pressed()
    pressed.use("leaks", memory=leak("1Gi", "10Mi"))
    pressed.run(20)
    agenda, revision = sorted(pressed.world.clock.entries()), pressed.world.revision
    shown(pressed)
    assert (sorted(pressed.world.clock.entries()), pressed.world.revision) == (agenda, revision)
