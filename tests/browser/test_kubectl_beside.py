"""What kubectl does is seen in the browser while kubectl itself watches."""

import json

from tests.browser.conftest import Dashboard, deployment
from tests.servers import Kubectl

MINE = "k8sviz.pods.filter(pod => pod.namespace === 'default')"


def test_apply_and_rollout_are_seen_while_they_happen(dashboard: Dashboard, kubectl: Kubectl) -> None:
    dashboard.open()
    watch = kubectl.start("get", "pods", "-w")
    try:
        kubectl("apply", "-f", "-", stdin=json.dumps(deployment("web", 3)))
        phases = dashboard.until(
            f"(() => {{ const all = {MINE}; return all.length === 3 && all.map(pod => pod.phase); }})()"
        )
        assert set(phases) <= {"Pending", "Running"}
        dashboard.until(f"{MINE}.filter(pod => pod.phase === 'Running' && pod.node).length === 3")
        assert set(dashboard.page.evaluate(f"{MINE}.map(pod => pod.ready)")) == {"1/1"}
        kubectl("set", "image", "deployment/web", "main=redis")
        dashboard.until(f"{MINE}.some(pod => pod.containers[0].image === 'redis')")
        kubectl("rollout", "status", "deployment/web", "--timeout=60s")
        dashboard.until(f"{MINE}.every(pod => pod.containers[0].image === 'redis') && {MINE}.length === 3")
    finally:
        watch.terminate()
    told = watch.communicate(timeout=10)[0]
    for status in ("Pending", "ContainerCreating", "Running", "Terminating"):
        assert status in told
    assert dashboard.complaints == []
