# ruff: noqa: E501 - the tables have a line for each case
"""set, wait and delete in all their forms: what people change with one word, and how they wait for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "changes"
STEPS = [
    Step("create deployment web --image=nginx --replicas=2", r"created$", within=5),
    Step("create serviceaccount robot", r"created$"),
    Step("set serviceaccount deploy/web robot", r"^deployment\.apps/web serviceaccount updated$"),
    Step("set env deploy/web KEY=value --containers=nginx", r"^deployment\.apps/web env updated$"),
    Step("set env deploy/web --list", r"^KEY=value$"),
    Step("set env deploy/web KEY-", r"^deployment\.apps/web env updated$"),
    Step("set resources deploy/web -c nginx --requests=cpu=50m", r"^deployment\.apps/web resource requirements updated$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out$"),
    Step("get pods -l app=web -o jsonpath={.items[0].spec.serviceAccountName}", r"^robot$"),
    Step("expose deploy web --port=80", r"^service/web exposed$"),
    Step("set selector svc web app=web,tier=front", r"^service/web selector updated$"),
    Step("get svc web -o jsonpath={.spec.selector}", r'^{"app":"web","tier":"front"}$'),
    Step("wait --for=jsonpath={.status.readyReplicas}=2 deploy/web --timeout=30s", r"^deployment\.apps/web condition met$"),
    Step("wait --for=condition=Available deploy --all --timeout=30s", r"^deployment\.apps/web condition met$"),
    Step("wait --for=condition=Never deploy/web --timeout=1s", r"timed out waiting for the condition on deployments/web", 1),
    Step("get deploy web -o json", r'"kind": "Deployment"'),
    Step("get deploy web -o jsonpath-as-json={.metadata.labels}", r'"app": "web"'),
    Step("get pods -l app=web -w --request-timeout=1s --no-headers", r"^web-\w+-\w+ +1/1 +Running ", within=3, code=0),
    Step("delete deploy web --cascade=orphan", r'^deployment\.apps "web" deleted'),
    Step("get rs -l app=web -o name", r"^replicaset\.apps/web-"),
    Step("get pods -l app=web --no-headers", r"Running"),
    Step("delete rs -l app=web --cascade=background", r'^replicaset\.apps "web-\w+" deleted'),
    Step("wait --for=delete pod -l app=web --timeout=60s", ""),
    Step("get pods -l app=web", r"^No resources found in changes namespace\.$"),
    Step("run slow --image=nginx", r"^pod/slow created$"),
    Step("wait --for=condition=Ready pod/slow --timeout=60s", r"condition met$"),
    Step("delete pod slow --grace-period=1", r'^pod "slow" deleted'),
    Step("run stuck --image=nginx", r"^pod/stuck created$"),
    Step("delete pod stuck --force --grace-period=0", r"force deleted"),
    Step("delete pod stuck --ignore-not-found", r"^$"),
    Step("delete all --all", r'^service "web" deleted'),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def test_changes(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)
