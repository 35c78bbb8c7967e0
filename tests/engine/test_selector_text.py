# ruff: noqa: E501 - the tables have a line for each case
"""Selectors as people write them, what they choose, and upstream's words for those that make no sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import selectors
from simulator.engine.validation import selector_text

LABELS = {"app": "web", "tier": "front", "count": "5", "empty": ""}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app = web", True),
        ("app=db", False),
        ("app!=db", True),
        ("none!=db", True),
        ("app in (web,db)", True),
        ("app in (db)", False),
        ("app notin (db, cache)", True),
        ("none notin (db)", True),
        ("app", True),
        ("none", False),
        ("!none", True),
        ("! app", False),
        ("empty=", True),
        ("empty", True),
        ("count>4", True),
        ("count<5", False),
        ("app>4", False),
        ("app=web,tier in (front,back),!old", True),
        ("app=web,tier=back", False),
        ("in=x", False),
        ("empty in ()", True),
        ("empty in (,a)", True),
        ("app in (a,,web)", True),
        ("\tapp\n", True),
    ],
)
def test_text(text: str, matches: bool) -> None:
    assert selector_text.parse(text).matches(LABELS) is matches


_VALUE = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
BAD = [
    ("=x", "found '=', expected: !, identifier, or 'end of string'"),
    ("(a)", "found '(', expected: !, identifier, or 'end of string'"),
    ("!", "unable to parse requirement: found '', expected: identifier"),
    ("!!a", "unable to parse requirement: found '!', expected: identifier"),
    ("app in web", "unable to parse requirement: found 'web' expected: '('"),
    ("app in (web", "unable to parse requirement: found '', expected: ',' or ')'"),
    ("app in (=)", "unable to parse requirement: found '=', expected: ',', ')' or identifier"),
    ("app in (a,=)", "unable to parse requirement: found '=', expected: ',', or identifier"),
    ("app=(x)", "unable to parse requirement: found '(', expected: identifier"),
    ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ("a=b c=d", "found 'c', expected: ',' or 'end of string'"),
    ("a,,b", "found ',', expected: identifier after ','"),
    ("a,", "found '', expected: identifier after ','"),
    ("a=b,=", "found '=', expected: identifier after ','"),
    ("app=-", f'unable to parse requirement: values[0][app]: Invalid value: "-": {_VALUE}'),
    ("app in (a,-)", f'unable to parse requirement: values[0][app]: Invalid value: "-": {_VALUE}'),
    (
        "count>many",
        "unable to parse requirement: values[0]: Invalid value: \"many\": for 'Gt', 'Lt' operators, the value must be an integer",
    ),
    ("-=b", 'unable to parse requirement: <nil>: Invalid value: "-": name part must consist of'),
]


@pytest.mark.parametrize(("text", "message"), BAD)
def test_bad_text(text: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:
        selector_text.parse(text)
    assert str(refused.value).startswith(message)


@given(st.text(alphabet="ab =!(),<>-in\\", max_size=24))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (selector_text.parse, selector_text.parse_fields):
        try:
            parse(text)
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("", True),
        ("status.phase=Running", True),
        ("status.phase==Running", True),
        ("status.phase!=Running", False),
        ("spec.nodeName=", True),
        ("spec.nodeName!=", False),
        ("status.phase=Running,spec.nodeName!=a", True),
        ("status.phase=Run\\,ning", False),
        ("status.phase!=a\\=b", True),
    ],
)
def test_fields(text: str, matches: bool) -> None:
    terms = selector_text.parse_fields(text)
    assert selectors.fields_match(terms, {"status.phase": "Running", "spec.nodeName": ""}) is matches


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("status.phase", "invalid selector: 'status.phase'; can't understand 'status.phase'"),
        ("a=b,c", "invalid selector: 'a=b,c'; can't understand 'c'"),
        ("a=b=c", "invalid field selector: unescaped character in value: 61"),
        ("a=\\n", "invalid field selector: invalid escape sequence: \\n"),
        ("a=b\\", "invalid field selector: invalid escape sequence: \\"),
    ],
)
def test_bad_fields(text: str, message: str) -> None:
    with pytest.raises(ValueError) as refused:
        selector_text.parse_fields(text)
    assert str(refused.value) == message
