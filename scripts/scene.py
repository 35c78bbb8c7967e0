"""The scenes that the pictures of the README show: fills cluster `demo` through its page, and presents a demo.

Each scene goes on from the one before it and leaves the cluster paused.
"""

import re
import time
from typing import Any

from playwright.sync_api import Browser, Page

DEPLOYMENTS: list[tuple[str, str, int, str, str]] = [  # name, image, replicas, CPU, memory
    ("frontend", "nginx", 3, "100m", "100Mi"),
    ("redis-leader", "redis", 1, "250m", "256Mi"),
    ("redis-follower", "redis", 2, "100m", "100Mi"),
    ("web", "nginx:1.27", 4, "500m", "512Mi"),
    ("notifier", "busybox", 1, "50m", "32Mi"),  # busybox has nothing to do and ends: started again and again
    ("train", "python", 1, "16", "1Gi"),  # larger than any node: it waits, and says why
]
ASK = """async ([method, path, body, type = "application/json"]) => {
  const config = JSON.parse(document.getElementById("k8sviz-config").textContent);
  const headers = {"Content-Type": type, "X-CSRFToken": config.csrf};
  const url = path === "control" ? config.urls.control : `${config.api}/${path}`;
  const answer = await fetch(url, {method, headers, body: JSON.stringify(body)});
  if (!answer.ok) throw new Error(await answer.text());
}"""
CORE, APPS, SIM = ("api/v1", "apis/apps/v1", "apis/sim.k8sviz.io/v1")
RUNNING = "k8sviz.pods.filter(pod => pod.ready === '1/1' && pod.namespace === 'default').length"
LOOPING = "k8sviz.pods.find(pod => pod.status === 'CrashLoopBackOff' && pod.restarts >= 2)"
WEB = "k8sviz.pods.filter(pod => pod.labels?.app === 'web').map(pod => pod.status)"
IN_ROLLOUT = f"{WEB}.includes('ContainerCreating') && !{WEB}.includes('Completed')"
KUBELET = """apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
evictionSoft: {memory.available: 1Gi}
evictionSoftGracePeriod: {memory.available: 1m30s}
"""
Limits = dict[str, dict[str, str]]


