# ruff: noqa: E501 - the tables have a line for each case
"""Every generator of `kubectl create`, and run, expose, autoscale: what they make is accepted, stored and shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "create"
YOUNG = """\
apiVersion: v1
kind: Namespace
metadata: {name: NAME}
---
apiVersion: v1
kind: Pod
metadata: {name: first, namespace: NAME}
spec: {containers: [{name: c, image: nginx}]}
"""
MADE = [
    Step("create deployment web --image=nginx --replicas=2 --port=80", r"^deployment\.apps/web created$"),
    Step("get deploy web -o jsonpath={.spec.template.spec.containers[0].ports[0].containerPort}", r"^80$"),
    Step("create deployment two --image=nginx --image=busybox", r"^deployment\.apps/two created$"),
    Step("create job once --image=busybox -- echo hello", r"^job\.batch/once created$"),
    Step("get job once", r"^NAME +STATUS +COMPLETIONS +DURATION +AGE\nonce +\w+ +\d/1 "),
    Step("create cronjob tick --image=busybox --schedule='*/5 * * * *' -- date", r"^cronjob\.batch/tick created$"),
    Step("get cronjob tick", r"^NAME +SCHEDULE +TIMEZONE +SUSPEND +ACTIVE +LAST SCHEDULE +AGE\ntick +\*/5 \* \* \* \* +<none> +False +0 +<none>"),
    Step("create job from-tick --from=cronjob/tick", r"^job\.batch/from-tick created$"),
    Step("create cronjob bad --image=busybox --schedule='61 * * * *'", r'^error: failed to create cronjob: CronJob\.batch "bad" is invalid: spec\.schedule: Invalid value: "61 \* \* \* \*": end of range \(61\) above maximum \(59\): 61$', 1),
    Step("create configmap settings --from-literal=a=b --from-literal=c=d", r"^configmap/settings created$"),
    Step("create configmap from-file --from-file={folder}/one.txt", r"^configmap/from-file created$"),
    Step("get configmap from-file -o 'jsonpath={.data.one\\.txt}'", r"^one line$"),
    Step("create configmap from-env --from-env-file={folder}/some.env", r"^configmap/from-env created$"),
    Step("get configmap from-env -o jsonpath={.data.KEY}", r"^value$"),
    Step("create secret generic keys --from-literal=a=b --from-file={folder}/one.txt", r"^secret/keys created$"),
    Step("create secret docker-registry pull --docker-server=registry.example.com --docker-username=u --docker-password=p", r"^secret/pull created$"),
    Step("get secret pull -o jsonpath={.type}", r"^kubernetes\.io/dockerconfigjson$"),
    Step("create secret tls cert --cert={folder}/tls.crt --key={folder}/tls.key", r"^secret/cert created$"),
    Step("get secret cert", r"^cert +kubernetes\.io/tls +2 "),
    Step("create service clusterip plain --tcp=80:8080", r"^service/plain created$"),
    Step("create service clusterip none --clusterip=None --tcp=80", r"^service/none created$"),
    Step("create service nodeport open --tcp=80 --node-port=30080", r"^service/open created$"),
    Step("get svc open", r"^open +NodePort +10\.\d+\.\d+\.\d+ +<none> +80:30080/TCP "),
    Step("create service loadbalancer front --tcp=80", r"^service/front created$"),
    Step("create service externalname away --external-name=example.com", r"^service/away created$"),
    Step("get svc away", r"^away +ExternalName +<none> +example\.com +<none> "),
    Step("create service nodeport shut --tcp=80 --node-port=80", r"spec\.ports\[0\]\.nodePort: Invalid value: 80: provided port is not in the valid range\. The range of valid ports is 30000-32767", 1),
    Step("create ingress web --rule=example.com/*=web:80 --class=nginx", r"^ingress\.networking\.k8s\.io/web created$"),
    Step("get ingress web", r"^NAME +CLASS +HOSTS +ADDRESS +PORTS +AGE\nweb +nginx +example\.com +80 "),
    Step("create ingress secure --rule='example.com/=web:80,tls=cert'", r"^ingress\.networking\.k8s\.io/secure created$"),
    Step("get ingress secure", r"^secure +<none> +example\.com +80, 443 "),
    Step("create role reader --verb=get,list,watch --resource=pods,pods/log", r"^role\.rbac\.authorization\.k8s\.io/reader created$"),
    Step("create rolebinding read --role=reader --user=jane --serviceaccount=create:robot", r"^rolebinding\.rbac\.authorization\.k8s\.io/read created$"),
    Step("get rolebinding read -o wide", r"^read +Role/reader +\S+ +jane +create/robot$"),
    Step("create clusterrole create-test --verb=get --resource=nodes --non-resource-url=/healthz", r"^clusterrole\.rbac\.authorization\.k8s\.io/create-test created$"),
    Step("create clusterrole create-test --verb=get --resource=nodes", r'clusterroles\.rbac\.authorization\.k8s\.io "create-test" already exists', 1),
    Step("create clusterrolebinding create-test --clusterrole=create-test --group=devs", r"^clusterrolebinding\.rbac\.authorization\.k8s\.io/create-test created$"),
    Step("create quota small --hard=pods=30,services=20,count/deployments.apps=30", r"^resourcequota/small created$"),
    Step("get quota small", r"^NAME +REQUEST +LIMIT +AGE\nsmall +count/deployments\.apps: \d/30, pods: \d+/30, services: 5/20 +\w+$", within=10),
    Step("create poddisruptionbudget calm --selector=app=web --min-available=50%", r"^poddisruptionbudget\.policy/calm created$"),
    Step("get pdb calm", r"^NAME +MIN AVAILABLE +MAX UNAVAILABLE +ALLOWED DISRUPTIONS +AGE\ncalm +50% +N/A +\d "),
    Step("create priorityclass create-test --value=1000 --description=high", r"^priorityclass\.scheduling\.k8s\.io/create-test created$"),
    Step("get priorityclass create-test", r"^NAME +VALUE +GLOBAL-DEFAULT +AGE +PREEMPTIONPOLICY\ncreate-test +1000 +false +\w+ +PreemptLowerPriority$"),
    Step("create serviceaccount robot", r"^serviceaccount/robot created$"),
    Step("create token robot --duration=1h", r"^[\w-]+\.[\w-]+\.[\w-]+$"),
    Step("create token nobody", r'serviceaccounts "nobody" not found', 1),
    Step("create namespace create-other", r"^namespace/create-other created$"),
    Step("create -f {folder}/two.yaml", r"^configmap/first created\nconfigmap/second created$"),
    Step("create -f {folder}/two.yaml", r'configmaps "first" already exists', 1),
    Step("run one --image=nginx --port=80 --labels=a=b --env=KEY=value", r"^pod/one created$"),
    Step("run asked --image=busybox --dry-run=client -o yaml", r"^  - image: busybox$"),
    Step("expose deployment web --port=80 --target-port=8080 --name=exposed", r"^service/exposed exposed$"),
    Step("expose pod one --name=pod-one", r"^service/pod-one exposed$"),
    Step("autoscale deployment web --min=1 --max=5 --cpu-percent=50", r"^horizontalpodautoscaler\.autoscaling/web autoscaled$"),
    Step("get hpa web", r"^NAME +REFERENCE +TARGETS +MINPODS +MAXPODS +REPLICAS +AGE\nweb +Deployment/web +cpu: <unknown>/50% +1 +5 +\d "),
    Step("get horizontalpodautoscalers.v1.autoscaling web -o jsonpath={.spec.targetCPUUtilizationPercentage}", r"^50$"),
    Step("get all", r"^job\.batch/once "),
    Step("delete clusterrole,clusterrolebinding,priorityclass create-test", r'^priorityclass\.scheduling\.k8s\.io "create-test" deleted'),
    Step("delete namespace create-other --wait=false", r'^namespace "create-other" deleted'),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "one.txt").write_text("one line")
    (tmp_path / "some.env").write_text("# a comment\nKEY=value\n")
    documents = [f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n" for name in ("first", "second")]
    (tmp_path / "two.yaml").write_text("---\n".join(documents))
    return str(tmp_path)


@pytest.fixture
def certificate(folder: str) -> None:
    """A key pair, as `kubectl create secret tls` wants it."""
    from k8sviz.up import certificates

    made = certificates.ensure(Path(folder) / "tls")
    (Path(folder) / "tls.crt").write_bytes(made.server.read_bytes())
    (Path(folder) / "tls.key").write_bytes(made.server_key.read_bytes())


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--wait=false")


@pytest.mark.usefixtures("certificate")
def test_generators(kubectl: Kubectl, namespace: str, folder: str) -> None:
    run(kubectl, [step._replace(command=step.command.replace("{folder}", folder)) for step in MADE], namespace)


def test_a_namespace_and_its_first_pod_in_one_go(kubectl: Kubectl) -> None:
    """The pod comes before the service account of its namespace: the API waits for that."""
    for number in range(5):
        named = f"young-{number}"
        done = kubectl("create", "-f", "-", stdin=YOUNG.replace("NAME", named), check=False)
        kubectl("delete", "namespace", named, "--wait=false")
        assert (done.returncode, done.stdout) == (0, f"namespace/{named} created\npod/first created\n"), done.stderr
