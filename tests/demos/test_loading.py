"""What is wrong with a demo's folder is said with file, line and field."""

import pytest

from simulator.demos import loading

HEAD = """title: A
summary: B
minutes: 5
"""
POD = b"""apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: main, image: nginx}]}
"""


def _steps(*lines: str) -> str:
    return (
        "\n".join(["steps:", "  - title: T", "    notes: Words", "    say: S", *(f"    {line}" for line in lines)])
        + "\n"
    )


def said(text: str, **files: bytes) -> list[str]:
    given = {"demo.yaml": text.encode()} | {f"{name}.yaml": body for name, body in files.items()}
    return [str(one) for one in loading.load(given, source="mine").troubles]


def test_a_small_demo_is_read() -> None:
    text = HEAD + _steps("do:", "  - apply: pod.yaml", "  - wait: {kind: Pod, name: web}")
    found = loading.load({"demo.yaml": text.encode(), "pod.yaml": POD}, source="mine")
    assert found.troubles == [] and found.demo is not None
    assert found.demo.title == {"en": "A", "zh-hans": "A"} and len(found.demo.steps[0].do) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: A\nsummary: B\nminutes: 5\n", "mine/demo.yaml, line 1: steps: the field is required"),
        ("title: [\n", "mine/demo.yaml, line 2: yaml"),
        ("- a\n", "mine/demo.yaml, line 1: must be a map"),
        (HEAD + "steps: []\n", "line 4: steps: must hold at least one step"),
        (HEAD + "colour: red\n" + _steps(), "line 4: colour: unknown field"),
        (HEAD + "title: again\n" + _steps(), "line 4: title: the field is said twice"),
        (HEAD.replace("5", "lots") + _steps(), "line 3: minutes: must be a whole number"),
        (HEAD + "cluster: {nodes: [{name: a, cpu: x}]}\n" + _steps(), "line 4: cluster.nodes[0].cpu: quantities must"),
        (HEAD + "cluster: {latency: slow}\n" + _steps(), "line 4: cluster.latency: must be one of: realistic"),
        (HEAD + _steps("do: [{apply: pod.yml}]"), 'line 8: steps[0].do[0].apply: there is no file "pod.yml"'),
        (HEAD + _steps("do: [{jump: 1}]"), "line 8: steps[0].do[0]: must say exactly one of: apply, patch"),
        (HEAD + _steps("do: [{run: soon}]"), "line 8: steps[0].do[0].run: must be a duration"),
        (HEAD + _steps("do: [{wait: {kind: Pot}}]"), "line 8: steps[0].do[0].wait.kind: must be a kind"),
        (
            HEAD + _steps("do:", "  - wait: {kind: Pod, where: {status..x: 1}}"),
            "line 9: steps[0].do[0].wait.where.status..x: the path cannot be read",
        ),
        (
            HEAD + _steps("do:", "  - wait:", "      any: [{kind: Pod, count: {above: many}}]"),
            "line 10: steps[0].do[0].wait.any[0].count.above: must be a number",
        ),
        (HEAD + _steps("do: [{scale: pods/default/a, replicas: 2}]"), "steps[0].do[0].scale: a Pod cannot be scaled"),
        (
            HEAD + _steps("do: [{patch: pods/a, with: {}}]"),
            "steps[0].do[0].patch: must be written as pods/namespace/name",
        ),
        (HEAD + _steps("do:", "  - fault: {type: Flood}"), "line 9: steps[0].do[0].fault.type: Unsupported value"),
        (HEAD + _steps("do: [{fault: {kind: NodeCrash}}]"), "steps[0].do[0].fault"),
        (HEAD + _steps("spotlight: [{part: tail}]"), "line 8: steps[0].spotlight[0].part: must be one of"),
        (HEAD + _steps("look: {view: cinema}"), "line 8: steps[0].look.view: must be one of: map"),
        (HEAD + _steps("then: [{run: 1s}]"), "line 8: steps[0].then: comes after a question"),
        (
            HEAD + _steps("predict: {question: Q, why: W, choices: [a, b]}"),
            "line 8: steps[0].predict.answer: must be the number of the right choice",
        ),
        (
            HEAD + _steps("predict: {question: Q, why: W, choices: [a, b], answer: 1}"),
            "line 8: steps[0].predict.check: must be a condition that shows",
        ),
        (
            HEAD + _steps("predict: {question: Q, why: W, choices: [a, b], answer: 3, check: {kind: Pod}}"),
            "line 8: steps[0].predict.answer: must be a whole number from 1 to 2",
        ),
        (
            HEAD + _steps("predict: {question: Q, why: W, answer: 1, choices: [a, {text: b, right: {kind: Pod}}]}"),
            "line 8: steps[0].predict.choices: must each have `right`, or none of them",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, expected: str) -> None:
    told = said(text)
    assert any(expected in one for one in told), told


def test_a_manifest_with_an_error_is_told_with_its_own_line() -> None:
    told = said(HEAD + _steps("do: [{apply: pod.yaml}]"), pod=POD.replace(b"image:", b"imagine:"))
    assert told == [
        'mine/pod.yaml, document 1, line 4: spec.containers[0].imagine: unknown field "spec.containers[0].imagine"'
    ]


def test_a_manifest_that_nothing_applies_is_told() -> None:
    assert said(HEAD + _steps(), pod=POD) == ["mine/pod.yaml: no step applies it"]


def test_a_folder_without_a_script_says_which_file_is_missing() -> None:
    assert [str(one) for one in loading.load({}, source="mine").troubles] == [
        "mine/demo.yaml: the file is missing: it says what the demo is and does"
    ]
