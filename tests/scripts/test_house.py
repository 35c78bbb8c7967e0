"""The house's own rules find what they are for."""

import ast

import pytest

from scripts import house

IMPURE = {
    "the wall clock": ("datetime.datetime.now(datetime.UTC)", "calls datetime.now()"),
    "today": ("date.today()", "calls date.today()"),
    "sleeping": ("import time", "imports time"),
    "chance": ("from random import choice", "imports from random"),
    "a random UUID": ("uuid.uuid4()", "calls uuid.uuid4()"),
    "a file": ("open('x')", "calls open()"),
    "printing": ("print('x')", "calls print()"),
}
PURE = {
    "the virtual clock": "world.now()",
    "an instant from an instant": "datetime.datetime.fromtimestamp(0, datetime.UTC)",
    "a UUID of a hash": "uuid.UUID(int=7)",
    "a module with a like name": "from simulator.engine.timeline import x",
}


def impurities(code: str) -> list[str]:
    return [found for node in ast.walk(ast.parse(code)) for found in house.impurities(node)]


@pytest.mark.parametrize("name", IMPURE)
def test_what_the_engine_may_not_do_is_found(name: str) -> None:
    code, finding = IMPURE[name]
    assert impurities(code) == [finding]


@pytest.mark.parametrize("name", PURE)
def test_what_it_may_do_is_not(name: str) -> None:
    assert impurities(PURE[name]) == []
