"""For every kind, objects that are refused: 422 with the Status that upstream answers, cause by cause."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

from simulator.engine.registry import KINDS, Body, Kind
from tests.api import invalid_objects
from tests.api.conftest import Api
from tests.api.invalid_objects import NAME, Case

CASES: list[Case] = [
    case
    for module in pkgutil.iter_modules(invalid_objects.__path__)
    for case in importlib.import_module(f"{invalid_objects.__name__}.{module.name}").CASES
]
WITHOUT_RULES = {"serviceaccounts"}
"""Kinds that have no rule but those of their metadata."""


def collection(kind: Kind) -> str:
    """The path at which objects of the kind are made."""
    root = f"apis/{kind.group}/{kind.version}" if kind.group else f"api/{kind.version}"
    return f"{root}/namespaces/default/{kind.plural}" if kind.namespaced else f"{root}/{kind.plural}"


def posted(case: Case) -> Body:
    return {**case.body, "metadata": {"name": NAME, **case.body.get("metadata", {})}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.resource}: {case.name}")
def test_it_is_refused_in_upstreams_words(api: Api, case: Case) -> None:
    kind, sent = KINDS[case.resource], posted(case)
    meta = sent["metadata"]
    reply = api.post(collection(kind), sent)
    assert reply.code == 422, reply.text
    body = reply.body
    heard = [(cause["reason"], cause["field"], cause["message"]) for cause in body["details"]["causes"]]
    assert heard == [tuple(cause) for cause in case.causes]
    told = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in case.causes))
    shown = f"{kind.kind}.{kind.group}" if kind.group else kind.kind
    listed = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    assert body["message"] == f'{shown} "{meta["name"]}" is invalid: {listed}'
    about = {"name": meta["name"], "kind": kind.kind} | ({"group": kind.group} if kind.group else {})
    assert {key: value for key, value in body["details"].items() if key != "causes"} == about
    assert (body["kind"], body["status"], body["reason"], body["code"]) == ("Status", "Failure", "Invalid", 422)


def test_every_kind_has_a_row() -> None:
    told = {case.resource for case in CASES}
    assert {kind.resource for kind in KINDS if "create" in kind.verbs} - told - WITHOUT_RULES == set()


def test_nothing_is_left_behind(api: Api) -> None:
    paths = sorted({collection(KINDS[case.resource]) for case in CASES})
    before = [api.get(f"{path}?limit=500").body["items"] for path in paths]
    for case in CASES:
        api.post(collection(KINDS[case.resource]), posted(case))
    assert [api.get(f"{path}?limit=500").body["items"] for path in paths] == before
