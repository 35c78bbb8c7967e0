"""The terminal's answers are kubectl's, byte for byte but for ages: stdout, stderr and exit code.

`commands/` holds the lines: those that only look are run by both against one cluster that stands still.
"""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import Kubectl, Stack, wait_for
from tests.terminal.both import RealKubectl, Terminal, Two, difference

HERE = Path(__file__).parent
STAGE = "stage"
LOOKS = sorted(path.stem for path in (HERE / "commands").glob("*.txt") if path.stem != "changes")
LOOSE = ("events", "top")
"""Commands that set ages, or figures of this very instant, within a table."""
SHUFFLED = "logs -l"
"""Of several pods kubectl writes one after the other, in the order of a map of Go: another one each time."""


@pytest.fixture(scope="module")
def still(stack: Stack, kubectl: Kubectl, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Both, before a cluster with one of everything, whose clock stands still."""
    page = Terminal(stack, STAGE)
    kubectl("create", "namespace", STAGE)
    kubectl("apply", "-n", STAGE, "-f", str(HERE / "scene.yaml"))
    kubectl("taint", "node", "worker-5", "gpu=yes:NoSchedule")
    page.ask("control", {"do": "speed", "speed": 10})
    try:
        wait_for(lambda: is_settled(kubectl), within=120, what="the scene")
    except AssertionError as late:
        raise AssertionError(kubectl("get", "pods,hpa,events", "-o", "wide", "-n", STAGE).stdout) from late
    kubectl("apply", "-n", STAGE, "-f", str(HERE / "bounds.yaml"))
    page.ask("control", {"do": "speed", "speed": 1})
    page.ask("control", {"do": "pause"})
    yield Two(RealKubectl(kubectl, stack, tmp_path_factory.mktemp("still"), STAGE), page)
    page.ask("control", {"do": "play"})
    kubectl("taint", "node", "worker-5", "gpu-")
    kubectl("delete", "namespace", STAGE, "--wait=true", timeout=120)


def is_settled(kubectl: Kubectl) -> bool:
    """All run that can, the job has ended, and the autoscaler has measured."""
    pods = json.loads(kubectl("get", "pods", "-n", STAGE, "-o", "json").stdout)["items"]
    phases = {one["metadata"]["name"]: one["status"]["phase"] for one in pods}
    ends = {"big": "Pending", "pi": "Succeeded"}
    wanted = {name: ends.get(name.partition("-")[0], "Running") for name in phases}
    hpa = json.loads(kubectl("get", "hpa", "web", "-n", STAGE, "-o", "json").stdout)
    told = {one["type"]: one["status"] for one in hpa["status"].get("conditions", ())}
    return len(phases) >= 9 and phases == wanted and told.get("ScalingActive") == "True"


@pytest.mark.parametrize("group", LOOKS)
def test_what_only_looks(still: Two, group: str) -> None:
    lines = [line for line in (HERE / "commands" / f"{group}.txt").read_text().splitlines() if line]
    wrong = []
    for line in lines:
        typed = line if line.startswith(("kubectl ", "cat ", "echo ")) else f"kubectl {line}"
        loose = line.startswith(LOOSE)
        answers = still.real.run(typed), still.ours.run(typed)
        if line.startswith(SHUFFLED):
            answers = answers[0].in_order(), answers[1].in_order()
        if told := difference(typed, *answers, loose=loose):
            wrong.append(told)
    assert not wrong, f"{len(wrong)} of {len(lines)}\n\n" + "\n\n".join(wrong)


def test_the_line_that_fetches_a_kubeconfig(still: Two, stack: Stack, kubectl: Kubectl, tmp_path: Path) -> None:
    """What the terminal does not know, it says; with what it offers instead, the real kubectl works."""
    told = still.ours.ask("terminal", {"text": "kubectl port-forward lone 80"})
    assert told["code"] == 1 and told["hint"], told
    address = f"{stack.url}/c/demo/terminal/kubeconfig"
    assert told["fetch"] == f"curl -so kubeconfig {address} && export KUBECONFIG=$PWD/kubeconfig"
    own = tmp_path / "kubeconfig"
    own.write_bytes(urllib.request.urlopen(address).read())
    assert kubectl("get", "nodes", "-o", "name", env={"KUBECONFIG": str(own)}).stdout.startswith("node/")
