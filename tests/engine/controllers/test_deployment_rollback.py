"""Rolling back: by the old template, as `kubectl rollout undo` does, and by the annotation of old clients.

The events are those of pkg/controller/deployment/rollback.go, v1.34.
"""

from __future__ import annotations

import pytest

from simulator.engine.objects import annotations_of
from tests.engine.controllers.rig import Rig

DEPLOYMENTS, RS = "deployments.apps", "replicasets.apps"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
CAUSE = "kubernetes.io/change-cause"
NOT_FOUND = "DeploymentRollbackRevisionNotFound"
UNCHANGED = 'The rollback revision contains the same template as current deployment "web"'


def rolled(versions: int) -> Rig:
    """A Deployment that has had nginx:1, nginx:2, ..., each with its change-cause."""
    rig = Rig(2)
    rig.deployment("web", 1)
    _explain(rig, 1)
    rig.settle()
    for version in range(2, versions + 1):
        _explain(rig, version)
        rig.image("web", f"nginx:{version}")
        rig.settle()
    return rig


def _explain(rig: Rig, version: int) -> None:
    notes = {**annotations_of(rig.get(DEPLOYMENTS, "web")), CAUSE: f"to nginx:{version}"}
    rig.edit(DEPLOYMENTS, "web", ("metadata", "annotations"), notes)


def ask(rig: Rig, revision: str) -> None:
    notes = {**annotations_of(rig.get(DEPLOYMENTS, "web")), ROLLBACK_TO: revision}
    rig.edit(DEPLOYMENTS, "web", ("metadata", "annotations"), notes)
    rig.settle()


def image(rig: Rig) -> str:
    text: str = rig.get(DEPLOYMENTS, "web")["spec"]["template"]["spec"]["containers"][0]["image"]
    return text


@pytest.mark.parametrize(
    ("asked", "back_to", "revision"),
    [("0", "nginx:2", 2), ("1", "nginx:1", 1), ("2", "nginx:2", 2)],
)
def test_it_takes_over_the_template_and_its_cause(asked: str, back_to: str, revision: int) -> None:
    rig = rolled(3)
    ask(rig, asked)
    notes = annotations_of(rig.get(DEPLOYMENTS, "web"))
    assert image(rig) == back_to
    assert notes[CAUSE] == f"to {back_to}"
    assert ROLLBACK_TO not in notes and notes["deployment.kubernetes.io/revision"] == "4"
    assert rig.messages("DeploymentRollback") == [f'Rolled back deployment "web" to revision {revision}']
    assert {pod["spec"]["containers"][0]["image"] for pod in rig.pods()} == {back_to}
    (now,) = [rs for rs in rig.world.list(RS) if rs["spec"]["replicas"]]
    assert annotations_of(now)["deployment.kubernetes.io/revision-history"] == str(revision)


@pytest.mark.parametrize(
    ("versions", "asked", "reason", "message"),
    [
        (1, "0", NOT_FOUND, "Unable to find last revision."),
        (2, "7", NOT_FOUND, "Unable to find the revision to rollback to."),
        (2, "2", "DeploymentRollbackTemplateUnchanged", UNCHANGED),
    ],
)
def test_what_cannot_be_done_is_said(versions: int, asked: str, reason: str, message: str) -> None:
    rig = rolled(versions)
    ask(rig, asked)
    assert rig.messages(reason) == [message]
    assert image(rig) == f"nginx:{versions}"
    assert ROLLBACK_TO not in annotations_of(rig.get(DEPLOYMENTS, "web"))


def test_a_bad_revision_is_nobodys_wish() -> None:
    rig = rolled(2)
    ask(rig, "yesterday")
    assert image(rig) == "nginx:2" and rig.messages(NOT_FOUND) == []


@pytest.mark.parametrize("revision", ["1", "2", "3"])
def test_the_old_template_brings_its_replica_set_back(revision: str) -> None:
    rig = rolled(4)
    (source,) = [rs for rs in rig.world.list(RS) if annotations_of(rs)["deployment.kubernetes.io/revision"] == revision]
    rig.image("web", f"nginx:{revision}")
    rig.settle()
    held = rig.get(RS, source["metadata"]["name"])
    assert held["spec"]["replicas"] == 1
    assert annotations_of(held)["deployment.kubernetes.io/revision"] == "5"
    assert len(rig.world.list(RS)) == 4
