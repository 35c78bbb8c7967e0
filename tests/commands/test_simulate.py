"""`manage.py simulate`: what it prints, what it says about bad input and where, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.commands.conftest import Run
from tests.servers import ROOT

File = Callable[..., Path]
GUESTBOOK = ROOT.parent / "shared" / "manifests" / "docs" / "application" / "guestbook"

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: nginx
          image: nginx:1.27
"""
POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: alone
spec:
  containers:
    - name: main
      image: busybox:1.36
      command: [sleep, "3"]
  restartPolicy: Never
"""


YOUNG = f"""\
apiVersion: v1
kind: Namespace
metadata: {{name: young}}
---
{POD.replace("name: alone", "name: alone" + chr(10) + "  namespace: young")}"""


def pods(text: str) -> dict[str, Any]:
    items = json.loads(text)["items"]
    return {
        one["metadata"]["name"]: one
        for one in items
        if one["kind"] == "Pod" and one["metadata"]["namespace"] == "default"
    }


# --- output ------------------------------------------------------------------------------------------------------


def test_the_table_is_the_default(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(DEPLOYMENT), "--nodes", 2)
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("after 600 s of virtual time, ")
    lines = done.out.splitlines()
    assert "default     web    2/2     2            2           10m" in lines
    assert sum("1/1     Running" in line for line in lines) == 2
    assert "kube-system" not in done.out


def test_json_and_yaml_are_the_same_list(run: Run, file: File) -> None:
    source = file(DEPLOYMENT)
    first = json.loads(run("simulate", "-f", source, "--nodes", 2, "-o", "json").out)
    second = yaml.safe_load(run("simulate", "-f", source, "--nodes", 2, "-o", "yaml").out)
    assert (first["kind"], first["apiVersion"]) == ("List", "v1")
    assert first == second
    kinds = {one["kind"] for one in first["items"]}
    assert {"Pod", "Deployment", "ReplicaSet", "Node", "Event", "Namespace", "Lease"} <= kinds
    assert all(one["apiVersion"] and one["metadata"]["uid"] for one in first["items"])


def test_the_trace_tells_each_change_with_its_cause(run: Run, file: File) -> None:
    lines = run("simulate", "-f", file(DEPLOYMENT), "--nodes", 2, "-o", "trace").out.splitlines()
    first, second = lines[0], lines[1]
    assert first.lstrip().startswith("0.000s ")
    assert first.endswith("kubectl apply: kubectl applied Deployment web.")
    revision = first.split()[1]
    assert "deployment-controller getNewReplicaSet" in second
    assert second.endswith(f"<- {revision}")
    instants = [float(line.split("s ", 1)[0]) for line in lines]
    assert instants == sorted(instants)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(run: Run, file: File) -> None:
    source = file(DEPLOYMENT)
    once, twice, other = (run("simulate", "-f", source, "-o", "json", "--seed", seed).out for seed in (7, 7, 8))
    assert once == twice
    assert once != other


def test_a_list_that_was_printed_goes_in_again(run: Run, file: File) -> None:
    before = run("simulate", "-f", file(DEPLOYMENT), "--nodes", 2, "-o", "json")
    after = run("simulate", "-f", file(before.out, "list.json"), "--nodes", 2, "-o", "json")
    assert (after.status, after.err) == (0, "")
    first, second = pods(before.out), pods(after.out)
    assert first.keys() == second.keys() and len(first) == 2
    for name, pod in first.items():
        again = second[name]
        assert again["metadata"]["uid"] == pod["metadata"]["uid"]
        assert again["spec"]["nodeName"] == pod["spec"]["nodeName"]
        assert again["status"]["phase"] == "Running"
    third = run("simulate", "-f", file(before.out, "list.json"), "--nodes", 2, "-o", "json")
    assert third.out == after.out


# --- input -------------------------------------------------------------------------------------------------------


def test_stdin(run: Run) -> None:
    done = run("simulate", "-f", "-", "-o", "json", stdin=POD.encode())
    assert pods(done.out)["alone"]["status"]["phase"] == "Succeeded"


def test_a_folder_and_several_files(run: Run, file: File) -> None:
    folder = file(DEPLOYMENT, "all/web.yaml").parent
    file(POD, "all/deeper/pod.yml")
    file("not: a manifest", "all/notes.txt")
    assert len(pods(run("simulate", "-f", folder, "-o", "json").out)) == 3
    twice = run("simulate", "-f", folder / "web.yaml", folder / "deeper" / "pod.yml", "-o", "json")
    assert len(pods(twice.out)) == 3


def test_documents_without_content_are_skipped(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(f"---\n# nothing\n---\n{POD}---\n"), "-o", "json")
    assert list(pods(done.out)) == ["alone"]


def test_an_object_that_is_given_twice_is_replaced(run: Run, file: File) -> None:
    two = DEPLOYMENT.replace("replicas: 2", "replicas: 1")
    assert len(pods(run("simulate", "-f", file(f"{DEPLOYMENT}---\n{two}"), "-o", "json").out)) == 1


def test_the_guestbook(run: Run) -> None:
    if not GUESTBOOK.is_dir():
        pytest.skip(f"{GUESTBOOK} is not there")
    done = run("simulate", "-f", GUESTBOOK, "--until", "5m", "-o", "json")
    assert (done.status, done.err) == (0, "")
    found = pods(done.out)
    names = sorted(name.rsplit("-", 2)[0] for name in found)
    assert names == ["frontend", "frontend", "frontend", "redis-follower", "redis-follower", "redis-leader"]
    assert {pod["status"]["phase"] for pod in found.values()} == {"Running"}


# --- the cluster -------------------------------------------------------------------------------------------------

TOPOLOGY = """\
nodes:
  - {name: small, cpu: "1", memory: 1Gi, zone: zone-a}
  - {name: large, count: 2, cpu: "8", memory: 32Gi, labels: {disk: ssd}, taints: ["dedicated=gpu:NoSchedule"]}
