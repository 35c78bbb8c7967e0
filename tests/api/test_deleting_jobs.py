"""A delete of a Job that does not say what becomes of its pods leaves them, and warns of that.

Follows pkg/registry/batch/job/{strategy.go,storage/storage.go}, v1.34.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api

JOBS = "apis/batch/v1/namespaces/default/jobs"
JOB = {
    "metadata": {"name": "pi"},
    "spec": {"template": {"spec": {"containers": [{"name": "c", "image": "perl"}], "restartPolicy": "Never"}}},
}
WARNING = (
    '299 - "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them '
    'or set propagationPolicy=Orphan to suppress this warning"'
)


@pytest.mark.parametrize(
    ("path", "body", "finalizers", "warning"),
    [
        pytest.param(f"{JOBS}/pi", b"", ["orphan"], WARNING, id="nothing said"),
        pytest.param(JOBS, b"", ["orphan"], WARNING, id="nothing said of all"),
        pytest.param(f"{JOBS}/pi?propagationPolicy=Orphan", b"", ["orphan"], None, id="orphan"),
        pytest.param(f"{JOBS}/pi", {"orphanDependents": True}, ["orphan"], None, id="orphanDependents"),
        pytest.param(f"{JOBS}/pi?propagationPolicy=Background", b"", None, None, id="background"),
        pytest.param(f"{JOBS}/pi", {"propagationPolicy": "Foreground"}, ["foregroundDeletion"], None, id="foreground"),
    ],
)
def test_what_becomes_of_the_pods(api: Api, path: str, body: Any, finalizers: list[str] | None, warning: str) -> None:
    api.post(JOBS, JOB)
    reply = api("DELETE", path, body)
    assert reply.code == 200, reply.text
    assert reply.headers.get("Warning") == warning
    left = api.get(f"{JOBS}/pi")
    assert (left.body["metadata"]["finalizers"] if left.code == 200 else None) == finalizers
