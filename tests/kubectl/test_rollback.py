"""What the page's history offers as the way back does what the machine's own `kubectl rollout undo` does."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any

import pytest

from tests.servers import ROOT, Kubectl, Stack

KINDS = {"deployments": "", "statefulsets": "  serviceName: web\n", "daemonsets": ""}
TYPES = {"application/json-patch+json": "json", "application/strategic-merge-patch+json": "strategic"}
OWN = ("deployment.kubernetes.io/revision", "deprecated.daemonset.template.generation")


def manifest(plural: str, name: str, image: str, cause: str) -> str:
    kind = {"deployments": "Deployment", "statefulsets": "StatefulSet", "daemonsets": "DaemonSet"}[plural]
    return f"""\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
  annotations: {{kubernetes.io/change-cause: {cause}, team: {cause}}}
spec:
{KINDS[plural]}  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}, tier: web}}}}
    spec: {{containers: [{{name: main, image: "{image}"}}]}}
"""


def revisions(stack: Stack, plural: str, name: str, namespace: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{stack.url}/c/demo/workload/{plural}.apps/{namespace}/{name}/history.json") as answer:
        found: list[dict[str, Any]] = json.loads(answer.read())["revisions"]
    return found


def until_kept(stack: Stack, plural: str, name: str, revision: int, namespace: str = "back") -> list[dict[str, Any]]:
    for _ in range(60):
        held = revisions(stack, plural, name, namespace)
        if any(one["revision"] == revision for one in held):
            return held
        time.sleep(0.25)
    raise AssertionError(f"{plural} {name} never came to revision {revision}: {held}")


def test_both_ways_back_are_one(kubectl: Kubectl, stack: Stack) -> None:
    kubectl("create", "namespace", "back")
    for plural in KINDS:
        for name in ("theirs", "ours"):
            kubectl("apply", "-n", "back", "-f", "-", stdin=manifest(plural, name, "nginx:1.27", "first"))
            until_kept(stack, plural, name, 1)
            kubectl("apply", "-n", "back", "-f", "-", stdin=manifest(plural, name, "nginx:1.28", "second"))
            held = until_kept(stack, plural, name, 2)
        kubectl("rollout", "undo", "-n", "back", f"{plural}/theirs", "--to-revision=1")
        undo = next(one["undo"] for one in held if one["revision"] == 1)
        patch = json.dumps(undo["patch"])
        kubectl("patch", "-n", "back", plural, "ours", f"--type={TYPES[undo['contentType']]}", "-p", patch)
        bodies = [
            json.loads(kubectl("get", "-n", "back", plural, name, "-o", "json").stdout) for name in ("theirs", "ours")
        ]
        specs = [json.dumps(one["spec"]).replace("theirs", "ours") for one in bodies]
        assert specs[0] == specs[1], plural
        notes = [dict(one["metadata"]["annotations"]) for one in bodies]
        notes = [
            {name: text.replace("theirs", "ours") for name, text in one.items() if name not in OWN} for one in notes
        ]
        assert notes[0] == notes[1], plural
        until_kept(stack, plural, "ours", 3)
    kubectl("delete", "namespace", "back", "--wait=false")


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("undo", "cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again"),
        ("restart", "can't restart paused deployment (run rollout resume first)"),
    ],
)
def test_the_page_refuses_in_kubectls_words(kubectl: Kubectl, stack: Stack, verb: str, words: str) -> None:
    name = f"paused-{verb}"
    kubectl("create", "deployment", name, "--image=nginx:1.27")
    until_kept(stack, "deployments", name, 1, "default")
    kubectl("set", "image", f"deployment/{name}", "nginx=nginx:1.28")
    until_kept(stack, "deployments", name, 2, "default")
    kubectl("rollout", "pause", f"deployment/{name}")
    done = kubectl("rollout", verb, f"deployment/{name}", check=False)
    assert done.returncode and words in done.stdout + done.stderr
    source = (ROOT / "static" / "src" / "workloads" / "acts.ts").read_text()
    assert words in source
    kubectl("delete", "deployment", name)
