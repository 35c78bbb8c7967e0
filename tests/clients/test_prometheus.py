"""A real Prometheus scrapes a running cluster, and the same queries give our adapter the same numbers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.prometheus_server import PrometheusServer
from tests.servers import Kubectl, Stack, wait_for

NAME = "scraped"
WINDOW = "30s"
QUERIES = {
    "ready": f'kube_deployment_status_replicas_ready{{namespace="{NAME}"}}',
    "memory": f'sum(container_memory_working_set_bytes{{namespace="{NAME}",container="shop"}})',
    "requests": f'sum by (namespace) (rate(http_requests_total{{namespace="{NAME}"}}[{WINDOW}]))',
}
SERIES = {
    "ready": "kube_deployment_status_replicas_ready",
    "memory": "container_memory_working_set_bytes",
    "requests": "http_requests_total",
}
MANIFESTS = f"""\
apiVersion: v1
kind: Namespace
metadata: {{name: {NAME}}}
---
apiVersion: sim.k8sviz.io/v1
kind: Behavior
metadata: {{name: shop, namespace: {NAME}}}
spec: {{memory: {{idle: 48Mi}}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: shop, namespace: {NAME}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: shop}}}}
  template:
    metadata: {{labels: {{app: shop}}}}
    spec: {{containers: [{{name: shop, image: "nginx:1.29", ports: [{{containerPort: 80}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: shop, namespace: {NAME}}}
spec: {{selector: {{app: shop}}, ports: [{{port: 80}}]}}
---
apiVersion: sim.k8sviz.io/v1
kind: Traffic
metadata: {{name: customers, namespace: {NAME}}}
spec: {{target: {{service: {{name: shop}}}}, rate: "20"}}
---
apiVersion: v1
kind: Namespace
metadata: {{name: monitoring}}
"""


def adapter() -> str:
    """A ConfigMap with a rule for each query: an external metric of its own."""
    rules = [
        {
            "seriesQuery": SERIES[name],
            "resources": {"namespaced": False},
            "name": {"as": name},
            "metricsQuery": query,
        }
        for name, query in QUERIES.items()
    ]
    meta = {"name": "adapter-config", "namespace": "monitoring"}
    data = {"config.yaml": yaml.safe_dump({"externalRules": rules})}
    return yaml.safe_dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": data})


def scraping(stack: Stack, folder: Path) -> str:
    """A Prometheus' configuration that scrapes the cluster of a kubeconfig."""
    held = yaml.safe_load(stack.kubeconfig.read_text())
    cluster, user = held["clusters"][0]["cluster"], held["users"][0]["user"]
    authority = folder / "ca.crt"
    authority.write_bytes(base64.b64decode(cluster["certificate-authority-data"]))
    scheme, _, rest = str(cluster["server"]).partition("://")
    address, _, path = rest.partition("/")
    jobs = [
        {
            "job_name": target,
            "scheme": scheme,
            "metrics_path": f"/{path}/metrics/{target}",
            "honor_labels": True,
            "authorization": {"credentials": user["token"]},
            "tls_config": {"ca_file": str(authority)},
            "static_configs": [{"targets": [address]}],
        }
        for target in ("applications", "cadvisor", "kube-state-metrics")
    ]
    return yaml.safe_dump({"global": {"scrape_interval": "1s"}, "scrape_configs": jobs})


@pytest.fixture
def prometheus(stack: Stack, tmp_path: Path) -> Iterator[PrometheusServer]:
    with PrometheusServer.running(configuration=scraping(stack, tmp_path)) as server:
        yield server


def theirs(prometheus: PrometheusServer, name: str) -> float | None:
    data: Any = prometheus.query(QUERIES[name])
    return float(data["result"][0]["value"][1]) if data.get("result") else None


def ours(kubectl: Kubectl, name: str) -> float:
    path = f"/k8s/demo/apis/external.metrics.k8s.io/v1beta1/namespaces/default/{name}"
    answer = kubectl("get", "--raw", path).stdout
    text = json.loads(answer)["items"][0]["value"]
    return float(text[:-1]) / 1000 if text.endswith("m") else float(text.replace("k", "000"))


def test_a_real_prometheus_gets_the_same_numbers(
    kubectl: Kubectl, prometheus: PrometheusServer, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: kubectl("delete", "namespace", NAME, "monitoring", "--wait=false"))
    kubectl("apply", "-f", "-", stdin=MANIFESTS)
    kubectl("apply", "-f", "-", stdin=adapter())

    def settled(about: Callable[[float | None], bool], name: str) -> Callable[[], bool]:
        return lambda: about(theirs(prometheus, name))

    wait_for(settled(lambda found: found == 2, "ready"), within=60, what="two ready pods in Prometheus")
    wait_for(
        settled(lambda found: found is not None and found > 19, "requests"),
        within=90,
        what="20 requests a second in Prometheus",
    )
    for name, tolerance in (("ready", 0), ("memory", 0.001), ("requests", 0.05)):
        assert ours(kubectl, name) == pytest.approx(theirs(prometheus, name), rel=tolerance), name
    assert theirs(prometheus, "memory") == pytest.approx(2 * (48 << 20), rel=0.001)
