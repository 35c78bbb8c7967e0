"""A demo that does not go as it tells fails where it does not, and `manage.py demo` says so by its exit status."""

from pathlib import Path

import pytest
from django.core.management import call_command

from simulator.demos import loading
from simulator.demos.rehearsal import rehearse
from simulator.manifests import Place

POD = """apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: main, image: nginx}]}
"""
FINE = "{kind: Pod, name: web, where: {status.phase: Running}}"


def _demo(*steps: str) -> str:
    parts = [f"  - {{title: T, notes: Words, say: S, {step}}}" for step in steps]
    return "\n".join(["title: A", "summary: B", "minutes: 5", "steps:", *parts]) + "\n"


def failures(*steps: str) -> list[str]:
    given = {"demo.yaml": _demo("do: [{apply: pod.yaml}]", *steps).encode(), "pod.yaml": POD.encode()}
    found = loading.load(given, source="mine")
    assert found.demo is not None, found.troubles
    return [str(one) for step in rehearse(found.demo, Place("mine/demo.yaml")) for one in step.failures]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (f"do: [{{wait: {FINE}}}], spotlight: [pods/default/web, {{kind: Node, name: worker-1, part: cpu}}]", ""),
        (
            "do: [{wait: {kind: Pod, name: other}, for: 10s}]",
            "did not come true within 10s of virtual time: Pod other: 0",
        ),
        ("do: [{delete: pods/default/none}]", 'steps[1].do[0]: pods "none" not found'),
        ("do: [{patch: pods/default/web, with: {spec: {nodeName: x}}}]", "steps[1].do[0]: Pod"),
        ("do: [{patch: pods/default/web, with: {spec: 5}}]", "steps[1].do[0]: "),
        ("look: {select: pods/default/none}", "steps[1].look.select: there is no Pod none"),
        ("spotlight: [{kind: Pod, labels: {app: x}}]", "steps[1].spotlight[0]: there is no Pod app=x"),
        (
            "predict: {question: Q, why: W, choices: [a, b], answer: 1, check: {kind: Pod, name: x}}",
            "check of the answer",
        ),
        (
            "predict: {question: Q, why: W, choices: [{text: a, right: {kind: Pod}}, {text: b, right: {kind: Pod}}]}",
            "exactly one choice must be right at the end of the step, not 1, 2",
        ),
        (
            "predict: {question: Q, why: W, answer: 2,"
            " choices: [{text: a, right: {kind: Node}}, {text: b, right: {kind: Job}}]}",
            "choice 1 is right at the end of the step, not 2",
        ),
        ("do: [{fault: {type: NodeCrash, target: {nodeName: worker-1}}, name: f}, {run: 1m}, {speed: 2}]", ""),
    ],
)
def test_what_fails_is_told(step: str, expected: str) -> None:
    told = failures(step)
    assert any(expected in one for one in told) if expected else told == []


def test_the_names_that_a_controller_drew_are_found_by_their_beginning() -> None:
    files = {
        "demo.yaml": _demo(
            "do: [{apply: pod.yaml}, {wait: {kind: Pod, prefix: web-, where: {status.phase: Running}, count: 2}}]",
            "do: [{delete: pods/default/web-*}, {wait: {event: {reason: Killing, about: {kind: Pod, prefix: web-}}}}]",
            "do: [{scale: deployments.apps/default/web, replicas: 0}, {wait: {not: {kind: Pod, prefix: web-}}}]",
        ).encode(),
        "pod.yaml": b"""apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: nginx}]}
""",
    }
    found = loading.load(files, source="mine")
    assert found.demo is not None, found.troubles
    went = list(rehearse(found.demo, Place("mine/demo.yaml")))
    assert [step.failures for step in went] == [[], [], []]


def _folder(path: Path, *steps: str) -> str:
    (path / "demo.yaml").write_text(_demo("do: [{apply: pod.yaml}]", *steps))
    (path / "pod.yaml").write_text(POD)
    return str(path)


@pytest.mark.parametrize(
    ("steps", "status", "told"),
    [
        ([], 0, "ok"),
        (["do: [{delete: pods/default/none}]"], 1, "FAILED"),
        (["do: [{delete: pots/default/none}]"], 2, ""),
    ],
)
def test_the_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], steps: list[str], status: int, told: str
) -> None:
    where = _folder(tmp_path, *steps)
    if status:
        with pytest.raises(SystemExit) as ended:
            call_command("demo", where)
        assert ended.value.code == status
    else:
        call_command("demo", where)
    assert told in capsys.readouterr().out


def test_a_name_that_is_no_demo_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("demo", "nothing-of-this-name")
    assert ended.value.code == 2
    assert "there is no such demo and no such folder" in capsys.readouterr().err
