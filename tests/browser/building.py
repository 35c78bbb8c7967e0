"""What the tests of building share: a cluster that is as it was before, and how an object is asked for."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import Dashboard

OF_NAMESPACE = (
    "apis/apps/v1/{}/statefulsets", "apis/apps/v1/{}/daemonsets", "apis/batch/v1/{}/cronjobs", "apis/batch/v1/{}/jobs",
    "apis/networking.k8s.io/v1/{}/ingresses", "apis/autoscaling/v2/{}/horizontalpodautoscalers", "api/v1/{}/configmaps",
    "api/v1/{}/secrets", "api/v1/{}/persistentvolumeclaims", "apis/sim.k8sviz.io/v1/{}/traffics",
)  # fmt: skip
OF_CLUSTER = ("apis/sim.k8sviz.io/v1/nodegroups", "apis/sim.k8sviz.io/v1/faults")


@pytest.fixture
def builder(dashboard: Dashboard) -> Iterator[Dashboard]:
    """The dashboard, for tests that put things of all kinds into namespace default."""
    yield dashboard
    for path in OF_NAMESPACE:
        dashboard.ask("DELETE", path.format("namespaces/default"))
    for path in OF_CLUSTER:
        dashboard.ask("DELETE", path)
    for service in names(dashboard, "api/v1/namespaces/default/services"):
        if service != "kubernetes":
            dashboard.ask("DELETE", f"api/v1/namespaces/default/services/{service}")
    for node in ("worker-1", "worker-2"):
        change = {"spec": {"taints": None, "unschedulable": None}}
        dashboard.ask("PATCH", f"api/v1/nodes/{node}", change, "application/merge-patch+json")


def names(dashboard: Dashboard, path: str) -> list[str]:
    return [one["metadata"]["name"] for one in dashboard.ask("GET", path, None)["items"]]


def appears(dashboard: Dashboard, path: str, name: str) -> Any:
    """The object, as soon as it is there."""
    for _ in range(100):
        if name in names(dashboard, path):
            return dashboard.ask("GET", f"{path}/{name}", None)
        dashboard.page.wait_for_timeout(100)
    raise AssertionError(f"no {path}/{name}")


def service(name: str = "web") -> dict[str, Any]:
    spec = {"selector": {"app": name}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
