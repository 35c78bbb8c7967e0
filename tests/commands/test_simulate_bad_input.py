"""`manage.py simulate` and bad input: what is wrong, and where it stands; nothing is simulated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.commands.test_simulate import DEPLOYMENT, POD

File = Callable[..., Path]

BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{here}: &{here} [{', '.join([f'*{before}'] * 10)}]\n" for before, here in zip("abcdefgh", "bcdefghi", strict=True)
)
BAD: dict[str, tuple[str | bytes, list[str]]] = {
    "an unknown kind": (
        "apiVersion: v1\nkind: Podd\nmetadata: {name: a}\n",
        ['document 1, line 1: kind: no matches for kind "Podd" in version "v1"']),
    "an unknown version": (
        "apiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: a}\n",
        ['no matches for kind "Deployment" in version "apps/v1beta1"']),
    "no kind": ("apiVersion: v1\nmetadata: {name: a}\n", ["document 1", "kind: the field is required"]),
    "no apiVersion": ("kind: Pod\nmetadata: {name: a}\n", ["apiVersion: the field is required"]),
    "no name": (
        POD.replace("  name: alone\n", "  labels: {}\n", 1), ["metadata.name: name or generateName is required"]),
    "an unknown field": (
        POD.replace("image:", "imagee:"),
        ["document 1, line 8: spec.containers[0].imagee", 'unknown field "spec.containers[0].imagee"']),
    "a wrong type": (
        f"{POD}---\n{DEPLOYMENT.replace('replicas: 2', 'replicas: two')}",
        ["document 2, line 17: spec.replicas", "cannot unmarshal string"]),
    "a wrong value": (
        POD.replace("Never", "Sometimes"),
        ["document 1, line 10: spec.restartPolicy", 'Unsupported value: "Sometimes"']),
    "a missing value": (POD.replace("      image: busybox:1.36\n", ""), ["spec.containers[0].image: Required value"]),
    "a selector that matches nothing": (
        DEPLOYMENT.replace("labels: {app: web}", "labels: {app: other}"),
        ["document 1, line 11: spec.template.metadata.labels", "`selector` does not match template `labels`"]),
    "a name that is no DNS name": (POD.replace("alone", "Not_A_Name"), ["line 4: metadata.name", "lowercase RFC 1123"]),
    "a name that is too long": (POD.replace("alone", "a" * 254), ["line 4: metadata.name", "no more than 253"]),
    "a namespace that is not there": (
        POD.replace("name: alone", "name: alone\n  namespace: nowhere"), ['namespaces "nowhere" not found']),
    "YAML that is none": ("a: [1\nb: }\n", ["document 1, line 2: yaml: line 2:"]),
    "a tab": ("a:\n\t- b\n", ["line 2", "found character that cannot start any token"]),
    "the second document": (f"{POD}---\na: [1\nb: }}\n", ["document 2", "yaml: line"]),
    "JSON that is none": ("{\"a\": ", ["yaml: line"]),
    "text": ("hello", ["the document is not an object"]),
    "a number": ("5", ["the document is not an object"]),
    "a repeated key": (POD + "kind: Pod\n", ["kind"]),
    "not UTF-8": (b"a: 1\nb: \xff\n", ["line 2: the text is not valid UTF-8"]),
    "a control character": ("a: \x07", ["yaml"]),
    "a YAML bomb": (BOMB, ["yaml: document contains excessive aliasing"]),
    "a deep document": ("[" * 5000, ["yaml"]),
    "nothing": ("", ["no objects in there"]),
    "only comments": ("# later\n---\n", ["no objects in there"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_told_with_its_place(run: Run, file: File, text: str | bytes, words: list[str]) -> None:
    path = file(text)
    done = run("simulate", "-f", path, "--nodes", 1)
    assert done.status == 2
    assert done.out == "", "nothing is simulated"
    for one in [str(path), *words]:
        assert one in done.err
    assert "Traceback" not in done.err and len(done.err) < 2000


def test_every_error_is_told_not_only_the_first(run: Run, file: File) -> None:
    bad = POD.replace("image:", "imagee:").replace("restartPolicy", "restartPolicyy")
    done = run("simulate", "-f", file(f"{bad}---\n{bad}"), file("a: [", "other.yaml"), "--nodes", 1)
    assert done.status == 2
    assert len(done.err.strip().splitlines()) == 5


def test_a_json_file_has_errors_in_the_words_of_go(run: Run, file: File) -> None:
    done = run("simulate", "-f", file('{"apiVersion": "v1", }', "pod.json"))
    assert (done.status, done.out) == (2, "")
    assert "invalid character '}' looking for beginning of object key string" in done.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name at least one file or folder with -f"),
        (["-f", "missing.yaml"], "missing.yaml: No such file or directory"),
        (["-f", "FILE", "--until", "soon"], '--until: "soon" is no duration; write for example 90s, 10m or 1h30m'),
        (["-f", "FILE", "--until", ""], "--until"),
        (["-f", "FILE", "--until=-5s"], "--until"),
        (["-f", "FILE", "--until", "5"], "--until"),
        (["-f", "FILE", "--until", "5s!"], "--until"),
        (["-f", "FILE", "--until", "99999999999999h"], "--until: at most"),
        (["-f", "FILE", "--until", "9" * 400 + "h"], "--until: at most"),
        (["-f", "FILE", "--nodes", "0"], "--nodes: give a number from 1 to 15000"),
        (["-f", "FILE", "--nodes", "15001"], "--nodes: give a number from 1 to 15000"),
        (["-f", "FILE", "--topology", "missing.yaml"], "missing.yaml: No such file or directory"),
        (["-f", "FILE", "--topology", "/"], "/: Is a directory"),
    ],
)
def test_bad_arguments(run: Run, file: File, arguments: list[str], words: str) -> None:
    source = str(file(POD))
    done = run("simulate", *(source if one == "FILE" else one for one in arguments))
    assert done.status == 2
    assert words in done.err
    assert done.out == ""


def test_a_folder_without_manifests(run: Run, file: File) -> None:
    folder = file("hello", "texts/notes.txt").parent
    done = run("simulate", "-f", folder)
    assert (done.status, done.err.strip()) == (2, f"{folder}: the folder has no .yaml, .yml or .json files")


def test_a_file_that_is_too_large(run: Run, file: File) -> None:
    done = run("simulate", "-f", file(b"#" * (3 * 1024 * 1024 + 1)))
    assert done.status == 2
    assert "larger than" in done.err
