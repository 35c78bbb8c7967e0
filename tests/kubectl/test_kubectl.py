# ruff: noqa: E501 - the tables have a line for each case
"""The machine's own kubectl against a running cluster: command, exit code, expected shape of the output, in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl, wait_for

GUESTBOOK = Path(__file__).resolve().parents[3] / "shared" / "manifests" / "docs" / "application" / "guestbook"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25", ports: [{containerPort: 80}]}
"""


STEPS = [
    # what is there
    Step("version", r"Server Version: v1\.34\.0"),
    Step("cluster-info", r"Kubernetes control plane.* is running at"),
    Step("api-versions", r"^apps/v1$"),
    Step("api-resources", r"^deployments +deploy +apps/v1 +true +Deployment$"),
    Step("api-resources --namespaced=false -o name", r"^nodes$"),
    Step("get nodes", r"^NAME +STATUS +ROLES +AGE +VERSION$"),
    Step("get nodes -o wide", r"^worker-1 +Ready +<none> .*v1\.34\.0 +192\.168\."),
    Step("get ns", r"^kube-system +Active"),
    Step("get pods -A", r"^kube-system +coredns-\w+-\w+ +1/1 +Running +0 "),
    Step("get --raw /k8s/demo/readyz", r"^ok$"),
    Step("get pods", r"No resources found in default namespace\."),
    # explain
    Step("explain deployment.spec.replicas", r"FIELD: replicas <integer>"),
    Step("explain pod.spec.containers", r"image\t<string>"),
    Step("explain pod.spec --recursive", r"containerPort\t<integer> -required-"),
    Step("explain deployment.spec.nope", r'field "nope" does not exist', 1),
    # apply and what came of it
    Step("apply --dry-run=server -f -", r"^deployment\.apps/web created \(server dry run\)$", 0, DEPLOYMENT),
    Step("apply --dry-run=client -f -", r"^deployment\.apps/web created \(dry run\)$", 0, DEPLOYMENT),
    Step("apply -f -", r"^deployment\.apps/web created$", 0, DEPLOYMENT),
    Step("apply -f -", r"^deployment\.apps/web unchanged$", 0, DEPLOYMENT),
    Step("diff -f -", r"^-  replicas: 2\n\+  replicas: 3$", 1, DEPLOYMENT.replace("replicas: 2", "replicas: 3")),
    Step("rollout status deploy/web --timeout=60s", r'deployment "web" successfully rolled out'),
    Step("get deploy", r"^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2/2 +2 +2 +\d+s$"),
    Step("get deploy web -o wide", r"^web +2/2 +2 +2 +\w+ +web +nginx:1\.25 +app=web$"),
    Step("get rs -l app=web", r"^web-\w+ +2 +2 +2 +\w+$"),
    Step("get pods -l app=web --no-headers", r"^web-\w+-\w+ +1/1 +Running +0 +\w+$"),
    Step("get pods -l app=nope", r"No resources found in default namespace\."),
    Step("get pods --field-selector status.phase=Running --show-labels", r"app=web,pod-template-hash="),
    Step("get pods --sort-by .metadata.name -o name", r"^pod/web-"),
    Step("get deploy web -o jsonpath={.spec.replicas}", r"^2$"),
    Step("get deploy web -o yaml", r"^  name: web$"),
    Step("get deploy web -o go-template={{.metadata.name}}", r"^web$"),
    Step("get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas", r"^web +2$"),
    Step("get deploy,rs -o name", r"^deployment\.apps/web\nreplicaset\.apps/web-\w+$"),
    Step("get all", r"^deployment\.apps/web +2/2"),
    Step("describe deploy web", r"^Replicas: +2 desired \| 2 updated \| 2 total \| 2 available \| 0 unavailable$"),
    Step("describe pod -l app=web", r"Successfully assigned default/web-\w+-\w+ to worker-\d"),
    Step("describe node worker-1", r"^Allocated resources:$"),
    Step("get events", r"ScalingReplicaSet +deployment/web +Scaled up replica set web-\w+ from 0 to 2"),
    Step("wait --for=condition=Available deploy/web --timeout=10s", r"^deployment\.apps/web condition met$"),
    Step("logs deploy/web --tail=1", r"."),
    Step("logs deploy/web -c nope", r"container nope is not valid for pod web-", 1),
    # changes
    Step("scale deploy/web --replicas=3", r"^deployment\.apps/web scaled$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("get deploy web -o jsonpath={.status.readyReplicas}", r"^3$"),
    Step("scale deploy/web --replicas=9 --current-replicas=7", r"Expected replicas to be 7, was 3", 1),
    Step("set image deploy/web web=nginx:1.27", r"^deployment\.apps/web image updated$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("rollout history deploy/web", r"^1 +<none>\n2 +<none>$"),
    Step("rollout undo deploy/web", r"^deployment\.apps/web rolled back$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}", r"^nginx:1\.25$"),
    Step("rollout pause deploy/web", r"^deployment\.apps/web paused$"),
    Step("rollout resume deploy/web", r"^deployment\.apps/web resumed$"),
    Step("rollout restart deploy/web", r"^deployment\.apps/web restarted$"),
    Step("rollout status deploy/web --timeout=60s", r"successfully rolled out"),
    Step("set env deploy/web A=b", r"^deployment\.apps/web env updated$"),
    Step("set resources deploy/web --limits=cpu=100m,memory=64Mi", r"^deployment\.apps/web resource requirements updated$"),
    Step("label deploy web tier=front", r"^deployment\.apps/web labeled$"),
    Step("label deploy web tier=back", r"'tier' already has a value \(front\), and --overwrite is false", 1),
    Step("label deploy web tier-", r"^deployment\.apps/web unlabeled$"),
    Step("annotate deploy web note=hello", r"^deployment\.apps/web annotated$"),
    Step('patch deploy web -p {"spec":{"replicas":1}}', r"^deployment\.apps/web patched$"),
    Step('patch deploy web --type=merge -p {"spec":{"replicas":2}}', r"^deployment\.apps/web patched$"),
    Step('patch deploy web --type=json -p [{"op":"replace","path":"/spec/replicas","value":1}]', r"patched$"),
    Step("get deploy web -o jsonpath={.spec.replicas}", r"^1$"),
    Step('patch deploy web --subresource=scale --type=merge -p {"spec":{"replicas":2}}', r"patched$"),
    Step("cordon worker-2", r"^node/worker-2 cordoned$"),
    Step("get node worker-2", r"^worker-2 +Ready,SchedulingDisabled "),
    Step("uncordon worker-2", r"^node/worker-2 uncordoned$"),
    Step("taint node worker-2 a=b:NoSchedule", r"^node/worker-2 tainted$"),
    Step("taint node worker-2 a:NoSchedule-", r"^node/worker-2 untainted$"),
    # create, run, expose, replace
    Step("create configmap settings --from-literal=a=b", r"^configmap/settings created$"),
    Step("create configmap settings --from-literal=a=b", r'configmaps "settings" already exists', 1),
    Step("create secret generic keys --from-literal=a=b", r"^secret/keys created$"),
    Step("get secret keys -o jsonpath={.data.a}", r"^Yg==$"),
    Step("create serviceaccount robot", r"^serviceaccount/robot created$"),
    Step("create namespace other", r"^namespace/other created$"),
    Step("create deployment idle --image=busybox --replicas=0 -n other", r"^deployment\.apps/idle created$"),
    Step("get deploy idle -n other", r"^idle +0/0 +0 +0 "),
    Step("create service clusterip plain --tcp=80:8080", r"^service/plain created$"),
    Step("run once --image=nginx --labels=run=once", r"^pod/once created$"),
    Step("wait --for=condition=Ready pod/once --timeout=60s", r"^pod/once condition met$"),
    Step("expose deploy web --port=80", r"^service/web exposed$"),
    Step("get svc web", r"^web +ClusterIP +10\.\d+\.\d+\.\d+ +<none> +80/TCP "),
    Step("get endpointslices -l kubernetes.io/service-name=web", r"^web-\w+ +IPv4 +80 +10\.244\."),
    Step("replace -f -", r"^deployment\.apps/web replaced$", 0, DEPLOYMENT),
    Step("replace --force -f -", r'deployment\.apps "web" deleted.*\ndeployment\.apps/web replaced$', 0, DEPLOYMENT),
    # what is refused, and how
    Step("get deploy nope", r'^Error from server \(NotFound\): deployments\.apps "nope" not found$', 1),
    Step("get foo", r'the server doesn\'t have a resource type "foo"', 1),
    Step("get pods --field-selector spec.foo=bar", r"field label not supported: spec\.foo", 1),
    Step("create -f -", r'cannot be handled as a Deployment: strict decoding error: unknown field "spec\.replica"$', 1, DEPLOYMENT.replace("replicas", "replica").replace("name: web,", "name: two,")),
    Step("create -f - --validate=warn --dry-run=server", r'^Warning: unknown field "spec\.foo"$', 0, DEPLOYMENT.replace("replicas", "foo").replace("name: web,", "name: two,")),
    Step("apply -f -", r"json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32", 1, DEPLOYMENT.replace("replicas: 2", "replicas: many")),
    Step("apply -f -", r'^The Deployment "web" is invalid:.* spec\.selector: Invalid value: .*: field is immutable$', 1, DEPLOYMENT.replace("app: web}", "app: other}")),
    Step("create -f -", r'no matches for kind "Foo" in version "v1"', 1, "apiVersion: v1\nkind: Foo\nmetadata: {name: x}\n"),
    Step("create namespace a_b", r'^The Namespace "a_b" is invalid: metadata\.name: Invalid value: "a_b"', 1),
    Step("delete namespace default", r'namespaces "default" is forbidden: this namespace may not be deleted', 1),
    Step("create configmap x --from-literal=a=b -n nowhere", r'namespaces "nowhere" not found', 1),
    Step("logs nothing", r'pods "nothing" not found in namespace "default"', 1),
    Step("get pods --token=wrong", r"Unauthorized", 1),
    # and away
    Step("delete pod once --grace-period=0 --force", r'^pod "once" force deleted'),
    Step("delete pod -l app=web --wait=false", r'^pod "web-\w+-\w+" deleted'),
    Step("delete svc web plain", r'^service "web" deleted'),
    Step("delete deploy web --cascade=foreground --timeout=60s", r'^deployment\.apps "web" deleted'),
    Step("get rs -l app=web", r"No resources found"),
    Step("delete configmap settings", r'^configmap "settings" deleted'),
    Step("delete configmap settings", r'configmaps "settings" not found', 1),
    Step("delete configmap settings --ignore-not-found", r"^$"),
    Step("delete namespace other --timeout=60s", r'^namespace "other" deleted'),
    Step("get ns other", r'namespaces "other" not found', 1),
]  # fmt: skip


def test_commands_one_after_the_other(kubectl: Kubectl) -> None:
    run(kubectl, STEPS)


@pytest.fixture
def guestbook(kubectl: Kubectl) -> Iterator[str]:
    """The guestbook of the Kubernetes documentation, applied, in a namespace of its own."""
    if not GUESTBOOK.is_dir():
        pytest.skip(f"SKIPPED: the documentation's manifests are not at {GUESTBOOK}")
    kubectl("create", "namespace", "guestbook")
    kubectl("apply", "-n", "guestbook", "-f", str(GUESTBOOK))
    yield "guestbook"
    kubectl("delete", "namespace", "guestbook", timeout=120)


def test_the_guestbook_comes_up(kubectl: Kubectl, guestbook: str) -> None:
    for name in ("frontend", "redis-leader", "redis-follower"):
        kubectl("rollout", "status", f"deploy/{name}", "-n", guestbook, "--timeout=90s", timeout=100)
    pods = json.loads(kubectl("get", "pods", "-n", guestbook, "-o", "json").stdout)["items"]
    assert len(pods) == 6
    assert {pod["status"]["phase"] for pod in pods} == {"Running"}
    again = kubectl("apply", "-n", guestbook, "-f", str(GUESTBOOK)).stdout
    assert again.count("unchanged") == 6, again


def test_a_watch_sees_a_pod_live_and_die(kubectl: Kubectl) -> None:
    kubectl("run", "bystander", "--image=nginx", "--labels=watched=yes")
    watching = kubectl.start("get", "pods", "-l", "watched=yes", "-w", "--no-headers")
    assert watching.stdout is not None
    assert watching.stdout.readline().startswith("bystander")  # from here on nothing is missed
    try:
        kubectl("run", "seen", "--image=nginx", "--labels=watched=yes")
        kubectl("wait", "--for=condition=Ready", "pod/seen", "--timeout=60s")
        kubectl("delete", "pod", "seen", "--wait=true", timeout=90)
    finally:
        watching.terminate()
        kubectl("delete", "pod", "bystander", "--wait=false")
    printed = watching.communicate(timeout=10)[0]
    statuses = [line.split()[2] for line in printed.splitlines() if line.startswith("seen")]
    wanted = iter(statuses)
    assert all(status in wanted for status in ("Pending", "ContainerCreating", "Running", "Terminating")), printed


def test_logs_follow_until_the_container_ends(kubectl: Kubectl) -> None:
    command = ["--restart=Never", "--", "sh", "-c", "echo one; sleep 2; echo two"]
    kubectl("run", "talker", "--image=busybox", *command)
    try:
        wait_for(lambda: "Running" in kubectl("get", "pod", "talker").stdout, within=60, what="the pod")
        followed = kubectl("logs", "-f", "talker", timeout=30).stdout
        assert followed.splitlines() == ["one", "two"]
    finally:
        kubectl("delete", "pod", "talker", "--grace-period=0", "--force")
