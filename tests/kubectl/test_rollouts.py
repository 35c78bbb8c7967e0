# ruff: noqa: E501 - the table has a line for each case
"""The machine's own kubectl rolls Deployments and DaemonSets out and back, to any revision, and hears why one fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {kubernetes.io/change-cause: the first}}
spec:
  replicas: 2
  progressDeadlineSeconds: 5
  revisionHistoryLimit: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: web, image: "nginx:1.25"}]}
"""
AGENT = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: agent, image: "nginx:1.25"}]}
"""
NEVER_MOVES = WEB.replace("replicas: 2", "replicas: 2\n  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 0}}")
IMAGE = "jsonpath={.spec.template.spec.containers[0].image}"
STEPS = [
    Step("apply -f -", r"spec\.strategy\.rollingUpdate\.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0", 1, NEVER_MOVES),
    Step("apply -f -", r"spec\.template\.metadata\.labels: Invalid value: .*: `selector` does not match template `labels`", 1, WEB.replace("labels: {app: web}", "labels: {app: other}")),
    Step("apply -f -", r"^deployment\.apps/web created$", 0, WEB),
    Step("rollout status deploy/web --timeout=60s", r'deployment "web" successfully rolled out'),
    Step("apply -f -", r"spec\.selector: Invalid value: .*: field is immutable", 1, WEB.replace("app: web", "app: other")),
    Step("set image deploy/web web=nginx:1.26", r"image updated"),
    Step("annotate deploy/web kubernetes.io/change-cause=second --overwrite", r"annotated"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("set image deploy/web web=nginx:1.27", r"image updated"),
    Step("annotate deploy/web kubernetes.io/change-cause=third --overwrite", r"annotated"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("rollout history deploy/web", r"^REVISION +CHANGE-CAUSE\n1 +the first\n2 +second\n3 +third$"),
    Step("rollout history deploy/web --revision=2", r"nginx:1\.26"),
    Step("rollout undo deploy/web --to-revision=1", r"^deployment\.apps/web rolled back$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step(f"get deploy web -o {IMAGE}", r"^nginx:1\.25$"),
    Step("rollout history deploy/web", r"^2 +second\n3 +third\n4 +the first$"),
    Step("rollout undo deploy/web --to-revision=1", r"error: unable to find specified revision 1 in history", 1),
    Step("rollout undo deploy/web --to-revision=4", r"^deployment\.apps/web skipped rollback \(current template already matches revision 4\)$"),
    Step("rollout undo deploy/web", r"^deployment\.apps/web rolled back$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step(f"get deploy web -o {IMAGE}", r"^nginx:1\.27$"),
    Step("rollout pause deploy/web", r"^deployment\.apps/web paused$"),
    Step("rollout undo deploy/web", r"you cannot rollback a paused deployment; resume it first", 1),
    Step("get deploy web -o jsonpath={.status.conditions[*].reason}", r"\bDeploymentPaused\b", within=10),
    Step("rollout resume deploy/web", r"^deployment\.apps/web resumed$"),
    Step("set image deploy/web web=registry.invalid/nothing:1.0", r"image updated"),
    Step("rollout status deploy/web --timeout=60s", r'error: deployment "web" exceeded its progress deadline', 1),
    Step("describe deploy web", r"Progressing +False +ProgressDeadlineExceeded"),
    Step("rollout undo deploy/web", r"rolled back"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("delete deploy web", r"deleted"),
    Step("apply -f -", r"^daemonset\.apps/agent created$", 0, AGENT),
    Step("rollout status ds/agent --timeout=60s", r'daemon set "agent" successfully rolled out'),
    Step("set image ds/agent agent=nginx:1.26", r"image updated"),
    Step("rollout status ds/agent --timeout=90s", r"successfully rolled out"),
    Step("rollout undo ds/agent --to-revision=1", r"^daemonset\.apps/agent rolled back$"),
    Step("rollout status ds/agent --timeout=90s", r"successfully rolled out"),
    Step(f"get ds agent -o {IMAGE}", r"^nginx:1\.25$"),
    Step("rollout history ds/agent", r"^2 +<none>\n3 +<none>$", within=10),
    Step("delete ds agent", r"deleted"),
]  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", "rollouts")
    yield "rollouts"
    kubectl("delete", "namespace", "rollouts", "--wait=false")


def test_rolling_out_and_back(kubectl: Kubectl, namespace: str) -> None:
    run(kubectl, STEPS, namespace)