def rollout(page: Page) -> tuple[str, str]:
    """All run but one that crash-loops and one that fits nowhere; then a rollout is stopped half way.

    The ids of the crash-looping pod and of one that runs.
    """
    for name, image, replicas, cpu, memory in DEPLOYMENTS:
        requests = {"requests": {"cpu": cpu, "memory": memory}}
        create(page, APPS, "deployments", name, deployment(name, image, requests, replicas))
    control(page, do="speed", speed=5)
    until(page, f"{RUNNING} >= {sum(one[2] for one in DEPLOYMENTS) - 2} && {LOOPING}")
    control(page, do="pause")
    control(page, do="speed", speed=1)
    newer = {"spec": {"template": {"spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]}}}}
    patch = [f"{APPS}/namespaces/default/deployments/web", newer, "application/strategic-merge-patch+json"]
    page.evaluate(ASK, ["PATCH", *patch])
    for _ in range(60):
        control(page, do="step", by=0.25)
        page.wait_for_timeout(250)
        if page.evaluate(f"{IN_ROLLOUT} && !!{LOOPING}"):
            break
    looping = page.evaluate(f"{LOOPING}.id")
    running = page.evaluate("k8sviz.pods.find(pod => pod.name.startsWith('frontend-')).id")
    return str(looping), str(running)


def load(page: Page) -> None:
    """Some minutes in which a load rises and falls under an autoscaler, and a pod leaks until it is killed."""
    create(page, APPS, "deployments", "shop", deployment("shop", "nginx", {"requests": {"cpu": "200m"}}, 1))
    create(page, CORE, "services", "shop", {"selector": {"app": "shop"}, "ports": [{"port": 80}]})
    usage = {"selector": {"matchLabels": {"app": "shop"}}, "cpu": {"idle": "5m", "perRequest": "20m"}}
    create(page, SIM, "behaviors", "shop", usage)
    create(page, "apis/autoscaling/v2", "horizontalpodautoscalers", "shop", autoscaler("shop"))
    traffic = {"target": {"service": {"name": "shop"}}, "rate": "4", "clients": 20}
    create(page, SIM, "traffics", "shop", traffic)
    memory = {"idle": "8Mi", "curves": [{"type": "Leak", "leak": {"perSecond": "1Mi"}}]}
    leak = {"memory": memory, "cpu": {"idle": "100m", "burst": {"threads": 8, "everyMilliseconds": 2000}}}
    create(page, SIM, "behaviors", "leaky", {"selector": {"matchLabels": {"app": "leaky"}}, **leak})
    pod(page, "leaky", {"requests": {"memory": "16Mi"}, "limits": {"cpu": "500m", "memory": "64Mi"}})
    for rate, seconds in (("4", 75), ("40", 200), ("9", 120)):
        path = f"{SIM}/namespaces/default/traffics/shop"
        page.evaluate(ASK, ["PATCH", path, {"spec": {"rate": rate}}, "application/merge-patch+json"])
        run(page, seconds)


def pressure(page: Page, node: str) -> None:
    """A node with a soft threshold for memory, on which a pod leaks: it will be evicted before long."""
    page.evaluate(ASK, ["DELETE", f"{APPS}/namespaces/default/deployments/notifier", {}])  # it would go first
    body = {"metadata": {"name": f"kubelet-config-{node}"}, "data": {"kubelet": KUBELET}}
    page.evaluate(ASK, ["POST", f"{CORE}/namespaces/kube-system/configmaps", body])
    memory = {"idle": "3Gi", "curves": [{"type": "Leak", "leak": {"perSecond": "5Mi"}}]}
    create(page, SIM, "behaviors", "cache", {"selector": {"matchLabels": {"app": "cache"}}, "memory": memory})
    pod(page, "cache", {"requests": {"memory": "256Mi"}}, node)
    run(page, 60)


def presentation(browser: Browser, site: str, demo: str) -> Page:
    """The console at the second step, which asks; of two who follow, one has answered."""
    lead = browser.new_page()
    lead.goto(f"{site}/present/")
    lead.locator(f"form[action='/present/start']:has(input[value={demo}]) button").click()
    lead.wait_for_url(re.compile(r"/present/\d{6}/"))
    lead.locator(".moves .solid:not(:disabled)").wait_for(timeout=60_000)
    code = lead.url.rstrip("/").split("/")[-1]
    others = [browser.new_context().new_page() for _ in range(2)]
    for other in others:
        other.goto(f"{site}/join/")
        other.locator("input[name=code]").fill(code)
        other.locator("form.join button").click()
        other.wait_for_url(re.compile(r"/join/\d{6}/"))
    lead.keyboard.press("PageDown")
    lead.get_by_text("done; the clock stands still").wait_for(timeout=60_000)
    lead.keyboard.press("PageDown")
    others[0].locator(".choice").nth(1).click(timeout=60_000)
    lead.get_by_text("1 of 2 answered").wait_for()
    return lead


def create(page: Page, group: str, plural: str, name: str, spec: dict[str, Any]) -> None:
    body = {"metadata": {"name": name}, "spec": spec}
    page.evaluate(ASK, ["POST", f"{group}/namespaces/default/{plural}", body])


def control(page: Page, **order: Any) -> None:
    page.evaluate(ASK, ["POST", "control", order])


def run(page: Page, seconds: int) -> None:
    """Lets the paused cluster go on by so many seconds."""
    before = page.evaluate("k8sviz.clock.now")
    control(page, do="step", by=seconds)
    until(page, f"k8sviz.clock.paused && k8sviz.clock.now >= {before + seconds * 1_000_000}")


def until(page: Page, expression: str, *, within: float = 120.0) -> None:
    """Waits until the expression is true. Playwright's own wait would need `eval`, which our policy forbids."""
    end = time.monotonic() + within
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise TimeoutError(f"{expression} did not become true within {within:.0f} s")
        page.wait_for_timeout(100)


def pod(page: Page, name: str, resources: Limits, node: str = "") -> None:
    spec = {"containers": [{"name": "main", "image": "nginx", "resources": resources}]}
    body = {
        "metadata": {"name": name, "labels": {"app": name}},
        "spec": {**spec, **({"nodeName": node} if node else {})},
    }
    page.evaluate(ASK, ["POST", f"{CORE}/namespaces/default/pods", body])


def deployment(name: str, image: str, resources: Limits, replicas: int) -> dict[str, Any]:
    container = {"name": name, "image": image, "resources": resources}
    template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}}
    return {"replicas": replicas, "selector": {"matchLabels": {"app": name}}, "template": template}


def autoscaler(name: str) -> dict[str, Any]:
    half = {"type": "Utilization", "averageUtilization": 50}
    return {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": name},
        "maxReplicas": 10,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": half}}],
        "behavior": {"scaleUp": {"policies": [{"type": "Pods", "value": 2, "periodSeconds": 60}]}},
    }
