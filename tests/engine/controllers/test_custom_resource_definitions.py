"""How a definition becomes a kind that is served, and how it ends with its objects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.engine.custom_resources.kinds import DEFINITIONS
from simulator.engine.errors import StatusError
from simulator.engine.objects import condition, is_condition_true, set_in
from tests.engine.controllers.rig import Rig

CRONTAB: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "crontab.yaml").read_text())
NAME = "crontabs.stable.example.com"


def other(plural: str, **names: Any) -> dict[str, Any]:
    body = set_in(CRONTAB, ("metadata", "name"), f"{plural}.stable.example.com")
    return set_in(body, ("spec", "names"), {"plural": plural, "kind": plural.title(), **names})


def crontab(name: str, **meta: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "default", **meta}, "spec": {"cronSpec": "* * * * */5"}}


def test_its_names_are_accepted_then_it_is_established() -> None:
    rig = Rig()
    rig.create(DEFINITIONS, CRONTAB)
    assert NAME not in rig.world.kinds
    rig.settle()
    status = rig.get(DEFINITIONS, NAME, "")["status"]
    assert status["acceptedNames"]["kind"] == "CronTab"
    assert [(one["type"], one["status"], one["reason"], one["message"]) for one in status["conditions"]] == [
        ("NamesAccepted", "True", "NoConflicts", "no conflicts found"),
        ("Established", "True", "InitialNamesAccepted", "the initial names have been accepted"),
    ]
    assert rig.world.kinds[NAME].kind == "CronTab"
    before = rig.world.revision
    rig.settle()
    assert rig.world.revision == before


def test_names_that_are_taken_are_refused_until_they_are_free() -> None:
    rig = Rig()
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    rig.create(DEFINITIONS, other("jobs", shortNames=["ct", "j"]))
    rig.settle()
    second = rig.get(DEFINITIONS, "jobs.stable.example.com", "")
    assert "shortNames" not in second["status"]["acceptedNames"]
    refused = condition(second, "NamesAccepted")
    assert refused is not None
    assert (refused["status"], refused["reason"]) == ("False", "ShortNamesConflict")
    assert refused["message"] == '"ct" is already in use'
    waiting = condition(second, "Established")
    assert waiting is not None
    assert (waiting["status"], waiting["reason"]) == ("False", "NotAccepted")
    assert "jobs.stable.example.com" not in rig.world.kinds
    rig.delete(DEFINITIONS, NAME, namespace="")
    rig.settle()
    assert is_condition_true(rig.get(DEFINITIONS, "jobs.stable.example.com", ""), "Established")


def test_its_objects_go_first() -> None:
    rig = Rig()
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    for name in ("a", "b"):
        rig.create(NAME, crontab(name))
    rig.delete(DEFINITIONS, NAME, namespace="")
    going = condition(rig.get(DEFINITIONS, NAME, ""), "Terminating")
    assert going is not None
    assert going["reason"] == "InstanceDeletionPending"
    rig.settle()
    assert rig.world.get(DEFINITIONS, "", NAME) is None
    assert rig.world.list(NAME) == []
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    assert rig.create(NAME, crontab("again"))["spec"]["replicas"] == 1


def test_it_waits_for_objects_with_finalizers_and_says_so() -> None:
    rig = Rig()
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    rig.create(NAME, crontab("held", finalizers=["example.com/wait"]))
    rig.delete(DEFINITIONS, NAME, namespace="")
    rig.settle()
    waiting = condition(rig.get(DEFINITIONS, NAME, ""), "Terminating")
    assert waiting is not None
    assert (waiting["status"], waiting["reason"]) == ("True", "InstanceDeletionCheck")
    rig.edit(NAME, "held", ("metadata", "finalizers"), [])
    rig.settle()
    assert rig.world.get(DEFINITIONS, "", NAME) is None


def test_one_that_was_never_established_goes_at_once() -> None:
    rig = Rig()
    rig.create(DEFINITIONS, CRONTAB)
    rig.delete(DEFINITIONS, NAME, namespace="")
    rig.settle()
    assert rig.world.get(DEFINITIONS, "", NAME) is None


def test_custom_resources_own_and_are_owned() -> None:
    rig = Rig()
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    owner = rig.create(NAME, crontab("owner"))
    reference = {"apiVersion": "stable.example.com/v1", "kind": "CronTab", "name": "owner"}
    meta = {"namespace": "default", "ownerReferences": [{**reference, "uid": owner["metadata"]["uid"]}]}
    rig.create("configmaps", {"metadata": {**meta, "name": "owned"}})
    rig.create(NAME, crontab("owned", ownerReferences=meta["ownerReferences"]))
    rig.settle()
    assert rig.world.get("configmaps", "default", "owned") is not None
    rig.delete(NAME, "owner")
    rig.settle()
    assert rig.world.get("configmaps", "default", "owned") is None
    assert rig.world.list(NAME) == []


def test_a_namespace_takes_its_custom_resources_along() -> None:
    rig = Rig()
    rig.namespace("team")
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    rig.create(NAME, crontab("one", namespace="team"))
    rig.delete("namespaces", "team", namespace="")
    rig.settle()
    assert rig.world.get("namespaces", "", "team") is None
    assert rig.world.list(NAME) == []


def test_objects_that_outlive_their_definition_do_no_harm() -> None:
    rig = Rig()
    rig.namespace("team")
    rig.create(DEFINITIONS, CRONTAB)
    rig.settle()
    rig.create("configmaps", {"metadata": {"name": "owner", "namespace": "team"}})
    uid = rig.get("configmaps", "owner", "team")["metadata"]["uid"]
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
    rig.create(NAME, crontab("left", namespace="team", ownerReferences=[owner]))
    rig.delete(DEFINITIONS, NAME, namespace="")
    rig.edit(DEFINITIONS, NAME, ("metadata", "finalizers"), [], namespace="")
    assert rig.world.get(DEFINITIONS, "", NAME) is None
    with pytest.raises(StatusError, match="the server could not find the requested resource"):
        rig.edit(NAME, "left", ("spec", "replicas"), 2, namespace="team")
    rig.delete("configmaps", "owner", namespace="team")
    rig.run(30)
    rig.create(DEFINITIONS, CRONTAB)
    rig.run(3600)
    assert rig.world.list(NAME) == []