"""


def test_a_topology(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(POD), "--topology", file(TOPOLOGY, "topology.yaml"), "-o", "json")
    nodes = {one["metadata"]["name"]: one for one in json.loads(done.out)["items"] if one["kind"] == "Node"}
    assert set(nodes) == {"control-plane", "small", "large-1", "large-2"}
    assert nodes["large-1"]["metadata"]["labels"]["disk"] == "ssd"
    assert nodes["large-1"]["spec"]["taints"] == [{"key": "dedicated", "value": "gpu", "effect": "NoSchedule"}]
    assert pods(done.out)["alone"]["spec"]["nodeName"] == "small"


def test_the_demo_cluster_unless_one_says_otherwise(run: Run, file: File) -> None:
    def nodes(*more: object) -> int:
        items = json.loads(run("simulate", "-f", file(POD), "-o", "json", "--until", "1s", *more).out)["items"]
        return sum(one["kind"] == "Node" for one in items)

    assert nodes() == 6
    assert nodes("--nodes", 3) == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nodes: must be a list with at least one node"),
        ("nodes: []", "nodes: must be a list with at least one node"),
        ("nodes: [{}]", "nodes[0].name: must be a DNS name"),
        ("nodes: [{name: a, cpu: lots}]", "nodes[0].cpu: "),
        ("nodes: [{name: a, cpu: 0}]", "nodes[0].cpu: must be more than 0"),
        ("nodes: [{name: a, colour: red}]", "nodes[0].colour: unknown field"),
        ("nodes: [{name: a}, {name: a}]", 'the name "a" is given twice'),
        ("nodes: [{name: a, taints: [nonsense]}]", "nodes[0].taints[0]: must be key=value:Effect"),
        ("nodes: [{name: a, count: 1000000}]", "nodes[0].count: must be a whole number"),
        ("nodes: [{name: control-plane}]", "the name of the control plane"),
        ("a: [", "line 1"),
        ("\x00", "topology.yaml"),
        (b"\xff\xfe\xff", "topology.yaml"),
        ("a: &a [*a]", "nodes"),
    ],
)
def test_a_bad_topology(run: Run, file: File, text: str | bytes, words: str) -> None:
    path = file(text, "topology.yaml")
    done = run("simulate", "-f", file(POD), "--topology", path)
    assert done.status == 2
    assert words in done.err
    assert str(path) in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    ("text", "length"), [("90s", 90.0), ("1h30m", 5400.0), ("500ms", 0.5), ("1.5m", 90.0), ("0s", 0.0)]
)
def test_durations(text: str, length: float) -> None:
    from simulator.management.commands.simulate import duration

    assert duration(text) == length * 1_000_000


# --- the exit status ---------------------------------------------------------------------------------------------


def test_what_is_still_due_is_told(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(DEPLOYMENT), "--until", "1s")
    assert done.status == 3
    assert done.err.strip() == "not settled after 1s: something is still due"
    assert "ContainerCreating" in done.out, "what there is by then is shown all the same"


def test_a_pod_waits_for_the_service_account_of_its_namespace(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(YOUNG), "--nodes", 1, "-o", "trace")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    [account] = [number for number, line in enumerate(lines) if "ADDED    serviceaccounts young/default" in line]
    [pod] = [number for number, line in enumerate(lines) if "ADDED    pods young/alone" in line]
    assert account < pod and lines[pod].lstrip().startswith("0.150s ")


def test_it_waits_no_longer_than_the_run_and_not_for_other_troubles(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(YOUNG), "--nodes", 1, "--until", "1ms")
    assert (done.status, done.out) == (2, "")
    assert 'error looking up service account young/default: serviceaccount "default" not found' in done.err
    done = run("simulate", "-f", file(f"{YOUNG}---\n{POD.replace('Never', 'Sometimes')}"), "--nodes", 1)
    assert (done.status, len(done.err.splitlines())) == (2, 1)
    assert 'document 3, line 26: spec.restartPolicy: Unsupported value: "Sometimes"' in done.err


def command(*arguments: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    words = [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)]
    return subprocess.run(words, input=stdin, capture_output=True, cwd=ROOT, timeout=60)


def test_as_a_process_it_needs_no_server_and_writes_no_database(file: File, tmp_path: Path) -> None:
    done = command("simulate", "-f", "-", "--nodes", 1, "-o", "json", stdin=POD.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert pods(done.stdout.decode())["alone"]["status"]["phase"] == "Succeeded"
    bad = command("simulate", "-f", file("a: ["))
    assert (bad.returncode, bad.stdout) == (2, b"")
    assert b"Traceback" not in bad.stderr
    both = command("simulate", "-f", file(POD), "--nodes", "1", "--topology", "x")
    assert both.returncode == 2
    assert b"not allowed with" in both.stderr


def test_a_reader_that_has_seen_enough_is_no_error(file: File) -> None:
    """As in `manage.py simulate ... | head -1`."""
    words = [sys.executable, str(ROOT / "manage.py"), "simulate", "-f", str(file(DEPLOYMENT)), "-o", "trace"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdout and process.stderr
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 141
