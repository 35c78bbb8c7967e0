# ruff: noqa: E501 - the tables have a line for each case
"""Every example manifest of the Kubernetes documentation, each in a namespace of its own, by the real kubectl.

A file is accepted, each of its objects created, or refused for the reason in the table, in upstream's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulator.documents import parse_yaml
from tests.servers import Kubectl

DOCS = Path(__file__).resolve().parents[3] / "shared" / "manifests" / "docs"
FILES = sorted(str(path.relative_to(DOCS)) for path in DOCS.rglob("*.yaml"))
REFUSED = {
    "application/job/cronjob.yaml": r'no matches for kind "CronJob" in version "batch/v1beta1"',
    "pods/pod-with-node-affinity.yaml": r"json: cannot unmarshal array into Go struct field NodeAffinity\.spec\.affinity\.nodeAffinity\.requiredDuringSchedulingIgnoredDuringExecution of type v1\.NodeSelector",
    "policy/high-priority-pod.yaml": r'pods "high-priority" is forbidden: no PriorityClass with name high was found',
}
"""What is refused, and upstream's reason."""


def test_the_table_speaks_of_files_that_are_there() -> None:
    if not DOCS.is_dir():
        pytest.skip(f"SKIPPED: the documentation's manifests are not at {DOCS}")
    assert len(FILES) == 109
    assert set(REFUSED) <= set(FILES)


@pytest.fixture
def cleaned(kubectl: Kubectl) -> Iterator[list[tuple[str, ...]]]:
    """What to delete when all is done: the words of each delete."""
    words: list[tuple[str, ...]] = []
    yield words
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: kubectl("delete", *one, "--wait=false", "--ignore-not-found", check=False), words))


def test_every_example(kubectl: Kubectl, cleaned: list[tuple[str, ...]]) -> None:
    if not DOCS.is_dir():
        pytest.skip(f"SKIPPED: the documentation's manifests are not at {DOCS}")
    for number, file in enumerate(FILES):
        named = _namespace_of(file)
        cleaned.append(
            ("namespace", named or f"docs-{number}")
            if named not in ("default", "kube-system")
            else ("-f", str(DOCS / file))
        )
        if not named:
            cleaned.append(("-f", str(DOCS / file), "-n", f"docs-{number}"))
    with ThreadPoolExecutor(4) as pool:
        wrong = [one for one in pool.map(lambda one: _wrong(kubectl, *one), enumerate(FILES)) if one]
    assert not wrong, "\n\n".join(wrong)


def _namespace_of(file: str) -> str:
    """The namespace that a file itself names, if it does."""
    for node in parse_yaml((DOCS / file).read_text()):
        document = node.plain()
        if isinstance(document, dict) and (document.get("metadata") or {}).get("namespace"):
            return str(document["metadata"]["namespace"])
    return ""


def _wrong(kubectl: Kubectl, number: int, file: str) -> str:
    """What is not as it should be about a file, empty if all is well."""
    named = _namespace_of(file)
    namespace = named or f"docs-{number}"
    kubectl("create", "namespace", namespace, check=False)
    done = kubectl("create", "-f", str(DOCS / file), "-n", namespace, check=False, timeout=90)
    printed = (done.stdout + done.stderr).strip()
    if file in REFUSED:
        is_right = done.returncode == 1 and re.search(REFUSED[file], printed) is not None
    else:
        kinds = sum(1 for node in parse_yaml((DOCS / file).read_text()) if node.plain())
        is_right = done.returncode == 0 and len(re.findall(r" created$", printed, re.MULTILINE)) == kinds
    return "" if is_right else f"{file}: exit {done.returncode}: {printed}"
