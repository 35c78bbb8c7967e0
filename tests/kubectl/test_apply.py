# ruff: noqa: E501 - the tables have a line for each case
"""apply on both sides, with -k, -R and --prune, and diff, edit, replace, patch: how people change what is there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kubectl.steps import Step, run
from tests.servers import Kubectl

NAMESPACE = "apply"


def deployment(replicas: int = 2, image: str = "nginx:1.25", name: str = "web") -> str:
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, labels: {{app: {name}}}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - {{name: main, image: "{image}"}}
"""


ON_THE_SERVER = [
    Step("apply --server-side -f -", r"^deployment\.apps/web serverside-applied$", 0, deployment()),
    Step("apply --server-side -f -", r"^deployment\.apps/web serverside-applied$", 0, deployment()),
    Step("get deploy web -o jsonpath={.metadata.generation}", r"^1$"),
    Step("get deploy web --show-managed-fields -o jsonpath={.metadata.managedFields[0].manager}:{.metadata.managedFields[0].operation}", r"^kubectl:Apply$"),
    Step("scale deploy web --replicas=4", r"^deployment\.apps/web scaled$"),
    Step("apply --server-side -f -", r'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: \.spec\.replicas', 1, deployment(3)),
    Step("apply --server-side --force-conflicts -f -", r"^deployment\.apps/web serverside-applied$", 0, deployment(3)),
    Step("get deploy web -o jsonpath={.spec.replicas}", r"^3$"),
    Step("set image deploy/web main=nginx:1.26", r"^deployment\.apps/web image updated$"),
    Step("apply --server-side -f -", r'conflict with "kubectl-set" using apps/v1: \.spec\.template\.spec\.containers\[name="main"\]\.image', 1, deployment(3)),
    Step("apply --server-side --field-manager=other -f -", r"^deployment\.apps/web serverside-applied$", 0, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {tier: front}}\n"),
    Step("get deploy web -o jsonpath={.metadata.labels}", r'"app":"web".*"tier":"front"'),
    Step("apply --server-side --field-manager=other -f -", r"serverside-applied$", 0, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"),
    Step("get deploy web -o jsonpath={.metadata.labels}", r'^{"app":"web"}$'),
    Step("apply --server-side --dry-run=server --force-conflicts -f -", r"^deployment\.apps/web serverside-applied \(server dry run\)$", 0, deployment(9)),
    Step("diff --server-side --force-conflicts -f -", r"^\+  replicas: 7$", 1, deployment(7, "nginx:1.26")),
    Step("apply --server-side -f -", r"\.spec\.nope: field not declared in schema", 1, deployment().replace("replicas", "nope")),
]  # fmt: skip
ON_THE_CLIENT = [
    Step("apply -f -", r"^deployment\.apps/local created$", 0, deployment(name="local")),
    Step("apply view-last-applied deploy/local", r"^  replicas: 2$"),
    Step("apply set-last-applied -f - --create-annotation", r"^deployment\.apps/local configured$", 0, deployment(5, name="local")),
    Step("apply edit-last-applied deploy/local", r"^Edit cancelled, no changes made\.$", 0, env={"KUBE_EDITOR": "true"}),
    Step("apply --server-side --force-conflicts -f -", r"^deployment\.apps/local serverside-applied$", 0, deployment(3, name="local")),
    Step("edit deploy local", r"^deployment\.apps/local edited$", env={"KUBE_EDITOR": "sed -i 's/replicas: 3/replicas: 1/'"}),
    Step("get deploy local -o jsonpath={.spec.replicas}", r"^1$"),
    Step("edit deploy local", r"^Edit cancelled, no changes made\.$", env={"KUBE_EDITOR": "true"}),
    Step("replace -f -", r"^deployment\.apps/local replaced$", 0, deployment(2, name="local")),
    Step("replace --force -f -", r"^deployment\.apps/local replaced$", 0, deployment(1, name="local")),
    Step("replace -f -", r'deployments\.apps "nowhere" not found', 1, deployment(name="nowhere")),
    Step("patch deploy local --subresource=scale --type=merge -p {\"spec\":{\"replicas\":2}}", r"patched$"),
    Step("patch deploy local -p {\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"busybox\"}]}}}}", r"patched$"),
    Step("get deploy local -o jsonpath={.spec.template.spec.containers[*].name}", r"^side main$"),
    Step("patch deploy local --type=json -p [{\"op\":\"remove\",\"path\":\"/spec/nope\"}]", r"^The request is invalid: the server rejected our request due to an error in our request$", 1),
    Step("patch deploy local --type=merge -p {\"spec\":{\"replicas\":-1}}", r"spec\.replicas: Invalid value: -1: must be greater than or equal to 0", 1),
]  # fmt: skip
FOLDERS = [
    Step("apply -k {folder}/kustom", r"^configmap/site-settings-\w+ created\ndeployment\.apps/site-web created$|^configmap/site-settings-\w+ created$"),
    Step("get deploy site-web -o jsonpath={.metadata.labels.team}", r"^blue$"),
    Step("apply -R -f {folder}/deep", r"^configmap/(one|two) created\nconfigmap/(one|two) created$"),
    Step("apply -f {folder}/deep", r"^configmap/one unchanged$"),
    Step("apply --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap -f {folder}/pruned/both.yaml", r"^configmap/kept created\nconfigmap/goes created$"),
    Step("apply --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap -f {folder}/pruned/one.yaml", r"^configmap/kept unchanged\nconfigmap/goes pruned$"),
    Step("get configmap goes", r'configmaps "goes" not found', 1),
    Step("delete -k {folder}/kustom", r'^deployment\.apps "site-web" deleted'),
]  # fmt: skip


def config_map(name: str, **labels: str) -> str:
    listed = "".join(f", {key}: {value}" for key, value in labels.items())
    return (
        f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, labels: {{of: test{listed}}}}}\ndata: {{a: b}}\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> str:
    files = {
        "kustom/kustomization.yaml": (
            "resources: [web.yaml]\nnamePrefix: site-\nlabels: [{pairs: {team: blue}}]\n"
            "configMapGenerator: [{name: settings, literals: [a=b]}]\n"
        ),
        "kustom/web.yaml": deployment(),
        "deep/one.yaml": config_map("one"),
        "deep/deeper/two.yaml": config_map("two"),
        "pruned/both.yaml": config_map("kept", set="pruned") + "---\n" + config_map("goes", set="pruned"),
        "pruned/one.yaml": config_map("kept", set="pruned"),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return str(tmp_path)


@pytest.fixture
def namespace(kubectl: Kubectl) -> Iterator[str]:
    kubectl("create", "namespace", NAMESPACE)
    yield NAMESPACE
    kubectl("delete", "namespace", NAMESPACE, "--timeout=60s", timeout=90)


@pytest.mark.parametrize("steps", [ON_THE_SERVER, ON_THE_CLIENT, FOLDERS], ids=["server", "client", "folders"])
def test_apply(kubectl: Kubectl, namespace: str, folder: str, steps: list[Step]) -> None:
    run(kubectl, [step._replace(command=step.command.replace("{folder}", folder)) for step in steps], namespace)
