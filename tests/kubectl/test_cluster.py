# ruff: noqa: E501 - the tables have a line for each case
"""The cluster as a whole: nodes, drain, events, dump, config, explain, api-resources; describe of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.examples import CLUSTER_WIDE, SPECS, example
from tests.kubectl.steps import Step, run
from tests.servers import Kubectl, wait_for

NAMESPACE = "cluster"
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: calm}
spec: {minAvailable: 2, selector: {matchLabels: {app: calm}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: calm}
spec:
  replicas: 2
  selector: {matchLabels: {app: calm}}
  template:
    metadata: {labels: {app: calm}}
    spec:
      containers: [{name: c, image: nginx}]
"""
STEPS = [
    Step("cordon worker-1", r"^node/worker-1 cordoned$"),
    Step("cordon worker-1", r"^node/worker-1 already cordoned$"),
    Step("get node worker-1", r"^worker-1 +Ready,SchedulingDisabled "),
    Step("describe node worker-1", r"^Taints: +node\.kubernetes\.io/unschedulable:NoSchedule$"),
    Step("uncordon worker-1", r"^node/worker-1 uncordoned$"),
    Step("describe node worker-1", r"^Taints: +<none>$"),
    Step("describe node worker-1", r"Normal +RegisteredNode +\S+ +node-controller +Node worker-1 event: Registered Node worker-1 in Controller"),
    Step("taint nodes worker-1 key=value:NoSchedule", r"^node/worker-1 tainted$"),
    Step("taint nodes worker-1 key=value:NoSchedule", r"already has key taint\(s\) with same effect\(s\) and --overwrite is false", 1),
    Step("taint nodes worker-1 key:NoSchedule-", r"^node/worker-1 untainted$"),
    Step("label node worker-1 disk=ssd", r"^node/worker-1 labeled$"),
    Step("get nodes -l disk=ssd -o name", r"^node/worker-1$"),
    Step("label node worker-1 disk-", r"^node/worker-1 unlabeled$"),
    Step("get nodes -L kubernetes.io/hostname,topology.kubernetes.io/zone", r"^worker-1 .* worker-1 +\S+$"),
    Step("get events -A --sort-by=.lastTimestamp", r"Scheduled"),
    Step("events -A", r"Scheduled"),
    Step("get events.events.k8s.io -A", r"^NAMESPACE +LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$"),
    Step("api-resources --verbs=list -o name", r"^horizontalpodautoscalers\.autoscaling$"),
    Step("api-resources --api-group=metrics.k8s.io", r"^nodes +metrics\.k8s\.io/v1beta1 +false +NodeMetrics$"),
    Step("api-resources --categories=all -o name", r"^statefulsets\.apps$"),
    Step("api-versions", r"^storage\.k8s\.io/v1$"),
    Step("get componentstatuses", r"^etcd-0 +Healthy +ok *$"),
    Step("explain statefulset.spec.updateStrategy.rollingUpdate", r"partition\t<integer>"),
    Step("explain hpa --api-version=autoscaling/v2 --recursive", r"averageUtilization\t<integer>"),
    Step("explain behavior.spec", r"imagePattern\t<string>"),
    Step("explain cronjob.spec", r"^  schedule\t<string> -required-$"),
    Step("cluster-info dump --namespaces kube-system --output-directory={folder}", r"^Cluster info dumped to "),
    Step("config view --minify", r"^- context:$"),
    Step("config get-contexts", r"^\* +demo +demo "),
    Step("config current-context", r"^demo$"),
    Step("get pods -A --chunk-size=3 -o name", r"^pod/kube-proxy-"),
    Step("get pods -n kube-system -o wide --sort-by=.spec.nodeName", r"^coredns-"),
    Step("get pods -n kube-system -l 'k8s-app in (kube-dns),!absent' -o name", r"^pod/coredns-"),
    Step("get pods -n kube-system --field-selector spec.nodeName=worker-1,status.phase!=Failed -o name", r"^pod/kube-proxy-"),
    Step("get pods -A -l app=-", r"Invalid value", 1),
    Step("get svc kubernetes -n default -o jsonpath={.spec.ports[0].name}", r"^https$"),
    Step("get lease -n kube-node-lease worker-1", r"^worker-1 +worker-1 "),
    Step("version -o json", r'"gitVersion": "v1\.34\.0"'),
]  # fmt: skip
DESCRIBED = (
    "node worker-1", "namespace kube-system", "pod -n kube-system", "deployment coredns -n kube-system",
    "rs -n kube-system", "ds kube-proxy -n kube-system", "svc kubernetes", "endpoints kubernetes", "endpointslice kubernetes",
    "configmap -n kube-system", "secret keys", "sa default", "event -n kube-system", "quota all", "limits all",
    "rc all", "sts all", "job all", "cronjob all", "hpa all", "ing all", "ingressclass all", "netpol all", "pdb all",
    "role all", "clusterrole view", "rolebinding all", "clusterrolebinding cluster-admin", "sc all", "pv all", "pvc all",
    "csidriver all", "csinode all", "volumeattachment all", "priorityclass system-node-critical", "lease -n kube-node-lease",
    "podtemplate all", "controllerrevision -n kube-system", "componentstatus etcd-0", "crd all.example.com",
    "behavior all", "traffic all", "fault all", "metric all",
)  # fmt: skip


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE)


