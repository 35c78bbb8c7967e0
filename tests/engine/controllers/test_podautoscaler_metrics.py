"""What an autoscaler reads of the metrics APIs, in the manner of upstream's metrics/client_test.go."""

from __future__ import annotations

import pytest

from simulator.engine import selectors
from simulator.engine.clock import SECOND
from simulator.engine.controllers.podautoscaler import HorizontalController
from simulator.engine.controllers.podautoscaler.metrics import WorldMetrics
from simulator.engine.controllers.podautoscaler.readings import MetricsError
from simulator.engine.objects import name_of, status_of
from tests.engine.controllers.podautoscaler_rig import METRICS, Autoscaled
from tests.engine.controllers.rig import USER

WEB = selectors.of({"matchLabels": {"app": "web"}})
ALL = selectors.EVERYTHING


def reading(rig: Autoscaled) -> WorldMetrics:
    client = next(one for one in rig.components if isinstance(one, HorizontalController)).client
    assert isinstance(client, WorldMetrics)
    return client


def three_pods(use: str = "50m", **behavior) -> Autoscaled:
    rig = Autoscaled(nodes=2)
    rig.load("web", use, **behavior)
    rig.target("web", 3)
    rig.run(100)
    return rig


def outside(rig: Autoscaled, name: str, metric: str, value: str, **labels: str) -> None:
    spec = {"name": metric, "value": value, **({"labels": labels} if labels else {})}
    rig.create(METRICS, {"metadata": {"namespace": "default", "name": name}, "spec": spec})


@pytest.mark.parametrize("container", [pytest.param("", id="PodCPU"), pytest.param("c", id="ContainerCPU")])
def test_cpu(container):
    rig = three_pods()
    found = reading(rig).resource("cpu", "default", WEB, container).figures
    assert set(found) == {name_of(pod) for pod in rig.pods()}
    instant = rig.world.now - rig.world.now % (15 * SECOND)
    assert {(one.value, one.at, one.window) for one in found.values()} == {(50, instant, 15 * SECOND)}


def test_pods_without_metrics_are_left_out():
    """PodCPUEmptyMetricsForOnePod."""
    rig = three_pods()
    first = rig.pods()[0]
    silent = {key: value for key, value in status_of(first).items() if key != "containerStatuses"}
    rig.world.update_status("pods", {**first, "status": silent}, USER)
    assert name_of(first) not in reading(rig).resource("cpu", "default", WEB, "").figures
    assert len(reading(rig).resource("cpu", "default", WEB, "").figures) == 2


@pytest.mark.parametrize(
    ("selector", "container", "said"),
    [
        pytest.param(
            selectors.of({"matchLabels": {"app": "gone"}}), "", "no metrics returned from resource metrics API",
            id="PodCPUEmptyMetrics",
        ),
        pytest.param(
            WEB, "other", "failed to get container metrics: container other not present in metrics for pod default/",
            id="ContainerCPUEmptyMetricsForOnePod",
        ),
    ],
)  # fmt: skip
def test_no_figures_of_cpu(selector, container, said):
    with pytest.raises(MetricsError, match=f"^{said}"):
        reading(three_pods()).resource("cpu", "default", selector, container)


@pytest.mark.parametrize(("value", "figure"), [pytest.param("10", 10_000, id="QPS"), pytest.param("0", 0, id="zero")])
def test_of_pods(value, figure):
    rig = three_pods(metrics=[{"name": "qps", "value": value}])
    found = reading(rig).of_pods("qps", "default", WEB, ALL).figures
    assert set(found) == {name_of(pod) for pod in rig.pods()}
    assert {(one.value, one.window) for one in found.values()} == {(figure, 60 * SECOND)}


def test_of_one_object():
    rig = three_pods(metrics=[{"name": "qps", "value": "10"}])
    rig.service("web")
    about = {"apiVersion": "v1", "kind": "Service", "name": "web"}
    assert reading(rig).of_object("qps", "default", about, ALL).figures[""].value == 30_000


@pytest.mark.parametrize(
    ("values", "wanted", "expected"),
    [
        pytest.param(("10", "20", "10"), {"label": "value"}, (10_000, 20_000, 10_000), id="External"),
        pytest.param(("0", "0", "0"), {"label": "value"}, (0, 0, 0), id="ExternalSumEqualZero"),
        pytest.param(("10", "20"), {"number": "1"}, (20_000,), id="one of them"),
    ],
)
def test_external(values, wanted, expected):
    rig = three_pods()
    for number, value in enumerate(values):
        outside(rig, f"external-{number}", "external", value, label="value", number=str(number))
    found = reading(rig).external("external", "default", selectors.of({"matchLabels": wanted})).figures
    assert tuple(one.value for one in found.values()) == expected


def test_no_figures_of_others():
    rig = three_pods()
    client = reading(rig)
    custom, external = ("unable to fetch metrics from custom metrics API: no custom metrics API", "no metrics returned")
    with pytest.raises(MetricsError, match=f"^{custom}"):
        client.of_pods("qps", "default", WEB, ALL)
    outside(rig, "external", "external", "1", label="value")
    with pytest.raises(MetricsError, match=f"^{external} from external metrics API$"):
        client.external("external", "default", selectors.of({"matchLabels": {"label": "other"}}))
    other = "unable to fetch metrics from external metrics API: the server could not find the metric other"
    with pytest.raises(MetricsError, match=f"^{other} for namespaces$"):
        client.external("other", "default", ALL)
