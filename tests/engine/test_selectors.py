"""Label selectors as objects."""

from __future__ import annotations

import pytest

from simulator.engine import selectors
from simulator.engine.selectors import EVERYTHING, NOTHING
from simulator.engine.validation import selector_text

LABELS = {"app": "web", "tier": "front", "count": "5", "empty": ""}


@pytest.mark.parametrize(
    ("selector", "matches", "shown"),
    [
        (None, False, ""),
        ({}, True, ""),
        ({"matchLabels": {"tier": "front", "app": "web"}}, True, "app=web,tier=front"),
        ({"matchLabels": {"app": "db"}}, False, "app=db"),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "db"]}]}, True, "app in (db,web)"),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web"]}]}, True, "app in (web)"),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False, "app notin (web)"),
        ({"matchExpressions": [{"key": "app", "operator": "Exists"}]}, True, "app"),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False, "!app"),
    ],
)
def test_objects(selector: dict[str, object] | None, matches: bool, shown: str) -> None:
    chosen = selectors.of(selector)
    assert chosen.matches(LABELS) is matches
    assert chosen.text() == shown


def test_an_unknown_operator() -> None:
    with pytest.raises(ValueError, match='"Like" is not a valid label selector operator'):
        selectors.of({"matchExpressions": [{"key": "a", "operator": "Like"}]})


def test_node_affinity_compares_too() -> None:
    (term,) = selectors.expressions([{"key": "count", "operator": "Gt", "values": ["4"]}])
    assert term.matches(LABELS)
    with pytest.raises(ValueError, match='"Gt" is not a valid label selector operator'):
        selectors.of({"matchExpressions": [{"key": "count", "operator": "Gt", "values": ["4"]}]})


def test_plain_maps() -> None:
    assert selectors.of_labels({}) is NOTHING
    assert selectors.of_labels(None) is NOTHING
    assert selectors.of_labels({"app": "web"}).matches(LABELS)


def test_everything_and_nothing() -> None:
    assert EVERYTHING.matches(None)
    assert not NOTHING.matches(LABELS)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("", {}),
        ("app=web,tier==front", {"matchLabels": {"app": "web", "tier": "front"}}),
        (
            "app in (b,a),tier notin (x),old,!new",
            {
                "matchExpressions": [
                    {"key": "app", "operator": "In", "values": ["a", "b"]},
                    {"key": "tier", "operator": "NotIn", "values": ["x"]},
                    {"key": "old", "operator": "Exists"},
                    {"key": "new", "operator": "DoesNotExist"},
                ]
            },
        ),
    ],
)
def test_selectors_as_objects_again(text: str, body: dict[str, object]) -> None:
    parsed = selector_text.parse(text)
    assert selectors.written(parsed) == body
    assert selectors.of(selectors.written(parsed)) == parsed


def test_objects_do_not_compare() -> None:
    with pytest.raises(ValueError, match='"lt" isn\'t supported in label selectors'):
        selectors.written(selector_text.parse("count<5"))