def test_the_cluster(kubectl: Kubectl, tmp_path: object) -> None:
    run(kubectl, [step._replace(command=step.command.replace("{folder}", str(tmp_path))) for step in STEPS])


def test_drain_respects_budgets(kubectl: Kubectl, namespace: str) -> None:
    """A drain waits for a budget that allows nothing, and goes on when it allows something."""
    kubectl("apply", "-n", namespace, "-f", "-", stdin=BUDGET)
    kubectl("rollout", "status", "deploy/calm", "-n", namespace, "--timeout=60s", timeout=70)

    def allowed() -> str:
        return kubectl("get", "pdb", "calm", "-n", namespace, "-o", "jsonpath={.status.disruptionsAllowed}").stdout

    wait_for(lambda: allowed() == "0", within=20, what="a budget that allows nothing")
    pods = json.loads(kubectl("get", "pods", "-n", namespace, "-o", "json").stdout)["items"]
    node = pods[0]["spec"]["nodeName"]
    try:
        words = ("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=4s")
        refused = kubectl(*words, check=False, timeout=60)
        assert refused.returncode == 1
        assert "Cannot evict pod as it would violate the pod's disruption budget." in refused.stderr
        kubectl("scale", "deploy/calm", "-n", namespace, "--replicas=4")
        wait_for(lambda: allowed() == "2", within=60, what="a budget that allows two")
        done = kubectl(*words[:-1], "--timeout=60s", timeout=90)
        assert f"node/{node} drained" in done.stdout
    finally:
        kubectl("uncordon", node)


def test_every_kind_is_described(kubectl: Kubectl, namespace: str) -> None:
    made = [example(named, namespace) for named in (*CLUSTER_WIDE, *SPECS) if named not in ("v1 Node", "v1 Namespace")]
    listed = json.dumps({"apiVersion": "v1", "kind": "List", "items": made})
    try:
        kubectl("apply", "-f", "-", stdin=listed)
        kubectl("create", "secret", "generic", "keys", "--from-literal=a=b", "-n", "default")
        wrong = []
        for what in DESCRIBED:
            words = what.split()
            place = [] if "-n" in words or "all" not in words[1:2] else ["-n", namespace]
            done = kubectl("describe", *words, *place, check=False)
            if done.returncode or not done.stdout.startswith("Name:"):
                wrong.append(f"{what}: {done.stdout[:200]}{done.stderr}")
        assert not wrong, "\n".join(wrong)
    finally:
        kubectl("delete", "secret", "keys", "-n", "default", "--ignore-not-found")
        kubectl("delete", "-f", "-", "--wait=false", "--ignore-not-found", stdin=listed)
