"""What a Prometheus can scrape of a cluster: kube-state-metrics, the kubelets' containers, and the programs in pods.

Series come without a time of their own, for a cluster's clock is not the scraper's; `up` is the scraper's own.
"""

from __future__ import annotations

from simulator import reading
from simulator.api.calls import Answer, Call
from simulator.engine import exposition
from simulator.engine.kubelet import series
from simulator.engine.scraping.scraped import EXPORTERS as OF_OBJECTS
from simulator.engine.scraping.targets import Exporter, Scrape, applications, kube_state

EXPORTERS: tuple[Exporter, ...] = (*OF_OBJECTS, series.containers)
PATHS: dict[str, Exporter] = {
    "applications": applications,
    "cadvisor": series.containers,
    "kube-state-metrics": kube_state,
}
"""The last part of the path `/metrics/...` of a cluster's API, and who tells the series."""


def page(call: Call, target: str) -> Answer:
    """The series of one kind of targets."""
    told = PATHS[target](reading.SteadyReader(call.cluster), Scrape(call.now, lambda name: name != "up"))
    text = exposition.text(one._replace(at=None) for one in told)
    return Answer(200, text.encode(), exposition.CONTENT_TYPE)
