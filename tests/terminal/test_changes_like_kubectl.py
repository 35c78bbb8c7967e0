"""What changes something: each line is run by kubectl and by the terminal, in two namespaces that are alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import Kubectl, Stack, wait_for
from tests.terminal.both import Answer, RealKubectl, Terminal, Two, difference

CHANGES = Path(__file__).parent / "commands" / "changes.txt"
TWINS = ("twin-one", "twin-two")
REVISION = "deployment.kubernetes.io/revision"


@pytest.fixture
def twins(stack: Stack, kubectl: Kubectl, tmp_path: Path) -> Iterator[Two]:
    for name in TWINS:
        kubectl("create", "namespace", name)
    yield Two(RealKubectl(kubectl, stack, tmp_path, TWINS[0]), Terminal(stack, TWINS[1]))
    for name in TWINS:
        kubectl("delete", "namespace", name, "--wait=true", timeout=120)


def test_what_changes_something(twins: Two, kubectl: Kubectl) -> None:
    records = CHANGES.read_text().rstrip("\n").split("\n%%\n")
    wrong = []
    for record in records:
        real, ours = twins.real.run(record), twins.ours.run(record)
        wait_for(lambda: is_heard(kubectl), within=30, what="the controllers")
        if told := difference(record, alike(real), alike(ours)):
            wrong.append(told)
    assert not wrong, f"{len(wrong)} of {len(records)}\n\n" + "\n\n".join(wrong)


def is_heard(kubectl: Kubectl) -> bool:
    """Whether the deployment controller has taken up what both twins were told: what comes next may depend on it."""
    held = json.loads(kubectl("get", "deployments,replicasets", "-A", "-o", "json").stdout)["items"]
    held = [one for one in held if one["metadata"]["namespace"] in TWINS]
    causes = {
        (one["metadata"]["namespace"], one["metadata"].get("annotations", {}).get(REVISION)): cause(one)
        for one in held
        if one["kind"] == "ReplicaSet"
    }
    for one in held:
        meta = one["metadata"]
        if one["kind"] != "Deployment":
            continue
        if one["status"].get("observedGeneration") != meta["generation"]:
            return False
        place = meta["namespace"], meta.get("annotations", {}).get(REVISION)
        if causes.get(place) != cause(one):
            return False
    return True


def cause(of: dict[str, Any]) -> str | None:
    found: str | None = of["metadata"].get("annotations", {}).get("kubernetes.io/change-cause")
    return found


def alike(answer: Answer) -> Answer:
    """The answer with the same name for either namespace."""
    for name in TWINS:
        answer = Answer(answer.out.replace(name, "@"), answer.err.replace(name, "@"), answer.code)
    return answer


def test_a_rollout_is_followed_to_its_end(twins: Two) -> None:
    twins.ours.run("kubectl create deployment web --image=nginx --replicas=2")
    told = twins.ours.run("kubectl rollout status deployment/web --timeout=90s")
    assert told.code == 0 and told.out.endswith('deployment "web" successfully rolled out\n'), told
    gone = twins.ours.run("kubectl delete deployment web")
    assert gone == Answer('deployment.apps "web" deleted\n', "", 0)


def test_what_is_deleted_is_waited_for(twins: Two) -> None:
    twins.ours.run('kubectl run lone --image=nginx --overrides=\'{"spec":{"terminationGracePeriodSeconds":1}}\'')
    twins.ours.run("kubectl wait --for=condition=Ready pod/lone --timeout=60s")
    assert twins.ours.run("kubectl delete pod lone") == Answer('pod "lone" deleted\n', "", 0)
    assert "not found" in twins.ours.run("kubectl get pod lone").err


HELD = """apply -f - <<EOF
apiVersion: v1
kind: Pod
metadata: {name: held, labels: {twin: NAMESPACE}, finalizers: [example.com/hold]}
spec: {nodeName: worker-2, terminationGracePeriodSeconds: 1, containers: [{name: main, image: nginx}]}
EOF"""
DRAIN = "drain worker-2 --force --ignore-daemonsets --pod-selector=twin=NAMESPACE"
TOO_LATE = [
    "delete pod held --timeout=2s",
    f"{DRAIN} --timeout=2s",
    f"{DRAIN} --timeout=2s --disable-eviction",
    f"{DRAIN} --timeout=-2s",
]


def test_what_is_waited_for_too_long(twins: Two, kubectl: Kubectl) -> None:
    wrong = []
    try:
        for line in [HELD, *TOO_LATE]:
            answers = []
            for one, name in zip(twins, TWINS, strict=True):
                answers.append(alike(one.run(f"kubectl {line.replace('NAMESPACE', name)}")))
                kubectl("uncordon", "worker-2")
            if told := difference(line, *answers):
                wrong.append(told)
    finally:
        for name in TWINS:
            kubectl("patch", "pod", "held", "-n", name, "-p", '{"metadata":{"finalizers":null}}')
    assert not wrong, "\n\n".join(wrong)
