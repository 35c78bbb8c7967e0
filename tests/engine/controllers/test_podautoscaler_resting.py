"""An autoscaler that rests does what one does that looks every 15 seconds, at the same instants."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulator.engine.controllers.podautoscaler import HorizontalController
from simulator.engine.objects import drop_in
from tests.engine.controllers.podautoscaler_rig import BEHAVIORS, DEPLOYMENTS, METRICS, Autoscaled, cpu, rules

_CURVES = st.one_of(
    st.builds(
        lambda begin, by, length: {
            "type": "Step",
            "fromSeconds": begin,
            "step": {"by": f"{by}m", "durationSeconds": length},
        },
        st.integers(0, 900),
        st.integers(10, 120),
        st.integers(10, 600),
    ),
    st.builds(
        lambda begin, by, length: {
            "type": "Ramp",
            "fromSeconds": begin,
            "ramp": {"by": f"{by}m", "durationSeconds": length},
        },
        st.integers(0, 900),
        st.integers(10, 120),
        st.integers(10, 600),
    ),
)
_BEHAVIORS = st.one_of(
    st.none(),
    st.builds(
        lambda up, down: {"scaleUp": up, "scaleDown": down},
        st.builds(
            lambda value, period, window, choice: rules(("Pods", value, period), window=window, choice=choice),
            st.integers(1, 4),
            st.sampled_from((15, 60, 200)),
            st.sampled_from((0, 60)),
            st.sampled_from(("Max", "Min", "Disabled")),
        ),
        st.builds(
            lambda value, period, window: rules(("Percent", value, period), window=window),
            st.sampled_from((10, 50, 100)),
            st.sampled_from((15, 60)),
            st.sampled_from((None, 0, 45)),
        ),
    ),
)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(("scale", "use", "autoscaler", "kill", "metric", "label", "second", "rebuild")),
        st.integers(1, 9),
        st.integers(1, 1200),
    ),
    max_size=6,
)
_WORLDS = st.fixed_dictionaries(
    {
        "is_said": st.booleans(),
        "curves": st.lists(_CURVES, max_size=2),
        "behavior": _BEHAVIORS,
        "steps": _STEPS,
        "most": st.integers(3, 9),
        "queue": st.booleans(),
    }
)


def _do(rig: Autoscaled, what: str, figure: int) -> None:
    match what:
        case "scale":
            rig.edit(DEPLOYMENTS, "web", ("spec", "replicas"), figure % 6)
        case "use" if rig.world.get(BEHAVIORS, "default", "web"):
            rig.use("web", f"{figure * 15}m")
        case "autoscaler":
            rig.edit("horizontalpodautoscalers.autoscaling", "web", ("spec", "minReplicas"), 1 + figure % 3)
        case "kill" if rig.pods():
            rig.delete("pods", rig.pods()[figure % len(rig.pods())]["metadata"]["name"])
        case "metric" if rig.world.get(METRICS, "default", "queue"):
            rig.edit(METRICS, "queue", ("spec", "value"), str(figure * 7))
        case "label":
            labels = {"kubernetes.io/hostname": "node-0", "n": str(figure)}
            rig.edit("nodes", "node-0", ("metadata", "labels"), labels, namespace="")
        case "second":
            name = f"other-{figure}"
            if rig.world.get(DEPLOYMENTS, "default", name) is None:
                rig.target(name, figure % 3, "50m")
        case "rebuild":
            rig.rebuild()


def _history(plan: dict[str, Any], *, rests: bool) -> list[Any]:
    with patch.object(HorizontalController, "rests", rests):
        rig = Autoscaled(nodes=2)
        if plan["is_said"]:
            rig.load("web", "40m", *plan["curves"])
        rig.target("web", 2)
        metrics = [cpu(50)]
        if plan["queue"]:
            spec = {"name": "queue", "value": "20"}
            rig.create(METRICS, {"metadata": {"namespace": "default", "name": "queue"}, "spec": spec})
            target = {"type": "AverageValue", "averageValue": "10"}
            metrics.append({"type": "External", "external": {"metric": {"name": "queue"}, "target": target}})
        behavior = {"behavior": plan["behavior"]} if plan["behavior"] else {}
        rig.autoscaler("web", *metrics, maxReplicas=plan["most"], **behavior)
        changes = []
        for what, figure, wait in [*plan["steps"], ("", 0, 2400)]:
            rig.run(wait)
            changes += rig.world.drain().changes
            _do(rig, what, figure)
        changes += rig.world.drain().changes
        return [
            (one.at, one.operation, one.resource, one.key, drop_in(one.body, ("metadata", "managedFields")))
            for one in changes
        ]


@settings(max_examples=12, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(_WORLDS)
def test_resting_changes_nothing(plan):
    assert _history(plan, rests=True) == _history(plan, rests=False)
